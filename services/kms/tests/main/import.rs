//! Imported material: how it comes in, when it goes, and everything that is refused.

use crate::{HELLO, Kms, arn, house, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kernel::testing::{Answer, House, ROOT};
use primitives::{OaepHash, RsaPublicKey, key_wrap};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) const REGION: &str = "us-east-1";
pub(crate) const DAY: Duration = Duration::from_secs(86_400);
const BEGIN: f64 = 1_767_225_600.0;

/// What GetParametersForImport gave.
pub(crate) struct Offer {
    pub token: String,
    key: RsaPublicKey,
}

impl Offer {
    /// Wraps as the algorithm of this name does.
    pub(crate) fn wrap(&self, algorithm: &str, material: &[u8]) -> String {
        let hash = if algorithm.ends_with("SHA_1") { OaepHash::Sha1 } else { OaepHash::Sha256 };
        let wrapped = if algorithm.starts_with("RSA_AES") {
            let key = [7; 32];
            [self.key.encrypt(hash, &key).unwrap(), key_wrap::wrap_padded(&key, material).unwrap()].concat()
        } else {
            self.key.encrypt(hash, material).unwrap()
        };
        BASE64_STANDARD.encode(wrapped)
    }
}

pub(crate) const OAEP: &str = "RSAES_OAEP_SHA_256";

/// Asks for a wrapping key in a Region.
pub(crate) fn offer_in(house: &House, region: &str, id: &str, algorithm: &str, size: &str) -> Offer {
    let input = json!({ "KeyId": id, "WrappingAlgorithm": algorithm, "WrappingKeySpec": size });
    let answer = house.call_as(ROOT, region, "kms", "GetParametersForImport", &input);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let given = answer.json();
    let key = BASE64_STANDARD.decode(text(&given["PublicKey"])).unwrap();
    Offer { token: text(&given["ImportToken"]), key: RsaPublicKey::from_info(&key).unwrap() }
}

pub(crate) fn offer(house: &House, id: &str) -> Offer {
    offer_in(house, REGION, id, OAEP, "RSA_2048")
}

