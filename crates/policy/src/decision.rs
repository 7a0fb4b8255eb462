//! The decision on one access.
//!
//! Guarantees: an explicit deny of any policy is final; what no policy allows is denied; the order of policies and
//! statements does not matter to whether an access is allowed. Where several types of policy deny, the first in the order
//! of AWS's own description is named: resource control, service control, resource, identity, boundary, session; then the
//! endpoint. A grant stands for an Allow of the resource's policy and, between accounts, for that of the identity's too;
//! what limits principals, limits what they have by grants.
//! Sources: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access", "Cross-account
//! policy evaluation logic"; KMS Developer Guide, "Key policies", "Troubleshooting AWS KMS permissions" (a grant or an IAM
//! policy lets a principal use a key of another account), "Retiring and revoking grants" (key policies do not allow it).

use crate::grant::Fits;
use crate::principal::Identity;
use crate::standing::Standing;
use crate::statement::{Asked, Outcome};
use crate::{Attached, Context, Grant, Kind, Policies, PolicyType, Position, Principal};
use base::{AccountId, Partition};
use std::sync::Arc;

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
    /// A grant allows it, and no policy by itself.
    Grant(Arc<Grant>),
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

impl Decision {
    /// Whether it is an allow.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

impl<'a> Question<'a> {
    /// The account whose resource this is about: the caller's own where there is no resource.
    pub fn owner(&self) -> AccountId {
        match self.resource {
            Resource::Any => self.principal.account,
            Resource::Owned { owner, .. } => owner,
        }
    }

    /// The policies by the part that they play, in the order in which denials are named. Of an organization's policies
    /// each level is a part of its own.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (PolicyType, &'a [Attached])> + use<'a> {
        let Policies { identity, boundary, scp, rcp, resource, endpoint, .. } = self.policies;
        let belongs = self.principal.belongs_to_account();
        let own = move |of_type: PolicyType, list: &'a [Attached]| {
            belongs.then_some((of_type, list)).filter(|(_, list)| !list.is_empty())
        };
        let one =
            |of_type: PolicyType, policy: Option<&'a Attached>| policy.map(|it| (of_type, std::slice::from_ref(it)));
        // An organization's policies leave the roles of services alone, and are about callers and about resources.
        let is_exempt = self.principal.is_service_linked();
        let scp = if belongs && !is_exempt { scp } else { &[] };
        let rcp = if is_exempt || !self.is_about_resource() { &[] } else { rcp };
        rcp.iter()
            .map(|level| (PolicyType::ResourceControl, level.as_slice()))
            .chain(scp.iter().map(|level| (PolicyType::ServiceControl, level.as_slice())))
            .chain(one(self.guard(), resource))
            .chain(own(PolicyType::Identity, identity))
            .chain(own(PolicyType::Boundary, boundary.map(std::slice::from_ref).unwrap_or_default()))
            .chain(own(PolicyType::Session, self.session_policies().unwrap_or_default()))
            .chain(one(PolicyType::Endpoint, endpoint))
    }

    /// Whether resource control policies reach the action: one on a resource, but for retiring grants.
    fn is_about_resource(&self) -> bool {
        self.resource != Resource::Any && !self.is_retirement()
    }

    /// Whether it is about retiring a grant, which the grant itself allows, and no policy of a key.
    fn is_retirement(&self) -> bool {
        self.action.eq_ignore_ascii_case("kms:RetireGrant")
    }

    fn session_policies(&self) -> Option<&'a [Attached]> {
        self.policies.session.or_else(|| self.principal.session_policies())
    }

    /// The type of the policy that guards the resource.
    fn guard(&self) -> PolicyType {
        match self.policies.resource.map(|attached| attached.policy.kind()) {
            Some(Kind::Trust) => PolicyType::Trust,
            _ => PolicyType::Resource,
        }
    }
}

/// A statement, by its place.
#[derive(Clone, Copy)]
struct Found<'a> {
    source: &'a Attached,
    statement: usize,
}

impl Found<'_> {
    fn decisive(self, policy_type: PolicyType) -> Decisive {
        Decisive { policy_type, source: self.source.clone(), statement: self.statement }
    }
}

/// What the policies say, as long as none denies.
#[derive(Default)]
struct Allows<'a> {
    resource: Option<(Found<'a>, Standing)>,
    identity: Option<Found<'a>>,
    boundary: bool,
    session: bool,
    endpoint: bool,
    /// A level of an organization's policies allows nothing.
    shut: Option<PolicyType>,
    both_shut: bool,
}

/// Decides. Never allows on doubt.
pub fn decide(question: &Question<'_>) -> Decision {
    let asked = Asked::new(question);
    let allows = match weigh(&asked) {
        Ok(allows) => allows,
        Err(denied) => return Decision::Denied(Denial::Explicit(denied)),
    };
    let Some(lacking) = allows.unmet(question, None).first().copied() else {
        return Decision::Allowed(allows.grounds(question));
    };
    let Some((grant, standing)) = granted(question) else { return Decision::Denied(Denial::Implicit(lacking)) };
    match allows.unmet(question, Some(standing)).first() {
        Some(policy_type) => Decision::Denied(Denial::Implicit(*policy_type)),
        None => Decision::Allowed(Grounds::Grant(grant.clone())),
    }
}

/// The grant among those that allow which reaches furthest.
fn granted<'a>(question: &Question<'a>) -> Option<(&'a Arc<Grant>, Standing)> {
    let mut best: Option<(&Arc<Grant>, Standing)> = None;
    for grant in question.policies.grants {
        if let Fits::Yes(standing) = grant.fits(question)
            && best.is_none_or(|(_, before)| before < standing)
        {
            best = Some((grant, standing));
            if standing == Standing::Direct {
                break;
            }
        }
    }
    best
}

