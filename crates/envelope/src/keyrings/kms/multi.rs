//! Several KMS keys as one keyring: the usual way to name the keys of a message.
//!
//! Guarantees: each key is called in the Region that its ARN names, or in the default Region; one multi-Region key is not
//! named twice, since nobody could say in which Region it is meant. Source: AWS Encryption SDK specification, "AWS KMS
//! Multi Keyrings", "AWS KMS MRK Multi Keyrings" and "Assert AWS KMS MRK are unique".

use super::KmsKeyring;
use super::arn::KmsName;
use crate::{Error, Keyring, MultiKeyring};
use client::KmsSupplier;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Joins KMS keys to a [`MultiKeyring`].
#[derive(Clone, Debug, Default)]
pub struct KmsMultiKeyring {
    generator: Option<String>,
    keys: Vec<String>,
    multi_region: bool,
    grant_tokens: Vec<String>,
}

impl KmsMultiKeyring {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key that makes the data key. Without one, the keyring decrypts only.
    #[must_use]
    pub fn generator(self, key_id: impl Into<String>) -> Self {
        Self { generator: Some(key_id.into()), ..self }
    }

    /// Another key, which wraps the same data key; any of the keys decrypts.
    #[must_use]
    pub fn key(mut self, key_id: impl Into<String>) -> Self {
        self.keys.push(key_id.into());
        self
    }

    /// Lets each multi-Region key unwrap what its relatives in other Regions wrapped.
    #[must_use]
    pub fn multi_region(self) -> Self {
        Self { multi_region: true, ..self }
    }

    /// Sends grant tokens with every call.
    #[must_use]
    pub fn grant_tokens(self, grant_tokens: Vec<String>) -> Self {
        Self { grant_tokens, ..self }
    }

    /// The keyring. Keys are named by key ARN, key id, alias name or alias ARN.
    pub fn build(self, supplier: &dyn KmsSupplier) -> Result<MultiKeyring, Error> {
        if self.multi_region {
            self.check_unique()?;
        }
        let generator = self.generator.as_ref().map(|key| self.keyring(key, supplier)).transpose()?;
        let children = self.keys.iter().map(|key| self.keyring(key, supplier)).collect::<Result<_, _>>()?;
        MultiKeyring::new(generator, children)
    }

    fn keyring(&self, key_id: &str, supplier: &dyn KmsSupplier) -> Result<Arc<dyn Keyring>, Error> {
        let name: KmsName = key_id.parse()?;
        let kms = match name.region() {
            Some(region) => supplier.kms(region)?,
            None => supplier.kms(&supplier.default_region()?)?,
        };
        let keyring = match self.multi_region {
            true => KmsKeyring::multi_region(kms, key_id)?,
            false => KmsKeyring::new(kms, key_id)?,
        };
        Ok(Arc::new(keyring.with_grant_tokens(self.grant_tokens.clone())))
    }

    fn check_unique(&self) -> Result<(), Error> {
        let mut by_id: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for key_id in self.generator.iter().chain(&self.keys) {
            let name: KmsName = key_id.parse()?;
            if let Some(id) = name.multi_region_id() {
                by_id.entry(id.into()).or_default().push(key_id);
            }
        }
        let repeated: Vec<_> = by_id.into_values().filter(|names| names.len() > 1).flatten().collect();
        match repeated.is_empty() {
            true => Ok(()),
            false => Err(Error::Configuration(format!(
                "one multi-Region key is named more than once: {}; name it in the Region to use",
                repeated.join(", ")
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{DEFAULT_REGION, FakeKms, Operation};
    use crate::{AlgorithmSuite, DecryptionMaterials, EncryptionContext, EncryptionMaterials};

    const SUITE: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;

    fn encrypt(keyring: &dyn Keyring) -> Result<EncryptionMaterials, Error> {
        let mut materials = EncryptionMaterials::new(SUITE, EncryptionContext::default());
        keyring.on_encrypt(&mut materials).map(|()| materials)
    }

    fn decrypt(keyring: &dyn Keyring, sealed: &EncryptionMaterials) -> Result<(), Error> {
        let mut materials = DecryptionMaterials::new(SUITE, EncryptionContext::default());
        keyring.on_decrypt(&mut materials, &sealed.encrypted_data_keys)?;
        assert_eq!(materials.data_key().unwrap().expose(), sealed.data_key().unwrap().expose());
        Ok(())
    }

    #[test]
    fn each_key_is_called_in_its_region_and_any_of_them_decrypts() {
        let kms = FakeKms::new();
        let (here, there) = (kms.symmetric_key(DEFAULT_REGION), kms.symmetric_key("eu-west-1"));
        kms.alias("alias/app", &here);
        let all = KmsMultiKeyring::new().generator(&there).key("alias/app").grant_tokens(vec!["token".into()]);
        let sealed = encrypt(&all.build(&kms).unwrap()).unwrap();
        let calls = kms.calls();
        let seen: Vec<_> = calls.iter().map(|call| (call.operation, call.region.as_str())).collect();
        assert_eq!(seen, [(Operation::GenerateDataKey, "eu-west-1"), (Operation::Encrypt, DEFAULT_REGION)]);
        assert!(calls.iter().all(|call| call.grant_tokens == ["token"]));
        for key in ["alias/app", &here, &there] {
            decrypt(&KmsMultiKeyring::new().key(key).build(&kms).unwrap(), &sealed).unwrap();
        }
        let decrypting = KmsMultiKeyring::new().key(&here).build(&kms).unwrap();
        assert!(matches!(encrypt(&decrypting), Err(Error::Configuration(_))), "no generator");
        assert!(KmsMultiKeyring::new().build(&kms).is_err(), "no key at all");
    }

    #[test]
    fn a_multi_region_key_is_named_once() {
        let kms = FakeKms::new();
        let keys = kms.multi_region_key(&[DEFAULT_REGION, "eu-west-1"]);
        let other = kms.multi_region_key(&[DEFAULT_REGION]).remove(0);
        let id = keys[0].rsplit('/').next().unwrap();
        for again in [&keys[0], &keys[1], id] {
            let named = KmsMultiKeyring::new().generator(&keys[0]).key(&other).key(again);
            assert!(named.clone().build(&kms).is_ok(), "strict keyrings know no relatives");
            let Err(Error::Configuration(text)) = named.multi_region().build(&kms).map(drop) else { panic!("{again}") };
            assert!(text.contains(&keys[0]) && text.contains(again) && !text.contains(&other), "{text}");
        }
        let sealed = encrypt(&KmsMultiKeyring::new().generator(&keys[1]).build(&kms).unwrap()).unwrap();
        let here = KmsMultiKeyring::new().generator(&keys[0]);
        assert!(decrypt(&here.clone().build(&kms).unwrap(), &sealed).is_err());
        decrypt(&here.multi_region().build(&kms).unwrap(), &sealed).unwrap();
    }
}
