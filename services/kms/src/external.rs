//! KMS keys as external keys of somebody else's KMS: what the proxy of an external key store does with them.
//!
//! A ciphertext goes apart into what the proxy API wants: IV and tag, a ciphertext as long as its plaintext, and twenty
//! bytes of metadata (format, 3 bytes of the material's id, 16 of the nonce), so that what an earlier material encrypted still decrypts.
//! Guarantees: only an enabled symmetric encryption key of this server's own material is used; every message has a key of its own, as
//! all messages of KMS; what is not bound to the same bytes does not open. Source: XKS Proxy API Specification.

use crate::api::{KeySpec, KeyUsageType};
use crate::materials::MaterialState;
use crate::states::State;
use crate::view::KeyView;
use base::{Scope, Secret, hex};
use crypto::{Blob, Detached, EncryptionContext, MaterialId};
use kernel::{AuditResource, Error, Guarded as _, Lookup, Pool, Result, View as _};
use primitives::sha256;
use std::sync::Arc;
use store::Key;
use xks::{MAX_METADATA, RefusalName, Sealed};

/// What a key may be used as an external key, per second; AWS's own limit for the keys of one store.
pub static POOL: Pool = Pool { name: "kms.ExternalKeys", rate: |_| 1_800.0 };

/// The result, or the refusal of the proxy API.
pub type Outcome<T> = std::result::Result<T, RefusalName>;

/// The only pair of the encryption context that such ciphertexts have. Who may decrypt with the key can name it too; who
/// has a proxy's credential opens nothing that was encrypted in another context.
const BOUND: &str = "fastness:external-key:bound";

const FORMAT: u8 = 1;
const PRINT: usize = 3;

/// A key as the records of its use list it.
pub fn audited(scope: Scope, key: &str) -> AuditResource {
    let arn = format!("arn:{}:kms:{}:{}:key/{key}", scope.region.partition(), scope.region, scope.account);
    AuditResource { arn, account: scope.account, kind: KeyView::KIND }
}

/// Where a key is, for what counts its uses.
pub fn root(scope: Scope, key: &str) -> Key {
    KeyView::root(scope, key)
}

/// Whether the key can be used now.
pub fn is_enabled(lookup: &mut Lookup<'_, '_>, scope: Scope, key: &str) -> Result<Outcome<bool>> {
    Ok(found(lookup, scope, key)?.map(|key| key.record.state == State::Enabled))
}

/// Encrypts.
pub fn encrypt(
    lookup: &mut Lookup<'_, '_>,
    scope: Scope,
    key: &str,
    plaintext: &[u8],
    bound: &[u8],
) -> Result<Outcome<Sealed>> {
    let key = match usable(lookup, scope, key)? {
        Ok(key) => key,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let current = key.current()?;
    let blob = current.material.encrypt(&current.id, lookup.rng(), plaintext, &context(bound));
    let blob = blob.map_err(|error| Error::Internal(error.to_string()))?;
    let pieces = Detached::of(&blob).ok_or_else(|| Error::Internal("an own blob cannot be taken apart".into()))?;
    let mut metadata = Vec::with_capacity(MAX_METADATA);
    metadata.push(FORMAT);
    metadata.extend_from_slice(&print(&current.id));
    metadata.extend_from_slice(&pieces.nonce);
    Ok(Ok(Sealed { ciphertext: pieces.ciphertext, iv: pieces.iv, tag: pieces.tag, metadata }))
}

/// Decrypts.
pub fn decrypt(
    lookup: &mut Lookup<'_, '_>,
    scope: Scope,
    key: &str,
    sealed: &Sealed,
    bound: &[u8],
) -> Result<Outcome<Secret<Vec<u8>>>> {
    let key = match usable(lookup, scope, key)? {
        Ok(key) => key,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some((wanted, pieces)) = attached(sealed) else { return Ok(Err(RefusalName::InvalidCiphertext)) };
    let used = |state| matches!(state, MaterialState::Current | MaterialState::NonCurrent);
    for entry in key.record.materials.iter().filter(|entry| used(entry.state) && print(&entry.id) == wanted) {
        let Some(material) = key.material(&entry.id, lookup.crypto())? else { continue };
        let blob = pieces.attach(&entry.id);
        if let Ok(plaintext) = Blob::parse(&blob).and_then(|blob| material.decrypt(&blob, &context(bound))) {
            return Ok(Ok(plaintext));
        }
    }
    Ok(Err(RefusalName::InvalidCiphertext))
}

/// A key that can be an external key, in whatever state.
fn found(lookup: &mut Lookup<'_, '_>, scope: Scope, key: &str) -> Result<Outcome<Arc<KeyView>>> {
    let Some(key) = lookup.view::<KeyView>(scope, key)? else { return Ok(Err(RefusalName::KeyNotFound)) };
    let record = &key.record;
    let fits = record.spec == KeySpec::SymmetricDefault
        && record.usage == KeyUsageType::EncryptDecrypt
        && record.store.is_none();
    Ok(if fits { Ok(key) } else { Err(RefusalName::InvalidKeyUsage) })
}

fn usable(lookup: &mut Lookup<'_, '_>, scope: Scope, key: &str) -> Result<Outcome<Arc<KeyView>>> {
    let enabled = |key: Arc<KeyView>| match key.record.state {
        State::Enabled => Ok(key),
        _ => Err(RefusalName::InvalidState),
    };
    Ok(found(lookup, scope, key)?.and_then(enabled))
}

fn context(bound: &[u8]) -> EncryptionContext {
    EncryptionContext::from([(BOUND.to_owned(), hex(&sha256(bound)))])
}

fn print(id: &MaterialId) -> [u8; PRINT] {
    let [first, second, third, ..] = *id.as_bytes();
    [first, second, third]
}

/// What the metadata of a ciphertext says, and the ciphertext in pieces.
fn attached(sealed: &Sealed) -> Option<([u8; PRINT], Detached)> {
    let (format, rest) = sealed.metadata.split_first()?;
    let (print, nonce) = rest.split_first_chunk()?;
    let nonce = nonce.try_into().ok().filter(|_| *format == FORMAT)?;
    let pieces = Detached { nonce, iv: sealed.iv, ciphertext: sealed.ciphertext.clone(), tag: sealed.tag };
    Some((*print, pieces))
}
