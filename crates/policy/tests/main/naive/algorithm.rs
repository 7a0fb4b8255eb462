//! The documented algorithm ("How AWS enforcement code logic evaluates requests to allow or deny access", "Cross-account
//! policy evaluation logic", AWS Organizations "SCP evaluation" and "RCP evaluation", AWS KMS "Key policies", "Grants").

use super::grants;
use super::messages;
use super::principals::{self, Grant};
use super::statements::{self, Request};
use serde_json::Value;

/// A decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Allow,
    ImplicitDeny,
    ExplicitDeny,
}

/// A decision and who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    /// The type of policy that decided, then the others that would have decided likewise. AWS names one of them.
    pub(crate) by: Vec<&'static str>,
    /// What AWS tells the caller, where its pages say.
    pub(crate) message: Option<String>,
    /// The ARN that AWS may add to the message of an explicit deny.
    pub(crate) policy: Option<String>,
}

/// Services whose resources resource control policies speak about, as far as cases use them.
const RCP_SERVICES: &[&str] = &["s3", "sts", "kms", "sqs", "secretsmanager", "logs", "dynamodb"];

/// Decides a case.
pub(crate) fn answer(case: &Value) -> Answer {
    let request = Request::new(case);
    let policies = Policies::of(case);
    let (outcome, by, policy) = decide(&request, &policies);
    let message = by.first().and_then(|by| messages::message(&request, outcome, by));
    Answer { outcome, by, message, policy }
}

/// The policies that apply, by type.
struct Policies<'a> {
    /// No level at all where none apply.
    rcp: Vec<Vec<&'a Value>>,
    scp: Vec<Vec<&'a Value>>,
    resource: Vec<&'a Value>,
    /// `resource` or, for roles, `trust`.
    resource_type: &'static str,
    identity: Vec<&'a Value>,
    boundary: Vec<&'a Value>,
    session: Vec<&'a Value>,
    endpoint: Vec<&'a Value>,
}

impl<'a> Policies<'a> {
    fn of(case: &'a Value) -> Self {
        let policies = &case["policies"];
        let levels = |name: &str, apply: bool| -> Vec<Vec<&Value>> {
            let levels = if apply { super::list(&policies[name]) } else { Vec::new() };
            levels.into_iter().map(super::list).collect()
        };
        let is_role = case["action"].as_str().unwrap().starts_with("sts:Assume");
        Self {
            rcp: levels("rcp", rcps_apply(case)),
            scp: levels("scp", scps_apply(case)),
            resource: super::list(&policies["resource"]),
            resource_type: if is_role { "trust" } else { "resource" },
            identity: super::list(&policies["identity"]),
            boundary: super::list(&policies["boundary"]),
            session: super::list(&policies["session"]),
            endpoint: super::list(&policies["endpoint"]),
        }
    }

    /// In the order in which the documented flow comes to them.
    fn by_type(&self) -> Vec<(&'static str, Vec<&'a Value>)> {
        vec![
            ("rcp", self.rcp.concat()),
            ("scp", self.scp.concat()),
            (self.resource_type, self.resource.clone()),
            ("identity", self.identity.clone()),
            ("boundary", self.boundary.clone()),
            ("session", self.session.clone()),
            ("endpoint", self.endpoint.clone()),
        ]
    }
}

/// Not to the management account, to services, or to service-linked roles (Organizations, "SCP effects on permissions").
fn scps_apply(case: &Value) -> bool {
    let caller = &case["principal"];
    principals::belongs_to_account(caller)
        && !is_service_linked(caller)
        && caller["account"] != case["organization"]["management"]
}

/// Only to resources, of the services listed, of member accounts (Organizations, "RCP effects on permissions", "Resources
/// and entities not restricted by RCPs").
fn rcps_apply(case: &Value) -> bool {
    let action = case["action"].as_str().unwrap();
    let resource = &case["resource"];
    !resource.is_null()
        && action.split_once(':').is_some_and(|(service, _)| RCP_SERVICES.contains(&service))
        && action != "kms:RetireGrant"
        && resource["awsManagedKey"] != true
        && resource["owner"] != case["organization"]["management"]
        && !is_service_linked(&case["principal"])
}

