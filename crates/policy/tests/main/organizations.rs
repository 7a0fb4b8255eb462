//! Policies of organizations, and of endpoints.
//!
//! Sources: AWS Organizations User Guide, "SCP evaluation", "RCP evaluation"; Amazon VPC, "Control access to VPC
//! endpoints using endpoint policies".

use crate::case::*;
use policy::{PolicyType, Principal};

fn all() -> String {
    plain("Allow", "*")
}

fn open() -> String {
    naming("Allow", r#""*""#, "*")
}

#[test]
fn every_level_has_to_allow_and_an_empty_one_does_not() {
    let asked = || ask(alice()).identity(&all());
    assert!(asked().is_allowed());
    assert!(asked().scp(&[&[&all()], &[&plain("Allow", "s3:*"), &plain("Allow", "sqs:*")], &[&all()]]).is_allowed());
    assert_eq!(asked().scp(&[&[&all()], &[&plain("Allow", "sqs:*")]]).lacks(), Some(PolicyType::ServiceControl));
    assert_eq!(asked().scp(&[&[&all()], &[]]).lacks(), Some(PolicyType::ServiceControl));
    assert_eq!(asked().rcp(&[&[&open()], &[]]).lacks(), Some(PolicyType::ResourceControl));
    assert!(asked().rcp(&[&[&open()], &[&open()]]).is_allowed());
}

#[test]
fn roots_of_member_accounts_and_whom_the_resource_names_are_bound_too() {
    let root = Principal::root(account(HOME));
    assert_eq!(ask(root.clone()).scp(&[&[&plain("Allow", "sqs:*")]]).lacks(), Some(PolicyType::ServiceControl));
    assert_eq!(ask(root).scp(&[&[&all(), &plain("Deny", "s3:*")]]).denied_by(), Some(PolicyType::ServiceControl));
    let named = ask(alice()).bucket(&naming("Allow", r#""*""#, "s3:*"));
    assert_eq!(named.scp(&[&[]]).lacks(), Some(PolicyType::ServiceControl));
}

#[test]
fn a_service_control_policy_grants_nothing() {
    assert_eq!(ask(alice()).scp(&[&[&all()]]).lacks(), Some(PolicyType::Identity));
}

#[test]
fn services_are_not_bound_by_service_control_policies() {
    let named = ask(service()).bucket(&naming("Allow", r#"{"Service":"events.amazonaws.com"}"#, "s3:*"));
    assert!(named.clone().scp(&[&[&plain("Deny", "*")]]).is_allowed());
    assert_eq!(named.rcp(&[&[&open(), &naming("Deny", r#""*""#, "*")]]).denied_by(), Some(PolicyType::ResourceControl));
}

#[test]
fn an_endpoint_limits_everyone_who_comes_through_it() {
    let asked = || ask(alice()).identity(&all());
    assert!(asked().endpoint(&open()).is_allowed());
    assert_eq!(asked().endpoint(&naming("Allow", r#""*""#, "sqs:*")).lacks(), Some(PolicyType::Endpoint));
    assert_eq!(ask(alice()).endpoint(&open()).lacks(), Some(PolicyType::Identity));
    // What is said of gateway endpoints, and so of the services that have them.
    let root_only = naming("Allow", r#"{"AWS":"111122223333"}"#, "*");
    assert_eq!(asked().endpoint(&root_only).lacks(), Some(PolicyType::Endpoint));
    assert!(ask(Principal::root(account(HOME))).endpoint(&root_only).is_allowed());
    let key = ask(alice()).action("kms:Encrypt").identity(&all());
    assert!(key.endpoint(&root_only).is_allowed());
}

#[test]
fn resource_control_policies_are_about_resources_and_not_about_retiring_grants() {
    let shut = || ask(alice()).identity(&all()).rcp(&[&[&open(), &naming("Deny", r#""*""#, "*")]]);
    assert!(!shut().is_allowed());
    let mut none = shut();
    none.resource = None;
    assert!(none.is_allowed());
    assert!(shut().action("kms:RetireGrant").is_allowed());
}

#[test]
fn roles_of_services_are_bound_by_neither() {
    let role =
        policy::Entity { path: "/aws-service-role/s3.amazonaws.com/".into(), name: "r".into(), id: "AROAS".into() };
    let identity = policy::Identity::Role { role, session_name: "s".into() };
    let asked = ask(Principal { identity, ..session() }).identity(&all());
    assert!(asked.scp(&[&[]]).rcp(&[&[]]).is_allowed());
}
