"""Watching a server of `serve`: what it tells sealed and unsealed, its logs and traces, and that none of it is a secret."""

import base64
import http.client
import json
import re
import signal
import socket
import ssl
import time
import urllib.request

import pytest

from collector import Collector
from server import free_port
from test_logs_traces import lines, request_id
from test_sealed import forms
from test_watch import Admin, parse, value

PASSPHRASE = "planted passphrase of the operator"

# Present whatever state the server is in; the state's own counters come when it is open.
ALWAYS = {
    "fastness_build_info",
    "fastness_sealed",
    "fastness_seal_slots",
    "fastness_ready",
    "fastness_requests_in_flight",
    "fastness_connections_open",
    "fastness_certificate_expiry_timestamp_seconds",
    "fastness_data_free_bytes",
    "fastness_store_size_bytes",
    "fastness_audit_bytes",
    "fastness_audit_reserve_held",
    "fastness_backup_last_success_timestamp_seconds",
    "process_start_time_seconds",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_open_fds",
    "process_max_fds",
}
OPEN = {
    "fastness_store_commits_total",
    "fastness_audit_records_total",
    "fastness_audit_healthy",
    "fastness_audit_unsynced_records",
    "fastness_audit_outbox_spaces",
    "fastness_audit_outbox_wait_seconds",
    "fastness_jobs_overdue_seconds",
    "fastness_cache_entries",
}


def watched(operate, *flags, **options):
    """A server with an admin listener, started."""
    return Admin(lambda *more, **others: operate(*more, **others).start(), *flags, **options)


def names(samples):
    return {name for name, _ in samples}


def ready(admin):
    status, _, text = admin.get("/ready")
    return status, {name for name, found in json.loads(text)["checks"].items() if found != "ok"}


def test_a_server_is_told_about_sealed_and_unsealed(operate):
    admin = watched(operate, seals=["passphrase", "file:{home}/seal.key"], given=f"{PASSPHRASE}\n")
    server = admin.server
    server.client().create_key()
    samples = admin.metrics()
    assert ALWAYS | OPEN <= names(samples), (ALWAYS | OPEN) - names(samples)
    assert (value(samples, "fastness_sealed"), value(samples, "fastness_ready")) == (0, 1)
    assert value(samples, "fastness_seal_slots", kind="passphrase") == value(samples, "fastness_seal_slots", kind="file") == 1
    assert ready(admin) == (200, set())
    before = samples

    server.fastness("seal")
    assert ready(admin) == (503, {"seal"}), "at once, whatever was found a moment ago"
    status, _, text = admin.get("/health")
    assert (status, json.loads(text)["sealed"]) == (200, True)
    assert admin.get("/metrics/usage")[0] == 503
    samples = admin.metrics()
    assert ALWAYS <= names(samples), ALWAYS - names(samples)
    assert not OPEN & names(samples), "of a state that is closed nothing is made up"
    assert (value(samples, "fastness_sealed"), value(samples, "fastness_ready")) == (1, 0)
    for name in ("fastness_seal_slots", "fastness_audit_reserve_held", "process_max_fds"):
        assert {key: count for key, count in samples.items() if key[0] == name} == {key: count for key, count in before.items() if key[0] == name}
    assert value(samples, "fastness_audit_bytes") >= value(before, "fastness_audit_bytes") > 0
    assert value(samples, "fastness_requests_total", service="kms", operation="CreateKey", outcome="success") == 1

    server.fastness("unseal")
    assert ready(admin) == (200, set())
    assert ALWAYS | OPEN <= names(admin.metrics())
    server.fastness("seals", "remove", "2", given=f"{PASSPHRASE}\n")
    deadline = time.monotonic() + 10
    while value(samples := admin.metrics(), "fastness_seal_slots", kind="file"):
        assert time.monotonic() < deadline, "a seal that was removed is told"
        time.sleep(0.1)
    assert value(samples, "fastness_seal_slots", kind="passphrase") == 1


