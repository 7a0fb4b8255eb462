//! The cases, put to the crate's evaluator.
//!
//! What the crate leaves to those who bring the policies is done here as they do it: control policies that do not apply
//! are not brought, ARNs of users and roles are bound to unique ids, GetCallerIdentity is not asked about at all.

use super::documents::written;
use super::published;
use base::{AccountId, Partition, Timestamp};
use policy::{
    Attached, Context, Decision, Decisive, Denial, Document, Effect, Entity, Explanation, Grant, GrantConstraint,
    Grounds, Held, Identity, Kind, Origin, Policies, Policy, PolicyType, Principal, Question, Resource, SessionFacts,
    SessionKind, decide, explain,
};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the crate's evaluator makes of a case.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) decision: &'static str,
    pub(crate) by: &'static str,
    pub(crate) message: Option<String>,
    /// The types of policy that would have denied it too, as the explanation has them, the one named among them.
    pub(crate) denying: BTreeSet<&'static str>,
}

impl Verdict {
    /// Whether the evaluator says what is expected: the decision, one of the types of policy (for a denial, the first),
    /// the text if there is one. The explanation must know of the other types; of an identity's and a resource's policy,
    /// either of which would have allowed, one is enough.
    pub(crate) fn is(&self, decision: &str, by: &[&str], told: Option<&str>) -> bool {
        let is_named = if decision == "allow" { by.contains(&self.by) } else { by.first() == Some(&self.by) };
        let is_told = told.is_none() || told == self.message.as_deref();
        let denying: Vec<_> = by.iter().filter(|name| **name != "resource" || self.denying.contains(*name)).collect();
        let is_explained = decision == "allow"
            || self.denying.len() == denying.len() && denying.iter().all(|name| self.denying.contains(**name));
        self.decision == decision && is_named && is_told && is_explained
    }
}

/// Puts a case to the crate's evaluator; the error says which policy it does not take.
pub(crate) fn verdict(case: &Value) -> Result<Verdict, String> {
    let policies = &case["policies"];
    let action = case["action"].as_str().unwrap();
    let owner = case["resource"]["owner"].as_str().map(account);
    let principal = principal(&case["principal"], owner);
    let context = context(&case["context"]);
    let guard = match (action.split_once(':').unwrap().0, case["resource"]["arn"].as_str()) {
        ("sts", Some(_)) => Kind::Trust,
        ("kms", Some(arn)) if arn.contains(":key/") => Kind::Key,
        _ => Kind::Resource,
    };
    let exists = &case["exists"];
    let identity = attached(Kind::Identity, &policies["identity"], exists)?;
    let boundary = attached(Kind::Identity, &policies["boundary"], exists)?;
    let session = attached(Kind::Session, &policies["session"], exists)?;
    let resource = attached(guard, &policies["resource"], exists)?;
    let endpoint = attached(Kind::Endpoint, &policies["endpoint"], exists)?;
    let scp = levels(Kind::ServiceControl, &policies["scp"], scps_apply(case))?;
    let rcp = levels(Kind::ResourceControl, &policies["rcp"], rcps_apply(case))?;
    let question = Question {
        principal: &principal,
        action,
        resource: match (case["resource"]["arn"].as_str(), owner) {
            (Some(arn), Some(owner)) => Resource::Owned { arn, owner },
            _ => Resource::Any,
        },
        context: &context,
        policies: Policies {
            identity: &identity,
            boundary: boundary.first(),
            session: Some(session.as_slice()).filter(|session| !session.is_empty()),
            scp: &scp,
            rcp: &rcp,
            resource: resource.first(),
            grants: &grants(case),
            endpoint: endpoint.first(),
        },
        partition: Partition::Aws,
    };
    let decision = decide(&question);
    let message = decision.message(&question);
    let denying = denying(&decision, &explain(&question));
    let (decision, by) = match decision {
        Decision::Allowed(Grounds::AccountRoot) => ("allow", "root"),
        Decision::Allowed(Grounds::Statement(Decisive { policy_type, .. })) => ("allow", word(policy_type)),
        Decision::Allowed(Grounds::Grant(_)) => ("allow", "grant"),
        Decision::Denied(Denial::Implicit(policy_type)) => ("implicitDeny", word(policy_type)),
        Decision::Denied(Denial::Explicit(Decisive { policy_type, .. })) => ("explicitDeny", word(policy_type)),
    };
    Ok(Verdict { decision, by, message, denying })
}

