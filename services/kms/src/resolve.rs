//! What each operation reaches: the resolvers that the registry names.
//!
//! Guarantees: an alias stands for its key, and permission is asked on the key; a blob stands for the key whose
//! material it names; a key of another account gets one answer whether it exists or not. What the request says about
//! itself (encryption context, algorithm, alias) goes along as condition keys. Only what AWS lets other accounts do with a
//! key is ever decided by its policy for them.

use crate::grants::tokens;
use crate::keyid::{self, Accepts, KeyId, Reference};
use crate::records::{AliasRecord, Manager, MaterialRecord};
use crate::view::KeyView;
use crate::{aliases, api, aws_keys, error, key_policy, keys, last_usage, lifecycle, recipient, rotation, usage};
use attestation::Roots;
use base::{AccountId, Scope};
use kernel::{Lookup, Result, Target};
use model::Fault;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The algorithm of symmetric keys, which a request need not name.
pub(crate) const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";

/// Where a request leads.
pub(crate) enum Located {
    /// To a key, perhaps by an alias that the request named.
    Key(Arc<KeyView>, Option<String>),
    /// To a key of another account, by what must not tell whether there is one: what those are answered who may not.
    Unseen(Arc<KeyView>, Option<String>, Fault),
    /// To another account, where there is no such key. Decided like a key that is there, so that the answer does not
    /// tell strangers which keys exist.
    Elsewhere(String, AccountId),
}

impl Located {
    fn arn(&self) -> &str {
        match self {
            Self::Key(key, _) | Self::Unseen(key, ..) => &key.arn,
            Self::Elsewhere(arn, _) => arn,
        }
    }

    pub(crate) fn target(self, action: &'static str) -> Target {
        match self {
            Self::Key(key, alias) => {
                // Resource control policies leave AWS's own keys alone.
                let is_managed = key.record.manager != Manager::Customer;
                let target = Target::view(action, key);
                let target = if is_managed { target.beyond_resource_control() } else { target };
                match alias {
                    Some(alias) => target.condition("kms:RequestAlias", vec![alias]),
                    None => target,
                }
            }
            Self::Unseen(key, alias, answer) => Self::Key(key, alias).target(action).denied_as(answer),
            Self::Elsewhere(arn, owner) => Target::arn(action, arn, owner),
        }
    }

    /// The same for an operation that AWS keeps to the key's own account.
    fn at_home(self, home: AccountId) -> Self {
        match self {
            Self::Key(key, _) if key.scope.account != home => Self::Elsewhere(key.arn.clone(), key.scope.account),
            other => other,
        }
    }
}

/// One action on the key that a caller named. Aliases are accepted where other accounts are.
pub(crate) fn key(lookup: &mut Lookup<'_, '_>, action: &'static str, named: &str, accepts: Accepts) -> Result<Target> {
    let home = lookup.scope().account;
    let located = by_name(lookup, action, named, accepts)?;
    Ok(match accepts {
        Accepts::Keys => located.at_home(home).target(action),
        Accepts::KeysAndAliases => located.target(action),
    })
}

/// The key that a caller named; `action` is only for the words of a refusal.
pub(crate) fn by_name(lookup: &mut Lookup<'_, '_>, action: &str, named: &str, accepts: Accepts) -> Result<Located> {
    let scope = lookup.scope();
    match keyid::parse(named, scope, accepts)? {
        Reference::Key(account, id) => by_id(lookup, Scope { account, ..scope }, &id, None),
        Reference::Alias(account, name) if account != scope.account => {
            let answer = error::unseen_key(&lookup.caller().principal.arn(scope.region.partition()), action);
            let theirs = Scope { account, ..scope };
            let key = match lookup.view::<AliasRecord>(theirs, &name)? {
                Some(alias) => lookup.view::<KeyView>(theirs, alias.target.as_str())?,
                None => None,
            };
            key.map_or_else(|| Err(answer.clone().into()), |key| Ok(Located::Unseen(key, Some(name), answer.clone())))
        }
        Reference::Alias(_, name) => {
            if let Some(alias) = lookup.view::<AliasRecord>(scope, &name)? {
                return by_id(lookup, scope, &alias.target, Some(name));
            }
            match aws_keys::first_use(lookup, &name, action)? {
                Some(key) => Ok(Located::Key(key, Some(name))),
                None => Err(error::alias_not_found(&keyid::alias_arn(scope, &name)).into()),
            }
        }
    }
}

