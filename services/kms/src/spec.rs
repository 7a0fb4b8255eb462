//! What each key spec is for, and which algorithms it offers.
//!
//! Guarantees: the table below is the only place that knows which spec goes with which usage and algorithm; records keep
//! AWS's words. Source: KMS Developer Guide, "Key spec reference".

use crate::api::{
    CustomerMasterKeySpec, DataKeyPairSpec, EncapsulationAlgorithmSpec, EncryptionAlgorithmSpec,
    KeyAgreementAlgorithmSpec, KeySpec, KeyUsageType, MacAlgorithmSpec, OriginType, SigningAlgorithmSpec,
};
use crypto::{
    Curve, HashAlgorithm, HmacHash, MaterialKind, MlDsaSet, MlKemSet, OaepHash, RsaScheme, RsaSize, SigningAlgorithm,
};

/// What keys of a spec may be for. None of SM2, which AWS has in its Chinese Regions alone.
pub(crate) fn usages(spec: KeySpec) -> &'static [KeyUsageType] {
    use KeySpec as S;
    use KeyUsageType as U;
    match spec {
        S::SymmetricDefault => &[U::EncryptDecrypt],
        S::Rsa2048 | S::Rsa3072 | S::Rsa4096 => &[U::EncryptDecrypt, U::SignVerify],
        S::EccNistP256 | S::EccNistP384 | S::EccNistP521 => &[U::SignVerify, U::KeyAgreement],
        S::EccSecgP256k1 | S::EccNistEdwards25519 | S::MlDsa44 | S::MlDsa65 | S::MlDsa87 => &[U::SignVerify],
        S::MlKem512 | S::MlKem768 | S::MlKem1024 => &[U::EncapsulateDecapsulate],
        S::Hmac224 | S::Hmac256 | S::Hmac384 | S::Hmac512 => &[U::GenerateVerifyMac],
        S::Sm2 => &[U::EncryptDecrypt, U::SignVerify, U::KeyAgreement],
    }
}

/// What a key encrypts with; empty unless that is its usage.
pub(crate) fn encryption(spec: KeySpec, usage: KeyUsageType) -> &'static [EncryptionAlgorithmSpec] {
    use EncryptionAlgorithmSpec as A;
    match (usage, spec) {
        (KeyUsageType::EncryptDecrypt, KeySpec::SymmetricDefault) => &[A::SymmetricDefault],
        (KeyUsageType::EncryptDecrypt, spec) if is_rsa(spec) => &[A::RsaesOaepSha1, A::RsaesOaepSha256],
        _ => &[],
    }
}

/// What a key signs with.
pub(crate) fn signing(spec: KeySpec, usage: KeyUsageType) -> &'static [SigningAlgorithmSpec] {
    use KeySpec as S;
    use SigningAlgorithmSpec as A;
    if usage != KeyUsageType::SignVerify {
        return &[];
    }
    match spec {
        S::Rsa2048 | S::Rsa3072 | S::Rsa4096 => &[
            A::RsassaPkcs1V15Sha256,
            A::RsassaPkcs1V15Sha384,
            A::RsassaPkcs1V15Sha512,
            A::RsassaPssSha256,
            A::RsassaPssSha384,
            A::RsassaPssSha512,
        ],
        S::EccNistP256 | S::EccSecgP256k1 => &[A::EcdsaSha256],
        S::EccNistP384 => &[A::EcdsaSha384],
        S::EccNistP521 => &[A::EcdsaSha512],
        S::EccNistEdwards25519 => &[A::Ed25519Sha512, A::Ed25519PhSha512],
        S::MlDsa44 | S::MlDsa65 | S::MlDsa87 => &[A::MlDsaShake256],
        _ => &[],
    }
}

/// What a key authenticates messages with.
pub(crate) fn mac(spec: KeySpec) -> &'static [MacAlgorithmSpec] {
    match spec {
        KeySpec::Hmac224 => &[MacAlgorithmSpec::HmacSha224],
        KeySpec::Hmac256 => &[MacAlgorithmSpec::HmacSha256],
        KeySpec::Hmac384 => &[MacAlgorithmSpec::HmacSha384],
        KeySpec::Hmac512 => &[MacAlgorithmSpec::HmacSha512],
        _ => &[],
    }
}

