//! Data keys wrapped under what an elliptic curve key in KMS and another key agree on.
//!
//! Guarantees: all keys are on the keyring's curve; a static keyring takes messages between its own two keys alone,
//! whichever of them wrapped; the private key stays in KMS. The other side may hold its key in KMS or not.
//! Source: AWS Encryption SDK specification, "AWS KMS ECDH Keyring" and "Key Agreement Schemas".

use super::arn::KmsName;
use crate::keyrings::ecdh::{EcdhCurve, KMS_ECDH, Parties, public_key};
use crate::keyrings::{data_key, ensure_data_key, key_file, unwrap_first};
use crate::{DecryptionMaterials, EncryptedDataKey, EncryptionContext, EncryptionMaterials, Error, Keyring};
use base::Secret;
use client::Kms;
use primitives::EcPublicKey;
use std::sync::Arc;

/// What a key must be made for.
const KEY_AGREEMENT: &str = "KEY_AGREEMENT";

/// A keyring of elliptic curve Diffie-Hellman with a key in KMS.
pub struct KmsEcdhKeyring {
    kms: Arc<dyn Kms>,
    name: KmsName,
    curve: EcdhCurve,
    /// The public half of the key in KMS.
    own: EcPublicKey,
    /// Whom the keyring writes to and reads from; `None`: reads from everybody.
    peer: Option<EcPublicKey>,
    grant_tokens: Vec<String>,
}

/// A key in KMS that agrees with others.
pub struct KmsAgreementKey {
    kms: Arc<dyn Kms>,
    name: KmsName,
    curve: EcdhCurve,
    public: EcPublicKey,
    grant_tokens: Vec<String>,
}

impl KmsAgreementKey {
    /// The key of this name (key ARN, key id, alias name or alias ARN); KMS is asked for its public half.
    pub fn new(kms: Arc<dyn Kms>, key_id: &str, curve: EcdhCurve, grant_tokens: Vec<String>) -> Result<Self, Error> {
        let name = named(&*kms, key_id)?;
        let answer = kms.get_public_key(&name.to_string(), &grant_tokens)?;
        let arn = answer.key_id.parse().ok().filter(|arn| name.can_stand_for(arn, kms.region()));
        if arn.is_none() {
            let text = format!("KMS was asked for the public key of {name} and answered with {}", answer.key_id);
            return Err(client::Error::Answer(text).into());
        }
        if (answer.key_usage.as_str(), answer.key_spec.as_str()) != (KEY_AGREEMENT, curve.name()) {
            return Err(Error::Configuration(format!(
                "the KMS key {name} is a key {} for {}, not {} for {KEY_AGREEMENT}",
                answer.key_spec,
                answer.key_usage,
                curve.name()
            )));
        }
        let public = public_key(curve, &answer.der, "KMS key")?;
        Ok(Self { kms, name, curve, public, grant_tokens })
    }

    /// The same without a call: the caller says what the public half is, in DER or PEM.
    pub fn with_public_key(
        kms: Arc<dyn Kms>,
        key_id: &str,
        curve: EcdhCurve,
        grant_tokens: Vec<String>,
        public: &[u8],
    ) -> Result<Self, Error> {
        let (name, public) = (named(&*kms, key_id)?, read(curve, public, "KMS key")?);
        Ok(Self { kms, name, curve, public, grant_tokens })
    }

    /// `KmsPublicKeyDiscovery`: a keyring that decrypts what was encrypted to this key, whoever did.
    pub fn public_key_discovery(self) -> KmsEcdhKeyring {
        self.keyring(None)
    }

    /// `KmsPrivateKeyToStaticPublicKey`: a keyring that encrypts and decrypts what passes between this key and another,
    /// whose public key this is, in DER or PEM.
    pub fn static_to_static(self, recipient: &[u8]) -> Result<KmsEcdhKeyring, Error> {
        let peer = read(self.curve, recipient, "recipient")?;
        Ok(self.keyring(Some(peer)))
    }

    fn keyring(self, peer: Option<EcPublicKey>) -> KmsEcdhKeyring {
        let Self { kms, name, curve, public, grant_tokens } = self;
        KmsEcdhKeyring { kms, name, curve, own: public, peer, grant_tokens }
    }
}

impl KmsEcdhKeyring {
    /// What the key in KMS and `peer` agree on.
    fn agree(&self, peer: &EcPublicKey) -> Result<Secret<Vec<u8>>, client::Error> {
        let shared = self.kms.derive_shared_secret(&self.name.to_string(), peer.info(), &self.grant_tokens)?;
        let (length, expected) = (shared.expose().len(), self.own.curve().bytes());
        match length == expected {
            true => Ok(shared),
            false => Err(client::Error::Answer(format!(
                "KMS gave a shared secret of {length} bytes; on {} it has {expected}",
                self.curve.name()
            ))),
        }
    }

