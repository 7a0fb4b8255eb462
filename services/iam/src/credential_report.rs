//! The credential report: all users of the account, and the state of their credentials, as CSV.
//!
//! Guarantees: a report is made by a job, at most once in four hours, and told for as long; it holds no secret. Source: IAM
//! User Guide, "Generate credential reports for your AWS account".

use crate::login_profiles::LoginProfile;
use crate::password_policy::PasswordPolicy;
use crate::{api, error, mfa_devices, owners, parts, quotas, signing_certificates, targets};
use base::{AccountId, Timestamp};
use bus::Job;
use directory::records::{AccessKey, Account, KeyStatus, Moment, Named, User};
use kernel::{Ctx, JobKind, Result, Service, Target, op};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Key, Record, Space};

/// For how long a report is told, and none is made anew.
const FRESH: Duration = Duration::from_secs(4 * 3600);

/// Users that are read at a time.
const CHUNK: usize = 500;

/// Makes a report.
const REPORT: JobKind = JobKind { name: "iam.credential-report", run: make };

const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                       password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                       access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
                       access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                       access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
                       cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info";

/// What does not apply.
const NONE: &str = "N/A";

/// What is known of the account's report.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Report {
    generated: Option<Moment>,
    is_under_way: bool,
}

impl Record for Report {
    const VERSION: u8 = 1;
}

impl Report {
    fn key(account: AccountId) -> Key {
        Key::new(Space::account(account), "iam.credential-report")
    }

    fn text(account: AccountId) -> Key {
        Key::new(Space::account(account), "iam.credential-report-text")
    }

    fn is_fresh(self, now: Timestamp) -> bool {
        self.generated.is_some_and(|generated| now.since(generated.into()) < FRESH)
    }
}

/// The operations on the report, and its job.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::GENERATE_CREDENTIAL_REPORT, generate)
                .on(|_, ()| Ok(vec![Target::any("iam:GenerateCredentialReport")]))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::GET_CREDENTIAL_REPORT, get)
                .on(|_, ()| Ok(vec![Target::any("iam:GetCredentialReport")]))
                .quota(&quotas::READS),
        )
        .job(REPORT)
}

/// Has a report made, unless there is one or it is under way.
fn generate(ctx: &mut Ctx<'_>, (): ()) -> Result<api::GenerateCredentialReportOutput> {
    let scope = ctx.scope();
    let place = Report::key(scope.account);
    let report: Report = ctx.get(&place)?.unwrap_or_default();
    let told = |state, description: Option<&str>| api::GenerateCredentialReportOutput {
        state: Some(state),
        description: description.map(str::to_owned),
    };
    if report.is_under_way {
        return Ok(told(api::ReportStateType::Inprogress, None));
    }
    if report.is_fresh(ctx.now()) {
        return Ok(told(api::ReportStateType::Complete, None));
    }
    ctx.put(&place, &Report { is_under_way: true, ..report })?;
    ctx.schedule(&Job {
        id: REPORT.name.to_owned(),
        kind: REPORT.name.to_owned(),
        due: ctx.now(),
        space: Space::regional(scope),
        payload: Vec::new(),
    })?;
    let description = match report.generated {
        None => "No report exists. Starting a new report generation task",
        Some(_) => "The most recent report has expired. Starting a new report generation task",
    };
    Ok(told(api::ReportStateType::Started, Some(description)))
}

/// The last report.
fn get(ctx: &mut Ctx<'_>, (): ()) -> Result<api::GetCredentialReportOutput> {
    let account = ctx.scope().account;
    let report: Report = ctx.get(&Report::key(account))?.unwrap_or_default();
    let Some(generated) = report.generated.filter(|_| report.is_fresh(ctx.now())) else {
        return Err(match report {
            Report { is_under_way: true, .. } => error::report_in_progress(),
            Report { generated: Some(_), .. } => error::report_expired(),
            Report { generated: None, .. } => error::report_not_present(),
        }
        .into());
    };
    Ok(api::GetCredentialReportOutput {
        content: Some(parts::get(ctx, &Report::text(account))?.into_bytes()),
        report_format: Some(api::ReportFormatType::TextCsv),
        generated_time: Some(generated.into()),
    })
}

/// The job: writes the report.
fn make(ctx: &mut Ctx<'_>, _: &Job) -> Result<()> {
    let account = ctx.scope().account;
    let policy: Option<PasswordPolicy> = ctx.get(&PasswordPolicy::key(account))?;
    let max_age =
        policy.and_then(|policy| policy.max_age_days).map(|days| Duration::from_secs(86_400 * u64::from(days)));
    let mut text = COLUMNS.to_owned();
    let mut add = |row: Row| {
        text.push('\n');
        text.push_str(&row.0);
    };
    add(root(ctx)?);
    let all = User::all(account);
    let mut after = None;
    // Bounded by the quota of users.
    loop {
        let users: Vec<(Key, User)> = ctx.scan(&all, after.as_ref(), CHUNK)?;
        for (_, user) in &users {
            add(row(ctx, user, max_age)?);
        }
        match users.into_iter().next_back() {
            Some((last, _)) => after = Some(last),
            None => break,
        }
    }
    parts::put(ctx, &Report::text(account), &text)?;
    ctx.put(&Report::key(account), &Report { generated: Some(ctx.now().into()), is_under_way: false })
}

