//! Branch keys: keys below a KMS key, kept in a table, that wrap data keys without a call to KMS for each.
//!
//! Guarantees: a branch key is only ever plain in memory; what lies in the table is wrapped by KMS, bound to all of its
//! item and to the logical name of the store, and is used only under a KMS key that the store is configured for.
//! Source: AWS Encryption SDK specification, "Keystore", hierarchy version 1; tables of AWS's clients are read and
//! written.

mod file;
mod item;
mod storage;
#[cfg(test)]
mod tests;

pub use file::FileBranchKeyStorage;
pub use item::{AttributeValue, Item};
pub use storage::{BranchKeyStorage, Condition, MemoryBranchKeyStorage, Put, StorageError};

use crate::keyrings::kms::{KmsArn, KmsName, expect_key};
use crate::{EncryptionContext, Error};
use base::{Clock, Secret, SystemClock, Uuid};
use client::{EncryptionContextPairs, Kms};
use item::{ItemType, Record, Version};
use primitives::SystemRng;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes of a branch key and of a beacon key.
const KEY_LENGTH: usize = 32;

/// Longest branch key id, in bytes: that of a partition key of DynamoDB.
const LONGEST_ID: usize = 2048;

/// Which KMS keys a store works with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KmsConfiguration {
    /// The key with this ARN, and no other.
    Key(String),
    /// The key with this ARN; if it is a multi-Region key, branch keys under its relatives in other Regions too, which
    /// are unwrapped in the Region of this ARN.
    MultiRegionKey(String),
    /// The keys that items name. Makes no branch keys.
    Discovery,
    /// The keys that items name, multi-Region keys in the client's Region. Makes no branch keys.
    MultiRegionDiscovery,
}

/// One version of a branch key.
pub struct BranchKey {
    id: String,
    version: Uuid,
    context: BTreeMap<String, String>,
    key: Secret<Vec<u8>>,
}

impl BranchKey {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its version, a UUID.
    pub fn version(&self) -> String {
        self.version.to_string()
    }

    /// The 16 bytes of its version.
    pub(crate) fn version_bytes(&self) -> &[u8; 16] {
        &self.version.0
    }

    /// The context that it was created with.
    pub fn context(&self) -> &BTreeMap<String, String> {
        &self.context
    }

    /// The key's bytes.
    pub(crate) fn expose(&self) -> &[u8] {
        self.key.expose()
    }
}

/// The key that beacons of encrypted items are derived from.
pub struct BeaconKey {
    id: String,
    context: BTreeMap<String, String>,
    key: Secret<Vec<u8>>,
}

impl BeaconKey {
    /// The id of the branch key that it belongs to.
    pub fn branch_key_id(&self) -> &str {
        &self.id
    }

    /// The context that it was created with.
    pub fn context(&self) -> &BTreeMap<String, String> {
        &self.context
    }

    /// The key's bytes.
    pub fn expose(&self) -> &[u8] {
        self.key.expose()
    }
}

/// A store of branch keys.
pub struct BranchKeyStore {
    storage: Arc<dyn BranchKeyStorage>,
    kms: Arc<dyn Kms>,
    name: String,
    keys: Keys,
    grant_tokens: Vec<String>,
    clock: Arc<dyn Clock>,
}

/// [`KmsConfiguration`], read.
enum Keys {
    Key(KmsArn),
    MultiRegionKey(KmsArn),
    Discovery,
    MultiRegionDiscovery,
}

impl BranchKeyStore {
    /// A store over a storage. `name`, its logical name, is bound to all that lies in it, so that the table may be
    /// restored under another name, but not be passed off as another store's.
    pub fn new(
        storage: Arc<dyn BranchKeyStorage>,
        kms: Arc<dyn Kms>,
        name: impl Into<String>,
        configuration: KmsConfiguration,
    ) -> Result<Self, Error> {
        let name = name.into();
        if name.is_empty() {
            return Err(Error::Configuration("a branch key store has a logical name".into()));
        }
        let read = |arn: &str| {
            let name: KmsName = arn.parse()?;
            name.expect_region(kms.region())?;
            let by_arn = || Error::Configuration(format!("branch keys are under the ARN of a key, not under {name}"));
            name.key_arn().cloned().ok_or_else(by_arn)
        };
        let keys = match configuration {
            KmsConfiguration::Key(arn) => Keys::Key(read(&arn)?),
            KmsConfiguration::MultiRegionKey(arn) => Keys::MultiRegionKey(read(&arn)?),
            KmsConfiguration::Discovery => Keys::Discovery,
            KmsConfiguration::MultiRegionDiscovery => Keys::MultiRegionDiscovery,
        };
        Ok(Self { storage, kms, name, keys, grant_tokens: Vec::new(), clock: Arc::new(SystemClock) })
    }

