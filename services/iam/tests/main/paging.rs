//! Listings in pages.

use crate::{Iam, error, house, text};
use kernel::testing::OTHER;
use serde_json::json;

#[test]
fn pages_follow_one_another_and_miss_and_repeat_nothing() {
    let house = house();
    for n in 0..25 {
        let path = if n % 2 == 0 { "/even/" } else { "/odd/" };
        house.ok("CreateUser", &json!({ "UserName": format!("user{n:02}"), "Path": path }));
    }
    for (prefix, expected) in [("/", 26), ("/odd/", 12)] {
        let mut names = Vec::new();
        let mut input = json!({ "MaxItems": 5, "PathPrefix": prefix });
        loop {
            let page = house.ok("ListUsers", &input);
            let users = page["Users"].as_array().cloned().unwrap_or_default();
            assert!(users.len() <= 5);
            names.extend(users.iter().map(|user| text(&user["UserName"])));
            if page["IsTruncated"] == "false" {
                assert!(page.get("Marker").is_none());
                break;
            }
            assert_eq!(users.len(), 5);
            input["Marker"] = page["Marker"].clone();
        }
        assert!(names.is_sorted(), "{names:?}");
        assert_eq!(names.len(), expected, "{prefix}: the house's own alice is there too");
    }
}

#[test]
fn a_marker_goes_on_only_in_the_listing_that_gave_it() {
    let house = house();
    for name in ["a", "b", "c"] {
        house.user(name);
        house.group(name);
    }
    let marker = house.ok("ListUsers", &json!({ "MaxItems": 1 }))["Marker"].clone();
    let invalid = error(400, "ValidationError", "Invalid Marker.");
    let elsewhere = [
        ("ListGroups", json!({ "Marker": marker })),
        ("ListUsers", json!({ "Marker": marker, "PathPrefix": "/x/" })),
        ("ListUsers", json!({ "Marker": "made-up" })),
    ];
    for (operation, input) in elsewhere {
        assert_eq!(house.refused(operation, &input), invalid, "{operation} {input}");
    }
    assert_eq!(house.iam_as(OTHER, "ListUsers", &json!({ "Marker": marker })).message(), "Invalid Marker.");
    house.ok("ListUsers", &json!({ "Marker": marker }));
}

#[test]
fn the_longest_names_page_too() {
    let house = house();
    let names: Vec<String> = ["a", "b"].iter().map(|letter| letter.repeat(128)).collect();
    for name in &names {
        house.group(name);
    }
    let marker = house.ok("ListGroups", &json!({ "MaxItems": 1 }))["Marker"].clone();
    assert_eq!(house.ok("ListGroups", &json!({ "Marker": marker }))["Groups"][0]["GroupName"], json!(names[1]));
}
