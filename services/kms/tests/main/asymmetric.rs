//! Encrypting with RSA keys, here and outside.

use crate::{HELLO, Kms, arn, house, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kernel::testing::{ALICE, House};
use primitives::{OaepHash, RsaPublicKey};
use serde_json::{Value, json};

fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn bytes(value: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(text(value)).unwrap()
}

const ALGORITHMS: [(&str, OaepHash); 2] =
    [("RSAES_OAEP_SHA_1", OaepHash::Sha1), ("RSAES_OAEP_SHA_256", OaepHash::Sha256)];

fn rsa(house: &House, spec: &str) -> String {
    house.key_of(spec, "ENCRYPT_DECRYPT")
}

#[test]
fn what_is_encrypted_decrypts_with_the_key_and_algorithm_that_are_named_again() {
    let house = house();
    let key = rsa(&house, "RSA_2048");
    for (algorithm, _) in ALGORITHMS {
        let input = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionAlgorithm": algorithm });
        let encrypted = house.ok("Encrypt", &input);
        assert_eq!((&encrypted["KeyId"], &encrypted["EncryptionAlgorithm"]), (&json!(arn(&key)), &json!(algorithm)));
        let blob = &encrypted["CiphertextBlob"];
        assert_eq!(bytes(blob).len(), 256);
        let decrypted =
            house.ok("Decrypt", &json!({ "KeyId": key, "CiphertextBlob": blob, "EncryptionAlgorithm": algorithm }));
        assert_eq!(
            decrypted,
            json!({ "KeyId": arn(&key), "Plaintext": HELLO, "EncryptionAlgorithm": algorithm }),
            "no material is named"
        );
        for (other, _) in ALGORITHMS.iter().filter(|(other, _)| *other != algorithm) {
            let wrong = json!({ "KeyId": key, "CiphertextBlob": blob, "EncryptionAlgorithm": other });
            let answer = house.kms("Decrypt", &wrong);
            assert_eq!(answer.body, r#"{"__type":"InvalidCiphertextException"}"#);
        }
    }
}

#[test]
fn each_size_and_hash_takes_as_much_as_published_and_no_byte_more() {
    let house = house();
    // KMS API Reference, "Encrypt".
    for (spec, sha1, sha256) in [("RSA_2048", 214, 190), ("RSA_3072", 342, 318), ("RSA_4096", 470, 446)] {
        let key = rsa(&house, spec);
        for (algorithm, most) in [("RSAES_OAEP_SHA_1", sha1), ("RSAES_OAEP_SHA_256", sha256)] {
            let encrypt = |length: usize| json!({ "KeyId": key, "Plaintext": base64(&vec![7; length]), "EncryptionAlgorithm": algorithm });
            let blob = house.ok("Encrypt", &encrypt(most))["CiphertextBlob"].clone();
            let back = json!({ "KeyId": key, "CiphertextBlob": blob, "EncryptionAlgorithm": algorithm });
            assert_eq!(house.ok("Decrypt", &back)["Plaintext"], json!(base64(&vec![7; most])));
            assert_eq!(
                house.refused("Encrypt", &encrypt(most + 1)),
                (
                    "ValidationException".to_owned(),
                    format!("Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than {most} bytes.")
                )
            );
        }
    }
}

#[test]
fn what_was_encrypted_outside_with_the_public_key_decrypts_here() {
    let house = house();
    let key = rsa(&house, "RSA_2048");
    let public = bytes(&house.ok("GetPublicKey", &json!({ "KeyId": key }))["PublicKey"]);
    let public = RsaPublicKey::from_info(&public).unwrap();
    for (algorithm, hash) in ALGORITHMS {
        let ciphertext = base64(&public.encrypt(hash, b"hello").unwrap());
        let input = json!({ "KeyId": key, "CiphertextBlob": ciphertext, "EncryptionAlgorithm": algorithm });
        assert_eq!(house.ok("Decrypt", &input)["Plaintext"], json!(HELLO));
    }
}

#[test]
fn an_rsa_key_needs_its_algorithm_named_and_has_no_encryption_context() {
    let house = house();
    let key = rsa(&house, "RSA_2048");
    assert_eq!(
        house.refused("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO })),
        (
            "InvalidKeyUsageException".to_owned(),
            "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.".to_owned()
        )
    );
    let with_context = json!({
        "KeyId": key, "Plaintext": HELLO, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256", "EncryptionContext": { "a": "1" },
    });
    assert_eq!(house.refused("Encrypt", &with_context).0, "ValidationException");
    let symmetric = house.key();
    let wrong = json!({ "KeyId": symmetric, "Plaintext": HELLO, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" });
    assert_eq!(
        house.refused("Encrypt", &wrong).1,
        "Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT."
    );
    let nameless = json!({ "CiphertextBlob": base64(&[7; 256]), "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" });
    let (code, message) = house.refused("Decrypt", &nameless);
    assert_eq!(code, "ValidationException");
    assert!(message.contains("Value null at 'keyId'"), "{message}");
}

#[test]
fn a_ciphertext_of_another_key_or_length_is_invalid() {
    let house = house();
    let (key, other) = (rsa(&house, "RSA_2048"), rsa(&house, "RSA_2048"));
    let input = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" });
    let blob = bytes(&house.ok("Encrypt", &input)["CiphertextBlob"]);
    let decrypt = |key: &str, blob: &[u8]| {
        let input =
            json!({ "KeyId": key, "CiphertextBlob": base64(blob), "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" });
        house.kms("Decrypt", &input)
    };
    assert_eq!(decrypt(&key, &blob).status, 200);
    for (key, blob) in [(&other, &blob[..]), (&key, &blob[1..]), (&key, &[&blob[..], &[0]].concat())] {
        assert_eq!(decrypt(key, blob).body, r#"{"__type":"InvalidCiphertextException"}"#);
    }
}

#[test]
fn re_encrypting_moves_data_between_symmetric_and_rsa_keys() {
    let house = house();
    let (symmetric, key) = (house.key(), rsa(&house, "RSA_2048"));
    let blob = house.hello(&symmetric);
    let to_rsa = house.ok(
        "ReEncrypt",
        &json!({
            "CiphertextBlob": blob, "DestinationKeyId": key, "DestinationEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
        }),
    );
    assert_eq!(to_rsa["SourceEncryptionAlgorithm"], json!("SYMMETRIC_DEFAULT"));
    assert_eq!(to_rsa["DestinationEncryptionAlgorithm"], json!("RSAES_OAEP_SHA_256"));
    assert!(to_rsa["SourceKeyMaterialId"].is_string() && to_rsa["DestinationKeyMaterialId"].is_null());
    let back = house.ok(
        "ReEncrypt",
        &json!({
            "CiphertextBlob": to_rsa["CiphertextBlob"], "SourceKeyId": key,
            "SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "DestinationKeyId": symmetric,
            "DestinationEncryptionContext": { "a": "1" },
        }),
    );
    assert!(back["SourceKeyMaterialId"].is_null() && back["DestinationKeyMaterialId"].is_string());
    let opened = json!({ "CiphertextBlob": back["CiphertextBlob"], "EncryptionContext": { "a": "1" } });
    assert_eq!(house.ok("Decrypt", &opened)["Plaintext"], json!(HELLO));

    let long = house.ok("Encrypt", &json!({ "KeyId": symmetric, "Plaintext": base64(&[7; 191]) }));
    let (code, message) = house.refused(
        "ReEncrypt",
        &json!({
            "CiphertextBlob": long["CiphertextBlob"], "DestinationKeyId": key,
            "DestinationEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
        }),
    );
    assert_eq!(code, "ValidationException");
    assert!(message.ends_with("cannot encrypt data larger than 190 bytes."), "{message}");
}

#[test]
fn a_dry_run_says_what_the_call_would_have() {
    let house = house();
    let key = rsa(&house, "RSA_2048");
    let mut input = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" });
    let blob = house.ok("Encrypt", &input)["CiphertextBlob"].clone();
    input["DryRun"] = json!(true);
    assert_eq!(house.refused("Encrypt", &input).0, "DryRunOperationException");
    input["Plaintext"] = json!(base64(&[7; 191]));
    assert_eq!(house.refused("Encrypt", &input).0, "ValidationException");
    let mut decrypting = json!({
        "KeyId": key, "CiphertextBlob": blob, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256", "DryRun": true,
    });
    assert_eq!(house.refused("Decrypt", &decrypting).0, "DryRunOperationException");
    decrypting["EncryptionAlgorithm"] = json!("RSAES_OAEP_SHA_1");
    assert_eq!(house.kms("Decrypt", &decrypting).code(), "InvalidCiphertextException");
}

#[test]
fn a_policy_can_hold_callers_to_an_algorithm_and_the_record_tells_it() {
    let house = house();
    let key = rsa(&house, "RSA_2048");
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" },
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:user/alice" }, "Action": "kms:Encrypt",
          "Resource": "*", "Condition": { "StringEquals": { "kms:EncryptionAlgorithm": "RSAES_OAEP_SHA_256" } } },
    ] });
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "Policy": policy.to_string() }));
    for (algorithm, status) in [("RSAES_OAEP_SHA_256", 200), ("RSAES_OAEP_SHA_1", 400)] {
        let input = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionAlgorithm": algorithm });
        assert_eq!(house.call_as(ALICE, "us-east-1", "kms", "Encrypt", &input).status, status);
    }
    let records = house.records();
    let record =
        records.iter().rfind(|record| record["eventName"] == "Encrypt" && record["errorCode"].is_null()).unwrap();
    assert_eq!(record["requestParameters"], json!({ "keyId": key, "encryptionAlgorithm": "RSAES_OAEP_SHA_256" }));
    assert_eq!(record["additionalEventData"], Value::Null, "the material of a key pair has no name");
}
