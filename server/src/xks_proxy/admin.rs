//! What `fastness xks-proxy` changes: prefixes, their credentials and the keys behind them.
//!
//! Guarantees: only a key that can be an external key is exposed; a secret is told once, when it is made; a change is in
//! the audit log by the same transaction.

use super::records::{Credential, ExposedKey, MAX_CREDENTIALS, MAX_KEYS, PrefixRecord};
use crate::control::ControlError;
use base::Scope;
use kernel::{Door, Kernel};
use kms::external;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use store::{Key, Part};

/// Prefixes that are listed.
const MAX_PREFIXES: usize = 1_000;

/// Exposes keys under a prefix, and gives it a credential if it has none or a new one is wanted.
pub(crate) fn add(
    kernel: &Kernel,
    prefix: &str,
    keys: &BTreeMap<String, String>,
    new_credential: bool,
) -> Result<Value, ControlError> {
    if !xks::is_prefix(prefix) {
        return Err(refused("a prefix is empty, or segments of letters, digits, - and _ behind slashes: /bank/one"));
    }
    let mut exposed = BTreeMap::new();
    for (external, arn) in keys {
        if !xks::is_key_id(external) {
            return Err(refused(format!(
                "{external:?} is no external key id: 1 to 128 letters, digits, dots, - and _"
            )));
        }
        let key = ExposedKey::of(arn).ok_or_else(|| refused(format!("{arn:?} is no ARN of a KMS key")))?;
        check(kernel, external, &key)?;
        exposed.insert(external.clone(), key);
    }
    let first = exposed.values().next().and_then(ExposedKey::place).map(|(scope, _)| scope);
    let credential = Credential::new(kernel.rng().as_ref());
    let owner = owner(kernel, prefix)?.or(first);
    let owner = owner.ok_or_else(|| refused("a new prefix needs a key: --key EXTERNAL-ID=ARN"))?;
    let names: Vec<&String> = exposed.keys().collect();
    let details = json!({ "prefix": prefix, "externalKeyIds": names, "newCredential": new_credential });
    let told = kernel.operate("kms", "ExposeExternalKeys", owner, &details.to_string(), |transaction| {
        let place = PrefixRecord::key(prefix);
        let mut record = match transaction.get::<PrefixRecord>(&place)? {
            Some(record) => record,
            None => PrefixRecord {
                account: owner.account.to_string(),
                region: owner.region.to_string(),
                credentials: Vec::new(),
                keys: BTreeMap::new(),
            },
        };
        for (external, key) in &exposed {
            if record.keys.get(external).is_some_and(|known| known != key) {
                return Ok(Err(format!("{external} is another key already; remove it first")));
            }
            record.keys.insert(external.clone(), key.clone());
        }
        if record.keys.len() > MAX_KEYS {
            return Ok(Err(format!("a prefix has at most {MAX_KEYS} keys")));
        }
        let is_new = new_credential || record.credentials.is_empty();
        if is_new {
            if record.credentials.len() >= MAX_CREDENTIALS {
                return Ok(Err(format!("a prefix has at most {MAX_CREDENTIALS} credentials; remove one first")));
            }
            let (id, secret) = (credential.id.clone(), credential.secret.duplicate());
            record.credentials.push(Credential { id, secret });
        }
        transaction.put(&place, &record)?;
        let mut told = shown(prefix, &record);
        if let (true, Some(members)) = (is_new, told.as_object_mut()) {
            members.insert("access_key_id".into(), credential.id.clone().into());
            members.insert("secret_access_key".into(), credential.secret.expose().clone().into());
        }
        Ok(Ok(told))
    });
    told.map_err(failed)?.map_err(ControlError::Refused)
}

