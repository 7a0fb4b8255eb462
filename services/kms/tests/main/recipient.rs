//! Recipients: what only the attested gets, and what policies make of their documents.

use crate::{HELLO, Kms, arn, house, key_policy, text};
use attestation::Roots;
use attestation::testing::{Draft, Enclave, Hypervisor, cbor};
use base::{Clock, Timestamp};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kernel::testing::{ALICE, House, REGION};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::Duration;

/// A house that trusts the root of a hypervisor, an enclave on it, and a key.
struct Setting {
    house: House,
    hypervisor: Hypervisor,
    enclave: &'static Enclave,
    key: String,
}

/// Making its key takes longest of all.
static ENCLAVE: LazyLock<Enclave> = LazyLock::new(Enclave::new);

impl Setting {
    fn new() -> Self {
        let now = house().wall.now();
        let hypervisor = Hypervisor::new(now);
        let mut roots = Roots::aws();
        roots.add(&hypervisor.root_pem(), now).unwrap();
        let house = House::new(vec![fastness_kms::service_trusting(roots)]);
        let key = house.key();
        Self { house, hypervisor, enclave: &ENCLAVE, key }
    }

    fn now(&self) -> Timestamp {
        self.house.wall.now()
    }

    /// The enclave's document now.
    fn draft(&self) -> Draft {
        self.hypervisor.enclave(self.now()).to(self.enclave)
    }

    /// As a parameter.
    fn recipient(&self, draft: &Draft) -> Value {
        given(&self.hypervisor.attest(draft))
    }

    fn opened(&self, answer: &Value) -> Vec<u8> {
        let message = BASE64_STANDARD.decode(text(&answer["CiphertextForRecipient"])).unwrap();
        self.enclave.open(&message).expect("the answer opens")
    }

    /// Lets alice call this action on the key under this condition.
    fn admit(&self, action: &str, condition: Value) {
        let mut policy: Value = serde_json::from_str(key_policy::OPEN).unwrap();
        policy["Statement"].as_array_mut().unwrap().push(json!({
            "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:user/alice" }, "Action": action,
            "Resource": "*", "Condition": condition,
        }));
        self.house.ok_empty("PutKeyPolicy", &json!({ "KeyId": self.key, "Policy": policy.to_string() }));
    }

    /// What alice is answered who asks for a data key.
    fn data_key(&self, recipient: Option<&Value>) -> (u16, String) {
        let mut input = json!({ "KeyId": self.key, "KeySpec": "AES_256" });
        if let Some(recipient) = recipient {
            input["Recipient"] = recipient.clone();
        }
        let answer = self.house.call_as(ALICE, REGION, "kms", "GenerateDataKey", &input);
        (answer.status, answer.code())
    }
}

fn given(document: &[u8]) -> Value {
    json!({
        "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": BASE64_STANDARD.encode(document),
    })
}

#[test]
fn decrypt_answers_the_recipient_alone() {
    let setting = Setting::new();
    let blob = setting.house.hello(&setting.key);
    let recipient = setting.recipient(&setting.draft());
    let answer = setting.house.ok("Decrypt", &json!({ "CiphertextBlob": blob, "Recipient": recipient }));
    assert_eq!(setting.opened(&answer), b"hello");
    assert_eq!(answer["KeyId"], json!(arn(&setting.key)));
    assert_eq!(answer["EncryptionAlgorithm"], json!("SYMMETRIC_DEFAULT"));
    for absent in ["Plaintext", "KeyMaterialId"] {
        assert!(answer[absent].is_null(), "{absent}");
    }
    let in_clear = setting.house.ok("Decrypt", &json!({ "CiphertextBlob": blob }));
    assert_eq!(in_clear["Plaintext"], json!(HELLO));
    assert!(in_clear["CiphertextForRecipient"].is_null());
}

