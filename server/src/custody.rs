//! What holders of the seal do to an open server: add and remove seals, and get a root credential again.
//!
//! Guarantees: whoever asks proves to hold a seal by opening the root key with it at that moment; access to the control
//! socket alone does nothing here. A new seal has opened what it sealed before it is written; a store never loses its last
//! seal, nor one that was not meant, whatever other nodes do meanwhile. Each change is in the audit log by the same
//! transaction, in the account that the server began with; so is that an operator sealed or opened the server, if the log can
//! be written.

use crate::control::{ControlError, Words};
use crate::node::{Node, by_reference};
use crate::operation;
use crate::seals::{Locator, person};
use base::{AccountId, Region, Scope, Secret};
use crypto::{OpenError, RootRecord, RootSeal, SharedSeal, Slot, new_slot, opened_slot, root_key_place};
use kernel::Kernel;
use primitives::SystemRng;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::{Key, KeyRange, Marker, Space, Transaction};

/// The account that a server began with.
#[derive(Serialize, Deserialize)]
struct FirstAccount {
    id: String,
}

impl store::Record for FirstAccount {
    const VERSION: u8 = 1;
}

impl FirstAccount {
    fn key() -> Key {
        Key::new(Space::system(), "server.first-account")
    }
}

/// Notes which account a new server begins with.
pub(crate) fn begin_with(kernel: &Kernel, account: AccountId) -> Result<(), String> {
    let marker = Marker(base::Uuid::random(kernel.rng().as_ref()));
    let note = FirstAccount { id: account.to_string() };
    let noted: Result<_, store::Error> =
        kernel.store().transact(marker, |transaction| transaction.insert(&FirstAccount::key(), &note));
    noted.map(|_| ()).map_err(|error| error.to_string())
}

/// How long the log may take to note what is done in any case.
const PATIENCE: Duration = Duration::from_secs(5);

/// Notes in the audit log that the operator seals or has opened the server. Where that cannot be, it happens all the same: a
/// full disk must not keep anybody from sealing.
pub(crate) async fn note(node: &Node, name: &'static str) {
    let Some(kernel) = node.kernel().await else { return };
    let home = node.home();
    let noted = off_the_road(move || operate(&kernel, home, name, &json!({}), |_| Ok(Ok(()))));
    let why = match tokio::time::timeout(PATIENCE, noted).await {
        Ok(Ok(())) => return,
        Ok(Err(ControlError::Refused(why) | ControlError::Unproven(why) | ControlError::Failed(why))) => why,
        Err(_) => format!("no answer within {} s", PATIENCE.as_secs()),
    };
    tracing::error!(name, why, "the audit log could not be told of what the operator does");
}

/// The seals that open the store.
pub(crate) async fn list(node: &Node) -> Result<Value, ControlError> {
    let record = node.record().await.map_err(ControlError::Refused)?;
    let seals: Vec<Value> = record.slots().iter().zip(1..).map(|(slot, place)| shown(slot, place)).collect();
    Ok(json!({ "seals": seals }))
}

pub(crate) fn shown(slot: &Slot, place: usize) -> Value {
    json!({ "place": place, "seal": slot.locator, "name": slot.name })
}

/// Has one more seal open the store.
pub(crate) async fn add(node: &Node, seal: &str, new: Option<Words>, words: Vec<Words>) -> Result<Value, ControlError> {
    let locator = node.locator(seal).map_err(ControlError::Refused)?;
    let held = Held::prove(node, words).await?;
    let is_unnamed = node.is_pinned() && locator.is_automatic() && !node.config().seals.contains(&locator.to_string());
    let mut told = off_the_road(move || held.add(&locator, new)).await?;
    if let Some(members) = told.as_object_mut().filter(|_| is_unnamed) {
        let note = "over a database, a server tries what its configuration names alone: add it to `seal` there";
        members.insert("note".into(), json!(note));
    }
    Ok(told)
}

/// Takes a seal away, after another one was proven.
pub(crate) async fn remove(node: &Node, place: usize, words: Vec<Words>) -> Result<Value, ControlError> {
    let record = node.record().await.map_err(ControlError::Refused)?;
    let mut rest = record.clone();
    let removed = rest.remove(place).map_err(refused)?;
    let held = Held::prove_over(node, words, rest).await?;
    off_the_road(move || held.remove(place, &removed)).await
}

/// Makes an access key of an account's root.
pub(crate) async fn recover(
    node: &Node,
    account: Option<String>,
    keep: bool,
    words: Vec<Words>,
) -> Result<Value, ControlError> {
    let held = Held::prove(node, words).await?;
    off_the_road(move || held.recover(account.as_deref(), keep)).await
}

