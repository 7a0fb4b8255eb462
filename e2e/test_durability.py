"""What was acknowledged is still there: after SIGKILL under load, a restart, damage; and two servers never share a directory."""

import concurrent.futures
import hashlib
import pathlib
import threading
import time

import botocore.exceptions
import pytest

from server import Refused

ROUNDS = 5
ACKNOWLEDGED_PER_ROUND = 60


def files(directory):
    """Every file below a directory and the hash of what it holds. A lock file only names the process that came last."""
    found = [path for path in pathlib.Path(directory).rglob("*") if path.is_file() and path.name != "lock" and path.suffix != ".lock"]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def load(server, acknowledged, enough):
    """Makes keys and encrypts with them until the server is gone; notes only what was answered."""
    kms = server.client()
    try:
        while True:
            key = kms.create_key()["KeyMetadata"]["KeyId"]
            text = key.encode()
            acknowledged.append((key, None, None))
            acknowledged.append((key, kms.encrypt(KeyId=key, Plaintext=text)["CiphertextBlob"], text))
            if len(acknowledged) >= enough:
                server.reached.set()
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
        return


@pytest.mark.parametrize("engine", ["redb", "postgresql"])
def test_kill_9_under_load_loses_nothing_that_was_acknowledged(start, tmp_path, engine, request):
    flags = ["--quotas", "off"]
    if engine == "postgresql":
        address = request.getfixturevalue("postgresql").create("kill")
        flags += ["--store", address, "--seal", f"file:{tmp_path / 'seal'}"]
    server = start(*flags, data=tmp_path / "data")
    acknowledged = []
    for _ in range(ROUNDS):
        server.reached = threading.Event()
        enough = len(acknowledged) + ACKNOWLEDGED_PER_ROUND
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            workers = [pool.submit(load, server, acknowledged, enough) for _ in range(8)]
            assert server.reached.wait(60), f"too little was done:\n{server.log()[-2000:]}"
            server.kill()
        for worker in workers:
            worker.result()
        server.start()
        kms = server.client()
        listed = {k["KeyId"] for page in kms.get_paginator("list_keys").paginate() for k in page["Keys"]}
        assert {key for key, _, _ in acknowledged} <= listed
        for _, blob, text in acknowledged:
            if blob is not None:
                assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == text


def test_a_restart_finds_everything_as_it_was(start, tmp_path):
    server = start(data=tmp_path / "data")
    kms = server.client()
    key = kms.create_key(Description="kept", Tags=[{"TagKey": "a", "TagValue": "b"}])["KeyMetadata"]
    kms.create_alias(AliasName="alias/kept", TargetKeyId=key["KeyId"])
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"kept")["CiphertextBlob"]
    server.stop()
    server.start()
    kms = server.client()
    assert kms.describe_key(KeyId="alias/kept")["KeyMetadata"] == key
    assert kms.list_resource_tags(KeyId=key["KeyId"])["Tags"] == [{"TagKey": "a", "TagValue": "b"}]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"


def test_without_a_data_directory_a_restart_begins_anew(start):
    server = start()
    server.client().create_key()
    server.stop()
    server.start()
    assert server.client().list_keys()["Keys"] == []


def test_a_second_server_on_the_same_directory_refuses(start, tmp_path):
    first = start(data=tmp_path / "data")
    key = first.client().create_key()["KeyMetadata"]["KeyId"]
    with pytest.raises(Refused) as refusal:
        start(data=tmp_path / "data")
    assert "runs in" in refusal.value.output
    assert "panicked" not in refusal.value.output
    assert first.client().describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"


def store_file(directory):
    """The database: the file that is a redb one by its magic."""
    found = [path for path in files(directory) if path.read_bytes()[:4] == b"redb"]
    assert len(found) == 1, found
    return found[0]


def zeroed(content):
    return b"\0" * len(content)


def truncated(content):
    return content[: len(content) // 3]


def head_gone(content):
    return b"\xaa" * 512 + content[512:]


def body_flipped(content):
    return content[:4096] + bytes(byte ^ 0x5A for byte in content[4096:])


@pytest.mark.parametrize("damage", [zeroed, truncated, head_gone, body_flipped])
def test_a_damaged_store_is_refused_and_left_as_it_is(start, tmp_path, damage):
    """Whoever is to repair it needs the bytes as they were found."""
    server = start(data=tmp_path / "data")
    server.client().create_key()
    server.stop()
    path = store_file(tmp_path / "data")
    path.write_bytes(damage(path.read_bytes()))
    before = files(tmp_path / "data")
    with pytest.raises(Refused) as refusal:
        server.start()
    after = files(tmp_path / "data")
    assert {name: after.get(name) for name in before} == before, "something was overwritten"
    assert "panicked" not in refusal.value.output
    assert "damaged" in refusal.value.output, refusal.value.output
    assert path.name in refusal.value.output, "the refusal names the file"


def test_the_wrong_seal_is_refused_and_the_right_one_still_opens(start, tmp_path):
    seal = tmp_path / "seal"
    server = start("--seal", f"file:{seal}", data=tmp_path / "data")
    blob = server.client().encrypt(KeyId=server.client().create_key()["KeyMetadata"]["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    server.stop()
    right = seal.read_bytes()
    seal.write_bytes(bytes(byte ^ 1 for byte in right))
    with pytest.raises(Refused) as refusal:
        server.start()
    assert "seal" in refusal.value.output
    seal.write_bytes(right)
    server.start()
    assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


@pytest.mark.scale
@pytest.mark.alone
def test_100000_keys_are_seeded_in_bulk_and_a_restart_takes_under_a_second(start, tmp_path):
    seed = ['[[accounts]]\nid = "000000000000"\nroot_access_keys = [{ id = "test", secret = "test" }]\n']
    for number in range(100_000):
        seed.append(f'[[accounts.keys]]\nregion = "us-east-1"\nid = "00000000-0000-4000-8000-{number:012x}"\n')
    import server as house

    patience, house.START_SECONDS = house.START_SECONDS, 300
    try:
        server = start("--quotas", "off", seed="".join(seed), data=tmp_path / "data")
    finally:
        house.START_SECONDS = patience
    kms = server.client()
    last = "00000000-0000-4000-8000-00000001869f"
    blob = kms.encrypt(KeyId=last, Plaintext=b"x")["CiphertextBlob"]
    server.stop()

    server.flags = [flag for flag in server.flags if flag != "--seed" and not flag.endswith("seed.toml")]
    best = min(restart_seconds(server) for _ in range(3))
    assert best < 1.0
    assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    page = server.client().list_keys(Limit=1000)
    assert len(page["Keys"]) == 1000 and page["Truncated"]


def restart_seconds(server):
    if server.process is not None:
        server.stop()
    began = time.monotonic()
    server.start()
    return time.monotonic() - began
