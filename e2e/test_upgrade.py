"""Data directories and backups of every release open in this one: `e2e/fixture.py` makes them.

`0.1.0-root-1` is of the time before a server could be operated: its root key's record has the first layout.
"""

import base64
import json
import os
import pathlib
import tarfile

import pytest

from operated import Operated
from server import Refused, Server, run_binary

FIXTURES = pathlib.Path(__file__).parent.parent / "server/tests/fixtures/data"
KEPT = sorted(facts.parent for facts in FIXTURES.rglob("facts.json"))
OF_DEV = [place for place in KEPT if place.name != "serve"]
OF_SERVE = [place for place in KEPT if place.name == "serve"]


def name(place):
    return str(place.relative_to(FIXTURES))


def each(places):
    return pytest.mark.parametrize("place", places, ids=name)


def facts_of(place):
    return json.loads((place / "facts.json").read_text())


def unpacked(place, tmp_path):
    with tarfile.open(place / "data.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    os.chmod(tmp_path / "data", 0o700)
    return tmp_path / "data"


def laid_out(place, tmp_path, form):
    if form == "directory":
        return unpacked(place, tmp_path)
    done = run_binary("restore", "--data", str(tmp_path / "data"), "--input", str(place / "backup.fst"))
    assert done.returncode == 0, done.stderr
    return tmp_path / "data"


def works(server, facts):
    kms = server.client()
    decoded = {name: base64.b64decode(facts[name]) for name in ["ciphertext", "rsa", "mac"]}
    assert kms.decrypt(CiphertextBlob=decoded["ciphertext"], EncryptionContext={"a": "b"})["Plaintext"] == b"kept"
    assert kms.decrypt(CiphertextBlob=decoded["rsa"], KeyId=facts["keys"]["RSA_2048"], EncryptionAlgorithm="RSAES_OAEP_SHA_256")["Plaintext"] == b"kept"
    assert kms.verify_mac(KeyId=facts["keys"]["HMAC_256"], Message=b"kept", MacAlgorithm="HMAC_SHA_256", Mac=decoded["mac"])["MacValid"]
    assert kms.describe_key(KeyId="alias/kept")["KeyMetadata"]["KeyId"] == facts["keys"]["SYMMETRIC_DEFAULT"]
    for spec, arn in facts.get("arns", {}).items():
        assert kms.describe_key(KeyId=facts["keys"][spec])["KeyMetadata"]["Arn"] == arn
    for spec, sign in [("ECC_NIST_P256", "ECDSA_SHA_256"), ("ML_DSA_65", "ML_DSA_SHAKE_256")]:
        assert kms.sign(KeyId=facts["keys"][spec], Message=b"new", SigningAlgorithm=sign)["Signature"]


@each(OF_DEV)
@pytest.mark.parametrize("form", ["directory", "backup"])
def test_what_a_release_stored_opens_in_this_one(start, tmp_path, place, form):
    facts, seal = facts_of(place), f"file:{place / 'seal.key'}"
    laid_out(place, tmp_path, form)
    checked = run_binary("check", "--data", str(tmp_path / "data"), "--seal", seal)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    server = start("--seal", seal, data=tmp_path / "data", seed=None)
    works(server, facts)
    user = facts.get("user", {"arn": "arn:aws:iam::000000000000:user/alice", "access_key": "AKIAFIXTUREALICE0001", "secret": "fixture-secret"})
    who = server.client("sts", access_key=user["access_key"], secret=user["secret"])
    assert who.get_caller_identity()["Arn"] == user["arn"]


class Kept(Operated):
    """A server over a directory that a release left, sealed."""

    def __init__(self, home, data, facts, *flags):
        Server.__init__(self, home, *flags, seed=None)
        self.data, self.seals, self.variables = data, [], {}
        user = facts["user"]
        self.made = {"access_key_id": user["access_key"], "secret_access_key": user["secret"], "ca_certificate": str(data / "ca.pem")}


@each(OF_SERVE)
@pytest.mark.parametrize("form", ["directory", "backup"])
@pytest.mark.parametrize("seal", ["file", "passphrase", "shares"])
def test_a_server_of_a_release_opens_by_each_of_its_seals(tmp_path, place, form, seal):
    facts = facts_of(place)
    data = laid_out(place, tmp_path, form)
    server = Kept(tmp_path / "home", data, facts)
    words = {"file": None, "passphrase": facts["passphrase"], "shares": "\n".join(facts["shares"][1:])}[seal]
    locator = {"file": f"file:{place / 'seal.key'}", "passphrase": "passphrase", "shares": "shamir:2/3"}[seal]
    checked = server.fastness("check", "--json", "--seal", locator, given=words)
    found = json.loads(checked.stdout)
    assert found["findings"] == [] and found["values_opened"] and found["audit_records"] > 5
    if seal == "file":
        server.flags = ["--seal", locator]
    with server:
        if words is not None:
            assert server.status()["sealed"]
            server.fastness("unseal", given=words)
        works(server, facts)
        assert server.client("sts").get_caller_identity()["Arn"] == facts["user"]["arn"]


def newer(content, at):
    changed = bytearray(content)
    changed[at] += 1
    return bytes(changed)


@each(OF_DEV)
def test_a_segment_and_a_backup_of_a_later_version_are_refused_with_words(start, tmp_path, place):
    data = unpacked(place, tmp_path)
    segment = next((data / "audit").glob("*.segment"))
    segment.write_bytes(newer(segment.read_bytes(), 11))
    before = segment.read_bytes()
    with pytest.raises(Refused) as refusal:
        start("--seal", f"file:{place / 'seal.key'}", data=data, seed=None)
    assert refusal.value.status == 1 and "newer version" in refusal.value.output and "downgrade is not possible" in refusal.value.output
    assert segment.read_bytes() == before
    (tmp_path / "b").write_bytes(newer((place / "backup.fst").read_bytes(), 19))
    for command in [["check", "--backup", tmp_path / "b"], ["restore", "--data", tmp_path / "new", "--input", tmp_path / "b"]]:
        done = run_binary(*map(str, command))
        assert done.returncode == 1 and "format 2" in done.stderr and "0.1.0" in done.stderr, done.stderr
    assert not (tmp_path / "new").exists()