/// Somebody who holds a seal, which was just proven.
struct Held {
    kernel: Arc<Kernel>,
    home: Region,
    /// The seals of which one has opened the root key.
    seals: Vec<Box<dyn RootSeal>>,
    /// The slots among which it was looked for.
    record: RootRecord,
    /// The one that was opened.
    opened: Slot,
}

impl Held {
    async fn prove(node: &Node, words: Vec<Words>) -> Result<Self, ControlError> {
        let record = node.record().await.map_err(ControlError::Refused)?;
        Self::prove_over(node, words, record).await
    }

    /// By what the holder gives, if that is anything, else by what opens without a person.
    async fn prove_over(node: &Node, words: Vec<Words>, record: RootRecord) -> Result<Self, ControlError> {
        let sealed = || ControlError::Refused("the server is sealed; open it with `fastness unseal` first".into());
        let kernel = node.kernel().await.ok_or_else(sealed)?;
        let (home, given) = (node.home(), !words.is_empty());
        let (seals, problems) = if given {
            (holders(words)?, Vec::new())
        } else {
            operation::automatic(node).await.map_err(ControlError::Refused)?
        };
        off_the_road(move || {
            let opened = opened_slot(&by_reference(&seals), &record).cloned();
            match opened {
                Ok(opened) => Ok(Self { kernel, home, seals, record, opened }),
                Err(why) if given => {
                    tracing::warn!(%why, "a seal was not proven, and what it was for was refused");
                    Err(refused(why))
                }
                Err(why) => Err(operation::not_by_itself(&record, &problems, &why.to_string())),
            }
        })
        .await
    }

    fn add(&self, locator: &Locator, new: Option<Words>) -> Result<Value, ControlError> {
        let passphrase = || {
            let phrase = new.ok_or("a passphrase needs one to be given")?;
            person::passphrase(&phrase.take())
        };
        let (seal, shares) = locator.make(passphrase, &SystemRng).map_err(ControlError::Refused)?;
        if let Ok(slot) = opened_slot(&[seal.as_ref()], &self.record) {
            let place = self.record.slots().iter().position(|other| other == slot).map_or(0, |index| index + 1);
            return Err(ControlError::Refused(format!("that seal opens the store already: it is seal {place}")));
        }
        let proof = as_it_will_be(locator, &shares).map_err(ControlError::Refused)?;
        let proof = proof.as_deref().unwrap_or(seal.as_ref());
        let slot = new_slot(&by_reference(&self.seals), &self.record, seal.as_ref(), proof, &SystemRng);
        let slot = slot.map_err(refused)?;
        let details = json!({ "seal": slot.locator, "name": slot.name, "provenBy": self.opened.name });
        let place = self.change("AddSeal", &details, |record| {
            record.add(slot.clone())?;
            Ok(record.slots().len())
        })?;
        tracing::warn!(seal = slot.locator, place, "a seal was added");
        let mut told = shown(&slot, place);
        if let Some(members) = told.as_object_mut() {
            let shares: Vec<&str> = shares.iter().map(|share| share.expose().as_str()).collect();
            members.insert("shares".into(), json!(shares));
        }
        Ok(told)
    }

    fn remove(&self, place: usize, removed: &Slot) -> Result<Value, ControlError> {
        let details = json!({ "seal": removed.locator, "name": removed.name, "provenBy": self.opened.name });
        self.change("RemoveSeal", &details, |record| {
            let there = record.remove(place)?;
            // Another node may have changed the list since: then the place is another seal's, or what was proven is gone.
            let as_seen = there == *removed && record.slots().contains(&self.opened);
            if as_seen { Ok(()) } else { Err(OpenError::Store(store::Error::Conflict)) }
        })?;
        tracing::warn!(seal = removed.locator, place, "a seal was removed");
        Ok(shown(removed, place))
    }

    fn recover(&self, account: Option<&str>, keep: bool) -> Result<Value, ControlError> {
        let account = match account {
            Some(id) => id.parse().map_err(|invalid: base::Invalid| ControlError::Refused(invalid.0.into()))?,
            None => first_account(&self.kernel).map_err(failed)?.ok_or_else(|| {
                ControlError::Refused("which account this server began with is not on record: give --account ID".into())
            })?,
        };
        let made = self.kernel.create_root_key(account, "RecoverRootAccessKey", keep).map_err(failed)?;
        let made = made.map_err(ControlError::Refused)?;
        tracing::warn!(account = account.as_str(), proven_by = self.opened.name, "a root credential was made");
        Ok(json!({
            "account": account.as_str(),
            "access_key_id": made.access_key_id,
            "secret_access_key": made.secret.expose(),
            "kept": made.kept,
            "deleted": made.deleted,
        }))
    }

