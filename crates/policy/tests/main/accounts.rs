//! Within an account and across: what has to allow, and what an allow skips.
//!
//! Source: IAM User Guide, "How AWS enforcement code logic evaluates requests", "Cross-account policy evaluation logic".

use crate::case::*;
use policy::{Decision, Grounds, Kind, PolicyType, Principal};

const ALLOW: &str = "Allow";
const DENY: &str = "Deny";

fn allow() -> String {
    plain(ALLOW, "s3:*")
}

fn nothing() -> String {
    plain(ALLOW, "sqs:*")
}

#[test]
fn everything_is_denied_until_a_policy_of_the_caller_allows_it() {
    assert_eq!(ask(alice()).lacks(), Some(PolicyType::Identity));
    assert_eq!(ask(alice()).identity(&nothing()).lacks(), Some(PolicyType::Identity));
    assert!(ask(alice()).identity(&nothing()).identity(&allow()).is_allowed());
}

#[test]
fn the_root_of_the_owning_account_is_allowed_and_still_denied_explicitly() {
    let root = Principal::root(account(HOME));
    assert!(matches!(ask(root.clone()).decide(), Decision::Allowed(Grounds::AccountRoot)));
    assert_eq!(ask(root.clone()).bucket(&naming(DENY, r#""*""#, "s3:*")).denied_by(), Some(PolicyType::Resource));
    assert_eq!(ask(root.clone()).owned_by(AWAY).lacks(), Some(PolicyType::Resource));
    let named = naming(ALLOW, r#"{"AWS":"111122223333"}"#, "s3:*");
    assert!(ask(root).owned_by(AWAY).bucket(&named).is_allowed());
}

#[test]
fn an_explicit_deny_of_any_policy_is_final() {
    let everything = || {
        ask(session())
            .identity(&allow())
            .boundary(&allow())
            .session(&allow())
            .scp(&[&[&allow()]])
            .rcp(&[&[&naming(ALLOW, r#""*""#, "*")]])
            .bucket(&naming(ALLOW, r#""*""#, "s3:*"))
            .endpoint(&naming(ALLOW, r#""*""#, "*"))
    };
    assert!(everything().is_allowed());
    let deny = plain(DENY, "s3:Get*");
    let deny_all = naming(DENY, r#""*""#, "s3:Get*");
    assert_eq!(everything().identity(&deny).denied_by(), Some(PolicyType::Identity));
    assert_eq!(everything().boundary(&deny).denied_by(), Some(PolicyType::Boundary));
    assert_eq!(everything().session(&deny).denied_by(), Some(PolicyType::Session));
    assert_eq!(everything().scp(&[&[&allow()], &[&allow(), &deny]]).denied_by(), Some(PolicyType::ServiceControl));
    assert_eq!(everything().rcp(&[&[&deny_all]]).denied_by(), Some(PolicyType::ResourceControl));
    assert_eq!(everything().bucket(&deny_all).denied_by(), Some(PolicyType::Resource));
    assert_eq!(everything().endpoint(&deny_all).denied_by(), Some(PolicyType::Endpoint));
}

#[test]
fn a_boundary_and_a_session_policy_limit_what_identity_policies_allow() {
    assert_eq!(ask(alice()).identity(&allow()).boundary(&nothing()).lacks(), Some(PolicyType::Boundary));
    assert!(ask(alice()).identity(&allow()).boundary(&allow()).is_allowed());
    assert_eq!(ask(alice()).boundary(&allow()).lacks(), Some(PolicyType::Identity));
    assert_eq!(ask(session()).identity(&allow()).session(&nothing()).lacks(), Some(PolicyType::Session));
    assert!(ask(session()).identity(&allow()).session(&nothing()).session(&allow()).is_allowed());
    assert!(ask(session()).identity(&allow()).is_allowed());
    assert_eq!(ask(session()).session(&allow()).lacks(), Some(PolicyType::Identity));
}

#[test]
fn a_federated_session_without_a_policy_has_no_permissions() {
    assert_eq!(ask(federated()).identity(&allow()).lacks(), Some(PolicyType::Session));
    assert!(ask(federated()).identity(&allow()).session(&allow()).is_allowed());
    let root = Principal { identity: policy::Identity::Federated { name: "bob".into(), user: None }, ..federated() };
    assert_eq!(ask(root.clone()).lacks(), Some(PolicyType::Session));
    assert!(ask(root).session(&allow()).is_allowed());
}

#[test]
fn session_policies_of_the_principal_count_though_none_are_given_beside_it() {
    let mut principal = session();
    let mut facts = (*principal.session.unwrap()).clone();
    facts.policies = vec![attach("passed", Kind::Session, &nothing())];
    principal.session = Some(facts.into());
    assert_eq!(ask(principal.clone()).identity(&allow()).lacks(), Some(PolicyType::Session));
    assert!(ask(principal).identity(&allow()).session(&allow()).is_allowed());
}

/// The table of implicit denies that an Allow of the resource's policy skips: identity, boundary, session.
#[test]
fn an_allow_of_the_resource_skips_what_the_documentation_says() {
    let user = r#"{"AWS":"arn:aws:iam::111122223333:user/team/alice"}"#;
    let role = r#"{"AWS":"arn:aws:iam::111122223333:role/app"}"#;
    let of_role = r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app/s1"}"#;
    let of_user = r#"{"AWS":"arn:aws:sts::111122223333:federated-user/bob"}"#;
    let everyone = r#""*""#;
    let home = r#"{"AWS":"111122223333"}"#;
    let rows = [
        (alice(), user, [true, true, true]),
        (session(), of_role, [true, true, true]),
        (federated(), of_user, [true, true, true]),
        (session(), role, [true, false, false]),
        (federated(), user, [true, false, false]),
        (alice(), everyone, [true, true, true]),
        (session(), everyone, [true, true, true]),
        (federated(), everyone, [true, true, true]),
        (alice(), home, [false, false, false]),
        (session(), home, [false, false, false]),
    ];
    for (principal, named, [identity, boundary, limit]) in rows {
        let base = || ask(principal.clone()).bucket(&naming(ALLOW, named, "s3:*"));
        // The session of GetFederationToken is limited in any case.
        let limited = || if principal.identity == federated().identity { base().session(&allow()) } else { base() };
        assert_eq!(limited().is_allowed(), identity, "identity: {principal:?} {named}");
        let allowed = || limited().identity(&allow());
        assert_eq!(allowed().boundary(&nothing()).is_allowed(), boundary, "boundary: {principal:?} {named}");
        let mut narrowed = base().identity(&allow());
        narrowed.session = None;
        if principal.session.is_some() {
            assert_eq!(narrowed.session(&nothing()).is_allowed(), limit, "session: {principal:?} {named}");
        }
    }
}

#[test]
fn across_accounts_both_sides_have_to_allow() {
    let named = naming(ALLOW, r#"{"AWS":"111122223333"}"#, "s3:*");
    let directly = naming(ALLOW, r#"{"AWS":"arn:aws:iam::111122223333:user/team/alice"}"#, "s3:*");
    assert_eq!(ask(alice()).owned_by(AWAY).identity(&allow()).lacks(), Some(PolicyType::Resource));
    for policy in [&named, &directly, &naming(ALLOW, r#""*""#, "s3:*")] {
        assert_eq!(ask(alice()).owned_by(AWAY).bucket(policy).lacks(), Some(PolicyType::Identity), "{policy}");
        assert!(ask(alice()).owned_by(AWAY).bucket(policy).identity(&allow()).is_allowed(), "{policy}");
        let bounded = ask(alice()).owned_by(AWAY).bucket(policy).identity(&allow()).boundary(&nothing());
        assert_eq!(bounded.lacks(), Some(PolicyType::Boundary), "{policy}");
        let limited = ask(session()).owned_by(AWAY).identity(&allow()).session(&nothing());
        assert!(!limited.bucket(policy).is_allowed(), "{policy}");
    }
    let other = naming(ALLOW, r#"{"AWS":"777788889999"}"#, "s3:*");
    assert_eq!(ask(alice()).owned_by(AWAY).bucket(&other).identity(&allow()).lacks(), Some(PolicyType::Resource));
}

#[test]
fn a_key_trusts_nobody_whom_its_policy_does_not_name() {
    let key = |principal: Principal, named: &str| {
        ask(principal).action("kms:Encrypt").guard(Kind::Key, &naming(ALLOW, named, "kms:*"))
    };
    let stranger = r#"{"AWS":"arn:aws:iam::111122223333:user/other"}"#;
    let home = r#"{"AWS":"arn:aws:iam::111122223333:root"}"#;
    let kms = plain(ALLOW, "kms:*");
    assert_eq!(key(alice(), stranger).identity(&kms).lacks(), Some(PolicyType::Resource));
    assert_eq!(key(Principal::root(account(HOME)), stranger).lacks(), Some(PolicyType::Resource));
    assert_eq!(key(alice(), home).lacks(), Some(PolicyType::Identity));
    assert!(key(alice(), home).identity(&kms).is_allowed());
    assert!(key(Principal::root(account(HOME)), home).is_allowed());
    assert!(key(alice(), r#"{"AWS":"arn:aws:iam::111122223333:user/team/alice"}"#).is_allowed());
}

#[test]
fn a_role_trusts_whom_its_policy_names_and_through_an_account_only_who_may_ask() {
    let trust = |principal: Principal, named: &str| {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{named},"Action":"sts:AssumeRole"}}]}}"#
        );
        ask(principal).action("sts:AssumeRole").on("arn:aws:iam::111122223333:role/app").guard(Kind::Trust, &text)
    };
    let may = plain(ALLOW, "sts:AssumeRole");
    let home = r#"{"AWS":"111122223333"}"#;
    assert_eq!(trust(alice(), r#"{"AWS":"444455556666"}"#).identity(&may).lacks(), Some(PolicyType::Trust));
    assert_eq!(trust(alice(), home).lacks(), Some(PolicyType::Identity));
    assert!(trust(alice(), home).identity(&may).is_allowed());
    assert!(trust(alice(), r#"{"AWS":"arn:aws:iam::111122223333:user/team/alice"}"#).is_allowed());
    assert!(trust(service(), r#"{"Service":["events.amazonaws.com"]}"#).is_allowed());
    assert_eq!(trust(service(), r#"{"Service":"ec2.amazonaws.com"}"#).lacks(), Some(PolicyType::Trust));
    assert_eq!(trust(service(), home).lacks(), Some(PolicyType::Trust));
}

#[test]
fn who_is_nobody_is_allowed_by_the_resource_alone() {
    assert_eq!(ask(anonymous()).lacks(), Some(PolicyType::Resource));
    assert_eq!(ask(anonymous()).identity(&allow()).lacks(), Some(PolicyType::Resource));
    let public = naming(ALLOW, r#""*""#, "s3:GetObject");
    assert!(ask(anonymous()).bucket(&public).is_allowed());
    assert!(ask(anonymous()).bucket(&naming(ALLOW, r#"{"AWS":"*"}"#, "s3:GetObject")).is_allowed());
    assert!(!ask(anonymous()).bucket(&naming(ALLOW, r#"{"AWS":"111122223333"}"#, "s3:GetObject")).is_allowed());
    assert!(ask(anonymous()).bucket(&public).scp(&[&[]]).is_allowed(), "no service control policy is about nobody");
    assert_eq!(ask(anonymous()).bucket(&public).rcp(&[&[]]).lacks(), Some(PolicyType::ResourceControl));
    assert_eq!(
        ask(anonymous()).bucket(&public).endpoint(&naming(ALLOW, r#""*""#, "sqs:*")).lacks(),
        Some(PolicyType::Endpoint)
    );
}

#[test]
fn an_allow_names_the_statement_that_it_rests_on() {
    let two = statements(
        r#"{"Sid":"Other","Effect":"Allow","Action":"sqs:*","Resource":"*"},
           {"Sid":"This","Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
    );
    let Decision::Allowed(Grounds::Statement(it)) = ask(alice()).identity(&two).decide() else { panic!() };
    assert_eq!((it.policy_type, it.statement, it.sid()), (PolicyType::Identity, 1, Some("This")));
    let (from, to) = it.position().unwrap();
    assert_eq!((from.line, from.column, to.line, to.column), (2, 12, 2, 74));
}
