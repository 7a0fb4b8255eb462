//! The whole story of a decision: every policy consulted, what each statement had to do with the request, the condition
//! keys seen, and what an allow would take.
//!
//! Guarantee: the decision in an explanation is the one that [`decide`] gives; each statement's verdict comes of the same
//! function.

use crate::condition::{Condition, Passes};
use crate::decision::{self, Denial, Question, Resource, decide};
use crate::grant::Fits;
use crate::keys::{self, Found};
use crate::statement::{Asked, Outcome};
use crate::{Decision, Effect, Origin, PolicyType, Position, Values};
use std::sync::Arc;

/// Why a question was answered as it was.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The answer.
    pub decision: Decision,
    /// Every policy that speaks about the request, in the order in which denials are named.
    pub policies: Vec<Consulted>,
    /// Grants that are about the action, the first of them.
    pub grants: Vec<Weighed>,
    /// The condition keys that the request has.
    pub keys: Vec<(String, Vec<String>)>,
    /// Condition keys that a statement asked for, which otherwise speaks about the request, and the request does not
    /// have.
    pub missing_keys: Vec<String>,
    /// The types of policy that would have to allow the access, of which none does.
    pub unmet: Vec<PolicyType>,
    /// What an allow would take, in sentences. Empty if there is one.
    pub missing: Vec<String>,
}

/// A policy, held against a request.
#[derive(Clone, Debug)]
pub struct Consulted {
    /// The part that it plays.
    pub policy_type: PolicyType,
    /// Of an organization's policies: the level that it is attached to, the organization's root being 0.
    pub level: Option<usize>,
    /// Its ARN or name.
    pub id: Arc<str>,
    /// Where it comes from.
    pub origin: Origin,
    /// Its statements.
    pub statements: Vec<Held>,
}

/// A statement, held against a request.
#[derive(Clone, Debug)]
pub struct Held {
    /// Which of the policy's, counted from 0.
    pub index: usize,
    /// `Sid`
    pub sid: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Where it begins in its document.
    pub from: Position,
    /// Where it ends.
    pub to: Position,
    /// What it had to do with the request.
    pub verdict: Verdict,
    /// Its conditions, if it got so far.
    pub conditions: Vec<Tested>,
}

/// What a statement has to do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It speaks about it.
    Matches,
    /// It is about other actions.
    OtherAction,
    /// It is about other resources.
    OtherResource,
    /// It is about other principals.
    OtherPrincipal,
    /// A condition fails.
    ConditionFails,
    /// A condition is in doubt, and so the statement allows nothing.
    ConditionInDoubt,
}

/// A condition, tested on a request.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The operator.
    pub operator: String,
    /// The condition key, in lower case.
    pub key: String,
    /// What the policy asks for.
    pub wanted: Vec<String>,
    /// What the request has; `None` if it does not have the key.
    pub found: Option<Vec<String>>,
    /// Whether it passes; `None` in doubt.
    pub passes: Option<bool>,
}

/// A grant, held against a request.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// Its id.
    pub id: Arc<str>,
    /// Who has it.
    pub grantee: String,
    /// What it has to do with the request.
    pub verdict: Verdict,
    /// What of it does not hold.
    pub failing: Option<String>,
}

/// Grants told of in an explanation; a principal may have ten thousands on a key.
const MAX_GRANTS: usize = 20;

/// Decides, and tells everything that the decision rests on. Slower than [`decide`].
pub fn explain(question: &Question<'_>) -> Explanation {
    let asked = Asked::new(question);
    let decision = decide(question);
    let policies = consulted(&asked);
    let mut missing_keys: Vec<String> = Vec::new();
    let absent = policies.iter().flat_map(|policy| &policy.statements).flat_map(|statement| &statement.conditions);
    for tested in absent.filter(|tested| tested.found.is_none()) {
        if !missing_keys.contains(&tested.key) {
            missing_keys.push(tested.key.clone());
        }
    }
    let unmet = decision::unmet(&asked);
    let grants = weighed(question);
    let mut missing = if decision.is_allowed() { Vec::new() } else { missing(question, &decision, &unmet, &policies) };
    if unmet.iter().any(|it| matches!(it, PolicyType::Resource | PolicyType::Identity)) && !missing.is_empty() {
        missing.extend(grants.iter().filter_map(|grant| {
            Some(format!("grant {} would allow it but for this: {}", grant.id, grant.failing.as_ref()?))
        }));
    }
    let keys = keys::own_keys(question).into_iter().map(|(name, values)| (name.into_owned(), values));
    let given = question.context.iter().map(|(name, values)| {
        let values = match values {
            Values::Single(value) => vec![value.text().into_owned()],
            Values::Set(values) => values.to_vec(),
        };
        (name, values)
    });
    Explanation { decision, policies, grants, keys: keys.chain(given).collect(), missing_keys, unmet, missing }
}

fn weighed(question: &Question<'_>) -> Vec<Weighed> {
    let each = question.policies.grants.iter().filter_map(|grant| {
        let (verdict, failing) = match grant.fits(question) {
            Fits::OtherAction => return None,
            Fits::OtherPrincipal => (Verdict::OtherPrincipal, None),
            Fits::No(why) => (Verdict::ConditionFails, Some(why)),
            Fits::Yes(_) => (Verdict::Matches, None),
        };
        Some(Weighed { id: grant.id().into(), grantee: grant.grantee().to_owned(), verdict, failing })
    });
    each.take(MAX_GRANTS).collect()
}

