//! Signing certificates.

use crate::fixtures::{ED_CERTIFICATE, LEAF, LEAF_KEY, ROOT_CERTIFICATE, SHORT_LIVED};
use crate::{Iam, error, house, text};
use serde_json::{Value, json};

fn of(user: &str, body: &str) -> Value {
    json!({ "UserName": user, "CertificateBody": body })
}

#[test]
fn a_user_has_two_certificates_which_can_be_switched_off_and_removed() {
    let house = house();
    house.user("bob");
    let first = house.ok("UploadSigningCertificate", &of("bob", LEAF))["Certificate"].clone();
    assert_eq!((&first["CertificateBody"], &first["Status"]), (&json!(LEAF), &json!("Active")));
    house.ok("UploadSigningCertificate", &of("bob", ED_CERTIFICATE));
    let third = house.refused("UploadSigningCertificate", &of("bob", ROOT_CERTIFICATE));
    assert_eq!(third, error(409, "LimitExceeded", "Cannot exceed quota for SigningCertificatesPerUser: 2"));
    let named = json!({ "UserName": "bob", "CertificateId": first["CertificateId"] });
    let mut off = named.clone();
    off["Status"] = json!("Inactive");
    house.ok("UpdateSigningCertificate", &off);
    let list = house.ok("ListSigningCertificates", &json!({ "UserName": "bob" }))["Certificates"].clone();
    let statuses: Vec<String> = list.as_array().unwrap().iter().map(|entry| text(&entry["Status"])).collect();
    assert_eq!(statuses.iter().filter(|status| *status == "Inactive").count(), 1);
    assert_eq!(
        house.refused("DeleteUser", &json!({ "UserName": "bob" })),
        error(409, "DeleteConflict", "Cannot delete entity, must delete signing certificates first.")
    );
    house.ok("DeleteSigningCertificate", &named);
    assert_eq!(house.refused("DeleteSigningCertificate", &named).1, "NoSuchEntity");
    house.ok("UploadSigningCertificate", &of("bob", LEAF));
}

#[test]
fn a_certificate_belongs_to_one_user_of_the_account() {
    let house = house();
    house.user("bob");
    house.user("carol");
    house.ok("UploadSigningCertificate", &of("bob", LEAF));
    for user in ["bob", "carol"] {
        assert_eq!(house.refused("UploadSigningCertificate", &of(user, LEAF)).1, "DuplicateCertificate", "{user}");
    }
}

#[test]
fn what_is_no_certificate_or_is_over_is_refused() {
    let house = house();
    house.user("bob");
    for none in ["none", LEAF_KEY, &format!("{LEAF}{ED_CERTIFICATE}")] {
        assert_eq!(house.refused("UploadSigningCertificate", &of("bob", none)).1, "MalformedCertificate");
    }
    assert_eq!(house.refused("UploadSigningCertificate", &of("bob", SHORT_LIVED)).1, "InvalidCertificate");
}

#[test]
fn the_root_has_certificates_of_its_own() {
    let house = house();
    let made = house.ok("UploadSigningCertificate", &json!({ "CertificateBody": LEAF }));
    assert_eq!(made["Certificate"]["UserName"], "111122223333");
    let list = house.ok("ListSigningCertificates", &json!({}))["Certificates"].clone();
    assert_eq!(list.as_array().unwrap().len(), 1);
}