/// What a key agrees on secrets with.
pub(crate) fn agreement(usage: KeyUsageType) -> &'static [KeyAgreementAlgorithmSpec] {
    if usage == KeyUsageType::KeyAgreement { &[KeyAgreementAlgorithmSpec::Ecdh] } else { &[] }
}

/// What a key encapsulates secrets with.
pub(crate) fn encapsulation(usage: KeyUsageType) -> &'static [EncapsulationAlgorithmSpec] {
    if usage == KeyUsageType::EncapsulateDecapsulate { EncapsulationAlgorithmSpec::ALL } else { &[] }
}

/// The kind of material that keys of a spec have; `None` of SM2.
pub(crate) fn kind(spec: KeySpec) -> Option<MaterialKind> {
    use KeySpec as S;
    use MaterialKind as M;
    Some(match spec {
        S::SymmetricDefault => M::Symmetric,
        S::Rsa2048 => M::Rsa(RsaSize::Rsa2048),
        S::Rsa3072 => M::Rsa(RsaSize::Rsa3072),
        S::Rsa4096 => M::Rsa(RsaSize::Rsa4096),
        S::EccNistP256 => M::Ec(Curve::P256),
        S::EccNistP384 => M::Ec(Curve::P384),
        S::EccNistP521 => M::Ec(Curve::P521),
        S::EccSecgP256k1 => M::Ec(Curve::Secp256k1),
        S::EccNistEdwards25519 => M::Ed25519,
        S::MlDsa44 => M::MlDsa(MlDsaSet::MlDsa44),
        S::MlDsa65 => M::MlDsa(MlDsaSet::MlDsa65),
        S::MlDsa87 => M::MlDsa(MlDsaSet::MlDsa87),
        S::MlKem512 => M::MlKem(MlKemSet::MlKem512),
        S::MlKem768 => M::MlKem(MlKemSet::MlKem768),
        S::MlKem1024 => M::MlKem(MlKemSet::MlKem1024),
        S::Hmac224 => M::Hmac(HmacHash::Sha224),
        S::Hmac256 => M::Hmac(HmacHash::Sha256),
        S::Hmac384 => M::Hmac(HmacHash::Sha384),
        S::Hmac512 => M::Hmac(HmacHash::Sha512),
        S::Sm2 => return None,
    })
}

/// Whether material of a spec can be imported. Source: KMS Developer Guide, "Importing key material".
pub(crate) fn is_importable(spec: KeySpec) -> bool {
    use KeySpec as S;
    !matches!(spec, S::MlDsa44 | S::MlDsa65 | S::MlDsa87 | S::MlKem512 | S::MlKem768 | S::MlKem1024 | S::Sm2)
}

/// The kind of a data key pair; `None` of SM2.
pub(crate) fn pair(spec: DataKeyPairSpec) -> Option<MaterialKind> {
    kind(KeySpec::ALL.iter().copied().find(|key| key.as_str() == spec.as_str())?)
}

/// Whether a spec is one of a key pair.
pub(crate) fn is_pair(spec: KeySpec) -> bool {
    !matches!(kind(spec), Some(MaterialKind::Symmetric | MaterialKind::Hmac(_)))
}

/// The modulus of an RSA spec.
pub(crate) fn rsa_size(spec: KeySpec) -> Option<RsaSize> {
    match kind(spec) {
        Some(MaterialKind::Rsa(size)) => Some(size),
        _ => None,
    }
}

/// The hash of RSA-OAEP, if that is what an algorithm is.
pub(crate) fn oaep(algorithm: EncryptionAlgorithmSpec) -> Option<OaepHash> {
    match algorithm {
        EncryptionAlgorithmSpec::RsaesOaepSha1 => Some(OaepHash::Sha1),
        EncryptionAlgorithmSpec::RsaesOaepSha256 => Some(OaepHash::Sha256),
        EncryptionAlgorithmSpec::SymmetricDefault | EncryptionAlgorithmSpec::Sm2pke => None,
    }
}

