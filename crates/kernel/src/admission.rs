//! Admission: from bytes to a call that may run.
//!
//! route → authenticate → throttle → decode and validate. Until the signature is verified a caller is a stranger,
//! whose refusals go to a bounded log of their own; from then on every refusal is in the audit log.

use crate::call::{Call, Caller, Connection};
use crate::control::Kernel;
use crate::quota::Pool;
use crate::record::{self, Kind};
use crate::registry::{Operation, Registry};
use crate::road::unavailable_fault;
use crate::told::{Ending, Stage, Stages};
use crate::usage::Outcome;
use authn::{AuthnError, BodyError, Claim, Dialect, ErrorFamily, Expected, Payload};
use base::{Clock, Region, Scope, Uuid};
use bytes::Bytes;
use directory::Authority;
use model::{Auth, Fault, Signing, Value, services};
use policy::{Identity, Principal};
use std::net::IpAddr;
use std::sync::Arc;

/// A call that passed admission.
pub(crate) struct Admitted {
    pub(crate) call: Call,
    pub(crate) operation: Arc<Operation>,
    pub(crate) input: Value,
}

/// A request that did not, and how it is answered.
pub(crate) struct Refused {
    pub(crate) protocol: wire::Protocol,
    pub(crate) service: Option<&'static model::Service>,
    pub(crate) fault: Fault,
    /// The operation's place in [`Registry::names`].
    pub(crate) number: u16,
    pub(crate) ending: Ending,
}

/// What is not implemented is recorded all the same, so it must not fill the log at any rate that a caller likes.
static MISSING: Pool = Pool { name: "NotImplemented", rate: |_| 500.0 };

fn throttled() -> Fault {
    Fault::client("ThrottlingException", "Rate exceeded")
}

/// The account of those who do not sign. There may be one of this id, which has nothing to do with them.
const NOBODY: &str = "000000000000";

/// What those draw on together who do not sign, whatever they call: not on the quota of an account.
static UNSIGNED: Pool = Pool { name: "Unsigned", rate: |_| 600.0 };

