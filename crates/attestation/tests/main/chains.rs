//! Which chains are trusted.

use crate::{now, refused, verify};
use attestation::testing::{Certified, Hypervisor, cbor, extension};
use attestation::{MAX_ROOTS, Refused, Roots};
use primitives::der::{BIT_STRING, BOOLEAN, SEQUENCE, element, unsigned};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);
const MOMENT: Duration = Duration::from_secs(1);

fn authorities() -> Vec<Certified> {
    [None, Some(1), Some(0)].map(|length| Certified::authority(now(), length)).to_vec()
}

/// Why the documents of such a chain are refused; `None` if they are believed.
fn outcome(authorities: &[Certified], leaf: &Certified) -> Option<Refused> {
    let hypervisor = Hypervisor::certified(authorities, leaf);
    verify(&hypervisor, &hypervisor.attest(&hypervisor.enclave(now()))).err()
}

#[test]
fn a_chain_of_any_length_that_its_authorities_allow_is_trusted() {
    let leaf = Certified::leaf(now());
    assert_eq!(outcome(&authorities(), &leaf), None);
    assert_eq!(outcome(&authorities()[..1], &leaf), None, "the root signs the certificate itself");
    let unlimited = vec![Certified::authority(now(), None); 8];
    assert_eq!(outcome(&unlimited, &leaf), None);
    let crowded = [None, Some(0), Some(0)].map(|length| Certified::authority(now(), length));
    assert!(matches!(outcome(&crowded, &leaf), Some(Refused::Untrusted(_))));
}

#[test]
fn another_root_is_not_trusted_even_with_the_same_name() {
    let (hypervisor, other) = (Hypervisor::new(now()), Hypervisor::new(now()));
    let document = other.attest(&other.enclave(now()));
    assert!(matches!(verify(&hypervisor, &document).err(), Some(Refused::Untrusted(_))));
    assert!(matches!(attestation::verify(&document, &Roots::aws(), now()).err(), Some(Refused::Untrusted(_))));
    // Its own chain behind a trusted root.
    let mut bundle: Vec<_> = other.authorities.iter().map(|der| cbor::bytes(der)).collect();
    bundle[0] = cbor::bytes(&hypervisor.authorities[0]);
    let grafted = other.attest(&other.enclave(now()).set("cabundle", cbor::array(&bundle)));
    assert!(matches!(verify(&hypervisor, &grafted).err(), Some(Refused::Forged(_))));
}

#[test]
fn the_order_of_a_chain_is_that_of_trust_and_nothing_is_left_out() {
    let hypervisor = Hypervisor::certified(&vec![Certified::authority(now(), None); 4], &Certified::leaf(now()));
    let bundle: Vec<_> = hypervisor.authorities.iter().map(|der| cbor::bytes(der)).collect();
    let draft = |order: &[usize]| {
        let bundle: Vec<_> = order.iter().map(|index| bundle[*index].clone()).collect();
        hypervisor.enclave(now()).set("cabundle", cbor::array(&bundle))
    };
    assert!(verify(&hypervisor, &hypervisor.attest(&draft(&[0, 1, 2, 3]))).is_ok());
    for order in [&[3, 2, 1, 0][..], &[0, 2, 1, 3], &[0, 1, 2], &[1, 2, 3], &[0], &[0, 1, 2, 3, 3]] {
        let refused = refused(&hypervisor, &draft(order));
        assert!(matches!(refused, Refused::Untrusted(_) | Refused::Forged(_)), "{order:?}: {refused:?}");
    }
}

#[test]
fn every_certificate_holds_now() {
    for index in 0..4 {
        for (from, until, word) in [
            (now().minus(HOUR), now().minus(MOMENT), "expired"),
            (now().plus(MOMENT), now().plus(HOUR), "not valid yet"),
        ] {
            let (mut authorities, mut leaf) = (authorities(), Certified::leaf(now()));
            let plan = if index == 3 { &mut leaf } else { &mut authorities[index] };
            (plan.from, plan.until) = (from, until);
            let hypervisor = Hypervisor::certified(&authorities, &leaf);
            let mut roots = Roots::aws();
            // A root that has expired cannot be configured now, but could an hour ago.
            roots.add(&hypervisor.root_pem(), now().minus(HOUR)).unwrap();
            let document = hypervisor.attest(&hypervisor.enclave(now()));
            let refused = attestation::verify(&document, &roots, now()).err().unwrap();
            assert!(
                matches!(refused, Refused::Untimely(_)) && refused.to_string().contains(word),
                "{index}: {refused}"
            );
        }
    }
}

