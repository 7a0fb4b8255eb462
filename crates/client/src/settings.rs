//! Settings: what the caller says, else the environment, else the profile.
//!
//! Guarantee: a setting that cannot be understood is an error that names it; it is never passed over.
//! Source: AWS SDKs and Tools Reference Guide, "Settings reference" and "Service-specific endpoints".

use crate::Error;
use crate::profiles::{Profiles, Section};
use crate::transport::{Limits, Transport};
use crate::world::World;
use base::Region;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long a call may take, each time that it is attempted, and how long an answer may be: KMS's are below 10,000 bytes.
const LIMITS: Limits = Limits { connect: Duration::from_secs(5), whole: Duration::from_secs(30), answer: 64 * 1024 };

/// What a caller says rather than leaves to environment and profile.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The profile. Credentials in the environment are then passed over, as with the AWS CLI's `--profile`.
    pub profile: Option<String>,
    /// The Region of calls that name none.
    pub region: Option<String>,
    /// The address of KMS, in every Region.
    pub endpoint: Option<String>,
    /// PEM file of the certificate authorities that are trusted instead of the system's.
    pub ca_bundle: Option<PathBuf>,
}

/// All settings of a client.
pub(crate) struct Settings {
    pub(crate) world: World,
    pub(crate) options: Options,
    pub(crate) profiles: Profiles,
    /// The profile that is used.
    pub(crate) profile: String,
    transport: OnceLock<Arc<Transport>>,
}

impl Settings {
    /// Reads the shared files.
    pub(crate) fn load(options: Options, world: World) -> Result<Self, Error> {
        let profiles = Profiles::load(&world.environment)?;
        let named = options.profile.clone();
        let named = named.or_else(|| world.environment.get("AWS_PROFILE"));
        let named = named.or_else(|| world.environment.get("AWS_DEFAULT_PROFILE"));
        if let Some(name) = &named
            && profiles.profile(name).is_none()
        {
            return Err(Error::Configuration(format!(
                "there is no profile {name} in the files of profiles (~/.aws/config and ~/.aws/credentials, or those \
                 that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name)"
            )));
        }
        let profile = named.unwrap_or_else(|| "default".into());
        Ok(Self { world, options, profiles, profile, transport: OnceLock::new() })
    }

    /// What services are called over.
    pub(crate) fn transport(&self) -> Arc<Transport> {
        let make = || Arc::new(Transport::new(LIMITS, self.ca_bundle(), &self.world.environment));
        self.transport.get_or_init(make).clone()
    }

    /// The profile's section, if it is there.
    pub(crate) fn section(&self) -> Option<&Section> {
        self.profiles.profile(&self.profile)
    }

    /// A variable, else a property of the profile.
    pub(crate) fn get(&self, variable: &str, property: &str) -> Option<String> {
        let in_profile = || self.section()?.get(property).map(str::to_owned);
        self.world.environment.get(variable).or_else(in_profile)
    }

    /// A setting that is `true` or `false`.
    pub(crate) fn flag(&self, variable: &str, property: &str) -> Result<bool, Error> {
        match self.get(variable, property) {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => {
                Err(Error::Configuration(format!("{variable} (or {property}) is true or false, not {text:?}")))
            }
        }
    }

    /// The Region of calls that name none.
    pub(crate) fn region(&self) -> Result<Region, Error> {
        let environment = &self.world.environment;
        let in_profile = || self.section()?.get("region").map(str::to_owned);
        let text = (self.options.region.clone())
            .or_else(|| environment.get("AWS_REGION"))
            .or_else(|| environment.get("AWS_DEFAULT_REGION"))
            .or_else(in_profile)
            .ok_or_else(|| {
                Error::Configuration(format!(
                    "no Region: set AWS_REGION, or region in profile {}, or name the key by its ARN",
                    self.profile
                ))
            })?;
        named_region(&text)
    }

    /// The address that is configured for a service, if any.
    pub(crate) fn endpoint(&self, service: &str) -> Result<Option<String>, Error> {
        if service == "kms" && self.options.endpoint.is_some() {
            return Ok(self.options.endpoint.clone());
        }
        if self.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")? {
            return Ok(None);
        }
        let environment = &self.world.environment;
        let variable = format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase());
        if let Some(url) = environment.get(&variable).or_else(|| environment.get("AWS_ENDPOINT_URL")) {
            return Ok(Some(url));
        }
        let Some(section) = self.section() else { return Ok(None) };
        if let Some(name) = section.get("services") {
            let services = self.profiles.services(name).ok_or_else(|| {
                Error::Configuration(format!("profile {}: there is no section [services {name}]", self.profile))
            })?;
            if let Some(url) = services.nested(service, "endpoint_url") {
                return Ok(Some(url.to_owned()));
            }
        }
        Ok(section.get("endpoint_url").map(str::to_owned))
    }

    /// How often a call is attempted in all.
    pub(crate) fn attempts(&self) -> Result<u32, Error> {
        if let Some(mode) = self.get("AWS_RETRY_MODE", "retry_mode")
            && !matches!(mode.as_str(), "standard" | "adaptive" | "legacy")
        {
            return Err(Error::Configuration(format!(
                "AWS_RETRY_MODE (or retry_mode) is standard, adaptive or legacy, not {mode:?}"
            )));
        }
        let Some(text) = self.get("AWS_MAX_ATTEMPTS", "max_attempts") else { return Ok(crate::retry::ATTEMPTS) };
        text.parse().ok().filter(|attempts| *attempts > 0).ok_or_else(|| {
            Error::Configuration(format!("AWS_MAX_ATTEMPTS (or max_attempts) is a number above 0, not {text:?}"))
        })
    }

    /// The file of trusted authorities, if one is named.
    pub(crate) fn ca_bundle(&self) -> Option<PathBuf> {
        let named = || self.get("AWS_CA_BUNDLE", "ca_bundle").map(|path| self.world.environment.path(&path));
        self.options.ca_bundle.clone().or_else(named)
    }
}

pub(crate) fn named_region(text: &str) -> Result<Region, Error> {
    text.parse().map_err(|error| Error::Configuration(format!("{text:?} is no Region: {error}")))
}
