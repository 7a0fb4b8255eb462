//! Signing and verifying, as the documentation promises it.

use crate::{HELLO, Kms, arn, house, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kernel::testing::{ALICE, House};
use primitives::{Ed25519PublicKey, HashAlgorithm, Message, RsaPublicKey, RsaScheme, sha256};
use serde_json::{Value, json};

fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn bytes(value: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(text(value)).unwrap()
}

/// Spec, algorithm, the message types that it takes, and how long each message must be (0: as one likes).
type Case = (&'static str, &'static str, &'static [(&'static str, usize)]);

const ALL: &[Case] = &[
    ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256", &[("RAW", 0), ("DIGEST", 32)]),
    ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_384", &[("RAW", 0), ("DIGEST", 48)]),
    ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512", &[("RAW", 0), ("DIGEST", 64)]),
    ("RSA_2048", "RSASSA_PSS_SHA_256", &[("RAW", 0), ("DIGEST", 32)]),
    ("RSA_2048", "RSASSA_PSS_SHA_384", &[("RAW", 0), ("DIGEST", 48)]),
    ("RSA_2048", "RSASSA_PSS_SHA_512", &[("RAW", 0), ("DIGEST", 64)]),
    ("RSA_3072", "RSASSA_PSS_SHA_512", &[("RAW", 0), ("DIGEST", 64)]),
    ("ECC_NIST_P256", "ECDSA_SHA_256", &[("RAW", 0), ("DIGEST", 32)]),
    ("ECC_NIST_P384", "ECDSA_SHA_384", &[("RAW", 0), ("DIGEST", 48)]),
    ("ECC_NIST_P521", "ECDSA_SHA_512", &[("RAW", 0), ("DIGEST", 64)]),
    ("ECC_SECG_P256K1", "ECDSA_SHA_256", &[("RAW", 0), ("DIGEST", 32)]),
    ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", &[("RAW", 0)]),
    ("ECC_NIST_EDWARDS25519", "ED25519_PH_SHA_512", &[("DIGEST", 64)]),
    ("ML_DSA_44", "ML_DSA_SHAKE_256", &[("RAW", 0), ("EXTERNAL_MU", 64)]),
    ("ML_DSA_65", "ML_DSA_SHAKE_256", &[("RAW", 0), ("EXTERNAL_MU", 64)]),
    ("ML_DSA_87", "ML_DSA_SHAKE_256", &[("RAW", 0), ("EXTERNAL_MU", 64)]),
];

/// One key of each spec.
fn keys(house: &House) -> Vec<(&'static str, String)> {
    let mut keys: Vec<(&str, String)> = Vec::new();
    for (spec, ..) in ALL {
        if !keys.iter().any(|(known, _)| known == spec) {
            keys.push((spec, house.key_of(spec, "SIGN_VERIFY")));
        }
    }
    keys
}

fn key<'a>(keys: &'a [(&str, String)], spec: &str) -> &'a str {
    &keys.iter().find(|(known, _)| *known == spec).unwrap().1
}

