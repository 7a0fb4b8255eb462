"""What opens a server: each kind of seal from `init` to the next start, several at once, added, removed, wrong, damaged."""

import concurrent.futures
import hashlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time

import botocore.exceptions
import pytest

from operated import Operated
from server import Refused, Server
from test_hsm import MODULE, helpers
from test_sealed import contents, leaks

PASSPHRASE = "correct horse battery staple"
OTHER = "another passphrase of a person"


class Used:
    """A key of a server and something under it, by which it shows that it is the same server still."""

    def __init__(self, server):
        self.server = server
        kms = server.client()
        self.key = kms.create_key()["KeyMetadata"]["KeyId"]
        self.blob = kms.encrypt(KeyId=self.key, Plaintext=b"kept")["CiphertextBlob"]

    def check(self, **credentials):
        assert self.server.client(**credentials).decrypt(CiphertextBlob=self.blob)["Plaintext"] == b"kept"


def restart(server):
    server.stop()
    server.start()
    return server.status()["sealed"]


def unseal(server, *given, check=True):
    return server.fastness("unseal", "--json", given="".join(line + "\n" for line in given), check=check)


def missing(done):
    """What is told of a call after which more shares are needed."""
    assert done.returncode == 3, done.stderr
    return json.loads(done.stdout)


def refusal(done):
    assert done.returncode == 1, done.stdout
    assert done.stdout == "" and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def listed(server):
    return json.loads(server.fastness("seals", "list", "--json").stdout)["seals"]


# Each kind, from its making to the next start


def test_a_key_file_is_made_for_its_owner_and_opens_every_start(operate):
    server = operate().start()
    assert (server.home / "seal.key").stat().st_mode & 0o777 == 0o600
    used = Used(server)
    assert restart(server) is False
    used.check()


def test_a_passphrase_opens_and_a_wrong_one_does_not(operate):
    server = operate(seals=["passphrase"], given=PASSPHRASE + "\n").start()
    assert server.status()["sealed"] is True
    assert "passphrase" in refusal(server.fastness("unseal", check=False, given=""))
    unseal(server, PASSPHRASE)
    used = Used(server)
    assert restart(server) is True
    wrong = refusal(unseal(server, OTHER, check=False))
    assert "another one" in wrong and OTHER not in wrong
    assert "at least 12 bytes" in refusal(unseal(server, "short", check=False))
    assert server.status()["sealed"] is True
    assert json.loads(unseal(server, PASSPHRASE).stdout) == {"sealed": False}
    used.check()
    assert "not sealed" in refusal(unseal(server, PASSPHRASE, check=False))


def test_shares_open_when_they_are_enough_and_each_wrong_one_is_told(operate):
    server = operate(seals=["shamir:3/5"]).start()
    other = operate(seals=["shamir:2/3"])
    shares, strange = server.made["shares"], other.made["shares"]
    assert len(set(shares)) == 5 and len(set(strange)) == 3
    assert missing(unseal(server, shares[0], check=False)) == {"sealed": True, "shares_given": 1, "shares_missing": 2}
    assert server.status()["shares_given"] == 1
    assert "given before" in refusal(unseal(server, shares[0], check=False)), "a share twice"
    assert "another seal" in refusal(unseal(server, strange[0], check=False)), "a share of another store"
    miscopied = shares[1][:-1] + ("0" if shares[1][-1] != "0" else "1")
    assert "not copied right" in refusal(unseal(server, miscopied, check=False))
    assert server.status()["shares_given"] == 1, "none of these counts"
    assert missing(unseal(server, shares[4], check=False))["shares_missing"] == 1
    assert json.loads(unseal(server, "  " + shares[2] + " ").stdout) == {"sealed": False}
    used = Used(server)
    assert restart(server) is True
    assert json.loads(unseal(server, shares[1], shares[0], shares[3]).stdout) == {"sealed": False}
    used.check()
    server.fastness("seal")
    missing(unseal(server, shares[0], shares[1], check=False))
    started_anew = server.fastness("unseal", "--reset", "--json", check=False, given=shares[2] + "\n")
    assert missing(started_anew)["shares_missing"] == 2, "those given before are forgotten"


