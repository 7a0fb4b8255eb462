//! The keyring of an RSA key in KMS: encrypts with its public half without a call, decrypts with KMS.
//!
//! Guarantees: since KMS binds no encryption context to RSA ciphertexts, a digest of it is encrypted before the data key
//! and compared, in constant time, after decryption. Signed suites are refused: whoever has the public half may encrypt,
//! so a signature would say nothing. Source: AWS Encryption SDK specification, "AWS KMS RSA Keyring".

use super::arn::KmsArn;
use super::{expect_key, unwrap_first};
use crate::keyrings::{data_key, ensure_data_key, key_file};
use crate::{AlgorithmSuite, DecryptionMaterials, EncryptedDataKey, EncryptionContext, EncryptionMaterials};
use crate::{Error, Keyring};
use base::Secret;
use client::Kms;
use primitives::{HashAlgorithm, OaepHash, RsaPublicKey, equal, hash};
use std::sync::Arc;

/// The provider id of data keys under RSA keys in KMS.
const RSA_PROVIDER_ID: &str = "aws-kms-rsa";

/// Length of the digest of the encryption context: SHA-384.
const DIGEST: usize = 48;

/// How a data key is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KmsRsaAlgorithm {
    /// `RSAES_OAEP_SHA_1`
    OaepSha1,
    /// `RSAES_OAEP_SHA_256`
    OaepSha256,
}

impl KmsRsaAlgorithm {
    /// KMS's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OaepSha1 => "RSAES_OAEP_SHA_1",
            Self::OaepSha256 => "RSAES_OAEP_SHA_256",
        }
    }

    /// The algorithm of one of KMS's names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::OaepSha1, Self::OaepSha256].into_iter().find(|algorithm| algorithm.name() == name)
    }

    fn hash(self) -> OaepHash {
        match self {
            Self::OaepSha1 => OaepHash::Sha1,
            Self::OaepSha256 => OaepHash::Sha256,
        }
    }
}

/// A keyring that wraps data keys with the public half of an RSA key in KMS, and has KMS unwrap them.
pub struct KmsRsaKeyring {
    key: KmsArn,
    algorithm: KmsRsaAlgorithm,
    public: Option<RsaPublicKey>,
    kms: Option<Arc<dyn Kms>>,
    grant_tokens: Vec<String>,
}

impl KmsRsaKeyring {
    /// The keyring of the RSA key with this ARN. To encrypt it needs the public key, to decrypt a client.
    pub fn new(key_arn: &str, algorithm: KmsRsaAlgorithm) -> Result<Self, Error> {
        let key: KmsArn = key_arn.parse()?;
        if !key.is_key() {
            return Err(Error::Configuration(format!("an RSA key in KMS is named by its key ARN, not by {key}")));
        }
        Ok(Self { key, algorithm, public: None, kms: None, grant_tokens: Vec::new() })
    }

    /// Decrypts with this client, which calls the Region of the key.
    pub fn with_client(self, kms: Arc<dyn Kms>) -> Result<Self, Error> {
        if kms.region() != self.key.region() {
            let text = format!("{} is in another Region than {}, which the client calls", self.key, kms.region());
            return Err(Error::Configuration(text));
        }
        Ok(Self { kms: Some(kms), ..self })
    }

    /// Encrypts with this public key, in PEM or DER. Nobody checks that it is the one of the KMS key.
    pub fn with_public_key(self, public_key: &[u8]) -> Result<Self, Error> {
        let (_, der) = key_file(public_key, &["PUBLIC KEY"])?;
        let public = RsaPublicKey::from_info(der.expose()).ok_or_else(|| {
            Error::Configuration("not an RSA public key of 2,048, 3,072 or 4,096 bits (SubjectPublicKeyInfo)".into())
        })?;
        Ok(Self { public: Some(public), ..self })
    }

