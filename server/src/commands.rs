//! What the control paths do to a node: health, reset, clock, audit, explanations.

use crate::control::{Command, Control, ControlError, TAIL_BYTES, TAIL_MAX};
use crate::custody;
use crate::handler::Boxed;
use crate::node::Node;
use crate::operation;
use crate::xks_proxy;
use crate::{costs, faults, quota_requests};
use base::{AccountId, Clock, Timestamp};
use kernel::{Denied, Kernel};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

impl Control for Node {
    fn is_sealed(&self) -> bool {
        Node::is_sealed(self)
    }

    fn trouble(&self) -> Boxed<'_, Option<String>> {
        Box::pin(async move {
            // Nobody who asks waits for a seal that is being opened or closed.
            if self.is_sealed() {
                return Some("the server is sealed".into());
            }
            let Some(kernel) = self.kernel().await else {
                let why = if self.is_sealed() { "the server is sealed" } else { "a reset has failed" };
                return Some(why.into());
            };
            let log = kernel.log();
            match log.check() {
                Err(error) => Some(error.to_string()),
                Ok(()) if !log.is_healthy() => Some("the audit log is short of space".into()),
                Ok(()) => None,
            }
        })
    }

    fn reset(&self) -> Boxed<'_, Result<(), ControlError>> {
        Box::pin(async move {
            if !self.config().dev {
                return Err(refused_outside_dev("a reset"));
            }
            Node::reset(self).await.map_err(ControlError::Failed)?;
            tracing::info!("reset to the seed");
            Ok(())
        })
    }

    fn run(&self, command: Command) -> Boxed<'_, Result<Value, ControlError>> {
        Box::pin(async move {
            if let Some(outcome) = operation::run(self, &command).await {
                return outcome;
            }
            if !self.config().dev && is_for_dev(&command) {
                return Err(refused_outside_dev("this command"));
            }
            let kernel = self.kernel().await.ok_or_else(|| {
                if self.is_sealed() {
                    ControlError::Refused("the server is sealed; open it with `fastness unseal`".into())
                } else {
                    ControlError::Failed("a reset has failed".into())
                }
            })?;
            // Moving the clock commits, and reading the log reads the disk.
            let done = tokio::task::spawn_blocking(move || carry_out(&kernel, command)).await;
            done.unwrap_or_else(|_| Err(ControlError::Failed("the command crashed".into())))
        })
    }
}

/// Whether a command is one for tests: production has neither a clock that moves nor faults.
fn is_for_dev(command: &Command) -> bool {
    matches!(
        command,
        Command::ClockAdvance { .. }
            | Command::ClockSet { .. }
            | Command::ClockFreeze {}
            | Command::ClockResume {}
            | Command::FaultAdd(_)
            | Command::FaultList {}
            | Command::FaultRemove { .. }
            | Command::FaultClear {}
    )
}

fn refused_outside_dev(what: &str) -> ControlError {
    ControlError::Refused(format!(
        "{what} is for `fastness dev` alone: a server of `fastness serve` has no reset, no clock that moves and no faults"
    ))
}

fn carry_out(kernel: &Arc<Kernel>, command: Command) -> Result<Value, ControlError> {
    match command {
        Command::ClockShow {} => {}
        Command::ClockAdvance { by_millis } => {
            let by = Duration::from_millis(by_millis);
            refuse_the_end_of_time(kernel.clock().now().plus(by))?;
            change_clock(kernel, |clock| clock.advance(by))?;
        }
        Command::ClockSet { to } => {
            let to = Timestamp::from_rfc3339(&to).map_err(|invalid| ControlError::Refused(invalid.0.into()))?;
            refuse_the_end_of_time(to)?;
            change_clock(kernel, |clock| clock.set(to))?;
        }
        Command::ClockFreeze {} => change_clock(kernel, |clock| Some(clock.freeze()))?,
        Command::ClockResume {} => change_clock(kernel, |clock| Some(clock.resume()))?,
        Command::AuditTail { count, from } => {
            // What was committed just now is in the log before the caller looks.
            kernel.drain_outbox().map_err(failed)?;
            let log = kernel.log();
            let from = from.unwrap_or_else(|| log.head().next.saturating_sub(count as u64));
            let page = log.read(from, count.min(TAIL_MAX), TAIL_BYTES).map_err(failed)?;
            let audit::Page { records, first, next, end } = page;
            return Ok(json!({ "records": records, "first": first, "next": next, "end": end }));
        }
        Command::Denials { count } => {
            let denials = kernel.denials(count);
            let told = denials.iter().map(|denied| told(denied)).collect::<Vec<_>>();
            return Ok(json!({ "denials": told, "letThrough": kernel.let_through() }));
        }
        Command::Why { request_id } => return explained(kernel, &request_id),
        Command::XksAdd { prefix, keys, new_credential } => {
            return xks_proxy::admin::add(kernel, &prefix, &keys, new_credential);
        }
        Command::XksList {} => return xks_proxy::admin::list(kernel),
        Command::XksRemove { prefix, keys, credential } => {
            return xks_proxy::admin::remove(kernel, &prefix, &keys, credential.as_deref());
        }
        Command::Cost { month, by } => return costs::told(kernel, month.as_deref(), by.as_deref()),
        Command::Metrics {} => {
            let text = kernel.metrics().map_err(|error| ControlError::Failed(error.words()))?;
            return Ok(json!({ "text": text }));
        }
        Command::FaultAdd(fault) => return faults::add(kernel, fault),
        Command::FaultList {} => return Ok(faults::list(kernel)),
        Command::FaultRemove { id } => return faults::remove(kernel, id),
        Command::FaultClear {} => return Ok(faults::clear(kernel)),
        Command::QuotaRequests {} => return quota_requests::open(kernel),
        Command::QuotaApprove { id, value } => return quota_requests::approve(kernel, &id, value.as_deref()),
        Command::QuotaDeny { id } => return quota_requests::deny(kernel, &id),
        // Of the node as a whole, not of its kernel.
        Command::Status {}
        | Command::Seal {}
        | Command::Unseal { .. }
        | Command::SealsList {}
        | Command::SealsAdd { .. }
        | Command::SealsRemove { .. }
        | Command::Recover { .. } => {
            return Err(ControlError::Refused("this server has no seal to operate".into()));
        }
        Command::CreateAdmin { account, user } => return create_admin(kernel, account, &user),
    }
    Ok(shown(kernel))
}

