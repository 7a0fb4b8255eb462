//! Credentials in environment variables.

use super::{Credentials, Source};
use crate::Error;
use crate::world::{Environment, World};
use authn::SigningSecret;
use base::Secret;
use std::sync::Arc;

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for a session, `AWS_SESSION_TOKEN`.
pub(crate) struct Variables(Arc<Environment>);

impl Variables {
    pub(crate) fn new(world: &World) -> Self {
        Self(world.environment.clone())
    }
}

impl Source for Variables {
    fn fetch(&self) -> Result<Option<Credentials>, Error> {
        let id = self.0.get("AWS_ACCESS_KEY_ID");
        let secret = self.0.get("AWS_SECRET_ACCESS_KEY").map(Secret::new);
        match (id, secret) {
            (None, None) => Ok(None),
            (Some(access_key_id), Some(secret)) => Ok(Some(Credentials {
                access_key_id,
                secret: SigningSecret::new(secret),
                token: self.0.get("AWS_SESSION_TOKEN").map(Secret::new),
                expires: None,
            })),
            (id, _) => {
                let (there, absent) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
                let (there, absent) = if id.is_some() { (there, absent) } else { (absent, there) };
                Err(Error::Configuration(format!("{there} is set without {absent}")))
            }
        }
    }
}
