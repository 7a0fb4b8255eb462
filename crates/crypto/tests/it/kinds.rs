//! Key material of every kind: kept, imported, used, and of no use for what its kind is not for.

use crate::support::{NOW, account, other_account, ready};
use base::Secret;
use crypto::{
    Curve, DataKeyPair, EncryptionContext, Error, HashAlgorithm, HmacHash, Material, MaterialKind, Message, OaepHash,
    RsaScheme, RsaSize, SigningAlgorithm, Unfit,
};
use primitives::SystemRng;
use std::collections::BTreeSet;

/// Every kind, but of RSA only the one that is made quickly.
fn quick() -> impl Iterator<Item = MaterialKind> {
    MaterialKind::all().filter(|kind| !matches!(kind, MaterialKind::Rsa(RsaSize::Rsa3072 | RsaSize::Rsa4096)))
}

fn generated(kind: MaterialKind) -> Material {
    let (_house, node) = ready();
    node.generate_material(account(), kind, &SystemRng).ok().unwrap().0
}

const SHA256: RsaScheme = RsaScheme::Pss(HashAlgorithm::Sha256);

/// What works with the material, by name.
fn uses(material: &Material) -> BTreeSet<&'static str> {
    let message = Message::Raw(b"message");
    let signs = |algorithm| {
        material.sign(algorithm, message).is_ok_and(|signature| {
            assert_eq!(material.verifies(algorithm, message, &signature), Ok(true));
            assert_eq!(material.verifies(algorithm, Message::Raw(b"massage"), &signature), Ok(false));
            true
        })
    };
    let encrypts = || {
        let blob = material.encrypt(&material.id("k"), &SystemRng, b"x", &EncryptionContext::new());
        blob.is_ok_and(|blob| {
            let blob = crypto::Blob::parse(&blob).ok().unwrap();
            material.decrypt(&blob, &EncryptionContext::new()).is_ok_and(|plaintext| plaintext.expose() == b"x")
        })
    };
    let oaep = || {
        let ciphertext = material.encrypt_oaep(OaepHash::Sha256, b"x");
        ciphertext.is_ok_and(|ciphertext| {
            assert!(material.decrypt_oaep(OaepHash::Sha1, &ciphertext).is_err());
            material.decrypt_oaep(OaepHash::Sha256, &ciphertext).is_ok_and(|plaintext| plaintext.expose() == b"x")
        })
    };
    let encapsulates = || {
        material.encapsulate().is_ok_and(|(ciphertext, secret)| {
            material.decapsulate(&ciphertext).is_ok_and(|same| same.expose() == secret.expose())
        })
    };
    let macs = || material.mac(b"m").is_ok_and(|mac| material.verifies_mac(b"m", &mac) == Ok(true));
    let agrees = || material.agree(material.public_key().unwrap_or_default()).is_ok();
    [
        ("encrypt", encrypts()),
        ("oaep", oaep()),
        ("rsa", signs(SigningAlgorithm::Rsa(SHA256))),
        ("ecdsa", signs(SigningAlgorithm::Ecdsa)),
        ("ed25519", signs(SigningAlgorithm::Ed25519)),
        ("ml-dsa", signs(SigningAlgorithm::MlDsa)),
        ("mac", macs()),
        ("agree", agrees()),
        ("encapsulate", encapsulates()),
    ]
    .into_iter()
    .filter_map(|(name, works)| works.then_some(name))
    .collect()
}

#[test]
fn each_kind_does_what_it_is_for_and_nothing_else() {
    for kind in quick() {
        let expected: &[&str] = match kind {
            MaterialKind::Symmetric => &["encrypt"],
            MaterialKind::Hmac(_) => &["mac"],
            MaterialKind::Rsa(_) => &["oaep", "rsa"],
            MaterialKind::Ec(Curve::Secp256k1) => &["ecdsa"],
            MaterialKind::Ec(_) => &["agree", "ecdsa"],
            MaterialKind::Ed25519 => &["ed25519"],
            MaterialKind::MlDsa(_) => &["ml-dsa"],
            MaterialKind::MlKem(_) => &["encapsulate"],
        };
        assert_eq!(uses(&generated(kind)), expected.iter().copied().collect(), "{kind:?}");
    }
}