/// All prefixes, without secrets.
pub(crate) fn list(kernel: &Kernel) -> Result<Value, ControlError> {
    let found: Vec<(Key, PrefixRecord)> = kernel
        .store()
        .begin()
        .and_then(|mut transaction| transaction.scan(&PrefixRecord::all(), None, MAX_PREFIXES))
        .map_err(failed)?;
    let prefix = |key: &Key| match key.parts().pop() {
        Some(Part::Text(text)) => text,
        _ => String::new(),
    };
    Ok(json!({ "prefixes": found.iter().map(|(key, record)| shown(&prefix(key), record)).collect::<Vec<_>>() }))
}

/// Takes keys or a credential away from a prefix, or all of it.
pub(crate) fn remove(
    kernel: &Kernel,
    prefix: &str,
    keys: &[String],
    credential: Option<&str>,
) -> Result<Value, ControlError> {
    let owner = owner(kernel, prefix)?.ok_or_else(|| refused(format!("there is no prefix {prefix:?}")))?;
    let details = json!({ "prefix": prefix, "externalKeyIds": keys, "credential": credential.is_some() });
    let told = kernel.operate("kms", "HideExternalKeys", owner, &details.to_string(), |transaction| {
        let place = PrefixRecord::key(prefix);
        let Some(mut record) = transaction.get::<PrefixRecord>(&place)? else {
            return Ok(Err(format!("there is no prefix {prefix:?}")));
        };
        if keys.is_empty() && credential.is_none() {
            transaction.delete(&place)?;
            return Ok(Ok(json!({ "prefix": prefix })));
        }
        for key in keys {
            if record.keys.remove(key).is_none() {
                return Ok(Err(format!("{key} is not exposed under {prefix:?}")));
            }
        }
        if let Some(id) = credential {
            let before = record.credentials.len();
            record.credentials.retain(|known| known.id != id);
            if record.credentials.len() == before {
                return Ok(Err(format!("{id} is no credential of {prefix:?}")));
            }
        }
        transaction.put(&place, &record)?;
        Ok(Ok(shown(prefix, &record)))
    });
    told.map_err(failed)?.map_err(ControlError::Refused)
}

/// Whether a key can be an external key now.
fn check(kernel: &Kernel, external: &str, key: &ExposedKey) -> Result<(), ControlError> {
    let (scope, id) = key.place().ok_or_else(|| refused("no place of a key"))?;
    let mut details = Map::new();
    details.insert("externalKeyId".into(), external.into());
    let door = Door {
        service: "kms",
        name: "GetExternalKeyMetadata",
        scope,
        resource: external::audited(scope, &id),
        details,
        used: None,
        pool: &external::POOL,
    };
    let found = kernel.enter_here(door, |lookup| {
        external::is_enabled(lookup, scope, &id).map(|outcome| outcome.map_err(xks::RefusalName::as_str))
    });
    match found {
        Ok(Ok(_)) => Ok(()),
        Ok(Err("KeyNotFoundException")) => {
            Err(refused(format!("there is no key {id} in {} {}", scope.account, scope.region)))
        }
        Ok(Err(_)) => Err(refused(format!("{id} is no symmetric encryption key with material of this server"))),
        Err(_) => Err(ControlError::Failed("the key cannot be looked up".into())),
    }
}

fn owner(kernel: &Kernel, prefix: &str) -> Result<Option<Scope>, ControlError> {
    let found =
        kernel.store().begin().and_then(|mut transaction| transaction.get::<PrefixRecord>(&PrefixRecord::key(prefix)));
    Ok(found.map_err(failed)?.and_then(|record| record.scope()))
}

fn shown(prefix: &str, record: &PrefixRecord) -> Value {
    let keys: BTreeMap<&String, Option<String>> = record.keys.iter().map(|(id, key)| (id, key.arn())).collect();
    let credentials: Vec<&String> = record.credentials.iter().map(|credential| &credential.id).collect();
    json!({ "prefix": prefix, "path": format!("{prefix}{}", xks::ROOT), "keys": keys, "credentials": credentials })
}

fn refused(text: impl Into<String>) -> ControlError {
    ControlError::Refused(text.into())
}

fn failed(error: impl std::fmt::Display) -> ControlError {
    ControlError::Failed(error.to_string())
}