#[test]
fn authorities_are_marked_as_such_and_may_sign_certificates() {
    let yes = element(BOOLEAN, &[&[0xff]]);
    let constraints = |members: &[&[u8]]| element(SEQUENCE, members);
    let signs = extension(15, true, &element(BIT_STRING, &[&[1, 0x06]]));
    for (what, extensions) in [
        ("nothing", vec![]),
        ("no constraints", vec![signs.clone()]),
        ("no usage", vec![extension(19, true, &constraints(&[&yes]))]),
        ("not an authority", vec![extension(19, true, &constraints(&[])), signs.clone()]),
        ("not critical", vec![extension(19, false, &constraints(&[&yes])), signs.clone()]),
        (
            "may sign data only",
            vec![extension(19, true, &constraints(&[&yes])), extension(15, true, &element(BIT_STRING, &[&[7, 0x80]]))],
        ),
        (
            "something critical that is not known",
            vec![extension(19, true, &constraints(&[&yes])), signs.clone(), extension(30, true, &constraints(&[]))],
        ),
        ("malformed", vec![extension(19, true, &[1]), signs.clone()]),
        ("twice", vec![extension(19, true, &constraints(&[&yes])), signs.clone(), signs.clone()]),
    ] {
        let mut plans = authorities();
        plans[1].extensions = extensions;
        assert!(matches!(outcome(&plans, &Certified::leaf(now())), Some(Refused::Untrusted(_))), "{what}");
    }
}

#[test]
fn the_certificate_that_signs_is_no_authority_and_may_sign_data() {
    let data = extension(15, false, &element(BIT_STRING, &[&[7, 0x80]]));
    let leaf = |extensions: Vec<Vec<u8>>| Certified { extensions, ..Certified::leaf(now()) };
    assert_eq!(outcome(&authorities(), &leaf(vec![data.clone()])), None, "no constraints at all");
    let length = element(SEQUENCE, &[&unsigned(&[0])]);
    for (what, leaf) in [
        ("an authority", Certified::authority(now(), Some(0))),
        ("no usage", leaf(vec![])),
        ("another usage", leaf(vec![extension(15, false, &element(BIT_STRING, &[&[5, 0x20]]))])),
        ("a path length", leaf(vec![extension(19, true, &length), data.clone()])),
        ("something critical that is not known", leaf(vec![data.clone(), extension(37, true, &length)])),
    ] {
        assert!(matches!(outcome(&authorities(), &leaf), Some(Refused::Untrusted(_))), "{what}");
    }
}

#[test]
fn what_is_no_certificate_is_no_link() {
    let hypervisor = Hypervisor::new(now());
    let root = cbor::bytes(&hypervisor.authorities[0]);
    for link in
        [vec![0x30, 0], hypervisor.authorities[1][1..].to_vec(), [&hypervisor.authorities[1][..], &[0]].concat()]
    {
        let bundle = cbor::array(&[root.clone(), cbor::bytes(&link)]);
        assert!(matches!(
            refused(&hypervisor, &hypervisor.enclave(now()).set("cabundle", bundle)),
            Refused::Untrusted(_)
        ));
        let leaf = hypervisor.enclave(now()).set("certificate", cbor::bytes(&link));
        assert!(matches!(refused(&hypervisor, &leaf), Refused::Untrusted(_)));
    }
}

#[test]
fn a_root_is_refused_that_could_not_begin_a_chain() {
    let mut roots = Roots::aws();
    let good = Hypervisor::new(now());
    for text in ["", "no PEM at all", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
        assert!(roots.add(text, now()).is_err(), "{text:?}");
    }
    assert!(roots.add(&good.root_pem(), now().plus(HOUR).plus(MOMENT)).is_err(), "it has expired");
    let leaf = primitives::pem::encode("CERTIFICATE", &good.certificate);
    assert!(roots.add(&leaf, now()).is_err(), "no authority");
    let link = primitives::pem::encode("CERTIFICATE", &good.authorities[1]);
    assert!(roots.add(&link, now()).is_err(), "not signed by itself");
    let ed25519 = include_str!("../../../primitives/tests/main/certificates/ed.pem");
    assert!(roots.add(ed25519, now()).is_err(), "another algorithm");
    for _ in 1..MAX_ROOTS {
        roots.add(&good.root_pem(), now()).unwrap();
    }
    assert!(roots.add(&good.root_pem(), now()).is_err(), "too many");
}