impl Kernel {
    /// Takes a request through admission.
    pub(crate) fn admit(
        &self,
        request: http::Request<Bytes>,
        connection: Connection,
        request_id: &str,
    ) -> Result<(wire::Routed, Admitted), Refused> {
        let (head, body) = request.into_parts();
        let signed = authn::Request {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or(""),
            headers: &head.headers,
            body: &body,
        };
        let claim = authn::claim(&signed);
        let claimed = claim.as_ref().ok().and_then(Option::as_ref);
        let name = claimed.map(|claim| &*claim.service);
        // S3 has the bucket in the path or before the host; the signature is over what was sent.
        let addressed = wire::path_style(&head.uri, &head.headers, name, &[]);
        let name = name.or(addressed.as_ref().map(|_| "s3"));
        let uri = addressed.as_ref().unwrap_or(&head.uri);
        let message = wire::Request { method: &head.method, uri, headers: &head.headers, body: &body };
        let routed = wire::route(&message, name).map_err(|error| {
            // It names no operation, so there is nothing to record; that it came is counted.
            self.usage.count_stranger();
            let number = error.service.map_or(Registry::UNKNOWN, |service| self.registry.number(service.name, ""));
            let ending = Ending::ClientError;
            Refused { protocol: error.protocol, service: error.service, fault: error.fault, number, ending }
        })?;
        let refuse = |fault, ending| {
            let number = self.registry.number(routed.service.name, routed.operation.name);
            Refused { protocol: routed.protocol, service: Some(routed.service), fault, number, ending }
        };

        let header = |name: http::HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
        let stranger = |error: Stranger| {
            let fault = refusal(&error, &routed);
            let call = record::Strange {
                routed: &routed,
                region: claimed.and_then(|claim| claim.region(self.home)),
                access_key_id: claimed.map(|claim| &*claim.access_key_id),
                source: in_text(connection.peer.ip()),
                user_agent: header(http::header::USER_AGENT).unwrap_or(""),
                request_id,
                event_id: Uuid::random(self.rng.as_ref()),
                now: self.clock.now(),
            };
            self.usage.count_stranger();
            let ending = if fault.status >= 500 { Ending::ServerError } else { error.ending() };
            match self.log.append_stranger(&call.entry(&fault)) {
                Ok(()) => refuse(fault, ending),
                Err(error) => {
                    tracing::error!(request_id, %error, "a stranger could not be recorded");
                    refuse(unavailable_fault(), Ending::ServerError)
                }
            }
        };
        let proven = match &claim {
            Ok(Some(claim)) => self.authenticate(&signed, claim, &routed),
            Ok(None) if routed.operation.auth == Auth::None => self.anonymous(&routed, &message),
            Ok(None) => Err(AuthnError::Missing.into()),
            Err(error) => Err(error.clone().into()),
        };
        let Proven { authority, access_key_id, region, payload } = proven.map_err(stranger)?;
        let principal = authority.principal().clone();
        let region = self.registry.region_of(routed.service.name, region);
        let scope = Scope { account: principal.account(), region };

        let mut call = Call {
            service: routed.service,
            name: routed.operation.name,
            operation: Some(routed.operation),
            scope,
            caller: Caller {
                principal,
                authority,
                access_key_id,
                source: in_text(connection.peer.ip()),
                address: Some(connection.peer.ip().to_canonical()),
                user_agent: header(http::header::USER_AGENT).unwrap_or("").to_owned(),
                referer: header(http::header::REFERER).map(str::to_owned),
                via: None,
                called_via: Vec::new(),
            },
            request_id: request_id.to_owned(),
            part_of: None,
            event_id: Uuid::random(self.rng.as_ref()),
            now: self.clock.now(),
            parameters: "null".to_owned(),
            tls: connection.tls,
            host: header(http::header::HOST).unwrap_or("").to_owned(),
            drawn: Arc::default(),
            brought: None,
            exchanged: None,
            computed: None,
            stages: head.extensions.get::<Arc<Stages>>().cloned(),
        };
        call.pass(Stage::Authenticate);
        match self.take_in(&mut call, &routed, &message, payload) {
            Ok((operation, input)) => {
                call.pass(Stage::Validate);
                Ok((routed, Admitted { call, operation, input }))
            }
            Err((fault, outcome)) => {
                self.usage.count(scope, routed.service.name, call.name, outcome);
                let notes = record::Notes::default();
                let entry = record::failure(&call, &notes, Kind::READ, &fault);
                let kept = if record::is_proven(&call, &notes) {
                    self.log.append(&entry)
                } else {
                    self.log.append_stranger(&entry)
                };
                let ending = if kept.is_err() { Ending::ServerError } else { Ending::of(outcome, Some(&fault)) };
                let fault = kept.err().map_or(fault, |error| self.fault(&call, error.into()));
                Err(refuse(fault, ending))
            }
        }
    }

