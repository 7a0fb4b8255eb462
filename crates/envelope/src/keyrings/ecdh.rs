//! What the ECDH keyrings share, whether KMS or the program holds the private key: each reads what the other wrapped.
//!
//! Guarantees: keys lie on the keyring's curve, never at infinity; the commitment is compared in constant time before
//! anything is unwrapped; both public keys and the encryption context are bound to derivation and wrapping alike.
//! Source: AWS Encryption SDK specification, "Key Agreement Schemas" and "Raw ECDH Keyring"; where its texts differ among
//! themselves (the label's case), as AWS's Material Providers Library has it.

use crate::{EncryptedDataKey, EncryptionContext, Error};
use base::{Rng, Secret};
use primitives::{AeadKey, Curve, EcPublicKey, HmacHash, NONCE_LENGTH, SystemRng, equal, kbkdf_counter};

/// Provider id of keys that were wrapped with KMS's help.
pub(crate) const KMS_ECDH: &str = "aws-kms-ecdh";
/// Provider id of keys that were wrapped by a key of the program's own.
pub(crate) const RAW_ECDH: &str = "raw-ecdh";

/// Version of the provider info.
const VERSION: u8 = 1;
/// What the wrapping key is derived for.
const LABEL: &[u8] = b"ecdh-key-derivation";
/// The function that derives it.
const PRF: &[u8] = b"HMAC_SHA384";
const NONCE: usize = 32;
const COMMITMENT: usize = 32;
const WRAPPING_KEY: usize = 32;
/// A wrapping key serves once.
const IV: [u8; NONCE_LENGTH] = [0; NONCE_LENGTH];

/// A curve of ECDH keyrings, by the names of KMS's key specs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EcdhCurve {
    /// `ECC_NIST_P256`
    P256,
    /// `ECC_NIST_P384`
    P384,
    /// `ECC_NIST_P521`
    P521,
    /// `SM2`, of KMS in China; named, since messages and scripts name it, but not to be had here: keyrings refuse it.
    Sm2,
}

impl EcdhCurve {
    /// The curve of a key spec such as `ECC_NIST_P256`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521, Self::Sm2].into_iter().find(|curve| curve.name() == name)
    }

    /// Its key spec.
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "ECC_NIST_P256",
            Self::P384 => "ECC_NIST_P384",
            Self::P521 => "ECC_NIST_P521",
            Self::Sm2 => "SM2",
        }
    }

    /// The curve to compute on.
    pub(crate) fn curve(self) -> Result<Curve, Error> {
        match self {
            Self::P256 => Ok(Curve::P256),
            Self::P384 => Ok(Curve::P384),
            Self::P521 => Ok(Curve::P521),
            Self::Sm2 => Err(Error::Configuration("SM2 is not supported; use a curve of NIST".into())),
        }
    }

    /// Its name in what the wrapping key is derived from.
    fn label(self) -> &'static [u8] {
        match self {
            Self::P256 => b"p256",
            Self::P384 => b"p384",
            Self::P521 => b"p521",
            Self::Sm2 => b"sm2",
        }
    }
}

/// A public key, `SubjectPublicKeyInfo` in DER, of somebody (`whose`) on the curve.
pub(crate) fn public_key(curve: EcdhCurve, der: &[u8], whose: &str) -> Result<EcPublicKey, Error> {
    let wrong = || Error::Configuration(format!("the {whose}'s public key is none of {} in DER", curve.name()));
    EcPublicKey::from_info(curve.curve()?, der).ok_or_else(wrong)
}

/// The public keys of who wraps and who unwraps, compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parties {
    curve: EcdhCurve,
    sender: Vec<u8>,
    recipient: Vec<u8>,
}

impl Parties {
    /// Names both.
    pub(crate) fn new(curve: EcdhCurve, sender: &EcPublicKey, recipient: &EcPublicKey) -> Self {
        Self { curve, sender: sender.compressed(), recipient: recipient.compressed() }
    }

    /// Reads them off an encrypted data key; the reason if it has none on this curve.
    pub(crate) fn of(curve: EcdhCurve, encrypted: &EncryptedDataKey) -> Result<Self, String> {
        if ![KMS_ECDH, RAW_ECDH].contains(&encrypted.provider_id.as_str()) {
            return Err("is not for ECDH keyrings".into());
        }
        match encrypted.provider_info.split_first() {
            Some((&VERSION, keys)) => {
                let read = || {
                    let (recipient, rest) = prefixed(keys)?;
                    let (sender, rest) = prefixed(rest)?;
                    rest.is_empty().then(|| Self { curve, sender: sender.into(), recipient: recipient.into() })
                };
                let parties = read().ok_or("its provider info is malformed")?;
                let on_curve = parties.sender_key().is_some() && parties.recipient_key().is_some();
                let reason = || format!("its public keys are none of {}", curve.name());
                on_curve.then_some(parties).ok_or_else(reason)
            }
            Some((version, _)) => Err(format!("its provider info is of the unknown version {version}")),
            None => Err("its provider info is empty".into()),
        }
    }

