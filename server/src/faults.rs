//! What `fastness fault` does: sets faults, lists them, takes them back.

use crate::control::{ControlError, FaultAdd};
use kernel::{Disturbance, FaultSet, Kernel};
use serde_json::{Value, json};
use std::time::Duration;

/// Sets a fault.
pub(crate) fn add(kernel: &Kernel, fault: FaultAdd) -> Result<Value, ControlError> {
    let unavailable = match fault.status {
        500 => false,
        503 => true,
        other => return Err(ControlError::Refused(format!("an error is 500 or 503, not {other}"))),
    };
    let id = kernel
        .add_fault(Disturbance {
            service: fault.service,
            operation: fault.operation,
            principal: fault.principal,
            resource: fault.key,
            throttle: fault.throttle,
            fail: fault.error,
            unavailable,
            reset: fault.reset,
            latency: Duration::from_millis(fault.latency_millis),
            lasts: fault.lasts_millis.map(Duration::from_millis),
            seed: fault.seed,
        })
        .map_err(ControlError::Refused)?;
    tracing::warn!(id, "a fault was set");
    Ok(json!({ "id": id }))
}

/// The faults that are set.
pub(crate) fn list(kernel: &Kernel) -> Value {
    json!({ "faults": kernel.faults().iter().map(told).collect::<Vec<_>>() })
}

/// Takes a fault back.
pub(crate) fn remove(kernel: &Kernel, id: u64) -> Result<Value, ControlError> {
    if kernel.remove_fault(id) {
        return Ok(json!({ "removed": 1 }));
    }
    Err(ControlError::Refused(format!("there is no fault {id}; it may have ended")))
}

/// Takes all faults back.
pub(crate) fn clear(kernel: &Kernel) -> Value {
    json!({ "removed": kernel.clear_faults() })
}

fn told(fault: &FaultSet) -> Value {
    let what = &fault.what;
    let share = |millionths: u32| f64::from(millionths) / f64::from(kernel::ALWAYS);
    let [throttled, failed, reset] = fault.outcomes;
    json!({
        "id": fault.id,
        "service": what.service,
        "operation": what.operation,
        "principal": what.principal,
        "key": what.resource,
        "throttle": share(what.throttle),
        "error": share(what.fail),
        "status": if what.unavailable { 503 } else { 500 },
        "reset": share(what.reset),
        "latencyMillis": u64::try_from(what.latency.as_millis()).unwrap_or(u64::MAX),
        "until": fault.until.map(|until| until.to_seconds_rfc3339()),
        "met": fault.met,
        "throttled": throttled,
        "failed": failed,
        "cutOff": reset,
    })
}
