"""Recipients with the stock clients: boto3 asks, openssl and a reader of our own open the answer."""

import pathlib
import subprocess
import sys

import botocore.exceptions
import pytest
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ATTEST = pathlib.Path(__file__).parent.parent / "labs/attest.py"
IMAGE = "ab" * 48


class Enclave:
    def __init__(self, folder):
        self.folder, self.key = folder, rsa.generate_private_key(65537, 2048)
        public = self.key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        (folder / "enclave.pub").write_bytes(public)
        form = serialization.PrivateFormat.PKCS8
        (folder / "enclave.pem").write_bytes(self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
        attest("root", folder / "trusted")

    def document(self, *options):
        return attest("document", self.folder / "trusted", "--public-key", self.folder / "enclave.pub", *options)

    def recipient(self, *options):
        document = self.document("--pcr", f"0={IMAGE}", *options)
        return {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": document}

    def open(self, message):
        """Opens an answer by hand, and has openssl agree."""
        plaintext = self.read(message)
        (self.folder / "answer.ber").write_bytes(message)
        command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-binary", "-in", "answer.ber", "-inkey", "enclave.pem"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True)
        assert (done.returncode, done.stdout) == (0, plaintext), done.stderr
        return plaintext

    def read(self, message):
        (tag, content), rest = element(message)
        assert tag == 0x30 and rest == b""
        (kind, (_, [enveloped])) = content
        assert kind == (0x06, bytes.fromhex("2a864886f70d010703"))
        version, recipients, information = enveloped[1]
        assert version == (0x02, b"\x02")
        [(_, [ktri_version, identifier, algorithm, encrypted_key])] = recipients[1]
        assert ktri_version == (0x02, b"\x02") and identifier[0] == 0x80 and len(identifier[1]) == 32
        assert algorithm[1][0] == (0x06, bytes.fromhex("2a864886f70d010107"))
        oaep = rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        key = self.key.decrypt(encrypted_key[1], oaep)
        kind, (_, [cipher, (_, iv)]), (tag, pieces) = information[1]
        assert kind == (0x06, bytes.fromhex("2a864886f70d010701")) and cipher == (0x06, bytes.fromhex("60864801650304012a"))
        assert tag == 0xA0 and all(tag == 0x04 for tag, _ in pieces)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        unpadder = padding.PKCS7(128).unpadder()
        padded = decryptor.update(b"".join(piece for _, piece in pieces)) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()


def attest(*arguments):
    done = subprocess.run([sys.executable, ATTEST, *map(str, arguments)], capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def element(data):
    """The first element of BER, indefinite lengths too: ((tag, content or elements), rest)."""
    tag, length, rest = data[0], data[1], data[2:]
    if length == 0x80:
        members = []
        while rest[:2] != b"\0\0":
            member, rest = element(rest)
            members.append(member)
        return (tag, members), rest[2:]
    if length > 0x80:
        count = length & 0x7F
        length, rest = int.from_bytes(rest[:count], "big"), rest[count:]
    content, rest = rest[:length], rest[length:]
    assert len(content) == length
    if not tag & 0x20:
        return (tag, content), rest
    members = []
    while content:
        member, content = element(content)
        members.append(member)
    return (tag, members), rest


@pytest.fixture
def enclave(tmp_path):
    return Enclave(tmp_path)


@pytest.fixture
def kms(start, enclave):
    return start("--attestation-root", str(enclave.folder / "trusted/root.pem")).client()


def test_what_is_secret_in_an_answer_is_for_the_enclave_alone(kms, enclave):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    for plaintext in (b"hello", bytes(4096)):
        blob = kms.encrypt(KeyId=key, Plaintext=plaintext)["CiphertextBlob"]
        answer = kms.decrypt(CiphertextBlob=blob, Recipient=enclave.recipient())
        assert enclave.open(answer["CiphertextForRecipient"]) == plaintext
        assert not answer.get("Plaintext") and "KeyMaterialId" not in answer
    answer = kms.generate_data_key(KeyId=key, KeySpec="AES_256", Recipient=enclave.recipient("--tpm"))
    data_key = enclave.open(answer["CiphertextForRecipient"])
    assert not answer.get("Plaintext")
    assert kms.decrypt(CiphertextBlob=answer["CiphertextBlob"])["Plaintext"] == data_key
    answer = kms.generate_random(NumberOfBytes=1024, Recipient=enclave.recipient())
    assert len(enclave.open(answer["CiphertextForRecipient"])) == 1024


def test_private_keys_and_shared_secrets_are_for_the_enclave_alone(kms, enclave):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    for spec in ("RSA_2048", "ECC_NIST_P384"):
        answer = kms.generate_data_key_pair(KeyId=key, KeyPairSpec=spec, Recipient=enclave.recipient())
        assert not answer.get("PrivateKeyPlaintext")
        private = serialization.load_der_private_key(enclave.open(answer["CiphertextForRecipient"]), None)
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        assert private.public_key().public_bytes(serialization.Encoding.DER, form) == answer["PublicKey"]
    agreeing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"]
    peer = ec.generate_private_key(ec.SECP256R1())
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = peer.public_key().public_bytes(serialization.Encoding.DER, form)
    asked = {"KeyId": agreeing, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public}
    answer = kms.derive_shared_secret(**asked, Recipient=enclave.recipient())
    assert not answer.get("SharedSecret")
    own = serialization.load_der_public_key(kms.get_public_key(KeyId=agreeing)["PublicKey"])
    assert enclave.open(answer["CiphertextForRecipient"]) == peer.exchange(ec.ECDH(), own)


def test_documents_that_are_old_or_of_another_root_are_refused(kms, enclave):
    attest("root", enclave.folder / "other")
    other = attest("document", enclave.folder / "other", "--public-key", enclave.folder / "enclave.pub")
    recipient = enclave.recipient()
    for document in (enclave.document("--age", "400"), other, recipient["AttestationDocument"][:-1] + b"\0", b"nothing"):
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            kms.generate_random(NumberOfBytes=8, Recipient={**recipient, "AttestationDocument": document})
        assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_root_that_is_none_keeps_the_server_from_starting(start, tmp_path):
    from server import run_binary

    (tmp_path / "root.pem").write_text("nothing")
    for name in ("root.pem", "absent.pem"):
        done = run_binary("dev", "--listen", "127.0.0.1:0", "--attestation-root", tmp_path / name, env={"HOME": str(tmp_path)}, cwd=tmp_path)
        assert done.returncode == 1 and name in done.stderr, done.stderr
