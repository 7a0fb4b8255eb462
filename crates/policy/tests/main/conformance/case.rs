//! A case in the making, and the line that it becomes.

use super::documents;
use super::people::Person;
use super::rules::{self, Rule};
use crate::naive::{self, Answer, Outcome};
use serde_json::{Map, Value, json};

/// What must come of a case, said by whoever wrote it down rather than by the evaluator.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stated {
    outcome: Outcome,
    by: &'static str,
}

/// One case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    rule: &'static Rule,
    title: String,
    value: Map<String, Value>,
    stated: Option<Stated>,
}

/// The members of a line, in this order.
const MEMBERS: &[&str] = &["principal", "action", "resource", "context", "organization", "policies", "exists"];

impl Case {
    /// A case of a rule: a person asks for something in its own account, with no policies at all.
    pub(crate) fn of(rule: &str, title: impl Into<String>, person: &Person) -> Self {
        let mut value = Map::new();
        value.insert("principal".to_owned(), person.value());
        value.insert("context".to_owned(), Value::Object(person.keys()));
        value.insert("policies".to_owned(), json!({}));
        value.insert("exists".to_owned(), Value::Object(person.entities()));
        Self { rule: rules::find(rule), title: title.into(), value, stated: None }
    }

    /// An action on a resource of an account.
    pub(crate) fn asks(mut self, action: &str, arn: &str, owner: &str) -> Self {
        self.value.insert("action".to_owned(), action.into());
        self.value.insert("resource".to_owned(), json!({"arn": arn, "owner": owner}));
        self
    }

    /// An action that has no resource.
    pub(crate) fn asks_for(mut self, action: &str) -> Self {
        self.value.insert("action".to_owned(), action.into());
        self.value.insert("resource".to_owned(), Value::Null);
        self
    }

    /// Something more about the resource.
    pub(crate) fn resource_is(mut self, what: &str) -> Self {
        self.value["resource"][what] = true.into();
        self
    }

    /// A condition key of the request: a text, or a list where the key has a set of values.
    pub(crate) fn key(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.value["context"][name] = value.into();
        self
    }

    /// An identity-based policy, inline.
    pub(crate) fn identity(self, document: Value) -> Self {
        self.attach("identity", json!({"name": "own", "document": document}))
    }

    /// An identity-based managed policy.
    pub(crate) fn managed(self, arn: &str, document: Value) -> Self {
        self.attach("identity", json!({"arn": arn, "document": document}))
    }

    /// The permissions boundary.
    pub(crate) fn boundary(self, document: Value) -> Self {
        self.only("boundary", json!({"arn": rules::BOUNDARY, "document": document}))
    }

    /// A session policy, inline.
    pub(crate) fn session(self, document: Value) -> Self {
        self.attach("session", json!({"name": "session", "document": document}))
    }

    /// A managed session policy.
    pub(crate) fn managed_session(self, arn: &str, document: Value) -> Self {
        self.attach("session", json!({"arn": arn, "document": document}))
    }

    /// The policy of the resource, or the trust policy of the role.
    pub(crate) fn resource(self, document: Value) -> Self {
        self.only("resource", json!({"document": document}))
    }

    /// A grant on the key, for the principal of this ARN or this service.
    pub(crate) fn grant(self, grantee: &str, operations: &[&str], constraints: Value) -> Self {
        let id = format!("{:064x}", self.value["policies"]["grants"].as_array().map_or(0, Vec::len) + 1);
        let member = if grantee.starts_with("arn:") { "granteePrincipal" } else { "granteeServicePrincipal" };
        let mut grant = json!({"id": id, "operations": operations});
        grant[member] = grantee.into();
        if !constraints.is_null() {
            grant["constraints"] = constraints;
        }
        self.attach("grants", grant)
    }

    /// The policy of the VPC endpoint that the request comes through.
    pub(crate) fn endpoint(self, document: Value) -> Self {
        self.only("endpoint", json!({"document": document}))
    }

    /// Service control policies, from the root of the organization down to the account of the principal.
    pub(crate) fn scp(self, levels: &[&[Value]]) -> Self {
        self.levels("scp", "service_control_policy", levels)
    }

    /// Resource control policies, down to the account of the resource.
    pub(crate) fn rcp(self, levels: &[&[Value]]) -> Self {
        self.levels("rcp", "resource_control_policy", levels)
    }

