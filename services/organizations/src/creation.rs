//! Making accounts: asked for at once, made a moment later, as AWS does.
//!
//! Guarantees: an address owns one account; an account that is made is a real one, with a role that the management
//! account's administrators can assume; the account, its membership and the outcome appear together.

use crate::records::{Creation, Email, Joined, Member, State};
use crate::resolve::{Reach, on, request_tags};
use crate::standing::Standing;
use crate::{api, error, ids, paging, quotas, tags, tree};
use base::{AccountId, Secret, Timestamp};
use bus::Job;
use directory::ids::{Prefix, unique_id};
use directory::records::{self, Account, Role};
use kernel::{Ctx, Error, JobKind, Result, Service, op};
use std::collections::BTreeMap;
use store::Space;

/// The work that a request to make an account leaves.
pub(crate) const CREATE: JobKind = JobKind { name: "organizations.create-account", run: make };

/// The role that the management account's administrators assume in a member, unless another is named.
const DEFAULT_ROLE: &str = "OrganizationAccountAccessRole";

/// Draws of an account id before something must be wrong.
const MAX_DRAWS: usize = 16;

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::CREATE_ACCOUNT, create)
                .on(|lookup, input| {
                    let given = request_tags(input.tags.iter().flatten().map(|tag| (&*tag.key, &*tag.value)));
                    let conditions: Vec<_> = given.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
                    on(lookup, "organizations:CreateAccount", Reach::Manage, &[], &conditions)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DESCRIBE_CREATE_ACCOUNT_STATUS, describe)
                .on(|lookup, _| on(lookup, "organizations:DescribeCreateAccountStatus", Reach::Read, &[], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_CREATE_ACCOUNT_STATUS, list)
                .on(|lookup, _| on(lookup, "organizations:ListCreateAccountStatus", Reach::Read, &[], &[]))
                .quota(&quotas::READS),
        )
}

fn create(ctx: &mut Ctx<'_>, input: api::CreateAccount) -> Result<api::CreateAccountOutput> {
    let mut standing = Standing::of(ctx)?;
    if quotas::is_full(ctx, &standing) {
        return Err(error::constraint(
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the allowed number of AWS accounts.",
        )
        .into());
    }
    let mut given = BTreeMap::new();
    tags::checked(&mut given, input.tags.unwrap_or_default())?;
    standing.organization.accounts += 1;
    standing.save(ctx)?;
    let id = ids::creation(ctx.rng());
    let creation = Creation {
        name: input.account_name.expose().clone(),
        email: input.email.expose().clone(),
        account: free_account(ctx)?.to_string(),
        role: input.role_name.unwrap_or_else(|| DEFAULT_ROLE.to_owned()),
        tags: given,
        requested_millis: ctx.now().millis(),
        completed_millis: None,
        outcome: None,
    };
    ctx.put(&Creation::key(standing.management, &id), &creation)?;
    ctx.schedule(&Job {
        id: format!("{}/{id}", CREATE.name),
        kind: CREATE.name.to_owned(),
        due: ctx.now(),
        space: Space::regional(ctx.scope()),
        payload: id.as_bytes().to_vec(),
    })?;
    Ok(api::CreateAccountOutput { create_account_status: Some(view(id, creation)) })
}

fn make(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let id = String::from_utf8(job.payload.clone()).map_err(|_| Error::Internal("no creation".into()))?;
    let Some(mut standing) = Standing::find(ctx)? else { return Ok(()) };
    let place = Creation::key(standing.management, &id);
    let Some(mut creation) = ctx.get::<Creation>(&place)? else { return Ok(()) };
    if creation.outcome.is_some() {
        return Ok(());
    }
    creation.completed_millis = Some(ctx.now().millis());
    let outcome = open(ctx, &standing, &creation)?;
    if outcome.is_err() {
        standing.organization.accounts = standing.organization.accounts.saturating_sub(1);
        standing.save(ctx)?;
    }
    let told = match &outcome {
        Ok(()) => format!("\"state\":\"SUCCEEDED\",\"accountId\":\"{}\"", creation.account),
        Err(reason) => format!("\"state\":\"FAILED\",\"failureReason\":\"{reason}\""),
    };
    let details = format!("{{\"createAccountStatus\":{{\"id\":\"{id}\",{told}}}}}");
    creation.outcome = Some(outcome);
    ctx.put(&place, &creation)?;
    ctx.service_event("CreateAccountResult", &[], &details);
    Ok(())
}

