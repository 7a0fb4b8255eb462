//! The account's password policy, and whether a password meets it.
//!
//! Guarantees: an account without a policy of its own has AWS's default; a policy is replaced as a whole, so what is not
//! given goes back to its default. Source: IAM User Guide, "Set an account password policy for IAM users"; IAM API
//! Reference, UpdateAccountPasswordPolicy.

use crate::{api, error, quotas};
use base::AccountId;
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use policy::{Attached, Document, Identity, Kind, Origin, Policy};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Key, Record, Space};

/// The shortest password when a policy does not say.
const DEFAULT_LENGTH: u32 = 6;

/// The shortest password of an account that has no policy.
const LENGTH_WITHOUT_POLICY: usize = 8;
/// How many of the four kinds of characters a password of such an account has.
const KINDS_WITHOUT_POLICY: usize = 3;

/// What counts as a symbol.
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";

/// What an account asks of its users' passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PasswordPolicy {
    minimum_length: u32,
    symbols: bool,
    numbers: bool,
    uppercase: bool,
    lowercase: bool,
    /// Whether users may change their own password without a policy that says so.
    pub users_may_change: bool,
    /// Days after which a password expires.
    pub max_age_days: Option<u32>,
    /// How many of a user's last passwords may not be used again.
    pub reuse_prevention: Option<u32>,
    hard_expiry: Option<bool>,
}

impl Record for PasswordPolicy {
    const VERSION: u8 = 1;
}

impl PasswordPolicy {
    /// Where an account's policy is.
    pub(crate) fn key(account: AccountId) -> Key {
        Key::new(Space::account(account), "iam.password-policy")
    }

    /// Whether a password has the length and the kinds of characters that it must have.
    pub(crate) fn admits(&self, password: &str) -> bool {
        let kinds = Kinds::of(password);
        password.chars().count() >= self.minimum_length as usize
            && (kinds.symbols || !self.symbols)
            && (kinds.numbers || !self.numbers)
            && (kinds.uppercase || !self.uppercase)
            && (kinds.lowercase || !self.lowercase)
    }
}

/// Whether a password meets the rules of an account without a policy; `names` are what it may not be.
pub(crate) fn admitted_by_default(password: &str, names: &[&str]) -> bool {
    let kinds = Kinds::of(password);
    let kinds = [kinds.symbols, kinds.numbers, kinds.uppercase, kinds.lowercase];
    password.chars().count() >= LENGTH_WITHOUT_POLICY
        && kinds.into_iter().filter(|kind| *kind).count() >= KINDS_WITHOUT_POLICY
        && !names.iter().any(|name| name.eq_ignore_ascii_case(password))
}

/// Whether the account lets all of its users change their own password.
pub(crate) fn lets_users_change(lookup: &mut Lookup<'_, '_>) -> Result<bool> {
    let account = lookup.scope().account;
    let policy: Option<PasswordPolicy> = lookup.get(&PasswordPolicy::key(account))?;
    Ok(policy.is_some_and(|policy| policy.users_may_change))
}

/// What [`lets_users_change`] gives the user with this unique id: as if the user's own record said so, which no policy of
/// the user has to say then, while every policy can still deny it.
pub(crate) fn permission(action: &str, user_id: &str) -> Option<Attached> {
    let statement =
        format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{user_id}"}},"Action":"{action}","Resource":"*"}}"#);
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let document = Document::parse(Kind::Resource, document).ok()?;
    Some(Attached::new("password-policy", Origin::Resource, Arc::new(Policy::compile(&document))))
}

/// Which kinds of characters a password has.
struct Kinds {
    symbols: bool,
    numbers: bool,
    uppercase: bool,
    lowercase: bool,
}

impl Kinds {
    fn of(password: &str) -> Self {
        let has = |kind: fn(char) -> bool| password.chars().any(kind);
        Self {
            symbols: has(|letter| SYMBOLS.contains(letter)),
            numbers: has(|letter| letter.is_ascii_digit()),
            uppercase: has(|letter| letter.is_ascii_uppercase()),
            lowercase: has(|letter| letter.is_ascii_lowercase()),
        }
    }
}

/// The operations on the policy.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::GET_ACCOUNT_PASSWORD_POLICY, get).on(on_get).quota(&quotas::READS))
        .with(
            op(api::UPDATE_ACCOUNT_PASSWORD_POLICY, update)
                .on(|_, _| Ok(vec![Target::any("iam:UpdateAccountPasswordPolicy")]))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DELETE_ACCOUNT_PASSWORD_POLICY, delete)
                .on(|_, _| Ok(vec![Target::any("iam:DeleteAccountPasswordPolicy")]))
                .quota(&quotas::CHANGES)
                .writes(),
        )
}

