//! The record of one call, in CloudTrail's form.
//!
//! Guarantees: the result is one JSON object within CloudTrail's caps. Redaction is not done here: the parameters
//! arrive as JSON that the model's tables have already cleared of secrets.
//! Source: CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity element".

use crate::Entry;
use crate::identity::Identity;
use crate::json::{Object, cut, object};
use base::{AccountId, Region, Timestamp, Uuid};

/// The version of the record format that is written.
const EVENT_VERSION: &str = "1.11";

/// Request parameters and response elements beyond this are left out whole.
pub(crate) const MAX_PARAMETERS: usize = 100 * 1024;
/// Additional event data beyond this is left out whole.
pub(crate) const MAX_ADDITIONAL: usize = 28 * 1024;
/// A record beyond this loses its parameters.
pub(crate) const MAX_RECORD: usize = 256 * 1024;
/// A record names at most this many resources.
pub(crate) const MAX_RESOURCES: usize = 100;

/// All that a record says about one call.
pub struct Record<'a> {
    /// The event's own id, also its id in the log.
    pub event_id: Uuid,
    /// The id that the caller was given with the answer.
    pub request_id: &'a str,
    /// When the request was completed, in service time.
    pub time: Timestamp,
    /// `kms.amazonaws.com`
    pub source: &'a str,
    /// The operation.
    pub name: &'a str,
    /// The Region that was called; `None` when a stranger named none.
    pub region: Option<Region>,
    /// The caller's address, or the name of the service that called on its behalf.
    pub source_ip: &'a str,
    /// The caller's User-Agent, or the name of the service that called on its behalf.
    pub user_agent: &'a str,
    /// Who called.
    pub identity: Identity<'a>,
    /// Code and message of the error that the call ended with.
    pub error: Option<(&'a str, &'a str)>,
    /// The input as redacted JSON; `None` is written as null.
    pub request_parameters: Option<&'a str>,
    /// The output of a mutating call as redacted JSON; `None` is written as null.
    pub response_elements: Option<&'a str>,
    /// What else the service tells, as JSON.
    pub additional_event_data: Option<&'a str>,
    /// What a service event tells, as JSON.
    pub service_event_details: Option<&'a str>,
    /// Whether the call can change anything.
    pub read_only: bool,
    /// What the call touched.
    pub resources: &'a [Resource<'a>],
    /// Call or service event.
    pub event_type: EventType,
    /// Management or data plane.
    pub category: Category,
    /// The account whose log this record belongs to; `None` for strangers, who belong to none.
    pub recipient: Option<AccountId>,
    /// Set when the same event is recorded for several accounts.
    pub shared_event_id: Option<Uuid>,
    /// The encrypted connection, if there was one.
    pub tls: Option<TlsDetails<'a>>,
}

/// A resource that the call touched.
#[derive(Clone, Copy)]
pub struct Resource<'a> {
    /// Its ARN.
    pub arn: &'a str,
    /// Its owner.
    pub account: AccountId,
    /// Its CloudFormation-style type, such as `AWS::KMS::Key`.
    pub kind: &'a str,
}

/// What kind of event is recorded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EventType {
    /// A call to an API.
    AwsApiCall,
    /// Something that a service did on its own.
    AwsServiceEvent,
}

/// Which kind of trail an event belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Control plane; also KMS's use of keys.
    Management,
    /// Data plane.
    Data,
}

/// How the connection was encrypted.
#[derive(Clone, Copy)]
pub struct TlsDetails<'a> {
    /// `TLSv1.3`
    pub version: &'a str,
    /// `TLS_AES_128_GCM_SHA256`
    pub cipher_suite: &'a str,
    /// The Host header that the client sent.
    pub host: &'a str,
    /// The key exchange group, such as `X25519MLKEM768`.
    pub key_exchange: Option<&'a str>,
}

