"""The outside of `fastness dev` that tools rely on: seed, reset, clock, audit, quotas, the open mode, the control door."""

import base64
import concurrent.futures
import json
import re
import subprocess
import threading
import time

import botocore.exceptions
import pytest

import raw
from server import BINARY, Refused, Server, free_port, run_binary

MATERIAL = base64.b64encode(bytes(range(32))).decode()
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
FULL_SEED = f"""
[[accounts]]
id = "000000000000"
root_access_keys = [{{ id = "test", secret = "test" }}]

[[accounts.users]]
name = "alice"
access_keys = [{{ id = "AKIAEXAMPLE", secret = "secret" }}]
attached_policies = ["arn:aws:iam::aws:policy/AdministratorAccess"]
inline_policies = {{ own = '{{"Version":"2012-10-17","Statement":[]}}' }}

[[accounts.keys]]
region = "us-east-1"
id = "{KEY_ID}"
spec = "SYMMETRIC_DEFAULT"
material = "{MATERIAL}"
aliases = ["alias/app"]
"""


def code(error):
    return error.value.response["Error"]["Code"]


# Seed


def test_a_seeded_key_is_the_same_key_on_every_server(start):
    """Ciphertext of one server opens on another that was seeded with the same material: fixtures can be checked in."""
    one, two = start(seed=FULL_SEED), start(seed=FULL_SEED)
    blob = one.client().encrypt(KeyId="alias/app", Plaintext=b"fixture")["CiphertextBlob"]
    opened = two.client().decrypt(CiphertextBlob=blob)
    assert opened["Plaintext"] == b"fixture"
    assert opened["KeyId"].endswith(KEY_ID)


def test_a_seeded_user_is_known_by_name(start):
    identity = start(seed=FULL_SEED).client("sts", access_key="AKIAEXAMPLE", secret="secret").get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::000000000000:user/alice"
    assert identity["UserId"]


def test_a_seed_given_again_changes_nothing(start, tmp_path):
    server = start(seed=FULL_SEED, data=tmp_path / "data")
    server.client().update_key_description(KeyId=KEY_ID, Description="mine now")
    server.client().disable_key(KeyId=KEY_ID)
    server.stop()
    server.start()
    metadata = server.client().describe_key(KeyId=KEY_ID)["KeyMetadata"]
    assert (metadata["Description"], metadata["KeyState"]) == ("mine now", "Disabled")


@pytest.mark.parametrize(
    ("seed", "line", "name"),
    [
        ('[[accounts]]\nid = "12"\n', 2, "id"),
        ('[[accounts]]\nid = "000000000000"\nroot_access_key = []\n', 3, "root_access_key"),
        ('[[accounts]]\nid = "000000000000"\n[[accounts.keys]]\nregion = "nowhere"\n', 4, "region"),
        ('[[accounts]]\nid = "000000000000"\n[[accounts.keys]]\nregion = "us-east-1"\nid = "x"\nmaterial = "AA=="\n', 6, "material"),
        ('[[accounts]]\nid = "000000000000"\nroot_access_keys = [{ id = "a" }]\n', 3, "secret"),
        ('[[accounts]\n', 1, ""),
    ],
    ids=["account", "unknown", "region", "material", "missing", "syntax"],
)
def test_a_mistake_in_the_seed_is_named_with_line_and_key(start, seed, line, name):
    with pytest.raises(Refused) as refusal:
        start(seed=seed)
    output = refusal.value.output
    assert re.search(rf"line {line}\b|:{line}:|:{line}\b", output), output
    assert name in output
    assert "panicked" not in output


# Open


def test_open_lets_anyone_in_as_the_root_of_their_account(start):
    server = start("--open", seed=None)
    assert server.client("sts", access_key="anything", secret="whatever").get_caller_identity()["Account"] == "000000000000"
    assert server.client("sts", access_key="123456789012", secret="x").get_caller_identity()["Account"] == "123456789012"
    kms = server.client(access_key="123456789012", secret="x")
    key = kms.create_key()["KeyMetadata"]
    assert key["Arn"].startswith("arn:aws:kms:us-east-1:123456789012:key/")
    assert kms.decrypt(CiphertextBlob=kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"])["Plaintext"] == b"x"


def test_without_open_strangers_stay_out(dev):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        dev.client(access_key="anything", secret="whatever").list_keys()
    assert code(error) == "UnrecognizedClientException"


@pytest.mark.parametrize("flag", ["--open", "--soft"])
def test_off_loopback_the_lax_modes_are_refused(tmp_path, flag):
    done = run_binary("dev", "--listen", f"0.0.0.0:{free_port()}", flag, env={"HOME": str(tmp_path), "PATH": "/usr/bin"})
    assert done.returncode != 0
    assert flag in done.stdout + done.stderr


def test_off_loopback_only_tls_is_served(start, tmp_path):
    port = free_port()
    with open(tmp_path / "log", "wb") as log:
        server = Server(tmp_path / "home")
        server.port, server.log_path = port, tmp_path / "log"
        command = [BINARY, "dev", "--listen", f"0.0.0.0:{port}", "--seed", str(tmp_path / "home/seed.toml")]
        server.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=server.environment())
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if server.client(tls=True).list_keys()["Keys"] == []:
                    break
            except (botocore.exceptions.BotoCoreError, AssertionError, OSError):
                time.sleep(0.05)
        assert server.client(tls=True).list_keys()["Keys"] == []
        answer = raw.exchange(port, raw.request("GET", "/_fastness/health", [("Host", f"127.0.0.1:{port}")]))
        assert answer is None or 300 <= answer.status < 500
    finally:
        server.stop()


