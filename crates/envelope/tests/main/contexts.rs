//! The encryption context: what the reader learns of it, and what the reader must know.

use crate::support::{OneKey, context, decryptor, encryptor, no_context, policy};
use envelope::{
    AlgorithmSuite, CommitmentPolicy, Decryptor, DefaultMaterialsManager, EncryptionContext, Encryptor, Error,
    RequiredContextMaterialsManager,
};

fn manager() -> RequiredContextMaterialsManager {
    RequiredContextMaterialsManager::new(DefaultMaterialsManager::new(OneKey), ["purpose"]).unwrap()
}

fn pairs(pairs: &[(&str, &str)]) -> EncryptionContext {
    EncryptionContext::new(pairs.iter().copied()).unwrap()
}

#[test]
fn a_required_pair_is_not_in_the_message_and_must_be_brought_to_read_it() {
    for suite in AlgorithmSuite::all() {
        let encryptor = Encryptor::new(manager()).commitment_policy(policy(suite)).suite(suite);
        let sealed = encryptor.encrypt(b"data", &context()).unwrap();
        assert_eq!(sealed.header.context.get("purpose"), None);
        assert_eq!(sealed.header.context.get("a"), Some("1"));
        assert_eq!(sealed.context.get("purpose"), Some("test"));
        assert!(!sealed.message.windows(7).any(|bytes| bytes == b"purpose"));

        let plain = decryptor();
        let careful = Decryptor::new(manager()).commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt);
        for decryptor in [&plain, &careful] {
            let opened = decryptor.decrypt(&sealed.message, &pairs(&[("purpose", "test")])).unwrap();
            assert_eq!(opened.plaintext, b"data");
            assert_eq!(opened.context, sealed.context);
            assert_eq!(opened.header, sealed.header);
            for wrong in [pairs(&[("purpose", "other")]), pairs(&[("purpose", "test"), ("b", "2")]), no_context()] {
                assert!(decryptor.decrypt(&sealed.message, &wrong).is_err(), "{suite}");
            }
        }
    }
}

#[test]
fn a_pair_that_is_stored_may_be_repeated_but_not_otherwise() {
    let sealed = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, 16).encrypt(b"data", &context()).unwrap();
    assert!(decryptor().decrypt(&sealed.message, &context()).is_ok());
    assert!(decryptor().decrypt(&sealed.message, &pairs(&[("a", "1")])).is_ok());
    let error = decryptor().decrypt(&sealed.message, &pairs(&[("a", "2")])).unwrap_err();
    assert!(matches!(error, Error::Context(_)), "{error}");
}
