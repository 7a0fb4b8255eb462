//! Virtual MFA devices: made, given to users, taken away.
//!
//! Guarantees: a seed is told once, when the device is made; a device is a user's only after two codes in a row proved
//! that the user has it; one that is in use cannot be deleted. Codes are judged by the directory, for STS too. Source:
//! IAM User Guide, "Multi-factor authentication in IAM"; IAM API Reference.

use crate::entities::{self, found};
use crate::targets::{self, Subject};
use crate::{api, arns, counts, error, paging, qr, quotas, tags, users};
use base::{AccountId, Secret, Timestamp};
use directory::mfa::{MfaDevice, MfaMark};
use directory::records::User;
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use store::Key;

/// Devices of an account: as many as its users could have, and then some that nobody has yet.
const MAX_DEVICES: u64 = quotas::USERS * quotas::MFA_DEVICES;
/// The longest serial number that operations take.
const MAX_SERIAL: usize = 256;
/// What counts them.
pub(crate) const COUNT: &str = "mfa-device";
/// What counts those that somebody has.
pub(crate) const COUNT_IN_USE: &str = "mfa-device-in-use";

/// The operations on MFA devices.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::CREATE_VIRTUAL_MFA_DEVICE, create).on(on_create).quota(&quotas::CHANGES).writes())
        .with(
            op(api::DELETE_VIRTUAL_MFA_DEVICE, delete)
                .on(|lookup, input| Ok(vec![on_device(lookup, "iam:DeleteVirtualMFADevice", &input.serial_number)?]))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::ENABLE_MFA_DEVICE, enable)
                .on(|lookup, input| targets::only::<User>(lookup, "iam:EnableMFADevice", &input.user_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::RESYNC_MFA_DEVICE, resync)
                .on(|lookup, input| targets::only::<User>(lookup, "iam:ResyncMFADevice", &input.user_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DEACTIVATE_MFA_DEVICE, deactivate)
                .on(|lookup, input| targets::on_subject(lookup, "iam:DeactivateMFADevice", input.user_name.as_deref()))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::GET_MFA_DEVICE, get)
                .on(|lookup, input| targets::on_subject(lookup, "iam:GetMFADevice", input.user_name.as_deref()))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_MFA_DEVICES, list)
                .on(|lookup, input| targets::on_subject(lookup, "iam:ListMFADevices", input.user_name.as_deref()))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_VIRTUAL_MFA_DEVICES, list_all)
                .on(|_, _| Ok(vec![Target::any("iam:ListVirtualMFADevices")]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::TAG_MFA_DEVICE, tag)
                .on(|lookup, input| {
                    let target = on_device(lookup, "iam:TagMFADevice", &input.serial_number)?;
                    Ok(vec![targets::request_tags(target, &input.tags)])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UNTAG_MFA_DEVICE, untag)
                .on(|lookup, input| {
                    let target = on_device(lookup, "iam:UntagMFADevice", &input.serial_number)?;
                    Ok(vec![target.condition_set("aws:TagKeys", input.tag_keys.clone())])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_MFA_DEVICE_TAGS, list_tags)
                .on(|lookup, input| Ok(vec![on_device(lookup, "iam:ListMFADeviceTags", &input.serial_number)?]))
                .quota(&quotas::READS),
        )
}

fn on_create(lookup: &mut Lookup<'_, '_>, input: &api::CreateVirtualMFADevice) -> Result<Vec<Target>> {
    let scope = lookup.scope();
    let name = format!("{}{}", input.path.as_deref().unwrap_or("/"), input.virtual_mfa_device_name);
    let on = |action| Target::arn(action, arns::of(scope, "mfa", &name), scope.account);
    Ok(targets::creating(on("iam:CreateVirtualMFADevice"), on("iam:TagMFADevice"), input.tags.as_deref()))
}

/// An action on the device that a serial number names. What is no ARN is asked about as one of the account's.
fn on_device(lookup: &mut Lookup<'_, '_>, action: &'static str, serial: &str) -> Result<Target> {
    let scope = lookup.scope();
    let Some((account, id)) = arns::parse(serial, "mfa/", scope.region.partition()) else {
        return Ok(Target::arn(action, arns::of(scope, "mfa/", serial), scope.account));
    };
    let device: Option<MfaDevice> = lookup.get(&MfaDevice::key(account, id))?;
    let tags = device.map(|device| device.tags.clone()).unwrap_or_default();
    Ok(Target::arn(action, serial.to_owned(), account).tagged(tags))
}

/// Makes a device; its seed is told here and never again.
fn create(ctx: &mut Ctx<'_>, input: api::CreateVirtualMFADevice) -> Result<api::CreateVirtualMFADeviceOutput> {
    let account = ctx.scope().account;
    let tags = tags::new(input.tags, "TagsPerMFADevice")?;
    let path = input.path.unwrap_or_else(|| "/".into());
    let device = MfaDevice::new(input.virtual_mfa_device_name, path, tags, ctx.now(), ctx.rng());
    if serial(ctx, &device).len() > MAX_SERIAL {
        return Err(error::invalid_input("The path and the name of the device are too long together.").into());
    }
    let place = MfaDevice::key(account, &device.id());
    if ctx.exists(&place)? {
        return Err(error::exists("MFADevice entity at the same path and name already exists.").into());
    }
    counts::add(ctx, COUNT, MAX_DEVICES, "VirtualMFADevicesPerAccount")?;
    ctx.put(&place, &device)?;
    let seed = device.seed_base32();
    let address = format!("otpauth://totp/{}@{account}?secret={}", device.name, seed.as_str());
    let picture = qr::png(&address).ok_or_else(|| kernel::Error::Internal("a seed does not fit a QR code".into()))?;
    Ok(api::CreateVirtualMFADeviceOutput {
        virtual_mfa_device: api::VirtualMFADevice {
            serial_number: serial(ctx, &device),
            base32_string_seed: Some(Secret::new(seed.as_bytes().to_vec())),
            qr_code_png: Some(Secret::new(picture)),
            user: None,
            enable_date: None,
            tags: tags::described(&device.tags),
        },
    })
}

/// Deletes a device that nobody has.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteVirtualMFADevice) -> Result<()> {
    let (place, device) = known(ctx, &input.serial_number)?;
    if device.assigned.is_some() {
        return Err(error::mfa_device_in_use().into());
    }
    ctx.delete(&place)?;
    counts::subtract(ctx, COUNT)
}

