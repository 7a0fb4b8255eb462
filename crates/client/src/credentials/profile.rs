//! Credentials that a profile has, or says how to get.

use super::{Credentials, Source};
use crate::Error;
use crate::profiles::Section;
use crate::settings::Settings;
use authn::SigningSecret;
use base::Secret;
use std::sync::Arc;

/// What the profile says.
pub(crate) struct OfProfile(Arc<Settings>);

impl OfProfile {
    pub(crate) fn new(settings: &Arc<Settings>) -> Self {
        Self(settings.clone())
    }
}

impl Source for OfProfile {
    fn fetch(&self) -> Result<Option<Credentials>, Error> {
        let Some(section) = self.0.section() else { return Ok(None) };
        written(&self.0.profile, section)
    }
}

/// The access key that a profile holds itself.
fn written(name: &str, section: &Section) -> Result<Option<Credentials>, Error> {
    let get = |property: &str| section.get(property).map(str::to_owned);
    match (get("aws_access_key_id"), get("aws_secret_access_key").map(Secret::new)) {
        (None, None) => Ok(None),
        (Some(access_key_id), Some(secret)) => Ok(Some(Credentials {
            access_key_id,
            secret: SigningSecret::new(secret),
            token: get("aws_session_token").map(Secret::new),
            expires: None,
        })),
        _ => Err(Error::Configuration(format!(
            "profile {name}: aws_access_key_id and aws_secret_access_key go together, and one is missing"
        ))),
    }
}
