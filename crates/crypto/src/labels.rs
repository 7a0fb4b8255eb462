//! Every label under which a key is derived. One line, one purpose: two uses never share a label, so a key made for one
//! can never serve another.
//!
//! Guarantee: labels hold no zero byte (the KDF ends them with one) and are never changed, since what they sealed must
//! open for ever; a new form of something gets a new line.

/// What a key is for.
pub(crate) struct Label(&'static str);

impl Label {
    pub(crate) fn as_bytes(&self) -> &'static [u8] {
        self.0.as_bytes()
    }
}

/// From a seal's key: wraps the root key.
pub(crate) const ROOT_KEY: Label = Label("fastness/seal/root-key/v1");
/// From a seal's key: names that key, so that a wrong seal is told from a damaged root key.
pub(crate) const SEAL_ID: Label = Label("fastness/seal/id/v1");
/// From the root key: the keyring of what belongs to no account.
pub(crate) const SYSTEM_KEYRING: Label = Label("fastness/root/system-keyring/v1");
/// From the root key: wraps the keyrings of accounts.
pub(crate) const ACCOUNT_KEYRING: Label = Label("fastness/root/account-keyring/v1");
/// From a keyring: seals a value in the store.
pub(crate) const STORED_VALUE: Label = Label("fastness/keyring/stored-value/v1");
/// From a keyring: seals a record of the audit log.
pub(crate) const LOG_RECORD: Label = Label("fastness/keyring/log-record/v1");
/// From the system's keyring: links the chain of the audit log that the context names.
pub(crate) const LOG_CHAIN: Label = Label("fastness/keyring/log-chain/v1");
/// From a keyring: wraps the material of a symmetric KMS key, as it was done before there were other kinds.
pub(crate) const SYMMETRIC_MATERIAL: Label = Label("fastness/keyring/symmetric-material/v1");
/// From a keyring: wraps the material of a KMS key, its kind before it.
pub(crate) const KEY_MATERIAL: Label = Label("fastness/keyring/key-material/v1");
/// From a keyring: seals an import token.
pub(crate) const IMPORT_TOKEN: Label = Label("fastness/keyring/import-token/v1");
/// From a keyring: seals a pagination marker.
pub(crate) const PAGINATION_MARKER: Label = Label("fastness/keyring/pagination-marker/v1");
/// From the system's keyring: seals a session token.
pub(crate) const SESSION_TOKEN: Label = Label("fastness/keyring/session-token/v1");
/// From a keyring: seals an encoded authorization message.
pub(crate) const AUTHORIZATION_MESSAGE: Label = Label("fastness/keyring/authorization-message/v1");
/// From the system's keyring: seals a grant token.
pub(crate) const GRANT_TOKEN: Label = Label("fastness/keyring/grant-token/v1");
/// From key material: encrypts one message of a KMS caller.
pub(crate) const MESSAGE: Label = Label("fastness/material/enc/v1");
/// From key material: the part of its identifier that tells it from other material.
pub(crate) const MATERIAL_ID: Label = Label("fastness/material/id/v1");

/// Tokens that this server hands out and later takes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Where a listing goes on.
    PaginationMarker,
    /// Who calls with temporary credentials, and their secret.
    SessionToken,
    /// What a denial was decided on, for those who may know.
    AuthorizationMessage,
    /// The private half of a wrapping key, and what it was made for.
    ImportToken,
    /// Which grant of a KMS key its bearer means.
    GrantToken,
}

impl Purpose {
    pub(crate) fn label(self) -> Label {
        match self {
            Self::PaginationMarker => PAGINATION_MARKER,
            Self::SessionToken => SESSION_TOKEN,
            Self::AuthorizationMessage => AUTHORIZATION_MESSAGE,
            Self::GrantToken => GRANT_TOKEN,
            Self::ImportToken => IMPORT_TOKEN,
        }
    }

    /// The most bytes that a token holds; longer ones are not looked at.
    pub(crate) fn longest(self) -> usize {
        match self {
            // A whole key of the store.
            Self::PaginationMarker => store::MAX_KEY_BYTES,
            // Session policies and tags have a limit of their own in STS, well below this.
            Self::SessionToken => 8192,
            // STS takes 10,240 characters; longer ones are for `fastness why` alone.
            Self::AuthorizationMessage => 65_536,
            // An account, a Region, a key, a grant.
            Self::GrantToken => 256,
            // An RSA key of 4,096 bits is 2,400 of them; KMS takes 6,144 characters in all.
            Self::ImportToken => 4096,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_purposes_share_a_label() {
        let all = [
            ROOT_KEY,
            SEAL_ID,
            SYSTEM_KEYRING,
            ACCOUNT_KEYRING,
            STORED_VALUE,
            LOG_RECORD,
            LOG_CHAIN,
            SYMMETRIC_MATERIAL,
            KEY_MATERIAL,
            IMPORT_TOKEN,
            PAGINATION_MARKER,
            SESSION_TOKEN,
            AUTHORIZATION_MESSAGE,
            GRANT_TOKEN,
            MESSAGE,
            MATERIAL_ID,
        ];
        let texts: BTreeSet<&str> = all.iter().map(|label| label.0).collect();
        assert_eq!(texts.len(), all.len());
        assert!(texts.iter().all(|text| text.starts_with("fastness/") && !text.contains('\0')));
        // A constant that the list above forgot would escape the comparison.
        assert_eq!(include_str!("labels.rs").matches(": Label = ").count(), all.len() + 1);
    }
}
