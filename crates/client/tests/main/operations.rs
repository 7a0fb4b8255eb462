//! The eight operations: what is sent, what is read, by whom it is signed.

use crate::server::{Received, Reply, Server};
use crate::stage::{ID, NOW, SECRET, Stage};
use client::{Error, Kms, KmsSupplier as _};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Calls KMS once, and gives what was sent.
fn sent(answer: serde_json::Value, call: impl FnOnce(Arc<dyn Kms>)) -> Received {
    let server = Server::replying(vec![Reply::ok(&answer.to_string())]);
    let stage = Stage::new();
    call(stage.kms(&server.url()));
    let received = server.received();
    assert_eq!(received.len(), 1);
    let request = received[0].clone();
    assert_eq!(request.signer("kms", "eu-central-1", SECRET, NOW).unwrap(), ID);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/"));
    assert_eq!(request.header("content-type"), Some("application/x-amz-json-1.1"));
    assert!(request.header("user-agent").unwrap().starts_with("fastness/"));
    request
}

fn context() -> BTreeMap<String, String> {
    [("purpose", "test"), ("ключ", "значение")].map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn target(request: &Received) -> &str {
    request.header("x-amz-target").unwrap()
}

#[test]
fn data_keys_come_with_and_without_plaintext() {
    let answer = json!({"Plaintext": "AAEC", "CiphertextBlob": "AwQ=", "KeyId": ARN, "KeyMaterialId": "x"});
    let request = sent(answer.clone(), |kms| {
        let key = kms.generate_data_key("alias/app", 3, &context(), &["token".into()]).ok().unwrap();
        assert_eq!((key.plaintext.expose().as_slice(), key.ciphertext.as_slice()), (&[0, 1, 2][..], &[3, 4][..]));
        assert_eq!(key.key_id, ARN);
    });
    assert_eq!(target(&request), "TrentService.GenerateDataKey");
    let expected = json!({"KeyId": "alias/app", "NumberOfBytes": 3, "GrantTokens": ["token"],
                          "EncryptionContext": {"purpose": "test", "ключ": "значение"}});
    assert_eq!(request.json(), expected);

    let request = sent(answer, |kms| {
        let key = kms.generate_data_key_without_plaintext("alias/app", 32, &BTreeMap::new(), &[]).ok().unwrap();
        assert_eq!((key.ciphertext.as_slice(), key.key_id.as_str()), (&[3, 4][..], ARN));
    });
    assert_eq!(target(&request), "TrentService.GenerateDataKeyWithoutPlaintext");
    assert_eq!(request.json(), json!({"KeyId": "alias/app", "NumberOfBytes": 32}));
}

#[test]
fn encrypt_decrypt_and_re_encrypt_carry_their_contexts() {
    let request = sent(json!({"CiphertextBlob": "AwQ=", "KeyId": ARN}), |kms| {
        let sealed = kms.encrypt(ARN, b"hello", &context(), &[]).ok().unwrap();
        assert_eq!((sealed.ciphertext.as_slice(), sealed.key_id.as_str()), (&[3, 4][..], ARN));
    });
    assert_eq!(target(&request), "TrentService.Encrypt");
    let pairs = json!({"purpose": "test", "ключ": "значение"});
    assert_eq!(request.json(), json!({"KeyId": ARN, "Plaintext": "aGVsbG8=", "EncryptionContext": pairs}));

    let answer = json!({"Plaintext": "aGVsbG8=", "KeyId": ARN, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"});
    let request = sent(answer.clone(), |kms| {
        let opened = kms.decrypt(ARN, &[3, 4], None, &context(), &[]).ok().unwrap();
        assert_eq!((opened.plaintext.expose().as_slice(), opened.key_id.as_str()), (&b"hello"[..], ARN));
    });
    assert_eq!(target(&request), "TrentService.Decrypt");
    assert_eq!(request.json(), json!({"KeyId": ARN, "CiphertextBlob": "AwQ=", "EncryptionContext": pairs}));

    let request = sent(answer, |kms| {
        kms.decrypt(ARN, &[3, 4], Some("RSAES_OAEP_SHA_256"), &context(), &[]).ok().unwrap();
    });
    let expected = json!({"KeyId": ARN, "CiphertextBlob": "AwQ=", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"});
    assert_eq!(request.json(), expected);

    let request = sent(json!({"CiphertextBlob": "AwQ=", "KeyId": "new", "SourceKeyId": ARN}), |kms| {
        let none = BTreeMap::new();
        let sealed = kms.re_encrypt(ARN, &[9], &context(), "alias/new", &none, &["t".into()]).ok().unwrap();
        assert_eq!(sealed.key_id, "new");
    });
    assert_eq!(target(&request), "TrentService.ReEncrypt");
    let expected = json!({"SourceKeyId": ARN, "CiphertextBlob": "CQ==", "SourceEncryptionContext": pairs,
                          "DestinationKeyId": "alias/new", "GrantTokens": ["t"]});
    assert_eq!(request.json(), expected);
}

#[test]
fn public_keys_shared_secrets_and_descriptions_are_read() {
    let answer = json!({"PublicKey": "AwQ=", "KeyId": ARN, "KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT",
                        "KeyAgreementAlgorithms": ["ECDH"]});
    let request = sent(answer, |kms| {
        let key = kms.get_public_key(ARN, &[]).ok().unwrap();
        assert_eq!((key.der.as_slice(), key.key_id.as_str()), (&[3, 4][..], ARN));
        assert_eq!((key.key_spec.as_str(), key.key_usage.as_str()), ("ECC_NIST_P256", "KEY_AGREEMENT"));
    });
    assert_eq!(target(&request), "TrentService.GetPublicKey");
    assert_eq!(request.json(), json!({"KeyId": ARN}));

    let request = sent(json!({"SharedSecret": "AAEC", "KeyId": ARN}), |kms| {
        assert_eq!(*kms.derive_shared_secret(ARN, &[3, 4], &[]).ok().unwrap().expose(), [0, 1, 2]);
    });
    assert_eq!(target(&request), "TrentService.DeriveSharedSecret");
    assert_eq!(request.json(), json!({"KeyId": ARN, "KeyAgreementAlgorithm": "ECDH", "PublicKey": "AwQ="}));

    let metadata = json!({"Arn": ARN, "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Enabled": true});
    let request = sent(json!({"KeyMetadata": metadata}), |kms| {
        let key = kms.describe_key("alias/app", &[]).ok().unwrap();
        let said = (key.arn.as_str(), key.key_spec.as_str(), key.key_usage.as_str());
        assert_eq!(said, (ARN, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"));
    });
    assert_eq!(target(&request), "TrentService.DescribeKey");
}

#[test]
fn a_refusal_keeps_its_code_words_status_and_id() {
    let reply = Reply::error(400, "AccessDeniedException").with("x-amzn-requestid", "r-1");
    let server = Server::replying(vec![reply]);
    let error = Stage::new().kms(&server.url()).describe_key(ARN, &[]).unwrap_err();
    let expected = Error::Service {
        code: "AccessDeniedException".into(),
        message: "said so".into(),
        status: 400,
        request_id: Some("r-1".into()),
    };
    assert_eq!(error, expected);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn an_answer_that_is_none_is_refused() {
    let huge = format!("{{\"KeyMetadata\":\"{}\"}}", "x".repeat(70_000));
    for reply in [
        Reply::ok("{}"),
        Reply::ok("[]"),
        Reply::ok("<html>"),
        Reply::ok(""),
        Reply::ok("{\"KeyMetadata\":{\"Arn\":1}}"),
        Reply::ok(&huge),
    ] {
        let server = Server::replying(vec![reply]);
        let error = Stage::new().kms(&server.url()).describe_key(ARN, &[]).unwrap_err();
        assert!(matches!(error, Error::Answer(_)), "{error}");
        assert_eq!(server.received().len(), 1);
    }
}

#[test]
fn a_redirection_is_not_followed() {
    let other = Server::replying(vec![Reply::ok("{}")]);
    for status in [301, 302, 307, 308] {
        let server = Server::replying(vec![Reply::of(status, "").with("location", &other.url())]);
        let error = Stage::new().kms(&server.url()).describe_key(ARN, &[]).unwrap_err();
        assert_eq!(error.code(), Some(format!("HTTP {status}").as_str()));
    }
    assert!(other.received().is_empty());
}

#[test]
fn a_connection_serves_many_calls_and_each_region_has_one_client() {
    let answer = json!({"CiphertextBlob": "AwQ=", "KeyId": ARN}).to_string();
    let server = Server::replying(vec![Reply::ok(&answer)]);
    let stage = Stage::new();
    let clients = stage.clients(&server.url(), &[]);
    let (frankfurt, again) = (clients.kms("eu-central-1").unwrap(), clients.kms("eu-central-1").unwrap());
    assert!(Arc::ptr_eq(&frankfurt, &again));
    let virginia = clients.kms("us-east-1").unwrap();
    for kms in [&frankfurt, &virginia, &frankfurt, &virginia] {
        kms.encrypt(ARN, b"x", &BTreeMap::new(), &[]).ok().unwrap();
    }
    assert_eq!(server.connections(), 1);
    let regions = ["eu-central-1", "us-east-1", "eu-central-1", "us-east-1"];
    for (request, region) in server.received().iter().zip(regions) {
        assert_eq!(request.signer("kms", region, SECRET, NOW).unwrap(), ID);
    }
    assert_eq!((frankfurt.region(), virginia.region()), ("eu-central-1", "us-east-1"));
}

#[test]
fn however_many_regions_are_named_few_clients_are_kept() {
    let stage = Stage::new();
    let clients = stage.clients("http://127.0.0.1:9", &[]);
    let first = clients.kms("a-b-0").unwrap();
    for number in 1..64 {
        clients.kms(&format!("a-b-{number}")).unwrap();
    }
    assert!(Arc::ptr_eq(&first, &clients.kms("a-b-0").unwrap()));
    clients.kms("a-b-64").unwrap();
    assert!(!Arc::ptr_eq(&first, &clients.kms("a-b-0").unwrap()));
    assert!(clients.kms("a.example.com/").is_err());
}

#[test]
fn the_token_of_a_session_is_sent_and_signed() {
    let server = Server::replying(vec![Reply::ok("{}")]);
    let stage = Stage::new();
    let clients = stage.clients(&server.url(), &[("AWS_SESSION_TOKEN", "a/session+token=")]);
    let _ = clients.kms("eu-central-1").unwrap().describe_key(ARN, &[]);
    let request = &server.received()[0];
    assert_eq!(request.header("x-amz-security-token"), Some("a/session+token="));
    assert!(request.header("authorization").unwrap().contains("x-amz-security-token"));
    assert_eq!(request.signer("kms", "eu-central-1", SECRET, NOW).unwrap(), ID);
}