def lie(share, **parts):
    """A share that says something else and is written right: its check is no secret."""
    prefix, digits = share[:17], share[17:]
    body = bytearray(bytes.fromhex(digits)[:-4])
    for part, value in parts.items():
        begin = {"seal": 0, "threshold": 8, "place": 9, "value": 10}[part]
        body[begin : begin + len(value)] = value
    return prefix + (body + hashlib.sha256(body).digest()[:4]).hex()


def test_who_gives_a_wrong_share_first_keeps_no_holder_out(operate):
    server = operate(seals=["shamir:2/3"]).start()
    first, second, third = server.made["shares"]
    for wrong in [{"seal": b"x" * 8}, {"threshold": b"\xc8"}, {"threshold": b"\0"}, {"place": b"\0"}]:
        assert "share 1" in refusal(unseal(server, lie(first, **wrong), check=False)), wrong
        assert server.status()["shares_given"] == 0
    # What only the holders could tell is found out when there are enough, and costs one more round.
    missing(unseal(server, lie(first, value=b"z" * 32), check=False))
    assert "another one" in refusal(unseal(server, second, check=False))
    missing(unseal(server, second, check=False))
    assert "unseal --reset" in refusal(unseal(server, second, check=False))
    assert json.loads(unseal(server, third).stdout) == {"sealed": False}


def test_a_wrong_passphrase_takes_away_no_shares(operate):
    server = operate(seals=["passphrase", "shamir:2/3"], given=PASSPHRASE + "\n").start()
    first, second, _ = server.made["shares"]
    missing(unseal(server, first, check=False))
    assert "another one" in refusal(unseal(server, OTHER, check=False))
    assert server.status()["shares_given"] == 1
    assert json.loads(unseal(server, second).stdout) == {"sealed": False}


def test_enough_shares_of_another_store_open_nothing(operate):
    server, other = operate(seals=["shamir:2/2"]).start(), operate(seals=["shamir:2/2"])
    assert "another seal" in refusal(unseal(server, *other.made["shares"], check=False))
    assert server.status()["shares_given"] == 0, "they are forgotten, so that the right ones can follow"
    unseal(server, *server.made["shares"])


@pytest.mark.parametrize("kind", ["credential", "env"])
def test_what_the_service_manager_hands_over_opens_every_start(operate, tmp_path, kind):
    key = os.urandom(32).hex()
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "seal").write_text(key)
    variables = {"CREDENTIALS_DIRECTORY": str(credentials), "STORE_SEAL": key}
    locator = {"credential": "credential:seal", "env": "env:STORE_SEAL"}[kind]
    server = operate(seals=[locator], variables=variables).start()
    used = Used(server)
    assert restart(server) is False
    used.check()
    server.stop()
    assert leaks(contents(server.home), [key.encode(), bytes.fromhex(key)]) == []

    def refused(why, **changed):
        server.variables = {**variables, **changed}
        with pytest.raises(Refused, match=why):
            server.start()

    server.variables = {}
    with pytest.raises(Refused, match="is not set"):
        server.start()
    (credentials / "seal").write_text(key + "\n")
    refused("another one", STORE_SEAL=key[:-1])
    (credentials / "seal").write_text("short")
    refused("has 5 bytes, and a key has 32", STORE_SEAL="short")
    (credentials / "seal").write_text(key)
    server.variables = variables
    server.start()
    used.check()


# Several


def test_any_of_several_seals_opens(operate):
    server = operate(seals=["file:{home}/seal.key", "passphrase", "shamir:2/3"], given=PASSPHRASE + "\n").start()
    used = Used(server)
    assert [seal["place"] for seal in listed(server)] == [1, 2, 3]
    assert [seal["seal"].split(":")[0] for seal in server.status()["seals"]] == ["file", "passphrase", "shamir"]
    key = server.home / "seal.key"
    key.rename(server.home / "away")
    assert restart(server) is True, "a person can open it, so it waits for one"
    unseal(server, PASSPHRASE)
    used.check()
    server.fastness("seal")
    unseal(server, *server.made["shares"][1:])
    used.check()
    (server.home / "away").rename(key)
    assert restart(server) is False
    used.check()


