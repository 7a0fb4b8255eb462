//! Principals: whom a statement names.
//!
//! Sources: IAM User Guide, "AWS JSON policy elements: Principal", "…: NotPrincipal".

use crate::case::*;
use policy::{Identity, Kind, PolicyType, Principal, SessionKind};

fn named(principal: Principal, entry: &str) -> bool {
    ask(principal).bucket(&naming("Allow", entry, "s3:*")).is_allowed()
}

#[test]
fn users_and_roles_are_who_their_unique_id_says() {
    assert!(named(alice(), r#"{"AWS":"AIDAALICE"}"#));
    assert!(named(session(), r#"{"AWS":"AROAAPP"}"#));
    assert!(named(session(), r#"{"AWS":"AROAAPP:s1"}"#));
    let again = Principal::user(account(HOME), "/team/", "alice", "AIDAAGAIN");
    assert!(!named(again, r#"{"AWS":"AIDAALICE"}"#));
    assert!(!named(session(), r#"{"AWS":"AROAAPP:s2"}"#));
    assert!(!named(session(), r#"{"AWS":"AROAOTHER"}"#));
}

#[test]
fn names_and_paths_are_compared_to_the_letter() {
    for (arn, expected) in [
        ("arn:aws:iam::111122223333:user/team/alice", true),
        ("arn:aws:iam::111122223333:user/team/Alice", false),
        ("arn:aws:iam::111122223333:user/alice", false),
        ("arn:aws:iam::111122223333:user/team/alice2", false),
        ("arn:aws:iam::444455556666:user/team/alice", false),
        ("arn:aws:iam::111122223333:role/team/alice", false),
    ] {
        assert_eq!(named(alice(), &format!(r#"{{"AWS":"{arn}"}}"#)), expected, "{arn}");
    }
    assert!(!named(session(), r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app/s2"}"#));
    assert!(!named(federated(), r#"{"AWS":"arn:aws:sts::111122223333:federated-user/carol"}"#));
}

#[test]
fn one_of_several_principals_is_enough() {
    let entry = r#"{"AWS":["444455556666","arn:aws:iam::111122223333:user/team/alice"],"Service":"ec2.amazonaws.com"}"#;
    assert!(named(alice(), entry));
    assert!(named(Principal::service(account(HOME), "ec2.amazonaws.com"), entry));
    assert!(!named(service(), entry));
}

#[test]
fn a_denied_account_is_everyone_in_it() {
    let deny = naming("Deny", r#"{"AWS":"111122223333"}"#, "s3:*");
    for principal in [alice(), session(), federated(), Principal::root(account(HOME))] {
        let asked = ask(principal).identity(&plain("Allow", "s3:*")).session(&plain("Allow", "s3:*")).bucket(&deny);
        assert_eq!(asked.denied_by(), Some(PolicyType::Resource));
    }
}

#[test]
fn a_denied_user_is_denied_in_the_sessions_that_it_asks_for() {
    let deny = naming("Deny", r#"{"AWS":"arn:aws:iam::111122223333:user/team/alice"}"#, "s3:*");
    let asked = ask(federated()).identity(&plain("Allow", "s3:*")).session(&plain("Allow", "s3:*"));
    assert_eq!(asked.bucket(&deny).denied_by(), Some(PolicyType::Resource));
}

#[test]
fn not_principal_spares_those_who_are_named_in_all_their_identities() {
    let rows = [
        (alice(), r#"["arn:aws:iam::111122223333:user/team/alice"]"#, false),
        (alice(), r#"["111122223333"]"#, false),
        (alice(), r#"["arn:aws:iam::111122223333:user/team/alice","111122223333"]"#, true),
        (session(), r#"["arn:aws:iam::111122223333:role/app","111122223333"]"#, false),
        (
            session(),
            r#"["arn:aws:iam::111122223333:role/app","arn:aws:sts::111122223333:assumed-role/app/s1","111122223333"]"#,
            true,
        ),
        (federated(), r#"["arn:aws:sts::111122223333:federated-user/bob","111122223333"]"#, true),
        (federated(), r#"["arn:aws:iam::111122223333:user/team/alice","111122223333"]"#, false),
        (Principal::root(account(HOME)), r#"["111122223333"]"#, true),
        (anonymous(), r#"["111122223333"]"#, false),
    ];
    for (principal, list, spared) in rows {
        let text = statements(&format!(
            r#"{{"Effect":"Deny","NotPrincipal":{{"AWS":{list}}},"Action":"s3:*","Resource":"*"}},
               {{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}"#
        ));
        let asked = ask(principal.clone()).bucket(&text);
        assert_eq!(asked.is_allowed(), spared, "{principal:?} {list}");
        let bounded = ask(principal.clone()).bucket(&text).boundary(&plain("Allow", "*"));
        assert!(!bounded.is_allowed(), "under a boundary nobody is spared: {principal:?}");
    }
}

#[test]
fn an_identity_provider_is_trusted_by_its_name_alone() {
    let google = Principal::new(
        account(HOME),
        Identity::External {
            kind: SessionKind::WebIdentity,
            provider: "accounts.google.com".into(),
            subject: "12345".into(),
        },
    );
    let trust = |effect: &str, named: &str| {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":{named},"Action":"sts:AssumeRoleWithWebIdentity"}}]}}"#
        );
        ask(google.clone()).action("sts:AssumeRoleWithWebIdentity").guard(Kind::Trust, &text)
    };
    assert!(trust("Allow", r#"{"Federated":"accounts.google.com"}"#).is_allowed());
    assert!(!trust("Allow", r#"{"Federated":"graph.facebook.com"}"#).is_allowed());
    assert!(!trust("Allow", r#""*""#).is_allowed());
    assert!(!trust("Allow", r#"{"AWS":"111122223333"}"#).is_allowed());
    assert_eq!(trust("Deny", r#""*""#).denied_by(), Some(PolicyType::Trust));
}
