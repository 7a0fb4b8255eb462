//! The credential report.

use crate::fixtures::{LEAF, enabled};
use crate::{Iam, house, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::testing::House;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

fn state(house: &House) -> String {
    text(&house.ok("GenerateCredentialReport", &json!({}))["State"])
}

/// The report's lines by user and column.
fn report(house: &House) -> BTreeMap<String, BTreeMap<String, String>> {
    let content = text(&house.ok("GetCredentialReport", &json!({}))["Content"]);
    let content = String::from_utf8(STANDARD.decode(content).unwrap()).unwrap();
    let mut lines = content.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let line = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), columns.len(), "{line}");
        let named = columns.iter().zip(&cells).map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned()));
        (cells[0].to_owned(), named.collect())
    };
    lines.map(line).collect()
}

#[test]
fn a_report_is_made_by_a_job_and_told_for_four_hours() {
    let house = house();
    assert_eq!(house.refused("GetCredentialReport", &json!({})).1, "ReportNotPresent");
    let started = house.ok("GenerateCredentialReport", &json!({}));
    assert_eq!(
        (text(&started["State"]), text(&started["Description"])),
        ("STARTED".to_owned(), "No report exists. Starting a new report generation task".to_owned())
    );
    assert_eq!(state(&house), "INPROGRESS");
    assert_eq!(house.refused("GetCredentialReport", &json!({})).1, "ReportInProgress");
    house.advance(Duration::from_secs(1));
    assert_eq!(state(&house), "COMPLETE");
    let told = house.ok("GetCredentialReport", &json!({}));
    assert_eq!((&told["ReportFormat"], &told["GeneratedTime"]), (&json!("text/csv"), &json!("2026-01-01T00:00:01Z")));
    house.advance(Duration::from_secs(4 * 3600));
    assert_eq!(house.refused("GetCredentialReport", &json!({})).1, "ReportExpired");
    assert_eq!(state(&house), "STARTED");
}

#[test]
fn each_user_has_a_line_with_the_state_of_every_credential() {
    let house = house();
    house.user("bob");
    house.user("carol");
    house.ok("UpdateAccountPasswordPolicy", &json!({ "MaxPasswordAge": 90 }));
    house.ok("CreateLoginProfile", &json!({ "UserName": "bob", "Password": "Correct-horse-1" }));
    enabled(&house, "bob", "phone");
    house.ok("UploadSigningCertificate", &json!({ "UserName": "bob", "CertificateBody": LEAF }));
    let (first, _) = house.access_key("bob");
    let (id, secret) = house.access_key("bob");
    house.iam_as((&id, &secret), "ListUsers", &json!({}));
    house.ok("UpdateAccessKey", &json!({ "UserName": "bob", "AccessKeyId": first, "Status": "Inactive" }));
    state(&house);
    house.advance(Duration::from_secs(60));
    let report = report(&house);
    assert_eq!(report.keys().map(String::as_str).collect::<Vec<_>>(), ["<root_account>", "alice", "bob", "carol"]);
    let bob = &report["bob"];
    for (column, expected) in [
        ("arn", "arn:aws:iam::111122223333:user/bob"),
        ("user_creation_time", "2026-01-01T00:00:00+00:00"),
        ("password_enabled", "true"),
        ("password_last_used", "no_information"),
        ("password_last_changed", "2026-01-01T00:00:00+00:00"),
        ("password_next_rotation", "2026-04-01T00:00:00+00:00"),
        ("mfa_active", "true"),
        ("access_key_1_active", "false"),
        ("access_key_1_last_rotated", "N/A"),
        ("access_key_1_last_used_date", "N/A"),
        ("access_key_2_active", "true"),
        ("access_key_2_last_rotated", "2026-01-01T00:00:00+00:00"),
        ("access_key_2_last_used_date", "2026-01-01T00:00:00+00:00"),
        ("access_key_2_last_used_region", "us-east-1"),
        ("access_key_2_last_used_service", "iam"),
        ("cert_1_active", "true"),
        ("cert_2_active", "false"),
        ("cert_2_last_rotated", "N/A"),
    ] {
        assert_eq!(bob[column], expected, "{column}");
    }
    let carol = &report["carol"];
    for column in ["password_last_used", "password_last_changed", "password_next_rotation", "access_key_1_last_rotated"]
    {
        assert_eq!(carol[column], "N/A", "{column}");
    }
    let root = &report["<root_account>"];
    assert_eq!(
        (root["arn"].as_str(), root["access_key_1_active"].as_str()),
        ("arn:aws:iam::111122223333:root", "true")
    );
    assert_eq!(root["password_next_rotation"], "not_supported");
}

#[test]
fn a_report_of_more_users_than_are_read_at_once_has_them_all() {
    let house = house();
    for number in 0..520 {
        house.user(&format!("user{number:03}"));
    }
    state(&house);
    house.advance(Duration::ZERO);
    assert_eq!(report(&house).len(), 522);
}
