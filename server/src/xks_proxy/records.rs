//! Which keys are exposed as external keys, under which prefix, and to whom.
//!
//! Guarantees: at most two credentials a prefix, so that one can follow the other without a break; secrets are only in sealed
//! records and are told once; every change is on record in the account that the prefix belongs to.

use base::{AccountId, Region, Rng, Scope, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use store::{Key, Record, Space};

/// Credentials of a prefix. Source: XKS Proxy API Specification, "Authentication credential rotation".
pub(crate) const MAX_CREDENTIALS: usize = 2;

/// Keys exposed under one prefix, which are read together.
pub(crate) const MAX_KEYS: usize = 1_000;

/// A prefix, its credentials and its keys.
#[derive(Serialize, Deserialize)]
pub(crate) struct PrefixRecord {
    /// Whose log tells of changes: account and Region of the first key.
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) credentials: Vec<Credential>,
    /// By the ids that they have outside.
    pub(crate) keys: BTreeMap<String, ExposedKey>,
}

impl Record for PrefixRecord {
    const VERSION: u8 = 1;
}

/// What signs the calls to a prefix.
#[derive(Serialize, Deserialize)]
pub(crate) struct Credential {
    pub(crate) id: String,
    #[serde(with = "hidden")]
    pub(crate) secret: Secret<String>,
}

/// A KMS key of this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExposedKey {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) id: String,
}

impl PrefixRecord {
    /// All prefixes.
    pub(crate) fn all() -> Key {
        Key::new(Space::system(), "xks.prefix")
    }

    /// Where a prefix is.
    pub(crate) fn key(prefix: &str) -> Key {
        Self::all().text(prefix)
    }

    /// Whose log tells of changes.
    pub(crate) fn scope(&self) -> Option<Scope> {
        scope(&self.account, &self.region)
    }
}

impl Credential {
    /// A new credential: 26 letters and digits of base 32, and 44 characters of base 64.
    pub(crate) fn new(rng: &dyn Rng) -> Self {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut drawn = [0; 26];
        rng.fill(&mut drawn);
        let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied().map_or('A', char::from);
        let mut secret = Secret::new([0; 32]);
        rng.fill_secret(secret.expose_mut());
        Self { id: drawn.iter().map(letter).collect(), secret: Secret::new(STANDARD.encode(secret.expose())) }
    }
}

impl ExposedKey {
    /// Reads the ARN of a key.
    pub(crate) fn of(arn: &str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let (prefix, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (region, account, key) = (parts.next()?, parts.next()?, parts.next()?.strip_prefix("key/")?);
        let place = scope(account, region)?;
        let is_key = prefix == "arn" && service == "kms" && partition == place.region.partition().to_string();
        let id = key.to_owned();
        is_key.then(|| Self { account: account.to_owned(), region: region.to_owned(), id })
    }

    /// Where the key is.
    pub(crate) fn place(&self) -> Option<(Scope, String)> {
        Some((scope(&self.account, &self.region)?, self.id.clone()))
    }

    /// Its ARN.
    pub(crate) fn arn(&self) -> Option<String> {
        let (scope, id) = self.place()?;
        Some(format!("arn:{}:kms:{}:{}:key/{id}", scope.region.partition(), scope.region, scope.account))
    }
}

fn scope(account: &str, region: &str) -> Option<Scope> {
    Some(Scope { account: account.parse::<AccountId>().ok()?, region: region.parse::<Region>().ok()? })
}

mod hidden {
    use super::{Deserialize, Deserializer, Secret, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &Secret<String>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret<String>, D::Error> {
        String::deserialize(deserializer).map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use primitives::SystemRng;

    #[test]
    fn a_new_credential_has_the_form_of_the_specification() {
        let credential = Credential::new(&SystemRng);
        assert!(xks::is_access_key_id(&credential.id) && xks::is_secret(credential.secret.expose()));
    }

    #[test]
    fn only_the_arn_of_a_key_names_one() {
        let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        let key = ExposedKey::of(arn).unwrap();
        assert_eq!(key.arn().as_deref(), Some(arn));
        for bad in [
            "",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:eu-central-1:111122223333:alias/app",
            "arn:aws-cn:kms:eu-central-1:111122223333:key/k",
            "arn:aws:s3:eu-central-1:111122223333:key/k",
            "arn:aws:kms:eu-central-1:1:key/k",
        ] {
            assert_eq!(ExposedKey::of(bad), None, "{bad}");
        }
    }
}
