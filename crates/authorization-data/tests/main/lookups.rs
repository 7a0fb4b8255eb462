//! What is looked up, and how it may be written.

use authorization_data::{Level, ValueType, action, condition_key, matching, nearest, prefixes, service};

fn names(pattern: &str) -> Vec<String> {
    matching(pattern).map(|(service, action)| format!("{}:{}", service.prefix, action.name)).collect()
}

#[test]
fn an_action_is_found_in_any_letter_case_and_says_what_it_takes() {
    let (kms, encrypt) = action("KMS:encRYPT").unwrap();
    assert_eq!((kms.name, encrypt.name, encrypt.level), ("AWS Key Management Service", "Encrypt", Level::Write));
    assert_eq!(encrypt.on.iter().map(|on| (on.resource, on.required)).collect::<Vec<_>>(), [("key", true)]);
    assert!(encrypt.keys.contains(&"kms:EncryptionContext:${EncryptionContextKey}"));
    assert!(kms.under_resource_control);
    let (_, grant) = action("kms:CreateGrant").unwrap();
    assert_eq!(grant.level.name(), "Permissions management");
    assert_eq!(action("kms:TagResource").unwrap().1.level, Level::Tagging);
    assert_eq!(action("kms:ListKeys").unwrap().1.level, Level::List);
    // What its caller needs besides is said where it matters.
    let (_, run) = action("lambda:CreateFunction").unwrap();
    assert!(run.on.iter().flat_map(|on| &on.needs).chain(&run.needs).any(|needed| *needed == "iam:PassRole"));
    for unknown in ["kms:Encryptt", "kmss:Encrypt", "Encrypt", "kms", "", "kms:", ":Encrypt", "kms:Enc*"] {
        assert!(action(unknown).is_none(), "{unknown}");
    }
}

#[test]
fn wildcards_stand_for_real_actions() {
    assert_eq!(names("kms:re?ncryptf*"), ["kms:ReEncryptFrom"]);
    assert_eq!(names("KMS:*alias"), ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]);
    assert_eq!(names("kms:Encrypt"), ["kms:Encrypt"]);
    assert_eq!(names("kms:*").len(), service("kms").unwrap().actions.len());
    assert!(names("*").len() > 20_000);
    for none in ["kms:Encrypt?", "k*:Encrypt", "*:*", "kms", "", "kms:"] {
        assert_eq!(names(none), Vec::<String>::new(), "{none}");
    }
    // Many wildcards take no longer than their number times the name's length.
    assert_eq!(names(&format!("kms:{}b", "*a".repeat(10_000))), Vec::<String>::new());
}

#[test]
fn a_condition_key_is_found_with_its_varying_part_filled_in() {
    let kind = |name: &str| condition_key(name).map(|key| (key.name, key.kind, key.multivalued));
    let tag = Some(("aws:RequestTag/${TagKey}", ValueType::String, false));
    assert_eq!(kind("aws:RequestTag/team"), tag);
    assert_eq!(kind("AWS:requesttag/Cost Center"), tag);
    assert_eq!(kind("aws:RequestTag/${TagKey}"), tag);
    assert_eq!(kind("aws:RequestTag/"), None);
    assert_eq!(kind("aws:tagkeys"), Some(("aws:TagKeys", ValueType::String, true)));
    assert_eq!(kind("aws:SourceIp"), Some(("aws:SourceIp", ValueType::Ip, false)));
    let context = Some(("kms:EncryptionContext:${EncryptionContextKey}", ValueType::String, false));
    assert_eq!(kind("kms:EncryptionContext:app:stage"), context);
    assert_eq!(kind("kms:MultiRegion"), Some(("kms:MultiRegion", ValueType::Bool, false)));
    assert_eq!(kind("s3:prefix"), Some(("s3:prefix", ValueType::String, false)));
    // Keys of identity providers are listed with the services that they matter for.
    assert_eq!(kind("SAML:aud").map(|(name, ..)| name), Some("saml:aud"));
    assert_eq!(kind("accounts.google.com:aud").map(|(name, ..)| name), Some("accounts.google.com:aud"));
    // Some tables write what varies otherwise.
    for (name, key) in [
        ("s3:ExistingObjectTag/team", "s3:ExistingObjectTag/${key}"),
        ("secretsmanager:ResourceTag/team", "secretsmanager:ResourceTag/${TagKey}"),
        ("ssm:resourceTag/team", "ssm:resourceTag/${TagKey}"),
        ("glacier:ResourceTag/team", "glacier:ResourceTag/${TagKey}"),
    ] {
        assert_eq!(kind(name), Some((key, ValueType::String, false)), "{name}");
    }
    assert_eq!(kind("kms:ViaServices"), None);
    assert_eq!(kind("aws:SourceIpp"), None);
}

#[test]
fn an_action_takes_its_own_keys_those_with_a_resource_type_and_those_of_that_type() {
    let takes = |name: &str, key: &str| {
        let (service, action) = action(name).unwrap();
        service.takes(action, key)
    };
    assert!(takes("kms:Encrypt", "kms:viaservice"));
    assert!(takes("kms:Encrypt", "aws:ResourceTag/team"));
    assert!(takes("kms:CreateKey", "aws:RequestTag/team"));
    assert!(!takes("kms:Encrypt", "aws:RequestTag/team"));
    assert!(!takes("kms:ListKeys", "aws:ResourceTag/team"));
    assert!(takes("ec2:RunInstances", "ec2:InstanceType"));
}

#[test]
fn an_arn_is_told_from_those_of_other_types() {
    let kms = service("kms").unwrap();
    let types = |arn: &str| kms.resources_of(arn).map(|resource| resource.name).collect::<Vec<_>>();
    assert_eq!(types("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"), ["key"]);
    assert_eq!(types("arn:aws:kms:*:111122223333:alias/app/${aws:username}"), ["alias"]);
    assert_eq!(types("arn:aws:kms:*:*:*"), ["alias", "key"]);
    assert_eq!(types("*"), ["alias", "key"]);
    assert_eq!(types("arn:aws:kms:us-east-1:111122223333:key/"), Vec::<&str>::new());
    assert_eq!(types("arn:aws:s3:::bucket"), Vec::<&str>::new());
    let s3 = service("s3").unwrap();
    let buckets = s3.resources_of("arn:aws:s3:::reports").map(|resource| resource.name).collect::<Vec<_>>();
    assert!(buckets.contains(&"bucket") && !buckets.contains(&"object"), "{buckets:?}");
}

#[test]
fn a_slip_leads_to_the_name_that_was_meant() {
    let kms = service("kms").unwrap();
    assert_eq!(nearest("GenerateDateKey", kms.actions.iter().map(|action| action.name)), Some("GenerateDataKey"));
    assert_eq!(nearest("secretmanager", prefixes()), Some("secretsmanager"));
    assert_eq!(nearest("nothing-like-it", prefixes()), None);
}
