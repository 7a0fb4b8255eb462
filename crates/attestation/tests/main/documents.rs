//! What a document may hold, and how it may be written.

use crate::{now, refused, roots, verify};
use attestation::testing::{Draft, Hypervisor, cbor};
use attestation::{MAX_AGE, MAX_DOCUMENT, Platform, Refused, Roots};
use base::Timestamp;
use std::time::Duration;

/// A document of a real enclave, of 20 December 2024, as it was published with `remote-attestation-verifier` (MIT).
const REAL: &[u8] = include_bytes!("documents/enclave-2024-12-20.cbor");

fn then() -> Timestamp {
    Timestamp::from_millis(1_734_707_282_370)
}

#[test]
fn a_real_document_is_believed_in_its_time_and_under_the_root_of_aws() {
    let attestation = attestation::verify(REAL, &Roots::aws(), then()).ok().unwrap();
    assert_eq!(attestation.platform, Platform::Enclave);
    assert_eq!(attestation.module_id, "i-0fe9a96ed626c76df-enc0193e15ad6e67841");
    assert_eq!(attestation.registers.len(), 19);
    assert!(base::hex(&attestation.registers[&0]).starts_with("a6a74c6b"));
    assert!(matches!(attestation.recipient().err(), Some(Refused::NoKey(_))), "its key is not one of RSA");
    for (at, word) in [
        (then().plus(MAX_AGE).plus(Duration::from_millis(1)), "older"),
        (then().minus(MAX_AGE).minus(Duration::from_millis(1)), "future"),
        (then().minus(Duration::from_secs(4)), "not valid yet"),
        (then().plus(Duration::from_secs(86_400 * 365)), "older"),
    ] {
        let refused = attestation::verify(REAL, &Roots::aws(), at).err().unwrap();
        assert!(matches!(refused, Refused::Untimely(_)) && refused.to_string().contains(word), "{refused}");
    }
}

#[test]
fn what_was_proven_once_proves_nothing_else() {
    let (hypervisor, other) = (Hypervisor::new(now()), Hypervisor::new(now()));
    let roots = roots(&hypervisor);
    let good = hypervisor.attest(&hypervisor.enclave(now()));
    for _ in 0..2 {
        assert!(attestation::verify(&good, &roots, now()).is_ok());
    }
    for at in (0..good.len()).step_by(11) {
        let mut changed = good.clone();
        changed[at] ^= 0x01;
        assert!(attestation::verify(&changed, &roots, now()).is_err(), "byte {at}");
    }
    let late = now().plus(MAX_AGE).plus(Duration::from_millis(1));
    assert!(attestation::verify(&good, &roots, late).is_err(), "time is looked at again");
    assert!(attestation::verify(&good, &crate::roots(&other), now()).is_err());
    assert!(attestation::verify(&other.sign(&hypervisor.enclave(now()).payload()), &roots, now()).is_err());
}

#[test]
fn no_changed_byte_leaves_a_real_document_believed() {
    for at in (0..REAL.len()).step_by(7) {
        let mut changed = REAL.to_vec();
        changed[at] ^= 0x10;
        assert!(attestation::verify(&changed, &Roots::aws(), then()).is_err(), "byte {at}");
    }
    for length in (0..REAL.len()).step_by(101) {
        assert!(attestation::verify(&REAL[..length], &Roots::aws(), then()).is_err());
    }
}

#[test]
fn documents_of_enclaves_and_of_tpms_are_believed() {
    let hypervisor = Hypervisor::new(now());
    let enclave = verify(&hypervisor, &hypervisor.attest(&hypervisor.enclave(now()))).ok().unwrap();
    assert_eq!(enclave.platform, Platform::Enclave);
    assert_eq!(enclave.registers.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 8]);
    assert_eq!(enclave.registers[&0], vec![0xab; 48]);
    let tpm = verify(&hypervisor, &hypervisor.attest(&hypervisor.tpm(now()))).ok().unwrap();
    assert_eq!((tpm.platform, tpm.registers.len()), (Platform::Tpm, 24));
    assert!(tpm.module_id.ends_with("-tpm0000000000000000"));
}

