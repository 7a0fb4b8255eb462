//! The view of a key: all that decides about it, as one immutable value.
//!
//! Guarantees: built in one place; a view holds an opened handle of the key's material, never its bytes; what the view
//! says is what the decision saw.

use crate::api;
use crate::key_policy;
use crate::keyid::KeyId;
use crate::quotas::MAX_ALIASES_PER_KEY;
use crate::records::{
    ALIASES, AliasRecord, KEYS, KeyRecord, MATERIALS, Mark, MaterialRecord, PolicyRecord, TagsRecord,
};
use crate::resolve::SYMMETRIC;
use base::{AccountId, Scope};
use crypto::{Material, MaterialId};
use kernel::{AuditResource, Caller, Guarded, Reader, Result, View};
use policy::{Attached, Context};
use std::collections::BTreeMap;
use store::{Key, Part, Space};

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
    /// Its material, ready for use.
    pub material: Material,
    /// The name of that material, which its ciphertexts carry.
    pub material_id: MaterialId,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The names of the aliases that point at it.
    pub aliases: Vec<String>,
    /// Its key policy.
    pub policy: Attached,
}

impl View for KeyView {
    const TABLE: &'static str = KEYS;

    fn load(reader: &mut Reader<'_>, scope: Scope, id: &str) -> Result<Option<Self>> {
        let Some(id) = KeyId::parse(id) else { return Ok(None) };
        let Some(record) = reader.get::<KeyRecord>(&KeyRecord::key(scope, &id))? else { return Ok(None) };
        let material = reader.crypto().open_material(scope.account, &record.material)?;
        let TagsRecord(tags) = reader.get(&TagsRecord::key(scope, &id))?.unwrap_or_default();
        let policy = match reader.get::<PolicyRecord>(&PolicyRecord::key(scope, &id))? {
            Some(PolicyRecord(stored)) => key_policy::attached(&stored)?,
            None => key_policy::attached(&key_policy::default_document(scope.region.partition(), scope.account))?,
        };
        let marks = reader.scan::<Mark>(&Mark::aliases_of(scope, &id), MAX_ALIASES_PER_KEY + 1)?;
        Ok(Some(Self {
            scope,
            arn: id.arn(scope),
            material_id: material.id(id.as_str()),
            material,
            tags,
            aliases: marks.iter().filter_map(|(key, _)| last_text(key)).collect(),
            policy,
            record,
            id,
        }))
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

    /// Source: KMS Developer Guide, "Condition keys for AWS KMS".
    fn add_to<'c>(&'c self, caller: &'c Caller, context: &mut Context<'c>) {
        context.set("kms:CallerAccount", caller.principal.account.as_str());
        context.set("kms:KeySpec", SYMMETRIC);
        context.set("kms:CustomerMasterKeySpec", SYMMETRIC);
        context.set("kms:KeyUsage", api::KeyUsageType::EncryptDecrypt.as_str());
        context.set("kms:CustomerMasterKeyUsage", api::KeyUsageType::EncryptDecrypt.as_str());
        context.set("kms:KeyOrigin", "AWS_KMS");
        context.set("kms:MultiRegion", false);
        context.set_many("kms:ResourceAliases", self.aliases.as_slice());
        if let Some(service) = &caller.via {
            // `s3.amazonaws.com` calls as `s3.eu-west-1.amazonaws.com`.
            let regional = service.replacen(".amazonaws.com", &format!(".{}.amazonaws.com", self.scope.region), 1);
            context.set("kms:ViaService", regional);
        }
    }

    fn tags(&self) -> Option<&BTreeMap<String, String>> {
        Some(&self.tags)
    }
}

impl KeyView {
    /// What DescribeKey tells.
    pub(crate) fn metadata(&self) -> api::KeyMetadata {
        metadata(self.scope, &self.id, &self.record, &self.material_id)
    }
}

/// A key as an audit record lists it.
pub(crate) fn audited(scope: Scope, id: &KeyId) -> AuditResource {
    AuditResource { arn: id.arn(scope), account: scope.account, kind: KeyView::KIND }
}

/// What KMS tells about a key.
pub(crate) fn metadata(scope: Scope, id: &KeyId, record: &KeyRecord, material: &MaterialId) -> api::KeyMetadata {
    api::KeyMetadata {
        aws_account_id: Some(scope.account.to_string()),
        key_id: id.to_string(),
        arn: Some(id.arn(scope)),
        creation_date: Some(record.created.into()),
        enabled: Some(record.state == crate::states::State::Enabled),
        description: Some(record.description.clone()),
        key_usage: Some(api::KeyUsageType::EncryptDecrypt),
        key_state: Some(record.state.into()),
        deletion_date: record.deletion.map(Into::into),
        origin: Some(api::OriginType::AwsKms),
        key_manager: Some(api::KeyManagerType::Customer),
        customer_master_key_spec: Some(api::CustomerMasterKeySpec::SymmetricDefault),
        key_spec: Some(api::KeySpec::SymmetricDefault),
        encryption_algorithms: Some(vec![api::EncryptionAlgorithmSpec::SymmetricDefault]),
        multi_region: Some(false),
        current_key_material_id: Some(material.to_string()),
        ..api::KeyMetadata::default()
    }
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

/// The last part of a key, if it is a text.
pub(crate) fn last_text(key: &Key) -> Option<String> {
    match key.parts().pop() {
        Some(Part::Text(text)) => Some(text),
        _ => None,
    }
}
