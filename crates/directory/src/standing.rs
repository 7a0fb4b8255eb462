//! What policies say about a user, a role or an account: read, compiled and kept until one of the records changes.
//!
//! Guarantees: everything that a standing was made of is marked, so that it is believed no longer than all of it holds;
//! a policy that is attached to many is compiled once; one that is named and cannot be read denies everything, since it
//! might (doubt denies).
//!
//! Source: IAM User Guide, "Policy evaluation logic"; Organizations User Guide, "SCP evaluation", "RCP evaluation".

use crate::managed;
use crate::parts::{Mark, Part, Parts};
use crate::records::{
    self, Account, ControlKind, ControlPolicy, Controls, EnabledControls, Entity, EntityKind, Group, ManagedPolicy,
    Membership, Named, PolicyVersion, Role, User,
};
use base::AccountId;
use policy::{Attached, Document, Kind, Origin, Policy, Tags};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Error, Key, Record, Space, Store};

/// Something that holds as long as the records that it was made of.
pub(crate) trait Holds: Send + Sync {
    fn holds(&self) -> bool;
}

impl<T: Send + Sync> Holds for Part<T> {
    fn holds(&self) -> bool {
        self.mark.holds()
    }
}

impl Holds for Mark {
    fn holds(&self) -> bool {
        Mark::holds(self)
    }
}

/// What something was made of.
#[derive(Default)]
pub(crate) struct Basis(Vec<Arc<dyn Holds>>);

impl Basis {
    pub(crate) fn add<T: Holds + 'static>(&mut self, part: &Arc<T>) {
        self.0.push(part.clone());
    }

    pub(crate) fn holds(&self) -> bool {
        self.0.iter().all(|part| part.holds())
    }
}

/// An account, and what its organisation says of it.
pub struct AccountStanding {
    id: AccountId,
    membership: Option<Membership>,
    org_path: Vec<String>,
    service: Vec<Vec<Attached>>,
    resource: Vec<Vec<Attached>>,
    basis: Basis,
}

impl AccountStanding {
    /// The account.
    pub fn id(&self) -> AccountId {
        self.id
    }

    /// Its place in an organisation, if it has one.
    pub fn membership(&self) -> Option<&Membership> {
        self.membership.as_ref()
    }

    /// `aws:PrincipalOrgPaths` of its principals, `aws:ResourceOrgPaths` of its resources: one path, or none.
    pub fn org_paths(&self) -> &[String] {
        &self.org_path
    }

    /// Service control policies, a list for each level from the root down. No level: none apply.
    pub fn service_controls(&self) -> &[Vec<Attached>] {
        &self.service
    }

    /// Resource control policies, likewise.
    pub fn resource_controls(&self) -> &[Vec<Attached>] {
        &self.resource
    }

    pub(crate) fn holds(&self) -> bool {
        self.basis.holds()
    }
}

/// A user or role as policies see it now; or, without an entity, the account's root.
pub(crate) struct Standing {
    pub(crate) entity: Option<policy::Entity>,
    pub(crate) is_role: bool,
    pub(crate) tags: Arc<Tags>,
    pub(crate) identity: Vec<Attached>,
    pub(crate) boundary: Option<Attached>,
    pub(crate) account: Arc<AccountStanding>,
    basis: Basis,
}

impl Standing {
    pub(crate) fn of_root(account: Arc<AccountStanding>) -> Self {
        let (tags, identity, basis) = (Arc::default(), Vec::new(), Basis::default());
        Self { entity: None, is_role: false, tags, identity, boundary: None, account, basis }
    }

    /// Whether the organisation's policies bind it: not so for the roles of services. A user may have any path.
    pub(crate) fn is_controlled(&self) -> bool {
        !self.is_role || self.entity.as_ref().is_none_or(|entity| !records::is_service_linked(&entity.path))
    }

    pub(crate) fn holds(&self) -> bool {
        self.basis.holds() && self.account.holds()
    }
}

