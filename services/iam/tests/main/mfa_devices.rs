//! Virtual MFA devices.

use crate::fixtures::{Device, enabled};
use crate::{Iam, error, house, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::testing::{ALICE, OTHER};
use serde_json::json;
use std::time::Duration;

#[test]
fn a_new_device_tells_its_seed_once_as_text_and_as_a_picture() {
    let house = house();
    let made = house.ok("CreateVirtualMFADevice", &json!({ "VirtualMFADeviceName": "phone", "Path": "/team/" }));
    let made = &made["VirtualMFADevice"];
    assert_eq!(made["SerialNumber"], "arn:aws:iam::111122223333:mfa/team/phone");
    let seed = String::from_utf8(STANDARD.decode(text(&made["Base32StringSeed"])).unwrap()).unwrap();
    assert_eq!(seed.len(), 64);
    assert!(STANDARD.decode(text(&made["QRCodePNG"])).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
    let listed = house.iam("ListVirtualMFADevices", &json!({}));
    assert!(!listed.body.contains("Base32StringSeed") && !listed.body.contains(&seed));
    assert!(!house.records().iter().any(|record| record.to_string().contains(&seed)), "the log holds a seed");
    let again = json!({ "VirtualMFADeviceName": "phone", "Path": "/team/" });
    let text = "MFADevice entity at the same path and name already exists.";
    assert_eq!(house.refused("CreateVirtualMFADevice", &again), error(409, "EntityAlreadyExists", text));
    house.ok("CreateVirtualMFADevice", &json!({ "VirtualMFADeviceName": "phone" }));
}

#[test]
fn two_codes_in_a_row_give_a_device_to_a_user_and_wrong_ones_do_not() {
    let house = house();
    house.user("bob");
    let device = Device::new(&house, "phone");
    let mut swapped = device.codes(&house, "bob", 0);
    let first = swapped["AuthenticationCode1"].clone();
    swapped["AuthenticationCode1"] = swapped["AuthenticationCode2"].clone();
    swapped["AuthenticationCode2"] = first;
    let refusal = error(403, "InvalidAuthenticationCode", "Authentication code for device is not valid.");
    assert_eq!(house.refused("EnableMFADevice", &swapped), refusal);
    house.ok("EnableMFADevice", &device.codes(&house, "bob", 0));
    let entry = json!([{ "UserName": "bob", "SerialNumber": device.serial, "EnableDate": "2026-01-01T00:00:00Z" }]);
    assert_eq!(house.ok("ListMFADevices", &json!({ "UserName": "bob" }))["MFADevices"], entry);
    let all = house.ok("ListVirtualMFADevices", &json!({ "AssignmentStatus": "Assigned" }));
    assert_eq!(all["VirtualMFADevices"][0]["User"]["UserName"], "bob");
    assert_eq!(
        house.ok("ListVirtualMFADevices", &json!({ "AssignmentStatus": "Unassigned" }))["VirtualMFADevices"],
        ""
    );
    house.user("carol");
    assert_eq!(house.refused("EnableMFADevice", &device.codes(&house, "carol", 0)).1, "EntityAlreadyExists");
}

#[test]
fn codes_follow_wall_time_wherever_service_time_is() {
    let house = house();
    house.user("bob");
    let device = Device::new(&house, "phone");
    let year_ahead = base::Clock::now(house.clock.as_ref()).plus(Duration::from_secs(365 * 86_400));
    house.clock.set(year_ahead).unwrap();
    house.ok("EnableMFADevice", &device.codes(&house, "bob", 0));
    assert_eq!(
        house.ok("ListMFADevices", &json!({ "UserName": "bob" }))["MFADevices"][0]["EnableDate"],
        "2027-01-01T00:00:00Z"
    );
}

#[test]
fn a_device_is_taken_away_before_it_can_be_deleted_or_its_user_can() {
    let house = house();
    house.user("bob");
    house.user("carol");
    let device = enabled(&house, "bob", "phone");
    let named = json!({ "SerialNumber": device.serial });
    assert_eq!(
        house.refused("DeleteVirtualMFADevice", &named),
        error(409, "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.")
    );
    assert_eq!(
        house.refused("DeleteUser", &json!({ "UserName": "bob" })),
        error(409, "DeleteConflict", "Cannot delete entity, must delete MFA device first.")
    );
    let of = |user: &str| json!({ "UserName": user, "SerialNumber": device.serial });
    let foreign = error(404, "NoSuchEntity", "MFA Device invalid for user.");
    assert_eq!(house.refused("DeactivateMFADevice", &of("carol")), foreign);
    assert_eq!(house.refused("ResyncMFADevice", &device.codes(&house, "carol", 2)), foreign);
    house.ok("DeactivateMFADevice", &of("bob"));
    assert_eq!(house.refused("DeactivateMFADevice", &of("bob")), foreign);
    house.ok("DeleteUser", &json!({ "UserName": "bob" }));
    house.ok("DeleteVirtualMFADevice", &named);
    let text = format!("VirtualMFADevice with serial number {} doesn't exist.", device.serial);
    assert_eq!(house.refused("DeleteVirtualMFADevice", &named), error(404, "NoSuchEntity", &text));
}

#[test]
fn a_device_is_synchronised_with_codes_that_were_not_used() {
    let house = house();
    house.user("bob");
    let device = enabled(&house, "bob", "phone");
    assert_eq!(house.refused("ResyncMFADevice", &device.codes(&house, "bob", 0)).1, "InvalidAuthenticationCode");
    house.ok("ResyncMFADevice", &device.codes(&house, "bob", 10));
    assert_eq!(house.refused("ResyncMFADevice", &device.codes(&house, "bob", 5)).1, "InvalidAuthenticationCode");
    assert_eq!(house.refused("ResyncMFADevice", &device.codes(&house, "bob", 500)).1, "InvalidAuthenticationCode");
}

#[test]
fn a_user_has_eight_devices_at_most() {
    let house = house();
    house.user("bob");
    for number in 0..8 {
        enabled(&house, "bob", &format!("phone{number}"));
    }
    let ninth = Device::new(&house, "ninth");
    let refused = house.refused("EnableMFADevice", &ninth.codes(&house, "bob", 0));
    assert_eq!(refused, error(409, "LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8"));
    let mut listed = Vec::new();
    let mut input = json!({ "UserName": "bob", "MaxItems": 3 });
    loop {
        let page = house.ok("ListMFADevices", &input);
        listed.extend(page["MFADevices"].as_array().unwrap().iter().map(|device| text(&device["SerialNumber"])));
        if page["IsTruncated"] == json!("false") {
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    assert_eq!(listed.len(), 8);
    let mut all = 0;
    let mut input = json!({ "MaxItems": 4 });
    loop {
        let page = house.ok("ListVirtualMFADevices", &input);
        all += page["VirtualMFADevices"].as_array().unwrap().len();
        if page["IsTruncated"] == json!("false") {
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    assert_eq!(all, 9);
}

#[test]
fn a_user_lists_the_own_devices_if_a_policy_lets_it_and_another_account_reaches_none() {
    let house = house();
    let device = enabled(&house, "alice", "phone");
    assert_eq!(house.iam_as(ALICE, "ListMFADevices", &json!({})).code(), "AccessDenied");
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListMFADevices","Resource":"arn:aws:iam::*:user/${aws:username}"}]}"#;
    house.ok("PutUserPolicy", &json!({ "UserName": "alice", "PolicyName": "own", "PolicyDocument": policy }));
    let own = house.iam_as(ALICE, "ListMFADevices", &json!({})).json();
    assert_eq!(own["MFADevices"][0]["SerialNumber"], json!(device.serial));
    let tags = json!({ "SerialNumber": device.serial });
    assert_eq!(house.iam_as(OTHER, "ListMFADeviceTags", &tags).code(), "AccessDenied");
    assert_eq!(house.ok("ListMFADevices", &json!({}))["MFADevices"], "", "the root has a device");
}

#[test]
fn security_keys_are_not_there() {
    let house = house();
    let serial = json!({ "SerialNumber": "arn:aws:iam::111122223333:u2f/user/alice/key", "UserName": "alice" });
    let refused = house.refused("GetMFADevice", &serial);
    assert_eq!((refused.0, refused.1.as_str()), (404, "NoSuchEntity"));
    assert_eq!(house.iam_as(ALICE, "GetMFADevice", &serial).code(), "AccessDenied");
}
