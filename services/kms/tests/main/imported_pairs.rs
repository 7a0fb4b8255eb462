//! Imported key pairs and keys of MACs: whose material never changes, and which others can use outside.

use crate::import::{OAEP, REGION, offer_in};
use crate::{HELLO, Kms, arn, house, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kernel::testing::{Answer, House, ROOT};
use primitives::{Curve, EcPrivateKey, Ed25519PrivateKey, HmacHash, MacKey, RsaPrivateKey, RsaSize};
use serde_json::{Value, json};
use std::time::Duration;

const WRAP: &str = "RSA_AES_KEY_WRAP_SHA_256";

fn empty(house: &House, spec: &str, usage: &str) -> String {
    let input = json!({ "Origin": "EXTERNAL", "KeySpec": spec, "KeyUsage": usage });
    text(&house.ok("CreateKey", &input)["KeyMetadata"]["KeyId"])
}

fn import_as(house: &House, region: &str, id: &str, algorithm: &str, material: &[u8], more: &Value) -> Answer {
    let offer = offer_in(house, region, id, algorithm, "RSA_3072");
    let mut input = json!({
        "KeyId": id, "ImportToken": offer.token, "EncryptedKeyMaterial": offer.wrap(algorithm, material),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.call_as(ROOT, region, "kms", "ImportKeyMaterial", &input)
}

fn import(house: &House, id: &str, algorithm: &str, material: &[u8]) -> Answer {
    import_as(house, REGION, id, algorithm, material, &json!({}))
}

/// Imports what is accepted. The answer names no material: there is only one.
fn imported(house: &House, id: &str, algorithm: &str, material: &[u8]) {
    let answer = import(house, id, algorithm, material);
    assert_eq!((answer.status, answer.json()), (200, json!({ "KeyId": arn(id) })), "{}", answer.body);
    assert_eq!(house.state(id), "Enabled");
}

fn public_key(house: &House, id: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text(&house.ok("GetPublicKey", &json!({ "KeyId": id }))["PublicKey"])).unwrap()
}

/// Signs here, and has the same key verify.
fn signs(house: &House, id: &str, algorithm: &str) {
    let signed = house.ok("Sign", &json!({ "KeyId": id, "Message": HELLO, "SigningAlgorithm": algorithm }));
    let verify =
        json!({ "KeyId": id, "Message": HELLO, "Signature": signed["Signature"], "SigningAlgorithm": algorithm });
    assert_eq!(house.ok("Verify", &verify)["SignatureValid"], json!(true));
}

#[test]
fn a_private_key_on_a_curve_comes_in_either_way() {
    let house = house();
    let curves = [
        ("ECC_NIST_P256", Curve::P256, "ECDSA_SHA_256"),
        ("ECC_NIST_P384", Curve::P384, "ECDSA_SHA_384"),
        ("ECC_NIST_P521", Curve::P521, "ECDSA_SHA_512"),
        ("ECC_SECG_P256K1", Curve::Secp256k1, "ECDSA_SHA_256"),
    ];
    for (spec, curve, algorithm) in curves {
        let key = EcPrivateKey::generate(curve);
        for way in [OAEP, WRAP] {
            let id = empty(&house, spec, "SIGN_VERIFY");
            imported(&house, &id, way, key.pkcs8().expose());
            assert_eq!(public_key(&house, &id), key.public().info(), "{spec} {way}");
            signs(&house, &id, algorithm);
        }
    }
    let key = Ed25519PrivateKey::generate(&base::SeededRng::new(1));
    let id = empty(&house, "ECC_NIST_EDWARDS25519", "SIGN_VERIFY");
    imported(&house, &id, OAEP, key.pkcs8().expose());
    signs(&house, &id, "ED25519_SHA_512");
}

#[test]
fn an_rsa_key_comes_in_wrapped_twice_and_in_its_own_size() {
    let house = house();
    let key = RsaPrivateKey::generate(RsaSize::Rsa2048);
    let id = empty(&house, "RSA_2048", "ENCRYPT_DECRYPT");
    for way in [WRAP, "RSA_AES_KEY_WRAP_SHA_1"] {
        imported(&house, &id, way, key.pkcs8().expose());
    }
    let outside = key.public().encrypt(primitives::OaepHash::Sha256, b"hello").unwrap();
    let input = json!({ "KeyId": id, "CiphertextBlob": BASE64_STANDARD.encode(outside), "EncryptionAlgorithm": OAEP });
    assert_eq!(house.ok("Decrypt", &input)["Plaintext"], json!(HELLO));
    let larger = empty(&house, "RSA_3072", "SIGN_VERIFY");
    assert_eq!(import(&house, &larger, WRAP, key.pkcs8().expose()).code(), "IncorrectKeyMaterialException");
}

#[test]
fn each_kind_has_its_ways_of_wrapping() {
    let house = house();
    let code = |spec: &str, usage: &str, algorithm: &str, size: &str| {
        let id = empty(&house, spec, usage);
        let input = json!({ "KeyId": id, "WrappingAlgorithm": algorithm, "WrappingKeySpec": size });
        house.kms("GetParametersForImport", &input).code()
    };
    let refused = "UnsupportedOperationException";
    for (spec, usage, algorithm, size, expected) in [
        ("RSA_2048", "SIGN_VERIFY", OAEP, "RSA_4096", refused),
        ("HMAC_256", "GENERATE_VERIFY_MAC", WRAP, "RSA_2048", refused),
        ("HMAC_256", "GENERATE_VERIFY_MAC", OAEP, "RSA_2048", ""),
        ("ECC_NIST_P521", "SIGN_VERIFY", OAEP, "RSA_2048", refused),
        ("ECC_NIST_P521", "SIGN_VERIFY", "RSAES_OAEP_SHA_1", "RSA_2048", refused),
        ("ECC_NIST_P521", "KEY_AGREEMENT", OAEP, "RSA_3072", ""),
        ("ECC_NIST_P521", "SIGN_VERIFY", WRAP, "RSA_2048", ""),
    ] {
        assert_eq!(code(spec, usage, algorithm, size), expected, "{spec} {algorithm} {size}");
    }
}

#[test]
fn a_key_of_macs_is_as_long_as_its_digest_or_longer() {
    let house = house();
    for (spec, algorithm, hash, least) in [
        ("HMAC_224", "HMAC_SHA_224", HmacHash::Sha224, 28),
        ("HMAC_256", "HMAC_SHA_256", HmacHash::Sha256, 32),
        ("HMAC_384", "HMAC_SHA_384", HmacHash::Sha384, 48),
        ("HMAC_512", "HMAC_SHA_512", HmacHash::Sha512, 64),
    ] {
        for length in [least, 128] {
            let id = empty(&house, spec, "GENERATE_VERIFY_MAC");
            for wrong in [least - 1, 129] {
                let answer = import(&house, &id, OAEP, &vec![5; wrong]);
                assert_eq!(answer.code(), "IncorrectKeyMaterialException", "{spec} of {wrong} bytes");
            }
            imported(&house, &id, OAEP, &vec![5; length]);
            let made = house.ok("GenerateMac", &json!({ "KeyId": id, "Message": HELLO, "MacAlgorithm": algorithm }));
            let outside = MacKey::new(hash, &vec![5; length]).sign(b"hello");
            assert_eq!(made["Mac"], json!(BASE64_STANDARD.encode(outside)), "{spec} of {length} bytes");
        }
    }
}

#[test]
fn material_that_is_no_key_of_the_spec_is_refused() {
    let house = house();
    let id = empty(&house, "ECC_NIST_P256", "SIGN_VERIFY");
    let other = EcPrivateKey::generate(Curve::P384).pkcs8();
    let right = EcPrivateKey::generate(Curve::P256).pkcs8();
    let longer = [right.expose().as_slice(), &[0]].concat();
    for wrong in [other.expose().as_slice(), &[7; 32], &longer, &right.expose()[..right.expose().len() - 1]] {
        assert_eq!(import(&house, &id, OAEP, wrong).code(), "IncorrectKeyMaterialException");
    }
    assert_eq!(house.state(&id), "PendingImport");
    let none = house.refused("GetPublicKey", &json!({ "KeyId": id }));
    assert_eq!(none.0, "KMSInvalidStateException", "there never was a public key");
}

#[test]
fn a_key_pair_keeps_the_material_that_it_first_had_and_its_public_half_stays_known() {
    let house = house();
    let id = empty(&house, "ECC_NIST_P256", "SIGN_VERIFY");
    let (key, other) = (EcPrivateKey::generate(Curve::P256), EcPrivateKey::generate(Curve::P256));
    imported(&house, &id, OAEP, key.pkcs8().expose());
    assert_eq!(import(&house, &id, OAEP, other.pkcs8().expose()).code(), "IncorrectKeyMaterialException");
    let deleted = house.ok("DeleteImportedKeyMaterial", &json!({ "KeyId": id }));
    assert_eq!(deleted, json!({ "KeyId": arn(&id) }));
    assert_eq!(house.state(&id), "PendingImport");
    let sign = json!({ "KeyId": id, "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256" });
    assert_eq!(house.refused("Sign", &sign).0, "KMSInvalidStateException");
    assert_eq!(public_key(&house, &id), key.public().info());
    assert_eq!(import(&house, &id, OAEP, other.pkcs8().expose()).code(), "IncorrectKeyMaterialException");
    imported(&house, &id, WRAP, key.pkcs8().expose());
    signs(&house, &id, "ECDSA_SHA_256");
}

#[test]
fn what_tells_materials_apart_is_for_symmetric_keys() {
    let house = house();
    let id = empty(&house, "HMAC_256", "GENERATE_VERIFY_MAC");
    for (name, value) in [
        ("ImportType", json!("NEW_KEY_MATERIAL")),
        ("KeyMaterialDescription", json!("mine")),
        ("KeyMaterialId", json!("0".repeat(64))),
    ] {
        let answer = import_as(&house, REGION, &id, OAEP, &[1; 32], &json!({ name: value }));
        assert_eq!(answer.code(), "ValidationException");
        assert!(answer.message().contains(name), "{}", answer.message());
    }
}

#[test]
fn a_key_pair_of_several_regions_signs_in_each() {
    let house = house();
    let input =
        json!({ "Origin": "EXTERNAL", "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY", "MultiRegion": true });
    let imported_id = text(&house.ok("CreateKey", &input)["KeyMetadata"]["KeyId"]);
    let key = EcPrivateKey::generate(Curve::P256);
    imported(&house, &imported_id, OAEP, key.pkcs8().expose());
    let input = json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY", "MultiRegion": true });
    let made_id = text(&house.ok("CreateKey", &input)["KeyMetadata"]["KeyId"]);
    let there = |operation: &str, input: &Value| {
        let answer = house.call_as(ROOT, "eu-west-1", "kms", operation, input);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        answer.json()
    };
    for id in [&imported_id, &made_id] {
        house.ok("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": "eu-west-1" }));
    }
    house.advance(Duration::ZERO);
    let again = import_as(&house, "eu-west-1", &imported_id, WRAP, key.pkcs8().expose(), &json!({}));
    assert_eq!(again.status, 200, "{}", again.body);
    for id in [imported_id, made_id] {
        let sign = json!({ "KeyId": id, "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256" });
        let mut verify = sign.clone();
        verify["Signature"] = there("Sign", &sign)["Signature"].clone();
        assert_eq!(house.ok("Verify", &verify)["SignatureValid"], json!(true));
    }
}
