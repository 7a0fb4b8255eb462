//! What a simulation leaves out of the policies that somebody has.
//!
//! Guarantees: what cannot name a policy is refused; what names none is ignored. Source: IAM API Reference,
//! PolicyIdentifier, InlinePolicyIdentifierType, SimulatePrincipalPolicy.

use crate::held::{HeldPolicy, Place};
use crate::policies::PolicyArn;
use crate::{api, error};
use api::PolicyIdentifierPolicyType as Type;
use base::Partition;
use directory::records::EntityKind;
use model::Fault;

/// What is left out.
pub(super) struct Exclusions(Vec<Exclusion>);

enum Exclusion {
    All(Type),
    Managed(String),
    Inline { policy: String, kind: EntityKind, holder: String },
}

impl Exclusions {
    /// Reads a request's list.
    pub(super) fn read(list: Vec<api::PolicyIdentifier>, partition: Partition) -> Result<Self, Fault> {
        list.into_iter().map(|identifier| read(identifier, partition)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a policy of the principal, or of its groups, is left out.
    pub(super) fn has(&self, policy: &HeldPolicy) -> bool {
        self.0.iter().any(|exclusion| match (exclusion, &policy.place) {
            (Exclusion::All(Type::Inline), Place::Inline(..)) => true,
            (Exclusion::All(Type::AwsManaged), Place::Managed(arn)) => is_of_aws(arn),
            (Exclusion::All(Type::UserManaged), Place::Managed(arn)) => !is_of_aws(arn),
            (Exclusion::Managed(pattern), Place::Managed(arn)) => matches(pattern, arn),
            (Exclusion::Inline { policy: name, kind, holder }, Place::Inline(its_kind, its_holder)) => {
                kind == its_kind && *name == policy.name && matches(holder, its_holder)
            }
            _ => false,
        })
    }

    /// Whether the principal's boundary is left out.
    pub(super) fn has_boundary(&self) -> bool {
        self.has_all(Type::PermissionBoundary)
    }

    /// Whether the organization's service control policies are left out.
    pub(super) fn has_service_controls(&self) -> bool {
        self.has_all(Type::Scp)
    }

    fn has_all(&self, wanted: Type) -> bool {
        self.0.iter().any(|exclusion| matches!(exclusion, Exclusion::All(kind) if *kind == wanted))
    }
}

fn read(identifier: api::PolicyIdentifier, partition: Partition) -> Result<Exclusion, Fault> {
    match (identifier.policy_type, identifier.policy_arn, identifier.inline_policy_identifier) {
        (Some(kind), None, None) => Ok(Exclusion::All(kind)),
        (None, Some(arn), None) => {
            PolicyArn::parse(&arn, partition)?;
            if stars(&arn) <= 1 { Ok(Exclusion::Managed(arn)) } else { Err(error::invalid_arn(&arn)) }
        }
        (None, None, Some(inline)) => {
            let kind = match inline.attachment_type {
                api::AttachmentType::User => EntityKind::User,
                api::AttachmentType::Group => EntityKind::Group,
                api::AttachmentType::Role => EntityKind::Role,
            };
            let holder = inline.attachment_name;
            if stars(&holder) > 1 {
                return Err(error::invalid_input(format!("{holder} may contain one * at most.")));
            }
            Ok(Exclusion::Inline { policy: inline.policy_name, kind, holder })
        }
        _ => Err(error::invalid_input("A policy identifier must have exactly one member.")),
    }
}

fn is_of_aws(arn: &str) -> bool {
    PolicyArn::read(arn).is_some_and(|(_, named)| named.account.is_none())
}

fn stars(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'*').count()
}

/// Whether a pattern with one `*` at most, and any number of `?`, is about a text.
fn matches(pattern: &str, text: &str) -> bool {
    let same = |pattern: &[char], text: &[char]| {
        pattern.len() == text.len() && pattern.iter().zip(text).all(|(wanted, given)| *wanted == '?' || wanted == given)
    };
    let text: Vec<char> = text.chars().collect();
    let Some((first, last)) = pattern.split_once('*') else {
        return same(&pattern.chars().collect::<Vec<_>>(), &text);
    };
    let (first, last): (Vec<char>, Vec<char>) = (first.chars().collect(), last.chars().collect());
    let ends = text.len().checked_sub(last.len()).filter(|at| *at >= first.len());
    let parts = ends.and_then(|at| Some((text.get(..first.len())?, text.get(at..)?)));
    parts.is_some_and(|(beginning, end)| same(&first, beginning) && same(&last, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stands_for_anything_and_each_question_mark_for_one_character() {
        for (pattern, text, expected) in [
            ("app", "app", true),
            ("app", "apps", false),
            ("a?p", "aüp", true),
            ("a*", "a", true),
            ("*-prod", "web-prod", true),
            ("ab*ba", "aba", false),
            ("a*?", "a", false),
            ("a*?", "ab", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
