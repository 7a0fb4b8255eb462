//! With what authority a caller acts: who it is now, and every policy that speaks about it.
//!
//! Guarantees: an authority is believed no longer than everything holds that it was made of, so a policy that is detached,
//! a key that is deactivated, a user that is deleted count from the next call on; whoever was deleted, or made again
//! under the same name, has none.

use crate::records::Membership;
use crate::standing::{AccountStanding, Basis, Loader, Standing, compiled};
use policy::{Attached, Identity, Kind, Origin, Policies, Principal, SessionFacts};
use std::sync::Arc;
use store::Error;

/// A caller and the policies that speak about it.
pub struct Authority {
    principal: Arc<Principal>,
    /// What the principal was made of, to be made again.
    claim: Arc<Claim>,
    /// Absent for those who belong to no account.
    standing: Option<Arc<Standing>>,
    /// The managed policies of the session.
    basis: Basis,
    is_kept: bool,
}

/// What credentials say of their holder: enough to find everything else.
pub(crate) struct Claim {
    /// Without tags of the user or role, and with those policies of the session that were given as text.
    pub(crate) principal: Principal,
    /// Managed policies of the session.
    pub(crate) policy_arns: Vec<String>,
}

impl Claim {
    pub(crate) fn of(principal: Principal) -> Self {
        Self { principal, policy_arns: Vec::new() }
    }
}

impl Authority {
    /// The authority of those who belong to no account: services in their own name, and callers who say not, or not yet,
    /// who they are.
    pub fn without_policies(principal: Principal) -> Arc<Self> {
        let claim = Arc::new(Claim::of(principal.clone()));
        Arc::new(Self { principal: Arc::new(principal), claim, standing: None, basis: Basis::default(), is_kept: true })
    }

    /// Who it is, by its present name, with its tags and the policies of its session.
    pub fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }

    /// Everything that speaks about the caller itself; the policies of resources are for others to add.
    pub fn policies(&self) -> Policies<'_> {
        let Some(standing) = self.standing.as_deref() else { return Policies::default() };
        let scp = if standing.is_controlled() { standing.account.service_controls() } else { &[] };
        Policies { identity: &standing.identity, boundary: standing.boundary.as_ref(), scp, ..Policies::default() }
    }

    /// The caller's account as its organisation sees it.
    pub fn account(&self) -> Option<&Arc<AccountStanding>> {
        self.standing.as_ref().map(|standing| &standing.account)
    }

    /// The organisation of the caller's account.
    pub fn membership(&self) -> Option<&Membership> {
        self.account().and_then(|account| account.membership())
    }

    /// Whether the organisation's resource control policies leave the caller alone: a service-linked role.
    pub fn is_service_linked(&self) -> bool {
        self.standing.as_ref().is_some_and(|standing| !standing.is_controlled())
    }

    /// Whether it is still what the records say.
    pub(crate) fn holds(&self) -> bool {
        self.is_kept && self.basis.holds() && self.standing.as_ref().is_none_or(|standing| standing.holds())
    }

    pub(crate) fn claim(&self) -> &Arc<Claim> {
        &self.claim
    }

    /// `standing` is that of the claim's principal; the session's managed policies are read here.
    pub(crate) fn new(
        claim: &Arc<Claim>,
        standing: Arc<Standing>,
        loader: &Loader<'_>,
        is_kept: bool,
    ) -> Result<Arc<Self>, Error> {
        let mut basis = Basis::default();
        let mut principal = claim.principal.clone();
        if let Some(present) = &standing.entity {
            match &mut principal.identity {
                Identity::User(entity)
                | Identity::Role { role: entity, .. }
                | Identity::Federated { user: Some(entity), .. } => {
                    entity.clone_from(present);
                }
                _ => {}
            }
        }
        principal.tags = standing.tags.clone();
        if !claim.policy_arns.is_empty()
            && let Some(session) = &mut principal.session
        {
            let account = principal.account;
            let mut facts = SessionFacts::clone(session);
            for arn in &claim.policy_arns {
                facts.policies.push(loader.managed_policy(account, arn, &mut basis)?);
            }
            *session = Arc::new(facts);
        }
        Ok(Arc::new(Self {
            principal: Arc::new(principal),
            claim: claim.clone(),
            standing: Some(standing),
            basis,
            is_kept,
        }))
    }
}

/// The policy that was given as text when a session was asked for.
pub(crate) fn session_policy(text: &str) -> Result<Attached, Error> {
    Ok(Attached::new("session policy", Origin::Given, compiled(Kind::Session, text, "a session policy")))
}
