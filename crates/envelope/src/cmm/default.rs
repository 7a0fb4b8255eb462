//! The default materials manager: materials of a keyring, and a signing key for each signed message.
//!
//! Guarantees: what it hands out is whole (a data key, at least one wrapped data key, and a signing or verification key
//! exactly where the suite signs); no suite passes that the commitment policy forbids; a message whose suite and
//! verification key do not belong together is refused before a keyring is asked.
//! Source: AWS Encryption SDK specification, "Default Cryptographic Materials Manager".

use super::whole_context;
use crate::context::PUBLIC_KEY;
use crate::{
    AlgorithmSuite, DecryptionMaterials, DecryptionRequest, EncryptionContext, EncryptionMaterials, EncryptionRequest,
    Error, Keyring, MaterialsManager,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use primitives::{EcPrivateKey, EcPublicKey};
use std::sync::Arc;

/// Gets data keys from one keyring, anew for every message.
pub struct DefaultMaterialsManager {
    keyring: Box<dyn Keyring>,
}

impl DefaultMaterialsManager {
    /// The manager over a keyring; several are joined in a multi-keyring first.
    pub fn new(keyring: impl Keyring + 'static) -> Self {
        Self { keyring: Box::new(keyring) }
    }
}

impl MaterialsManager for DefaultMaterialsManager {
    fn encryption_materials(&self, request: &EncryptionRequest) -> Result<Arc<EncryptionMaterials>, Error> {
        let suite = request.suite.unwrap_or_else(|| request.policy.default_suite());
        request.policy.check_encrypt(suite)?;
        if let Some(key) = request.required_context_keys.iter().find(|key| !request.context.contains(key)) {
            return Err(Error::Context(format!("the encryption context must have the key {key}")));
        }
        let mut context = request.context.clone();
        if context.contains(PUBLIC_KEY) {
            return Err(Error::Context(format!("the key {PUBLIC_KEY} is reserved")));
        }
        let signing_key = suite.signature().map(EcPrivateKey::generate);
        if let Some(key) = &signing_key {
            context.insert(PUBLIC_KEY, STANDARD.encode(key.public().compressed()))?;
        }
        let mut materials = EncryptionMaterials::new(suite, context);
        materials.required_context_keys = request.required_context_keys.clone();
        materials.signing_key = signing_key.map(Arc::new);
        self.keyring.on_encrypt(&mut materials)?;
        if materials.data_key().is_none() || materials.encrypted_data_keys.is_empty() {
            return Err(Error::Configuration("the keyring made no data key".into()));
        }
        Ok(Arc::new(materials))
    }

    fn decryption_materials(&self, request: &DecryptionRequest<'_>) -> Result<Arc<DecryptionMaterials>, Error> {
        request.policy.check_decrypt(request.suite)?;
        let verification_key = verification_key(request.suite, &request.context)?;
        let (context, required) = whole_context(request)?;
        let mut materials = DecryptionMaterials::new(request.suite, context);
        materials.required_context_keys = required;
        materials.verification_key = verification_key.map(Arc::new);
        self.keyring.on_decrypt(&mut materials, request.encrypted_data_keys)?;
        if materials.data_key().is_none() {
            return Err(Error::NoDataKey(Vec::new()));
        }
        Ok(Arc::new(materials))
    }
}

/// The key that verifies a message's signature, from the context that the message holds. Never from what the caller
/// reproduces: a signed message stores it.
fn verification_key(suite: AlgorithmSuite, context: &EncryptionContext) -> Result<Option<EcPublicKey>, Error> {
    match (suite.signature(), context.get(PUBLIC_KEY)) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Error::Context(format!(
            "the message names a verification key ({PUBLIC_KEY}) though {suite} does not sign: its signature may have been stripped"
        ))),
        (Some(_), None) => {
            Err(Error::Context(format!("the message names no verification key ({PUBLIC_KEY}) though {suite} signs")))
        }
        (Some(curve), Some(text)) => {
            let point = STANDARD.decode(text).ok();
            let key = point.and_then(|point| EcPublicKey::from_compressed(curve, &point));
            key.map(Some).ok_or_else(|| {
                Error::Context(format!("the message's verification key ({PUBLIC_KEY}) is none of {suite}"))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmm::testing::CountingKeyring;
    use crate::{CommitmentPolicy, EncryptedDataKey};

    fn manager() -> (CountingKeyring, DefaultMaterialsManager) {
        let keyring = CountingKeyring::default();
        (keyring.clone(), DefaultMaterialsManager::new(keyring))
    }

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        let mut context = EncryptionContext::default();
        for (key, value) in pairs {
            context.insert(*key, *value).unwrap();
        }
        context
    }

    fn reading<'a>(materials: &'a EncryptionMaterials) -> DecryptionRequest<'a> {
        DecryptionRequest {
            suite: materials.suite,
            context: materials.context.clone(),
            encrypted_data_keys: &materials.encrypted_data_keys,
            policy: CommitmentPolicy::ForbidEncryptAllowDecrypt,
            reproduced_context: EncryptionContext::default(),
        }
    }

    #[test]
    fn what_one_side_encrypts_with_the_other_decrypts_with_in_every_suite() {
        let (_, manager) = manager();
        for suite in AlgorithmSuite::all() {
            let policy = if suite.is_committing() {
                CommitmentPolicy::RequireEncryptRequireDecrypt
            } else {
                CommitmentPolicy::ForbidEncryptAllowDecrypt
            };
            let request = EncryptionRequest {
                context: context(&[("purpose", "test")]),
                suite: Some(suite),
                policy,
                ..EncryptionRequest::default()
            };
            let ours = manager.encryption_materials(&request).unwrap();
            let theirs = manager.decryption_materials(&reading(&ours)).unwrap();
            assert_eq!(ours.data_key().unwrap().expose(), theirs.data_key().unwrap().expose());
            assert_eq!(ours.context, theirs.context);
            assert_eq!(ours.context.contains(PUBLIC_KEY), suite.signature().is_some());
            let private = ours.signing_key.as_ref().map(|key| key.public().compressed());
            let public = theirs.verification_key.as_ref().map(|key| key.compressed());
            assert_eq!(private, public, "{suite}");
            assert!(!request.context.contains(PUBLIC_KEY), "the caller's context stays as it is");
        }
    }

    #[test]
    fn without_a_wish_the_policy_chooses_the_suite_and_each_message_gets_its_own_signing_key() {
        let (_, manager) = manager();
        let one = manager.encryption_materials(&EncryptionRequest::default()).unwrap();
        let two = manager.encryption_materials(&EncryptionRequest::default()).unwrap();
        assert_eq!(one.suite, AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384);
        assert_ne!(one.context.get(PUBLIC_KEY), two.context.get(PUBLIC_KEY));
    }

    #[test]
    fn what_the_policy_forbids_does_not_reach_the_keyring() {
        let (keyring, manager) = manager();
        let request = EncryptionRequest { suite: Some(AlgorithmSuite::Aes256Gcm), ..EncryptionRequest::default() };
        assert!(matches!(manager.encryption_materials(&request), Err(Error::Policy { decrypt: false, .. })));
        let key = EncryptedDataKey { provider_id: "plain".into(), provider_info: vec![], ciphertext: vec![0; 32] };
        let request = DecryptionRequest {
            suite: AlgorithmSuite::Aes256Gcm,
            context: EncryptionContext::default(),
            encrypted_data_keys: &[key],
            policy: CommitmentPolicy::RequireEncryptRequireDecrypt,
            reproduced_context: EncryptionContext::default(),
        };
        assert!(matches!(manager.decryption_materials(&request), Err(Error::Policy { decrypt: true, .. })));
        assert_eq!(keyring.calls(), 0);
    }

    #[test]
    fn a_verification_key_stands_exactly_in_the_messages_that_are_signed() {
        let (keyring, manager) = manager();
        let mut request = EncryptionRequest { context: context(&[(PUBLIC_KEY, "x")]), ..EncryptionRequest::default() };
        assert!(matches!(manager.encryption_materials(&request), Err(Error::Context(_))));
        request.context = EncryptionContext::default();
        let signed = manager.encryption_materials(&request).unwrap();
        request.suite = Some(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey);
        let unsigned = manager.encryption_materials(&request).unwrap();
        let before = keyring.calls();
        let refused = |request: &DecryptionRequest<'_>| {
            assert!(matches!(manager.decryption_materials(request), Err(Error::Context(_))));
        };
        refused(&DecryptionRequest { context: EncryptionContext::default(), ..reading(&signed) });
        refused(&DecryptionRequest { context: signed.context.clone(), ..reading(&unsigned) });
        for key in ["", "!", "AAAA", &STANDARD.encode([2; 48]), &STANDARD.encode([0xff; 49])] {
            refused(&DecryptionRequest { context: context(&[(PUBLIC_KEY, key)]), ..reading(&signed) });
        }
        let of_another_curve = EcPrivateKey::generate(primitives::Curve::P256).public().compressed();
        let of_another_curve = context(&[(PUBLIC_KEY, &STANDARD.encode(of_another_curve))]);
        refused(&DecryptionRequest { context: of_another_curve, ..reading(&signed) });
        assert_eq!(keyring.calls(), before);
    }

    #[test]
    fn a_reproduced_context_must_agree_with_the_message_and_may_add_to_it() {
        let (keyring, manager) = manager();
        let request = EncryptionRequest { context: context(&[("a", "1")]), ..EncryptionRequest::default() };
        let ours = manager.encryption_materials(&request).unwrap();
        let before = keyring.calls();
        let reproduced = |pairs| DecryptionRequest { reproduced_context: context(pairs), ..reading(&ours) };
        let refused = manager.decryption_materials(&reproduced(&[("a", "2")]));
        assert!(matches!(refused, Err(Error::Context(_))));
        assert_eq!(keyring.calls(), before);
        let same = manager.decryption_materials(&reproduced(&[("a", "1")])).unwrap();
        assert!(same.required_context_keys.is_empty());
        let more = manager.decryption_materials(&reproduced(&[("a", "1"), ("b", "2")])).unwrap();
        assert_eq!(more.context.get("b"), Some("2"));
        assert_eq!(more.required_context_keys, ["b".to_owned()].into());
    }

    #[test]
    fn a_keyring_that_makes_no_data_key_fails_the_message() {
        struct Idle;
        impl Keyring for Idle {
            fn on_encrypt(&self, _: &mut EncryptionMaterials) -> Result<(), Error> {
                Ok(())
            }
            fn on_decrypt(&self, _: &mut DecryptionMaterials, _: &[EncryptedDataKey]) -> Result<(), Error> {
                Ok(())
            }
        }
        let made = manager().1.encryption_materials(&EncryptionRequest::default()).unwrap();
        let idle = DefaultMaterialsManager::new(Idle);
        assert!(matches!(idle.encryption_materials(&EncryptionRequest::default()), Err(Error::Configuration(_))));
        assert!(matches!(idle.decryption_materials(&reading(&made)), Err(Error::NoDataKey(_))));
    }
}
