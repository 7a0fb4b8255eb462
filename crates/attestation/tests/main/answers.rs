//! Answers that only the attested can read.

use crate::{now, refused, verify};
use attestation::testing::{Draft, Enclave, Hypervisor, cbor};
use attestation::{Recipient, Refused};
use base::{Rng, SeededRng};
use std::fs;
use std::process::Command;

fn recipient(draft: impl FnOnce(Draft) -> Draft) -> Result<Recipient, Refused> {
    let hypervisor = Hypervisor::new(now());
    let document = hypervisor.attest(&draft(hypervisor.enclave(now())));
    verify(&hypervisor, &document).unwrap_or_else(|refused| panic!("{refused}")).recipient()
}

#[test]
fn an_answer_of_any_length_opens_with_the_key_of_the_document_and_no_other() {
    let (enclave, other) = (Enclave::new(), Enclave::new());
    let recipient = recipient(|draft| draft.to(&enclave)).ok().unwrap();
    let rng = SeededRng::new(1);
    for length in [0, 1, 15, 16, 32, 983, 984, 999, 1_000, 2_375, 4_096] {
        let mut plaintext = vec![0; length];
        rng.fill(&mut plaintext);
        let message = recipient.seal(&plaintext, &rng);
        assert_eq!(enclave.open(&message).as_ref(), Some(&plaintext), "{length}");
        assert_eq!(other.open(&message), None);
    }
    assert_ne!(recipient.seal(b"x", &rng), recipient.seal(b"x", &rng), "key and vector are fresh");
}

#[test]
fn an_answer_has_the_form_that_aws_kms_gives_it() {
    let enclave = Enclave::new();
    let message = recipient(|draft| draft.to(&enclave)).ok().unwrap().seal(&[7; 32], &SeededRng::new(2));
    // What KMS answered to a key of 2,048 bits, up to the subject key identifier, and between the encrypted key and the
    // vector, from `aws-nitro-enclaves-sdk-c`, `tests/cms_test.c`.
    let hex = base::hex(&message);
    assert!(hex.starts_with("308006092a864886f70d010703a08030800201023182016b308201670201028020"), "{hex}");
    let algorithms = "303c06092a864886f70d010107302fa00f300d06096086480165030402010500\
                      a11c301a06092a864886f70d010108300d0609608648016503040201050004820100";
    let head = 33 + 32;
    assert_eq!(base::hex(&message[head..head + 66]), algorithms);
    let content = head + 66 + 256;
    let info = "308006092a864886f70d010701301d060960864801650304012a0410";
    assert_eq!(base::hex(&message[content..content + 28]), info);
    assert_eq!(base::hex(&message[content + 28 + 16..content + 28 + 16 + 4]), "a0800430");
    assert!(hex.ends_with("00000000000000000000"));
    assert_eq!(message.len(), 493, "as long as that of KMS");
}

#[test]
fn openssl_opens_an_answer() {
    let enclave = Enclave::new();
    let recipient = recipient(|draft| draft.to(&enclave)).ok().unwrap();
    let folder = std::env::temp_dir().join(format!("fastness-attestation-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (key, message) = (folder.join("key.der"), folder.join("message.ber"));
    fs::write(&key, enclave.0.pkcs8()).unwrap();
    for length in [32, 2_500] {
        let plaintext = vec![b'p'; length];
        fs::write(&message, recipient.seal(&plaintext, &SeededRng::new(3))).unwrap();
        let openssl = ["cms", "-decrypt", "-inform", "DER", "-keyform", "DER", "-binary", "-in"];
        let output = Command::new("openssl").args(openssl).arg(&message).arg("-inkey").arg(&key).output();
        // Where there is none, the end-to-end tests still have another reader.
        let Ok(output) = output else { break };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout, plaintext);
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_document_needs_an_rsa_key_for_an_answer() {
    let enclave = Enclave::new();
    let info = enclave.0.info();
    assert!(matches!(recipient(|draft| draft).err(), Some(Refused::NoKey("it has no public key"))));
    let hypervisor = Hypervisor::new(now());
    let point = primitives::Certificate::from_der(&hypervisor.certificate).unwrap().public_key().to_vec();
    for key in [vec![1; 32], info[1..].to_vec(), [&info[..], &[0]].concat(), point, info[24..].to_vec()] {
        let refused = recipient(|draft| draft.set("public_key", cbor::bytes(&key))).err();
        assert!(matches!(refused, Some(Refused::NoKey(_))), "{refused:?}");
    }
    let long = hypervisor.enclave(now()).set("public_key", cbor::bytes(&[0x30; 1025]));
    assert!(matches!(refused(&hypervisor, &long), Refused::Malformed(_)));
}
