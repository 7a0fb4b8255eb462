//! Packs a service's model into the table that `crates/model/src/table.rs` reads; the format is described there.

use crate::source::{Source, array, is, target, text};
use serde_json::Value;

/// The table of one service.
pub fn pack(source: &Source) -> Result<Vec<u8>, String> {
    let mut packer = Packer { source, out: b"FT2\n".to_vec() };
    packer.service().map_err(|problem| format!("{}: {problem}", source.name))?;
    Ok(packer.out)
}

/// The default namespace of a service, which some models name together with its prefix.
fn xml_namespace(metadata: &Value) -> &str {
    let named = metadata.get("xmlNamespace");
    named.and_then(|value| value.as_str().or_else(|| text(value, "uri"))).unwrap_or_default()
}

/// The service part of a SigV4 scope.
pub fn signing_name(source: &Source) -> &str {
    text(&source.metadata, "signingName").or_else(|| text(&source.metadata, "endpointPrefix")).unwrap_or(&source.name)
}

/// The protocols as the model crate names them; a table holds their places here.
const PROTOCOLS: [&str; 7] = ["AwsJson10", "AwsJson11", "Query", "Ec2Query", "RestJson", "RestXml", "Cbor"];

/// The protocols that a service speaks, by the names of the model crate.
pub fn protocols(metadata: &Value) -> Result<Vec<&'static str>, String> {
    // A model that lists none names one.
    let listed = array(metadata, "protocols").iter().filter_map(Value::as_str).collect::<Vec<_>>();
    let listed = if listed.is_empty() { text(metadata, "protocol").into_iter().collect() } else { listed };
    let named = |protocol: &str| match (protocol, text(metadata, "jsonVersion")) {
        ("json", Some("1.0")) => Ok("AwsJson10"),
        ("json", Some("1.1")) => Ok("AwsJson11"),
        ("query", _) => Ok("Query"),
        ("ec2", _) => Ok("Ec2Query"),
        ("rest-json", _) => Ok("RestJson"),
        ("rest-xml", _) => Ok("RestXml"),
        ("smithy-rpc-v2-cbor", _) => Ok("Cbor"),
        other => Err(format!("unknown protocol {other:?}")),
    };
    listed.into_iter().map(named).collect()
}

/// The text of that name, or the first of several.
fn first<'a>(pagination: &'a Value, key: &str) -> Result<&'a str, String> {
    let found = pagination.get(key).and_then(|value| value.as_str().or_else(|| value.get(0)?.as_str()));
    found.ok_or_else(|| format!("no {key}"))
}

struct Packer<'a> {
    source: &'a Source,
    out: Vec<u8>,
}

