"""Measures a server: CPU time per token request, requests per second, memory, time to the first answer.

CPU time is the server process's own (user and system, from /proc/PID/stat), so the load generator's does not count. It is
compared with one RSA-2048 signature as `openssl speed` measures it right before and after, on the same machine.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "EndToEnd"))
FAMILIES_PER_USER = 200

from endpoints import measure_endpoints  # noqa: E402
from load import Load, Request, cpu_seconds  # noqa: E402


def memory(pid):
    """Resident memory."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    kilobytes = int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))
    return f"{kilobytes / 1024:.1f} MB"


def signature_milliseconds(seconds):
    """CPU time of one RSA-2048 signature: `openssl speed` divides by user time."""
    done = subprocess.run(["openssl", "speed", "-seconds", str(seconds), "rsa2048"], capture_output=True, text=True, check=True)
    row = next(line for line in done.stdout.splitlines() if re.match(r"rsa\s*2048 bits", line))
    return 1000 / float(row.split()[-2])


class Measurements:
    def __init__(self, options):
        self.options, self.rows = options, []

    def row(self, what, value, target=""):
        self.rows.append((what, value, target))
        print(f"{what}: {value} {target and f'(target {target})'}", file=sys.stderr, flush=True)

    def cpu_per_request(self, tenant, what, chains, count, target=None):
        pid, port = tenant.process.child.pid, tenant.port
        signature = signature_milliseconds(self.options.seconds)
        before = cpu_seconds(pid)
        Load(port).run(chains)
        each = 1000 * (cpu_seconds(pid) - before) / count
        signature = (signature + signature_milliseconds(self.options.seconds)) / 2
        self.row(
            f"CPU time of the server per request: {what}",
            f"{each:.2f} ms = {each / signature:.2f} × one RSA-2048 signature ({signature:.2f} ms)", target or "")


def repeated(body, count):
    for _ in range(count):
        yield Request.token(body)


def refreshing(client, token, count, kept):
    for _ in range(count):
        answer = yield Request.token({"grant_type": "refresh_token", "client_id": client["client_id"], "refresh_token": token})
        token = answer["refresh_token"]
    kept.append(token)


def exchanging(client, codes, callback, kept):
    for code, verifier in codes:
        answer = yield Request.token({
            "grant_type": "authorization_code", "client_id": client["client_id"], "code": code, "redirect_uri": callback,
            "code_verifier": verifier,
        })
        kept.append(answer["refresh_token"])


def codes(tenant, client, user, count):
    """Codes of `count` silent logins in one browser session."""
    from support.tenant import Pkce

    browser = tenant.browser()
    given = []
    for _ in range(count):
        pkce = Pkce()
        code = tenant.code(client, browser, pkce, user, audience=tenant.api, scope="offline_access")
        given.append((code, pkce.verifier))
    return given


def first_answer(arguments, environment, log, port):
    """Starts a server; returns the process and the milliseconds until its first complete answer."""
    from support.server import Process

    request = f"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
    started = time.perf_counter()
    process = Process(arguments, log, environment).start()
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(request)
                if connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    return process, 1000 * (time.perf_counter() - started)
        except OSError:
            process.require_running()
            time.sleep(0.001)


def starts(tenant, directory):
    """The ways to start on the database that exists: name, arguments, environment."""
    data, port = directory / "data", tenant.port
    yield "martlet dev", ["dev", "--data", data, "--port", port, "--https-port", 0], {}
    yield "martlet serve", ["serve", "--data", data], {"MARTLET_HTTP_PORT": str(port), "MARTLET_DOMAINS": f"http://localhost:{port}"}


def requests_per_second(tenant, mode, client, seconds, tokens=None):
    """wrk on the second core against a server that is held on the first."""
    command = ["taskset", "-c", "1", "wrk", "--threads", "2", "--connections", "32", "--duration", f"{seconds}s",
               "--script", str(ROOT / "Benchmarks" / "token.lua"), tenant.issuer, "--",
               mode, client["client_id"], client.get("client_secret") or "", tenant.api]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        if tokens:
            file.write("\n".join(tokens) + "\n")
            file.flush()
            command.append(file.name)
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout:
        raise RuntimeError(done.stdout)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))


def measure(options):
    from support.backends import start_tenant

    measured = Measurements(options)
    with tempfile.TemporaryDirectory(prefix="martlet-benchmark.") as directory:
        directory = pathlib.Path(directory)
        tenant = start_tenant("sqlite", directory)
        try:
            measured.row("resident memory of `martlet dev` after the first start", memory(tenant.process.child.pid))
            tokens = measure_cpu(measured, tenant, options)
            measure_endpoints(measured, tenant, options)
            measure_rates(measured, tenant, options, tokens[:-200])
        finally:
            tenant.close()
        measure_starts(measured, tenant, directory, tokens[-200:])
    return measured.rows