    /// Another user or role that exists, and its unique id.
    pub(crate) fn exists(mut self, arn: &str, id: &str) -> Self {
        self.value["exists"][arn] = id.into();
        self
    }

    /// States that the case is allowed, by a policy of this type.
    pub(crate) fn allowed(self, by: &'static str) -> Self {
        self.state(Outcome::Allow, by)
    }

    /// States that no policy of this type allows the case.
    pub(crate) fn implicit(self, by: &'static str) -> Self {
        self.state(Outcome::ImplicitDeny, by)
    }

    /// States that a policy of this type denies the case.
    pub(crate) fn explicit(self, by: &'static str) -> Self {
        self.state(Outcome::ExplicitDeny, by)
    }

    fn state(mut self, outcome: Outcome, by: &'static str) -> Self {
        self.stated = Some(Stated { outcome, by });
        self
    }

    fn attach(mut self, kind: &str, policy: Value) -> Self {
        let policies = &mut self.value["policies"][kind];
        match policies.as_array_mut() {
            Some(policies) => policies.push(policy),
            None => *policies = json!([policy]),
        }
        self
    }

    fn only(mut self, kind: &str, policy: Value) -> Self {
        self.value["policies"][kind] = policy;
        self
    }

    fn levels(mut self, kind: &str, word: &str, levels: &[&[Value]]) -> Self {
        let organization = format!("arn:aws:organizations::{}:policy/{}", rules::MANAGEMENT, rules::ORGANIZATION);
        self.value.insert("organization".to_owned(), json!({"management": rules::MANAGEMENT}));
        let attached = |level: usize, at: usize, document: &Value| {
            let arn = format!("{organization}/{word}/p-example{level}{at}");
            json!({"arn": arn, "document": document})
        };
        let levels: Vec<Value> = levels
            .iter()
            .enumerate()
            .map(|(level, policies)| {
                policies.iter().enumerate().map(|(at, policy)| attached(level, at, policy)).collect()
            })
            .collect();
        self.value["policies"][kind] = levels.into();
        self
    }

    /// The rule's name.
    pub(crate) fn rule(&self) -> &'static Rule {
        self.rule
    }

    /// What the evaluators see.
    pub(crate) fn value(&self) -> Value {
        let mut value = self.value.clone();
        // Entities matter only to policies that name principals.
        let named = ["resource", "endpoint", "grants"].iter().any(|member| value["policies"].get(member).is_some());
        if !named {
            value.remove("exists");
        }
        Value::Object(value)
    }

    /// The case's line: what it asks, and the answer of the naive evaluator.
    pub(crate) fn line(&self, id: &str) -> Result<String, String> {
        let value = self.value();
        let answer = naive::answer(&value);
        if let Some(stated) = &self.stated
            && (stated.outcome, stated.by) != (answer.outcome, answer.by[0])
        {
            return Err(format!("{id} ({}): stated {stated:?}, but {answer:?}\n{value}", self.title));
        }
        let mut line = format!(
            "{{\"id\":{},\"rule\":{},\"page\":{},\"title\":{}",
            json!(id),
            json!(self.rule.id),
            json!(self.rule.page),
            json!(self.title)
        );
        for member in MEMBERS {
            if let Some(content) = value.get(member) {
                line.push_str(&format!(",{}:{}", json!(member), documents::written(content)));
            }
        }
        line.push_str(&format!(",\"expect\":{}}}", expectation(&answer)));
        Ok(line)
    }
}

fn expectation(answer: &Answer) -> String {
    let decision = match answer.outcome {
        Outcome::Allow => "allow",
        Outcome::ImplicitDeny => "implicitDeny",
        Outcome::ExplicitDeny => "explicitDeny",
    };
    let mut line = format!("{{\"decision\":{},\"by\":{}", json!(decision), json!(answer.by[0]));
    if answer.by.len() > 1 {
        line.push_str(&format!(",\"or\":{}", json!(answer.by[1..])));
    }
    if let Some(message) = &answer.message {
        line.push_str(&format!(",\"message\":{}", json!(message)));
    }
    if let Some(policy) = &answer.policy {
        line.push_str(&format!(",\"policyArn\":{}", json!(policy)));
    }
    line.push('}');
    line
}
