//! The generated structs agree with the table: a value goes in and comes out the same.

use crate::kms;
use base::SeededRng;
use model::{FromValue, IntoValue, Op, Service, ShapeId, Value, probe, services};

fn goes_through<T: FromValue + IntoValue>(service: &Service, shape: Option<ShapeId>, name: &str) {
    let rng = SeededRng::new(3);
    for _ in 0..16 {
        let value = shape.map_or(Value::Struct(Vec::new()), |shape| probe::any(service, shape, &rng));
        let typed = T::from_value(value.clone()).unwrap_or_else(|mismatch| panic!("{name}: {mismatch}"));
        assert!(sorted(typed.into_value()) == sorted(value), "{name}");
    }
}

/// Typed maps are ordered by key.
fn sorted(value: Value) -> Value {
    match value {
        Value::Map(mut entries) => {
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Map(entries)
        }
        Value::Struct(members) => Value::Struct(members.into_iter().map(|member| member.map(sorted)).collect()),
        Value::List(elements) => Value::List(elements.into_iter().map(sorted).collect()),
        other => other,
    }
}

fn operation<I: FromValue + IntoValue, O: FromValue + IntoValue>(operation: Op<I, O>) {
    let service = services().by_name(operation.service).unwrap();
    let table = service.operation(operation.name).unwrap();
    goes_through::<I>(service, table.input, operation.name);
    goes_through::<O>(service, table.output, operation.name);
}

#[test]
fn values_pass_through_their_structs_unchanged() {
    operation(kms::CREATE_KEY);
    operation(kms::DESCRIBE_KEY);
    operation(kms::ENCRYPT);
    operation(kms::RE_ENCRYPT);
    operation(kms::GENERATE_DATA_KEY);
    operation(kms::ENABLE_KEY);
    operation(kms::LIST_ALIASES);
    operation(kms::TAG_RESOURCE);
    operation(kms::SCHEDULE_KEY_DELETION);
}

#[test]
fn a_value_that_was_not_checked_is_a_mismatch_and_no_panic() {
    assert!(kms::Encrypt::from_value(Value::Struct(vec![])).is_err());
    assert!(kms::Encrypt::from_value(Value::Bool(true)).is_err());
    assert!(kms::KeySpec::try_from("AES_64").is_err());
    assert!(kms::KeySpec::ALL.iter().all(|spec| kms::KeySpec::try_from(spec.as_str()).is_ok_and(|same| same == *spec)));
}
