//! Invitations and the way to all features.

use crate::{INVITED, MANAGEMENT, Organizations as _, each, house, organized};
use kernel::testing::OTHER;
use serde_json::json;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

#[test]
fn an_invited_account_joins_when_it_accepts() {
    let (house, root) = organized();
    let target = json!({ "Target": { "Id": INVITED, "Type": "ACCOUNT" }, "Notes": "come in" });
    let invited = house.ok("InviteAccountToOrganization", &target)["Handshake"].clone();
    assert_eq!((&invited["State"], &invited["Action"]), (&json!("OPEN"), &json!("INVITE")));
    assert!(invited["Arn"].as_str().unwrap().contains(":handshake/o-"), "{invited}");
    assert_eq!(house.refused("InviteAccountToOrganization", &target).0, "DuplicateHandshakeException");
    let id = json!({ "HandshakeId": invited["Id"] });
    assert_eq!(house.refused("AcceptHandshake", &id).0, "AccessDeniedException");
    let received = house.ok_as(OTHER, "ListHandshakesForAccount", &json!({}));
    assert_eq!(each(&received["Handshakes"], "Id"), [invited["Id"].as_str().unwrap()]);
    let accepted = house.ok_as(OTHER, "AcceptHandshake", &id);
    assert_eq!(accepted["Handshake"]["State"], "ACCEPTED");
    assert_eq!(house.refused_as(OTHER, "AcceptHandshake", &id).0, "HandshakeAlreadyInStateException");
    assert_eq!(house.refused("CancelHandshake", &id).0, "InvalidHandshakeTransitionException");
    let account = house.ok("DescribeAccount", &json!({ "AccountId": INVITED }))["Account"].clone();
    assert_eq!((&account["JoinedMethod"], &account["Status"]), (&json!("INVITED"), &json!("ACTIVE")));
    assert_eq!(house.ok("ListParents", &json!({ "ChildId": INVITED }))["Parents"][0]["Id"], root);
    let again = house.refused("InviteAccountToOrganization", &target);
    assert_eq!(again.1, "ALREADY_IN_AN_ORGANIZATION");
}

#[test]
fn an_invitation_is_declined_cancelled_or_runs_out() {
    let (house, _) = organized();
    let target = json!({ "Target": { "Id": INVITED, "Type": "ACCOUNT" } });
    let invite = || {
        let invited = house.ok("InviteAccountToOrganization", &target);
        json!({ "HandshakeId": invited["Handshake"]["Id"] })
    };
    let id = invite();
    assert_eq!(house.ok_as(OTHER, "DeclineHandshake", &id)["Handshake"]["State"], "DECLINED");
    let id = invite();
    assert_eq!(house.refused_as(OTHER, "CancelHandshake", &id).0, "AccessDeniedException");
    assert_eq!(house.ok("CancelHandshake", &id)["Handshake"]["State"], "CANCELED");
    let id = invite();
    house.advance(16 * DAY);
    assert_eq!(house.ok_as(OTHER, "DescribeHandshake", &id)["Handshake"]["State"], "EXPIRED");
    assert_eq!(house.refused_as(OTHER, "AcceptHandshake", &id).0, "InvalidHandshakeTransitionException");
    let filter = json!({ "Filter": { "ActionType": "INVITE" } });
    let all = house.ok("ListHandshakesForOrganization", &filter);
    let mut states = each(&all["Handshakes"], "State");
    states.sort_unstable();
    assert_eq!(states, ["CANCELED", "DECLINED", "EXPIRED"]);
    // None of the three counts any more: nine more accounts find room.
    for number in 0..9 {
        house.member(&format!("m{number}"));
    }
}

#[test]
fn nobody_is_invited_who_is_not_there_and_strangers_see_no_handshake() {
    let (house, _) = organized();
    let nobody = json!({ "Target": { "Id": "123456789012", "Type": "ACCOUNT" } });
    assert_eq!(house.refused("InviteAccountToOrganization", &nobody).0, "InvalidInputException");
    let unknown = json!({ "Target": { "Id": "no@example.com", "Type": "EMAIL" } });
    assert_eq!(house.refused("InviteAccountToOrganization", &unknown).1, "INVALID_EMAIL_ADDRESS_TARGET");
    let id = json!({ "HandshakeId": "h-aaaaaaaaaaaaaaaa" });
    assert_eq!(house.refused_as(OTHER, "DescribeHandshake", &id).0, "HandshakeNotFoundException");
}

