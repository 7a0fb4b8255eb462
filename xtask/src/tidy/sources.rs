//! What each file must and must not hold.

use super::Findings;

/// A file beyond this is two files.
const MAX_LINES: usize = 800;
/// A file beyond this deserves a second look.
const MANY_LINES: usize = 500;

/// Files that may say `unsafe`, with the argument in a comment at each place.
const MAY_BE_UNSAFE: &[&str] = &["crates/primitives/src/ffi.rs", "crates/primitives/src/linkage.rs"];

/// The one reason to leave a test out: it is not one, but a process that a test starts.
const CHILD: &str = " = \"started by";

/// Words that are promises nobody keeps.
const LEFT_OVER: &[&str] = &["TODO", "FIXME", "XXX"];

/// Places on somebody's machine, and package servers of somebody's network.
const LOCAL: &[&str] = &["/root/", "/Users/", "/work/", "index-url", "CARGO_REGISTRIES"];

/// Kinds of files that people write.
const WRITTEN: &[&str] = &["rs", "py", "md", "toml", "txt", "sh", "yml", "ini"];

/// Checks one file of the checkout.
pub(super) fn check(name: &str, text: &str, findings: &mut Findings) {
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
    // This file names what others must not.
    if !WRITTEN.contains(&kind) || name == "xtask/src/tidy/sources.rs" {
        return;
    }
    let mut error = |line: usize, what: &str| findings.errors.push(format!("{name}:{line}: {what}"));
    for (index, line) in text.lines().enumerate() {
        for word in LOCAL.iter().filter(|word| has_path(line, word)) {
            error(index + 1, &format!("`{word}` belongs to one machine or network"));
        }
        if kind == "md" {
            continue;
        }
        for word in LEFT_OVER.iter().filter(|word| has_word(line, word)) {
            error(index + 1, &format!("`{word}`: do it, or delete it"));
        }
    }
    if kind == "rs" {
        check_rust(name, text, findings);
    }
}

fn check_rust(name: &str, text: &str, findings: &mut Findings) {
    if !text.starts_with("//! ") {
        findings.errors.push(format!("{name}:1: begin with `//!`: what the file is for and what it guarantees"));
    }
    let lines = text.lines().count();
    let is_generated =
        name == "crates/model/src/services.rs" || name.starts_with("services/") && name.ends_with("/src/api.rs");
    if lines > MAX_LINES && !is_generated {
        findings.errors.push(format!("{name}: {lines} lines; at most {MAX_LINES}, one idea in each file"));
    } else if lines > MANY_LINES && !is_generated {
        findings.warnings.push(format!("{name}: {lines} lines; is it one idea?"));
    }
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let skipped = code.trim_start().strip_prefix("#[ignore");
        if skipped.is_some_and(|reason| !reason.starts_with(CHILD)) {
            findings.errors.push(format!("{name}:{}: a test that is not run proves nothing", index + 1));
        }
        if has_word(code, "unsafe") && !MAY_BE_UNSAFE.contains(&name) {
            findings.errors.push(format!("{name}:{}: `unsafe` is not allowed here", index + 1));
        }
    }
}

/// Whether `path` stands in `line`, and not as the end of a longer one.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|before| before.is_alphanumeric() || matches!(before, '_' | '.' | '}' | '<' | '>'))
    })
}

/// Whether `word` stands in `line` by itself, not within another word or a text.
fn has_word(line: &str, word: &str) -> bool {
    let inside = |character: char| character.is_alphanumeric() || matches!(character, '_' | '"' | '`');
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(name: &str, text: &str) -> usize {
        let mut findings = Findings::default();
        check(name, text, &mut findings);
        findings.errors.len()
    }

    #[test]
    fn a_file_says_what_it_is_for_and_is_not_too_long() {
        assert_eq!(errors("crates/a/src/b.rs", "//! Something.\n"), 0);
        assert_eq!(errors("crates/a/src/b.rs", "use std::io;\n"), 1);
        let long = format!("//! Long.\n{}", "\n".repeat(MAX_LINES));
        assert_eq!(errors("crates/a/src/b.rs", &long), 1);
        assert_eq!(errors("services/a/src/api.rs", &long), 0);
    }

    #[test]
    fn what_must_not_be_there_is_found_and_what_only_sounds_alike_is_not() {
        let with = |line: &str| errors("crates/a/src/b.rs", &format!("//! Something.\n{line}\n"));
        for bad in ["unsafe { f() }", "    #[ignore = \"slow\"]", "// TODO: later", "let a = \"/root/key\";"] {
            assert_eq!(with(bad), 1, "{bad}");
        }
        for good in [
            "#![forbid(unsafe_code)]",
            "// is unsafe to share",
            "let a = \"TODO\";",
            "// see #[ignore]",
            "#[ignore = \"started by a test\"]",
            "b\"fastness/root/kms\"",
        ] {
            assert_eq!(with(good), 0, "{good}");
        }
    }
}
