//! Tokens that this server hands out and later takes back, such as pagination markers.
//!
//! Guarantees: a token opens only for the account, purpose and context that it was sealed for; it is bounded in length;
//! it shows nothing of what it holds but the length; it names its keyring version, so it outlives a rotation.

use crate::envelope::OVERHEAD;
use crate::hierarchy::Hierarchy;
use crate::keyring::Keyring;
use crate::labels::Purpose;
use base::{AccountId, Rng};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::sync::Arc;

/// The longest token that is looked at, in characters: enough for a whole key of the store.
const MAX_TOKEN: usize = (store::MAX_KEY_BYTES + OVERHEAD).div_ceil(3) * 4;

/// Seals tokens of one account and purpose.
pub struct PurposeKey<'a> {
    pub(crate) hierarchy: &'a Hierarchy,
    pub(crate) account: AccountId,
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
        if token.len() > MAX_TOKEN {
            return Err(InvalidToken);
        }
        let sealed = URL_SAFE_NO_PAD.decode(token).map_err(|_| InvalidToken)?;
        let opened = self.hierarchy.unseal(Some(self.account), &self.purpose.label(), context, &sealed, "the token");
        opened.map(|plaintext| plaintext.expose().clone()).map_err(|_| InvalidToken)
    }
}
