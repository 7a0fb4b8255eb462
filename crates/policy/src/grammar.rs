//! From text to document: the grammar, and what each kind of policy may and must have.
//!
//! Guarantees: an element that is not known is refused, never skipped; so is one that another kind has; every refusal has
//! its place.
//! Sources: IAM User Guide, "Grammar of the IAM JSON policy language"; AWS Organizations User Guide, "SCP syntax", "RCP
//! syntax"; KMS Developer Guide, "Key policies".

use crate::document::{
    Condition, Document, Effect, Kind, List, MAX_CHARACTERS, PrincipalKind, Principals, Statement, Text, Version,
};
use crate::elements;
use crate::json::{self, Member, Node, Value};
use crate::messages::Wrong;
use crate::operator::{Family, Operator, SetOperator};
use std::borrow::Cow;
use std::collections::HashSet;

/// What is wrong with a text, and where.
#[derive(Debug)]
pub(crate) struct Flaw {
    pub(crate) at: usize,
    pub(crate) wrong: Wrong,
    pub(crate) detail: Cow<'static, str>,
}

impl Flaw {
    pub(crate) fn new(at: usize, wrong: Wrong, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { at, wrong, detail: detail.into() }
    }
}

type Read<T> = Result<T, Flaw>;

/// Reads a document.
pub(crate) fn read(kind: Kind, text: &str) -> Read<Document> {
    // A character takes at most four bytes, so the first comparison spares counting in what is far too long.
    if text.len() > 4 * MAX_CHARACTERS || text.chars().count() > MAX_CHARACTERS {
        return Err(Flaw::new(0, Wrong::Syntax, format!("longer than {MAX_CHARACTERS} characters")));
    }
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{ff}');
    if let Some((at, _)) = text.char_indices().find(|(_, c)| !is_allowed(*c)) {
        return Err(Flaw::new(at, Wrong::Syntax, "a character that policies cannot have"));
    }
    if text.starts_with([' ', '\t', '\n', '\r']) {
        return Err(Flaw::new(0, Wrong::LeadingSpace, "a document begins with a brace"));
    }
    let node = json::read(text).map_err(|flaw| Flaw::new(flaw.at, Wrong::Syntax, flaw.what))?;
    let Value::Object(members) = &node.value else {
        return Err(Flaw::new(0, Wrong::Syntax, "a document is an object"));
    };
    document(kind, text, members)
}

