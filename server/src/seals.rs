//! Seals as an operator names them: `file:PATH`, `credential:NAME`, `env:NAME`, `pkcs11:…`, `kms:ARN`, `passphrase`,
//! `shamir:M/N`.
//!
//! Guarantees: what is no locator is refused before anything is made; a key file that is to open a store is never made in
//! passing; what a person knows is taken from standard input or a terminal, and wiped.

pub(crate) mod kms;
pub(crate) mod person;
mod token;

use base::{Rng, Secret};
use crypto::{FileSeal, KeyBytesSeal, RootSeal, SharedSeal};
use kms::KmsSeal;
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use token::{TokenKey, TokenSeal};

/// A seal that was made, and the shares that its holders get.
pub(crate) type Made = (Box<dyn RootSeal>, Vec<Secret<String>>);

/// Where a seal is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Locator {
    /// A key in a file.
    File(PathBuf),
    /// A credential that systemd hands over (`LoadCredential=`).
    Credential(String),
    /// A variable of the environment.
    Env(String),
    /// A key in a token.
    Pkcs11(TokenKey),
    /// A key of KMS, by its ARN.
    Kms(String),
    /// A passphrase, which a person types.
    Passphrase,
    /// Shares of a key, so many of which open it.
    Shamir { threshold: u8, count: u8 },
}

impl Locator {
    /// Reads a locator; an error says what one looks like.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let rule = || {
            format!(
                "{text:?} is no seal: file:PATH, credential:NAME, env:NAME, pkcs11:…, kms:ARN, passphrase or shamir:M/N \
                 (M of N shares open)"
            )
        };
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        match (kind, rest) {
            ("passphrase", "") => Ok(Self::Passphrase),
            ("file", path) if !path.is_empty() => Ok(Self::File(path.into())),
            ("credential", name) if !name.is_empty() && !name.contains('/') => Ok(Self::Credential(name.into())),
            ("env", name) if !name.is_empty() && !name.contains('=') => Ok(Self::Env(name.into())),
            ("pkcs11", key) => TokenKey::parse(key).map(Self::Pkcs11),
            ("kms", arn) => KmsSeal::new(arn).map(|_| Self::Kms(arn.into())),
            ("shamir", numbers) => {
                let (threshold, count) = numbers.split_once('/').ok_or_else(rule)?;
                let number = |text: &str| text.parse::<u8>().map_err(|_| rule());
                let (threshold, count) = (number(threshold)?, number(count)?);
                if threshold < 2 || threshold > count {
                    return Err(format!("{text}: at least 2 shares open, and there are as many or more (at most 255)"));
                }
                Ok(Self::Shamir { threshold, count })
            }
            _ => Err(rule()),
        }
    }

    /// The file that it lies in.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }

    /// With the PKCS#11 module of the configuration, where it needs one and names none itself.
    pub(crate) fn with_module(self, configured: Option<&Path>) -> Self {
        match self {
            Self::Pkcs11(key) => Self::Pkcs11(key.with_module(configured)),
            other => other,
        }
    }

    /// The module that it has be loaded, if that is another one than the configuration's. From a store it is not believed:
    /// whoever writes there would have his program run here.
    pub(crate) fn other_module(&self, configured: Option<&Path>) -> Option<&Path> {
        match self {
            Self::Pkcs11(key) => key.module().filter(|module| Some(*module) != configured),
            _ => None,
        }
    }

    /// Whether a program has to be started for it.
    pub(crate) fn starts_a_program(&self) -> bool {
        match self {
            Self::Pkcs11(_) => true,
            Self::Kms(_) => kms::starts_a_program(),
            _ => false,
        }
    }

    /// Whether it opens without a person.
    pub(crate) fn is_automatic(&self) -> bool {
        !matches!(self, Self::Passphrase | Self::Shamir { .. })
    }

    /// The seal, where no person is needed for it. Waits for the disk.
    pub(crate) fn find(&self) -> Result<Box<dyn RootSeal>, String> {
        match self {
            Self::File(path) => {
                let seal = FileSeal::open(path).map_err(|error| error.to_string())?;
                warn_of_readers(path);
                Ok(Box::new(seal))
            }
            Self::Credential(name) => {
                let path = credential(name).map_err(|why| format!("{self}: {why}"))?;
                let mut bytes = Secret::new(Vec::new());
                File::open(&path)
                    .and_then(|file| file.take(FileSeal::MAX_BYTES as u64 + 1).read_to_end(bytes.expose_mut()))
                    .map_err(|error| format!("{self}: {}: {error}", path.display()))?;
                Ok(Box::new(KeyBytesSeal::new(&bytes, &self.to_string())?))
            }
            Self::Env(name) => {
                let value = std::env::var_os(name).ok_or_else(|| format!("{self}: the variable is not set"))?;
                let bytes = Secret::new(std::os::unix::ffi::OsStringExt::into_vec(value));
                Ok(Box::new(KeyBytesSeal::new(&bytes, &self.to_string())?))
            }
            Self::Pkcs11(key) => Ok(Box::new(TokenSeal::new(key.clone()))),
            Self::Kms(arn) => Ok(Box::new(KmsSeal::new(arn)?)),
            Self::Passphrase | Self::Shamir { .. } => Err(format!("{self} needs a person: fastness unseal")),
        }
    }

    /// The seal of a new store: a key file, or a key in a token, is made where there is none, shares are drawn. `passphrase` is asked for one.
    pub(crate) fn make(
        &self,
        passphrase: impl FnOnce() -> Result<Box<dyn RootSeal>, String>,
        rng: &dyn Rng,
    ) -> Result<Made, String> {
        match self {
            Self::File(path) => {
                let seal = FileSeal::open_or_create(path, rng).map_err(|error| error.to_string())?;
                warn_of_readers(path);
                Ok((Box::new(seal), Vec::new()))
            }
            Self::Passphrase => Ok((passphrase()?, Vec::new())),
            Self::Shamir { threshold, count } => {
                let drawn = SharedSeal::draw(*threshold, *count, rng);
                let (seal, shares) = drawn.ok_or_else(|| format!("{self}: there are no such shares"))?;
                Ok((Box::new(seal), shares))
            }
            Self::Pkcs11(key) => {
                let made = TokenSeal::made(key.clone()).map_err(|why| format!("the seal, {self}: {why}"))?;
                Ok((Box::new(made), Vec::new()))
            }
            Self::Credential(_) | Self::Env(_) | Self::Kms(_) => Ok((self.find()?, Vec::new())),
        }
    }
}

