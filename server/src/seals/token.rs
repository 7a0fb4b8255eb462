//! A key in a token, behind a PKCS#11 module, encrypts the root key: AES-256 in GCM, by the process that loads the module.
//!
//! Guarantees: no module is loaded in this process; the PIN is read where the locator says when it is needed, and is never
//! part of the locator, which is kept; a PIN that was refused is not tried again by the same seal, since tokens lock
//! themselves. Source of the locator: RFC 7512, of which `token`, `object`, `id`, `module-path` and `pin-source` are known
//! here, and everything else is refused.
//! Wrapped: mark (8) ‖ IV (12) ‖ ciphertext ‖ tag (16).

use crate::confine;
use crate::tokens::{KeyName, Task, Tokens};
use base::{Rng, Secret};
use crypto::{RootSeal, UnwrapError};
use kernel::TokenError;
use primitives::linkage;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const MARK: &[u8; 8] = b"pkcs11-1";
/// What the ciphertext is bound to.
const BOUND: &[u8] = b"fastness root key 1";
/// The longest PIN, in bytes.
const LONGEST_PIN: usize = 255;

/// Where a key in a token is, and what signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenKey {
    token: String,
    object: String,
    id: Vec<u8>,
    module: Option<PathBuf>,
    pin: PinSource,
}

/// Where a PIN is read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PinSource {
    File(PathBuf),
    Credential(String),
    Env(String),
}

const RULE: &str = "a key in a token is pkcs11:token=LABEL;object=KEY?module-path=/PATH&pin-source=file:/PATH \
                    (or id=%01 for object; pin-source also credential:NAME or env:NAME)";

impl TokenKey {
    /// Reads what stands behind `pkcs11:`. What it says is repeated in no error, since it may hold a PIN by mistake.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let rule = || RULE.to_owned();
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let (mut token, mut object, mut id, mut module, mut pin) = (None, None, None, None, None);
        let parts = path.split(';').map(|part| (true, part)).chain(query.split('&').map(|part| (false, part)));
        for (in_path, part) in parts.filter(|(_, part)| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(rule)?;
            let bytes = decoded(value).filter(|bytes| !bytes.is_empty()).ok_or_else(rule)?;
            let text = || String::from_utf8(bytes.clone()).map_err(|_| rule());
            let twice = match (in_path, name) {
                (true, "token") => token.replace(text()?).is_some(),
                (true, "object") => object.replace(text()?).is_some(),
                (true, "id") => id.replace(bytes).is_some(),
                (false, "module-path") => module.replace(PathBuf::from(text()?)).is_some(),
                (false, "pin-source") => pin.replace(PinSource::parse(&text()?)?).is_some(),
                (_, "pin-value") => return Err("pkcs11: a PIN does not stand in a seal's name: use pin-source".into()),
                _ => return Err(format!("pkcs11: an attribute is none that is known here: {RULE}")),
            };
            if twice {
                return Err(format!("pkcs11: {name} is given twice"));
            }
        }
        let (Some(token), Some(pin), true) = (token, pin, object.is_some() || id.is_some()) else { return Err(rule()) };
        if module.as_ref().is_some_and(|path| !path.is_absolute()) {
            return Err("pkcs11: module-path must be an absolute path".into());
        }
        Ok(Self { token, object: object.unwrap_or_default(), id: id.unwrap_or_default(), module, pin })
    }

    /// The module that it names.
    pub(super) fn module(&self) -> Option<&Path> {
        self.module.as_deref()
    }

    /// With the module of the configuration, where it names none itself.
    pub(crate) fn with_module(mut self, configured: Option<&Path>) -> Self {
        self.module = self.module.or_else(|| configured.map(Path::to_path_buf));
        self
    }
}

impl fmt::Display for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token={}", encoded(self.token.as_bytes()))?;
        if !self.object.is_empty() {
            write!(f, ";object={}", encoded(self.object.as_bytes()))?;
        }
        if !self.id.is_empty() {
            f.write_str(";id=")?;
            self.id.iter().try_for_each(|byte| write!(f, "%{byte:02X}"))?;
        }
        f.write_str("?")?;
        if let Some(module) = &self.module {
            write!(f, "module-path={}&", encoded(module.as_os_str().as_encoded_bytes()))?;
        }
        let pin = match &self.pin {
            PinSource::File(path) => format!("file:{}", path.display()),
            PinSource::Credential(name) => format!("credential:{name}"),
            PinSource::Env(name) => format!("env:{name}"),
        };
        write!(f, "pin-source={}", encoded(pin.as_bytes()))
    }
}

/// What RFC 7512 calls `pk11-pchar`, but for what would need thought, is written as it is.
fn encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match char::from(*byte) {
            plain if plain.is_ascii_alphanumeric() || "-._~/:".contains(plain) => text.push(plain),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let (digits, after) = rest.split_first_chunk::<2>()?;
            bytes.extend(base::unhex(std::str::from_utf8(digits).ok()?)?);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    Some(bytes)
}