fn explained(kernel: &Kernel, request_id: &str) -> Result<Value, ControlError> {
    let denials = kernel.why(request_id).map_err(failed)?;
    if denials.is_empty() {
        return Err(ControlError::Refused(format!(
            "nothing was denied in request {request_id}, or it was too long ago; its audit record tells the rest"
        )));
    }
    let told = denials.iter().map(|denied| {
        let account = denied.account.parse().ok();
        let encoded = account.and_then(|account| kernel.encoded_authorization(account, &denied.authorization));
        let explanation = denied.explanation.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
        let mut told = told(denied);
        if let Some(members) = told.as_object_mut() {
            members.insert("explanation".into(), explanation.unwrap_or_default());
            members.insert("encodedAuthorizationMessage".into(), encoded.into());
        }
        told
    });
    Ok(json!({ "denials": told.collect::<Vec<_>>() }))
}

fn told(denied: &Denied) -> Value {
    json!({
        "requestId": denied.request_id,
        "time": Timestamp::from_millis(denied.at_millis).to_seconds_rfc3339(),
        "account": denied.account,
        "region": denied.region,
        "eventSource": denied.source,
        "operation": denied.operation,
        "principal": denied.principal,
        "action": denied.action,
        "resource": denied.resource,
        "message": denied.message,
        "letThrough": denied.let_through,
    })
}

/// Makes an administrator; the log tells that the operator did.
fn create_admin(kernel: &Kernel, account: Option<String>, user: &str) -> Result<Value, ControlError> {
    let first = || custody::first_account(kernel).map(|first| first.map(|id| id.to_string()));
    let account = account.map_or_else(first, |named| Ok(Some(named))).map_err(failed)?;
    let account = account.as_deref().ok_or_else(|| {
        ControlError::Refused("which account this server began with is not on record: give --account ID".into())
    })?;
    let id: AccountId = account.parse().map_err(|invalid: base::Invalid| ControlError::Refused(invalid.0.into()))?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    if user.is_empty() || user.len() > 64 || !user.chars().all(is_name) {
        return Err(ControlError::Refused("a user's name has 1 to 64 letters, digits and +=,.@_-".into()));
    }
    let made = kernel.create_administrator(id, user).map_err(failed)?.map_err(ControlError::Refused)?;
    tracing::info!(account, user, "an administrator was made");
    Ok(json!({
        "account": account,
        "arn": format!("arn:{}:iam::{account}:user/{user}", kernel.partition()),
        "user_id": made.user_id,
        "access_key_id": made.access_key_id,
        "secret_access_key": made.secret.expose(),
    }))
}

/// The last instant that every stored form can hold, with room for deadlines years ahead.
const LAST: &str = "9900-01-01T00:00:00Z";

fn refuse_the_end_of_time(target: Timestamp) -> Result<(), ControlError> {
    if Timestamp::from_rfc3339(LAST).is_ok_and(|last| target > last) {
        return Err(ControlError::Refused(format!("service time ends at {LAST}")));
    }
    Ok(())
}

fn change_clock(
    kernel: &Kernel,
    change: impl FnOnce(&base::ServiceClock) -> Option<base::ServiceTime>,
) -> Result<(), ControlError> {
    match kernel.move_clock(change).map_err(failed)? {
        Some(_) => {
            tracing::info!(now = kernel.clock().now().to_seconds_rfc3339(), "service time was moved");
            Ok(())
        }
        None => Err(ControlError::Refused("service time moves forward only; a reset brings it back".into())),
    }
}

fn shown(kernel: &Kernel) -> Value {
    let (now, state) = (kernel.clock().now(), kernel.clock().state());
    json!({ "now": now.to_seconds_rfc3339(), "frozen": state.frozen_at.is_some(), "offset_millis": state.offset_millis })
}

fn failed(error: impl std::fmt::Display) -> ControlError {
    ControlError::Failed(error.to_string())
}
