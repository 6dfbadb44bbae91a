"""The commands, as an operator types them."""

import json
import os
import pathlib
import subprocess

import bcrypt
import pytest

from support.server import BINARY, Process, clean_environment, free_port, run_command, wait_for_json, wait_until
from support.tenant import assert_refused, claims

COMMANDS = [
    [], ["dev"], ["serve"], ["migrate"], ["config"], ["config", "check"], ["config", "reference"], ["tenants"], ["clients"],
    ["clients", "create"], ["apis"], ["apis", "create"], ["client-grants"], ["users"], ["users", "create"], ["users", "import-one"],
    ["keys"], ["logs"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command):
    done = run_command(*command, "--help")
    assert "USAGE: martlet" in done.stdout and "OVERVIEW" in done.stdout


def test_all_mistakes_in_the_configuration_are_listed_at_once():
    environment = {
        "MARTLET_HTTP_PORT": "99999", "MARTLET_DATABASE_URL": "mysql://nope", "MARTLET_TLS_KEY": "key.pem", "MARTLET_LOG_LEVEL": "loud",
        "MARTLET_MASTER_KEY": "short",
    }
    for command in (["config", "check"], ["serve"]):
        done = run_command(*command, check=False, environment=environment)
        assert done.returncode != 0
        said = done.stdout + done.stderr
        for name in ("http.port", "database.url", "tls.certificate", "log.level", "masterKey"):
            assert name in said, (name, said)
        assert "short" not in said, "a secret was printed"


def test_a_name_that_no_setting_has_is_a_mistake(tmp_path):
    file = tmp_path / "martlet.json"
    file.write_text(json.dumps({"http": {"prot": 8080}}))
    done = run_command("config", "check", "--config", file, check=False)
    assert done.returncode != 0 and "http.prot" in done.stdout + done.stderr
    file.write_text(json.dumps({"http": {"port": 8081}, "domains": ["https://login.example.com"], "proxy": {"terminatesTLS": True}}))
    assert run_command("config", "check", "--config", file).returncode == 0


@pytest.mark.parametrize("environment", [
    {"MARTLET_HTTP_HOST": "0.0.0.0"},
    {"MARTLET_HTTP_HOST": "0.0.0.0", "MARTLET_DOMAINS": "http://login.example.com"},
    {"MARTLET_HTTP_HOST": "::", "MARTLET_DOMAINS": "login.example.com"},
], ids=lambda environment: " ".join(environment.values()))
def test_serve_refuses_a_public_address_without_tls(tmp_path, environment):
    done = run_command("serve", "--data", tmp_path / "data", check=False, environment={**environment, "MARTLET_HTTP_PORT": str(free_port())})
    assert done.returncode != 0
    assert "TLS" in done.stderr or "tls" in done.stderr
    assert not (tmp_path / "data").exists(), "something was made before the refusal"


def test_serve_refuses_a_development_tenant_in_public(dev):
    done = run_command("serve", *dev.place, check=False, environment={
        "MARTLET_HTTP_HOST": "0.0.0.0", "MARTLET_HTTP_PORT": str(free_port()), "MARTLET_DOMAINS": "login.example.com",
        "MARTLET_PROXY_TERMINATES_TLS": "true",
    })
    assert done.returncode != 0 and "development" in done.stderr


def test_serve_lets_no_test_suite_approve_in_public(tmp_path):
    environment = {
        "MARTLET_HTTP_HOST": "0.0.0.0", "MARTLET_HTTP_PORT": str(free_port()), "MARTLET_DOMAINS": "login.example.com",
        "MARTLET_PROXY_TERMINATES_TLS": "true", "MARTLET_DEVELOPMENT_SCRIPTS_APPROVALS": "true",
    }
    for command in (["config", "check"], ["serve"]):
        done = run_command(*command, "--data", tmp_path / "data", check=False, environment=environment)
        assert done.returncode != 0 and "development.scriptsApprovals" in done.stdout + done.stderr


def test_dev_lets_a_test_suite_decide_backchannel_logins(dev):
    ciba = "urn:openid:params:grant-type:ciba"
    client = dev.create_client("regular_web", grant_types=[ciba])
    credentials = {name: client[name] for name in ("client_id", "client_secret")}

    def decided(action):
        begun = dev.http.post("/bc-authorize", data={**credentials, "scope": "openid", "login_hint": dev.email})
        asked = {"auth_req_id": begun.json()["auth_req_id"], "action": action}
        assert dev.http.post("/dev/backchannel", params=asked).status_code == 204
        assert dev.http.post("/dev/backchannel", params=asked).status_code == 400, "once"
        return dev.post_token(client, grant_type=ciba, auth_req_id=asked["auth_req_id"])

    assert decided("allow").json()["id_token"]
    assert_refused(decided("deny"), 403, "access_denied")


def test_dev_started_again_keeps_its_data(tmp_path):
    data, ports = tmp_path / "data", ["--port", free_port(), "--https-port", free_port()]
    documents = []
    for _ in range(2):
        (data / "dev.json").unlink(missing_ok=True)
        process = Process(["dev", "--data", data, *ports], tmp_path / "server.log").start()
        documents.append(wait_for_json(process, data / "dev.json"))
        process.stop()
    first, second = documents
    assert {**first, "access_token": None} == {**second, "access_token": None}
    assert claims(second["access_token"])["iss"] == second["issuer"]


def test_the_first_screen_shows_what_a_newcomer_needs(dev):
    printed, document = dev.process.printed, dev.document
    for text in [
        document["issuer"], document["issuer_https"], document["ca_certificate"], document["user"]["email"], document["user"]["password"],
        document["api"]["identifier"], document["inbox"], document["access_token"], "curl",
        *(client["client_id"] for client in document["clients"].values()),
        *(client["client_secret"] for client in document["clients"].values() if client.get("client_secret")),
    ]:
        assert text in printed, text
    assert {kind: client["app_type"] for kind, client in document["clients"].items()} == {
        "spa": "spa", "native": "native", "regular_web": "regular_web", "machine_to_machine": "non_interactive"}
    answer = dev.http.get("/userinfo", headers={"Authorization": f"Bearer {document['access_token']}"})
    assert answer.status_code in (200, 401)


def test_secrets_on_disk_are_readable_by_their_owner_only(dev):
    data = pathlib.Path(dev.place[1])
    assert data.stat().st_mode & 0o077 == 0
    for file in [data / "master.key", data / "dev.json", *data.glob("*.sqlite")]:
        assert file.stat().st_mode & 0o077 == 0, file


def test_clients_can_be_created_listed_shown_updated_and_deleted(tenant):
    made = tenant.create_client("regular_web", name="Ledger")
    assert len(made["client_id"]) == 32 and len(made["client_secret"]) == 64
    listed = json.loads(tenant.command("clients", "list", "--json").stdout)
    assert made["client_id"] in [client["client_id"] for client in listed]
    assert not any("client_secret" in client for client in listed)
    shown = json.loads(tenant.command("clients", "show", made["client_id"], "--json").stdout)
    assert shown["name"] == "Ledger" and "client_secret" not in shown
    updated = json.loads(tenant.command("clients", "update", made["client_id"], "--json", '{"name": "Books"}').stdout)
    assert updated["name"] == "Books" and updated["callbacks"] == made["callbacks"]
    tenant.command("clients", "delete", made["client_id"])
    gone = tenant.command("clients", "show", made["client_id"], check=False)
    assert gone.returncode != 0 and made["client_id"] in gone.stderr
    wrong = tenant.command("clients", "create", "--json", '{"name": "", "callbacks": ["nowhere"], "wings": 2}', check=False)
    assert wrong.returncode != 0 and "wings" in wrong.stderr


DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
PASSWORDLESS = "http://auth0.com/oauth/grant-type/passwordless/otp"


@pytest.mark.parametrize("record, word", [
    ({"third_party_security_mode": "strict"}, "is_first_party"), ({"redirection_policy": "allow_always"}, "is_first_party"),
    ({"is_first_party": False, "third_party_security_mode": "lax"}, "strict, permissive"),
    ({"is_first_party": False, "redirection_policy": "never"}, "allow_always"),
    ({"is_first_party": False, "grant_types": ["password"]}, "permissive"),
    ({"app_type": "regular_web", "grant_types": [DEVICE_CODE]}, "native"), ({"app_type": "spa", "grant_types": [DEVICE_CODE]}, "native"),
    ({"app_type": "spa", "grant_types": [PASSWORDLESS]}, "spa"),
    ({"callbacks": ["https://app.example/cb"], "logout": {"frontchannel_logout_uri": "https://evil.example/out"}}, "frontchannel"),
], ids=str)
def test_a_client_that_could_not_do_what_its_record_says_is_not_made(tenant, record, word):
    refused = run_command("clients", "create", *tenant.place, "--json", json.dumps({"name": "x", **record}), check=False)
    assert refused.returncode != 0 and word in refused.stderr, refused.stderr


def test_third_parties_are_strict_unless_their_record_says_otherwise(tenant):
    record = {"name": "Stranger", "app_type": "native", "is_first_party": False}
    strict = tenant.create("clients", record)
    assert strict["client_id"].startswith("tpc_") and strict["grant_types"] == ["authorization_code", "refresh_token"]
    assert strict["refresh_token"]["expiration_type"] == "expiring"
    permissive = tenant.create("clients", {**record, "third_party_security_mode": "permissive"})
    assert not permissive["client_id"].startswith("tpc_") and "implicit" in permissive["grant_types"]
    # A grant lets a public client ask in a user's name, and one that is described by a document.
    for client in [strict["client_id"], "https://agent.example/client.json"]:
        granted = tenant.create("client-grants", {"client_id": client, "audience": tenant.api, "scope": ["read:items"]})
        assert granted["client_id"] == client
    settings = {"settings": {"registration": {"grantTypes": ["password"]}}}
    refused = run_command("tenants", "update", "default", *tenant.place, "--json", json.dumps(settings), check=False)
    assert refused.returncode != 0 and "settings.registration.grantTypes" in refused.stderr


def test_apis_can_be_created_listed_shown_updated_and_deleted(tenant):
    made = tenant.create_api(scopes=[{"value": "read:a"}])
    assert made["allow_offline_access"] is False
    updated = json.loads(tenant.command("apis", "update", made["identifier"], "--allow-offline-access", "--json").stdout)
    assert updated["allow_offline_access"] is True
    assert made["identifier"] in [api["identifier"] for api in json.loads(tenant.command("apis", "list", "--json").stdout)]
    tenant.command("apis", "delete", made["identifier"])
    assert tenant.command("apis", "show", made["identifier"], check=False).returncode != 0


def test_tenants_can_be_created_listed_and_deleted(tenant):
    tenant.command("tenants", "create", "acme", "--json", "{}")
    assert "acme" in [one["id"] for one in json.loads(tenant.command("tenants", "list", "--json").stdout)]
    own = json.loads(tenant.command("clients", "create", "--tenant", "acme", "--json", '{"name": "x", "app_type": "native"}').stdout)
    assert own["client_id"] not in tenant.command("clients", "list", "--json").stdout
    assert tenant.command("tenants", "delete", "acme", check=False).returncode != 0
    tenant.command("tenants", "delete", "acme", "--yes")


@pytest.fixture
def password_client(tenant):
    return tenant.create_client("regular_web", grant_types=["password", "refresh_token"])


def test_an_imported_bcrypt_hash_lets_its_user_in(tenant, password_client):
    email, password = f"imported-{os.urandom(4).hex()}@example.com", "Elsewhere-1"
    encoded = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
    tenant.command("users", "import-one", "--email", email, "--password-hash", "-", input=encoded + "\n")
    for _ in range(2):  # The first sign-in replaces the hash by ours.
        answer = tenant.post_token(password_client, grant_type="password", username=email, password=password, scope="openid")
        assert answer.status_code == 200, answer.text
    wrong = tenant.post_token(password_client, grant_type="password", username=email, password="Elsewhere-2")
    assert_refused(wrong, 403, "invalid_grant", "Wrong email or password.")
    bad = tenant.command("users", "import-one", "--email", "b@example.com", "--password-hash", "plain text", check=False)
    assert bad.returncode != 0


def test_a_blocked_user_cannot_sign_in_or_refresh(tenant, password_client):
    email, password = tenant.create_user()
    body = tenant.post_token(
        password_client, grant_type="password", username=email, password=password, audience=tenant.api, scope="offline_access").json()
    tenant.command("users", "block", email)
    again = tenant.post_token(password_client, grant_type="password", username=email, password=password)
    assert_refused(again, 401, "unauthorized", "user is blocked")
    refresh = tenant.refresh(password_client, body["refresh_token"])
    assert refresh.status_code == 401 and "user is blocked" in refresh.json()["error_description"]
    tenant.command("users", "unblock", email)
    assert tenant.refresh(password_client, body["refresh_token"]).status_code == 200


def test_the_refresh_token_of_a_deleted_user_says_so(tenant, password_client):
    email, password = tenant.create_user()
    body = tenant.post_token(
        password_client, grant_type="password", username=email, password=password, audience=tenant.api, scope="offline_access").json()
    tenant.command("users", "delete", email)
    assert_refused(
        tenant.refresh(password_client, body["refresh_token"]), 403, "invalid_grant",
        "The refresh_token was generated for a user who doesn't exist anymore.")


def test_logs_follow_shows_events_as_they_happen(tenant, tmp_path):
    native = tenant.clients["native"]
    token = tenant.tokens(native, audience=tenant.api, scope="offline_access")["refresh_token"]
    output = tmp_path / "logs.txt"
    with output.open("wb") as file:
        follower = subprocess.Popen(
            [str(BINARY), "logs", "--follow", "--json", "--limit", "5", *map(str, tenant.place)], stdout=file, env=clean_environment())
    try:
        def types():
            return [json.loads(line)["type"] for line in output.read_text().splitlines()]

        wait_until(lambda: "seacft" in types(), "the past events")
        before = types().count("sertft")
        assert tenant.refresh(native, token).status_code == 200
        tenant.refresh(native, "nonsense")
        wait_until(lambda: types().count("sertft") > before and "fertft" in types(), "the events of the refreshes")
    finally:
        follower.terminate()
        follower.wait(10)
    assert token not in output.read_text()


def test_migrate_can_be_repeated_and_commands_need_it_first(tmp_path):
    place = ["--data", tmp_path / "data"]
    early = run_command("clients", "list", *place, check=False)
    assert early.returncode != 0 and "migrate" in early.stderr
    run_command("migrate", *place)
    assert json.loads(run_command("migrate", *place, "--json").stdout) == {"applied": []}
    assert run_command("migrate", "--check", *place).returncode == 0
    assert json.loads(run_command("tenants", "list", *place, "--json").stdout)[0]["id"] == "default"


def test_documentation_of_the_settings_names_each_variable():
    reference = run_command("config", "reference").stdout
    for name in ("MARTLET_DATABASE_URL", "MARTLET_HTTP_PORT", "MARTLET_MASTER_KEY", "MARTLET_PROXY_TERMINATES_TLS"):
        assert name in reference
