//! A house for tests: services on the real road, over the memory engine, with a clock that a test moves.
//!
//! Calls are signed, routed, decoded and encoded as from outside, only without a socket.

mod copies;
pub mod coverage;
mod form;
mod outsiders;
mod people;
mod secrecy;
pub(crate) mod vocabulary;
mod world;

pub use people::Person;
pub use world::World;

use crate::{Connection, Kernel, Parts, Quotas, Registry, Service};
use audit::{Keys, Log, Options, Storage};
use authn::{Signer, SigningSecret};
use base::{AccountId, Clock, Region, Rng, Secret, SeededRng, ServiceClock, ServiceTime, TestClock, Timestamp};
use bytes::Bytes;
use crypto::{EphemeralSeal, Hierarchy};
use directory::{Directory, NewUser};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use store::{Engine, Memory, Store};

/// The account of a house's first root, whose access key is [`ROOT`].
pub const ACCOUNT: &str = "111122223333";
/// Access key id and secret of the root of [`ACCOUNT`].
pub const ROOT: (&str, &str) = ("AKIAROOT", "root-secret");
/// The user `alice` of [`ACCOUNT`].
pub const ALICE: (&str, &str) = ("AKIAALICE", "alice-secret");
/// The root of another account, `444455556666`.
pub const OTHER: (&str, &str) = ("AKIAOTHER", "other-secret");
/// The Region that [`House::call`] calls.
pub const REGION: &str = "us-east-1";

/// When every house begins.
const BEGIN: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// A kernel in memory with what tests need at hand.
pub struct House {
    /// The kernel.
    pub kernel: Arc<Kernel>,
    /// Wall time; moves only by hand, and service time with it.
    pub wall: Arc<TestClock>,
    /// Service time.
    pub clock: Arc<ServiceClock>,
    /// The log that the kernel writes.
    pub log: Arc<Log>,
    /// The engine below, whose raw bytes tests may look at.
    pub engine: Arc<dyn Engine>,
    /// The world outside, for errands.
    pub outside: Arc<World>,
    runtime: tokio::runtime::Runtime,
    /// How many houses of this one's there were before it.
    lives: usize,
}

/// An answer from the road.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// The id by which the client knows the call.
    pub request_id: String,
    /// The connection is closed instead.
    pub is_cut_off: bool,
}

impl Answer {
    /// The body as JSON, that of a query service too; null when it is neither.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).ok().or_else(|| form::read(&self.body)).unwrap_or(serde_json::Value::Null)
    }

    /// The error's code; empty for a success.
    pub fn code(&self) -> String {
        let body = self.json();
        body["__type"].as_str().or(body["Error"]["Code"].as_str()).unwrap_or_default().to_owned()
    }

    /// The error's message; empty if there is none.
    pub fn message(&self) -> String {
        let body = self.json();
        let in_json = body["message"].as_str().or(body["Message"].as_str());
        in_json.or(body["Error"]["Message"].as_str()).unwrap_or_default().to_owned()
    }
}

impl House {
    /// A house with these services, quotas off.
    pub fn new(services: Vec<Service>) -> Self {
        Self::build(services, Arc::new(Memory::new()), false, false)
    }

    /// The same where denials are only told of.
    pub fn soft(services: Vec<Service>) -> Self {
        Self::build(services, Arc::new(Memory::new()), false, true)
    }

    /// The same with quotas on.
    pub fn with_quotas(services: Vec<Service>) -> Self {
        Self::build(services, Arc::new(Memory::new()), true, false)
    }

    /// A house over an engine of the test's.
    pub fn over(services: Vec<Service>, engine: Arc<dyn Engine>) -> Self {
        Self::build(services, engine, false, false)
    }

    /// The same with quotas on.
    pub fn over_with_quotas(services: Vec<Service>, engine: Arc<dyn Engine>) -> Self {
        Self::build(services, engine, true, false)
    }

