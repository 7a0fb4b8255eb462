//! What `fastness quota` does: lists the requests that wait, and answers them.

use crate::control::ControlError;
use base::Timestamp;
use kernel::Kernel;
use serde_json::{Value, json};

/// The requests of all accounts that wait.
pub(crate) fn open(kernel: &Kernel) -> Result<Value, ControlError> {
    let open = service_quotas::open(kernel).map_err(failed)?;
    let told = open.iter().map(|request| {
        json!({
            "id": request.id,
            "account": request.scope.account.as_str(),
            "region": request.scope.region.as_str(),
            "serviceCode": request.service,
            "quotaCode": request.quota,
            "quotaName": request.name,
            "current": request.current,
            "desired": request.desired,
            "created": Timestamp::from_millis(request.created_millis).to_seconds_rfc3339(),
            "requester": serde_json::from_str::<Value>(&request.requester).unwrap_or_default(),
        })
    });
    Ok(json!({ "requests": told.collect::<Vec<_>>() }))
}

/// Approves a request; `value` is another than what was asked for.
pub(crate) fn approve(kernel: &Kernel, id: &str, value: Option<&str>) -> Result<Value, ControlError> {
    let value = value.map(|text| text.parse().map_err(|_| ControlError::Refused(format!("{text:?} is no number"))));
    let value = service_quotas::approve(kernel, id, value.transpose()?).map_err(failed)?;
    let value = value.map_err(ControlError::Refused)?;
    tracing::info!(id, value, "a quota was raised");
    Ok(json!({ "id": id, "value": value }))
}

/// Denies a request.
pub(crate) fn deny(kernel: &Kernel, id: &str) -> Result<Value, ControlError> {
    service_quotas::deny(kernel, id).map_err(failed)?.map_err(ControlError::Refused)?;
    Ok(json!({ "id": id }))
}

fn failed(error: store::Error) -> ControlError {
    ControlError::Failed(error.to_string())
}
