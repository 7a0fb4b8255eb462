"""Imported material with the stock clients: boto3 asks and hands in, openssl wraps and uses the same key outside."""

import datetime
import os
import pathlib
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from server import REGION

THERE = "eu-west-1"
HASHES = {"SHA_1": "sha1", "SHA_256": "sha256"}


def openssl(*words, cwd, data=None):
    done = subprocess.run(["openssl", *map(str, words)], cwd=cwd, input=data, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def oaep(folder, public, hashed, data):
    """RSA-OAEP as openssl does it."""
    (folder / "wrapping.der").write_bytes(public)
    options = ["rsa_padding_mode:oaep", f"rsa_oaep_md:{hashed}", f"rsa_mgf1_md:{hashed}"]
    words = ["pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", "wrapping.der"]
    return openssl(*words, *(word for option in options for word in ("-pkeyopt", option)), cwd=folder, data=data)


def wrap(folder, parameters, algorithm, material):
    hashed = next(name for suffix, name in HASHES.items() if algorithm.endswith(suffix))
    if not algorithm.startswith("RSA_AES"):
        return oaep(folder, parameters["PublicKey"], hashed, material)
    key = os.urandom(32)
    cipher = ["enc", "-id-aes256-wrap-pad", "-K", key.hex(), "-iv", "A65959A6"]
    return oaep(folder, parameters["PublicKey"], hashed, key) + openssl(*cipher, cwd=folder, data=material)


def bring(kms, folder, key, material, algorithm="RSAES_OAEP_SHA_256", size="RSA_2048", **more):
    parameters = kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm=algorithm, WrappingKeySpec=size)
    if "ValidTo" not in more:
        more["ExpirationModel"] = "KEY_MATERIAL_DOES_NOT_EXPIRE"
    wrapped = wrap(folder, parameters, algorithm, material)
    return kms.import_key_material(KeyId=key, ImportToken=parameters["ImportToken"], EncryptedKeyMaterial=wrapped, **more)


def empty(kms, **more):
    made = kms.create_key(Origin="EXTERNAL", **more)["KeyMetadata"]
    assert (made["KeyState"], made["Enabled"]) == ("PendingImport", False)
    return made["KeyId"]


def state(kms, key):
    return kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


def comes_to(kms, key, wanted):
    """Jobs take milliseconds, not none."""
    deadline = time.monotonic() + 20
    while state(kms, key) != wanted:
        assert time.monotonic() < deadline, f"{key} is still {state(kms, key)}"
        time.sleep(0.05)


@pytest.mark.parametrize("size", ["RSA_2048", "RSA_3072", "RSA_4096"])
@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
def test_symmetric_material_comes_in_and_is_used(kms, tmp_path, algorithm, size):
    key = empty(kms)
    brought = bring(kms, tmp_path, key, os.urandom(32), algorithm, size)
    metadata = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (metadata["KeyState"], metadata["CurrentKeyMaterialId"]) == ("Enabled", brought["KeyMaterialId"])
    blob = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"hello"


PAIRS = [
    ("RSA_2048", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "RSASSA_PSS_SHA_256", ["RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"]),
    ("RSA_4096", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"], "RSASSA_PKCS1_V1_5_SHA_512", ["RSA_AES_KEY_WRAP_SHA_256"]),
    ("ECC_NIST_P256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "ECDSA_SHA_256", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1"]),
    ("ECC_NIST_P384", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "ECDSA_SHA_384", ["RSAES_OAEP_SHA_256"]),
    ("ECC_NIST_P521", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "ECDSA_SHA_512", ["RSA_AES_KEY_WRAP_SHA_256"]),
    ("ECC_SECG_P256K1", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "ECDSA_SHA_256", ["RSA_AES_KEY_WRAP_SHA_256"]),
    ("ECC_NIST_EDWARDS25519", ["-algorithm", "ED25519"], "ED25519_SHA_512", ["RSAES_OAEP_SHA_256"]),
]


@pytest.mark.parametrize("spec, how, signing, wrappings", PAIRS, ids=[pair[0] for pair in PAIRS])
def test_key_pairs_of_openssl_come_in_and_sign(kms, tmp_path, spec, how, signing, wrappings):
    openssl("genpkey", *how, "-outform", "PEM", "-out", "pair.pem", cwd=tmp_path)
    private = openssl("pkcs8", "-topk8", "-nocrypt", "-in", "pair.pem", "-outform", "DER", cwd=tmp_path)
    public = openssl("pkey", "-in", "pair.pem", "-pubout", "-outform", "DER", cwd=tmp_path)
    for wrapping in wrappings:
        key = empty(kms, KeySpec=spec, KeyUsage="SIGN_VERIFY")
        assert "KeyMaterialId" not in bring(kms, tmp_path, key, private, wrapping)
        assert kms.get_public_key(KeyId=key)["PublicKey"] == public
        signature = kms.sign(KeyId=key, Message=b"hello", SigningAlgorithm=signing)["Signature"]
        assert kms.verify(KeyId=key, Message=b"hello", Signature=signature, SigningAlgorithm=signing)["SignatureValid"]


