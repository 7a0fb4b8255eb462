"""Custom key stores: one server keeps keys for another by the XKS proxy API, and the proxy as anybody can try it."""

import base64
import datetime
import hashlib
import http.client
import json
import ssl
import time

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.exceptions import ClientError

from server import free_port

HOST = "xks.example.com"


class Keeper:
    """A server that keeps keys, with the address of its proxy."""

    def __init__(self, start, tmp_path):
        self.port = free_port()
        config = tmp_path / "keeper.toml"
        config.write_text(f'tls_names = ["{HOST}"]\nxks_proxy = "127.0.0.1:{self.port}"\n')
        self.server = start("--config", str(config))
        self.key = self.server.client().create_key()["KeyMetadata"]["Arn"]

    def expose(self, *more):
        done = self.server.fastness("xks-proxy", "add", "--prefix", "/bank", "--key", f"ledger={self.key}", "--json", *more)
        return json.loads(done.stdout)

    def records(self, name):
        lines = self.server.fastness("audit", "tail", "-n", "200").stdout.splitlines()
        return [record for record in map(json.loads, lines) if record["eventName"] == name]


@pytest.fixture
def keeper(start, tmp_path):
    return Keeper(start, tmp_path)


def user_of(start, keeper, monkeypatch):
    """A second server that trusts the first one's authority and reaches its proxy by name."""
    from server import Server

    plain = Server.environment
    ca = keeper.server.ca()
    monkeypatch.setattr(Server, "environment", lambda self, *given, **more: {**plain(self, *given, **more), "SSL_CERT_FILE": ca})
    return start("--connect-to", f"{HOST}=127.0.0.1:{keeper.port}")


def eventually(what, wanted):
    deadline = time.monotonic() + 20
    while (seen := what()) != wanted:
        assert time.monotonic() < deadline, f"{seen} is not {wanted}"
        time.sleep(0.05)


def connected(kms, credential, path="/bank/kms/xks/v1"):
    store = kms.create_custom_key_store(
        CustomKeyStoreName="bank",
        CustomKeyStoreType="EXTERNAL_KEY_STORE",
        XksProxyUriEndpoint=f"https://{HOST}",
        XksProxyUriPath=path,
        XksProxyConnectivity="PUBLIC_ENDPOINT",
        XksProxyAuthenticationCredential={
            "AccessKeyId": credential["access_key_id"],
            "RawSecretAccessKey": credential["secret_access_key"],
        },
    )["CustomKeyStoreId"]
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    state = lambda: kms.describe_custom_key_stores(CustomKeyStoreId=store)["CustomKeyStores"][0]["ConnectionState"]
    eventually(state, "CONNECTED")
    return store


def test_one_server_uses_keys_that_another_keeps(start, keeper, monkeypatch):
    credential = keeper.expose()
    user = user_of(start, keeper, monkeypatch)
    kms = user.client()
    store = connected(kms, credential)
    key = kms.create_key(Origin="EXTERNAL_KEY_STORE", CustomKeyStoreId=store, XksKeyId="ledger")["KeyMetadata"]["KeyId"]
    context = {"tenant": "a" * 4_000}
    data = bytes(range(256)) * 16
    blob = kms.encrypt(KeyId=key, Plaintext=data, EncryptionContext=context)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == data
    with pytest.raises(ClientError, match="specified ciphertext or encryption context is corrupted") as wrong:
        kms.decrypt(CiphertextBlob=blob)
    assert wrong.value.response["Error"]["Code"] == "KMSInvalidStateException"
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]

    told = keeper.records("EncryptWithExternalKey")[0]
    assert told["resources"][0]["ARN"] == keeper.key
    assert told["serviceEventDetails"]["kmsOperation"] == "Encrypt"
    assert told["serviceEventDetails"]["awsPrincipalArn"] == "arn:aws:iam::000000000000:root"

    own = keeper.server.client()
    last = own.get_key_last_usage(KeyId=keeper.key)["KeyLastUsage"]
    assert last["Operation"] == "Decrypt", "a use from outside is a use"
    own.rotate_key_on_demand(KeyId=keeper.key)
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == data, "it is older than the rotation"
    own.disable_key(KeyId=keeper.key)
    with pytest.raises(ClientError, match="is not enabled in the external key manager"):
        kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)
    own.enable_key(KeyId=keeper.key)
    keeper.server.fastness("xks-proxy", "remove", "--prefix", "/bank", "--key", "ledger")
    with pytest.raises(ClientError, match="was not found in its external key manager"):
        kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)
    keeper.expose()
    kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Unavailable"
    secret = credential["secret_access_key"]
    for server in (user, keeper.server):
        assert secret not in server.log()
        assert secret not in server.fastness("audit", "tail", "-n", "200").stdout


