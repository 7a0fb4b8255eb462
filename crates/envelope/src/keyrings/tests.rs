//! What users of the keyrings that need no KMS rely on: who can decrypt what, who cannot, and why.

use super::*;
use crate::testing::reasons;
use crate::{AlgorithmSuite, EncryptionContext, Keyring};
use primitives::{Curve, EcPrivateKey, RsaPrivateKey, RsaSize};
use std::sync::{Arc, OnceLock};

const SUITE: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;

fn context() -> EncryptionContext {
    EncryptionContext::new([("purpose", "test"), ("amount", "12")]).unwrap()
}

fn encrypt(keyring: &dyn Keyring) -> Result<EncryptionMaterials, Error> {
    let mut materials = EncryptionMaterials::new(SUITE, context());
    keyring.on_encrypt(&mut materials)?;
    Ok(materials)
}

fn decrypt_in(
    keyring: &dyn Keyring,
    context: EncryptionContext,
    encrypted: &[EncryptedDataKey],
) -> Result<Vec<u8>, Error> {
    let mut materials = DecryptionMaterials::new(SUITE, context);
    let done = keyring.on_decrypt(&mut materials, encrypted);
    assert_eq!(done.is_ok(), materials.data_key().is_some(), "materials change if and only if there is a data key");
    done.map(|()| materials.data_key().unwrap().expose().to_vec())
}

fn decrypt(keyring: &dyn Keyring, encrypted: &[EncryptedDataKey]) -> Result<Vec<u8>, Error> {
    decrypt_in(keyring, context(), encrypted)
}

/// Whether `decrypts` unwraps what `encrypts` wrapped, and nothing that was changed.
#[track_caller]
fn assert_round_trip(encrypts: &dyn Keyring, decrypts: &dyn Keyring) -> EncryptedDataKey {
    let materials = encrypt(encrypts).unwrap();
    let key = materials.data_key().unwrap().expose();
    assert_eq!((key.len(), materials.encrypted_data_keys.len()), (SUITE.key_length(), 1));
    assert_eq!(decrypt(decrypts, &materials.encrypted_data_keys).unwrap(), key);
    let encrypted = materials.encrypted_data_keys[0].clone();
    let step = encrypted.ciphertext.len() / 16;
    for index in (0..encrypted.ciphertext.len()).step_by(step.max(1)) {
        let mut changed = encrypted.clone();
        changed.ciphertext[index] ^= 1;
        // PKCS#1 v1.5 notices most changes, not all; a key that came out nevertheless is another one.
        assert_ne!(decrypt(decrypts, &[changed]).ok().as_deref(), Some(key), "{index}");
        let mut cut = encrypted.clone();
        cut.ciphertext.truncate(index);
        assert!(decrypt(decrypts, &[cut]).is_err(), "{index}");
    }
    for (provider_id, provider_info) in [("other", &encrypted.provider_info[..]), (&encrypted.provider_id, b"other")] {
        let foreign = EncryptedDataKey {
            provider_id: provider_id.into(),
            provider_info: provider_info.into(),
            ciphertext: encrypted.ciphertext.clone(),
        };
        assert_eq!(reasons(&decrypt(decrypts, std::slice::from_ref(&foreign)).unwrap_err()).len(), 1);
        assert_eq!(decrypt(decrypts, &[foreign, encrypted.clone()]).unwrap(), key, "the next is tried");
    }
    encrypted
}

fn aes(name: &str, byte: u8) -> RawAesKeyring {
    RawAesKeyring::new("space", name, &[byte; 32]).unwrap()
}

#[test]
fn raw_aes_wraps_with_keys_of_each_length_and_names_them() {
    for length in [16, 24, 32] {
        let keyring = RawAesKeyring::new("space", "name", &vec![1; length]).unwrap();
        let encrypted = assert_round_trip(&keyring, &keyring);
        assert_eq!((encrypted.provider_id.as_str(), encrypted.ciphertext.len()), ("space", 32 + 16));
        assert_eq!(encrypted.provider_info[..12], *b"name\0\0\0\x80\0\0\0\x0c");
        assert_eq!(encrypted.provider_info.len(), 12 + 12);
        assert!(decrypt_in(&keyring, EncryptionContext::default(), &[encrypted]).is_err());
    }
}

#[test]
fn raw_aes_says_of_each_data_key_why_it_is_not_unwrapped() {
    let all = [aes("name", 1), aes("name", 2), aes("names", 1), aes("nam", 1)];
    let encrypted: Vec<_> =
        all[1..].iter().flat_map(|keyring| encrypt(keyring).unwrap().encrypted_data_keys.clone()).collect();
    let error = decrypt(&all[0], &encrypted).unwrap_err();
    assert_eq!(
        reasons(&error),
        [
            "does not verify: another key or encryption context, or it was changed",
            "is not for the AES key space name",
            "is not for the AES key space name",
        ]
    );
    assert!(error.to_string().contains("\n  space names: is not for"), "{error}");
    let mut other = encrypt(&all[0]).unwrap().encrypted_data_keys;
    other[0].provider_info[7] = 96;
    assert!(decrypt(&all[0], &other).is_err(), "tags of another length");
}

