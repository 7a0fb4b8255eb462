//! Making accounts, closing them, taking them out.

use crate::{INVITED, MANAGEMENT, Organizations as _, each, organized};
use kernel::testing::OTHER;
use serde_json::json;
use std::time::Duration;

const WEEK: Duration = Duration::from_secs(7 * 86_400);

#[test]
fn an_account_is_made_a_moment_later_and_stands_in_the_root() {
    let (house, root) = organized();
    let account = house.member("dev");
    let described = house.ok("DescribeAccount", &json!({ "AccountId": account }))["Account"].clone();
    assert_eq!((&described["Name"], &described["Email"]), (&json!("dev"), &json!("dev@example.com")));
    assert_eq!((&described["Status"], &described["JoinedMethod"]), (&json!("ACTIVE"), &json!("CREATED")));
    let parents = house.ok("ListParents", &json!({ "ChildId": account }));
    assert_eq!(parents["Parents"][0]["Id"], root);
    let listed = house.ok("ListAccounts", &json!({}));
    let ids = each(&listed["Accounts"], "Id");
    assert!(ids.contains(&MANAGEMENT) && ids.contains(&account.as_str()), "{ids:?}");
    let events: Vec<_> = house.records().iter().map(|record| record["eventName"].clone()).collect();
    assert!(events.contains(&json!("CreateAccountResult")), "{events:?}");
}

#[test]
fn an_address_owns_one_account_and_a_failure_gives_its_place_back() {
    let (house, _) = organized();
    house.member("dev");
    for _ in 0..10 {
        let again = house.ok("CreateAccount", &json!({ "Email": "DEV@example.com", "AccountName": "again" }));
        house.advance(Duration::from_secs(1));
        let request = json!({ "CreateAccountRequestId": again["CreateAccountStatus"]["Id"] });
        let status = house.ok("DescribeCreateAccountStatus", &request)["CreateAccountStatus"].clone();
        assert_eq!((&status["State"], &status["FailureReason"]), (&json!("FAILED"), &json!("EMAIL_ALREADY_EXISTS")));
    }
    let failed = house.ok("ListCreateAccountStatus", &json!({ "States": ["FAILED"] }));
    assert_eq!(failed["CreateAccountStatuses"].as_array().map(Vec::len), Some(10));
    let none = json!({ "CreateAccountRequestId": "car-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" });
    assert_eq!(house.refused("DescribeCreateAccountStatus", &none).0, "CreateAccountStatusNotFoundException");
}

#[test]
fn an_organization_has_ten_accounts_at_most() {
    let (house, _) = organized();
    for number in 2..=10 {
        house.member(&format!("member{number}"));
    }
    let eleventh = house.refused("CreateAccount", &json!({ "Email": "a@example.com", "AccountName": "a" }));
    assert_eq!(eleventh, ("ConstraintViolationException".into(), "ACCOUNT_NUMBER_LIMIT_EXCEEDED".into()));
}

#[test]
fn a_created_account_stays_a_week_and_an_invited_one_may_leave_at_once() {
    let (house, _) = organized();
    let account = house.member("dev");
    house.join();
    let remove = json!({ "AccountId": account });
    let early = house.refused("RemoveAccountFromOrganization", &remove);
    assert_eq!(early, ("ConstraintViolationException".into(), "WAIT_PERIOD_ACTIVE".into()));
    house.ok_as(OTHER, "LeaveOrganization", &json!({}));
    assert_eq!(house.refused_as(OTHER, "DescribeOrganization", &json!({})).0, "AWSOrganizationsNotInUseException");
    assert_eq!(house.refused("DescribeAccount", &json!({ "AccountId": INVITED })).0, "AccountNotFoundException");
    house.advance(WEEK);
    house.ok("RemoveAccountFromOrganization", &remove);
    assert_eq!(house.refused("DescribeAccount", &remove).0, "AccountNotFoundException");
    let own = json!({ "AccountId": MANAGEMENT });
    let master = house.refused("RemoveAccountFromOrganization", &own).0;
    assert_eq!(master, "MasterCannotLeaveOrganizationException");
    assert_eq!(house.refused("LeaveOrganization", &json!({})).0, "MasterCannotLeaveOrganizationException");
}

#[test]
fn a_closed_account_is_suspended_and_its_credentials_stop_to_work() {
    let (house, _) = organized();
    house.join();
    let close = json!({ "AccountId": INVITED });
    house.ok("CloseAccount", &close);
    assert_eq!(house.refused("CloseAccount", &close).0, "AccountAlreadyClosedException");
    let (status, _, body) = house.call_of(OTHER, "DescribeOrganization", &json!({}));
    assert_ne!(status, 200, "{body}");
    house.advance(Duration::from_secs(1));
    assert_eq!(house.ok("DescribeAccount", &close)["Account"]["Status"], "SUSPENDED");
    let own = house.refused("CloseAccount", &json!({ "AccountId": MANAGEMENT }));
    assert_eq!(own, ("ConstraintViolationException".into(), "CANNOT_CLOSE_MANAGEMENT_ACCOUNT".into()));
}

#[test]
fn accounts_units_and_policies_have_tags_within_the_rules() {
    let (house, root) = organized();
    let unit = house.unit(&root, "unit");
    let policy = house.policy("deny");
    for id in [MANAGEMENT, &root, &unit, &policy] {
        let tags =
            json!({ "ResourceId": id, "Tags": [{ "Key": "team", "Value": "a" }, { "Key": "stage", "Value": "" }] });
        house.ok("TagResource", &tags);
        house.ok("UntagResource", &json!({ "ResourceId": id, "TagKeys": ["stage", "none"] }));
        let tags = house.ok("ListTagsForResource", &json!({ "ResourceId": id }));
        assert_eq!(tags["Tags"], json!([{ "Key": "team", "Value": "a" }]), "{id}");
    }
    let many: Vec<_> = (0..51).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    let refused = house.refused("TagResource", &json!({ "ResourceId": unit, "Tags": many }));
    assert_eq!(refused, ("ConstraintViolationException".into(), "MAX_TAG_LIMIT_EXCEEDED".into()));
    let reserved = json!({ "ResourceId": unit, "Tags": [{ "Key": "aws:x", "Value": "" }] });
    assert_eq!(house.refused("TagResource", &reserved).1, "INVALID_SYSTEM_TAGS_PARAMETER");
    let nobody = json!({ "ResourceId": "123456789012", "Tags": [{ "Key": "a", "Value": "" }] });
    assert_eq!(house.refused("TagResource", &nobody).0, "TargetNotFoundException");
}
