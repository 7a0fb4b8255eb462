//! The view of a key: all that decides about it, as one immutable value.
//!
//! Guarantees: built in one place; a view holds an opened handle of the key's material, never its bytes; what the view
//! says is what the decision saw.

use crate::api;
use crate::grants;
use crate::key_policy;
use crate::keyid::KeyId;
use crate::materials::{MaterialEntry, MaterialState};
use crate::quotas::MAX_ALIASES_PER_KEY;
use crate::records::{
    ALIASES, AliasRecord, KEYS, KeyRecord, MATERIALS, Manager, Mark, MaterialRecord, PolicyRecord, PublicKeyRecord,
    TagsRecord,
};
use crate::spec;
use crate::states::State;
use base::{AccountId, Region, Scope};
use crypto::{Hierarchy, Material, MaterialId};
use kernel::{AuditResource, Caller, Error, Guarded, Lookup, Reader, Result, Tally, View};
use policy::{Attached, Context};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Key, Space};

/// Bytes that a text takes beside its letters, about.
const SMALL: usize = 32;

/// Bytes that an entry of a key's materials takes, about: its name and its sealed token.
const MATERIAL: usize = 256;

/// A key as a call sees it.
pub(crate) struct KeyView {
    /// Its account and Region.
    pub scope: Scope,
    /// Its id.
    pub id: KeyId,
    /// Its ARN.
    pub arn: String,
    /// What is stored of it.
    pub record: KeyRecord,
    /// Its current material, ready for use; `None` while it is missing.
    pub current: Option<Current>,
    /// The public half of its material, while that is missing.
    pub public: Option<Vec<u8>>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The names of the aliases that point at it.
    pub aliases: Vec<String>,
    /// Its key policy.
    pub policy: Attached,
    /// Whether there are grants on it.
    pub granted: bool,
    /// Counts its owner's use of it; `None` before it is made.
    pub tally: Option<Arc<Tally>>,
}

/// The material that a key encrypts with.
pub(crate) struct Current {
    /// Its name, which its ciphertexts carry.
    pub id: MaterialId,
    /// The material.
    pub material: Material,
}

impl View for KeyView {
    const TABLE: &'static str = KEYS;

    fn load(reader: &mut Reader<'_>, scope: Scope, id: &str) -> Result<Option<Self>> {
        let Some(id) = KeyId::parse(id) else { return Ok(None) };
        let Some(record) = reader.get::<KeyRecord>(&KeyRecord::key(scope, &id))? else { return Ok(None) };
        let current = match record.current().map(|entry| (entry.id, &entry.token)) {
            Some((id, Some(token))) => {
                Some(Current { id, material: reader.crypto().open_material(scope.account, token)? })
            }
            _ => None,
        };
        let public = match &current {
            None if spec::is_pair(record.spec) => reader.get::<PublicKeyRecord>(&PublicKeyRecord::key(scope, &id))?,
            _ => None,
        };
        let TagsRecord(tags) = reader.get(&TagsRecord::key(scope, &id))?.unwrap_or_default();
        let policy = match reader.get::<PolicyRecord>(&PolicyRecord::key(scope, &id))? {
            Some(PolicyRecord(stored)) => key_policy::attached(&stored)?,
            None => key_policy::attached(&key_policy::default_document(scope.region.partition(), scope.account))?,
        };
        let granted = reader.get::<Mark>(&grants::records::granted(scope, &id))?.is_some();
        let marks = reader.scan::<Mark>(&Mark::aliases_of(scope, &id), MAX_ALIASES_PER_KEY + 1)?;
        let arn = id.arn(scope);
        Ok(Some(Self {
            scope,
            tally: Some(reader.tally(scope, "kms", &arn)),
            arn,
            current,
            public: public.map(|PublicKeyRecord(public)| public),
            tags,
            aliases: marks.iter().filter_map(|(key, _)| key.last_text()).collect(),
            policy,
            granted,
            record,
            id,
        }))
    }

    fn weight(&self) -> u32 {
        let tags = self.tags.iter().map(|(key, value)| key.len() + value.len() + SMALL).sum::<usize>();
        let aliases = self.aliases.iter().map(|name| name.len() + SMALL).sum::<usize>();
        let materials = self.record.materials.len() * MATERIAL;
        let bytes = tags + aliases + materials + self.policy.policy.bytes();
        let material = self.current.as_ref().map_or(1, |current| current.material.weight());
        material.saturating_add(u32::try_from(bytes / 1_024).unwrap_or(u32::MAX))
    }
}

