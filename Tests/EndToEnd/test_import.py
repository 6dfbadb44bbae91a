"""`martlet import`: a whole tenant from one file, all of it or none."""

import contextlib
import json
import secrets
import sqlite3

import bcrypt
import pytest

from support.server import run_command
from support.tenant import CALLBACK, CONNECTION, assert_refused, claims

PASSWORD = "Correct-Horse-9"


@pytest.fixture
def place(tmp_path):
    """A database of the test's own, on which no server runs."""
    return new_place(tmp_path)


@pytest.fixture
def load(place, tmp_path):
    """Imports a document (or text) into that database; returns the completed process."""
    return loader(place, tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """A database that many tests share, since none of them may change it: with a tenant, and how to import into it."""
    directory = tmp_path_factory.mktemp("untouched")
    place = new_place(directory)
    load = loader(place, directory)
    load({**whole_tenant(), "users": [{"user_id": "auth0|first", "email": "taken@example.com", "username": "taken"}]})
    return place, load


def new_place(directory):
    place = ["--data", directory / "data"]
    run_command("migrate", *place)
    return place


def loader(place, directory):
    def load(document, *arguments, check=True):
        file = directory / "import.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        return run_command("import", file, *place, *arguments, check=check)

    return load


def contents(place):
    """Every row of every table."""
    with contextlib.closing(sqlite3.connect(place[1] / "martlet.sqlite")) as database:
        return list(database.iterdump())


def records(place, kind, tenant="default"):
    return json.loads(run_command(kind, "list", *place, "--tenant", tenant, "--json").stdout)


def whole_tenant():
    """A file with one of everything, whose names no other file has."""
    mark = secrets.token_hex(6)
    api = f"https://import.example/{mark}"
    return {
        "tenant": {"friendlyName": "Imported"},
        "connections": [{"name": CONNECTION}],
        "resource_servers": [{
            "identifier": api, "name": "Imported API", "allow_offline_access": True, "scopes": [{"value": "read:books"}],
            "enforce_policies": True, "token_dialect": "access_token_authz",
        }],
        "clients": [
            {"client_id": f"machine-{mark}", "client_secret": f"secret-{mark}", "name": "Machine", "app_type": "non_interactive"},
            {"client_id": f"web-{mark}", "name": "Web", "app_type": "regular_web", "callbacks": [CALLBACK],
             "grant_types": ["authorization_code", "refresh_token", "password"]},
            {"client_id": f"spa-{mark}", "name": "SPA", "app_type": "spa", "callbacks": [CALLBACK]},
        ],
        "client_grants": [{"client_id": f"machine-{mark}", "audience": api, "scope": ["read:books"]}],
        "users": [
            {"user_id": f"auth0|{mark}", "email": f"one-{mark}@example.com", "email_verified": True, "password": PASSWORD,
             "profile": {"given_name": "Ada"}, "user_metadata": {"colour": "red"}, "permissions": {api: ["read:books"]}},
            {"email": f"two-{mark}@example.com", "password_hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()},
        ],
    }


def lines(done):
    """The lines of `--json`, by kind."""
    found = {}
    for line in json.loads(done.stdout):
        found.setdefault(line["kind"], []).append(line)
    return found


# What it does


def test_a_whole_tenant_is_imported_and_serves(tenant, tmp_path):
    document = whole_tenant()
    file = tmp_path / "import.json"
    file.write_text(json.dumps(document))
    made = lines(tenant.command("import", file, "--json"))
    assert {kind: [line["done"] for line in found] for kind, found in made.items()} == {
        "tenant": ["updated"], "connection": ["updated"], "API": ["created"], "client": ["created"] * 3,
        "client grant": ["created"], "user": ["created"] * 2}
    machine, web, _ = document["clients"]
    api = document["resource_servers"][0]["identifier"]
    token = tenant.post_token(machine, grant_type="client_credentials", audience=api)
    assert claims(token.json()["access_token"])["scope"] == "read:books"
    secret = made["client"][1]["secret"]
    for user in document["users"]:
        answer = tenant.post_token(
            web, grant_type="password", username=user["email"], password=PASSWORD, scope="openid", audience=api, client_secret=secret)
        assert answer.status_code == 200, answer.text
        permissions = claims(answer.json()["access_token"])["permissions"]
        assert permissions == list(user.get("permissions", {}).get(api, []))
    wrong = tenant.post_token(
        web, grant_type="password", username=document["users"][0]["email"], password="Wrong-Horse-9", client_secret=secret)
    assert_refused(wrong, 403, "invalid_grant", "Wrong email or password.")


def test_made_up_secrets_are_shown_and_those_of_the_file_are_not(load):
    document = whole_tenant()
    done = load(document, "--json")
    shown = {line["id"]: line.get("secret") for line in lines(done)["client"]}
    machine, web, spa = (client["client_id"] for client in document["clients"])
    assert shown[machine] is None and shown[spa] is None and len(shown[web]) == 64
    for known in (document["clients"][0]["client_secret"], PASSWORD, document["users"][1]["password_hash"]):
        assert known not in done.stdout + done.stderr


def test_without_json_it_prints_a_table(load):
    document = whole_tenant()
    printed = load(document).stdout
    for client in document["clients"]:
        assert any(line.split()[:3] == ["created", "client", client["client_id"]] for line in printed.splitlines()), printed


def test_a_second_run_changes_nothing_but_says_updated(load, place):
    def stored():
        kinds = ("clients", "apis", "client-grants", "users")
        return [[{k: v for k, v in one.items() if k != "updated_at"} for one in records(place, kind)] for kind in kinds]

    document = whole_tenant()
    first = lines(load(document, "--json"))
    before = stored()
    second = lines(load(document, "--json"))
    assert all(line["done"] == "updated" and "secret" not in line for found in second.values() for line in found)
    assert [line["id"] for line in second["user"]] == [line["id"] for line in first["user"]]
    assert [line["id"] for line in second["client grant"]] == [line["id"] for line in first["client grant"]]
    assert stored() == before


def test_what_the_file_does_not_name_stays(load, place):
    document = whole_tenant()
    load(document)
    web = document["clients"][1]
    load({"clients": [{"client_id": web["client_id"], "name": "Renamed"}]})
    shown = json.loads(run_command("clients", "show", web["client_id"], *place, "--json").stdout)
    assert shown["name"] == "Renamed" and shown["callbacks"] == web["callbacks"]
    assert len(records(place, "clients")) == 3


def test_a_tenant_that_does_not_exist_is_made(load, place):
    load(whole_tenant(), "--tenant", "acme")
    assert len(records(place, "clients", "acme")) == 3 and records(place, "clients") == []
    refused = load(whole_tenant(), "--tenant", "Not A Name", check=False)
    assert refused.returncode != 0 and "not a tenant name" in refused.stderr


def test_a_dash_reads_standard_input(place):
    done = run_command("import", "-", *place, "--json", input=json.dumps(whole_tenant()))
    assert len(lines(done)["client"]) == 3


def test_it_explains_itself():
    said = run_command("import", "--help").stdout
    for name in ("tenant", "connections", "resource_servers", "clients", "client_grants", "users", "password_hash", "--json"):
        assert name in said, name


# What it refuses, changing nothing


def changed(change):
    document = whole_tenant()
    change(document)
    return document


#: What is wrong, and the places that the answer must name.
WRONG = {
    "unknown list": (lambda d: d.update(roles=[]), ["roles"]),
    "list that is an object": (lambda d: d.update(clients={}), ["clients: must be a list"]),
    "entry that is a text": (lambda d: d["users"].append("x"), ["users[2]: must be an object"]),
    "tenant that is a list": (lambda d: d.update(tenant=[]), ["tenant: must be an object"]),
    "unknown setting": (lambda d: d["tenant"].update(wings=2), ["tenant: settings.wings"]),
    "setting of the wrong type": (lambda d: d["tenant"].update(friendlyName=1), ["tenant: settings.friendlyName"]),
    "unknown member of a client": (lambda d: d["clients"][1].update(wings=2), ["clients[1]: wings"]),
    "unknown member of an API": (lambda d: d["resource_servers"][0].update(wings=2), ["resource_servers[0]: wings"]),
    "unknown member of a user": (lambda d: d["users"][1].update(wings=2), ["users[1]: wings"]),
    "unknown member of a connection": (lambda d: d["connections"][0].update(wings=2), ["connections[0]: wings"]),
    "unknown member of a grant": (lambda d: d["client_grants"][0].update(wings=2), ["client_grants[0]: wings"]),
    "callbacks that are a text": (lambda d: d["clients"][1].update(callbacks="x"), ["clients[1]: callbacks"]),
    "callback that is no URL": (lambda d: d["clients"][1].update(callbacks=["nowhere"]), ["clients[1]: callbacks"]),
    "app_type that there is not": (lambda d: d["clients"][1].update(app_type="wings"), ["clients[1]: app_type"]),
    "client without a name": (lambda d: d["clients"][1].update(name=""), ["clients[1]: name"]),
    "client_id that is a number": (lambda d: d["clients"][1].update(client_id=7), ["clients[1]: client_id"]),
    "client_id with a space": (lambda d: d["clients"][1].update(client_id="a b"), ["clients[1]: client_id"]),
    "client_secret that is a number": (lambda d: d["clients"][0].update(client_secret=7), ["clients[0]: client_secret"]),
    "client_secret that is empty": (lambda d: d["clients"][0].update(client_secret=""), ["clients[0]: client_secret"]),
    "signing_secret that is a list": (
        lambda d: d["resource_servers"][0].update(signing_secret=[]), ["resource_servers[0]: signing_secret"]),
    "API without an identifier": (lambda d: d["resource_servers"][0].pop("identifier"), ["resource_servers[0]: identifier"]),
    "grant for a client that there is not": (lambda d: d["client_grants"][0].update(client_id="x"), ["client_grants[0]: client_id"]),
    "grant for an API that there is not": (lambda d: d["client_grants"][0].update(audience="x"), ["client_grants[0]: audience"]),
    "grant of a scope that the API has not": (lambda d: d["client_grants"][0].update(scope=["x"]), ["client_grants[0]: scope"]),
    "password that is a number": (lambda d: d["users"][0].update(password=7), ["users[0]: password"]),
    "password that is empty": (lambda d: d["users"][0].update(password=""), ["users[0]: password"]),
    "password_hash that is a list": (lambda d: d["users"][1].update(password_hash=[]), ["users[1]: password_hash"]),
    "password_hash that is a password": (lambda d: d["users"][1].update(password_hash="hunter2"), ["users[1]: password_hash"]),
    "password and password_hash": (lambda d: d["users"][1].update(password="x"), ["users[1]: password"]),
    "user_id of another form": (lambda d: d["users"][0].update(user_id="google|1"), ["users[0]: user_id"]),
    "user_id that is a number": (lambda d: d["users"][0].update(user_id=7), ["users[0]: user_id"]),
    "email that is a number": (lambda d: d["users"][1].update(email=7), ["users[1]: email"]),
    "email that is no address": (lambda d: d["users"][1].update(email="nobody"), ["users[1]: email"]),
    "user without email and user name": (lambda d: d["users"][1].pop("email"), ["users[1]: email"]),
    "connection that there is not": (lambda d: d["users"][0].update(connection="x"), ["users[0]: connection"]),
    "connection that is a number": (lambda d: d["users"][0].update(connection=7), ["users[0]: connection"]),
    "permissions that are a list": (lambda d: d["users"][0].update(permissions=["x"]), ["users[0]: permissions"]),
    "permission that is a number": (
        lambda d: d["users"][0].update(permissions={d["resource_servers"][0]["identifier"]: [7]}), ["users[0]: permissions"]),
    "permission that the API has not": (
        lambda d: d["users"][0].update(permissions={d["resource_servers"][0]["identifier"]: ["x"]}), ["users[0]: permissions"]),
    "the same connection twice": (lambda d: d["connections"].append({"name": CONNECTION}), ["connections[1]", "connections[0]"]),
    "the same API twice": (
        lambda d: d["resource_servers"].append(dict(d["resource_servers"][0])), ["resource_servers[1]", "resource_servers[0]"]),
    "the same client twice": (lambda d: d["clients"].append(dict(d["clients"][0])), ["clients[3]", "clients[0]"]),
    "the same grant twice": (lambda d: d["client_grants"].append(dict(d["client_grants"][0])), ["client_grants[1]", "client_grants[0]"]),
    "the same user_id twice": (
        lambda d: d["users"].append({**d["users"][0], "email": "else@example.com"}), ["users[2]", "users[0]"]),
    "the same email twice": (
        lambda d: d["users"].append({"email": d["users"][1]["email"].upper()}), ["users[2]", "users[1]"]),
    "the same user name twice": (
        lambda d: [user.update(username="Ada" if index else "ada") for index, user in enumerate(d["users"])], ["users[1]", "users[0]"]),
}


def assert_refused_whole(untouched, document, *said, arguments=()):
    place, load = untouched
    before = contents(place)
    done = load(document, *arguments, check=False)
    assert done.returncode == 1 and done.stdout == "", done.stdout
    for text in said:
        assert text in done.stderr, done.stderr
    assert contents(place) == before


@pytest.mark.parametrize("what", WRONG)
def test_a_file_with_one_mistake_changes_nothing(untouched, what):
    change, places = WRONG[what]
    assert_refused_whole(untouched, changed(change), "in the file:", *places)


def test_every_problem_is_listed_and_a_new_tenant_is_not_made(untouched):
    document = changed(lambda d: (
        d["clients"][1].update(wings=2), d["clients"][2].update(callbacks="x"), d["users"][0].update(email="nobody")))
    places = ("clients[1]: wings", "clients[2]: callbacks", "users[0]: email")
    assert_refused_whole(untouched, document, "3 problems in the file", *places, arguments=["--tenant", "acme"])


@pytest.mark.parametrize("user", [
    {"email": "TAKEN@example.com"}, {"email": "new@example.com", "username": "Taken"},
], ids=["email", "user name"])
def test_a_name_that_another_user_has_is_found_before_anything_is_changed(untouched, user):
    document = changed(lambda d: d["users"].append({**user, "user_id": "auth0|somebody-else"}))
    assert_refused_whole(untouched, document, "1 problem in the file", "users[2]: ", "auth0|first")


@pytest.mark.parametrize("text", [
    "", "[]", "null", '"x"', "{", '{"clients": []} x', '{"clients": [], "clients": []}', '{"a": ' + "[" * 10_000 + "]" * 10_000 + "}",
    '{"clients": [\ud83d]}'.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), '{"clients": [] /* none */}',
])
def test_what_is_no_json_object_is_refused(load, text):
    done = load(text, check=False)
    assert done.returncode == 1 and "JSON object" in done.stderr


def test_a_file_that_is_not_there_or_a_directory_is_named(place, tmp_path):
    for path in (tmp_path / "missing.json", tmp_path):
        done = run_command("import", path, *place, check=False)
        assert done.returncode == 1 and str(path) in done.stderr
    assert run_command("import", *place, check=False).returncode != 0


def test_a_file_beyond_the_limit_is_not_read_to_its_end(place, tmp_path):
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate((64 << 20) + 1)
    for path in (huge, "/dev/zero"):
        done = run_command("import", path, *place, check=False)
        assert done.returncode == 1 and "larger than 64 MiB" in done.stderr


def test_many_records_are_imported_at_once(load):
    mark = secrets.token_hex(4)
    encoded = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    document = {
        "clients": [{"client_id": f"{mark}-{n}", "name": f"Client {n}", "app_type": "native"} for n in range(300)],
        "users": [{"email": f"{mark}-{n}@example.com", "password_hash": encoded} for n in range(700)],
    }
    made = lines(load(document, "--json"))
    assert len(made["client"]) == 300 and len(made["user"]) == 700


def test_it_needs_a_database_with_every_migration(tmp_path):
    file = tmp_path / "import.json"
    file.write_text("{}")
    done = run_command("import", file, "--data", tmp_path / "nowhere", check=False)
    assert done.returncode == 1 and "migrate" in done.stderr