fn warn_of_readers(path: &Path) {
    if fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "other users can read the key file; chmod 600 it");
    }
}

/// Where a credential of systemd's lies.
fn credential(name: &str) -> Result<PathBuf, String> {
    let dir = std::env::var_os("CREDENTIALS_DIRECTORY")
        .ok_or("CREDENTIALS_DIRECTORY is not set: systemd's LoadCredential sets it")?;
    Ok(PathBuf::from(dir).join(name))
}

/// Which kind of seal a locator of the store names, also of a later version's.
pub(crate) fn kind(locator: &str) -> &'static str {
    let named = locator.split_once(':').map_or(locator, |(kind, _)| kind);
    KINDS.into_iter().find(|kind| *kind == named).unwrap_or("other")
}

/// The kinds that are told apart.
const KINDS: [&str; 7] = ["file", "credential", "env", "passphrase", "shamir", "pkcs11", "kms"];

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Credential(name) => write!(f, "credential:{name}"),
            Self::Env(name) => write!(f, "env:{name}"),
            Self::Pkcs11(key) => write!(f, "pkcs11:{key}"),
            Self::Kms(arn) => write!(f, "kms:{arn}"),
            Self::Passphrase => f.write_str("passphrase"),
            Self::Shamir { threshold, count } => write!(f, "shamir:{threshold}/{count}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locators_are_read_as_they_are_written() {
        for text in ["file:/a/b", "credential:root", "env:KEY", "passphrase", "shamir:2/3", "shamir:255/255"] {
            assert_eq!(Locator::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_module_that_the_configuration_does_not_name_is_told() {
        let read = |text: &str| Locator::parse(text).unwrap();
        let named = read("pkcs11:token=a;object=b?module-path=/evil.so&pin-source=file:/p");
        let (own, evil) = (Path::new("/own.so"), Path::new("/evil.so"));
        assert_eq!(named.other_module(Some(own)), Some(evil));
        assert_eq!(named.other_module(None), Some(evil));
        assert_eq!(named.other_module(Some(evil)), None);
        let plain = read("pkcs11:token=a;object=b?pin-source=file:/p").with_module(Some(own));
        assert_eq!(plain.other_module(Some(own)), None);
        assert_eq!(read("file:/p").other_module(None), None);
    }

    #[test]
    fn what_is_no_locator_is_told_what_one_is() {
        for text in [
            "",
            "file:",
            "file",
            "passphrase:x",
            "shamir",
            "shamir:2",
            "shamir:a/b",
            "shamir:2/256",
            "env:",
            "credential:a/b",
        ] {
            assert!(Locator::parse(text).unwrap_err().contains("passphrase or shamir:M/N"), "{text}");
        }
        for text in ["shamir:1/3", "shamir:0/0", "shamir:4/3"] {
            assert!(Locator::parse(text).unwrap_err().contains("at least 2 shares"), "{text}");
        }
    }
}
