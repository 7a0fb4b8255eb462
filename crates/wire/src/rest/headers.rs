//! Members that travel in headers, both ways.
//!
//! Guarantees: a header of one value that is sent twice is refused; elements of lists are told apart also where they
//! hold commas or quotes; no value can break out of its header. A list may be spread over several headers, and an empty
//! header is an empty list.

use crate::limits::{Budget, MAX_ELEMENTS};
use crate::rest::Refusal;
use crate::text;
use base64_simd::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use model::{Kind, List, Member, Service, ShapeId, TimestampFormat, Value};
use std::borrow::Cow;

const FORMAT: TimestampFormat = TimestampFormat::HttpDate;

/// Reads the header of a member; `None` if it is absent.
pub(crate) fn read(service: &Service, member: &Member, headers: &HeaderMap) -> Result<Option<Value>, Refusal> {
    let name = member.location_name.unwrap_or(member.name);
    let refused = || Refusal::new(format!("The header {name} does not have the form of its type."));
    let texts = headers.get_all(name).iter().map(|value| std::str::from_utf8(value.as_bytes()));
    let texts = texts.collect::<Result<Vec<_>, _>>().map_err(|_| refused())?;
    match (&service.shape(member.shape).kind, texts.as_slice()) {
        (_, []) => Ok(None),
        (Kind::List(list), texts) => elements(service, list, texts).ok_or_else(refused).map(Some),
        (kind, [text]) if member.json_value => json_value(kind, text).ok_or_else(refused).map(Some),
        (kind, [text]) => {
            // Only texts may have white space in them.
            let text = if matches!(kind, Kind::String(_)) { text } else { text.trim_ascii() };
            text::parse(kind, text, FORMAT).ok_or_else(refused).map(Some)
        }
        _ => Err(Refusal::new(format!("The header {name} occurs twice."))),
    }
}

/// Reads the headers whose names begin with a member's name into a map by the rest of their names, which HTTP has in
/// lower case. Values of headers that occur twice are joined, as HTTP allows.
pub(crate) fn read_prefixed(member: &Member, headers: &HeaderMap) -> Result<Option<Value>, Refusal> {
    let prefix = member.location_name.unwrap_or_default().to_ascii_lowercase();
    let mut entries = Vec::new();
    for name in headers.keys() {
        let Some(key) = name.as_str().strip_prefix(&prefix).filter(|key| !key.is_empty()) else { continue };
        let texts = headers.get_all(name).iter().map(|value| std::str::from_utf8(value.as_bytes()));
        let texts = texts.collect::<Result<Vec<_>, _>>();
        let texts = texts.map_err(|_| Refusal::new(format!("The header {name} is not UTF-8.")))?;
        entries.push((key.to_owned(), Value::String(texts.join(","))));
    }
    Ok(Some(Value::Map(entries)).filter(|map| !matches!(map, Value::Map(entries) if entries.is_empty())))
}

/// A JSON text is base64 in a header.
fn json_value(kind: &Kind, text: &str) -> Option<Value> {
    let Kind::String(_) = kind else { return text::parse(kind, text, FORMAT) };
    let bytes = STANDARD.decode_to_vec(text).ok()?;
    String::from_utf8(bytes).ok().map(Value::String)
}

fn elements(service: &Service, list: &List, texts: &[&str]) -> Option<Value> {
    let kind = &service.shape(list.element).kind;
    let mut budget = Budget::of(texts.iter().map(|text| text.len()).sum());
    let mut elements = Vec::new();
    for text in texts {
        let mut rest = Some(*text).filter(|text| !text.trim_ascii().is_empty());
        while let Some(text) = rest {
            let (element, after) = element(kind, text)?;
            budget.take_element::<Value>(elements.len())?;
            if elements.len() >= MAX_ELEMENTS {
                return None;
            }
            elements.push(text::parse(kind, &element, FORMAT)?);
            rest = after;
        }
    }
    Some(Value::List(elements))
}

