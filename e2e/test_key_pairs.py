"""Key pairs against two other implementations, OpenSSL's command line and Python's cryptography, in both directions.

What KMS signs, encrypts, agrees on and encapsulates is checked outside with the downloaded public key; what was made outside
with a private key that was imported is checked by KMS.
"""

import hashlib
import hmac
import os
import subprocess

import botocore.exceptions
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, padding, rsa, utils

MESSAGE = b"Attack at dawn"
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
RSA_ALGORITHMS = [f"RSASSA_{padding}_SHA_{size}" for padding in ("PSS", "PKCS1_V1_5") for size in HASHES]
EC_SPECS = {
    "ECC_NIST_P256": ("ECDSA_SHA_256", ec.SECP256R1()),
    "ECC_NIST_P384": ("ECDSA_SHA_384", ec.SECP384R1()),
    "ECC_NIST_P521": ("ECDSA_SHA_512", ec.SECP521R1()),
    "ECC_SECG_P256K1": ("ECDSA_SHA_256", ec.SECP256K1()),
}
ML_DSA = {"ML_DSA_44": mldsa.MLDSA44PublicKey, "ML_DSA_65": mldsa.MLDSA65PublicKey, "ML_DSA_87": mldsa.MLDSA87PublicKey}


def make(kms, spec, usage):
    return kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]


def public(kms, key):
    der = kms.get_public_key(KeyId=key)["PublicKey"]
    return der, serialization.load_der_public_key(der)


def digest(algorithm, message=MESSAGE):
    return hashlib.new(f"sha{algorithm[-3:]}", message).digest()


def rsa_padding(algorithm):
    chosen = HASHES[algorithm[-3:]]
    return padding.PSS(padding.MGF1(chosen), chosen.digest_size) if "PSS" in algorithm else padding.PKCS1v15()


def openssl(*words, stdin=None):
    return subprocess.run(["openssl", *map(str, words)], input=stdin, capture_output=True, check=False)


def openssl_verifies(tmp_path, der, algorithm, signature, message=MESSAGE):
    (tmp_path / "public.der").write_bytes(der)
    (tmp_path / "signature").write_bytes(signature)
    words = ["dgst", f"-sha{algorithm[-3:]}", "-keyform", "DER", "-verify", tmp_path / "public.der", "-signature", tmp_path / "signature"]
    if "PSS" in algorithm:
        words += ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
    return openssl(*words, stdin=message).stdout == b"Verified OK\n"