    /// The provider info of an encrypted data key.
    pub(crate) fn provider_info(&self) -> Vec<u8> {
        let length = |key: &[u8]| u32::try_from(key.len()).unwrap_or(u32::MAX).to_be_bytes();
        [&[VERSION][..], &length(&self.recipient), &self.recipient, &length(&self.sender), &self.sender].concat()
    }

    /// Whose public key the sender's is; `None` if it is no point of the curve.
    pub(crate) fn sender_key(&self) -> Option<EcPublicKey> {
        EcPublicKey::from_compressed(self.curve.curve().ok()?, &self.sender)
    }

    /// The recipient's, likewise.
    pub(crate) fn recipient_key(&self) -> Option<EcPublicKey> {
        EcPublicKey::from_compressed(self.curve.curve().ok()?, &self.recipient)
    }

    /// Whether the recipient is this one.
    pub(crate) fn has_recipient(&self, key: &EcPublicKey) -> bool {
        self.recipient == key.compressed()
    }

    /// Whether these are the same two, whoever of them wrapped.
    pub(crate) fn are_the_same_two(&self, other: &Self) -> bool {
        self == other || (&self.sender, &self.recipient) == (&other.recipient, &other.sender)
    }

    /// Wraps a data key under what both agree on: the ciphertext of an encrypted data key.
    pub(crate) fn wrap(&self, shared: &Secret<Vec<u8>>, context: &EncryptionContext, data_key: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        SystemRng.fill(&mut nonce);
        let info = self.fixed_info(context);
        let (commitment, key) = derive(shared, &info, &nonce);
        [&nonce[..], &commitment, &key.seal(&IV, &info, data_key)].concat()
    }

    /// Unwraps the ciphertext of an encrypted data key; the reason if it cannot.
    pub(crate) fn unwrap(
        &self,
        shared: &Secret<Vec<u8>>,
        context: &EncryptionContext,
        ciphertext: &[u8],
    ) -> Result<Secret<Vec<u8>>, String> {
        let parts = || {
            let (nonce, rest) = ciphertext.split_first_chunk::<NONCE>()?;
            let (commitment, wrapped) = rest.split_first_chunk::<COMMITMENT>()?;
            Some((nonce, commitment, wrapped))
        };
        let (nonce, commitment, wrapped) = parts().ok_or("its ciphertext is too short")?;
        let info = self.fixed_info(context);
        let (expected, key) = derive(shared, &info, nonce);
        if !equal(&expected, commitment) {
            return Err("does not verify: other keys or another encryption context, or it was changed".into());
        }
        key.open(&IV, &info, wrapped).map_err(|_| "does not verify: it was changed".into())
    }

    /// What derivation and wrapping are bound to.
    fn fixed_info(&self, context: &EncryptionContext) -> Vec<u8> {
        let keys = [self.sender.as_slice(), &self.recipient].concat();
        [LABEL, self.curve.label(), PRF, &keys, &[VERSION], &context.serialize()].join(&0)
    }
}

/// Commitment and wrapping key.
fn derive(shared: &Secret<Vec<u8>>, info: &[u8], nonce: &[u8; NONCE]) -> ([u8; COMMITMENT], AeadKey) {
    const BITS: u32 = 8 * (COMMITMENT + WRAPPING_KEY) as u32;
    let mut keys = Secret::new([0; COMMITMENT + WRAPPING_KEY]);
    let fixed = [info, &[0], nonce, &BITS.to_be_bytes()];
    kbkdf_counter(HmacHash::Sha384, shared.expose(), &fixed, keys.expose_mut());
    let (mut commitment, mut wrapping) = ([0; COMMITMENT], Secret::new([0; WRAPPING_KEY]));
    let (first, last) = keys.expose().split_at(COMMITMENT);
    commitment.copy_from_slice(first);
    wrapping.expose_mut().copy_from_slice(last);
    (commitment, AeadKey::new(wrapping.expose()))
}

