//! What a session's token holds, in each of its forms.
//!
//! Guarantees: a form never changes what it means, and older tokens open until they expire. Policies and tags are deflated,
//! so that a token fits into a header.

use crate::authority::{Claim, session_policy};
use crate::sessions::{NoSession, SessionGrant, utilization};
use base::{AccountId, Secret, Timestamp};
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use policy::{Entity, Identity, Principal, SessionFacts, SessionKind, Tags};
use serde::{Deserialize, Serialize};
use std::io::Read as _;
use std::sync::Arc;
use zeroize::Zeroize as _;

/// What policies and tags may unpack to: 50 tags, ten ARNs and 2,048 characters of policies are well below.
const MAX_UNPACKED: u64 = 64 * 1024;

/// The forms of what a token holds.
const FIRST: u8 = 1;
const SECOND: u8 = 2;

/// What was read of a token.
pub(crate) struct Content {
    pub(crate) secret: Secret<String>,
    pub(crate) claim: Claim,
    pub(crate) expires: Timestamp,
}

/// What a token is to hold.
pub(crate) fn write(
    grant: &SessionGrant,
    secret: &Secret<String>,
    now: Timestamp,
    expires: Timestamp,
) -> Result<Secret<Vec<u8>>, NoSession> {
    let held = Held {
        secret: secret.expose().clone(),
        account: grant.account.to_string(),
        identity: held_identity(&grant.identity).ok_or(NoSession::Unfit)?,
        kind: held_kind(grant.kind),
        issued_millis: now.millis(),
        expires_millis: expires.millis(),
        mfa_millis: grant.mfa_at.map(Timestamp::millis),
        source_identity: grant.source_identity.clone(),
        federated_provider: grant.federated_provider.clone(),
        chained: grant.chained,
        bulk: packed(grant)?,
    };
    postcard::to_extend(&held, Secret::new(vec![SECOND])).map_err(|_| NoSession::Unfit)
}

/// Reads what a token holds; bytes behind it are filler. `None` if it is of no form that is known.
pub(crate) fn read(content: &[u8]) -> Option<Content> {
    match content.split_first()? {
        (&FIRST, held) => first(held),
        (&SECOND, held) => second(held),
        _ => None,
    }
}

/// The first form, after its version: a session of a user or root, without anything else.
#[derive(Serialize, Deserialize)]
struct FirstHeld {
    secret: String,
    account: String,
    /// Name and id of the user; `None` for the account's root.
    user: Option<(String, String)>,
    issued_millis: i64,
    expires_millis: i64,
}

