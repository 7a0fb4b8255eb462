//! What AWS says of one service.

use crate::pattern;
use std::cmp::Ordering;

/// A service, as policies know it.
#[derive(Debug)]
pub struct Service {
    /// What stands before the colon of its actions: `kms`.
    pub prefix: &'static str,
    /// What AWS calls it.
    pub name: &'static str,
    /// Whether resource control policies apply to it.
    pub under_resource_control: bool,
    /// Ordered by name. Among them are global keys that some actions take, such as `aws:TagKeys`, and those of identity
    /// providers, such as `saml:aud` with STS.
    pub keys: Vec<ConditionKey>,
    /// Ordered by name.
    pub resources: Vec<ResourceType>,
    /// Ordered by name.
    pub actions: Vec<Action>,
}

/// An action. What it takes is said for the action as a whole and for each resource type that it is asked on.
#[derive(Debug)]
pub struct Action {
    /// Without the prefix: `ReEncryptFrom`.
    pub name: &'static str,
    /// What kind of access it gives.
    pub level: Level,
    /// Condition keys that it gives values to. Global keys that every request has are not listed.
    pub keys: Vec<&'static str>,
    /// Actions that its caller must be allowed besides, such as `iam:PassRole`.
    pub needs: Vec<&'static str>,
    /// Resource types that it is asked on; with none, a policy names it with the resource `*`.
    pub on: Vec<On>,
}

/// A resource type that an action is asked on.
#[derive(Debug)]
pub struct On {
    /// The name of a [`ResourceType`].
    pub resource: &'static str,
    /// Whether a policy must name a resource of this type to allow the action.
    pub required: bool,
    /// Condition keys that the action gives values to with this type.
    pub keys: Vec<&'static str>,
    /// Actions that its caller must be allowed besides, with this type.
    pub needs: Vec<&'static str>,
}

/// A kind of resource.
#[derive(Debug)]
pub struct ResourceType {
    /// What AWS's tables call it: `key`.
    pub name: &'static str,
    /// Forms of its ARN: `arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}`. A few types have two.
    pub arns: Vec<&'static str>,
    /// Condition keys that have values when it is accessed.
    pub keys: Vec<&'static str>,
}

/// A condition key. Its name may have a part that varies: `aws:RequestTag/${TagKey}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionKey {
    /// As AWS spells it.
    pub name: &'static str,
    /// What its values are.
    pub kind: ValueType,
    /// Whether a request may give it several values.
    pub multivalued: bool,
}

/// What the values of a condition key are, which decides the operators that make sense for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// Any text.
    String,
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// A point in time.
    Date,
    /// An IP address.
    Ip,
}

/// What kind of access an action gives; a summary for people, without effect on decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Sees which resources there are.
    List,
    /// Reads what is in them.
    Read,
    /// Makes, changes or deletes them.
    Write,
    /// Changes who may access them.
    PermissionsManagement,
    /// Changes their tags only.
    Tagging,
}

impl Service {
    /// The action of that name, without the prefix.
    pub fn action(&self, name: &str) -> Option<&Action> {
        let at = self.actions.binary_search_by(|action| ignoring_case(action.name, name)).ok()?;
        self.actions.get(at)
    }

    /// The actions that a name with wildcards stands for.
    pub fn matching<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Action> + use<'a> {
        let name = name.to_owned();
        self.actions.iter().filter(move |action| pattern::matches(&name, action.name))
    }

    /// The resource type of that name.
    pub fn resource(&self, name: &str) -> Option<&ResourceType> {
        self.resources.iter().find(|resource| resource.name == name)
    }

    /// The resource types that an ARN may be of; it may hold wildcards and variables.
    pub fn resources_of<'a>(&'a self, arn: &'a str) -> impl Iterator<Item = &'a ResourceType> {
        self.resources.iter().filter(move |resource| resource.may_be(arn))
    }

    /// The condition key of that name, whose varying part may be filled in.
    pub fn key(&self, name: &str) -> Option<&ConditionKey> {
        self.keys.iter().find(|key| key.is_called(name))
    }

    /// Whether one of this service's actions gives a value to a condition key, as far as its tables say. They say
    /// nothing of the global keys that every request has.
    pub fn takes(&self, action: &Action, key: &str) -> bool {
        let of_types = action.on.iter().filter_map(|on| self.resource(on.resource)).map(|resource| &resource.keys);
        let of_action = action.on.iter().map(|on| &on.keys).chain([&action.keys]);
        of_action.chain(of_types).flatten().any(|name| pattern::fits(name, key))
    }
}

impl ResourceType {
    /// Whether an ARN, which may hold wildcards and variables, can be one of this type.
    pub fn may_be(&self, arn: &str) -> bool {
        self.arns.iter().any(|form| pattern::overlaps(arn, form))
    }
}

impl ConditionKey {
    /// Whether the key goes by that name.
    pub fn is_called(&self, name: &str) -> bool {
        pattern::fits(self.name, name)
    }
}

impl Level {
    /// What AWS calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
            Self::Tagging => "Tagging",
        }
    }
}

/// Orders names as if all their letters were small.
pub(crate) fn ignoring_case(a: &str, b: &str) -> Ordering {
    let small = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(small).cmp(b.bytes().map(small))
}
