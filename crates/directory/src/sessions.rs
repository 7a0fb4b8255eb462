//! Sessions: temporary credentials, held by their own token and by nothing else.
//!
//! Guarantees: a token opens only for the access key id that it was issued with; one that was made up, changed or sealed
//! by another server does not open; opening one reads no store, so any server over the same root key can do it. The
//! cache is bounded, and holds only tokens that opened.
//!
//! What a session holds is versioned: policies and tags of sessions get the next version, and older tokens still open
//! until they expire.

use crate::Credential;
use authn::SigningSecret;
use base::{AccountId, Rng, Secret, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto::PurposeKey;
use policy::{Entity, Identity, Principal};
use primitives::sha256;
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroize as _;

/// Sessions kept in memory; one that is not costs an AEAD.
const CAPACITY: usize = 16_384;

/// Random bytes of a secret: 40 characters, as AWS's secrets have.
const SECRET_BYTES: usize = 30;

/// The one form of what a token holds so far.
const VERSION: u8 = 1;

/// Temporary credentials that were just made.
pub struct NewSession {
    /// `ASIA…`
    pub access_key_id: String,
    /// The secret.
    pub secret: Secret<String>,
    /// The token that goes with every request.
    pub token: String,
    /// When they stop to be good.
    pub expires: Timestamp,
}

/// A session that a token told of.
pub struct Session {
    access_key_id: String,
    /// Its secret, and for whom it speaks.
    pub credential: Credential,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
}

impl Session {
    /// Whether the session is over at `now`, in service time.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires
    }
}

/// There is no such session: the token is not one of ours or not for this access key id, or the principal is one that
/// has no sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSession;

impl fmt::Display for InvalidSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the session is invalid")
    }
}

impl std::error::Error for InvalidSession {}

/// Sessions by the hash of their token.
pub(crate) struct Sessions(Cache<[u8; 32], Arc<Session>>);

impl Sessions {
    pub(crate) fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }

    pub(crate) fn open(
        &self,
        key: &PurposeKey<'_>,
        access_key_id: &str,
        token: &str,
    ) -> Result<Arc<Session>, InvalidSession> {
        let hash = sha256(token.as_bytes());
        if let Some(session) = self.0.get(&hash) {
            return if session.access_key_id == access_key_id { Ok(session) } else { Err(InvalidSession) };
        }
        let session = Arc::new(open(key, access_key_id, token)?);
        self.0.insert(hash, session.clone());
        Ok(session)
    }
}

