//! The second factor: codes of a virtual device, taken once, and what policies make of them.

use crate::staff::{ACCOUNT, admin, ask, assume, call, house, may_inquire, person, refused, role, trust};
use base::Clock as _;
use directory::mfa::{MfaDevice, ROOT as OWNED_BY_ROOT};
use kernel::testing::{House, Person, ROOT};
use primitives::totp;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// A device that is enabled, and its seed.
struct Device {
    serial: String,
    seed: Vec<u8>,
}

impl Device {
    /// A device of an owner: a user's unique id, or the root.
    fn of(house: &House, owner: &str) -> Self {
        let account = ACCOUNT.parse().unwrap();
        let name = format!("phone-of-{owner}");
        let now = house.clock.now();
        let mut device = MfaDevice::new(name.clone(), "/".into(), BTreeMap::new(), now, house.kernel.rng().as_ref());
        let seed = base32(&device.seed_base32());
        let step = totp::step_at(seconds(house));
        let codes = [totp::code(&seed, step - 3), totp::code(&seed, step - 2)];
        assert!(device.enable(owner, [&codes[0], &codes[1]], now, house.wall.now()));
        house.change(|transaction| transaction.put(&MfaDevice::key(account, &device.id()), &device));
        Self { serial: format!("arn:aws:iam::{ACCOUNT}:mfa/{name}"), seed }
    }

    /// The code that it shows now.
    fn code(&self, house: &House) -> String {
        totp::code(&self.seed, totp::step_at(seconds(house)) - 2)
    }
}

fn seconds(house: &House) -> u64 {
    house.wall.now().seconds().unsigned_abs()
}

fn base32(text: &str) -> Vec<u8> {
    let digit = |letter: u8| u64::from(if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 });
    let groups = text.as_bytes().chunks(8);
    groups
        .flat_map(|group| group.iter().fold(0, |bits, letter| bits << 5 | digit(*letter)).to_be_bytes()[3..].to_vec())
        .collect()
}

fn with_mfa(age: Option<u32>) -> serde_json::Value {
    let mut condition = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    if let Some(age) = age {
        condition["NumericLessThan"] = json!({ "aws:MultiFactorAuthAge": age.to_string() });
    }
    trust(&json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }), &json!("sts:AssumeRole"), &condition)
}

#[test]
fn a_role_that_wants_a_second_factor_gets_it_with_the_request_or_with_the_session() {
    let house = house();
    let rich = admin(&house, "rich");
    let device = Device::of(&house, "AIDARICH");
    let arn = role(&house, ACCOUNT, "app", &with_mfa(Some(300)));
    assert_eq!(ask(&house, &rich, &arn, &json!({})).code(), "AccessDenied");
    house.advance(Duration::from_secs(30));
    let factor = json!({ "SerialNumber": device.serial, "TokenCode": device.code(&house) });
    assert_eq!(ask(&house, &rich, &arn, &factor).status, 200);

    house.advance(Duration::from_secs(30));
    let plain = person(&call(&house, &rich, "GetSessionToken", &json!({})));
    assert_eq!(ask(&house, &plain, &arn, &json!({})).code(), "AccessDenied");
    let factor = json!({ "SerialNumber": device.serial, "TokenCode": device.code(&house) });
    assert_eq!(ask(&house, &plain, &arn, &factor).status, 200, "a session without it can bring it");
    house.advance(Duration::from_secs(30));
    let factor = json!({ "SerialNumber": device.serial, "TokenCode": device.code(&house) });
    let session = person(&call(&house, &rich, "GetSessionToken", &factor));
    assert_eq!(ask(&house, &session, &arn, &json!({})).status, 200);
    house.advance(Duration::from_secs(300));
    assert_eq!(ask(&house, &session, &arn, &json!({})).code(), "AccessDenied", "it was given too long ago");
}

#[test]
fn a_code_is_taken_once_unless_the_call_fails_for_another_reason() {
    let house = house();
    let rich = admin(&house, "rich");
    let device = Device::of(&house, "AIDARICH");
    house.advance(Duration::from_secs(30));
    let factor = json!({ "SerialNumber": device.serial, "TokenCode": device.code(&house) });
    let absent = format!("arn:aws:iam::{ACCOUNT}:role/none");
    assert_eq!(ask(&house, &rich, &absent, &factor).code(), "AccessDenied");
    assert_eq!(call(&house, &rich, "GetSessionToken", &factor).status, 200);
    let again = refused(&call(&house, &rich, "GetSessionToken", &factor));
    let text = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    assert_eq!(again, (403, "AccessDenied".into(), text.into()));
}