#[test]
fn what_may_be_absent_may_be_null_as_well() {
    let hypervisor = Hypervisor::new(now());
    let names = ["public_key", "user_data", "nonce"];
    let absent = names.iter().fold(hypervisor.enclave(now()), |draft, name| draft.without(name));
    assert!(verify(&hypervisor, &hypervisor.attest(&absent)).is_ok());
    let full = names.iter().fold(absent, |draft, name| draft.set(name, cbor::bytes(&[7; 1024])));
    assert!(verify(&hypervisor, &hypervisor.attest(&full)).is_ok());
    let empty = full.set("user_data", cbor::bytes(&[])).set("nonce", cbor::bytes(&[]));
    assert!(verify(&hypervisor, &hypervisor.attest(&empty)).is_ok());
}

#[test]
fn registers_have_an_index_below_32_and_one_of_three_lengths() {
    let hypervisor = Hypervisor::new(now());
    let draft = |registers: &[(u64, Vec<u8>)]| hypervisor.enclave(now()).set("pcrs", cbor::registers(registers));
    for length in [32, 48, 64] {
        assert!(verify(&hypervisor, &hypervisor.attest(&draft(&[(31, vec![1; length])]))).is_ok());
    }
    let all: Vec<_> = (0..32).map(|index| (index, vec![1; 48])).collect();
    assert!(verify(&hypervisor, &hypervisor.attest(&draft(&all))).is_ok());
    let too_many: Vec<_> = (0..33).map(|index| (index, vec![1; 48])).collect();
    for registers in
        [&[][..], &[(32, vec![1; 48])], &[(256, vec![1; 48])], &[(0, vec![1; 47])], &[(0, vec![])], &too_many]
    {
        assert!(matches!(refused(&hypervisor, &draft(registers)), Refused::Malformed(_)));
    }
    let twice = draft(&[(0, vec![1; 48]), (0, vec![2; 48])]);
    assert_eq!(refused(&hypervisor, &twice), Refused::Malformed("it has a PCR twice"));
}

#[test]
fn every_member_that_must_be_there_is_missed_and_none_may_be_there_twice() {
    let hypervisor = Hypervisor::new(now());
    for name in ["module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle"] {
        let draft = hypervisor.enclave(now());
        assert!(matches!(refused(&hypervisor, &draft.clone().without(name)), Refused::Malformed(_)), "{name}");
        assert!(matches!(refused(&hypervisor, &draft.clone().set(name, cbor::NULL.to_vec())), Refused::Malformed(_)));
        let member = draft.0.iter().find(|(known, _)| *known == cbor::text(name)).unwrap().clone();
        let mut twice = draft;
        twice.0.push(member);
        assert!(matches!(refused(&hypervisor, &twice), Refused::Malformed(_)), "{name}");
    }
    for name in ["public_key", "user_data", "nonce"] {
        let mut twice = hypervisor.enclave(now());
        twice.0.push((cbor::text(name), cbor::bytes(&[1])));
        assert_eq!(refused(&hypervisor, &twice), Refused::Malformed("it has a member twice"), "{name}");
    }
    let both = hypervisor.enclave(now()).set("nitrotpm_pcrs", cbor::registers(&[(4, vec![1; 48])]));
    assert!(matches!(refused(&hypervisor, &both), Refused::Malformed(_)), "registers of two platforms");
}

