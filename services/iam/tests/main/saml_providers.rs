//! SAML providers.

use crate::fixtures::{ENCRYPTED_KEY, LEAF_KEY, saml_metadata};
use crate::{Iam, error, house, text};
use kernel::testing::{House, OTHER};
use serde_json::{Value, json};

fn made(house: &House, name: &str) -> String {
    let input = json!({ "Name": name, "SAMLMetadataDocument": saml_metadata("https://idp.example.com") });
    text(&house.ok("CreateSAMLProvider", &input)["SAMLProviderArn"])
}

fn on(arn: &str, more: Value) -> Value {
    let mut input = json!({ "SAMLProviderArn": arn });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

#[test]
fn the_document_comes_back_as_it_was_given_and_holds_for_a_century_unless_it_says() {
    let house = house();
    let arn = made(&house, "corp");
    assert_eq!(arn, "arn:aws:iam::111122223333:saml-provider/corp");
    let provider = house.ok("GetSAMLProvider", &on(&arn, json!({})));
    assert_eq!(provider["SAMLMetadataDocument"], json!(saml_metadata("https://idp.example.com")));
    assert_eq!(provider["CreateDate"], "2026-01-01T00:00:00Z");
    assert_eq!(provider["ValidUntil"], "2126-01-02T00:00:00Z");
    assert_eq!(provider["AssertionEncryptionMode"], "Allowed");
    let uuid = text(&provider["SAMLProviderUUID"]);
    assert!(uuid.starts_with("SAMLSP") && uuid.len() >= 22, "{uuid}");
    let limited =
        saml_metadata("https://idp.example.com").replace("entityID", "validUntil=\"2027-05-06T07:08:09Z\" entityID");
    house.ok("UpdateSAMLProvider", &on(&arn, json!({ "SAMLMetadataDocument": limited })));
    let list = house.ok("ListSAMLProviders", &json!({}));
    assert_eq!(
        list["SAMLProviderList"],
        json!([{ "Arn": arn, "ValidUntil": "2027-05-06T07:08:09Z", "CreateDate": "2026-01-01T00:00:00Z" }])
    );
}

#[test]
fn a_long_document_comes_back_whole_and_a_shorter_one_leaves_nothing_of_it() {
    let house = house();
    let arn = made(&house, "corp");
    let document = saml_metadata("https://idp.example.com");
    let long = document.replacen("padding padding", &("a".repeat(700_001) + &"ü".repeat(100_000)), 1);
    house.ok("UpdateSAMLProvider", &on(&arn, json!({ "SAMLMetadataDocument": long })));
    assert_eq!(house.ok("GetSAMLProvider", &on(&arn, json!({})))["SAMLMetadataDocument"], json!(long));
    house.ok("UpdateSAMLProvider", &on(&arn, json!({ "SAMLMetadataDocument": document })));
    assert_eq!(house.ok("GetSAMLProvider", &on(&arn, json!({})))["SAMLMetadataDocument"], json!(document));
}

#[test]
fn what_is_no_metadata_is_refused_and_changes_nothing() {
    let house = house();
    let arn = made(&house, "corp");
    let broken = saml_metadata("https://idp.example.com").replace("IDPSSODescriptor", "SPSSODescriptor");
    let refusal = error(400, "InvalidInput", "Could not parse metadata");
    let new = json!({ "Name": "other", "SAMLMetadataDocument": broken });
    assert_eq!(house.refused("CreateSAMLProvider", &new), refusal);
    assert_eq!(house.refused("UpdateSAMLProvider", &on(&arn, json!({ "SAMLMetadataDocument": broken }))), refusal);
    let kept = house.ok("GetSAMLProvider", &on(&arn, json!({})));
    assert_eq!(kept["SAMLMetadataDocument"], json!(saml_metadata("https://idp.example.com")));
    assert_eq!(house.refused("GetSAMLProvider", &on(&arn.replace("corp", "other"), json!({}))).1, "NoSuchEntity");
}

#[test]
fn a_name_is_taken_once_and_a_missing_provider_is_told() {
    let house = house();
    let arn = made(&house, "corp");
    let again = json!({ "Name": "corp", "SAMLMetadataDocument": saml_metadata("https://b.example") });
    assert_eq!(
        house.refused("CreateSAMLProvider", &again),
        error(409, "EntityAlreadyExists", "Provider with name corp already exists.")
    );
    assert_eq!(house.iam_as(OTHER, "GetSAMLProvider", &on(&arn, json!({}))).code(), "AccessDenied");
    house.ok("DeleteSAMLProvider", &on(&arn, json!({})));
    let text = format!("Manifest not found for arn {arn}");
    for operation in ["GetSAMLProvider", "DeleteSAMLProvider", "UpdateSAMLProvider", "ListSAMLProviderTags"] {
        assert_eq!(house.refused(operation, &on(&arn, json!({}))), error(404, "NoSuchEntity", &text), "{operation}");
    }
    house.ok("CreateSAMLProvider", &again);
}

#[test]
fn private_keys_are_two_at_most_and_never_come_back() {
    let house = house();
    let arn = made(&house, "corp");
    let add = on(&arn, json!({ "AddPrivateKey": LEAF_KEY }));
    let required = on(&arn, json!({ "AssertionEncryptionMode": "Required" }));
    assert_eq!(house.refused("UpdateSAMLProvider", &required).1, "InvalidInput", "nothing could open an assertion");
    for _ in 0..2 {
        house.ok("UpdateSAMLProvider", &add);
    }
    assert_eq!(house.refused("UpdateSAMLProvider", &add).1, "LimitExceeded");
    house.ok("UpdateSAMLProvider", &required);
    let answer = house.iam("GetSAMLProvider", &on(&arn, json!({})));
    assert!(!answer.body.contains("PRIVATE KEY"));
    let provider = answer.json();
    assert_eq!(provider["AssertionEncryptionMode"], "Required");
    let keys: Vec<String> =
        provider["PrivateKeyList"].as_array().unwrap().iter().map(|key| text(&key["KeyId"])).collect();
    house.ok("UpdateSAMLProvider", &on(&arn, json!({ "RemovePrivateKey": keys[0] })));
    let last = on(&arn, json!({ "RemovePrivateKey": keys[1] }));
    assert_eq!(house.refused("UpdateSAMLProvider", &last).1, "InvalidInput", "assertions must be encrypted still");
    assert_eq!(
        house.refused("UpdateSAMLProvider", &on(&arn, json!({ "RemovePrivateKey": keys[0] }))).1,
        "NoSuchEntity"
    );
    for none in [ENCRYPTED_KEY, "no key"] {
        assert_eq!(house.refused("UpdateSAMLProvider", &on(&arn, json!({ "AddPrivateKey": none }))).1, "InvalidInput");
    }
    assert!(!house.records().iter().any(|record| record.to_string().contains("BEGIN PRIVATE KEY")));
}