/// The key that an alias of the caller's account points at.
fn by_alias(lookup: &mut Lookup<'_, '_>, name: &str) -> Result<KeyId> {
    let scope = lookup.scope();
    let alias = lookup.view::<AliasRecord>(scope, name)?;
    let alias = alias.ok_or_else(|| error::alias_not_found(&keyid::alias_arn(scope, name)))?;
    Ok(alias.target.clone())
}

fn by_id(lookup: &mut Lookup<'_, '_>, scope: Scope, id: &KeyId, alias: Option<String>) -> Result<Located> {
    match lookup.view::<KeyView>(scope, id.as_str())? {
        Some(key) => Ok(Located::Key(key, alias)),
        None if scope.account == lookup.scope().account => Err(error::key_not_found(&id.arn(scope)).into()),
        None => Ok(Located::Elsewhere(id.arn(scope), scope.account)),
    }
}

/// What a request says about the ciphertext that is to be decrypted.
struct Ciphertext<'a> {
    algorithm: Option<api::EncryptionAlgorithmSpec>,
    blob: Option<&'a [u8]>,
    /// The key, if the request names one, and the parameter that names it.
    key: Option<&'a str>,
    parameter: &'static str,
    /// Whether a dry run asks for permissions alone.
    is_ignored: bool,
}

/// The key that decrypts. The ciphertexts of key pairs do not name theirs, so the caller has to; so does a dry run that
/// has no ciphertext to look at.
fn by_ciphertext(lookup: &mut Lookup<'_, '_>, action: &str, ciphertext: &Ciphertext<'_>) -> Result<Located> {
    let symmetric = matches!(ciphertext.algorithm, None | Some(api::EncryptionAlgorithmSpec::SymmetricDefault));
    if symmetric && !ciphertext.is_ignored {
        return by_blob(lookup, action, ciphertext.blob, ciphertext.key);
    }
    if !ciphertext.is_ignored {
        ciphertext.blob.ok_or_else(|| error::null_member("ciphertextBlob"))?;
    }
    let named = ciphertext.key.ok_or_else(|| error::null_member(ciphertext.parameter))?;
    by_name(lookup, action, named, Accepts::KeysAndAliases)
}

/// The key that a blob was made with, or the one that the caller says it was made with.
fn by_blob(lookup: &mut Lookup<'_, '_>, action: &str, blob: Option<&[u8]>, named: Option<&str>) -> Result<Located> {
    let bytes = blob.ok_or_else(|| error::null_member("ciphertextBlob"))?;
    let material = crypto::material_of(bytes).map_err(|_| error::invalid_ciphertext())?;
    if let Some(named) = named {
        return by_name(lookup, action, named, Accepts::KeysAndAliases);
    }
    let scope = lookup.scope();
    let owner = lookup
        .view::<MaterialRecord>(scope, &material.to_string())?
        .and_then(|material| Some((material.account()?, material.id.clone())));
    match owner {
        Some((account, id)) if account == scope.account => by_id(lookup, scope, &id, None),
        Some((account, id)) => match lookup.view::<KeyView>(Scope { account, ..scope }, id.as_str())? {
            Some(key) => Ok(Located::Unseen(key, None, error::unknown_ciphertext_key())),
            None => Err(error::unknown_ciphertext_key().into()),
        },
        None => Err(error::unknown_ciphertext_key().into()),
    }
}

/// A use of the key that a caller named, which other accounts may be admitted to.
pub(crate) fn used(
    lookup: &mut Lookup<'_, '_>,
    action: &'static str,
    named: &str,
    grant_tokens: &Option<Vec<String>>,
) -> Result<Target> {
    tokens::check(lookup, grant_tokens)?;
    key(lookup, action, named, Accepts::KeysAndAliases)
}

/// A reading operation that other accounts may be admitted to.
pub(crate) fn shared(lookup: &mut Lookup<'_, '_>, action: &'static str, named: &str) -> Result<Vec<Target>> {
    Ok(vec![by_name(lookup, action, named, Accepts::Keys)?.target(action)])
}

/// A management operation on the key that a caller named.
pub(crate) fn managed(lookup: &mut Lookup<'_, '_>, action: &'static str, named: &str) -> Result<Vec<Target>> {
    Ok(vec![key(lookup, action, named, Accepts::Keys)?])
}