def test_credentials_follow_one_another_without_a_break(start, keeper, monkeypatch):
    first = keeper.expose()
    kms = user_of(start, keeper, monkeypatch).client()
    store = connected(kms, first)
    key = kms.create_key(Origin="EXTERNAL_KEY_STORE", CustomKeyStoreId=store, XksKeyId="ledger")["KeyMetadata"]["KeyId"]
    second = keeper.expose("--new-credential")
    assert second["access_key_id"] != first["access_key_id"]
    third = keeper.server.fastness("xks-proxy", "add", "--prefix", "/bank", "--new-credential", check=False)
    assert third.returncode == 1 and "at most 2 credentials" in third.stderr
    kms.encrypt(KeyId=key, Plaintext=b"x")
    given = {"AccessKeyId": second["access_key_id"], "RawSecretAccessKey": second["secret_access_key"]}
    kms.update_custom_key_store(CustomKeyStoreId=store, XksProxyAuthenticationCredential=given)
    keeper.server.fastness("xks-proxy", "remove", "--prefix", "/bank", "--credential", first["access_key_id"])
    kms.encrypt(KeyId=key, Plaintext=b"x")
    given = {"AccessKeyId": first["access_key_id"], "RawSecretAccessKey": first["secret_access_key"]}
    with pytest.raises(ClientError) as gone:
        kms.update_custom_key_store(CustomKeyStoreId=store, XksProxyAuthenticationCredential=given)
    assert gone.value.response["Error"]["Code"] == "XksProxyIncorrectAuthenticationCredentialException"
    listed = keeper.server.fastness("xks-proxy", "list").stdout
    assert second["access_key_id"] in listed and second["secret_access_key"] not in listed


class Caller:
    """Calls the proxy with botocore's own signer."""

    def __init__(self, keeper, credential):
        self.keeper, self.credential = keeper, credential

    def __call__(self, path, body, *, method="POST", service="kms-xks-proxy", age=0, secret=None, tamper=False, version=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = botocore.awsrequest.AWSRequest(method, f"https://{HOST}{path}", data=data, headers={"Content-Type": "application/json"})
        keys = botocore.credentials.Credentials(self.credential["access_key_id"], secret or self.credential["secret_access_key"])
        signer = botocore.auth.SigV4Auth(keys, service, "us-east-1")
        then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=age)
        request.context["timestamp"] = then.strftime("%Y%m%dT%H%M%SZ")
        request.headers["X-Amz-Date"] = request.context["timestamp"]
        request.headers["Host"] = HOST
        canonical = signer.canonical_request(request)
        signature = signer.signature(signer.string_to_sign(request, canonical), request)
        signer._inject_signature_to_request(request, signature)
        context = ssl.create_default_context(cafile=self.keeper.server.ca())
        if version:
            context.maximum_version = version
        connection = http.client.HTTPSConnection("127.0.0.1", self.keeper.port, context=context, timeout=20)
        connection._create_connection = lambda address, *rest: __import__("socket").create_connection(("127.0.0.1", self.keeper.port), *rest)
        connection.host = HOST
        connection.request(method, path, body=data[:-1] + b" " if tamper else data, headers=dict(request.headers))
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None


METADATA = {
    "awsPrincipalArn": "arn:aws:iam::123456789012:user/Alice",
    "kmsKeyArn": "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "kmsOperation": "SomethingNew",
    "kmsRequestId": "4112f4d6-db54-4af4-ae30-c55a22a8dfae",
}


def encode(data):
    return base64.b64encode(data).decode()


