//! Service-specific credentials.

use crate::{Iam, error, house, text};
use serde_json::{Value, json};
use std::time::Duration;

const COMMIT: &str = "codecommit.amazonaws.com";

fn of(user: &str, service: &str) -> Value {
    json!({ "UserName": user, "ServiceName": service })
}

#[test]
fn a_user_has_two_names_and_passwords_for_a_service() {
    let house = house();
    house.user("jane");
    let make = || house.ok("CreateServiceSpecificCredential", &of("jane", COMMIT))["ServiceSpecificCredential"].clone();
    let (first, second) = (make(), make());
    assert_eq!(first["ServiceUserName"], "jane-at-111122223333");
    assert_eq!(second["ServiceUserName"], "jane+1-at-111122223333");
    assert_ne!(first["ServicePassword"], second["ServicePassword"]);
    let third = house.refused("CreateServiceSpecificCredential", &of("jane", COMMIT));
    assert_eq!(third, error(409, "LimitExceeded", "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2"));
    let other = house.ok("CreateServiceSpecificCredential", &of("jane", "cassandra.amazonaws.com"));
    assert_eq!(other["ServiceSpecificCredential"]["ServiceUserName"], "jane-at-111122223333");
    let listed = house.iam("ListServiceSpecificCredentials", &of("jane", COMMIT));
    assert!(!listed.body.contains(&text(&first["ServicePassword"])) && !listed.body.contains("ServicePassword"));
    assert_eq!(listed.json()["ServiceSpecificCredentials"].as_array().unwrap().len(), 2);
    let password = text(&first["ServicePassword"]);
    assert!(!house.records().iter().any(|record| record.to_string().contains(&password)), "the log holds a password");
}

#[test]
fn a_reset_gives_another_password_to_the_same_credential() {
    let house = house();
    house.user("jane");
    let made = house.ok("CreateServiceSpecificCredential", &of("jane", COMMIT))["ServiceSpecificCredential"].clone();
    let named = json!({ "UserName": "jane", "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"] });
    let reset = house.ok("ResetServiceSpecificCredential", &named)["ServiceSpecificCredential"].clone();
    assert_eq!(reset["ServiceUserName"], made["ServiceUserName"]);
    assert_ne!(reset["ServicePassword"], made["ServicePassword"]);
    assert_eq!(
        house.refused("DeleteUser", &json!({ "UserName": "jane" })),
        error(409, "DeleteConflict", "Cannot delete entity, must delete service-specific credentials first.")
    );
    house.ok("DeleteServiceSpecificCredential", &named);
    assert_eq!(house.refused("ResetServiceSpecificCredential", &named).1, "NoSuchEntity");
    house.ok("DeleteUser", &json!({ "UserName": "jane" }));
}

#[test]
fn keys_of_some_services_may_expire_and_passwords_do_not() {
    let house = house();
    house.user("jane");
    let mut input = of("jane", "bedrock.amazonaws.com");
    input["CredentialAgeDays"] = json!(30);
    let made = house.ok("CreateServiceSpecificCredential", &input)["ServiceSpecificCredential"].clone();
    assert_eq!(made["ExpirationDate"], "2026-01-31T00:00:00Z");
    assert!(text(&made["ServiceCredentialAlias"]).ends_with("-at-111122223333") && made["ServicePassword"].is_null());
    let status = || {
        let listed = house.ok("ListServiceSpecificCredentials", &json!({ "UserName": "jane" }));
        text(&listed["ServiceSpecificCredentials"][0]["Status"])
    };
    assert_eq!(status(), "Active");
    house.advance(Duration::from_secs(30 * 86_400));
    assert_eq!(status(), "Expired");
    input["ServiceName"] = json!(COMMIT);
    assert_eq!(house.refused("CreateServiceSpecificCredential", &input).1, "InvalidInput");
    let unknown = house.refused("CreateServiceSpecificCredential", &of("jane", "s3.amazonaws.com"));
    assert_eq!((unknown.0, unknown.1.as_str()), (404, "NotSupportedService"));
}

#[test]
fn the_credentials_of_all_users_are_listed_page_by_page() {
    let house = house();
    for name in ["jane", "john", "mary"] {
        house.user(name);
        house.ok("CreateServiceSpecificCredential", &of(name, COMMIT));
        house.ok("CreateServiceSpecificCredential", &of(name, "logs.amazonaws.com"));
    }
    let mut names = Vec::new();
    let mut input = json!({ "AllUsers": true, "ServiceName": COMMIT, "MaxItems": 2 });
    loop {
        let page = house.ok("ListServiceSpecificCredentials", &input);
        let list = page["ServiceSpecificCredentials"].as_array().unwrap().clone();
        names.extend(list.iter().map(|entry| text(&entry["UserName"])));
        if page["IsTruncated"] == json!("false") {
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    names.sort();
    assert_eq!(names, ["jane", "john", "mary"]);
    let both = json!({ "AllUsers": true, "UserName": "jane" });
    assert_eq!(house.refused("ListServiceSpecificCredentials", &both).1, "InvalidInput");
}
