//! The decision on one access, and the words for it.
//!
//! Source: IAM User Guide, "Policy evaluation logic" and "Troubleshoot access denied error messages".

use crate::{Attached, Context, Policies, PolicyType, Position, Principal};
use base::{AccountId, Partition};

/// What an action is asked for on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource<'a> {
    /// No resource of its own (`*`): CreateKey, ListKeys. Decided by the caller's account alone.
    Any,
    /// One resource, owned by an account.
    Owned {
        /// The resource's ARN.
        arn: &'a str,
        /// The account whose policies guard it.
        owner: AccountId,
    },
}

/// May this principal do this? With everything that the answer depends on.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// `service:Action`
    pub action: &'a str,
    /// On what.
    pub resource: Resource<'a>,
    /// The request's condition keys.
    pub context: &'a Context<'a>,
    /// The policies that speak about it.
    pub policies: Policies<'a>,
    /// The partition of the Region called, for ARNs of principals.
    pub partition: Partition,
}

/// The answer, naming what decided.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Allowed, on these grounds.
    Allowed(Grounds),
    /// Not allowed.
    Denied(Denial),
}

/// Why something is allowed.
#[derive(Clone, Debug)]
pub enum Grounds {
    /// The account that owns the resource trusts its root.
    AccountRoot,
    /// A statement allows it.
    Statement(Decisive),
}

/// Why something is denied.
#[derive(Clone, Debug)]
pub enum Denial {
    /// A statement denies it.
    Explicit(Decisive),
    /// No policy of this type allows it.
    Implicit(PolicyType),
}

/// The statement that decided.
#[derive(Clone, Debug)]
pub struct Decisive {
    /// The part that its policy played.
    pub policy_type: PolicyType,
    /// Its policy.
    pub source: Attached,
    /// Which statement of the policy, counted from 0.
    pub statement: usize,
}

impl Decisive {
    /// The statement's `Sid`, if it has one.
    pub fn sid(&self) -> Option<&str> {
        self.source.policy.sid(self.statement)
    }

    /// Where it begins and ends in its document.
    pub fn position(&self) -> Option<(Position, Position)> {
        self.source.policy.position(self.statement)
    }
}

impl Question<'_> {
    /// The account whose resource this is about: the caller's own where there is no resource.
    pub fn owner(&self) -> AccountId {
        match self.resource {
            Resource::Any => self.principal.account,
            Resource::Owned { owner, .. } => owner,
        }
    }
}

/// Decides. Never allows on doubt.
pub fn decide(question: &Question<'_>) -> Decision {
    if question.owner() != question.principal.account {
        return Decision::Denied(Denial::Implicit(PolicyType::Resource));
    }
    if question.principal.is_root() && question.policies.resource.is_none() {
        return Decision::Allowed(Grounds::AccountRoot);
    }
    Decision::Denied(Denial::Implicit(PolicyType::Identity))
}

impl Decision {
    /// Whether it is an allow.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }

    /// The text that AWS gives a denied caller; `None` if the caller is not denied.
    pub fn message(&self, question: &Question<'_>) -> Option<String> {
        match self {
            Self::Allowed(_) => None,
            Self::Denied(denial) => Some(denial.message(question)),
        }
    }
}

impl Denial {
    /// The text that AWS gives the denied caller.
    pub fn message(&self, question: &Question<'_>) -> String {
        let Question { principal, action, partition, .. } = question;
        let on = match question.resource {
            Resource::Any => String::new(),
            Resource::Owned { arn, .. } => format!(" on resource: {arn}"),
        };
        let because = match self {
            Self::Explicit(Decisive { policy_type, source, .. }) => {
                let arn = source.arn().filter(|_| policy_type.names_its_arn());
                format!(
                    "with an explicit deny in {}{}",
                    policy_type.with_article(),
                    arn.map_or(String::new(), |arn| format!(": {arn}"))
                )
            }
            Self::Implicit(policy_type) => {
                format!("because no {} allows the {action} action", policy_type.words())
            }
        };
        format!("User: {} is not authorized to perform: {action}{on} {because}", principal.arn(*partition))
    }
}

impl PolicyType {
    /// What messages call it.
    fn words(self) -> &'static str {
        match self {
            Self::Identity => "identity-based policy",
            Self::Resource => "resource-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::Endpoint => "VPC endpoint policy",
            Self::Trust => "role trust policy",
        }
    }

    fn with_article(self) -> String {
        let article = match self {
            Self::Identity => "an",
            Self::Trust => "the",
            _ => "a",
        };
        format!("{article} {}", self.words())
    }

    /// Whether an explicit deny tells the policy's ARN. Policies on resources are never named.
    fn names_its_arn(self) -> bool {
        !matches!(self, Self::Resource | Self::Endpoint | Self::Trust)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Timestamp;

    const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/k";

    fn account(id: &str) -> AccountId {
        id.parse().unwrap()
    }

    fn answer(principal: &Principal, owner: &str) -> (Decision, Option<String>) {
        let context = Context::new(Timestamp::from_millis(0));
        let question = Question {
            principal,
            action: "kms:Encrypt",
            resource: Resource::Owned { arn: KEY, owner: account(owner) },
            context: &context,
            policies: Policies::default(),
            partition: Partition::Aws,
        };
        let decision = decide(&question);
        let message = decision.message(&question);
        (decision, message)
    }

    #[test]
    fn a_root_may_do_everything_in_its_own_account_and_nothing_in_another() {
        let root = Principal::root(account("111122223333"));
        assert!(matches!(answer(&root, "111122223333").0, Decision::Allowed(Grounds::AccountRoot)));
        let foreign = answer(&root, "444455556666").0;
        assert!(matches!(foreign, Decision::Denied(Denial::Implicit(PolicyType::Resource))));
    }

    #[test]
    fn a_user_without_policies_is_denied_in_aws_words() {
        let user = Principal::user(account("111122223333"), "/", "alice", "AIDA1");
        assert_eq!(
            answer(&user, "111122223333").1.unwrap(),
            "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: kms:Encrypt on resource: \
             arn:aws:kms:us-east-1:111122223333:key/k because no identity-based policy allows the kms:Encrypt action"
        );
    }
}
