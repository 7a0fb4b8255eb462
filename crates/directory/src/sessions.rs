//! Sessions: temporary credentials, held by their own token and by nothing else.
//!
//! Guarantees: a token opens only for the access key id that it was issued with; one that was made up, changed or sealed
//! by another server does not open; opening one reads no store, so any server over the same root key can do it. The
//! cache is bounded, and holds only tokens that opened.
//!
//! What a token holds is in `token`.

use crate::credentials::Credential;
use crate::standing::Basis;
use crate::token::{self, Content};
use authn::SigningSecret;
use base::{AccountId, Rng, Secret, Timestamp};
use crypto::PurposeKey;
use policy::{Identity, SessionKind, Tags};
use primitives::sha256;
use quick_cache::sync::Cache;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Sessions kept in memory; one that is not costs an AEAD.
const CAPACITY: usize = 16_384;

/// The longest token, in bytes. Source: AWS What's New, "AWS STS simplifies session token size limits" (September 2026),
/// which makes this the one limit on what a session carries.
pub const MAX_TOKEN: usize = 4_096;

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
    /// How much of the longest token this one is, in per cent.
    pub utilization: u32,
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
    /// With these policies and tags the token would be longer than the longest: so many per cent of it.
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

    pub(crate) fn len(&self) -> usize {
        self.0.len()
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

pub(crate) fn issue(
    key: &PurposeKey<'_>,
    rng: &dyn Rng,
    access_key_id: String,
    grant: &SessionGrant,
    now: Timestamp,
    lasts: Duration,
) -> Result<NewSession, NoSession> {
    let secret = crate::ids::secret(rng);
    let expires = now.plus(lasts);
    let mut plaintext = token::write(grant, &secret, now, expires)?;
    let mut token = key.seal(rng, access_key_id.as_bytes(), plaintext.expose());
    if token.len() > MAX_TOKEN {
        return Err(NoSession::TooLarge(utilization(token.len())));
    }
    if token.len() < grant.least_token {
        // Four letters are three bytes. What follows the last member is not read.
        let bytes = |letters: usize| letters * 3 / 4;
        let filler = vec![0; bytes(grant.least_token.min(MAX_TOKEN) + 1).saturating_sub(bytes(token.len()))];
        plaintext = Secret::new([plaintext.expose().as_slice(), &filler].concat());
        token = key.seal(rng, access_key_id.as_bytes(), plaintext.expose());
    }
    let utilization = utilization(token.len());
    Ok(NewSession { access_key_id, secret, token, expires, utilization })
}

/// The share of [`MAX_TOKEN`] that so many bytes are, in per cent: rounded up, so that only what is over is above 100.
pub(crate) fn utilization(bytes: usize) -> u32 {
    u32::try_from((bytes * 100).div_ceil(MAX_TOKEN)).unwrap_or(u32::MAX)
}

fn open(key: &PurposeKey<'_>, access_key_id: &str, token: &str) -> Result<Session, InvalidSession> {
    let plaintext = key.open_secret(access_key_id.as_bytes(), token).map_err(|_| InvalidSession)?;
    let Content { secret, claim, expires } = token::read(plaintext.expose()).ok_or(InvalidSession)?;
    let credential = Credential::new(SigningSecret::new(secret), claim, Basis::default());
    Ok(Session { access_key_id: access_key_id.to_owned(), credential, expires })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;
    use crypto::{EphemeralSeal, Hierarchy, Purpose};
    use policy::{Entity, Principal};
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
        assert_eq!(new.secret.expose().len(), 40);
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
        assert_eq!(new.utilization, utilization(new.token.len()));
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
        assert!(full.token.len() <= MAX_TOKEN && (50..=100).contains(&full.utilization), "{}", full.token.len());
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
            assert!((least_token..=least_token.max(plain) + 1).contains(&new.token.len()), "{least_token}");
            assert!(new.token.len() <= MAX_TOKEN);
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
    fn a_service_has_no_session() {
        let service = Principal::service(account(), "kms.amazonaws.com").identity;
        let grant = SessionGrant::new(account(), service, SessionKind::SessionToken);
        assert!(matches!(issued(&hierarchy(1), &grant), Err(NoSession::Unfit)));
    }
}