#[test]
fn a_data_key_is_for_the_recipient_and_its_blob_for_later() {
    let setting = Setting::new();
    let recipient = setting.recipient(&setting.draft());
    let input = json!({
        "KeyId": setting.key, "KeySpec": "AES_256", "EncryptionContext": { "a": "b" }, "Recipient": recipient,
    });
    let answer = setting.house.ok("GenerateDataKey", &input);
    let key = setting.opened(&answer);
    assert_eq!(key.len(), 32);
    for absent in ["Plaintext", "KeyMaterialId"] {
        assert!(answer[absent].is_null(), "{absent}");
    }
    let later = json!({ "CiphertextBlob": answer["CiphertextBlob"], "EncryptionContext": { "a": "b" } });
    assert_eq!(setting.house.ok("Decrypt", &later)["Plaintext"], json!(BASE64_STANDARD.encode(key)));
}

#[test]
fn random_bytes_are_for_the_recipient_up_to_the_longest() {
    let setting = Setting::new();
    let recipient = setting.recipient(&setting.draft());
    for length in [1, 1_024] {
        let answer = setting.house.ok("GenerateRandom", &json!({ "NumberOfBytes": length, "Recipient": recipient }));
        assert_eq!(setting.opened(&answer).len(), length);
        assert!(answer["Plaintext"].is_null());
    }
    let blob = BASE64_STANDARD.encode([7; 4_096]);
    let blob =
        setting.house.ok("Encrypt", &json!({ "KeyId": setting.key, "Plaintext": blob }))["CiphertextBlob"].clone();
    let answer = setting.house.ok("Decrypt", &json!({ "CiphertextBlob": blob, "Recipient": recipient }));
    assert_eq!(setting.opened(&answer), [7; 4_096]);
}

#[test]
fn a_policy_admits_the_measured_image_and_nothing_else() {
    let setting = Setting::new();
    let image = "ab".repeat(48);
    setting.admit(
        "kms:GenerateDataKey",
        json!({ "StringEqualsIgnoreCase": {
            "kms:RecipientAttestation:ImageSha384": image.to_uppercase(), "kms:RecipientAttestation:PCR8": "08".repeat(48),
        } }),
    );
    let good = setting.recipient(&setting.draft());
    assert_eq!(setting.data_key(Some(&good)), (200, String::new()));
    let denied = (400, "AccessDeniedException".to_owned());
    assert_eq!(setting.data_key(None), denied, "without a document there is no such key");
    let other = setting.draft().set("pcrs", cbor::registers(&[(0, vec![0xac; 48]), (8, vec![8; 48])]));
    assert_eq!(setting.data_key(Some(&setting.recipient(&other))), denied, "another image");
    let part = setting.draft().set("pcrs", cbor::registers(&[(0, vec![0xab; 48])]));
    assert_eq!(setting.data_key(Some(&setting.recipient(&part))), denied, "a register is missing");
    let tpm = setting.hypervisor.tpm(setting.now()).to(setting.enclave);
    let tpm = tpm.set("nitrotpm_pcrs", cbor::registers(&[(0, vec![0xab; 48]), (8, vec![8; 48])]));
    assert_eq!(setting.data_key(Some(&setting.recipient(&tpm))), denied, "another platform");
}

#[test]
fn every_register_has_a_condition_key_of_its_platform() {
    let setting = Setting::new();
    let registers = |count: u64| cbor::registers(&(0..count).map(|n| (n, vec![n as u8; 48])).collect::<Vec<_>>());
    let enclave = setting.draft().set("pcrs", registers(32));
    let tpm = setting.hypervisor.tpm(setting.now()).to(setting.enclave).set("nitrotpm_pcrs", registers(32));
    for (draft, prefix, count) in [(enclave, "PCR", 32_u8), (tpm, "NitroTPMPCR", 24)] {
        let conditions: serde_json::Map<_, _> =
            (0..count).map(|n| (format!("kms:RecipientAttestation:{prefix}{n}"), json!(base::hex(&[n; 48])))).collect();
        setting.admit("kms:GenerateDataKey", json!({ "StringEquals": conditions }));
        let recipient = setting.recipient(&draft);
        assert_eq!(setting.data_key(Some(&recipient)), (200, String::new()), "{prefix}");
        assert_eq!(setting.data_key(None).0, 400);
    }
    setting.admit("kms:GenerateDataKey", json!({ "Null": { "kms:RecipientAttestation:PCR0": "true" } }));
    assert_eq!(setting.data_key(None).0, 200, "absent means absent");
    assert_eq!(setting.data_key(Some(&setting.recipient(&setting.draft()))).0, 400);
}

