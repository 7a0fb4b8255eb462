//! From a call to its audit record.
//!
//! Guarantees: every outcome has a record; requests and responses appear only as the model's tables redact them.
//! Source: CloudTrail User Guide, "CloudTrail record contents".

use crate::access::AuditResource;
use crate::call::{Call, INTERNAL};
use crate::identity::Told;
use audit::{Category, Entry, EventType, Identity, Record, Resource, TlsDetails};
use base::{AccountId, Region, Rng, Scope, Timestamp, Uuid};
use model::{Fault, Value};
use policy::{Identity as Who, Principal};
use std::borrow::Cow;
use std::sync::Arc;

/// What a run adds to its record.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) additional: Vec<(&'static str, String)>,
    pub(crate) resources: Vec<AuditResource>,
    pub(crate) response: Option<String>,
    /// Who the call turned out to be from, where nobody signs, and what the record calls it.
    pub(crate) speaker: Option<(Arc<Principal>, String)>,
}

impl Notes {
    /// Lists a resource, once.
    pub(crate) fn lists(&mut self, resource: Option<AuditResource>) {
        let is_new = |new: &AuditResource| self.resources.iter().all(|known| known.arn != new.arn);
        let new = resource.filter(is_new);
        self.resources.extend(new);
    }
}

/// `requestParameters` of an input.
pub(crate) fn parameters(service: &model::Service, operation: &model::Operation, input: &Value) -> String {
    operation.input.map_or_else(|| "null".to_owned(), |shape| model::redacted_json(service, shape, input))
}

/// What the record of an operation says beside who did what.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) read_only: bool,
    /// Whether it tells what was answered.
    pub(crate) tells_answer: bool,
}

impl Kind {
    pub(crate) const READ: Self = Self { read_only: true, tells_answer: false };
    pub(crate) const CHANGE: Self = Self { read_only: false, tells_answer: true };
}

/// The record of a call that succeeded, and the copies of it for other accounts whose resources it reached: the same event,
/// of which they learn the caller's account and id.
pub(crate) fn success(
    call: &Call,
    notes: &Notes,
    kind: Kind,
    output: &Value,
    rng: &dyn Rng,
) -> (Entry, Vec<(AccountId, Entry)>) {
    let told = || {
        let shape = call.operation.filter(|_| kind.tells_answer)?.output?;
        Some(model::redacted_json(call.service, shape, output))
    };
    let response = notes.response.clone().or_else(told);
    let mut others = Vec::new();
    for AuditResource { account, .. } in &notes.resources {
        if *account != principal(call, notes).account && !others.contains(account) {
            others.push(*account);
        }
    }
    let shared = (!others.is_empty()).then(|| Uuid::random(rng));
    let own = entry(call, notes, kind, None, response.as_deref(), shared);
    let copy = |account| {
        let principal = principal(call, notes);
        let identity = Identity::AwsAccount { account: Some(principal.account), principal_id: &principal.unique_id() };
        let (parameters, resources) = (call.parameters.as_str(), listed(&notes.resources));
        let resources: Vec<_> = resources.into_iter().filter(|resource| resource.account == account).collect();
        let record = Record {
            event_id: Uuid::random(rng),
            identity,
            recipient: Some(account),
            request_parameters: Some(&with_members(parameters, &notes.parameters)),
            response_elements: response.as_deref(),
            read_only: kind.read_only,
            resources: &resources,
            shared_event_id: shared,
            ..plain(call)
        };
        (account, record.entry())
    };
    (own, others.into_iter().map(copy).collect())
}

/// The record of a call that failed.
pub(crate) fn failure(call: &Call, notes: &Notes, kind: Kind, fault: &Fault) -> Entry {
    let error = (fault.code.as_ref(), fault.message.as_deref().unwrap_or(""));
    entry(call, notes, kind, Some(error), None, None)
}

/// The record of a change that a call made in another Region; `call` is its facts there.
pub(crate) fn change(call: &Call, notes: &Notes, response: &str) -> Entry {
    entry(call, notes, Kind::CHANGE, None, Some(response), None)
}

/// The record of what a service did on its own.
pub(crate) fn service_event(call: &Call, id: Uuid, name: &str, resources: &[AuditResource], details: &str) -> Entry {
    let resources = listed(resources);
    Record {
        event_id: id,
        name,
        identity: Identity::Internal { account: call.scope.account },
        event_type: EventType::AwsServiceEvent,
        service_event_details: Some(details),
        resources: &resources,
        // Also where it happens within somebody's call.
        source_ip: INTERNAL,
        user_agent: INTERNAL,
        ..plain(call)
    }
    .entry()
}

/// A request whose sender was not proven. What it claims is recorded as a claim; it belongs to no account's log.
pub(crate) struct Strange<'a> {
    pub(crate) routed: &'a wire::Routed,
    pub(crate) region: Option<Region>,
    pub(crate) access_key_id: Option<&'a str>,
    pub(crate) source: String,
    pub(crate) user_agent: &'a str,
    pub(crate) request_id: &'a str,
    pub(crate) event_id: Uuid,
    pub(crate) now: Timestamp,
}