def test_a_seal_is_added_while_calls_are_served_and_opens_after_a_restart(operate):
    server = operate().start()
    used = Used(server)
    told = server.fastness("seals", "add", "passphrase", given=PASSPHRASE + "\n").stdout
    assert "seal 2 opens the server now" in told
    second = server.home / "second.key"
    server.fastness("seals", "add", f"file:{second}")
    assert second.stat().st_mode & 0o777 == 0o600
    shares = json.loads(server.fastness("seals", "add", "shamir:2/3", "--json").stdout)["shares"]
    assert len(shares) == 3
    used.check()
    assert [seal["seal"].split(":")[0] for seal in listed(server)] == ["file", "passphrase", "file", "shamir"]
    (server.home / "seal.key").unlink()
    assert restart(server) is False, "the second file opens it"
    used.check()
    second.rename(server.home / "away")
    assert restart(server) is True
    unseal(server, *shares[:2])
    used.check()
    server.fastness("seal")
    unseal(server, PASSPHRASE)
    used.check()


def test_a_removed_seal_opens_no_longer_and_the_last_one_stays(operate):
    server = operate().start()
    used = Used(server)
    assert "last one cannot be removed" in refusal(server.fastness("seals", "remove", "1", check=False))
    assert "there is no seal 2" in refusal(server.fastness("seals", "remove", "2", check=False))
    server.fastness("seals", "add", "passphrase", given=PASSPHRASE + "\n")
    # The key file proves nothing about what stays.
    assert "give a passphrase" in refusal(server.fastness("seals", "remove", "1", check=False, given=""))
    assert "another one" in refusal(server.fastness("seals", "remove", "1", check=False, given=OTHER + "\n"))
    told = server.fastness("seals", "remove", "1", "--json", given=PASSPHRASE + "\n").stdout
    assert json.loads(told)["seal"] == f"file:{(server.home / 'seal.key').resolve()}"
    used.check()
    assert len(listed(server)) == 1
    assert restart(server) is True, "the key file opens nothing any more"
    unseal(server, PASSPHRASE)
    used.check()


def test_who_holds_no_seal_adds_none_although_the_server_is_open(operate):
    server = operate(seals=["passphrase"], given=PASSPHRASE + "\n").start()
    unseal(server, PASSPHRASE)
    new = f"file:{server.home / 'new.key'}"
    assert "give a passphrase" in refusal(server.fastness("seals", "add", new, check=False, given=""))
    assert "another one" in refusal(server.fastness("seals", "add", new, check=False, given=OTHER + "\n"))
    assert not (server.home / "new.key").exists(), "nothing is made in passing"
    assert "before the new passphrase" in refusal(server.fastness("seals", "add", "passphrase", check=False, given=OTHER + "\n"))
    server.fastness("seals", "add", "passphrase", given=f"{PASSPHRASE}\n{OTHER}\n")
    server.fastness("seal")
    unseal(server, OTHER)
    assert "opens the store already: it is seal 1" in refusal(
        server.fastness("seals", "add", "passphrase", check=False, given=f"{OTHER}\n{PASSPHRASE}\n")
    )
    server.fastness("seal")
    assert "sealed" in refusal(server.fastness("seals", "add", new, check=False, given=PASSPHRASE + "\n"))
    assert len(listed(server)) == 2, "a sealed server still tells what opens it"


def test_what_is_no_seal_is_not_added(operate):
    server = operate().start()
    for wrong, why in [
        ("passphrase:x", "is no seal"),
        ("shamir:5/3", "at least 2 shares"),
        ("env:NOT_SET_ANYWHERE", "is not set"),
        ("file:/nowhere/at/all.key", "No such file"),
        (f"file:{server.home / 'seal.key'}", "opens the store already: it is seal 1"),
    ]:
        assert why in refusal(server.fastness("seals", "add", wrong, check=False, given="")), wrong
    (server.home / "short").write_bytes(b"x" * 31)
    assert "has 31 bytes" in refusal(server.fastness("seals", "add", f"file:{server.home / 'short'}", check=False))
    assert len(listed(server)) == 1


