//! What is common to AWS's protocols here: JSON members, and errors in JSON and XML.
//!
//! Guarantees: what an answer says of a secret ends in a [`Secret`], in the memory that it was read into; an answer that
//! lacks what it must have is an error that names the member.

use crate::Error;
use crate::transport::Answer;
use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use std::io::{self, Write};

/// Room for a request that has no long member.
const REQUEST: usize = 2048;

/// The members of an answer in JSON.
pub(crate) struct Members(Map<String, Value>);

impl Members {
    /// Reads an answer, which is an object.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(Error::Answer("the answer is no JSON object".into())),
        }
    }

    /// A text that may be absent.
    pub(crate) fn get(&mut self, name: &str) -> Option<String> {
        match self.0.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A number that may be absent.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, name: &str) -> Result<String, Error> {
        self.get(name).ok_or_else(|| lacking(name))
    }

    /// A secret text that must be there.
    pub(crate) fn secret(&mut self, name: &str) -> Result<Secret<String>, Error> {
        self.text(name).map(Secret::new)
    }

    /// Bytes that must be there.
    pub(crate) fn bytes(&mut self, name: &str) -> Result<Vec<u8>, Error> {
        STANDARD.decode(self.text(name)?).map_err(|_| lacking(name))
    }

    /// Secret bytes that must be there.
    pub(crate) fn secret_bytes(&mut self, name: &str) -> Result<Secret<Vec<u8>>, Error> {
        let text = self.secret(name)?;
        STANDARD.decode(text.expose()).map(Secret::new).map_err(|_| lacking(name))
    }

    /// An object that must be there.
    pub(crate) fn object(&mut self, name: &str) -> Result<Self, Error> {
        match self.0.remove(name) {
            Some(Value::Object(members)) => Ok(Self(members)),
            _ => Err(lacking(name)),
        }
    }
}

fn lacking(name: &str) -> Error {
    Error::Answer(format!("the answer has no {name} as it should be"))
}

/// Writes a request. What a member named `secret` held is wiped.
pub(crate) fn request(mut members: Map<String, Value>, secret: &str) -> Secret<Vec<u8>> {
    let length = members.get(secret).and_then(Value::as_str).map_or(0, str::len);
    let mut body = Wiping(Secret::new(Vec::with_capacity(length.saturating_add(REQUEST))));
    // Writing to memory does not fail, and keys are text.
    let _ = serde_json::to_writer(&mut body, &members);
    if let Some(Value::String(text)) = members.remove(secret) {
        drop(Secret::new(text));
    }
    body.0
}

/// Bytes in base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Memory that leaves nothing behind when it grows.
struct Wiping(Secret<Vec<u8>>);

impl Write for Wiping {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let held = self.0.expose();
        let wanted = held.len().saturating_add(bytes.len());
        if wanted > held.capacity() {
            let mut larger = Vec::with_capacity(wanted.saturating_mul(2));
            larger.extend_from_slice(held);
            self.0 = Secret::new(larger);
        }
        self.0.expose_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The error that an answer tells of.
pub(crate) fn error(answer: &Answer) -> Error {
    let found = json(answer).or_else(|| xml(answer));
    let Some(Told { code, message, request_id }) = found else {
        return Error::Service {
            code: format!("HTTP {}", answer.status),
            message: "no answer of the service's own".into(),
            status: answer.status,
            request_id: None,
        };
    };
    let request_id = request_id.or_else(|| answer.header("x-amzn-requestid").map(str::to_owned));
    Error::Service { code, message, status: answer.status, request_id }
}

struct Told {
    code: String,
    message: String,
    request_id: Option<String>,
}

fn json(answer: &Answer) -> Option<Told> {
    let mut members = Members::read(answer.body.expose()).ok()?;
    let in_header = answer.header("x-amzn-errortype").map(str::to_owned);
    let code = in_header.or_else(|| members.get("__type")).or_else(|| members.get("code"))?;
    // A namespace before it and an address behind it are nobody's.
    let code = code.split_once(':').map_or(&*code, |(code, _)| code);
    let code = code.rsplit_once('#').map_or(code, |(_, code)| code).to_owned();
    let message = members.get("message").or_else(|| members.get("Message")).unwrap_or_default();
    Some(Told { code, message, request_id: None })
}

fn xml(answer: &Answer) -> Option<Told> {
    let text = std::str::from_utf8(answer.body.expose()).ok()?;
    let document = roxmltree::Document::parse(text).ok()?;
    let find = |name: &str| {
        let node = document.descendants().find(|node| node.tag_name().name() == name)?;
        node.text().map(|text| text.trim().to_owned())
    };
    let request_id = find("RequestId");
    Some(Told { code: find("Code")?, message: find("Message").unwrap_or_default(), request_id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderName, HeaderValue};

    fn told(status: u16, header: &[(&'static str, &'static str)], body: &str) -> Error {
        let mut headers = HeaderMap::new();
        for (name, value) in header {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        error(&Answer { status, headers, body: Secret::new(body.as_bytes().to_vec()) })
    }

    fn service(code: &str, message: &str, status: u16, request_id: Option<&str>) -> Error {
        let request_id = request_id.map(str::to_owned);
        Error::Service { code: code.into(), message: message.into(), status, request_id }
    }

    #[test]
    fn errors_are_read_in_all_their_forms() {
        let id = [("x-amzn-requestid", "r-1")];
        let body = r#"{"__type":"AccessDeniedException","Message":"no"}"#;
        assert_eq!(told(400, &id, body), service("AccessDeniedException", "no", 400, Some("r-1")));
        let body = r#"{"__type":"com.amazonaws.kms#NotFoundException","message":"gone"}"#;
        assert_eq!(told(400, &[], body), service("NotFoundException", "gone", 400, None));
        let header = [("x-amzn-errortype", "ThrottlingException:http://internal/")];
        assert_eq!(told(400, &header, "{}"), service("ThrottlingException", "", 400, None));
        let body = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                    <Code>AccessDenied</Code><Message>not you</Message></Error><RequestId>r-2</RequestId></ErrorResponse>";
        assert_eq!(told(403, &[], body), service("AccessDenied", "not you", 403, Some("r-2")));
        let expected = service("HTTP 502", "no answer of the service's own", 502, None);
        assert_eq!(told(502, &[], "<html><body>Bad Gateway</body></html>"), expected);
        assert_eq!(told(502, &[], ""), expected);
    }

    #[test]
    fn a_request_is_written_whole_however_long_it_is() {
        let mut members = Map::new();
        members.insert("Plaintext".into(), Value::String("A".repeat(5000)));
        members.insert("Other".into(), Value::String("é\"\n".repeat(5000)));
        let expected = serde_json::to_vec(&members).unwrap();
        assert_eq!(*request(members, "Plaintext").expose(), expected);
    }

    #[test]
    fn an_answer_without_what_it_must_have_is_an_error_that_names_it() {
        let mut members = Members::read(br#"{"a":1,"b":"!!","c":"eA=="}"#).unwrap();
        let lacks = |name| Error::Answer(format!("the answer has no {name} as it should be"));
        assert_eq!(members.text("a"), Err(lacks("a")));
        assert_eq!(members.bytes("b"), Err(lacks("b")));
        assert_eq!(members.secret_bytes("d").err(), Some(lacks("d")));
        assert_eq!(*members.secret_bytes("c").ok().unwrap().expose(), b"x");
        for text in ["", "[]", "{", "\"x\""] {
            assert!(Members::read(text.as_bytes()).is_err());
        }
    }
}