#[test]
fn members_out_of_bounds_or_of_another_type_are_refused() {
    let hypervisor = Hypervisor::new(now());
    for (name, value) in [
        ("module_id", cbor::text("")),
        ("module_id", cbor::text(&"m".repeat(257))),
        ("module_id", cbor::bytes(b"i-1")),
        ("module_id", vec![0x62, 0xff, 0xfe]),
        ("digest", cbor::text("SHA256")),
        ("digest", cbor::text("sha384")),
        ("timestamp", cbor::unsigned(0)),
        ("timestamp", cbor::unsigned(u64::MAX)),
        ("timestamp", cbor::text("1")),
        ("timestamp", vec![0x20]),
        ("certificate", cbor::bytes(&[])),
        ("certificate", cbor::bytes(&[0x30; 1025])),
        ("cabundle", cbor::array(&[])),
        ("cabundle", cbor::array(&vec![cbor::bytes(&[1]); 9])),
        ("cabundle", cbor::array(&[cbor::bytes(&[])])),
        ("cabundle", cbor::array(&[cbor::text("x")])),
        ("public_key", cbor::bytes(&[])),
        ("public_key", cbor::bytes(&[1; 1025])),
        ("user_data", cbor::bytes(&[1; 1025])),
        ("user_data", cbor::text("x")),
        ("nonce", cbor::bytes(&[1; 1025])),
        ("favourite_colour", cbor::text("blue")),
        ("Digest", cbor::text("SHA384")),
    ] {
        let refused = refused(&hypervisor, &hypervisor.enclave(now()).set(name, value));
        assert!(matches!(refused, Refused::Malformed(_)), "{name}: {refused:?}");
    }
}

#[test]
fn what_has_no_length_is_refused_wherever_it_stands() {
    let hypervisor = Hypervisor::new(now());
    let draft = hypervisor.enclave(now());
    for (name, value) in [
        ("pcrs", [&[0xbf][..], &cbor::unsigned(0), &cbor::bytes(&[1; 48]), &[0xff]].concat()),
        ("cabundle", [&[0x9f][..], &cbor::bytes(&hypervisor.authorities[0]), &[0xff]].concat()),
        ("module_id", [&[0x7f][..], &cbor::text("i-1"), &[0xff]].concat()),
        ("nonce", [&[0x5f][..], &cbor::bytes(&[1]), &[0xff]].concat()),
    ] {
        assert!(matches!(refused(&hypervisor, &draft.clone().set(name, value)), Refused::Malformed(_)), "{name}");
    }
    let entries: Vec<u8> = draft.0.iter().flat_map(|(key, value)| [key.as_slice(), value].concat()).collect();
    let unbounded = [&[0xbf][..], &entries, &[0xff]].concat();
    assert!(matches!(verify(&hypervisor, &hypervisor.sign(&unbounded)).err(), Some(Refused::Malformed(_))));
    let signed = hypervisor.attest(&draft);
    let outside = [&[0x9f][..], &signed[1..], &[0xff]].concat();
    assert!(matches!(verify(&hypervisor, &outside).err(), Some(Refused::Malformed(_))));
}

#[test]
fn nothing_may_stand_after_a_document_or_within_it() {
    let hypervisor = Hypervisor::new(now());
    let draft = hypervisor.enclave(now());
    let trailing = [hypervisor.attest(&draft), vec![0]].concat();
    assert!(matches!(verify(&hypervisor, &trailing).err(), Some(Refused::Malformed(_))));
    let inside = [draft.payload(), vec![0]].concat();
    assert_eq!(
        verify(&hypervisor, &hypervisor.sign(&inside)).err(),
        Some(Refused::Malformed("something stands after the document"))
    );
    // A head that promises more than there is, and nesting without end, cost nothing.
    for payload in
        [vec![0xbb; 9], vec![0x81; 16_000], vec![0xa1; 16_000], [&[0xa1, 0x64][..], b"pcrs", &[0xbb; 9]].concat()]
    {
        assert!(matches!(verify(&hypervisor, &hypervisor.sign(&payload)).err(), Some(Refused::Malformed(_))));
    }
}

#[test]
fn documents_and_payloads_have_their_largest_size() {
    let hypervisor = Hypervisor::new(now());
    for document in [vec![], vec![0xd2; MAX_DOCUMENT + 1], hypervisor.sign(&vec![0xa0; 16_385]), hypervisor.sign(&[])] {
        assert!(matches!(verify(&hypervisor, &document).err(), Some(Refused::Malformed(_))));
    }
}