fn is_service_linked(caller: &Value) -> bool {
    caller["type"] == "role" && caller["path"].as_str().is_some_and(|path| path.starts_with("/aws-service-role/"))
}

type Verdict = (Outcome, Vec<&'static str>, Option<String>);

fn decide(request: &Request<'_>, policies: &Policies<'_>) -> Verdict {
    let case = request.case;
    // STS: no permission is needed, and none can be taken away.
    if request.action() == "sts:GetCallerIdentity" && case["principal"]["type"] != "anonymous" {
        return (Outcome::Allow, vec!["always"], None);
    }
    if let Some(denied) = explicitly_denied(request, policies) {
        return denied;
    }
    let mut missing = Vec::new();
    for (name, levels) in [("rcp", &policies.rcp), ("scp", &policies.scp)] {
        if !levels.iter().all(|level| allow(level, request)) {
            missing.push(name);
        }
    }
    let granted = match grounds(request, policies, &[]).or_else(|missing| by_grant(request, policies, missing)) {
        Ok(granted) => granted,
        Err(types) => {
            missing.extend(types);
            Vec::new()
        }
    };
    if !policies.endpoint.is_empty() && !allow(&policies.endpoint, request) {
        missing.push("endpoint");
    }
    if missing.is_empty() { (Outcome::Allow, granted, None) } else { (Outcome::ImplicitDeny, missing, None) }
}

/// One applicable Deny in any policy of any type is final.
fn explicitly_denied(request: &Request<'_>, policies: &Policies<'_>) -> Option<Verdict> {
    let mut denying = policies.by_type();
    for (_, policies) in &mut denying {
        policies.retain(|policy| statements::denies(&policy["document"], request));
    }
    denying.retain(|(_, policies)| !policies.is_empty());
    let (first, policies) = denying.first()?;
    let names_policy = !matches!(*first, "resource" | "trust" | "endpoint");
    let arn = policies[0]["arn"].as_str().filter(|_| names_policy).map(str::to_owned);
    Some((Outcome::ExplicitDeny, denying.iter().map(|(name, _)| *name).collect(), arn))
}

fn allow(policies: &[&Value], request: &Request<'_>) -> bool {
    policies.iter().any(|policy| statements::allows(&policy["document"], request))
}

/// What policies do not allow, a grant may (KMS, "Grants": considered along with key policies and IAM policies).
fn by_grant(
    request: &Request<'_>,
    policies: &Policies<'_>,
    missing: Vec<&'static str>,
) -> Result<Vec<&'static str>, Vec<&'static str>> {
    match grants::capacities(request) {
        none if none.is_empty() => Err(missing),
        granted => grounds(request, policies, &granted).map(|_| vec!["grant"]),
    }
}

/// The types of policy that give the access, or those that would have had to and do not; `granted` is in which capacities
/// grants name the caller.
fn grounds(
    request: &Request<'_>,
    policies: &Policies<'_>,
    granted: &[Grant],
) -> Result<Vec<&'static str>, Vec<&'static str>> {
    let caller = &request.case["principal"];
    // "The kms:RetireGrant permission is not effective in a key policy."
    let speaking = policies.resource.iter().filter(|_| request.action() != "kms:RetireGrant");
    let mut grants: Vec<Grant> = speaking.flat_map(|policy| statements::grants(&policy["document"], request)).collect();
    grants.extend(granted);
    let of_resource = policies.resource_type;
    if !principals::belongs_to_account(caller) {
        // Services, anonymous callers and people whom an identity provider sends have no policies of their own.
        return if grants.is_empty() { Err(vec![of_resource]) } else { Ok(vec![of_resource]) };
    }
    let own = Own::of(caller, request, policies);
    let owner = &request.case["resource"]["owner"];
    if !owner.is_null() && *owner != caller["account"] {
        return cross_account(&own, &grants, granted, of_resource);
    }
    same_account(&own, &grants, of_resource, trusts_nobody(request))
}

/// What the caller's own policies say.
struct Own {
    /// The root has no policies: its account lets it do everything.
    is_root: bool,
    identity: bool,
    boundary: bool,
    session: bool,
}

impl Own {
    fn of(caller: &Value, request: &Request<'_>, policies: &Policies<'_>) -> Self {
        let is_root = caller["type"] == "root" || caller["type"] == "federated" && caller["user"].is_null();
        // A role session without session policies is not limited; a federated user without them has nothing.
        let unlimited = policies.session.is_empty() && caller["type"] != "federated";
        Self {
            is_root,
            identity: is_root || allow(&policies.identity, request),
            boundary: policies.boundary.is_empty() || allow(&policies.boundary, request),
            session: unlimited || allow(&policies.session, request),
        }
    }

    /// What gives the access, if it is not the resource's policy.
    fn grounds(&self) -> &'static str {
        if self.is_root { "root" } else { "identity" }
    }

    /// The types that do not allow. The identity's need not where something else stands for it.
    fn missing(&self, identity_needed: bool) -> Vec<&'static str> {
        let types =
            [("identity", self.identity || !identity_needed), ("boundary", self.boundary), ("session", self.session)];
        types.iter().filter(|(_, allows)| !allows).map(|(name, _)| *name).collect()
    }
}

