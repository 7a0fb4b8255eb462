//! Sessions: temporary credentials, held by their own token and by nothing else.
//!
//! Guarantees: a token opens only for the access key id that it was issued with; one that was made up, changed or sealed
//! by another server does not open; opening one reads no store, so any server over the same root key can do it. The
//! cache is bounded, and holds only tokens that opened.
//!
//! What a token holds is versioned, and older tokens still open until they expire. Policies and tags are deflated in it,
//! so that it fits into a header: they may take [`MAX_PACKED`] bytes, of which STS tells callers the share in per cent.

use crate::authority::{Claim, session_policy};
use crate::credentials::Credential;
use crate::standing::Basis;
use authn::SigningSecret;
use base::{AccountId, Rng, Secret, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto::PurposeKey;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use policy::{Entity, Identity, Principal, SessionFacts, SessionKind, Tags};
use primitives::sha256;
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroize as _;

/// Sessions kept in memory; one that is not costs an AEAD.
const CAPACITY: usize = 16_384;

/// Random bytes of a secret: 40 characters, as AWS's secrets have.
const SECRET_BYTES: usize = 30;

/// Session policies and tags take at most so many bytes in a token. AWS has such a limit too, and does not tell it.
pub const MAX_PACKED: usize = 2_560;

/// What [`MAX_PACKED`] bytes may unpack to: 50 tags, ten ARNs and 2,048 characters of policies are well below.
const MAX_UNPACKED: u64 = 64 * 1024;

/// The forms of what a token holds.
const FIRST: u8 = 1;
const SECOND: u8 = 2;

/// A session to be issued: for whom, and everything that is true of it.
pub struct SessionGrant {
    /// The account that the session acts in.
    pub account: AccountId,
    /// Whom it speaks for: a user, a role, a federated user, or the root.
    pub identity: Identity,
    /// How it came about.
    pub kind: SessionKind,
    /// When a second factor was given, if one was.
    pub mfa_at: Option<Timestamp>,
    /// `sts:SourceIdentity`, inherited or given.
    pub source_identity: Option<String>,
    /// `aws:FederatedProvider`
    pub federated_provider: Option<String>,
    /// Session tags, with the inherited ones.
    pub tags: Tags,
    /// Keys of the tags that the next session inherits.
    pub transitive_tag_keys: Vec<String>,
    /// The inline session policy.
    pub policy: Option<String>,
    /// ARNs of managed policies that limit the session; they count as they are when a call is made.
    pub policy_arns: Vec<String>,
    /// A role's session asked for it.
    pub chained: bool,
    /// How long the token is at least, in bytes: the caller wants to know what its infrastructure takes.
    pub least_token: usize,
}

impl SessionGrant {
    /// A session without policies, tags and the rest.
    pub fn new(account: AccountId, identity: Identity, kind: SessionKind) -> Self {
        Self {
            account,
            identity,
            kind,
            mfa_at: None,
            source_identity: None,
            federated_provider: None,
            tags: Tags::new(),
            transitive_tag_keys: Vec::new(),
            policy: None,
            policy_arns: Vec::new(),
            chained: false,
            least_token: 0,
        }
    }
}

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
    /// How much of the room for policies and tags they take, in per cent; `None` if there are none.
    pub packed_percent: Option<u32>,
}

/// A session that a token told of.
pub struct Session {
    access_key_id: String,
    /// Its secret, and for whom it speaks.
    pub credential: Credential,
    /// When it ends.
    pub expires: Timestamp,
}

impl Session {
    /// Whether the session is over at `now`, in service time.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires
    }
}

/// There is no such session: the token is not one of ours or not for this access key id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSession;

impl fmt::Display for InvalidSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the session is invalid")
    }
}

impl std::error::Error for InvalidSession {}

/// Why a session is not issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSession {
    /// Policies and tags take more than the room for them: so many per cent of it.
    TooLarge(u32),
    /// Such a principal has no sessions.
    Unfit,
}

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

pub(crate) fn issue(
    key: &PurposeKey<'_>,
    rng: &dyn Rng,
    access_key_id: String,
    grant: &SessionGrant,
    now: Timestamp,
    lasts: Duration,
) -> Result<NewSession, NoSession> {
    let bulk = packed(grant)?;
    let share = (!bulk.is_empty()).then(|| percent(bulk.len()));
    if bulk.len() > MAX_PACKED {
        return Err(NoSession::TooLarge(percent(bulk.len())));
    }
    let mut bytes = Secret::new([0; SECRET_BYTES]);
    rng.fill_secret(bytes.expose_mut());
    let secret = Secret::new(STANDARD.encode(bytes.expose()));
    let expires = now.plus(lasts);
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
        bulk,
    };
    let mut plaintext = Secret::new(postcard::to_extend(&held, vec![SECOND]).map_err(|_| NoSession::Unfit)?);
    let mut token = key.seal(rng, access_key_id.as_bytes(), plaintext.expose());
    if let Some(missing) = grant.least_token.checked_sub(token.len()).filter(|missing| *missing > 0) {
        // Four letters are three bytes. What follows the last member is not read.
        let filler = vec![0; missing.div_ceil(4) * 3];
        plaintext = Secret::new([plaintext.expose().as_slice(), &filler].concat());
        token = key.seal(rng, access_key_id.as_bytes(), plaintext.expose());
    }
    Ok(NewSession { access_key_id, secret, token, expires, packed_percent: share })
}

