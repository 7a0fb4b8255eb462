//! Credentials: a secret, and what it says of who holds it.
//!
//! Guarantees: a credential is cached no longer than its record holds; the cache is bounded and remembers no absence.

use crate::authority::{Authority, Claim};
use crate::standing::Basis;
use crate::uses::LastUse;
use authn::SigningSecret;
use policy::Principal;
use quick_cache::sync::Cache;
use std::sync::{Arc, PoisonError, RwLock};

/// Credentials kept in memory.
const CAPACITY: usize = 16_384;

/// A secret, ready to verify signatures, and whose it is.
pub struct Credential {
    /// The secret.
    pub secret: SigningSecret,
    pub(crate) claim: Arc<Claim>,
    /// The authority that was last found for it.
    authority: RwLock<Option<Arc<Authority>>>,
    pub(crate) last_use: LastUse,
    basis: Basis,
}

impl Credential {
    pub(crate) fn new(secret: SigningSecret, claim: Claim, basis: Basis) -> Self {
        Self { secret, claim: Arc::new(claim), authority: RwLock::default(), last_use: LastUse::default(), basis }
    }

    /// Who holds it, as far as the credential itself tells: a user only by the unique id.
    pub fn principal(&self) -> &Principal {
        &self.claim.principal
    }

    /// The authority that is known, if it still is what the records say.
    pub(crate) fn authority(&self) -> Option<Arc<Authority>> {
        let known = self.authority.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|authority| authority.holds()).cloned()
    }

    pub(crate) fn keep(&self, authority: &Arc<Authority>) {
        *self.authority.write().unwrap_or_else(PoisonError::into_inner) = Some(authority.clone());
    }

    fn holds(&self) -> bool {
        self.basis.holds()
    }
}

/// Long-term credentials by access key id.
pub(crate) struct Credentials(Cache<String, Arc<Credential>>);

impl Credentials {
    pub(crate) fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, access_key_id: &str) -> Option<Arc<Credential>> {
        self.0.get(access_key_id).filter(|credential| credential.holds())
    }

    pub(crate) fn keep(&self, access_key_id: &str, credential: &Arc<Credential>) {
        self.0.insert(access_key_id.to_owned(), credential.clone());
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}
