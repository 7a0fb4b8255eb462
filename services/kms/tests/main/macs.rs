//! Message authentication codes, as the documentation promises it.

use crate::{HELLO, Kms, arn, house, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

const ALL: [(&str, &str, usize); 4] = [
    ("HMAC_224", "HMAC_SHA_224", 28),
    ("HMAC_256", "HMAC_SHA_256", 32),
    ("HMAC_384", "HMAC_SHA_384", 48),
    ("HMAC_512", "HMAC_SHA_512", 64),
];

#[test]
fn every_hmac_key_makes_and_verifies_macs_by_its_own_algorithm_only() {
    let house = house();
    for (spec, algorithm, length) in ALL {
        let key = house.key_of(spec, "GENERATE_VERIFY_MAC");
        let mut input = json!({ "KeyId": key, "Message": HELLO, "MacAlgorithm": algorithm });
        let made = house.ok("GenerateMac", &input);
        assert_eq!((&made["KeyId"], &made["MacAlgorithm"]), (&json!(arn(&key)), &json!(algorithm)));
        let mac = BASE64_STANDARD.decode(text(&made["Mac"])).unwrap();
        assert_eq!(mac.len(), length);
        assert_eq!(house.ok("GenerateMac", &input)["Mac"], made["Mac"], "a MAC is always the same");
        input["Mac"] = made["Mac"].clone();
        assert_eq!(
            house.ok("VerifyMac", &input),
            json!({ "KeyId": arn(&key), "MacValid": true, "MacAlgorithm": algorithm })
        );
        for wrong in [&mac[..length - 1], &[&mac[..], &[0]].concat(), &vec![0; length]] {
            input["Mac"] = json!(BASE64_STANDARD.encode(wrong));
            let answer = house.kms("VerifyMac", &input);
            assert_eq!((answer.status, answer.body.as_str()), (400, r#"{"__type":"KMSInvalidMacException"}"#));
        }
        for (_, other, _) in ALL.iter().filter(|(_, other, _)| *other != algorithm) {
            assert_eq!(
                house.refused("GenerateMac", &json!({ "KeyId": key, "Message": HELLO, "MacAlgorithm": other })),
                (
                    "InvalidKeyUsageException".to_owned(),
                    format!("Algorithm {other} is incompatible with key spec {spec}.")
                )
            );
        }
    }
}

#[test]
fn another_message_or_key_has_another_mac() {
    let house = house();
    let (one, other) =
        (house.key_of("HMAC_256", "GENERATE_VERIFY_MAC"), house.key_of("HMAC_256", "GENERATE_VERIFY_MAC"));
    let mac = |key: &str, message: &str| {
        let input = json!({ "KeyId": key, "Message": message, "MacAlgorithm": "HMAC_SHA_256" });
        text(&house.ok("GenerateMac", &input)["Mac"])
    };
    assert_ne!(mac(&one, HELLO), mac(&other, HELLO));
    assert_ne!(mac(&one, HELLO), mac(&one, "AAAA"));
}

#[test]
fn a_dry_run_makes_no_mac_and_says_so_only_if_the_call_would_have() {
    let house = house();
    let key = house.key_of("HMAC_256", "GENERATE_VERIFY_MAC");
    let mut input = json!({ "KeyId": key, "Message": HELLO, "MacAlgorithm": "HMAC_SHA_256" });
    let mac = house.ok("GenerateMac", &input)["Mac"].clone();
    input["DryRun"] = json!(true);
    assert_eq!(house.refused("GenerateMac", &input).0, "DryRunOperationException");
    input["Mac"] = mac;
    assert_eq!(house.refused("VerifyMac", &input).0, "DryRunOperationException");
    input["Mac"] = json!(HELLO);
    assert_eq!(house.kms("VerifyMac", &input).code(), "KMSInvalidMacException");
}

#[test]
fn messages_have_1_to_4096_bytes_and_macs_1_to_6144() {
    let house = house();
    let key = house.key_of("HMAC_256", "GENERATE_VERIFY_MAC");
    let of = |length: usize| BASE64_STANDARD.encode(vec![7; length]);
    for (length, right) in [(0, false), (1, true), (4096, true), (4097, false)] {
        let input = json!({ "KeyId": key, "Message": of(length), "MacAlgorithm": "HMAC_SHA_256" });
        assert_eq!(house.kms("GenerateMac", &input).status == 200, right, "{length}");
    }
    for (length, code) in [
        (0, "ValidationException"),
        (1, "KMSInvalidMacException"),
        (6144, "KMSInvalidMacException"),
        (6145, "ValidationException"),
    ] {
        let input = json!({ "KeyId": key, "Message": HELLO, "MacAlgorithm": "HMAC_SHA_256", "Mac": of(length) });
        assert_eq!(house.kms("VerifyMac", &input).code(), code, "{length}");
    }
}

#[test]
fn the_record_shows_neither_message_nor_mac() {
    let house = house();
    let key = house.key_of("HMAC_256", "GENERATE_VERIFY_MAC");
    let mut input = json!({ "KeyId": key, "Message": HELLO, "MacAlgorithm": "HMAC_SHA_256" });
    input["Mac"] = house.ok("GenerateMac", &input)["Mac"].clone();
    house.ok("VerifyMac", &input);
    let records = house.records();
    for name in ["GenerateMac", "VerifyMac"] {
        let record = records.iter().rfind(|record| record["eventName"] == name).unwrap();
        assert_eq!(record["requestParameters"], json!({ "keyId": key, "macAlgorithm": "HMAC_SHA_256" }));
        assert_eq!(record["responseElements"], json!(null));
    }
}