def bring(kms, spec, usage, material, algorithm="RSA_AES_KEY_WRAP_SHA_256"):
    """Makes a key of a private key that was made outside."""
    key = kms.create_key(KeySpec=spec, KeyUsage=usage, Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    offer = kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_2048")
    wrapping = serialization.load_der_public_key(offer["PublicKey"])
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    if algorithm.startswith("RSAES"):
        wrapped = wrapping.encrypt(material, oaep)
    else:
        once = os.urandom(32)
        wrapped = wrapping.encrypt(once, oaep) + keywrap.aes_key_wrap_with_padding(once, material)
    kms.import_key_material(
        KeyId=key, ImportToken=offer["ImportToken"], EncryptedKeyMaterial=wrapped, ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE"
    )
    return key


def pkcs8(private):
    return private.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def refused(call, **input):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(**input)
    return error.value.response["Error"]["Code"]


@pytest.mark.parametrize("spec", ["RSA_2048", "RSA_3072", "RSA_4096"])
def test_rsa_signatures_verify_outside(kms, tmp_path, spec):
    key = make(kms, spec, "SIGN_VERIFY")
    der, outside = public(kms, key)
    assert outside.key_size == int(spec[-4:]) and outside.public_numbers().e == 65537
    for algorithm in RSA_ALGORITHMS:
        for message, kind in ((MESSAGE, "RAW"), (digest(algorithm), "DIGEST")):
            signature = kms.sign(KeyId=key, Message=message, MessageType=kind, SigningAlgorithm=algorithm)["Signature"]
            outside.verify(signature, MESSAGE, rsa_padding(algorithm), HASHES[algorithm[-3:]])
            assert openssl_verifies(tmp_path, der, algorithm, signature), algorithm
            assert not openssl_verifies(tmp_path, der, algorithm, signature, b"Attack at dusk"), algorithm


def test_rsa_signatures_made_outside_verify_here(kms):
    private = rsa.generate_private_key(65537, 2048)
    key = bring(kms, "RSA_2048", "SIGN_VERIFY", pkcs8(private))
    assert kms.get_public_key(KeyId=key)["PublicKey"] == private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for algorithm in RSA_ALGORITHMS:
        chosen = HASHES[algorithm[-3:]]
        right = dict(KeyId=key, Message=digest(algorithm), MessageType="DIGEST", SigningAlgorithm=algorithm)
        signature = private.sign(MESSAGE, rsa_padding(algorithm), chosen)
        assert kms.verify(**right, Signature=signature)["SignatureValid"] is True
        if "PSS" in algorithm:
            longest = private.sign(MESSAGE, padding.PSS(padding.MGF1(chosen), padding.PSS.MAX_LENGTH), chosen)
            assert refused(kms.verify, **right, Signature=longest) == "KMSInvalidSignatureException", "salt of another length"


@pytest.mark.parametrize("spec", EC_SPECS)
def test_ecdsa_signatures_verify_outside_and_here(kms, tmp_path, spec):
    algorithm, curve = EC_SPECS[spec]
    chosen = HASHES[algorithm[-3:]]
    key = make(kms, spec, "SIGN_VERIFY")
    der, outside = public(kms, key)
    assert outside.curve.name == curve.name
    for message, kind in ((MESSAGE, "RAW"), (digest(algorithm), "DIGEST")):
        signature = kms.sign(KeyId=key, Message=message, MessageType=kind, SigningAlgorithm=algorithm)["Signature"]
        outside.verify(signature, MESSAGE, ec.ECDSA(chosen))
        utils.decode_dss_signature(signature)
        assert openssl_verifies(tmp_path, der, algorithm, signature)

    private = ec.generate_private_key(curve)
    brought = bring(kms, spec, "SIGN_VERIFY", pkcs8(private))
    signature = private.sign(MESSAGE, ec.ECDSA(chosen))
    assert kms.verify(KeyId=brought, Message=MESSAGE, Signature=signature, SigningAlgorithm=algorithm)["SignatureValid"] is True
    assert refused(kms.verify, KeyId=key, Message=MESSAGE, Signature=signature, SigningAlgorithm=algorithm) == "KMSInvalidSignatureException"


def test_ed25519_signatures_verify_outside_and_here(kms, tmp_path):
    key = make(kms, "ECC_NIST_EDWARDS25519", "SIGN_VERIFY")
    der, outside = public(kms, key)
    signature = kms.sign(KeyId=key, Message=MESSAGE, SigningAlgorithm="ED25519_SHA_512")["Signature"]
    outside.verify(signature, MESSAGE)
    for name, content in (("public.der", der), ("signature", signature), ("message", MESSAGE)):
        (tmp_path / name).write_bytes(content)
    verified = openssl(
        "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", tmp_path / "public.der",
        "-sigfile", tmp_path / "signature", "-in", tmp_path / "message",
    )
    assert b"Signature Verified Successfully" in verified.stdout
    prehashed = kms.sign(KeyId=key, Message=hashlib.sha512(MESSAGE).digest(), MessageType="DIGEST", SigningAlgorithm="ED25519_PH_SHA_512")
    with pytest.raises(InvalidSignature):
        outside.verify(prehashed["Signature"], MESSAGE)

    private = ed25519.Ed25519PrivateKey.generate()
    brought = bring(kms, "ECC_NIST_EDWARDS25519", "SIGN_VERIFY", pkcs8(private))
    assert kms.verify(KeyId=brought, Message=MESSAGE, Signature=private.sign(MESSAGE), SigningAlgorithm="ED25519_SHA_512")["SignatureValid"]


@pytest.mark.parametrize("spec", ML_DSA)
def test_ml_dsa_signatures_over_messages_and_mu_verify_outside(kms, spec):
    key = make(kms, spec, "SIGN_VERIFY")
    _, outside = public(kms, key)
    assert isinstance(outside, ML_DSA[spec])
    signature = kms.sign(KeyId=key, Message=MESSAGE, SigningAlgorithm="ML_DSA_SHAKE_256")["Signature"]
    outside.verify(signature, MESSAGE)
    # FIPS 204, algorithms 2 and 7: mu = H(H(pk, 64) || 0 || |ctx| || ctx || M, 64).
    hashed = hashlib.shake_256(outside.public_bytes_raw()).digest(64)
    mu = hashlib.shake_256(hashed + b"\x00\x00" + MESSAGE).digest(64)
    by_mu = kms.sign(KeyId=key, Message=mu, MessageType="EXTERNAL_MU", SigningAlgorithm="ML_DSA_SHAKE_256")["Signature"]
    outside.verify(by_mu, MESSAGE)
    outside.verify_mu(by_mu, mu)
    # Each of the two verifies by the other's form.
    for message, kind, made in ((MESSAGE, "RAW", by_mu), (mu, "EXTERNAL_MU", signature)):
        assert kms.verify(KeyId=key, Message=message, MessageType=kind, Signature=made, SigningAlgorithm="ML_DSA_SHAKE_256")["SignatureValid"]


@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
def test_rsa_ciphertexts_cross_the_border_both_ways(kms, tmp_path, algorithm):
    private = rsa.generate_private_key(65537, 2048)
    key = bring(kms, "RSA_2048", "ENCRYPT_DECRYPT", pkcs8(private))
    name = "sha1" if algorithm.endswith("_1") else "sha256"
    options = ["-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", f"rsa_oaep_md:{name}", "-pkeyopt", f"rsa_mgf1_md:{name}"]
    (tmp_path / "public.der").write_bytes(kms.get_public_key(KeyId=key)["PublicKey"])
    (tmp_path / "private.der").write_bytes(pkcs8(private))

    sealed = openssl("pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", tmp_path / "public.der", *options, stdin=MESSAGE).stdout
    assert kms.decrypt(KeyId=key, CiphertextBlob=sealed, EncryptionAlgorithm=algorithm)["Plaintext"] == MESSAGE
    sealed = kms.encrypt(KeyId=key, Plaintext=MESSAGE, EncryptionAlgorithm=algorithm)["CiphertextBlob"]
    assert openssl("pkeyutl", "-decrypt", "-keyform", "DER", "-inkey", tmp_path / "private.der", *options, stdin=sealed).stdout == MESSAGE
    chosen = hashes.SHA1() if name == "sha1" else hashes.SHA256()
    assert private.decrypt(sealed, padding.OAEP(padding.MGF1(chosen), chosen, None)) == MESSAGE


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"])
def test_key_agreement_comes_to_the_same_secret_outside(kms, tmp_path, spec):
    key = make(kms, spec, "KEY_AGREEMENT")
    der, theirs = public(kms, key)
    private = ec.generate_private_key(EC_SPECS[spec][1])
    mine = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    derived = kms.derive_shared_secret(KeyId=key, KeyAgreementAlgorithm="ECDH", PublicKey=mine)["SharedSecret"]
    assert derived == private.exchange(ec.ECDH(), theirs)
    (tmp_path / "peer.der").write_bytes(der)
    (tmp_path / "mine.der").write_bytes(pkcs8(private))
    secret = openssl("pkeyutl", "-derive", "-keyform", "DER", "-inkey", tmp_path / "mine.der", "-peerform", "DER", "-peerkey", tmp_path / "peer.der")
    assert secret.stdout == derived


@pytest.mark.parametrize("spec", ["ML_KEM_768", "ML_KEM_1024"])
def test_what_was_encapsulated_outside_is_decapsulated_here_and_the_other_way(kms, spec):
    key = make(kms, spec, "ENCAPSULATE_DECAPSULATE")
    _, outside = public(kms, key)
    secret, ciphertext = outside.encapsulate()
    back = kms.decapsulate(KeyId=key, SharedSecretCiphertextBlob=ciphertext, EncapsulationAlgorithm="ML_KEM")
    assert back["SharedSecret"] == secret
    # The private halves of KMS keys stay where they are; those of data key pairs are for outside.
    pair = kms.generate_data_key_pair(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], KeyPairSpec=spec)
    private = serialization.load_der_private_key(pair["PrivateKeyPlaintext"], None)
    secret, ciphertext = serialization.load_der_public_key(pair["PublicKey"]).encapsulate()
    assert private.decapsulate(ciphertext) == secret
    assert isinstance(private, (mlkem.MLKEM768PrivateKey, mlkem.MLKEM1024PrivateKey)) and pkcs8(private) == pair["PrivateKeyPlaintext"]


