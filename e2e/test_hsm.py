"""AWS_CLOUDHSM key stores over a real PKCS#11 module: SoftHSM, from the system's packages."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from server import Server

CLUSTER = "cluster-2a23b4cdefg"
PASSWORD = "kmsuser-password"
MODULES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"]
MODULE = next((path for path in MODULES if os.path.exists(path)), None)
ANCHOR = "-----BEGIN CERTIFICATE-----\n" + "MIIB" * 20 + "\n-----END CERTIFICATE-----\n"

pytestmark = pytest.mark.skipif(MODULE is None or shutil.which("softhsm2-util") is None, reason="SoftHSM is not installed (package softhsm2)")


@pytest.fixture
def token(tmp_path, monkeypatch):
    """A token of the cluster's name, and every server of the test told where it is."""
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    environment = {"PATH": "/usr/bin:/bin", "SOFTHSM2_CONF": str(config)}
    initialise = ["softhsm2-util", "--init-token", "--free", "--label", CLUSTER, "--pin", PASSWORD, "--so-pin", "so-pin-1"]
    subprocess.run(initialise, env=environment, check=True, capture_output=True)
    plain = Server.environment
    monkeypatch.setattr(Server, "environment", lambda self, *given, **more: {**plain(self, *given, **more), "SOFTHSM2_CONF": str(config)})
    return tokens


def create(kms, **changes):
    given = dict(CustomKeyStoreName="hsm", CloudHsmClusterId=CLUSTER, TrustAnchorCertificate=ANCHOR, KeyStorePassword=PASSWORD)
    return kms.create_custom_key_store(**{**given, **changes})["CustomKeyStoreId"]


def connect(kms, store):
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    deadline = time.monotonic() + 20
    while (told := kms.describe_custom_key_stores(CustomKeyStoreId=store)["CustomKeyStores"][0])["ConnectionState"] == "CONNECTING":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return told["ConnectionState"], told.get("ConnectionErrorCode")


def helpers(server):
    """The processes that the server started."""
    done = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(server.process.pid)], capture_output=True, text=True)
    return [int(line.split()[0]) for line in done.stdout.splitlines() if "pkcs11-helper" in line]


def test_keys_are_made_and_used_in_the_token(start, token):
    server = start("--pkcs11-module", MODULE)
    kms = server.client()
    assert helpers(server) == [], "nobody needed it yet"
    store = create(kms)
    assert connect(kms, store) == ("CONNECTED", None)
    key = kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)["KeyMetadata"]
    assert key["CloudHsmClusterId"] == CLUSTER
    context = {"tenant": "a"}
    data = bytes(range(256)) * 16
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=data, EncryptionContext=context)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == data
    for wrong in [{"EncryptionContext": {"tenant": "b"}}, {"CiphertextBlob": blob[:-1] + bytes([blob[-1] ^ 1])}]:
        with pytest.raises(ClientError) as refused:
            kms.decrypt(**{"CiphertextBlob": blob, "EncryptionContext": context, **wrong})
        assert refused.value.response["Error"]["Code"] == "InvalidCiphertextException", refused.value
    made = kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]
    random = [kms.generate_random(NumberOfBytes=32, CustomKeyStoreId=store)["Plaintext"] for _ in range(2)]
    assert len(random[0]) == 32 and random[0] != random[1]
    assert PASSWORD not in server.log()


def test_a_crash_of_the_module_costs_one_call_and_no_server(start, token):
    server = start("--pkcs11-module", MODULE)
    kms = server.client()
    store = create(kms)
    assert connect(kms, store) == ("CONNECTED", None)
    key = kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)["KeyMetadata"]["KeyId"]
    own = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    (helper,) = helpers(server)
    os.kill(helper, signal.SIGABRT)
    with pytest.raises(ClientError) as refused:
        kms.decrypt(CiphertextBlob=blob)
    assert refused.value.response["Error"]["Code"] == "KMSInvalidStateException"
    assert kms.encrypt(KeyId=own, Plaintext=b"x"), "the others notice nothing"
    deadline = time.monotonic() + 10
    while True:
        try:
            assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
            break
        except ClientError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert helpers(server) != [helper]
    (helper,) = helpers(server)
    server.stop()
    assert not pathlib.Path(f"/proc/{helper}").exists(), "it ends with the server"


def test_keys_outlive_the_server_and_wrong_passwords_are_told(start, token, tmp_path):
    first = start("--pkcs11-module", MODULE, data=tmp_path / "data")
    kms = first.client()
    store = create(kms, KeyStorePassword="another-password")
    assert connect(kms, store) == ("FAILED", "INVALID_CREDENTIALS")
    kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    kms.update_custom_key_store(CustomKeyStoreId=store, KeyStorePassword=PASSWORD)
    assert connect(kms, store) == ("CONNECTED", None)
    key = kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    first.stop()
    again = start("--pkcs11-module", MODULE, data=tmp_path / "data").client()
    assert again.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    shutil.rmtree(token)
    token.mkdir()
    with pytest.raises(ClientError) as gone:
        again.decrypt(CiphertextBlob=blob)
    assert gone.value.response["Error"]["Code"] in ("KMSInvalidStateException", "InvalidCiphertextException")


def test_without_a_module_or_a_token_no_store_is_made(start, token):
    for flags, changes in [([], {}), (["--pkcs11-module", "/nowhere.so"], {}), (["--pkcs11-module", MODULE], {"CloudHsmClusterId": "cluster-7777777777z"})]:
        with pytest.raises(ClientError) as refused:
            create(start(*flags).client(), **changes)
        assert refused.value.response["Error"]["Code"] == "CloudHsmClusterNotFoundException", flags