#[test]
fn all_features_come_when_every_invited_member_approved_and_the_management_account_says_so() {
    let house = house();
    house.ok("CreateOrganization", &json!({ "FeatureSet": "CONSOLIDATED_BILLING" }));
    let root = house.ok("ListRoots", &json!({}))["Roots"][0]["Id"].clone();
    house.join();
    let enable = json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" });
    let refused = house.refused("EnablePolicyType", &enable).0;
    assert_eq!(refused, "PolicyTypeNotAvailableForOrganizationException");
    let parent = house.ok("EnableAllFeatures", &json!({}))["Handshake"].clone();
    assert_eq!(parent["State"], "REQUESTED");
    let again = house.refused("EnableAllFeatures", &json!({})).1;
    assert_eq!(again, "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION");
    let finish = json!({ "HandshakeId": parent["Id"] });
    assert_eq!(house.refused("AcceptHandshake", &finish).0, "InvalidHandshakeTransitionException");
    let filter = json!({ "Filter": { "ActionType": "APPROVE_ALL_FEATURES" } });
    let asked = house.ok_as(OTHER, "ListHandshakesForAccount", &filter);
    house.ok_as(OTHER, "AcceptHandshake", &json!({ "HandshakeId": asked["Handshakes"][0]["Id"] }));
    assert_eq!(house.ok("DescribeHandshake", &finish)["Handshake"]["State"], "OPEN");
    house.ok("AcceptHandshake", &finish);
    assert_eq!(house.ok("DescribeOrganization", &json!({}))["Organization"]["FeatureSet"], "ALL");
    assert_eq!(house.refused("EnableAllFeatures", &json!({})).1, "ORGANIZATION_ALREADY_HAS_ALL_FEATURES");
    house.ok("EnablePolicyType", &enable);
    assert_eq!(house.ok("DescribeOrganization", &json!({}))["Organization"]["MasterAccountId"], MANAGEMENT);
}

#[test]
fn nothing_is_left_of_the_invitations_of_an_organization_that_ended() {
    let (house, _) = organized();
    let target = json!({ "Target": { "Id": INVITED, "Type": "ACCOUNT" } });
    let id = json!({ "HandshakeId": house.ok("InviteAccountToOrganization", &target)["Handshake"]["Id"] });
    house.ok("CancelHandshake", &id);
    house.ok("DeleteOrganization", &json!({}));
    let received = house.ok_as(OTHER, "ListHandshakesForAccount", &json!({}));
    assert_eq!(received["Handshakes"], json!([]));
    assert_eq!(house.refused_as(OTHER, "DescribeHandshake", &id).0, "HandshakeNotFoundException");
    house.ok("CreateOrganization", &json!({}));
    assert_eq!(house.ok("ListHandshakesForOrganization", &json!({}))["Handshakes"], json!([]));
}

#[test]
fn a_migration_of_an_organization_that_ended_gives_a_later_one_nothing() {
    let house = house();
    let billing = json!({ "FeatureSet": "CONSOLIDATED_BILLING" });
    house.ok("CreateOrganization", &billing);
    let old = house.ok("EnableAllFeatures", &json!({}))["Handshake"].clone();
    assert_eq!(old["State"], "OPEN");
    house.ok("DeleteOrganization", &json!({}));
    house.ok("CreateOrganization", &billing);
    house.join();
    // The member has not approved.
    assert_eq!(house.refused("AcceptHandshake", &json!({ "HandshakeId": old["Id"] })).0, "HandshakeNotFoundException");
    assert_eq!(house.ok("DescribeOrganization", &json!({}))["Organization"]["FeatureSet"], "CONSOLIDATED_BILLING");
}

#[test]
fn invitations_are_limited_in_a_day_and_forgotten_a_month_after_they_are_over() {
    let (house, _) = organized();
    let target = json!({ "Target": { "Id": INVITED, "Type": "ACCOUNT" } });
    for _ in 0..20 {
        let invited = house.ok("InviteAccountToOrganization", &target);
        house.ok("CancelHandshake", &json!({ "HandshakeId": invited["Handshake"]["Id"] }));
    }
    assert_eq!(house.refused("InviteAccountToOrganization", &target).1, "HANDSHAKE_RATE_LIMIT_EXCEEDED");
    house.advance(DAY);
    let last = house.ok("InviteAccountToOrganization", &target)["Handshake"]["Id"].clone();
    house.advance(16 * DAY);
    let input = json!({ "MaxResults": 20 });
    let received = || house.ok_as(OTHER, "ListHandshakesForAccount", &input)["Handshakes"].clone();
    assert_eq!(received().as_array().map(Vec::len), Some(20), "they are still shown");
    house.advance(31 * DAY);
    assert_eq!(received(), json!([]));
    assert_eq!(house.ok("ListHandshakesForOrganization", &input)["Handshakes"], json!([]));
    assert_eq!(house.refused("DescribeHandshake", &json!({ "HandshakeId": last })).0, "HandshakeNotFoundException");
}
