//! This implementation of the Encryption SDK, as a process that does what lines of JSON ask: the counterpart of the drivers
//! of AWS's clients in `e2e/esdk`, whose README has the requests and answers.
//!
//! Guarantees: one answer a line, in order; an error of the library is an answer, and the process lives on.

extern crate fastness_envelope as envelope;

mod spec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use envelope::{
    AlgorithmSuite, CommitmentPolicy, Decryptor, DefaultMaterialsManager, EncryptionContext, Encryptor, Limits,
    MaterialsManager, RequiredContextMaterialsManager,
};
use serde_json::{Map, Value, json};
use std::error::Error;
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::num::NonZeroU32;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let request = serde_json::from_str(&line?)?;
        let answer = perform(&request).unwrap_or_else(|problem| json!({ "error": problem.to_string() }));
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn perform(request: &Value) -> spec::Result<Value> {
    match spec::text(request, "do")? {
        "encrypt" => encrypt(request),
        "decrypt" => decrypt(request),
        "create-branch-key" => {
            let id = request.get("id").and_then(Value::as_str);
            Ok(json!({ "id": spec::branch_key_store(request)?.create_key(id, &context(request)?)? }))
        }
        "version-branch-key" => {
            spec::branch_key_store(request)?.version_key(spec::text(request, "id")?)?;
            Ok(json!({}))
        }
        task => Err(format!("no task {task}").into()),
    }
}

fn encrypt(request: &Value) -> spec::Result<Value> {
    let mut encryptor = Encryptor::new(manager(request)?).commitment_policy(policy(request)?);
    if let Some(suite) = request.get("suite").and_then(Value::as_str) {
        let suite = u16::from_str_radix(suite, 16).ok().and_then(AlgorithmSuite::from_id);
        encryptor = encryptor.suite(suite.ok_or("no such suite")?);
    }
    if let Some(length) = number(request, "frame_length")? {
        encryptor = encryptor.frame_length(NonZeroU32::new(length).ok_or("frames have at least one byte")?);
    }
    if let Some(limit) = number(request, "max_encrypted_data_keys")? {
        encryptor = encryptor.max_encrypted_data_keys(limit.try_into()?);
    }
    let encrypted = encryptor.encrypt(&spec::bytes(request, "plaintext")?, &context(request)?)?;
    Ok(json!({ "message": STANDARD.encode(encrypted.message) }))
}

fn decrypt(request: &Value) -> spec::Result<Value> {
    let mut limits = Limits::default();
    if let Some(limit) = number(request, "max_encrypted_data_keys")? {
        limits.encrypted_data_keys = limit.try_into()?;
    }
    let decryptor = Decryptor::new(manager(request)?).commitment_policy(policy(request)?).limits(limits);
    let decrypted = decryptor.decrypt(&spec::bytes(request, "message")?, &context(request)?)?;
    let context = decrypted.context.iter().map(|(key, value)| (key.clone(), value.clone().into()));
    Ok(json!({
        "plaintext": STANDARD.encode(decrypted.plaintext),
        "context": context.collect::<Map<String, Value>>(),
        "suite": format!("{:04x}", decrypted.header.suite.id()),
        "frame_length": decrypted.header.frame_length,
        "encrypted_data_keys": decrypted.header.encrypted_data_keys.len(),
    }))
}

fn manager(request: &Value) -> spec::Result<Arc<dyn MaterialsManager>> {
    let keyring = spec::keyring(request.get("keyring").ok_or("no keyring")?)?;
    let plain = DefaultMaterialsManager::new(keyring);
    match request.get("required").and_then(Value::as_array) {
        None => Ok(Arc::new(plain)),
        Some(keys) => {
            let keys = keys.iter().filter_map(Value::as_str);
            Ok(Arc::new(RequiredContextMaterialsManager::new(plain, keys)?))
        }
    }
}

fn context(request: &Value) -> spec::Result<EncryptionContext> {
    let pairs = request.get("context").and_then(Value::as_object).into_iter().flatten();
    Ok(EncryptionContext::new(pairs.map(|(key, value)| (key, value.as_str().unwrap_or_default())))?)
}

fn policy(request: &Value) -> spec::Result<CommitmentPolicy> {
    match request.get("policy").and_then(Value::as_str) {
        None | Some("require-encrypt-require-decrypt") => Ok(CommitmentPolicy::RequireEncryptRequireDecrypt),
        Some("require-encrypt-allow-decrypt") => Ok(CommitmentPolicy::RequireEncryptAllowDecrypt),
        Some("forbid-encrypt-allow-decrypt") => Ok(CommitmentPolicy::ForbidEncryptAllowDecrypt),
        Some(other) => Err(format!("no commitment policy {other}").into()),
    }
}

fn number(request: &Value, name: &str) -> spec::Result<Option<u32>> {
    match request.get(name) {
        None => Ok(None),
        Some(value) => {
            let number = value.as_u64().and_then(|number| number.try_into().ok());
            number.map(Some).ok_or_else(|| format!("{name} is no number of 32 bits").into())
        }
    }
}