def test_seals_are_changed_on_record(operate):
    server = operate().start()
    server.fastness("seals", "add", "passphrase", given=PASSPHRASE + "\n")
    server.fastness("seals", "remove", "2")
    told = [audited(server, name) for name in ("AddSeal", "RemoveSeal")]
    for [event] in told:
        assert event["eventType"] == "AwsServiceEvent"
        assert event["recipientAccountId"] == server.made["account"]
        details = event["serviceEventDetails"]
        assert details["seal"] == "passphrase" and "key file" in details["provenBy"]
    server.stop()
    assert leaks(contents(server.home), [PASSPHRASE.encode()]) == []


def test_sealing_and_unsealing_are_on_record(operate):
    server = operate().start()
    server.fastness("seal")
    server.fastness("unseal")
    for name in ("SealServer", "UnsealServer"):
        [event] = audited(server, name)
        assert event["eventType"] == "AwsServiceEvent" and event["recipientAccountId"] == server.made["account"]


def test_a_store_that_somebody_put_in_its_place_opens_only_where_the_operator_says_nothing(operate, postgresql, tmp_path):
    """Whoever can write the database makes a server of his own there, sealed by bytes that are on every machine."""
    known = tmp_path / "known"
    known.write_bytes(b"on every machine, word by word as here")
    forged = postgresql.create("forged_place")
    operate(seals=[f"file:{known}"], init=("--store", forged))
    own = operate()
    own.data = tmp_path / "further"
    own.data.mkdir(mode=0o700)
    own.flags = ["--store", forged, "--seal", own.seals[0]]
    with pytest.raises(Refused, match="another one"):
        own.start()
    # Who names no seal believes the store. SECURITY.md says so.
    own.flags = ["--store", forged]
    assert own.start().status()["sealed"] is False


def audited(server, name):
    """The records of this name among the last ones, asked over the control socket."""
    answer = control(server, {"command": "audit-tail", "count": 1000})
    records = [json.loads(record) if isinstance(record, str) else record for record in answer["records"]]
    return [record for record in records if record["eventName"] == name]


def control(server, command):
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(server.data / "control.sock"))
    connection.request("POST", "/_fastness/control", json.dumps(command))
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body
    return json.loads(body)


# A lost root credential


def test_a_holder_of_the_seal_gets_a_root_credential_and_the_lost_one_is_refused(operate):
    server = operate(seals=["shamir:2/3"]).start()
    shares = server.made["shares"]
    unseal(server, *shares[:2])
    used = Used(server)
    assert "give a passphrase or shares" in refusal(server.fastness("recover", check=False, given=""))
    assert "one more share" in refusal(server.fastness("recover", check=False, given=shares[0] + "\n"))
    assert "given before" in refusal(server.fastness("recover", check=False, given=f"{shares[0]}\n{shares[0]}\n"))
    assert "another one" in refusal(server.fastness("recover", check=False, given=PASSPHRASE + "\n"))
    used.check()
    made = json.loads(server.fastness("recover", "--json", given=f"{shares[1]}\n{shares[2]}\n").stdout)
    assert made["account"] == server.made["account"]
    assert (made["deleted"], made["kept"]) == ([server.made["access_key_id"]], [])
    used.check(access_key=made["access_key_id"], secret=made["secret_access_key"])
    with pytest.raises(botocore.exceptions.ClientError, match="security token.*invalid|UnrecognizedClient"):
        used.check()
    [event] = audited(server, "RecoverRootAccessKey")
    assert event["serviceEventDetails"]["accessKeyId"] == made["access_key_id"]
    assert event["serviceEventDetails"]["deletedAccessKeyIds"] == [server.made["access_key_id"]]
    secrets = [share.encode() for share in shares] + [made["secret_access_key"].encode(), server.made["secret_access_key"].encode()]
    restart(server)
    unseal(server, *shares[:2])
    used.check(access_key=made["access_key_id"], secret=made["secret_access_key"])
    server.stop()
    assert leaks(contents(server.home), secrets) == []


