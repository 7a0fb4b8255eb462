//! Grants: how they are asked for, listed and told.

use crate::grants::{ALICE_ARN, DENIED, as_alice, grant, listed, with};
use crate::{HELLO, Kms, arn, house, text};
use kernel::testing::House;
use serde_json::{Value, json};

#[test]
fn a_request_with_a_name_is_repeated_without_a_second_grant_and_with_another_token() {
    let house = house();
    let key = house.key();
    let name = json!({ "Name": "app/1" });
    let first = grant(&house, &key, &["Encrypt", "Decrypt"], name.clone());
    let again = grant(&house, &key, &["Decrypt", "Encrypt"], name.clone());
    assert!(first.0 == again.0 && first.1 != again.1);
    let other = grant(&house, &key, &["Decrypt"], name.clone());
    assert_ne!(other.0, first.0, "what differs is another grant");
    let nameless = [grant(&house, &key, &["Decrypt"], json!({})), grant(&house, &key, &["Decrypt"], json!({}))];
    assert_ne!(nameless[0].0, nameless[1].0);
    assert_eq!(listed(&house, json!({ "KeyId": key })).len(), 4);
    house.ok_empty("RetireGrant", &json!({ "GrantToken": first.1 }));
    let anew = grant(&house, &key, &["Encrypt", "Decrypt"], name);
    assert_ne!(anew.0, first.0, "a grant that is gone is not given again");
    assert_eq!(house.refused("RetireGrant", &json!({ "GrantToken": again.1 })).0, "InvalidGrantTokenException");
}