/// Imports material in a Region, for good unless `more` says otherwise.
pub(crate) fn import_in(house: &House, region: &str, id: &str, material: &[u8], more: &Value) -> Answer {
    let offer = offer_in(house, region, id, OAEP, "RSA_2048");
    let mut input = json!({
        "KeyId": id, "ImportToken": offer.token, "EncryptedKeyMaterial": offer.wrap(OAEP, material),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.call_as(ROOT, region, "kms", "ImportKeyMaterial", &input)
}

fn import(house: &House, id: &str, material: &[u8], more: &Value) -> Answer {
    import_in(house, REGION, id, material, more)
}

/// Imports what is accepted; its id.
pub(crate) fn imported(house: &House, id: &str, material: &[u8], more: &Value) -> String {
    let answer = import(house, id, material, more);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["KeyId"], json!(arn(id)));
    text(&answer.json()["KeyMaterialId"])
}

pub(crate) fn empty(house: &House) -> String {
    text(&house.ok("CreateKey", &json!({ "Origin": "EXTERNAL" }))["KeyMetadata"]["KeyId"])
}

fn metadata(house: &House, id: &str) -> Value {
    house.ok("DescribeKey", &json!({ "KeyId": id }))["KeyMetadata"].clone()
}

pub(crate) fn until(days: f64) -> Value {
    json!({ "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": BEGIN + days * 86_400.0 })
}

#[test]
fn a_key_waits_for_its_material_and_then_is_like_any_other() {
    let house = house();
    let key = empty(&house);
    let told = metadata(&house, &key);
    assert_eq!(
        (&told["KeyState"], &told["Enabled"], &told["Origin"]),
        (&json!("PendingImport"), &json!(false), &json!("EXTERNAL"))
    );
    for absent in ["CurrentKeyMaterialId", "ExpirationModel", "ValidTo"] {
        assert_eq!(told[absent], Value::Null, "{absent}");
    }
    let missing = format!(
        "{} is pending import because no key material has ever been imported or one of the imported key materials is \
         deleted or expired.",
        arn(&key)
    );
    let refused = house.refused("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO }));
    assert_eq!(refused, ("KMSInvalidStateException".to_owned(), missing));

    let material = imported(&house, &key, &[1; 32], &json!({}));
    let told = metadata(&house, &key);
    assert_eq!((&told["KeyState"], &told["CurrentKeyMaterialId"]), (&json!("Enabled"), &json!(material)));
    assert_eq!((&told["ExpirationModel"], &told["ValidTo"]), (&json!("KEY_MATERIAL_DOES_NOT_EXPIRE"), &Value::Null));
    let blob = house.hello(&key);
    let decrypted = house.ok("Decrypt", &json!({ "CiphertextBlob": blob }));
    assert_eq!((&decrypted["Plaintext"], &decrypted["KeyMaterialId"]), (&json!(HELLO), &json!(material)));
}

#[test]
fn every_wrapping_key_and_oaep_hash_serves() {
    let house = house();
    for (size, algorithm) in
        [("RSA_2048", OAEP), ("RSA_3072", "RSAES_OAEP_SHA_1"), ("RSA_4096", OAEP), ("RSA_2048", "RSAES_OAEP_SHA_1")]
    {
        let key = empty(&house);
        let offer = offer_in(&house, REGION, &key, algorithm, size);
        assert!(BASE64_STANDARD.decode(&offer.token).unwrap().len() <= 6144);
        let input = json!({
            "KeyId": key, "ImportToken": offer.token, "EncryptedKeyMaterial": offer.wrap(algorithm, &[3; 32]),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        });
        house.ok("ImportKeyMaterial", &input);
        assert_eq!(house.state(&key), "Enabled", "{size} {algorithm}");
    }
}

#[test]
fn a_wrapping_that_does_not_suit_the_key_is_not_offered() {
    let house = house();
    let key = empty(&house);
    let refused = |algorithm: &str, size: &str| {
        let input = json!({ "KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": size });
        house.refused("GetParametersForImport", &input).0
    };
    for (algorithm, size) in
        [("RSAES_PKCS1_V1_5", "RSA_2048"), ("SM2PKE", "SM2"), (OAEP, "SM2"), ("RSA_AES_KEY_WRAP_SHA_256", "RSA_4096")]
    {
        assert_eq!(refused(algorithm, size), "UnsupportedOperationException", "{algorithm} {size}");
    }
    assert_eq!(refused("RSAES_OAEP_SHA_512", "RSA_2048"), "ValidationException");
}

#[test]
fn only_keys_that_were_made_for_it_take_material() {
    let house = house();
    let key = house.key();
    let origin = format!("{} origin is AWS_KMS which is not valid for this operation.", arn(&key));
    let wrap = json!({ "KeyId": key, "WrappingAlgorithm": OAEP, "WrappingKeySpec": "RSA_2048" });
    let give = json!({
        "KeyId": key, "ImportToken": "AAAA", "EncryptedKeyMaterial": "AAAA",
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    for (operation, input) in [
        ("GetParametersForImport", wrap),
        ("ImportKeyMaterial", give),
        ("DeleteImportedKeyMaterial", json!({ "KeyId": key })),
    ] {
        assert_eq!(house.refused(operation, &input), ("UnsupportedOperationException".to_owned(), origin.clone()));
    }
    for spec in ["ML_DSA_65", "ML_KEM_768"] {
        let usage = if spec.starts_with("ML_DSA") { "SIGN_VERIFY" } else { "ENCAPSULATE_DECAPSULATE" };
        let input = json!({ "Origin": "EXTERNAL", "KeySpec": spec, "KeyUsage": usage });
        assert_eq!(house.refused("CreateKey", &input).0, "UnsupportedOperationException", "{spec}");
    }
}

#[test]
fn a_token_is_good_for_its_own_key_and_for_a_day() {
    let house = house();
    let (key, other) = (empty(&house), empty(&house));
    let offer = offer(&house, &key);
    let wrapped = offer.wrap(OAEP, &[1; 32]);
    let with = |key: &str, token: &str| {
        json!({
            "KeyId": key, "ImportToken": token, "EncryptedKeyMaterial": wrapped,
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        })
    };
    let code = |input: &Value| house.refused("ImportKeyMaterial", input).0;
    assert_eq!(code(&with(&other, &offer.token)), "InvalidImportTokenException");
    let mut changed = BASE64_STANDARD.decode(&offer.token).unwrap();
    for position in (0..changed.len()).step_by(97) {
        changed[position] ^= 1;
        assert_eq!(code(&with(&key, &BASE64_STANDARD.encode(&changed))), "InvalidImportTokenException", "{position}");
        changed[position] ^= 1;
    }
    assert_eq!(code(&with(&key, "//79")), "InvalidImportTokenException");
    house.advance(DAY - Duration::from_secs(1));
    house.ok("ImportKeyMaterial", &with(&key, &offer.token));
    house.advance(Duration::from_secs(1));
    assert_eq!(code(&with(&key, &offer.token)), "ExpiredImportTokenException");
}

#[test]
fn what_does_not_unwrap_and_what_is_not_32_bytes_are_told_apart() {
    let house = house();
    let key = empty(&house);
    let (first, second) = (offer(&house, &key), offer(&house, &key));
    let code = |token: &str, wrapped: String| {
        let input = json!({
            "KeyId": key, "ImportToken": token, "EncryptedKeyMaterial": wrapped,
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        });
        let answer = house.kms("ImportKeyMaterial", &input);
        assert_eq!(answer.status, 400);
        answer.body
    };
    let cannot = r#"{"__type":"InvalidCiphertextException"}"#;
    assert_eq!(code(&first.token, second.wrap(OAEP, &[1; 32])), cannot, "wrapped for another token");
    assert_eq!(code(&first.token, first.wrap("RSAES_OAEP_SHA_1", &[1; 32])), cannot, "wrapped with another hash");
    assert_eq!(code(&first.token, "AAAA".to_owned()), cannot);
    for length in [0, 16, 31, 33, 64] {
        let body = code(&first.token, first.wrap(OAEP, &vec![1; length]));
        assert!(body.contains("IncorrectKeyMaterialException"), "{length} bytes: {body}");
    }
    assert_eq!(house.state(&key), "PendingImport");
}

#[test]
fn whether_and_when_material_expires_is_told_in_exactly_one_way() {
    let house = house();
    let key = empty(&house);
    let expires = |valid_to: Value| json!({ "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": valid_to });
    let wrong = [
        expires(Value::Null),
        json!({ "ExpirationModel": Value::Null }),
        json!({ "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "ValidTo": BEGIN + 5.0 }),
        expires(json!(BEGIN)),
        expires(json!(BEGIN - 5.0)),
        expires(json!(BEGIN + 365.0 * 86_400.0 + 1.0)),
    ];
    for more in wrong {
        let answer = import(&house, &key, &[1; 32], &more);
        assert_eq!(answer.code(), "ValidationException", "{more}: {}", answer.body);
    }
    assert_eq!(house.state(&key), "PendingImport");
    imported(&house, &key, &[1; 32], &until(365.0));
    let told = metadata(&house, &key);
    assert_eq!(told["ExpirationModel"], json!("KEY_MATERIAL_EXPIRES"));
    assert_eq!(told["ValidTo"].as_f64(), Some(BEGIN + 365.0 * 86_400.0));
    imported(&house, &key, &[1; 32], &json!({ "ExpirationModel": Value::Null, "ValidTo": BEGIN + 60.0 }));
    assert_eq!(metadata(&house, &key)["ValidTo"].as_f64(), Some(BEGIN + 60.0));
}

#[test]
fn material_expires_at_its_time_and_the_same_brings_the_key_back() {
    let house = house();
    let key = empty(&house);
    let material = imported(&house, &key, &[1; 32], &until(2.0));
    let blob = house.hello(&key);
    house.advance(DAY * 2 - Duration::from_secs(1));
    assert_eq!(house.state(&key), "Enabled");
    house.advance(Duration::from_secs(1));
    let told = metadata(&house, &key);
    assert_eq!((&told["KeyState"], &told["ExpirationModel"]), (&json!("PendingImport"), &Value::Null));
    assert_eq!(house.refused("Decrypt", &json!({ "CiphertextBlob": blob })).0, "KMSInvalidStateException");
    let records = house.records();
    let event = records.iter().find(|record| record["eventName"] == "DeleteExpiredKeyMaterial").expect("no event");
    assert_eq!(event["eventType"], json!("AwsServiceEvent"));
    assert_eq!(event["serviceEventDetails"], json!({ "keyId": key, "keyMaterialId": material }));
    assert_eq!(event["resources"][0]["ARN"], json!(arn(&key)));

    let other = import(&house, &key, &[2; 32], &json!({}));
    assert_eq!(other.code(), "IncorrectKeyMaterialException", "other material came in as existing");
    assert_eq!(imported(&house, &key, &[1; 32], &json!({})), material, "the same material has another id");
    house.ok("Decrypt", &json!({ "CiphertextBlob": blob }));
}

#[test]
fn material_imported_again_expires_when_it_was_last_said() {
    let house = house();
    let key = empty(&house);
    imported(&house, &key, &[1; 32], &until(1.0));
    imported(&house, &key, &[1; 32], &until(3.0));
    house.advance(DAY * 2);
    assert_eq!(house.state(&key), "Enabled", "it expired at its former time");
    imported(&house, &key, &[1; 32], &json!({}));
    house.advance(DAY * 10);
    assert_eq!(house.state(&key), "Enabled", "it expired although it was told not to");
}

#[test]
fn deleted_material_can_be_imported_again() {
    let house = house();
    let key = empty(&house);
    let nothing = house.ok("DeleteImportedKeyMaterial", &json!({ "KeyId": key }));
    assert_eq!(nothing, json!({ "KeyId": arn(&key) }), "there was nothing to delete");
    let material = imported(&house, &key, &[1; 32], &json!({}));
    let blob = house.hello(&key);
    let unknown = "0".repeat(64);
    let refused = house.refused("DeleteImportedKeyMaterial", &json!({ "KeyId": key, "KeyMaterialId": unknown }));
    assert_eq!(refused.0, "NotFoundException");
    for input in [json!({ "KeyId": key }), json!({ "KeyId": key, "KeyMaterialId": material })] {
        let deleted = house.ok("DeleteImportedKeyMaterial", &input);
        assert_eq!(deleted, json!({ "KeyId": arn(&key), "KeyMaterialId": material }));
        assert_eq!(house.state(&key), "PendingImport");
        assert_eq!(
            house.ok("DeleteImportedKeyMaterial", &input)["KeyMaterialId"],
            json!(material),
            "twice is no error"
        );
        imported(&house, &key, &[1; 32], &json!({}));
        house.ok("Decrypt", &json!({ "CiphertextBlob": blob }));
    }
}

#[test]
fn a_key_that_is_to_be_deleted_stays_so_and_comes_back_without_its_material() {
    let house = house();
    let key = empty(&house);
    imported(&house, &key, &[1; 32], &json!({}));
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key }));
    house.ok("DeleteImportedKeyMaterial", &json!({ "KeyId": key }));
    assert_eq!(house.state(&key), "PendingDeletion");
    let pending = house.refused(
        "GetParametersForImport",
        &json!({ "KeyId": key, "WrappingAlgorithm": OAEP, "WrappingKeySpec": "RSA_2048" }),
    );
    assert_eq!(pending.0, "KMSInvalidStateException");
    house.ok("CancelKeyDeletion", &json!({ "KeyId": key }));
    assert_eq!(house.state(&key), "PendingImport");
    assert_eq!(house.refused("EnableKey", &json!({ "KeyId": key })).0, "KMSInvalidStateException");
    imported(&house, &key, &[1; 32], &json!({}));
    house.hello(&key);
}

#[test]
fn a_disabled_key_stays_so_when_its_material_is_renewed() {
    let house = house();
    let key = empty(&house);
    imported(&house, &key, &[1; 32], &json!({}));
    house.ok_empty("DisableKey", &json!({ "KeyId": key }));
    imported(&house, &key, &[1; 32], &until(1.0));
    assert_eq!(house.state(&key), "Disabled");
    house.advance(DAY);
    assert_eq!(house.state(&key), "PendingImport");
}

#[test]
fn new_and_existing_material_are_not_taken_for_each_other() {
    let house = house();
    let key = empty(&house);
    let code = |material: &[u8], more: Value| import(&house, &key, material, &more).code();
    let (new, existing) =
        (json!({ "ImportType": "NEW_KEY_MATERIAL" }), json!({ "ImportType": "EXISTING_KEY_MATERIAL" }));
    assert_eq!(code(&[1; 32], existing.clone()), "IncorrectKeyMaterialException");
    let first = imported(&house, &key, &[1; 32], &new);
    assert_eq!(code(&[1; 32], new.clone()), "IncorrectKeyMaterialException");
    assert_eq!(code(&[2; 32], existing), "IncorrectKeyMaterialException");
    let mut named = new.clone();
    named["KeyMaterialId"] = json!(first);
    assert_eq!(code(&[2; 32], named), "ValidationException");
    assert_eq!(imported(&house, &key, &[1; 32], &json!({ "KeyMaterialId": first })), first);
    let second = imported(&house, &key, &[2; 32], &new);
    assert_ne!(first, second);
    assert_eq!(code(&[1; 32], json!({ "KeyMaterialId": second })), "IncorrectKeyMaterialException");
    assert_eq!(metadata(&house, &key)["CurrentKeyMaterialId"], json!(first), "it was not rotated in yet");
    assert_eq!(code(&[3; 32], new.clone()), "KMSInvalidStateException", "two materials wait at once");
    house.ok("DeleteImportedKeyMaterial", &json!({ "KeyId": key, "KeyMaterialId": second }));
    assert_eq!(house.state(&key), "Enabled", "what waited was not in use");
    imported(&house, &key, &[3; 32], &new);
}

#[test]
fn material_that_waits_may_expire_without_the_key() {
    let house = house();
    let key = empty(&house);
    imported(&house, &key, &[1; 32], &json!({}));
    let mut more = until(1.0);
    more["ImportType"] = json!("NEW_KEY_MATERIAL");
    let second = imported(&house, &key, &[2; 32], &more);
    assert_eq!(metadata(&house, &key)["ValidTo"], Value::Null, "what waits does not make the key expire");
    house.advance(DAY);
    assert_eq!(house.state(&key), "Enabled");
    let gone = house.refused("DeleteImportedKeyMaterial", &json!({ "KeyId": key, "KeyMaterialId": second }));
    assert_eq!(gone.0, "NotFoundException");
}

#[test]
fn policies_can_say_how_material_is_wrapped_and_for_how_long_it_lasts() {
    let house = house();
    let key = empty(&house);
    let document = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "kms:GetParametersForImport", "Resource": "*", "Condition": { "StringEquals": {
            "kms:WrappingAlgorithm": OAEP, "kms:WrappingKeySpec": "RSA_2048" } } },
        { "Effect": "Allow", "Action": "kms:ImportKeyMaterial", "Resource": "*", "Condition": {
            "StringEquals": { "kms:ExpirationModel": "KEY_MATERIAL_EXPIRES" },
            "DateLessThan": { "kms:ValidTo": "2026-01-03T00:00:00Z" } } },
    ] });
    let who = house.person("importer", &document);
    let ask = |algorithm: &str, size: &str| {
        let input = json!({ "KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": size });
        house.call_by(&who, "kms", "GetParametersForImport", &input).status
    };
    assert_eq!((ask(OAEP, "RSA_2048"), ask(OAEP, "RSA_3072"), ask("RSAES_OAEP_SHA_1", "RSA_2048")), (200, 400, 400));
    let offer = offer(&house, &key);
    let give = |more: Value| {
        let mut input =
            json!({ "KeyId": key, "ImportToken": offer.token, "EncryptedKeyMaterial": offer.wrap(OAEP, &[1; 32]) });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        house.call_by(&who, "kms", "ImportKeyMaterial", &input).code()
    };
    assert_eq!(give(json!({ "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE" })), "AccessDeniedException");
    assert_eq!(give(until(3.0)), "AccessDeniedException");
    assert_eq!(give(json!({})), "AccessDeniedException", "a missing date is no date before another");
    assert_eq!(give(json!({ "ValidTo": BEGIN + 86_400.0 })), "");
}

