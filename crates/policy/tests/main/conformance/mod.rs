//! The published cases of `conformance/authorization`: written here, answered by the naive evaluator.
//!
//! `FASTNESS_WRITE_CONFORMANCE=1 cargo test -p fastness-policy conformance` writes the files; without it, the tests below
//! insist that the files are what would be written. Where a case states what must come of it, the naive evaluator has to
//! agree before anything is written.

mod actions;
mod case;
mod cross_account;
mod documents;
mod endpoints;
mod grants;
mod keys;
mod logic;
mod messages;
mod operators;
mod organizations;
pub(crate) mod people;
mod principals;
pub(crate) mod real;
mod resources;
mod roles;
mod rules;
mod same_account;
mod values;
mod variables;

use case::Case;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// The files, and what is in them.
fn files() -> Vec<(&'static str, Vec<Case>)> {
    vec![
        ("conditions.jsonl", [logic::cases(), values::cases()].concat()),
        ("operators.jsonl", operators::cases()),
        ("elements.jsonl", [actions::cases(), resources::cases()].concat()),
        ("variables.jsonl", variables::cases()),
        ("principals.jsonl", principals::cases()),
        ("same-account.jsonl", same_account::cases()),
        ("cross-account.jsonl", cross_account::cases()),
        ("organizations.jsonl", organizations::cases()),
        ("endpoints.jsonl", endpoints::cases()),
        ("keys.jsonl", keys::cases()),
        ("grants.jsonl", grants::cases()),
        ("roles.jsonl", roles::cases()),
        ("messages.jsonl", messages::cases()),
    ]
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance/authorization")
}

/// Every file's text, and the list of rules. A question that stands in several tables is asked once.
fn written() -> Vec<(&'static str, String)> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut disagreements = Vec::new();
    let mut asked = HashSet::new();
    let mut texts = Vec::new();
    for (file, cases) in files() {
        let mut text = String::new();
        for case in cases.iter().filter(|case| asked.insert(case.value().to_string())) {
            let number = numbers.entry(case.rule().id).or_default();
            *number += 1;
            match case.line(&format!("{}-{number}", case.rule().id)) {
                Ok(line) => text.push_str(&(line + "\n")),
                Err(disagreement) => disagreements.push(disagreement),
            }
        }
        texts.push((file, text));
    }
    assert!(disagreements.is_empty(), "{} disagreements:\n{}", disagreements.len(), disagreements.join("\n"));
    texts.push(("RULES.md", list_of_rules(&numbers)));
    texts
}

fn list_of_rules(numbers: &BTreeMap<&str, usize>) -> String {
    let total: usize = numbers.values().sum();
    let mut text = format!(
        "# The rules\n\n{total} cases exercise {} rules of AWS's documentation. Written with the cases.\n",
        rules::RULES.len()
    );
    let mut page = "";
    for rule in rules::RULES {
        if rule.page != page {
            page = rule.page;
            text.push_str(&format!(
                "\n[{page}](https://docs.aws.amazon.com/{page})\n\n| Rule | Says | Cases |\n|---|---|---|\n"
            ));
        }
        let cases = numbers.get(rule.id).unwrap_or_else(|| panic!("no case exercises {}", rule.id));
        text.push_str(&format!("| `{}` | {} | {cases} |\n", rule.id, rule.says));
    }
    text
}

#[test]
fn the_published_cases_are_what_the_generator_writes() {
    for (file, text) in written() {
        let path = folder().join(file);
        if std::env::var_os("FASTNESS_WRITE_CONFORMANCE").is_some() {
            std::fs::write(path, text).unwrap();
        } else {
            let published = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                published == text,
                "{file} differs: FASTNESS_WRITE_CONFORMANCE=1 writes it, then review the difference"
            );
        }
    }
}

/// The published cases, parsed.
fn published() -> Vec<Value> {
    let mut cases = Vec::new();
    for (file, _) in files() {
        let text = std::fs::read_to_string(folder().join(file)).unwrap();
        cases.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
    }
    cases
}

#[test]
fn there_are_many_cases_of_every_kind_of_principal_policy_and_decision() {
    let cases = published();
    assert!(cases.len() >= 1_500, "{}", cases.len());
    let ids: HashSet<_> = cases.iter().map(|case| case["id"].to_string()).collect();
    assert_eq!(ids.len(), cases.len(), "an id is given twice");
    let count = |pointer: &str, wanted: &str| {
        cases.iter().filter(|case| case.pointer(pointer).is_some_and(|value| value == wanted)).count()
    };
    for kind in ["root", "user", "role", "federated", "service", "anonymous", "webIdentity", "saml"] {
        assert!(count("/principal/type", kind) >= 5, "{kind}");
    }
    for decision in ["allow", "implicitDeny", "explicitDeny"] {
        assert!(count("/expect/decision", decision) >= 200, "{decision}");
    }
    for policy in ["identity", "resource", "boundary", "session", "scp", "rcp", "endpoint"] {
        let given = cases.iter().filter(|case| case["policies"].get(policy).is_some()).count();
        assert!(given >= 50 && count("/expect/by", policy) >= 10, "{policy}: {given}");
    }
}