impl Record<'_> {
    /// The finished record.
    pub fn entry(&self) -> Entry {
        let mut json = self.write(self.request_parameters, self.response_elements);
        if json.len() > MAX_RECORD {
            json = self.write(None, None);
        }
        Entry { id: self.event_id, json }
    }

    /// In the order in which CloudTrail writes its members.
    fn write(&self, request: Option<&str>, response: Option<&str>) -> String {
        let room = 1024 + request.map_or(0, str::len) + response.map_or(0, str::len);
        let mut out = String::with_capacity(room);
        object(&mut out, |o| {
            o.plain("eventVersion", EVENT_VERSION);
            o.object("userIdentity", |o| self.identity.write(o));
            o.plain("eventTime", &self.time.to_seconds_rfc3339());
            o.plain("eventSource", self.source);
            o.text("eventName", self.name);
            if let Some(region) = &self.region {
                o.plain("awsRegion", region.as_str());
            }
            o.text("sourceIPAddress", cut(self.source_ip));
            o.text("userAgent", cut(self.user_agent));
            if let Some((code, message)) = self.error {
                o.text("errorCode", cut(code));
                o.text("errorMessage", cut(message));
            }
            parameters(o, "requestParameters", request);
            parameters(o, "responseElements", response);
            if let Some(data) = self.additional_event_data.filter(|data| data.len() <= MAX_ADDITIONAL) {
                o.raw("additionalEventData", data);
            }
            o.text("requestID", cut(self.request_id));
            o.plain("eventID", &self.event_id.to_string());
            o.flag("readOnly", self.read_only);
            if !self.resources.is_empty() {
                o.list("resources", self.resources.get(..MAX_RESOURCES).unwrap_or(self.resources), |o, resource| {
                    o.plain("accountId", resource.account.as_str());
                    o.plain("type", resource.kind);
                    o.text("ARN", cut(resource.arn));
                });
            }
            o.plain("eventType", self.event_type.as_str());
            o.flag("managementEvent", self.category == Category::Management);
            if let Some(recipient) = &self.recipient {
                o.plain("recipientAccountId", recipient.as_str());
            }
            if let Some(shared) = self.shared_event_id {
                o.plain("sharedEventID", &shared.to_string());
            }
            if let Some(details) = self.service_event_details.filter(|details| details.len() <= MAX_PARAMETERS) {
                o.raw("serviceEventDetails", details);
            }
            o.plain("eventCategory", self.category.as_str());
            if let Some(tls) = &self.tls {
                o.object("tlsDetails", |o| tls.write(o));
            }
        });
        out
    }
}

impl TlsDetails<'_> {
    fn write(&self, o: &mut Object) {
        o.plain("tlsVersion", self.version);
        o.plain("cipherSuite", self.cipher_suite);
        o.text("clientProvidedHostHeader", cut(self.host));
        o.maybe("keyExchange", self.key_exchange);
    }
}

impl EventType {
    fn as_str(self) -> &'static str {
        match self {
            Self::AwsApiCall => "AwsApiCall",
            Self::AwsServiceEvent => "AwsServiceEvent",
        }
    }
}

impl Category {
    fn as_str(self) -> &'static str {
        match self {
            Self::Management => "Management",
            Self::Data => "Data",
        }
    }
}

