//! What a person knows: passphrases and shares, from a terminal without echo or from standard input.
//!
//! Guarantees: what was typed is wiped; a terminal is left as it was found.

use crate::seals::person::passphrase;
use base::Secret;
use crypto::{BadShares, RootSeal, SharedSeal};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{self, IsTerminal as _, Read, Write as _};

/// More than any number of shares has.
const MOST: u64 = 64 << 10;

/// A new passphrase: twice at a terminal, else the first line of standard input.
pub(super) fn new_passphrase() -> Result<Box<dyn RootSeal>, String> {
    let phrase = if io::stdin().is_terminal() {
        typed_twice()?
    } else {
        lines()?.into_iter().next().ok_or("the passphrase is read from standard input, which is empty")?
    };
    passphrase(&phrase)
}

/// A new passphrase from a terminal.
pub(super) fn typed_twice() -> Result<Secret<String>, String> {
    let first = hidden("New passphrase: ")?;
    let again = hidden("Once more: ")?;
    if first.expose() == again.expose() { Ok(first) } else { Err("these were two different passphrases".into()) }
}

/// What proves a holder of the seal: at a terminal a passphrase, or shares one after the other until they are enough; else
/// all lines of standard input.
pub(super) fn holder() -> Result<Vec<Secret<String>>, String> {
    if !io::stdin().is_terminal() {
        return lines();
    }
    let mut given = vec![hidden("Passphrase or share: ")?];
    while given.last().is_some_and(|words| SharedSeal::is_share(words.expose())) {
        match SharedSeal::combine(&given) {
            Ok(_) => break,
            Err(BadShares::Missing(_)) => given.push(hidden("Next share: ")?),
            Err(bad) => return Err(bad.to_string()),
        }
    }
    Ok(given)
}

/// A passphrase or shares: one at a terminal, else all lines of standard input.
pub(super) fn to_open() -> Result<Vec<Secret<String>>, String> {
    if io::stdin().is_terminal() {
        return Ok(vec![hidden("Passphrase or share: ")?]);
    }
    lines()
}

/// The lines of standard input, without those that are empty. A passphrase may have blanks at its ends, a share has none.
pub(super) fn lines() -> Result<Vec<Secret<String>>, String> {
    let mut text = Secret::new(String::with_capacity(4096));
    let read = io::stdin().lock().take(MOST).read_to_string(text.expose_mut());
    read.map_err(|error| format!("standard input: {error}"))?;
    let lines = text.expose().lines().filter(|line| !line.trim().is_empty());
    Ok(lines
        .map(|line| Secret::new(if SharedSeal::is_share(line) { line.trim().to_owned() } else { line.to_owned() }))
        .collect())
}

fn hidden(prompt: &str) -> Result<Secret<String>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("the terminal: {error}");
    let input = io::stdin();
    let before = tcgetattr(&input).map_err(|error| failed(&error))?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    silent.local_modes.insert(LocalModes::ECHONL);
    let mut out = io::stderr();
    let _ = write!(out, "{prompt}").and_then(|()| out.flush());
    tcsetattr(&input, OptionalActions::Flush, &silent).map_err(|error| failed(&error))?;
    let mut line = Secret::new(String::with_capacity(4096));
    let read = input.read_line(line.expose_mut());
    let restored = tcsetattr(&input, OptionalActions::Flush, &before);
    read.map_err(|error| failed(&error))?;
    restored.map_err(|error| failed(&error))?;
    let kept = line.expose().trim_end_matches(['\r', '\n']).len();
    line.expose_mut().truncate(kept);
    Ok(line)
}
