//! One simulated request: what the policies make of it, by the evaluator that decides real ones.
//!
//! Guarantees: a denial by the organization ends the simulation, and answers tell nothing of its policies; only
//! statements that decide are told. Source: IAM API Reference, EvaluationResult, ResourceSpecificResult.

use super::context;
use super::part::Part;
use crate::api;
use api::PolicyEvaluationDecisionType as Told;
use base::{AccountId, Partition};
use policy::{
    Attached, Consulted, Context, Effect, Kind, Policies, PolicyType, Principal, Question, Resource, Verdict, explain,
};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a simulation rests on, whatever request it is about.
pub(super) struct Judge {
    /// Who is simulated.
    pub(super) principal: Principal,
    /// Keys of every request.
    pub(super) context: Context<'static>,
    /// The principal's policies.
    pub(super) identity: Vec<Part>,
    /// Its boundary.
    pub(super) boundary: Option<Part>,
    /// What every resource has, by what it is to an action.
    pub(super) resource: Vec<(Kind, Part)>,
    /// Service control policies, level by level; `None` if there is no organization.
    pub(super) controls: Option<Vec<Vec<Attached>>>,
    /// Owner of resources whose ARN does not tell.
    pub(super) owner: AccountId,
    /// For ARNs.
    pub(super) partition: Partition,
}

/// Bytes of a short statement.
const SHORT: usize = 64;

/// A statement that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Decided {
    list: List,
    policy: usize,
    statement: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum List {
    Identity,
    Resource,
    Boundary,
}

/// What comes of a request.
pub(super) struct Outcome {
    /// The decision.
    pub(super) decision: Told,
    /// The statements that decided.
    pub(super) decided: BTreeSet<Decided>,
    /// Keys that policies ask for and nobody gave.
    pub(super) missing: Vec<String>,
    /// Whether the organization allows it, if there is one.
    pub(super) organization: Option<bool>,
    /// Whether the boundary allows it, if there is one.
    pub(super) boundary: Option<bool>,
    /// What each type of policy says, where accounts meet; `None` where the organization ended it.
    pub(super) details: Option<BTreeMap<String, Told>>,
}

/// How restrictive a decision is.
pub(super) fn rank(decision: Told) -> u8 {
    match decision {
        Told::Allowed => 0,
        Told::ImplicitDeny => 1,
        Told::ExplicitDeny => 2,
    }
}

/// What a resource's policy is to an action.
pub(super) fn kind_of(action: &str) -> Kind {
    let action = action.to_ascii_lowercase();
    match action.split_once(':') {
        Some(("kms", _)) => Kind::Key,
        Some(("sts", name)) if name.starts_with("assumerole") => Kind::Trust,
        _ => Kind::Resource,
    }
}

impl Judge {
    /// How much is held against each request, in short statements.
    pub(super) fn weight(&self) -> usize {
        let parts = self.identity.iter().chain(&self.boundary).chain(self.resource.iter().map(|(_, part)| part));
        let controls = self.controls.iter().flatten().flatten();
        let policies = parts.map(|part| &part.attached).chain(controls).map(|attached| &attached.policy);
        policies.map(|policy| policy.len() + policy.bytes() / SHORT).sum()
    }

    /// A statement in an answer.
    pub(super) fn told(&self, action: &str, decided: Decided) -> Option<api::Statement> {
        let part = match decided.list {
            List::Identity => self.identity.get(decided.policy),
            List::Resource => self.resource_part(action),
            List::Boundary => self.boundary.as_ref(),
        };
        part.map(|part| part.statement(decided.statement))
    }

    fn resource_part(&self, action: &str) -> Option<&Part> {
        let kind = kind_of(action);
        self.resource.iter().find(|(of, _)| *of == kind).map(|(_, part)| part)
    }

