"""What is left of keys in a server's memory, and who may look."""

import base64
import json
import os
import pathlib
import signal
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

import memory

OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def import_material(kms, material):
    key = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    wanted = kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")
    wrapped = serialization.load_der_public_key(wanted["PublicKey"]).encrypt(material, OAEP)
    kms.import_key_material(
        KeyId=key, ImportToken=wanted["ImportToken"], EncryptedKeyMaterial=wrapped, ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE"
    )
    return key


def with_base64(secrets):
    """The secrets, and their forms in JSON but for the ends, which depend on what stands beside them."""
    return secrets | {f"{name} in base64": base64.b64encode(secret).rstrip(b"=") for name, secret in secrets.items()}


@pytest.mark.parametrize("flags", [("--quotas", "off")])
def test_key_bytes_are_wiped_from_memory(start, tmp_path, flags):
    server = start(*flags, data=tmp_path / "data")
    if not memory.may_be_read(server.process.pid):
        pytest.skip("needs root with the right to trace processes")
    kms = server.client("kms")
    material = os.urandom(32)
    key = import_material(kms, material)
    kept = {"the imported material": material, "the seal's key": (tmp_path / "data" / "dev-seal.key").read_bytes()}
    given = {}
    for index in range(10):
        made = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
        assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]
        given[f"data key {index}"] = made["Plaintext"]
        pair = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P256")["PrivateKeyPlaintext"]
        # Version, algorithm and frame, then the 32 bytes of the scalar.
        given[f"data key pair {index}"] = pair[36:68]
        given[f"random bytes {index}"] = kms.generate_random(NumberOfBytes=32)["Plaintext"]
    # In use, the material is only there in the form that the algorithm needs.
    assert memory.holds(server.process.pid, kept) == set()
    kms.delete_imported_key_material(KeyId=key)
    control = {"the id of a key": key.encode()}
    secrets = with_base64(kept) | with_base64(given) | control
    for _ in range(20):
        # Stacks keep what a function left until another one uses them.
        for _ in range(10):
            kms.list_keys()
        found = memory.holds(server.process.pid, secrets)
        if found == set(control):
            break
    assert found == set(control)


def test_a_sealed_server_holds_nothing_of_what_opened_it_or_was_told(operate):
    phrase = "a passphrase that is searched for"
    server = operate(seals=["passphrase", "shamir:2/2", "file:{home}/seal.key"], given=phrase + "\n").start()
    if not memory.may_be_read(server.process.pid):
        pytest.skip("needs root with the right to trace processes")
    (server.home / "seal.key").rename(server.home / "away.key")
    material = os.urandom(32)
    import_material(server.client(), material)
    told = [json.loads(server.fastness("recover", "--keep", "--json", given=phrase + "\n").stdout)["secret_access_key"]]
    told += json.loads(server.fastness("seals", "add", "shamir:2/3", "--json", given=phrase + "\n").stdout)["shares"]
    server.fastness("seal")
    server.fastness("unseal", given=phrase + "\n")
    server.fastness("seal")
    for share in server.made["shares"]:
        server.fastness("unseal", given=share + "\n", check=False)
    server.client().list_keys()
    server.fastness("seal")
    texts = [phrase, server.made["secret_access_key"], *server.made["shares"], *told]
    secrets = {text[-20:]: text.encode() for text in texts} | {"material": material, "key": (server.home / "away.key").read_bytes()}
    control = {"the directory": str(server.data).encode()}
    for _ in range(20):
        found = memory.holds(server.process.pid, secrets | control)
        if found == set(control):
            break
        # Stacks keep what a function left until another one uses them.
        server.fastness("status", check=False)
    assert found == set(control)


def test_nobody_but_root_may_look_into_a_server_and_a_crash_leaves_no_core(start, tmp_path):
    server = start(data=tmp_path / "data")
    process = pathlib.Path(f"/proc/{server.process.pid}")
    limits = dict(line.split("  ", 1) for line in (process / "limits").read_text().splitlines())
    assert limits["Max core file size"].split()[:2] == ["0", "0"]
    # What must not be dumped belongs to root in /proc, whoever runs it.
    assert (process / "mem").stat().st_uid == 0
    if os.geteuid() == 0:
        looking = f"import os; os.setgid(65534); os.setuid(65534); open('/proc/{server.process.pid}/mem', 'rb')"
        done = subprocess.run(["python3", "-c", looking], capture_output=True, text=True)
        assert "Permission denied" in done.stderr
    server.process.send_signal(signal.SIGABRT)
    # Popen does not tell whether there was a core dump.
    pid, server.process = server.process.pid, None
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT and not os.WCOREDUMP(status)
    assert not list(server.home.glob("core*"))