    /// Encrypts with the public key that KMS gives for the key.
    pub fn with_public_key_of_kms(self) -> Result<Self, Error> {
        let answer = self.client()?.get_public_key(&self.key.to_string(), &self.grant_tokens)?;
        expect_key(&self.key.to_string(), &answer.key_id)?;
        if answer.key_usage != "ENCRYPT_DECRYPT" {
            let text = format!("{} is a key for {}, not for ENCRYPT_DECRYPT", self.key, answer.key_usage);
            return Err(Error::Configuration(text));
        }
        self.with_public_key(&answer.der)
    }

    /// Sends grant tokens with every call.
    #[must_use]
    pub fn with_grant_tokens(self, grant_tokens: Vec<String>) -> Self {
        Self { grant_tokens, ..self }
    }

    fn client(&self) -> Result<&dyn Kms, Error> {
        let missing =
            || Error::Configuration("the keyring of an RSA key in KMS decrypts with a client of KMS only".into());
        self.kms.as_deref().ok_or_else(missing)
    }

    fn unwrap(
        &self,
        kms: &dyn Kms,
        wrapping: &KmsArn,
        wrapped: &EncryptedDataKey,
        materials: &DecryptionMaterials,
    ) -> Result<Secret<Vec<u8>>, String> {
        if !self.key.is_related(wrapping) {
            return Err(format!("wrapped by another KMS key than {}", self.key));
        }
        let (key, nothing) = (self.key.to_string(), client::EncryptionContextPairs::new());
        let algorithm = Some(self.algorithm.name());
        let answer = kms
            .decrypt(&key, &wrapped.ciphertext, algorithm, &nothing, &self.grant_tokens)
            .map_err(|error| error.to_string())?;
        expect_key(&key, &answer.key_id).map_err(|error| error.to_string())?;
        let (found, data_key) = answer.plaintext.expose().split_at_checked(DIGEST).unwrap_or_default();
        if !equal(found, &digest(&materials.context)) {
            return Err("it was wrapped in another encryption context".into());
        }
        Ok(Secret::new(data_key.to_vec()))
    }
}

impl Keyring for KmsRsaKeyring {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        refuse_signed(materials.suite)?;
        let missing =
            || Error::Configuration("the keyring of an RSA key in KMS encrypts with its public key only".into());
        let public = self.public.as_ref().ok_or_else(missing)?;
        ensure_data_key(materials)?;
        let key = data_key(materials)?;
        let plaintext = Secret::new([&digest(&materials.context), key].concat());
        // A modulus of 2,048 bits holds 190 bytes, more than these 80.
        let too_short = || Error::Configuration("the RSA key is too short for a data key".into());
        let ciphertext = public.encrypt(self.algorithm.hash(), plaintext.expose()).ok_or_else(too_short)?;
        materials.encrypted_data_keys.push(EncryptedDataKey {
            provider_id: RSA_PROVIDER_ID.into(),
            provider_info: self.key.to_string().into_bytes(),
            ciphertext,
        });
        Ok(())
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        refuse_signed(materials.suite)?;
        let kms = self.client()?;
        unwrap_first(RSA_PROVIDER_ID, materials, encrypted_data_keys, |wrapping, wrapped, materials| {
            self.unwrap(kms, wrapping, wrapped, materials)
        })
    }
}

fn refuse_signed(suite: AlgorithmSuite) -> Result<(), Error> {
    match suite.signature() {
        Some(_) => Err(Error::Configuration(format!(
            "the keyring of an RSA key in KMS takes suites without signature, not {suite}"
        ))),
        None => Ok(()),
    }
}

