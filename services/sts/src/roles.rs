//! Roles as STS sees them: who may assume one, and for how long.
//!
//! Guarantees: a role is found only under its exact ARN, path and case included; what decides about assuming it is one
//! view. That there is no such role is told in the words of a denial, as AWS does it.
//! Source: IAM User Guide, "Roles terms and concepts".

use crate::{api, error};
use base::{AccountId, Partition, Scope};
use directory::records::{self, EntityKind, Named, Role};
use kernel::{Ctx, Error, Guarded, Lookup, Reader, Result, Target, View};
use policy::{Attached, Document, Entity, Identity, Kind, Origin, Policy};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Key;

/// The trust policy of a role that is not there: it trusts an id that nobody has.
const NOBODY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"AROAAAAAAAAAAAAAAAAAA"},"Action":"sts:AssumeRole"}]}"#;

/// A role and its trust policy.
pub(crate) struct RoleView {
    pub(crate) account: AccountId,
    pub(crate) role: Role,
    arn: String,
    trust: Attached,
}

impl View for RoleView {
    const TABLE: &'static str = Role::TABLE;

    fn load(reader: &mut Reader<'_>, scope: Scope, id: &str) -> Result<Option<Self>> {
        let Some(role) = records::find::<Role, _>(reader, scope.account, id)? else { return Ok(None) };
        let arn = role.arn(scope.region.partition(), scope.account);
        let trust = trust(&arn, &role.trust_policy)?;
        Ok(Some(Self { account: scope.account, role, arn, trust }))
    }

    fn root(scope: Scope, id: &str) -> Key {
        Role::key(scope.account, id)
    }
}

impl Guarded for RoleView {
    const KIND: &'static str = "AWS::IAM::Role";

    fn arn(&self) -> String {
        self.arn.clone()
    }

    fn owner(&self) -> AccountId {
        self.account
    }

    fn policy(&self) -> Option<&Attached> {
        Some(&self.trust)
    }

    fn tags(&self) -> Option<&BTreeMap<String, String>> {
        Some(&self.role.tags)
    }
}

impl RoleView {
    /// The identity of a session of the role.
    pub(crate) fn identity(&self, session_name: String) -> Identity {
        let Role { path, name, id, .. } = &self.role;
        Identity::Role { role: Entity { path: path.clone(), name: name.clone(), id: id.clone() }, session_name }
    }

    /// The session as answers call it.
    pub(crate) fn assumed(&self, session_name: &str, partition: Partition) -> api::AssumedRoleUser {
        let (account, Role { name, id, .. }) = (self.account, &self.role);
        api::AssumedRoleUser {
            assumed_role_id: format!("{id}:{session_name}"),
            arn: format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session_name}"),
        }
    }
}

/// A role that somebody asks for, there or not.
pub(crate) struct Asked {
    account: AccountId,
    arn: String,
    found: Option<Arc<RoleView>>,
}

impl Asked {
    /// The role that an ARN names.
    pub(crate) fn find(lookup: &mut Lookup<'_, '_>, arn: &str) -> Result<Self> {
        let (account, path, name) = parse(arn, lookup.scope().region.partition())?;
        let scope = Scope { account, region: lookup.scope().region };
        let found = lookup.view::<RoleView>(scope, &name)?;
        let found = found.filter(|view| view.role.name == name && view.role.path == path);
        Ok(Self { account, arn: arn.to_owned(), found })
    }

    /// `action` on the role.
    pub(crate) fn target(&self, action: &'static str) -> Result<Target> {
        Ok(match &self.found {
            Some(view) => view.role.tags.iter().fold(Target::view(action, view.clone()), |target, (key, value)| {
                target.condition(format!("iam:ResourceTag/{key}"), vec![value.clone()])
            }),
            None => Target::arn(action, self.arn.clone(), self.account).guarded_by(trust(&self.arn, NOBODY)?),
        })
    }
}

/// The role that the call may assume. One that is not there is not let through either where denials are (`--soft`).
pub(crate) fn permitted(ctx: &Ctx<'_>, arn: &str) -> Result<Arc<RoleView>> {
    let caller = ctx.caller().principal.arn(ctx.partition());
    ctx.permitted(0).map_err(|_| error::no_role(&caller, arn).into())
}

/// The account that the ARN of a role names.
pub(crate) fn account_of(arn: &str, partition: Partition) -> Result<AccountId> {
    parse(arn, partition).map(|(account, ..)| account)
}

/// Account, path and name that the ARN of a role says.
fn parse(arn: &str, partition: Partition) -> Result<(AccountId, String, String)> {
    let rest = arn.strip_prefix("arn:").and_then(|rest| rest.strip_prefix(partition.as_str()));
    match records::parse_arn(arn).filter(|_| rest.is_some_and(|rest| rest.starts_with(':'))) {
        Some((account, EntityKind::Role, path, name)) => Ok((account, path, name)),
        _ => Err(error::no_role_arn(arn).into()),
    }
}

fn trust(arn: &str, text: &str) -> Result<Attached> {
    let damaged = |what: &str| Error::Internal(format!("the trust policy of {arn}: {what}"));
    let document = Document::parse(Kind::Trust, text).map_err(|malformed| damaged(&malformed.message))?;
    Ok(Attached::new(arn, Origin::Resource, Arc::new(Policy::compile(&document))))
}