/// The types of which a policy would have to allow the access and none does, whatever denies it.
pub(crate) fn unmet(asked: &Asked<'_>) -> Vec<PolicyType> {
    let mut allows = Allows::default();
    for (policy_type, list) in asked.question.parts() {
        allows.note(policy_type, best(list, asked));
    }
    allows.unmet(asked.question, granted(asked.question).map(|(_, standing)| standing))
}

/// The statement among those that allow which reaches furthest.
fn best<'a>(list: &'a [Attached], asked: &Asked<'a>) -> Option<(Found<'a>, Standing)> {
    let statements = list.iter().flat_map(|source| {
        source.policy.statements.iter().enumerate().map(move |(statement, compiled)| (source, statement, compiled))
    });
    let allowing = statements.filter(|(_, _, compiled)| !compiled.is_deny());
    let matching = allowing.filter_map(|(source, statement, compiled)| match compiled.outcome(&source.policy, asked) {
        Outcome::Match(standing) => Some((Found { source, statement }, standing)),
        _ => None,
    });
    // The first of the furthest, as in decisions.
    matching.reduce(|best, next| if best.1 < next.1 { next } else { best })
}

/// Holds every policy against the question; the first explicit deny ends it.
fn weigh<'a>(asked: &Asked<'a>) -> Result<Allows<'a>, Decisive> {
    let mut allows = Allows::default();
    for (policy_type, list) in asked.question.parts() {
        let mut best: Option<(Found<'a>, Standing)> = None;
        for source in list {
            for (statement, compiled) in source.policy.statements.iter().enumerate() {
                if !compiled.may_reach(asked) {
                    continue;
                }
                let found = Found { source, statement };
                if compiled.is_deny() {
                    if matches!(compiled.outcome(&source.policy, asked), Outcome::Match(_)) {
                        return Err(found.decisive(policy_type));
                    }
                } else if best.is_none_or(|(_, standing)| standing < Standing::Direct)
                    && let Outcome::Match(standing) = compiled.outcome(&source.policy, asked)
                    && best.is_none_or(|(_, before)| before < standing)
                {
                    best = Some((found, standing));
                }
            }
        }
        allows.note(policy_type, best);
    }
    Ok(allows)
}

impl<'a> Allows<'a> {
    fn note(&mut self, policy_type: PolicyType, best: Option<(Found<'a>, Standing)>) {
        match policy_type {
            PolicyType::Resource | PolicyType::Trust => self.resource = best,
            PolicyType::Identity => self.identity = best.map(|(found, _)| found),
            PolicyType::Boundary => self.boundary = best.is_some(),
            PolicyType::Session => self.session = best.is_some(),
            PolicyType::Endpoint => self.endpoint = best.is_some(),
            PolicyType::ServiceControl | PolicyType::ResourceControl if best.is_none() => {
                self.both_shut |= self.shut.is_some_and(|before| before != policy_type);
                self.shut = self.shut.or(Some(policy_type));
            }
            PolicyType::ServiceControl | PolicyType::ResourceControl => {}
        }
    }

    /// The types of which a policy would have to allow the access and none does, the first to be named first; `granted` is
    /// how far a grant reaches to the principal.
    fn unmet(&self, question: &Question<'_>, granted: Option<Standing>) -> Vec<PolicyType> {
        let Question { principal, policies, .. } = question;
        let belongs = principal.belongs_to_account();
        let at_home = belongs && principal.account == question.owner();
        let guard = question.guard();
        let of_policy = self.resource.map(|(_, standing)| standing).filter(|_| !question.is_retirement());
        let standing = of_policy.max(granted);
        // Keys and roles trust nobody whom their policy does not name, not even their account.
        let has_to_be_named = !at_home
            || policies.resource.is_some_and(|attached| matches!(attached.policy.kind(), Kind::Key | Kind::Trust));
        let is_direct = at_home && standing == Some(Standing::Direct);
        let is_named = at_home && standing == Some(Standing::Entity) || granted > Some(Standing::Account);

        let mut unmet = Vec::new();
        let mut require = |policy_type, met: bool| {
            if !met {
                unmet.push(policy_type);
            }
        };
        if let Some(shut) = self.shut {
            require(shut, false);
            require(PolicyType::ServiceControl, !self.both_shut);
        }
        require(guard, !has_to_be_named || standing.is_some());
        if belongs && !is_direct {
            let is_root = matches!(principal.identity, Identity::Root | Identity::Federated { user: None, .. });
            require(PolicyType::Identity, is_named || is_root || self.identity.is_some());
            require(PolicyType::Boundary, policies.boundary.is_none() || self.boundary);
            let is_limited = question.session_policies().is_some();
            let needs_limit = matches!(principal.identity, Identity::Federated { .. });
            require(PolicyType::Session, self.session || !is_limited && !needs_limit);
        }
        require(PolicyType::Endpoint, policies.endpoint.is_none() || self.endpoint);
        unmet
    }

    /// What an allowed access rests on: the resource's policy where it names the principal itself, or else the
    /// principal's own. A root user has its account's trust, which a policy that names the account confirms.
    fn grounds(&self, question: &Question<'_>) -> Grounds {
        let is_named = self.resource.is_some_and(|(_, standing)| standing > Standing::Account);
        let at_home = question.principal.account == question.owner();
        let decisive = match (self.resource, self.identity) {
            (Some((found, _)), _) if is_named => Some(found.decisive(question.guard())),
            (_, Some(found)) => Some(found.decisive(PolicyType::Identity)),
            (Some((found, _)), None) if !at_home => Some(found.decisive(question.guard())),
            _ => None,
        };
        decisive.map_or(Grounds::AccountRoot, Grounds::Statement)
    }
}
