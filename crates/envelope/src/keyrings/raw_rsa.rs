//! Data keys wrapped with RSA: for many who encrypt, and one who decrypts.
//!
//! Guarantees: encryption takes the public key alone and decryption the private one alone; neither is derived from the
//! other. RSA binds no encryption context; the message's header does. Source: AWS Encryption SDK specification, "Raw RSA
//! Keyring".

use super::{check_name, check_namespace, data_key, ensure_data_key, key_file, unwrap_first};
use crate::{DecryptionMaterials, EncryptedDataKey, EncryptionMaterials, Error, Keyring};
use base::Secret;
use primitives::{OaepHash, RsaPrivateKey, RsaPublicKey};

/// How a data key is padded. Messages do not tell: both sides must use the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RsaPadding {
    /// PKCS#1 v1.5; for old messages only. Whoever can send messages and see whether they decrypt may learn others' keys.
    Pkcs1,
    /// OAEP with SHA-1 and MGF1 with SHA-1.
    OaepSha1,
    /// OAEP with SHA-256 and MGF1 with SHA-256.
    OaepSha256,
    /// OAEP with SHA-384 and MGF1 with SHA-384.
    OaepSha384,
    /// OAEP with SHA-512 and MGF1 with SHA-512.
    OaepSha512,
}

impl RsaPadding {
    /// OAEP's hash; none: PKCS#1.
    fn oaep(self) -> Option<OaepHash> {
        match self {
            Self::Pkcs1 => None,
            Self::OaepSha1 => Some(OaepHash::Sha1),
            Self::OaepSha256 => Some(OaepHash::Sha256),
            Self::OaepSha384 => Some(OaepHash::Sha384),
            Self::OaepSha512 => Some(OaepHash::Sha512),
        }
    }
}

/// A keyring over an RSA key pair, or either half. Moduli are 2,048, 3,072 or 4,096 bits long.
pub struct RawRsaKeyring {
    namespace: String,
    name: String,
    padding: RsaPadding,
    public: Option<RsaPublicKey>,
    private: Option<RsaPrivateKey>,
}

impl RawRsaKeyring {
    /// A keyring without keys yet. Namespace and name are how messages name the key pair.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>, padding: RsaPadding) -> Result<Self, Error> {
        let (namespace, name) = (namespace.into(), name.into());
        check_namespace(&namespace)?;
        check_name("key name", &name)?;
        Ok(Self { namespace, name, padding, public: None, private: None })
    }

    /// With a public key, so that it encrypts: `SubjectPublicKeyInfo` or `RSAPublicKey` (PKCS#1), in PEM or DER.
    pub fn with_public_key(mut self, key: &[u8]) -> Result<Self, Error> {
        let (label, key) = key_file(key, &["PUBLIC KEY", "RSA PUBLIC KEY"])?;
        let key = match label {
            Some("RSA PUBLIC KEY") => RsaPublicKey::from_pkcs1(key.expose()),
            Some(_) => RsaPublicKey::from_info(key.expose()),
            None => RsaPublicKey::from_info(key.expose()).or_else(|| RsaPublicKey::from_pkcs1(key.expose())),
        };
        self.public = Some(key.ok_or_else(|| Error::Configuration(format!("the public key {WRONG}")))?);
        Ok(self)
    }

    /// With a private key, so that it decrypts: PKCS#8 or `RSAPrivateKey` (PKCS#1), not encrypted, in PEM or DER.
    pub fn with_private_key(mut self, key: &[u8]) -> Result<Self, Error> {
        let (label, key) = key_file(key, &["PRIVATE KEY", "RSA PRIVATE KEY"])?;
        let key = match label {
            Some("RSA PRIVATE KEY") => RsaPrivateKey::from_pkcs1(key.expose()),
            Some(_) => RsaPrivateKey::from_pkcs8(key.expose()),
            None => RsaPrivateKey::from_pkcs8(key.expose()).or_else(|| RsaPrivateKey::from_pkcs1(key.expose())),
        };
        self.private = Some(key.ok_or_else(|| Error::Configuration(format!("the private key {WRONG}")))?);
        Ok(self)
    }

    fn unwrap(&self, key: &RsaPrivateKey, encrypted: &EncryptedDataKey) -> Result<Secret<Vec<u8>>, String> {
        if encrypted.provider_id != self.namespace || encrypted.provider_info != self.name.as_bytes() {
            return Err(format!("is not for the RSA key {} {}", self.namespace, self.name));
        }
        let unwrapped = match self.padding.oaep() {
            Some(hash) => key.decrypt(hash, &encrypted.ciphertext),
            None => key.decrypt_pkcs1(&encrypted.ciphertext),
        };
        unwrapped.ok_or_else(|| "does not decrypt: another key or padding, or it was changed".into())
    }
}

const WRONG: &str = "is no RSA key of 2,048, 3,072 or 4,096 bits with the exponent 65,537";

impl Keyring for RawRsaKeyring {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        let without =
            || Error::Configuration("an RSA keyring encrypts with a public key, and this one has none".into());
        let key = self.public.as_ref().ok_or_else(without)?;
        ensure_data_key(materials)?;
        let ciphertext = match self.padding.oaep() {
            Some(hash) => key.encrypt(hash, data_key(materials)?),
            None => key.encrypt_pkcs1(data_key(materials)?),
        };
        materials.encrypted_data_keys.push(EncryptedDataKey {
            provider_id: self.namespace.clone(),
            provider_info: self.name.clone().into_bytes(),
            ciphertext: ciphertext.ok_or_else(|| Error::Configuration("the RSA key does not encrypt".into()))?,
        });
        Ok(())
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        let without =
            || Error::Configuration("an RSA keyring decrypts with a private key, and this one has none".into());
        let key = self.private.as_ref().ok_or_else(without)?;
        unwrap_first(materials, encrypted_data_keys, |_, encrypted| self.unwrap(key, encrypted))
    }
}
