//! Grants: what explanations say of them, and what they cannot be.

use crate::case::{AWAY, Case, HOME, alice, ask, federated, naming, plain, session};
use policy::{Decision, GrantConstraint, Grounds, Kind, Principal};
use std::collections::BTreeMap;

const DECRYPT: &str = "kms:Decrypt";

fn key(principal: Principal) -> Case {
    ask(principal)
        .on("arn:aws:kms:us-east-1:111122223333:key/k")
        .action(DECRYPT)
        .guard(Kind::Key, &naming("Allow", r#"{"AWS":"111122223333"}"#, "kms:*"))
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_grant_that_allowed_is_named() {
    let case = key(alice()).grant("AIDABOB", &[DECRYPT], vec![]).grant("AIDAALICE", &["kms:Encrypt", DECRYPT], vec![]);
    let Decision::Allowed(Grounds::Grant(grant)) = case.decide() else { panic!() };
    assert_eq!((grant.id(), grant.grantee()), ("g2", "AIDAALICE"));
    let explained = case.explain();
    assert!(explained.missing.is_empty() && explained.unmet.is_empty());
    let json: serde_json::Value = serde_json::from_str(&explained.to_json()).unwrap();
    assert_eq!((&json["because"], &json["grant"]), (&"grant".into(), &"g2".into()));
    assert_eq!(json["grants"][0]["verdict"], "otherPrincipal");
    assert_eq!(json["grants"][1]["verdict"], "matches");
}

#[test]
fn a_policy_that_allows_is_named_before_a_grant() {
    let case = key(alice()).identity(&plain("Allow", "kms:*")).grant("AIDAALICE", &[DECRYPT], vec![]);
    assert!(matches!(case.decide(), Decision::Allowed(Grounds::Statement(_))));
}

#[test]
fn a_grant_that_nearly_allows_says_what_it_asks_for() {
    let wanted = vec![GrantConstraint::ContextSubset(pairs(&[("team", "red")]))];
    let case = key(alice()).grant("AIDAALICE", &[DECRYPT], wanted);
    assert!(!case.is_allowed());
    let missing = case.explain().missing;
    assert!(
        missing.contains(
            &"grant g1 would allow it but for this: its constraint asks for team = red in the encryption context"
                .into()
        ),
        "{missing:?}"
    );
}

#[test]
fn a_grant_is_for_nobody_but_its_grantee() {
    for nobody in ["*", "", "AIDA*", "arn:aws:iam::111122223333:user/*", "arn:aws:iam::111122223333:group/all"] {
        for principal in [alice(), session(), federated(), Principal::root(HOME.parse().unwrap())] {
            let case = key(principal).guard(Kind::Key, &naming("Allow", r#"{"AWS":"444455556666"}"#, "kms:*"));
            assert!(!case.grant(nobody, &[DECRYPT], vec![]).is_allowed(), "{nobody}");
        }
    }
    assert!(key(session()).grant("AROAAPP:s1", &[DECRYPT], vec![]).is_allowed());
    assert!(!key(session()).grant("AROAAPP:s2", &[DECRYPT], vec![]).is_allowed());
}

#[test]
fn a_limited_grant_allows_nothing_and_says_why() {
    let grant = policy::Grant::new("g1", "AIDAALICE", ["kms:CreateGrant"], vec![]).limited("it does not give Sign");
    let mut case = key(alice()).action("kms:CreateGrant");
    case.grants.push(std::sync::Arc::new(grant));
    assert!(!case.is_allowed());
    assert!(case.explain().missing.iter().any(|line| line.ends_with("it does not give Sign")));
}

#[test]
fn who_has_a_grant_of_another_account_is_limited_at_home_all_the_same() {
    let granted =
        |case: Case| case.owned_by(AWAY).guard(Kind::Key, &naming("Allow", r#"{"AWS":"444455556666"}"#, "kms:*"));
    let alice = || granted(key(alice())).grant("AIDAALICE", &[DECRYPT], vec![]);
    assert!(alice().is_allowed());
    assert!(!alice().boundary(&plain("Allow", "s3:*")).is_allowed());
    assert!(!alice().identity(&plain("Deny", DECRYPT)).is_allowed());
    let session = || granted(key(session())).grant("AROAAPP", &[DECRYPT], vec![]);
    assert!(session().is_allowed() && !session().session(&plain("Allow", "s3:*")).is_allowed());
}
