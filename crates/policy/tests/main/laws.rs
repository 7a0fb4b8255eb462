//! Laws that hold whatever the policies say.

use crate::case::*;
use policy::{Context, Kind, Policy, PolicyType};
use proptest::prelude::*;

/// A statement that may or may not speak about the request of a case.
fn statement() -> impl Strategy<Value = String> {
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    let action = prop::sample::select(vec![
        r#""Action":"*""#,
        r#""Action":"s3:*""#,
        r#""Action":["sqs:*","s3:GetObject"]"#,
        r#""Action":"s3:Put*""#,
        r#""NotAction":"s3:Put*""#,
        r#""NotAction":["s3:Get*","iam:*"]"#,
    ]);
    let resource = prop::sample::select(vec![
        r#""Resource":"*""#,
        r#""Resource":"arn:aws:s3:::bucket/*""#,
        r#""Resource":"arn:aws:s3:::${aws:username}/*""#,
        r#""NotResource":"arn:aws:s3:::other/*""#,
        r#""Resource":["arn:aws:s3:::other/*","arn:aws:s3:*:*:b*y"]"#,
    ]);
    let condition = prop::sample::select(vec![
        r#"{}"#,
        r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
        r#"{"StringNotEquals":{"x:key":"a"}}"#,
        r#"{"StringEquals":{"x:set":"a"}}"#,
        r#"{"ForAllValues:StringLike":{"x:set":"a*"},"Null":{"x:none":"true"}}"#,
        r#"{"NumericLessThanIfExists":{"x:key":"3"}}"#,
    ]);
    (effect, action, resource, condition).prop_map(|(effect, action, resource, condition)| {
        format!(r#"{{"Effect":"{effect}",{action},{resource},"Condition":{condition}}}"#)
    })
}

fn policies() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(statement(), 0..4), 4)
}

fn principals(text: &str) -> String {
    text.replace(r#"{"Effect":"#, r#"{"Principal":"*","Effect":"#)
}

/// A case with an identity policy, a boundary, a service control policy and the resource's policy.
fn case_of(parts: &[Vec<String>]) -> Case {
    let [identity, boundary, scp, guard] = parts else { panic!() };
    let text = |part: &[String]| statements(&part.join(","));
    let mut context = Context::new(NOW);
    context.set("aws:SecureTransport", true);
    context.set("x:key", "b");
    context.set_many("x:set", vec!["a".to_owned(), "ab".to_owned()]);
    let mut case = ask(alice()).identity(&text(identity)).boundary(&text(boundary)).scp(&[&[&text(scp)]]);
    case = case.bucket(&principals(&text(guard)));
    case.context = context;
    case
}

fn with(parts: &[Vec<String>], part: usize, more: &str) -> Case {
    let mut parts = parts.to_vec();
    parts[part].push(more.to_owned());
    case_of(&parts)
}

const DENY: &str = r#"{"Effect":"Deny","Action":"s3:Get*","Resource":"*"}"#;
const ALLOW: &str = r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#;
const UNRELATED: &str = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;
const OTHER_DENY: &str = r#"{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::elsewhere/*"}"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_explicit_deny_always_wins(parts in policies(), part in 0..4_usize) {
        let case = with(&parts, part, DENY);
        prop_assert!(!case.is_allowed());
        prop_assert!(case.denied_by().is_some());
    }

    #[test]
    fn a_deny_never_allows(parts in policies(), part in 0..4_usize, deny in statement()) {
        let deny = deny.replace("\"Allow\"", "\"Deny\"");
        if with(&parts, part, &deny).is_allowed() {
            prop_assert!(case_of(&parts).is_allowed());
        }
    }

    #[test]
    fn an_allow_never_denies(parts in policies(), part in 0..4_usize, allow in statement()) {
        let allow = allow.replace("\"Deny\"", "\"Allow\"");
        if case_of(&parts).is_allowed() {
            prop_assert!(with(&parts, part, &allow).is_allowed());
        }
    }

    #[test]
    fn an_unrelated_statement_changes_nothing(parts in policies(), part in 0..4_usize) {
        let before = case_of(&parts);
        for unrelated in [UNRELATED, OTHER_DENY] {
            let after = with(&parts, part, unrelated);
            prop_assert_eq!(after.is_allowed(), before.is_allowed());
            prop_assert_eq!(after.message(), before.message());
        }
    }

    #[test]
    fn the_order_of_statements_is_irrelevant(parts in policies()) {
        let reversed: Vec<Vec<String>> = parts.iter().map(|part| part.iter().rev().cloned().collect()).collect();
        let (one, other) = (case_of(&parts), case_of(&reversed));
        prop_assert_eq!(one.is_allowed(), other.is_allowed());
        prop_assert_eq!(one.message(), other.message());
    }

    #[test]
    fn it_does_not_matter_how_statements_are_spread_over_policies(parts in policies()) {
        let mut spread = case_of(&parts);
        spread.identity.clear();
        for statement in &parts[0] {
            spread = spread.identity(&statements(statement));
        }
        prop_assert_eq!(spread.is_allowed(), case_of(&parts).is_allowed());
    }

    #[test]
    fn a_boundary_never_gives(parts in policies()) {
        let bounded = case_of(&parts);
        let mut free = bounded.clone();
        free.boundary = None;
        if bounded.is_allowed() {
            prop_assert!(free.is_allowed());
        }
    }

    #[test]
    fn doubt_never_helps(parts in policies()) {
        // Names given twice, in another case: whatever asks for them is in doubt.
        let mut doubtful = case_of(&parts);
        doubtful.context.set("X:KEY", "b");
        if doubtful.is_allowed() {
            prop_assert!(case_of(&parts).is_allowed());
        }
    }

    #[test]
    fn what_is_allowed_lacks_nothing_and_what_is_denied_lacks_something(parts in policies()) {
        let case = case_of(&parts);
        let explained = case.explain();
        prop_assert_eq!(explained.decision.is_allowed(), case.decide().is_allowed());
        prop_assert_eq!(explained.missing.is_empty(), explained.decision.is_allowed());
        if let Some(lacking) = case.lacks() {
            prop_assert_eq!(explained.unmet.first(), Some(&lacking));
        }
    }
}

