//! STS on the real road.

// Helpers of tests may fail as tests do; the lint set knows test functions only.
#![allow(clippy::unwrap_used)]

mod signatures;

use kernel::testing::{ACCOUNT, ALICE, House, OTHER, ROOT};

fn member(body: &str, name: &str) -> String {
    let after = body.split(&format!("<{name}>")).nth(1).unwrap_or_default();
    after.split("</").next().unwrap_or_default().to_owned()
}

fn identity(house: &House, who: (&str, &str)) -> (String, String, String) {
    let answer = house.query_as(who, "sts", "GetCallerIdentity");
    assert_eq!(answer.status, 200, "{}", answer.body);
    (member(&answer.body, "Arn"), member(&answer.body, "Account"), member(&answer.body, "UserId"))
}

#[test]
fn a_root_is_told_its_account() {
    let house = House::new(vec![fastness_sts::service()]);
    let expected = |account: &str| (format!("arn:aws:iam::{account}:root"), account.to_owned(), account.to_owned());
    assert_eq!(identity(&house, ROOT), expected(ACCOUNT));
    assert_eq!(identity(&house, OTHER), expected("444455556666"));
}

#[test]
fn a_user_without_any_policy_may_ask_who_it_is() {
    let house = House::new(vec![fastness_sts::service()]);
    let (arn, account, id) = identity(&house, ALICE);
    assert_eq!(arn, format!("arn:aws:iam::{ACCOUNT}:user/alice"));
    assert_eq!(account, ACCOUNT);
    assert!(id.starts_with("AIDA"), "{id}");
}

#[test]
fn an_operation_that_is_not_implemented_says_so() {
    let house = House::new(vec![fastness_sts::service()]);
    let answer = house.query_as(ROOT, "sts", "GetSessionToken");
    assert_eq!(answer.status, 501, "{}", answer.body);
    assert!(answer.body.contains("GetSessionToken"), "{}", answer.body);
}
