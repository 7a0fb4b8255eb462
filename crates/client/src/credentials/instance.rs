//! Credentials of an EC2 instance, from its metadata service.
//!
//! Guarantees: version 2 alone, whose session token keeps strangers' requests out; no proxy sees it. Where there is no
//! such service there are no credentials, and that is found out in the time that is set.
//! Source: EC2 User Guide, "Use the Instance Metadata Service"; AWS SDKs and Tools Reference Guide, "IMDS credential
//! provider".

use super::{Credentials, Source, document};
use crate::Error;
use crate::local::Local;
use crate::protocol::Members;
use crate::settings::Settings;
use crate::transport::Answer;
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue, Method, Uri};
use std::sync::Arc;
use std::time::Duration;

const IPV4: &str = "http://169.254.169.254";
const IPV6: &str = "http://[fd00:ec2::254]";

const TOKEN: &str = "/latest/api/token";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// How long the token of a session is good, in seconds: as long as it can be.
const TTL: &str = "21600";
const TOKEN_TTL: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token-ttl-seconds");
const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token");

/// How long an attempt may take unless settings say otherwise, and at most.
const PATIENCE: Duration = Duration::from_secs(1);
const MAX_PATIENCE: f64 = 60.0;
const MAX_ATTEMPTS: u32 = 10;

/// The metadata service.
pub(crate) struct Instance(Arc<Settings>);

impl Instance {
    pub(crate) fn new(settings: &Arc<Settings>) -> Self {
        Self(settings.clone())
    }

    fn endpoint(&self) -> Result<String, Error> {
        let settings = &self.0;
        if let Some(url) = settings.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint") {
            return Ok(url.trim_end_matches('/').to_owned());
        }
        let mode = settings.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
        match mode.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None | Some("ipv4") => Ok(IPV4.into()),
            Some("ipv6") => Ok(IPV6.into()),
            Some(mode) => Err(Error::Configuration(format!(
                "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE (or ec2_metadata_service_endpoint_mode) is IPv4 or IPv6, not \
                 {mode:?}"
            ))),
        }
    }

    fn local(&self) -> Result<Local, Error> {
        let settings = &self.0;
        let wrong = |name: &str, text: &str, rule: &str| {
            Error::Configuration(format!(
                "{name} (or {}) is {rule}, not {text:?}",
                name.to_ascii_lowercase().replacen("aws_", "", 1)
            ))
        };
        let patience = match settings.get("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout") {
            None => PATIENCE,
            Some(text) => {
                let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0 && *seconds <= MAX_PATIENCE);
                let rule = "a number of seconds up to 60";
                Duration::from_secs_f64(seconds.ok_or_else(|| wrong("AWS_METADATA_SERVICE_TIMEOUT", &text, rule))?)
            }
        };
        let attempts = match settings.get("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts") {
            None => 1,
            Some(text) => {
                let attempts = text.parse().ok().filter(|attempts| (1..=MAX_ATTEMPTS).contains(attempts));
                attempts.ok_or_else(|| wrong("AWS_METADATA_SERVICE_NUM_ATTEMPTS", &text, "a number from 1 to 10"))?
            }
        };
        Ok(Local::new(patience, attempts, settings.ca_bundle(), &settings.world))
    }
}

impl Source for Instance {
    fn fetch(&self) -> Result<Option<Credentials>, Error> {
        if self.0.world.environment.get("AWS_EC2_METADATA_DISABLED").is_some_and(|it| it.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let endpoint = self.endpoint()?;
        let at = |path: &str| {
            let url = format!("{endpoint}{path}");
            url.parse::<Uri>()
                .map_err(|_| Error::Configuration(format!("{url:?}: the metadata service is at no such URL")))
        };
        let local = self.local()?;
        let mut headers = HeaderMap::new();
        headers.insert(TOKEN_TTL, HeaderValue::from_static(TTL));
        let token = match local.ask(Method::PUT, &at(TOKEN)?, &headers) {
            Ok(answer) if answer.status == 200 => answer,
            // Something that knows nothing of this, as on machines elsewhere.
            Ok(answer) if matches!(answer.status, 404 | 405) => return Ok(None),
            Ok(answer) => return Err(refused(&answer)),
            Err(Error::Connection(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let broken = |_| Error::Answer("the instance's metadata service gave a token that is none".into());
        let mut token = HeaderValue::from_bytes(token.body.expose()).map_err(broken)?;
        token.set_sensitive(true);
        let headers = HeaderMap::from_iter([(TOKEN_HEADER, token)]);
        let role = match self.0.get("AWS_EC2_INSTANCE_PROFILE_NAME", "ec2_instance_profile_name") {
            Some(name) => name,
            None => {
                let answer = local.ask(Method::GET, &at(ROLES)?, &headers)?;
                match answer.status {
                    200 => {}
                    // The instance has no role.
                    404 => return Ok(None),
                    _ => return Err(refused(&answer)),
                }
                let text = String::from_utf8_lossy(answer.body.expose()).into_owned();
                match text.lines().next().map(str::trim).filter(|name| !name.is_empty()) {
                    Some(name) => name.to_owned(),
                    None => return Ok(None),
                }
            }
        };
        let answer = local.ask(Method::GET, &at(&format!("{ROLES}{role}"))?, &headers)?;
        if answer.status != 200 {
            return Err(refused(&answer));
        }
        let mut members = Members::read(answer.body.expose())?;
        if let Some(code) = members.get("Code").filter(|code| code != "Success") {
            let message = members.get("Message").unwrap_or_default();
            return Err(Error::Answer(format!(
                "the instance's metadata service gave no credentials: {code}: {message}"
            )));
        }
        document::read(members, "Token", "the instance's metadata service").map(Some)
    }
}

fn refused(answer: &Answer) -> Error {
    let hint = match answer.status {
        401 | 403 => " (it is switched off, or further away than its hop limit allows)",
        _ => "",
    };
    Error::Connection(format!("the instance's metadata service answered {}{hint}", answer.status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Options;
    use crate::world::{Environment, World};

    #[test]
    fn the_service_is_where_settings_say() {
        let endpoint = |variables: &[(&str, &str)]| {
            let world = World::with(Environment::of(variables));
            let settings = Arc::new(Settings::load(Options::default(), world).unwrap());
            Instance::new(&settings).endpoint().unwrap()
        };
        let mode = ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6");
        assert_eq!(endpoint(&[]), "http://169.254.169.254");
        assert_eq!(endpoint(&[mode]), "http://[fd00:ec2::254]");
        assert_eq!(
            endpoint(&[mode, ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1/")]),
            "http://127.0.0.1:1"
        );
    }
}