    /// Verifies who sent the request, for which Region, and what is still to be checked of its body. In open mode any
    /// credentials are the root of the account that they name.
    fn authenticate(
        &self,
        request: &authn::Request<'_>,
        claim: &Claim<'_>,
        routed: &wire::Routed,
    ) -> Result<Proven, Stranger> {
        let fresh = self.freshness.holds();
        let region = claim.region(self.home).unwrap_or(self.home);
        let access_key_id = claim.access_key_id.clone().into_owned();
        // Each partition has an identity system of its own. Were an account in two, what policies say of ARNs in one
        // would not hold for whoever signs for a Region of the other.
        if region.partition() != self.home.partition() {
            return Err(AuthnError::UnknownKey { access_key_id }.into());
        }
        let service = routed.service;
        let dialect = match service.signing {
            Signing::V4 => Dialect::Standard,
            Signing::S3 => Dialect::S3,
        };
        if self.open {
            let payload = Payload::unproven(request, claim, dialect)?;
            let authority = self.directory.open_root(&claim.access_key_id, fresh)?;
            return Ok(Proven { authority, access_key_id, region, payload });
        }
        let told_in = routed.told_in();
        let is_named = services().is_signed_as(service, &claim.service);
        let expected = Expected {
            dialect,
            sigv4a: service.sigv4a,
            unsigned_payload: routed.operation.auth == Auth::UnsignedBody,
            told_in: &told_in,
            ..Expected::of(if is_named { &claim.service } else { service.signing_name }, self.home)
        };
        let now = self.wall.now();
        claim.check(&expected, now)?;
        match &claim.security_token {
            None => {
                let unknown = || AuthnError::UnknownKey { access_key_id: access_key_id.clone() };
                let credential = self.directory.credential(&claim.access_key_id, fresh)?.ok_or_else(unknown)?;
                let payload = self.verifier.verify(request, claim, &expected, &credential.secret, now)?;
                let authority = self.directory.authority(&credential, fresh)?.ok_or_else(unknown)?;
                self.directory.used(&credential, &access_key_id, service.signing_name, region, self.clock.now());
                Ok(Proven { authority, access_key_id, region, payload })
            }
            Some(token) => {
                let told = || token.clone().into_owned();
                let session = self.directory.session(&claim.access_key_id, token);
                // A long-term key has no session, so its token is a wrong one as well.
                let session = session.map_err(|_| AuthnError::InvalidToken { token: told() })?;
                let payload = self.verifier.verify(request, claim, &expected, &session.credential.secret, now)?;
                // Whoever holds a token learns that it is over only by knowing its secret.
                if session.is_over(self.clock.now()) {
                    return Err(AuthnError::ExpiredToken { token: told() }.into());
                }
                // The user or role may be gone since the session was issued.
                let authority = self.directory.authority(&session.credential, fresh)?;
                let authority = authority.ok_or_else(|| AuthnError::InvalidToken { token: told() })?;
                let credential = &session.credential;
                self.directory.used(credential, &access_key_id, service.signing_name, region, self.clock.now());
                Ok(Proven { authority, access_key_id, region, payload })
            }
        }
    }

    /// A caller who need not sign: nobody, until the operation's resolver finds out who it is.
    fn anonymous(&self, routed: &wire::Routed, message: &wire::Request<'_>) -> Result<Proven, Stranger> {
        let (service, name) = (routed.service.name, routed.operation.name);
        if self.registry.find(service, name).is_none() {
            let fault = wire::decode(routed, message).err();
            return Err(Stranger::Answered(fault.unwrap_or_else(|| Fault::not_implemented(service, name))));
        }
        let account = NOBODY.parse().map_err(|_| AuthnError::Missing)?;
        let authority = Authority::without_policies(Principal::new(account, Identity::Anonymous));
        Ok(Proven { authority, access_key_id: String::new(), region: self.home, payload: Payload::Unsigned })
    }

    /// Throttle, then take the body apart, decode and validate; only what passes these needs an implementation.
    fn take_in(
        &self,
        call: &mut Call,
        routed: &wire::Routed,
        message: &wire::Request<'_>,
        payload: Payload,
    ) -> Result<(Arc<Operation>, Value), (Fault, Outcome)> {
        let found = self.registry.find(routed.service.name, call.name);
        let (pool, throttled) = match found {
            Some((service, operation)) => (operation.pool.filter(|_| !operation.charged_late), service.throttled),
            None => (Some(&MISSING), throttled as fn() -> Fault),
        };
        let pool = if call.caller.principal.identity == Identity::Anonymous { Some(&UNSIGNED) } else { pool };
        if pool.is_some_and(|pool| !self.quotas.take(call.scope, pool)) {
            return Err((throttled(), Outcome::Throttled));
        }
        let body = payload.accept(message.body).map_err(|error| (body_fault(&error), Outcome::ClientError))?;
        let message = wire::Request { body: &body, ..*message };
        let input = wire::decode(routed, &message).map_err(|fault| (fault, Outcome::ClientError))?;
        call.parameters = record::parameters(routed.service, routed.operation, &input);
        let guard = found.and_then(|(service, _)| service.guard);
        if let Some(fault) = guard.and_then(|guard| guard(&call.caller.principal, call.name)) {
            return Err((fault, Outcome::ClientError));
        }
        match found {
            Some((_, operation)) => Ok((operation.clone(), input)),
            None => Err((Fault::not_implemented(routed.service.name, call.name), Outcome::ServerError)),
        }
    }
}

