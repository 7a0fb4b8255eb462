//! Whether a statement speaks about a request, and if not, why not.
//!
//! Guarantee: one function settles it for decisions and for explanations.

use crate::code::Reader;
use crate::compile::{self, ACTION_BITS, DOUBTFUL, RESOURCE_BITS, VARIABLES, WILD};
use crate::condition::{self, Condition, Passes};
use crate::decision::{Question, Resource};
use crate::policies::{Compiled, Flags, Policy};
use crate::principal::Identity;
use crate::standing::{self, Standing};
use crate::{Kind, glob};

/// A question, and what follows from it for every statement alike.
pub(crate) struct Asked<'a> {
    pub(crate) question: &'a Question<'a>,
    /// Lower-cased.
    action: String,
    service: u64,
    initial: u32,
    resource: &'a str,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(question: &'a Question<'a>) -> Self {
        let action = question.action.to_ascii_lowercase();
        let (service, name) = action.split_once(':').unwrap_or((&action, ""));
        let (service, initial) = (compile::service_bit(service), compile::initial_bits(name));
        let resource = match question.resource {
            Resource::Any => "*",
            Resource::Owned { arn, .. } => arn,
        };
        Self { question, action, service, initial, resource }
    }
}

/// What comes of holding a statement against a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It speaks about the request; how far it reaches to the principal.
    Match(Standing),
    /// It is about other actions.
    OtherAction,
    /// It is about other resources.
    OtherResource,
    /// It is about other principals.
    OtherPrincipal,
    /// A condition fails; which one, counted from 0.
    Condition(usize),
    /// A condition is in doubt, which an Allow takes for a failure.
    Doubt(usize),
}

impl Compiled {
    pub(crate) fn is_deny(&self) -> bool {
        self.flags.has(Flags::DENY)
    }

    /// Whether it can be about the action at all: a few comparisons of numbers.
    pub(crate) fn may_reach(&self, asked: &Asked<'_>) -> bool {
        self.services & asked.service != 0 && self.initials & asked.initial != 0
    }

    /// Holds it against a request.
    pub(crate) fn outcome(&self, policy: &Policy, asked: &Asked<'_>) -> Outcome {
        if !self.may_reach(asked) {
            return Outcome::OtherAction;
        }
        // What cannot be read denies, as what cannot be decided does.
        let unreadable = if self.is_deny() { Outcome::Match(Standing::Direct) } else { Outcome::OtherAction };
        let code = policy.code(self);
        code.and_then(|code| self.hold(code, policy, asked)).unwrap_or(unreadable)
    }

    /// Part by part, as far as it takes; `None` if the bytes end early.
    fn hold(&self, mut code: Reader<'_>, policy: &Policy, asked: &Asked<'_>) -> Option<Outcome> {
        if !self.flags.has(Flags::ACTIONS) {
            return Some(Outcome::OtherAction);
        }
        if names_action(code.block()?, &asked.action) == self.flags.has(Flags::NOT_ACTIONS) {
            return Some(Outcome::OtherAction);
        }
        if self.flags.has(Flags::RESOURCES) {
            if !self.reaches(code.block()?, asked) {
                return Some(Outcome::OtherResource);
            }
        } else if policy.kind() != Kind::Trust {
            // Only a trust policy is about one resource without naming it.
            return Some(Outcome::OtherResource);
        }
        let standing = match self.flags.has(Flags::PRINCIPALS) {
            false => Some(Standing::Direct),
            true => self.standing(policy, code.block()?, asked),
        };
        let Some(standing) = standing else { return Some(Outcome::OtherPrincipal) };
        Some(self.conditions(code.block()?, asked).unwrap_or(Outcome::Match(standing)))
    }

    fn reaches(&self, mut resources: Reader<'_>, asked: &Asked<'_>) -> bool {
        let negated = self.flags.has(Flags::NOT_RESOURCES);
        // In doubt the statement does not allow, and denies.
        let in_doubt = self.is_deny() != negated;
        while let Some((flags, pattern)) = resources.flagged(RESOURCE_BITS) {
            let matches = match flags & VARIABLES {
                _ if glob::is_everything(pattern) => true,
                0 => glob::matches(pattern, asked.resource),
                _ if !asked.resource.as_bytes().starts_with(glob::literal_prefix(pattern)) => false,
                _ => match condition::expand(asked.question, pattern) {
                    Ok(Some(pattern)) => glob::matches(&pattern, asked.resource),
                    // A variable without a value matches no resource.
                    Ok(None) => false,
                    Err(condition::Ambiguous) => in_doubt,
                },
            };
            if matches && (flags & DOUBTFUL == 0 || in_doubt) {
                return !negated;
            }
        }
        negated
    }

    fn standing(&self, policy: &Policy, principals: Reader<'_>, asked: &Asked<'_>) -> Option<Standing> {
        let Question { principal, policies, .. } = asked.question;
        let is_deny = self.is_deny();
        if self.flags.has(Flags::NOT_PRINCIPALS) {
            // There is none with an Allow.
            let denied = is_deny && !standing::is_spared(principals, principal, policies.boundary.is_some());
            return denied.then_some(Standing::Direct);
        }
        let standing = standing::best(principals, principal)?;
        match principal.identity {
            // Whom an identity provider vouches for, a role trusts by the provider's name alone.
            Identity::External { .. }
                if policy.kind() == Kind::Trust && !is_deny && standing::is_everyone_alone(principals, principal) =>
            {
                None
            }
            // In the policy of a gateway endpoint, of which two services have one, an account is its root alone.
            _ if policy.kind() == Kind::Endpoint && !is_deny && standing == Standing::Account => {
                let has_gateways = ["s3:", "dynamodb:"].iter().any(|service| asked.action.starts_with(service));
                (!has_gateways || principal.is_root()).then_some(standing)
            }
            _ => Some(standing),
        }
    }

    /// The first condition that stands in the way.
    fn conditions(&self, mut conditions: Reader<'_>, asked: &Asked<'_>) -> Option<Outcome> {
        let mut doubt = None;
        let mut index = 0;
        while !conditions.is_empty() {
            let passes = match Condition::next(&mut conditions) {
                Some(condition) => condition.passes(asked.question),
                None => {
                    conditions = Reader(&[]);
                    Passes::Doubt
                }
            };
            match passes {
                Passes::Yes => {}
                Passes::No => return Some(Outcome::Condition(index)),
                Passes::Doubt => doubt = doubt.or(Some(Outcome::Doubt(index))),
            }
            index += 1;
        }
        if self.is_deny() { None } else { doubt }
    }
}

fn names_action(mut actions: Reader<'_>, action: &str) -> bool {
    while let Some((flags, pattern)) = actions.flagged(ACTION_BITS) {
        let named = if flags == WILD { glob::matches(pattern, action) } else { pattern == action.as_bytes() };
        if named {
            return true;
        }
    }
    false
}