    /// Sends grant tokens with every call to KMS.
    #[must_use]
    pub fn with_grant_tokens(self, grant_tokens: Vec<String>) -> Self {
        Self { grant_tokens, ..self }
    }

    /// Dates branch keys by another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Its logical name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes a branch key, its first version and its beacon key; its id. Without an id of the caller's, a UUID is drawn;
    /// one of the caller's needs a context. The context is bound to all versions.
    pub fn create_key(&self, branch_key_id: Option<&str>, context: &EncryptionContext) -> Result<String, Error> {
        let arn = self.own_key()?.to_string();
        let id = match branch_key_id {
            Some(id) if context.is_empty() => {
                return Err(Error::Configuration(format!(
                    "the branch key {id} needs an encryption context of its own"
                )));
            }
            Some(id) => id.to_owned(),
            None => Uuid::random(&SystemRng).to_string(),
        };
        check_id(&id)?;
        let version = self.new_version(&id, &arn, item::own_context(context));
        let (of_version, active) = self.make_version(&version, &arn)?;
        let context = version.context(ItemType::Beacon);
        let beacon = Record { enc: self.generate(&arn, &context)?, context };
        let put = |record: Record| Put { item: record.into_item(), condition: Condition::NotExists };
        match self.storage.transact([of_version, active, beacon].map(put).to_vec()) {
            Ok(()) => Ok(id),
            Err(StorageError::ConditionFailed(_)) => {
                Err(Error::KeyStore(format!("there is a branch key {id} already")))
            }
            Err(error) => Err(storage_failed(&error)),
        }
    }

    /// Rotates a branch key: makes a new version, which encrypts from now on; the id of the version. Older versions go on
    /// to decrypt.
    pub fn version_key(&self, branch_key_id: &str) -> Result<String, Error> {
        self.own_key()?;
        let active = self.read(branch_key_id, ItemType::Active)?;
        let (stored, key) = (active.kms_arn()?.to_string(), self.key_for(&active)?);
        // Nothing of the item is believed, and signed anew, before KMS has said that it is genuine.
        self.re_encrypt(&key, &active.enc, &active.context, &active.context)?;
        let version = self.new_version(branch_key_id, &stored, active.kept_context());
        let (of_version, new) = self.make_version(&version, &key)?;
        let puts = vec![
            Put { item: of_version.into_item(), condition: Condition::NotExists },
            Put { item: new.into_item(), condition: Condition::HasEnc(active.enc) },
        ];
        match self.storage.transact(puts) {
            Ok(()) => Ok(version.version.to_string()),
            Err(StorageError::ConditionFailed(_)) => Err(Error::KeyStore(format!(
                "the branch key {branch_key_id} was rotated by somebody else at the same time; nothing was changed"
            ))),
            Err(error) => Err(storage_failed(&error)),
        }
    }

    /// The version that encrypts.
    pub fn active_branch_key(&self, branch_key_id: &str) -> Result<BranchKey, Error> {
        self.branch_key(branch_key_id, ItemType::Active)
    }

    /// A version by its id, a UUID.
    pub fn branch_key_version(&self, branch_key_id: &str, version: &str) -> Result<BranchKey, Error> {
        let version = version.parse().map_err(|_| Error::KeyStore(format!("no version of a branch key: {version}")))?;
        self.branch_key(branch_key_id, ItemType::Version(version))
    }

    /// The beacon key.
    pub fn beacon_key(&self, branch_key_id: &str) -> Result<BeaconKey, Error> {
        let record = self.read(branch_key_id, ItemType::Beacon)?;
        Ok(BeaconKey { id: branch_key_id.into(), context: record.own_context(), key: self.open(&record)? })
    }

