//! `fastness policy check`: what is wrong with policy documents, by file, line and column.
//!
//! What AWS would refuse is an error, in AWS's words; so is what it takes and what cannot do what it says. Everything else
//! is worth a look.

use super::vocabulary::Tables;
use super::{KINDS, Outcome, reach, say};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches};
use policy::{Document, Finding, Kind, Severity, lint};
use serde_json::{Value, json};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The most that is read of a file: four bytes for each character that a document can have.
const FILE_MAX: u64 = 4 * policy::MAX_CHARACTERS as u64 + 1;

const FILES: &str = "Files with a JSON document each; - is standard input";
const KIND: &str = "What the documents are for [default: what they look like]";

pub(super) fn describe() -> clap::Command {
    let files = Arg::new("files").value_name("FILE").num_args(1..).required(true);
    let kinds = PossibleValuesParser::new(KINDS.map(|(name, _)| name));
    clap::Command::new("check")
        .about("Find what is wrong with policy documents")
        .arg(files.value_parser(clap::value_parser!(PathBuf)).help(FILES))
        .arg(Arg::new("kind").long("kind").value_name("KIND").value_parser(kinds).help(KIND))
        .arg(
            Arg::new("strict")
                .long("strict")
                .action(ArgAction::SetTrue)
                .help("Fail on every finding, not only on errors"),
        )
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let chosen = super::arguments::text(matches, "kind");
    let chosen = chosen.and_then(|chosen| KINDS.iter().find(|(name, _)| *name == chosen)).map(|(_, kind)| *kind);
    let (mut errors, mut others, mut files) = (0, 0, Vec::new());
    for path in matches.get_many::<PathBuf>("files").into_iter().flatten() {
        let name = path.display().to_string();
        let text = read(path).map_err(|error| format!("{name}: {error}"))?;
        let kind = chosen.unwrap_or_else(|| look(&text));
        let findings = findings(kind, &text);
        let wrong = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        errors += wrong;
        others += findings.len() - wrong;
        if matches.get_flag("json") {
            files.push(in_json(&name, kind, &findings));
        } else {
            findings.iter().for_each(|finding| say(&line(&name, finding)));
        }
    }
    if matches.get_flag("json") {
        say(&json!({ "files": files, "errors": errors, "others": others }).to_string());
    }
    let told = format!("{}, {}", counted(errors, "error"), counted(others, "other finding"));
    if errors > 0 || others > 0 && matches.get_flag("strict") { Err(told) } else { Ok(()) }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let source: Box<dyn Read> =
        if path == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(fs::File::open(path)?) };
    source.take(FILE_MAX).read_to_end(&mut text)?;
    Ok(text)
}

/// What is wrong with a text as a document of that kind, in its order.
pub(super) fn findings(kind: Kind, text: &[u8]) -> Vec<Finding> {
    match Document::parse(kind, text) {
        Ok(document) => {
            let mut findings = lint(&document, Some(&Tables));
            findings.extend(reach::findings(&document));
            findings.sort_by_key(|finding| finding.from);
            findings
        }
        Err(malformed) => {
            let message = format!("{} ({})", malformed.message, malformed.detail);
            let (from, to) = (malformed.at, malformed.at);
            vec![Finding { severity: Severity::Error, code: "MALFORMED", message, from, to }]
        }
    }
}

/// What a document looks like: one that names principals is for a resource, and which one its actions tell.
fn look(text: &[u8]) -> Kind {
    let document = serde_json::from_slice::<Value>(text).unwrap_or_default();
    let statements = document.get("Statement").map_or(&[] as &[Value], several);
    let has_principal = |statement: &Value| statement.get("Principal").or(statement.get("NotPrincipal")).is_some();
    if !statements.iter().any(has_principal) {
        return Kind::Identity;
    }
    let of = |statement: &Value| statement.get("Action").cloned().unwrap_or_default();
    let actions = statements.iter().map(of).collect::<Vec<_>>();
    let actions = actions.iter().flat_map(several).filter_map(Value::as_str).collect::<Vec<_>>();
    let all = |prefix: &str| {
        let begins = |action: &&str| action.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        !actions.is_empty() && actions.iter().all(begins)
    };
    if all("sts:") {
        Kind::Trust
    } else if all("kms:") {
        Kind::Key
    } else {
        Kind::Resource
    }
}

/// The values of an array, or the one that is there instead.
fn several(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// `app.json:3:17: warning: … [INVALID_ACTION]`, as editors and CI understand it.
fn line(file: &str, finding: &Finding) -> String {
    format!("{file}:{finding}")
}

fn in_json(file: &str, kind: Kind, findings: &[Finding]) -> Value {
    let finding = |Finding { severity, code, message, from, to }: &Finding| {
        json!({
            "severity": severity.as_str(),
            "code": code,
            "message": message,
            "line": from.line,
            "column": from.column,
            "endLine": to.line,
            "endColumn": to.column,
        })
    };
    let kind = KINDS.iter().find(|(_, known)| *known == kind).map(|(name, _)| name);
    json!({ "file": file, "kind": kind, "findings": findings.iter().map(finding).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_taken_for_what_it_looks_like() {
        let kind = |statement: &str| look(format!(r#"{{"Statement":[{statement}]}}"#).as_bytes());
        assert_eq!(kind(r#"{"Action":"kms:Encrypt"}"#), Kind::Identity);
        assert_eq!(kind(r#"{"Principal":"*","Action":"s3:GetObject"}"#), Kind::Resource);
        assert_eq!(kind(r#"{"NotPrincipal":{"AWS":"1"},"Action":["kms:*","s3:*"]}"#), Kind::Resource);
        assert_eq!(kind(r#"{"Principal":"*","Action":["KMS:Encrypt","kms:*"]}"#), Kind::Key);
        assert_eq!(kind(r#"{"Principal":"*","Action":"sts:AssumeRole"}"#), Kind::Trust);
        assert_eq!(look(br#"{"Statement":{"Principal":"*","Action":"sts:AssumeRole"}}"#), Kind::Trust);
        assert_eq!(look(b"no JSON"), Kind::Identity);
        assert_eq!(look(b"\xff"), Kind::Identity);
    }

    #[test]
    fn what_is_refused_is_an_error_in_awss_words_at_its_place() {
        let found = findings(Kind::Identity, b"{\n  \"Version\": \"2011\"\n}");
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((finding.severity, finding.code), (Severity::Error, "MALFORMED"));
        let text = line("a.json", finding);
        assert!(text.starts_with("a.json:2:14: error: The policy must contain a valid version string"), "{text}");
        assert!(text.ends_with("[MALFORMED]"), "{text}");
    }
}
