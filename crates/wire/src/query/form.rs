//! A form's parameters, split and decoded.

use super::read::malformed;
use crate::limits::MAX_PARAMETERS;
use crate::route::{Request, media_type};
use http::Method;
use model::Fault;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A parameter's name and value, decoded.
pub(crate) type Parameter<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The parameters of a request, ordered by name: of its body, or of its query string if it is a GET.
pub(crate) fn parameters<'a>(request: &Request<'a>) -> Result<Vec<Parameter<'a>>, Fault> {
    let in_query = request.uri.query().unwrap_or_default();
    if *request.method == Method::GET {
        return form(in_query.as_bytes());
    }
    if *request.method != Method::POST
        || !matches!(media_type(request.headers), None | Some("application/x-www-form-urlencoded"))
    {
        return Ok(Vec::new());
    }
    // Two places that may name an operation are one too many.
    if form(in_query.as_bytes())?.iter().any(|(name, _)| name == "Action" || name == "Version") {
        return Err(malformed("The operation is named in the query string of a POST."));
    }
    form(request.body)
}

/// Splits and decodes a form.
pub(crate) fn form(body: &[u8]) -> Result<Vec<Parameter<'_>>, Fault> {
    let pairs = || body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let count = pairs().count();
    if count > MAX_PARAMETERS {
        return Err(malformed(&format!("The request has more than {MAX_PARAMETERS} parameters.")));
    }
    let mut parameters = Vec::with_capacity(count);
    for pair in pairs() {
        let at = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = pair.split_at(at.unwrap_or(pair.len()));
        parameters.push((unescape(name)?, unescape(value.strip_prefix(b"=").unwrap_or_default())?));
    }
    parameters.sort_unstable_by(|(a, _), (b, _)| by_segments(a, b));
    if parameters.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        return Err(malformed("A parameter occurs twice."));
    }
    Ok(parameters)
}

/// By dotted segments rather than by bytes: so all parameters below one name stand together. That is the order of
/// bytes, were the dot the least of them.
fn by_segments(a: &str, b: &str) -> Ordering {
    let differing = a.bytes().zip(b.bytes()).find(|(left, right)| left != right);
    match differing {
        None => a.len().cmp(&b.len()),
        Some((b'.', _)) => Ordering::Less,
        Some((_, b'.')) => Ordering::Greater,
        Some((left, right)) => left.cmp(&right),
    }
}

fn unescape(text: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let refused = || malformed("A parameter is not percent-encoded UTF-8.");
    if !text.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return std::str::from_utf8(text).map(Cow::Borrowed).map_err(|_| refused());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(*rest.next()?).to_digit(16);
                let code = digit().zip(digit()).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                code.ok_or_else(refused)?
            }
            _ => *byte,
        });
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_are_ordered_by_their_segments(a in "[.a\\-\u{0}é1]{0,6}", b in "[.a\\-\u{0}é1]{0,6}") {
            prop_assert_eq!(by_segments(&a, &b), a.split('.').cmp(b.split('.')));
        }
    }
}
