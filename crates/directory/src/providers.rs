//! Identity providers that an account trusts: SAML and OpenID Connect.
//!
//! IAM writes them, STS reads them when somebody comes with an assertion or a token. Guarantee: what STS has to know of
//! a SAML provider was taken from its metadata when that was stored, so that no sign-in parses megabytes of XML.
//!
//! Source: IAM User Guide, "Identity providers and federation".

use base::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Key, Record, Space};
use zeroize::Zeroize as _;

/// An OpenID Connect provider.
#[derive(Clone, Serialize, Deserialize)]
pub struct OidcProvider {
    /// The issuer without `https://`, as it was given: `token.example.com/tenant`. It is the resource's name too.
    pub url: String,
    /// The audiences that are accepted.
    pub client_ids: Vec<String>,
    /// SHA-1 of certificates, in hexadecimal, that the issuer's server may have beside publicly trusted ones.
    pub thumbprints: Vec<String>,
    /// When it was made.
    pub created_millis: i64,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl OidcProvider {
    /// All providers of an account; the last part of each key is its URL.
    pub fn all(account: AccountId) -> Key {
        Key::new(Space::account(account), "directory.oidc-provider")
    }

    /// Where a provider is; `url` without `https://`.
    pub fn key(account: AccountId, url: &str) -> Key {
        Self::all(account).text(url)
    }
}

/// A SAML provider.
#[derive(Clone, Serialize, Deserialize)]
pub struct SamlProvider {
    /// Unique in the account.
    pub name: String,
    /// AWS's `SAMLProviderUUID`.
    pub uuid: String,
    /// When it was made.
    pub created_millis: i64,
    /// Until when the metadata says that it holds, or a hundred years from its upload.
    pub valid_until_millis: i64,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// `entityID` of the metadata: the issuer of assertions.
    pub entity_id: String,
    /// The certificates that the metadata gives for signing, in DER.
    pub signing_certificates: Vec<Vec<u8>>,
    /// Whether assertions have to be encrypted.
    pub encryption_required: bool,
    /// The keys that open encrypted assertions.
    pub private_keys: Vec<SamlPrivateKey>,
}

/// A key that opens encrypted assertions.
#[derive(Clone, Serialize, Deserialize)]
pub struct SamlPrivateKey {
    /// AWS's `KeyId`.
    pub id: String,
    /// When it was added.
    pub added_millis: i64,
    /// The key as it was given, in PEM.
    pub pem: String,
}

impl Drop for SamlPrivateKey {
    fn drop(&mut self) {
        self.pem.zeroize();
    }
}

impl SamlProvider {
    /// All providers of an account; the last part of each key is its name.
    pub fn all(account: AccountId) -> Key {
        Key::new(Space::account(account), "directory.saml-provider")
    }

    /// Where a provider is.
    pub fn key(account: AccountId, name: &str) -> Key {
        Self::all(account).text(name)
    }

    /// Where its metadata is, in numbered parts; apart from the list of providers, which need not read it.
    pub fn metadata(account: AccountId, name: &str) -> Key {
        Key::new(Space::account(account), "directory.saml-metadata").text(name)
    }
}

impl Record for OidcProvider {
    const VERSION: u8 = 1;
}

impl Record for SamlProvider {
    const VERSION: u8 = 1;
}