    fn branch_key(&self, branch_key_id: &str, kind: ItemType) -> Result<BranchKey, Error> {
        let record = self.read(branch_key_id, kind)?;
        let (version, context, key) = (record.version()?, record.own_context(), self.open(&record)?);
        Ok(BranchKey { id: branch_key_id.into(), version, context, key })
    }

    fn read(&self, branch_key_id: &str, kind: ItemType) -> Result<Record, Error> {
        check_id(branch_key_id)?;
        let item = self.storage.get(branch_key_id, &kind.name()).map_err(|error| storage_failed(&error))?;
        let missing = || Error::KeyStore(format!("there is no {} of a branch key {branch_key_id}", kind.name()));
        Record::read(item.ok_or_else(missing)?, branch_key_id, kind, &self.name)
    }

    fn new_version<'a>(&'a self, id: &'a str, arn: &'a str, own_context: BTreeMap<String, String>) -> Version<'a> {
        let (version, created) = (Uuid::random(&SystemRng), self.clock.now());
        Version { branch_key_id: id, version, kms_arn: arn, created, store: &self.name, own_context }
    }

    /// The items of a new version. No plaintext leaves KMS.
    fn make_version(&self, version: &Version<'_>, key: &str) -> Result<(Record, Record), Error> {
        let context = version.context(ItemType::Version(version.version));
        let enc = self.generate(key, &context)?;
        let active = version.context(ItemType::Active);
        let active = Record { enc: self.re_encrypt(key, &enc, &context, &active)?, context: active };
        Ok((Record { context, enc }, active))
    }

    fn generate(&self, key: &str, context: &EncryptionContextPairs) -> Result<Vec<u8>, Error> {
        let answer = self.kms.generate_data_key_without_plaintext(key, KEY_LENGTH, context, &self.grant_tokens)?;
        expect_key(key, &answer.key_id)?;
        Ok(answer.ciphertext)
    }

    fn re_encrypt(
        &self,
        key: &str,
        ciphertext: &[u8],
        from: &EncryptionContextPairs,
        to: &EncryptionContextPairs,
    ) -> Result<Vec<u8>, Error> {
        let answer = self.kms.re_encrypt(key, ciphertext, from, key, to, &self.grant_tokens)?;
        expect_key(key, &answer.key_id)?;
        Ok(answer.ciphertext)
    }

    fn open(&self, record: &Record) -> Result<Secret<Vec<u8>>, Error> {
        let key = self.key_for(record)?;
        let answer = self.kms.decrypt(&key, &record.enc, None, &record.context, &self.grant_tokens)?;
        expect_key(&key, &answer.key_id)?;
        match answer.plaintext.expose().len() {
            KEY_LENGTH => Ok(answer.plaintext),
            length => Err(Error::KeyStore(format!("a branch key has {KEY_LENGTH} bytes, not {length}"))),
        }
    }

    /// The key to make branch keys under.
    fn own_key(&self) -> Result<&KmsArn, Error> {
        match &self.keys {
            Keys::Key(arn) | Keys::MultiRegionKey(arn) => Ok(arn),
            Keys::Discovery | Keys::MultiRegionDiscovery => {
                Err(Error::Configuration("branch keys are made and rotated under a configured KMS key only".into()))
            }
        }
    }

    /// The ARN to ask KMS under for an item.
    fn key_for(&self, record: &Record) -> Result<String, Error> {
        let stored = record.kms_arn()?;
        let (usable, key) = match &self.keys {
            Keys::Key(own) => (*own == stored, own.clone()),
            Keys::MultiRegionKey(own) => (own.is_related(&stored), own.clone()),
            Keys::MultiRegionDiscovery if stored.is_multi_region_key() => (true, stored.in_region(self.kms.region())),
            Keys::Discovery | Keys::MultiRegionDiscovery => (stored.region() == self.kms.region(), stored.clone()),
        };
        match usable {
            true => Ok(key.to_string()),
            false => Err(Error::KeyStore(format!("the branch key is under {stored}, which this store may not use"))),
        }
    }
}

fn check_id(branch_key_id: &str) -> Result<(), Error> {
    match branch_key_id.len() {
        1..=LONGEST_ID => Ok(()),
        length => Err(Error::Configuration(format!("a branch key id has 1 to {LONGEST_ID} bytes, not {length}"))),
    }
}

fn storage_failed(error: &StorageError) -> Error {
    Error::KeyStore(format!("the storage of branch keys failed: {error}"))
}
