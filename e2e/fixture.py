"""Makes the data directory and the backup of a release, which every later one must open: `python e2e/fixture.py VERSION`.

Run once for a release, with its binary; what is there already stays.
"""

import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

from server import BINARY, Server

FIXTURES = pathlib.Path(__file__).parent.parent / "server/tests/fixtures/data"
SEED = """
[[accounts]]
id = "000000000000"
root_access_keys = [{ id = "test", secret = "test" }]

[[accounts.users]]
name = "alice"
access_keys = [{ id = "AKIAFIXTUREALICE0001", secret = "fixture-secret" }]
attached_policies = ["arn:aws:iam::aws:policy/AdministratorAccess"]
"""


def main(version):
    target = FIXTURES / version
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as directory:
        home = pathlib.Path(directory)
        with Server(home / "home", data=home / "data", seed=SEED) as server:
            kms = server.client()
            facts = {"message": "kept", "keys": {}}
            for spec, usage in [("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"), ("RSA_2048", "ENCRYPT_DECRYPT"), ("ECC_NIST_P256", "SIGN_VERIFY"), ("HMAC_256", "GENERATE_VERIFY_MAC"), ("ML_DSA_65", "SIGN_VERIFY")]:
                facts["keys"][spec] = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
            symmetric = facts["keys"]["SYMMETRIC_DEFAULT"]
            kms.create_alias(AliasName="alias/kept", TargetKeyId=symmetric)
            facts["ciphertext"] = base64.b64encode(kms.encrypt(KeyId=symmetric, Plaintext=b"kept", EncryptionContext={"a": "b"})["CiphertextBlob"]).decode()
            facts["rsa"] = base64.b64encode(kms.encrypt(KeyId=facts["keys"]["RSA_2048"], Plaintext=b"kept", EncryptionAlgorithm="RSAES_OAEP_SHA_256")["CiphertextBlob"]).decode()
            facts["mac"] = base64.b64encode(kms.generate_mac(KeyId=facts["keys"]["HMAC_256"], Message=b"kept", MacAlgorithm="HMAC_SHA_256")["Mac"]).decode()
        (home / "data/audit/reserve").unlink(missing_ok=True)
        subprocess.run([BINARY, "backup", "--data", str(home / "data"), "--output", str(target / "backup.fst")], check=True)
        with tarfile.open(target / "data.tar.xz", "w:xz") as archive:
            archive.add(home / "data", "data")
        shutil.copy(home / "data/dev-seal.key", target / "seal.key")
        (target / "facts.json").write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
