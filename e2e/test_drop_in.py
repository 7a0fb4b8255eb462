"""Programs that know AWS KMS work with a key of this server: SOPS, OpenBao, cosign, and Kubernetes' provider by its calls.

Each program runs as a user who may do what docs/guide/drop-in.md says that it needs and nothing else, and the audit log
tells that it made the calls that the page names. SOPS and cosign are skipped where they are not installed (`cargo xtask
test` says why).
"""

import base64
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from server import free_port

ROOT = pathlib.Path(__file__).parent.parent
PAGE = ROOT / "docs/guide/drop-in.md"
PATIENCE_SECONDS = 60


def tool(name):
    """The program, where `cargo xtask test` has put it or the machine has it."""
    found = next(iter(ROOT.glob(f".tools/{name}@*/{name}")), None) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return str(found)


def actions(program):
    """What the page lets the program do: the actions in its section's policy."""
    section = PAGE.read_text().split(f"\n## {program}", 1)[1].split("\n## ", 1)[0]
    return sorted(set(re.findall(r"kms:\w+", re.search(r"^\| Needs \|(.*)\|$", section, re.MULTILINE)[1])))


class User:
    """A user who may do `allowed` with one key; knows the calls that it made."""

    def __init__(self, dev, name, allowed, key):
        self.dev, self.name = dev, name
        iam = dev.client("iam")
        iam.create_user(UserName=name)
        statement = {"Effect": "Allow", "Action": allowed, "Resource": key}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        self.credentials = {"access_key": made["AccessKeyId"], "secret": made["SecretAccessKey"]}

    def environment(self, **more):
        return self.dev.environment(endpoint=self.dev.endpoint, **self.credentials) | more

    def calls(self):
        """The operations of KMS that it called, each once."""
        records = map(json.loads, self.dev.fastness("audit", "tail", "-n", "1000").stdout.splitlines())
        return sorted({f"kms:{record['eventName']}" for record in records if record["userIdentity"].get("userName") == self.name})


@pytest.fixture
def symmetric(kms):
    return kms.create_key()["KeyMetadata"]