#[test]
fn random_bytes_need_no_key_but_a_policy_may_want_a_document() {
    let setting = Setting::new();
    let bob = setting.house.person(
        "bob",
        &json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "kms:GenerateRandom", "Resource": "*",
            "Condition": { "StringEquals": { "kms:RecipientAttestation:PCR1": "01".repeat(48) } },
        }] }),
    );
    let with = json!({ "NumberOfBytes": 8, "Recipient": setting.recipient(&setting.draft()) });
    assert_eq!(setting.house.call_by(&bob, "kms", "GenerateRandom", &with).status, 200);
    let without = setting.house.call_by(&bob, "kms", "GenerateRandom", &json!({ "NumberOfBytes": 8 }));
    assert_eq!(without.code(), "AccessDeniedException");
}

#[test]
fn a_document_that_is_not_believed_is_an_error_whoever_asks() {
    let setting = Setting::new();
    let stranger = Hypervisor::new(setting.now());
    let draft = setting.draft();
    let mut forged = setting.hypervisor.attest(&draft);
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let old = setting.hypervisor.enclave(setting.now().minus(Duration::from_secs(301))).to(setting.enclave);
    for (document, word) in [
        (vec![1, 2, 3], "CBOR"),
        (stranger.attest(&stranger.enclave(setting.now()).to(setting.enclave)), "trusted root"),
        (forged, "signature"),
        (setting.hypervisor.attest(&old), "older than five minutes"),
        (setting.hypervisor.attest(&draft.clone().without("public_key")), "no public key"),
        (setting.hypervisor.attest(&draft.set("public_key", cbor::bytes(&[4; 97]))), "not an RSA key"),
    ] {
        let input = json!({ "NumberOfBytes": 8, "Recipient": given(&document) });
        let (code, message) = setting.house.refused("GenerateRandom", &input);
        assert_eq!(code, "ValidationException");
        assert!(message.starts_with("The attestation document in the request is not valid: "), "{message}");
        assert!(message.contains(word), "{message}");
        assert_eq!(setting.data_key(Some(&given(&document))), (400, "ValidationException".to_owned()));
    }
}

#[test]
fn wall_time_decides_whether_a_document_is_fresh_since_who_attests_cannot_move_ours() {
    let setting = Setting::new();
    let recipient = setting.recipient(&setting.draft());
    setting.house.clock.advance(Duration::from_secs(86_400 * 400));
    setting.house.ok("GenerateRandom", &json!({ "NumberOfBytes": 8, "Recipient": recipient }));
    setting.house.wall.advance(Duration::from_secs(301));
    setting.house.refused("GenerateRandom", &json!({ "NumberOfBytes": 8, "Recipient": recipient }));
}

