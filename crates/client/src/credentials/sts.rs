//! Roles: AssumeRole by somebody with credentials, AssumeRoleWithWebIdentity by whoever holds a token.
//!
//! Guarantees: STS is called in the Region that is configured; the token file is read anew each time, since whoever wrote
//! it replaces it. Source: AWS STS API Reference.

use super::{Credentials, Provider, Source};
use crate::Error;
use crate::endpoint::{Endpoint, Variant};
use crate::retry::Quota;
use crate::service::Service;
use crate::settings::Settings;
use crate::world::Environment;
use authn::SigningSecret;
use base::{Secret, Timestamp};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

/// The longest token that STS takes, and a line end.
const MAX_TOKEN: u64 = 20_002;

/// A role that is to be assumed.
pub(crate) struct Role {
    pub(crate) arn: String,
    pub(crate) session_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) duration: Option<u32>,
}

/// STS in the Region that is configured.
pub(crate) struct Sts(Service);

impl Sts {
    /// Called with these credentials.
    pub(crate) fn signed(settings: &Settings, source: Credentials) -> Result<Self, Error> {
        Self::new(settings, Some(Arc::new(Provider::of(source, &settings.world))))
    }

    /// Called by nobody in particular.
    pub(crate) fn unsigned(settings: &Settings) -> Result<Self, Error> {
        Self::new(settings, None)
    }

    fn new(settings: &Settings, provider: Option<Arc<Provider>>) -> Result<Self, Error> {
        let region = settings.region()?;
        let configured = settings.endpoint("sts")?;
        Ok(Self(Service {
            name: "sts",
            region,
            endpoint: Endpoint::of("sts", region, configured.as_deref(), Variant::of(settings)?)?,
            transport: settings.transport(),
            provider,
            attempts: settings.attempts()?,
            quota: Quota::default(),
            skew: AtomicI64::default(),
            world: settings.world.clone(),
        }))
    }

    /// AssumeRole.
    pub(crate) fn assume(&self, role: &Role) -> Result<Credentials, Error> {
        let mut form = self.form("AssumeRole", role);
        if let Some(id) = &role.external_id {
            add(&mut form, "ExternalId", id);
        }
        self.call("AssumeRole", role, &form)
    }

    /// AssumeRoleWithWebIdentity.
    pub(crate) fn assume_with_web_identity(&self, role: &Role, token: &Secret<String>) -> Result<Credentials, Error> {
        let mut form = self.form("AssumeRoleWithWebIdentity", role);
        form.expose_mut().reserve(token.expose().len().saturating_mul(3).saturating_add(32));
        add(&mut form, "WebIdentityToken", token.expose());
        self.call("AssumeRoleWithWebIdentity", role, &form)
    }

    fn form(&self, action: &str, role: &Role) -> Secret<String> {
        let mut form = Secret::new(format!("Action={action}&Version=2011-06-15"));
        let made = || format!("fastness-{}", self.0.world.clock.now().millis());
        add(&mut form, "RoleArn", &role.arn);
        add(&mut form, "RoleSessionName", &role.session_name.clone().unwrap_or_else(made));
        if let Some(seconds) = role.duration {
            add(&mut form, "DurationSeconds", &seconds.to_string());
        }
        form
    }

    fn call(&self, action: &str, role: &Role, form: &Secret<String>) -> Result<Credentials, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8"));
        let answer =
            self.0.call(&headers, form.expose().as_bytes()).map_err(|error| error.during(action, &role.arn))?;
        read(answer.body.expose()).ok_or_else(|| Error::Answer(format!("the answer to {action} has no credentials")))
    }
}

fn add(form: &mut Secret<String>, name: &str, value: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let form = form.expose_mut();
    form.push('&');
    form.push_str(name);
    form.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            form.push(char::from(byte));
        } else {
            form.push('%');
            let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map_or('0', char::from);
            form.extend([digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

fn read(body: &[u8]) -> Option<Credentials> {
    let document = roxmltree::Document::parse(std::str::from_utf8(body).ok()?).ok()?;
    let credentials = document.descendants().find(|node| node.tag_name().name() == "Credentials")?;
    let text = |name: &str| {
        let node = credentials.children().find(|node| node.tag_name().name() == name)?;
        node.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    Some(Credentials {
        access_key_id: text("AccessKeyId")?,
        secret: SigningSecret::new(Secret::new(text("SecretAccessKey")?)),
        token: Some(Secret::new(text("SessionToken")?)),
        expires: Some(Timestamp::from_rfc3339(&text("Expiration")?).ok()?),
    })
}

/// The token in a file.
pub(crate) fn token(path: &Path) -> Result<Secret<String>, Error> {
    let failed =
        |error: &dyn std::fmt::Display| Error::Configuration(format!("the token in {}: {error}", path.display()));
    let file = File::open(path).map_err(|error| failed(&error))?;
    let mut text = Secret::new(String::with_capacity(MAX_TOKEN as usize + 1));
    let length = file.take(MAX_TOKEN + 1).read_to_string(text.expose_mut()).map_err(|error| failed(&error))?;
    if length as u64 > MAX_TOKEN {
        return Err(failed(&"a token has at most 20,000 characters"));
    }
    let token = Secret::new(text.expose().trim().to_owned());
    if token.expose().is_empty() {
        return Err(failed(&"the file is empty"));
    }
    Ok(token)
}

/// A web identity that the environment names: `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`.
pub(crate) struct WebIdentity(Arc<Settings>);

impl WebIdentity {
    pub(crate) fn new(settings: &Arc<Settings>) -> Self {
        Self(settings.clone())
    }
}

impl Source for WebIdentity {
    fn fetch(&self) -> Result<Option<Credentials>, Error> {
        let environment: &Environment = &self.0.world.environment;
        let Some(file) = environment.get("AWS_WEB_IDENTITY_TOKEN_FILE") else { return Ok(None) };
        let arn = environment
            .get("AWS_ROLE_ARN")
            .ok_or_else(|| Error::Configuration("AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN".into()))?;
        let session_name = environment.get("AWS_ROLE_SESSION_NAME");
        let role = Role { arn, session_name, external_id: None, duration: None };
        let token = token(&environment.path(&file))?;
        Sts::unsigned(&self.0)?.assume_with_web_identity(&role, &token).map(Some)
    }
}