fn consulted(asked: &Asked<'_>) -> Vec<Consulted> {
    let mut policies = Vec::new();
    let mut levels = (0, 0);
    for (policy_type, list) in asked.question.parts() {
        let count = match policy_type {
            PolicyType::ResourceControl => Some(&mut levels.0),
            PolicyType::ServiceControl => Some(&mut levels.1),
            _ => None,
        };
        let level = count.map(|count| {
            *count += 1;
            *count - 1
        });
        for source in list {
            let statements = source.policy.statements.iter().enumerate().map(|(index, compiled)| {
                let outcome = compiled.outcome(&source.policy, asked);
                let reached = matches!(outcome, Outcome::Match(_) | Outcome::Condition(_) | Outcome::Doubt(_));
                let conditions = source.policy.conditions(compiled).filter(|_| reached);
                Held {
                    index,
                    sid: source.policy.sid(index).map(str::to_owned),
                    effect: if compiled.is_deny() { Effect::Deny } else { Effect::Allow },
                    from: compiled.from,
                    to: compiled.to,
                    verdict: outcome.into(),
                    conditions: conditions.map(|mut code| tested(asked.question, &mut code)).unwrap_or_default(),
                }
            });
            policies.push(Consulted {
                policy_type,
                level,
                id: source.id.clone(),
                origin: source.origin.clone(),
                statements: statements.collect(),
            });
        }
    }
    policies
}

fn tested(question: &Question<'_>, code: &mut crate::code::Reader<'_>) -> Vec<Tested> {
    let mut all = Vec::new();
    while let Some(condition) = Condition::next(code) {
        let found = match condition.found(question) {
            Found::Nothing => None,
            Found::One(value) => Some(vec![value.text().into_owned()]),
            Found::Set(values) => Some(values.to_vec()),
            Found::Ambiguous(values) => Some(values.iter().map(|value| value.text().into_owned()).collect()),
        };
        all.push(Tested {
            operator: condition.operator.name(),
            key: condition.key().to_owned(),
            wanted: condition.written(),
            found,
            passes: match condition.passes(question) {
                Passes::Yes => Some(true),
                Passes::No => Some(false),
                Passes::Doubt => None,
            },
        });
    }
    all
}

impl From<Outcome> for Verdict {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Match(_) => Self::Matches,
            Outcome::OtherAction => Self::OtherAction,
            Outcome::OtherResource => Self::OtherResource,
            Outcome::OtherPrincipal => Self::OtherPrincipal,
            Outcome::Condition(_) => Self::ConditionFails,
            Outcome::Doubt(_) => Self::ConditionInDoubt,
        }
    }
}

/// What would have to change: each denying statement, each type of policy without an allow, and the statements that
/// nearly allow.
fn missing(question: &Question<'_>, decision: &Decision, unmet: &[PolicyType], policies: &[Consulted]) -> Vec<String> {
    let action = question.action;
    let on = match question.resource {
        Resource::Any => String::new(),
        Resource::Owned { arn, .. } => format!(" on {arn}"),
    };
    let mut out = Vec::new();
    for policy in policies {
        let denying = |held: &&Held| held.effect == Effect::Deny && held.verdict == Verdict::Matches;
        for held in policy.statements.iter().filter(denying) {
            out.push(format!("{} must not deny {action}{on}", place(policy, held)));
        }
    }
    for policy_type in unmet {
        out.push(format!("{} {} has to allow {action}{on}", policy_type.article(), policy_type.words()));
        for policy in policies.iter().filter(|policy| policy.policy_type == *policy_type) {
            for held in policy.statements.iter().filter(|held| held.effect == Effect::Allow) {
                if let Some(but) = but(held) {
                    out.push(format!("{} would allow it but {but}", place(policy, held)));
                }
            }
        }
    }
    let limited = matches!(decision, Decision::Denied(Denial::Implicit(PolicyType::Session)));
    if limited && question.principal.session_policies().is_none() && question.policies.session.is_none() {
        out.push("the session was asked for without a policy, and so has no permissions".to_owned());
    }
    out
}

fn place(policy: &Consulted, held: &Held) -> String {
    let sid = held.sid.as_ref().map_or(String::new(), |sid| format!(" ({sid})"));
    format!("statement {}{sid} at {} of {} {}", held.index + 1, held.from, policy.policy_type.words(), policy.id)
}

/// Why a statement that is about the action does not match.
fn but(held: &Held) -> Option<String> {
    match held.verdict {
        Verdict::Matches | Verdict::OtherAction => None,
        Verdict::OtherResource => Some("for its resources".to_owned()),
        Verdict::OtherPrincipal => Some("for its principals".to_owned()),
        Verdict::ConditionFails | Verdict::ConditionInDoubt => {
            let failing = held.conditions.iter().filter(|tested| tested.passes != Some(true));
            let each = failing.map(|Tested { operator, key, wanted, found, .. }| {
                let found = found.as_ref().map_or_else(|| "absent".to_owned(), |found| found.join(", "));
                format!("{operator} {key} asks for {}, and it is {found}", wanted.join(" or "))
            });
            Some(format!("for a condition: {}", each.collect::<Vec<_>>().join("; ")))
        }
    }
}