fn denying(decision: &Decision, explanation: &Explanation) -> BTreeSet<&'static str> {
    let denies = |held: &Held| held.effect == Effect::Deny && held.verdict == policy::Verdict::Matches;
    match decision {
        Decision::Allowed(_) => BTreeSet::new(),
        Decision::Denied(Denial::Implicit(_)) => explanation.unmet.iter().map(|unmet| word(*unmet)).collect(),
        Decision::Denied(Denial::Explicit(_)) => {
            let denying = explanation.policies.iter().filter(|policy| policy.statements.iter().any(denies));
            denying.map(|policy| word(policy.policy_type)).collect()
        }
    }
}

fn word(policy_type: PolicyType) -> &'static str {
    match policy_type {
        PolicyType::Identity => "identity",
        PolicyType::Resource => "resource",
        PolicyType::Boundary => "boundary",
        PolicyType::Session => "session",
        PolicyType::ServiceControl => "scp",
        PolicyType::ResourceControl => "rcp",
        PolicyType::Endpoint => "endpoint",
        PolicyType::Trust => "trust",
    }
}

fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

fn principal(value: &Value, owner: Option<AccountId>) -> Principal {
    let of = |member: &str| value[member].as_str().unwrap_or_default().to_owned();
    let entity = |value: &Value| Entity {
        path: value["path"].as_str().unwrap().to_owned(),
        name: value["name"].as_str().unwrap().to_owned(),
        id: value["id"].as_str().unwrap().to_owned(),
    };
    let external = |kind| Identity::External { kind, provider: of("provider"), subject: of("subject") };
    let (identity, session) = match of("type").as_str() {
        "root" => (Identity::Root, None),
        "user" => (Identity::User(entity(value)), None),
        "role" => (Identity::Role { role: entity(value), session_name: of("session") }, Some(SessionKind::AssumedRole)),
        "federated" => {
            let user = Some(&value["user"]).filter(|user| !user.is_null()).map(entity);
            (Identity::Federated { name: of("name"), user }, Some(SessionKind::Federation))
        }
        "service" => (Identity::Service { name: of("name") }, None),
        "webIdentity" => (external(SessionKind::WebIdentity), None),
        "saml" => (external(SessionKind::Saml), None),
        _ => (Identity::Anonymous, None),
    };
    // Who is of no account works on those of the resource's.
    let account = value["account"].as_str().map(account).or(owner).unwrap();
    let mut principal = Principal::new(account, identity);
    let tags = value["tags"].as_object().into_iter().flatten();
    principal.tags = Arc::new(tags.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect());
    principal.session = session.map(|kind| {
        Arc::new(SessionFacts {
            kind,
            issued: Timestamp::from_rfc3339(&of("issued")).unwrap(),
            mfa_at: None,
            source_identity: None,
            federated_provider: None,
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            policies: Vec::new(),
            chained: false,
        })
    });
    principal
}

/// The keys that the evaluator does not derive by itself.
fn context(keys: &Value) -> Context<'_> {
    const DERIVED: &[&str] = &["aws:userid", "aws:username", "aws:TokenIssueTime", "aws:MultiFactorAuthPresent"];
    let mut context = Context::new(Timestamp::from_rfc3339("2026-02-03T04:05:06Z").unwrap());
    for (key, value) in keys.as_object().into_iter().flatten() {
        let of_principal = key.starts_with("aws:Principal") && !key.starts_with("aws:PrincipalOrg");
        if of_principal || DERIVED.contains(&key.as_str()) {
            continue;
        }
        match value {
            Value::Array(values) => {
                let values: Vec<String> = values.iter().map(|value| value.as_str().unwrap().to_owned()).collect();
                context.set_many(key.as_str(), values);
            }
            value => context.set(key.as_str(), value.as_str().unwrap()),
        }
    }
    context
}