#[test]
fn both_members_of_a_recipient_are_needed_within_their_limits() {
    let setting = Setting::new();
    let document = BASE64_STANDARD.encode(setting.hypervisor.attest(&setting.draft()));
    let long = BASE64_STANDARD.encode(vec![0; 262_145]);
    for (recipient, word) in [
        (json!({}), "recipient.keyEncryptionAlgorithm"),
        (json!({ "AttestationDocument": document }), "recipient.keyEncryptionAlgorithm"),
        (json!({ "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256" }), "recipient.attestationDocument"),
        (json!({ "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_1", "AttestationDocument": document }), "enum value set"),
        (json!({ "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": "" }), "length"),
        (json!({ "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": long }), "262144"),
    ] {
        let input = json!({ "NumberOfBytes": 8, "Recipient": recipient });
        let (code, message) = setting.house.refused("GenerateRandom", &input);
        assert_eq!(code, "ValidationException");
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn a_dry_run_verifies_the_document_and_answers_nothing() {
    let setting = Setting::new();
    let dry = |recipient: Value| {
        let input = json!({ "KeyId": setting.key, "KeySpec": "AES_256", "DryRun": true, "Recipient": recipient });
        setting.house.call("kms", "GenerateDataKey", &input).code()
    };
    assert_eq!(dry(setting.recipient(&setting.draft())), "DryRunOperationException");
    assert_eq!(dry(given(&[1])), "ValidationException");
}

#[test]
fn the_record_tells_who_attested_and_never_the_document() {
    let setting = Setting::new();
    let house = &setting.house;
    let recipient = setting.recipient(&setting.draft());
    house.ok("GenerateDataKey", &json!({ "KeyId": setting.key, "KeySpec": "AES_256", "Recipient": recipient }));
    let tpm = setting.hypervisor.tpm(setting.now()).to(setting.enclave);
    house.ok("GenerateRandom", &json!({ "NumberOfBytes": 8, "Recipient": setting.recipient(&tpm) }));
    let records = house.records();
    let record = |name: &str| records.iter().rfind(|record| record["eventName"] == name).unwrap();
    let base64 = |byte: u8| BASE64_STANDARD.encode([byte; 48]);

    let data_key = record("GenerateDataKey");
    assert_eq!(data_key["requestParameters"], json!({ "keyId": setting.key, "keySpec": "AES_256" }));
    assert_eq!(data_key["responseElements"], json!(null));
    assert_eq!(
        data_key["additionalEventData"]["recipient"],
        json!({
            "attestationDocumentModuleId": "i-1234567890abcdef0-enc9876543210abcde",
            "attestationDocumentEnclaveImageDigest": base64(0xab),
            "attestationDocumentEnclavePCR1": base64(1),
            "attestationDocumentEnclavePCR2": base64(2),
            "attestationDocumentEnclavePCR3": base64(3),
            "attestationDocumentEnclavePCR4": base64(4),
            "attestationDocumentEnclavePCR8": base64(8),
        })
    );
    assert_eq!(
        record("GenerateRandom")["additionalEventData"]["recipient"],
        json!({
            "attestationDocumentModuleId": "i-1234567890abcdef0-tpm0000000000000000",
            "attestationDocumentNitroTPMPCR4": base64(4),
            "attestationDocumentNitroTPMPCR7": base64(7),
            "attestationDocumentNitroTPMPCR8": base64(8),
            "attestationDocumentNitroTPMPCR9": base64(9),
            "attestationDocumentNitroTPMPCR16": base64(16),
            "attestationDocumentNitroTPMPCR23": base64(23),
        })
    );
    let told = serde_json::to_string(&records).unwrap();
    assert!(!told.contains(&text(&recipient["AttestationDocument"])));
}

#[test]
fn what_is_denied_is_on_record_with_who_attested() {
    let setting = Setting::new();
    assert_eq!(setting.data_key(Some(&setting.recipient(&setting.draft()))).0, 400);
    let records = setting.house.records();
    let denied = records.iter().rfind(|record| record["eventName"] == "GenerateDataKey").unwrap();
    assert_eq!(denied["errorCode"], json!("AccessDeniedException"));
    let module = &denied["additionalEventData"]["recipient"]["attestationDocumentModuleId"];
    assert_eq!(*module, json!("i-1234567890abcdef0-enc9876543210abcde"));
}

#[test]
fn without_a_root_of_the_operators_own_only_aws_is_believed() {
    let setting = Setting::new();
    let house = house();
    let input = json!({ "NumberOfBytes": 8, "Recipient": setting.recipient(&setting.draft()) });
    let (code, message) = house.refused("GenerateRandom", &input);
    assert!(code == "ValidationException" && message.contains("trusted root"), "{message}");
}

#[test]
fn the_private_key_of_a_pair_is_for_the_recipient() {
    let setting = Setting::new();
    let recipient = setting.recipient(&setting.draft());
    // The private key of RSA is longer than one piece of the answer.
    for spec in ["ECC_NIST_P256", "RSA_2048"] {
        let input = json!({ "KeyId": setting.key, "KeyPairSpec": spec, "Recipient": recipient });
        let answer = setting.house.ok("GenerateDataKeyPair", &input);
        assert!(answer["PrivateKeyPlaintext"].is_null(), "{spec}");
        let private = setting.opened(&answer);
        let later = setting.house.ok("Decrypt", &json!({ "CiphertextBlob": answer["PrivateKeyCiphertextBlob"] }));
        assert_eq!(later["Plaintext"], json!(BASE64_STANDARD.encode(private)), "{spec}");
        // Other than for data keys, AWS does not say that it leaves this out.
        assert!(answer["KeyMaterialId"].is_string() && answer["PublicKey"].is_string(), "{spec}");
    }
}

#[test]
fn a_shared_secret_is_for_the_recipient() {
    let setting = Setting::new();
    let create = json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT" });
    let key = text(&setting.house.ok("CreateKey", &create)["KeyMetadata"]["KeyId"]);
    let peer = setting.house.ok("GetPublicKey", &json!({ "KeyId": key }))["PublicKey"].clone();
    let mut input = json!({ "KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer });
    let in_clear = setting.house.ok("DeriveSharedSecret", &input);
    input["Recipient"] = setting.recipient(&setting.draft());
    let answer = setting.house.ok("DeriveSharedSecret", &input);
    assert!(answer["SharedSecret"].is_null());
    assert_eq!(json!(BASE64_STANDARD.encode(setting.opened(&answer))), in_clear["SharedSecret"]);
}

#[test]
fn what_an_rsa_key_decrypts_is_for_the_recipient() {
    let setting = Setting::new();
    let create = json!({ "KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT" });
    let key = text(&setting.house.ok("CreateKey", &create)["KeyMetadata"]["KeyId"]);
    let algorithm = "RSAES_OAEP_SHA_256";
    let encrypt = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionAlgorithm": algorithm });
    let blob = setting.house.ok("Encrypt", &encrypt)["CiphertextBlob"].clone();
    let decrypt = json!({
        "KeyId": key, "CiphertextBlob": blob, "EncryptionAlgorithm": algorithm,
        "Recipient": setting.recipient(&setting.draft()),
    });
    let answer = setting.house.ok("Decrypt", &decrypt);
    assert_eq!(setting.opened(&answer), b"hello");
    assert!(answer["Plaintext"].is_null());
}

#[test]
fn all_five_operations_give_the_registers_to_the_policy() {
    let setting = Setting::new();
    let house = &setting.house;
    let create = json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT" });
    let agreeing = text(&house.ok("CreateKey", &create)["KeyMetadata"]["KeyId"]);
    let peer = house.ok("GetPublicKey", &json!({ "KeyId": agreeing }))["PublicKey"].clone();
    let blob = house.hello(&setting.key);
    let bob = house.person(
        "bob",
        &json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "kms:*", "Resource": "*",
            "Condition": { "StringEquals": { "kms:RecipientAttestation:PCR2": "02".repeat(48) } },
        }] }),
    );
    for (operation, mut input) in [
        ("Decrypt", json!({ "CiphertextBlob": blob })),
        ("DeriveSharedSecret", json!({ "KeyId": agreeing, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer })),
        ("GenerateDataKey", json!({ "KeyId": setting.key, "KeySpec": "AES_256" })),
        ("GenerateDataKeyPair", json!({ "KeyId": setting.key, "KeyPairSpec": "ECC_NIST_P256" })),
        ("GenerateRandom", json!({ "NumberOfBytes": 8 })),
    ] {
        let refused = house.call_by(&bob, "kms", operation, &input);
        assert_eq!((refused.status, refused.code().as_str()), (400, "AccessDeniedException"), "{operation}");
        input["Recipient"] = setting.recipient(&setting.draft());
        let answer = house.call_by(&bob, "kms", operation, &input);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        let other = setting.draft().set("pcrs", cbor::registers(&[(2, vec![3; 48])]));
        input["Recipient"] = setting.recipient(&other);
        assert_eq!(house.call_by(&bob, "kms", operation, &input).code(), "AccessDeniedException", "{operation}");
    }
}