def test_a_server_that_starts_sealed_is_told_about_from_the_start(operate):
    admin = watched(operate, seals=["shamir:2/3"])
    samples = admin.metrics()
    assert ALWAYS <= names(samples), ALWAYS - names(samples)
    assert value(samples, "fastness_sealed") == value(samples, "fastness_seal_slots", kind="shamir") == 1
    assert ready(admin) == (503, {"seal"})
    assert admin.get("/health")[0] == 200
    # The certificate is a temporary one, and its end is the one in use.
    shown = ssl.get_server_certificate(("127.0.0.1", admin.server.port))
    end = value(samples, "fastness_certificate_expiry_timestamp_seconds")
    assert abs(end - end_of(shown)) < 2
    shares = "\n".join(admin.server.made["shares"][:2])
    admin.server.fastness("unseal", given=shares)
    own = ssl.get_server_certificate(("127.0.0.1", admin.server.port))
    assert own != shown and abs(value(admin.metrics(), "fastness_certificate_expiry_timestamp_seconds") - end_of(own)) < 2


def end_of(certificate):
    from cryptography import x509

    return x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc.timestamp()


def test_the_age_of_the_last_backup_is_told(operate):
    admin = watched(operate)
    name = "fastness_backup_last_success_timestamp_seconds"
    assert value(admin.metrics(), name) == 0
    begun = int(time.time())
    admin.server.fastness("backup", "--output", admin.server.home / "backup.fst")
    told = value(admin.metrics(), name)
    assert begun <= told <= time.time()
    failed = admin.server.fastness("backup", "--output", admin.server.home / "backup.fst", check=False)
    assert failed.returncode == 1 and value(admin.metrics(), name) == told
    admin.server.stop()
    admin.server.start()
    assert value(admin.metrics(), name) == told


def test_beyond_loopback_the_admin_listener_of_a_server_speaks_tls(operate):
    port = free_port()
    server = operate("--admin-listen", f"0.0.0.0:{port}").start()
    with pytest.raises((OSError, http.client.HTTPException)):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10)
    context = ssl.create_default_context(cafile=server.ca())
    with urllib.request.urlopen(f"https://localhost:{port}/ready", timeout=10, context=context) as answer:
        assert answer.status == 200
    server.fastness("seal")
    with urllib.request.urlopen(f"https://localhost:{port}/health", timeout=10, context=context) as answer:
        assert json.loads(answer.read())["sealed"] is True


def test_the_admin_listener_holds_so_many_connections_and_answers_again_afterwards(operate):
    admin = watched(operate)
    idle = [socket.create_connection(("127.0.0.1", admin.port), timeout=10) for _ in range(40)]
    closed = 0
    for stream in idle[32:]:
        stream.settimeout(10)
        closed += stream.recv(1) == b""
    assert closed == 8, "what is too many is closed at once"
    [stream.close() for stream in idle]
    deadline = time.monotonic() + 10
    while True:
        try:
            assert admin.get("/health")[0] == 200
            break
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert admin.get("/health", X_Long="x" * 100_000)[0] in (400, 431)
    admin.server.client().generate_random(NumberOfBytes=8)


def test_request_ids_in_the_log_are_those_of_awss_headers_and_the_level_follows_a_reload(operate):
    server = operate("--log-format", "json")
    path = server.data / "fastness.toml"
    written = path.read_text()
    path.write_text(f'{written}\n[log]\nlevel = "info"\nrequests = true\n')
    server.start()
    kms = server.client()
    answer = kms.create_key()
    with pytest.raises(kms.exceptions.NotFoundException) as refused:
        kms.describe_key(KeyId="alias/missing")
    ids = {request_id(answer), request_id(refused.value.response)}
    deadline = time.monotonic() + 10
    while {line["fields"]["request_id"] for line in lines(server, "request")} != ids:
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.02)
    assert {json.loads(record)["requestID"] for record in server.fastness("audit", "tail").stdout.splitlines()} >= ids
    path.write_text(f'{written}\n[log]\nlevel = "debug"\nrequests = false\nformat = "text"\n')
    server.process.send_signal(signal.SIGHUP)
    [reloaded] = lines(server, "settings are reloaded; applied: log.level, log.requests")
    assert reloaded["level"] == "INFO"
    assert lines(server, "these changed settings need a restart: log.format")
    last = kms.generate_random(NumberOfBytes=8)
    assert request_id(last) in {line["fields"]["request_id"] for line in lines(server, "answered")}
    path.write_text(f'{written}\n[log]\nlevel = "loud"\n')
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 10
    while "nothing is reloaded" not in server.log():
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.02)
    assert "log.level" in server.log().split("nothing is reloaded")[1].splitlines()[0]
    kms.generate_random(NumberOfBytes=8)


