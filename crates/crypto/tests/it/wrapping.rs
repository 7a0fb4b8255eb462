//! Wrapping keys: what is encrypted under them, and the tokens that hold them.

use crate::support::{account, ready};
use base::Secret;
use crypto::{InvalidCiphertext, InvalidToken, OaepHash, Purpose, RsaSize, WrappingAlgorithm, WrappingKey};
use primitives::{RsaPublicKey, SystemRng, key_wrap};

const MATERIAL: [u8; 32] = [7; 32];

/// Encrypts as somebody outside would, who has the public key only.
fn wrapped(key: &WrappingKey, algorithm: WrappingAlgorithm, material: &[u8]) -> Vec<u8> {
    let public = RsaPublicKey::from_info(key.public_key()).unwrap();
    match algorithm {
        WrappingAlgorithm::Oaep(hash) => public.encrypt(hash, material).unwrap(),
        WrappingAlgorithm::RsaAesKeyWrap(hash) => {
            let aes = [9; 32];
            [public.encrypt(hash, &aes).unwrap(), key_wrap::wrap_padded(&aes, material).unwrap()].concat()
        }
    }
}

fn unwrap(key: &WrappingKey, algorithm: WrappingAlgorithm, wrapped: &[u8]) -> Result<Vec<u8>, InvalidCiphertext> {
    key.unwrap(algorithm, wrapped).map(|material: Secret<Vec<u8>>| material.expose().clone())
}

#[test]
fn material_unwraps_by_the_algorithm_that_wrapped_it_and_by_no_other() {
    let key = WrappingKey::generate(RsaSize::Rsa2048);
    let all = [OaepHash::Sha1, OaepHash::Sha256]
        .map(|hash| [WrappingAlgorithm::Oaep(hash), WrappingAlgorithm::RsaAesKeyWrap(hash)])
        .concat();
    for algorithm in &all {
        let wrapped = wrapped(&key, *algorithm, &MATERIAL);
        for other in &all {
            let expected = if other == algorithm { Ok(MATERIAL.to_vec()) } else { Err(InvalidCiphertext) };
            assert_eq!(unwrap(&key, *other, &wrapped), expected, "{algorithm:?} by {other:?}");
        }
    }
}

#[test]
fn long_material_goes_by_key_wrap_and_nothing_of_it_may_change_or_follow() {
    let key = WrappingKey::generate(RsaSize::Rsa2048);
    let algorithm = WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha256);
    let material: Vec<u8> = (0..1219).map(|n| n as u8).collect();
    let wrapped = wrapped(&key, algorithm, &material);
    assert_eq!(unwrap(&key, algorithm, &wrapped), Ok(material));
    for position in [0, 255, 256, 300, wrapped.len() - 1] {
        let mut bad = wrapped.clone();
        bad[position] ^= 1;
        assert_eq!(unwrap(&key, algorithm, &bad), Err(InvalidCiphertext), "{position}");
    }
    for length in [0, 255, 256, 257, 264, wrapped.len() - 8, wrapped.len() - 1] {
        assert_eq!(unwrap(&key, algorithm, &wrapped[..length]), Err(InvalidCiphertext), "{length}");
    }
    for more in [1, 8] {
        let longer = [wrapped.as_slice(), &vec![0; more]].concat();
        assert_eq!(unwrap(&key, algorithm, &longer), Err(InvalidCiphertext));
    }
}

#[test]
fn an_import_token_holds_the_key_for_its_context_only() {
    let (house, node) = ready();
    let key = WrappingKey::generate(RsaSize::Rsa2048);
    let sealing = node.purpose_key(account(), Purpose::ImportToken).ok().unwrap();
    let token = key.seal(&sealing, &SystemRng, b"key 1", b"claims");
    assert!(token.len() <= 6144, "KMS takes no more");
    let again = house.node();
    let opening = again.purpose_key(account(), Purpose::ImportToken).ok().unwrap();
    let (opened, claims) = WrappingKey::open(&opening, b"key 1", &token).ok().unwrap();
    assert_eq!(claims, b"claims");
    assert_eq!(opened.public_key(), key.public_key());
    assert_eq!(WrappingKey::open(&opening, b"key 2", &token).err(), Some(InvalidToken));
    let marker = node.purpose_key(account(), Purpose::PaginationMarker).ok().unwrap();
    assert_eq!(WrappingKey::open(&marker, b"key 1", &token).err(), Some(InvalidToken));
}

#[test]
fn the_largest_wrapping_key_fits_into_a_token() {
    let (_house, node) = ready();
    let key = WrappingKey::generate(RsaSize::Rsa4096);
    let sealing = node.purpose_key(account(), Purpose::ImportToken).ok().unwrap();
    let token = key.seal(&sealing, &SystemRng, b"key", &[7; 256]);
    assert!(token.len() <= 6144);
    assert!(WrappingKey::open(&sealing, b"key", &token).is_ok());
}
