"""A stolen disk, database or log says nothing: planted secrets are looked for in every byte that the server left behind."""

import base64
import pathlib

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

MATERIAL = b"MATERIAL-planted-in-the-seed-32b"
IMPORTED = b"MATERIAL-that-its-owner-imported"
PLAINTEXT = b"planted-plaintext-never-at-rest"
SECRET = "planted/secret+of/a-root-access-key00"
DESCRIPTION = "planted-description-of-a-key"
TAG = "planted-tag-value"
CONTEXT = "planted-encryption-context"

SEED = f"""
[[accounts]]
id = "000000000000"
root_access_keys = [{{ id = "test", secret = "{SECRET}" }}]

[[accounts.keys]]
region = "us-east-1"
id = "1234abcd-12ab-34cd-56ef-1234567890ab"
material = "{base64.b64encode(MATERIAL).decode()}"
aliases = ["alias/seeded"]
"""


def forms(secret):
    """The ways in which bytes could lie about: as they are, and in the usual encodings at every alignment."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    for shift in range(3):
        # The middle of a base64 text depends on the neighbours only at its edges.
        encoded = base64.b64encode(b"\0" * shift + secret)
        found.add(encoded[4:-4])
    found.add("".join(f"\\{byte:03o}" for byte in secret).encode())
    return found


def use(server):
    """Has the server store, use and hand out secrets; gives those that must appear nowhere."""
    kms = server.client(secret=SECRET)
    key = kms.create_key(Description=DESCRIPTION, Tags=[{"TagKey": "tag", "TagValue": TAG}])["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=PLAINTEXT, EncryptionContext={"c": CONTEXT})["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext={"c": CONTEXT})["Plaintext"] == PLAINTEXT
    data_key = kms.generate_data_key(KeyId="alias/seeded", KeySpec="AES_256")["Plaintext"]
    random = kms.generate_random(NumberOfBytes=32)["Plaintext"]
    return [MATERIAL, PLAINTEXT, SECRET.encode(), data_key, random, *agreed(kms), *handed_out(kms, key), imported(kms)]


def agreed(kms):
    """Secrets that two parties share."""
    agreeing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"]
    peer = kms.get_public_key(KeyId=agreeing)["PublicKey"]
    yield kms.derive_shared_secret(KeyId=agreeing, KeyAgreementAlgorithm="ECDH", PublicKey=peer)["SharedSecret"]
    kem = kms.create_key(KeySpec="ML_KEM_768", KeyUsage="ENCAPSULATE_DECAPSULATE")["KeyMetadata"]["KeyId"]
    yield kms.encapsulate(KeyId=kem, EncapsulationAlgorithm="ML_KEM")["SharedSecret"]


def handed_out(kms, key):
    """What is told once, to one caller."""
    pair = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P256")
    yield pair["PrivateKeyPlaintext"]
    root = "arn:aws:iam::000000000000:root"
    yield kms.create_grant(KeyId=key, GranteePrincipal=root, Operations=["Decrypt"])["GrantToken"].encode()


def imported(kms):
    """Material that is brought along."""
    key = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    asked = dict(WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")
    offer = kms.get_parameters_for_import(KeyId=key, **asked)
    wrapping = serialization.load_der_public_key(offer["PublicKey"])
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    kms.import_key_material(
        KeyId=key,
        ImportToken=offer["ImportToken"],
        EncryptedKeyMaterial=wrapping.encrypt(IMPORTED, oaep),
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
    )
    return IMPORTED


def leaks(places, secrets):
    return [(name, secret) for name, content in places for secret in secrets for form in forms(secret) if form in content]


def contents(directory):
    return [(str(path), path.read_bytes()) for path in pathlib.Path(directory).rglob("*") if path.is_file()]


def without_seed(places):
    return [(name, content) for name, content in places if not name.endswith("seed.toml")]


def test_the_search_finds_what_is_there():
    """A search that cannot find proves nothing."""
    for place in (PLAINTEXT, b"x" + base64.b64encode(b"ab" + PLAINTEXT + b"c"), PLAINTEXT.hex().encode()):
        assert leaks([("place", place)], [PLAINTEXT])


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_data_directory_holds_no_secret(start, tmp_path, end):
    server = start("--log-level", "trace", data=tmp_path / "data", seed=SEED)
    secrets = use(server)
    getattr(server, end)()
    places = contents(tmp_path / "data")
    assert sum(len(content) for _, content in places) > 1000, "there is something to search"
    # Descriptions and tags are no secrets, but a stolen disk shows paths and sizes only; so does the audit log.
    assert leaks(places, [*secrets, DESCRIPTION.encode(), TAG.encode(), CONTEXT.encode()]) == []
    assert leaks(without_seed(contents(server.home)), secrets) == [], "logs and the home directory"


def test_a_dump_of_the_database_holds_no_secret(start, tmp_path, postgresql):
    address = postgresql.create("sealed")
    server = start("--store", address, "--seal", f"file:{tmp_path / 'seal'}", data=tmp_path / "data", seed=SEED)
    secrets = use(server)
    dump = postgresql.dump("sealed")
    server.stop()
    assert len(dump) > 1000
    seal = (tmp_path / "seal").read_bytes().strip()
    assert leaks([("dump", dump), *contents(tmp_path / "data")], [*secrets, DESCRIPTION.encode(), TAG.encode(), seal]) == []


def test_what_is_secret_is_for_its_owner_only(start, tmp_path):
    start("--seal", f"file:{tmp_path / 'seal'}", data=tmp_path / "data")
    assert (tmp_path / "seal").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0, "nobody else reaches anything below it"


def test_a_restart_over_postgresql_finds_everything(start, tmp_path, postgresql):
    address = postgresql.create("restart")
    server = start("--store", address, "--seal", f"file:{tmp_path / 'seal'}", data=tmp_path / "data")
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    server.stop()
    server.start()
    assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
