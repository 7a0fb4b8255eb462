//! Login profiles: the passwords of users.
//!
//! Guarantees: a password is stored as a slow hash and nowhere else; a user has one at most; a new one meets the
//! account's password policy, whoever sets it. Source: IAM User Guide, "User passwords in AWS".

use crate::entities::found;
use crate::password_policy::{self, PasswordPolicy};
use crate::targets::{self, Subject};
use crate::{aliases, api, error, quotas, users};
use base::{AccountId, Rng, Secret, Timestamp};
use directory::records::{Account, Moment, User};
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use policy::Identity;
use primitives::{ITERATIONS, equal, hash_password};
use serde::{Deserialize, Serialize};
use store::{Key, Record, Space};

/// Former passwords that are remembered, whatever the policy asks now: as many as it can ask for.
const REMEMBERED: usize = 24;

/// A user's password.
#[derive(Serialize, Deserialize)]
pub(crate) struct LoginProfile {
    /// When the user got a first password.
    pub created: Moment,
    /// When this one was set.
    pub changed: Moment,
    /// Whether the user has to set another one when signing in.
    pub reset_required: bool,
    /// One for all passwords of the profile, so that looking for one among the former costs one hash.
    salt: [u8; 16],
    iterations: u32,
    hash: [u8; 32],
    /// The latest first.
    former: Vec<[u8; 32]>,
}

impl Record for LoginProfile {
    const VERSION: u8 = 1;
}

impl LoginProfile {
    /// Where the profile of the user with this unique id is.
    pub(crate) fn key(account: AccountId, user_id: &str) -> Key {
        Key::new(Space::account(account), "iam.login-profile").text(user_id)
    }

    fn new(password: &str, rng: &dyn Rng, now: Timestamp) -> Self {
        let mut salt = [0; 16];
        rng.fill(&mut salt);
        let hash = hash_password(password.as_bytes(), &salt, ITERATIONS);
        Self {
            created: now.into(),
            changed: now.into(),
            reset_required: false,
            salt,
            iterations: ITERATIONS,
            hash,
            former: Vec::new(),
        }
    }

    fn hash_of(&self, password: &str) -> [u8; 32] {
        hash_password(password.as_bytes(), &self.salt, self.iterations)
    }

    /// Sets another password; false if it is one of the last `barred`, the present one among them.
    fn set(&mut self, password: &str, barred: usize, now: Timestamp) -> bool {
        let hash = self.hash_of(password);
        let recent = std::iter::once(&self.hash).chain(&self.former).take(barred);
        if recent.fold(false, |known, former| known | equal(former, &hash)) {
            return false;
        }
        self.former.insert(0, std::mem::replace(&mut self.hash, hash));
        self.former.truncate(REMEMBERED);
        self.changed = now.into();
        true
    }
}

/// The operations on passwords.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::CREATE_LOGIN_PROFILE, create)
                .on(|lookup, input| targets::on_subject(lookup, "iam:CreateLoginProfile", input.user_name.as_deref()))
                .quota(&quotas::PASSWORDS)
                .writes()
                .slow(),
        )
        .with(
            op(api::GET_LOGIN_PROFILE, get)
                .on(|lookup, input| targets::on_subject(lookup, "iam:GetLoginProfile", input.user_name.as_deref()))
                .quota(&quotas::READS),
        )
        .with(
            op(api::UPDATE_LOGIN_PROFILE, update)
                .on(|lookup, input| targets::only::<User>(lookup, "iam:UpdateLoginProfile", &input.user_name))
                .quota(&quotas::PASSWORDS)
                .writes()
                .slow(),
        )
        .with(
            op(api::DELETE_LOGIN_PROFILE, delete)
                .on(|lookup, input| targets::on_subject(lookup, "iam:DeleteLoginProfile", input.user_name.as_deref()))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(op(api::CHANGE_PASSWORD, change).on(on_change).quota(&quotas::PASSWORDS).writes().slow())
}

/// On the calling user, whom the account's password policy may have let do it.
fn on_change(lookup: &mut Lookup<'_, '_>, _: &api::ChangePassword) -> Result<Vec<Target>> {
    const ACTION: &str = "iam:ChangePassword";
    let caller = lookup.caller().principal.clone();
    let Identity::User(user) = &caller.identity else {
        return Err(error::only_users_change_passwords().into());
    };
    let targets = targets::on_subject(lookup, ACTION, None)?;
    let own = password_policy::lets_users_change(lookup)?.then(|| password_policy::permission(ACTION, &user.id));
    Ok(targets
        .into_iter()
        .map(|target| match own.clone().flatten() {
            Some(permission) => target.guarded_by(permission),
            None => target,
        })
        .collect())
}