/// What stands behind its length, and the rest.
fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use primitives::EcPrivateKey;

    fn encrypted(provider_id: &str, provider_info: &[u8]) -> EncryptedDataKey {
        EncryptedDataKey { provider_id: provider_id.into(), provider_info: provider_info.into(), ciphertext: vec![] }
    }

    #[test]
    fn provider_info_names_both_keys_compressed_the_recipients_first() {
        for (curve, length) in [(EcdhCurve::P256, 75), (EcdhCurve::P384, 107), (EcdhCurve::P521, 143)] {
            let [sender, recipient] = [(); 2].map(|()| EcPrivateKey::generate(curve.curve().unwrap()));
            let parties = Parties::new(curve, sender.public(), recipient.public());
            let info = parties.provider_info();
            assert_eq!((info.len(), info[0]), (length, 1));
            assert_eq!(info[5..5 + (length - 9) / 2], recipient.public().compressed());
            for id in [KMS_ECDH, RAW_ECDH] {
                assert_eq!(Parties::of(curve, &encrypted(id, &info)).as_ref(), Ok(&parties));
            }
            assert!(Parties::of(curve, &encrypted("aws-kms", &info)).is_err());
            for cut in 0..info.len() {
                assert!(Parties::of(curve, &encrypted(RAW_ECDH, &info[..cut])).is_err(), "{cut}");
            }
            assert!(Parties::of(curve, &encrypted(RAW_ECDH, &[&info[..], &[0]].concat())).is_err());
            let of_two = [&[2], &info[1..]].concat();
            let reason = Parties::of(curve, &encrypted(RAW_ECDH, &of_two)).unwrap_err();
            assert!(reason.contains("version 2"), "{reason}");
        }
    }

    #[test]
    fn keys_of_other_curves_and_at_infinity_are_none() {
        let key = EcPrivateKey::generate(Curve::P384);
        let info = Parties::new(EcdhCurve::P384, key.public(), key.public()).provider_info();
        let reason = Parties::of(EcdhCurve::P256, &encrypted(RAW_ECDH, &info)).unwrap_err();
        assert_eq!(reason, "its public keys are none of ECC_NIST_P256");
        let at_infinity = [&[1][..], &[0, 0, 0, 1, 0], &[0, 0, 0, 1, 0]].concat();
        assert!(Parties::of(EcdhCurve::P384, &encrypted(RAW_ECDH, &at_infinity)).is_err());
        let mut zeros = info.clone();
        zeros[6..54].fill(0xff);
        assert!(Parties::of(EcdhCurve::P384, &encrypted(RAW_ECDH, &zeros)).is_err(), "beyond the field");
        // The DER of a key whose point is the single byte of infinity.
        let algorithm = &key.public().info()[2..20];
        let infinity = [&[0x30, 22][..], algorithm, &[3, 2, 0, 0]].concat();
        assert!(public_key(EcdhCurve::P384, &infinity, "recipient").is_err());
        assert!(public_key(EcdhCurve::P384, key.public().info(), "recipient").is_ok());
        assert!(public_key(EcdhCurve::P521, key.public().info(), "recipient").is_err());
    }

    #[test]
    fn what_is_derived_is_laid_out_as_the_specification_has_it() {
        let [sender, recipient] = [(); 2].map(|()| EcPrivateKey::generate(Curve::P256));
        let parties = Parties::new(EcdhCurve::P256, sender.public(), recipient.public());
        let context = EncryptionContext::new([("a", "b")]).unwrap();
        let keys = [sender.public().compressed(), recipient.public().compressed()].concat();
        let expected =
            [&b"ecdh-key-derivation\0p256\0HMAC_SHA384\0"[..], &keys, b"\0\x01\0\0\x01\0\x01a\0\x01b"].concat();
        assert_eq!(parties.fixed_info(&context), expected);
        let none = parties.fixed_info(&EncryptionContext::default());
        assert_eq!(none, expected[..expected.len() - 8], "nothing stands for no context");
    }

    #[test]
    fn a_wrapped_key_comes_back_only_as_it_was_and_in_its_context() {
        let [sender, recipient] = [(); 2].map(|()| EcPrivateKey::generate(Curve::P384));
        let parties = Parties::new(EcdhCurve::P384, sender.public(), recipient.public());
        let context = EncryptionContext::new([("a", "b")]).unwrap();
        let shared = sender.agree(recipient.public().info()).unwrap();
        let wrapped = parties.wrap(&shared, &context, &[7; 32]);
        assert_eq!(wrapped.len(), 32 + 32 + 32 + 16);
        assert_eq!(parties.unwrap(&shared, &context, &wrapped).unwrap().expose(), &vec![7; 32]);
        assert_ne!(parties.wrap(&shared, &context, &[7; 32]), wrapped, "another nonce each time");
        for index in 0..wrapped.len() {
            let mut changed = wrapped.clone();
            changed[index] ^= 1;
            assert!(parties.unwrap(&shared, &context, &changed).is_err(), "{index}");
            assert!(parties.unwrap(&shared, &context, &wrapped[..index]).is_err(), "{index}");
        }
        assert!(parties.unwrap(&shared, &EncryptionContext::default(), &wrapped).is_err());
        let swapped = Parties::new(EcdhCurve::P384, recipient.public(), sender.public());
        assert!(swapped.unwrap(&shared, &context, &wrapped).is_err(), "who wrapped is bound too");
        assert!(parties.are_the_same_two(&swapped));
        assert!(parties.has_recipient(recipient.public()) && !parties.has_recipient(sender.public()));
    }
}
