//! Keys as tests need them: in states and of kinds that only detours lead to.
//!
//! Guarantee: what is planted looks like what the service itself would have stored.

use crate::api::{KeySpec, KeyUsageType, OriginType};
use crate::key_stores::{Cluster, Connection, KeyStoreRecord, Proxy, StoreKind};
use crate::keyid::KeyId;
use crate::records::{AliasRecord, KeyRecord, MultiRegion, StoreLink};
use crate::states::State;
use base::{Scope, Secret};
use store::{Error, Transaction};

/// What becomes of a key.
#[derive(Clone, Copy)]
pub enum Planted<'a> {
    /// It gets into a state, by AWS's word for it. Where only keys of some origin do, it gets that as well.
    State(&'a str),
    /// It gets a spec, by AWS's word, with the first usage that goes with it. Its material stays.
    Spec(&'a str),
    /// It gets an origin, by AWS's word.
    Origin(&'a str),
    /// It becomes the replica of a primary in a Region.
    ReplicaOf(&'a str),
    /// An alias that there is points at it.
    Alias(&'a str),
}

/// Changes the record of a key; an id or a word that is not known is an error.
pub fn plant(transaction: &mut Transaction, scope: Scope, id: &str, planted: &Planted<'_>) -> Result<(), Error> {
    let unknown = |what: &str| Error::Damaged(format!("{what} is not known here"));
    let place = KeyRecord::key(scope, &KeyId::parse(id).ok_or_else(|| unknown(id))?);
    let mut record: KeyRecord = transaction.get(&place)?.ok_or_else(|| unknown(id))?;
    match planted {
        Planted::State(word) => {
            record.state = STATES.iter().find(|(known, _)| known == word).ok_or_else(|| unknown(word))?.1;
            match record.state {
                State::PendingImport => record.origin = OriginType::External,
                State::Unavailable => live_in_a_store(transaction, scope, &mut record, OriginType::AwsCloudhsm)?,
                State::PendingDeletion => record.deletion = Some(record.created),
                State::PendingReplicaDeletion => record.waiting_days = Some(7),
                _ => {}
            }
        }
        Planted::Spec(word) => {
            let spec = KeySpec::ALL.iter().copied().find(|spec| spec.as_str() == *word);
            record.spec = spec.ok_or_else(|| unknown(word))?;
            let usages = crate::spec::usages(record.spec);
            record.usage = usages.first().copied().unwrap_or(KeyUsageType::EncryptDecrypt);
        }
        Planted::Origin(word) => {
            let origin = OriginType::ALL.iter().copied().find(|origin| origin.as_str() == *word);
            match origin.ok_or_else(|| unknown(word))? {
                origin @ (OriginType::AwsCloudhsm | OriginType::ExternalKeyStore) => {
                    live_in_a_store(transaction, scope, &mut record, origin)?;
                }
                origin => record.origin = origin,
            }
        }
        Planted::Alias(name) => {
            let place = AliasRecord::key(scope, name);
            let alias: AliasRecord = transaction.get(&place)?.ok_or_else(|| unknown(name))?;
            let target = KeyId::parse(id).ok_or_else(|| unknown(id))?;
            transaction.put(&place, &AliasRecord { target, ..alias })?;
        }
        Planted::ReplicaOf(region) => {
            let replicas = vec![scope.region.to_string()];
            record.multi_region = Some(MultiRegion { primary: (*region).to_owned(), replicas });
        }
    }
    transaction.put(&place, &record)
}

const STATES: [(&str, State); 8] = [
    ("Enabled", State::Enabled),
    ("Disabled", State::Disabled),
    ("PendingDeletion", State::PendingDeletion),
    ("PendingReplicaDeletion", State::PendingReplicaDeletion),
    ("PendingImport", State::PendingImport),
    ("Unavailable", State::Unavailable),
    ("Creating", State::Creating),
    ("Updating", State::Updating),
];

/// A store that is not connected, and the key in it.
fn live_in_a_store(
    transaction: &mut Transaction,
    scope: Scope,
    record: &mut KeyRecord,
    origin: OriginType,
) -> Result<(), Error> {
    let (id, kind) = match origin {
        OriginType::ExternalKeyStore => {
            let (endpoint, path) = ("https://planted.example.com".to_owned(), "/kms/xks/v1".to_owned());
            let (access_key_id, secret) = ("PLANTEDPLANTEDPLANTED".to_owned(), Secret::new("planted".to_owned()));
            ("cks-1234567890abcdef1", StoreKind::Proxy(Proxy { endpoint, path, access_key_id, secret }))
        }
        _ => {
            let (id, anchor) = ("cluster-planted2345".to_owned(), "planted".to_owned());
            let password = Secret::new("planted".to_owned());
            ("cks-1234567890abcdef0", StoreKind::Cluster(Cluster { id, anchor, password }))
        }
    };
    let (name, created) = (id.to_owned(), record.created);
    let store = KeyStoreRecord { name, created, connection: Connection::Disconnected, failure: None, kind };
    transaction.put(&KeyStoreRecord::key(scope, id), &store)?;
    record.origin = origin;
    record.store = Some(StoreLink { id: id.to_owned(), key: "planted".to_owned() });
    Ok(())
}
