//! What new authorization data says otherwise than the old: services and actions, keys and policies that came, went or
//! changed.

use super::pack::{policies_of, read, stem};
use super::texts;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// What is called what, and all that is said of it.
type Things = BTreeMap<String, String>;

/// Compares two folders of texts, a line for each difference; a folder that does not exist yet has no texts.
pub(super) fn report(before: &Path, after: &Path) -> Result<String, String> {
    let mut out = String::new();
    for (kind, read) in [("", services as fn(&Path) -> Result<Things, String>), ("policy ", policies)] {
        let (old, new) = (read(before)?, read(after)?);
        let mut changes = [("came", Vec::new()), ("went", Vec::new()), ("changed", Vec::new())];
        let [(_, came), (_, went), (_, changed)] = &mut changes;
        for (name, said) in &new {
            match old.get(name) {
                None => came.push(name),
                Some(before) if before != said => changed.push(name),
                Some(_) => {}
            }
        }
        went.extend(old.keys().filter(|name| !new.contains_key(*name)));
        for (what, names) in changes {
            for name in names {
                // Writing to a String cannot fail.
                let _ = writeln!(out, "{what}: {kind}{name}");
            }
        }
    }
    Ok(out)
}

/// `kms action Encrypt`, `kms key kms:ViaService`, `kms resource alias`, and what follows.
fn services(folder: &Path) -> Result<Things, String> {
    let mut things = Things::new();
    for path in texts(&folder.join("services"), "txt").unwrap_or_default() {
        let (prefix, text, mut last) = (stem(&path), read(&path)?, String::new());
        for line in text.lines() {
            if let Some(said) = line.strip_prefix("  ") {
                things.entry(last.clone()).or_default().push_str(said);
                continue;
            }
            let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
            let end = if kind == "resource" { "; " } else { " " };
            let (name, said) = if kind == "name" { ("", rest) } else { rest.split_once(end).unwrap_or((rest, "")) };
            last = format!("{prefix} {kind} {name}").trim_end().to_owned();
            things.insert(last.clone(), said.to_owned());
        }
    }
    Ok(things)
}

fn policies(folder: &Path) -> Result<Things, String> {
    let mut things = Things::new();
    for path in texts(&folder.join("policies"), "txt").unwrap_or_default() {
        for policy in policies_of(&stem(&path), &read(&path)?)? {
            things.insert(policy.name, format!("{} {}", policy.about, policy.document));
        }
    }
    Ok(things)
}
