//! The words for a denial.
//!
//! Source: IAM User Guide, "Troubleshoot access denied error messages".

use crate::{Decision, Decisive, Denial, PolicyType, Question, Resource};

impl Decision {
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
        self.message_on(question, None)
    }

    /// The same where the service calls the resource otherwise than by its ARN: IAM says `user alice`.
    pub fn message_on(&self, question: &Question<'_>, resource: Option<&str>) -> String {
        let Question { principal, action, partition, .. } = question;
        let arn = match question.resource {
            Resource::Any => None,
            Resource::Owned { arn, .. } => Some(arn),
        };
        let on = resource.or(arn).map_or(String::new(), |resource| format!(" on resource: {resource}"));
        let because = match self {
            Self::Explicit(Decisive { policy_type, source, .. }) => {
                let arn = source.arn().filter(|_| policy_type.names_its_arn());
                let arn = arn.map_or(String::new(), |arn| format!(": {arn}"));
                format!("with an explicit deny in {} {}{arn}", policy_type.article(), policy_type.words())
            }
            Self::Implicit(policy_type) => format!("because no {} allows the {action} action", policy_type.words()),
        };
        format!("User: {} is not authorized to perform: {action}{on} {because}", principal.arn(*partition))
    }
}

impl PolicyType {
    /// What messages call it.
    pub fn words(self) -> &'static str {
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

    pub(crate) fn article(self) -> &'static str {
        match self {
            Self::Identity => "an",
            Self::Trust => "the",
            _ => "a",
        }
    }

    /// Whether an explicit deny tells the policy's ARN. Policies on resources are never named.
    fn names_its_arn(self) -> bool {
        !matches!(self, Self::Resource | Self::Endpoint | Self::Trust)
    }
}
