//! `cargo xtask status [--check]`: writes `docs/status.md`, which tells what is implemented.
//!
//! The list of what is served comes from the program itself, which reads the registry that the road reads; the list of
//! what AWS has comes from the models. So the page cannot promise anything.

use crate::own;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use xtask::source::{self, Source};

const PAGE: &str = "docs/status.md";

/// Columns of the page.
const WIDTH: usize = 120;

/// Writes the page, or with `check` only compares it. `binary` is a built server; without one it is built.
pub(crate) fn run(root: &Path, binary: Option<&Path>, check: bool) -> Result<(), String> {
    let served = own::ask(root, binary, &["operations", "--json"])?;
    let mut services = Vec::new();
    for name in source::services(root)? {
        let all = Source::read(root, &name)?.operations.into_keys().collect();
        services.push((served_operations(&served, &name), all, name));
    }
    let page = page(&services)?;
    let path = root.join(PAGE);
    if fs::read_to_string(&path).is_ok_and(|present| present == page) {
        return Ok(());
    }
    if check {
        return Err(format!("{PAGE} is not what the registry says: run `cargo xtask status`"));
    }
    fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()))
}

fn served_operations(served: &Value, service: &str) -> BTreeSet<String> {
    let services = served.get("services").and_then(Value::as_array).into_iter().flatten();
    let of_service = services.filter(|entry| entry.get("name").and_then(Value::as_str) == Some(service));
    let operations = of_service.filter_map(|entry| entry.get("operations")?.as_array()).flatten();
    operations.filter_map(|operation| operation.get("name")?.as_str().map(str::to_owned)).collect()
}

/// One table of all services, then what each one has and lacks.
fn page(services: &[(BTreeSet<String>, BTreeSet<String>, String)]) -> Result<String, String> {
    let (mut table, mut chapters, mut sums) = (String::new(), String::new(), (0, 0));
    for (served, all, name) in services {
        if let Some(unknown) = served.difference(all).next() {
            return Err(format!("{name}: {unknown} is served and in no model"));
        }
        let missing: BTreeSet<&str> = all.difference(served).map(String::as_str).collect();
        sums = (sums.0 + served.len(), sums.1 + all.len());
        // A text can be written to without failing.
        let _ = writeln!(table, "| [{name}](#{name}) | {} | {} |", served.len(), all.len());
        let _ = write!(chapters, "\n## {name}\n");
        if !served.is_empty() {
            let served = served.iter().map(String::as_str).collect();
            let _ = write!(chapters, "\nImplemented:\n{}", names(&served));
        }
        if !missing.is_empty() {
            let (count, names) = (missing.len(), names(&missing));
            let _ = write!(chapters, "\n<details><summary>Not implemented: {count}</summary>\n\n{names}\n</details>\n");
        }
    }
    let (implemented, all) = sums;
    Ok(format!(
        "# What is implemented\n\nWritten by `cargo xtask status` from the registry; a test fails when it is out of date. Every operation of \
         every service\nin this table is understood in every protocol that AWS speaks for it: routed, authenticated, decoded and checked \
         against\nAWS's model. What is not implemented then answers 501 with the operation's name.\n\n{implemented} of {all} operations \
         of {} services are implemented.\n\n| service | implemented | of |\n|---|---|---|\n{table}{chapters}",
        services.len()
    ))
}

/// Names with commas, wrapped.
fn names(operations: &BTreeSet<&str>) -> String {
    let (mut out, mut width) = (String::new(), 0);
    for (index, name) in operations.iter().enumerate() {
        let end = if index + 1 == operations.len() { "." } else { "," };
        let length = name.len() + end.len();
        if width > 0 && width + 1 + length > WIDTH {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(name);
        out.push_str(end);
        width += length;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_page_tells_what_is_there_and_what_is_not() {
        let served = json!({ "services": [{ "name": "kms", "operations": [{ "name": "Encrypt" }] }] });
        let all = ["Decrypt", "Encrypt"].map(str::to_owned).into();
        let page = page(&[(served_operations(&served, "kms"), all, "kms".into())]).unwrap();
        assert!(page.contains("| [kms](#kms) | 1 | 2 |"));
        assert!(page.contains("1 of 2 operations of 1 services"));
        assert!(page.contains("\nImplemented:\nEncrypt.\n"));
        assert!(page.contains("<details><summary>Not implemented: 1</summary>\n\nDecrypt.\n\n</details>\n"));
    }

    #[test]
    fn long_lists_are_wrapped() {
        let all = (100..120).map(|number| format!("Operation{number}")).collect::<Vec<_>>();
        let written = names(&all.iter().map(String::as_str).collect());
        assert!(written.lines().count() > 1 && written.lines().all(|line| line.len() <= WIDTH && !line.ends_with(' ')));
        assert_eq!(written.split_whitespace().count(), 20);
    }

    #[test]
    fn what_is_served_must_be_in_a_model() {
        let served = ["Invented".to_owned()].into();
        assert!(page(&[(served, BTreeSet::new(), "kms".into())]).is_err());
    }
}
