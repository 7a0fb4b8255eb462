//! `cargo xtask settings [--check]`: writes `docs/guide/configuration.md`, which lists every setting.
//!
//! The list comes from the program itself, which reads its settings by the same table. So the page cannot promise a
//! setting that is not there, nor hold back one that is.

use crate::own;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const PAGE: &str = "docs/guide/configuration.md";

/// What stands before the list; its commands are run by a test, as those of every page.
const INTRODUCTION: &str = r#"# Configuration

Written by `cargo xtask settings` from the program's own table; a test fails when it is out of date.

Every setting of `fastness serve` and `fastness dev` can stand in a file (TOML) and in the environment, and the common ones
have a flag. Flags count more than the environment, that more than the file, that more than the defaults. In the
environment, `FASTNESS_` comes first, in capitals, with an underscore for the dot: `log.level` is `FASTNESS_LOG_LEVEL`.
Commas part the values of a list; an empty variable counts as not set.

```toml
# fastness.toml
region = "eu-central-1"
quotas = "off"
store_cache_mib = 8

[audit]
sync_window_ms = 0
```

```sh
FASTNESS_LOG_LEVEL=debug fastness config check --for dev --config fastness.toml
```

tells what that comes to, line by line with where each value is from, and starts nothing. A name that does not exist, a
value that makes no sense and settings that exclude each other are errors that name file, line and key:

```sh
echo 'regoin = "eu-central-1"' > slip.toml
! fastness config check --config slip.toml
```

```sh
fastness dev --config fastness.toml
```

```sh
test "$(aws kms create-key --region eu-central-1 --query KeyMetadata.KeyState --output text)" = Enabled
```

`fastness config` prints a file in which every setting stands with its default, as comments; `--json` gives the same to
programs, and `--for dev` those of `dev`. `fastness serve` reads the file named by `--config` or `FASTNESS_CONFIG`, else
`fastness.toml` in its data directory; `fastness dev` only one that is named. Relative paths count from where the program
is started.

The URL of a database can hold a password. It is never printed, logged or repeated in an error. Keep it in a file that only
the server reads (`store_file`, a systemd credential or a container's secret) or in the environment; other users of the
machine can see command lines. Of `store` and `store_file`, as of `listen` and `listeners`, the source that counts more
decides.

## Changes without a restart

SIGHUP has the server read its file again (`systemctl reload fastness`). Settings marked *live* below count from then on,
without a lost connection; certificates are read anew also where their paths are the same. The log says what was applied
and which changed settings wait for a restart. A file with a mistake changes nothing, and the log names line and key. A
process cannot see changes of its environment. Where the server gave up its user (`process.user`), the file must be
readable to the new one.
"#;

/// Writes the page, or with `check` only compares it. `binary` is a built server; without one it is built.
pub(crate) fn run(root: &Path, binary: Option<&Path>, check: bool) -> Result<(), String> {
    let mut settings = Vec::new();
    for program in ["serve", "dev"] {
        let answer = own::ask(root, binary, &["config", "--json", "--for", program])?;
        let Value::Array(of_program) = answer else { return Err("config --json is no list".into()) };
        settings.extend(of_program);
    }
    let page = page(&settings);
    let path = root.join(PAGE);
    if fs::read_to_string(&path).is_ok_and(|present| present == page) {
        return Ok(());
    }
    if check {
        return Err(format!("{PAGE} is not what the program says: run `cargo xtask settings`"));
    }
    fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()))
}

/// The page: settings by section, those of one program beside those of the other.
fn page(settings: &[Value]) -> String {
    let mut sections: Vec<&str> = Vec::new();
    for setting in settings {
        let section = text(setting, "section");
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    let mut page = INTRODUCTION.to_owned();
    for section in sections {
        let title = if section.is_empty() { "Without a section".to_owned() } else { format!("`[{section}]`") };
        // A text can be written to without failing.
        let _ = write!(page, "\n## {title}\n\n| Setting | Default | |\n|---|---|---|\n");
        let mut seen: Vec<&str> = Vec::new();
        for setting in settings.iter().filter(|setting| text(setting, "section") == section) {
            // A setting of both programs is told by both.
            if !seen.contains(&text(setting, "key")) {
                seen.push(text(setting, "key"));
                row(&mut page, setting);
            }
        }
    }
    page
}

fn row(page: &mut String, setting: &Value) {
    let flag = match text(setting, "flag") {
        "" => String::new(),
        flag if text(setting, "value").is_empty() => format!("<br>`{flag}`"),
        flag => format!("<br>`{flag} {}`", cell(text(setting, "value"))),
    };
    let default = match text(setting, "default") {
        "" => "none".to_owned(),
        default => format!("`{}`", cell(default)),
    };
    let mut words = vec![cell(&text(setting, "doc").lines().collect::<Vec<_>>().join(" "))];
    let programs: Vec<&str> =
        setting.get("programs").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    match (setting.get("least"), setting.get("most")) {
        (Some(least), Some(most)) => words.push(format!("From {least} to {most}.")),
        _ => words.push(format!("Example: `{}`.", cell(text(setting, "example")))),
    }
    if let Some(choices) = setting.get("choices").and_then(Value::as_array) {
        let choices: Vec<_> = choices.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect();
        let example = words.len() - 1;
        if let Some(words) = words.get_mut(example) {
            *words = format!("One of {}.", choices.join(", "));
        }
    }
    for field in setting.get("fields").and_then(Value::as_array).into_iter().flatten() {
        let default = match text(field, "default") {
            "" => "required".to_owned(),
            default => format!("default `{default}`"),
        };
        words.push(format!("<br>`{}` ({default}): {}", text(field, "name"), cell(text(field, "doc"))));
    }
    if !text(setting, "alias").is_empty() {
        words.push(format!("Older name: `{}`.", text(setting, "alias")));
    }
    if let [only] = programs.as_slice() {
        words.push(format!("`{only}` alone."));
    }
    if setting.get("reload").and_then(Value::as_bool) == Some(true) {
        words.push("*live*".to_owned());
    }
    let name = if setting.get("fields").is_some() {
        format!("`[[{}]]`", text(setting, "name"))
    } else {
        format!("`{}`", text(setting, "name"))
    };
    let _ = writeln!(page, "| {name}{flag} | {default} | {} |", words.join(" "));
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_setting_of_both_programs_has_one_row_with_what_there_is_to_know() {
        let setting = json!({
            "key": "log.level", "section": "log", "name": "level", "flag": "--log-level", "value": "a|b",
            "default": "\"a\"", "example": "\"b\"", "doc": "One.\nTwo.", "choices": ["a", "b"], "reload": true,
            "programs": ["dev", "serve"],
        });
        let page = page(&[setting.clone(), setting]);
        let row = "| `level`<br>`--log-level a\\|b` | `\"a\"` | One. Two. One of `a`, `b`. *live* |\n";
        assert_eq!(page.matches(row).count(), 1, "{page}");
        assert!(page.contains("\n## `[log]`\n"));
    }
}