fn document(kind: Kind, text: &str, members: &[Member<'_>]) -> Read<Document> {
    let (mut version, mut id, mut statement) = (None, None, None);
    for member in members {
        match &*member.name {
            "Version" => version = Some(read_version(&member.node)?),
            "Id" if has_id(kind) => id = Some(string(&member.node)?),
            "Statement" => statement = Some(member),
            other => return Err(unknown(member.at.start, other)),
        }
    }
    match kind {
        Kind::Managed | Kind::ServiceControl | Kind::ResourceControl if version != Some(Version::V2012) => {
            return Err(Flaw::new(0, Wrong::OldVersion, "the version has to be 2012-10-17"));
        }
        _ => {}
    }
    let Some(statement) = statement else { return Err(Flaw::new(0, Wrong::Syntax, "there is no Statement")) };
    let reader = Reader { kind, version: version.unwrap_or(Version::V2008) };
    let statements = match &statement.node.value {
        Value::Array(nodes) => nodes.iter().map(|node| reader.statement(node)).collect::<Read<Vec<_>>>()?,
        Value::Object(_) => vec![reader.statement(&statement.node)?],
        _ => {
            return Err(Flaw::new(
                statement.node.at.start,
                Wrong::Syntax,
                "Statement is an object or an array of them",
            ));
        }
    };
    if sids_are_unique(kind) {
        let mut seen = HashSet::new();
        let sids = statements.iter().filter_map(|statement| statement.sid.as_ref()).filter(|sid| !sid.value.is_empty());
        for sid in sids {
            if !seen.insert(sid.value.as_str()) {
                return Err(Flaw::new(sid.at.start, Wrong::SidTaken, format!("{} is taken", sid.value)));
            }
        }
    }
    Ok(Document { kind, text: text.to_owned(), version, id, statements })
}

/// Only policies of resources have one.
fn has_id(kind: Kind) -> bool {
    matches!(kind, Kind::Resource | Kind::Key | Kind::Trust | Kind::Endpoint)
}

fn sids_are_unique(kind: Kind) -> bool {
    !matches!(kind, Kind::Resource | Kind::Key | Kind::Endpoint)
}

fn has_principals(kind: Kind) -> bool {
    matches!(kind, Kind::Resource | Kind::Key | Kind::Trust | Kind::ResourceControl | Kind::Endpoint)
}

fn read_version(node: &Node<'_>) -> Read<Version> {
    match &node.value {
        Value::String(text) if text == "2012-10-17" => Ok(Version::V2012),
        Value::String(text) if text == "2008-10-17" => Ok(Version::V2008),
        _ => Err(Flaw::new(node.at.start, Wrong::Version, "the versions are 2012-10-17 and 2008-10-17")),
    }
}

struct Reader {
    kind: Kind,
    version: Version,
}

impl Reader {
    fn statement(&self, node: &Node<'_>) -> Read<Statement> {
        let start = node.at.start;
        let Value::Object(members) = &node.value else {
            return Err(Flaw::new(start, Wrong::Syntax, "a statement is an object"));
        };
        let (mut sid, mut effect, mut principals, mut actions, mut resources) = (None, None, None, None, None);
        let mut conditions = Vec::new();
        for Member { at, name, node } in members {
            let twice = |taken: bool| match taken {
                true => Err(Flaw::new(at.start, Wrong::Syntax, "an element and its Not… exclude each other")),
                false => Ok(()),
            };
            let negated = name.starts_with("Not");
            match &**name {
                "Sid" => sid = Some(self.sid(node)?),
                "Effect" => effect = Some(self.effect(node)?),
                "Principal" | "NotPrincipal" => {
                    twice(principals.is_some())?;
                    principals = Some((at.start, self.principals(at.start, negated, node)?));
                }
                "Action" | "NotAction" => {
                    twice(actions.is_some())?;
                    actions = Some(self.actions(at.start, negated, node)?);
                }
                "Resource" | "NotResource" => {
                    twice(resources.is_some())?;
                    resources = Some(self.resources(at.start, negated, node)?);
                }
                "Condition" => conditions = self.conditions(node)?,
                other => return Err(unknown(at.start, other)),
            }
        }
        let Some(effect) = effect else {
            return Err(Flaw::new(start, Wrong::Missing("Effect"), "a statement has an Effect"));
        };
        if effect == Effect::Allow {
            if self.kind == Kind::ResourceControl {
                return Err(Flaw::new(start, Wrong::Syntax, "a resource control policy can only deny"));
            }
            if let Some((at, Principals { negated: true, .. })) = &principals {
                return Err(Flaw::new(*at, Wrong::AllowNotPrincipal, "NotPrincipal goes with Deny alone"));
            }
        }
        if has_principals(self.kind) && principals.is_none() {
            return Err(Flaw::new(start, Wrong::Missing("Principal"), "a statement has a Principal"));
        }
        // A key's statement may lack both: it is kept, and says nothing.
        if self.kind != Kind::Key {
            if actions.as_ref().is_none_or(|list: &List| list.values.is_empty()) {
                let wrong = if self.kind == Kind::Trust { Wrong::Missing("Action") } else { Wrong::NoActions };
                return Err(Flaw::new(start, wrong, "a statement has actions"));
            }
            if self.kind != Kind::Trust && resources.as_ref().is_none_or(|list: &List| list.values.is_empty()) {
                return Err(Flaw::new(start, Wrong::NoResources, "a statement has resources"));
            }
        }
        let principals = principals.map(|(_, principals)| principals);
        Ok(Statement { at: node.at.clone(), sid, effect, principals, actions, resources, conditions })
    }

    fn sid(&self, node: &Node<'_>) -> Read<Text> {
        let sid = string(node)?;
        let is_free = matches!(self.kind, Kind::Resource | Kind::Key | Kind::Endpoint);
        if is_free || sid.value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(sid)
        } else {
            Err(Flaw::new(node.at.start, Wrong::Sid, "letters and digits only"))
        }
    }

    fn effect(&self, node: &Node<'_>) -> Read<Effect> {
        match &node.value {
            Value::String(text) if text == "Allow" => Ok(Effect::Allow),
            Value::String(text) if text == "Deny" => Ok(Effect::Deny),
            Value::String(text) => {
                Err(Flaw::new(node.at.start, Wrong::Effect(text.to_string()), "the effects are Allow and Deny"))
            }
            _ => Err(Flaw::new(node.at.start, Wrong::Syntax, "the effects are Allow and Deny")),
        }
    }

    fn principals(&self, at: usize, negated: bool, node: &Node<'_>) -> Read<Principals> {
        if !has_principals(self.kind) {
            return Err(Flaw::new(at, Wrong::HasPrincipal, "the policy is about whom it is attached to"));
        }
        if negated && matches!(self.kind, Kind::Trust | Kind::ResourceControl) {
            return Err(Flaw::new(at, Wrong::Prohibited("NotPrincipal"), "there is no NotPrincipal in it"));
        }
        let mut entries = Vec::new();
        match &node.value {
            Value::String(text) if text == "*" => entries.push((PrincipalKind::Everyone, string(node)?)),
            Value::Object(members) if self.kind != Kind::ResourceControl => {
                for Member { at, name, node } in members {
                    let list = match &**name {
                        "AWS" => PrincipalKind::Aws,
                        "Service" => PrincipalKind::Service,
                        "Federated" => PrincipalKind::Federated,
                        "CanonicalUser" => PrincipalKind::CanonicalUser,
                        _ => return Err(Flaw::new(at.start, Wrong::Syntax, format!("there are no {name} principals"))),
                    };
                    for text in strings(node)? {
                        if elements::principal(self.kind, list, &text.value).is_none() {
                            let wrong = Wrong::Principal(list.name(), text.value);
                            return Err(Flaw::new(text.at.start, wrong, "there can be no such principal"));
                        }
                        entries.push((list, text));
                    }
                }
            }
            _ => {
                let wrong = Wrong::Principal("AWS", as_written(node));
                return Err(Flaw::new(node.at.start, wrong, "principals are \"*\" or lists by kind"));
            }
        }
        if entries.is_empty() {
            return Err(Flaw::new(node.at.start, Wrong::Missing("Principal"), "a statement has a principal"));
        }
        Ok(Principals { negated, entries })
    }

    fn actions(&self, at: usize, negated: bool, node: &Node<'_>) -> Read<List> {
        if negated && matches!(self.kind, Kind::Trust | Kind::ResourceControl) {
            return Err(Flaw::new(at, Wrong::Prohibited("NotAction"), "there is no NotAction in it"));
        }
        let values = strings(node)?;
        for text in &values {
            elements::action(self.kind, &text.value).map_err(|(wrong, why)| Flaw::new(text.at.start, wrong, why))?;
        }
        Ok(List { negated, values })
    }

    fn resources(&self, at: usize, negated: bool, node: &Node<'_>) -> Read<List> {
        if self.kind == Kind::Trust {
            let element = if negated { "NotResource" } else { "Resource" };
            return Err(Flaw::new(at, Wrong::Prohibited(element), "the resource is the role itself"));
        }
        let values = strings(node)?;
        for text in &values {
            let checked = elements::resource(self.kind, self.version, &text.value);
            checked.map_err(|(wrong, why)| Flaw::new(text.at.start, wrong, why))?;
        }
        Ok(List { negated, values })
    }

    fn conditions(&self, node: &Node<'_>) -> Read<Vec<Condition>> {
        let mut conditions = Vec::new();
        for Member { at, name, node } in object(node)? {
            let operator = Operator::parse(name)
                .ok_or_else(|| Flaw::new(at.start, Wrong::Operator(name.to_string()), "there is no such operator"))?;
            for Member { at: key_at, name: key, node } in object(node)? {
                let flaw = |(wrong, why): (Wrong, &'static str)| Flaw::new(key_at.start, wrong, why);
                elements::condition_key(key).map_err(flaw)?;
                // "ForAllValues is refused when the policy is written", KMS Developer Guide, on this key.
                let is_single = self.kind == Kind::Key && starts_with_ignoring_case(key, "kms:EncryptionContext:");
                if operator.set == Some(SetOperator::All) && is_single {
                    return Err(flaw((Wrong::Syntax, "the key has one value, which ForAllValues cannot be asked of")));
                }
                conditions.push(Condition {
                    name: Text { value: name.to_string(), at: at.clone() },
                    operator,
                    key: Text { value: key.to_string(), at: key_at.clone() },
                    values: self.values(operator, node)?,
                });
            }
        }
        Ok(conditions)
    }

    fn values(&self, operator: Operator, node: &Node<'_>) -> Read<Vec<Text>> {
        let nodes = match &node.value {
            Value::Array(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut values = Vec::new();
        for node in nodes {
            let value = match &node.value {
                Value::String(text) => text.to_string(),
                Value::Bool(_) | Value::Number(_) => as_written(node),
                _ => return Err(Flaw::new(node.at.start, Wrong::Syntax, "a value is text, a number or a boolean")),
            };
            if elements::pieces(self.version, operator.takes_variables(), &value).is_err() {
                return Err(Flaw::new(node.at.start, Wrong::Syntax, "what begins like a variable is none"));
            }
            if operator.family == Family::Null
                && !value.eq_ignore_ascii_case("true")
                && !value.eq_ignore_ascii_case("false")
            {
                return Err(Flaw::new(node.at.start, Wrong::Syntax, "Null is true or false"));
            }
            values.push(Text { value, at: node.at.clone() });
        }
        Ok(values)
    }
}

impl PrincipalKind {
    /// The name of its list.
    pub fn name(self) -> &'static str {
        match self {
            Self::Everyone | Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
        }
    }
}

fn unknown(at: usize, name: &str) -> Flaw {
    Flaw::new(at, Wrong::Unknown(name.to_owned()), format!("there is no element {name} here"))
}

fn object<'n, 'a>(node: &'n Node<'a>) -> Read<&'n [Member<'a>]> {
    match &node.value {
        Value::Object(members) => Ok(members),
        _ => Err(Flaw::new(node.at.start, Wrong::Syntax, "an object is expected")),
    }
}

fn string(node: &Node<'_>) -> Read<Text> {
    match &node.value {
        Value::String(text) => Ok(Text { value: text.to_string(), at: node.at.clone() }),
        _ => Err(Flaw::new(node.at.start, Wrong::Syntax, "text is expected")),
    }
}

/// One string or an array of them.
fn strings(node: &Node<'_>) -> Read<Vec<Text>> {
    match &node.value {
        Value::Array(nodes) => nodes.iter().map(string).collect(),
        _ => Ok(vec![string(node)?]),
    }
}

fn as_written(node: &Node<'_>) -> String {
    match &node.value {
        Value::String(text) => text.to_string(),
        Value::Number(text) => (*text).to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
