//! Account aliases.

use crate::{Iam, error, house};
use kernel::testing::{OTHER, ROOT};
use serde_json::json;

fn alias(name: &str) -> serde_json::Value {
    json!({ "AccountAlias": name })
}

#[test]
fn a_new_alias_takes_the_place_of_the_old() {
    let house = house();
    house.ok("CreateAccountAlias", &alias("first"));
    house.ok("CreateAccountAlias", &alias("second"));
    assert_eq!(house.ok("ListAccountAliases", &json!({}))["AccountAliases"], json!(["second"]));
    house.ok("DeleteAccountAlias", &alias("second"));
    assert_eq!(house.ok("ListAccountAliases", &json!({}))["AccountAliases"], json!(""));
}

#[test]
fn no_two_accounts_have_the_same_alias_but_one_that_was_given_up_can_be_taken() {
    let house = house();
    house.ok("CreateAccountAlias", &alias("ours"));
    let taken = house.iam_as(OTHER, "CreateAccountAlias", &alias("ours"));
    assert_eq!((taken.status, taken.code()), (409, "EntityAlreadyExists".to_owned()));
    assert_eq!(taken.message(), "The account alias ours already exists.");
    house.ok("CreateAccountAlias", &alias("other"));
    assert_eq!(house.iam_as(OTHER, "CreateAccountAlias", &alias("ours")).status, 200);
    assert_eq!(house.refused("CreateAccountAlias", &alias("ours")).0, 409);
}

#[test]
fn only_the_alias_that_the_account_has_can_be_deleted() {
    let house = house();
    house.ok("CreateAccountAlias", &alias("ours"));
    assert_eq!(
        house.refused("DeleteAccountAlias", &alias("mine")),
        error(404, "NoSuchEntity", "The account alias mine does not exist.")
    );
    assert_eq!(house.ok("ListAccountAliases", &json!({}))["AccountAliases"], json!(["ours"]));
}

#[test]
fn an_alias_that_could_be_taken_for_an_account_or_breaks_the_rules_is_refused() {
    let house = house();
    assert_eq!(house.refused("CreateAccountAlias", &alias("111122223333")).1, "InvalidInput");
    for name in ["ab", "-abc", "abc-", "a--b", "Abc", "a_b"] {
        assert_eq!(house.refused("CreateAccountAlias", &alias(name)).1, "ValidationError", "{name}");
    }
}

#[test]
fn whatever_region_signs_the_call_happens_in_the_first_of_its_partition() {
    let house = house();
    for region in ["us-east-1", "eu-central-1", "ap-southeast-2"] {
        let answer = house.call_as(ROOT, region, "iam", "ListAccountAliases", &json!({}));
        assert_eq!(answer.status, 200, "{region}: {}", answer.body);
        let record = house.records().pop().unwrap();
        assert_eq!((&record["awsRegion"], &record["eventSource"]), (&json!("us-east-1"), &json!("iam.amazonaws.com")));
    }
}
