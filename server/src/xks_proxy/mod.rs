//! The proxy of an external key store: lets KMS at AWS, or another Fastness, use keys that are kept here.
//!
//! Guarantees: HTTPS only, with the suites of the specification; nothing is looked at before the signature of one of a
//! prefix's credentials is verified, within five minutes of wall time and over the whole body; only keys that the operator
//! exposed under that prefix are reached; every use is on record in the account of the key before the answer leaves; an
//! encryption leaves only after it was decrypted again. Source: AWS KMS External Keystore (XKS) Proxy API Specification.

pub(crate) mod admin;
mod records;

pub(crate) use records::{Credential, ExposedKey, PrefixRecord};

use crate::control::{Command, Control, ControlError};
use crate::handler::{Answered, Boxed, Handler};
use crate::node::Node;
use authn::{Expected, SigningSecret, Verifier};
use base::{Clock, Scope, Secret, SystemClock};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use kernel::{Connection, Door, Kernel, Lookup, Result as KernelResult, Shut};
use kms::external;
use primitives::equal;
use serde_json::{Map, Value};
use std::sync::Arc;
use xks::{Asked, Call, Decrypt, Encrypt, Refusal, RefusalName, integrity_value};

/// The longest body: a plaintext and what it is bound to, in base64, with room for what is said about the caller.
const MAX_BODY: usize = 64 * 1024;

/// Answers the calls of the proxy API.
pub(crate) struct XksProxy {
    node: Arc<Node>,
    verifier: Verifier,
    /// What its requests are counted under.
    number: u16,
}

impl XksProxy {
    /// Its requests are counted under `number`.
    pub(crate) fn new(node: Arc<Node>, number: u16) -> Self {
        Self { node, verifier: Verifier::new(), number }
    }

    async fn answer(&self, request: Request<Bytes>) -> Result<Secret<Vec<u8>>, Refusal> {
        let path = request.uri().path();
        let (prefix, call, key) = Call::of(path).ok_or_else(|| refuse(RefusalName::InvalidUriPath, "No such path."))?;
        let failed = || refuse(RefusalName::Internal, "The key manager is not available.");
        let kernel = self.node.kernel().await.ok_or_else(failed)?;
        let found = read(&kernel, prefix).await.map_err(|error| {
            tracing::error!(%error, "exposed keys cannot be read");
            failed()
        })?;
        let known = found.ok_or_else(|| refuse(RefusalName::InvalidUriPath, "No such prefix."))?;
        self.authenticate(&request, &known)?;
        let body = request.body();
        if call == Call::Health {
            Asked::read(body)?;
            return Ok(xks::health("Fastness", concat!("Fastness ", env!("CARGO_PKG_VERSION")), &["fastness"]));
        }
        let exposed = known.keys.get(key).and_then(ExposedKey::place);
        let place = exposed.ok_or_else(|| refuse(RefusalName::KeyNotFound, "No such external key."))?;
        serve(&kernel, call, key, place, body).await
    }

    /// Whether one of the prefix's credentials signed the request. What is wrong is not told in detail.
    fn authenticate(&self, request: &Request<Bytes>, known: &PrefixRecord) -> Result<(), Refusal> {
        let failed = || refuse(RefusalName::AuthenticationFailed, "The request is not signed by a known credential.");
        let signed = authn::Request {
            method: request.method().as_str(),
            path: request.uri().path(),
            query: request.uri().query().unwrap_or(""),
            headers: request.headers(),
            body: request.body(),
        };
        let claim = authn::claim(&signed).ok().flatten().ok_or_else(failed)?;
        let now = SystemClock.now();
        let home = self.node.home();
        let expected = Expected { window: xks::WINDOW, ..Expected::of(xks::SERVICE, home) };
        claim.check(&expected, now).map_err(|_| failed())?;
        let is_named = |credential: &&Credential| equal(credential.id.as_bytes(), claim.access_key_id.as_bytes());
        let credential = known.credentials.iter().find(is_named).ok_or_else(failed)?;
        let secret = SigningSecret::new(credential.secret.duplicate());
        let payload = self.verifier.verify(&signed, &claim, &expected, &secret, now).map_err(|_| failed())?;
        payload.accept(request.body()).map(|_| ()).map_err(|_| failed())
    }
}

impl Handler for XksProxy {
    fn handle(&self, request: Request<Bytes>, _: Connection) -> Boxed<'_, Answered> {
        Box::pin(async move {
            let mut answered = Answered::from(self.respond(request).await);
            answered.told.number = self.number;
            answered
        })
    }
}

impl XksProxy {
    async fn respond(&self, request: Request<Bytes>) -> Response<Bytes> {
        if request.method() != Method::POST {
            return respond(StatusCode::METHOD_NOT_ALLOWED, &Secret::new(Vec::new()));
        }
        if request.body().len() > MAX_BODY {
            let refusal = refuse(RefusalName::Validation, "The body is too long.");
            return respond(StatusCode::BAD_REQUEST, &refusal.body());
        }
        match self.answer(request).await {
            Ok(body) => respond(StatusCode::OK, &body),
            Err(refusal) => {
                tracing::info!(refusal = refusal.name.as_str(), why = refusal.message, "an external key was refused");
                let status = StatusCode::from_u16(refusal.name.status());
                respond(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &refusal.body())
            }
        }
    }
}