/// Wildcards as one would write them down: each character by itself.
fn reference(pattern: &[char], text: &[char]) -> bool {
    let mut reachable = vec![false; text.len() + 1];
    reachable[0] = true;
    for wanted in pattern {
        let before = reachable.clone();
        for at in 0..=text.len() {
            reachable[at] = match wanted {
                '*' => before[at] || at > 0 && reachable[at - 1],
                '?' => at > 0 && before[at - 1],
                plain => at > 0 && before[at - 1] && text[at - 1] == *plain,
            };
        }
    }
    reachable[text.len()]
}

fn like(pattern: &str, value: &str) -> bool {
    let text = statements(&format!(
        r#"{{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{{"StringLike":{{"x:key":{}}}}}}}"#,
        serde_json::Value::from(pattern)
    ));
    let mut case = ask(alice()).identity(&text);
    case.context.set("x:key", value.to_owned());
    case.decide().is_allowed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wildcards_match_what_the_reference_matches(pattern in "[ab\u{e9}*?]{0,12}", text in "[ab\u{e9}]{0,12}") {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(like(&pattern, &text), reference(&characters(&pattern), &characters(&text)));
    }

    #[test]
    fn stars_alone_match_what_the_reference_matches(pattern in "[ab*]{0,16}", text in "[ab]{0,24}") {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(like(&pattern, &text), reference(&characters(&pattern), &characters(&text)));
    }
}

#[test]
fn the_policy_that_stands_for_an_unreadable_one_denies_everything() {
    for (kind, part) in [(Kind::Identity, 0), (Kind::Managed, 1), (Kind::ServiceControl, 2), (Kind::Resource, 3)] {
        let everything = vec![vec![ALLOW.to_owned()]; 4];
        let mut case = case_of(&everything);
        assert!(case.is_allowed());
        let denying = policy::Attached::new("broken", policy::Origin::Managed, Policy::denying(kind).into());
        let expected = match part {
            0 => {
                case.identity.push(denying);
                PolicyType::Identity
            }
            1 => {
                case.boundary = Some(denying);
                PolicyType::Boundary
            }
            2 => {
                case.scp[0].push(denying);
                PolicyType::ServiceControl
            }
            _ => {
                case.guard = Some(denying);
                PolicyType::Resource
            }
        };
        assert_eq!(case.denied_by(), Some(expected));
        assert!(case.explain().missing[0].contains("ThisPolicyCannotBeRead"));
    }
}
