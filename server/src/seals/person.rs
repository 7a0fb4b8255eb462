//! What a person gives to open a server: passphrases and shares.

use crate::control::Words;
use base::Secret;
use crypto::{PassphraseSeal, RootSeal, SharedSeal};

/// Passphrases, and shares.
pub(crate) fn sorted(words: Vec<Words>) -> (Vec<Secret<String>>, Vec<Secret<String>>) {
    words.into_iter().map(Words::take).partition(|words| !SharedSeal::is_share(words.expose()))
}

/// The seal of a passphrase.
pub(crate) fn passphrase(phrase: &Secret<String>) -> Result<Box<dyn RootSeal>, String> {
    let least = PassphraseSeal::MIN_BYTES;
    let seal = PassphraseSeal::new(Secret::new(phrase.expose().clone().into_bytes()));
    seal.map(|seal| Box::new(seal) as Box<dyn RootSeal>)
        .ok_or_else(|| format!("a passphrase has at least {least} bytes"))
}

/// The most passphrases that are tried at once: each costs a quarter of a GiB of memory, and seconds, for every seal that
/// is one.
const MOST: usize = 4;

/// The seals of passphrases.
pub(crate) fn passphrases(phrases: &[Secret<String>]) -> Result<Vec<Box<dyn RootSeal>>, String> {
    if phrases.len() > MOST {
        return Err(format!("at most {MOST} passphrases are tried at once"));
    }
    phrases.iter().map(passphrase).collect()
}