/// A listener of the proxy answers no control path but health.
impl Control for XksProxy {
    fn is_sealed(&self) -> bool {
        self.node.is_sealed()
    }

    fn trouble(&self) -> Boxed<'_, Option<String>> {
        self.node.trouble()
    }

    fn reset(&self) -> Boxed<'_, Result<(), ControlError>> {
        Box::pin(async { Err(ControlError::Refused("this address serves external keys only".into())) })
    }

    fn run(&self, _: Command) -> Boxed<'_, Result<Value, ControlError>> {
        Box::pin(async { Err(ControlError::Refused("this address serves external keys only".into())) })
    }
}

async fn read(kernel: &Arc<Kernel>, prefix: &str) -> Result<Option<PrefixRecord>, store::Error> {
    let place = PrefixRecord::key(prefix);
    if kernel.store().is_remote() {
        let kernel = kernel.clone();
        let read = tokio::task::spawn_blocking(move || kernel.store().begin()?.get(&place)).await;
        return read.unwrap_or_else(|_| Err(store::Error::Unavailable("the read was cut off".into())));
    }
    kernel.store().begin()?.get(&place)
}

async fn serve(
    kernel: &Arc<Kernel>,
    call: Call,
    key: &str,
    (scope, id): (Scope, String),
    body: &[u8],
) -> Result<Secret<Vec<u8>>, Refusal> {
    let door = |name, asked: &Asked, counts_as: Option<&'static str>| Door {
        service: "kms",
        name,
        scope,
        resource: external::audited(scope, &id),
        details: told(key, asked),
        used: counts_as.map(|operation| (operation, external::root(scope, &id))),
        pool: &external::POOL,
    };
    let done = match call {
        Call::Health | Call::Metadata => {
            let asked = Asked::read(body)?;
            let door = door("GetExternalKeyMetadata", &asked, None);
            let work = move |lookup: &mut Lookup<'_, '_>| {
                worded(external::is_enabled(lookup, scope, &id)).map(|done| done.map(xks::metadata))
            };
            kernel.enter(door, work).await
        }
        Call::Encrypt => {
            let request = Encrypt::read(body)?;
            let door = door("EncryptWithExternalKey", &request.asked, Some("Encrypt"));
            kernel.enter(door, move |lookup| worded(encrypted(lookup, scope, &id, &request))).await
        }
        Call::Decrypt => {
            let request = Decrypt::read(body)?;
            let door = door("DecryptWithExternalKey", &request.asked, Some("Decrypt"));
            let work = move |lookup: &mut Lookup<'_, '_>| {
                let opened = worded(external::decrypt(lookup, scope, &id, &request.sealed, &request.bound))?;
                Ok(opened.map(|plaintext| xks::decrypted(plaintext.expose())))
            };
            kernel.enter(door, work).await
        }
    };
    match done {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(word)) => Err(refuse(RefusalName::named(word), "The key or the ciphertext does not admit it.")),
        Err(Shut::Throttled) => Err(refuse(RefusalName::Throttling, "Too many requests for keys of this account.")),
        Err(Shut::Failed) => Err(refuse(RefusalName::Internal, "The key manager failed.")),
    }
}

/// Encrypts, and takes the integrity value before the ciphertext is tried: what happens to it afterwards is seen.
fn encrypted(
    lookup: &mut Lookup<'_, '_>,
    scope: Scope,
    id: &str,
    request: &Encrypt,
) -> KernelResult<external::Outcome<Secret<Vec<u8>>>> {
    let sealed = match external::encrypt(lookup, scope, id, request.plaintext.expose(), &request.bound)? {
        Ok(sealed) => sealed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let value = request.wants_integrity.then(|| integrity_value(&request.bound, &sealed));
    let opened = external::decrypt(lookup, scope, id, &sealed, &request.bound)?;
    if !opened.is_ok_and(|plaintext| equal(plaintext.expose(), request.plaintext.expose())) {
        return Ok(Err(RefusalName::Internal));
    }
    Ok(Ok(xks::encrypted(&sealed, value.as_deref())))
}

fn worded<T>(done: KernelResult<external::Outcome<T>>) -> KernelResult<Result<T, &'static str>> {
    done.map(|outcome| outcome.map_err(RefusalName::as_str))
}

/// What the record says of who asked: all that KMS told, and under which id the key is known there.
fn told(key: &str, asked: &Asked) -> Map<String, Value> {
    let members = [
        ("externalKeyId", Some(key)),
        ("kmsRequestId", asked.kms_request_id.as_deref()),
        ("kmsOperation", asked.kms_operation.as_deref()),
        ("kmsKeyArn", asked.kms_key_arn.as_deref()),
        ("awsPrincipalArn", asked.aws_principal_arn.as_deref()),
        ("kmsViaService", asked.kms_via_service.as_deref()),
    ];
    let short = |text: &str| text.chars().take(2_048).collect::<String>();
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), short(value?).into()))).collect()
}

fn refuse(name: RefusalName, message: &str) -> Refusal {
    Refusal::new(name, message)
}

fn respond(status: StatusCode, body: &Secret<Vec<u8>>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body.expose()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
