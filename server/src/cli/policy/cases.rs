//! Reads the file of `fastness policy test`: policies, principals, and cases with what must come of each.
//!
//! Guarantees: a file is read whole, its policies with it, before a case is decided; a mistake is named with file, line and
//! key; a name that is not described, a key that is not known, is a mistake.

use crate::toml_reader::{Source, Table, TomlError, TomlValue};
use base::{AccountId, Arn, Partition, Timestamp};
use policy::{Attached, Document, Entity, Identity, Kind, Origin, Policy, Principal, SessionFacts, SessionKind, Value};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// The most cases of one file, each action on each resource counted.
pub(super) const MAX_CASES: usize = 100_000;

/// Everything that a file says.
pub(super) struct Cases {
    pub(super) cases: Vec<Case>,
}

/// One question and what must come of it.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) caller: Arc<Caller>,
    pub(super) action: String,
    /// The ARN and who owns it; `None` for `*`.
    pub(super) resource: Option<(String, AccountId)>,
    pub(super) context: Vec<(String, Given)>,
    pub(super) now: Option<Timestamp>,
    pub(super) resource_policy: Option<Attached>,
    pub(super) endpoint_policy: Option<Attached>,
    pub(super) resource_control: Vec<Vec<Attached>>,
    pub(super) partition: Partition,
    pub(super) expected: Expected,
    /// The `Sid` of the statement that must have decided.
    pub(super) by: Option<String>,
}

/// A principal with the policies that it brings.
pub(super) struct Caller {
    pub(super) principal: Principal,
    pub(super) identity: Vec<Attached>,
    pub(super) boundary: Option<Attached>,
    pub(super) service_control: Vec<Vec<Attached>>,
    partition: Partition,
    /// It belongs to no account: that of the resource counts.
    is_outside: bool,
}

/// What a condition key holds.
#[derive(Clone)]
pub(super) enum Given {
    One(Value<'static>),
    Many(Vec<String>),
}

/// What must come of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Allow,
    /// Either of the following.
    Deny,
    ImplicitDeny,
    ExplicitDeny,
}

const EXPECTED: [(&str, Expected); 4] = [
    ("allow", Expected::Allow),
    ("deny", Expected::Deny),
    ("implicitDeny", Expected::ImplicitDeny),
    ("explicitDeny", Expected::ExplicitDeny),
];

impl Expected {
    pub(super) fn as_str(self) -> &'static str {
        EXPECTED.iter().find(|(_, expected)| *expected == self).map_or("", |(name, _)| name)
    }
}

const PRINCIPAL: [&str; 8] =
    ["name", "arn", "session", "tags", "identity", "boundary", "session_policies", "service_control"];
const CASE: [&str; 12] = [
    "name",
    "principal",
    "action",
    "resource",
    "owner",
    "context",
    "now",
    "resource_policy",
    "endpoint_policy",
    "resource_control",
    "expect",
    "by",
];

impl Cases {
    /// Reads a file's text; `file` is how errors call it, and policies are looked for beside it.
    pub(super) fn parse(file: &Path, text: &str) -> Result<Self, TomlError> {
        let name = file.display().to_string();
        let source = Source::new(&name, text);
        let document = source.parse()?;
        let root = Table::new(&source, "", document.get_ref(), 0, &["policies", "principals", "cases"])?;
        let named = root.pairs("policies")?.into_iter().collect();
        let folder = file.parent().unwrap_or(Path::new(""));
        let shelf = Shelf { folder, root, named, read: RefCell::default() };
        let mut callers = HashMap::new();
        for (place, table) in root.tables("principals", "principals", &PRINCIPAL)?.into_iter().enumerate() {
            let caller = Arc::new(caller(table, &shelf, place)?);
            if callers.insert(table.required("name")?, caller).is_some() {
                return Err(table.error("name", "this principal is described twice"));
            }
        }
        let mut cases = Vec::new();
        for table in root.tables("cases", "cases", &CASE)? {
            read_cases(table, &shelf, &callers, &mut cases)?;
        }
        if cases.is_empty() {
            return Err(root.error("cases", "there is no case"));
        }
        Ok(Self { cases })
    }
}