/// What a token holds, after its version.
#[derive(Serialize, Deserialize)]
struct Held {
    secret: String,
    account: String,
    /// Name and id of the user; `None` for the account's root.
    user: Option<(String, String)>,
    issued_millis: i64,
    expires_millis: i64,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

pub(crate) fn issue(
    key: &PurposeKey<'_>,
    rng: &dyn Rng,
    access_key_id: String,
    principal: &Principal,
    now: Timestamp,
    lasts: Duration,
) -> Result<NewSession, InvalidSession> {
    let user = match &principal.identity {
        Identity::Root => None,
        Identity::User(Entity { name, id, .. }) => Some((name.clone(), id.clone())),
        _ => return Err(InvalidSession),
    };
    let mut bytes = Secret::new([0; SECRET_BYTES]);
    rng.fill_secret(bytes.expose_mut());
    let secret = Secret::new(STANDARD.encode(bytes.expose()));
    let expires = now.plus(lasts);
    let held = Held {
        secret: secret.expose().clone(),
        account: principal.account().to_string(),
        user,
        issued_millis: now.millis(),
        expires_millis: expires.millis(),
    };
    let plaintext = Secret::new(postcard::to_extend(&held, vec![VERSION]).map_err(|_| InvalidSession)?);
    let token = key.seal(rng, access_key_id.as_bytes(), plaintext.expose());
    Ok(NewSession { access_key_id, secret, token, expires })
}

fn open(key: &PurposeKey<'_>, access_key_id: &str, token: &str) -> Result<Session, InvalidSession> {
    let plaintext = key.open_secret(access_key_id.as_bytes(), token).map_err(|_| InvalidSession)?;
    let Some((&VERSION, held)) = plaintext.expose().split_first() else { return Err(InvalidSession) };
    let mut held: Held = postcard::from_bytes(held).map_err(|_| InvalidSession)?;
    let account: AccountId = held.account.parse().map_err(|_| InvalidSession)?;
    let principal = match held.user.take() {
        None => Principal::root(account),
        Some((name, id)) => Principal::user(account, "/", name, id),
    };
    let secret = SigningSecret::new(Secret::new(std::mem::take(&mut held.secret)));
    Ok(Session {
        access_key_id: access_key_id.to_owned(),
        credential: Credential { secret, principal: Arc::new(principal) },
        issued: Timestamp::from_millis(held.issued_millis),
        expires: Timestamp::from_millis(held.expires_millis),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;
    use crypto::{EphemeralSeal, Hierarchy, Purpose};
    use store::Memory;

    fn hierarchy(seed: u64) -> Arc<Hierarchy> {
        let rng: Arc<dyn Rng> = Arc::new(SeededRng::new(seed));
        let seal = EphemeralSeal::new(rng.as_ref());
        Hierarchy::open(Arc::new(Memory::new()), &seal, rng).unwrap()
    }

    fn alice() -> Principal {
        let account = "111122223333".parse().unwrap();
        Principal::user(account, "/", "alice", "AIDA1")
    }

    fn issued(hierarchy: &Hierarchy, principal: &Principal) -> NewSession {
        let key = hierarchy.system_purpose_key(Purpose::SessionToken);
        let (now, hour) = (Timestamp::from_millis(0), Duration::from_secs(3600));
        issue(&key, &SeededRng::new(7), "ASIA1".into(), principal, now, hour).unwrap()
    }

    #[test]
    fn a_token_tells_whose_session_it_is_and_when_it_ends() {
        let hierarchy = hierarchy(1);
        let key = hierarchy.system_purpose_key(Purpose::SessionToken);
        let new = issued(&hierarchy, &alice());
        assert_eq!(new.secret.expose().len(), 40);
        let session = open(&key, "ASIA1", &new.token).unwrap();
        let found = &session.credential.principal.identity;
        assert!(matches!(found, Identity::User(user) if user.name == "alice" && user.id == "AIDA1"));
        assert!(!session.is_over(Timestamp::from_millis(3_599_999)));
        assert!(session.is_over(Timestamp::from_millis(3_600_000)));
        assert_eq!((session.issued.millis(), session.expires), (0, new.expires));
    }

    #[test]
    fn a_token_is_for_one_access_key_and_one_server_cached_or_not() {
        let (ours, theirs) = (hierarchy(1), hierarchy(2));
        let new = issued(&ours, &alice());
        let sessions = Sessions::new();
        for _ in 0..2 {
            let key = ours.system_purpose_key(Purpose::SessionToken);
            assert!(sessions.open(&key, "ASIA2", &new.token).is_err());
            assert!(sessions.open(&key, "ASIA1", &new.token).is_ok());
            let key = theirs.system_purpose_key(Purpose::SessionToken);
            assert!(Sessions::new().open(&key, "ASIA1", &new.token).is_err());
        }
        let key = ours.system_purpose_key(Purpose::SessionToken);
        for at in 0..new.token.len() {
            let mut forged = new.token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert!(sessions.open(&key, "ASIA1", std::str::from_utf8(&forged).unwrap()).is_err(), "position {at}");
        }
        // What another purpose sealed is no session.
        let marker = ours.system_purpose_key(Purpose::PaginationMarker).seal(&SeededRng::new(1), b"ASIA1", b"x");
        assert!(sessions.open(&key, "ASIA1", &marker).is_err());
    }

    #[test]
    fn a_service_has_no_session() {
        let hierarchy = hierarchy(1);
        let key = hierarchy.system_purpose_key(Purpose::SessionToken);
        let service = Principal::service("111122223333".parse().unwrap(), "kms.amazonaws.com");
        let now = Timestamp::from_millis(0);
        let made = issue(&key, &SeededRng::new(7), "ASIA1".into(), &service, now, Duration::from_secs(1));
        assert!(made.is_err());
    }
}