    fn unwrap(&self, context: &EncryptionContext, encrypted: &EncryptedDataKey) -> Result<Secret<Vec<u8>>, String> {
        let parties = Parties::of(self.curve, encrypted)?;
        let shared = match &self.peer {
            Some(peer) if parties.are_the_same_two(&Parties::new(self.curve, &self.own, peer)) => self.agree(peer),
            Some(_) => return Err("is between other keys than the keyring's".into()),
            None if parties.has_recipient(&self.own) => {
                self.agree(&parties.sender_key().ok_or("its sender's key is none")?)
            }
            None => return Err("is for another recipient".into()),
        };
        parties.unwrap(&shared.map_err(|error| error.to_string())?, context, &encrypted.ciphertext)
    }
}

impl Keyring for KmsEcdhKeyring {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        let decrypts_only = || Error::Configuration("an ECDH keyring for public key discovery decrypts only".into());
        let peer = self.peer.as_ref().ok_or_else(decrypts_only)?;
        let shared = self.agree(peer)?;
        ensure_data_key(materials)?;
        let parties = Parties::new(self.curve, &self.own, peer);
        let encrypted = EncryptedDataKey {
            provider_id: KMS_ECDH.into(),
            provider_info: parties.provider_info(),
            ciphertext: parties.wrap(&shared, &materials.context, data_key(materials)?),
        };
        materials.encrypted_data_keys.push(encrypted);
        Ok(())
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        unwrap_first(materials, encrypted_data_keys, |materials, encrypted| self.unwrap(&materials.context, encrypted))
    }
}

fn named(kms: &dyn Kms, key_id: &str) -> Result<KmsName, Error> {
    let name: KmsName = key_id.parse()?;
    name.expect_region(kms.region())?;
    Ok(name)
}