/// CreateKey: with tags it is two actions.
pub(crate) fn create_key(_: &mut Lookup<'_, '_>, input: &api::CreateKey) -> Result<Vec<Target>> {
    let spec = keys::requested_spec(input);
    let usage = input.key_usage.unwrap_or(api::KeyUsageType::EncryptDecrypt).as_str();
    let origin = input.origin.unwrap_or(api::OriginType::AwsKms).as_str();
    let describe = |target: Target| {
        target
            .condition("kms:KeySpec", vec![spec.as_str().to_owned()])
            .condition("kms:KeyUsage", vec![usage.to_owned()])
            .condition("kms:KeyOrigin", vec![origin.to_owned()])
            .condition("kms:MultiRegion", vec![input.multi_region.unwrap_or(false).to_string()])
            .condition(
                "kms:BypassPolicyLockoutSafetyCheck",
                vec![input.bypass_policy_lockout_safety_check.unwrap_or(false).to_string()],
            )
    };
    let describe = |target: Target| match input.multi_region {
        Some(true) => describe(target).condition("kms:MultiRegionKeyType", vec!["PRIMARY".to_owned()]),
        _ => describe(target),
    };
    let tags = input.tags.as_deref().unwrap_or_default();
    let mut targets = vec![request_tags(describe(Target::any("kms:CreateKey")), tags)];
    if !tags.is_empty() {
        targets.push(request_tags(Target::any("kms:TagResource"), tags));
    }
    Ok(targets)
}

/// DescribeKey, the one reading operation that takes aliases.
pub(crate) fn describe_key(lookup: &mut Lookup<'_, '_>, input: &api::DescribeKey) -> Result<Vec<Target>> {
    tokens::check(lookup, &input.grant_tokens)?;
    Ok(vec![key(lookup, "kms:DescribeKey", &input.key_id, Accepts::KeysAndAliases)?])
}

/// ListKeys.
pub(crate) fn list_keys(_: &mut Lookup<'_, '_>, _: &api::ListKeys) -> Result<Vec<Target>> {
    Ok(vec![Target::any("kms:ListKeys")])
}

/// DisableKey.
pub(crate) fn disable_key(lookup: &mut Lookup<'_, '_>, input: &api::DisableKey) -> Result<Vec<Target>> {
    let (action, home) = ("kms:DisableKey", lookup.scope().account);
    let located = by_name(lookup, action, &input.key_id, Accepts::Keys)?.at_home(home);
    Ok(vec![unused(lookup, located, action)?])
}

/// ScheduleKeyDeletion.
pub(crate) fn schedule_key_deletion(
    lookup: &mut Lookup<'_, '_>,
    input: &api::ScheduleKeyDeletion,
) -> Result<Vec<Target>> {
    let days = input.pending_window_in_days.unwrap_or(lifecycle::DEFAULT_WINDOW_DAYS).to_string();
    let (action, home) = ("kms:ScheduleKeyDeletion", lookup.scope().account);
    let located = by_name(lookup, action, &input.key_id, Accepts::Keys)?.at_home(home);
    let target = unused(lookup, located, action)?;
    Ok(vec![target.condition("kms:ScheduleKeyDeletionPendingWindowInDays", vec![days])])
}

/// An action on a key that policies may tie to how long nobody used it.
fn unused(lookup: &mut Lookup<'_, '_>, located: Located, action: &'static str) -> Result<Target> {
    let days = match &located {
        Located::Key(key, _) => Some(last_usage::trailing_days(lookup, key)?),
        _ => None,
    };
    let target = located.target(action);
    Ok(match days {
        Some(days) => target.condition("kms:TrailingDaysWithoutKeyUsage", vec![days.to_string()]),
        None => target,
    })
}

/// EnableKeyRotation.
pub(crate) fn enable_key_rotation(lookup: &mut Lookup<'_, '_>, input: &api::EnableKeyRotation) -> Result<Vec<Target>> {
    let days = input.rotation_period_in_days.unwrap_or(i32::from(rotation::YEAR)).to_string();
    let target = key(lookup, "kms:EnableKeyRotation", &input.key_id, Accepts::Keys)?;
    Ok(vec![target.condition("kms:RotationPeriodInDays", vec![days])])
}

/// GetKeyPolicy.
pub(crate) fn get_key_policy(lookup: &mut Lookup<'_, '_>, input: &api::GetKeyPolicy) -> Result<Vec<Target>> {
    let name = input.policy_name.clone().unwrap_or_else(|| key_policy::NAME.to_owned());
    Ok(vec![key(lookup, "kms:GetKeyPolicy", &input.key_id, Accepts::Keys)?.condition("kms:PolicyName", vec![name])])
}

/// PutKeyPolicy.
pub(crate) fn put_key_policy(lookup: &mut Lookup<'_, '_>, input: &api::PutKeyPolicy) -> Result<Vec<Target>> {
    let name = input.policy_name.clone().unwrap_or_else(|| key_policy::NAME.to_owned());
    let bypass = input.bypass_policy_lockout_safety_check.unwrap_or(false);
    Ok(vec![
        key(lookup, "kms:PutKeyPolicy", &input.key_id, Accepts::Keys)?
            .condition("kms:PolicyName", vec![name])
            .condition("kms:BypassPolicyLockoutSafetyCheck", vec![bypass.to_string()]),
    ])
}

