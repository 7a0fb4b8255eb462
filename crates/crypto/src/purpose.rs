//! Tokens that this server hands out and later takes back, such as pagination markers.
//!
//! Guarantees: a token opens only for the account, purpose and context that it was sealed for; it is bounded in length;
//! it shows nothing of what it holds but the length; it names its keyring version, so it outlives a rotation.

use crate::envelope::OVERHEAD;
use crate::hierarchy::Hierarchy;
use crate::keyring::Keyring;
use crate::labels::Purpose;
use base::{AccountId, Rng, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::sync::Arc;

/// Seals tokens of one purpose, of one account or of none.
pub struct PurposeKey<'a> {
    pub(crate) hierarchy: &'a Hierarchy,
    /// `None` for tokens that are opened before an account is known.
    pub(crate) account: Option<AccountId>,
    pub(crate) purpose: Purpose,
    pub(crate) keyring: Arc<Keyring>,
}

/// The token was not made for this account, purpose and context, or was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidToken;

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token is invalid")
    }
}

impl std::error::Error for InvalidToken {}

impl PurposeKey<'_> {
    /// A token of letters, digits, `-` and `_`, which holds `plaintext` for the same `context` later.
    pub fn seal(&self, rng: &dyn Rng, context: &[u8], plaintext: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.keyring.seal(&self.purpose.label(), context, plaintext, rng))
    }

    /// What the token holds.
    pub fn open(&self, context: &[u8], token: &str) -> Result<Vec<u8>, InvalidToken> {
        self.open_secret(context, token).map(|plaintext| plaintext.expose().clone())
    }

    /// The same, for what must not leak.
    pub fn open_secret(&self, context: &[u8], token: &str) -> Result<Secret<Vec<u8>>, InvalidToken> {
        if token.len() > (self.purpose.longest() + OVERHEAD).div_ceil(3) * 4 {
            return Err(InvalidToken);
        }
        let sealed = URL_SAFE_NO_PAD.decode(token).map_err(|_| InvalidToken)?;
        let opened = self.hierarchy.open_sealed(self.account, &self.purpose.label(), context, &sealed, "the token");
        opened.map_err(|_| InvalidToken)
    }
}
