//! A PKCS#11 module: its tokens by label, and what is done in them.
//!
//! Guarantees: keys are made in the token, sensitive, not extractable, for encryption and decryption only; a PIN is tried once for
//! each time that somebody signs in with it. IVs are the token's own random bytes. What is encrypted here is ciphertext of this server's
//! already, under a key of its own each, so even two equal IVs would tell nothing of a plaintext; or it is a root key, seldom.

use super::frames::{Failure, KeyName, Request, Task};
use base::Secret;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use primitives::equal;
use std::collections::HashMap;
use std::path::Path;

const IV: usize = 12;
const TAG_BITS: u64 = 128;
const KEY_BYTES: u64 = 32;

/// A loaded module.
pub(super) struct Module {
    library: Pkcs11,
    sessions: HashMap<String, SignedIn>,
}

struct SignedIn {
    session: Session,
    pin: Secret<String>,
}

impl Module {
    /// Loads and initialises a module.
    pub(super) fn load(path: &Path) -> Result<Self, Error> {
        let library = Pkcs11::new(path)?;
        library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
        Ok(Self { library, sessions: HashMap::new() })
    }

    /// Does what is asked.
    pub(super) fn answer(&mut self, request: &Request) -> Result<Secret<Vec<u8>>, Failure> {
        let slot = self.slot(&request.token)?;
        if matches!(request.task, Task::Find) {
            return Ok(Secret::new(Vec::new()));
        }
        let session = self.signed_in(slot, request)?;
        let done = perform(session, &request.task);
        if done == Err(Failure::Failed) {
            // Perhaps the token was taken out, or the module lost its connection: the next one signs in anew.
            self.sessions.remove(&request.token);
        }
        done.map(Secret::new)
    }

    fn slot(&self, label: &str) -> Result<Slot, Failure> {
        let slots = self.library.get_slots_with_token().map_err(|error| failure(&error))?;
        let is_it = |slot: &Slot| self.library.get_token_info(*slot).is_ok_and(|info| info.label().trim_end() == label);
        slots.into_iter().find(is_it).ok_or(Failure::NoToken)
    }

    /// A session of the token's user. Who brings another PIN than the one that opened it signs in anew.
    fn signed_in(&mut self, slot: Slot, request: &Request) -> Result<&Session, Failure> {
        let is_same = |known: &SignedIn| equal(known.pin.expose().as_bytes(), request.pin.as_bytes());
        if !self.sessions.get(&request.token).is_some_and(is_same) || matches!(request.task, Task::Open) {
            if let Some(known) = self.sessions.remove(&request.token) {
                let _ = known.session.logout();
            }
            let session = self.library.open_rw_session(slot).map_err(|error| failure(&error))?;
            let pin = AuthPin::from(request.pin.clone());
            session.login(UserType::User, Some(&pin)).map_err(|error| failure(&error))?;
            let signed_in = SignedIn { session, pin: Secret::new(request.pin.clone()) };
            self.sessions.insert(request.token.clone(), signed_in);
        }
        self.sessions.get(&request.token).map(|known| &known.session).ok_or(Failure::Failed)
    }
}

fn perform(session: &Session, task: &Task) -> Result<Vec<u8>, Failure> {
    match task {
        Task::Find | Task::Open => Ok(Vec::new()),
        Task::Generate { key } => generate(session, key).map(|()| Vec::new()),
        Task::Encrypt { key, bound, plaintext } => encrypt(session, find(session, key)?, bound, plaintext),
        Task::Decrypt { key, bound, sealed } => decrypt(session, find(session, key)?, bound, sealed),
        Task::Random { length } => session.generate_random_vec(*length).map_err(|error| failure(&error)),
    }
}

fn generate(session: &Session, label: &str) -> Result<(), Failure> {
    match find(session, &KeyName::labelled(label)) {
        Ok(_) => return Ok(()),
        Err(Failure::NoKey) => {}
        Err(other) => return Err(other),
    }
    let template = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
        Attribute::Wrap(false),
        Attribute::Unwrap(false),
        Attribute::ValueLen(KEY_BYTES.into()),
        Attribute::Label(label.as_bytes().to_vec()),
        Attribute::Id(label.as_bytes().to_vec()),
    ];
    session.generate_key(&Mechanism::AesKeyGen, &template).map(|_| ()).map_err(|error| failure(&error))
}

fn find(session: &Session, key: &KeyName) -> Result<ObjectHandle, Failure> {
    let mut template = vec![Attribute::Class(ObjectClass::SECRET_KEY), Attribute::KeyType(KeyType::AES)];
    if !key.label.is_empty() {
        template.push(Attribute::Label(key.label.as_bytes().to_vec()));
    }
    if !key.id.is_empty() {
        template.push(Attribute::Id(key.id.clone()));
    }
    let found = session.find_objects(&template).map_err(|error| failure(&error))?;
    found.first().copied().ok_or(Failure::NoKey)
}

fn encrypt(session: &Session, key: ObjectHandle, bound: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut iv = [0; IV];
    session.generate_random_slice(&mut iv).map_err(|error| failure(&error))?;
    let drawn = iv;
    let parameters = GcmParams::new(&mut iv, bound, TAG_BITS.into()).map_err(|error| failure(&error))?;
    let sealed = session.encrypt(&Mechanism::AesGcm(parameters), key, plaintext).map_err(|error| failure(&error))?;
    Ok([&drawn[..], &sealed].concat())
}

fn decrypt(session: &Session, key: ObjectHandle, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Failure> {
    let (iv, sealed) = sealed.split_first_chunk::<IV>().ok_or(Failure::Invalid)?;
    let mut iv = *iv;
    let parameters = GcmParams::new(&mut iv, bound, TAG_BITS.into()).map_err(|error| failure(&error))?;
    session.decrypt(&Mechanism::AesGcm(parameters), key, sealed).map_err(|error| match failure(&error) {
        // SoftHSM's word for a wrong tag.
        Failure::Failed if matches!(error, Error::Pkcs11(RvError::GeneralError, _)) => Failure::Invalid,
        other => other,
    })
}

/// What an error of the module means; its words go to the log.
fn failure(error: &Error) -> Failure {
    let meaning = match error {
        Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange | RvError::PinExpired, _) => {
            Failure::WrongPin
        }
        Error::Pkcs11(RvError::PinLocked, _) => Failure::Locked,
        Error::Pkcs11(RvError::TokenNotPresent | RvError::TokenNotRecognized | RvError::SlotIdInvalid, _) => {
            Failure::NoToken
        }
        Error::Pkcs11(RvError::EncryptedDataInvalid | RvError::EncryptedDataLenRange, _) => Failure::Invalid,
        _ => Failure::Failed,
    };
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("pkcs11: {error}\n").as_bytes());
    meaning
}
