//! The decision on every target of a call: with all policies that speak about it and all condition keys that the server
//! knows, and what happens when it is a denial.
//!
//! Guarantees: the policies are those that the records say now, not those of the call's admission; what the server knows
//! of a request it sets itself, whatever headers a client sends; a denial is kept for explanation, and told in AWS's words.
//!
//! Sources: IAM User Guide, "AWS global condition context keys", "Troubleshoot access denied error messages".

use crate::access::{Permit, Target};
use crate::ctx::{Ctx, Lookup};
use crate::denials::Denied;
use crate::error::{Error, Result};
use crate::told::Stage;
use base::Timestamp;
use directory::{AccountStanding, Authority};
use model::{Fault, ProtocolName};
use policy::{Attached, Context, Decision, Denial, Policies, Policy, Principal, Question, Resource, SessionFacts};
use std::borrow::Cow;
use std::sync::Arc;

/// What was decided about a target.
enum Verdict {
    Permitted,
    /// No policy allows it, and none denies it; grants were not asked yet.
    Lacking,
    Refused(Box<Refusal>),
}

/// What a denied access leads to.
struct Refusal {
    message: String,
    denied: Denied,
}

impl Ctx<'_> {
    /// Decides every target; the first denial is the answer. Afterwards the handler holds a permit for each, in order.
    pub(crate) fn authorise(&mut self, targets: Vec<Target>) -> Result<()> {
        self.call.pass(Stage::Resolve);
        let authority = self.acting()?;
        self.note_access(targets.first(), &authority);
        for mut target in targets {
            let owner = self.owner_of(&target, &authority)?;
            let mut verdict = self.decide(&target, &authority, owner.as_deref());
            if let (Verdict::Lacking, Some(view)) = (&verdict, target.view.clone()) {
                target.grants = Some(view.grants(&mut Lookup::new(self), target.action)?);
                verdict = self.decide(&target, &authority, owner.as_deref());
            }
            if matches!(verdict, Verdict::Lacking) {
                return Err(Error::Internal(format!("what grants say about {} was not asked", target.action)));
            }
            if let Verdict::Refused(refusal) = verdict {
                let is_soft = self.kernel.soft;
                let fault = self.refused(*refusal, &authority, is_soft);
                if !is_soft {
                    // The caller's own record must not tell whether another account's resource exists.
                    let account = authority.principal().account();
                    self.notes.lists(target.audit.filter(|resource| resource.account == account));
                    return Err(target.denied_as.unwrap_or(fault).into());
                }
            }
            self.notes.lists(target.audit);
            self.permits.push(Permit { view: target.view });
            self.decided = true;
        }
        self.call.pass(Stage::Authorise);
        Ok(())
    }

    /// Notes that the caller called the service, whatever comes of it. An operation that needs no permission goes by its
    /// own name.
    fn note_access(&self, target: Option<&Target>, authority: &Authority) {
        let call = self.call;
        let named = target.and_then(|target| target.action.split_once(':'));
        let action = named.unwrap_or((call.service.signing_name, call.name));
        self.kernel.directory.accessed(authority.principal(), action, call.scope.region, call.now);
    }

    /// With what authority the call acts now.
    fn acting(&self) -> Result<Arc<Authority>> {
        if let Some(speaker) = &self.speaker {
            return Ok(speaker.clone());
        }
        let kernel = self.kernel;
        let renewed = kernel.directory.renewed(&self.call.caller.authority, kernel.freshness.holds())?;
        // The user or role was deleted while the call was under way.
        renewed.ok_or_else(|| Error::Fault(gone(self.call.service)))
    }

    /// The account that owns a target, as its organisation sees it; `None` if it is no account of this server.
    fn owner_of(&self, target: &Target, authority: &Authority) -> Result<Option<Arc<AccountStanding>>> {
        let Resource::Owned { owner, .. } = target.resource() else { return Ok(None) };
        match authority.account() {
            Some(own) if own.id() == owner => Ok(Some(own.clone())),
            _ => self.account(owner),
        }
    }

    /// Whether the caller would be permitted what a target says, as the records are now. Gives no permit.
    pub fn would_permit(&self, target: &Target) -> Result<bool> {
        let authority = self.acting()?;
        let owner = self.owner_of(target, &authority)?;
        Ok(matches!(self.decide(target, &authority, owner.as_deref()), Verdict::Permitted))
    }

    fn decide(&self, target: &Target, authority: &Authority, owner: Option<&AccountStanding>) -> Verdict {
        let context = self.context(target, authority, owner);
        // Hardly any account has them, so they are asked for first.
        let rcp = owner.map_or(&[][..], AccountStanding::resource_controls);
        let rcp = if !rcp.is_empty() && is_under_resource_control(target, authority) { rcp } else { &[] };
        // Whoever an account admitted has no business there once it is closed; its organisation's policies would be gone too.
        let is_ownerless = owner.is_none() && target.resource() != Resource::Any;
        let silenced = target.policy().filter(|_| is_ownerless).map(silenced);
        let question = Question {
            principal: &speaking(target, authority, self.call.now),
            action: target.action,
            resource: target.resource(),
            context: &context,
            policies: Policies {
                resource: silenced.as_ref().or(target.policy()),
                grants: if is_ownerless { &[] } else { target.grants() },
                rcp,
                ..authority.policies()
            },
            partition: self.partition(),
        };
        match policy::decide(&question) {
            Decision::Allowed(_) => Verdict::Permitted,
            Decision::Denied(Denial::Implicit(_)) if target.may_be_granted() => Verdict::Lacking,
            Decision::Denied(denial) => {
                let message = denial.message_on(&question, target.told.as_deref());
                let denied = self.denied(&question, &message);
                Verdict::Refused(Box::new(Refusal { message, denied }))
            }
        }
    }

    /// The condition keys of the request. Those that follow from the principal, the time and the resource's owner the
    /// evaluator knows by itself.
    fn context<'c>(
        &'c self,
        target: &'c Target,
        authority: &'c Authority,
        owner: Option<&'c AccountStanding>,
    ) -> Context<'c> {
        let call = self.call;
        let caller = &call.caller;
        let mut context = Context::new(call.now);
        context.set("aws:RequestedRegion", target.region.as_ref().unwrap_or(&call.scope.region).as_str());
        // Services speak to one another inside the process.
        context.set("aws:SecureTransport", call.tls.is_some() || caller.via.is_some());
        context.set("aws:ViaAWSService", caller.via.is_some());
        context.set("aws:UserAgent", caller.user_agent.as_str());
        if let Some(address) = caller.address {
            context.set("aws:SourceIp", policy::Value::Ip(address));
        }
        if let Some(referer) = &caller.referer {
            context.set("aws:referer", referer.as_str());
        }
        if let (Some(first), Some(last)) = (caller.called_via.first(), caller.called_via.last()) {
            context.set_many("aws:CalledVia", caller.called_via.as_slice());
            context.set("aws:CalledViaFirst", first.as_str());
            context.set("aws:CalledViaLast", last.as_str());
        }
        if let Some(account) = authority.account()
            && let Some(membership) = account.membership()
        {
            context.set("aws:PrincipalOrgID", membership.organization.as_str());
            context.set_many("aws:PrincipalOrgPaths", account.org_paths());
        }
        if let Some(account) = owner
            && let Some(membership) = account.membership()
        {
            context.set("aws:ResourceOrgID", membership.organization.as_str());
            context.set_many("aws:ResourceOrgPaths", account.org_paths());
        }
        target.add_to(caller, &mut context);
        context
    }

    fn denied(&self, question: &Question<'_>, message: &str) -> Denied {
        let explanation = policy::explain(question);
        let resource = match question.resource {
            Resource::Any => "*",
            Resource::Owned { arn, .. } => arn,
        };
        Denied {
            request_id: self.call.asked_as().to_owned(),
            at_millis: self.call.now.millis(),
            account: question.principal.account.to_string(),
            region: self.call.scope.region.to_string(),
            source: self.call.service.event_source.to_owned(),
            operation: self.call.name.to_owned(),
            principal: question.principal.arn(question.partition),
            action: question.action.to_owned(),
            resource: resource.to_owned(),
            message: message.to_owned(),
            let_through: self.kernel.soft,
            authorization: crate::message::decoded(question, &explanation),
            explanation: Some(explanation.to_json()),
        }
    }

    /// Keeps a denial and gives the answer of it.
    fn refused(&self, refusal: Refusal, authority: &Authority, is_soft: bool) -> Fault {
        let Refusal { message, denied } = refusal;
        if is_soft {
            tracing::warn!(request_id = %denied.request_id, "let through: {message}");
        }
        let encoded = || self.kernel.encoded_authorization(authority.principal().account, &denied.authorization);
        let fault = fault(self.call.service, message, encoded);
        self.kernel.denials.keep(denied);
        fault
    }

    /// An authorization message of the calling account in clear; `None` if it is not one.
    pub fn decoded_authorization(&self, encoded: &str) -> Option<String> {
        self.kernel.decoded_authorization(self.scope().account, encoded)
    }
}