/// Rounded up, so that only nothing is 0 and only what is over is above 100.
fn percent(bytes: usize) -> u32 {
    u32::try_from((bytes * 100).div_ceil(MAX_PACKED)).unwrap_or(u32::MAX)
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
        return Err(NoSession::TooLarge(percent(plain.len())));
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

fn open(key: &PurposeKey<'_>, access_key_id: &str, token: &str) -> Result<Session, InvalidSession> {
    let plaintext = key.open_secret(access_key_id.as_bytes(), token).map_err(|_| InvalidSession)?;
    let (version, held) = plaintext.expose().split_first().ok_or(InvalidSession)?;
    match *version {
        FIRST => first(access_key_id, held),
        SECOND => second(access_key_id, held),
        _ => None,
    }
    .ok_or(InvalidSession)
}

fn first(access_key_id: &str, held: &[u8]) -> Option<Session> {
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
    Some(session(access_key_id, std::mem::take(&mut held.secret), Claim::of(principal), held.expires_millis))
}

fn second(access_key_id: &str, held: &[u8]) -> Option<Session> {
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
    Some(session(access_key_id, std::mem::take(&mut held.secret), claim, held.expires_millis))
}

fn session(access_key_id: &str, secret: String, claim: Claim, expires_millis: i64) -> Session {
    let secret = SigningSecret::new(Secret::new(secret));
    Session {
        access_key_id: access_key_id.to_owned(),
        credential: Credential::new(secret, claim, Basis::default()),
        expires: Timestamp::from_millis(expires_millis),
    }
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
    use base::SeededRng;
    use crypto::{EphemeralSeal, Hierarchy, Purpose};
    use store::Memory;

    fn hierarchy(seed: u64) -> Arc<Hierarchy> {
        let rng: Arc<dyn Rng> = Arc::new(SeededRng::new(seed));
        let seal = EphemeralSeal::new(rng.as_ref());
        Hierarchy::open(Arc::new(Memory::new()), &seal, rng).unwrap()
    }

    fn account() -> AccountId {
        "111122223333".parse().unwrap()
    }

    fn alice() -> SessionGrant {
        let identity = Principal::user(account(), "/", "alice", "AIDA1").identity;
        SessionGrant::new(account(), identity, SessionKind::SessionToken)
    }

    fn app() -> SessionGrant {
        let role = Entity { path: "/service/".into(), name: "app".into(), id: "AROA1".into() };
        let identity = Identity::Role { role, session_name: "s1".into() };
        SessionGrant {
            mfa_at: Some(Timestamp::from_millis(-5000)),
            source_identity: Some("alice".into()),
            federated_provider: Some("accounts.google.com".into()),
            tags: vec![("team".into(), "red".into())],
            transitive_tag_keys: vec!["team".into()],
            policy: Some(r#"{"Version":"2012-10-17","Statement":[]}"#.into()),
            policy_arns: vec!["arn:aws:iam::aws:policy/AdministratorAccess".into()],
            chained: true,
            ..SessionGrant::new(account(), identity, SessionKind::WebIdentity)
        }
    }

    fn issued(hierarchy: &Hierarchy, grant: &SessionGrant) -> Result<NewSession, NoSession> {
        let key = hierarchy.system_purpose_key(Purpose::SessionToken);
        let (now, hour) = (Timestamp::from_millis(0), Duration::from_secs(3600));
        issue(&key, &SeededRng::new(7), "ASIA1".into(), grant, now, hour)
    }

    #[test]
    fn a_token_tells_whose_session_it_is_and_when_it_ends() {
        let hierarchy = hierarchy(1);
        let key = hierarchy.system_purpose_key(Purpose::SessionToken);
        let new = issued(&hierarchy, &alice()).ok().unwrap();
        assert_eq!((new.secret.expose().len(), new.packed_percent), (40, None));
        assert!(new.token.len() < 300, "{}", new.token.len());
        let session = open(&key, "ASIA1", &new.token).unwrap();
        let found = &session.credential.claim.principal;
        assert!(matches!(&found.identity, Identity::User(user) if user.name == "alice" && user.id == "AIDA1"));
        assert!(!session.is_over(Timestamp::from_millis(3_599_999)));
        assert!(session.is_over(Timestamp::from_millis(3_600_000)));
        assert_eq!((found.session.as_ref().unwrap().issued.millis(), session.expires), (0, new.expires));
    }

    #[test]
    fn everything_that_is_true_of_a_session_is_in_its_token() {
        let hierarchy = hierarchy(1);
        let key = hierarchy.system_purpose_key(Purpose::SessionToken);
        let new = issued(&hierarchy, &app()).ok().unwrap();
        let session = open(&key, "ASIA1", &new.token).unwrap();
        let claim = &session.credential.claim;
        assert_eq!(claim.principal.arn(base::Partition::Aws), "arn:aws:sts::111122223333:assumed-role/app/s1");
        assert_eq!(claim.principal.principal_arn(base::Partition::Aws), "arn:aws:iam::111122223333:role/service/app");
        let facts = claim.principal.session.as_ref().unwrap();
        assert_eq!(facts.kind, SessionKind::WebIdentity);
        assert_eq!(facts.mfa_at, Some(Timestamp::from_millis(-5000)));
        assert_eq!(facts.source_identity.as_deref(), Some("alice"));
        assert_eq!(facts.federated_provider.as_deref(), Some("accounts.google.com"));
        assert_eq!(facts.tags, [("team".to_owned(), "red".to_owned())]);
        assert_eq!(facts.transitive_tag_keys, ["team"]);
        assert_eq!((facts.policies.len(), facts.chained), (1, true));
        assert_eq!(claim.policy_arns, ["arn:aws:iam::aws:policy/AdministratorAccess"]);
        assert!(matches!(new.packed_percent, Some(1..10)), "{:?}", new.packed_percent);
    }

    #[test]
    fn a_token_fits_into_a_header_and_says_when_it_would_not() {
        let hierarchy = hierarchy(1);
        // Random letters do not deflate below six bits each.
        let noise = |length: usize, seed: u64| {
            let mut bytes = vec![0; length];
            SeededRng::new(seed * 2 + 3).fill(&mut bytes);
            base::hex(&bytes)
        };
        let tagged = |tags: usize| SessionGrant {
            tags: (0..tags).map(|n| (format!("key-{n}"), noise(64, n as u64))).collect(),
            ..app()
        };
        let full = issued(&hierarchy, &tagged(20)).ok().unwrap();
        assert!(full.token.len() < 4096, "{}", full.token.len());
        assert!(matches!(full.packed_percent, Some(50..=100)), "{:?}", full.packed_percent);
        assert!(matches!(issued(&hierarchy, &tagged(60)), Err(NoSession::TooLarge(101..))));
        let huge = SessionGrant { policy: Some("x".repeat(100_000)), ..app() };
        assert!(matches!(issued(&hierarchy, &huge), Err(NoSession::TooLarge(101..))));
    }

    #[test]
    fn a_token_is_as_long_as_was_asked_and_opens_all_the_same() {
        let hierarchy = hierarchy(1);
        let key = hierarchy.system_purpose_key(Purpose::SessionToken);
        let (now, hour) = (Timestamp::from_millis(0), Duration::from_secs(3600));
        let plain = issued(&hierarchy, &app()).unwrap().token.len();
        for least_token in [0, plain, plain + 1, plain + 2, plain + 3, 4_096] {
            let grant = SessionGrant { least_token, ..app() };
            let new = issue(&key, &SeededRng::new(7), "ASIA1".into(), &grant, now, hour).unwrap();
            assert!((least_token..=least_token.max(plain) + 3).contains(&new.token.len()), "{least_token}");
            assert_eq!(open(&key, "ASIA1", &new.token).unwrap().expires, new.expires);
        }
    }

    #[test]
    fn a_token_is_for_one_access_key_and_one_server_cached_or_not() {
        let (ours, theirs) = (hierarchy(1), hierarchy(2));
        let new = issued(&ours, &alice()).ok().unwrap();
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
    fn a_token_of_the_first_form_still_opens() {
        let hierarchy = hierarchy(1);
        let key = hierarchy.system_purpose_key(Purpose::SessionToken);
        let held = FirstHeld {
            secret: "secret".into(),
            account: account().to_string(),
            user: Some(("alice".into(), "AIDA1".into())),
            issued_millis: 5,
            expires_millis: 10,
        };
        let plaintext = postcard::to_extend(&held, vec![1]).unwrap();
        assert_eq!(plaintext[..9], *b"\x01\x06secret\x0c");
        let token = key.seal(&SeededRng::new(1), b"ASIA1", &plaintext);
        let session = open(&key, "ASIA1", &token).unwrap();
        assert_eq!(session.credential.claim.principal.unique_id(), "AIDA1");
        assert_eq!(session.expires.millis(), 10);
        let unknown = key.seal(&SeededRng::new(1), b"ASIA1", &[3]);
        assert!(open(&key, "ASIA1", &unknown).is_err());
    }

    #[test]
    fn a_service_has_no_session() {
        let service = Principal::service(account(), "kms.amazonaws.com").identity;
        let grant = SessionGrant::new(account(), service, SessionKind::SessionToken);
        assert!(matches!(issued(&hierarchy(1), &grant), Err(NoSession::Unfit)));
    }
}