#[test]
fn an_import_is_on_record_without_its_material() {
    let house = house();
    let key = empty(&house);
    let offer = offer(&house, &key);
    let wrapped = offer.wrap(OAEP, &[1; 32]);
    let input = json!({
        "KeyId": key, "ImportToken": offer.token, "EncryptedKeyMaterial": wrapped,
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "KeyMaterialDescription": "from the vault",
    });
    let material = house.ok("ImportKeyMaterial", &input)["KeyMaterialId"].clone();
    house.ok("DeleteImportedKeyMaterial", &json!({ "KeyId": key }));
    let records = house.records();
    let record = |name: &str| records.iter().rfind(|record| record["eventName"] == name).unwrap();
    let asked = record("GetParametersForImport");
    assert_eq!(
        asked["requestParameters"],
        json!({ "keyId": key, "wrappingAlgorithm": OAEP, "wrappingKeySpec": "RSA_2048" })
    );
    assert_eq!((&asked["responseElements"], &asked["readOnly"]), (&Value::Null, &json!(true)));
    let given = record("ImportKeyMaterial");
    assert_eq!(
        given["requestParameters"],
        json!({
            "keyId": key, "expirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "keyMaterialDescription": "from the vault",
        })
    );
    let answer = json!({ "keyId": arn(&key), "keyMaterialId": material });
    assert_eq!((&given["responseElements"], &given["readOnly"]), (&answer, &json!(false)));
    assert_eq!(record("DeleteImportedKeyMaterial")["responseElements"], answer);
    for record in &records {
        let record = record.to_string();
        assert!(!record.contains(&offer.token) && !record.contains(&wrapped), "{record}");
    }
}