/// The policies that the file describes.
struct Shelf<'a> {
    folder: &'a Path,
    root: Table<'a>,
    named: HashMap<&'a str, &'a str>,
    /// Each is read once for each kind of document that it is used as.
    read: RefCell<HashMap<(String, Kind), Attached>>,
}

impl Shelf<'_> {
    /// The policy of that name, as a document of that kind; a mistake is one of `table`'s `key`.
    fn policy(&self, table: Table<'_>, key: &str, name: &str, kind: Kind) -> Result<Attached, TomlError> {
        let place = (name.to_owned(), kind);
        if let Some(known) = self.read.borrow().get(&place) {
            return Ok(known.clone());
        }
        let policy = self.read_policy(table, key, name, kind)?;
        self.read.borrow_mut().insert(place, policy.clone());
        Ok(policy)
    }

    fn read_policy(&self, table: Table<'_>, key: &str, name: &str, kind: Kind) -> Result<Attached, TomlError> {
        let aws_managed = |arn: &str| {
            let policy = authorization_data::managed_policy(arn).and_then(|policy| policy.document());
            policy.ok_or_else(|| table.error(key, "AWS has no managed policy of this ARN"))
        };
        let (text, origin) = match self.named.get(name) {
            None if name.starts_with("arn:") => (aws_managed(name)?, Origin::AwsManaged),
            None => return Err(table.error(key, "a policy that [policies] does not name")),
            Some(arn) if arn.starts_with("arn:") => (aws_managed(arn)?, Origin::AwsManaged),
            Some(document) if document.starts_with('{') => ((*document).to_owned(), Origin::Given),
            Some(path) => {
                let text = std::fs::read_to_string(self.folder.join(path));
                (text.map_err(|error| self.root.error("policies", format!("{path}: {error}")))?, Origin::Given)
            }
        };
        let document = Document::parse(kind, &text);
        let document = document.map_err(|wrong| table.error(key, format!("{name}: {wrong}")))?;
        Ok(Attached::new(name, origin, Arc::new(Policy::compile(&document))))
    }

    fn policies(&self, table: Table<'_>, key: &str, kind: Kind) -> Result<Vec<Attached>, TomlError> {
        table.texts(key)?.into_iter().map(|name| self.policy(table, key, name, kind)).collect()
    }

    fn optional(&self, table: Table<'_>, key: &str, kind: Kind) -> Result<Option<Attached>, TomlError> {
        table.text(key)?.map(|name| self.policy(table, key, name, kind)).transpose()
    }

    /// An organization's policies, a list for each level.
    fn levels(&self, table: Table<'_>, key: &str, kind: Kind) -> Result<Vec<Vec<Attached>>, TomlError> {
        let level = |names: Vec<&str>| names.into_iter().map(|name| self.policy(table, key, name, kind)).collect();
        table.lists(key)?.into_iter().map(level).collect()
    }
}

/// Reads a principal. `place` makes an id for it that no other has.
fn caller(table: Table<'_>, shelf: &Shelf<'_>, place: usize) -> Result<Caller, TomlError> {
    let (mut principal, partition) = principal(table, place)?;
    let tags = table.pairs("tags")?.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    principal.tags = Arc::new(tags.collect());
    let policies = shelf.policies(table, "session_policies", Kind::Session)?;
    let kind = match principal.identity {
        Identity::Role { .. } => Some(SessionKind::AssumedRole),
        Identity::Federated { .. } => Some(SessionKind::Federation),
        _ if !policies.is_empty() => return Err(table.error("session_policies", "only sessions have them")),
        _ => None,
    };
    principal.session = kind.map(|kind| {
        Arc::new(SessionFacts {
            kind,
            issued: Timestamp::from_millis(0),
            mfa_at: None,
            source_identity: None,
            federated_provider: None,
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            policies,
            chained: false,
        })
    });
    Ok(Caller {
        identity: shelf.policies(table, "identity", Kind::Identity)?,
        boundary: shelf.optional(table, "boundary", Kind::Managed)?,
        service_control: shelf.levels(table, "service_control", Kind::ServiceControl)?,
        is_outside: !principal.belongs_to_account(),
        principal,
        partition,
    })
}

