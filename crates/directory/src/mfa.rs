//! Virtual MFA devices: what is stored of them, and whether a code is right.
//!
//! Codes are TOTP (RFC 6238) over HMAC-SHA1: six digits, one each half minute of wall time, since the other end is a
//! telephone. Guarantees: a code is taken once, and none older than one that was taken; a device that nobody was given
//! takes none; a drifting clock is followed (RFC 6238 §6) and never more than a step at a time.
//!
//! Source: IAM User Guide, "Multi-factor authentication in IAM"; RFC 4226, RFC 6238.

use base::{AccountId, Partition, Rng, Timestamp};
use primitives::{equal, totp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Key, Record, Space};
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of a seed: 64 letters of base 32, as AWS's have.
const SEED_BYTES: usize = 40;
/// How many steps early or late a single code may be.
const WINDOW: i64 = 1;
/// How many steps a device's clock may be off when it is enabled or synchronised: an hour.
const MAX_DRIFT: i64 = 120;

/// The owner of devices that belong to an account's root; users' devices have the user's unique id.
pub const ROOT: &str = "root";

/// A virtual MFA device.
#[derive(Serialize, Deserialize)]
pub struct MfaDevice {
    /// Unique in the account together with the path.
    pub name: String,
    /// `/`, or a path that begins and ends so.
    pub path: String,
    /// When it was made, in service time.
    pub created_millis: i64,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whose it is, once it is enabled.
    pub assigned: Option<Assigned>,
    seed: Vec<u8>,
}

/// A device in use.
#[derive(Clone, Serialize, Deserialize)]
pub struct Assigned {
    /// The unique id of the user, or [`ROOT`].
    pub owner: String,
    /// When it was enabled, in service time.
    pub enabled_millis: i64,
    /// By how many steps its clock runs ahead of ours.
    drift: i64,
    /// The step of the last code that was taken.
    last: i64,
}

impl Record for MfaDevice {
    const VERSION: u8 = 1;
}

impl Drop for MfaDevice {
    fn drop(&mut self) {
        self.seed.zeroize();
    }
}

/// Says by being there that a device belongs to an owner.
#[derive(Serialize, Deserialize)]
pub struct MfaMark;

impl Record for MfaMark {
    const VERSION: u8 = 1;
}

impl MfaMark {
    /// All devices of an owner; the last part of each key is the device's [`MfaDevice::id`].
    pub fn all_of(account: AccountId, owner: &str) -> Key {
        Key::new(Space::account(account), "directory.mfa-of").text(owner)
    }

    /// The mark of one.
    pub fn key(account: AccountId, owner: &str, id: &str) -> Key {
        Self::all_of(account, owner).text(id)
    }
}

impl MfaDevice {
    /// A device that nobody has yet, with a seed of its own.
    pub fn new(name: String, path: String, tags: BTreeMap<String, String>, now: Timestamp, rng: &dyn Rng) -> Self {
        let mut seed = vec![0; SEED_BYTES];
        rng.fill_secret(&mut seed);
        Self { name, path, created_millis: now.millis(), tags, assigned: None, seed }
    }

    /// All devices of an account.
    pub fn all(account: AccountId) -> Key {
        Key::new(Space::account(account), "directory.mfa")
    }

    /// Where a device is. By the hash of its id, which may be longer than the marker of a page.
    pub fn key(account: AccountId, id: &str) -> Key {
        Self::all(account).text(&base::hex(&primitives::sha256(id.as_bytes())))
    }

    /// What tells devices of an account apart: the path without its first slash, and the name.
    pub fn id(&self) -> String {
        format!("{}{}", self.path.trim_start_matches('/'), self.name)
    }

    /// The id of the device that a serial number names; `None` if it is no virtual device of the account. A device has one
    /// serial number: in an ARN of another partition it would be guessed at, and permitted, under another name.
    pub fn id_of_serial(serial: &str, account: AccountId, partition: Partition) -> Option<&str> {
        let rest = serial.strip_prefix("arn:")?.strip_prefix(partition.as_str())?;
        rest.strip_prefix(":iam::")?.strip_prefix(account.as_str())?.strip_prefix(":mfa/").filter(|id| !id.is_empty())
    }