impl Drop for FirstHeld {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// The second form. The order of variants and members is the encoding.
#[derive(Serialize, Deserialize)]
struct Held {
    secret: String,
    account: String,
    identity: HeldIdentity,
    kind: HeldKind,
    issued_millis: i64,
    expires_millis: i64,
    mfa_millis: Option<i64>,
    source_identity: Option<String>,
    federated_provider: Option<String>,
    chained: bool,
    /// A deflated [`Bulk`]; empty if there is nothing in it.
    bulk: Vec<u8>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

#[derive(Serialize, Deserialize)]
enum HeldIdentity {
    Root,
    User(HeldEntity),
    Role { role: HeldEntity, session_name: String },
    Federated { name: String, user: Option<HeldEntity> },
}

#[derive(Serialize, Deserialize)]
struct HeldEntity {
    path: String,
    name: String,
    id: String,
}

#[derive(Serialize, Deserialize)]
enum HeldKind {
    AssumedRole,
    WebIdentity,
    Saml,
    SessionToken,
    Federation,
}

/// What may be long.
#[derive(Default, PartialEq, Serialize, Deserialize)]
struct Bulk {
    policy: Option<String>,
    policy_arns: Vec<String>,
    tags: Vec<(String, String)>,
    transitive_tag_keys: Vec<String>,
}

fn packed(grant: &SessionGrant) -> Result<Vec<u8>, NoSession> {
    let bulk = Bulk {
        policy: grant.policy.clone(),
        policy_arns: grant.policy_arns.clone(),
        tags: grant.tags.clone(),
        transitive_tag_keys: grant.transitive_tag_keys.clone(),
    };
    if bulk == Bulk::default() {
        return Ok(Vec::new());
    }
    let plain = postcard::to_allocvec(&bulk).map_err(|_| NoSession::Unfit)?;
    if plain.len() as u64 > MAX_UNPACKED {
        return Err(NoSession::TooLarge(utilization(plain.len())));
    }
    let mut packed = Vec::new();
    DeflateEncoder::new(plain.as_slice(), Compression::best())
        .read_to_end(&mut packed)
        .map_err(|_| NoSession::Unfit)?;
    Ok(packed)
}

fn unpacked(packed: &[u8]) -> Option<Bulk> {
    if packed.is_empty() {
        return Some(Bulk::default());
    }
    let mut plain = Vec::new();
    DeflateDecoder::new(packed).take(MAX_UNPACKED).read_to_end(&mut plain).ok()?;
    postcard::from_bytes(&plain).ok()
}

fn first(held: &[u8]) -> Option<Content> {
    let mut held: FirstHeld = postcard::from_bytes(held).ok()?;
    let account: AccountId = held.account.parse().ok()?;
    let mut principal = match held.user.take() {
        None => Principal::root(account),
        Some((name, id)) => Principal::user(account, "/", name, id),
    };
    principal.session = Some(Arc::new(SessionFacts {
        kind: SessionKind::SessionToken,
        issued: Timestamp::from_millis(held.issued_millis),
        mfa_at: None,
        source_identity: None,
        federated_provider: None,
        tags: Tags::new(),
        transitive_tag_keys: Vec::new(),
        policies: Vec::new(),
        chained: false,
    }));
    let secret = Secret::new(std::mem::take(&mut held.secret));
    Some(Content { secret, claim: Claim::of(principal), expires: Timestamp::from_millis(held.expires_millis) })
}

fn second(held: &[u8]) -> Option<Content> {
    let mut held: Held = postcard::from_bytes(held).ok()?;
    let account: AccountId = held.account.parse().ok()?;
    let bulk = unpacked(&held.bulk)?;
    let policies = bulk.policy.iter().map(|text| session_policy(text).ok()).collect::<Option<_>>()?;
    let mut principal = Principal::new(account, identity(std::mem::replace(&mut held.identity, HeldIdentity::Root)));
    principal.session = Some(Arc::new(SessionFacts {
        kind: kind(&held.kind),
        issued: Timestamp::from_millis(held.issued_millis),
        mfa_at: held.mfa_millis.map(Timestamp::from_millis),
        source_identity: held.source_identity.take(),
        federated_provider: held.federated_provider.take(),
        tags: bulk.tags,
        transitive_tag_keys: bulk.transitive_tag_keys,
        policies,
        chained: held.chained,
    }));
    let claim = Claim { principal, policy_arns: bulk.policy_arns };
    let secret = Secret::new(std::mem::take(&mut held.secret));
    Some(Content { secret, claim, expires: Timestamp::from_millis(held.expires_millis) })
}

fn held_identity(identity: &Identity) -> Option<HeldIdentity> {
    let entity =
        |entity: &Entity| HeldEntity { path: entity.path.clone(), name: entity.name.clone(), id: entity.id.clone() };
    Some(match identity {
        Identity::Root => HeldIdentity::Root,
        Identity::User(user) => HeldIdentity::User(entity(user)),
        Identity::Role { role, session_name } => {
            HeldIdentity::Role { role: entity(role), session_name: session_name.clone() }
        }
        Identity::Federated { name, user } => {
            HeldIdentity::Federated { name: name.clone(), user: user.as_ref().map(entity) }
        }
        Identity::External { .. } | Identity::Service { .. } | Identity::Anonymous => return None,
    })
}

fn identity(held: HeldIdentity) -> Identity {
    let entity = |HeldEntity { path, name, id }| Entity { path, name, id };
    match held {
        HeldIdentity::Root => Identity::Root,
        HeldIdentity::User(user) => Identity::User(entity(user)),
        HeldIdentity::Role { role, session_name } => Identity::Role { role: entity(role), session_name },
        HeldIdentity::Federated { name, user } => Identity::Federated { name, user: user.map(entity) },
    }
}

fn held_kind(kind: SessionKind) -> HeldKind {
    match kind {
        SessionKind::AssumedRole => HeldKind::AssumedRole,
        SessionKind::WebIdentity => HeldKind::WebIdentity,
        SessionKind::Saml => HeldKind::Saml,
        SessionKind::SessionToken => HeldKind::SessionToken,
        SessionKind::Federation => HeldKind::Federation,
    }
}

fn kind(held: &HeldKind) -> SessionKind {
    match held {
        HeldKind::AssumedRole => SessionKind::AssumedRole,
        HeldKind::WebIdentity => SessionKind::WebIdentity,
        HeldKind::Saml => SessionKind::Saml,
        HeldKind::SessionToken => SessionKind::SessionToken,
        HeldKind::Federation => SessionKind::Federation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_the_first_form_still_opens() {
        let held = FirstHeld {
            secret: "secret".into(),
            account: "111122223333".into(),
            user: Some(("alice".into(), "AIDA1".into())),
            issued_millis: 5,
            expires_millis: 10,
        };
        let content = postcard::to_extend(&held, vec![FIRST]).unwrap();
        assert_eq!(content[..9], *b"\x01\x06secret\x0c");
        let read = read(&content).unwrap();
        assert_eq!(read.claim.principal.unique_id(), "AIDA1");
        assert_eq!((read.secret.expose().as_str(), read.expires.millis()), ("secret", 10));
    }

    #[test]
    fn a_form_that_is_not_known_does_not_open() {
        assert!(read(&[]).is_none() && read(&[3]).is_none() && read(&[SECOND]).is_none());
    }
}