# Reset and health


def test_reset_goes_back_to_the_seed(start):
    server = start(seed=FULL_SEED)
    kms = server.client()
    for _ in range(3):
        kms.create_key()
    kms.schedule_key_deletion(KeyId=KEY_ID, PendingWindowInDays=7)
    server.fastness("clock", "advance", "400d")
    began = time.monotonic()
    assert server.http("POST", "/_fastness/reset")[0] == 200
    assert time.monotonic() - began < 5
    assert [k["KeyId"] for k in kms.list_keys()["Keys"]] == [KEY_ID]
    metadata = kms.describe_key(KeyId="alias/app")["KeyMetadata"]
    assert metadata["KeyState"] == "Enabled"
    assert abs(metadata["CreationDate"].timestamp() - time.time()) < 3600, "the clock went back as well"


def test_health_says_what_serves(dev):
    status, body = dev.http("GET", "/_fastness/health")
    health = json.loads(body)
    assert status == 200
    assert health["version"]
    assert health["sealed"] is False


@pytest.mark.parametrize("path", ["/_fastness/health", "/_fastness/reset", "/_fastness/control"])
@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}], ids=str)
def test_a_web_page_cannot_reach_the_control_door(dev, path, headers):
    """A page in the operator's browser can send requests to loopback; names can be rebound to it."""
    pairs = {"Host": f"127.0.0.1:{dev.port}", "Content-Length": "0", **headers}
    method = "GET" if path.endswith("health") else "POST"
    answer = raw.exchange(dev.port, raw.request(method, path, pairs))
    assert 400 <= answer.status < 500
    assert "access-control-allow-origin" not in answer.headers


# Time


def test_a_scheduled_deletion_happens_when_the_clock_gets_there(start):
    server = start()
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/doomed", TargetKeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    server.fastness("clock", "advance", "6d")
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    server.fastness("clock", "advance", "25h")
    deadline = time.monotonic() + 20
    with pytest.raises(kms.exceptions.NotFoundException):
        while time.monotonic() < deadline:
            kms.describe_key(KeyId=key)
            time.sleep(0.05)
    assert not [alias for alias in kms.list_aliases()["Aliases"] if "TargetKeyId" in alias]


def rotations(kms, key, count):
    """The rotations of a key, once there are so many; a rotation is a job that runs when its time has come."""
    deadline = time.monotonic() + 20
    while True:
        pages = kms.get_paginator("list_key_rotations").paginate(KeyId=key, PaginationConfig={"PageSize": 1})
        found = [entry for page in pages for entry in page["Rotations"]]
        if len(found) >= count or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def test_a_year_of_rotations_passes_in_a_moment_and_outlives_the_server(start, tmp_path):
    server = start(data=tmp_path / "data")
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    blobs = [kms.encrypt(KeyId=key, Plaintext=b"0")["CiphertextBlob"]]
    for quarter in range(1, 5):
        server.fastness("clock", "advance", "90d")
        assert [entry["RotationType"] for entry in rotations(kms, key, quarter)] == ["AUTOMATIC"] * quarter
        blobs.append(kms.encrypt(KeyId=key, Plaintext=str(quarter).encode())["CiphertextBlob"])
    kms.rotate_key_on_demand(KeyId=key)
    request = kms.encrypt(KeyId=key, Plaintext=b"5")["ResponseMetadata"]["RequestId"]
    server.stop()
    kms = server.start().client()
    dates = [entry["RotationDate"] for entry in rotations(kms, key, 5)]
    assert dates == sorted(dates) and len(dates) == 5
    assert kms.get_key_last_usage(KeyId=key)["KeyLastUsage"]["KmsRequestId"] == request
    materials = set()
    for number, blob in enumerate(blobs):
        opened = kms.decrypt(CiphertextBlob=blob)
        assert opened["Plaintext"] == str(number).encode()
        materials.add(opened["KeyMaterialId"])
    assert len(materials) == 5, "some of the rotations brought no new material"
    status = kms.get_key_rotation_status(KeyId=key)
    assert status["KeyRotationEnabled"] and status["NextRotationDate"] > dates[-1]


def test_a_moved_clock_stamps_state_but_breaks_no_signature(start):
    server = start()
    server.fastness("clock", "advance", "366d")
    created = server.client().create_key()["KeyMetadata"]["CreationDate"].timestamp()
    assert abs(created - time.time() - 366 * 86_400) < 600


