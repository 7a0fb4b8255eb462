//! AWS managed keys: those that a service has in an account and Region, by the name `alias/aws/<service>`.
//!
//! Guarantees: such a key is made by the first use of its service there, or, under the names that AWS sets up beforehand, by
//! the first DescribeKey; its policy never changes and lets the account's principals use it through its service alone, and
//! directly see what it is; it is rotated every year; it is not in the quota of keys. Sources: KMS Developer Guide, "AWS KMS
//! keys", "Rotate AWS KMS keys"; KMS API Reference, DescribeKey ("predefined AWS alias"), ListAliases; Secrets Manager User
//! Guide, "Key policy of the AWS managed key".

use crate::api::{KeySpec, KeyUsageType};
use crate::keyid::KeyId;
use crate::materials::MaterialEntry;
use crate::records::{AliasRecord, KeyRecord, Manager, Mark, MaterialRecord, PolicyRecord};
use crate::view::{self, KeyView};
use crate::{aliases, error, key_policy, rotation};
use base::Scope;
use crypto::MaterialKind;
use kernel::{Chore, Ctx, Error, Lookup, Result};
use model::Fault;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A service that has a key of its own in each account and Region.
pub(crate) struct Owner {
    /// What follows `alias/aws/`.
    name: &'static str,
    /// The service by whose calls the key is used.
    source: &'static str,
    /// What the policy calls the service.
    title: &'static str,
    /// What the description says it protects.
    protects: &'static str,
    /// Whether its alias is listed before there is a key.
    is_predefined: bool,
}

/// The services, by name.
const OWNERS: &[Owner] = &[
    owner("acm", "acm.amazonaws.com", "ACM", "ACM private keys", false),
    owner("backup", "backup.amazonaws.com", "AWS Backup", "Backup data", false),
    owner("codecommit", "codecommit.amazonaws.com", "CodeCommit", "CodeCommit repositories", false),
    owner("dynamodb", "dynamodb.amazonaws.com", "Amazon DynamoDB", "DynamoDB data", true),
    owner("ebs", "ec2.amazonaws.com", "EBS", "EBS volumes", true),
    owner("elasticfilesystem", "elasticfilesystem.amazonaws.com", "EFS", "EFS filesystems", true),
    owner("es", "es.amazonaws.com", "Elasticsearch", "Elasticsearch data", true),
    owner("glue", "glue.amazonaws.com", "AWS Glue", "Glue data", true),
    owner("kinesis", "kinesis.amazonaws.com", "Amazon Kinesis", "Kinesis data", false),
    owner(
        "kinesisvideo",
        "kinesisvideo.amazonaws.com",
        "Amazon Kinesis Video Streams",
        "Kinesis Video Streams data",
        true,
    ),
    owner("lambda", "lambda.amazonaws.com", "AWS Lambda", "Lambda functions", false),
    owner("rds", "rds.amazonaws.com", "RDS", "RDS database volumes", true),
    owner("redshift", "redshift.amazonaws.com", "Redshift", "Redshift clusters", true),
    owner("s3", "s3.amazonaws.com", "S3", "S3 objects", true),
    owner("secretsmanager", "secretsmanager.amazonaws.com", "AWS Secrets Manager", "Secrets Manager data", false),
    owner("sns", "sns.amazonaws.com", "Amazon SNS", "SNS data", false),
    owner("sqs", "sqs.amazonaws.com", "Amazon SQS", "SQS messages", false),
    owner("ssm", "ssm.amazonaws.com", "SSM", "SSM data", true),
    owner("xray", "xray.amazonaws.com", "X-Ray", "X-Ray data", true),
];

const fn owner(
    name: &'static str,
    source: &'static str,
    title: &'static str,
    protects: &'static str,
    is_predefined: bool,
) -> Owner {
    Owner { name, source, title, protects, is_predefined }
}

/// What changes something about a key, or how it is used, that only AWS may change.
const NOT_FOR_CUSTOMERS: &[&str] = &[
    "CancelKeyDeletion",
    "CreateAlias",
    "DeleteAlias",
    "DeleteImportedKeyMaterial",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "GetParametersForImport",
    "ImportKeyMaterial",
    "PutKeyPolicy",
    "ReplicateKey",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
    "UpdatePrimaryRegion",
];

/// Refuses what nobody but AWS may do with a key. The key's policy denies it first, unless denials are let through.
pub(crate) fn check(operation: &str, record: &KeyRecord, arn: &str) -> std::result::Result<(), Fault> {
    if record.manager != Manager::Customer && NOT_FOR_CUSTOMERS.contains(&operation) {
        return Err(error::unsupported(format!("{arn} is an AWS managed key which is not valid for this operation.")));
    }
    Ok(())
}

/// The names that are there before their keys are.
pub(crate) fn predefined() -> impl Iterator<Item = String> {
    OWNERS.iter().filter(|owner| owner.is_predefined).map(Owner::alias)
}

