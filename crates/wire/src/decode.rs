//! From a request's bytes to a checked value.

use crate::route::too_large;
use crate::{Protocol, Request, Routed, cbor, encoding, json, limits, query, rest};
use model::{Fault, Value, check, validation_message};

/// Reads a request's input and checks every constraint of its shape. An operation without input gives an empty structure.
pub fn decode(routed: &Routed, request: &Request<'_>) -> Result<Value, Fault> {
    let value = read(routed, request)?;
    let Routed { service, operation, protocol } = routed;
    let Some(input) = operation.input else { return Ok(value) };
    let violations = check(service, input, &value);
    if violations.is_empty() {
        return Ok(value);
    }
    let text = validation_message(&violations);
    Err(match protocol {
        Protocol::Query | Protocol::Ec2Query => Fault::client("ValidationError", text),
        Protocol::RestJson | Protocol::RestXml => rest::invalid(routed, &violations, text),
        _ => Fault::validation(text),
    })
}

/// Reads a request's input and checks its types only: what is missing, too long or no value of an enum stays in it.
pub fn read(routed: &Routed, request: &Request<'_>) -> Result<Value, Fault> {
    if request.body.len() > limits::MAX_BODY {
        return Err(too_large());
    }
    let Routed { service, operation, protocol } = routed;
    let Some(input) = operation.input else { return Ok(Value::Struct(Vec::new())) };
    let body = encoding::plain(routed, request)?;
    let request = &Request { body: &body, ..*request };
    match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => json::read(service, input, request.body),
        Protocol::Query | Protocol::Ec2Query => {
            query::read(service, input, query::Dialect::of(*protocol), &query::parameters(request)?)
        }
        Protocol::RestJson | Protocol::RestXml => rest::read(routed, input, request),
        Protocol::Cbor => cbor::read(service, input, request.body),
    }
}