def measure_cpu(measured, tenant, options):
    """CPU time of each grant. Returns the refresh tokens of `options.families` families, not yet used."""
    from support.tenant import CALLBACK

    machine, native, load = tenant.clients["machine_to_machine"], tenant.clients["native"], Load(tenant.port)
    count, issued = options.requests, []
    credentials = {"grant_type": "client_credentials", "client_id": machine["client_id"],
                   "client_secret": machine["client_secret"], "audience": tenant.api}
    load.run([repeated(credentials, 50)])
    measured.cpu_per_request(
        tenant, "client_credentials", [repeated(credentials, count // 8) for _ in range(8)], count // 8 * 8)

    started = []
    prepared = codes(tenant, native, (tenant.email, tenant.password), 160)
    load.run([exchanging(native, prepared[i::8], CALLBACK, started) for i in range(8)])
    chains = [refreshing(native, token, count // 160, []) for token in started]
    measured.cpu_per_request(tenant, "refresh_token with rotation", chains, count // 160 * 160, "≤ 1.6 ×")

    users = [tenant.create_user() for _ in range(max(2, options.families // FAMILIES_PER_USER))]
    timed = max(1, min(len(users) - 1, count // FAMILIES_PER_USER))
    prepared = [code for user in users[:timed] for code in codes(tenant, native, user, FAMILIES_PER_USER)]
    measured.cpu_per_request(
        tenant, "authorization_code with PKCE", [exchanging(native, prepared[i::8], CALLBACK, issued) for i in range(8)], len(prepared))
    for user in users[timed:]:
        prepared = codes(tenant, native, user, FAMILIES_PER_USER)
        load.run([exchanging(native, prepared[i::8], CALLBACK, issued) for i in range(8)])
    measured.row(
        f"resident memory after that, with {len(issued) + len(started)} refresh-token families", memory(tenant.process.child.pid), "≤ 60 MB")
    return issued


def measure_rates(measured, tenant, options, tokens):
    """Requests per second of a server that is held on one core."""
    subprocess.run(["taskset", "-acp", "0", str(tenant.process.child.pid)], check=True, capture_output=True)
    place = "server on one core, wrk with 32 connections on the other"
    rate = requests_per_second(tenant, "credentials", tenant.clients["machine_to_machine"], options.wrk_seconds)
    measured.row(f"client_credentials, {place}", f"{rate:.0f} requests/s")
    rate = requests_per_second(tenant, "refresh", tenant.clients["native"], options.wrk_seconds, tokens[:2000])
    measured.row(f"refresh_token with rotation, {place}", f"{rate:.0f} requests/s")


def measure_starts(measured, tenant, directory, tokens):
    """Time to the first answer, and memory of a process that started with all families in its database."""
    for name, arguments, environment in starts(tenant, directory):
        times = []
        for _ in range(11):
            process, elapsed = first_answer(arguments, environment, directory / "restart.log", tenant.port)
            times.append(elapsed)
            process.stop()
        measured.row(
            f"`{name}`: start of the process to the first answer, existing database",
            f"{statistics.median(times):.0f} ms (median of {len(times)}; worst {max(times):.0f} ms)", "≤ 150 ms")
    process, _ = first_answer(arguments, environment, directory / "restart.log", tenant.port)
    try:
        measured.row(f"resident memory of `{name}` on that database, just started", memory(process.child.pid))
        Load(tenant.port).run([refreshing(tenant.clients["native"], token, 10, []) for token in tokens])
        measured.row(f"resident memory of `{name}` after {10 * len(tokens)} refreshes", memory(process.child.pid), "≤ 60 MB")
    finally:
        process.stop()


def machine_description():
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 1024 / 1024
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB of memory, {platform.system()} {platform.release().split('-')[0]}"


def table(rows, options):
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True).stdout.split(" (")[0].strip()
    lines = [
        "# Results", "", f"Made by `Benchmarks/run` on {time.strftime('%Y-%m-%d')}.", "",
        f"Machine: {machine_description()}; {openssl}. SQLite with `synchronous=FULL`. CPU times are the server process's own, over "
        f"{options.requests} requests on 8 connections; the signature is `openssl speed -seconds {options.seconds} rsa2048` before and after.",
        "Which targets are missed, by how much and why: [NOTES.md](NOTES.md).",
        "", "| what | measured | target |", "|---|---|---|",
    ]
    return "\n".join(lines + [f"| {what} | {value} | {target} |" for what, value, target in rows]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build" / "release" / "martlet")
    parser.add_argument("--requests", type=int, default=8000)
    parser.add_argument("--families", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=3, help="of each openssl speed run")
    parser.add_argument("--wrk-seconds", type=int, default=10)
    parser.add_argument("--print", action="store_true", help="print the table instead of writing RESULTS.md")
    options = parser.parse_args()
    os.environ["MARTLET_BIN"] = str(options.binary.resolve())
    text = table(measure(options), options)
    print(text) if options.print else (ROOT / "Benchmarks" / "RESULTS.md").write_text(text)


if __name__ == "__main__":
    main()
