//! Actions that do not exist, and resources that a statement's actions are never asked on.

use super::{Notes, meant};
use authorization_data::{Action, On, Service};
use policy::{Kind, Statement, Text};
use std::collections::{BTreeMap, BTreeSet};

/// A statement with more actions than this is not held against its resources.
const MAX_ACTIONS: usize = 2_000;
/// Nor is one with more pairs of a resource and a service.
const MAX_PAIRS: usize = 10_000;

/// The actions that a statement means, as far as its names are known.
pub(super) struct Meant {
    /// Each with whether it is named in full.
    actions: Vec<(bool, &'static Service, &'static Action)>,
    /// It means no others.
    is_all: bool,
}

impl Meant {
    /// Whether every action that the statement means is known, and is so.
    pub(super) fn all(&self, is_so: impl Fn(&Service, &Action) -> bool) -> bool {
        self.is_all && self.actions.iter().all(|(_, service, action)| is_so(service, action))
    }
}

/// Checks the names, and finds what they mean. `None` where the list is of those that are not meant.
pub(super) fn check(statement: &Statement, notes: &mut Notes) -> Option<Meant> {
    let list = statement.actions.as_ref()?;
    let mut meant = Meant { actions: Vec::new(), is_all: true };
    for text in &list.values {
        match of_name(text, notes) {
            Some(found) if meant.actions.len() + found.len() <= MAX_ACTIONS => meant.actions.extend(found),
            _ => meant.is_all = false,
        }
    }
    (!list.negated).then_some(meant)
}

/// The actions that a name stands for, each with whether it is named in full. `None` if that is not known, or `*`.
fn of_name(text: &Text, notes: &mut Notes) -> Option<Vec<(bool, &'static Service, &'static Action)>> {
    let (prefix, name) = text.value.split_once(':')?;
    let Some(service) = authorization_data::service(prefix) else {
        let hint = meant(prefix, "", authorization_data::prefixes());
        notes.warn(text, "unknown-service", format!("there is no service {prefix}{hint}"));
        return None;
    };
    if name.contains(['*', '?']) {
        let found = service.matching(name).map(|action| (false, service, action)).collect::<Vec<_>>();
        if found.is_empty() {
            notes.warn(text, "unknown-action", format!("no action of {} matches {}", service.name, text.value));
            return None;
        }
        return Some(found);
    }
    let Some(action) = service.action(name) else {
        let hint = meant(name, &format!("{}:", service.prefix), service.actions.iter().map(|action| action.name));
        notes.warn(text, "unknown-action", format!("{} has no action {name}{hint}", service.name));
        return None;
    };
    Some(vec![(true, service, action)])
}

/// Checks that each resource is one that some action is asked on, and each action asked on some resource.
pub(super) fn check_resources(kind: Kind, statement: &Statement, meant: &Meant, notes: &mut Notes) {
    let Some(resources) = statement.resources.as_ref().filter(|list| !list.negated) else { return };
    let services = meant.actions.iter().map(|(_, service, _)| (service.prefix, *service)).collect::<BTreeMap<_, _>>();
    // On a key, the resource is the key itself, whatever is written.
    let is_any = kind == Kind::Key || resources.values.iter().any(|text| text.value == "*");
    if is_any || resources.values.len().saturating_mul(services.len()) > MAX_PAIRS {
        return;
    }
    let on = |(_, service, action): &(bool, &'static Service, &'static Action)| {
        action.on.iter().map(|on| (service.prefix, on.resource)).collect::<Vec<_>>()
    };
    let asked = meant.actions.iter().flat_map(on).collect::<BTreeSet<_>>();
    let mut reached = BTreeSet::new();
    for text in &resources.values {
        let types = services.values().flat_map(|service| types(service, &text.value));
        let types = types.filter(|named| asked.contains(named)).collect::<Vec<_>>();
        if types.is_empty() && meant.is_all {
            let message = format!("no action of the statement is ever asked on {}", text.value);
            notes.warn(text, "unused-resource", message);
        }
        reached.extend(types);
    }
    let Some(list) = statement.actions.as_ref() else { return };
    for (_, service, action) in meant.actions.iter().filter(|(in_full, ..)| *in_full) {
        let is_reached = |on: &On| reached.contains(&(service.prefix, on.resource)) || is_undescribed(service, on);
        if action.on.iter().any(is_reached) {
            continue;
        }
        let full = format!("{}:{}", service.prefix, action.name);
        let Some(text) = list.values.iter().find(|text| text.value.eq_ignore_ascii_case(&full)) else { continue };
        let types = action.on.iter().map(|on| on.resource).collect::<Vec<_>>().join(", ");
        let message = if action.on.is_empty() {
            format!("{full} has no resource of its own: only the resource \"*\" covers it")
        } else {
            format!("{full} is never asked on these resources, but on: {types}")
        };
        notes.warn(text, "no-such-resource", message);
    }
}

/// The resource types that a resource of a policy may be of, those that the tables do not describe among them.
fn types(service: &'static Service, resource: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let described = service.resources_of(resource).map(|of_type| of_type.name).collect::<Vec<_>>();
    let on = service.actions.iter().flat_map(|action| &action.on);
    let undescribed = on.filter(|on| is_undescribed(service, on)).map(|on| on.resource);
    described.into_iter().chain(undescribed).map(|name| (service.prefix, name))
}

fn is_undescribed(service: &Service, on: &On) -> bool {
    service.resource(on.resource).is_none()
}