    /// Decides a request on a resource, or with `None` on `*`.
    pub(super) fn decide(&self, action: &str, arn: Option<&str>) -> Outcome {
        let owner = arn.and_then(owner_of).unwrap_or(self.owner);
        let (resource, context) = match arn {
            Some(arn) => (Resource::Owned { arn, owner }, context::owned(&self.context, owner)),
            None => (Resource::Any, self.context.clone()),
        };
        let of_resource = self.resource_part(action);
        let identity: Vec<Attached> = self.identity.iter().map(|part| part.attached.clone()).collect();
        let explained = explain(&Question {
            principal: &self.principal,
            action,
            resource,
            context: &context,
            policies: Policies {
                identity: &identity,
                boundary: self.boundary.as_ref().map(|part| &part.attached),
                scp: self.controls.as_deref().unwrap_or_default(),
                resource: of_resource.map(|part| &part.attached),
                ..Policies::default()
            },
            partition: self.partition,
        });
        let found = |list, effect| decided(&explained.policies, list, effect);
        let denies = |list| !found(list, Effect::Deny).is_empty();
        let says = |list| match () {
            () if denies(list) => Told::ExplicitDeny,
            () if found(list, Effect::Allow).is_empty() => Told::ImplicitDeny,
            () => Told::Allowed,
        };
        let is_barred = explained.unmet.contains(&PolicyType::ServiceControl)
            || matching(&explained.policies, PolicyType::ServiceControl, Effect::Deny).next().is_some();
        let organization = self.controls.as_ref().map(|_| !is_barred);
        if organization == Some(false) {
            let (decided, missing) = (BTreeSet::new(), Vec::new());
            let decision = Told::ImplicitDeny;
            return Outcome { decision, decided, missing, organization, boundary: None, details: None };
        }
        let all = |effect| [List::Identity, List::Resource, List::Boundary].map(|list| found(list, effect)).concat();
        let denying = all(Effect::Deny);
        let (decision, decided) = if !denying.is_empty() {
            (Told::ExplicitDeny, denying)
        } else if explained.decision.is_allowed() {
            (Told::Allowed, [List::Identity, List::Resource].map(|list| found(list, Effect::Allow)).concat())
        } else {
            (Told::ImplicitDeny, Vec::new())
        };
        let mut details = BTreeMap::new();
        if arn.is_some() && owner != self.principal.account {
            details.insert("IAM Policy".to_owned(), says(List::Identity));
            details.insert("Resource Policy".to_owned(), says(List::Resource));
            if self.boundary.is_some() {
                details.insert("Permissions Boundary Policy".to_owned(), says(List::Boundary));
            }
        }
        let boundary = self.boundary.as_ref().map(|_| says(List::Boundary) == Told::Allowed);
        let missing = self.missing(&context, of_resource);
        Outcome {
            decision,
            decided: decided.into_iter().collect(),
            missing,
            organization,
            boundary,
            details: Some(details),
        }
    }

    /// What the policies ask for, about whatever action, and the request does not have.
    fn missing(&self, context: &Context<'_>, of_resource: Option<&Part>) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let parts = self.identity.iter().chain(&self.boundary).chain(of_resource);
        let absent = parts.flat_map(Part::keys).filter(|key| context.get(key).is_none());
        absent.filter(|key| seen.insert(key.to_ascii_lowercase())).cloned().collect()
    }
}

fn matching(
    consulted: &[Consulted],
    policy_type: PolicyType,
    effect: Effect,
) -> impl Iterator<Item = (usize, usize)> + '_ {
    let policies = consulted.iter().filter(move |policy| policy.policy_type == policy_type).enumerate();
    policies.flat_map(move |(number, policy)| {
        let held = policy.statements.iter().filter(move |held| held.effect == effect);
        held.filter(|held| held.verdict == Verdict::Matches).map(move |held| (number, held.index))
    })
}

fn decided(consulted: &[Consulted], list: List, effect: Effect) -> Vec<Decided> {
    let types: &[PolicyType] = match list {
        List::Identity => &[PolicyType::Identity],
        List::Resource => &[PolicyType::Resource, PolicyType::Trust],
        List::Boundary => &[PolicyType::Boundary],
    };
    let found = types.iter().flat_map(|policy_type| matching(consulted, *policy_type, effect));
    found.map(|(policy, statement)| Decided { list, policy, statement }).collect()
}

fn owner_of(arn: &str) -> Option<AccountId> {
    arn.split(':').nth(4)?.parse().ok()
}