/// TagResource.
pub(crate) fn tag_resource(lookup: &mut Lookup<'_, '_>, input: &api::TagResource) -> Result<Vec<Target>> {
    Ok(vec![request_tags(key(lookup, "kms:TagResource", &input.key_id, Accepts::Keys)?, &input.tags)])
}

/// UntagResource.
pub(crate) fn untag_resource(lookup: &mut Lookup<'_, '_>, input: &api::UntagResource) -> Result<Vec<Target>> {
    let target = key(lookup, "kms:UntagResource", &input.key_id, Accepts::Keys)?;
    Ok(vec![target.condition_set("aws:TagKeys", input.tag_keys.clone())])
}

/// CreateAlias: the alias, and the key that it shall point at.
pub(crate) fn create_alias(lookup: &mut Lookup<'_, '_>, input: &api::CreateAlias) -> Result<Vec<Target>> {
    let action = "kms:CreateAlias";
    let scope = lookup.scope();
    aliases::check_name(&input.alias_name)?;
    aliases::check_target(&input.target_key_id)?;
    let key = key(lookup, action, &input.target_key_id, Accepts::Keys)?;
    Ok(vec![Target::arn(action, keyid::alias_arn(scope, &input.alias_name), scope.account), key])
}

/// UpdateAlias: the alias, the key that it points at, and the one that it shall point at.
pub(crate) fn update_alias(lookup: &mut Lookup<'_, '_>, input: &api::UpdateAlias) -> Result<Vec<Target>> {
    let action = "kms:UpdateAlias";
    aliases::check_name(&input.alias_name)?;
    aliases::check_target(&input.target_key_id)?;
    let new = key(lookup, action, &input.target_key_id, Accepts::Keys)?;
    let mut targets = existing_alias(lookup, action, &input.alias_name)?;
    targets.push(new);
    Ok(targets)
}

/// DeleteAlias: the alias, and the key that it points at.
pub(crate) fn delete_alias(lookup: &mut Lookup<'_, '_>, input: &api::DeleteAlias) -> Result<Vec<Target>> {
    aliases::check_name(&input.alias_name)?;
    existing_alias(lookup, "kms:DeleteAlias", &input.alias_name)
}

fn existing_alias(lookup: &mut Lookup<'_, '_>, action: &'static str, name: &str) -> Result<Vec<Target>> {
    let scope = lookup.scope();
    let id = by_alias(lookup, name)?;
    let key = by_id(lookup, scope, &id, None)?.target(action);
    Ok(vec![Target::arn(action, keyid::alias_arn(scope, name), scope.account), key])
}

/// Encrypt.
pub(crate) fn encrypt(lookup: &mut Lookup<'_, '_>, input: &api::Encrypt) -> Result<Vec<Target>> {
    let algorithm = algorithm(lookup, "encryptionAlgorithm", input.encryption_algorithm);
    let target = used(lookup, "kms:Encrypt", &input.key_id, &input.grant_tokens)?;
    Ok(vec![encryption(target, algorithm, input.encryption_context.as_ref())])
}

/// Decrypt.
pub(crate) fn decrypt(lookup: &mut Lookup<'_, '_>, input: &api::Decrypt, roots: &Roots) -> Result<Vec<Target>> {
    tokens::check(lookup, &input.grant_tokens)?;
    let action = "kms:Decrypt";
    let ciphertext = Ciphertext {
        algorithm: input.encryption_algorithm,
        blob: input.ciphertext_blob.as_deref(),
        key: input.key_id.as_deref(),
        parameter: "keyId",
        is_ignored: usage::ignores_ciphertext(input.dry_run, &input.dry_run_modifiers),
    };
    let located = by_ciphertext(lookup, action, &ciphertext)?;
    let algorithm = algorithm(lookup, "encryptionAlgorithm", input.encryption_algorithm);
    let target = encryption(located.target(action), algorithm, input.encryption_context.as_ref());
    Ok(vec![recipient::attested(lookup, target, input.recipient.as_ref(), roots)?])
}

