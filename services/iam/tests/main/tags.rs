//! Tags.

use crate::{Iam, error, house, policy};
use kernel::testing::House;
use serde_json::{Value, json};

const KINDS: [(&str, &str, &str); 4] = [
    ("User", "UserName", "x"),
    ("Role", "RoleName", "x"),
    ("InstanceProfile", "InstanceProfileName", "x"),
    ("Policy", "PolicyArn", "arn:aws:iam::111122223333:policy/x"),
];

fn furnished() -> House {
    let house = house();
    house.user("x");
    house.role("x");
    house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "x" }));
    assert_eq!(house.policy("x"), policy("x"));
    house
}

fn tags(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

#[test]
fn a_key_is_one_in_whatever_case_and_the_last_spelling_stays() {
    let house = furnished();
    for (kind, member, name) in KINDS {
        let list = || house.ok(&format!("List{kind}Tags"), &json!({ member: name }))["Tags"].clone();
        house.ok(&format!("Tag{kind}"), &json!({ member: name, "Tags": tags(&[("Team", "red"), ("cost", "")]) }));
        house.ok(&format!("Tag{kind}"), &json!({ member: name, "Tags": tags(&[("TEAM", "blue")]) }));
        assert_eq!(list(), tags(&[("TEAM", "blue"), ("cost", "")]), "{kind}");
        house.ok(&format!("Untag{kind}"), &json!({ member: name, "TagKeys": ["team", "never"] }));
        assert_eq!(list(), tags(&[("cost", "")]), "{kind}");
    }
}

#[test]
fn a_key_given_twice_and_one_of_awss_own_are_refused() {
    let house = furnished();
    for (kind, member, name) in KINDS {
        let tag = |pairs: &[(&str, &str)]| {
            house.refused(&format!("Tag{kind}"), &json!({ member: name, "Tags": tags(pairs) }))
        };
        assert_eq!(
            tag(&[("team", "red"), ("TEAM", "blue")]),
            error(400, "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
        );
        assert_eq!(tag(&[("aws:team", "red")]).1, "InvalidInput");
    }
    let twice = json!({ "UserName": "y", "Tags": tags(&[("a", "1"), ("A", "2")]) });
    assert_eq!(house.refused("CreateUser", &twice).1, "InvalidInput");
}

#[test]
fn fifty_tags_are_the_most_and_a_listing_pages_through_them() {
    let house = furnished();
    let fifty: Vec<_> = (0..50).map(|n| json!({ "Key": format!("k{n:02}"), "Value": "v" })).collect();
    for (kind, member, name) in KINDS {
        house.ok(&format!("Tag{kind}"), &json!({ member: name, "Tags": fifty }));
        house.ok(&format!("Tag{kind}"), &json!({ member: name, "Tags": tags(&[("K07", "new")]) }));
        assert_eq!(
            house.refused(&format!("Tag{kind}"), &json!({ member: name, "Tags": tags(&[("more", "v")]) })),
            error(409, "LimitExceeded", &format!("Cannot exceed quota for TagsPer{kind}: 50"))
        );
        let mut seen = 0;
        let mut input = json!({ member: name, "MaxItems": 20 });
        loop {
            let page = house.ok(&format!("List{kind}Tags"), &input);
            seen += page["Tags"].as_array().unwrap().len();
            if page["IsTruncated"] == "false" {
                break;
            }
            input["Marker"] = page["Marker"].clone();
        }
        assert_eq!(seen, 50, "{kind}");
    }
}

#[test]
fn the_longest_keys_page_too() {
    let house = furnished();
    let keys: Vec<String> = (0..3).map(|n| format!("{n}{}", "€".repeat(0) + &"ü".repeat(127))).collect();
    let long: Vec<_> = keys.iter().map(|key| json!({ "Key": key, "Value": "v" })).collect();
    house.ok("TagUser", &json!({ "UserName": "x", "Tags": long }));
    let first = house.ok("ListUserTags", &json!({ "UserName": "x", "MaxItems": 1 }));
    let rest = house.ok("ListUserTags", &json!({ "UserName": "x", "Marker": first["Marker"] }));
    assert_eq!(rest["Tags"].as_array().unwrap().len(), 2);
}