/// The key that a call would be the first to use by an alias, as it will be; the road makes it once the call is permitted.
/// `None` if the alias is no such name, or not for this caller.
pub(crate) fn first_use(lookup: &mut Lookup<'_, '_>, alias: &str, action: &str) -> Result<Option<Arc<KeyView>>> {
    let Some(owner) = OWNERS.iter().find(|owner| owner.alias() == alias) else { return Ok(None) };
    let is_owner = lookup.caller().via.as_deref() == Some(owner.source);
    let is_described = owner.is_predefined && action == "kms:DescribeKey";
    if !is_owner && !is_described {
        return Ok(None);
    }
    let scope = lookup.scope();
    let (id, record) = owner.key(lookup.crypto(), scope, lookup.rng(), lookup.now())?;
    lookup.first(Chore { name: "kms.make-managed-key", about: owner.name.to_owned(), run: make });
    Ok(Some(Arc::new(KeyView {
        scope,
        arn: id.arn(scope),
        id,
        record,
        current: None,
        public: None,
        tags: BTreeMap::new(),
        aliases: vec![alias.to_owned()],
        policy: key_policy::attached(&owner.policy(scope))?,
        granted: false,
        tally: None,
    })))
}

/// Makes the key of a service, unless it is there.
fn make(ctx: &mut Ctx<'_>, name: &str) -> Result<()> {
    let owner = OWNERS.iter().find(|owner| owner.name == name);
    let owner = owner.ok_or_else(|| Error::Internal(format!("no service has the key aws/{name}")))?;
    let scope = ctx.scope();
    let place = AliasRecord::key(scope, &owner.alias());
    if ctx.exists(&place)? {
        return Ok(());
    }
    let (id, mut record) = owner.key(ctx.crypto(), scope, ctx.rng(), ctx.now())?;
    rotation::begin(ctx, scope, &id, &mut record, rotation::YEAR)?;
    ctx.put(&KeyRecord::key(scope, &id), &record)?;
    ctx.put(&Mark::listed(scope, &id), &Mark)?;
    for entry in &record.materials {
        ctx.put(&MaterialRecord::key(scope.region, &entry.id), &MaterialRecord::new(scope.account, id.clone()))?;
    }
    ctx.put(&PolicyRecord::key(scope, &id), &PolicyRecord(owner.policy(scope)))?;
    let now = ctx.now().into();
    ctx.put(&place, &AliasRecord { target: id.clone(), created: now, updated: now })?;
    ctx.put(&Mark::alias_of(scope, &id, &owner.alias()), &Mark)?;
    let details = format!("{{\"keyId\":\"{}\"}}", id.arn(scope));
    ctx.service_event("CreateKey", &[view::audited(scope, &id)], &details);
    Ok(())
}

impl Owner {
    fn alias(&self) -> String {
        [aliases::RESERVED, self.name].concat()
    }

    fn key(
        &self,
        crypto: &crypto::Hierarchy,
        scope: Scope,
        rng: &dyn base::Rng,
        now: base::Timestamp,
    ) -> Result<(KeyId, KeyRecord)> {
        let id = KeyId::random(rng);
        let (material, token) = crypto.generate_material(scope.account, MaterialKind::Symmetric, rng)?;
        let first = MaterialEntry::first(material.id(id.as_str()), token);
        let record = KeyRecord {
            manager: Manager::Aws(self.name.to_owned()),
            description: format!("Default key that protects my {} when no other key is defined", self.protects),
            ..KeyRecord::new(KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt, first, now)
        };
        Ok((id, record))
    }

    /// The key's policy, laid out as AWS prints it.
    fn policy(&self, Scope { account, region }: Scope) -> String {
        let Self { name, title, .. } = self;
        let partition = region.partition();
        let through = view::via_service(self.source, region);
        format!(
            r#"{{
  "Version" : "2012-10-17",
  "Id" : "auto-{name}-2",
  "Statement" : [ {{
    "Sid" : "Allow access through {title} for all principals in the account that are authorized to use {title}",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "*"
    }},
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {{
      "StringEquals" : {{
        "kms:CallerAccount" : "{account}",
        "kms:ViaService" : "{through}"
      }}
    }}
  }}, {{
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
    "Resource" : "*"
  }} ]
}}"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_one_that_a_key_can_have() {
        for owner in OWNERS {
            let scope = Scope { account: "111122223333".parse().unwrap(), region: "eu-west-1".parse().unwrap() };
            let policy = owner.policy(scope);
            assert!(key_policy::attached(&policy).is_ok(), "{policy}");
            assert!(policy.contains(".eu-west-1.amazonaws.com\""), "{policy}");
        }
    }

    #[test]
    fn no_two_services_share_a_name_and_names_are_in_order() {
        assert!(OWNERS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
