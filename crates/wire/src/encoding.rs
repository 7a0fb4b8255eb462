//! Bodies that clients compressed.
//!
//! Guarantees: a body is inflated only for an operation whose model says that clients may compress it, and to no more
//! than [`MAX_BODY`]; any other content coding is refused, unless it is the operation's own input, as in S3. Signatures
//! cover the compressed bytes, so what verifies them never comes here.

use crate::limits::MAX_BODY;
use crate::route::too_large;
use crate::{Request, Routed};
use flate2::bufread::GzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use model::{Fault, Kind, Location};
use std::borrow::Cow;
use std::io::Read;

/// The body as the operation's protocol reads it.
pub(crate) fn plain<'a>(routed: &Routed, request: &Request<'a>) -> Result<Cow<'a, [u8]>, Fault> {
    let codings = codings(request.headers)?;
    match codings.as_slice() {
        [] => Ok(Cow::Borrowed(request.body)),
        [before @ .., "gzip"] if routed.operation.gzip && (before.is_empty() || is_input(routed)) => {
            inflate(request.body).map(Cow::Owned)
        }
        _ if is_input(routed) => Ok(Cow::Borrowed(request.body)),
        _ => Err(unsupported(&codings)),
    }
}

/// The form that names its operation; `compressed` says whether any that it may name takes compressed bodies.
pub(crate) fn plain_form<'a>(request: &Request<'a>, compressed: bool) -> Result<Cow<'a, [u8]>, Fault> {
    let codings = codings(request.headers)?;
    match codings.as_slice() {
        [] => Ok(Cow::Borrowed(request.body)),
        ["gzip"] if compressed => inflate(request.body).map(Cow::Owned),
        _ => Err(unsupported(&codings)),
    }
}

/// What was done to the body, in order. `identity` is nothing, and chunks have been taken off before.
fn codings(headers: &HeaderMap) -> Result<Vec<&str>, Fault> {
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let text = value.to_str().map_err(|_| unsupported(&[]))?;
        let named = text.split(',').map(str::trim);
        codings.extend(named.filter(|coding| !matches!(*coding, "" | "identity" | "aws-chunked")));
    }
    Ok(codings)
}

/// Whether the header is a member of the operation's input.
fn is_input(routed: &Routed) -> bool {
    let shape = routed.operation.input.map(|input| &routed.service.shape(input).kind);
    let Some(Kind::Structure(structure)) = shape else { return false };
    structure.members.iter().any(|member| {
        let name = member.location_name.unwrap_or(member.name);
        member.location == Location::Header && name.eq_ignore_ascii_case(CONTENT_ENCODING.as_str())
    })
}

/// Inflates one gzip member, which must be the whole body.
fn inflate(body: &[u8]) -> Result<Vec<u8>, Fault> {
    let refused = || Fault::client("SerializationException", "The body is not gzip.");
    let mut decoder = GzDecoder::new(body);
    let mut plain = Vec::new();
    let bound = u64::try_from(MAX_BODY + 1).unwrap_or(u64::MAX);
    decoder.by_ref().take(bound).read_to_end(&mut plain).map_err(|_| refused())?;
    if plain.len() > MAX_BODY {
        return Err(too_large());
    }
    if decoder.into_inner().is_empty() { Ok(plain) } else { Err(refused()) }
}

fn unsupported(codings: &[&str]) -> Fault {
    let text = format!("The operation does not take a body with the content coding {}.", codings.join(", "));
    Fault::client("UnsupportedMediaTypeException", text).with_status(415)
}
