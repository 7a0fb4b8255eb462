//! `/_fastness/*`: health, reset and the commands of `fastness clock`, `audit`, `why`, `cost`, `fault`, `quota` and others.
//!
//! Guarantees: a web page can reach none of it (requests with an Origin, or whose Host is neither a loopback name nor
//! the address connected to, are refused, which also stops DNS rebinding); what changes or reveals state answers
//! loopback clients only, since these requests carry no credentials.

use crate::exchange::Wiped;
use crate::handler::Boxed;
use base::Secret;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderValue, ORIGIN};
use http::{Method, Request, Response, StatusCode};
use kernel::Connection;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Where every control path begins.
pub const PREFIX: &str = "/_fastness/";
/// Room that an answer begins with: more than any with a secret in it takes, so that none is moved and left behind.
const ANSWER: usize = 32 << 10;
/// Most records of one `audit-tail`.
pub const TAIL_MAX: usize = 1000;
/// About as many bytes of records, too: what is more is asked for again.
pub const TAIL_BYTES: usize = 8 << 20;
/// Largest answer to a command.
pub(crate) const ANSWER_MAX: usize = 64 << 20;

/// What `POST /_fastness/control` can be asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Tells the service time.
    ClockShow {},
    /// Moves service time forward.
    ClockAdvance {
        /// By how much.
        by_millis: u64,
    },
    /// Moves service time forward to an instant.
    ClockSet {
        /// RFC 3339.
        to: String,
    },
    /// Stops service time where it stands.
    ClockFreeze {},
    /// Lets a frozen clock run on.
    ClockResume {},
    /// Audit records, oldest first: a page of at most [`TAIL_MAX`] and about [`TAIL_BYTES`].
    AuditTail {
        /// How many.
        count: usize,
        /// The number of the first; without it, the page is the first of the last `count` records.
        from: Option<u64>,
    },
    /// Lists the newest denials, oldest first, without their explanations.
    Denials {
        /// How many.
        count: usize,
    },
    /// Explains what was denied in a call.
    Why {
        /// The id by which the client knows the call.
        request_id: String,
    },
    /// The bill of a month.
    Cost {
        /// `YYYY-MM`; the present month where it is absent.
        month: Option<String>,
        /// `account`, `region`, `service` or `key`.
        by: Option<String>,
    },
    /// The counters in Prometheus' text form.
    Metrics {},
    /// Sets a fault.
    FaultAdd(FaultAdd),
    /// Lists the faults that are set.
    FaultList {},
    /// Takes a fault back.
    FaultRemove {
        /// Its number.
        id: u64,
    },
    /// Takes all faults back.
    FaultClear {},
    /// Lists the requests for higher quotas that wait.
    QuotaRequests {},
    /// Approves a request for a higher quota.
    QuotaApprove {
        /// The request's id.
        id: String,
        /// Another value than was asked for.
        value: Option<String>,
    },
    /// Denies a request for a higher quota.
    QuotaDeny {
        /// The request's id.
        id: String,
    },
    /// Makes a user that may do everything in its account, with an access key.
    CreateAdmin {
        /// The account; without it, the one that the server began with.
        account: Option<String>,
        /// The user's name.
        user: String,
    },
    /// Exposes keys to a KMS elsewhere.
    XksAdd {
        /// What comes before the paths of the proxy API.
        prefix: String,
        /// ARNs of keys by their ids outside.
        keys: BTreeMap<String, String>,
        /// Whether another credential is made.
        new_credential: bool,
    },
    /// Tells whether the server is sealed, and what opens it.
    Status {},
    /// Forgets the keys until the server is unsealed.
    Seal {},
    /// Opens the server by what needs no person, and by a passphrase or shares.
    Unseal {
        /// A passphrase, or shares.
        words: Vec<Words>,
        /// Whether shares given before are forgotten first.
        forget: bool,
    },
    /// Lists the seals that open the store.
    SealsList {},
    /// Has one more seal open the store.
    SealsAdd {
        /// Where it is found.
        seal: String,
        /// The new passphrase, if it is one.
        new: Option<Words>,
        /// What proves that a seal is held: a passphrase or shares; with none, what opens without a person.
        words: Vec<Words>,
    },
    /// Takes a seal away.
    SealsRemove {
        /// Its place in the list, from 1.
        place: usize,
        /// What proves that another one is held.
        words: Vec<Words>,
    },
    /// Makes an access key of an account's root.
    Recover {
        /// The account; the one that the server began with where it is absent.
        account: Option<String>,
        /// Whether the root keeps the access keys that it has.
        keep: bool,
        /// What proves that a seal is held.
        words: Vec<Words>,
    },
    /// Lists what is exposed.
    XksList {},
    /// Exposes keys no longer.
    XksRemove {
        /// The prefix.
        prefix: String,
        /// Ids outside; with none, and no credential, the whole prefix.
        keys: Vec<String>,
        /// The id of a credential that signs no longer.
        credential: Option<String>,
    },
}

