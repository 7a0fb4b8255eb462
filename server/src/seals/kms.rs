//! A key of KMS, AWS's or another Fastness's, encrypts the root key.
//!
//! Guarantees: nothing is asked before there is something to wrap or to unwrap; what is encrypted is bound to what it is for
//! and to the store that it was made for, by an encryption context on which the key's policy can insist and which stands
//! in the other side's audit log; endpoint, trust and credentials are those of AWS's tools (see `fastness-client`).
//! Wrapped: mark (8) ‖ store (16) ‖ length of the key's ARN (2) ‖ ARN ‖ what KMS encrypted.

use base::{Arn, Rng, Secret, hex};
use client::{Clients, EncryptionContextPairs, Error, Kms, KmsSupplier as _, Options};
use crypto::{RootSeal, UnwrapError};
use std::sync::{Arc, OnceLock};

const MARK: &[u8; 8] = b"kms-key1";
const STORE: usize = 16;

/// A key of KMS by its ARN, or the ARN of an alias.
pub(crate) struct KmsSeal {
    arn: String,
    region: String,
    /// The store that it wrapped for.
    store: OnceLock<[u8; STORE]>,
}

impl KmsSeal {
    /// Takes an ARN; an error says what one looks like.
    pub(crate) fn new(arn: &str) -> Result<Self, String> {
        let read = arn.parse::<Arn>().ok().filter(|read| {
            let resource = ["key/", "alias/"].iter().find_map(|kind| read.resource.strip_prefix(kind));
            read.service == "kms"
                && !read.region.is_empty()
                && resource.is_some_and(|name| !name.is_empty())
                && arn.len() <= usize::from(u16::MAX)
                && !arn.contains(|c: char| c.is_whitespace() || c.is_control())
        });
        let region = read.map(|read| read.region);
        let region = region.ok_or_else(|| {
            format!("kms:{arn}: a key of KMS is named by its ARN or an alias's, such as kms:arn:aws:kms:us-east-1:111122223333:alias/seal")
        })?;
        Ok(Self { arn: arn.to_owned(), region, store: OnceLock::new() })
    }

    fn kms(&self) -> Result<Arc<dyn Kms>, Error> {
        Clients::new(Options::default())?.kms(&self.region)
    }
}

/// Whether the credentials for keys of KMS are what a program gives.
pub(crate) fn starts_a_program() -> bool {
    // Settings that cannot be read fail later, where that is told.
    Clients::new(Options::default()).is_ok_and(|clients| clients.runs_a_program())
}

fn context(store: [u8; STORE]) -> EncryptionContextPairs {
    [("fastness:purpose", "root-key".to_owned()), ("fastness:store", hex(&store))]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

impl RootSeal for KmsSeal {
    fn name(&self) -> String {
        let store = self.store.get().map(|store| format!(" (store {})", hex(store))).unwrap_or_default();
        format!("the KMS key {}{store}", self.arn)
    }

    fn locator(&self) -> String {
        format!("kms:{}", self.arn)
    }

    fn wrap(&self, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Result<Vec<u8>, String> {
        let mut drawn = [0; STORE];
        rng.fill(&mut drawn);
        let store = *self.store.get_or_init(|| drawn);
        let done = self.kms().and_then(|kms| kms.encrypt(&self.arn, root.expose(), &context(store), &[]));
        let done = done.map_err(|error| error.to_string())?;
        let length = u16::try_from(self.arn.len()).unwrap_or(u16::MAX).to_be_bytes();
        Ok([&MARK[..], &store, &length, self.arn.as_bytes(), &done.ciphertext].concat())
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        let rest = wrapped.strip_prefix(MARK).ok_or(UnwrapError::WrongSeal)?;
        let read = || {
            let (store, rest) = rest.split_first_chunk::<STORE>()?;
            let (length, rest) = rest.split_first_chunk::<2>()?;
            let (arn, ciphertext) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
            Some((*store, arn, ciphertext))
        };
        let (store, arn, ciphertext) = read().ok_or(UnwrapError::Damaged)?;
        let done = self.kms().and_then(|kms| kms.decrypt(&self.arn, ciphertext, None, &context(store), &[]));
        let plaintext = done.map_err(|error| match error.code() {
            // A replica and an alias open what their key sealed, so that the ARN alone says nothing.
            Some("InvalidCiphertextException" | "IncorrectKeyException") if arn != self.arn.as_bytes() => {
                UnwrapError::WrongSeal
            }
            Some("InvalidCiphertextException") => UnwrapError::Damaged,
            _ => UnwrapError::Unavailable(error.to_string()),
        })?;
        plaintext.plaintext.expose().as_slice().try_into().map(Secret::new).map_err(|_| UnwrapError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_arns_of_keys_and_aliases_name_a_key() {
        for good in
            ["arn:aws:kms:us-east-1:111122223333:key/1234abcd", "arn:aws-cn:kms:cn-north-1:111122223333:alias/seal"]
        {
            assert_eq!(KmsSeal::new(good).unwrap().locator(), format!("kms:{good}"));
        }
        for bad in [
            "",
            "alias/seal",
            "arn:aws:kms:us-east-1:111122223333:key/",
            "arn:aws:kms::111122223333:key/a",
            "arn:aws:s3:us-east-1:111122223333:key/a",
            "arn:aws:kms:us-east-1:111122223333:grant/a",
            "arn:aws:kms:us-east-1:111122223333:key/a b",
        ] {
            assert!(KmsSeal::new(bad).err().unwrap().contains("named by its ARN"), "{bad}");
        }
    }

    #[test]
    fn what_another_kind_of_seal_wrapped_is_none_of_its_and_asks_nobody() {
        let seal = KmsSeal::new("arn:aws:kms:us-east-1:111122223333:key/a").unwrap();
        assert_eq!(seal.unwrap(b"argon2id...").err(), Some(UnwrapError::WrongSeal));
        for cut in [&MARK[..], &[MARK.as_slice(), &[0; 16], &[0, 9], b"short"].concat()] {
            assert_eq!(seal.unwrap(cut).err(), Some(UnwrapError::Damaged));
        }
    }
}