/// Users who may change their password may see what it has to be like.
fn on_get(lookup: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
    const ACTION: &str = "iam:GetAccountPasswordPolicy";
    let caller = lookup.caller().principal.clone();
    let permission = match &caller.identity {
        Identity::User(user) if lets_users_change(lookup)? => permission(ACTION, &user.id),
        _ => None,
    };
    let target = Target::any(ACTION);
    Ok(vec![match permission {
        Some(permission) => target.guarded_by(permission),
        None => target,
    }])
}

/// The account's own policy; the default does not show.
fn get(ctx: &mut Ctx<'_>, (): ()) -> Result<api::GetAccountPasswordPolicyOutput> {
    let account = ctx.scope().account;
    let policy: PasswordPolicy = ctx.get(&PasswordPolicy::key(account))?.ok_or_else(|| {
        error::no_such_entity(format!("The Password Policy with domain name {account} cannot be found."))
    })?;
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    Ok(api::GetAccountPasswordPolicyOutput {
        password_policy: api::PasswordPolicy {
            minimum_password_length: Some(number(policy.minimum_length)),
            require_symbols: Some(policy.symbols),
            require_numbers: Some(policy.numbers),
            require_uppercase_characters: Some(policy.uppercase),
            require_lowercase_characters: Some(policy.lowercase),
            allow_users_to_change_password: Some(policy.users_may_change),
            expire_passwords: Some(policy.max_age_days.is_some()),
            max_password_age: policy.max_age_days.map(number),
            password_reuse_prevention: policy.reuse_prevention.map(number),
            hard_expiry: policy.hard_expiry,
        },
    })
}

/// Puts a policy in the place of the one there is.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateAccountPasswordPolicy) -> Result<()> {
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    let policy = PasswordPolicy {
        minimum_length: number(input.minimum_password_length).unwrap_or(DEFAULT_LENGTH),
        symbols: input.require_symbols.unwrap_or_default(),
        numbers: input.require_numbers.unwrap_or_default(),
        uppercase: input.require_uppercase_characters.unwrap_or_default(),
        lowercase: input.require_lowercase_characters.unwrap_or_default(),
        users_may_change: input.allow_users_to_change_password.unwrap_or_default(),
        max_age_days: number(input.max_password_age),
        reuse_prevention: number(input.password_reuse_prevention),
        hard_expiry: input.hard_expiry,
    };
    ctx.put(&PasswordPolicy::key(ctx.scope().account), &policy)
}

/// Goes back to the default.
fn delete(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
    let place = PasswordPolicy::key(ctx.scope().account);
    if !ctx.exists(&place)? {
        return Err(error::no_such_entity("The account policy with name PasswordPolicy cannot be found.").into());
    }
    ctx.delete(&place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> PasswordPolicy {
        PasswordPolicy {
            minimum_length: 6,
            symbols: false,
            numbers: false,
            uppercase: false,
            lowercase: false,
            users_may_change: false,
            max_age_days: None,
            reuse_prevention: None,
            hard_expiry: None,
        }
    }

    #[test]
    fn each_rule_refuses_what_lacks_its_kind_of_character() {
        assert!(policy().admits("aaaaaa") && !policy().admits("aaaaa"));
        type Rule<'a> = (fn(&mut PasswordPolicy), &'a str, &'a str);
        let rules: [Rule<'_>; 5] = [
            (|policy| policy.symbols = true, "aaaaa!", "aaaaa,"),
            (|policy| policy.numbers = true, "aaaaa1", "aaaaaa"),
            (|policy| policy.uppercase = true, "aaaaaA", "aaaaaÄ"),
            (|policy| policy.lowercase = true, "AAAAAa", "AAAAAä"),
            (|policy| policy.minimum_length = 128, &"a".repeat(128), &"a".repeat(127)),
        ];
        for (rule, good, bad) in rules {
            let mut policy = policy();
            rule(&mut policy);
            assert!(policy.admits(good) && !policy.admits(bad), "{policy:?}");
        }
    }

    #[test]
    fn without_a_policy_three_kinds_of_characters_and_eight_of_them_are_needed() {
        for good in ["Abcdefg1", "abcdef1!", "ABCDEF1!", "Abcdefg!"] {
            assert!(admitted_by_default(good, &[]), "{good}");
        }
        for bad in ["Abcdef1", "abcdefg1", "Abcdefgh", "12345678!"] {
            assert!(!admitted_by_default(bad, &[]), "{bad}");
        }
        assert!(!admitted_by_default("Example-1", &["example-1"]));
    }
}
