//! Certificates and keys that OpenSSL 3 and Python's cryptography made: what is read of them, and what is refused.
//!
//! `certificates/` holds a root (RSA), an intermediate (P-384) and a leaf (RSA) that form a chain, an Ed25519 and an old
//! RSA certificate, and the keys of some in the forms that OpenSSL writes. They are of no use outside these tests.

use primitives::{Certificate, NoKey, pem, public_half};

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("certificates/", $name))
    };
}

fn certificate(text: &str) -> Certificate {
    Certificate::all_from_pem(text).unwrap().remove(0)
}

#[test]
fn a_chain_fits_link_by_link_and_in_one_direction_only() {
    let (root, inter, leaf) =
        (certificate(file!("root.pem")), certificate(file!("inter.pem")), certificate(file!("leaf.pem")));
    assert!(leaf.is_issued_by(&inter) && inter.is_issued_by(&root) && root.is_issued_by(&root));
    assert!(!leaf.is_issued_by(&root) && !inter.is_issued_by(&leaf) && !root.is_issued_by(&inter));
    assert!(root.is_self_issued() && !leaf.is_self_issued());
    for own in [file!("ed.pem"), file!("old.pem")] {
        assert!(certificate(own).is_issued_by(&certificate(own)));
    }
}

#[test]
fn both_forms_of_time_are_read() {
    // UTCTime, then GeneralizedTime from 2050 on.
    let leaf = certificate(file!("leaf.pem"));
    assert_eq!(leaf.not_before().to_seconds_rfc3339(), "2024-02-29T12:00:00Z");
    assert_eq!(leaf.not_after().to_seconds_rfc3339(), "2124-02-29T12:00:00Z");
    assert_eq!(certificate(file!("old.pem")).not_after().to_seconds_rfc3339(), "2024-03-30T12:00:00Z");
}

#[test]
fn a_key_in_every_form_leads_to_its_certificate() {
    let leaf = certificate(file!("leaf.pem"));
    let inter = certificate(file!("inter.pem"));
    assert_eq!(public_half(file!("leaf.key")).unwrap(), leaf.public_key());
    assert_eq!(public_half(file!("leaf-pkcs1.key")).unwrap(), leaf.public_key());
    assert_eq!(public_half(file!("inter.key")).unwrap(), inter.public_key());
    assert_eq!(public_half(file!("inter-params.key")).unwrap(), inter.public_key());
    assert_eq!(public_half(file!("ed.key")).unwrap(), certificate(file!("ed.pem")).public_key());
    assert_ne!(public_half(file!("leaf.key")).unwrap(), inter.public_key());
}

#[test]
fn an_encrypted_key_is_told_apart_from_one_that_is_none() {
    for encrypted in [file!("leaf-enc.key"), file!("leaf-enc-old.key")] {
        assert_eq!(public_half(encrypted), Err(NoKey::Encrypted));
    }
    let two = format!("{}{}", file!("leaf.key"), file!("ed.key"));
    for none in ["", "key", file!("leaf.pem"), two.as_str()] {
        assert_eq!(public_half(none), Err(NoKey::Unreadable));
    }
}

#[test]
fn a_certificate_with_any_byte_missing_or_added_is_none() {
    let der = certificate(file!("ed.pem")).der().to_vec();
    for length in 0..der.len() {
        assert!(Certificate::from_der(&der[..length]).is_none(), "{length} bytes were taken");
    }
    assert!(Certificate::from_der(&[&der[..], &[0]].concat()).is_none());
    assert!(Certificate::all_from_pem(file!("leaf.key")).is_none());
    assert!(Certificate::all_from_pem(&pem::encode("CERTIFICATE", &der[1..])).is_none());
}

#[test]
fn no_changed_byte_leaves_a_signature_right() {
    let root = certificate(file!("root.pem"));
    let der = certificate(file!("inter.pem")).der().to_vec();
    for index in 0..der.len() {
        let mut changed = der.clone();
        changed[index] ^= 1;
        let issued = Certificate::from_der(&changed).is_some_and(|changed| changed.is_issued_by(&root));
        assert!(!issued, "byte {index} is not under the signature");
    }
}
