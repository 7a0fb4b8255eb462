//! OpenID Connect providers.

use crate::fixtures::oidc_provider;
use crate::{Iam, error, house};
use kernel::testing::OTHER;
use serde_json::{Value, json};

fn on(arn: &str, more: Value) -> Value {
    let mut input = json!({ "OpenIDConnectProviderArn": arn });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

#[test]
fn a_provider_is_named_after_its_url_and_comes_back_without_the_scheme() {
    let house = house();
    let arn = oidc_provider(&house, "https://idp.example.com/tenant");
    assert_eq!(arn, "arn:aws:iam::111122223333:oidc-provider/idp.example.com/tenant");
    let provider = house.ok("GetOpenIDConnectProvider", &on(&arn, json!({})));
    assert_eq!(provider["Url"], "idp.example.com/tenant");
    assert_eq!((&provider["ClientIDList"], &provider["ThumbprintList"]), (&json!(["app"]), &json!(["0".repeat(40)])));
    assert_eq!(provider["CreateDate"], "2026-01-01T00:00:00Z");
    let list = house.ok("ListOpenIDConnectProviders", &json!({}));
    assert_eq!(list["OpenIDConnectProviderList"], json!([{ "Arn": arn }]));
}

#[test]
fn an_account_knows_a_url_once_and_another_account_its_own() {
    let house = house();
    oidc_provider(&house, "https://idp.example.com");
    let again = json!({ "Url": "https://idp.example.com" });
    assert_eq!(
        house.refused("CreateOpenIDConnectProvider", &again),
        error(409, "EntityAlreadyExists", "Provider with url https://idp.example.com already exists.")
    );
    assert_eq!(house.iam_as(OTHER, "CreateOpenIDConnectProvider", &again).status, 200);
}

#[test]
fn a_url_that_is_none_and_thumbprints_that_are_none_are_refused() {
    let house = house();
    for url in ["http://idp.example.com", "idp.example.com", "https://", "https://idp.example.com/?a=b"] {
        let refused = house.refused("CreateOpenIDConnectProvider", &json!({ "Url": url }));
        assert_eq!(refused, error(400, "ValidationError", "Invalid Open ID Connect Provider URL"), "{url}");
    }
    let with = |prints: Vec<String>| json!({ "Url": "https://idp.example.com", "ThumbprintList": prints });
    let six = (0..6).map(|digit| digit.to_string().repeat(40)).collect();
    let refused = house.refused("CreateOpenIDConnectProvider", &with(six));
    assert_eq!(refused, error(400, "InvalidInput", "Thumbprint list must contain fewer than 5 entries."));
    let refused = house.refused("CreateOpenIDConnectProvider", &with(vec!["x".repeat(40)]));
    assert_eq!(refused.1, "InvalidInput");
    let five = (0..5).map(|digit| digit.to_string().repeat(40)).collect();
    house.ok("CreateOpenIDConnectProvider", &with(five));
}

#[test]
fn audiences_come_and_go_without_regard_to_whether_they_were_there() {
    let house = house();
    let arn = oidc_provider(&house, "https://idp.example.com");
    for _ in 0..2 {
        house.ok("AddClientIDToOpenIDConnectProvider", &on(&arn, json!({ "ClientID": "other" })));
    }
    let clients = || house.ok("GetOpenIDConnectProvider", &on(&arn, json!({})))["ClientIDList"].clone();
    assert_eq!(clients(), json!(["app", "other"]));
    for _ in 0..2 {
        house.ok("RemoveClientIDFromOpenIDConnectProvider", &on(&arn, json!({ "ClientID": "app" })));
    }
    assert_eq!(clients(), json!(["other"]));
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let refused =
        house.refused("CreateOpenIDConnectProvider", &json!({ "Url": "https://b.example", "ClientIDList": many }));
    let text = "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100";
    assert_eq!(refused, error(409, "LimitExceeded", text));
}

#[test]
fn thumbprints_are_replaced_as_a_whole() {
    let house = house();
    let arn = oidc_provider(&house, "https://idp.example.com");
    let new = json!({ "ThumbprintList": ["A".repeat(40), "b".repeat(40)] });
    house.ok("UpdateOpenIDConnectProviderThumbprint", &on(&arn, new));
    let provider = house.ok("GetOpenIDConnectProvider", &on(&arn, json!({})));
    assert_eq!(provider["ThumbprintList"], json!(["a".repeat(40), "b".repeat(40)]));
}

#[test]
fn a_provider_that_is_not_there_is_told_but_its_deletion_is_no_error() {
    let house = house();
    let arn = "arn:aws:iam::111122223333:oidc-provider/none.example.com";
    let text = format!("OpenIDConnect Provider not found for arn {arn}");
    for (operation, more) in [
        ("GetOpenIDConnectProvider", json!({})),
        ("AddClientIDToOpenIDConnectProvider", json!({ "ClientID": "a" })),
        ("UpdateOpenIDConnectProviderThumbprint", json!({ "ThumbprintList": ["a".repeat(40)] })),
        ("TagOpenIDConnectProvider", json!({ "Tags": [{ "Key": "a", "Value": "b" }] })),
    ] {
        assert_eq!(house.refused(operation, &on(arn, more)), error(404, "NoSuchEntity", &text), "{operation}");
    }
    house.ok("DeleteOpenIDConnectProvider", &on(arn, json!({})));
    let refused = house.refused("GetOpenIDConnectProvider", &on("arn:aws:iam::111122223333:role/x", json!({})));
    assert_eq!(refused.1, "InvalidInput");
}

#[test]
fn another_account_reaches_no_provider_of_ours() {
    let house = house();
    let arn = oidc_provider(&house, "https://idp.example.com");
    for operation in ["GetOpenIDConnectProvider", "DeleteOpenIDConnectProvider"] {
        assert_eq!(house.iam_as(OTHER, operation, &on(&arn, json!({}))).code(), "AccessDenied");
    }
    house.ok("GetOpenIDConnectProvider", &on(&arn, json!({})));
}

#[test]
fn tags_are_merged_without_regard_to_case_and_listed_by_page() {
    let house = house();
    let arn = oidc_provider(&house, "https://idp.example.com");
    let tag = |key: &str, value: &str| json!({ "Tags": [{ "Key": key, "Value": value }] });
    house.ok("TagOpenIDConnectProvider", &on(&arn, tag("Team", "blue")));
    house.ok("TagOpenIDConnectProvider", &on(&arn, tag("team", "red")));
    house.ok("TagOpenIDConnectProvider", &on(&arn, tag("stage", "test")));
    let first = house.ok("ListOpenIDConnectProviderTags", &on(&arn, json!({ "MaxItems": 1 })));
    assert_eq!(
        (&first["Tags"], &first["IsTruncated"]),
        (&json!([{ "Key": "stage", "Value": "test" }]), &json!("true"))
    );
    let second = house.ok("ListOpenIDConnectProviderTags", &on(&arn, json!({ "Marker": first["Marker"] })));
    assert_eq!(second["Tags"], json!([{ "Key": "team", "Value": "red" }]));
    house.ok("UntagOpenIDConnectProvider", &on(&arn, json!({ "TagKeys": ["TEAM"] })));
    assert_eq!(
        house.ok("GetOpenIDConnectProvider", &on(&arn, json!({})))["Tags"],
        json!([{ "Key": "stage", "Value": "test" }])
    );
}

#[test]
fn an_account_has_a_hundred_providers_and_room_again_after_one_is_gone() {
    let house = house();
    let arns: Vec<String> = (0..100).map(|n| oidc_provider(&house, &format!("https://idp{n}.example.com"))).collect();
    let one_more = json!({ "Url": "https://more.example.com" });
    let text = "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100";
    assert_eq!(house.refused("CreateOpenIDConnectProvider", &one_more), error(409, "LimitExceeded", text));
    house.ok("DeleteOpenIDConnectProvider", &on(&arns[7], json!({})));
    house.ok("CreateOpenIDConnectProvider", &one_more);
}