impl Strange<'_> {
    pub(crate) fn entry(&self, fault: &Fault) -> Entry {
        Record {
            event_id: self.event_id,
            request_id: self.request_id,
            time: self.now,
            source: self.routed.service.event_source,
            name: self.routed.operation.name,
            region: self.region,
            source_ip: &self.source,
            user_agent: self.user_agent,
            identity: Identity::Unknown { access_key_id: self.access_key_id },
            error: Some((fault.code.as_ref(), fault.message.as_deref().unwrap_or(""))),
            request_parameters: None,
            response_elements: None,
            additional_event_data: None,
            service_event_details: None,
            read_only: true,
            resources: &[],
            event_type: EventType::AwsApiCall,
            category: Category::Management,
            recipient: None,
            shared_event_id: None,
            tls: None,
        }
        .entry()
    }
}

fn entry(
    call: &Call,
    notes: &Notes,
    kind: Kind,
    error: Option<(&str, &str)>,
    response: Option<&str>,
    shared: Option<Uuid>,
) -> Entry {
    let parameters = with_members(&call.parameters, &notes.parameters);
    let additional = (!notes.additional.is_empty()).then(|| with_members("{}", &notes.additional));
    let principal = principal(call, notes);
    let told = Told::new(call, principal, notes.speaker.as_ref().map(|(_, id)| id.as_str()));
    let resources = listed(&notes.resources);
    Record {
        identity: told.identity(),
        recipient: is_proven(call, notes).then_some(principal.account),
        error,
        request_parameters: Some(&parameters),
        response_elements: response,
        additional_event_data: additional.as_deref(),
        read_only: kind.read_only,
        resources: &resources,
        shared_event_id: shared,
        tls: call.tls.map(|tls| TlsDetails {
            version: tls.version,
            cipher_suite: tls.cipher_suite,
            host: &call.host,
            key_exchange: tls.key_exchange,
        }),
        ..plain(call)
    }
    .entry()
}

fn plain(call: &Call) -> Record<'_> {
    let Scope { account, region } = call.scope;
    Record {
        event_id: call.event_id,
        request_id: &call.request_id,
        time: call.now,
        source: call.service.event_source,
        name: call.name,
        region: Some(region),
        source_ip: &call.caller.source,
        user_agent: &call.caller.user_agent,
        identity: Identity::Internal { account },
        error: None,
        request_parameters: None,
        response_elements: None,
        additional_event_data: None,
        service_event_details: None,
        read_only: false,
        resources: &[],
        event_type: EventType::AwsApiCall,
        category: Category::Management,
        recipient: Some(account),
        shared_event_id: None,
        tls: None,
    }
}

/// Who called.
fn principal<'a>(call: &'a Call, notes: &'a Notes) -> &'a Arc<Principal> {
    notes.speaker.as_ref().map_or(&call.caller.principal, |(principal, _)| principal)
}

/// Whether it is known who called. Records of others go to the log of strangers.
pub(crate) fn is_proven(call: &Call, notes: &Notes) -> bool {
    notes.speaker.is_some() || call.caller.principal.identity != Who::Anonymous
}

fn listed(resources: &[AuditResource]) -> Vec<Resource<'_>> {
    resources
        .iter()
        .map(|resource| Resource { arn: &resource.arn, account: resource.account, kind: resource.kind })
        .collect()
}

/// Adds members, which it does not have, to a JSON object; values are JSON already. Whether it has them is not looked up
/// in its text: what a caller put deeper down could pass for a member.
fn with_members<'a>(object: &'a str, members: &[(&'static str, String)]) -> Cow<'a, str> {
    if members.is_empty() {
        return Cow::Borrowed(object);
    }
    let known = object.trim().strip_suffix('}').unwrap_or("{");
    let added: usize = members.iter().map(|(name, value)| name.len() + value.len() + r#","":"#.len()).sum();
    let mut body = String::with_capacity(known.len() + added + 1);
    body.push_str(known);
    for (name, value) in members {
        if !body.ends_with('{') {
            body.push(',');
        }
        body.extend(["\"", name, "\":", value]);
    }
    body.push('}');
    Cow::Owned(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_added_whatever_lies_deeper() {
        let members = [("keySpec", "\"A\"".to_owned()), ("origin", "\"AWS_KMS\"".to_owned())];
        assert_eq!(with_members("null", &members), r#"{"keySpec":"A","origin":"AWS_KMS"}"#);
        let deeper = r#"{"encryptionContext":{"keySpec":"B"}}"#;
        assert_eq!(with_members(deeper, &members[..1]), r#"{"encryptionContext":{"keySpec":"B"},"keySpec":"A"}"#);
        assert_eq!(with_members("null", &[]), "null");
    }
}
