//! Credentials that a program prints.
//!
//! Guarantees: the program is run itself, not by a shell; it cannot read our input, which may be what is being encrypted;
//! it has limited time, and what it prints a limited size. What it says on its standard error goes to ours.
//! Source: AWS SDKs and Tools Reference Guide, "Process credential provider".

use super::{Credentials, document};
use crate::Error;
use crate::protocol::Members;
use base::Secret;
use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long a program may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest document that is taken.
const MAX_DOCUMENT: usize = 64 * 1024;

/// Between two looks at whether a program that closed its output has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// Runs the command of a profile.
pub(crate) fn run(profile: &str, command: &str) -> Result<Credentials, Error> {
    run_within(profile, command, PATIENCE)
}

fn run_within(profile: &str, command: &str, patience: Duration) -> Result<Credentials, Error> {
    let failed = |why: &dyn std::fmt::Display| {
        Error::Configuration(format!("profile {profile}: its credential_process failed: {why}"))
    };
    let words = words(command).ok_or_else(|| failed(&"a quotation mark in the command is not closed"))?;
    let (program, arguments) = words.split_first().ok_or_else(|| failed(&"the command is empty"))?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| failed(&format_args!("{program}: {error}")))?;
    let (sender, receiver) = mpsc::channel();
    if let Some(mut output) = child.stdout.take() {
        std::thread::spawn(move || {
            // One allocation, so that no piece of a secret stays behind in a smaller one.
            let mut text = Secret::new(vec![0; MAX_DOCUMENT + 1]);
            let mut length = 0;
            while let Some(rest) = text.expose_mut().get_mut(length..).filter(|rest| !rest.is_empty()) {
                match output.read(rest) {
                    Ok(0) => break,
                    Ok(read) => length += read,
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            text.expose_mut().truncate(length);
            // Nobody waits for it any more if that took too long.
            let _ = sender.send(text);
        });
    }
    let output = receiver.recv_timeout(patience);
    let status = output.as_ref().ok().and_then(|_| ended(&mut child, patience));
    if status.is_none() {
        let _ = child.kill();
        let _ = child.wait();
    }
    let (Ok(output), Some(status)) = (output, status) else {
        return Err(failed(&format_args!("it took more than {} seconds", patience.as_secs())));
    };
    if output.expose().len() > MAX_DOCUMENT {
        return Err(failed(&format_args!("it printed more than {MAX_DOCUMENT} bytes")));
    }
    if !status.success() {
        return Err(failed(&status));
    }
    let members = Members::read(output.expose()).map_err(|_| failed(&"it did not print a JSON object"))?;
    if members.number("Version") != Some(1) {
        return Err(failed(&"it did not print a document of Version 1"));
    }
    document::read(members, "SessionToken", &format!("profile {profile}: its credential_process"))
}

/// How a program ended that has closed its output, or was cut off.
fn ended(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let glances = patience.as_millis() / GLANCE.as_millis().max(1);
    for _ in 0..=glances {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => std::thread::sleep(GLANCE),
            Err(_) => break,
        }
    }
    None
}

/// Splits a command into words as a shell does: quotation marks and backslashes keep blanks together. Nothing is
/// expanded. `None` if a mark is not closed.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        letter => word.push(letter),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '"' => break,
                        '\\' => match letters.next()? {
                            letter @ ('"' | '\\') => word.push(letter),
                            letter => word.extend(['\\', letter]),
                        },
                        letter => word.push(letter),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(letters.next()?),
            letter if letter.is_whitespace() => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        for command in ["sleep 1000", "sh -c 'exec >&-; exec sleep 1000'"] {
            let error = run_within("p", command, Duration::from_millis(20)).err().unwrap();
            assert!(error.to_string().contains("it took more than"), "{error}");
        }
    }

    #[test]
    fn a_command_is_split_as_a_shell_splits_it() {
        for (command, expected) in [
            ("a b  c", &["a", "b", "c"][..]),
            ("\"/path with/blanks\" --x='y z'\\ w", &["/path with/blanks", "--x=y z w"]),
            (r#"p "a\"b\\c\d" '\"'"#, &["p", r#"a"b\c\d"#, r#"\""#]),
            ("p '' \"\"", &["p", "", ""]),
            ("$HOME/x ~ * ; | `a`", &["$HOME/x", "~", "*", ";", "|", "`a`"]),
            ("  ", &[]),
        ] {
            assert_eq!(words(command).unwrap(), expected, "{command}");
        }
        for command in ["a 'b", "a \"b", "a \"b\\", "a\\"] {
            assert_eq!(words(command), None, "{command}");
        }
    }
}