impl Guarded for KeyView {
    const KIND: &'static str = "AWS::KMS::Key";

    fn arn(&self) -> String {
        self.arn.clone()
    }

    fn owner(&self) -> AccountId {
        self.scope.account
    }

    fn policy(&self) -> Option<&Attached> {
        Some(&self.policy)
    }

    fn stored_at(&self) -> Option<Key> {
        Some(KeyRecord::key(self.scope, &self.id))
    }

    /// Source: KMS Developer Guide, "Condition keys for AWS KMS".
    fn add_to<'c>(&'c self, caller: &'c Caller, context: &mut Context<'c>) {
        context.set("kms:CallerAccount", caller.principal.account.as_str());
        let record = &self.record;
        context.set("kms:KeySpec", record.spec.as_str());
        context.set("kms:CustomerMasterKeySpec", record.spec.as_str());
        context.set("kms:KeyUsage", record.usage.as_str());
        context.set("kms:CustomerMasterKeyUsage", record.usage.as_str());
        context.set("kms:KeyOrigin", record.origin.as_str());
        context.set("kms:MultiRegion", record.multi_region.is_some());
        if let Some(siblings) = &record.multi_region {
            context.set("kms:MultiRegionKeyType", siblings.role(self.scope).as_str());
        }
        context.set_many("kms:ResourceAliases", self.aliases.as_slice());
        if let Some(service) = &caller.via {
            context.set("kms:ViaService", via_service(service, self.scope.region));
        }
    }

    fn has_grants(&self) -> bool {
        self.granted
    }

    fn grants(&self, lookup: &mut Lookup<'_, '_>, action: &str) -> Result<Vec<Arc<policy::Grant>>> {
        grants::held::of_caller(lookup, self, action)
    }

    fn tally(&self) -> Option<&Arc<Tally>> {
        self.tally.as_ref()
    }

    fn tags(&self) -> Option<&BTreeMap<String, String>> {
        Some(&self.tags)
    }
}

impl KeyView {
    /// What DescribeKey tells.
    pub(crate) fn metadata(&self) -> api::KeyMetadata {
        metadata(self.scope, &self.id, &self.record)
    }

    /// The current material, which a key has in every state that admits its use.
    pub(crate) fn current(&self) -> Result<&Current> {
        let none = || Error::Internal(format!("{} has no current material", self.arn));
        self.current.as_ref().ok_or_else(none)
    }

    /// The material of this name, if the key encrypts or encrypted with it and still has it.
    pub(crate) fn material(&self, id: &MaterialId, crypto: &Hierarchy) -> Result<Option<Material>> {
        if let Some(current) = self.current.as_ref().filter(|current| current.id == *id) {
            return Ok(Some(current.material.clone()));
        }
        let old = |entry: &&MaterialEntry| entry.id == *id && entry.state == MaterialState::NonCurrent;
        match self.record.materials.iter().find(old).and_then(|entry| entry.token.as_ref()) {
            Some(token) => Ok(Some(crypto.open_material(self.scope.account, token)?)),
            None => Ok(None),
        }
    }
}

/// The name by which a service calls in a Region: `s3.amazonaws.com` calls as `s3.eu-west-1.amazonaws.com`.
pub(crate) fn via_service(service: &str, region: Region) -> String {
    service.replacen(".amazonaws.com", &format!(".{region}.amazonaws.com"), 1)
}

/// A key as an audit record lists it.
pub(crate) fn audited(scope: Scope, id: &KeyId) -> AuditResource {
    AuditResource { arn: id.arn(scope), account: scope.account, kind: KeyView::KIND }
}