#[test]
fn a_stored_key_is_the_same_after_a_restart_and_in_its_account_only() {
    let (house, node) = ready();
    node.ensure_keyring(other_account(), NOW).unwrap();
    for kind in quick() {
        let (material, token) = node.generate_material(account(), kind, &SystemRng).ok().unwrap();
        let again = house.node().open_material(account(), &token).ok().unwrap();
        assert_eq!((again.kind(), again.id("k")), (kind, material.id("k")));
        assert!(again.id("k") != again.id("l"));
        assert_eq!(again.public_key(), material.public_key());
        assert_eq!(uses(&again), uses(&material), "{kind:?}");
        assert!(matches!(node.open_material(other_account(), &token), Err(Error::Damaged("key material"))));
    }
}

#[test]
fn no_bit_of_a_token_may_change() {
    let (_house, node) = ready();
    let (_, token) = node.generate_material(account(), MaterialKind::Ed25519, &SystemRng).ok().unwrap();
    let bytes = postcard::to_stdvec(&token).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut bad = bytes.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let opened = postcard::from_bytes(&bad).is_ok_and(|token| node.open_material(account(), &token).is_ok());
        assert!(!opened, "bit {bit}");
    }
}

#[test]
fn the_same_bytes_are_other_material_in_another_kind() {
    let bytes = Secret::new(vec![7; 32]);
    let id = |kind| Material::import(kind, &bytes).ok().unwrap().id("k");
    assert_ne!(id(MaterialKind::Symmetric), id(MaterialKind::Hmac(HmacHash::Sha256)));
    assert_ne!(id(MaterialKind::Hmac(HmacHash::Sha224)), id(MaterialKind::Hmac(HmacHash::Sha256)));
}

#[test]
fn a_data_key_pair_can_be_imported_and_is_the_key_that_its_public_half_says() {
    for kind in quick() {
        let Ok(pair) = DataKeyPair::generate(kind, &SystemRng) else {
            assert!(matches!(kind, MaterialKind::Symmetric | MaterialKind::Hmac(_) | MaterialKind::MlDsa(_)));
            continue;
        };
        let imported = Material::import(kind, &pair.private);
        if matches!(kind, MaterialKind::MlKem(_)) {
            assert!(imported.is_err(), "KMS imports none of these");
            continue;
        }
        assert_eq!(imported.ok().unwrap().public_key(), Some(pair.public.as_slice()), "{kind:?}");
        // Any bytes of the right number are an HMAC key.
        for other in quick().filter(|other| *other != kind && !matches!(other, MaterialKind::Hmac(_))) {
            assert!(Material::import(other, &pair.private).is_err(), "{kind:?} as {other:?}");
        }
    }
}

#[test]
fn imported_keys_have_every_length_that_their_kind_allows_and_no_other() {
    let takes = |kind, length| Material::import(kind, &Secret::new(vec![1; length])).is_ok();
    for (hash, least) in
        [(HmacHash::Sha224, 28), (HmacHash::Sha256, 32), (HmacHash::Sha384, 48), (HmacHash::Sha512, 64)]
    {
        let kind = MaterialKind::Hmac(hash);
        assert_eq!([least - 1, least, 128, 129].map(|length| takes(kind, length)), [false, true, true, false]);
    }
    assert_eq!([31, 32, 33].map(|length| takes(MaterialKind::Symmetric, length)), [false, true, false]);
}

#[test]
fn a_private_key_with_anything_missing_changed_at_its_end_or_added_is_none() {
    for kind in [MaterialKind::Rsa(RsaSize::Rsa2048), MaterialKind::Ec(Curve::P256), MaterialKind::Ed25519] {
        let pair = DataKeyPair::generate(kind, &SystemRng).ok().unwrap();
        let bytes = pair.private.expose();
        for length in 0..bytes.len() {
            assert!(Material::import(kind, &Secret::new(bytes[..length].to_vec())).is_err(), "{kind:?} {length}");
        }
        assert!(Material::import(kind, &Secret::new([bytes.as_slice(), &[0]].concat())).is_err(), "{kind:?}");
    }
}

