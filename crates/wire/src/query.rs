//! Forms as the query protocol uses them, read into values by shape, and written from them.
//!
//! Guarantees: unknown parameters are ignored; a parameter that occurs twice is refused, since the next reader might
//! take the other one; elements of lists keep the order of their numbers. A list or map that is sent as an empty
//! parameter is empty.

use crate::json::has_duplicate;
use crate::limits::{MAX_DEPTH, MAX_ELEMENTS, MAX_PARAMETERS, MEMORY_BASE, MEMORY_MULTIPLE};
use crate::route::{Request, media_type};
use base::Timestamp;
use base64_simd::STANDARD;
use http::Method;
use model::{Fault, Kind, Service, ShapeId, Structure, TimestampFormat, Value};
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
    let mut parameters = Vec::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        if parameters.len() >= MAX_PARAMETERS {
            return Err(malformed(&format!("The request has more than {MAX_PARAMETERS} parameters.")));
        }
        let at = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = pair.split_at(at.unwrap_or(pair.len()));
        parameters.push((unescape(name)?, unescape(value.strip_prefix(b"=").unwrap_or_default())?));
    }
    parameters.sort_by(|(a, _), (b, _)| by_segments(a, b));
    if parameters.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        return Err(malformed("A parameter occurs twice."));
    }
    Ok(parameters)
}

