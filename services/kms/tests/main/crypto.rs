//! Encrypting and decrypting, as the documentation promises it.

use crate::{HELLO, Kms, arn, house, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kernel::testing::{OTHER, ROOT};
use serde_json::json;

#[test]
fn what_is_encrypted_decrypts_to_the_same_without_naming_the_key() {
    let house = house();
    let key = house.key();
    let encrypted = house.ok("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO }));
    assert_eq!(encrypted["KeyId"], json!(arn(&key)));
    assert_eq!(encrypted["EncryptionAlgorithm"], json!("SYMMETRIC_DEFAULT"));
    let blob = text(&encrypted["CiphertextBlob"]);
    let material = house.ok("DescribeKey", &json!({ "KeyId": key }))["KeyMetadata"]["CurrentKeyMaterialId"].clone();
    let expected = json!({
        "KeyId": arn(&key), "Plaintext": HELLO, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "KeyMaterialId": material,
    });
    assert_eq!(house.ok("Decrypt", &json!({ "CiphertextBlob": blob })), expected);
    assert_eq!(house.ok("Decrypt", &json!({ "CiphertextBlob": blob, "KeyId": arn(&key) })), expected);
    assert_ne!(house.hello(&key), blob, "two encryptions of the same text are alike");
}

#[test]
fn the_largest_plaintext_has_4096_bytes() {
    let house = house();
    let key = house.key();
    let of = |length: usize| BASE64_STANDARD.encode(vec![7_u8; length]);
    let blob = house.ok("Encrypt", &json!({ "KeyId": key, "Plaintext": of(4096) }))["CiphertextBlob"].clone();
    assert_eq!(house.ok("Decrypt", &json!({ "CiphertextBlob": blob }))["Plaintext"], json!(of(4096)));
    for length in [0, 4097] {
        let (code, message) = house.refused("Encrypt", &json!({ "KeyId": key, "Plaintext": of(length) }));
        assert_eq!(code, "ValidationException");
        assert!(
            message.starts_with("1 validation error detected: Value at 'plaintext' failed to satisfy"),
            "{message}"
        );
    }
}

#[test]
fn the_encryption_context_must_be_the_same_in_any_order() {
    let house = house();
    let key = house.key();
    let input = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionContext": { "a": "1", "b": "2" } });
    let blob = house.ok("Encrypt", &input)["CiphertextBlob"].clone();
    let swapped = json!({ "CiphertextBlob": blob, "EncryptionContext": { "b": "2", "a": "1" } });
    assert_eq!(house.ok("Decrypt", &swapped)["Plaintext"], json!(HELLO));
    for context in [json!({}), json!({ "a": "1" }), json!({ "a": "1", "b": "3" }), json!({ "A": "1", "b": "2" })] {
        let answer = house.kms("Decrypt", &json!({ "CiphertextBlob": blob, "EncryptionContext": context }));
        assert_eq!(answer.status, 400);
        assert_eq!(answer.body, r#"{"__type":"InvalidCiphertextException"}"#, "{context}");
    }
    assert_eq!(house.kms("Decrypt", &json!({ "CiphertextBlob": blob })).code(), "InvalidCiphertextException");
}

#[test]
fn a_wrong_key_is_told_from_a_wrong_blob() {
    let house = house();
    let (key, other) = (house.key(), house.key());
    let blob = house.hello(&key);
    assert_eq!(
        house.refused("Decrypt", &json!({ "CiphertextBlob": blob, "KeyId": other })),
        (
            "IncorrectKeyException".to_owned(),
            "The key ID in the request does not identify a CMK that can perform this operation.".to_owned()
        )
    );
    let missing = house.refused("Decrypt", &json!({}));
    assert_eq!(missing.0, "ValidationException");
    assert!(missing.1.contains("Value null at 'ciphertextBlob'"), "{}", missing.1);
}

#[test]
fn a_key_of_another_account_or_region_seems_not_to_exist() {
    let house = house();
    let blob = house.hello(&house.key());
    for (who, region) in [(OTHER, "us-east-1"), (ROOT, "eu-west-1")] {
        let answer = house.call_as(who, region, "kms", "Decrypt", &json!({ "CiphertextBlob": blob }));
        assert_eq!(answer.code(), "AccessDeniedException");
        assert_eq!(
            answer.message(),
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or \
             you are not allowed to access."
        );
    }
}

#[test]
fn an_alias_encrypts_with_its_key() {
    let house = house();
    let key = house.key();
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": key }));
    for named in ["alias/app", "arn:aws:kms:us-east-1:111122223333:alias/app"] {
        let encrypted = house.ok("Encrypt", &json!({ "KeyId": named, "Plaintext": HELLO }));
        assert_eq!(encrypted["KeyId"], json!(arn(&key)));
        let decrypted = house.ok("Decrypt", &json!({ "KeyId": named, "CiphertextBlob": encrypted["CiphertextBlob"] }));
        assert_eq!(decrypted["Plaintext"], json!(HELLO));
    }
    assert_eq!(
        house.refused("Encrypt", &json!({ "KeyId": "alias/none", "Plaintext": HELLO })),
        (
            "NotFoundException".to_owned(),
            "Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.".to_owned()
        )
    );
}

#[test]
fn re_encrypting_moves_a_text_to_another_key_and_context() {
    let house = house();
    let (from, to) = (house.key(), house.key());
    let input = json!({ "KeyId": from, "Plaintext": HELLO, "EncryptionContext": { "stage": "old" } });
    let blob = house.ok("Encrypt", &input)["CiphertextBlob"].clone();
    let moved = house.ok(
        "ReEncrypt",
        &json!({
            "CiphertextBlob": blob, "SourceEncryptionContext": { "stage": "old" },
            "DestinationKeyId": to, "DestinationEncryptionContext": { "stage": "new" },
        }),
    );
    assert_eq!((&moved["SourceKeyId"], &moved["KeyId"]), (&json!(arn(&from)), &json!(arn(&to))));
    assert_ne!(moved["SourceKeyMaterialId"], moved["DestinationKeyMaterialId"]);
    for name in ["SourceEncryptionAlgorithm", "DestinationEncryptionAlgorithm"] {
        assert_eq!(moved[name], json!("SYMMETRIC_DEFAULT"));
    }
    let input = json!({ "CiphertextBlob": moved["CiphertextBlob"], "EncryptionContext": { "stage": "new" } });
    let decrypted = house.ok("Decrypt", &input);
    assert_eq!((&decrypted["Plaintext"], &decrypted["KeyId"]), (&json!(HELLO), &json!(arn(&to))));
    assert_eq!(
        house.refused("ReEncrypt", &json!({ "CiphertextBlob": blob, "DestinationKeyId": to })).0,
        "InvalidCiphertextException",
        "the source context is missing"
    );
    let wrong = json!({ "CiphertextBlob": blob, "SourceKeyId": to, "DestinationKeyId": to });
    assert_eq!(house.refused("ReEncrypt", &wrong).0, "IncorrectKeyException");
}

#[test]
fn a_data_key_comes_in_clear_and_encrypted() {
    let house = house();
    let key = house.key();
    let lengths = [
        (json!({ "KeySpec": "AES_128" }), 16),
        (json!({ "KeySpec": "AES_256" }), 32),
        (json!({ "NumberOfBytes": 1 }), 1),
        (json!({ "NumberOfBytes": 1024 }), 1024),
    ];
    for (mut input, length) in lengths {
        input["KeyId"] = json!(key);
        let made = house.ok("GenerateDataKey", &input);
        assert_eq!(BASE64_STANDARD.decode(text(&made["Plaintext"])).unwrap().len(), length);
        assert_eq!(text(&made["KeyMaterialId"]).len(), 64);
        let opened = house.ok("Decrypt", &json!({ "CiphertextBlob": made["CiphertextBlob"] }));
        assert_eq!(opened["Plaintext"], made["Plaintext"]);

        let hidden = house.ok("GenerateDataKeyWithoutPlaintext", &input);
        assert_eq!(hidden["Plaintext"], json!(null));
        let opened = house.ok("Decrypt", &json!({ "CiphertextBlob": hidden["CiphertextBlob"] }));
        assert_eq!(BASE64_STANDARD.decode(text(&opened["Plaintext"])).unwrap().len(), length);
    }
}

#[test]
fn the_length_of_a_data_key_is_told_in_exactly_one_way() {
    let house = house();
    let key = house.key();
    for operation in ["GenerateDataKey", "GenerateDataKeyWithoutPlaintext"] {
        for input in [json!({ "KeyId": key }), json!({ "KeyId": key, "KeySpec": "AES_256", "NumberOfBytes": 32 })] {
            assert_eq!(
                house.refused(operation, &input),
                ("ValidationException".to_owned(), "Please specify either number of bytes or key spec.".to_owned())
            );
        }
        let input = json!({ "KeyId": key, "NumberOfBytes": 1025 });
        assert_eq!(house.refused(operation, &input).0, "ValidationException");
    }
}

#[test]
fn random_bytes_have_the_length_asked_for() {
    let house = house();
    let draw = |n: i32| text(&house.ok("GenerateRandom", &json!({ "NumberOfBytes": n }))["Plaintext"]);
    assert_eq!(BASE64_STANDARD.decode(draw(1024)).unwrap().len(), 1024);
    assert_ne!(draw(32), draw(32));
    assert_eq!(house.refused("GenerateRandom", &json!({})).1, "NumberOfBytes is required.");
    assert_eq!(house.refused("GenerateRandom", &json!({ "NumberOfBytes": 1025 })).0, "ValidationException");
}

#[test]
fn an_algorithm_of_other_keys_is_refused() {
    let house = house();
    let key = house.key();
    let input = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" });
    assert_eq!(house.refused("Encrypt", &input).0, "InvalidKeyUsageException");
    let blob = house.hello(&key);
    let input = json!({ "KeyId": key, "CiphertextBlob": blob, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" });
    assert_eq!(house.refused("Decrypt", &input).0, "InvalidKeyUsageException");
}

#[test]
fn a_dry_run_tells_whether_the_call_would_succeed_and_does_nothing() {
    let house = house();
    let key = house.key();
    let blob = house.hello(&key);
    let calls = [
        ("Encrypt", json!({ "KeyId": key, "Plaintext": HELLO })),
        ("Decrypt", json!({ "CiphertextBlob": blob })),
        ("ReEncrypt", json!({ "CiphertextBlob": blob, "DestinationKeyId": key })),
        ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("GenerateDataKeyWithoutPlaintext", json!({ "KeyId": key, "KeySpec": "AES_256" })),
    ];
    for (operation, mut input) in calls {
        input["DryRun"] = json!(true);
        assert_eq!(house.refused(operation, &input).0, "DryRunOperationException", "{operation}");
        input["DryRun"] = json!(false);
        house.ok(operation, &input);
    }
    house.ok_empty("DisableKey", &json!({ "KeyId": key }));
    let input = json!({ "KeyId": key, "Plaintext": HELLO, "DryRun": true });
    assert_eq!(house.refused("Encrypt", &input).0, "DisabledException", "a dry run hides the real error");
}

#[test]
fn a_dry_run_can_ask_for_permission_alone_without_a_ciphertext() {
    let house = house();
    let (key, other) = (house.key(), house.key_of("RSA_2048", "ENCRYPT_DECRYPT"));
    let dry = |mut input: serde_json::Value| {
        input["DryRun"] = json!(true);
        input["DryRunModifiers"] = json!(["IGNORE_CIPHERTEXT"]);
        input
    };
    let would = "DryRunOperationException";
    assert_eq!(house.refused("Decrypt", &dry(json!({ "KeyId": key }))).0, would);
    assert_eq!(house.refused("Decrypt", &dry(json!({ "KeyId": key, "CiphertextBlob": HELLO }))).0, would);
    let oaep = dry(json!({ "KeyId": other, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" }));
    assert_eq!(house.refused("Decrypt", &oaep).0, would);
    let moving = dry(json!({ "SourceKeyId": key, "DestinationKeyId": key }));
    assert_eq!(house.refused("ReEncrypt", &moving).0, would);

    for (operation, input, missing) in [
        ("Decrypt", json!({ "CiphertextBlob": house.hello(&key) }), "keyId"),
        ("ReEncrypt", json!({ "CiphertextBlob": house.hello(&key), "DestinationKeyId": key }), "sourceKeyId"),
    ] {
        let (code, message) = house.refused(operation, &dry(input));
        assert_eq!(code, "ValidationException", "the key must be named");
        assert!(message.contains(&format!("Value null at '{missing}'")), "{message}");
    }
    let denied = house.call_as(kernel::testing::ALICE, "us-east-1", "kms", "Decrypt", &dry(json!({ "KeyId": key })));
    assert_eq!(denied.code(), "AccessDeniedException");
    let wrong = dry(json!({ "KeyId": other }));
    assert_eq!(house.refused("Decrypt", &wrong).0, "InvalidKeyUsageException");
    house.ok_empty("DisableKey", &json!({ "KeyId": key }));
    assert_eq!(house.refused("Decrypt", &dry(json!({ "KeyId": key }))).0, "DisabledException");

    // Outside of a dry run it changes nothing.
    let answer = house.kms("Decrypt", &json!({ "KeyId": key, "DryRunModifiers": ["IGNORE_CIPHERTEXT"] }));
    assert!(answer.message().contains("Value null at 'ciphertextBlob'"), "{}", answer.body);
}