    /// The seed in base 32 (RFC 4648), to be shown once.
    pub fn seed_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(base32(&self.seed))
    }

    /// Gives the device to `owner` if the two codes follow one another. `now` is service time, `wall` wall time.
    pub fn enable(&mut self, owner: &str, codes: [&str; 2], now: Timestamp, wall: Timestamp) -> bool {
        let Some(step) = self.step_of(codes, wall) else { return false };
        let drift = step - step_at(wall);
        self.assigned = Some(Assigned { owner: owner.to_owned(), enabled_millis: now.millis(), drift, last: step });
        true
    }

    /// Learns how far the device's clock is off from two codes that follow one another. Codes taken before do not count.
    pub fn resynchronise(&mut self, codes: [&str; 2], wall: Timestamp) -> bool {
        let Some(step) = self.step_of(codes, wall) else { return false };
        let Some(assigned) = self.assigned.as_mut().filter(|assigned| step > assigned.last) else { return false };
        assigned.drift = step - step_at(wall);
        assigned.last = step;
        true
    }

    /// Takes a code, once. The device has to be stored again when it is right.
    pub fn take(&mut self, code: &str, wall: Timestamp) -> bool {
        let Some(assigned) = &self.assigned else { return false };
        let (expected, last) = (step_at(wall) + assigned.drift, assigned.last);
        let fits = |step: &i64| *step > last && equal(self.code(*step).as_bytes(), code.as_bytes());
        let Some(step) = (expected - WINDOW..=expected + WINDOW).find(fits) else { return false };
        if let Some(assigned) = &mut self.assigned {
            assigned.drift = step - step_at(wall);
            assigned.last = step;
        }
        true
    }

    /// The step of the second of two codes that follow one another; the closest to now.
    fn step_of(&self, [first, second]: [&str; 2], wall: Timestamp) -> Option<i64> {
        let now = step_at(wall);
        let outwards = (0..=MAX_DRIFT).flat_map(|distance| [now - distance, now + distance]);
        let fits = |step: i64, code: &str| equal(self.code(step).as_bytes(), code.as_bytes());
        outwards.into_iter().find(|step| fits(*step, second) && fits(*step - 1, first))
    }

    fn code(&self, step: i64) -> String {
        totp::code(&self.seed, u64::try_from(step).unwrap_or_default())
    }
}

fn step_at(wall: Timestamp) -> i64 {
    i64::try_from(totp::step_at(u64::try_from(wall.seconds()).unwrap_or_default())).unwrap_or(i64::MAX)
}

