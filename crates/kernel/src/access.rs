//! What an operation reaches, and the permits that come of it.
//!
//! A resolver names its targets; only the road turns a target into a [`Permit`], after the evaluator allowed it, and
//! only a permit gives the handler the target's view. So a handler cannot reach what was not decided (I2).

use crate::call::Caller;
use crate::ctx::Lookup;
use crate::error::Result;
use crate::meter::Tally;
use crate::views::Guarded;
use base::{AccountId, Region};
use model::Fault;
use policy::{Attached, Context};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Key;

/// A resource as an audit record lists it.
#[derive(Clone)]
pub struct AuditResource {
    /// Its ARN.
    pub arn: String,
    /// Its owner.
    pub account: AccountId,
    /// CloudTrail's type, such as `AWS::KMS::Key`.
    pub kind: &'static str,
}

/// One action on one resource that an operation is about to reach.
pub struct Target {
    /// `service:Action`
    pub(crate) action: &'static str,
    /// The ARN and the owner; `None` for an action without a resource of its own.
    pub(crate) resource: Option<(String, AccountId)>,
    /// Condition keys such as `kms:EncryptionAlgorithm` with their values.
    pub(crate) conditions: Vec<(String, Given)>,
    /// The policy of a resource that has no view.
    policy: Option<Attached>,
    /// Grants on the resource that may be the caller's; `None` until its view was asked.
    pub(crate) grants: Option<Vec<Arc<policy::Grant>>>,
    /// Tags of a resource that has no view.
    tags: BTreeMap<String, String>,
    /// What a denial calls the resource, where that is not its ARN.
    pub(crate) told: Option<String>,
    pub(crate) is_beyond_resource_control: bool,
    /// The request brought a second factor, whatever the caller's session did.
    pub(crate) has_factor: bool,
    /// The answer to a denial, where AWS does not tell more than that.
    pub(crate) denied_as: Option<Fault>,
    /// Where it happens, if elsewhere than the call.
    pub(crate) region: Option<Region>,
    pub(crate) view: Option<Arc<dyn Seen>>,
    pub(crate) audit: Option<AuditResource>,
}

/// What a request gives a condition key.
pub(crate) enum Given {
    One(String),
    Set(Vec<String>),
}

impl Target {
    /// An action without a resource of its own.
    pub fn any(action: &'static str) -> Self {
        Self::new(action, None)
    }

    /// An action on a resource that has no view, known by its ARN.
    pub fn arn(action: &'static str, arn: String, owner: AccountId) -> Self {
        Self::new(action, Some((arn, owner)))
    }

    /// An action on a resource, whose view the handler receives once it is permitted. Its policy and tags come with it.
    pub fn view<V: Guarded>(action: &'static str, view: Arc<V>) -> Self {
        let (arn, owner) = (view.arn(), view.owner());
        let mut target = Self::arn(action, arn.clone(), owner);
        target.audit = Some(AuditResource { arn, account: owner, kind: V::KIND });
        target.view = Some(view);
        target
    }

    /// Adds a condition key that the request gives values to. A key that may hold several at once belongs into
    /// [`Target::condition_set`].
    #[must_use]
    pub fn condition(mut self, key: impl Into<String>, mut values: Vec<String>) -> Self {
        let given = match values.len() {
            1 => Given::One(values.pop().unwrap_or_default()),
            _ => Given::Set(values),
        };
        self.conditions.push((key.into(), given));
        self
    }

    /// Adds a condition key that holds a set of values, one or none as well.
    #[must_use]
    pub fn condition_set(mut self, key: impl Into<String>, values: Vec<String>) -> Self {
        self.conditions.push((key.into(), Given::Set(values)));
        self
    }