/// What is read of a user, group or role.
struct Holding {
    entity: policy::Entity,
    tags: Arc<Tags>,
    inline: Vec<Attached>,
    attached: BTreeSet<String>,
    groups: BTreeSet<String>,
    boundary: Option<String>,
}

/// Reads standings. Every part is read in a snapshot of its own, begun after its mark was taken.
pub(crate) struct Loader<'a> {
    pub(crate) store: &'a Store,
    pub(crate) parts: &'a Parts,
}

impl Loader<'_> {
    /// An account; `None` if there is none.
    pub(crate) fn account(&self, id: AccountId) -> Result<Option<AccountStanding>, Error> {
        let mut basis = Basis::default();
        let account = self.part(&Account::key(id), &mut basis, |account: Option<Account>, _| Ok(account))?;
        let Some(account) = account.value.as_ref().filter(|account| !account.is_closed) else { return Ok(None) };
        let membership = account.membership.clone();
        let org_path = membership.iter().map(Membership::org_path).collect();
        let mut standing =
            AccountStanding { id, membership, org_path, service: Vec::new(), resource: Vec::new(), basis };
        self.control(&mut standing)?;
        Ok(Some(standing))
    }

    /// Reads what the organisation's policies say of an account; the management account is bound by none.
    fn control(&self, standing: &mut AccountStanding) -> Result<(), Error> {
        let Some(membership) = &standing.membership else { return Ok(()) };
        let damaged = || Error::Damaged(format!("account {} is in an organisation that is not named", standing.id));
        let management = membership.management().ok_or_else(damaged)?;
        let root = membership.path.first().ok_or_else(damaged)?;
        if management == standing.id {
            return Ok(());
        }
        let basis = &mut standing.basis;
        let enabled = self.part(&EnabledControls::key(management, root), basis, |enabled, _| {
            Ok::<EnabledControls, Error>(enabled.unwrap_or_default())
        })?;
        if !enabled.value.service && !enabled.value.resource {
            return Ok(());
        }
        let account = standing.id.to_string();
        for target in membership.path.iter().chain([&account]) {
            let controls = self.part(&Controls::key(management, target), basis, |controls, _| {
                Ok::<Controls, Error>(controls.unwrap_or_default())
            })?;
            let mut read = |ids: &BTreeSet<String>| {
                ids.iter().map(|id| self.control_policy(management, id, basis)).collect::<Result<Vec<_>, _>>()
            };
            if enabled.value.service {
                standing.service.push(read(&controls.value.service)?);
            }
            if enabled.value.resource {
                standing.resource.push(read(&controls.value.resource)?);
            }
        }
        Ok(())
    }

    fn control_policy(&self, management: AccountId, id: &str, basis: &mut Basis) -> Result<Attached, Error> {
        let key = ControlPolicy::key(management, id);
        let part = self.part(&key, basis, |found: Option<ControlPolicy>, _| {
            let own = found.map(|policy| (policy.kind, policy.arn, policy.document, Origin::Managed));
            let aws = || {
                let (arn, document) = managed::control(id)?;
                let kind =
                    if arn.contains("/service_control_policy/") { ControlKind::Service } else { ControlKind::Resource };
                Some((kind, arn.to_owned(), document.to_owned(), Origin::AwsManaged))
            };
            let Some((kind, arn, document, origin)) = own.or_else(aws) else {
                return Err(Error::Damaged(format!("the policy {id} is attached and does not exist")));
            };
            let kind = match (kind, &origin) {
                (ControlKind::Service, _) => Kind::ServiceControl,
                // AWS's own allows, which customers' cannot.
                (ControlKind::Resource, Origin::AwsManaged) => Kind::Resource,
                (ControlKind::Resource, _) => Kind::ResourceControl,
            };
            Ok(Attached::new(arn.as_str(), origin, compiled(kind, &document, &arn)))
        })?;
        Ok(part.value.clone())
    }

    /// A user by unique id; `None` if it is gone. `name` is what it was called when it was last heard of.
    pub(crate) fn user(&self, account: Arc<AccountStanding>, id: &str, name: &str) -> Result<Option<Standing>, Error> {
        self.holder::<User>(account, id, name, |user| {
            let origin = Origin::User(user.name.as_str().into());
            Ok(Holding {
                entity: policy::Entity { path: user.path, name: user.name, id: user.id },
                tags: tags(user.tags),
                inline: inline(user.inline, &origin)?,
                attached: user.attached,
                groups: user.groups,
                boundary: user.boundary,
            })
        })
    }

    /// A role by unique id; `None` if it is gone.
    pub(crate) fn role(&self, account: Arc<AccountStanding>, id: &str, name: &str) -> Result<Option<Standing>, Error> {
        self.holder::<Role>(account, id, name, |role| {
            let origin = Origin::Role(role.name.as_str().into());
            Ok(Holding {
                entity: policy::Entity { path: role.path, name: role.name, id: role.id },
                tags: tags(role.tags),
                inline: inline(role.inline, &origin)?,
                attached: role.attached,
                groups: BTreeSet::new(),
                boundary: role.boundary,
            })
        })
    }

    fn holder<N: Named>(
        &self,
        account: Arc<AccountStanding>,
        id: &str,
        name: &str,
        hold: impl Fn(N) -> Result<Holding, Error>,
    ) -> Result<Option<Standing>, Error> {
        let mut basis = Basis::default();
        let Some(held) = self.holding(account.id, id, name, &mut basis, hold)? else { return Ok(None) };
        let holding = &held.value;
        let Some(holding) = holding else { return Ok(None) };
        let mut identity = holding.inline.clone();
        self.attached(account.id, &holding.attached, &mut identity, &mut basis)?;
        for group in &holding.groups {
            self.group(account.id, group, &mut identity, &mut basis)?;
        }
        let boundary =
            holding.boundary.as_ref().map(|arn| self.managed_policy(account.id, arn, &mut basis)).transpose()?;
        let (entity, tags) = (Some(holding.entity.clone()), holding.tags.clone());
        let is_role = N::KIND == EntityKind::Role;
        Ok(Some(Standing { entity, is_role, tags, identity, boundary, account, basis }))
    }

    /// What is read of the one with this id, under its last known name or, if that is another's now, under its present one.
    fn holding<N: Named>(
        &self,
        account: AccountId,
        id: &str,
        name: &str,
        basis: &mut Basis,
        hold: impl Fn(N) -> Result<Holding, Error>,
    ) -> Result<Option<Arc<Part<Option<Holding>>>>, Error> {
        let read = |name: &str, basis: &mut Basis| {
            self.part(&N::key(account, name), basis, |found: Option<N>, _| {
                found.map(|found| hold(found.under(name))).transpose()
            })
        };
        let is_it = |part: &Part<Option<Holding>>| part.value.as_ref().is_some_and(|holding| holding.entity.id == id);
        if !name.is_empty() {
            let part = read(name, basis)?;
            if is_it(&part) {
                return Ok(Some(part));
            }
        }
        let Some(name) = self.name_of(id, N::KIND, account, basis)? else { return Ok(None) };
        let part = read(&name, basis)?;
        Ok(is_it(&part).then_some(part))
    }

    fn name_of(
        &self,
        id: &str,
        kind: EntityKind,
        account: AccountId,
        basis: &mut Basis,
    ) -> Result<Option<String>, Error> {
        let part = self.part(&Entity::key(id), basis, |entity: Option<Entity>, _| Ok(entity))?;
        let entity = part.value.as_ref().filter(|entity| entity.kind == kind && entity.account() == Some(account));
        Ok(entity.map(|entity| entity.name.clone()))
    }

    fn group(
        &self,
        account: AccountId,
        id: &str,
        policies: &mut Vec<Attached>,
        basis: &mut Basis,
    ) -> Result<(), Error> {
        let held = self.holding(account, id, "", basis, |group: Group| {
            let origin = Origin::Group(group.name.as_str().into());
            Ok(Holding {
                entity: policy::Entity { path: group.path, name: group.name, id: group.id },
                tags: Arc::default(),
                inline: inline(group.inline, &origin)?,
                attached: group.attached,
                groups: BTreeSet::new(),
                boundary: None,
            })
        })?;
        // A group that is gone has no members: this is a membership about to go.
        let Some(holding) = held.as_ref().and_then(|held| held.value.as_ref()) else { return Ok(()) };
        policies.extend(holding.inline.iter().cloned());
        self.attached(account, &holding.attached, policies, basis)
    }

    fn attached(
        &self,
        account: AccountId,
        arns: &BTreeSet<String>,
        policies: &mut Vec<Attached>,
        basis: &mut Basis,
    ) -> Result<(), Error> {
        for arn in arns {
            policies.push(self.managed_policy(account, arn, basis)?);
        }
        Ok(())
    }

    /// A managed policy of the account or of AWS's own.
    pub(crate) fn managed_policy(&self, account: AccountId, arn: &str, basis: &mut Basis) -> Result<Attached, Error> {
        if managed::is_aws(arn) {
            // No such record: the table is part of the program, and its policies are shared like others.
            let key = Key::new(Space::system(), "directory.aws-managed").text(arn);
            let part = self
                .parts
                .get(&key, || managed_document(arn, Origin::AwsManaged, &managed::document(arn).unwrap_or_default()))?;
            basis.add(&part);
            return Ok(part.value.clone());
        }
        let Some((_, _, path, name)) =
            records::parse_arn(arn).filter(|(owner, kind, ..)| (*owner, *kind) == (account, EntityKind::Policy))
        else {
            return managed_document(arn, Origin::Managed, "");
        };
        let part = self.part(&ManagedPolicy::key(account, &name), basis, |found: Option<ManagedPolicy>, store| {
            let Some(found) = found.filter(|found| found.path == path && found.name == name) else {
                return managed_document(arn, Origin::Managed, "");
            };
            let version = PolicyVersion::key(account, &name, found.default_version);
            let document = store.get::<PolicyVersion>(&version)?.map(|version| version.document).unwrap_or_default();
            managed_document(arn, Origin::Managed, &document)
        })?;
        Ok(part.value.clone())
    }

    /// What `make` makes of the record at `key`, in the snapshot that it was read in.
    fn part<R: Record, T: Send + Sync + 'static>(
        &self,
        key: &Key,
        basis: &mut Basis,
        make: impl FnOnce(Option<R>, &mut store::Transaction) -> Result<T, Error>,
    ) -> Result<Arc<Part<T>>, Error> {
        let part = self.parts.get(key, || {
            let mut transaction = self.store.begin()?;
            let found = transaction.get::<R>(key)?;
            make(found, &mut transaction)
        })?;
        basis.add(&part);
        Ok(part)
    }
}

/// A policy as it decides; one that is not there or cannot be understood denies everything.
pub(crate) fn compiled(kind: Kind, document: &str, what: &str) -> Arc<Policy> {
    Arc::new(match Document::parse(kind, document) {
        Ok(document) => Policy::compile(&document),
        Err(error) => {
            tracing::error!(policy = what, %error, "a policy cannot be read, so it denies everything");
            Policy::denying(kind)
        }
    })
}

fn inline(policies: BTreeMap<String, String>, origin: &Origin) -> Result<Vec<Attached>, Error> {
    let attached = |(name, document): (String, String)| {
        Ok(Attached::new(name.as_str(), origin.clone(), compiled(Kind::Identity, &document, &name)))
    };
    policies.into_iter().map(attached).collect()
}

fn managed_document(arn: &str, origin: Origin, document: &str) -> Result<Attached, Error> {
    Ok(Attached::new(arn, origin, compiled(Kind::Identity, document, arn)))
}

fn tags(tags: BTreeMap<String, String>) -> Arc<Tags> {
    Arc::new(tags.into_iter().collect())
}
