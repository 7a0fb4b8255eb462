//! Tags of keys.

use crate::{Kms, house};
use serde_json::{Value, json};

fn tags(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(key, value)| json!({ "TagKey": key, "TagValue": value })).collect()
}

#[test]
fn tags_given_at_creation_and_later_are_read_back_at_once() {
    let house = house();
    let made = house.ok("CreateKey", &json!({ "Tags": tags(&[("team", "a"), ("empty", "")]) }));
    let key = made["KeyMetadata"]["KeyId"].clone();
    let listed = || house.ok("ListResourceTags", &json!({ "KeyId": key }));
    assert_eq!(listed(), json!({ "Tags": tags(&[("empty", ""), ("team", "a")]), "Truncated": false }));
    house.ok_empty("TagResource", &json!({ "KeyId": key, "Tags": tags(&[("team", "b"), ("more", "c")]) }));
    assert_eq!(listed()["Tags"], tags(&[("empty", ""), ("more", "c"), ("team", "b")]));
    house.ok_empty("UntagResource", &json!({ "KeyId": key, "TagKeys": ["empty", "team", "unknown"] }));
    assert_eq!(listed()["Tags"], tags(&[("more", "c")]));
    house.ok_empty("UntagResource", &json!({ "KeyId": key, "TagKeys": ["more"] }));
    assert_eq!(listed()["Tags"], json!([]));
}

#[test]
fn awss_prefix_and_repeated_keys_are_refused() {
    let house = house();
    let key = house.key();
    for refused in [tags(&[("aws:x", "1")]), tags(&[("a", "1"), ("AWS:y", "2")]), tags(&[("a", "1"), ("a", "2")])] {
        assert_eq!(house.refused("TagResource", &json!({ "KeyId": key, "Tags": refused })).0, "TagException");
        assert_eq!(house.refused("CreateKey", &json!({ "Tags": refused })).0, "TagException");
    }
    assert_eq!(house.refused("UntagResource", &json!({ "KeyId": key, "TagKeys": ["aws:x"] })).0, "TagException");
    assert_eq!(house.ok("ListResourceTags", &json!({ "KeyId": key }))["Tags"], json!([]));
}

#[test]
fn a_key_has_at_most_50_tags_listed_in_pages() {
    let house = house();
    let key = house.key();
    let many: Value = (0..50).map(|n| json!({ "TagKey": format!("k{n:02}"), "TagValue": "v" })).collect();
    house.ok_empty("TagResource", &json!({ "KeyId": key, "Tags": many }));
    let one_more = json!({ "KeyId": key, "Tags": tags(&[("one-more", "v")]) });
    assert_eq!(house.refused("TagResource", &one_more).0, "LimitExceededException");
    house.ok_empty("TagResource", &json!({ "KeyId": key, "Tags": tags(&[("k00", "new")]) }));

    let first = house.ok("ListResourceTags", &json!({ "KeyId": key, "Limit": 30 }));
    assert_eq!((first["Tags"].as_array().unwrap().len(), &first["Truncated"]), (30, &json!(true)));
    let rest = house.ok("ListResourceTags", &json!({ "KeyId": key, "Limit": 30, "Marker": first["NextMarker"] }));
    assert_eq!((rest["Tags"].as_array().unwrap().len(), &rest["Truncated"]), (20, &json!(false)));
    assert_eq!(rest["Tags"][0]["TagKey"], json!("k30"));
    assert_eq!(house.refused("ListResourceTags", &json!({ "KeyId": key, "Limit": 51 })).0, "ValidationException");
}

#[test]
fn what_a_tag_may_hold_is_checked_by_the_model() {
    let house = house();
    let key = house.key();
    let long = "k".repeat(129);
    let (code, message) = house.refused("TagResource", &json!({ "KeyId": key, "Tags": tags(&[(&long, "v")]) }));
    assert_eq!(code, "ValidationException");
    assert!(message.contains("at 'tags.1.member.tagKey' failed to satisfy constraint"), "{message}");
}