#[test]
fn a_namespace_of_kms_and_keys_of_other_lengths_are_refused() {
    assert!(RawAesKeyring::new("aws-kms", "name", &[0; 32]).is_err());
    assert!(RawRsaKeyring::new("aws-kms", "name", RsaPadding::OaepSha256).is_err());
    assert!(RawAesKeyring::new("a".repeat(65_536), "name", &[0; 32]).is_err());
    for length in [0, 15, 33] {
        assert!(RawAesKeyring::new("space", "name", &vec![0; length]).is_err());
    }
}

#[test]
fn a_data_key_of_another_suites_length_is_not_taken() {
    let keyring = aes("name", 1);
    let mut materials = EncryptionMaterials::new(AlgorithmSuite::Aes128Gcm, context());
    keyring.on_encrypt(&mut materials).unwrap();
    let error = decrypt(&keyring, &materials.encrypted_data_keys).unwrap_err();
    assert_eq!(reasons(&error), ["holds a key of 16 bytes, the suite takes 32"]);
}

#[test]
fn a_second_data_key_is_never_put_in_the_place_of_the_first() {
    let keyring = aes("name", 1);
    let encrypted = encrypt(&keyring).unwrap().encrypted_data_keys;
    let multi = MultiKeyring::new(None, vec![Arc::new(aes("name", 1))]).unwrap();
    let mut materials = DecryptionMaterials::new(SUITE, context());
    keyring.on_decrypt(&mut materials, &encrypted).unwrap();
    assert!(keyring.on_decrypt(&mut materials, &encrypted).is_err());
    assert!(multi.on_decrypt(&mut materials, &encrypted).is_err());
}

/// RSA keys take a second to make.
fn rsa() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::generate(RsaSize::Rsa2048))
}

const PADDINGS: [RsaPadding; 5] =
    [RsaPadding::Pkcs1, RsaPadding::OaepSha1, RsaPadding::OaepSha256, RsaPadding::OaepSha384, RsaPadding::OaepSha512];

#[test]
fn raw_rsa_wraps_with_every_padding_and_unwraps_with_the_same_alone() {
    let halves = |padding| {
        let keyring = || RawRsaKeyring::new("space", "name", padding).unwrap();
        let public = keyring().with_public_key(rsa().public().info()).unwrap();
        (public, keyring().with_private_key(rsa().pkcs8().expose()).unwrap())
    };
    for padding in PADDINGS {
        let (public, private) = halves(padding);
        let encrypted = assert_round_trip(&public, &private);
        assert_eq!((encrypted.provider_info.as_slice(), encrypted.ciphertext.len()), (&b"name"[..], 256));
        for other in PADDINGS.into_iter().filter(|other| *other != padding) {
            assert!(decrypt(&halves(other).1, std::slice::from_ref(&encrypted)).is_err());
        }
        let configuration = |error| matches!(error, Error::Configuration(_));
        assert!(configuration(encrypt(&private).err().unwrap()), "a public key is not derived");
        assert!(configuration(decrypt(&public, &[encrypted]).unwrap_err()));
    }
}

#[test]
fn raw_rsa_reads_its_keys_in_every_form() {
    let keyring = || RawRsaKeyring::new("space", "name", RsaPadding::OaepSha256).unwrap();
    let (pkcs8, info) = (rsa().pkcs8(), rsa().public().info());
    let mut reader = primitives::der::Reader::new(pkcs8.expose()).sequence().unwrap();
    let (_, _, pkcs1) = (reader.take(), reader.take(), reader.take().unwrap().content);
    let mut reader = primitives::der::Reader::new(info).sequence().unwrap();
    let (_, public) = (reader.take(), reader.bits().unwrap());
    for key in [
        pkcs8.expose().clone(),
        pkcs1.to_vec(),
        pem::encode("PRIVATE KEY", pkcs8.expose()).into_bytes(),
        pem::encode("RSA PRIVATE KEY", pkcs1).into_bytes(),
    ] {
        assert!(keyring().with_private_key(&key).is_ok());
        assert!(keyring().with_public_key(&key).is_err());
    }
    for key in [
        info.to_vec(),
        public.to_vec(),
        pem::encode("PUBLIC KEY", info).into_bytes(),
        pem::encode("RSA PUBLIC KEY", public).into_bytes(),
    ] {
        assert!(keyring().with_public_key(&key).is_ok());
        assert!(keyring().with_private_key(&key).is_err());
    }
    let reason = |key: &str| keyring().with_private_key(key.as_bytes()).err().unwrap().to_string();
    assert!(reason(&pem::encode("ENCRYPTED PRIVATE KEY", pkcs1)).contains("encrypted"));
    assert!(reason(&pem::encode("PRIVATE KEY", pkcs8.expose()).repeat(2)).contains("more than one"));
    assert!(reason("").contains("PRIVATE KEY or RSA PRIVATE KEY"));
    assert!(reason(&pem::encode("PRIVATE KEY", pkcs1)).contains("no RSA key"));
}