def test_a_server_sends_traces_also_of_what_it_refuses_while_it_is_sealed(operate):
    with Collector() as collector:
        admin = watched(operate, "--otlp", collector.url, "--sampling", "1")
        kms = admin.server.client()
        answer = kms.generate_random(NumberOfBytes=8)
        [span] = collector.wait(lambda span: span["attributes"].get("aws.request_id") == request_id(answer))
        assert (span["name"], span["attributes"]["http.response.status_code"]) == ("kms/GenerateRandom", 200)
        admin.server.fastness("seal")
        with pytest.raises(kms.exceptions.ClientError) as refused:
            kms.generate_random(NumberOfBytes=8)
        [span] = collector.wait(lambda span: span["attributes"].get("aws.request_id") == request_id(refused.value.response))
        assert span["attributes"]["http.response.status_code"] == 503
        assert value(admin.metrics(), "fastness_traced_requests_total", result="exported") >= 1


def test_what_a_sealed_server_refuses_is_read_by_every_client_and_found_in_the_log(operate):
    server = operate("--log-requests", "--log-format", "json").start()
    server.fastness("seal")
    for service, call in [("kms", "list_keys"), ("iam", "list_users"), ("sts", "get_caller_identity"), ("organizations", "list_roots")]:
        client = server.client(service)
        with pytest.raises(client.exceptions.ClientError) as refused:
            getattr(client, call)()
        answer = refused.value.response
        assert answer["Error"]["Code"] == "ServiceUnavailableException" and "sealed" in answer["Error"]["Message"]
        id = answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
        assert id in {line["fields"]["request_id"] for line in lines(server, "request")}
    done = server.aws("kms", "list-keys", check=False)
    assert "The server is sealed" in done.stderr


@pytest.mark.parametrize("format", ["text", "json"])
def test_no_log_trace_metric_or_process_listing_tells_a_secret(operate, format):
    plaintext, context = b"planted-plaintext-never-logged", "planted-encryption-context"
    with Collector() as collector:
        flags = ["--log-level", "trace", "--log-requests", "--log-format", format, "--otlp", collector.url, "--sampling", "1"]
        admin = watched(operate, *flags, seals=["passphrase", "shamir:2/2"], given=f"{PASSPHRASE}\n")
        server = admin.server
        server.fastness("unseal", given=f"wrong {PASSPHRASE}\n", check=False)
        server.fastness("unseal", given=f"{PASSPHRASE}\n")
        kms = server.client()
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        blob = kms.encrypt(KeyId=key, Plaintext=plaintext, EncryptionContext={"c": context})["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob, EncryptionContext={"c": context})["Plaintext"] == plaintext
        with pytest.raises(kms.exceptions.ClientError):
            kms.decrypt(CiphertextBlob=blob)
        data_key = kms.generate_data_key(KeyId=key, KeySpec="AES_256")["Plaintext"]
        administrator = json.loads(server.fastness("admin", "create-admin", "--json").stdout)
        as_admin = server.client(access_key=administrator["access_key_id"], secret=administrator["secret_access_key"])
        as_admin.list_keys()
        with pytest.raises(kms.exceptions.ClientError):
            server.client(secret="planted/wrong+secret/of-a-caller00").list_keys()
        server.fastness("seal")
        for share in server.made["shares"]:
            server.fastness("unseal", given=share, check=False)
        assert server.status()["sealed"] is False
        kms.generate_random(NumberOfBytes=8)
        told = admin.get("/metrics")[2] + admin.get("/metrics/usage")[2] + admin.get("/ready")[2]
        with open(f"/proc/{server.process.pid}/cmdline", "rb") as listing:
            told += listing.read().decode()
        server.stop()
        places = {"log": server.log().encode(), "traces": "".join(collector.bodies).encode(), "told": told.encode()}
    assert len(places["log"]) > 2_000 and places["traces"], "there is something to search"
    secrets = [
        plaintext,
        context.encode(),
        data_key,
        PASSPHRASE.encode(),
        b"planted/wrong+secret/of-a-caller00",
        server.made["secret_access_key"].encode(),
        administrator["secret_access_key"].encode(),
        *(share.encode() for share in server.made["shares"]),
        *(share.split("-")[-1].encode() for share in server.made["shares"]),
    ]
    for name, content in places.items():
        for secret in secrets:
            assert not [form for form in forms(secret) if form in content], f"{secret} in the {name}"