#[test]
fn a_digest_has_the_length_of_its_hash() {
    let digest = |length: usize| vec![1; length];
    let check = |material: &Material, algorithm, right: usize| {
        for length in [right - 1, right, right + 1] {
            let bytes = digest(length);
            let signed = material.sign(algorithm, Message::Digest(&bytes));
            assert_eq!(signed.is_ok(), length == right, "{algorithm:?} {length}");
            if let Ok(signature) = signed {
                assert_eq!(material.verifies(algorithm, Message::Digest(&bytes), &signature), Ok(true));
            }
        }
    };
    let rsa = generated(MaterialKind::Rsa(RsaSize::Rsa2048));
    for (hash, length) in [(HashAlgorithm::Sha256, 32), (HashAlgorithm::Sha384, 48), (HashAlgorithm::Sha512, 64)] {
        check(&rsa, SigningAlgorithm::Rsa(RsaScheme::Pss(hash)), length);
        check(&rsa, SigningAlgorithm::Rsa(RsaScheme::Pkcs1(hash)), length);
    }
    for (curve, length) in [(Curve::P256, 32), (Curve::Secp256k1, 32), (Curve::P384, 48), (Curve::P521, 64)] {
        check(&generated(MaterialKind::Ec(curve)), SigningAlgorithm::Ecdsa, length);
    }
    let ed25519 = generated(MaterialKind::Ed25519);
    check(&ed25519, SigningAlgorithm::Ed25519Ph, 64);
    assert_eq!(ed25519.sign(SigningAlgorithm::Ed25519, Message::Digest(&digest(64))), Err(Unfit));
    assert_eq!(ed25519.sign(SigningAlgorithm::Ed25519Ph, Message::Raw(b"x")), Err(Unfit));
    let ml_dsa = generated(MaterialKind::MlDsa(crypto::MlDsaSet::MlDsa44));
    for length in [63, 64, 65] {
        let mu = digest(length);
        let signed = ml_dsa.sign(SigningAlgorithm::MlDsa, Message::ExternalMu(&mu));
        assert_eq!(signed.is_ok(), length == 64);
        if let Ok(signature) = signed {
            assert_eq!(ml_dsa.verifies(SigningAlgorithm::MlDsa, Message::ExternalMu(&mu), &signature), Ok(true));
            assert_eq!(ml_dsa.verifies(SigningAlgorithm::MlDsa, Message::Raw(&mu), &signature), Ok(false));
        }
    }
}

#[test]
fn a_digest_signs_as_its_message() {
    let message = b"message";
    let digest = primitives::sha256(message);
    let ec = generated(MaterialKind::Ec(Curve::P256));
    let signature = ec.sign(SigningAlgorithm::Ecdsa, Message::Digest(&digest)).ok().unwrap();
    assert_eq!(ec.verifies(SigningAlgorithm::Ecdsa, Message::Raw(message), &signature), Ok(true));
    let rsa = generated(MaterialKind::Rsa(RsaSize::Rsa2048));
    for scheme in [SHA256, RsaScheme::Pkcs1(HashAlgorithm::Sha256)] {
        let algorithm = SigningAlgorithm::Rsa(scheme);
        let signature = rsa.sign(algorithm, Message::Digest(&digest)).ok().unwrap();
        assert_eq!(rsa.verifies(algorithm, Message::Raw(message), &signature), Ok(true));
    }
}

#[test]
fn two_parties_agree_and_a_third_does_not() {
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        let [one, two, three] = [(); 3].map(|()| generated(MaterialKind::Ec(curve)));
        let secret = |mine: &Material, theirs: &Material| {
            mine.agree(theirs.public_key().unwrap()).ok().unwrap().expose().clone()
        };
        assert_eq!(secret(&one, &two), secret(&two, &one));
        assert_ne!(secret(&one, &two), secret(&one, &three));
        assert_eq!(secret(&one, &two).len(), curve.bytes());
        let other = generated(MaterialKind::Ec(if curve == Curve::P256 { Curve::P384 } else { Curve::P256 }));
        let public = other.public_key().unwrap();
        assert!(one.agree(public).is_err(), "a key of another curve");
        let longer = [two.public_key().unwrap(), &[0]].concat();
        assert!(one.agree(&longer).is_err(), "a byte left over");
    }
}