/// Reads who a principal is.
fn principal(table: Table<'_>, place: usize) -> Result<(Principal, Partition), TomlError> {
    const RULE: &str = "must be the ARN of a user, role, session, federated user or account's root, a service such as \
                        ec2.amazonaws.com, or *";
    let wrong = || table.error("arn", RULE);
    let text = table.required("arn")?;
    // Whose it is comes of the resource.
    let nobodys = "000000000000".parse::<AccountId>().map_err(|_| wrong())?;
    if text == "*" {
        return Ok((Principal::new(nobodys, Identity::Anonymous), Partition::Aws));
    }
    if !text.starts_with("arn:") {
        let is_service = text.contains('.') && !text.contains([':', '/', '*']);
        let service = is_service.then(|| (Principal::service(nobodys, text), Partition::Aws));
        return service.ok_or_else(wrong);
    }
    let arn = text.parse::<Arn>().map_err(|_| wrong())?;
    let account = arn.account.parse().map_err(|_| wrong())?;
    let partition = partition(&arn).ok_or_else(wrong)?;
    let entity = |path: &str, prefix: &str| {
        let (path, name) = path.rsplit_once('/').unwrap_or(("", path));
        let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        Entity { path, name: name.to_owned(), id: format!("{prefix}{place:017}") }
    };
    let session = table.text("session")?.unwrap_or("session").to_owned();
    let identity = match (arn.service.as_str(), arn.resource.split_once('/')) {
        ("iam", None) if arn.resource == "root" => Identity::Root,
        ("iam", Some(("user", path))) => Identity::User(entity(path, "AIDA")),
        ("iam", Some(("role", path))) => Identity::Role { role: entity(path, "AROA"), session_name: session },
        ("sts", Some(("federated-user", name))) => Identity::Federated { name: name.to_owned(), user: None },
        ("sts", Some(("assumed-role", rest))) => {
            let (role, session) = rest.split_once('/').ok_or_else(wrong)?;
            Identity::Role { role: entity(role, "AROA"), session_name: session.to_owned() }
        }
        _ => return Err(wrong()),
    };
    Ok((Principal::new(account, identity), partition))
}

fn partition(arn: &Arn) -> Option<Partition> {
    [Partition::Aws, Partition::China, Partition::GovCloud].into_iter().find(|one| one.as_str() == arn.partition)
}

