//! Explanations as JSON, for programs.
//!
//! Guarantee: every text is escaped, so that nothing of a request or a policy can pass for structure.

use crate::explain::{Consulted, Explanation, Held, Tested, Verdict, Weighed};
use crate::json::quote as string;
use crate::{Decision, Decisive, Denial, Grounds, Origin, PolicyType, Position};

impl Explanation {
    /// The explanation as a JSON object.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let (allowed, kind, policy_type, decisive) = match &self.decision {
            Decision::Allowed(Grounds::AccountRoot) => (true, "accountRoot", None, None),
            Decision::Allowed(Grounds::Statement(it)) => (true, "statement", Some(it.policy_type), Some(it)),
            Decision::Allowed(Grounds::Grant(_)) => (true, "grant", None, None),
            Decision::Denied(Denial::Explicit(it)) => (false, "explicitDeny", Some(it.policy_type), Some(it)),
            Decision::Denied(Denial::Implicit(policy_type)) => (false, "implicitDeny", Some(*policy_type), None),
        };
        let grant = match &self.decision {
            Decision::Allowed(Grounds::Grant(grant)) => Some(grant.id()),
            _ => None,
        };
        object(&mut out, |out| {
            member(out, "allowed", |out| out.push_str(if allowed { "true" } else { "false" }));
            member(out, "because", |out| string(out, kind));
            member(out, "policyType", |out| option(out, policy_type, |out, it| string(out, it.name())));
            member(out, "statement", |out| option(out, decisive, write_decisive));
            member(out, "grant", |out| option(out, grant, string));
            member(out, "policies", |out| array(out, &self.policies, write_consulted));
            member(out, "grants", |out| array(out, &self.grants, write_weighed));
            member(out, "contextKeys", |out| array(out, &self.keys, write_key));
            member(out, "missingContextKeys", |out| strings(out, &self.missing_keys));
            member(out, "unmet", |out| array(out, &self.unmet, |out, it| string(out, it.name())));
            member(out, "missing", |out| strings(out, &self.missing));
        });
        out
    }
}

impl PolicyType {
    /// A name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::ServiceControl => "serviceControl",
            Self::ResourceControl => "resourceControl",
            Self::Endpoint => "endpoint",
            Self::Trust => "trust",
        }
    }
}

impl Verdict {
    /// A name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::OtherAction => "otherAction",
            Self::OtherResource => "otherResource",
            Self::OtherPrincipal => "otherPrincipal",
            Self::ConditionFails => "conditionFails",
            Self::ConditionInDoubt => "conditionInDoubt",
        }
    }
}

impl Origin {
    /// A name for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AwsManaged => "awsManaged",
            Self::Managed => "managed",
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Role(_) => "role",
            Self::Resource => "resource",
            Self::Given => "given",
        }
    }

    /// The user, group or role that it is inline in.
    pub fn holder(&self) -> Option<&str> {
        match self {
            Self::User(name) | Self::Group(name) | Self::Role(name) => Some(name),
            Self::AwsManaged | Self::Managed | Self::Resource | Self::Given => None,
        }
    }
}

fn write_decisive(out: &mut String, it: &Decisive) {
    object(out, |out| {
        member(out, "policy", |out| string(out, &it.source.id));
        member(out, "origin", |out| string(out, it.source.origin.name()));
        member(out, "holder", |out| option(out, it.source.origin.holder(), string));
        member(out, "index", |out| out.push_str(&it.statement.to_string()));
        member(out, "sid", |out| option(out, it.sid(), string));
        let position = it.position();
        member(out, "start", |out| option(out, position.map(|(from, _)| from), write_position));
        member(out, "end", |out| option(out, position.map(|(_, to)| to), write_position));
    });
}

fn write_weighed(out: &mut String, grant: &Weighed) {
    object(out, |out| {
        member(out, "grant", |out| string(out, &grant.id));
        member(out, "grantee", |out| string(out, &grant.grantee));
        member(out, "verdict", |out| string(out, grant.verdict.name()));
        member(out, "failing", |out| option(out, grant.failing.as_deref(), string));
    });
}

fn write_consulted(out: &mut String, policy: &Consulted) {
    object(out, |out| {
        member(out, "policyType", |out| string(out, policy.policy_type.name()));
        member(out, "level", |out| option(out, policy.level, |out, level| out.push_str(&level.to_string())));
        member(out, "policy", |out| string(out, &policy.id));
        member(out, "origin", |out| string(out, policy.origin.name()));
        member(out, "holder", |out| option(out, policy.origin.holder(), string));
        member(out, "statements", |out| array(out, &policy.statements, write_held));
    });
}

fn write_held(out: &mut String, held: &Held) {
    object(out, |out| {
        member(out, "index", |out| out.push_str(&held.index.to_string()));
        member(out, "sid", |out| option(out, held.sid.as_deref(), string));
        member(out, "effect", |out| string(out, held.effect.as_str()));
        member(out, "start", |out| write_position(out, held.from));
        member(out, "end", |out| write_position(out, held.to));
        member(out, "verdict", |out| string(out, held.verdict.name()));
        member(out, "conditions", |out| array(out, &held.conditions, write_tested));
    });
}

fn write_tested(out: &mut String, tested: &Tested) {
    object(out, |out| {
        member(out, "operator", |out| string(out, &tested.operator));
        member(out, "key", |out| string(out, &tested.key));
        member(out, "wanted", |out| strings(out, &tested.wanted));
        member(out, "found", |out| option(out, tested.found.as_ref(), |out, found| strings(out, found)));
        member(out, "passes", |out| option(out, tested.passes, |out, it| out.push_str(&it.to_string())));
    });
}

fn write_key(out: &mut String, (name, values): &(String, Vec<String>)) {
    object(out, |out| {
        member(out, "key", |out| string(out, name));
        member(out, "values", |out| strings(out, values));
    });
}

fn write_position(out: &mut String, position: Position) {
    object(out, |out| {
        member(out, "line", |out| out.push_str(&position.line.to_string()));
        member(out, "column", |out| out.push_str(&position.column.to_string()));
    });
}

fn object(out: &mut String, members: impl FnOnce(&mut String)) {
    out.push('{');
    members(out);
    out.push('}');
}

fn member(out: &mut String, name: &str, value: impl FnOnce(&mut String)) {
    if !out.ends_with('{') {
        out.push(',');
    }
    string(out, name);
    out.push(':');
    value(out);
}

fn array<T>(out: &mut String, items: &[T], item: impl Fn(&mut String, &T)) {
    out.push('[');
    for (index, it) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        item(out, it);
    }
    out.push(']');
}

fn strings(out: &mut String, items: &[String]) {
    array(out, items, |out, it| string(out, it));
}

fn option<T>(out: &mut String, item: Option<T>, some: impl FnOnce(&mut String, T)) {
    match item {
        None => out.push_str("null"),
        Some(it) => some(out, it),
    }
}
