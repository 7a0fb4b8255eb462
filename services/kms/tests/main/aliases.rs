//! Names for keys.

use crate::{Kms, arn, house, text};
use kernel::testing::ROOT;
use serde_json::{Value, json};

fn alias_arn(name: &str) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:{name}")
}

#[test]
fn a_taken_name_is_refused_even_for_the_same_key() {
    let house = house();
    let (key, other) = (house.key(), house.key());
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": key }));
    for target in [&key, &other] {
        assert_eq!(
            house.refused("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": target })),
            (
                "AlreadyExistsException".to_owned(),
                format!("An alias with the name {} already exists", alias_arn("alias/app"))
            )
        );
    }
    let elsewhere = house.call_as(ROOT, "eu-west-1", "kms", "CreateKey", &json!({})).json();
    let input = json!({ "AliasName": "alias/app", "TargetKeyId": elsewhere["KeyMetadata"]["KeyId"] });
    assert_eq!(house.call_as(ROOT, "eu-west-1", "kms", "CreateAlias", &input).status, 200);
}

#[test]
fn a_name_longer_than_any_alias_is_not_found() {
    let house = house();
    let named = format!("alias/{}", "a".repeat(2000));
    for operation in ["DescribeKey", "Encrypt"] {
        let mut input = json!({ "KeyId": named });
        if operation == "Encrypt" {
            input["Plaintext"] = json!("aGVsbG8=");
        }
        assert_eq!(house.refused(operation, &input).0, "NotFoundException", "{operation}");
    }
}

#[test]
fn a_bad_name_or_target_is_refused() {
    let house = house();
    let key = house.key();
    for (name, code, words) in [
        ("app", "ValidationException", "Alias must start with the prefix \"alias/\". Please see "),
        ("alias/a:b", "ValidationException", "alias/a:b contains invalid characters for an alias"),
        ("alias/aws/mine", "InvalidAliasNameException", "alias/aws/mine begins with alias/aws/"),
    ] {
        let refused = house.refused("CreateAlias", &json!({ "AliasName": name, "TargetKeyId": key }));
        assert!(refused.0 == code && refused.1.starts_with(words), "{name}: {refused:?}");
    }
    let refused = house.refused("CreateAlias", &json!({ "AliasName": "alias/a b", "TargetKeyId": key }));
    assert!(refused.1.contains("at 'aliasName' failed to satisfy constraint"), "{}", refused.1);
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": key }));
    let refused = house.refused("CreateAlias", &json!({ "AliasName": "alias/b", "TargetKeyId": "alias/app" }));
    assert_eq!(refused.0, "ValidationException");
    let unknown = json!({ "AliasName": "alias/b", "TargetKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab" });
    assert_eq!(house.refused("CreateAlias", &unknown).0, "NotFoundException");
    assert_eq!(
        house.refused("CreateAlias", &json!({ "AliasName": "alias/b", "TargetKeyId": "" })).0,
        "ValidationException"
    );
}

#[test]
fn an_alias_can_be_pointed_at_another_key_and_takes_effect_at_once() {
    let house = house();
    let (old, new) = (house.key(), house.key());
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": old }));
    assert_eq!(house.ok("DescribeKey", &json!({ "KeyId": "alias/app" }))["KeyMetadata"]["KeyId"], json!(old));
    house.wall.advance(std::time::Duration::from_secs(60));
    house.ok_empty("UpdateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": arn(&new) }));
    assert_eq!(house.ok("DescribeKey", &json!({ "KeyId": "alias/app" }))["KeyMetadata"]["KeyId"], json!(new));
    let listed = |key: &str| house.ok("ListAliases", &json!({ "KeyId": key }))["Aliases"].clone();
    assert_eq!(listed(&old), json!([]));
    let entry = listed(&new)[0].clone();
    assert_eq!(
        entry,
        json!({
            "AliasName": "alias/app", "AliasArn": alias_arn("alias/app"), "TargetKeyId": new,
            "CreationDate": entry["CreationDate"], "LastUpdatedDate": entry["LastUpdatedDate"],
        })
    );
    assert_eq!(entry["LastUpdatedDate"].as_f64().unwrap() - entry["CreationDate"].as_f64().unwrap(), 60.0);
    assert_eq!(
        house.refused("UpdateAlias", &json!({ "AliasName": "alias/none", "TargetKeyId": new })),
        ("NotFoundException".to_owned(), format!("Alias {} is not found.", alias_arn("alias/none")))
    );
}