/// Gives a user a first password.
fn create(ctx: &mut Ctx<'_>, input: api::CreateLoginProfile) -> Result<api::CreateLoginProfileOutput> {
    let account = ctx.scope().account;
    let user = subject(ctx, input.user_name.as_deref())?;
    let place = LoginProfile::key(account, &user.id);
    if ctx.exists(&place)? {
        return Err(error::exists(format!("Login Profile for user {} already exists.", user.name)).into());
    }
    let password = input.password.ok_or_else(error::password_missing)?;
    admit(ctx, &password)?;
    let mut profile = LoginProfile::new(password.expose(), ctx.rng(), ctx.now());
    profile.reset_required = input.password_reset_required.unwrap_or_default();
    ctx.put(&place, &profile)?;
    Ok(api::CreateLoginProfileOutput { login_profile: described(&user, &profile) })
}

/// Tells whether a user has a password, and since when.
fn get(ctx: &mut Ctx<'_>, input: api::GetLoginProfile) -> Result<api::GetLoginProfileOutput> {
    let user = subject(ctx, input.user_name.as_deref())?;
    let profile = profile(ctx, &user)?;
    Ok(api::GetLoginProfileOutput { login_profile: described(&user, &profile) })
}

/// Sets another password, or whether the user has to.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateLoginProfile) -> Result<()> {
    let user: User = found(ctx, &input.user_name)?;
    let mut profile = profile(ctx, &user)?;
    if let Some(password) = &input.password {
        replace(ctx, &mut profile, password)?;
    }
    profile.reset_required = input.password_reset_required.unwrap_or(profile.reset_required);
    ctx.put(&LoginProfile::key(ctx.scope().account, &user.id), &profile)
}

/// Takes a user's password away. Access keys stay.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteLoginProfile) -> Result<()> {
    let user = subject(ctx, input.user_name.as_deref())?;
    profile(ctx, &user)?;
    ctx.delete(&LoginProfile::key(ctx.scope().account, &user.id))
}

/// Lets the calling user set another password, if the old one is known.
fn change(ctx: &mut Ctx<'_>, input: api::ChangePassword) -> Result<()> {
    let user = subject(ctx, None)?;
    let mut profile = profile(ctx, &user)?;
    if !equal(&profile.hash_of(input.old_password.expose()), &profile.hash) {
        return Err(error::wrong_password().into());
    }
    replace(ctx, &mut profile, &input.new_password)?;
    profile.reset_required = false;
    ctx.put(&LoginProfile::key(ctx.scope().account, &user.id), &profile)
}

fn replace(ctx: &mut Ctx<'_>, profile: &mut LoginProfile, password: &Secret<String>) -> Result<()> {
    let policy = admit(ctx, password)?;
    let barred = policy.and_then(|policy| policy.reuse_prevention).unwrap_or_default();
    if !profile.set(password.expose(), barred as usize, ctx.now()) {
        return Err(error::password_policy().into());
    }
    Ok(())
}

/// Refuses a password that the account's rules do not admit; gives the account's own policy.
fn admit(ctx: &mut Ctx<'_>, password: &Secret<String>) -> Result<Option<PasswordPolicy>> {
    let account = ctx.scope().account;
    let policy: Option<PasswordPolicy> = ctx.get(&PasswordPolicy::key(account))?;
    let admitted = match &policy {
        Some(policy) => policy.admits(password.expose()),
        None => {
            let record: Option<Account> = ctx.get(&Account::key(account))?;
            let alias = aliases::of(ctx, account)?.unwrap_or_default();
            let (name, email) = record.map(|record| (record.name, record.email)).unwrap_or_default();
            password_policy::admitted_by_default(password.expose(), &[&name, &email, &alias])
        }
    };
    if admitted { Ok(policy) } else { Err(error::password_policy().into()) }
}

/// The user that is meant. An account's root has no password here: nobody signs in as root.
fn subject(ctx: &mut Ctx<'_>, named: Option<&str>) -> Result<User> {
    match users::subject(ctx, named)? {
        Subject::User(name) => found(ctx, &name),
        Subject::Root => Err(error::root_has_no_login_profile().into()),
    }
}

/// What stands in the way of deleting a user.
pub(crate) fn obstacle(ctx: &mut Ctx<'_>, account: AccountId, user: &User) -> Result<Option<&'static str>> {
    let has = ctx.exists(&LoginProfile::key(account, &user.id))?;
    Ok(has.then_some("must delete login profile first."))
}

fn profile(ctx: &mut Ctx<'_>, user: &User) -> Result<LoginProfile> {
    let found = ctx.get(&LoginProfile::key(ctx.scope().account, &user.id))?;
    let missing = || error::no_such_entity(format!("Login Profile for User {} cannot be found.", user.name));
    Ok(found.ok_or_else(missing)?)
}

fn described(user: &User, profile: &LoginProfile) -> api::LoginProfile {
    api::LoginProfile {
        user_name: user.name.clone(),
        create_date: profile.created.into(),
        password_reset_required: Some(profile.reset_required),
    }
}