impl Packer<'_> {
    fn service(&mut self) -> Result<(), String> {
        let source = self.source;
        let metadata = &source.metadata;
        self.text(&source.name);
        self.text(signing_name(source));
        self.text(text(metadata, "apiVersion").ok_or("no apiVersion")?);
        self.optional_text(text(metadata, "targetPrefix"));
        self.flag(metadata.get("awsQueryCompatible").is_some());
        self.flag(matches!(text(metadata, "signatureVersion"), Some("s3" | "s3v4")));
        self.flag(array(metadata, "auth").iter().any(|scheme| scheme == "aws.auth#sigv4a"));
        self.text(xml_namespace(metadata));
        self.text(text(metadata, "serviceId").ok_or("no serviceId")?);
        self.text(&source.event_source);
        self.protocols()?;
        self.number(source.shapes.len() as u64);
        for (name, shape) in &source.shapes {
            self.shape(name, shape).map_err(|problem| format!("{name}: {problem}"))?;
        }
        self.number(source.operations.len() as u64);
        for (name, operation) in &source.operations {
            self.operation(name, operation).map_err(|problem| format!("{name}: {problem}"))?;
        }
        Ok(())
    }

    fn protocols(&mut self) -> Result<(), String> {
        let protocols = protocols(&self.source.metadata)?;
        self.number(protocols.len() as u64);
        for protocol in protocols {
            let code = PROTOCOLS.iter().position(|name| *name == protocol).ok_or("a protocol without a code")?;
            self.out.push(u8::try_from(code).map_err(|_| "too many protocols")?);
        }
        Ok(())
    }

    fn operation(&mut self, name: &str, operation: &Value) -> Result<(), String> {
        self.text(name);
        let http = operation.get("http").ok_or("no http")?;
        self.text(text(http, "method").ok_or("no method")?);
        self.text(text(http, "requestUri").ok_or("no requestUri")?);
        self.number(http.get("responseCode").and_then(Value::as_u64).unwrap_or(200));
        self.optional_shape(target(operation, "input"))?;
        self.optional_shape(target(operation, "output"))?;
        self.optional_text(operation.get("output").and_then(|output| text(output, "resultWrapper")));
        let errors = array(operation, "errors");
        self.number(errors.len() as u64);
        for error in errors {
            self.shape_id(error.as_str().unwrap_or_default())?;
        }
        let input = operation.get("input").unwrap_or(&Value::Null);
        self.optional_text(text(input, "locationName"));
        self.namespace(input)?;
        self.optional_text(operation.get("endpoint").and_then(|endpoint| text(endpoint, "hostPrefix")));
        let unsigned = array(operation, "auth").iter().any(|scheme| scheme == "smithy.api#noAuth");
        self.out.push(match text(operation, "authtype") {
            Some("none") => 2,
            None if unsigned => 2,
            Some("v4-unsigned-body") => 1,
            None if is(operation, "unsignedPayload") => 1,
            None => 0,
            Some(other) => return Err(format!("unknown authtype {other}")),
        });
        self.checksum(operation);
        self.flag(operation.get("requestcompression").is_some());
        self.flag(operation.get("pagination").is_some());
        if let Some(pagination) = operation.get("pagination") {
            self.text(first(pagination, "input_token")?);
            self.text(first(pagination, "output_token")?);
            self.optional_text(text(pagination, "limit_key"));
            self.optional_text(text(pagination, "more_results"));
            self.text(first(pagination, "result_key")?);
        }
        Ok(())
    }

    fn checksum(&mut self, operation: &Value) {
        let checksum = operation.get("httpChecksum").unwrap_or(&Value::Null);
        let algorithm = text(checksum, "requestAlgorithmMember");
        let required = is(checksum, "requestChecksumRequired") || is(operation, "httpChecksumRequired");
        let has = required || algorithm.is_some();
        self.flag(has);
        if has {
            self.flag(required);
            self.optional_text(algorithm);
        }
    }

    fn namespace(&mut self, value: &Value) -> Result<(), String> {
        let namespace = value.get("xmlNamespace");
        self.flag(namespace.is_some());
        if let Some(namespace) = namespace {
            self.text(text(namespace, "uri").ok_or("a namespace without an address")?);
            self.optional_text(text(namespace, "prefix"));
        }
        Ok(())
    }

    fn shape(&mut self, name: &str, shape: &Value) -> Result<(), String> {
        self.text(name);
        self.out.push(match (is(shape, "sensitive"), text(shape, "mark")) {
            (false, None) => 0,
            (false, Some("unlogged")) => 1,
            (true, _) | (_, Some("secret")) => 2,
            (_, Some(mark)) => return Err(format!("unknown mark {mark}")),
        });
        let kind = match text(shape, "type").ok_or("no type")? {
            _ if is(shape, "document") => 10,
            "structure" => 0,
            "list" => 1,
            "map" => 2,
            "string" | "character" => 3,
            "blob" => 4,
            "boolean" => 5,
            "integer" => 6,
            "long" => 7,
            "float" | "double" => 8,
            "timestamp" => 9,
            other => return Err(format!("unknown type {other}")),
        };
        self.out.push(kind);
        match kind {
            0 => self.structure(name, shape)?,
            1 => {
                let member = shape.get("member").ok_or("no member")?;
                self.reference(member)?;
                self.optional_text(text(member, "locationName"));
                self.flag(is(shape, "flattened"));
                self.range(shape);
            }
            2 => {
                let (key, value) = shape.get("key").zip(shape.get("value")).ok_or("no key or value")?;
                self.reference(key)?;
                self.reference(value)?;
                self.optional_text(text(key, "locationName"));
                self.optional_text(text(value, "locationName"));
                self.flag(is(shape, "flattened"));
                self.range(shape);
            }
            3 => {
                self.range(shape);
                self.optional_text(text(shape, "pattern"));
                self.optional_text(text(shape, "refusal"));
                let values = array(shape, "enum");
                self.number(values.len() as u64);
                for value in values {
                    self.text(value.as_str().ok_or("an enum value is no text")?);
                }
            }
            5 | 10 => {}
            9 => {
                let format = text(shape, "timestampFormat");
                self.flag(format.is_some());
                self.out.extend(match format {
                    None => None,
                    Some("unixTimestamp") => Some(0),
                    Some("iso8601") => Some(1),
                    Some("rfc822") => Some(2),
                    Some(other) => return Err(format!("unknown timestamp format {other}")),
                });
            }
            _ => self.range(shape),
        }
        self.namespace(shape)
    }

    fn structure(&mut self, name: &str, shape: &Value) -> Result<(), String> {
        let members = array(shape, "members");
        self.flag(is(shape, "union"));
        self.flag(is(shape, "eventstream"));
        let payload = text(shape, "payload");
        self.flag(payload.is_some());
        if let Some(payload) = payload {
            let index = members.iter().position(|member| text(member, "name") == Some(payload));
            self.number(index.ok_or("the payload is no member")? as u64);
        }
        let is_error = is(shape, "exception");
        self.flag(is_error);
        if is_error {
            let error = shape.get("error").cloned().unwrap_or_default();
            let sender =
                !is(shape, "fault") && error.get("senderFault").is_none_or(|sender| sender != &Value::Bool(false));
            self.optional_text(text(&error, "code").filter(|code| *code != name));
            let status = error.get("httpStatusCode").and_then(Value::as_u64);
            self.number(status.unwrap_or(if sender { 400 } else { 500 }));
            self.flag(sender);
        }
        let required = array(shape, "required");
        self.number(members.len() as u64);
        for member in members {
            self.member(member, required)?;
        }
        Ok(())
    }

    fn member(&mut self, member: &Value, required: &[Value]) -> Result<(), String> {
        let name = text(member, "name").ok_or("a member has no name")?;
        self.text(name);
        self.reference(member)?;
        let marks = ["xmlAttribute", "streaming", "idempotencyToken", "hostLabel", "jsonvalue"];
        let flags = std::iter::once(required.iter().any(|required| required == name))
            .chain(marks.iter().map(|mark| is(member, mark)));
        self.number(flags.enumerate().map(|(bit, flag)| u64::from(flag) << bit).sum());
        self.out.push(match text(member, "location") {
            None => 0,
            Some("header") => 1,
            Some("headers") => 2,
            Some("uri") => 3,
            Some("querystring") => 4,
            Some("statusCode") => 5,
            Some(other) => return Err(format!("unknown location {other}")),
        });
        self.optional_text(text(member, "locationName"));
        self.optional_text(text(member, "queryName"));
        self.namespace(member)
    }

    fn reference(&mut self, value: &Value) -> Result<(), String> {
        self.shape_id(text(value, "shape").ok_or("a reference names no shape")?)
    }

    fn shape_id(&mut self, name: &str) -> Result<(), String> {
        let index = self.source.shapes.keys().position(|shape| shape == name);
        self.number(index.ok_or_else(|| format!("no shape {name}"))? as u64);
        Ok(())
    }

    fn optional_shape(&mut self, name: Option<&str>) -> Result<(), String> {
        self.flag(name.is_some());
        name.map_or(Ok(()), |name| self.shape_id(name))
    }

    fn range(&mut self, shape: &Value) {
        for bound in ["min", "max"] {
            let number =
                shape.get(bound).and_then(|value| value.as_i64().or_else(|| value.as_f64().map(|float| float as i64)));
            self.flag(number.is_some());
            if let Some(number) = number {
                self.number(((number << 1) ^ (number >> 63)) as u64);
            }
        }
    }

    fn optional_text(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.out.push(flag.into());
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push((number & 0x7F) as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }
}