/// Gives a device to a user who proves to have it.
fn enable(ctx: &mut Ctx<'_>, input: api::EnableMFADevice) -> Result<()> {
    let account = ctx.scope().account;
    let user: User = found(ctx, &input.user_name)?;
    let (place, mut device) = known(ctx, &input.serial_number)?;
    if device.assigned.is_some() {
        return Err(error::exists("MFA Device is already in use").into());
    }
    let most = quotas::MFA_DEVICES;
    if devices_of(ctx, account, &user.id)?.len() as u64 >= most {
        return Err(error::quota("MFADevicesPerUser", most).into());
    }
    let codes = [input.authentication_code1.as_str(), input.authentication_code2.as_str()];
    if !device.enable(&user.id, codes, ctx.now(), ctx.wall()) {
        return Err(error::invalid_authentication_code().into());
    }
    ctx.put(&MfaMark::key(account, &user.id, &device.id()), &MfaMark)?;
    ctx.put(&place, &device)?;
    counts::add(ctx, COUNT_IN_USE, MAX_DEVICES, "VirtualMFADevicesPerAccount")
}

/// Learns anew how far a device's clock is off.
fn resync(ctx: &mut Ctx<'_>, input: api::ResyncMFADevice) -> Result<()> {
    let user: User = found(ctx, &input.user_name)?;
    let (place, mut device) = of_user(ctx, &user, &input.serial_number)?;
    let codes = [input.authentication_code1.as_str(), input.authentication_code2.as_str()];
    if !device.resynchronise(codes, ctx.wall()) {
        return Err(error::invalid_authentication_code().into());
    }
    ctx.put(&place, &device)
}

/// Takes a device away from its user.
fn deactivate(ctx: &mut Ctx<'_>, input: api::DeactivateMFADevice) -> Result<()> {
    let account = ctx.scope().account;
    let user = subject(ctx, input.user_name.as_deref())?.ok_or_else(error::mfa_device_of_another)?;
    let (place, mut device) = of_user(ctx, &user, &input.serial_number)?;
    device.assigned = None;
    ctx.delete(&MfaMark::key(account, &user.id, &device.id()))?;
    ctx.put(&place, &device)?;
    counts::subtract(ctx, COUNT_IN_USE)
}

/// Tells about a user's device. AWS answers this for security keys only, of which there are none here.
fn get(ctx: &mut Ctx<'_>, input: api::GetMFADevice) -> Result<api::GetMFADeviceOutput> {
    if let Some(name) = &input.user_name {
        found::<User>(ctx, name)?;
    }
    Err(error::no_such_security_key(&input.serial_number).into())
}

/// A user's devices.
fn list(ctx: &mut Ctx<'_>, input: api::ListMFADevices) -> Result<api::ListMFADevicesOutput> {
    let account = ctx.scope().account;
    let user = subject(ctx, input.user_name.as_deref())?;
    let filters: Vec<&str> = user.iter().map(|user| user.id.as_str()).collect();
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let mut devices = Vec::new();
    if let Some(user) = &user {
        for id in devices_of(ctx, account, &user.id)? {
            let Some(device) = ctx.get::<MfaDevice>(&MfaDevice::key(account, &id))? else { continue };
            let Some(assigned) = &device.assigned else { continue };
            devices.push(api::MFADevice {
                user_name: user.name.clone(),
                serial_number: serial(ctx, &device),
                enable_date: Timestamp::from_millis(assigned.enabled_millis),
            });
        }
    }
    let (mfa_devices, marker) = page.placed(ctx, devices)?;
    Ok(api::ListMFADevicesOutput { mfa_devices, is_truncated: Some(marker.is_some()), marker })
}