#[test]
fn a_device_counts_for_its_own_user_only() {
    let house = house();
    let (rich, other) = (admin(&house, "rich"), admin(&house, "olive"));
    let device = Device::of(&house, "AIDARICH");
    let of_root = Device::of(&house, OWNED_BY_ROOT);
    house.advance(Duration::from_secs(30));
    let unknown = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is \
                   valid and associated with this user.";
    let with = |who: &Person, serial: &str, code: &str| {
        call(&house, who, "GetSessionToken", &json!({ "SerialNumber": serial, "TokenCode": code }))
    };
    for (who, serial) in [
        (&other, device.serial.as_str()),
        (&rich, "arn:aws:iam::111122223333:mfa/none"),
        (&rich, "GAHT12345678"),
        (&rich, &of_root.serial),
    ] {
        assert_eq!(refused(&with(who, serial, &device.code(&house))), (403, "AccessDenied".into(), unknown.into()));
    }
    let root = Person { id: ROOT.0.into(), secret: ROOT.1.into(), token: None };
    assert_eq!(with(&root, &of_root.serial, &of_root.code(&house)).status, 200);
    // A role has no device, whoever is behind it.
    let arn = role(&house, ACCOUNT, "app", &crate::staff::trusting(ACCOUNT));
    let session = assume(&house, &rich, &arn, &json!({}));
    let factor = json!({ "SerialNumber": device.serial, "TokenCode": device.code(&house) });
    assert_eq!(refused(&ask(&house, &session, &arn, &factor)).2, unknown);
}

#[test]
fn half_a_second_factor_is_none() {
    let house = house();
    let rich = admin(&house, "rich");
    let device = Device::of(&house, "AIDARICH");
    let text = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
    for half in [json!({ "SerialNumber": device.serial }), json!({ "TokenCode": "123456" })] {
        assert_eq!(refused(&call(&house, &rich, "GetSessionToken", &half)), (403, "AccessDenied".into(), text.into()));
    }
}

#[test]
fn guessing_codes_is_made_to_wait_even_for_the_right_one() {
    let house = house();
    let rich = admin(&house, "rich");
    let device = Device::of(&house, "AIDARICH");
    house.advance(Duration::from_secs(30));
    let right = device.code(&house);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let with = |code: &str| {
        call(&house, &rich, "GetSessionToken", &json!({ "SerialNumber": device.serial, "TokenCode": code })).status
    };
    for _ in 0..5 {
        assert_eq!(with(wrong), 403);
    }
    assert_eq!(with(&right), 403, "the right one comes too early to be looked at");
    house.advance(Duration::from_secs(2));
    assert_eq!(with(&right), 200);
}

#[test]
fn a_session_without_the_factor_fails_where_a_policy_wants_it() {
    let house = house();
    let needs_mfa = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "sts:GetAccessKeyInfo", "Resource": "*",
          "Condition": { "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } } },
    ] });
    let careful = house.person("careful", &needs_mfa);
    assert!(!may_inquire(&house, &careful), "long-term keys never carry the factor");
}

#[test]
fn a_serial_number_in_another_spelling_gives_no_more_guesses() {
    let house = house();
    let rich = admin(&house, "rich");
    let device = Device::of(&house, "AIDARICH");
    house.advance(Duration::from_secs(30));
    let guess = |serial: &str, code: &str| {
        call(&house, &rich, "GetSessionToken", &json!({ "SerialNumber": serial, "TokenCode": code }))
    };
    let wrong = if device.code(&house) == "000000" { "000001" } else { "000000" };
    for _ in 0..6 {
        assert_ne!(guess(&device.serial, wrong).status, 200);
    }
    let right = device.code(&house);
    assert_ne!(guess(&device.serial, &right).status, 200, "the next guess has to wait");
    for partition in ["aws-cn", "aws-us-gov", "x", ""] {
        let serial = device.serial.replace("arn:aws:", &format!("arn:{partition}:"));
        assert_ne!(guess(&serial, &right).status, 200, "{serial}");
    }
}