def test_the_proxy_answers_as_its_specification_says(keeper):
    call = Caller(keeper, keeper.expose())
    base = "/bank/kms/xks/v1"
    status, health = call(f"{base}/health", {"requestMetadata": METADATA})
    assert status == 200 and health["xksProxyFleetSize"] >= 1 and health["ekmFleetDetails"][0]["healthStatus"] == "ACTIVE"
    status, key = call(f"{base}/keys/ledger/metadata", {"requestMetadata": METADATA}, version=ssl.TLSVersion.TLSv1_2)
    assert (status, key) == (200, {"keySpec": "AES_256", "keyUsage": ["ENCRYPT", "DECRYPT"], "keyStatus": "ENABLED"})

    aad, plaintext = b"project=nile,department=marketing" * 200, bytes(4_300)
    request = {
        "requestMetadata": METADATA,
        "additionalAuthenticatedData": encode(aad),
        "plaintext": encode(plaintext),
        "encryptionAlgorithm": "AES_GCM",
        "ciphertextDataIntegrityValueAlgorithm": "SHA_256",
    }
    status, sealed = call(f"{base}/keys/ledger/encrypt", request)
    assert status == 200
    parts = {name: base64.b64decode(value) for name, value in sealed.items()}
    assert len(parts["ciphertext"]) == len(plaintext) and len(parts["initializationVector"]) == 12
    assert len(parts["authenticationTag"]) == 16 and len(parts["ciphertextMetadata"]) <= 20
    whole = aad + parts["ciphertextMetadata"] + parts["initializationVector"] + parts["ciphertext"] + parts["authenticationTag"]
    assert parts["ciphertextDataIntegrityValue"] == hashlib.sha256(whole).digest()

    opened = {name: sealed[name] for name in ("ciphertext", "initializationVector", "authenticationTag", "ciphertextMetadata")}
    opened |= {"requestMetadata": METADATA, "encryptionAlgorithm": "AES_GCM", "additionalAuthenticatedData": encode(aad)}
    status, plain = call(f"{base}/keys/ledger/decrypt", opened)
    assert (status, base64.b64decode(plain["plaintext"])) == (200, plaintext)
    for name, value in [("additionalAuthenticatedData", encode(b"other")), ("authenticationTag", encode(bytes(16))), ("ciphertextMetadata", encode(bytes(20)))]:
        status, refused = call(f"{base}/keys/ledger/decrypt", {**opened, name: value})
        assert (status, refused["errorName"]) == (400, "InvalidCiphertextException"), name
    for change in [{"encryptionAlgorithm": "AES_CBC"}, {"plaintext": "?"}, {"plaintext": encode(bytes(4_301))}, {"requestMetadata": {}}, {"additionalAuthenticatedData": encode(bytes(8_193))}]:
        status, refused = call(f"{base}/keys/ledger/encrypt", {**request, **change})
        assert (status, refused["errorName"]) == (400, "ValidationException"), change
    assert call(f"{base}/health", b"no json")[1]["errorName"] == "ValidationException"


def test_the_proxy_believes_no_call_that_is_not_signed_for_it(keeper):
    call = Caller(keeper, keeper.expose())
    path, body = "/bank/kms/xks/v1/health", {"requestMetadata": METADATA}
    assert call(path, body)[0] == 200
    for wrong in [{"service": "kms"}, {"age": 400}, {"age": -400}, {"secret": "a" * 43}, {"tamper": True}]:
        status, refused = call(path, body, **wrong)
        assert (status, refused["errorName"]) == (401, "AuthenticationFailedException"), wrong
    assert call(path, body, age=280)[0] == 200
    assert call(path, body, method="GET")[0] == 405
    for path, name in [("/other/kms/xks/v1/health", "InvalidUriPathException"), ("/bank/kms/xks/v2/health", "InvalidUriPathException"), ("/bank/kms/xks/v1/keys/none/metadata", "KeyNotFoundException")]:
        status, refused = call(path, body)
        assert (status, refused["errorName"]) == (404, name), path


def test_only_symmetric_keys_of_this_server_are_exposed(keeper):
    server = keeper.server
    for arn, words in [
        ("arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab", "there is no key"),
        ("nonsense", "is no ARN of a KMS key"),
    ]:
        done = server.fastness("xks-proxy", "add", "--prefix", "/bank", "--key", f"ledger={arn}", check=False)
        assert done.returncode == 1 and words in done.stderr
    done = server.fastness("xks-proxy", "add", "--prefix", "bank/", "--key", f"ledger={keeper.key}", check=False)
    assert done.returncode == 1 and "a prefix is" in done.stderr
    assert json.loads(server.fastness("xks-proxy", "list", "--json").stdout) == {"prefixes": []}
    keeper.expose()
    told = [record["serviceEventDetails"] for record in keeper.records("ExposeExternalKeys")]
    assert told == [{"prefix": "/bank", "externalKeyIds": ["ledger"], "newCredential": False}]