fn digest(context: &EncryptionContext) -> Vec<u8> {
    hash(HashAlgorithm::Sha384, &[&context.serialize()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataKey;
    use crate::testing::{FakeKms, Lie, Operation, reasons, service_error};
    use primitives::{RsaSize, pem};

    const REGION: &str = "us-east-1";
    const SUITE: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;

    fn context() -> EncryptionContext {
        EncryptionContext::new([("purpose", "test")]).unwrap()
    }

    fn keyring(kms: &FakeKms, key: &str, algorithm: KmsRsaAlgorithm) -> KmsRsaKeyring {
        let keyring = KmsRsaKeyring::new(key, algorithm).unwrap().with_client(kms.client(REGION)).unwrap();
        keyring.with_public_key_of_kms().unwrap()
    }

    fn decrypt(keyring: &KmsRsaKeyring, sealed: &EncryptionMaterials) -> Result<(), Error> {
        let mut materials = DecryptionMaterials::new(sealed.suite, sealed.context.clone());
        let result = keyring.on_decrypt(&mut materials, &sealed.encrypted_data_keys);
        let expected = result.is_ok().then(|| sealed.data_key().unwrap().expose());
        assert_eq!(materials.data_key().map(DataKey::expose), expected);
        result
    }

    #[test]
    fn the_public_half_encrypts_without_a_call_and_kms_decrypts() {
        let kms = FakeKms::new();
        let key = kms.rsa_key(REGION, RsaSize::Rsa2048);
        let public = kms.client(REGION).get_public_key(&key, &[]).unwrap().der;
        for algorithm in [KmsRsaAlgorithm::OaepSha1, KmsRsaAlgorithm::OaepSha256] {
            let pem = pem::encode("PUBLIC KEY", &public);
            let offline = KmsRsaKeyring::new(&key, algorithm).unwrap().with_public_key(pem.as_bytes()).unwrap();
            kms.forget_calls();
            let mut sealed = EncryptionMaterials::new(SUITE, context());
            offline.on_encrypt(&mut sealed).unwrap();
            offline.on_encrypt(&mut sealed).unwrap();
            assert!(kms.calls().is_empty());
            let [one, two] = &sealed.encrypted_data_keys[..] else { panic!("two data keys") };
            assert_eq!((one.provider_id.as_str(), one.provider_info.as_slice()), ("aws-kms-rsa", key.as_bytes()));
            assert_ne!(one.ciphertext, two.ciphertext);
            assert!(matches!(decrypt(&offline, &sealed), Err(Error::Configuration(_))));

            let online = offline.with_client(kms.client(REGION)).unwrap().with_grant_tokens(vec!["token".into()]);
            decrypt(&online, &sealed).unwrap();
            let [call] = &kms.calls()[..] else { panic!("one call") };
            assert_eq!((call.operation, &call.key_id), (Operation::Decrypt, &key));
            assert_eq!((call.context.len(), &call.grant_tokens[..]), (0, &["token".to_owned()][..]));
        }
    }

    #[test]
    fn the_digest_of_the_context_stands_before_the_data_key() {
        let kms = FakeKms::new();
        let key = kms.rsa_key(REGION, RsaSize::Rsa2048);
        let keyring = keyring(&kms, &key, KmsRsaAlgorithm::OaepSha256);
        for context in [context(), EncryptionContext::default()] {
            let mut sealed = EncryptionMaterials::new(SUITE, context);
            keyring.on_encrypt(&mut sealed).unwrap();
            let ciphertext = &sealed.encrypted_data_keys[0].ciphertext;
            let algorithm = Some("RSAES_OAEP_SHA_256");
            let opened = kms.client(REGION).decrypt(&key, ciphertext, algorithm, &Default::default(), &[]).unwrap();
            let (digest, data_key) = opened.plaintext.expose().split_at(48);
            assert_eq!(digest, hash(HashAlgorithm::Sha384, &[&sealed.context.serialize()]));
            assert_eq!(data_key, sealed.data_key().unwrap().expose());
        }
    }

    #[test]
    fn another_context_key_or_length_is_refused_with_its_reason() {
        let kms = FakeKms::new();
        let [key, other] = [(); 2].map(|()| kms.rsa_key(REGION, RsaSize::Rsa2048));
        let of_key = keyring(&kms, &key, KmsRsaAlgorithm::OaepSha256);
        let mut sealed = EncryptionMaterials::new(SUITE, context());
        of_key.on_encrypt(&mut sealed).unwrap();
        let refused = |keyring: &KmsRsaKeyring, sealed: &_| reasons(&decrypt(keyring, sealed).unwrap_err());
        let of_other = keyring(&kms, &other, KmsRsaAlgorithm::OaepSha256);
        assert_eq!(refused(&of_other, &sealed), [format!("wrapped by another KMS key than {other}")]);
        kms.lie_next(Operation::Decrypt, Lie::KeyId(other.clone()));
        assert_eq!(refused(&of_key, &sealed), [format!("KMS was asked for {key} and answered with {other}")]);
        for (length, why) in [
            (79, "holds a key of 31 bytes, the suite takes 32"),
            (48, "holds a key of 0 bytes, the suite takes 32"),
            (47, "it was wrapped in another encryption context"),
            (0, "it was wrapped in another encryption context"),
        ] {
            kms.lie_next(Operation::Decrypt, Lie::PlaintextLength(length));
            assert_eq!(refused(&of_key, &sealed), [why], "{length}");
        }
        kms.fail_next(Some(Operation::Decrypt), service_error("AccessDeniedException", "no"));
        assert_eq!(refused(&of_key, &sealed), ["AccessDeniedException: no"]);
        assert_eq!(refused(&keyring(&kms, &key, KmsRsaAlgorithm::OaepSha1), &sealed), ["InvalidCiphertextException"]);
        sealed.context = EncryptionContext::default();
        assert_eq!(refused(&of_key, &sealed), ["it was wrapped in another encryption context"]);
        sealed.encrypted_data_keys[0].provider_info = b"alias/app".to_vec();
        assert_eq!(refused(&of_key, &sealed), ["the provider info is not the ARN of a KMS key"]);
    }

    #[test]
    fn signed_suites_and_what_is_no_rsa_key_are_refused() {
        let kms = FakeKms::new();
        let key = kms.rsa_key(REGION, RsaSize::Rsa2048);
        let keyring = keyring(&kms, &key, KmsRsaAlgorithm::OaepSha256);
        for suite in AlgorithmSuite::all() {
            let mut materials = EncryptionMaterials::new(suite, context());
            assert_eq!(keyring.on_encrypt(&mut materials).is_ok(), suite.signature().is_none(), "{suite}");
            let mut signed = DecryptionMaterials::new(suite, context());
            let opened = keyring.on_decrypt(&mut signed, &materials.encrypted_data_keys);
            assert_eq!(opened.is_ok(), suite.signature().is_none(), "{suite}");
        }
        let new = |key: &str| KmsRsaKeyring::new(key, KmsRsaAlgorithm::OaepSha256);
        for name in ["alias/app", &key.replace("key/", "alias/"), key.rsplit('/').next().unwrap(), ""] {
            assert!(matches!(new(name), Err(Error::Configuration(_))), "{name}");
        }
        assert!(new(&key).unwrap().with_client(kms.client("eu-west-1")).is_err());
        assert!(new(&key).unwrap().with_public_key(b"no key").is_err());
        let curve = kms.key_agreement_key(REGION, primitives::Curve::P256);
        let online = |key: &str| new(key).unwrap().with_client(kms.client(REGION)).unwrap().with_public_key_of_kms();
        assert!(matches!(online(&curve), Err(Error::Configuration(text)) if text.contains("KEY_AGREEMENT")));
        kms.lie_next(Operation::GetPublicKey, Lie::KeyId(curve));
        assert!(matches!(online(&key), Err(Error::Kms(client::Error::Answer(_)))));
        let mut materials = EncryptionMaterials::new(SUITE, context());
        assert!(matches!(new(&key).unwrap().on_encrypt(&mut materials), Err(Error::Configuration(_))));
        assert!(materials.data_key().is_none());
    }
}
