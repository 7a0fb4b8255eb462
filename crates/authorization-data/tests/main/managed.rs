//! AWS's managed policies.

use authorization_data::{action, managed_policies, managed_policy};
use base::Partition;
use serde_json::Value;
use std::collections::BTreeSet;

fn document(name: &str) -> Option<Value> {
    serde_json::from_str(&managed_policy(&format!("arn:aws:iam::aws:policy/{name}"))?.document()?).ok()
}

#[test]
fn every_policy_has_a_document_of_statements() {
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    for policy in managed_policies() {
        let text = policy.document().unwrap();
        let document = serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{}: {error}", policy.name));
        let statements = &document["Statement"];
        assert!(statements.is_array() || statements.is_object(), "{}", policy.name);
        assert!(document["Version"] == "2012-10-17", "{}", policy.name);
        assert!(policy.path.starts_with('/') && policy.path.ends_with('/'), "{}", policy.path);
        assert!(
            policy.version.strip_prefix('v').is_some_and(|number| number.parse::<u32>().is_ok()),
            "{}",
            policy.name
        );
        assert!(policy.created <= policy.updated, "{}", policy.name);
        assert!(policy.id.len() == 21 && policy.id.starts_with("ANPA"), "{}", policy.id);
        assert!(ids.insert(policy.id) && names.insert(policy.name.to_lowercase()), "{}", policy.name);
        let found = managed_policy(&policy.arn(Partition::GovCloud)).unwrap();
        assert_eq!((found.name, found.path), (policy.name, policy.path));
    }
    assert!(names.len() > 1_500, "{}", names.len());
}

#[test]
fn the_policies_that_everyone_attaches_are_there() {
    for name in [
        "AdministratorAccess",
        "PowerUserAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "IAMFullAccess",
        "IAMReadOnlyAccess",
        "IAMUserChangePassword",
        "AWSDenyAll",
        "AWSKeyManagementServicePowerUser",
        "AmazonSSMManagedInstanceCore",
        "AmazonS3FullAccess",
        "AmazonS3ReadOnlyAccess",
        "AmazonEC2FullAccess",
        "AmazonRDSFullAccess",
        "AmazonSNSFullAccess",
        "AmazonSQSFullAccess",
        "AWSLambda_FullAccess",
        "SecretsManagerReadWrite",
        "AWSCloudTrail_FullAccess",
        "AWSCertificateManagerFullAccess",
        "AmazonGuardDutyFullAccess",
        "AWSSecurityHubFullAccess",
        "AWSWAFFullAccess",
        "job-function/ViewOnlyAccess",
        "job-function/Billing",
        "job-function/NetworkAdministrator",
        "job-function/SupportUser",
        "service-role/AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaVPCAccessExecutionRole",
        "service-role/AWS_ConfigRole",
        "aws-service-role/AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
        "aws-service-role/AWSOrganizationsServiceTrustPolicy",
        "aws-service-role/AmazonGuardDutyServiceRolePolicy",
    ] {
        assert!(document(name).is_some_and(|document| document.is_object()), "{name}");
    }
}

#[test]
fn a_document_is_aws_s_own_member_for_member() {
    let policy = managed_policy("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole").unwrap();
    assert_eq!((policy.path, policy.name, policy.version), ("/service-role/", "AWSLambdaBasicExecutionRole", "v1"));
    assert_eq!(policy.created.to_string(), "2015-04-09T15:03:43Z");
    assert_eq!(
        policy.document().unwrap().replace('\n', ""),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}"#
    );
    assert_eq!(document("AdministratorAccess").unwrap()["Statement"][0]["Action"], "*");
}

#[test]
fn an_arn_that_names_none_of_them_finds_none() {
    for arn in [
        "arn:aws:iam::aws:policy/administratoraccess",
        "arn:aws:iam::aws:policy/job-function/AdministratorAccess",
        "arn:aws:iam::aws:policy/ViewOnlyAccess",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",
        "arn:aws-iso:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy",
        "AdministratorAccess",
        "",
    ] {
        assert!(managed_policy(arn).is_none(), "{arn}");
    }
}

#[test]
fn most_actions_in_them_are_real() {
    let (mut known, mut unknown) = (0, 0);
    for policy in managed_policies() {
        let document = serde_json::from_str::<Value>(&policy.document().unwrap()).unwrap();
        let statements =
            document["Statement"].as_array().cloned().unwrap_or_else(|| vec![document["Statement"].clone()]);
        for statement in &statements {
            let actions = match &statement["Action"] {
                Value::Array(actions) => actions.clone(),
                one => vec![one.clone()],
            };
            let names = actions.iter().filter_map(Value::as_str).filter(|name| !name.contains(['*', '?']));
            for name in names {
                if action(name).is_some() { known += 1 } else { unknown += 1 }
            }
        }
    }
    // AWS's own policies name actions of services that are no more, and some that it does not document.
    assert!(unknown * 20 < known, "{unknown} of {}", known + unknown);
}
