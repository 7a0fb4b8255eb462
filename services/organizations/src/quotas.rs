//! Limits of Organizations.
//!
//! Source: AWS Organizations User Guide, "Quotas and service limits for AWS Organizations".

use crate::records::{RESOURCE_CONTROL, SERVICE_CONTROL};
use crate::standing::Standing;
use base::Scope;
use kernel::{Ctx, Limit, Measure, Pool, Quota};
use std::time::Duration;

/// Accounts in an organization, invitations included.
pub(crate) static ACCOUNTS: Limit = Limit { name: "organizations.Accounts", default: 10, most: 100_000 };
/// What Service Quotas lists. AWS publishes no codes of the others, none of which can be raised. Source: AWS General
/// Reference, "AWS Organizations endpoints and quotas".
pub(crate) static QUOTAS: &[Quota] = &[Quota {
    code: "L-E619E033",
    name: "Maximum number of accounts",
    adjustable: true,
    of: Measure::Count(&ACCOUNTS),
}];

/// Whether an organization has as many accounts as it may.
pub(crate) fn is_full(ctx: &Ctx<'_>, standing: &Standing) -> bool {
    let scope = Scope { account: standing.management, ..ctx.scope() };
    u64::from(standing.organization.accounts) >= ctx.limit_of(scope, &ACCOUNTS)
}
/// Organizational units in an organization.
pub(crate) const MAX_UNITS: u32 = 2000;
/// Units above one another, below the root.
pub(crate) const MAX_NESTED_UNITS: usize = 5;
/// Tags on one resource.
pub(crate) const MAX_TAGS: usize = 50;
/// Members that administer one service.
pub(crate) const MAX_DELEGATES_PER_SERVICE: usize = 3;
/// Days that a created account stays in before it may leave.
pub(crate) const MIN_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long an invitation waits for an answer.
pub(crate) const INVITATION: Duration = Duration::from_secs(15 * 24 * 3600);
/// Invitations that an organization sends in a day, those left out that were accepted.
pub(crate) const MAX_INVITATIONS_A_DAY: usize = 20;
/// The day that these are counted in.
pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long a handshake that is over is shown. Source: AWS Organizations API Reference, "Handshake".
pub(crate) const HANDSHAKE_SHOWN: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long the migration to all features waits for its approvals.
pub(crate) const MIGRATION: Duration = Duration::from_secs(90 * 24 * 3600);

/// Policies of one type in an organization.
pub(crate) fn policies(kind: &str) -> u32 {
    if kind == SERVICE_CONTROL { 10_000 } else { 1000 }
}

/// Policies of one type on one target.
pub(crate) fn attachments(kind: &str) -> usize {
    match kind {
        SERVICE_CONTROL | RESOURCE_CONTROL | "AISERVICES_OPT_OUT_POLICY" | "CHATBOT_POLICY" => 5,
        _ => 10,
    }
}

/// Characters of a policy document.
pub(crate) fn document(kind: &str) -> usize {
    match kind {
        SERVICE_CONTROL | RESOURCE_CONTROL => 5120,
        "AISERVICES_OPT_OUT_POLICY" => 2500,
        _ => 10_000,
    }
}

/// What reads draw on together.
pub(crate) static READS: Pool = Pool { name: "organizations.Reads", rate: |_| 20.0 };
/// What changes draw on together.
pub(crate) static WRITES: Pool = Pool { name: "organizations.Writes", rate: |_| 10.0 };
