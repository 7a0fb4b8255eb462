//! What an operation reaches, and the permits that come of it.
//!
//! A resolver names its targets; only the road turns a target into a [`Permit`], after the evaluator allowed it, and
//! only a permit gives the handler the target's view. So a handler cannot reach what was not decided (I2).

use crate::views::Guarded;
use base::{AccountId, Timestamp};
use std::any::Any;
use std::sync::Arc;

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
    pub(crate) conditions: Vec<(String, Vec<String>)>,
    pub(crate) view: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) audit: Option<AuditResource>,
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

    /// An action on a resource, whose view the handler receives once it is permitted.
    pub fn view<V: Guarded>(action: &'static str, view: Arc<V>) -> Self {
        let (arn, owner) = (view.arn(), view.owner());
        let mut target = Self::arn(action, arn.clone(), owner);
        target.audit = Some(AuditResource { arn, account: owner, kind: V::KIND });
        target.view = Some(view);
        target
    }

    /// Adds a condition key that the request gives values to.
    #[must_use]
    pub fn condition(mut self, key: impl Into<String>, values: Vec<String>) -> Self {
        self.conditions.push((key.into(), values));
        self
    }

    fn new(action: &'static str, resource: Option<(String, AccountId)>) -> Self {
        Self { action, resource, conditions: Vec::new(), view: None, audit: None }
    }

    /// The resource as policies know it.
    pub(crate) fn resource(&self) -> policy::Resource<'_> {
        match &self.resource {
            None => policy::Resource::Any,
            Some((arn, owner)) => policy::Resource::Owned { arn, owner: *owner },
        }
    }

    /// Its condition keys, beside those of the call.
    pub(crate) fn context(&self, now: Timestamp) -> policy::Context<'_> {
        let mut context = policy::Context::new(now);
        for (key, values) in &self.conditions {
            match values.as_slice() {
                [value] => context.set(key.as_str(), value.as_str()),
                values => context.set_many(key.as_str(), values),
            }
        }
        context
    }
}

/// The proof that an access was allowed, with the view that the decision was made on.
pub(crate) struct Permit {
    pub(crate) view: Option<Arc<dyn Any + Send + Sync>>,
}