/// Two key pairs on a curve, as keyrings take them.
fn pairs(curve: Curve) -> [(Vec<u8>, Vec<u8>); 2] {
    [(); 2].map(|()| {
        let key = EcPrivateKey::generate(curve);
        (key.pkcs8().expose().clone(), key.public().info().to_vec())
    })
}

const CURVES: [(EcdhCurve, Curve); 3] =
    [(EcdhCurve::P256, Curve::P256), (EcdhCurve::P384, Curve::P384), (EcdhCurve::P521, Curve::P521)];

#[test]
fn raw_ecdh_agrees_in_every_schema_and_on_every_curve() {
    for (curve, inner) in CURVES {
        let [(alice, alice_public), (bob, bob_public)] = pairs(inner);
        let ephemeral = RawEcdhKeyring::ephemeral_to_static(curve, &bob_public).unwrap();
        let discovery = RawEcdhKeyring::public_key_discovery(curve, &bob).unwrap();
        let of_alice = RawEcdhKeyring::static_to_static(curve, &alice, &bob_public).unwrap();
        let of_bob = RawEcdhKeyring::static_to_static(curve, &bob, &alice_public).unwrap();
        for (encrypts, decrypts) in [
            (&ephemeral, &discovery),
            (&of_alice, &discovery),
            (&of_alice, &of_alice),
            (&of_alice, &of_bob),
            (&of_bob, &of_alice),
        ] {
            let encrypted = assert_round_trip(encrypts, decrypts);
            assert!(decrypt_in(decrypts, EncryptionContext::default(), std::slice::from_ref(&encrypted)).is_err());
            let of_kms = EncryptedDataKey { provider_id: ecdh::KMS_ECDH.into(), ..encrypted };
            assert!(decrypt(decrypts, &[of_kms]).is_ok(), "what was wrapped with KMS's help is read too");
        }
        assert!(matches!(encrypt(&discovery).err(), Some(Error::Configuration(_))));
        let encrypted = encrypt(&ephemeral).unwrap().encrypted_data_keys;
        assert!(matches!(decrypt(&ephemeral, &encrypted), Err(Error::Configuration(_))));
        let again = encrypt(&ephemeral).unwrap().encrypted_data_keys;
        assert_ne!(encrypted[0].provider_info, again[0].provider_info, "a key pair for each message");
        let reason = reasons(&decrypt(&of_bob, &encrypted).unwrap_err());
        assert_eq!(reason, ["is between other keys than the keyring's"]);
        let of_other = encrypt(&RawEcdhKeyring::ephemeral_to_static(curve, &alice_public).unwrap()).unwrap();
        let reason = reasons(&decrypt(&discovery, &of_other.encrypted_data_keys).unwrap_err());
        assert_eq!(reason, ["is for another recipient"]);
    }
}

#[test]
fn raw_ecdh_takes_keys_of_its_own_curve_alone_in_pem_or_der() {
    let [(private, public), (other, other_public)] = [pairs(Curve::P256), pairs(Curve::P384)].map(|[pair, _]| pair);
    let curve = EcdhCurve::P256;
    assert!(RawEcdhKeyring::static_to_static(curve, &private, &other_public).is_err());
    assert!(RawEcdhKeyring::static_to_static(curve, &other, &public).is_err());
    assert!(RawEcdhKeyring::ephemeral_to_static(curve, &other_public).is_err());
    assert!(RawEcdhKeyring::public_key_discovery(curve, &other).is_err());
    assert!(RawEcdhKeyring::public_key_discovery(curve, &public).is_err());
    let (pem_private, pem_public) = (pem::encode("PRIVATE KEY", &private), pem::encode("PUBLIC KEY", &public));
    assert!(RawEcdhKeyring::static_to_static(curve, pem_private.as_bytes(), pem_public.as_bytes()).is_ok());
    // A message of another curve beside one of this: the reason is told, the other is used.
    let ephemeral = |curve, public| encrypt(&RawEcdhKeyring::ephemeral_to_static(curve, public).unwrap()).unwrap();
    let discovery = RawEcdhKeyring::public_key_discovery(curve, &private).unwrap();
    let mut encrypted = ephemeral(EcdhCurve::P384, &other_public).encrypted_data_keys;
    let reason = reasons(&decrypt(&discovery, &encrypted).unwrap_err());
    assert_eq!(reason, ["its public keys are none of ECC_NIST_P256"]);
    encrypted.extend(ephemeral(curve, &public).encrypted_data_keys);
    assert!(decrypt(&discovery, &encrypted).is_ok());
}

