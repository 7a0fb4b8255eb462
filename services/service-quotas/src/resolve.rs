//! Which quota a request is about.

use crate::error;
use crate::records::Tags;
use base::{Region, Scope};
use kernel::{Lookup, Quota, Result, Service, Target};

/// Where a service's quotas are kept for a caller: in the Region called, or in the one of a service for all Regions.
pub(crate) fn place_of(service: &Service, scope: Scope) -> Scope {
    let global = scope.region.partition().global_region().filter(|_| service.is_global());
    Scope { region: global.unwrap_or(scope.region), ..scope }
}

/// A service by its code.
pub(crate) fn service<'s>(services: &'s [Service], code: &str) -> Result<&'s Service> {
    let found = services.iter().find(|service| service.code() == code && !service.quotas().is_empty());
    found.ok_or_else(|| error::no_such_service().into())
}

/// A quota by its code.
pub(crate) fn quota(service: &Service, code: &str) -> Result<&'static Quota> {
    service.quotas().iter().find(|quota| quota.code == code).ok_or_else(|| error::no_such_quota().into())
}

/// The ARN of an account's quota.
pub(crate) fn arn(scope: Scope, service: &str, quota: &str) -> String {
    let Scope { account, region } = scope;
    format!("arn:{}:servicequotas:{region}:{account}:{service}/{quota}", region.partition())
}

/// The ARN of a quota whoever's it is.
pub(crate) fn default_arn(region: Region, service: &str, quota: &str) -> String {
    format!("arn:{}:servicequotas:{region}::{service}/{quota}", region.partition())
}

/// An action on a quota of the calling account.
pub(crate) fn on_quota(
    lookup: &mut Lookup<'_, '_>,
    action: &'static str,
    service: &str,
    quota: &str,
) -> Result<Vec<Target>> {
    let scope = lookup.scope();
    let Tags(tags) = lookup.get(&Tags::key(scope, service, quota))?.unwrap_or_default();
    let target = Target::arn(action, arn(scope, service, quota), scope.account);
    Ok(vec![target.condition("servicequotas:service", vec![service.to_owned()]).tagged(tags)])
}

/// The service and quota that an ARN of the calling account names.
pub(crate) fn of_arn(lookup: &Lookup<'_, '_>, text: &str) -> Result<(String, String)> {
    named(lookup.scope(), text)
}

/// The same for a handler.
pub(crate) fn named(scope: Scope, text: &str) -> Result<(String, String)> {
    let own = arn(scope, "", "");
    let name = text.strip_prefix(own.trim_end_matches('/')).and_then(|name| name.split_once('/'));
    let (service, quota) = name.ok_or_else(error::invalid_arn)?;
    Ok((service.to_owned(), quota.to_owned()))
}