def test_the_clock_is_shown_set_frozen_and_resumed(start):
    server = start()
    server.fastness("clock", "set", "2040-01-01T00:00:00Z")
    server.fastness("clock", "freeze")
    assert "2040-01-01T00:00:" in server.fastness("clock", "show").stdout
    kms = server.client()
    assert kms.create_key()["KeyMetadata"]["CreationDate"] == kms.create_key()["KeyMetadata"]["CreationDate"]
    server.fastness("clock", "resume")
    assert server.fastness("clock", "set", "2030-01-01T00:00:00Z", check=False).returncode != 0


def test_the_moved_clock_survives_a_restart(start, tmp_path):
    server = start(data=tmp_path / "data")
    server.fastness("clock", "advance", "366d")
    server.stop()
    server.start()
    created = server.client().create_key()["KeyMetadata"]["CreationDate"].timestamp()
    assert abs(created - time.time() - 366 * 86_400) < 600


# Audit


def records(server):
    """The newest thousand audit records, oldest first."""
    output = server.fastness("audit", "tail", "-n", "1000").stdout
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def test_the_audit_tail_shows_what_was_done_and_never_what_was_kept_secret(start):
    server = start()
    kms = server.client()
    key = kms.create_key(Description="audited")["KeyMetadata"]
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"plain-secret-word", EncryptionContext={"purpose": "test"})["CiphertextBlob"]
    kms.decrypt(CiphertextBlob=blob, EncryptionContext={"purpose": "test"})
    with pytest.raises(kms.exceptions.InvalidCiphertextException):
        kms.decrypt(CiphertextBlob=blob)
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId="alias/none")

    deadline = time.monotonic() + 20
    while len(found := records(server)) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    by_name = {}
    for record in found:
        by_name.setdefault(record["eventName"], []).append(record)
    created, encrypted = by_name["CreateKey"][0], by_name["Encrypt"][0]
    failed = [record for record in by_name["Decrypt"] if "errorCode" in record]
    assert created["responseElements"]["keyMetadata"]["keyId"] == key["KeyId"]
    assert created["readOnly"] is False
    assert encrypted["requestParameters"]["encryptionContext"] == {"purpose": "test"}
    assert encrypted["resources"][0]["ARN"] == key["Arn"]
    assert encrypted["responseElements"] is None
    assert encrypted["eventSource"] == "kms.amazonaws.com"
    assert encrypted["userIdentity"]["arn"] == "arn:aws:iam::000000000000:root"
    assert encrypted["userIdentity"]["accessKeyId"] == "test"
    assert encrypted["sourceIPAddress"] == "127.0.0.1"
    assert [record["errorCode"] for record in failed] == ["InvalidCiphertextException"]
    assert by_name["DescribeKey"][0]["errorCode"] == "NotFoundException"
    assert len({record["eventID"] for record in found}) == len(found)

    text = json.dumps(found)
    for secret in (b"plain-secret-word", blob):
        assert base64.b64encode(secret).decode() not in text
    assert "plain-secret-word" not in text


def test_every_request_id_that_a_client_saw_is_in_the_log(start, tmp_path):
    server = start(data=tmp_path / "data")
    kms = server.client()
    seen = [kms.create_key()["ResponseMetadata"]["RequestId"]]
    seen += [kms.generate_random(NumberOfBytes=1)["ResponseMetadata"]["RequestId"] for _ in range(20)]
    server.kill()
    server.start()
    logged = [record["requestID"] for record in records(server)]
    assert [request for request in seen if logged.count(request) != 1] == []


# Quotas


def test_aws_quotas_throttle_in_awss_words(start):
    """CreateKey has 5 a second."""
    kms = start("--quotas", "aws").client()
    with pytest.raises(botocore.exceptions.ClientError) as error:
        for _ in range(200):
            kms.create_key()
    assert code(error) == "ThrottlingException"
    assert error.value.response["Error"]["Message"] == "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls."
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_client_that_backs_off_gets_through(start):
    kms = start("--quotas", "aws").client(retries=10)
    assert len({kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(12)}) == 12


def test_quotas_off_never_throttle(dev, kms):
    for _ in range(50):
        kms.create_key()


# Ending


def test_sigterm_lets_calls_under_way_finish(start, tmp_path):
    """Under load, every call is either answered in full, and then is there after a restart, or finds the door closed."""
    server = start("--quotas", "off", data=tmp_path / "data")
    answered, busy = [], threading.Event()

    def work():
        kms = server.client()
        try:
            while True:
                answered.append(kms.create_key()["KeyMetadata"]["KeyId"])
                if len(answered) > 40:
                    busy.set()
        except botocore.exceptions.BotoCoreError:
            pass

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(work) for _ in range(4)]
        assert busy.wait(60)
        server.stop()
        for worker in workers:
            worker.result()
    server.start()
    kms = server.client()
    assert set(answered) <= {k["KeyId"] for page in kms.get_paginator("list_keys").paginate() for k in page["Keys"]}


def test_a_port_in_use_is_a_clear_error(dev, tmp_path):
    done = run_binary("dev", "--listen", f"127.0.0.1:{dev.port}", env={"HOME": str(tmp_path), "PATH": "/usr/bin"})
    assert done.returncode != 0
    assert str(dev.port) in done.stdout + done.stderr