/// Every operation that takes grant tokens, with an input that succeeds for the account's root.
fn taking_tokens(house: &House, key: &str) -> Vec<(&'static str, Value)> {
    let made = |spec: &str, usage: &str| {
        let metadata = house.ok("CreateKey", &json!({ "KeySpec": spec, "KeyUsage": usage }))["KeyMetadata"].clone();
        text(&metadata["KeyId"])
    };
    let blob = house.hello(key);
    let (signs, macs) = (made("ECC_NIST_P256", "SIGN_VERIFY"), made("HMAC_256", "GENERATE_VERIFY_MAC"));
    let (agrees, peer) = (made("ECC_NIST_P256", "KEY_AGREEMENT"), made("ECC_NIST_P256", "KEY_AGREEMENT"));
    let encapsulates = made("ML_KEM_512", "ENCAPSULATE_DECAPSULATE");
    let signed = json!({ "KeyId": signs, "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256" });
    let signature = house.ok("Sign", &signed)["Signature"].clone();
    let authenticated = json!({ "KeyId": macs, "Message": HELLO, "MacAlgorithm": "HMAC_SHA_256" });
    let mac = house.ok("GenerateMac", &authenticated)["Mac"].clone();
    let public = house.ok("GetPublicKey", &json!({ "KeyId": peer }))["PublicKey"].clone();
    let encapsulated = json!({ "KeyId": encapsulates, "EncapsulationAlgorithm": "ML_KEM" });
    let ciphertext = house.ok("Encapsulate", &encapsulated)["SharedSecretCiphertextBlob"].clone();
    vec![
        ("Encrypt", json!({ "KeyId": key, "Plaintext": HELLO })),
        ("Decrypt", json!({ "CiphertextBlob": blob })),
        ("ReEncrypt", json!({ "CiphertextBlob": blob, "DestinationKeyId": key })),
        ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("GenerateDataKeyWithoutPlaintext", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("GenerateDataKeyPair", json!({ "KeyId": key, "KeyPairSpec": "ECC_NIST_P256" })),
        ("GenerateDataKeyPairWithoutPlaintext", json!({ "KeyId": key, "KeyPairSpec": "ECC_NIST_P256" })),
        ("Sign", signed.clone()),
        ("Verify", with(signed, json!({ "Signature": signature }))),
        ("GenerateMac", authenticated.clone()),
        ("VerifyMac", with(authenticated, json!({ "Mac": mac }))),
        ("DeriveSharedSecret", json!({ "KeyId": agrees, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public })),
        ("Encapsulate", encapsulated.clone()),
        ("Decapsulate", with(encapsulated, json!({ "SharedSecretCiphertextBlob": ciphertext }))),
        ("DescribeKey", json!({ "KeyId": key })),
        ("GetPublicKey", json!({ "KeyId": peer })),
        ("CreateGrant", json!({ "KeyId": key, "GranteePrincipal": ALICE_ARN, "Operations": ["Encrypt"] })),
    ]
}

#[test]
fn every_operation_that_can_be_granted_is_given_by_a_grant_on_a_key_of_its_kind() {
    let house = house();
    let key = house.key();
    for (operation, input) in taking_tokens(&house, &key) {
        assert_eq!(as_alice(&house, operation, &input).code(), DENIED, "{operation}");
        let on = input["KeyId"].as_str().unwrap_or(&key).to_owned();
        let operations: &[&str] = match operation {
            "ReEncrypt" => &["ReEncryptFrom", "ReEncryptTo"],
            // Whoever makes grants by a grant gives on what that one gives.
            "CreateGrant" => &["CreateGrant", "Encrypt"],
            other => &[other],
        };
        let (id, _) = grant(&house, &on, operations, json!({}));
        let given = as_alice(&house, operation, &input);
        assert_eq!(given.status, 200, "{operation}: {}", given.body);
        house.ok_empty("RevokeGrant", &json!({ "KeyId": on, "GrantId": id }));
        if operation == "CreateGrant" {
            let child = given.json()["GrantId"].clone();
            house.ok_empty("RevokeGrant", &json!({ "KeyId": on, "GrantId": child }));
        }
        assert_eq!(as_alice(&house, operation, &input).code(), DENIED, "{operation}");
    }
    let signs = house.ok("CreateKey", &json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" }));
    let signs = text(&signs["KeyMetadata"]["KeyId"]);
    let input = json!({ "KeyId": signs, "GranteePrincipal": ALICE_ARN, "Operations": ["Sign"] });
    assert_eq!(
        house.refused("CreateGrant", &with(input.clone(), json!({ "Operations": ["Encrypt"] }))).0,
        "ValidationException"
    );
    let context = json!({ "Constraints": { "EncryptionContextSubset": { "a": "b" } } });
    assert_eq!(house.refused("CreateGrant", &with(input, context)).0, "ValidationException");
}

#[test]
fn what_is_no_token_is_refused_wherever_tokens_are_taken() {
    let house = house();
    let key = house.key();
    let (_, token) = grant(&house, &key, &["Decrypt"], json!({}));
    let elsewhere = house.call_as(
        kernel::testing::ROOT,
        "eu-west-1",
        "kms",
        "DescribeKey",
        &json!({
            "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "GrantTokens": [token],
        }),
    );
    assert_eq!(elsewhere.code(), "InvalidGrantTokenException", "a token is good in its Region only");
    let (first, last) = token.split_at(token.len() / 2);
    let forged = format!("{last}{first}");
    for bad in [
        "x",
        &forged,
        "AQpAM2RhZTk1MGMyNTk2ZmZmMzEyYWVhOWViN2I1MWM4Mzc0MWFiYjc0ZDE1ODkyNGFlNTIzODZhMzgyZjBlNGY3NiKIAgEBAgB4",
    ] {
        for (operation, input) in taking_tokens(&house, &key) {
            let good = with(input.clone(), json!({ "GrantTokens": [token, token] }));
            assert_eq!(house.kms(operation, &good).status, 200, "{operation}");
            let refused = house.refused(operation, &with(input, json!({ "GrantTokens": [token, bad] })));
            assert_eq!(refused.0, "InvalidGrantTokenException", "{operation} {bad}");
        }
        assert_eq!(house.refused("RetireGrant", &json!({ "GrantToken": bad })).0, "InvalidGrantTokenException");
    }
}

#[test]
fn grants_are_listed_by_id_over_pages_for_all_or_one() {
    let house = house();
    let key = house.key();
    let mut made: Vec<String> = (0..5).map(|_| grant(&house, &key, &["Decrypt"], json!({})).0).collect();
    made.sort();
    let of_root =
        json!({ "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:root", "Operations": ["Decrypt"] });
    let other = text(&house.ok("CreateGrant", &of_root)["GrantId"]);
    let pages = |more: Value| {
        let mut input = with(json!({ "KeyId": key, "Limit": 2 }), more);
        let mut ids = Vec::new();
        loop {
            let page = house.ok("ListGrants", &input);
            assert!(page["Grants"].as_array().unwrap().len() <= 2);
            ids.extend(page["Grants"].as_array().unwrap().iter().map(|grant| text(&grant["GrantId"])));
            if page["Truncated"] == json!(false) {
                return ids;
            }
            input["Marker"] = page["NextMarker"].clone();
        }
    };
    let mut all = [made.clone(), vec![other.clone()]].concat();
    all.sort();
    assert_eq!(pages(json!({})), all);
    assert_eq!(pages(json!({ "GranteePrincipal": ALICE_ARN })), made);
    assert_eq!(pages(json!({ "GranteePrincipal": "arn:aws:iam::111122223333:root" })), std::slice::from_ref(&other));
    assert_eq!(pages(json!({ "GrantId": other })), std::slice::from_ref(&other));
    assert_eq!(pages(json!({ "GrantId": other, "GranteePrincipal": ALICE_ARN })), Vec::<String>::new());
    assert_eq!(pages(json!({ "GrantId": "0".repeat(64) })), Vec::<String>::new());
    let list = |more: Value| house.refused("ListGrants", &with(json!({ "KeyId": key }), more)).0;
    assert_eq!(list(json!({ "GrantId": "0" })), "InvalidGrantIdException");
    assert_eq!(list(json!({ "Limit": 101 })), "ValidationException");
    assert_eq!(list(json!({ "Marker": "x" })), "InvalidMarkerException");
    assert_eq!(list(json!({ "GranteePrincipal": "alice" })), "InvalidArnException");
    assert_eq!(list(json!({ "GranteeServicePrincipal": "s3.us-east-1.amazonaws.com" })), "ValidationException");
    let marker = house.ok("ListGrants", &json!({ "KeyId": key, "Limit": 1 }))["NextMarker"].clone();
    assert_eq!(list(json!({ "Marker": marker, "GranteePrincipal": ALICE_ARN })), "InvalidMarkerException");
}

#[test]
fn a_grant_is_told_as_it_was_asked_for() {
    let house = house();
    let key = house.key();
    let more = json!({
        "Name": "n", "RetiringPrincipal": "arn:aws:iam::111122223333:root",
        "Constraints": { "EncryptionContextEquals": { "a": "b" }, "EncryptionContextSubset": {} },
    });
    let (id, _) = grant(&house, &key, &["RetireGrant", "Decrypt", "Decrypt"], more);
    let told = house.ok("ListGrants", &json!({ "KeyId": key }));
    assert_eq!(
        told,
        json!({ "Truncated": false, "Grants": [{
            "KeyId": arn(&key), "GrantId": id, "Name": "n", "CreationDate": 1_767_225_600,
            "GranteePrincipal": ALICE_ARN, "RetiringPrincipal": "arn:aws:iam::111122223333:root",
            "IssuingAccount": "arn:aws:iam::111122223333:root", "Operations": ["RetireGrant", "Decrypt"],
            "Constraints": { "EncryptionContextEquals": { "a": "b" } },
        }]})
    );
    let (plain, _) = grant(&house, &key, &["Decrypt"], json!({}));
    let told = house.ok("ListGrants", &json!({ "KeyId": key, "GrantId": plain }))["Grants"][0].clone();
    assert_eq!(
        (&told["Name"], &told["Constraints"], &told["RetiringPrincipal"]),
        (&json!(""), &json!(null), &json!(null))
    );
}

#[test]
fn a_service_has_a_grant_for_one_resource_that_somebody_can_retire() {
    let house = house();
    let key = house.key();
    let of_service = |more: Value| {
        let input = json!({
            "KeyId": key, "GranteeServicePrincipal": "dynamodb.us-east-1.amazonaws.com", "Operations": ["Decrypt"],
        });
        house.kms("CreateGrant", &with(input, more))
    };
    let source = json!({ "SourceArn": "arn:aws:dynamodb:us-east-1:111122223333:table/Books" });
    let retiring = json!({ "RetiringServicePrincipal": "dynamodb.us-east-1.amazonaws.com" });
    assert_eq!(of_service(json!({})).code(), "ValidationException");
    assert_eq!(of_service(json!({ "Constraints": source })).code(), "ValidationException");
    assert_eq!(of_service(retiring.clone()).code(), "ValidationException");
    let both = with(retiring.clone(), json!({ "RetiringPrincipal": ALICE_ARN, "Constraints": source }));
    assert_eq!(of_service(both).code(), "ValidationException");
    assert_eq!(of_service(with(retiring, json!({ "Constraints": source }))).status, 200);
    let told = house.ok("ListGrants", &json!({ "KeyId": key }))["Grants"][0].clone();
    assert_eq!(told["GranteeServicePrincipal"], json!("dynamodb.us-east-1.amazonaws.com"));
    assert_eq!(told["RetiringServicePrincipal"], json!("dynamodb.us-east-1.amazonaws.com"));
    assert_eq!((&told["GranteePrincipal"], &told["Constraints"]), (&json!(null), &source));
}

#[test]
fn what_cannot_be_granted_is_refused() {
    let house = house();
    let key = house.key();
    let refused = |more: Value| {
        let input = json!({ "KeyId": key, "GranteePrincipal": ALICE_ARN, "Operations": ["Decrypt"] });
        house.refused("CreateGrant", &with(input, more)).0
    };
    for operation in ["Sign", "GetPublicKey", "GenerateMac", "DeriveSharedSecret", "Encapsulate"] {
        assert_eq!(refused(json!({ "Operations": ["Decrypt", operation] })), "ValidationException", "{operation}");
    }
    assert_eq!(refused(json!({ "Operations": ["ScheduleKeyDeletion"] })), "ValidationException");
    assert_eq!(refused(json!({ "Operations": [] })), "ValidationException");
    let two = json!({ "EncryptionContextEquals": { "a": "b" }, "EncryptionContextSubset": { "a": "b" } });
    assert_eq!(refused(json!({ "Constraints": two })), "ValidationException");
    let nine: Value = (0..9).map(|n| (n.to_string(), json!("v"))).collect::<serde_json::Map<_, _>>().into();
    assert_eq!(refused(json!({ "Constraints": { "EncryptionContextSubset": nine } })), "ValidationException");
    let long = json!({ "EncryptionContextEquals": { "a": "x".repeat(385) } });
    assert_eq!(refused(json!({ "Constraints": long })), "ValidationException");
    assert_eq!(refused(json!({ "GranteeServicePrincipal": "a.b.c" })), "ValidationException");
    for nobody in [
        "arn:aws:iam::111122223333:user/none",
        "arn:aws:iam::111122223333:role/none",
        "arn:aws:iam::111122223333:group/all",
        "arn:aws:iam::999999999999:root",
        "arn:aws-cn:iam::111122223333:user/alice",
        "arn:aws:sts::111122223333:assumed-role/none/s",
        "arn:aws:s3:::bucket",
        "dynamodb.amazonaws.com",
        "111122223333",
        "AIDAALICE",
    ] {
        assert_eq!(refused(json!({ "GranteePrincipal": nobody })), "InvalidArnException", "{nobody}");
        assert_eq!(refused(json!({ "RetiringPrincipal": nobody })), "InvalidArnException", "{nobody}");
    }
    assert_eq!(listed(&house, json!({ "KeyId": key })), Vec::<String>::new());
}

#[test]
fn a_dry_run_makes_and_ends_nothing() {
    let house = house();
    let key = house.key();
    let input = json!({ "KeyId": key, "GranteePrincipal": ALICE_ARN, "Operations": ["Decrypt"], "DryRun": true });
    assert_eq!(house.refused("CreateGrant", &input).0, "DryRunOperationException");
    assert_eq!(listed(&house, json!({ "KeyId": key })), Vec::<String>::new());
    let (id, _) = grant(&house, &key, &["Decrypt"], json!({}));
    for operation in ["RetireGrant", "RevokeGrant"] {
        let dry = json!({ "KeyId": key, "GrantId": id, "DryRun": true });
        assert_eq!(house.refused(operation, &dry).0, "DryRunOperationException");
    }
    assert_eq!(listed(&house, json!({ "KeyId": key })), [id]);
}

#[test]
fn policies_say_which_grants_may_be_made() {
    let house = house();
    let key = house.key();
    let allowing = |condition: Value| {
        json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": condition
        }})
    };
    let root = "arn:aws:iam::111122223333:root";
    let plain = || json!({ "KeyId": key, "GranteePrincipal": ALICE_ARN, "Operations": ["Decrypt", "Encrypt"] });
    let cases = [
        (
            "grantee",
            json!({ "StringEquals": { "kms:GranteePrincipal": ALICE_ARN } }),
            json!({}),
            json!({ "GranteePrincipal": root }),
        ),
        (
            "retiring",
            json!({ "StringEquals": { "kms:RetiringPrincipal": root } }),
            json!({ "RetiringPrincipal": root }),
            json!({}),
        ),
        (
            "operations",
            json!({ "ForAllValues:StringEquals": { "kms:GrantOperations": ["Encrypt", "Decrypt"] } }),
            json!({}),
            json!({ "Operations": ["Decrypt", "DescribeKey"] }),
        ),
        (
            "constraint",
            json!({ "StringEquals": { "kms:GrantConstraintType": "EncryptionContextEquals" } }),
            json!({ "Constraints": { "EncryptionContextEquals": { "a": "b" } } }),
            json!({ "Constraints": { "EncryptionContextSubset": { "a": "b" } } }),
        ),
        (
            "context",
            json!({ "StringEquals": { "kms:EncryptionContext:a": "b" } }),
            json!({ "Constraints": { "EncryptionContextSubset": { "a": "b" } } }),
            json!({ "Constraints": { "EncryptionContextSubset": { "a": "c" } } }),
        ),
        (
            "source",
            json!({ "ArnLike": { "kms:GrantConstraintSourceArn": "arn:aws:dynamodb:*:111122223333:table/*" } }),
            json!({ "Constraints": { "SourceArn": "arn:aws:dynamodb:us-east-1:111122223333:table/Books" } }),
            json!({ "Constraints": { "SourceArn": "arn:aws:s3:us-east-1:111122223333:bucket" } }),
        ),
        (
            "resource",
            json!({ "Bool": { "kms:GrantIsForAWSResource": "false" } }),
            json!({}),
            json!({ "Name": "b", "KeyId": "no" }),
        ),
    ];
    for (name, condition, good, bad) in cases {
        let who = house.person(name, &allowing(condition));
        assert_eq!(house.call_by(&who, "kms", "CreateGrant", &with(plain(), good)).status, 200, "{name}");
        assert_ne!(house.call_by(&who, "kms", "CreateGrant", &with(plain(), bad)).status, 200, "{name}");
    }
    let for_services = house.person("services", &allowing(json!({ "Bool": { "kms:GrantIsForAWSResource": "true" } })));
    for (operation, input) in [
        ("CreateGrant", plain()),
        ("ListGrants", json!({ "KeyId": key })),
        ("RevokeGrant", json!({ "KeyId": key, "GrantId": "0".repeat(64) })),
    ] {
        assert_eq!(house.call_by(&for_services, "kms", operation, &input).code(), DENIED, "{operation}");
    }
}

#[test]
fn the_record_names_the_grant_and_never_its_token() {
    let house = house();
    let key = house.key();
    let (id, token) = grant(&house, &key, &["Encrypt"], json!({}));
    as_alice(&house, "Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO, "GrantTokens": [token] }));
    house.ok_empty("RetireGrant", &json!({ "GrantToken": token }));
    let records = house.records();
    let of = |name: &str| records.iter().rfind(|record| record["eventName"] == name).unwrap().clone();
    let made = of("CreateGrant");
    assert_eq!(made["responseElements"], json!({ "grantId": id, "keyId": arn(&key) }));
    assert_eq!(made["requestParameters"]["operations"], json!(["Encrypt"]));
    let retired = of("RetireGrant");
    assert_eq!(retired["additionalEventData"], json!({ "grantId": id }));
    assert_eq!(retired["resources"][0]["ARN"], json!(arn(&key)));
    assert_eq!((&retired["responseElements"], &retired["readOnly"]), (&json!(null), &json!(false)));
    assert!(records.iter().all(|record| !record.to_string().contains(&token)));
}