/// Null when there are none, left out when there are too many.
fn parameters(o: &mut Object, name: &str, json: Option<&str>) {
    let json = json.unwrap_or("null");
    if json.len() <= MAX_PARAMETERS {
        o.raw(name, json);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::MAX_TEXT;
    use base::Partition;
    use serde_json::{Value, json};

    fn record<'a>() -> Record<'a> {
        Record {
            event_id: Uuid([7; 16]),
            request_id: "11111111-2222-4333-8444-555555555555",
            time: Timestamp::from_millis(1_767_225_600_999),
            source: "kms.amazonaws.com",
            name: "Encrypt",
            region: Some("eu-central-1".parse().unwrap()),
            source_ip: "192.0.2.1",
            user_agent: "aws-cli/2",
            identity: Identity::Root {
                account: "111122223333".parse().unwrap(),
                partition: Partition::Aws,
                access_key_id: "AKIAEXAMPLE",
                session: None,
                invoked_by: None,
            },
            error: None,
            request_parameters: Some(r#"{"keyId":"alias/a","encryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#),
            response_elements: None,
            additional_event_data: None,
            service_event_details: None,
            read_only: true,
            resources: &[],
            event_type: EventType::AwsApiCall,
            category: Category::Management,
            recipient: Some("111122223333".parse().unwrap()),
            shared_event_id: None,
            tls: None,
        }
    }

    fn read(record: &Record) -> Value {
        serde_json::from_str(&record.entry().json).unwrap()
    }

    #[test]
    fn a_call_is_recorded_as_cloudtrail_records_it() {
        let resource = Resource {
            arn: "arn:aws:kms:eu-central-1:111122223333:key/1",
            account: "111122223333".parse().unwrap(),
            kind: "AWS::KMS::Key",
        };
        let tls = TlsDetails {
            version: "TLSv1.3",
            cipher_suite: "TLS_AES_128_GCM_SHA256",
            host: "localhost:4566",
            key_exchange: Some("X25519MLKEM768"),
        };
        let written = read(&Record {
            resources: &[resource],
            tls: Some(tls),
            additional_event_data: Some(r#"{"keyMaterialId":"ab"}"#),
            ..record()
        });
        let expected = json!({
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root",
                "accountId": "111122223333", "accessKeyId": "AKIAEXAMPLE"
            },
            "eventTime": "2026-01-01T00:00:00Z",
            "eventSource": "kms.amazonaws.com",
            "eventName": "Encrypt",
            "awsRegion": "eu-central-1",
            "sourceIPAddress": "192.0.2.1",
            "userAgent": "aws-cli/2",
            "requestParameters": {"keyId": "alias/a", "encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
            "responseElements": null,
            "additionalEventData": {"keyMaterialId": "ab"},
            "requestID": "11111111-2222-4333-8444-555555555555",
            "eventID": "07070707-0707-0707-0707-070707070707",
            "readOnly": true,
            "resources": [{"accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": "arn:aws:kms:eu-central-1:111122223333:key/1"}],
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "recipientAccountId": "111122223333",
            "eventCategory": "Management",
            "tlsDetails": {
                "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": "localhost:4566", "keyExchange": "X25519MLKEM768"
            }
        });
        assert_eq!(written, expected);
    }

    #[test]
    fn long_texts_are_cut_between_characters_and_long_parameters_left_out() {
        let agent = "é".repeat(MAX_TEXT);
        let odd = format!("x{agent}");
        let long = format!("{{\"a\":\"{}\"}}", "b".repeat(MAX_PARAMETERS));
        let written = read(&Record {
            user_agent: &odd,
            error: Some(("InvalidCiphertextException", &agent)),
            request_parameters: Some(&long),
            ..record()
        });
        assert_eq!(written["userAgent"].as_str().unwrap().len(), MAX_TEXT - 1);
        assert_eq!(written["errorMessage"].as_str().unwrap().len(), MAX_TEXT);
        assert_eq!(written.get("requestParameters"), None);
        assert_eq!(written["responseElements"], Value::Null);
    }

    #[test]
    fn no_caller_can_make_a_record_that_the_log_refuses() {
        let nasty = "\u{1}".repeat(MAX_PARAMETERS);
        let parameters = format!("{{\"a\":\"{}\"}}", "b".repeat(MAX_PARAMETERS - 8));
        let resources = vec![
            Resource { arn: &nasty, account: "111122223333".parse().unwrap(), kind: "AWS::KMS::Key" };
            MAX_RESOURCES * 2
        ];
        let entry = Record {
            source_ip: &nasty,
            user_agent: &nasty,
            error: Some((&nasty, &nasty)),
            request_parameters: Some(&parameters),
            response_elements: Some(&parameters),
            additional_event_data: Some("{}"),
            resources: &resources,
            ..record()
        }
        .entry();
        assert!(entry.json.len() <= crate::frame::MAX_ENTRY, "{}", entry.json.len());
        serde_json::from_str::<Value>(&entry.json).unwrap();
    }

    #[test]
    fn a_service_event_names_no_caller() {
        let written = read(&Record {
            identity: Identity::Internal { account: "111122223333".parse().unwrap() },
            event_type: EventType::AwsServiceEvent,
            request_parameters: None,
            service_event_details: Some(r#"{"keyId":"k"}"#),
            ..record()
        });
        assert_eq!(written["eventType"], "AwsServiceEvent");
        assert_eq!(written["requestParameters"], Value::Null);
        assert_eq!(written["serviceEventDetails"]["keyId"], "k");
    }
}
