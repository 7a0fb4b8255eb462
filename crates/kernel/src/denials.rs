//! Denials, kept for a while so that they can be explained.
//!
//! Guarantees: memory and store are bounded, whoever causes denials; the newest are kept; an explanation is the one of
//! the decision that was made, with the policies and condition keys as they were. Denials are written to the store from
//! time to time, so that other nodes, and this one after a restart, know them too; what was not written yet when a
//! process is killed is gone, but for its audit record.

use crate::control::Kernel;
use base::{AccountId, Uuid};
use crypto::Purpose;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::io::Read as _;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Error, Key, Marker, Space};

/// Denials kept in memory.
const MAX_KEPT: usize = 2_048;
/// Bytes of explanations kept in memory.
const MAX_BYTES: usize = 8 << 20;
/// An explanation above this is not kept; what was asked and answered is.
const MAX_EXPLANATION: usize = 64 * 1024;
/// Places for requests in the store; which one a request gets follows from its id.
const PLACES: u64 = 4_096;
/// Denials of one request that are written to the store.
const MAX_OF_REQUEST: usize = 8;
/// The longest encoded authorization message, in JSON. Source: STS API Reference, DecodeAuthorizationMessage (10,240
/// characters encoded; ours are deflated).
const MAX_MESSAGE: u64 = 256 * 1024;

/// An access that was denied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    /// The id that the caller was given.
    pub request_id: String,
    /// When, in service time; milliseconds since the Unix epoch.
    pub at_millis: i64,
    /// The caller's account.
    pub account: String,
    /// The Region called.
    pub region: String,
    /// `kms.amazonaws.com`
    pub source: String,
    /// The operation.
    pub operation: String,
    /// The caller's ARN.
    pub principal: String,
    /// What permission was asked for.
    pub action: String,
    /// On what; `*` for an action without a resource.
    pub resource: String,
    /// What the caller was told.
    pub message: String,
    /// The caller was let through all the same (`--soft`).
    pub let_through: bool,
    /// The decision with every policy consulted, in JSON; `None` if it was too long to be kept.
    pub explanation: Option<String>,
    /// The same as STS's DecodeAuthorizationMessage shows it.
    pub authorization: String,
}

impl Denied {
    fn weight(&self) -> usize {
        let texts = [&self.principal, &self.resource, &self.message, &self.authorization];
        texts.iter().map(|text| text.len()).sum::<usize>() + self.explanation.as_ref().map_or(0, String::len) + 512
    }
}

/// The newest denials.
#[derive(Default)]
pub(crate) struct Denials(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    denials: VecDeque<Arc<Denied>>,
    bytes: usize,
    /// How many of the newest are not in the store yet.
    unwritten: usize,
    /// How many were let through since the start.
    let_through: u64,
}

impl Denials {
    pub(crate) fn keep(&self, mut denied: Denied) {
        denied.explanation = denied.explanation.filter(|text| text.len() <= MAX_EXPLANATION);
        let mut kept = self.lock();
        kept.let_through += u64::from(denied.let_through);
        kept.bytes += denied.weight();
        kept.denials.push_back(Arc::new(denied));
        kept.unwritten += 1;
        while kept.denials.len() > MAX_KEPT || kept.bytes > MAX_BYTES {
            let Some(oldest) = kept.denials.pop_front() else { break };
            kept.bytes -= oldest.weight();
        }
        kept.unwritten = kept.unwritten.min(kept.denials.len());
    }

    fn find(&self, request_id: &str) -> Vec<Arc<Denied>> {
        self.lock().denials.iter().filter(|denied| denied.request_id == request_id).cloned().collect()
    }

    /// Takes the denials that are not in the store yet, those of a request together.
    fn take_unwritten(&self) -> BTreeMap<String, Vec<Denied>> {
        let mut kept = self.lock();
        let from = kept.denials.len() - std::mem::take(&mut kept.unwritten);
        let mut requests = BTreeMap::<_, Vec<_>>::new();
        for denied in kept.denials.iter().skip(from) {
            let of_request = requests.entry(denied.request_id.clone()).or_default();
            if of_request.len() < MAX_OF_REQUEST {
                of_request.push(Denied::clone(denied));
            }
        }
        requests
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The denials of one request.
#[derive(Serialize, Deserialize)]
struct DeniedRecord(Vec<Denied>);

impl store::Record for DeniedRecord {
    const VERSION: u8 = 1;
}

fn place(request_id: &str) -> Key {
    let hash = primitives::sha256(request_id.as_bytes());
    let place = hash.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)) % PLACES;
    Key::new(Space::system(), "kernel.denied").number(place)
}