pub(crate) fn material_states(house: &House, region: &str, id: &str) -> Vec<(String, String)> {
    let input = json!({ "KeyId": id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL" });
    let listed = house.call_as(ROOT, region, "kms", "ListKeyRotations", &input).json();
    let entries = listed["Rotations"].as_array().unwrap().iter();
    entries.map(|entry| (text(&entry["KeyMaterialState"]), text(&entry["ImportState"]))).collect()
}

pub(crate) fn states(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(state, import)| ((*state).to_owned(), (*import).to_owned())).collect()
}

#[test]
fn new_material_is_rotated_in_on_demand_and_the_former_still_decrypts_and_must_stay() {
    let house = house();
    let key = empty(&house);
    let first = imported(&house, &key, &[1; 32], &json!({}));
    let before = house.hello(&key);
    let mut more = until(1.0);
    more["ImportType"] = json!("NEW_KEY_MATERIAL");
    let second = imported(&house, &key, &[2; 32], &more);
    let waiting = states(&[("CURRENT", "IMPORTED"), ("PENDING_ROTATION", "IMPORTED")]);
    assert_eq!(material_states(&house, REGION, &key), waiting);
    house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
    let told = metadata(&house, &key);
    assert_eq!((&told["CurrentKeyMaterialId"], told["ValidTo"].as_f64()), (&json!(second), Some(BEGIN + 86_400.0)));
    let after = house.hello(&key);
    for (blob, material) in [(&before, &first), (&after, &second)] {
        let decrypted = house.ok("Decrypt", &json!({ "CiphertextBlob": blob }));
        assert_eq!(decrypted["KeyMaterialId"], json!(material));
    }
    house.advance(DAY);
    let expired = states(&[("NON_CURRENT", "IMPORTED"), ("CURRENT", "PENDING_IMPORT")]);
    assert_eq!(material_states(&house, REGION, &key), expired);
    house.ok("DeleteImportedKeyMaterial", &json!({ "KeyId": key, "KeyMaterialId": first }));
    imported(&house, &key, &[2; 32], &json!({}));
    assert_eq!(house.state(&key), "PendingImport", "one of its materials is missing still");
    assert_eq!(house.refused("Decrypt", &json!({ "CiphertextBlob": after })).0, "KMSInvalidStateException");
    imported(&house, &key, &[1; 32], &json!({}));
    house.ok("Decrypt", &json!({ "CiphertextBlob": before }));
}