def test_a_root_has_two_access_keys_at_most_and_keeps_them_if_told(operate):
    server = operate().start()
    used = Used(server)
    first = json.loads(server.fastness("recover", "--keep", "--json").stdout)
    assert (first["kept"], first["deleted"]) == ([server.made["access_key_id"]], [])
    used.check()
    used.check(access_key=first["access_key_id"], secret=first["secret_access_key"])
    assert "may have no more" in refusal(server.fastness("recover", "--keep", check=False))
    told = server.fastness("recover").stdout
    assert re.search(r"^export AWS_SECRET_ACCESS_KEY=\S{40}$", told, re.MULTILINE), told
    assert f"deleted, and refused from now on: {server.made['access_key_id']}, {first['access_key_id']}" in told
    for account, why in [("999999999999", "no account 999999999999"), ("12", "account")]:
        assert why in refusal(server.fastness("recover", "--account", account, check=False))
    assert "runs in" in refusal(operate().fastness("recover", check=False))


# Damage


def test_a_damaged_key_file_is_refused_and_nothing_is_overwritten(operate):
    server = operate().start()
    used = Used(server)
    server.stop()
    key = server.home / "seal.key"
    whole = key.read_bytes()
    before = (server.data / "store.redb").read_bytes()
    for damaged, why in [(whole[:-1], "has 31 bytes"), (bytes([whole[0] ^ 1]) + whole[1:], "another one"), (b"", "has 0 bytes")]:
        key.write_bytes(damaged)
        with pytest.raises(Refused, match=why):
            server.start()
        assert key.read_bytes() == damaged
    key.unlink()
    with pytest.raises(Refused, match="No such file"):
        server.start()
    assert not key.exists(), "a key file that is missing is not made"
    assert (server.data / "store.redb").read_bytes() == before
    key.write_bytes(whole)
    server.start()
    used.check()


def test_a_damaged_root_key_is_refused_and_nothing_is_overwritten(operate):
    server = operate().start()
    used = Used(server)
    server.stop()
    store = server.data / "store.redb"
    whole = store.read_bytes()
    found = [place.start() for place in re.finditer(b"fastness key\x02", whole)]
    assert found, "the record's mark"
    damaged = bytearray(whole)
    for place in found:
        # The last byte of the wrapped key: behind the mark, the number of slots and three parts with their lengths.
        end = place + 14
        for _ in range(3):
            end += 2 + int.from_bytes(whole[end : end + 2], "big")
        damaged[end - 1] ^= 1
    store.write_bytes(damaged)
    with pytest.raises(Refused, match="damaged|corrupt|checksum"):
        server.start()
    assert store.read_bytes() == bytes(damaged)
    assert (server.home / "seal.key").stat().st_size == 32
    store.write_bytes(whole)
    server.start()
    used.check()


def test_secrets_of_holders_are_in_no_file_and_no_log(operate):
    server = operate("--log-level", "trace", seals=["passphrase", "shamir:2/2"], given=PASSPHRASE + "\n").start()
    shares = server.made["shares"]
    unseal(server, OTHER, check=False)
    missing(unseal(server, shares[0], check=False))
    unseal(server, shares[1])
    server.fastness("seals", "add", "passphrase", given=f"{PASSPHRASE}\n{OTHER}\n")
    made = json.loads(server.fastness("recover", "--json", given=OTHER + "\n").stdout)
    server.stop()
    secrets = [PASSPHRASE, OTHER, *shares, server.made["secret_access_key"], made["secret_access_key"]]
    # Of a share its value too, which is what counts.
    secrets += [share.removeprefix("fastness-share-1-")[20:84] for share in shares]
    assert leaks(contents(server.home), [secret.encode() for secret in secrets]) == []


# A key of KMS, here another Fastness's


