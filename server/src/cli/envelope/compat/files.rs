//! Arguments in files: `@FILE` stands for the words of that file, which may be quoted, commented, and name variables.
//!
//! Source: the official tool's guide, and Python's `shlex`, by which it reads them (both kinds of quotes know escapes).

use std::env;
use std::fs;

/// How deep files may name files.
const DEPTH_MAX: usize = 16;
/// How many arguments there may be in the end.
const ARGUMENTS_MAX: usize = 100_000;
/// How long such a file may be.
const FILE_MAX: u64 = 16 << 20;

/// Puts the words of files in their place.
pub(super) fn expand(arguments: Vec<String>) -> Result<Vec<String>, String> {
    let mut expanded = Vec::with_capacity(arguments.len());
    add(arguments, 0, &mut expanded)?;
    Ok(expanded)
}

fn add(arguments: Vec<String>, depth: usize, expanded: &mut Vec<String>) -> Result<(), String> {
    for argument in arguments {
        match argument.strip_prefix('@') {
            Some(path) if depth < DEPTH_MAX => add(read(path)?, depth + 1, expanded)?,
            Some(path) => return Err(format!("{path}: argument files name each other more than {DEPTH_MAX} deep")),
            None if expanded.len() < ARGUMENTS_MAX => expanded.push(argument),
            None => return Err(format!("more than {ARGUMENTS_MAX} arguments")),
        }
    }
    Ok(())
}

fn read(path: &str) -> Result<Vec<String>, String> {
    let size = fs::metadata(path).map(|metadata| metadata.len());
    let text = match size {
        Ok(size) if size > FILE_MAX => return Err(format!("{path}: an argument file has at most {FILE_MAX} bytes")),
        _ => fs::read_to_string(path),
    };
    let text = text.map_err(|error| match error.raw_os_error() {
        Some(libc_number) => {
            let words = error.to_string();
            let words = words.split(" (os error").next().unwrap_or_default();
            format!("[Errno {libc_number}] {words}: {}", super::argparse::quote(path))
        }
        None => format!("{path}: {error}"),
    })?;
    let mut words = Vec::new();
    for line in text.lines() {
        let split = split(line).map_err(|error| format!("{path}: {error}: {line}"))?;
        words.extend(split.iter().map(|word| variables(&home(word.trim()))));
    }
    Ok(words)
}

/// The words of a line.
fn split(line: &str) -> Result<Vec<String>, &'static str> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '#' => break,
            ' ' | '\t' | '\r' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(characters.next().ok_or("No escaped character")?),
            '"' | '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or("No closing quotation")? {
                        end if end == character => break,
                        '\\' => {
                            let next = characters.next().ok_or("No escaped character")?;
                            if next != '\\' && next != character {
                                word.push('\\');
                            }
                            word.push(next);
                        }
                        inner => word.push(inner),
                    }
                }
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// `~` and `~/…` with the home directory in place, `~name` with that user's.
fn home(word: &str) -> String {
    let Some(rest) = word.strip_prefix('~') else { return word.to_owned() };
    let (user, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let directory = if user.is_empty() { env::var("HOME").ok() } else { home_of(user) };
    directory.map_or_else(|| word.to_owned(), |directory| format!("{}{path}", directory.trim_end_matches('/')))
}

fn home_of(user: &str) -> Option<String> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.split(':').next() == Some(user))?;
    line.split(':').nth(5).map(str::to_owned)
}

/// `$NAME` and `${NAME}` with their values in place; names that are not set stay.
fn variables(word: &str) -> String {
    let mut parts = word.split('$');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_name = |character: char| !(character.is_ascii_alphanumeric() || character == '_');
        let (name, rest) = match part.strip_prefix('{').and_then(|part| part.split_once('}')) {
            Some(braced) => braced,
            None => part.split_at(part.find(is_name).unwrap_or(part.len())),
        };
        match env::var(name) {
            Ok(value) if !name.is_empty() => whole += &(value + rest),
            _ => whole += &format!("${part}"),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_shlex_splits_them() {
        let words = |line| split(line).unwrap();
        assert_eq!(words("-c a=b  'c d=e'\t\"f\\\"g\" # all"), ["-c", "a=b", "c d=e", "f\"g"]);
        assert_eq!(words(r"a\ b 'it\'s' 'a\n' c#d"), ["a b", "it's", r"a\n", "c"]);
        assert_eq!(words("'' x"), ["", "x"]);
        assert!(words("# nothing").is_empty());
        assert!(split("'open").is_err() && split("end\\").is_err());
    }

    #[test]
    fn homes_and_variables_are_put_in() {
        let path = env::var("PATH").unwrap();
        assert_eq!(variables("a$PATH/b${PATH}c$FASTNESS_NO_SUCH$"), format!("a{path}/b{path}c$FASTNESS_NO_SUCH$"));
        assert_eq!(home("~bin/x"), format!("{}/x", home_of("bin").unwrap()));
        assert_eq!(home("~nobody-of-that-name/x"), "~nobody-of-that-name/x");
        assert_eq!(home("a~"), "a~");
    }

    #[test]
    fn files_that_name_themselves_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("arguments");
        let at = format!("@{}", path.display());
        fs::write(&path, &at).unwrap();
        assert!(expand(vec![at.clone()]).is_err());
        fs::write(&path, "-e # encrypt\n\n-i \"a b\"\n").unwrap();
        assert_eq!(expand(vec![at, "-S".into()]).unwrap(), ["-e", "-i", "a b", "-S"]);
        let missing = expand(vec!["@/no/such/file".into()]).unwrap_err();
        assert_eq!(missing, "[Errno 2] No such file or directory: '/no/such/file'");
    }
}
