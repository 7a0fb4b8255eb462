//! Who calls: credentials from the first source that has some, kept and renewed.
//!
//! Guarantees: secrets are wiped and never printed; a source that is configured but fails is an error, never a reason to
//! take another; threads that need credentials at once cause one request for them; credentials are renewed before they
//! expire, and a failure to do so is no harm while they are good.
//! Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers".

mod container;
mod document;
mod environment;
mod instance;
mod keep;
mod process;
mod profile;
mod sts;

pub(crate) use keep::Provider;

use crate::Error;
use crate::settings::Settings;
use authn::SigningSecret;
use base::{Secret, Timestamp};
use std::sync::Arc;

/// An access key, with what belongs to it.
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret: SigningSecret,
    /// The token of a session.
    pub(crate) token: Option<Secret<String>>,
    pub(crate) expires: Option<Timestamp>,
}

/// Something that may have credentials.
pub(crate) trait Source: Send + Sync {
    /// Gets credentials. `None` if nothing of this kind is configured.
    fn fetch(&self) -> Result<Option<Credentials>, Error>;
}

/// Whether the chain may come to a program: one of the profile's, or of a profile that it takes its source from.
pub(crate) fn may_run_a_program(settings: &Settings) -> bool {
    let in_environment = settings.world.environment.get("AWS_ACCESS_KEY_ID").is_some();
    !(in_environment && settings.options.profile.is_none()) && profile::may_run_a_program(settings)
}

/// AWS's chain for these settings.
pub(crate) fn chain(settings: &Arc<Settings>) -> Provider {
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    // Who names a profile means it.
    if settings.options.profile.is_none() {
        sources.push(Box::new(environment::Variables::new(&settings.world)));
        sources.push(Box::new(sts::WebIdentity::new(settings)));
    }
    sources.push(Box::new(profile::OfProfile::new(settings)));
    sources.push(Box::new(container::Container::new(settings)));
    sources.push(Box::new(instance::Instance::new(settings)));
    Provider::new(sources, &settings.world)
}