impl PinSource {
    fn parse(text: &str) -> Result<Self, String> {
        let path = text.strip_prefix("file://").or_else(|| text.strip_prefix("file:")).unwrap_or(text);
        if path.starts_with('/') {
            return Ok(Self::File(path.into()));
        }
        match text.split_once(':') {
            Some(("credential", name)) if !name.is_empty() && !name.contains('/') => Ok(Self::Credential(name.into())),
            Some(("env", name)) if !name.is_empty() && !name.contains('=') => Ok(Self::Env(name.into())),
            // Not repeated: it may be the PIN itself.
            _ => Err("pkcs11: pin-source is file:/PATH, credential:NAME or env:NAME".into()),
        }
    }

    fn read(&self) -> Result<Secret<String>, String> {
        let mut bytes = Secret::new(Vec::with_capacity(LONGEST_PIN + 2));
        match self {
            Self::File(path) => read(path, &mut bytes)?,
            Self::Credential(name) => read(&super::credential(name)?, &mut bytes)?,
            Self::Env(name) => {
                let value = std::env::var_os(name).ok_or_else(|| format!("the PIN: the variable {name} is not set"))?;
                bytes = Secret::new(std::os::unix::ffi::OsStringExt::into_vec(value));
            }
        }
        while bytes.expose().last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.expose_mut().pop();
        }
        let text = std::str::from_utf8(bytes.expose()).ok().filter(|text| (1..=LONGEST_PIN).contains(&text.len()));
        let text = text.ok_or_else(|| format!("the PIN has 1 to {LONGEST_PIN} bytes of text, and this one has not"))?;
        Ok(Secret::new(text.to_owned()))
    }
}

fn read(path: &Path, bytes: &mut Secret<Vec<u8>>) -> Result<(), String> {
    let most = LONGEST_PIN as u64 + 2;
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(bytes.expose_mut()));
    read.map(|_| ()).map_err(|error| format!("the PIN: {}: {error}", path.display()))
}

/// A key in a token.
pub(crate) struct TokenSeal {
    key: TokenKey,
    /// What the token said to the PIN, if it refused it.
    refused: OnceLock<String>,
}

impl TokenSeal {
    pub(crate) fn new(key: TokenKey) -> Self {
        Self { key, refused: OnceLock::new() }
    }

    /// The same, after the key was made unless it is there.
    pub(crate) fn made(key: TokenKey) -> Result<Self, String> {
        let seal = Self::new(key);
        if seal.key.id.is_empty() {
            let key = seal.key.object.clone();
            seal.ask(Task::Generate { key }).map_err(|failed| failed.words(&seal.key))?;
        }
        Ok(seal)
    }

    fn ask(&self, task: Task) -> Result<Secret<Vec<u8>>, Failed> {
        if let Some(why) = self.refused.get() {
            return Err(Failed::ForGood(why.clone()));
        }
        let module = self.key.module.as_deref();
        let module =
            module.ok_or_else(|| Failed::ForGood("no module: add module-path, or set pkcs11_module".into()))?;
        if linkage::is_static() {
            let why = "a static binary cannot load modules: use the dynamic one, which is in the .deb";
            return Err(Failed::ForGood(why.into()));
        }
        if !confine::may_start_programs() {
            let why = "this server has given up starting programs, which a module needs: set pkcs11_module, or name this \
                       seal in the configuration, and start it again";
            return Err(Failed::ForGood(why.into()));
        }
        let pin = self.key.pin.read().map_err(Failed::ForNow)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| Failed::ForNow(error.to_string()))?;
        let asked = runtime.block_on(Tokens::new(Some(module)).work(&self.key.token, pin, task));
        asked.map_err(|error| {
            if matches!(error, TokenError::WrongPin | TokenError::Locked) {
                let _ = self.refused.set(Failed::Token(error).words(&self.key));
            }
            Failed::Token(error)
        })
    }

    fn name_of_key(&self) -> KeyName {
        KeyName { label: self.key.object.clone(), id: self.key.id.clone() }
    }
}

/// Why the token did not do what it should.
enum Failed {
    /// It is pointless to ask again.
    ForGood(String),
    /// It may be otherwise later.
    ForNow(String),
    Token(TokenError),
}

impl Failed {
    fn words(&self, key: &TokenKey) -> String {
        let error = match self {
            Self::ForGood(why) | Self::ForNow(why) => return why.clone(),
            Self::Token(error) => error,
        };
        let module = key.module.as_deref().unwrap_or(Path::new("")).display();
        let name = if key.object.is_empty() { base::hex(&key.id) } else { key.object.clone() };
        match error {
            TokenError::NoModule => format!("the module {module} cannot be loaded; the log has its words"),
            TokenError::NoToken => format!("the module {module} has no token {:?}", key.token),
            TokenError::WrongPin => {
                format!(
                    "the PIN of token {:?} is wrong; it is not tried again, since tokens lock themselves",
                    key.token
                )
            }
            TokenError::Locked => format!("the PIN of token {:?} is locked after too many wrong ones", key.token),
            TokenError::NoKey => format!("token {:?} has no AES key {name:?}", key.token),
            TokenError::Invalid => format!("token {:?} does not take this ciphertext", key.token),
            TokenError::Failed => {
                format!("token {:?}, or its module, failed or took too long; the log has its words", key.token)
            }
        }
    }
}