#[test]
fn an_alias_leaves_a_key_that_is_pending_deletion() {
    let house = house();
    let (old, new) = (house.key(), house.key());
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": old }));
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": old }));
    house.ok_empty("UpdateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": new }));
    assert_eq!(
        house.refused("UpdateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": old })).0,
        "KMSInvalidStateException"
    );
    house.ok_empty("DeleteAlias", &json!({ "AliasName": "alias/app" }));
}

#[test]
fn a_deleted_alias_is_gone_and_its_key_stays() {
    let house = house();
    let key = house.key();
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": key }));
    house.ok("DescribeKey", &json!({ "KeyId": "alias/app" }));
    house.ok_empty("DeleteAlias", &json!({ "AliasName": "alias/app" }));
    for (operation, input) in
        [("DescribeKey", json!({ "KeyId": "alias/app" })), ("DeleteAlias", json!({ "AliasName": "alias/app" }))]
    {
        assert_eq!(
            house.refused(operation, &input),
            ("NotFoundException".to_owned(), format!("Alias {} is not found.", alias_arn("alias/app")))
        );
    }
    assert_eq!(house.state(&key), "Enabled");
    assert_eq!(house.aliases(), Vec::<Value>::new());
}

#[test]
fn aliases_are_listed_by_name_over_pages_for_all_keys_or_one() {
    let house = house();
    let (key, other) = (house.key(), house.key());
    for name in ["alias/c", "alias/a", "alias/b"] {
        house.ok_empty("CreateAlias", &json!({ "AliasName": name, "TargetKeyId": key }));
    }
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/other", "TargetKeyId": other }));
    let pages = |mut input: Value| {
        let mut names = Vec::new();
        loop {
            let page = house.ok("ListAliases", &input);
            names.extend(page["Aliases"].as_array().unwrap().iter().map(|alias| text(&alias["AliasName"])));
            if page["Truncated"] == json!(false) {
                return names;
            }
            input["Marker"] = page["NextMarker"].clone();
        }
    };
    let all = pages(json!({ "Limit": 1 }));
    assert!(all.is_sorted() && all.contains(&"alias/aws/s3".to_owned()), "AWS's own names stand among them");
    let ours: Vec<_> = all.into_iter().filter(|name| !name.starts_with("alias/aws/")).collect();
    assert_eq!(ours, ["alias/a", "alias/b", "alias/c", "alias/other"]);
    assert_eq!(pages(json!({ "Limit": 2, "KeyId": key })), ["alias/a", "alias/b", "alias/c"]);
    assert_eq!(pages(json!({ "KeyId": arn(&other) })), ["alias/other"]);
    assert_eq!(house.refused("ListAliases", &json!({ "Limit": 101 })).0, "ValidationException");
    let unknown = json!({ "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab" });
    assert_eq!(house.refused("ListAliases", &unknown).0, "NotFoundException");
    let marker = house.ok("ListAliases", &json!({ "Limit": 1, "KeyId": key }))["NextMarker"].clone();
    assert_eq!(house.refused("ListAliases", &json!({ "Marker": marker })).0, "InvalidMarkerException");
}

#[test]
fn a_key_has_at_most_50_aliases() {
    let house = house();
    let key = house.key();
    for number in 0..50 {
        house.ok_empty("CreateAlias", &json!({ "AliasName": format!("alias/{number}"), "TargetKeyId": key }));
    }
    let one_more = json!({ "AliasName": "alias/one-more", "TargetKeyId": key });
    assert_eq!(house.refused("CreateAlias", &one_more).0, "LimitExceededException");
    assert_eq!(
        house.refused("DescribeKey", &json!({ "KeyId": "alias/one-more" })).0,
        "NotFoundException",
        "a refused alias was kept"
    );
    house.ok_empty("DeleteAlias", &json!({ "AliasName": "alias/7" }));
    house.ok_empty("CreateAlias", &one_more);
}