@pytest.fixture
def chained(operate):
    """An outer server with a key, a user that may use it for seals only, and what an inner server's environment says."""
    outer = operate().start()
    key = outer.client().create_key()["KeyMetadata"]["Arn"]
    iam = outer.client("iam")
    iam.create_user(UserName="seal")
    condition = {"StringEquals": {"kms:EncryptionContext:fastness:purpose": "root-key"}}
    allow(iam, {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": key, "Condition": condition})
    made = iam.create_access_key(UserName="seal")["AccessKey"]
    variables = {
        "AWS_ENDPOINT_URL_KMS": outer.endpoint,
        "AWS_CA_BUNDLE": outer.ca(),
        "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
    }
    return outer, key, variables


def allow(iam, *statements):
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    iam.put_user_policy(UserName="seal", PolicyName="seal", PolicyDocument=document)


def back(outer, monkeypatch):
    """Starts the outer server again where it was."""
    port = outer.port
    with monkeypatch.context() as patched:
        patched.setattr("server.free_port", lambda: port)
        outer.start()


def until(done, seconds=30):
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_one_server_unseals_another_and_is_waited_for(operate, chained, monkeypatch):
    outer, key, variables = chained
    inner = operate(seals=[f"kms:{key}"], variables=variables).start()
    used = Used(inner)
    assert inner.status()["seals"][0]["seal"] == f"kms:{key}"
    events = [event for event in audited(outer, "Decrypt") if event["userIdentity"].get("userName") == "seal"]
    assert events, "the other side has it on record"
    assert events[-1]["requestParameters"]["encryptionContext"]["fastness:purpose"] == "root-key"
    assert restart(inner) is False
    used.check()
    outer.stop()
    assert restart(inner) is True, "it starts sealed"
    status = inner.status()
    assert status["tries_again"] is True and "cannot be used" in status["why_sealed"], status
    assert "it tries again" in inner.fastness("status", check=False).stdout
    assert "cannot be used" in refusal(inner.fastness("unseal", check=False, given=""))
    with pytest.raises(botocore.exceptions.ClientError, match="sealed"):
        used.check()
    back(outer, monkeypatch)
    until(lambda: not inner.status()["sealed"])
    used.check()
    assert "sealed, and tries again" in inner.log() and "unsealed: calls are served" in inner.log()


def test_unseal_does_not_wait_for_the_next_attempt_and_seal_ends_them(operate, chained, monkeypatch):
    outer, key, variables = chained
    inner = operate(seals=[f"kms:{key}"], variables=variables).start()
    used = Used(inner)
    outer.stop()
    assert restart(inner) is True
    inner.fastness("seal")
    assert inner.status()["tries_again"] is False, "who seals it means it"
    back(outer, monkeypatch)
    inner.fastness("unseal")
    used.check()


def test_a_key_of_kms_that_may_not_be_used_is_told(operate, chained):
    outer, key, variables = chained
    inner = operate(seals=[f"kms:{key}"], variables=variables)
    used_by = operate(seals=["file:{home}/seal.key", f"kms:{key}"], variables=variables)
    iam = outer.client("iam")
    allow(iam, {"Effect": "Deny", "Action": "kms:*", "Resource": "*"})
    inner.start()
    assert inner.status()["sealed"] is True
    assert "AccessDeniedException" in inner.status()["why_sealed"]
    used_by.start()
    assert used_by.status()["sealed"] is False, "one that opens is enough"
    allow(iam, {"Effect": "Allow", "Action": "kms:*", "Resource": "*"})
    inner.fastness("unseal")
    assert inner.status()["sealed"] is False
    outer.client().disable_key(KeyId=key)
    inner.fastness("seal")
    assert "DisabledException" in refusal(inner.fastness("unseal", check=False, given=""))
    outer.client().enable_key(KeyId=key)
    inner.variables["AWS_CA_BUNDLE"] = inner.ca()
    inner.stop()
    inner.start()
    assert "AWS_CA_BUNDLE" in inner.status()["why_sealed"], "whom it does not trust, it does not ask"


def test_init_makes_nothing_that_it_could_not_open(operate, chained, tmp_path):
    outer, key, variables = chained
    server = operate()
    server.variables = variables
    for seal, why in [
        ("kms:alias/seal", "named by its ARN"),
        (key.replace("arn:aws:kms", "kms:arn:aws:kms")[:-4] + "0000", "NotFoundException|AccessDeniedException"),
        ("kms:arn:aws:kms:us-east-1:111122223333:key/none", "NotFoundException|AccessDeniedException"),
    ]:
        directory = tmp_path / "new"
        done = server.run("init", "--data", directory, "--seal", seal)
        assert re.search(why, refusal(done)), (seal, done.stderr)
        assert not directory.exists()


def test_a_seal_of_kms_is_added_to_a_server_that_serves(operate, chained):
    outer, key, variables = chained
    server = operate(variables=variables).start()
    used = Used(server)
    outer.client().create_alias(AliasName="alias/seal", TargetKeyId=key)
    server.fastness("seals", "add", f"kms:{key}")
    by_alias = f"kms:{key.rsplit(':', 1)[0]}:alias/seal"
    assert "opens the store already: it is seal 2" in refusal(server.fastness("seals", "add", by_alias, check=False))
    (server.home / "seal.key").unlink()
    assert restart(server) is False
    used.check()
    server.fastness("seals", "remove", "1")
    made = json.loads(server.fastness("recover", "--json").stdout)
    used.check(access_key=made["access_key_id"], secret=made["secret_access_key"])


def test_a_kms_that_never_answers_holds_up_no_start(operate, chained):
    outer, key, variables = chained
    inner = operate(seals=[f"kms:{key}", "passphrase"], variables=variables, given=PASSPHRASE + "\n")
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        inner.variables["AWS_ENDPOINT_URL_KMS"] = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        inner.start()
        status, health = inner.http("GET", "/_fastness/health")
        assert (status, json.loads(health)["sealed"]) == (503, True)
        control(inner, {"command": "unseal", "words": [PASSPHRASE], "forget": False})
        assert inner.status()["sealed"] is False
        Used(inner).check()


def test_credentials_that_a_program_gives_are_had_by_a_confined_server(operate, chained, tmp_path):
    outer, key, variables = chained
    given = {"Version": 1, "AccessKeyId": variables["AWS_ACCESS_KEY_ID"], "SecretAccessKey": variables["AWS_SECRET_ACCESS_KEY"]}
    (tmp_path / "given.json").write_text(json.dumps(given))
    (tmp_path / "config").write_text(f"[default]\ncredential_process = /bin/cat {tmp_path / 'given.json'}\n")
    variables |= {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_CONFIG_FILE": str(tmp_path / "config")}
    inner = operate(seals=[f"kms:{key}"], variables=variables).start()
    assert inner.status()["sealed"] is False, inner.log()


# A key in a token, here of SoftHSM


PIN = "user-pin-4711"


@pytest.fixture
def token(tmp_path):
    """Variables of a server that finds a token `seals`, and the PIN's file."""
    if MODULE is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed (package softhsm2)")
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    variables = {"SOFTHSM2_CONF": str(config)}
    initialise = ["softhsm2-util", "--init-token", "--free", "--label", "seals", "--pin", PIN, "--so-pin", "so-pin-1"]
    subprocess.run(initialise, env={"PATH": "/usr/bin:/bin", **variables}, check=True, capture_output=True)
    pin = tmp_path / "pin"
    pin.write_text(PIN + "\n")
    return variables, pin, tokens


def in_token(pin, name="root", token="seals", module=MODULE):
    return f"pkcs11:token={token};object={name}?module-path={module}&pin-source=file:{pin}"


def test_a_key_in_a_token_is_made_and_opens_every_start(operate, token):
    variables, pin, _ = token
    server = operate(seals=[in_token(pin)], variables=variables).start()
    used = Used(server)
    assert listed(server)[0]["name"] == "the key root in the token seals"
    assert restart(server) is False
    used.check()
    server.fastness("seal")
    server.fastness("unseal")
    used.check()
    assert helpers(server) == [], "nobody stays signed in to the token"
    server.stop()
    assert leaks(contents(server.home), [PIN.encode()]) == []
    again = operate(seals=[in_token(pin)], variables=variables).start()
    assert Used(again).check() is None, "two stores under one key"


def test_a_token_that_is_away_is_waited_for(operate, token):
    variables, pin, tokens = token
    server = operate(seals=[in_token(pin)], variables=variables).start()
    used = Used(server)
    server.stop()
    away = tokens.rename(tokens.with_name("away"))
    tokens.mkdir()
    server.start()
    status = server.status()
    assert status["sealed"] and status["tries_again"] and 'has no token "seals"' in status["why_sealed"], status
    tokens.rmdir()
    away.rename(tokens)
    until(lambda: not server.status()["sealed"])
    used.check()


def test_a_wrong_pin_is_told_and_not_tried_again(operate, token):
    variables, pin, _ = token
    server = operate(seals=[in_token(pin)], variables=variables).start()
    used = Used(server)
    server.stop()
    pin.write_text("wrong-pin")
    server.start()
    status = server.status()
    assert status["sealed"] and not status["tries_again"], status
    assert 'the PIN of token "seals" is wrong' in status["why_sealed"] and "wrong-pin" not in server.log()
    assert "is wrong" in refusal(server.fastness("unseal", check=False, given=""))
    pin.unlink()
    assert "No such file" in refusal(server.fastness("unseal", check=False, given=""))
    pin.write_text(PIN)
    server.fastness("unseal")
    used.check()


def test_what_is_not_in_a_token_is_told_when_a_server_is_made(operate, token, tmp_path):
    variables, pin, _ = token
    server = operate(variables=variables)
    text = tmp_path / "text.so"
    text.write_text("no module")
    for seal, why in [
        (in_token(pin, token="other"), 'has no token "other"'),
        (in_token(pin, module="/nowhere.so"), "module /nowhere.so cannot be loaded"),
        (in_token(pin, module=text), "cannot be loaded"),
        (in_token(tmp_path / "none"), "the PIN: .*No such file"),
        (in_token(pin).replace("object=root", "id=%01"), 'has no AES key "01"'),
        (in_token(pin).split("?")[0] + f"?pin-source=file:{pin}", "no module"),
        (in_token(pin).split("?")[0] + f"?pin-value={PIN}", "does not stand in a seal's name"),
    ]:
        directory = tmp_path / "new"
        done = server.run("init", "--data", directory, "--seal", seal)
        assert done.returncode == 1 and re.search(why, done.stderr), (seal, done.stderr)
        assert PIN not in done.stderr
        assert not directory.exists()


def test_a_server_that_may_start_no_program_says_what_to_do(operate, token):
    variables, pin, _ = token
    server = operate(variables=variables).start()
    used = Used(server)
    assert "given up starting programs" in refusal(server.fastness("seals", "add", in_token(pin), check=False))
    server.flags = ["--pkcs11-module", MODULE]
    assert restart(server) is False
    by_setting = f"pkcs11:token=seals;object=root?pin-source=file:{pin}"
    server.fastness("seals", "add", by_setting)
    server.fastness("seals", "remove", "1")
    server.flags = []
    assert restart(server) is False, "the store names the seal, and the module with it"
    used.check()


class Joined(Operated):
    """A second node over the store of another."""

    def __init__(self, first, *flags):
        # Beside the first: a socket has a short path.
        Server.__init__(self, first.home.with_name("second"), *flags, seed=None)
        self.data, self.made, self.variables = self.home / "data", first.made, {}
        self.data.mkdir(mode=0o700)


def test_nodes_that_change_the_seals_at_once_lose_none_that_was_not_meant(operate, postgresql):
    address = postgresql.create("changed")
    first = operate(init=["--store", address]).start()
    used = Used(first)
    key = first.home / "seal.key"
    with Joined(first, "--store", address, "--seal", f"file:{key}") as second:
        second_key = first.home / "second.key"
        first.fastness("seals", "add", f"file:{second_key}")
        assert [seal["seal"] for seal in listed(second)] == [f"file:{key}", f"file:{second_key}"]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            removals = [pool.submit(node.fastness, "seals", "remove", place, check=False) for node, place in ((first, "1"), (second, "2"))]
            done = [removal.result() for removal in removals]
        assert sorted(removal.returncode for removal in done) == [0, 1], [removal.stderr for removal in done]
        [left] = listed(first)
        assert [left] == listed(second)
        first.fastness("seals", "add", "shamir:2/2")
        assert len(audited(first, "AddSeal")) + len(audited(second, "AddSeal")) == 2
        (key if "second" in left["seal"] else second_key).unlink()
        assert restart(first) is False
        used.check()


def test_nodes_over_one_database_agree_on_the_seals(operate, token, postgresql, tmp_path):
    variables, pin, _ = token
    address = postgresql.create("seals")
    first = operate(seals=["file:{home}/seal.key", in_token(pin)], init=["--store", address], variables=variables).start()
    used = Used(first)
    (first.home / "seal.key").unlink()
    assert restart(first) is False, "the configuration names the token's key, as the store cannot before it is open"
    used.check()
    told = json.loads(first.fastness("seals", "add", "shamir:2/2", "--json").stdout)
    first.stop()
    first.variables = {}
    first.start()
    assert first.status()["sealed"] is True
    unseal(first, *told["shares"])
    used.check()