/// A line in the making.
struct Row(String);

impl Row {
    fn new(user: &str, arn: &str, created: Timestamp) -> Self {
        let mut row = Self(String::new());
        row.cell(user);
        row.cell(arn);
        row.time(created);
        row
    }

    /// Names of users may hold commas; those are quoted, as RFC 4180 says.
    fn cell(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        if text.contains([',', '"']) {
            self.0.push_str(&format!("\"{}\"", text.replace('"', "\"\"")));
        } else {
            self.0.push_str(text);
        }
    }

    fn truth(&mut self, truth: bool) {
        self.cell(if truth { "true" } else { "false" });
    }

    fn time(&mut self, time: Timestamp) {
        self.cell(&time.to_seconds_rfc3339().replace('Z', "+00:00"));
    }

    fn perhaps(&mut self, time: Option<Timestamp>) {
        match time {
            Some(time) => self.time(time),
            None => self.cell(NONE),
        }
    }
}

/// The account's root user. It has no password and no MFA device here.
fn root(ctx: &mut Ctx<'_>) -> Result<Row> {
    let account = ctx.scope().account;
    let record: Option<Account> = ctx.get(&Account::key(account))?;
    let record = record.ok_or_else(|| kernel::Error::Internal("the account of a report is gone".into()))?;
    let mut row = Row::new("<root_account>", &targets::root_arn(ctx.partition(), account), record.created.into());
    row.truth(false);
    row.cell(NONE);
    row.cell(NONE);
    row.cell("not_supported");
    row.truth(false);
    keys(ctx, &mut row, &record.access_keys)?;
    certificates(ctx, &mut row, owners::ROOT)?;
    row.cell(NONE);
    Ok(row)
}

fn row(ctx: &mut Ctx<'_>, user: &User, max_age: Option<Duration>) -> Result<Row> {
    let account = ctx.scope().account;
    let mut row = Row::new(&user.name, &user.arn(ctx.partition(), account), user.created.into());
    let profile: Option<LoginProfile> = ctx.get(&LoginProfile::key(account, &user.id))?;
    row.truth(profile.is_some());
    // Nobody signs in with a password here.
    row.cell(if profile.is_some() { "no_information" } else { NONE });
    let changed: Option<Timestamp> = profile.map(|profile| profile.changed.into());
    row.perhaps(changed);
    row.perhaps(changed.and_then(|changed| Some(changed.plus(max_age?))));
    row.truth(!mfa_devices::devices_of(ctx, account, &user.id)?.is_empty());
    keys(ctx, &mut row, &user.access_keys)?;
    certificates(ctx, &mut row, &user.id)?;
    row.cell(NONE);
    Ok(row)
}

/// The two access keys, in the order in which they were made.
fn keys(ctx: &mut Ctx<'_>, row: &mut Row, ids: &[String]) -> Result<()> {
    let account = ctx.scope().account;
    for place in 0..2 {
        let id = ids.get(place);
        let key: Option<AccessKey> = match id {
            Some(id) => ctx.get(&AccessKey::key(id))?,
            None => None,
        };
        let active = key.filter(|key| key.status == KeyStatus::Active);
        row.truth(active.is_some());
        row.perhaps(active.map(|key| key.created.into()));
        let used = match id {
            Some(id) => ctx.key_use(account, id)?,
            None => None,
        };
        row.perhaps(used.as_ref().map(|used| used.at.into()));
        row.cell(used.as_ref().map_or(NONE, |used| &used.region));
        row.cell(used.as_ref().map_or(NONE, |used| &used.service));
    }
    Ok(())
}

/// The two signing certificates.
fn certificates(ctx: &mut Ctx<'_>, row: &mut Row, owner: &str) -> Result<()> {
    let found = signing_certificates::of(ctx, ctx.scope().account, owner)?;
    for place in 0..2 {
        let active = found.get(place).map(|(_, found)| found).filter(|found| found.active);
        row.truth(active.is_some());
        row.perhaps(active.map(|found| found.changed.into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_comma_stays_one_cell() {
        let mut row = Row::new("a,b", "arn", Timestamp::from_millis(0));
        row.truth(true);
        assert_eq!(row.0, "\"a,b\",arn,1970-01-01T00:00:00+00:00,true");
        assert_eq!(COLUMNS.split(',').count(), 23);
    }
}
