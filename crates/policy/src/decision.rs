//! The decision on one access, and the words for it.
//!
//! Source: IAM User Guide, "Policy evaluation logic" and "Troubleshoot access denied error messages".

use crate::Principal;
use base::{AccountId, Partition};

/// What an action is asked for on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// No resource of its own (`*`): CreateKey, ListKeys. Decided by the caller's account alone.
    Any,
    /// One resource, owned by an account.
    Owned {
        /// The resource's ARN.
        arn: String,
        /// The account whose policies guard it.
        owner: AccountId,
    },
}

/// One action on one resource, with the condition keys that the request gives values to.
#[derive(Clone, Debug)]
pub struct Access {
    /// `service:Action`
    pub action: &'static str,
    /// On what.
    pub resource: Resource,
    /// Condition keys such as `kms:EncryptionAlgorithm` with their values.
    pub conditions: Vec<(String, Vec<String>)>,
}

/// A question to the evaluator.
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// What for.
    pub access: &'a Access,
}

/// The answer, naming what decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Allowed by the account that owns the resource, which trusts its root.
    AllowedByAccountRoot,
    /// Not allowed.
    Denied(Denial),
}

/// Which kind of policy would have had to allow the access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// A policy of the caller.
    NoIdentityPolicy,
    /// A policy of the resource, since it belongs to another account.
    NoResourcePolicy,
}

/// Decides one access. Never allows on doubt.
pub fn decide(request: &Request<'_>) -> Decision {
    let owner = match &request.access.resource {
        Resource::Any => request.principal.account(),
        Resource::Owned { owner, .. } => *owner,
    };
    match request.principal {
        _ if owner != request.principal.account() => Decision::Denied(Denial::NoResourcePolicy),
        Principal::Root { .. } => Decision::AllowedByAccountRoot,
        Principal::User { .. } | Principal::Service { .. } => Decision::Denied(Denial::NoIdentityPolicy),
    }
}

impl Denial {
    /// The text that AWS gives the denied caller.
    pub fn message(self, request: &Request<'_>, partition: Partition) -> String {
        let Request { principal, access } = request;
        let action = access.action;
        let on = match &access.resource {
            Resource::Any => String::new(),
            Resource::Owned { arn, .. } => format!(" on resource: {arn}"),
        };
        let kind = match self {
            Self::NoIdentityPolicy => "identity-based",
            Self::NoResourcePolicy => "resource-based",
        };
        format!(
            "User: {} is not authorized to perform: {action}{on} because no {kind} policy allows the {action} action",
            principal.arn(partition)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> AccountId {
        id.parse().unwrap()
    }

    fn on(owner: &str) -> Access {
        let resource =
            Resource::Owned { arn: "arn:aws:kms:us-east-1:111122223333:key/k".into(), owner: account(owner) };
        Access { action: "kms:Encrypt", resource, conditions: Vec::new() }
    }

    #[test]
    fn a_root_may_do_everything_in_its_own_account_and_nothing_in_another() {
        let root = Principal::Root { account: account("111122223333") };
        assert_eq!(decide(&Request { principal: &root, access: &on("111122223333") }), Decision::AllowedByAccountRoot);
        let foreign = Request { principal: &root, access: &on("444455556666") };
        assert_eq!(decide(&foreign), Decision::Denied(Denial::NoResourcePolicy));
    }

    #[test]
    fn a_user_without_policies_is_denied_in_aws_words() {
        let user = Principal::User { account: account("111122223333"), name: "alice".into(), id: "AIDA1".into() };
        let access = on("111122223333");
        let request = Request { principal: &user, access: &access };
        assert_eq!(decide(&request), Decision::Denied(Denial::NoIdentityPolicy));
        assert_eq!(
            Denial::NoIdentityPolicy.message(&request, Partition::Aws),
            "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: kms:Encrypt on resource: \
             arn:aws:kms:us-east-1:111122223333:key/k because no identity-based policy allows the kms:Encrypt action"
        );
    }
}
