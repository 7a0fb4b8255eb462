//! The second factor of a request: a serial number and a code of a virtual MFA device.
//!
//! Guarantees: a device counts for the user whose it is, or for the account's root, and for no session of a role; a code
//! is good once; wrong codes are counted, and after a few the next one has to wait, so that six digits cannot be guessed.
//! Source: STS API Reference, AssumeRole and GetSessionToken.

use crate::error;
use base::{Partition, Timestamp};
use directory::mfa::{MfaDevice, ROOT};
use directory::records::Reads;
use kernel::{Ctx, Error, Guesses, Lookup, Result};
use policy::{Identity, Principal};
use std::sync::Arc;
use store::Key;

/// Whether a request brings a second factor, which must be right if it does. The code is not used up by that.
pub(crate) fn is_given(lookup: &mut Lookup<'_, '_>, serial: Option<&str>, code: Option<&str>) -> Result<bool> {
    let asked =
        Asked { principal: lookup.caller().principal.clone(), partition: lookup.partition(), wall: lookup.wall() };
    let guesses = lookup.guesses();
    Ok(right(lookup, &asked, guesses, serial, code)?.is_some())
}

/// The same, and the code is used up if the call succeeds.
pub(crate) fn take(ctx: &mut Ctx<'_>, serial: Option<&str>, code: Option<&str>) -> Result<bool> {
    let asked = Asked { principal: ctx.caller().principal.clone(), partition: ctx.partition(), wall: ctx.wall() };
    let guesses = ctx.guesses();
    match right(ctx, &asked, guesses, serial, code)? {
        Some((key, device)) => ctx.put(&key, &device).map(|()| true),
        None => Ok(false),
    }
}

/// By whom, where and when a code is given.
struct Asked {
    principal: Arc<Principal>,
    partition: Partition,
    wall: Timestamp,
}

/// The device whose code was given, with the code taken; `None` if no factor was.
fn right<R: Reads<Error = Error>>(
    records: &mut R,
    asked: &Asked,
    guesses: &Guesses,
    serial: Option<&str>,
    code: Option<&str>,
) -> Result<Option<(Key, MfaDevice)>> {
    let (serial, code) = match (serial, code) {
        (None, None) => return Ok(None),
        (Some(serial), Some(code)) => (serial, code),
        _ => return Err(error::half_of_mfa().into()),
    };
    let owner = match &asked.principal.identity {
        Identity::Root => ROOT,
        Identity::User(user) => &user.id,
        _ => return Err(error::unknown_device().into()),
    };
    let account = asked.principal.account();
    let unknown = || Error::from(error::unknown_device());
    let id = MfaDevice::id_of_serial(serial, account, asked.partition).ok_or_else(unknown)?;
    let key = MfaDevice::key(account, id);
    let guessed_at = format!("mfa {account} {id}");
    let device: Option<MfaDevice> = records.get(&key)?;
    let is_own = |device: &MfaDevice| device.assigned.as_ref().is_some_and(|assigned| assigned.owner == owner);
    let mut device = device.filter(is_own).ok_or_else(unknown)?;
    if !guesses.may(&guessed_at) {
        return Err(error::wrong_code().into());
    }
    let is_right = device.take(code, asked.wall);
    guesses.tell(&guessed_at, is_right);
    if is_right { Ok(Some((key, device))) } else { Err(error::wrong_code().into()) }
}
