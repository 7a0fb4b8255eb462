//! AWS Security Token Service: who am I?
//!
//! Guarantee: GetCallerIdentity needs no permission and cannot be denied, so that whoever has credentials can learn
//! whose they are. Source: STS API Reference.

pub mod api;

use kernel::{Ctx, Pool, Result, Service, op};
use model::Fault;

/// The service: one line for each operation.
pub fn service() -> Service {
    Service::new("sts", throttled).with(op(api::GET_CALLER_IDENTITY, get_caller_identity).quota(&REQUESTS))
}

/// What all signed operations share. Source: IAM User Guide, "IAM and AWS STS quotas".
static REQUESTS: Pool = Pool { name: "sts.Requests", rate: |_| 600.0 };

/// Tells whose credentials signed the call.
fn get_caller_identity(ctx: &mut Ctx<'_>, _: api::GetCallerIdentity) -> Result<api::GetCallerIdentityOutput> {
    let principal = &ctx.caller().principal;
    Ok(api::GetCallerIdentityOutput {
        user_id: Some(principal.unique_id().into_owned()),
        account: Some(principal.account().to_string()),
        arn: Some(principal.arn(ctx.partition())),
    })
}

fn throttled() -> Fault {
    Fault::client("Throttling", "Rate exceeded")
}