/// A passphrase or a share: wiped when dropped, never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words(String);

impl Words {
    /// Takes the words over.
    pub fn new(mut words: base::Secret<String>) -> Self {
        Self(std::mem::take(words.expose_mut()))
    }

    /// Gives them back.
    pub fn take(mut self) -> base::Secret<String> {
        base::Secret::new(std::mem::take(&mut self.0))
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        drop(base::Secret::new(std::mem::take(&mut self.0)));
    }
}

/// A fault to be set. Probabilities are in millionths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultAdd {
    /// The service; empty for all.
    pub service: String,
    /// The operation; empty for all.
    pub operation: String,
    /// The ARN of who calls; may end in `*`.
    pub principal: Option<String>,
    /// The ARN or id of what is reached.
    pub key: Option<String>,
    /// How often a call is throttled.
    pub throttle: u32,
    /// How often it fails.
    pub error: u32,
    /// 500 or 503.
    pub status: u16,
    /// How often its connection is closed.
    pub reset: u32,
    /// By how much it is late.
    pub latency_millis: u64,
    /// For how long the fault is set.
    pub lasts_millis: Option<u64>,
    /// Where the dice begin.
    pub seed: Option<u64>,
}

/// Why a command was not carried out.
#[derive(Debug)]
pub enum ControlError {
    /// The command cannot be carried out as given; the text says why.
    Refused(String),
    /// It takes a holder of the seal, who has to give a passphrase or shares; the text says so.
    Unproven(String),
    /// The server failed; the text says how.
    Failed(String),
}

/// What the control paths act on.
pub trait Control: Send + Sync + 'static {
    /// Whether the root key is still sealed, so that no call can be served.
    fn is_sealed(&self) -> bool;
    /// Why no more calls should be sent here, if so, although some may still be served.
    fn trouble(&self) -> Boxed<'_, Option<String>>;
    /// Back to the seed.
    fn reset(&self) -> Boxed<'_, Result<(), ControlError>>;
    /// Carries out a command and gives its result.
    fn run(&self, command: Command) -> Boxed<'_, Result<serde_json::Value, ControlError>>;
}

/// Answers a request below [`PREFIX`].
pub(crate) async fn answer(
    control: &dyn Control,
    request: &Request<Bytes>,
    connection: &Connection,
    local: SocketAddr,
) -> Response<Bytes> {
    if request.headers().contains_key(ORIGIN) {
        return fault(StatusCode::FORBIDDEN, "control does not answer web pages (Origin header)");
    }
    if !is_own_host(request, local) {
        return fault(StatusCode::FORBIDDEN, "control answers only to a loopback name or the listen address as Host");
    }
    let path = request.uri().path().strip_prefix(PREFIX).unwrap_or_default();
    match (path, request.method()) {
        ("health", &Method::GET | &Method::HEAD) => {
            let version = env!("CARGO_PKG_VERSION");
            let trouble = control.trouble().await;
            let status = if trouble.is_none() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            let sealed = control.is_sealed();
            json(status, &serde_json::json!({ "version": version, "sealed": sealed, "trouble": trouble }))
        }
        ("reset" | "control", &Method::POST) if !is_loopback(connection.peer.ip()) => {
            fault(StatusCode::FORBIDDEN, "only clients on this machine may control the server")
        }
        ("reset", &Method::POST) => outcome(control.reset().await.map(|()| serde_json::json!({}))),
        ("control", &Method::POST) => match serde_json::from_slice(request.body()) {
            Ok(command) => outcome(control.run(command).await),
            Err(error) => fault(StatusCode::BAD_REQUEST, &format!("no such command: {error}")),
        },
        ("health" | "reset" | "control", _) => fault(StatusCode::METHOD_NOT_ALLOWED, "wrong method for this path"),
        _ => fault(StatusCode::NOT_FOUND, "no such control path"),
    }
}