fn attached(kind: Kind, policies: &Value, exists: &Value) -> Result<Vec<Attached>, String> {
    let policies = match policies {
        Value::Array(policies) => policies.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    policies.iter().map(|policy| one(kind, policy, exists)).collect()
}

fn one(kind: Kind, policy: &Value, exists: &Value) -> Result<Attached, String> {
    let text = written(&bound(policy["document"].clone(), exists));
    // The policy that passes everything is AWS's own, and the only one of its kind that allows.
    let kind = if kind == Kind::ResourceControl && text.contains("\"Allow\"") { Kind::Resource } else { kind };
    let document = Document::parse(kind, &text).map_err(|refusal| format!("{kind:?} {text}: {refusal}"))?;
    let (id, origin) = match policy["arn"].as_str() {
        Some(arn) => (arn, Origin::Managed),
        None => (policy["name"].as_str().unwrap_or("policy"), Origin::Given),
    };
    Ok(Attached::new(id, origin, Arc::new(Policy::compile(&document))))
}

/// The document as it is stored: users and roles that exist by their unique ids.
fn bound(document: Value, exists: &Value) -> Value {
    fn bind(principals: &mut Value, exists: &Value) {
        match principals {
            Value::String(name) => {
                if let Some(id) = exists.get(&*name).and_then(Value::as_str) {
                    *name = id.to_owned();
                }
            }
            Value::Array(names) => names.iter_mut().for_each(|name| bind(name, exists)),
            Value::Object(kinds) => kinds.values_mut().for_each(|names| bind(names, exists)),
            _ => {}
        }
    }
    let mut document = document;
    let statements = match &mut document["Statement"] {
        Value::Array(statements) => statements.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    for statement in statements {
        for element in ["Principal", "NotPrincipal"] {
            if let Some(principals) = statement.get_mut(element) {
                bind(principals, exists);
            }
        }
    }
    document
}

/// Grants as they are stored: for users and roles by their unique ids.
fn grants(case: &Value) -> Vec<Arc<Grant>> {
    let each = case["policies"]["grants"].as_array().into_iter().flatten().map(|grant| {
        let named = grant["granteePrincipal"].as_str().or_else(|| grant["granteeServicePrincipal"].as_str()).unwrap();
        let grantee = case["exists"][named].as_str().unwrap_or(named);
        let operations =
            grant["operations"].as_array().unwrap().iter().map(|operation| action(operation.as_str().unwrap()));
        let pairs = |member: &str| {
            let pairs = grant["constraints"][member].as_object()?;
            Some(pairs.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect())
        };
        let source = grant["constraints"]["SourceArn"].as_str().map(str::to_owned);
        let constraints = [
            pairs("EncryptionContextEquals").map(GrantConstraint::ContextEquals),
            pairs("EncryptionContextSubset").map(GrantConstraint::ContextSubset),
            source.map(GrantConstraint::SourceArn),
        ];
        let id = grant["id"].as_str().unwrap();
        Arc::new(Grant::new(id, grantee, operations, constraints.into_iter().flatten().collect()))
    });
    each.collect()
}

fn action(operation: &str) -> &'static str {
    let known = ["kms:Decrypt", "kms:Encrypt", "kms:DescribeKey", "kms:RetireGrant", "kms:GenerateDataKey", "kms:Sign"];
    known.into_iter().find(|action| action.strip_prefix("kms:") == Some(operation)).unwrap()
}

fn levels(kind: Kind, levels: &Value, apply: bool) -> Result<Vec<Vec<Attached>>, String> {
    let levels = levels.as_array().filter(|_| apply).map(Vec::as_slice).unwrap_or_default();
    levels.iter().map(|level| attached(kind, level, &Value::Null)).collect()
}

/// Those who bring the policies leave out control policies for the management account and for service-linked roles.
fn scps_apply(case: &Value) -> bool {
    !is_service_linked(case) && case["principal"]["account"] != case["organization"]["management"]
}

fn rcps_apply(case: &Value) -> bool {
    let action = case["action"].as_str().unwrap();
    !is_service_linked(case)
        && !case["resource"].is_null()
        && case["resource"]["owner"] != case["organization"]["management"]
        && case["resource"]["awsManagedKey"] != true
        && action != "kms:RetireGrant"
        && !action.starts_with("iam:")
}

fn is_service_linked(case: &Value) -> bool {
    case["principal"]["path"].as_str().is_some_and(|path| path.starts_with("/aws-service-role/"))
}

#[test]
fn the_evaluator_answers_every_published_case_as_expected() {
    let mut failures = Vec::new();
    for case in published() {
        let expect = &case["expect"];
        if expect["by"] == "always" {
            continue;
        }
        let verdict = match verdict(&case) {
            Ok(verdict) => verdict,
            Err(refusal) => {
                failures.push(format!("{}: {refusal}", case["id"]));
                continue;
            }
        };
        let others = expect["or"].as_array().into_iter().flatten().map(|by| by.as_str().unwrap());
        let by: Vec<&str> = expect["by"].as_str().into_iter().chain(others).collect();
        let arn = expect["policyArn"].as_str().map_or(String::new(), |arn| format!(": {arn}"));
        let told = expect["message"].as_str().map(|message| format!("{message}{arn}"));
        if !verdict.is(expect["decision"].as_str().unwrap(), &by, told.as_deref()) {
            failures.push(format!("{} ({}): {verdict:?}\n{case}", case["id"], case["title"]));
        }
    }
    assert!(failures.is_empty(), "{} cases:\n{}", failures.len(), failures.join("\n"));
}
