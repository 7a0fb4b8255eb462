"""Makes the data directories and backups of a release, which every later one must open: `python e2e/fixture.py VERSION`.

Run once for a release, with its binary (FASTNESS_BIN); what is there already stays. It makes `VERSION/dev`, a directory of
`fastness dev`, and `VERSION/serve`, one of `fastness serve` that a file, a passphrase and shares open. What is known of each
lies beside it in `facts.json`.
"""

import base64
import json
import pathlib
import shutil
import sys
import tarfile
import tempfile

from operated import Operated
from server import Server, run_binary

FIXTURES = pathlib.Path(__file__).parent.parent / "server/tests/fixtures/data"
SPECS = [
    ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
    ("RSA_2048", "ENCRYPT_DECRYPT"),
    ("ECC_NIST_P256", "SIGN_VERIFY"),
    ("HMAC_256", "GENERATE_VERIFY_MAC"),
    ("ML_DSA_65", "SIGN_VERIFY"),
]
PASSPHRASE = "the passphrase of a fixture"
SEED = """
[[accounts]]
id = "000000000000"
root_access_keys = [{ id = "test", secret = "test" }]

[[accounts.users]]
name = "alice"
access_keys = [{ id = "AKIAFIXTUREALICE0001", secret = "fixture-secret" }]
attached_policies = ["arn:aws:iam::aws:policy/AdministratorAccess"]
"""


def filled(server):
    """Makes keys and what they protect; the result is what later releases must find."""
    kms = server.client()
    keys, arns = {}, {}
    for spec, usage in SPECS:
        made = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]
        keys[spec], arns[spec] = made["KeyId"], made["Arn"]
    symmetric = keys["SYMMETRIC_DEFAULT"]
    kms.create_alias(AliasName="alias/kept", TargetKeyId=symmetric)

    def kept(bytes):
        return base64.b64encode(bytes).decode()

    return {
        "message": "kept",
        "keys": keys,
        "arns": arns,
        "ciphertext": kept(kms.encrypt(KeyId=symmetric, Plaintext=b"kept", EncryptionContext={"a": "b"})["CiphertextBlob"]),
        "rsa": kept(kms.encrypt(KeyId=keys["RSA_2048"], Plaintext=b"kept", EncryptionAlgorithm="RSAES_OAEP_SHA_256")["CiphertextBlob"]),
        "mac": kept(kms.generate_mac(KeyId=keys["HMAC_256"], Message=b"kept", MacAlgorithm="HMAC_SHA_256")["Mac"]),
    }


def kept(target, data, seal, facts):
    target.mkdir(parents=True)
    for name in ["audit/reserve", "backed-up"]:
        (data / name).unlink(missing_ok=True)
    done = run_binary("backup", "--data", str(data), "--output", str(target / "backup.fst"))
    assert done.returncode == 0, done.stderr
    for name in ["lock", "store.redb.lock", "backed-up"]:
        (data / name).unlink(missing_ok=True)
    with tarfile.open(target / "data.tar.xz", "w:xz", preset=9) as archive:
        archive.add(data, "data")
    shutil.copy(seal, target / "seal.key")
    (target / "facts.json").write_text(json.dumps(facts, indent=2) + "\n")


def main(version):
    with tempfile.TemporaryDirectory() as directory:
        home = pathlib.Path(directory)
        with Server(home / "dev", data=home / "dev/data", seed=SEED) as server:
            facts = filled(server) | {"user": {"arn": "arn:aws:iam::000000000000:user/alice", "access_key": "AKIAFIXTUREALICE0001", "secret": "fixture-secret"}}
        kept(FIXTURES / version / "dev", home / "dev/data", home / "dev/data/dev-seal.key", facts)
        operated = Operated(home / "serve", seals=("file:{home}/seal.key", "passphrase", "shamir:2/3"), given=PASSPHRASE + "\n")
        with operated as server:
            facts = filled(server)
        root = operated.made
        facts |= {"passphrase": PASSPHRASE, "shares": root["shares"]}
        facts["user"] = {"arn": f"arn:aws:iam::{root['account']}:root", "access_key": root["access_key_id"], "secret": root["secret_access_key"]}
        kept(FIXTURES / version / "serve", operated.data, home / "serve/seal.key", facts)


if __name__ == "__main__":
    main(sys.argv[1])