#[test]
fn sm2_is_named_and_refused() {
    assert_eq!(EcdhCurve::from_name("SM2"), Some(EcdhCurve::Sm2));
    let [(private, public), _] = pairs(Curve::P256);
    for keyring in [
        RawEcdhKeyring::ephemeral_to_static(EcdhCurve::Sm2, &public),
        RawEcdhKeyring::public_key_discovery(EcdhCurve::Sm2, &private),
    ] {
        let error = keyring.err().unwrap().to_string();
        assert!(error.contains("SM2 is not supported"), "{error}");
    }
}

#[test]
fn every_keyring_of_a_multi_keyring_can_decrypt_alone() {
    let multi = MultiKeyring::new(Some(Arc::new(aes("a", 1))), vec![Arc::new(aes("b", 2)), Arc::new(aes("c", 3))]);
    let materials = encrypt(&multi.unwrap()).unwrap();
    assert_eq!(materials.encrypted_data_keys.len(), 3);
    for keyring in [aes("a", 1), aes("b", 2), aes("c", 3)] {
        let key = decrypt(&keyring, &materials.encrypted_data_keys).unwrap();
        assert_eq!(key, materials.data_key().unwrap().expose());
    }
    let others = MultiKeyring::new(None, vec![Arc::new(aes("x", 9)), Arc::new(aes("c", 3))]).unwrap();
    assert!(decrypt(&others, &materials.encrypted_data_keys).is_ok());
}

#[test]
fn a_multi_keyring_tells_the_reasons_of_all_its_keyrings() {
    let encrypted = encrypt(&aes("a", 1)).unwrap().encrypted_data_keys;
    let without_key = RawRsaKeyring::new("space", "r", RsaPadding::OaepSha256).unwrap();
    let multi = MultiKeyring::new(Some(Arc::new(aes("a", 2))), vec![Arc::new(aes("b", 1)), Arc::new(without_key)]);
    let error = decrypt(&multi.unwrap(), &encrypted).unwrap_err();
    assert_eq!(
        reasons(&error),
        [
            "does not verify: another key or encryption context, or it was changed",
            "is not for the AES key space b",
            "an RSA keyring decrypts with a private key, and this one has none",
        ]
    );
}

/// Says that it encrypted, and did nothing.
struct Idle;

impl Keyring for Idle {
    fn on_encrypt(&self, _: &mut EncryptionMaterials) -> Result<(), Error> {
        Ok(())
    }

    fn on_decrypt(&self, _: &mut DecryptionMaterials, _: &[EncryptedDataKey]) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn a_multi_keyring_leaves_nobody_out() {
    let without_key = || Arc::new(RawRsaKeyring::new("space", "r", RsaPadding::OaepSha256).unwrap());
    let fails = |generator, children| encrypt(&MultiKeyring::new(generator, children).unwrap()).err().unwrap();
    let error = fails(Some(Arc::new(aes("a", 1))), vec![without_key()]);
    assert!(error.to_string().contains("public key"), "{error}");
    let error = fails(Some(without_key()), vec![Arc::new(aes("a", 1))]);
    assert!(error.to_string().contains("public key"), "{error}");
    let error = fails(Some(Arc::new(Idle)), vec![Arc::new(aes("a", 1))]);
    assert_eq!(error.to_string(), "the generator keyring made no data key");
    let error = fails(None, vec![Arc::new(aes("a", 1))]);
    assert!(error.to_string().contains("without a generator"), "{error}");
    assert!(MultiKeyring::new(None, vec![]).is_err());
    // With a data key from elsewhere, the children wrap it and a generator has nothing to do.
    let mut materials = encrypt(&aes("a", 1)).unwrap();
    MultiKeyring::new(None, vec![Arc::new(aes("b", 2))]).unwrap().on_encrypt(&mut materials).unwrap();
    assert_eq!(materials.encrypted_data_keys.len(), 2);
    assert!(MultiKeyring::new(Some(Arc::new(aes("b", 2))), vec![]).unwrap().on_encrypt(&mut materials).is_err());
    let idle = MultiKeyring::new(Some(Arc::new(Idle)), vec![]).unwrap();
    assert!(
        matches!(decrypt(&idle, &materials.encrypted_data_keys), Err(Error::NoDataKey(reasons)) if reasons.is_empty())
    );
}