    /// The tags that the request would set: `aws:RequestTag/…` and `aws:TagKeys`.
    #[must_use]
    pub fn request_tags<'t>(mut self, tags: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut keys = Vec::new();
        for (key, value) in tags {
            self.conditions.push((format!("aws:RequestTag/{key}"), Given::One(value.to_owned())));
            keys.push(key.to_owned());
        }
        if keys.is_empty() { self } else { self.condition_set("aws:TagKeys", keys) }
    }

    /// The policy of the resource, where it has no view.
    #[must_use]
    pub fn guarded_by(mut self, policy: Attached) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The grants on the resource that count for this access, instead of those that its view knows.
    #[must_use]
    pub fn granted(mut self, grants: Vec<Arc<policy::Grant>>) -> Self {
        self.grants = Some(grants);
        self
    }

    /// The tags of the resource, where it has no view: `aws:ResourceTag/…`.
    #[must_use]
    pub fn tagged(mut self, tags: BTreeMap<String, String>) -> Self {
        self.tags = tags;
        self
    }

    /// What a denial calls the resource, where the service does not call it by its ARN.
    #[must_use]
    pub fn told(mut self, resource: impl Into<String>) -> Self {
        self.told = Some(resource.into());
        self
    }

    /// Lists the resource in the audit record, where it has no view; `kind` is CloudTrail's type.
    #[must_use]
    pub fn on_record(mut self, kind: &'static str) -> Self {
        if let Some((arn, owner)) = &self.resource {
            self.audit = Some(AuditResource { arn: arn.clone(), account: *owner, kind });
        }
        self
    }

    /// Resource control policies do not speak about this access.
    #[must_use]
    pub fn beyond_resource_control(mut self) -> Self {
        self.is_beyond_resource_control = true;
        self
    }

    /// The request itself brought a second factor, just now: `aws:MultiFactorAuthPresent` and `aws:MultiFactorAuthAge`.
    #[must_use]
    pub fn with_second_factor(mut self) -> Self {
        self.has_factor = true;
        self
    }

    /// It happens in this Region (`aws:RequestedRegion`), whatever Region was called.
    #[must_use]
    pub fn in_region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// Answers a denial with this, and not with AWS's usual words; what was decided is kept and explained all the same.
    #[must_use]
    pub fn denied_as(mut self, fault: Fault) -> Self {
        self.denied_as = Some(fault);
        self
    }

    fn new(action: &'static str, resource: Option<(String, AccountId)>) -> Self {
        Self {
            action,
            resource,
            conditions: Vec::new(),
            policy: None,
            grants: None,
            tags: BTreeMap::new(),
            told: None,
            is_beyond_resource_control: false,
            has_factor: false,
            denied_as: None,
            region: None,
            view: None,
            audit: None,
        }
    }

    /// The resource as policies know it.
    pub(crate) fn resource(&self) -> policy::Resource<'_> {
        match &self.resource {
            None => policy::Resource::Any,
            Some((arn, owner)) => policy::Resource::Owned { arn, owner: *owner },
        }
    }

    /// The ARN of the resource.
    pub(crate) fn reached(&self) -> Option<String> {
        self.resource.as_ref().map(|(arn, _)| arn.clone())
    }

    /// The policy of the resource.
    pub(crate) fn policy(&self) -> Option<&Attached> {
        self.policy.as_ref().or_else(|| self.view.as_ref()?.policy())
    }

    /// Whether grants on the resource may allow what its policies do not, and were not asked yet.
    pub(crate) fn may_be_granted(&self) -> bool {
        self.grants.is_none() && self.view.as_ref().is_some_and(|view| view.has_grants())
    }

    /// The grants on the resource that were brought.
    pub(crate) fn grants(&self) -> &[Arc<policy::Grant>] {
        self.grants.as_deref().unwrap_or_default()
    }

    /// Adds its condition keys to those of the call.
    pub(crate) fn add_to<'c>(&'c self, caller: &'c Caller, context: &mut Context<'c>) {
        if let Some(view) = &self.view {
            view.add_to(caller, context);
        }
        let tags = self.view.as_ref().and_then(|view| view.tags()).unwrap_or(&self.tags);
        for (key, value) in tags {
            context.set_with("aws:ResourceTag/", key, value.as_str());
        }
        // For those who have no session that could say it.
        if self.has_factor {
            context.set("aws:MultiFactorAuthPresent", true);
            context.set("aws:MultiFactorAuthAge", 0);
        }
        for (key, given) in &self.conditions {
            match given {
                Given::One(value) => context.set(key.as_str(), value.as_str()),
                Given::Set(values) => context.set_many(key.as_str(), values.as_slice()),
            }
        }
    }
}

/// A view, whatever it is of.
pub(crate) trait Seen: Send + Sync {
    fn policy(&self) -> Option<&Attached>;

    fn has_grants(&self) -> bool;

    fn grants(&self, lookup: &mut Lookup<'_, '_>, action: &str) -> Result<Vec<Arc<policy::Grant>>>;

    fn tags(&self) -> Option<&BTreeMap<String, String>>;

    fn add_to<'c>(&'c self, caller: &'c Caller, context: &mut Context<'c>);

    fn arn(&self) -> String;

    fn tally(&self) -> Option<&Arc<Tally>>;

    fn as_any(&self) -> &dyn Any;

    fn root_of(&self, arn: &str) -> Option<Key>;

    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<V: Guarded> Seen for V {
    fn policy(&self) -> Option<&Attached> {
        Guarded::policy(self)
    }

    fn has_grants(&self) -> bool {
        Guarded::has_grants(self)
    }

    fn grants(&self, lookup: &mut Lookup<'_, '_>, action: &str) -> Result<Vec<Arc<policy::Grant>>> {
        Guarded::grants(self, lookup, action)
    }

    fn tags(&self) -> Option<&BTreeMap<String, String>> {
        Guarded::tags(self)
    }

    fn add_to<'c>(&'c self, caller: &'c Caller, context: &mut Context<'c>) {
        Guarded::add_to(self, caller, context);
    }

    fn arn(&self) -> String {
        Guarded::arn(self)
    }

    fn tally(&self) -> Option<&Arc<Tally>> {
        Guarded::tally(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn root_of(&self, arn: &str) -> Option<Key> {
        Guarded::stored_at(self).filter(|_| Guarded::arn(self) == arn)
    }

    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

/// The proof that an access was allowed, with the view that the decision was made on.
pub(crate) struct Permit {
    pub(crate) view: Option<Arc<dyn Seen>>,
}

impl Permit {
    /// Where the resource is stored, if it is this one.
    pub(crate) fn root_of(&self, arn: &str) -> Option<Key> {
        self.view.as_ref().and_then(|view| view.root_of(arn))
    }
}