/// ReEncrypt: from one key, to another or the same.
pub(crate) fn re_encrypt(lookup: &mut Lookup<'_, '_>, input: &api::ReEncrypt) -> Result<Vec<Target>> {
    tokens::check(lookup, &input.grant_tokens)?;
    let from = algorithm(lookup, "sourceEncryptionAlgorithm", input.source_encryption_algorithm);
    let to = algorithm(lookup, "destinationEncryptionAlgorithm", input.destination_encryption_algorithm);
    let (decrypts, encrypts) = ("kms:ReEncryptFrom", "kms:ReEncryptTo");
    let ciphertext = Ciphertext {
        algorithm: input.source_encryption_algorithm,
        blob: input.ciphertext_blob.as_deref(),
        key: input.source_key_id.as_deref(),
        parameter: "sourceKeyId",
        is_ignored: usage::ignores_ciphertext(input.dry_run, &input.dry_run_modifiers),
    };
    let source = by_ciphertext(lookup, decrypts, &ciphertext)?;
    let destination = by_name(lookup, encrypts, &input.destination_key_id, Accepts::KeysAndAliases)?;
    let same = vec![(source.arn() == destination.arn()).to_string()];
    let condition = |target: Target| target.condition("kms:ReEncryptOnSameKey", same.clone());
    Ok(vec![
        condition(encryption(source.target(decrypts), from, input.source_encryption_context.as_ref())),
        condition(encryption(destination.target(encrypts), to, input.destination_encryption_context.as_ref())),
    ])
}

/// GenerateDataKey.
pub(crate) fn generate_data_key(
    lookup: &mut Lookup<'_, '_>,
    input: &api::GenerateDataKey,
    roots: &Roots,
) -> Result<Vec<Target>> {
    tokens::check(lookup, &input.grant_tokens)?;
    let target = key(lookup, "kms:GenerateDataKey", &input.key_id, Accepts::KeysAndAliases)?;
    let target = encryption(target, SYMMETRIC, input.encryption_context.as_ref());
    Ok(vec![recipient::attested(lookup, target, input.recipient.as_ref(), roots)?])
}

/// GenerateDataKeyWithoutPlaintext.
pub(crate) fn generate_data_key_without_plaintext(
    lookup: &mut Lookup<'_, '_>,
    input: &api::GenerateDataKeyWithoutPlaintext,
) -> Result<Vec<Target>> {
    tokens::check(lookup, &input.grant_tokens)?;
    let action = "kms:GenerateDataKeyWithoutPlaintext";
    let target = key(lookup, action, &input.key_id, Accepts::KeysAndAliases)?;
    Ok(vec![encryption(target, SYMMETRIC, input.encryption_context.as_ref())])
}

/// GenerateRandom.
pub(crate) fn generate_random(
    lookup: &mut Lookup<'_, '_>,
    input: &api::GenerateRandom,
    roots: &Roots,
) -> Result<Vec<Target>> {
    let target = Target::any("kms:GenerateRandom");
    Ok(vec![recipient::attested(lookup, target, input.recipient.as_ref(), roots)?])
}

/// Refuses the first of the parameters that was given: it would not be honoured, and silence would be a lie.
pub(crate) fn honoured(operation: &str, parameters: &[(&str, bool)]) -> Result<()> {
    match parameters.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(error::parameter_not_implemented(operation, name).into()),
        None => Ok(()),
    }
}

/// The algorithm asked for; the record tells the default where the request does not.
fn algorithm(
    lookup: &mut Lookup<'_, '_>,
    parameter: &'static str,
    asked: Option<api::EncryptionAlgorithmSpec>,
) -> &'static str {
    if asked.is_none() {
        lookup.audit_parameter(parameter, format!("\"{SYMMETRIC}\""));
    }
    asked.map_or(SYMMETRIC, |algorithm| algorithm.as_str())
}

/// The condition keys of encryption.
pub(crate) fn encryption(target: Target, algorithm: &str, context: Option<&BTreeMap<String, String>>) -> Target {
    let target = target.condition("kms:EncryptionAlgorithm", vec![algorithm.to_owned()]);
    match context {
        Some(context) => encryption_context(target, context),
        None => target,
    }
}

/// The condition keys of an encryption context.
pub(crate) fn encryption_context(target: Target, context: &BTreeMap<String, String>) -> Target {
    if context.is_empty() {
        return target;
    }
    let target = target.condition_set("kms:EncryptionContextKeys", context.keys().cloned().collect());
    context.iter().fold(target, |target, (key, value)| {
        target.condition(format!("kms:EncryptionContext:{key}"), vec![value.clone()])
    })
}

/// The condition keys of tags that a request sets.
pub(crate) fn request_tags(target: Target, tags: &[api::Tag]) -> Target {
    target.request_tags(tags.iter().map(|tag| (tag.tag_key.as_str(), tag.tag_value.as_str())))
}
