//! The texts of broken constraints, as logged from AWS, and what is kept out of them and of records.

use model::{Value, check, redacted_json, services, validation_message};

fn structure(service: &str, shape: &str, members: &[(&str, Value)]) -> Value {
    let service = services().by_name(service).unwrap();
    let model::Kind::Structure(structure) = &service.shape_named(shape).unwrap().kind else { panic!("{shape}") };
    let mut value = vec![None; structure.members.len()];
    for (name, member) in members {
        value[structure.index_of(name).unwrap()] = Some(member.clone());
    }
    Value::Struct(value)
}

fn message(service: &str, shape: &str, members: &[(&str, Value)]) -> String {
    let value = structure(service, shape, members);
    let service = services().by_name(service).unwrap();
    validation_message(&check(service, service.shape_id(shape).unwrap(), &value))
}

fn record(shape: &str, members: &[(&str, Value)]) -> String {
    let value = structure("kms", shape, members);
    let service = services().by_name("kms").unwrap();
    redacted_json(service, service.shape_id(shape).unwrap(), &value)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

#[test]
fn one_broken_rule_is_one_sentence() {
    let key = ("KeyId", text("k"));
    assert_eq!(
        message("kms", "EncryptRequest", &[key.clone(), ("Plaintext", Value::Blob(vec![0; 4097]))]),
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096"
    );
    assert_eq!(
        message("kms", "EncryptRequest", std::slice::from_ref(&key)),
        "1 validation error detected: Value null at 'plaintext' failed to satisfy constraint: Member must not be null"
    );
    assert_eq!(
        message("kms", "DescribeKeyRequest", &[("KeyId", text(""))]),
        "1 validation error detected: Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1"
    );
    assert_eq!(
        message("kms", "ListKeysRequest", &[("Limit", Value::Integer(1001))]),
        "1 validation error detected: Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000"
    );
    assert_eq!(
        message("kms", "ScheduleKeyDeletionRequest", &[key, ("PendingWindowInDays", Value::Integer(6))]),
        "1 validation error detected: Value '6' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value greater than or equal to 7"
    );
}

#[test]
fn several_broken_rules_are_joined_and_counted() {
    let long = "a b".repeat(100);
    let expected = format!(
        "2 validation errors detected: Value '{long}' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$; \
         Value '{long}' at 'aliasName' failed to satisfy constraint: Member must have length less than or equal to 256"
    );
    assert_eq!(
        message("kms", "CreateAliasRequest", &[("AliasName", text(&long)), ("TargetKeyId", text("k"))]),
        expected
    );
}

#[test]
fn an_enum_lists_its_values() {
    let message = message("kms", "GenerateDataKeyRequest", &[("KeyId", text("k")), ("KeySpec", text("AES_64"))]);
    assert!(message.starts_with("1 validation error detected: Value 'AES_64' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: ["), "{message}");
    assert!(message.contains("AES_256") && message.ends_with(']'), "{message}");
}

#[test]
fn structures_in_a_list_have_paths_and_scalars_show_the_list() {
    let tag = |key: &str, value: &str| structure("kms", "Tag", &[("TagKey", text(key)), ("TagValue", text(value))]);
    let tags = Value::List(vec![tag("a", "b"), tag("a", &"v".repeat(257))]);
    let found = message("kms", "TagResourceRequest", &[("KeyId", text("k")), ("Tags", tags)]);
    assert!(found.contains("at 'tags.2.member.tagValue' failed to satisfy constraint: Member must have length less than or equal to 256"), "{found}");
    let keys = Value::List(vec![text("a"), text("")]);
    assert_eq!(
        message("kms", "UntagResourceRequest", &[("KeyId", text("k")), ("TagKeys", keys)]),
        "1 validation error detected: Value '[a, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: \
         [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]"
    );
}

#[test]
fn marked_values_are_not_shown_even_inside_a_list() {
    let tokens = Value::List(vec![text("secret-token"); 11]);
    let found = message("kms", "DecryptRequest", &[("CiphertextBlob", Value::Blob(vec![1])), ("GrantTokens", tokens)]);
    assert_eq!(
        found,
        "1 validation error detected: Value at 'grantTokens' failed to satisfy constraint: Member must have length less than or equal to 10"
    );
}

#[test]
fn nothing_is_shown_of_what_is_part_of_something_marked() {
    let formula = structure("eventbridgev2", "JsonataConfiguration", &[("Expression", text("secret"))]);
    let found =
        message("eventbridgev2", "Transformer", &[("Type", text("JSONATA")), ("JsonataConfiguration", formula)]);
    assert!(
        found.starts_with("1 validation error detected: Value at 'jsonataConfiguration.expression' failed"),
        "{found}"
    );

    let values = Value::List(vec![text(&"v".repeat(256))]);
    let values = structure("ssm", "MaintenanceWindowTaskParameterValueExpression", &[("Values", values)]);
    let window = [
        ("WindowId", text("mw-0123456789abcdef0")),
        ("WindowTaskId", text("12345678-1234-1234-1234-123456789012")),
        ("TaskParameters", Value::Map(vec![("secret".into(), values)])),
    ];
    let found = message("ssm", "UpdateMaintenanceWindowTaskRequest", &window);
    assert!(found.starts_with("1 validation error detected: Value at 'taskParameters.values' failed"), "{found}");
}

#[test]
fn texts_are_bounded_however_much_is_wrong() {
    let tag = structure("kms", "Tag", &[("TagKey", text(&"k".repeat(10_000))), ("TagValue", text("v"))]);
    let found = message("kms", "TagResourceRequest", &[("KeyId", text("k")), ("Tags", Value::List(vec![tag; 1000]))]);
    assert!(found.starts_with("64 validation errors detected: "));
    assert!(found.len() < model::MAX_VIOLATIONS * (model::MAX_ECHO + 200));
}

#[test]
fn lengths_of_texts_count_characters() {
    let name = "é".repeat(8192);
    let members = |text: String| [("KeyId", self::text("k")), ("Description", Value::String(text))];
    assert_eq!(message("kms", "UpdateKeyDescriptionRequest", &members(name.clone())), "0 validation errors detected: ");
    assert!(message("kms", "UpdateKeyDescriptionRequest", &members(name + "é")).contains("less than or equal to 8192"));
}

#[test]
fn records_leave_out_what_is_marked_and_begin_names_in_lower_case() {
    let context = Value::Map(vec![("z".into(), text("1")), ("a\"".into(), text("2"))]);
    let request = [
        ("KeyId", text("alias/app")),
        ("Plaintext", Value::Blob(b"attack at dawn".to_vec())),
        ("EncryptionContext", context),
        ("GrantTokens", Value::List(vec![text("token")])),
        ("DryRun", Value::Bool(true)),
    ];
    assert_eq!(
        record("EncryptRequest", &request),
        r#"{"keyId":"alias/app","encryptionContext":{"z":"1","a\"":"2"},"dryRun":true}"#
    );
    let metadata = structure(
        "kms",
        "KeyMetadata",
        &[
            ("AWSAccountId", text("111122223333")),
            ("KeyId", text("k")),
            ("CreationDate", Value::Timestamp(base::Timestamp::from_millis(0))),
        ],
    );
    assert_eq!(
        record("CreateKeyResponse", &[("KeyMetadata", metadata)]),
        r#"{"keyMetadata":{"aWSAccountId":"111122223333","keyId":"k","creationDate":"Jan 1, 1970, 12:00:00 AM"}}"#
    );
}