fn read(curve: EcdhCurve, key: &[u8], whose: &str) -> Result<EcPublicKey, Error> {
    let (_, der) = key_file(key, &["PUBLIC KEY"])?;
    public_key(curve, der.expose(), whose)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeKms, Lie, Operation, reasons, service_error};
    use crate::{AlgorithmSuite, DataKey, RawEcdhKeyring};
    use primitives::{Curve, EcPrivateKey, RsaSize, pem};

    const REGION: &str = "us-east-1";
    const CURVES: [(EcdhCurve, Curve); 3] =
        [(EcdhCurve::P256, Curve::P256), (EcdhCurve::P384, Curve::P384), (EcdhCurve::P521, Curve::P521)];

    fn key(kms: &FakeKms, arn: &str, curve: EcdhCurve) -> KmsAgreementKey {
        KmsAgreementKey::new(kms.client(REGION), arn, curve, vec!["token".into()]).unwrap()
    }

    fn public(kms: &FakeKms, arn: &str) -> Vec<u8> {
        kms.client(REGION).get_public_key(arn, &[]).unwrap().der
    }

    fn encrypt(keyring: &dyn Keyring) -> EncryptionMaterials {
        let context = EncryptionContext::new([("purpose", "test")]).unwrap();
        let mut materials = EncryptionMaterials::new(AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384, context);
        keyring.on_encrypt(&mut materials).unwrap();
        materials
    }

    fn decrypt(keyring: &dyn Keyring, sealed: &EncryptionMaterials) -> Result<(), Error> {
        let mut materials = DecryptionMaterials::new(sealed.suite, sealed.context.clone());
        let result = keyring.on_decrypt(&mut materials, &sealed.encrypted_data_keys);
        let expected = result.is_ok().then(|| sealed.data_key().unwrap().expose());
        assert_eq!(materials.data_key().map(DataKey::expose), expected);
        result
    }

    fn refused(keyring: &dyn Keyring, sealed: &EncryptionMaterials) -> Vec<String> {
        reasons(&decrypt(keyring, sealed).unwrap_err())
    }

    #[test]
    fn both_keys_decrypt_what_either_wrapped_in_kms_or_not() {
        for (curve, ec) in CURVES {
            let kms = FakeKms::new();
            let arn = kms.key_agreement_key(REGION, ec);
            let alias = kms.alias("alias/agree", &arn);
            let peer = EcPrivateKey::generate(ec);
            let peer_public = pem::encode("PUBLIC KEY", peer.public().info());
            let peer_private = peer.pkcs8();
            let in_kms = key(&kms, &alias, curve).static_to_static(peer_public.as_bytes()).unwrap();
            let here = RawEcdhKeyring::static_to_static(curve, peer_private.expose(), &public(&kms, &arn)).unwrap();
            for (sealed, provider) in [(encrypt(&in_kms), "aws-kms-ecdh"), (encrypt(&here), "raw-ecdh")] {
                assert_eq!(sealed.encrypted_data_keys[0].provider_id, provider);
                decrypt(&in_kms, &sealed).unwrap();
                decrypt(&here, &sealed).unwrap();
            }
            let anybody = RawEcdhKeyring::public_key_discovery(curve, peer_private.expose()).unwrap();
            decrypt(&anybody, &encrypt(&in_kms)).unwrap();
            let discovery = key(&kms, &arn, curve).public_key_discovery();
            let ephemeral = RawEcdhKeyring::ephemeral_to_static(curve, &public(&kms, &arn)).unwrap();
            decrypt(&discovery, &encrypt(&here)).unwrap();
            decrypt(&discovery, &encrypt(&ephemeral)).unwrap();
            assert_eq!(refused(&discovery, &encrypt(&in_kms)), ["is for another recipient"]);
            assert_eq!(refused(&in_kms, &encrypt(&ephemeral)), ["is between other keys than the keyring's"]);
            let call = kms.calls().into_iter().rfind(|call| call.operation == Operation::DeriveSharedSecret).unwrap();
            assert_eq!(call.grant_tokens, ["token"]);
        }
    }

    #[test]
    fn discovery_does_not_encrypt_and_what_kms_refuses_fails() {
        let kms = FakeKms::new();
        let arn = kms.key_agreement_key(REGION, Curve::P256);
        let peer = EcPrivateKey::generate(Curve::P256);
        let discovery = key(&kms, &arn, EcdhCurve::P256).public_key_discovery();
        let keyring = key(&kms, &arn, EcdhCurve::P256).static_to_static(peer.public().info()).unwrap();
        let mut materials = EncryptionMaterials::new(AlgorithmSuite::Aes128Gcm, EncryptionContext::default());
        assert!(matches!(discovery.on_encrypt(&mut materials), Err(Error::Configuration(_))));
        kms.fail_next(Some(Operation::DeriveSharedSecret), service_error("AccessDeniedException", "no"));
        assert!(matches!(keyring.on_encrypt(&mut materials), Err(Error::Kms(_))));
        kms.lie_next(Operation::DeriveSharedSecret, Lie::PlaintextLength(16));
        assert!(matches!(keyring.on_encrypt(&mut materials), Err(Error::Kms(client::Error::Answer(_)))));
        assert!(materials.data_key().is_none() && materials.encrypted_data_keys.is_empty());

        let mut sealed = encrypt(&keyring);
        kms.fail_next(Some(Operation::DeriveSharedSecret), service_error("AccessDeniedException", "no"));
        assert_eq!(refused(&keyring, &sealed), ["AccessDeniedException: no"]);
        sealed.context = EncryptionContext::default();
        assert_eq!(refused(&keyring, &sealed).len(), 1);
    }

    #[test]
    fn keys_of_other_curves_uses_and_regions_are_refused() {
        let kms = FakeKms::new();
        let arn = kms.key_agreement_key(REGION, Curve::P256);
        let new = |arn: &str, curve| KmsAgreementKey::new(kms.client(REGION), arn, curve, vec![]).map(drop);
        assert!(new(&arn, EcdhCurve::P256).is_ok());
        assert!(matches!(new(&arn, EcdhCurve::P384), Err(Error::Configuration(_))));
        let rsa = kms.rsa_key(REGION, RsaSize::Rsa2048);
        assert!(matches!(new(&rsa, EcdhCurve::P256), Err(Error::Configuration(text)) if text.contains("RSA_2048")));
        let there = kms.key_agreement_key("eu-west-1", Curve::P256);
        assert!(matches!(new(&there, EcdhCurve::P256), Err(Error::Configuration(_))));
        kms.lie_next(Operation::GetPublicKey, Lie::KeyId(there));
        assert!(matches!(new(&arn, EcdhCurve::P256), Err(Error::Kms(client::Error::Answer(_)))));
        kms.lie_next(Operation::GetPublicKey, Lie::PublicKey(vec![1, 2, 3]));
        assert!(matches!(new(&arn, EcdhCurve::P256), Err(Error::Configuration(_))));

        let (der, other) = (public(&kms, &arn), EcPrivateKey::generate(Curve::P384));
        kms.forget_calls();
        let said =
            |public: &[u8]| KmsAgreementKey::with_public_key(kms.client(REGION), &arn, EcdhCurve::P256, vec![], public);
        assert!(said(&der).is_ok());
        assert!(said(other.public().info()).is_err());
        assert!(said(&der).unwrap().static_to_static(other.public().info()).is_err());
        assert!(kms.calls().is_empty());
    }
}
