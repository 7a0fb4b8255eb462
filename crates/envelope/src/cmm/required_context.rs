//! A materials manager that keeps part of the encryption context out of the message.
//!
//! Guarantees: every message has the configured keys in its context, authenticated by its header though not stored in
//! it; whoever decrypts must bring the same pairs. Source: AWS Encryption SDK specification, "Required Encryption Context
//! Cryptographic Materials Manager".

use crate::context::RESERVED_PREFIX;
use crate::{
    DecryptionMaterials, DecryptionRequest, EncryptionContext, EncryptionMaterials, EncryptionRequest, Error,
    MaterialsManager,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Asks another manager, and makes sure that the configured keys are required.
pub struct RequiredContextMaterialsManager {
    inner: Box<dyn MaterialsManager>,
    keys: BTreeSet<String>,
}

impl RequiredContextMaterialsManager {
    /// Requires `keys` of whatever `inner` is asked for. There must be one at least, and none of the format's own.
    pub fn new<K: Into<String>>(
        inner: impl MaterialsManager + 'static,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self, Error> {
        let keys: BTreeSet<String> = keys.into_iter().map(Into::into).collect();
        if keys.is_empty() {
            return Err(Error::Configuration("name at least one key of the encryption context to require".into()));
        }
        if let Some(key) = keys.iter().find(|key| key.starts_with(RESERVED_PREFIX)) {
            return Err(Error::Configuration(format!(
                "keys that begin with {RESERVED_PREFIX} are always stored: {key}"
            )));
        }
        Ok(Self { inner: Box::new(inner), keys })
    }

    fn missing_in(&self, context: &EncryptionContext) -> Option<&String> {
        self.keys.iter().find(|key| !context.contains(key))
    }
}

impl MaterialsManager for RequiredContextMaterialsManager {
    fn encryption_materials(&self, request: &EncryptionRequest) -> Result<Arc<EncryptionMaterials>, Error> {
        if let Some(key) = self.missing_in(&request.context) {
            return Err(Error::Context(format!("the encryption context must have the key {key}")));
        }
        let mut request = request.clone();
        request.required_context_keys.extend(self.keys.iter().cloned());
        let materials = self.inner.encryption_materials(&request)?;
        if !self.keys.is_subset(&materials.required_context_keys) || self.missing_in(&materials.context).is_some() {
            return Err(ignored());
        }
        Ok(materials)
    }

    fn decryption_materials(&self, request: &DecryptionRequest<'_>) -> Result<Arc<DecryptionMaterials>, Error> {
        if let Some(key) = self.missing_in(&request.reproduced_context) {
            return Err(Error::Context(format!("decryption needs the encryption context's pair with the key {key}")));
        }
        let materials = self.inner.decryption_materials(request)?;
        // Without this, a manager below that drops pairs would have them believed unauthenticated.
        if self.keys.iter().any(|key| materials.context.get(key) != request.reproduced_context.get(key)) {
            return Err(ignored());
        }
        Ok(materials)
    }
}

fn ignored() -> Error {
    Error::Configuration("the materials manager below does not honour required encryption context".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmm::testing::CountingKeyring;
    use crate::{CommitmentPolicy, DefaultMaterialsManager};

    fn manager(inner: impl MaterialsManager + 'static) -> RequiredContextMaterialsManager {
        RequiredContextMaterialsManager::new(inner, ["tenant"]).unwrap()
    }

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        EncryptionContext::new(pairs.iter().copied()).unwrap()
    }

    #[test]
    fn required_pairs_are_marked_and_must_be_reproduced() {
        let keyring = CountingKeyring::default();
        let manager = manager(DefaultMaterialsManager::new(keyring.clone()));
        let without = EncryptionRequest { context: context(&[("a", "1")]), ..EncryptionRequest::default() };
        assert!(matches!(manager.encryption_materials(&without), Err(Error::Context(_))));
        assert_eq!(keyring.calls(), 0);
        let whole = context(&[("a", "1"), ("tenant", "7")]);
        let request = EncryptionRequest { context: whole, ..EncryptionRequest::default() };
        let ours = manager.encryption_materials(&request).unwrap();
        assert_eq!(ours.required_context_keys, ["tenant".to_owned()].into());

        let mut stored = ours.context.clone();
        stored.remove("tenant");
        let mut request = DecryptionRequest {
            suite: ours.suite,
            context: stored,
            encrypted_data_keys: &ours.encrypted_data_keys,
            policy: CommitmentPolicy::default(),
            reproduced_context: EncryptionContext::default(),
        };
        assert!(matches!(manager.decryption_materials(&request), Err(Error::Context(_))));
        request.reproduced_context = context(&[("tenant", "7")]);
        let theirs = manager.decryption_materials(&request).unwrap();
        assert_eq!(theirs.context, ours.context);
        assert_eq!(theirs.required_context_keys, ours.required_context_keys);
    }

    #[test]
    fn a_manager_below_that_drops_the_requirement_is_found_out() {
        struct Forgetful(DefaultMaterialsManager);
        impl MaterialsManager for Forgetful {
            fn encryption_materials(&self, request: &EncryptionRequest) -> Result<Arc<EncryptionMaterials>, Error> {
                let required_context_keys = BTreeSet::new();
                self.0.encryption_materials(&EncryptionRequest { required_context_keys, ..request.clone() })
            }
            fn decryption_materials(&self, request: &DecryptionRequest<'_>) -> Result<Arc<DecryptionMaterials>, Error> {
                let reproduced_context = EncryptionContext::default();
                self.0.decryption_materials(&DecryptionRequest { reproduced_context, ..request.clone() })
            }
        }
        let honest = manager(DefaultMaterialsManager::new(CountingKeyring::default()));
        let manager = manager(Forgetful(DefaultMaterialsManager::new(CountingKeyring::default())));
        let context = context(&[("tenant", "7")]);
        let request = EncryptionRequest { context: context.clone(), ..EncryptionRequest::default() };
        assert!(matches!(manager.encryption_materials(&request), Err(Error::Configuration(_))));
        let ours = honest.encryption_materials(&request).unwrap();
        let mut stored = ours.context.clone();
        stored.remove("tenant");
        let request = DecryptionRequest {
            suite: ours.suite,
            context: stored,
            encrypted_data_keys: &ours.encrypted_data_keys,
            policy: CommitmentPolicy::default(),
            reproduced_context: context,
        };
        assert!(honest.decryption_materials(&request).is_ok());
        assert!(matches!(manager.decryption_materials(&request), Err(Error::Configuration(_))));
    }

    #[test]
    fn the_formats_own_keys_and_no_keys_cannot_be_required() {
        for keys in [vec![], vec!["aws-crypto-public-key"]] {
            let inner = DefaultMaterialsManager::new(CountingKeyring::default());
            assert!(RequiredContextMaterialsManager::new(inner, keys).is_err());
        }
    }
}