/// Makes the account, a member in the root with its tags and the role into it; or says why not.
fn open(ctx: &mut Ctx<'_>, standing: &Standing, creation: &Creation) -> Result<std::result::Result<(), String>> {
    if ctx.exists(&Email::key(&creation.email))? {
        return Ok(Err("EMAIL_ALREADY_EXISTS".to_owned()));
    }
    let account: AccountId =
        creation.account.parse().map_err(|_| Error::Internal("an account was drawn that is none".into()))?;
    // What the keyring seals is written below. One that is left over, because this run comes to nothing, opens nothing.
    ctx.crypto().ensure_keyring(account, ctx.now())?;
    if !ctx.insert(&Account::key(account), &Account::new(ctx.now()))? {
        return Ok(Err("INTERNAL_FAILURE".to_owned()));
    }
    ctx.put(&Email::key(&creation.email), &Email(account.to_string()))?;
    let member = Member {
        name: creation.name.clone(),
        email: creation.email.clone(),
        parent: standing.organization.root.clone(),
        joined: Joined::Created,
        joined_millis: ctx.now().millis(),
        state: State::Active,
        closed_millis: None,
    };
    tree::put_member(ctx, standing, account.as_str(), &member)?;
    let given = creation.tags.clone().into_iter().map(|(key, value)| api::Tag { key, value }).collect();
    tags::put(ctx, standing, account.as_str(), Some(given))?;
    access_role(ctx, standing, account, &creation.role)?;
    Ok(Ok(()))
}

fn describe(
    ctx: &mut Ctx<'_>,
    input: api::DescribeCreateAccountStatus,
) -> Result<api::DescribeCreateAccountStatusOutput> {
    let standing = Standing::of(ctx)?;
    let id = input.create_account_request_id;
    let creation: Creation =
        ctx.get(&Creation::key(standing.management, &id))?.ok_or_else(error::creation_not_found)?;
    Ok(api::DescribeCreateAccountStatusOutput { create_account_status: Some(view(id, creation)) })
}

fn list(ctx: &mut Ctx<'_>, input: api::ListCreateAccountStatus) -> Result<api::ListCreateAccountStatusOutput> {
    let standing = Standing::of(ctx)?;
    let asked = input.states.unwrap_or_default();
    let words: Vec<&str> = asked.iter().map(|state| state.as_str()).collect();
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &words)?;
    let is_wanted = |creation: &Creation| asked.is_empty() || asked.contains(&state(creation));
    let (found, next_token) = page.chosen(ctx, &Creation::all(standing.management), is_wanted)?;
    let statuses = found.into_iter().map(|(id, creation)| view(id, creation)).collect();
    Ok(api::ListCreateAccountStatusOutput { create_account_statuses: Some(statuses), next_token })
}

fn free_account(ctx: &mut Ctx<'_>) -> Result<AccountId> {
    for _ in 0..MAX_DRAWS {
        if let Some(account) = ids::account(ctx.rng())
            && !ctx.exists(&Account::key(account))?
        {
            return Ok(account);
        }
    }
    Err(Error::Internal("no free account id was drawn".into()))
}

fn state(creation: &Creation) -> api::CreateAccountState {
    match creation.outcome {
        None => api::CreateAccountState::InProgress,
        Some(Ok(())) => api::CreateAccountState::Succeeded,
        Some(Err(_)) => api::CreateAccountState::Failed,
    }
}

fn view(id: String, creation: Creation) -> api::CreateAccountStatus {
    let state = state(&creation);
    let (account_id, reason) = match creation.outcome {
        None => (None, None),
        Some(Ok(())) => (Some(creation.account), None),
        Some(Err(reason)) => (None, Some(reason)),
    };
    let known = api::CreateAccountFailureReason::ALL;
    api::CreateAccountStatus {
        id: Some(id),
        account_name: Some(Secret::new(creation.name)),
        state: Some(state),
        requested_timestamp: Some(Timestamp::from_millis(creation.requested_millis)),
        completed_timestamp: creation.completed_millis.map(Timestamp::from_millis),
        account_id,
        gov_cloud_account_id: None,
        failure_reason: reason.and_then(|reason| known.iter().copied().find(|known| known.as_str() == reason)),
    }
}

/// Makes the role by which the management account's administrators come in.
fn access_role(ctx: &mut Ctx<'_>, standing: &Standing, account: AccountId, name: &str) -> Result<()> {
    let trust = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\
         \"arn:{}:iam::{}:root\"}},\"Action\":\"sts:AssumeRole\"}}]}}",
        ctx.partition(),
        standing.management
    );
    let id = unique_id(ctx.rng(), Prefix::Role);
    let mut role = Role::new(id, "/", name, trust, ctx.now());
    let administrator = format!("arn:{}:iam::aws:policy/AdministratorAccess", ctx.partition());
    if !records::add(ctx, account, &role)? {
        return Err(Error::Internal(format!("a new account has a role {name} already")));
    }
    records::attach(ctx, account, &mut role, &administrator).map(drop)
}
