//! Between values and the JSON in which the cases tell them: blobs as text, times as seconds, NaN as a text.

use base::Timestamp;
use model::{Document, Kind, Service, ShapeId};
use serde_json::{Map, Number, Value, json};

/// A value as the cases would tell it.
pub(crate) fn told(service: &Service, shape: ShapeId, value: &model::Value) -> Value {
    match (&service.shape(shape).kind, value) {
        (Kind::Structure(structure), model::Value::Struct(members)) => {
            let present = structure.members.iter().zip(members).filter_map(|(member, value)| {
                Some((member.name.to_owned(), told(service, member.shape, value.as_ref()?)))
            });
            Value::Object(present.collect())
        }
        (Kind::List(list), model::Value::List(elements)) => {
            elements.iter().map(|element| told(service, list.element, element)).collect()
        }
        (Kind::Map(map), model::Value::Map(entries)) => {
            let entries = entries.iter().map(|(key, entry)| (key.clone(), told(service, map.value, entry)));
            Value::Object(entries.collect())
        }
        (_, model::Value::Bool(truth)) => json!(truth),
        (_, model::Value::Integer(number)) => json!(number),
        (_, model::Value::Float(number)) => float(*number),
        (_, model::Value::String(text)) => json!(text),
        (_, model::Value::Blob(bytes)) => json!(String::from_utf8_lossy(bytes)),
        (_, model::Value::Timestamp(time)) => json!(time.millis() as f64 / 1000.0),
        (_, model::Value::Document(document)) => from_document(document),
        _ => panic!("a value that is not of its shape {}", service.shape(shape).name),
    }
}

/// The value of a shape that a case tells.
pub(crate) fn shaped(service: &Service, shape: ShapeId, told: &Value) -> model::Value {
    match &service.shape(shape).kind {
        Kind::Structure(structure) => {
            let fields = told.as_object().unwrap();
            for name in fields.keys() {
                assert!(structure.index_of(name).is_some(), "no member {name}");
            }
            let member = |member: &model::Member| {
                let told = fields.get(member.name).filter(|told| !told.is_null());
                told.map(|told| shaped(service, member.shape, told))
            };
            model::Value::Struct(structure.members.iter().map(member).collect())
        }
        Kind::List(list) => {
            let elements = told.as_array().unwrap().iter();
            model::Value::List(elements.map(|element| shaped(service, list.element, element)).collect())
        }
        Kind::Map(map) => {
            let entries = told.as_object().unwrap().iter();
            model::Value::Map(entries.map(|(key, entry)| (key.clone(), shaped(service, map.value, entry))).collect())
        }
        Kind::String(_) => model::Value::String(told.as_str().unwrap().to_owned()),
        Kind::Blob(_) => model::Value::Blob(told.as_str().unwrap().as_bytes().to_vec()),
        Kind::Boolean => model::Value::Bool(told.as_bool().unwrap()),
        Kind::Integer(_) | Kind::Long(_) => model::Value::Integer(told.as_i64().unwrap()),
        Kind::Float(_) => model::Value::Float(match told.as_str() {
            Some("NaN") => f64::NAN,
            Some("Infinity") => f64::INFINITY,
            Some("-Infinity") => f64::NEG_INFINITY,
            _ => told.as_f64().unwrap(),
        }),
        Kind::Timestamp(_) => {
            model::Value::Timestamp(Timestamp::from_millis((told.as_f64().unwrap() * 1000.0).round() as i64))
        }
        Kind::Document => model::Value::Document(to_document(told)),
    }
}

pub(crate) fn float(number: f64) -> Value {
    match Number::from_f64(number) {
        Some(number) => Value::Number(number),
        None if number.is_nan() => json!("NaN"),
        None => json!(if number > 0.0 { "Infinity" } else { "-Infinity" }),
    }
}

fn from_document(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Bool(truth) => json!(truth),
        Document::Integer(number) => json!(number),
        Document::Float(number) => float(*number),
        Document::String(text) => json!(text),
        Document::List(elements) => elements.iter().map(from_document).collect(),
        Document::Map(entries) => {
            Value::Object(entries.iter().map(|(key, entry)| (key.clone(), from_document(entry))).collect::<Map<_, _>>())
        }
    }
}

fn to_document(told: &Value) -> Document {
    match told {
        Value::Null => Document::Null,
        Value::Bool(truth) => Document::Bool(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Document::Integer(whole),
            None => Document::Float(number.as_f64().unwrap()),
        },
        Value::String(text) => Document::String(text.clone()),
        Value::Array(elements) => Document::List(elements.iter().map(to_document).collect()),
        Value::Object(entries) => {
            Document::Map(entries.iter().map(|(key, entry)| (key.clone(), to_document(entry))).collect())
        }
    }
}