fn outcome(result: Result<serde_json::Value, ControlError>) -> Response<Bytes> {
    match result {
        Ok(value) => {
            let response = json(StatusCode::OK, &value);
            wipe(value);
            let length = response.body().len();
            if length > ANSWER_MAX {
                let words = format!("the answer would have {length} bytes, more than {ANSWER_MAX}: ask for less");
                return fault(StatusCode::BAD_REQUEST, &words);
            }
            response
        }
        Err(ControlError::Refused(message)) => fault(StatusCode::BAD_REQUEST, &message),
        Err(ControlError::Unproven(message)) => fault(StatusCode::UNAUTHORIZED, &message),
        Err(ControlError::Failed(message)) => {
            tracing::error!(message, "a control command failed");
            fault(StatusCode::INTERNAL_SERVER_ERROR, &message)
        }
    }
}

pub(crate) fn is_own_host(request: &Request<Bytes>, local: SocketAddr) -> bool {
    let header = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let target = request.uri().authority().map(|authority| authority.as_str());
    // An absolute request target overrides Host (RFC 9112 §3.2.2); both must be ours, whoever reads which.
    header.is_some_and(|host| is_own_name(host, local)) && target.is_none_or(|host| is_own_name(host, local))
}

fn is_own_name(host: &str, local: SocketAddr) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => return address.parse::<Ipv6Addr>().is_ok_and(|ip| is_own_address(ip.into(), local)),
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    match name.parse::<IpAddr>() {
        Ok(address) => is_own_address(address, local),
        Err(_) => {
            let name = name.to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

fn is_own_address(address: IpAddr, local: SocketAddr) -> bool {
    is_loopback(address) || address.to_canonical() == local.ip().to_canonical()
}

pub(crate) fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

pub(crate) fn fault(status: StatusCode, message: &str) -> Response<Bytes> {
    json(status, &serde_json::json!({ "message": message }))
}

/// Overwrites every text of a result: some hold shares, or the secret of a credential.
fn wipe(value: serde_json::Value) {
    match value {
        serde_json::Value::String(text) => drop(Secret::new(text)),
        serde_json::Value::Array(values) => values.into_iter().for_each(wipe),
        serde_json::Value::Object(members) => members.into_iter().for_each(|(_, value)| wipe(value)),
        _ => {}
    }
}

/// An answer that is wiped when it is sent.
fn json(status: StatusCode, value: &serde_json::Value) -> Response<Bytes> {
    let mut text = Secret::new(Vec::with_capacity(ANSWER));
    // A value of JSON can be written.
    let _ = serde_json::to_writer(text.expose_mut(), value);
    let mut response = Response::new(Bytes::from_owner(Wiped(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_and_the_address_connected_to_are_own_hosts() {
        let local: SocketAddr = "192.0.2.7:4566".parse().unwrap();
        for own in [
            "localhost",
            "LOCALHOST:4566",
            "kms.localhost:1",
            "127.0.0.1:4566",
            "127.8.8.8",
            "[::1]:4566",
            "192.0.2.7:80",
        ] {
            assert!(is_own_name(own, local), "{own}");
        }
        for foreign in
            ["", "example.com", "localhost.example.com", "192.0.2.8", "[2001:db8::1]", "notlocalhost", "[::1"]
        {
            assert!(!is_own_name(foreign, local), "{foreign}");
        }
    }

    #[test]
    fn commands_have_one_spelling() {
        let advance = Command::ClockAdvance { by_millis: 5 };
        let text = serde_json::to_string(&advance).unwrap();
        assert_eq!(text, r#"{"command":"clock-advance","by_millis":5}"#);
        assert_eq!(serde_json::from_str::<Command>(&text).unwrap(), advance);
        assert!(serde_json::from_str::<Command>(r#"{"command":"clock-show","by":5}"#).is_err());
        assert!(serde_json::from_str::<Command>(r#"{"command":"explode"}"#).is_err());
    }
}
