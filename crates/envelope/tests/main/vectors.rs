//! The vectors of `conformance/envelope`: messages of AWS's own clients, odd ones that nobody writes, and published ones.

#[path = "../../examples/driver/spec.rs"]
mod spec;

use crate::support::policy;
use envelope::{
    AlgorithmSuite, CommitmentPolicy, DataKey, DecryptionMaterials, Decryptor, DefaultMaterialsManager,
    EncryptedDataKey, EncryptionContext, EncryptionMaterials, Error, Keyring, MaterialsManager, RawAesKeyring,
    RequiredContextMaterialsManager,
};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

fn read(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/envelope").join(name);
    serde_json::from_slice(&std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).unwrap()
}

fn vectors(name: &str) -> Vec<Value> {
    let vectors = read(name);
    vectors.as_array().unwrap().clone()
}

/// With the keys of `keys.json` in place of their names.
fn resolved(value: &Value, keys: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, one)| (name.clone(), resolved(one, keys))).collect(),
        Value::Array(items) => items.iter().map(|one| resolved(one, keys)).collect(),
        Value::String(text) => match text.strip_prefix('@').map(|name| name.split_once('.').unwrap_or((name, ""))) {
            Some((name, "")) => keys[name].clone(),
            Some((name, half)) => keys[name][half].clone(),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

fn plaintext(length: u64) -> Vec<u8> {
    (0..length).map(|number| (number % 251) as u8).collect()
}

fn suite(vector: &Value) -> AlgorithmSuite {
    let id = u16::from_str_radix(vector["suite"].as_str().unwrap(), 16).unwrap();
    AlgorithmSuite::from_id(id).unwrap()
}

fn context(pairs: &Value) -> EncryptionContext {
    let pairs = pairs.as_object().unwrap();
    EncryptionContext::new(pairs.iter().map(|(key, value)| (key, value.as_str().unwrap()))).unwrap()
}

/// The pairs of the caller's, without the one that the format adds.
fn own(context: &EncryptionContext) -> Vec<(String, String)> {
    let own = context.iter().filter(|(key, _)| *key != "aws-crypto-public-key");
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn decryptor(manager: impl MaterialsManager + 'static, policy: CommitmentPolicy) -> Decryptor {
    Decryptor::new(manager).commitment_policy(policy)
}

/// Bytes that arrive a few at a time.
struct Pieces<'a>(&'a [u8]);

impl std::io::Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = buffer.len().min(7);
        std::io::Read::read(&mut self.0, &mut buffer[..length])
    }
}

/// The plaintext, and the pairs of the context that are the caller's.
type Done = (Vec<u8>, Vec<(String, String)>);

/// Reads a message in memory and as a stream that arrives in pieces, which must come to the same.
fn decrypt(decryptor: &Decryptor, message: &[u8], context: &EncryptionContext) -> Result<Done, String> {
    let whole = decryptor.decrypt(message, context).map(|done| (done.plaintext, own(&done.context)));
    let mut streamed = Vec::new();
    let end = decryptor.decrypt_stream(Pieces(message), &mut streamed, context);
    match (whole, end) {
        (Ok(whole), Ok(_)) => {
            assert_eq!(whole.0, streamed);
            Ok(whole)
        }
        (Err(whole), Err(_)) => Err(whole.to_string()),
        (whole, end) => panic!("in memory {whole:?}, as a stream {:?}", end.map(drop)),
    }
}