/// What an algorithm of signatures is, and how many bytes the digests have that it takes; `None` of SM2.
pub(crate) fn signature(algorithm: SigningAlgorithmSpec) -> Option<(SigningAlgorithm, usize)> {
    use SigningAlgorithmSpec as A;
    let rsa = |scheme| SigningAlgorithm::Rsa(scheme);
    Some(match algorithm {
        A::RsassaPssSha256 => (rsa(RsaScheme::Pss(HashAlgorithm::Sha256)), 32),
        A::RsassaPssSha384 => (rsa(RsaScheme::Pss(HashAlgorithm::Sha384)), 48),
        A::RsassaPssSha512 => (rsa(RsaScheme::Pss(HashAlgorithm::Sha512)), 64),
        A::RsassaPkcs1V15Sha256 => (rsa(RsaScheme::Pkcs1(HashAlgorithm::Sha256)), 32),
        A::RsassaPkcs1V15Sha384 => (rsa(RsaScheme::Pkcs1(HashAlgorithm::Sha384)), 48),
        A::RsassaPkcs1V15Sha512 => (rsa(RsaScheme::Pkcs1(HashAlgorithm::Sha512)), 64),
        A::EcdsaSha256 => (SigningAlgorithm::Ecdsa, 32),
        A::EcdsaSha384 => (SigningAlgorithm::Ecdsa, 48),
        A::EcdsaSha512 => (SigningAlgorithm::Ecdsa, 64),
        A::Ed25519Sha512 => (SigningAlgorithm::Ed25519, 0),
        A::Ed25519PhSha512 => (SigningAlgorithm::Ed25519Ph, 64),
        A::MlDsaShake256 => (SigningAlgorithm::MlDsa, 0),
        A::Sm2dsa => return None,
    })
}

/// Whether a spec is one of the RSA ones.
pub(crate) fn is_rsa(spec: KeySpec) -> bool {
    matches!(spec, KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096)
}

/// The spec under its former name, which AWS still tells and takes.
pub(crate) fn former(spec: KeySpec) -> Option<CustomerMasterKeySpec> {
    CustomerMasterKeySpec::ALL.iter().copied().find(|former| former.as_str() == spec.as_str())
}

/// The spec that a former name means.
pub(crate) fn present(former: CustomerMasterKeySpec) -> Option<KeySpec> {
    KeySpec::ALL.iter().copied().find(|spec| spec.as_str() == former.as_str())
}

/// Lets a value of AWS's be stored as AWS's word for it.
macro_rules! stored_as_word {
    ($($name:ident: $type:ty),* $(,)?) => {$(
        #[doc = concat!("Stores a `", stringify!($type), "`.")]
        pub(crate) mod $name {
            use super::*;
            use serde::{Deserialize, Deserializer, Serializer, de::Error};

            pub(crate) fn serialize<S: Serializer>(value: &$type, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(value.as_str())
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                let word = std::borrow::Cow::<str>::deserialize(from)?;
                let known = <$type>::ALL.iter().copied().find(|value| value.as_str() == word);
                known.ok_or_else(|| D::Error::custom(format!("{word} is not known here")))
            }
        }
    )*};
}

stored_as_word!(key_spec: KeySpec, key_usage: KeyUsageType, key_origin: OriginType);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_offers_algorithms_of_exactly_the_kind_that_it_is_for() {
        for spec in KeySpec::ALL.iter().copied().filter(|spec| *spec != KeySpec::Sm2) {
            for usage in usages(spec).iter().copied() {
                let offered = [
                    (KeyUsageType::EncryptDecrypt, encryption(spec, usage).len()),
                    (KeyUsageType::SignVerify, signing(spec, usage).len()),
                    (KeyUsageType::GenerateVerifyMac, mac(spec).len()),
                    (KeyUsageType::KeyAgreement, agreement(usage).len()),
                    (KeyUsageType::EncapsulateDecapsulate, encapsulation(usage).len()),
                ];
                for (kind, count) in offered {
                    assert_eq!(count > 0, kind == usage, "{} for {}", spec.as_str(), usage.as_str());
                }
            }
        }
    }

    #[test]
    fn the_former_names_are_the_present_ones() {
        for spec in KeySpec::ALL.iter().copied() {
            if let Some(former) = former(spec) {
                assert!(present(former) == Some(spec), "{}", spec.as_str());
            }
        }
        assert!(former(KeySpec::SymmetricDefault) == Some(CustomerMasterKeySpec::SymmetricDefault));
    }
}
