//! Any bytes as a private key that is imported, and as somebody's public key: never a panic, and a key that is taken works.

use base::Secret;
use crypto::{Curve, HashAlgorithm, Material, MaterialKind, Message, RsaScheme, SigningAlgorithm};
use primitives::{EcPublicKey, Ed25519PublicKey, RsaPublicKey};

pub(crate) fn run(data: &[u8]) {
    let bytes = Secret::new(data.to_vec());
    for kind in MaterialKind::all() {
        let Ok(material) = Material::import(kind, &bytes) else { continue };
        let algorithm = match kind {
            MaterialKind::Rsa(_) => SigningAlgorithm::Rsa(RsaScheme::Pss(HashAlgorithm::Sha256)),
            MaterialKind::Ec(_) => SigningAlgorithm::Ecdsa,
            MaterialKind::Ed25519 => SigningAlgorithm::Ed25519,
            _ => continue,
        };
        let signature = material.sign(algorithm, Message::Raw(b"message"));
        // A key whose halves do not fit would sign what it does not verify.
        let verifies = signature.map(|signature| material.verifies(algorithm, Message::Raw(b"message"), &signature));
        assert_eq!(verifies, Ok(Ok(true)), "{kind:?}");
    }
    if let Some(key) = RsaPublicKey::from_info(data) {
        assert_eq!(key.info(), data);
    }
    if let Some(key) = Ed25519PublicKey::from_info(data) {
        assert_eq!(key.info(), data);
    }
    for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1] {
        if let Some(key) = EcPublicKey::from_info(curve, data) {
            assert_eq!(key.info(), data);
        }
    }
}