/// What KMS tells about a key. Source: KMS API Reference, "KeyMetadata".
pub(crate) fn metadata(scope: Scope, id: &KeyId, record: &KeyRecord) -> api::KeyMetadata {
    let (spec, usage) = (record.spec, record.usage);
    let is_imported = record.origin == api::OriginType::External;
    let permanent = || record.materials.iter().filter(|entry| entry.state.is_permanent());
    let expiry = permanent().filter_map(|entry| entry.expires).min();
    let has_material = permanent().any(|entry| entry.token.is_some());
    let expiration = match expiry {
        Some(_) => api::ExpirationModelType::KeyMaterialExpires,
        None => api::ExpirationModelType::KeyMaterialDoesNotExpire,
    };
    let is_named = spec == api::KeySpec::SymmetricDefault
        && matches!(record.origin, api::OriginType::AwsKms | api::OriginType::External);
    api::KeyMetadata {
        aws_account_id: Some(scope.account.to_string()),
        key_id: id.to_string(),
        arn: Some(id.arn(scope)),
        creation_date: Some(record.created.into()),
        enabled: Some(record.state == State::Enabled),
        description: Some(record.description.clone()),
        key_usage: Some(usage),
        key_state: Some(record.state.into()),
        deletion_date: record.deletion.map(Into::into),
        pending_deletion_window_in_days: record.waiting_days.map(i32::from),
        valid_to: expiry.map(Into::into),
        expiration_model: (is_imported && has_material).then_some(expiration),
        origin: Some(record.origin),
        custom_key_store_id: record.store.as_ref().map(|store| store.id.clone()),
        key_manager: Some(match record.manager {
            Manager::Customer => api::KeyManagerType::Customer,
            Manager::Aws(_) => api::KeyManagerType::Aws,
        }),
        customer_master_key_spec: spec::former(spec),
        key_spec: Some(spec),
        encryption_algorithms: listed(spec::encryption(spec, usage)),
        signing_algorithms: listed(spec::signing(spec, usage)),
        mac_algorithms: listed(spec::mac(spec)),
        key_agreement_algorithms: listed(spec::agreement(usage)),
        encapsulation_algorithms: listed(spec::encapsulation(usage)),
        multi_region: Some(record.multi_region.is_some()),
        multi_region_configuration: record.multi_region.as_ref().map(|siblings| siblings.told(scope, id)),
        current_key_material_id: record.current().filter(|_| is_named).map(|entry| entry.id.to_string()),
        ..api::KeyMetadata::default()
    }
}

/// A list that is only told when there is something in it.
pub(crate) fn listed<T: Copy>(all: &[T]) -> Option<Vec<T>> {
    (!all.is_empty()).then(|| all.to_vec())
}

impl View for AliasRecord {
    const TABLE: &'static str = ALIASES;

    fn load(reader: &mut Reader<'_>, scope: Scope, name: &str) -> Result<Option<Self>> {
        reader.get(&Self::key(scope, name))
    }
}

impl View for MaterialRecord {
    const TABLE: &'static str = MATERIALS;

    /// `id` is a [`MaterialId`] in words; of the scope only the Region matters.
    fn load(reader: &mut Reader<'_>, scope: Scope, id: &str) -> Result<Option<Self>> {
        reader.get(&Self::root(scope, id))
    }

    fn root(scope: Scope, id: &str) -> Key {
        Key::new(Space::system(), Self::TABLE).text(&format!("{}/{id}", scope.region))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Timestamp;

    fn view(policy: &str) -> KeyView {
        let scope = Scope { account: "111122223333".parse().unwrap(), region: "us-east-1".parse().unwrap() };
        let id = KeyId::parse("1234abcd-12ab-34cd-56ef-1234567890ab").unwrap();
        let (spec, usage) = (api::KeySpec::SymmetricDefault, api::KeyUsageType::EncryptDecrypt);
        KeyView {
            scope,
            arn: id.arn(scope),
            id,
            record: KeyRecord::without_material(spec, usage, Timestamp::from_millis(0)),
            current: None,
            public: None,
            tags: BTreeMap::new(),
            aliases: Vec::new(),
            policy: key_policy::attached(policy).ok().unwrap(),
            granted: false,
            tally: None,
        }
    }

    #[test]
    fn a_view_weighs_what_its_owner_put_into_it() {
        let account = "111122223333".parse().unwrap();
        let default = key_policy::default_document("us-east-1".parse::<base::Region>().unwrap().partition(), account);
        assert_eq!(view(&default).weight(), 1, "a key as it is made");
        let mut tagged = view(&default);
        tagged.tags = (0..50).map(|n| (format!("{n:0128}"), "v".repeat(256))).collect();
        assert!(tagged.weight() > 18, "{}", tagged.weight());
        let statement = |n: usize| {
            format!(
                r#"{{"Sid":"s{n}","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::111122223333:root"}},"Action":"kms:Encrypt","Resource":"*","Condition":{{"StringEquals":{{"kms:EncryptionContext:purpose":"{n:0100}"}}}}}}"#
            )
        };
        let statements: Vec<_> = (0..100).map(statement).collect();
        let long = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
        assert!(view(&long).weight() > 10, "{}", view(&long).weight());
    }
}