impl RootSeal for TokenSeal {
    fn name(&self) -> String {
        let name = if self.key.object.is_empty() { base::hex(&self.key.id) } else { self.key.object.clone() };
        format!("the key {name} in the token {}", self.key.token)
    }

    fn locator(&self) -> String {
        format!("pkcs11:{}", self.key)
    }

    fn wrap(&self, root: &Secret<[u8; 32]>, _: &dyn Rng) -> Result<Vec<u8>, String> {
        let plaintext = root.expose().to_vec();
        let task = Task::Encrypt { key: self.name_of_key(), bound: BOUND.to_vec(), plaintext };
        let sealed = self.ask(task).map_err(|failed| failed.words(&self.key))?;
        Ok([&MARK[..], sealed.expose()].concat())
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        let sealed = wrapped.strip_prefix(MARK).ok_or(UnwrapError::WrongSeal)?.to_vec();
        let task = Task::Decrypt { key: self.name_of_key(), bound: BOUND.to_vec(), sealed };
        let root = self.ask(task).map_err(|failed| match failed {
            // The key alone tells what it encrypted: another one's ciphertext looks like damage.
            Failed::Token(TokenError::Invalid) => UnwrapError::WrongSeal,
            Failed::ForGood(_) | Failed::Token(TokenError::WrongPin | TokenError::Locked) => {
                UnwrapError::Refused(failed.words(&self.key))
            }
            failed => UnwrapError::Unavailable(failed.words(&self.key)),
        })?;
        root.expose().as_slice().try_into().map(Secret::new).map_err(|_| UnwrapError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locators_are_read_and_written_as_rfc_7512_has_them() {
        for text in [
            "token=a;object=b?pin-source=file:/p",
            "token=a%20b%3B;object=b?module-path=/usr/lib/m.so&pin-source=credential:pin",
            "token=a;id=%01%FF?pin-source=env:PIN",
            "token=a;object=b;id=%01?pin-source=file:/p",
        ] {
            assert_eq!(TokenKey::parse(text).unwrap().to_string(), text);
        }
        let read = TokenKey::parse("object=b;token=a?pin-source=file:///p&module-path=/m").unwrap();
        assert_eq!(read.to_string(), "token=a;object=b?module-path=/m&pin-source=file:/p");
        let none = TokenKey::parse("token=a;object=b?pin-source=/p").unwrap();
        assert_eq!(none.clone().with_module(Some(Path::new("/c"))).module, Some("/c".into()));
        assert_eq!(read.with_module(Some(Path::new("/c"))).module, Some("/m".into()), "its own comes first");
    }

    #[test]
    fn what_is_missing_doubled_or_not_known_is_refused_without_repeating_a_pin() {
        for text in [
            "",
            "token=a",
            "token=a;object=b",
            "object=b?pin-source=file:/p",
            "token=a?pin-source=file:/p",
            "token=;object=b?pin-source=file:/p",
            "token=a;object=b?pin-source=4711",
            "token=a;object=b?pin-value=4711",
            "token=a;object=b;serial=4711?pin-source=file:/p",
            "token=a;token=b;object=b?pin-source=file:/p",
            "token=a;object=b?pin-source=file:/p&module-path=m.so",
            "token=a;object=%4?pin-source=file:/p",
            "token=a;object=%zz?pin-source=file:/p",
            "token=a;object=b;pin-source=file:/p",
        ] {
            let why = TokenKey::parse(text).unwrap_err();
            assert!(why.contains("pkcs11:") && !why.contains("4711"), "{text}: {why}");
        }
    }

    #[test]
    fn pins_come_from_where_they_are_said_to_be_without_the_end_of_their_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pin");
        std::fs::write(&path, "4711\n").unwrap();
        let source = PinSource::parse(&format!("file:{}", path.display())).unwrap();
        assert_eq!(source.read().unwrap().expose(), "4711");
        for bad in [&b""[..], b"\n", &[b'1'; 256], b"\xff"] {
            std::fs::write(&path, bad).unwrap();
            assert!(source.read().err().unwrap().contains("1 to 255 bytes"));
        }
        std::fs::remove_file(&path).unwrap();
        assert!(source.read().err().unwrap().contains("No such file"));
        assert!(PinSource::parse("env:SURELY_NOT_SET").unwrap().read().err().unwrap().contains("not set"));
    }
}