#[test]
fn every_algorithm_signs_every_message_type_that_it_takes_and_verifies_it() {
    let house = house();
    let keys = keys(&house);
    for (spec, algorithm, types) in ALL {
        let key = key(&keys, spec);
        for (message_type, length) in *types {
            for length in if *length == 0 { [1, 4096] } else { [*length; 2] } {
                let mut input = json!({
                    "KeyId": key, "Message": base64(&vec![7; length]), "MessageType": message_type,
                    "SigningAlgorithm": algorithm,
                });
                let signed = house.ok("Sign", &input);
                assert_eq!((&signed["KeyId"], &signed["SigningAlgorithm"]), (&json!(arn(key)), &json!(algorithm)));
                input["Signature"] = signed["Signature"].clone();
                let expected = json!({ "KeyId": arn(key), "SignatureValid": true, "SigningAlgorithm": algorithm });
                assert_eq!(house.ok("Verify", &input), expected);
                input["Message"] = json!(base64(&vec![8; length]));
                let refused = house.kms("Verify", &input);
                assert_eq!(
                    (refused.status, refused.body.as_str()),
                    (400, r#"{"__type":"KMSInvalidSignatureException"}"#),
                    "{algorithm} {message_type}"
                );
            }
        }
    }
}

#[test]
fn a_message_type_that_an_algorithm_does_not_take_and_one_byte_more_or_less_are_refused() {
    let house = house();
    let keys = keys(&house);
    for (spec, algorithm, types) in ALL {
        let sign = |message_type: &str, length: usize| {
            let message = base64(&vec![7; length]);
            let input = json!({
                "KeyId": key(&keys, spec), "Message": message, "MessageType": message_type,
                "SigningAlgorithm": algorithm,
            });
            let answer = house.kms("Sign", &input);
            let mut verifying = input.clone();
            verifying["Signature"] = json!(HELLO);
            if answer.status != 200 {
                let verified = house.kms("Verify", &verifying);
                assert_eq!((verified.code(), verified.message()), (answer.code(), answer.message()), "{input}");
            }
            (answer.status == 200).then_some(()).ok_or_else(|| (answer.code(), answer.message()))
        };
        for message_type in ["RAW", "DIGEST", "EXTERNAL_MU"] {
            let taken = types.iter().find(|(known, _)| *known == message_type);
            let refused = |text: String| Err(("ValidationException".to_owned(), text));
            match taken {
                None => {
                    let text = format!("MessageType {message_type} is not valid for algorithm {algorithm}.");
                    assert_eq!(sign(message_type, 64), refused(text));
                }
                Some((_, 0)) => {}
                Some((_, length)) => {
                    let what = if message_type == "DIGEST" { "Digest" } else { "External mu" };
                    let text = format!("{what} is invalid length for algorithm {algorithm}.");
                    assert_eq!(sign(message_type, *length), Ok(()));
                    for wrong in [length - 1, length + 1] {
                        assert_eq!(sign(message_type, wrong), refused(text.clone()), "{algorithm} {wrong}");
                    }
                }
            }
        }
    }
}

#[test]
fn an_algorithm_of_another_spec_is_refused_in_awss_words() {
    let house = house();
    let keys = keys(&house);
    for (spec, key) in &keys {
        let own: Vec<&str> =
            ALL.iter().filter(|(known, ..)| known == spec).map(|(_, algorithm, _)| *algorithm).collect();
        for (other, algorithm, types) in ALL {
            let same_family = spec.starts_with("RSA") && other.starts_with("RSA");
            if own.contains(algorithm) || same_family {
                continue;
            }
            let length = types[0].1.max(1);
            let input = json!({
                "KeyId": key, "Message": base64(&vec![7; length]), "MessageType": types[0].0,
                "SigningAlgorithm": algorithm,
            });
            assert_eq!(
                house.refused("Sign", &input),
                (
                    "InvalidKeyUsageException".to_owned(),
                    format!("Algorithm {algorithm} is incompatible with key spec {spec}.")
                )
            );
        }
    }
}

#[test]
fn messages_have_1_to_4096_bytes() {
    let house = house();
    let key = house.key_of("ECC_NIST_P256", "SIGN_VERIFY");
    for (length, right) in [(0, false), (1, true), (4096, true), (4097, false)] {
        let input = json!({ "KeyId": key, "Message": base64(&vec![7; length]), "SigningAlgorithm": "ECDSA_SHA_256" });
        let answer = house.kms("Sign", &input);
        assert_eq!(answer.status == 200, right, "{length}: {}", answer.body);
        if !right {
            assert_eq!(answer.code(), "ValidationException");
        }
    }
}

#[test]
fn a_signature_verifies_outside_with_the_downloaded_public_key() {
    let house = house();
    let public = |key: &str| bytes(&house.ok("GetPublicKey", &json!({ "KeyId": key }))["PublicKey"]);
    let sign = |key: &str, algorithm: &str, kind: &str, message: &[u8]| {
        let input = json!({
            "KeyId": key, "Message": base64(message), "MessageType": kind, "SigningAlgorithm": algorithm,
        });
        bytes(&house.ok("Sign", &input)["Signature"])
    };
    let rsa = house.key_of("RSA_2048", "SIGN_VERIFY");
    let key = RsaPublicKey::from_info(&public(&rsa)).unwrap();
    let signature = sign(&rsa, "RSASSA_PSS_SHA_256", "DIGEST", &sha256(b"message"));
    assert!(key.verifies(RsaScheme::Pss(HashAlgorithm::Sha256), Message::Raw(b"message"), &signature));
    let ed = house.key_of("ECC_NIST_EDWARDS25519", "SIGN_VERIFY");
    let key = Ed25519PublicKey::from_info(&public(&ed)).unwrap();
    assert!(key.verifies(b"message", &sign(&ed, "ED25519_SHA_512", "RAW", b"message")));
    // KMS hashes the digest again: to the algorithm, the digest is the message.
    let signature = sign(&ed, "ED25519_PH_SHA_512", "DIGEST", &[7; 64]);
    assert!(key.verifies_prehashed(&[7; 64], &signature));
}

#[test]
fn a_signature_of_another_key_is_simply_invalid() {
    let house = house();
    let (one, other) = (house.key_of("ECC_NIST_P256", "SIGN_VERIFY"), house.key_of("ECC_NIST_P256", "SIGN_VERIFY"));
    let mut input = json!({ "KeyId": one, "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256" });
    input["Signature"] = house.ok("Sign", &input)["Signature"].clone();
    house.ok("Verify", &input);
    input["KeyId"] = json!(other);
    assert_eq!(house.kms("Verify", &input).code(), "KMSInvalidSignatureException");
}

#[test]
fn a_dry_run_checks_everything_and_answers_nothing() {
    let house = house();
    let key = house.key_of("ECC_NIST_P256", "SIGN_VERIFY");
    let mut input = json!({ "KeyId": key, "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256" });
    let signature = house.ok("Sign", &input)["Signature"].clone();
    input["DryRun"] = json!(true);
    assert_eq!(house.refused("Sign", &input).0, "DryRunOperationException");
    input["Signature"] = signature;
    assert_eq!(house.refused("Verify", &input).0, "DryRunOperationException");
    input["Message"] = json!("AAAA");
    assert_eq!(house.kms("Verify", &input).code(), "KMSInvalidSignatureException", "the real error comes first");
    input["SigningAlgorithm"] = json!("ECDSA_SHA_384");
    assert_eq!(
        house
            .refused(
                "Sign",
                &json!({ "KeyId": key, "Message": HELLO, "DryRun": true,
        "SigningAlgorithm": "ECDSA_SHA_384" })
            )
            .0,
        "InvalidKeyUsageException"
    );
}

#[test]
fn a_policy_can_hold_signers_to_algorithms_and_message_types() {
    let house = house();
    let key = house.key_of("RSA_2048", "SIGN_VERIFY");
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" },
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:user/alice" }, "Action": "kms:Sign",
          "Resource": "*", "Condition": { "StringEquals": {
              "kms:SigningAlgorithm": "RSASSA_PSS_SHA_256", "kms:MessageType": "DIGEST", "kms:RequestAlias": "alias/s" } } },
    ] });
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "Policy": policy.to_string() }));
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/s", "TargetKeyId": key }));
    let sign = |named: &str, algorithm: &str, kind: Option<&str>| {
        let mut input = json!({ "KeyId": named, "Message": base64(&[7; 32]), "SigningAlgorithm": algorithm });
        if let Some(kind) = kind {
            input["MessageType"] = json!(kind);
        }
        house.call_as(ALICE, "us-east-1", "kms", "Sign", &input).status
    };
    assert_eq!(sign("alias/s", "RSASSA_PSS_SHA_256", Some("DIGEST")), 200);
    assert_eq!(sign("alias/s", "RSASSA_PSS_SHA_256", Some("RAW")), 400);
    assert_eq!(sign("alias/s", "RSASSA_PSS_SHA_256", None), 400, "the default is RAW");
    assert_eq!(sign("alias/s", "RSASSA_PKCS1_V1_5_SHA_256", Some("DIGEST")), 400);
    assert_eq!(sign(&key, "RSASSA_PSS_SHA_256", Some("DIGEST")), 400, "not by the alias");
}

#[test]
fn the_record_tells_how_was_signed_and_neither_message_nor_signature() {
    let house = house();
    let key = house.key_of("ECC_NIST_P256", "SIGN_VERIFY");
    let mut input =
        json!({ "KeyId": key, "Message": HELLO, "MessageType": "RAW", "SigningAlgorithm": "ECDSA_SHA_256" });
    input["Signature"] = house.ok("Sign", &input)["Signature"].clone();
    house.ok("Verify", &input);
    let records = house.records();
    for name in ["Sign", "Verify"] {
        let record = records.iter().rfind(|record| record["eventName"] == name).unwrap();
        assert_eq!(
            record["requestParameters"],
            json!({ "keyId": key, "messageType": "RAW", "signingAlgorithm": "ECDSA_SHA_256" })
        );
        assert_eq!((&record["responseElements"], &record["readOnly"]), (&json!(null), &json!(true)));
        assert_eq!(record["resources"][0]["ARN"], json!(arn(&key)));
        assert_eq!(record["additionalEventData"], Value::Null);
    }
}