fn clients_messages_are_read(file: &str, least: usize) {
    let keys = read("keys.json");
    let vectors = vectors(file);
    assert!(vectors.len() >= least, "{file} has only {} vectors", vectors.len());
    for vector in &vectors {
        let name = format!("{file}: {}", vector["name"].as_str().unwrap());
        let keyring = vector.get("decrypt_keyring").unwrap_or(&vector["keyring"]);
        let keyring = spec::keyring(&resolved(keyring, &keys)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let message = spec::bytes(vector, "message").unwrap();
        let plain: Arc<dyn MaterialsManager> = Arc::new(DefaultMaterialsManager::new(keyring));
        let with = |manager: &Arc<dyn MaterialsManager>| decryptor(manager.clone(), policy(suite(vector)));
        let expected = (plaintext(vector["length"].as_u64().unwrap()), own(&context(&vector["context"])));
        let Some(required) = vector.get("required").and_then(Value::as_array) else {
            let done = decrypt(&with(&plain), &message, &EncryptionContext::default());
            assert_eq!(done.as_ref(), Ok(&expected), "{name}");
            continue;
        };
        let required: Vec<&str> = required.iter().filter_map(Value::as_str).collect();
        let pair = |key: &&str| (key.to_string(), vector["context"][*key].as_str().unwrap().to_owned());
        let reproduced = EncryptionContext::new(required.iter().map(pair)).unwrap();
        let requiring: Arc<dyn MaterialsManager> =
            Arc::new(RequiredContextMaterialsManager::new(plain.clone(), required.clone()).unwrap());
        for manager in [&plain, &requiring] {
            assert_eq!(decrypt(&with(manager), &message, &reproduced).as_ref(), Ok(&expected), "{name}");
            assert!(decrypt(&with(manager), &message, &EncryptionContext::default()).is_err(), "{name}");
            let wrong = required.iter().map(|key| (*key, "another value"));
            assert!(decrypt(&with(manager), &message, &EncryptionContext::new(wrong).unwrap()).is_err(), "{name}");
        }
    }
}

#[test]
fn vectors_of_the_python_client_are_read() {
    clients_messages_are_read("python.json", 155);
}

#[test]
fn vectors_of_the_javascript_client_are_read() {
    clients_messages_are_read("javascript.json", 68);
}

#[test]
fn vectors_of_the_java_client_are_read() {
    clients_messages_are_read("java.json", 117);
}

#[test]
fn vectors_of_the_go_client_are_read() {
    clients_messages_are_read("go.json", 85);
}

#[test]
fn crafted_vectors_are_read_or_refused_as_the_format_says() {
    let keys = read("keys.json");
    let aes =
        serde_json::json!({ "kind": "raw-aes", "namespace": "conformance", "name": "aes-256", "key": "@aes-256" });
    let keyring = spec::keyring(&resolved(&aes, &keys)).unwrap();
    let decryptor = decryptor(DefaultMaterialsManager::new(keyring), CommitmentPolicy::RequireEncryptAllowDecrypt);
    let vectors = vectors("crafted.json");
    assert!(vectors.len() >= 80);
    let mut wrong = Vec::new();
    for vector in &vectors {
        let message = spec::bytes(vector, "message").unwrap();
        let done = decrypt(&decryptor, &message, &EncryptionContext::default());
        let expected = plaintext(vector["length"].as_u64().unwrap());
        match (vector["expect"].as_str().unwrap(), done) {
            ("accepted", Ok((plaintext, _))) if plaintext == expected => {}
            ("refused", Err(_)) => {}
            (expect, done) => wrong.push(format!("{}: to be {expect}, but {:?}", vector["name"], done.map(drop))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Unwraps nothing: it knows the one data key.
struct Known(Vec<u8>);

impl Keyring for Known {
    fn on_encrypt(&self, _: &mut EncryptionMaterials) -> Result<(), Error> {
        Err(Error::Configuration("decrypts only".into()))
    }

    fn on_decrypt(&self, materials: &mut DecryptionMaterials, _: &[EncryptedDataKey]) -> Result<(), Error> {
        materials.set_data_key(DataKey::new(base::Secret::new(self.0.clone())))
    }
}

#[test]
fn published_vectors_are_read_or_refused_for_their_commitment() {
    let vectors = vectors("published.json");
    assert_eq!(vectors.len(), 46);
    for vector in &vectors {
        let name = vector["comment"].as_str().unwrap();
        let message = spec::bytes(vector, "ciphertext").unwrap();
        let zeros = || RawAesKeyring::new("ProviderName", "KeyId", &[0; 32]).unwrap();
        let keyring: Arc<dyn Keyring> = match vector["keyring-type"].as_str().unwrap() {
            "static" => Arc::new(zeros()),
            _ => Arc::new(Known(spec::bytes(vector, "decrypted-dek").unwrap())),
        };
        let decryptor = decryptor(DefaultMaterialsManager::new(keyring), CommitmentPolicy::default());
        let done = decryptor.decrypt(&message, &EncryptionContext::default());
        if !vector["status"].as_bool().unwrap() {
            let refused = done.map(drop).unwrap_err().to_string();
            assert!(refused.contains("commitment"), "{name}: {refused}");
            continue;
        }
        let done = done.unwrap_or_else(|error| panic!("{name}: {error}"));
        let frames = vector["plaintext-frames"].as_array().unwrap().iter().filter_map(Value::as_str);
        assert_eq!(String::from_utf8(done.plaintext).unwrap(), frames.collect::<String>(), "{name}");
        assert_eq!(done.header.message_id, spec::bytes(vector, "message-id").unwrap(), "{name}");
        assert_eq!(done.header.commitment.unwrap().to_vec(), spec::bytes(vector, "commitment").unwrap(), "{name}");
        let pairs = done.context.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())));
        assert_eq!(Value::Object(pairs.collect()), vector["encryption-context"], "{name}");
    }
}

#[test]
fn what_the_client_for_net_once_wrote_is_read_on_demand_only() {
    let vector = read("net-4.0.0.json");
    let key = spec::bytes(&vector, "key").unwrap();
    let (namespace, name) = (vector["namespace"].as_str().unwrap(), vector["key-name"].as_str().unwrap());
    let keyring = RawAesKeyring::new(namespace, name, &key).unwrap();
    let strict = decryptor(DefaultMaterialsManager::new(keyring), CommitmentPolicy::default());
    let message = spec::bytes(&vector, "message").unwrap();
    let refused = strict.decrypt(&message, &EncryptionContext::default()).map(drop).unwrap_err();
    assert!(matches!(refused, Error::Tampered { what: "the header", .. }), "{refused}");
    let patient = strict.retry_net_v4_0_0();
    let done = patient.decrypt(&message, &EncryptionContext::default()).unwrap();
    assert_eq!(done.plaintext, vector["plaintext"].as_str().unwrap().as_bytes());
}