impl Kernel {
    /// What was denied in the call that its caller knows by this id; empty if nothing was, or nothing is known any more.
    pub fn why(&self, request_id: &str) -> Result<Vec<Denied>, Error> {
        let found = self.denials.find(request_id);
        if !found.is_empty() {
            return Ok(found.iter().map(|denied| Denied::clone(denied)).collect());
        }
        let record = self.store.begin()?.get::<DeniedRecord>(&place(request_id))?;
        let mut denials = record.map(|record| record.0).unwrap_or_default();
        denials.retain(|denied| denied.request_id == request_id);
        Ok(denials)
    }

    /// The newest denials of this process, at most `count`, oldest first.
    pub fn denials(&self, count: usize) -> Vec<Arc<Denied>> {
        let kept = self.denials.lock();
        kept.denials.iter().skip(kept.denials.len().saturating_sub(count)).cloned().collect()
    }

    /// How many accesses were let through since the start that would have been denied.
    pub fn let_through(&self) -> u64 {
        self.denials.lock().let_through
    }

    /// Writes to the store what waits: that it is in use, what was used, denials, and when keys and roles were last used.
    pub fn keep_notes(&self) -> Result<(), Error> {
        if self.abandoned.load(Ordering::Acquire) {
            return Ok(());
        }
        self.keep_seen()?;
        self.keep_meter()?;
        let requests = self.denials.take_unwritten();
        for batch in requests.into_iter().collect::<Vec<_>>().chunks(64) {
            self.store.transact(Marker(Uuid::random(self.rng.as_ref())), |transaction| {
                batch.iter().try_for_each(|(id, denials)| transaction.put(&place(id), &DeniedRecord(denials.clone())))
            })?;
        }
        self.keep_last_uses()?;
        self.directory.keep_uses()
    }

    /// The encoded form of an authorization message, which only the account can have decoded.
    pub fn encoded_authorization(&self, account: AccountId, message: &str) -> Option<String> {
        let mut packed = Vec::new();
        DeflateEncoder::new(message.as_bytes(), Compression::default()).read_to_end(&mut packed).ok()?;
        let key = self.crypto.purpose_key(account, Purpose::AuthorizationMessage).ok()?;
        Some(key.seal(self.rng.as_ref(), &[], &packed))
    }

    /// The authorization message of an account in clear; `None` if it is not one of the account's.
    pub fn decoded_authorization(&self, account: AccountId, encoded: &str) -> Option<String> {
        let key = self.crypto.purpose_key(account, Purpose::AuthorizationMessage).ok()?;
        let packed = key.open(&[], encoded).ok()?;
        let mut message = String::new();
        DeflateDecoder::new(packed.as_slice()).take(MAX_MESSAGE).read_to_string(&mut message).ok()?;
        Some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(request_id: &str, explanation: &str) -> Denied {
        Denied {
            request_id: request_id.to_owned(),
            at_millis: 0,
            account: "111122223333".into(),
            region: "us-east-1".into(),
            source: "kms.amazonaws.com".into(),
            operation: "Encrypt".into(),
            principal: "arn:aws:iam::111122223333:user/alice".into(),
            action: "kms:Encrypt".into(),
            resource: "*".into(),
            message: "User: …".into(),
            let_through: false,
            explanation: Some(explanation.to_owned()),
            authorization: "{}".into(),
        }
    }

    #[test]
    fn the_newest_are_kept_and_memory_is_bounded() {
        let denials = Denials::default();
        for n in 0..MAX_KEPT + 10 {
            denials.keep(denied(&n.to_string(), "{}"));
        }
        assert!(denials.find("9").is_empty() && denials.find("10").len() == 1);
        let long = "x".repeat(MAX_EXPLANATION);
        for n in 0..MAX_KEPT {
            denials.keep(denied(&n.to_string(), &long));
        }
        let kept = denials.lock();
        assert!(kept.bytes <= MAX_BYTES && kept.denials.len() < MAX_KEPT);
        assert_eq!(kept.bytes, kept.denials.iter().map(|denied| denied.weight()).sum::<usize>());
        assert_eq!(kept.unwritten, kept.denials.len());
    }

    #[test]
    fn what_is_too_long_is_kept_without_its_explanation() {
        let denials = Denials::default();
        denials.keep(denied("a", &"x".repeat(MAX_EXPLANATION + 1)));
        assert_eq!(denials.find("a")[0].explanation, None);
    }

    #[test]
    fn the_denials_of_a_request_are_written_together_and_once() {
        let denials = Denials::default();
        for _ in 0..MAX_OF_REQUEST + 1 {
            denials.keep(denied("a", "{}"));
        }
        denials.keep(denied("b", "{}"));
        let taken = denials.take_unwritten();
        assert_eq!((taken["a"].len(), taken["b"].len()), (MAX_OF_REQUEST, 1));
        assert!(denials.take_unwritten().is_empty());
        denials.keep(denied("c", "{}"));
        assert_eq!(denials.take_unwritten().keys().collect::<Vec<_>>(), ["c"]);
    }
}
