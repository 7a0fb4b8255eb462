//! Errors of REST operations.
//!
//! Guarantees: a modelled error has its model's status, and its members where the model binds them.

use crate::encode::query_code;
use crate::rest::{answer, headers, s3};
use crate::{Protocol, json, xml};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use model::{Fault, Kind, Location, Member, Service, Structure, Value};

/// An error: in JSON under its name in a header, in XML in the form of query or of S3.
pub(crate) fn fault(protocol: Protocol, service: Option<&Service>, fault: &Fault, request_id: &str) -> Response<Bytes> {
    let error = Error { service, structure: structure_of(service, fault), fault };
    let mut response = Response::new(Bytes::new());
    let headers = response.headers_mut();
    let (body, status, content_type) = match protocol {
        Protocol::RestXml if service.is_some_and(s3::is_s3) => {
            let (body, status) = error.in_s3s_xml(request_id, headers);
            (body, status, "application/xml")
        }
        Protocol::RestXml => {
            let (body, status) = error.in_xml(request_id, headers);
            (body, status, "application/xml")
        }
        _ => {
            let (body, status) = error.in_json(headers);
            (body, status, "application/json")
        }
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer::identify(service, request_id, headers);
    *response.body_mut() = body.into();
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// A fault and what the model says about it.
struct Error<'a> {
    service: Option<&'a Service>,
    structure: Option<&'a Structure>,
    fault: &'a Fault,
}

/// A further member: its name in the body, its value, and what the model says about it.
type Extra<'a> = (&'a str, &'a Value, Option<(&'a Service, &'a Member)>);

fn structure_of<'a>(service: Option<&'a Service>, fault: &Fault) -> Option<&'a Structure> {
    match &service?.shape_named(&fault.code)?.kind {
        Kind::Structure(structure) if structure.error.is_some() => Some(structure),
        _ => None,
    }
}

impl<'a> Error<'a> {
    fn in_json(&self, headers: &mut HeaderMap) -> (String, u16) {
        if let Ok(code) = HeaderValue::from_str(&self.fault.code) {
            headers.insert("x-amzn-errortype", code);
        }
        let mut body = "{".to_owned();
        let mut item = |name: &str, write: &dyn Fn(&mut String)| {
            body.push_str(if body.len() > 1 { "," } else { "" });
            model::json::string(&mut body, name);
            body.push(':');
            write(&mut body);
        };
        if let Some(message) = &self.fault.message {
            item(self.message_name(), &|out| model::json::string(out, message));
        }
        for (name, value, member) in self.in_body(headers) {
            item(name, &|out| match member {
                Some((service, member)) => json::write_as(json::Names::Wire, service, member.shape, value, out),
                None => json::scalar(value, out),
            });
        }
        body.push('}');
        let modelled = self.structure.and_then(|structure| structure.error.as_ref()).map(|error| error.status);
        (body, modelled.unwrap_or(self.fault.status))
    }

    fn in_xml(&self, request_id: &str, headers: &mut HeaderMap) -> (String, u16) {
        let (code, status) = query_code(self.service, self.fault);
        let mut body = String::new();
        xml::open("ErrorResponse", self.service.and_then(answer::namespace).as_ref(), &mut body);
        body.push('>');
        xml::element("Error", &mut body, |body| {
            xml::element("Type", body, |body| body.push_str(if self.fault.sender { "Sender" } else { "Receiver" }));
            self.elements(code, headers, body);
        });
        xml::element("RequestId", &mut body, |body| xml::escape(request_id, body));
        body.push_str("</ErrorResponse>");
        (body, status)
    }

    /// Bare, with the ids inside.
    fn in_s3s_xml(&self, request_id: &str, headers: &mut HeaderMap) -> (String, u16) {
        let (code, status) = s3::code(self.service, self.fault);
        let mut body = s3::DECLARATION.to_owned();
        xml::element("Error", &mut body, |body| {
            self.elements(code, headers, body);
            xml::element("RequestId", body, |body| xml::escape(request_id, body));
            xml::element("HostId", body, |body| body.push_str(&s3::host_id(request_id)));
        });
        (body, status)
    }

    /// Code, message and further members as XML.
    fn elements(&self, code: &str, headers: &mut HeaderMap, body: &mut String) {
        xml::element("Code", body, |body| xml::escape(code, body));
        if let Some(message) = &self.fault.message {
            xml::element("Message", body, |body| xml::escape(message, body));
        }
        for (name, value, member) in self.in_body(headers) {
            match member {
                Some((service, member)) => xml::whole(service, member.shape, value, name, None, body),
                None => xml::element(name, body, |body| xml::escape(&xml::text(&Kind::Boolean, value), body)),
            }
        }
    }

    /// Sets the headers of those further members that are bound to headers, and gives the names, values and models of
    /// the others.
    fn in_body(&self, headers: &mut HeaderMap) -> Vec<Extra<'a>> {
        let mut rest = Vec::new();
        for (name, value) in &self.fault.members {
            let index = self.structure.and_then(|structure| structure.index_of(name));
            let member = self.structure.zip(index).and_then(|(structure, index)| structure.members.get(index));
            match self.service.zip(member) {
                Some((service, member)) if member.location == Location::Header => {
                    headers::write(service, member, value, headers);
                }
                Some((service, member)) => {
                    rest.push((member.location_name.unwrap_or(member.name), value, Some((service, member))));
                }
                None => rest.push((name.as_ref(), value, None)),
            }
        }
        rest
    }

    /// Some models write `Message`.
    fn message_name(&self) -> &'static str {
        let members = self.structure.map_or(&[][..], |structure| &structure.members);
        let message = members.iter().find(|member| member.name.eq_ignore_ascii_case("message"));
        message.map_or("message", |member| member.location_name.unwrap_or(member.name))
    }
}
