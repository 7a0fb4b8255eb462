//! All services, each as a whole.

use authorization_data::{GLOBAL_KEYS, Service, condition_key, prefixes, services};
use std::collections::BTreeSet;

#[test]
fn every_service_can_be_read() {
    let read = services().map(|service| service.prefix).collect::<Vec<_>>();
    assert_eq!(read, prefixes().collect::<Vec<_>>());
    assert!(read.len() > 400, "{}", read.len());
    let actions = services().map(|service| service.actions.len()).sum::<usize>();
    assert!(actions > 20_000, "{actions}");
}

#[test]
fn names_are_ordered_and_found() {
    for service in services() {
        let names = service.actions.iter().map(|action| action.name.to_lowercase()).collect::<Vec<_>>();
        assert!(names.is_sorted(), "{}", service.prefix);
        for action in &service.actions {
            let found = authorization_data::action(&format!("{}:{}", service.prefix, action.name.to_uppercase()));
            assert_eq!(found.map(|(_, found)| found.name), Some(action.name), "{}", service.prefix);
        }
    }
}

#[test]
fn what_actions_name_exists() {
    for service in services() {
        for action in &service.actions {
            for on in &action.on {
                let described = service.resource(on.resource).is_some();
                assert!(
                    described || UNDESCRIBED.contains(&(service.prefix, on.resource)),
                    "{}",
                    what(service, on.resource)
                );
            }
        }
    }
}

#[test]
fn dependent_actions_are_real() {
    let mut count = 0;
    for action in services().flat_map(|service| &service.actions) {
        for needed in action.on.iter().flat_map(|on| &on.needs).chain(&action.needs) {
            assert!(authorization_data::action(needed).is_some(), "{} needs {needed}", action.name);
            count += 1;
        }
    }
    assert!(count > 2_000, "{count}");
}

#[test]
fn every_key_that_is_named_is_known() {
    let mut unknown = BTreeSet::new();
    for service in services() {
        let of_types = service.resources.iter().flat_map(|resource| &resource.keys);
        let of_actions = service.actions.iter().flat_map(|action| {
            let on = action.on.iter().flat_map(|on| &on.keys);
            action.keys.iter().chain(on)
        });
        let known = |key: &&&str| service.key(key).is_some() || condition_key(key).is_some();
        unknown.extend(of_types.chain(of_actions).filter(|key| !known(key)).map(|key| what(service, key)));
        // By its name alone, too, whichever service lists it.
        let alone = service.keys.iter().filter(|key| condition_key(key.name).is_none());
        unknown.extend(alone.map(|key| what(service, key.name)));
    }
    assert_eq!(unknown.iter().map(String::as_str).collect::<Vec<_>>(), UNDESCRIBED_KEYS);
}

#[test]
fn the_services_of_the_models_are_there() {
    // Signing names and the prefixes of policies differ for a few.
    let prefixes = prefixes().collect::<BTreeSet<_>>();
    for prefix in [
        "acm",
        "acm-pca",
        "apigateway",
        "appsync",
        "autoscaling",
        "cloudformation",
        "cloudfront",
        "cloudhsm",
        "cloudtrail",
        "cloudwatch",
        "codebuild",
        "cognito-idp",
        "config",
        "dynamodb",
        "ebs",
        "ec2",
        "ecr",
        "elasticloadbalancing",
        "events",
        "execute-api",
        "fms",
        "globalaccelerator",
        "guardduty",
        "iam",
        "inspector2",
        "kms",
        "lambda",
        "logs",
        "macie2",
        "network-firewall",
        "organizations",
        "pricing",
        "ram",
        "rds",
        "redshift",
        "route53",
        "route53resolver",
        "s3",
        "scheduler",
        "secretsmanager",
        "securityhub",
        "servicequotas",
        "shield",
        "signin",
        "sns",
        "sqs",
        "ssm",
        "sso",
        "sts",
        "tag",
        "wafv2",
    ] {
        assert!(prefixes.contains(prefix), "{prefix}");
    }
}

#[test]
fn the_global_keys_are_those_of_the_page() {
    let names = GLOBAL_KEYS.iter().map(|key| key.name).collect::<BTreeSet<_>>();
    assert_eq!(names.len(), 59);
    let elsewhere = names.iter().filter(|name| !name.starts_with("aws:")).copied().collect::<Vec<_>>();
    assert_eq!(
        elsewhere,
        [
            "ec2:RoleDelivery",
            "ec2:SourceInstanceArn",
            "glue:CredentialIssuingService",
            "glue:RoleAssumedBy",
            "identitystore:UserId",
            "lambda:SourceFunctionArn",
            "ssm:SourceInstanceArn",
        ]
    );
    assert_eq!(GLOBAL_KEYS.iter().filter(|key| key.multivalued).count(), 7);
}

/// Resource types that actions are asked on, and that AWS's tables do not describe.
const UNDESCRIBED: [(&str, &str); 0] = [];

/// Condition keys that actions are said to take, and that AWS's tables do not describe.
const UNDESCRIBED_KEYS: [&str; 5] = [
    "ec2-instance-connect: ec2:osuser",
    "iotjobsdata: iot:JobId",
    "kms: kms:RecipientAttestation:PCR8:ServiceName",
    "q: identitystore:GroupId",
    "qbusiness: identitystore:GroupId",
];

fn what(service: &Service, name: &str) -> String {
    format!("{}: {name}", service.prefix)
}