/// The first element of a list, and what follows its comma.
fn element<'a>(kind: &Kind, text: &'a str) -> Option<(Cow<'a, str>, Option<&'a str>)> {
    let text = text.trim_ascii_start();
    if let Some(quoted) = text.strip_prefix('"') {
        let (element, after) = unquote(quoted)?;
        let after = after.trim_ascii_start();
        let after = if after.is_empty() { None } else { Some(after.strip_prefix(',')?) };
        return Some((Cow::Owned(element), after));
    }
    // An HTTP date has a comma of its own, after the day of the week.
    let is_date = matches!(kind, Kind::Timestamp(None | Some(TimestampFormat::HttpDate)));
    let comma = text.match_indices(',').nth(usize::from(is_date)).map(|(at, _)| at);
    let (element, after) = match comma {
        Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
        None => (text, None),
    };
    Some((Cow::Borrowed(element.trim_ascii_end()), after))
}

/// The text up to the closing quote, and what follows it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut element = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((element, chars.as_str())),
            '\\' => element.push(chars.next()?),
            char => element.push(char),
        }
    }
}

/// Writes the headers of a member.
pub(crate) fn write(service: &Service, member: &Member, value: &Value, headers: &mut HeaderMap) {
    let name = member.location_name.unwrap_or(member.name);
    let kind = &service.shape(member.shape).kind;
    let text = match (kind, value) {
        (Kind::List(list), Value::List(elements)) => {
            elements.iter().map(|element| element_text(service, list.element, element)).collect::<Vec<_>>().join(", ")
        }
        (Kind::String(_), Value::String(text)) if member.json_value => STANDARD.encode_to_string(text),
        (kind, value) => text::write(kind, value, FORMAT),
    };
    insert(name, &text, headers);
}

/// Writes a map as one header for each entry.
pub(crate) fn write_prefixed(member: &Member, value: &Value, headers: &mut HeaderMap) {
    let Value::Map(entries) = value else { return };
    for (key, value) in entries {
        let name = format!("{}{key}", member.location_name.unwrap_or_default());
        insert(&name, value.as_str().unwrap_or_default(), headers);
    }
}

fn element_text(service: &Service, shape: ShapeId, value: &Value) -> String {
    let kind = &service.shape(shape).kind;
    let text = text::write(kind, value, FORMAT);
    let is_plain = !text.is_empty() && !text.contains([',', '"', '\\']) && text.trim() == text;
    if is_plain || !matches!(kind, Kind::String(_)) {
        return text;
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Sets a header. What no header may hold, such as line ends, becomes a space; a name that is no header's is left out.
fn insert(name: &str, text: &str, headers: &mut HeaderMap) {
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { return };
    let value = HeaderValue::from_str(text)
        .or_else(|_| HeaderValue::from_bytes(text.as_bytes()))
        .or_else(|_| HeaderValue::from_bytes(text.replace(|char: char| char.is_ascii_control(), " ").as_bytes()));
    if let Ok(value) = value {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Text;

    fn split(kind: &Kind, text: &str) -> Option<Vec<String>> {
        let (mut all, mut rest) = (Vec::new(), Some(text));
        while let Some(text) = rest {
            let (next, after) = element(kind, text)?;
            all.push(next.into_owned());
            rest = after;
        }
        Some(all)
    }

    #[test]
    fn lists_are_split_where_http_says() {
        let text = Text { length: model::Range::default(), pattern: None, refusal: None, values: Vec::new() };
        let string = Kind::String(text);
        let owned = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(split(&string, "a, b ,c"), owned(&["a", "b", "c"]));
        assert_eq!(split(&string, "\"b,c\", \"\\\"def\\\"\" , a"), owned(&["b,c", "\"def\"", "a"]));
        assert_eq!(split(&string, "a,,b,"), owned(&["a", "", "b", ""]));
        for bad in ["\"a", "\"a\"b", "\"a\\"] {
            assert_eq!(split(&string, bad), None, "{bad}");
        }
        let dates = "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:18 GMT";
        assert_eq!(split(&Kind::Timestamp(None), dates).map(|dates| dates.len()), Some(2));
        assert_eq!(split(&Kind::Timestamp(Some(TimestampFormat::Iso8601)), "a,b").map(|dates| dates.len()), Some(2));
    }

    #[test]
    fn no_value_breaks_out_of_its_header() {
        let mut headers = HeaderMap::new();
        insert("x-a", "1\r\nx-b: 2", &mut headers);
        insert("x-c\r\n", "1", &mut headers);
        insert("x-d", "é", &mut headers);
        assert_eq!(headers.len(), 2);
        assert_eq!(headers.get("x-a").unwrap(), "1  x-b: 2");
        assert_eq!(headers.get("x-d").unwrap().as_bytes(), "é".as_bytes());
    }
}