def run(*command, status=0, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


# SOPS


def test_sops_encrypts_and_decrypts_a_file(dev, kms, symmetric, tmp_path):
    sops, user = tool("sops"), User(dev, "sops", actions("SOPS"), symmetric["Arn"])
    options = {"env": user.environment(), "cwd": tmp_path}
    plain = "database:\n    user: app\n    password: hunter2\n"
    (tmp_path / "secret.yaml").write_text(plain)
    run(sops, "encrypt", "--in-place", "--kms", symmetric["Arn"], "--encryption-context", "env:test", "secret.yaml", **options)
    sealed = (tmp_path / "secret.yaml").read_text()
    assert "hunter2" not in sealed and symmetric["Arn"] in sealed
    assert run(sops, "decrypt", "secret.yaml", **options).stdout == plain
    # A new data key, and the file again.
    run(sops, "rotate", "--in-place", "secret.yaml", **options)
    assert run(sops, "decrypt", "--extract", '["database"]["password"]', "secret.yaml", **options).stdout == "hunter2"
    assert user.calls() == actions("SOPS")


def test_sops_tells_why_a_disabled_key_or_another_context_opens_nothing(dev, kms, symmetric, tmp_path):
    sops, options = tool("sops"), {"env": dev.environment(endpoint=dev.endpoint), "cwd": tmp_path}
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    run(sops, "encrypt", "--in-place", "--kms", symmetric["Arn"], "--encryption-context", "env:test", "secret.yaml", **options)
    sealed = (tmp_path / "secret.yaml").read_text()
    (tmp_path / "moved.yaml").write_text(sealed.replace("env: test", "env: production"))
    assert "InvalidCiphertextException" in run(sops, "decrypt", "moved.yaml", status=128, **options).stderr
    kms.disable_key(KeyId=symmetric["KeyId"])
    assert "DisabledException" in run(sops, "decrypt", "secret.yaml", status=128, **options).stderr


# OpenBao


class OpenBao:
    """A server of OpenBao whose seal is a key of ours."""

    def __init__(self, folder, user, key):
        self.port, self.user, self.folder = free_port(), user, folder
        self.address = f"http://127.0.0.1:{self.port}"
        (folder / "data").mkdir()
        # As the page has it, with this test's endpoint, key and credentials.
        seal = re.search(r'^seal "awskms" \{.*?^\}$', PAGE.read_text(), re.MULTILINE | re.DOTALL)[0]
        seal = re.sub(r'(endpoint\s*=\s*)".*?"', rf'\1"{user.dev.endpoint}"', seal)
        seal = re.sub(r'(kms_key_id\s*=\s*)".*?"', rf'\1"{key}"', seal)
        (folder / "bao.hcl").write_text(
            f'{seal}\nstorage "file" {{\n  path = "{folder}/data"\n}}\n'
            f'listener "tcp" {{\n  address = "127.0.0.1:{self.port}"\n  tls_disable = true\n}}\napi_addr = "{self.address}"\n'
        )
        self.process = None

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [pathlib.Path(sys.executable).with_name("bao"), "server", f"-config={self.folder / 'bao.hcl'}"],
                env=self.user.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process = None

    def log(self):
        return (self.folder / "log").read_text()[-4000:]

    def call(self, method, path, body=None, token=""):
        """(status, answer) of a call of its API; status 0 while it does not listen."""
        headers = {"X-Vault-Token": token, "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        try:
            with urllib.request.urlopen(urllib.request.Request(self.address + path, data, headers, method=method), timeout=30) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()
        except urllib.error.URLError:
            return 0, None

    def wait(self, wanted):
        """Until its health is `wanted`: 200 active, 501 not initialised, 503 sealed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (health := self.call("GET", "/v1/sys/health")[0]) != wanted:
            assert time.monotonic() < deadline and self.process.poll() is None, f"health is {health}, not {wanted}:\n{self.log()}"
            time.sleep(0.1)


@pytest.fixture
def openbao(dev, kms, symmetric, tmp_path):
    kms.create_alias(AliasName="alias/openbao", TargetKeyId=symmetric["KeyId"])
    bao = OpenBao(tmp_path, User(dev, "openbao", actions("OpenBao and Vault"), symmetric["Arn"]), "alias/openbao")
    bao.start()
    yield bao
    if bao.process is not None:
        bao.stop()


def test_openbao_unseals_itself_and_stays_sealed_while_the_key_is_disabled(openbao, kms, symmetric):
    openbao.wait(501)
    status, made = openbao.call("PUT", "/v1/sys/init", {"recovery_shares": 1, "recovery_threshold": 1})
    assert status == 200, made
    openbao.wait(200)
    token = made["root_token"]
    assert openbao.call("POST", "/v1/sys/mounts/kv", {"type": "kv"}, token)[0] == 204
    assert openbao.call("PUT", "/v1/kv/app", {"password": "hunter2"}, token)[0] == 204
    openbao.stop()
    kms.disable_key(KeyId=symmetric["KeyId"])
    openbao.start()
    openbao.wait(503)
    # It tries again by itself once the key is back.
    kms.enable_key(KeyId=symmetric["KeyId"])
    openbao.wait(200)
    assert openbao.call("GET", "/v1/kv/app", token=token)[1]["data"] == {"password": "hunter2"}
    assert openbao.user.calls() == actions("OpenBao and Vault")


# cosign


def test_cosign_signs_and_anyone_verifies_with_the_public_key(dev, kms, tmp_path):
    cosign = tool("cosign")
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    kms.create_alias(AliasName="alias/cosign", TargetKeyId=key["KeyId"])
    user = User(dev, "cosign", actions("cosign"), key["Arn"])
    blob, signature, public = (tmp_path / name for name in ["release.tar", "release.sig", "cosign.pub"])
    blob.write_bytes(b"what we ship" * 1000)
    uri = f"awskms://localhost:{dev.port}/alias/cosign"
    options = {"env": user.environment(SSL_CERT_FILE=dev.ca()), "cwd": tmp_path}
    run(cosign, "sign-blob", "--key", uri, "--tlog-upload=false", "--yes", "--output-signature", signature, blob, **options)
    run(cosign, "public-key", "--key", uri, "--outfile", public, **options)
    assert user.calls() == actions("cosign")
    # What follows takes no server: the key as GetPublicKey gives it, and a program that has no credentials.
    der = base64.encodebytes(kms.get_public_key(KeyId=key["KeyId"])["PublicKey"]).decode()
    assert "".join(public.read_text().split("\n")[1:-2]) == der.replace("\n", "")
    alone = {"env": {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}, "cwd": tmp_path}
    verify = [cosign, "verify-blob", "--key", public, "--insecure-ignore-tlog=true", "--signature", signature]
    assert "Verified OK" in run(*verify, blob, **alone).stderr
    blob.write_bytes(b"what we do not ship")
    run(*verify, blob, status=1, **alone)


# Kubernetes


class Provider:
    """The calls of Kubernetes' encryption provider for AWS KMS, as it makes them, and what it makes of errors."""

    # The words by which it tells a key that is gone from one that it may not use, and the codes that are the user's doing.
    GONE = ["customer master key that does not exist", "does not exist in this region"]
    USER_INDUCED = [
        "DisabledException",
        "KMSInvalidStateException",
        "KeyUnavailableException",
        "InvalidArnException",
        "InvalidGrantIdException",
        "InvalidGrantTokenException",
    ]
    THROTTLED = ["ThrottlingException", "LimitExceededException"]

    def __init__(self, kms, key):
        self.kms, self.key, self.context = kms, key, {"cluster": "blue"}

    def encrypt(self, plaintext):
        return b"1" + self.kms.encrypt(KeyId=self.key, Plaintext=plaintext, EncryptionContext=self.context)["CiphertextBlob"]

    def decrypt(self, sealed):
        assert sealed[:1] == b"1"
        return self.kms.decrypt(CiphertextBlob=sealed[1:], EncryptionContext=self.context)["Plaintext"]

    def trouble(self, call, argument):
        """What it makes of the error that the call ends in."""
        with pytest.raises(ClientError) as refusal:
            call(argument)
        code, message = refusal.value.response["Error"]["Code"], refusal.value.response["Error"].get("Message", "")
        if code in self.THROTTLED:
            return "throttled"
        if code in self.USER_INDUCED or (code == "AccessDeniedException" and any(words in message for words in self.GONE)):
            return "user-induced"
        return "other"


def test_the_calls_of_kubernetes_provider_are_answered_and_its_errors_are_told_apart(dev, kms, symmetric):
    user = User(dev, "kubernetes", actions("Kubernetes"), symmetric["Arn"])
    provider = Provider(dev.client("kms", **user.credentials), symmetric["Arn"])
    # Its health check, then the seed of a cluster's data keys.
    assert provider.decrypt(provider.encrypt(b"foo")) == b"foo"
    seed = hashlib.sha256(b"seed").digest()
    sealed = provider.encrypt(seed)
    assert provider.decrypt(sealed) == seed
    assert user.calls() == actions("Kubernetes")
    fault = dev.fastness("fault", "add", "kms:Decrypt", "--throttle", "1", "--key", symmetric["KeyId"]).stdout.strip()
    assert provider.trouble(provider.decrypt, sealed) == "throttled"
    dev.fastness("fault", "remove", fault)
    # A damaged secret is no reason to call the key unhealthy, nor to blame the user.
    assert provider.trouble(provider.decrypt, sealed[:-1] + bytes([sealed[-1] ^ 1])) == "other"
    kms.disable_key(KeyId=symmetric["KeyId"])
    assert provider.trouble(provider.encrypt, seed) == "user-induced"
    assert provider.trouble(provider.decrypt, sealed) == "user-induced"
    kms.schedule_key_deletion(KeyId=symmetric["KeyId"], PendingWindowInDays=7)
    assert provider.trouble(provider.encrypt, seed) == "user-induced"
    assert provider.trouble(provider.decrypt, sealed) == "user-induced"
    dev.fastness("clock", "advance", "8d")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(key["KeyId"] == symmetric["KeyId"] for page in kms.get_paginator("list_keys").paginate() for key in page["Keys"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert provider.trouble(provider.decrypt, sealed) == "user-induced"


def test_kubernetes_provider_sees_no_permission_as_something_else_than_a_key_that_is_gone(dev, symmetric):
    user = User(dev, "stranger", ["kms:Encrypt"], symmetric["Arn"])
    provider = Provider(dev.client("kms", **user.credentials), symmetric["Arn"])
    assert provider.trouble(provider.decrypt, provider.encrypt(b"foo")) == "other"
