"""What the server tells those who watch it: metrics, health and readiness on the admin listener."""

import concurrent.futures
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from server import free_port


class Admin:
    """The admin listener of a server, and what it answers."""

    def __init__(self, start, *flags, **options):
        self.port = free_port()
        self.server = start("--admin-listen", f"127.0.0.1:{self.port}", *flags, **options)

    def get(self, path, method="GET", **headers):
        """(status, content type, text)"""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers["content-type"], answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["content-type"], error.read().decode()

    def metrics(self, path="/metrics"):
        status, _, text = self.get(path)
        assert status == 200, text
        return parse(text)


SAMPLE = re.compile(r'^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)+)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def parse(text):
    """{(name, frozenset of labels): value}, having checked the form: each family's HELP and TYPE before its samples, once."""
    samples, types = {}, {}
    helped = None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            helped = line.split()[2]
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name == helped and name not in types, line
            types[name] = kind
        else:
            name, labels, value = SAMPLE.match(line).groups()
            family = next(name[: len(name) - len(suffix)] for suffix in ("", "_bucket", "_sum", "_count") if name.endswith(suffix) and name[: len(name) - len(suffix)] in types)
            assert family == list(types)[-1], f"{line} is not below its TYPE"
            key = name, frozenset(LABEL.findall(labels or ""))
            assert key not in samples, line
            samples[key] = float(value)
    return samples


def value(samples, name, **labels):
    return samples.get((name, frozenset(labels.items())), 0.0)


def test_every_answered_request_is_counted_by_operation_and_outcome(start):
    admin = Admin(start)
    kms = admin.server.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    for _ in range(3):
        kms.encrypt(KeyId=key, Plaintext=b"x")
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.encrypt(KeyId="alias/missing", Plaintext=b"x")
    with pytest.raises(Exception, match="AccessDenied|not authorized"):
        admin.server.client("kms", access_key="AKIAOTHERACCOUNT", secret="other-secret").encrypt(
            KeyId=f"arn:aws:kms:us-east-1:000000000000:key/{key}", Plaintext=b"x"
        )
    with pytest.raises(Exception, match="security token|UnrecognizedClient"):
        admin.server.client("kms", access_key="AKIASTRANGER", secret="none").encrypt(KeyId=key, Plaintext=b"x")
    samples = admin.metrics()

    def requests(operation, outcome):
        return value(samples, "fastness_requests_total", service="kms", operation=operation, outcome=outcome)

    assert requests("CreateKey", "success") == 1
    assert requests("Encrypt", "success") == 3
    assert requests("Encrypt", "client_error") == 1
    assert requests("Encrypt", "denied") == 1
    assert requests("Encrypt", "unauthenticated") == 1
    labels = dict(service="kms", operation="Encrypt")
    assert value(samples, "fastness_request_duration_seconds_count", **labels) == 6
    assert value(samples, "fastness_request_duration_seconds_bucket", **labels, le="+Inf") == 6
    assert value(samples, "fastness_request_duration_seconds_sum", **labels) > 0
    assert value(samples, "fastness_requests_in_flight") == 0
    assert value(samples, "fastness_store_commits_total", outcome="committed") > 0
    assert value(samples, "fastness_audit_records_total") >= 6
    assert value(samples, "fastness_audit_healthy") == 1
    assert value(samples, "fastness_sealed") == 0
    assert value(samples, "fastness_ready") == 1
    assert value(samples, "process_resident_memory_bytes") > 1e6
    assert value(samples, "process_open_fds") > 3


def test_labels_are_never_what_a_client_sent(start):
    admin = Admin(start)
    for target in ("TrentService.NoSuchOperation", "TrentService.Encrypt\x0b", 'x"y.z{'):
        admin.server.http("POST", "/", b"{}", {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"})
    admin.server.http("GET", "/a-bucket/with-a-secret-name")
    text = admin.get("/metrics")[2]
    assert "NoSuchOperation" not in text and "secret-name" not in text and "x\\\"y" not in text
    names = {(dict(labels).get("service"), dict(labels).get("operation")) for (name, labels) in parse(text) if name == "fastness_requests_total"}
    assert names <= {("unknown", "unknown"), ("kms", "unknown"), ("kms", "Encrypt")}, names


def test_throttled_calls_are_told_apart_and_by_quota(start):
    admin = Admin(start, "--quota", "kms:CreateKey=1")
    kms = admin.server.client("kms")
    outcomes = set()
    for _ in range(10):
        try:
            kms.create_key()
        except kms.exceptions.ClientError as error:
            outcomes.add(error.response["Error"]["Code"])
    assert outcomes == {"ThrottlingException"}
    samples = admin.metrics()
    throttled = value(samples, "fastness_requests_total", service="kms", operation="CreateKey", outcome="throttled")
    assert throttled > 0
    by_quota = {labels: count for (name, labels), count in samples.items() if name == "fastness_quota_throttled_total"}
    assert sum(by_quota.values()) == throttled


def test_openmetrics_is_served_to_those_who_ask(start):
    admin = Admin(start)
    status, kind, text = admin.get("/metrics", Accept="application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
    assert status == 200 and kind.startswith("application/openmetrics-text; version=1.0.0")
    assert text.endswith("# EOF\n") and "# TYPE fastness_connections counter\n" in text
    status, kind, text = admin.get("/metrics")
    assert kind == "text/plain; version=0.0.4; charset=utf-8" and "# EOF" not in text


def test_what_calls_cost_each_account_has_a_path_of_its_own(start):
    admin = Admin(start)
    admin.server.client("kms").create_key()
    status, _, text = admin.get("/metrics/usage")
    assert status == 200 and 'fastness_calls_total{account="000000000000"' in text
    assert "000000000000" not in admin.get("/metrics")[2]


def test_health_and_readiness_answer_and_nothing_else_does(start, tmp_path):
    admin = Admin(start, data=tmp_path / "data")
    status, _, text = admin.get("/health")
    health = json.loads(text)
    assert status == 200 and health["status"] == "ok" and health["sealed"] is False
    status, _, text = admin.get("/ready")
    ready = json.loads(text)
    assert status == 200 and ready["ready"] is True and set(ready["checks"].values()) == {"ok"}
    assert admin.get("/ready", method="HEAD")[::2] == (200, "")
    assert admin.get("/health", method="POST")[0] == 405
    assert admin.get("/_fastness/control", method="POST")[0] == 404
    assert admin.get("/")[0] == 404
    assert admin.get("/metrics", Origin="https://example.com")[0] == 403
    assert admin.get("/metrics", Host="rebound.example.com")[0] == 403
    assert value(admin.metrics(), "fastness_store_size_bytes") > 0
    assert value(admin.metrics(), "fastness_data_free_bytes") > 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_readiness_ends_while_there_is_still_space_to_write(start, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(disk)]).returncode != 0:
        pytest.skip("this machine mounts nothing")
    try:
        admin = Admin(start, data=disk / "data")
        assert admin.get("/ready")[0] == 200
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        (disk / "filler").write_bytes(bytes(free - (48 << 20)))
        deadline = time.monotonic() + 10
        while admin.get("/ready")[0] == 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        status, _, text = admin.get("/ready")
        ready = json.loads(text)
        assert status == 503 and ready["ready"] is False and "bytes are free" in ready["checks"]["disk"]
        assert {name for name, check in ready["checks"].items() if check != "ok"} == {"disk"}
        assert value(admin.metrics(), "fastness_ready") == 0
        assert admin.get("/health")[0] == 200, "the process lives"
        admin.server.client("kms").create_key()
        (disk / "filler").unlink()
        time.sleep(1.1)
        assert admin.get("/ready")[0] == 200
        admin.server.stop()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_server_that_stops_is_not_ready_while_it_finishes(start):
    admin = Admin(start)
    admin.server.fastness("fault", "add", "kms:GenerateRandom", "--latency", "3s")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        late = pool.submit(admin.server.client("kms").generate_random, NumberOfBytes=8)
        while value(admin.metrics(), "fastness_requests_in_flight") != 1:
            time.sleep(0.02)
        admin.server.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 2
        while admin.get("/ready")[0] == 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        status, _, text = admin.get("/ready")
        assert status == 503 and "stopping" in json.loads(text)["checks"]["running"]
        assert late.result()["Plaintext"]


def test_beyond_loopback_the_admin_listener_serves_https_unless_told_otherwise(start, tmp_path):
    admin = Admin(start)
    port = free_port()
    server = start("--admin-listen", f"0.0.0.0:{port}")
    with pytest.raises((OSError, http.client.HTTPException)):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10)
    context = ssl.create_default_context(cafile=server.ca())
    with urllib.request.urlopen(f"https://localhost:{port}/health", timeout=10, context=context) as answer:
        assert answer.status == 200
    (tmp_path / "plain.toml").write_text("[watch]\nadmin_plain = true\n")
    port = free_port()
    start("--admin-listen", f"0.0.0.0:{port}", "--config", str(tmp_path / "plain.toml"))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
        assert answer.status == 200
    assert admin.get("/health")[0] == 200


def test_handshakes_and_the_end_of_the_certificate_are_told(start):
    admin = Admin(start)
    admin.server.client("kms", tls=True).generate_random(NumberOfBytes=8)
    with socket.create_connection(("127.0.0.1", admin.server.port), timeout=10) as stream:
        # The beginning of a handshake that is none.
        stream.sendall(b"\x16\x03\x01\x00\x02xx")
        stream.shutdown(socket.SHUT_WR)
        while stream.recv(1024):
            pass
    deadline = time.monotonic() + 10
    while value(admin.metrics(), "fastness_tls_handshakes_total", result="failure") != 1:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    samples = admin.metrics()
    assert value(samples, "fastness_tls_handshakes_total", result="success") == 1
    assert value(samples, "fastness_connections_total") >= 2
    left = value(samples, "fastness_certificate_expiry_timestamp_seconds") - time.time()
    assert 30 * 86_400 < left < 400 * 86_400
