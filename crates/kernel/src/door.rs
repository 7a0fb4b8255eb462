//! Doors beside the road: what the operator lets others do with a service by another protocol than AWS's APIs.
//!
//! Who may come in, and to what, the operator has said; the door's keeper (the proxy of an external key store) has verified
//! that it is them. What happens behind it can read, and no more.
//!
//! Guarantees: it is charged to a quota, and in the audit log of the account that it concerns before there is an answer
//! (I11), refusals too; without a log nobody comes in.

use crate::access::AuditResource;
use crate::control::Kernel;
use crate::ctx::{Ctx, Lookup, Work};
use crate::error::{Error, Result};
use crate::quota::Pool;
use crate::record;
use base::Scope;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use store::Key;

/// What somebody comes in for.
pub struct Door {
    /// The service behind the door.
    pub service: &'static str,
    /// What the record calls it.
    pub name: &'static str,
    /// Whom it concerns, and where.
    pub scope: Scope,
    /// What it is about.
    pub resource: AuditResource,
    /// A JSON object for the record.
    pub details: serde_json::Map<String, serde_json::Value>,
    /// The operation that it counts as a use of the resource by, and where the resource is; `None` if it is no use.
    pub used: Option<(&'static str, Key)>,
    /// The quota that it draws on.
    pub pool: &'static Pool,
}

/// Why somebody does not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// The quota is used up.
    Throttled,
    /// The server cannot; its log has the words.
    Failed,
}

impl Kernel {
    /// Does `work` for who came in. What it gives, or the word for why it gives nothing, is on record by then.
    pub async fn enter<T: Send + 'static>(
        self: &Arc<Self>,
        door: Door,
        work: impl FnOnce(&mut Lookup<'_, '_>) -> Result<std::result::Result<T, &'static str>> + Send + 'static,
    ) -> std::result::Result<std::result::Result<T, &'static str>, Shut> {
        self.off_thread(move |kernel| kernel.enter_here(door, work)).await
    }

    /// The same where waiting is no harm.
    pub fn enter_here<T>(
        &self,
        door: Door,
        work: impl FnOnce(&mut Lookup<'_, '_>) -> Result<std::result::Result<T, &'static str>>,
    ) -> std::result::Result<std::result::Result<T, &'static str>, Shut> {
        let Door { service, name, scope, resource, mut details, used, pool } = door;
        let service = model::services().by_name(service).ok_or(Shut::Failed)?;
        let call = self.own_call(service, name, scope);
        let done = if self.quotas.take(scope, pool) {
            let mut work_space = Work::new(false);
            let mut ctx = Ctx::new(self, &call, &mut work_space);
            let done = catch_unwind(AssertUnwindSafe(|| work(&mut Lookup::new(&mut ctx))));
            done.unwrap_or_else(|_| Err(Error::Internal("what is behind a door panicked".into())))
                .map_err(|error| self.fault(&call, error))
                .map_err(|_| Shut::Failed)
        } else {
            Err(Shut::Throttled)
        };
        let refusal = match &done {
            Ok(Ok(_)) => None,
            Ok(Err(word)) => Some(*word),
            Err(Shut::Throttled) => Some("Throttled"),
            Err(Shut::Failed) => Some("Failed"),
        };
        if let Some(word) = refusal {
            details.insert("errorCode".to_owned(), word.into());
        }
        let details = serde_json::Value::Object(details).to_string();
        let arn = resource.arn.clone();
        let entry = record::service_event(&call, call.event_id, name, &[resource], &details);
        match self.log.append(&entry) {
            Ok(()) => {
                if let (Some((operation, root)), Ok(Ok(_))) = (used, &done) {
                    self.note_use_by_door(&call, &arn, operation, root);
                }
                done
            }
            Err(error) => {
                tracing::error!(%error, "who came in by a door could not be recorded, and so gets no answer");
                Err(Shut::Failed)
            }
        }
    }
}
