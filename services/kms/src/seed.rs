//! Keys that a seed names: made with a given id and, if wanted, given material.
//!
//! Guarantees: what is there already is never changed; many keys go into one transaction, so that a hundred thousand of
//! them load in seconds. Seeding is the operator's act before the server serves, so it passes no policy and no quota.

use crate::api::{KeySpec, KeyUsageType};
use crate::keyid::KeyId;
use crate::materials::MaterialEntry;
use crate::records::{AliasRecord, KeyRecord, Mark, MaterialRecord};
use crate::{keys, quotas, spec};
use base::{Rng, Scope, Secret, Timestamp, Uuid};
use crypto::{Hierarchy, Material, MaterialKind};
use std::fmt;
use store::{Error, Marker, Store, Transaction};

/// Keys made by one transaction.
const BATCH: usize = 500;

/// A key to be made.
pub struct SeedKey {
    /// Its account, which must exist, and Region.
    pub scope: Scope,
    /// Its id: a UUID.
    pub id: String,
    /// What it is, and what it is for.
    pub kind: SeedKind,
    /// Its material; drawn when absent.
    pub material: Option<Secret<Vec<u8>>>,
    /// Names for it, each beginning with `alias/`.
    pub aliases: Vec<String>,
}

/// A key spec and a usage that go together.
#[derive(Clone, Copy)]
pub struct SeedKind {
    spec: KeySpec,
    usage: KeyUsageType,
    material: MaterialKind,
}

impl SeedKind {
    /// The kind that AWS's words mean: symmetric without a spec; the usage may be left out where the spec has but one. The
    /// error is the member that is wrong, and its rule.
    pub fn of(spec: Option<&str>, usage: Option<&str>) -> Result<Self, (&'static str, String)> {
        let spec = spec.unwrap_or(KeySpec::SymmetricDefault.as_str());
        let known = KeySpec::ALL.iter().copied().find(|known| known.as_str() == spec);
        let known = known.and_then(|known| Some((known, spec::kind(known)?)));
        let (spec, material) = known.ok_or_else(|| ("spec", "must be a key spec that is offered here".to_owned()))?;
        let usages = spec::usages(spec);
        let usage = match usage {
            Some(word) => usages.iter().find(|known| known.as_str() == word),
            None => usages.first().filter(|_| usages.len() == 1),
        };
        let words = || usages.iter().map(|usage| usage.as_str()).collect::<Vec<_>>().join(" or ");
        let usage = *usage.ok_or_else(|| ("usage", format!("a key of this spec is for {}", words())))?;
        Ok(Self { spec, usage, material })
    }

    /// Whether material has the form of this kind.
    pub fn takes(self, material: &Secret<Vec<u8>>) -> bool {
        Material::import(self.material, material).is_ok()
    }
}

/// Why keys cannot be made.
#[derive(Debug)]
pub enum SeedError {
    /// The store refused.
    Store(Error),
    /// The key hierarchy refused.
    Crypto(crypto::Error),
    /// The seed asks for something that cannot be; the words name the key.
    Refused(String),
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Crypto(error) => error.fmt(f),
            Self::Refused(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for SeedError {}

impl From<Error> for SeedError {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<crypto::Error> for SeedError {
    fn from(error: crypto::Error) -> Self {
        Self::Crypto(error)
    }
}

/// Makes the keys that do not exist; says how many that were. `now` is service time.
pub fn seed(
    store: &Store,
    crypto: &Hierarchy,
    rng: &dyn Rng,
    now: Timestamp,
    keys: &[SeedKey],
) -> Result<usize, SeedError> {
    let mut made = 0;
    for batch in keys.chunks(BATCH) {
        made += store.transact(Marker(Uuid::random(rng)), |transaction| {
            let mut made = 0;
            for key in batch {
                made += usize::from(plant(transaction, crypto, rng, now, key)?);
            }
            Ok::<_, SeedError>(made)
        })?;
    }
    Ok(made)
}

fn plant(
    transaction: &mut Transaction,
    crypto: &Hierarchy,
    rng: &dyn Rng,
    now: Timestamp,
    key: &SeedKey,
) -> Result<bool, SeedError> {
    let scope = key.scope;
    let id = KeyId::parse(&key.id).filter(|_| !key.id.starts_with("mrk-"));
    let id = id.ok_or_else(|| SeedError::Refused(format!("{}: a seeded key's id is a UUID in lower case", key.id)))?;
    if transaction.exists(&KeyRecord::key(scope, &id))? {
        return Ok(false);
    }
    let most = quotas::ALIASES_PER_KEY.default;
    if key.aliases.len() as u64 > most {
        return Err(SeedError::Refused(format!("{id}: a key has at most {most} aliases")));
    }
    let (material, token) = match &key.material {
        Some(bytes) => crypto.import_material(scope.account, key.kind.material, bytes, rng)?,
        None => crypto.generate_material(scope.account, key.kind.material, rng)?,
    };
    // A ciphertext names only its material: it must lead to one key.
    let first = MaterialEntry::first(material.id(id.as_str()), token);
    if transaction.exists(&MaterialRecord::key(scope.region, &first.id))? {
        return Err(SeedError::Refused(format!("{id}: another account has this id with the same material")));
    }
    let record = KeyRecord::new(key.kind.spec, key.kind.usage, first, now);
    keys::keep(transaction, scope, &id, &record)?;
    for name in &key.aliases {
        let alias = AliasRecord { target: id.clone(), created: now.into(), updated: now.into() };
        if transaction.insert(&AliasRecord::key(scope, name), &alias)? {
            transaction.put(&Mark::alias_of(scope, &id, name), &Mark)?;
        }
    }
    Ok(true)
}