/// Both accounts must allow: the caller's by its own policies, the resource's by the resource's. A grant stands for both
/// ("Allowing users in other accounts to use a KMS key": until IAM policies are attached, or grants are used).
fn cross_account(
    own: &Own,
    grants: &[Grant],
    granted: &[Grant],
    of_resource: &'static str,
) -> Result<Vec<&'static str>, Vec<&'static str>> {
    let mut missing = own.missing(granted.iter().all(|grant| *grant == Grant::Account));
    if grants.is_empty() {
        missing.insert(0, of_resource);
    }
    match (missing.is_empty(), own.is_root) {
        (false, _) => Err(missing),
        (true, true) => Ok(vec![of_resource]),
        (true, false) => Ok(vec![of_resource, "identity"]),
    }
}

fn same_account(
    own: &Own,
    grants: &[Grant],
    of_resource: &'static str,
    trusts_nobody: bool,
) -> Result<Vec<&'static str>, Vec<&'static str>> {
    // Granted to the user or session itself: nothing that is merely not allowed elsewhere matters.
    if grants.contains(&Grant::Itself) {
        return Ok(if own.missing(true).is_empty() { vec![of_resource, own.grounds()] } else { vec![of_resource] });
    }
    // Granted to the role, or to the user who federated: boundary and session policies limit it.
    let through_another = grants.iter().any(|grant| matches!(grant, Grant::Role | Grant::FederatingUser));
    let may_use_identity = !trusts_nobody || grants.contains(&Grant::Account);
    let missing = own.missing(!through_another);
    if !may_use_identity && !through_another {
        // Neither the account nor the caller is trusted: what the caller's own policies say does not count.
        return Err([vec![of_resource], missing].concat());
    }
    if !missing.is_empty() {
        // An allow in the resource's policy would have stood for the identity's too.
        let others =
            if missing[0] == "identity" && !grants.contains(&Grant::Account) { vec![of_resource] } else { vec![] };
        return Err([missing, others].concat());
    }
    let mut types = Vec::new();
    if through_another || own.is_root && !grants.is_empty() {
        types.push(of_resource);
    }
    if own.identity && may_use_identity {
        types.push(own.grounds());
    }
    Ok(types)
}

/// Keys and roles trust nobody, not even their account, unless their policy says so.
fn trusts_nobody(request: &Request<'_>) -> bool {
    let resource = request.resource();
    resource.starts_with("arn:aws:kms:") && resource.contains(":key/") || request.action().starts_with("sts:Assume")
}
