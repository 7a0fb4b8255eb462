//! From the data key to the keys of one message.

use crate::{AlgorithmSuite, DataKey, KeyDerivation};
use base::Secret;
use primitives::{HmacHash, hkdf};

/// What a data key gives for one message.
pub(crate) struct DerivedKeys {
    /// As long as the suite's key.
    pub(crate) content_key: Secret<Vec<u8>>,
    /// In committing suites.
    pub(crate) commitment: Option<[u8; 32]>,
}

/// Derives the keys of the message with this id.
pub(crate) fn derive(suite: AlgorithmSuite, data_key: &DataKey, message_id: &[u8]) -> DerivedKeys {
    match suite.derivation() {
        KeyDerivation::HkdfSha512Commit => {
            let content_key = expand(suite, HmacHash::Sha512, data_key, message_id, b"DERIVEKEY");
            let mut commitment = [0; 32];
            hkdf(HmacHash::Sha512, message_id, data_key.expose(), &[b"COMMITKEY"], &mut commitment);
            DerivedKeys { content_key, commitment: Some(commitment) }
        }
        KeyDerivation::HkdfSha384 => bound(suite, HmacHash::Sha384, data_key, message_id),
        KeyDerivation::HkdfSha256 => bound(suite, HmacHash::Sha256, data_key, message_id),
        KeyDerivation::Identity => {
            DerivedKeys { content_key: Secret::new(data_key.expose().to_vec()), commitment: None }
        }
    }
}

/// The content key as version 4.0.0 of AWS's client for .NET derived it: not bound to the message id. Committing suites
/// were not touched by its mistake.
pub(crate) fn derive_unbound(suite: AlgorithmSuite, data_key: &DataKey, message_id: &[u8]) -> DerivedKeys {
    match suite.derivation() {
        KeyDerivation::HkdfSha384 => bound(suite, HmacHash::Sha384, data_key, &[]),
        KeyDerivation::HkdfSha256 => bound(suite, HmacHash::Sha256, data_key, &[]),
        KeyDerivation::HkdfSha512Commit | KeyDerivation::Identity => derive(suite, data_key, message_id),
    }
}

fn bound(suite: AlgorithmSuite, hash: HmacHash, data_key: &DataKey, message_id: &[u8]) -> DerivedKeys {
    // An absent salt is one of zeros, as long as the hash.
    let salt = vec![0; hash.bytes()];
    DerivedKeys { content_key: expand(suite, hash, data_key, &salt, message_id), commitment: None }
}

fn expand(suite: AlgorithmSuite, hash: HmacHash, data_key: &DataKey, salt: &[u8], info: &[u8]) -> Secret<Vec<u8>> {
    let mut key = Secret::new(vec![0; suite.key_length()]);
    hkdf(hash, salt, data_key.expose(), &[&suite.id().to_be_bytes(), info], key.expose_mut());
    key
}