/// The account's virtual devices: those that somebody has, those that nobody has, or all.
fn list_all(ctx: &mut Ctx<'_>, input: api::ListVirtualMFADevices) -> Result<api::ListVirtualMFADevicesOutput> {
    let account = ctx.scope().account;
    let (filter, in_use) = match input.assignment_status {
        Some(api::AssignmentStatusType::Assigned) => ("Assigned", Some(true)),
        Some(api::AssignmentStatusType::Unassigned) => ("Unassigned", Some(false)),
        Some(api::AssignmentStatusType::Any) | None => ("Any", None),
    };
    let filters = [filter];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let keep = |device: &MfaDevice| in_use.is_none_or(|in_use| device.assigned.is_some() == in_use);
    let (devices, marker) = page.scanned(ctx, &MfaDevice::all(account), keep)?;
    let mut described = Vec::with_capacity(devices.len());
    for (_, device) in devices {
        described.push(describe(ctx, &device)?);
    }
    Ok(api::ListVirtualMFADevicesOutput {
        virtual_mfa_devices: described,
        is_truncated: Some(marker.is_some()),
        marker,
    })
}

/// A device as lists tell about it: no seed and no tags.
fn describe(ctx: &mut Ctx<'_>, device: &MfaDevice) -> Result<api::VirtualMFADevice> {
    let account = ctx.scope().account;
    let user = match &device.assigned {
        Some(assigned) => entities::by_id::<User, _>(ctx, account, &assigned.owner)?,
        None => None,
    };
    Ok(api::VirtualMFADevice {
        serial_number: serial(ctx, device),
        base32_string_seed: None,
        qr_code_png: None,
        user: user.map(|user| users::summary(ctx, &user)),
        enable_date: device.assigned.as_ref().map(|assigned| Timestamp::from_millis(assigned.enabled_millis)),
        tags: None,
    })
}

fn tag(ctx: &mut Ctx<'_>, input: api::TagMFADevice) -> Result<()> {
    let (place, mut device) = known(ctx, &input.serial_number)?;
    tags::merge(&mut device.tags, input.tags, "TagsPerMFADevice")?;
    ctx.put(&place, &device)
}

fn untag(ctx: &mut Ctx<'_>, input: api::UntagMFADevice) -> Result<()> {
    let (place, mut device) = known(ctx, &input.serial_number)?;
    tags::remove(&mut device.tags, &input.tag_keys)?;
    ctx.put(&place, &device)
}

fn list_tags(ctx: &mut Ctx<'_>, input: api::ListMFADeviceTags) -> Result<api::ListMFADeviceTagsOutput> {
    let (_, device) = known(ctx, &input.serial_number)?;
    let (tags, marker) = tags::page(ctx, &device.tags, &input.serial_number, input.max_items, input.marker.as_deref())?;
    Ok(api::ListMFADeviceTagsOutput { tags, is_truncated: Some(marker.is_some()), marker })
}

/// The ids of a user's devices.
pub(crate) fn devices_of(ctx: &mut Ctx<'_>, account: AccountId, owner: &str) -> Result<Vec<String>> {
    let most = usize::try_from(quotas::MFA_DEVICES).unwrap_or(usize::MAX);
    let marks: Vec<(_, MfaMark)> = ctx.scan(&MfaMark::all_of(account, owner), None, most)?;
    Ok(marks.iter().filter_map(|(key, _)| key.last_text()).collect())
}

fn serial(ctx: &Ctx<'_>, device: &MfaDevice) -> String {
    arns::of(ctx.scope(), "mfa/", &device.id())
}

/// What stands in the way of deleting a user.
pub(crate) fn obstacle(ctx: &mut Ctx<'_>, account: AccountId, user: &User) -> Result<Option<&'static str>> {
    let has = !devices_of(ctx, account, &user.id)?.is_empty();
    Ok(has.then_some("must delete MFA device first."))
}

fn known(ctx: &mut Ctx<'_>, serial: &str) -> Result<(Key, MfaDevice)> {
    let account = ctx.scope().account;
    let missing = || error::no_such_mfa_device(serial);
    let id = MfaDevice::id_of_serial(serial, account, ctx.partition()).ok_or_else(missing)?;
    let place = MfaDevice::key(account, id);
    let device = ctx.get(&place)?.ok_or_else(missing)?;
    Ok((place, device))
}

/// A device that the user has.
fn of_user(ctx: &mut Ctx<'_>, user: &User, serial: &str) -> Result<(Key, MfaDevice)> {
    let (place, device) = known(ctx, serial)?;
    match &device.assigned {
        Some(assigned) if assigned.owner == user.id => Ok((place, device)),
        _ => Err(error::mfa_device_of_another().into()),
    }
}

/// The user that is meant; `None` for the account's root, who has no devices here.
fn subject(ctx: &mut Ctx<'_>, named: Option<&str>) -> Result<Option<User>> {
    match users::subject(ctx, named)? {
        Subject::User(name) => found(ctx, &name).map(Some),
        Subject::Root => Ok(None),
    }
}