/// Base 32 without padding.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let mut bits = [0; 8];
        if let Some(place) = bits.get_mut(3..3 + group.len()) {
            place.copy_from_slice(group);
        }
        let bits = u64::from_be_bytes(bits);
        let letters = (group.len() * 8).div_ceil(5);
        text.extend((0..letters).map(|letter| match (bits >> (35 - 5 * letter)) as u8 & 31 {
            digit @ 0..26 => char::from(b'A' + digit),
            digit => char::from(b'2' + digit - 26),
        }));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    fn device(seed: &[u8]) -> MfaDevice {
        let (name, path) = ("phone".to_owned(), "/".to_owned());
        MfaDevice { name, path, created_millis: 0, tags: BTreeMap::new(), assigned: None, seed: seed.to_vec() }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// RFC 4648 §10.
    #[test]
    fn base_32_is_that_of_the_rfcs_table() {
        for (bytes, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        let made = MfaDevice::new("n".into(), "/".into(), BTreeMap::new(), at(0), &SeededRng::new(1));
        assert_eq!(made.seed_base32().len(), 64);
    }

    #[test]
    fn two_codes_in_a_row_enable_a_device_and_no_others_do() {
        let mut device = device(b"a seed of this test");
        let now = at(3_000_000);
        let step = step_at(now);
        let code = |step: i64| device.code(step);
        let (older, newer, next) = (code(step - 1), code(step), code(step + 1));
        let (far, farther) = (code(step - MAX_DRIFT - 2), code(step - MAX_DRIFT - 1));
        for wrong in [[&newer, &older], [&newer, &newer], [&older, &next], [&far, &farther]] {
            assert!(!device.enable("AIDA1", wrong.map(String::as_str), now, now));
        }
        assert!(!device.take(&newer, now), "a device that nobody has took a code");
        assert!(device.enable("AIDA1", [&older, &newer], now, now));
        assert_eq!(device.assigned.as_ref().unwrap().owner, "AIDA1");
    }

    #[test]
    fn a_code_is_taken_once_and_none_that_is_older() {
        let mut device = device(b"a seed of this test");
        let now = at(3_000_000);
        let step = step_at(now);
        let codes: Vec<String> = (-3..=3).map(|distance| device.code(step + distance)).collect();
        assert!(device.enable("AIDA1", [&codes[1], &codes[2]], now, now));
        assert!(!device.take(&codes[2], now), "a code that enabled the device was taken again");
        assert!(device.take(&codes[3], now));
        assert!(!device.take(&codes[3], now));
        assert!(!device.take(&codes[2], now), "an older code was taken");
        assert!(device.take(&codes[4], now), "a code that is one step early was refused");
        assert!(!device.take("", now) && !device.take("00000", now));
    }

    #[test]
    fn a_clock_that_drifts_is_followed_and_one_that_jumped_has_to_be_synchronised() {
        let mut device = device(b"a seed of this test");
        let shown = |device: &MfaDevice, step: i64| device.code(step);
        let begin = at(3_000_000);
        let step = step_at(begin);
        let ahead = 40;
        let pair = [shown(&device, step + ahead - 1), shown(&device, step + ahead)];
        assert!(device.enable("AIDA1", [&pair[0], &pair[1]], begin, begin));
        for round in 1..10 {
            let wall = begin.plus(std::time::Duration::from_secs(3600 * round));
            let gained = ahead + i64::try_from(round).unwrap();
            let code = shown(&device, step_at(wall) + gained);
            assert!(device.take(&code, wall), "a clock that gains a step in an hour was lost after {round}");
        }
        let wall = begin.plus(std::time::Duration::from_secs(86_400));
        let code = shown(&device, step_at(wall));
        assert!(!device.take(&code, wall), "a clock that jumped was believed");
        let pair = [shown(&device, step_at(wall)), shown(&device, step_at(wall) + 1)];
        assert!(device.resynchronise([&pair[0], &pair[1]], wall));
        assert!(!device.resynchronise([&pair[0], &pair[1]], wall), "codes were taken twice");
        let code = shown(&device, step_at(wall) + 2);
        assert!(device.take(&code, wall));
    }

    #[test]
    fn a_serial_names_a_device_of_its_account_only() {
        let account: AccountId = "111122223333".parse().unwrap();
        for (serial, id) in [
            ("arn:aws:iam::111122223333:mfa/phone", Some("phone")),
            ("arn:aws:iam::111122223333:mfa/team/a/phone", Some("team/a/phone")),
            ("arn:aws-cn:iam::111122223333:mfa/phone", None),
            ("arn:aws:x:iam::111122223333:mfa/phone", None),
            ("arn:aws:iam::444455556666:mfa/phone", None),
            ("arn:aws:iam::111122223333:mfa/", None),
            ("arn:aws:iam::111122223333:u2f/user/phone", None),
            ("GAHT12345678", None),
        ] {
            assert_eq!(MfaDevice::id_of_serial(serial, account, Partition::Aws), id, "{serial}");
        }
        let mut device = device(b"seed");
        device.path = "/team/a/".to_owned();
        assert_eq!(device.id(), "team/a/phone");
    }
}
