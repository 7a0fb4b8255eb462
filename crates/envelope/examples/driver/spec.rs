//! Keyrings as requests and vectors say them in JSON: see `e2e/esdk/README.md`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use envelope::branch_keys::KmsConfiguration;
use envelope::client::{Clients, Environment, Kms, KmsSupplier as _, Options, World};
use envelope::{
    BranchKeyStore, DiscoveryFilter, EcdhCurve, HierarchicalKeyring, Keyring, KmsAgreementKey, KmsDiscoveryKeyring,
    KmsKeyring, KmsRsaAlgorithm, KmsRsaKeyring, MultiKeyring, RawAesKeyring, RawEcdhKeyring, RawRsaKeyring, RsaPadding,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

#[path = "table.rs"]
mod table;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Clients of KMS by endpoint, kept.
static CLIENTS: Mutex<BTreeMap<String, Arc<Clients>>> = Mutex::new(BTreeMap::new());

pub(crate) fn keyring(spec: &Value) -> Result<Arc<dyn Keyring>> {
    Ok(match text(spec, "kind")? {
        "raw-aes" => {
            let key = bytes(spec, "key")?;
            Arc::new(RawAesKeyring::new(text(spec, "namespace")?, text(spec, "name")?, &key)?)
        }
        "raw-rsa" => raw_rsa(spec)?,
        "raw-ecdh" => raw_ecdh(spec)?,
        "multi" => {
            let generator = spec.get("generator").map(keyring).transpose()?;
            let children = spec.get("children").and_then(Value::as_array).ok_or("no children")?;
            Arc::new(MultiKeyring::new(generator, children.iter().map(keyring).collect::<Result<_>>()?)?)
        }
        "kms" => Arc::new(KmsKeyring::new(kms(spec)?, text(spec, "key")?)?),
        "kms-mrk" => Arc::new(KmsKeyring::multi_region(kms(spec)?, text(spec, "key")?)?),
        "kms-discovery" => filtered(KmsDiscoveryKeyring::new(kms(spec)?), spec)?,
        "kms-mrk-discovery" => filtered(KmsDiscoveryKeyring::multi_region(kms(spec)?), spec)?,
        "kms-rsa" => {
            let algorithm = KmsRsaAlgorithm::from_name(text(spec, "algorithm")?).ok_or("no such algorithm")?;
            let keyring = KmsRsaKeyring::new(text(spec, "key")?, algorithm)?.with_client(kms(spec)?)?;
            match spec.get("public").and_then(Value::as_str) {
                Some(key) => Arc::new(keyring.with_public_key(key.as_bytes())?),
                None => Arc::new(keyring),
            }
        }
        "kms-ecdh" => kms_ecdh(spec)?,
        "hierarchy" => {
            let store = Arc::new(branch_key_store(spec)?);
            Arc::new(HierarchicalKeyring::new(store, text(spec, "branch_key")?, Duration::from_secs(600))?)
        }
        kind => return Err(format!("no keyring {kind}").into()),
    })
}

fn raw_rsa(spec: &Value) -> Result<Arc<dyn Keyring>> {
    let padding = match text(spec, "padding")? {
        "PKCS1" => RsaPadding::Pkcs1,
        "OAEP_SHA1" => RsaPadding::OaepSha1,
        "OAEP_SHA256" => RsaPadding::OaepSha256,
        "OAEP_SHA384" => RsaPadding::OaepSha384,
        "OAEP_SHA512" => RsaPadding::OaepSha512,
        padding => return Err(format!("no padding {padding}").into()),
    };
    let mut keyring = RawRsaKeyring::new(text(spec, "namespace")?, text(spec, "name")?, padding)?;
    if let Some(key) = spec.get("public").and_then(Value::as_str) {
        keyring = keyring.with_public_key(key.as_bytes())?;
    }
    if let Some(key) = spec.get("private").and_then(Value::as_str) {
        keyring = keyring.with_private_key(key.as_bytes())?;
    }
    Ok(Arc::new(keyring))
}

fn raw_ecdh(spec: &Value) -> Result<Arc<dyn Keyring>> {
    let curve = curve(spec)?;
    let key = |name| spec.get(name).and_then(Value::as_str).map(str::as_bytes);
    Ok(Arc::new(match (key("recipient_private"), key("sender_private"), key("recipient_public")) {
        (Some(recipient), None, None) => RawEcdhKeyring::public_key_discovery(curve, recipient)?,
        (None, Some(sender), Some(recipient)) => RawEcdhKeyring::static_to_static(curve, sender, recipient)?,
        (None, None, Some(recipient)) => RawEcdhKeyring::ephemeral_to_static(curve, recipient)?,
        _ => return Err("these keys make no ECDH keyring".into()),
    }))
}

fn kms_ecdh(spec: &Value) -> Result<Arc<dyn Keyring>> {
    let key = |name| KmsAgreementKey::new(kms(spec)?, text(spec, name)?, curve(spec)?, Vec::new()).map_err(Into::into);
    if spec.get("recipient").is_some() {
        let key: Result<KmsAgreementKey> = key("recipient");
        return Ok(Arc::new(key?.public_key_discovery()));
    }
    let key: Result<KmsAgreementKey> = key("sender");
    Ok(Arc::new(key?.static_to_static(text(spec, "recipient_public")?.as_bytes())?))
}

pub(crate) fn branch_key_store(spec: &Value) -> Result<BranchKeyStore> {
    let table = text(spec, "table")?;
    let storage = table::Table::new(text(spec, "table_endpoint")?, table)?;
    let logical = spec.get("logical").and_then(Value::as_str).unwrap_or(table);
    let configuration = KmsConfiguration::Key(text(spec, "key")?.to_owned());
    Ok(BranchKeyStore::new(Arc::new(storage), kms(spec)?, logical, configuration)?)
}

fn curve(spec: &Value) -> Result<EcdhCurve> {
    Ok(EcdhCurve::from_name(text(spec, "curve")?).ok_or("no such curve")?)
}

fn filtered(keyring: KmsDiscoveryKeyring, spec: &Value) -> Result<Arc<dyn Keyring>> {
    let Some(accounts) = spec.get("accounts").and_then(Value::as_array) else {
        return Ok(Arc::new(keyring));
    };
    let accounts = accounts.iter().filter_map(Value::as_str);
    Ok(Arc::new(keyring.with_filter(DiscoveryFilter::new("aws", accounts)?)))
}

/// The client of the Region and endpoint that a keyring names, with the credentials of the tests' server.
fn kms(spec: &Value) -> Result<Arc<dyn Kms>> {
    let endpoint = text(spec, "endpoint")?;
    let mut kept = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
    if !kept.contains_key(endpoint) {
        let environment = Environment::of(&[("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
        let options = Options { endpoint: Some(endpoint.to_owned()), ..Options::default() };
        kept.insert(endpoint.to_owned(), Arc::new(Clients::in_world(options, World::with(environment))?));
    }
    let clients = kept.get(endpoint).ok_or("no client")?;
    Ok(clients.kms(text(spec, "region")?)?)
}

pub(crate) fn text<'v>(value: &'v Value, name: &str) -> Result<&'v str> {
    value.get(name).and_then(Value::as_str).ok_or_else(|| format!("no {name}").into())
}

pub(crate) fn bytes(value: &Value, name: &str) -> Result<Vec<u8>> {
    Ok(STANDARD.decode(text(value, name)?)?)
}
