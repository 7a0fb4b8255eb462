//! Data keys wrapped under what two key pairs agree on, one of them the program's own or made for one message.
//!
//! Guarantees: all keys are on the keyring's curve; a static keyring takes messages between its own two keys alone,
//! whichever of them wrapped. Source: AWS Encryption SDK specification, "Raw ECDH Keyring" and "Key Agreement Schemas".

use super::ecdh::{EcdhCurve, Parties, RAW_ECDH, public_key};
use super::{data_key, ensure_data_key, key_file, unwrap_first};
use crate::{DecryptionMaterials, EncryptedDataKey, EncryptionContext, EncryptionMaterials, Error, Keyring};
use base::Secret;
use primitives::{EcPrivateKey, EcPublicKey};

/// A keyring of elliptic curve Diffie-Hellman with keys that the program holds.
pub struct RawEcdhKeyring {
    curve: EcdhCurve,
    schema: Schema,
}

/// Whose keys agree.
enum Schema {
    Ephemeral { recipient: EcPublicKey },
    Discovery { recipient: EcPrivateKey },
    Static { sender: EcPrivateKey, recipient: EcPublicKey },
}

impl RawEcdhKeyring {
    /// `EphemeralPrivateKeyToStaticPublicKey`: encrypts, to the recipient, with a key pair made for each message. The
    /// public key is a `SubjectPublicKeyInfo`, in DER or PEM.
    pub fn ephemeral_to_static(curve: EcdhCurve, recipient: &[u8]) -> Result<Self, Error> {
        Ok(Self { curve, schema: Schema::Ephemeral { recipient: public(curve, recipient)? } })
    }

    /// `PublicKeyDiscovery`: decrypts what was encrypted to this private key, whoever did. The private key is PKCS#8, not
    /// encrypted, in PEM or DER.
    pub fn public_key_discovery(curve: EcdhCurve, recipient: &[u8]) -> Result<Self, Error> {
        Ok(Self { curve, schema: Schema::Discovery { recipient: private(curve, recipient)? } })
    }

    /// `RawPrivateKeyToStaticPublicKey`: encrypts and decrypts what passes between the holder of the private key (PKCS#8,
    /// not encrypted, in PEM or DER) and the other, whose public key this is.
    pub fn static_to_static(curve: EcdhCurve, sender: &[u8], recipient: &[u8]) -> Result<Self, Error> {
        let schema = Schema::Static { sender: private(curve, sender)?, recipient: public(curve, recipient)? };
        Ok(Self { curve, schema })
    }

    /// Wraps the data key under what `sender` and `recipient` agree on.
    fn wrap(
        &self,
        sender: &EcPrivateKey,
        recipient: &EcPublicKey,
        materials: &mut EncryptionMaterials,
    ) -> Result<(), Error> {
        let apart = || Error::Configuration("the two keys agree on nothing".into());
        let shared = sender.agree(recipient.info()).ok_or_else(apart)?;
        ensure_data_key(materials)?;
        let parties = Parties::new(self.curve, sender.public(), recipient);
        let encrypted = EncryptedDataKey {
            provider_id: RAW_ECDH.into(),
            provider_info: parties.provider_info(),
            ciphertext: parties.wrap(&shared, &materials.context, data_key(materials)?),
        };
        materials.encrypted_data_keys.push(encrypted);
        Ok(())
    }

    fn unwrap(&self, context: &EncryptionContext, encrypted: &EncryptedDataKey) -> Result<Secret<Vec<u8>>, String> {
        let parties = Parties::of(self.curve, encrypted)?;
        let shared = match &self.schema {
            Schema::Ephemeral { .. } => return Err(DECRYPTS_NOT.into()),
            Schema::Discovery { recipient } if parties.has_recipient(recipient.public()) => {
                parties.sender_key().and_then(|sender| recipient.agree(sender.info()))
            }
            Schema::Discovery { .. } => return Err("is for another recipient".into()),
            Schema::Static { sender, recipient }
                if parties.are_the_same_two(&Parties::new(self.curve, sender.public(), recipient)) =>
            {
                sender.agree(recipient.info())
            }
            Schema::Static { .. } => return Err("is between other keys than the keyring's".into()),
        };
        parties.unwrap(&shared.ok_or("the two keys agree on nothing")?, context, &encrypted.ciphertext)
    }
}

const DECRYPTS_NOT: &str = "an ECDH keyring with an ephemeral private key encrypts only";

impl Keyring for RawEcdhKeyring {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        match &self.schema {
            Schema::Ephemeral { recipient } => {
                self.wrap(&EcPrivateKey::generate(self.curve.curve()?), recipient, materials)
            }
            Schema::Static { sender, recipient } => self.wrap(sender, recipient, materials),
            Schema::Discovery { .. } => {
                Err(Error::Configuration("an ECDH keyring for public key discovery decrypts only".into()))
            }
        }
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        if let Schema::Ephemeral { .. } = self.schema {
            return Err(Error::Configuration(DECRYPTS_NOT.into()));
        }
        unwrap_first(materials, encrypted_data_keys, |materials, encrypted| self.unwrap(&materials.context, encrypted))
    }
}

fn public(curve: EcdhCurve, key: &[u8]) -> Result<EcPublicKey, Error> {
    let (_, der) = key_file(key, &["PUBLIC KEY"])?;
    public_key(curve, der.expose(), "recipient")
}

fn private(curve: EcdhCurve, key: &[u8]) -> Result<EcPrivateKey, Error> {
    let (_, der) = key_file(key, &["PRIVATE KEY"])?;
    let wrong = || Error::Configuration(format!("the private key is none of {} in PKCS#8", curve.name()));
    EcPrivateKey::from_pkcs8(curve.curve()?, der.expose()).ok_or_else(wrong)
}