/// The caller as policies see it: with the second factor that the request brought, if it did.
fn speaking<'a>(target: &Target, authority: &'a Authority, now: Timestamp) -> Cow<'a, Principal> {
    let principal = authority.principal();
    match &principal.session {
        Some(session) if target.has_factor => {
            let session = SessionFacts { mfa_at: Some(now), ..SessionFacts::clone(session) };
            Cow::Owned(Principal { session: Some(Arc::new(session)), ..Principal::clone(principal) })
        }
        _ => Cow::Borrowed(principal),
    }
}

/// The same policy without a word in it.
fn silenced(policy: &Attached) -> Attached {
    Attached { policy: Arc::new(Policy::silent(policy.policy.kind())), ..policy.clone() }
}

/// Whether resource control policies speak about an access. Service-linked roles are left alone.
/// Source: Organizations User Guide, "Resource control policies (RCPs)".
fn is_under_resource_control(target: &Target, authority: &Authority) -> bool {
    let is_service = || {
        let prefix = target.action.split_once(':').map_or(target.action, |(prefix, _)| prefix);
        authorization_data::service(prefix).is_some_and(|service| service.under_resource_control)
    };
    !target.is_beyond_resource_control && !authority.is_service_linked() && is_service()
}

/// A denial in the protocol family of the service.
fn fault(service: &model::Service, message: String, encoded: impl FnOnce() -> Option<String>) -> Fault {
    match service.protocols.first() {
        Some(ProtocolName::Query | ProtocolName::RestXml) => Fault::client("AccessDenied", message).with_status(403),
        Some(ProtocolName::Ec2Query) => {
            let encoded = encoded().map(|encoded| format!(" Encoded authorization failure message: {encoded}"));
            let text =
                format!("You are not authorized to perform this operation. {message}.{}", encoded.unwrap_or_default());
            Fault::client("UnauthorizedOperation", text).with_status(403)
        }
        Some(ProtocolName::RestJson) => Fault::client("AccessDeniedException", message).with_status(403),
        _ => Fault::client("AccessDeniedException", message),
    }
}

/// The caller's user or role is no more.
fn gone(service: &model::Service) -> Fault {
    let text = "The security token included in the request is invalid.";
    let is_query = service.protocols.contains(&ProtocolName::Query);
    let code = if is_query { "InvalidClientTokenId" } else { "UnrecognizedClientException" };
    let fault = Fault::client(code, text);
    if is_query { fault.with_status(403) } else { fault }
}