    fn build(services: Vec<Service>, engine: Arc<dyn Engine>, quotas: bool, soft: bool) -> Self {
        let rng: Arc<dyn Rng> = Arc::new(SeededRng::new(20_260_101));
        let wall = Arc::new(TestClock::new(BEGIN));
        let clock = Arc::new(ServiceClock::new(wall.clone(), ServiceTime::default()));
        let seal = EphemeralSeal::new(rng.as_ref());
        let crypto = Hierarchy::open(engine.clone(), &seal, rng.clone()).expect("the hierarchy opens");
        let store = Store::new(engine.clone(), crypto.clone());
        let keys = Keys {
            seal: crypto.audit_seal(),
            chain: crypto.audit_chain("records"),
            strangers: crypto.audit_chain("strangers"),
        };
        let log = Log::open(Storage::Memory { max_bytes: 16 << 20 }, keys, Options::default());
        let log = log.expect("the log opens");
        let outside = Arc::new(World::default());
        let directory = Directory::new(store.clone(), crypto.clone(), rng.clone(), clock.clone());
        let kernel = Kernel::new(Parts {
            registry: Registry::new(services),
            store,
            crypto,
            log: log.clone(),
            directory,
            quotas: Quotas::new(wall.clone(), quotas),
            clock: clock.clone(),
            wall: wall.clone(),
            rng,
            outside: outside.clone(),
            node: "test".to_owned(),
            home: REGION.parse().expect("a Region"),
            open: false,
            soft,
            faults: true,
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let house = Self { kernel, wall, clock, log, engine, outside, runtime, lives: 0 };
        house.settle_in();
        house
    }

    fn settle_in(&self) {
        let directory = self.kernel.directory();
        for (account, keys) in [(ACCOUNT, ROOT), ("444455556666", OTHER)] {
            let account: AccountId = account.parse().expect("an account");
            directory.ensure_account(account).expect("an account");
            directory.ensure_access_key(account, None, keys.0, &Secret::new(keys.1.to_owned())).expect("a key");
        }
        let account: AccountId = ACCOUNT.parse().expect("an account");
        let name = "alice".to_owned();
        let alice = NewUser { name, attached_policies: Vec::new(), inline_policies: BTreeMap::new() };
        directory.ensure_user(account, alice).expect("a user");
        let secret = Secret::new(ALICE.1.to_owned());
        directory.ensure_access_key(account, Some("alice"), ALICE.0, &secret).expect("a key");
    }

    /// Calls a JSON or query service as the root of [`ACCOUNT`] in [`REGION`].
    pub fn call(&self, service: &str, operation: &str, input: &serde_json::Value) -> Answer {
        self.call_as(ROOT, REGION, service, operation, input)
    }

    /// Calls a JSON or query service with given credentials in a given Region.
    pub fn call_as(
        &self,
        who: (&str, &str),
        region: &str,
        service: &str,
        operation: &str,
        input: &serde_json::Value,
    ) -> Answer {
        let (table, request) = request(service, operation, input);
        self.send(who, region, table.signing_name, request)
    }

    /// Calls a query service.
    pub fn query_as(&self, who: (&str, &str), service: &str, operation: &str) -> Answer {
        let (table, request) = request(service, operation, &serde_json::Value::Null);
        self.send(who, REGION, table.signing_name, request)
    }

    /// Calls a query service with the temporary credentials of a session.
    pub fn query_in_session(&self, who: (&str, &str), token: &str, service: &str, operation: &str) -> Answer {
        let (table, mut request) = request(service, operation, &serde_json::Value::Null);
        request.headers_mut().insert("x-amz-security-token", token.parse().expect("a token"));
        self.send(who, REGION, table.signing_name, request)
    }

    /// Signs a request and sends it down the road.
    pub fn send(&self, who: (&str, &str), region: &str, service: &str, request: http::Request<Bytes>) -> Answer {
        self.deliver(self.sign(who, region, service, request))
    }

    /// Signs a request with all headers that it has.
    pub fn sign(
        &self,
        who: (&str, &str),
        region: &str,
        service: &str,
        request: http::Request<Bytes>,
    ) -> http::Request<Bytes> {
        let (mut head, body) = request.into_parts();
        head.headers.insert("host", http::HeaderValue::from_static("localhost"));
        let secret = SigningSecret::new(Secret::new(who.1.to_owned()));
        let region: Region = region.parse().expect("a Region");
        let signer = Signer { access_key_id: who.0, secret: &secret, region, service };
        let signed = authn::Request {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or(""),
            headers: &head.headers,
            body: &body,
        };
        let added = authn::sign(&signed, &signer, self.wall.now()).expect("a signature");
        head.headers.extend(added);
        http::Request::from_parts(head, body)
    }

    /// Calls a JSON service as the root of [`ACCOUNT`] and hangs up as soon as the call has to wait; returns when all
    /// that goes on without the client is over.
    pub fn call_and_hang_up(&self, service: &str, operation: &str, input: &serde_json::Value) {
        let (table, request) = request(service, operation, input);
        let request = self.sign(ROOT, REGION, table.signing_name, request);
        self.runtime.block_on(async {
            let mut call = Box::pin(self.kernel.clone().call(request, client()));
            std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_ready())).await;
        });
        while self.runtime.metrics().num_alive_tasks() > 0 {
            self.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
        }
    }

