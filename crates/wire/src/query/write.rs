//! A value as parameters, for clients and tests.

use super::Dialect;
use crate::{Protocol, xml};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use model::{Kind, Operation, Service, ShapeId, Value};

/// A request as a client sends it.
pub(crate) fn request(service: &Service, operation: &Operation, protocol: Protocol, input: &Value) -> Request<Bytes> {
    let mut body = String::new();
    body.extend(["Action=", operation.name, "&Version=", service.api_version]);
    if let Some(shape) = operation.input {
        Writer { service, dialect: Dialect::of(protocol), out: &mut body }.value(shape, input, "");
    }
    let mut request = Request::new(Bytes::from(body));
    *request.method_mut() = Method::POST;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(header::CONTENT_TYPE, form);
    request
}

struct Writer<'a> {
    service: &'a Service,
    dialect: Dialect,
    out: &'a mut String,
}

impl Writer<'_> {
    /// Appends the parameters below `name`, each preceded by `&`.
    fn value(&mut self, id: ShapeId, value: &Value, name: &str) {
        let service = self.service;
        match (&service.shape(id).kind, value) {
            (Kind::Structure(structure), Value::Struct(members)) => {
                for (member, value) in structure.members.iter().zip(members) {
                    if let Some(value) = value {
                        self.value(member.shape, value, &below(name, &self.dialect.step(member)));
                    }
                }
            }
            // EC2 has no way to say that a list is there but empty.
            (Kind::List(_), Value::List(elements)) if elements.is_empty() => {
                if self.dialect == Dialect::Query {
                    self.parameter(name, "");
                }
            }
            (Kind::Map(_), Value::Map(entries)) if entries.is_empty() => self.parameter(name, ""),
            (Kind::List(list), Value::List(elements)) => {
                let list_name = self.dialect.list_step(list).map_or(name.to_owned(), |step| below(name, step));
                for (index, element) in elements.iter().enumerate() {
                    self.value(list.element, element, &format!("{list_name}.{}", index + 1));
                }
            }
            (Kind::Map(map), Value::Map(entries)) => {
                let map_name = self.dialect.map_step(map).map_or(name.to_owned(), |step| below(name, step));
                for (index, (key, entry)) in entries.iter().enumerate() {
                    let name = format!("{map_name}.{}", index + 1);
                    self.parameter(&below(&name, map.key_name.unwrap_or("key")), key);
                    self.value(map.value, entry, &below(&name, map.value_name.unwrap_or("value")));
                }
            }
            (kind, scalar) => self.parameter(name, &xml::text(kind, scalar)),
        }
    }

    fn parameter(&mut self, name: &str, value: &str) {
        self.out.push('&');
        escape(name, self.out);
        self.out.push('=');
        escape(value, self.out);
    }
}

fn below(name: &str, step: &str) -> String {
    if name.is_empty() { step.to_owned() } else { format!("{name}.{step}") }
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