@pytest.mark.parametrize("spec, least", [("HMAC_224", 28), ("HMAC_256", 32), ("HMAC_384", 48), ("HMAC_512", 64)])
def test_keys_of_macs_come_in_and_openssl_makes_the_same_macs(kms, tmp_path, spec, least):
    key, material = empty(kms, KeySpec=spec, KeyUsage="GENERATE_VERIFY_MAC"), os.urandom(least)
    bring(kms, tmp_path, key, material)
    made = kms.generate_mac(KeyId=key, Message=b"hello", MacAlgorithm=f"HMAC_SHA_{spec[-3:]}")["Mac"]
    words = ["dgst", f"-sha{spec[-3:]}", "-mac", "HMAC", "-macopt", f"hexkey:{material.hex()}", "-binary"]
    assert openssl(*words, cwd=tmp_path, data=b"hello") == made


def test_parameters_say_for_how_long_they_are_good(kms):
    key = empty(kms)
    before = datetime.datetime.now(datetime.timezone.utc)
    parameters = kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_4096")
    lasts = parameters["ParametersValidTo"] - before
    assert datetime.timedelta(hours=23, minutes=59) < lasts < datetime.timedelta(hours=24, minutes=1)
    assert parameters["KeyId"] == kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    assert len(parameters["ImportToken"]) <= 6144


def test_material_expires_comes_back_and_is_deleted(start, tmp_path):
    server = start("--quotas", "off")
    kms = server.client()
    key, material = empty(kms), os.urandom(32)
    tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    bring(kms, tmp_path, key, material, ValidTo=tomorrow)
    metadata = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert metadata["ExpirationModel"] == "KEY_MATERIAL_EXPIRES"
    assert abs(metadata["ValidTo"] - tomorrow) < datetime.timedelta(seconds=1)
    blob = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    server.fastness("clock", "advance", "25h")
    comes_to(kms, key, "PendingImport")
    with pytest.raises(ClientError) as refused:
        kms.decrypt(CiphertextBlob=blob)
    assert refused.value.response["Error"]["Code"] == "KMSInvalidStateException"
    with pytest.raises(ClientError) as refused:
        bring(kms, tmp_path, key, os.urandom(32))
    assert refused.value.response["Error"]["Code"] == "IncorrectKeyMaterialException"
    bring(kms, tmp_path, key, material)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"hello"
    kms.delete_imported_key_material(KeyId=key)
    assert state(kms, key) == "PendingImport"


def test_imported_material_outlives_the_server(start, tmp_path):
    data = tmp_path / "data"
    server = start("--quotas", "off", data=data)
    key, material = empty(server.client()), os.urandom(32)
    bring(server.client(), tmp_path, key, material)
    blob = server.client().encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    parameters = server.client().get_parameters_for_import(
        KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
    )
    server.stop()
    server.start()
    kms = server.client()
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"hello"
    wrapped = wrap(tmp_path, parameters, "RSAES_OAEP_SHA_256", material)
    again = {"ImportToken": parameters["ImportToken"], "EncryptedKeyMaterial": wrapped}
    kms.import_key_material(KeyId=key, ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE", **again)
    stored = b"".join(path.read_bytes() for path in pathlib.Path(data).rglob("*") if path.is_file())
    assert material not in stored


def test_a_multi_region_key_encrypts_here_and_decrypts_there(dev, kms):
    there = dev.client(region=THERE)
    key = kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    assert key.startswith("mrk-")
    replica = kms.replicate_key(KeyId=key, ReplicaRegion=THERE)["ReplicaKeyMetadata"]
    assert replica["Arn"].split(":")[3] == THERE
    comes_to(there, key, "Enabled")
    blob = kms.encrypt(KeyId=key, Plaintext=b"hello", EncryptionContext={"for": "both"})["CiphertextBlob"]
    opened = there.decrypt(CiphertextBlob=blob, EncryptionContext={"for": "both"})
    assert (opened["Plaintext"], opened["KeyId"]) == (b"hello", replica["Arn"])
    kms.rotate_key_on_demand(KeyId=key)
    blob = there.generate_data_key(KeyId=key, KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=blob["CiphertextBlob"])["Plaintext"] == blob["Plaintext"]
    kms.update_primary_region(KeyId=key, PrimaryRegion=THERE)
    for client, kind in [(kms, "REPLICA"), (there, "PRIMARY")]:
        comes_to(client, key, "Enabled")
        configuration = client.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]
        assert configuration["MultiRegionKeyType"] == kind
        assert configuration["PrimaryKey"]["Region"] == THERE
        assert [sibling["Region"] for sibling in configuration["ReplicaKeys"]] == [REGION]


def test_a_replica_of_an_imported_key_gets_its_material_on_its_own(dev, kms, tmp_path):
    there = dev.client(region=THERE)
    key, material = empty(kms, MultiRegion=True), os.urandom(32)
    first = bring(kms, tmp_path, key, material)["KeyMaterialId"]
    kms.replicate_key(KeyId=key, ReplicaRegion=THERE)
    comes_to(there, key, "PendingImport")
    assert bring(there, tmp_path, key, material)["KeyMaterialId"] == first
    blob = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    assert there.decrypt(CiphertextBlob=blob)["Plaintext"] == b"hello"
