"""Data directories and backups of every release open in this one: `e2e/fixture.py` makes them."""

import base64
import json
import os
import pathlib
import tarfile

import pytest

from server import Refused, run_binary

RELEASES = sorted((pathlib.Path(__file__).parent.parent / "server/tests/fixtures/data").iterdir())


def works(server, facts):
    kms = server.client()
    decoded = {name: base64.b64decode(facts[name]) for name in ["ciphertext", "rsa", "mac"]}
    assert kms.decrypt(CiphertextBlob=decoded["ciphertext"], EncryptionContext={"a": "b"})["Plaintext"] == b"kept"
    assert kms.decrypt(CiphertextBlob=decoded["rsa"], KeyId=facts["keys"]["RSA_2048"], EncryptionAlgorithm="RSAES_OAEP_SHA_256")["Plaintext"] == b"kept"
    assert kms.verify_mac(KeyId=facts["keys"]["HMAC_256"], Message=b"kept", MacAlgorithm="HMAC_SHA_256", Mac=decoded["mac"])["MacValid"]
    assert kms.describe_key(KeyId="alias/kept")["KeyMetadata"]["KeyId"] == facts["keys"]["SYMMETRIC_DEFAULT"]
    alice = server.client("sts", access_key="AKIAFIXTUREALICE0001", secret="fixture-secret")
    assert alice.get_caller_identity()["Arn"].endswith("user/alice")
    for spec, sign in [("ECC_NIST_P256", "ECDSA_SHA_256"), ("ML_DSA_65", "ML_DSA_SHAKE_256")]:
        assert kms.sign(KeyId=facts["keys"][spec], Message=b"new", SigningAlgorithm=sign)["Signature"]


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
@pytest.mark.parametrize("form", ["directory", "backup"])
def test_what_a_release_stored_opens_in_this_one(start, tmp_path, release, form):
    facts = json.loads((release / "facts.json").read_text())
    if form == "directory":
        with tarfile.open(release / "data.tar.xz") as archive:
            archive.extractall(tmp_path, filter="data")
        os.chmod(tmp_path / "data", 0o700)
    else:
        done = run_binary("restore", "--data", str(tmp_path / "data"), "--input", str(release / "backup.fst"))
        assert done.returncode == 0, done.stderr
    seal = f"file:{release / 'seal.key'}"
    checked = run_binary("check", "--data", str(tmp_path / "data"), "--seal", seal)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    server = start("--seal", seal, data=tmp_path / "data", seed=None)
    works(server, facts)


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_a_segment_and_a_backup_of_a_later_version_are_refused_with_words(start, tmp_path, release):
    with tarfile.open(release / "data.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    segment = next((tmp_path / "data/audit").glob("*.segment"))
    content = bytearray(segment.read_bytes())
    content[11] += 1
    segment.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        start("--seal", f"file:{release / 'seal.key'}", data=tmp_path / "data", seed=None)
    assert "newer version" in refusal.value.output
    backup = bytearray((release / "backup.fst").read_bytes())
    backup[19] += 1
    (tmp_path / "b").write_bytes(backup)
    done = run_binary("check", "--backup", str(tmp_path / "b"))
    assert done.returncode == 1 and "format 2" in done.stderr and "0.1.0" in done.stderr
