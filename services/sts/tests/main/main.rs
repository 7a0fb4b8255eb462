//! STS on the real road.

// Helpers of tests may fail as tests do; the lint set knows test functions only.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod assume_role;
mod audit;
mod chains;
mod coverage;
mod mfa;
mod signatures;
mod smoke;
mod staff;
mod users;
mod web_identity;

use kernel::testing::{ACCOUNT, ALICE, House, OTHER, REGION, ROOT};
use serde_json::json;

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
fn what_is_not_implemented_says_so() {
    let house = House::new(vec![fastness_sts::service()]);
    let saml = json!({
        "RoleArn": format!("arn:aws:iam::{ACCOUNT}:role/app"),
        "PrincipalArn": format!("arn:aws:iam::{ACCOUNT}:saml-provider/idp"),
        "SAMLAssertion": "PHNhbWw+",
    });
    let answer = house.call_unsigned("sts", "AssumeRoleWithSAML", &saml);
    assert_eq!((answer.status, answer.code().as_str()), (501, "NotImplemented"), "{}", answer.body);
    assert!(answer.message().contains("AssumeRoleWithSAML"), "{}", answer.body);
    let token = json!({ "Audience": ["app"], "SigningAlgorithm": "ES384" });
    assert_eq!(house.call_as(ROOT, REGION, "sts", "GetWebIdentityToken", &token).status, 501);
}