    /// A presigned GET of a query service, good for `expires` seconds from now; `query` is what is asked.
    pub fn presigned(
        &self,
        who: (&str, &str),
        token: Option<&str>,
        service: &str,
        query: &str,
        expires: u32,
    ) -> http::Request<Bytes> {
        let request = http::Request::get("/").header("host", "localhost").body(Bytes::new()).expect("a request");
        let (mut head, body) = request.into_parts();
        let secret = SigningSecret::new(Secret::new(who.1.to_owned()));
        let region: Region = REGION.parse().expect("a Region");
        let signer = Signer { access_key_id: who.0, secret: &secret, region, service };
        let request = authn::Request { method: "GET", path: "/", query, headers: &head.headers, body: &body };
        let query = authn::presign(&request, &signer, token, expires, self.wall.now()).expect("a signature");
        head.uri = format!("/?{query}").parse().expect("a target");
        http::Request::from_parts(head, body)
    }

    /// Sends a request down the road as it is.
    pub fn deliver(&self, request: http::Request<Bytes>) -> Answer {
        let response = self.runtime.block_on(self.kernel.clone().call(request, client()));
        let body = String::from_utf8_lossy(response.body()).into_owned();
        let id = ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| response.headers().get(*name));
        let request_id = id.and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
        let is_cut_off = response.extensions().get::<crate::Reset>().is_some();
        Answer { status: response.status().as_u16(), body, request_id, is_cut_off }
    }

    /// Moves both clocks and runs the jobs that become due.
    pub fn advance(&self, by: Duration) {
        self.wall.advance(by);
        self.kernel.run_due_jobs().expect("jobs run");
    }

    /// The audit records so far, oldest first.
    pub fn records(&self) -> Vec<serde_json::Value> {
        self.kernel.drain_outbox().expect("the outbox drains");
        let records = self.log.tail(10_000).unwrap_or_default();
        records.iter().filter_map(|record| serde_json::from_str(record).ok()).collect()
    }
}

fn client() -> Connection {
    Connection { peer: ([127, 0, 0, 1], 50_000).into(), tls: None }
}

fn request(
    service: &str,
    operation: &str,
    input: &serde_json::Value,
) -> (&'static model::Service, http::Request<Bytes>) {
    let table = model::services().by_name(service).expect("a service");
    let request = http::Request::post("/");
    let request = match table.target_prefix {
        Some(prefix) => request
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("{prefix}.{operation}"))
            .body(Bytes::from(input.to_string())),
        None => request.header("content-type", "application/x-www-form-urlencoded").body(Bytes::from(form::write(
            operation,
            table.api_version,
            input,
        ))),
    };
    (table, request.expect("a request"))
}
