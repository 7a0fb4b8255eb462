//! The kinds of key material, and the form in which each is stored.
//!
//! Guarantee: a code is never given to another kind, since it stands in every stored token.

use primitives::{Curve, HmacHash, MlDsaSet, MlKemSet, RsaSize};

/// What key material is, and with it what can be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MaterialKind {
    /// A key of 32 bytes that encrypts messages of KMS callers.
    Symmetric,
    /// A key of MACs.
    Hmac(HmacHash),
    /// An RSA key pair.
    Rsa(RsaSize),
    /// A key pair on an elliptic curve.
    Ec(Curve),
    /// An Ed25519 key pair.
    Ed25519,
    /// An ML-DSA key pair.
    MlDsa(MlDsaSet),
    /// An ML-KEM key pair.
    MlKem(MlKemSet),
}

/// The code of each kind in stored tokens.
const CODES: &[(u8, MaterialKind)] = &[
    (1, MaterialKind::Symmetric),
    (2, MaterialKind::Hmac(HmacHash::Sha224)),
    (3, MaterialKind::Hmac(HmacHash::Sha256)),
    (4, MaterialKind::Hmac(HmacHash::Sha384)),
    (5, MaterialKind::Hmac(HmacHash::Sha512)),
    (6, MaterialKind::Rsa(RsaSize::Rsa2048)),
    (7, MaterialKind::Rsa(RsaSize::Rsa3072)),
    (8, MaterialKind::Rsa(RsaSize::Rsa4096)),
    (9, MaterialKind::Ec(Curve::P256)),
    (10, MaterialKind::Ec(Curve::P384)),
    (11, MaterialKind::Ec(Curve::P521)),
    (12, MaterialKind::Ec(Curve::Secp256k1)),
    (13, MaterialKind::Ed25519),
    (14, MaterialKind::MlDsa(MlDsaSet::MlDsa44)),
    (15, MaterialKind::MlDsa(MlDsaSet::MlDsa65)),
    (16, MaterialKind::MlDsa(MlDsaSet::MlDsa87)),
    (17, MaterialKind::MlKem(MlKemSet::MlKem512)),
    (18, MaterialKind::MlKem(MlKemSet::MlKem768)),
    (19, MaterialKind::MlKem(MlKemSet::MlKem1024)),
];

impl MaterialKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|(_, kind)| *kind)
    }

    pub(crate) fn code(self) -> u8 {
        CODES.iter().find(|(_, kind)| *kind == self).map_or(0, |(code, _)| *code)
    }

    pub(crate) fn of_code(code: u8) -> Option<Self> {
        CODES.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_a_code_of_its_own() {
        assert_eq!(CODES.iter().map(|(code, _)| code).collect::<BTreeSet<_>>().len(), CODES.len());
        for kind in MaterialKind::all() {
            assert_eq!(MaterialKind::of_code(kind.code()), Some(kind));
        }
        assert_eq!(MaterialKind::of_code(0), None);
        assert_eq!(MaterialKind::all().collect::<BTreeSet<_>>().len(), CODES.len());
    }
}