/// Reads a case, which may be of several actions and resources.
fn read_cases(
    table: Table<'_>,
    shelf: &Shelf<'_>,
    callers: &HashMap<&str, Arc<Caller>>,
    cases: &mut Vec<Case>,
) -> Result<(), TomlError> {
    let caller = callers.get(table.required("principal")?);
    let caller = caller.ok_or_else(|| table.error("principal", "a principal that [[principals]] does not describe"))?;
    let actions = table.one_or_more("action")?;
    if actions.is_empty() {
        return Err(table.error("action", "is missing"));
    }
    let mut resources = table.one_or_more("resource")?;
    if resources.is_empty() {
        resources.push("*");
    }
    let expected = table.required("expect")?;
    let expected = EXPECTED.iter().find(|(name, _)| *name == expected);
    let expected = expected.ok_or_else(|| {
        let names = EXPECTED.map(|(name, _)| name).join(", ");
        table.error("expect", format!("must be one of {names}"))
    })?;
    let now = table.text("now")?.map(Timestamp::from_rfc3339).transpose();
    let now = now.map_err(|base::Invalid(rule)| table.error("now", rule))?;
    let context = table.values("context")?.into_iter().map(|(key, value)| (key.to_owned(), value.into()));
    let context = context.collect::<Vec<_>>();
    let endpoint_policy = shelf.optional(table, "endpoint_policy", Kind::Endpoint)?;
    let resource_control = shelf.levels(table, "resource_control", Kind::ResourceControl)?;
    for resource in &resources {
        let owner = owner(table, caller, resource)?;
        let kind = kind_of_resource(resource);
        let resource_policy = shelf.optional(table, "resource_policy", kind)?;
        if kind == Kind::Trust && resource_policy.is_none() && actions.iter().any(|action| assumes(action)) {
            return Err(table.error("resource_policy", "is missing: a role's trust policy says who may assume it"));
        }
        for action in &actions {
            if cases.len() == MAX_CASES {
                return Err(table.error("action", format!("a file has at most {MAX_CASES} cases")));
            }
            let mut caller = Arc::clone(caller);
            if let (true, Some(owner)) = (caller.is_outside, owner) {
                caller = Arc::new(caller.on_behalf_of(owner));
            }
            let name = table.text("name")?.map_or_else(|| format!("{action} on {resource}"), str::to_owned);
            cases.push(Case {
                name,
                action: (*action).to_owned(),
                resource: owner.map(|owner| ((*resource).to_owned(), owner)),
                context: context.clone(),
                now,
                resource_policy: resource_policy.clone(),
                endpoint_policy: endpoint_policy.clone(),
                resource_control: resource_control.clone(),
                partition: resource.parse().ok().and_then(|arn| partition(&arn)).unwrap_or(caller.partition),
                caller,
                expected: expected.1,
                by: table.text("by")?.map(str::to_owned),
            });
        }
    }
    Ok(())
}

/// Who owns a resource: whom the case or its ARN names, else the caller's account. Nobody owns `*`.
fn owner(table: Table<'_>, caller: &Caller, resource: &str) -> Result<Option<AccountId>, TomlError> {
    let named = table.text("owner")?.map(str::parse::<AccountId>).transpose();
    let named = named.map_err(|base::Invalid(rule)| table.error("owner", rule))?;
    if resource == "*" {
        return Ok(None);
    }
    let arn = resource.parse::<Arn>().map_err(|base::Invalid(rule)| table.error("resource", rule))?;
    let owner = named.or(arn.account.parse().ok());
    if owner.is_none() && caller.is_outside {
        return Err(table.error("owner", "is missing: neither resource nor principal tells the account"));
    }
    Ok(Some(owner.unwrap_or(caller.principal.account)))
}

fn assumes(action: &str) -> bool {
    action.to_ascii_lowercase().starts_with("sts:assumerole")
}

/// What kind of policy a resource has.
fn kind_of_resource(resource: &str) -> Kind {
    match resource.parse::<Arn>() {
        Ok(arn) if arn.service == "kms" && arn.resource.starts_with("key/") => Kind::Key,
        Ok(arn) if arn.service == "iam" && arn.resource.starts_with("role/") => Kind::Trust,
        _ => Kind::Resource,
    }
}

impl Caller {
    /// The same, for someone who belongs to no account.
    fn on_behalf_of(&self, account: AccountId) -> Self {
        Self {
            principal: Principal { account, ..self.principal.clone() },
            identity: self.identity.clone(),
            boundary: self.boundary.clone(),
            service_control: self.service_control.clone(),
            partition: self.partition,
            is_outside: self.is_outside,
        }
    }
}

impl From<TomlValue<'_>> for Given {
    fn from(value: TomlValue<'_>) -> Self {
        Self::One(match value {
            TomlValue::Text(text) => Value::Text(Cow::Owned(text.to_owned())),
            TomlValue::Boolean(value) => Value::Bool(value),
            TomlValue::Number(number) => Value::Number(number),
            TomlValue::Texts(texts) => return Self::Many(texts.into_iter().map(str::to_owned).collect()),
        })
    }
}