    /// Changes the root key's record, on record itself.
    fn change<T>(
        &self,
        name: &'static str,
        details: &Value,
        change: impl Fn(&mut RootRecord) -> Result<T, OpenError>,
    ) -> Result<T, ControlError> {
        let place = root_key_place();
        operate(&self.kernel, self.home, name, details, |transaction| {
            let mut record = match read(transaction, &place)? {
                Ok(record) => record,
                Err(why) => return Ok(Err(why.to_string())),
            };
            match change(&mut record) {
                Ok(done) => {
                    transaction.put_bare(&place, record.write())?;
                    Ok(Ok(done))
                }
                Err(OpenError::Store(store::Error::Conflict)) => {
                    Ok(Err("the seals have changed meanwhile; look again with `fastness seals list`".into()))
                }
                Err(why) => Ok(Err(why.to_string())),
            }
        })
    }
}

/// Changes what concerns the server as a whole, on record in the account that it began with.
fn operate<T>(
    kernel: &Kernel,
    home: Region,
    name: &'static str,
    details: &Value,
    change: impl Fn(&mut Transaction) -> Result<Result<T, String>, store::Error>,
) -> Result<T, ControlError> {
    let account = first_account(kernel).map_err(failed)?.or(lowest_account(kernel).map_err(failed)?);
    let account = account.ok_or_else(|| ControlError::Failed("the server has no account".into()))?;
    let region = kernel.partition().global_region().unwrap_or(home);
    let done = kernel.operate("kms", name, Scope { account, region }, &details.to_string(), change);
    done.map_err(failed)?.map_err(ControlError::Refused)
}

fn read(transaction: &mut Transaction, place: &Key) -> Result<Result<RootRecord, OpenError>, store::Error> {
    let found = transaction.bare(place)?;
    Ok(found.ok_or(OpenError::NoRootKey).and_then(|bytes| RootRecord::read(&bytes)))
}

/// The seal as it will be found when it is needed; `None` where nothing of it is kept but in a head.
fn as_it_will_be(locator: &Locator, shares: &[Secret<String>]) -> Result<Option<Box<dyn RootSeal>>, String> {
    match locator {
        Locator::Passphrase => Ok(None),
        Locator::Shamir { threshold, .. } => {
            let enough: Vec<_> = shares.iter().rev().take((*threshold).into()).map(Secret::duplicate).collect();
            let seal = SharedSeal::combine(&enough).map_err(|bad| bad.to_string())?;
            Ok(Some(Box::new(seal)))
        }
        automatic => automatic.find().map(Some),
    }
}

/// The seals that a person's words make; shares must be enough.
fn holders(words: Vec<Words>) -> Result<Vec<Box<dyn RootSeal>>, ControlError> {
    let (phrases, shares) = person::sorted(words);
    let mut seals = person::passphrases(&phrases).map_err(ControlError::Refused)?;
    if !shares.is_empty() {
        let seal = SharedSeal::combine(&shares).map_err(|bad| ControlError::Refused(bad.to_string()))?;
        seals.push(Box::new(seal));
    }
    Ok(seals)
}

/// The account that the server began with, if it is on record.
pub(crate) fn first_account(kernel: &Kernel) -> Result<Option<AccountId>, store::Error> {
    let found = kernel.store().begin()?.get::<FirstAccount>(&FirstAccount::key())?;
    Ok(found.and_then(|first| first.id.parse().ok()))
}

/// Any account, for what concerns the server as a whole: always the same one while there are no others.
fn lowest_account(kernel: &Kernel) -> Result<Option<AccountId>, store::Error> {
    let Ok(zero) = "000000000000".parse::<AccountId>() else { return Ok(None) };
    let start = Key::new(Space::account(zero), "").as_bytes().to_vec();
    let range = KeyRange { start, end: vec![u8::MAX; store::MAX_KEY_BYTES] };
    let found = kernel.store().engine().snapshot()?.range(&range, 1)?;
    Ok(found.first().and_then(|entry| Key::space_of(&entry.key)).and_then(|(account, _)| account))
}

fn refused(why: OpenError) -> ControlError {
    ControlError::Refused(why.to_string())
}

fn failed(error: store::Error) -> ControlError {
    ControlError::Failed(error.to_string())
}

/// Runs what waits for disk, network or Argon2id.
async fn off_the_road<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ControlError> + Send + 'static,
) -> Result<T, ControlError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(ControlError::Failed("the command crashed".into())))
}
