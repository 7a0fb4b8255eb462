//! Wiping what the model marks as secret, once it has been written into an answer.
//!
//! Guarantees: of a value whose shape is marked, or is a list or map of marked things, no text and no bytes are left, at any
//! depth; what is not marked stays. Typed structs hold such parts as `Secret`; values, which protocols read, do not.

use crate::{Kind, Sensitivity, Service, ShapeId, Value};
use base::Wipe;

/// Wipes the marked parts of `value`, which is of `shape`. Whether there were any.
pub fn wipe_secrets(service: &Service, shape: ShapeId, value: &mut Value) -> bool {
    let shape = service.shape(shape);
    if shape.sensitivity == Sensitivity::Secret {
        wipe(value);
        return true;
    }
    let mut any = false;
    match (&shape.kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            for (member, value) in structure.members.iter().zip(members) {
                any |= value.as_mut().is_some_and(|value| wipe_secrets(service, member.shape, value));
            }
        }
        (Kind::List(list), Value::List(elements)) => {
            for element in elements {
                any |= wipe_secrets(service, list.element, element);
            }
        }
        (Kind::Map(map), Value::Map(entries)) => {
            let is_key_marked = service.shape(map.key).sensitivity == Sensitivity::Secret;
            for (key, entry) in entries {
                if is_key_marked {
                    key.wipe();
                }
                any |= wipe_secrets(service, map.value, entry) || is_key_marked;
            }
        }
        _ => {}
    }
    any
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.wipe(),
        Value::Blob(bytes) => bytes.wipe(),
        Value::List(elements) => elements.iter_mut().for_each(wipe),
        Value::Map(entries) => entries.iter_mut().for_each(|(key, entry)| {
            key.wipe();
            wipe(entry);
        }),
        Value::Struct(members) => members.iter_mut().flatten().for_each(wipe),
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Timestamp(_) | Value::Document(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(operation: &str, members: &[(&str, Value)]) -> (&'static Service, ShapeId, Value) {
        let service = crate::services().by_name("kms").unwrap();
        let shape = service.operation(operation).unwrap().output.unwrap();
        let Kind::Structure(structure) = &service.shape(shape).kind else { panic!("a structure") };
        let find = |name: &str| members.iter().find(|(member, _)| *member == name).map(|(_, value)| value.clone());
        (service, shape, Value::Struct(structure.members.iter().map(|member| find(member.name)).collect()))
    }

    #[test]
    fn what_is_marked_goes_and_the_rest_stays() {
        let members = [
            ("Plaintext", Value::Blob(b"secret".to_vec())),
            ("CiphertextBlob", Value::Blob(b"sealed".to_vec())),
            ("KeyId", Value::String("arn".to_owned())),
        ];
        let (service, shape, mut value) = output("GenerateDataKey", &members);
        assert!(wipe_secrets(service, shape, &mut value));
        let members = [
            ("Plaintext", Value::Blob(Vec::new())),
            ("CiphertextBlob", Value::Blob(b"sealed".to_vec())),
            ("KeyId", Value::String("arn".to_owned())),
        ];
        assert!(value == output("GenerateDataKey", &members).2);
    }

    #[test]
    fn an_answer_without_secrets_is_known_as_one() {
        let members = [("CiphertextBlob", Value::Blob(b"sealed".to_vec()))];
        let (service, shape, mut value) = output("Encrypt", &members);
        let before = value.clone();
        assert!(!wipe_secrets(service, shape, &mut value));
        assert!(value == before);
    }
}