/// An address as records and conditions show it. IPv4, which nearly all are, without the formatter: it is on every call.
fn in_text(address: IpAddr) -> String {
    let IpAddr::V4(address) = address else { return address.to_string() };
    let mut text = String::with_capacity("255.255.255.255".len());
    for (index, octet) in address.octets().into_iter().enumerate() {
        if index > 0 {
            text.push('.');
        }
        let digits = [octet / 100, octet / 10 % 10, octet % 10];
        let leading = usize::from(octet < 100) + usize::from(octet < 10);
        text.extend(digits.into_iter().skip(leading).map(|digit| char::from(b'0' + digit)));
    }
    text
}

/// What is known of a caller whom authentication let pass.
struct Proven {
    authority: Arc<Authority>,
    /// Empty for a caller who did not sign.
    access_key_id: String,
    region: Region,
    payload: Payload,
}

/// Why a caller stays a stranger.
enum Stranger {
    /// Its request does not prove who it is.
    Unproven(AuthnError),
    /// Its operation asks nobody who they are.
    Answered(Fault),
    /// The directory cannot be read.
    Unreadable(store::Error),
}

impl Stranger {
    fn ending(&self) -> Ending {
        match self {
            Self::Unproven(_) => Ending::Unauthenticated,
            Self::Answered(_) => Ending::ClientError,
            Self::Unreadable(_) => Ending::ServerError,
        }
    }
}

impl From<AuthnError> for Stranger {
    fn from(error: AuthnError) -> Self {
        Self::Unproven(error)
    }
}

impl From<store::Error> for Stranger {
    fn from(error: store::Error) -> Self {
        Self::Unreadable(error)
    }
}

fn refusal(stranger: &Stranger, routed: &wire::Routed) -> Fault {
    let error = match stranger {
        Stranger::Unproven(error) => error,
        Stranger::Answered(fault) => return fault.clone(),
        Stranger::Unreadable(error) => {
            tracing::error!(%error, "credentials cannot be read");
            return unavailable_fault();
        }
    };
    let family = match routed.protocol {
        wire::Protocol::RestXml if wire::is_s3(routed.service) => ErrorFamily::S3,
        wire::Protocol::Query | wire::Protocol::RestXml => ErrorFamily::Query,
        wire::Protocol::Ec2Query => ErrorFamily::Ec2,
        wire::Protocol::RestJson => ErrorFamily::Rest,
        wire::Protocol::AwsJson10 | wire::Protocol::AwsJson11 | wire::Protocol::Cbor => ErrorFamily::Json,
    };
    let (code, status) = error.code(family);
    said(code, status, error.text(family), error.members(family))
}

fn body_fault(error: &BodyError) -> Fault {
    let (code, status) = error.code();
    said(code, status, error.text(), error.members())
}

fn said(code: &'static str, status: u16, text: String, members: Vec<(&'static str, String)>) -> Fault {
    let mut fault = Fault::client(code, text).with_status(status);
    fault.members.extend(members.into_iter().map(|(name, value)| (name.into(), Value::String(value))));
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_as_the_formatter_writes_them() {
        for address in ["127.0.0.1", "0.0.0.0", "255.255.255.255", "10.9.99.100", "192.0.2.10", "::1", "2001:db8::1"] {
            assert_eq!(in_text(address.parse().unwrap()), address);
        }
    }
}
