//! Data key pairs, as the documentation promises it.

use crate::{Kms, arn, house, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use crypto::{Curve, MaterialKind, RsaSize};
use kernel::testing::{ALICE, House};
use serde_json::{Value, json};
use std::time::Duration;

fn bytes(value: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(text(value)).unwrap()
}

const ALL: [(&str, MaterialKind); 7] = [
    ("RSA_2048", MaterialKind::Rsa(RsaSize::Rsa2048)),
    ("RSA_3072", MaterialKind::Rsa(RsaSize::Rsa3072)),
    ("ECC_NIST_P256", MaterialKind::Ec(Curve::P256)),
    ("ECC_NIST_P384", MaterialKind::Ec(Curve::P384)),
    ("ECC_NIST_P521", MaterialKind::Ec(Curve::P521)),
    ("ECC_SECG_P256K1", MaterialKind::Ec(Curve::Secp256k1)),
    ("ECC_NIST_EDWARDS25519", MaterialKind::Ed25519),
];

#[test]
fn both_halves_fit_and_the_encrypted_private_key_decrypts_to_the_clear_one() {
    let house = house();
    let key = house.key();
    for (spec, kind) in ALL {
        let input = json!({ "KeyId": key, "KeyPairSpec": spec, "EncryptionContext": { "a": "1" } });
        let made = house.ok("GenerateDataKeyPair", &input);
        assert_eq!((&made["KeyId"], &made["KeyPairSpec"]), (&json!(arn(&key)), &json!(spec)));
        let private = base::Secret::new(bytes(&made["PrivateKeyPlaintext"]));
        let material = crypto::Material::import(kind, &private).expect(spec);
        assert_eq!(material.public_key().unwrap(), bytes(&made["PublicKey"]), "{spec}");
        let blob = &made["PrivateKeyCiphertextBlob"];
        let opened = house.ok("Decrypt", &json!({ "CiphertextBlob": blob, "EncryptionContext": { "a": "1" } }));
        assert_eq!(opened["Plaintext"], made["PrivateKeyPlaintext"]);
        assert_eq!(opened["KeyMaterialId"], made["KeyMaterialId"]);
        let other = house.kms("Decrypt", &json!({ "CiphertextBlob": blob }));
        assert_eq!(other.code(), "InvalidCiphertextException", "without its context");
        assert_ne!(house.ok("GenerateDataKeyPair", &input)["PublicKey"], made["PublicKey"], "{spec}");
    }
}

#[test]
fn an_ml_kem_private_key_comes_as_its_seed() {
    let house = house();
    let key = house.key();
    for (spec, public) in [("ML_KEM_512", 800), ("ML_KEM_768", 1184), ("ML_KEM_1024", 1568)] {
        let made = house.ok("GenerateDataKeyPair", &json!({ "KeyId": key, "KeyPairSpec": spec }));
        // PKCS#8 around `[0] OCTET STRING (64)`: RFC 9935 §6.
        let private = bytes(&made["PrivateKeyPlaintext"]);
        assert_eq!(private.len(), 86, "{spec}");
        assert_eq!(private[20..22], [0x80, 64]);
        assert_eq!(bytes(&made["PublicKey"]).len(), public + 22);
    }
}

#[test]
fn without_plaintext_the_private_key_comes_encrypted_only() {
    let house = house();
    let key = house.key();
    for spec in ["RSA_2048", "ECC_NIST_P256"] {
        let made = house.ok("GenerateDataKeyPairWithoutPlaintext", &json!({ "KeyId": key, "KeyPairSpec": spec }));
        let mut members: Vec<&String> = made.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(members, ["KeyId", "KeyMaterialId", "KeyPairSpec", "PrivateKeyCiphertextBlob", "PublicKey"]);
        house.ok("Decrypt", &json!({ "CiphertextBlob": made["PrivateKeyCiphertextBlob"] }));
    }
}

#[test]
fn a_dry_run_makes_no_pair() {
    let house = house();
    let input = json!({ "KeyId": house.key(), "KeyPairSpec": "RSA_4096", "DryRun": true });
    for operation in ["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"] {
        assert_eq!(house.refused(operation, &input).0, "DryRunOperationException");
    }
}

#[test]
fn only_a_symmetric_key_encrypts_a_data_key_pair() {
    let house = house();
    let rsa = house.key_of("RSA_2048", "ENCRYPT_DECRYPT");
    assert_eq!(
        house.refused("GenerateDataKeyPair", &json!({ "KeyId": rsa, "KeyPairSpec": "ECC_NIST_P256" })),
        (
            "InvalidKeyUsageException".to_owned(),
            "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.".to_owned()
        )
    );
    let (code, _) = house.refused("GenerateDataKeyPair", &json!({ "KeyId": house.key(), "KeyPairSpec": "ML_DSA_44" }));
    assert_eq!(code, "ValidationException", "the model has no such pairs");
}

#[test]
fn a_policy_can_hold_callers_to_a_spec_and_a_context() {
    let house = house();
    let key = house.key();
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" },
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:user/alice" },
          "Action": "kms:GenerateDataKeyPair*", "Resource": "*", "Condition": { "StringEquals": {
              "kms:DataKeyPairSpec": "ECC_NIST_P256", "kms:EncryptionContext:a": "1" } } },
    ] });
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "Policy": policy.to_string() }));
    let generate = |spec: &str, context: Value| {
        let input = json!({ "KeyId": key, "KeyPairSpec": spec, "EncryptionContext": context });
        house.call_as(ALICE, "us-east-1", "kms", "GenerateDataKeyPairWithoutPlaintext", &input).status
    };
    assert_eq!(generate("ECC_NIST_P256", json!({ "a": "1" })), 200);
    assert_eq!(generate("ECC_NIST_P384", json!({ "a": "1" })), 400);
    assert_eq!(generate("ECC_NIST_P256", json!({ "a": "2" })), 400);
}

#[test]
fn a_pair_is_made_once_recorded_once_and_charged_once() {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    let key = house.key();
    let input = json!({ "KeyId": key, "KeyPairSpec": "RSA_4096", "DryRun": true });
    assert_eq!(house.refused("GenerateDataKeyPair", &input).0, "DryRunOperationException");
    assert_eq!(house.refused("GenerateDataKeyPair", &input).0, "ThrottlingException", "one in a second");
    house.wall.advance(Duration::from_secs(1));
    let input = json!({ "KeyId": key, "KeyPairSpec": "RSA_3072" });
    for _ in 0..4 {
        house.ok("GenerateDataKeyPairWithoutPlaintext", &input);
    }
    assert_eq!(house.refused("GenerateDataKeyPairWithoutPlaintext", &input).0, "ThrottlingException");
    let records = house.records();
    let made = records
        .iter()
        .filter(|record| record["eventName"] == "GenerateDataKeyPairWithoutPlaintext" && record["errorCode"].is_null());
    let made: Vec<&Value> = made.collect();
    assert_eq!(made.len(), 4);
    assert_eq!(made[0]["requestParameters"], json!({ "keyId": key, "keyPairSpec": "RSA_3072" }));
    assert!(made[0]["additionalEventData"]["keyMaterialId"].is_string());
}