@pytest.mark.parametrize("spec", ["RSA_2048", "RSA_3072", "RSA_4096", *EC_SPECS, "ECC_NIST_EDWARDS25519"])
def test_data_key_pairs_load_elsewhere_byte_for_byte(kms, tmp_path, spec):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    pair = kms.generate_data_key_pair(KeyId=key, KeyPairSpec=spec, EncryptionContext={"a": "1"})
    private = serialization.load_der_private_key(pair["PrivateKeyPlaintext"], None)
    encoded = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert encoded == pair["PublicKey"]
    (tmp_path / "private.der").write_bytes(pair["PrivateKeyPlaintext"])
    assert openssl("pkey", "-inform", "DER", "-in", tmp_path / "private.der", "-pubout", "-outform", "DER").stdout == pair["PublicKey"]
    opened = kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"], EncryptionContext={"a": "1"})
    assert opened["Plaintext"] == pair["PrivateKeyPlaintext"]
    hidden = kms.generate_data_key_pair_without_plaintext(KeyId=key, KeyPairSpec=spec)
    assert "PrivateKeyPlaintext" not in hidden and hidden["PublicKey"] != pair["PublicKey"]


@pytest.mark.parametrize("size", ["224", "256", "384", "512"])
def test_macs_are_those_of_others(kms, size):
    material = os.urandom(int(size) // 8)
    key = bring(kms, f"HMAC_{size}", "GENERATE_VERIFY_MAC", material, "RSAES_OAEP_SHA_256")
    made = kms.generate_mac(KeyId=key, Message=MESSAGE, MacAlgorithm=f"HMAC_SHA_{size}")["Mac"]
    assert made == hmac.new(material, MESSAGE, f"sha{size}").digest()
    assert kms.verify_mac(KeyId=key, Message=MESSAGE, Mac=made, MacAlgorithm=f"HMAC_SHA_{size}")["MacValid"] is True
    assert refused(kms.verify_mac, KeyId=key, Message=b"other", Mac=made, MacAlgorithm=f"HMAC_SHA_{size}") == "KMSInvalidMacException"