#[test]
fn the_tag_of_cose_may_be_there_and_no_other() {
    let hypervisor = Hypervisor::new(now());
    let signed = hypervisor.attest(&hypervisor.enclave(now()));
    assert!(verify(&hypervisor, &[&[0xd2][..], &signed].concat()).is_ok());
    for tag in [&[0xd1][..], &[0xd8, 0x62], &[0xd2, 0xd2]] {
        assert!(verify(&hypervisor, &[tag, &signed].concat()).is_err());
    }
}

#[test]
fn the_algorithm_is_es384_in_the_protected_header_alone() {
    let hypervisor = Hypervisor::new(now());
    let payload = hypervisor.enclave(now()).payload();
    for protected in [
        // ES256, HS256, no algorithm at all, another header beside it, not a map, bytes behind.
        &[0xa1, 0x01, 0x26][..],
        &[0xa1, 0x01, 0x05],
        &[0xa0],
        &[],
        &[0xa2, 0x01, 0x38, 0x22, 0x04, 0x41, 0x31],
        &[0x82, 0x01, 0x38, 0x22],
        &[0xa1, 0x01, 0x38, 0x22, 0x00],
        &[0xbf, 0x01, 0x38, 0x22, 0xff],
    ] {
        let signed = hypervisor.sign_as(protected, &payload);
        assert!(matches!(verify(&hypervisor, &signed).err(), Some(Refused::Malformed(_))), "{protected:x?}");
    }
    // The unprotected header is empty.
    let signed = hypervisor.sign(&payload);
    let at = 1 + 5;
    let unprotected = [&signed[..at], &[0xa1, 0x04, 0x41, 0x31], &signed[at + 1..]].concat();
    assert!(matches!(verify(&hypervisor, &unprotected).err(), Some(Refused::Malformed(_))));
}

#[test]
fn a_signature_is_one_of_the_certificate_over_this_payload() {
    let (hypervisor, other) = (Hypervisor::new(now()), Hypervisor::new(now()));
    let draft = hypervisor.enclave(now());
    // Another's signature under this one's certificates.
    assert!(matches!(verify(&hypervisor, &other.sign(&draft.payload())).err(), Some(Refused::Forged(_))));
    let signed = hypervisor.attest(&draft);
    let mut changed = signed.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert!(matches!(verify(&hypervisor, &changed).err(), Some(Refused::Forged(_))));
    let short = [&signed[..signed.len() - 98], &cbor::bytes(&[1; 64])[..]].concat();
    assert!(matches!(verify(&hypervisor, &short).err(), Some(Refused::Malformed(_))));
    let none = [&signed[..signed.len() - 98], &cbor::bytes(&[0; 96])[..]].concat();
    assert!(matches!(verify(&hypervisor, &none).err(), Some(Refused::Forged(_))));
}

#[test]
fn a_document_is_fresh_for_five_minutes_either_way() {
    let hypervisor = Hypervisor::new(now());
    let made = |at: Timestamp| hypervisor.attest(&hypervisor.enclave(at));
    for at in [now().minus(MAX_AGE), now().plus(MAX_AGE)] {
        assert!(attestation::verify(&made(at), &roots(&hypervisor), now()).is_ok());
    }
    let moment = Duration::from_millis(1);
    for at in [now().minus(MAX_AGE).minus(moment), now().plus(MAX_AGE).plus(moment)] {
        let refused = attestation::verify(&made(at), &roots(&hypervisor), now()).err();
        assert!(matches!(refused, Some(Refused::Untimely(_))));
    }
}

#[test]
fn a_draft_without_signature_is_nothing() {
    let hypervisor = Hypervisor::new(now());
    let Draft(members) = hypervisor.enclave(now());
    assert!(verify(&hypervisor, &cbor::map(&members)).is_err());
}