/// By dotted segments rather than by bytes: so all parameters below one name stand together.
fn by_segments(a: &str, b: &str) -> Ordering {
    a.split('.').cmp(b.split('.'))
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

/// Reads the members of a structure from parameters that are ordered as [`form`] orders them.
pub(crate) fn read(service: &Service, shape: ShapeId, parameters: &[Parameter<'_>]) -> Result<Value, Fault> {
    let size = parameters.iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>();
    let budget = size.saturating_mul(MEMORY_MULTIPLE).saturating_add(MEMORY_BASE);
    Reader { service, budget }.value(shape, parameters, 0, MAX_DEPTH)
}

struct Reader<'a> {
    service: &'a Service,
    /// Bytes that may still be allocated.
    budget: usize,
}

impl Reader<'_> {
    /// `at` is where the names go on below what is being read; all of `parameters` agree before it.
    fn value(&mut self, id: ShapeId, parameters: &[Parameter<'_>], at: usize, depth: usize) -> Result<Value, Fault> {
        let depth = depth.checked_sub(1).ok_or_else(|| malformed("The parameters are nested too deep."))?;
        let service = self.service;
        let kind = &service.shape(id).kind;
        let has_parts = matches!(kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(_));
        if has_parts && exact(parameters, at).is_some_and(|text| !text.is_empty()) {
            return Err(malformed("A parameter has a value where its parts are expected."));
        }
        match kind {
            Kind::Structure(structure) => self.structure(structure, parameters, at, depth),
            Kind::List(list) => {
                let prefix = if list.flattened { None } else { Some(list.location_name.unwrap_or("member")) };
                let mut elements = Vec::new();
                for (group, at) in self.numbered(parameters, at, prefix)? {
                    elements.push(self.value(list.element, group, at, depth)?);
                }
                Ok(Value::List(elements))
            }
            Kind::Map(map) => {
                let prefix = if map.flattened { None } else { Some("entry") };
                let mut entries = Vec::new();
                for (group, at) in self.numbered(parameters, at, prefix)? {
                    let part = |name: &str| groups(group, at).find(|(head, ..)| *head == name);
                    let key = part(map.key_name.unwrap_or("key"));
                    let value = part(map.value_name.unwrap_or("value"));
                    let (Some((_, key, key_at)), Some((_, value, value_at))) = (key, value) else {
                        return Err(malformed("An entry of a map lacks its key or its value."));
                    };
                    let key = exact(key, key_at).ok_or_else(|| malformed("A key of a map is no text."))?;
                    self.charge(key.len())?;
                    entries.push((key.to_owned(), self.value(map.value, value, value_at, depth)?));
                }
                if has_duplicate(&entries) {
                    return Err(malformed("A key of a map occurs twice."));
                }
                Ok(Value::Map(entries))
            }
            kind => {
                let text =
                    exact(parameters, at).ok_or_else(|| malformed("A parameter has parts that it cannot have."))?;
                self.charge(text.len())?;
                scalar(kind, text)
            }
        }
    }

    fn structure(
        &mut self,
        structure: &Structure,
        parameters: &[Parameter<'_>],
        at: usize,
        depth: usize,
    ) -> Result<Value, Fault> {
        self.charge(structure.members.len() * size_of::<Option<Value>>())?;
        let mut members = vec![None; structure.members.len()];
        for (head, group, at) in groups(parameters, at) {
            let named = |member: &&model::Member| member.location_name.unwrap_or(member.name) == head;
            let known = structure.members.iter().zip(&mut members).find(|(member, _)| named(member));
            if let Some((member, slot)) = known {
                *slot = Some(self.value(member.shape, group, at, depth)?);
            }
        }
        Ok(Value::Struct(members))
    }

    /// The groups below `prefix.N`, or below `N`, in the order of N.
    fn numbered<'p, 'q>(
        &mut self,
        parameters: &'q [Parameter<'p>],
        at: usize,
        prefix: Option<&str>,
    ) -> Result<Vec<(&'q [Parameter<'p>], usize)>, Fault> {
        let below = match prefix {
            None => Some((parameters, at)),
            Some(prefix) => groups(parameters, at).find(|(head, ..)| *head == prefix).map(|(_, group, at)| (group, at)),
        };
        let Some((parameters, at)) = below else { return Ok(Vec::new()) };
        let mut numbered = Vec::new();
        for (head, group, at) in groups(parameters, at) {
            let number = head.parse::<u32>().ok().filter(|number| *number > 0 && number.to_string() == head);
            let number = number.ok_or_else(|| malformed("The elements of a list are numbered from 1."))?;
            if numbered.len() >= MAX_ELEMENTS {
                return Err(malformed(&format!("A list or map has more than {MAX_ELEMENTS} elements.")));
            }
            self.charge(2 * size_of::<(String, Value)>())?;
            numbered.push((number, group, at));
        }
        numbered.sort_unstable_by_key(|(number, ..)| *number);
        Ok(numbered.into_iter().map(|(_, group, at)| (group, at)).collect())
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Fault> {
        self.budget = self.budget.checked_sub(bytes).ok_or_else(|| malformed("The request unfolds into too much."))?;
        Ok(())
    }
}

/// Runs of parameters with the same next segment: the segment, the run, and where its names go on.
fn groups<'p, 'q>(
    parameters: &'q [Parameter<'p>],
    at: usize,
) -> impl Iterator<Item = (&'q str, &'q [Parameter<'p>], usize)> {
    let head = move |parameter: &'q Parameter<'p>| parameter.0.get(at..).and_then(|rest| rest.split('.').next());
    parameters
        .chunk_by(move |a, b| {
            a.0.get(at..).and_then(|rest| rest.split('.').next())
                == b.0.get(at..).and_then(|rest| rest.split('.').next())
        })
        .filter_map(move |group| {
            let name = head(group.first()?)?;
            Some((name, group, at + name.len() + 1))
        })
}

/// The value of the parameter whose name ends here.
fn exact<'q>(parameters: &'q [Parameter<'_>], at: usize) -> Option<&'q str> {
    parameters.iter().find(|(name, _)| name.len() < at).map(|(_, value)| value.as_ref())
}

fn scalar(kind: &Kind, text: &str) -> Result<Value, Fault> {
    let value = match kind {
        Kind::String(_) => Some(Value::String(text.to_owned())),
        Kind::Blob(_) => STANDARD.decode_to_vec(text).ok().map(Value::Blob),
        Kind::Boolean => match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Integer(_) => text.parse::<i32>().ok().map(|number| Value::Integer(number.into())),
        Kind::Long(_) => text.parse().ok().map(Value::Integer),
        Kind::Float(_) => text.parse().ok().map(Value::Float),
        Kind::Timestamp(Some(TimestampFormat::UnixTimestamp)) => {
            text.parse().ok().and_then(crate::json::from_epoch).map(Value::Timestamp)
        }
        Kind::Timestamp(_) => Timestamp::from_rfc3339(text).ok().map(Value::Timestamp),
        Kind::Structure(_) | Kind::List(_) | Kind::Map(_) | Kind::Document => None,
    };
    value.ok_or_else(|| malformed("A parameter does not have the form of its type."))
}

fn malformed(text: &str) -> Fault {
    Fault::client("MalformedInput", text)
}

/// Appends the parameters of a structure, each preceded by `&`.
pub(crate) fn write(service: &Service, id: ShapeId, value: &Value, name: &str, out: &mut String) {
    let below = |step: &str| if name.is_empty() { step.to_owned() } else { format!("{name}.{step}") };
    match (&service.shape(id).kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            for (member, value) in structure.members.iter().zip(members) {
                if let Some(value) = value {
                    write(service, member.shape, value, &below(member.location_name.unwrap_or(member.name)), out);
                }
            }
        }
        (Kind::List(_), Value::List(elements)) if elements.is_empty() => parameter(name, "", out),
        (Kind::Map(_), Value::Map(entries)) if entries.is_empty() => parameter(name, "", out),
        (Kind::List(list), Value::List(elements)) => {
            let prefix = if list.flattened { name.to_owned() } else { below(list.location_name.unwrap_or("member")) };
            for (index, element) in elements.iter().enumerate() {
                write(service, list.element, element, &format!("{prefix}.{}", index + 1), out);
            }
        }
        (Kind::Map(map), Value::Map(entries)) => {
            let prefix = if map.flattened { name.to_owned() } else { below("entry") };
            for (index, (key, entry)) in entries.iter().enumerate() {
                let prefix = format!("{prefix}.{}", index + 1);
                parameter(&format!("{prefix}.{}", map.key_name.unwrap_or("key")), key, out);
                write(service, map.value, entry, &format!("{prefix}.{}", map.value_name.unwrap_or("value")), out);
            }
        }
        (kind, scalar) => parameter(name, &crate::xml::text(kind, scalar), out),
    }
}

/// Appends one parameter.
pub(crate) fn parameter(name: &str, value: &str, out: &mut String) {
    out.push('&');
    escape(name, out);
    out.push('=');
    escape(value, out);
}

fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 });
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}
