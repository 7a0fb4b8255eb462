//! What the operator does with requests: sees them, approves them, denies them.
//!
//! Guarantee: an answer, the value that comes of it and its record in the account's log are one transaction.

use crate::records::{Change, Waiting};
use crate::resolve::{place_of, quota, service};
use base::{Clock, Scope};
use kernel::{Kernel, Quota};
use store::{Error, Key, Part};

/// A request that waits.
pub struct Open {
    /// The account that asks, and the Region that it asked in.
    pub scope: Scope,
    /// The request's id.
    pub id: String,
    /// The service's code.
    pub service: String,
    /// The quota's code.
    pub quota: String,
    /// AWS's name of the quota.
    pub name: String,
    /// What counts now.
    pub current: f64,
    /// What is asked for.
    pub desired: f64,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_millis: i64,
    /// Who made it, in JSON.
    pub requester: String,
}

/// Requests read at once.
const PAGE: usize = 500;

/// The requests of all accounts that wait.
pub fn open(kernel: &Kernel) -> Result<Vec<Open>, Error> {
    let (mut open, mut after) = (Vec::new(), None);
    loop {
        let mut transaction = kernel.store().begin()?;
        let page: Vec<(Key, Waiting)> = transaction.scan(&Waiting::all(), after.as_ref(), PAGE)?;
        for (key, _) in &page {
            let Some((scope, id)) = named(key) else { continue };
            let Some(change) = transaction.get::<Change>(&Change::key(scope, &id))? else { continue };
            open.extend(told(kernel, scope, change));
        }
        match page.into_iter().nth(PAGE - 1) {
            Some((last, _)) => after = Some(last),
            None => return Ok(open),
        }
    }
}

/// Approves a request, with what was asked for or with `value`. The words of a refusal are for the operator.
pub fn approve(kernel: &Kernel, id: &str, value: Option<f64>) -> Result<Result<f64, String>, Error> {
    let Some(request) = open(kernel)?.into_iter().find(|request| request.id == id) else { return Ok(Err(no_such(id))) };
    let Some((place, quota)) = found(kernel, &request) else { return Ok(Err(no_such(id))) };
    let value = value.unwrap_or(request.desired);
    if !(0.0..=quota.most()).contains(&value) {
        return Ok(Err(format!("{} can be set to {} at most", quota.name, quota.most())));
    }
    let answered = answer(kernel, &request, "APPROVED", "ApproveQuotaIncrease", value, |transaction| {
        kernel.put_quota(transaction, place, quota, value)
    })?;
    if answered.is_ok() {
        kernel.quota_changed(place, quota)?;
    }
    Ok(answered.map(|()| value))
}

/// Denies a request.
pub fn deny(kernel: &Kernel, id: &str) -> Result<Result<(), String>, Error> {
    let Some(request) = open(kernel)?.into_iter().find(|request| request.id == id) else { return Ok(Err(no_such(id))) };
    answer(kernel, &request, "DENIED", "DenyQuotaIncrease", request.desired, |_| Ok(()))
}

fn answer(
    kernel: &Kernel,
    request: &Open,
    status: &str,
    event: &'static str,
    value: f64,
    also: impl Fn(&mut store::Transaction) -> Result<(), Error>,
) -> Result<Result<(), String>, Error> {
    let (scope, id) = (request.scope, &request.id);
    let details = serde_json::json!({
        "requestId": id, "serviceCode": request.service, "quotaCode": request.quota, "value": value,
    });
    kernel.operate("service-quotas", event, scope, &details.to_string(), |transaction| {
        let place = Change::key(scope, id);
        let open = transaction.get::<Change>(&place)?.filter(Change::is_open);
        let Some(mut change) = open else { return Ok(Err(no_such(id))) };
        (change.status, change.updated_millis) = (status.to_owned(), kernel.clock().now().millis());
        transaction.put(&place, &change)?;
        transaction.delete(&Waiting::key(scope, id))?;
        also(transaction)?;
        Ok(Ok(()))
    })
}

fn no_such(id: &str) -> String {
    format!("no request {id} waits for an answer; `fastness quota requests` lists those that do")
}

fn told(kernel: &Kernel, scope: Scope, change: Change) -> Option<Open> {
    let mut open = Open {
        scope,
        id: change.id,
        service: change.service,
        quota: change.quota,
        name: String::new(),
        current: 0.0,
        desired: change.desired,
        created_millis: change.created_millis,
        requester: change.requester,
    };
    let (place, quota) = found(kernel, &open)?;
    (open.name, open.current) = (quota.name.to_owned(), kernel.quota(place, quota));
    Some(open)
}

fn found(kernel: &Kernel, request: &Open) -> Option<(Scope, &'static Quota)> {
    let service = service(kernel.registry().services(), &request.service).ok()?;
    Some((place_of(service, request.scope), quota(service, &request.quota).ok()?))
}

fn named(key: &Key) -> Option<(Scope, String)> {
    match key.parts().as_slice() {
        [Part::Text(account), Part::Text(region), Part::Text(id)] => {
            Some((Scope { account: account.parse().ok()?, region: region.parse().ok()? }, id.clone()))
        }
        _ => None,
    }
}
