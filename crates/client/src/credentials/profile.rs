//! Credentials that a profile has, or says how to get: an access key, a role, a web identity, or a program to run.
//!
//! Guarantees: a chain of profiles that comes back to itself, or does not end, is an error; so is a profile that says two
//! things of which one is meant, or something that is not done here.
//! Source: AWS SDKs and Tools Reference Guide, "Assume role credential provider"; AWS CLI User Guide, "Using an IAM role".

use super::environment::Variables;
use super::sts::{Role, Sts};
use super::{Credentials, Source, container, instance, process, sts};
use crate::Error;
use crate::profiles::Section;
use crate::settings::Settings;
use authn::SigningSecret;
use base::Secret;
use std::sync::Arc;

/// The most profiles that one may lead through.
const MAX_CHAIN: usize = 10;

/// What marks a profile whose people sign in elsewhere.
const SIGNED_IN_ELSEWHERE: [(&str, &str); 5] = [
    ("sso_session", "IAM Identity Center"),
    ("sso_start_url", "IAM Identity Center"),
    ("sso_account_id", "IAM Identity Center"),
    ("sso_role_name", "IAM Identity Center"),
    ("login_session", "aws login"),
];

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
        let mut way = Way { settings: &self.0, profiles: Vec::new() };
        match section.get("role_arn") {
            Some(role) => way.role(&self.0.profile, section, role).map(Some),
            None => way.end(&self.0.profile, section),
        }
    }
}

/// Whether the profile, or one that it takes its source from, names a program.
pub(crate) fn may_run_a_program(settings: &Settings) -> bool {
    let mut section = settings.section();
    for _ in 0..=MAX_CHAIN {
        let Some(found) = section else { return false };
        if found.get("credential_process").is_some() {
            return true;
        }
        section = found.get("source_profile").and_then(|source| settings.profiles.profile(source));
    }
    false
}

/// The profiles passed through so far.
struct Way<'a> {
    settings: &'a Arc<Settings>,
    profiles: Vec<String>,
}

impl Way<'_> {
    /// A profile that another names as its source. Its own access key comes before a role that it may have too.
    fn source(&mut self, name: &str, section: &Section) -> Result<Credentials, Error> {
        let found = match section.get("role_arn") {
            Some(role) if section.get("aws_access_key_id").is_none() => Some(self.role(name, section, role)?),
            _ => self.end(name, section)?,
        };
        found.ok_or_else(|| wrong(name, "it is the source_profile of another, and has no credentials"))
    }

    fn role(&mut self, name: &str, section: &Section, arn: &str) -> Result<Credentials, Error> {
        if self.profiles.iter().any(|passed| passed == name) {
            return Err(wrong(name, "its source_profile leads back to itself"));
        }
        if self.profiles.len() >= MAX_CHAIN {
            return Err(wrong(name, &format!("a chain of roles has at most {MAX_CHAIN} profiles")));
        }
        self.profiles.push(name.to_owned());
        let role = role(name, section, arn)?;
        if let Some(file) = section.get("web_identity_token_file") {
            let file = self.settings.world.environment.path(file);
            return Sts::unsigned(self.settings)?.assume_with_web_identity(&role, &sts::token(&file)?);
        }
        if let Some(device) = section.get("mfa_serial") {
            return Err(wrong(
                name,
                &format!(
                    "the role asks for a code of {device}, which is not asked for here; let the AWS CLI 2 do it: in a \
                     profile of its own, credential_process = aws configure export-credentials --profile {name}"
                ),
            ));
        }
        let source = match (section.get("source_profile"), section.get("credential_source")) {
            (Some(_), Some(_)) => return Err(wrong(name, "it has both source_profile and credential_source")),
            (None, None) => {
                return Err(wrong(
                    name,
                    "role_arn goes with source_profile, credential_source or web_identity_token_file",
                ));
            }
            (Some(source), None) if source == name => {
                let none = || wrong(name, "it is its own source_profile, and has no access key");
                written(name, section)?.ok_or_else(none)?
            }
            (Some(source), None) => {
                let none = || wrong(name, &format!("its source_profile {source} is not there"));
                let section = self.settings.profiles.profile(source).ok_or_else(none)?;
                self.source(source, section)?
            }
            (None, Some(kind)) => self.named_source(name, kind)?,
        };
        Sts::signed(self.settings, source)?.assume(&role)
    }

    fn named_source(&self, name: &str, kind: &str) -> Result<Credentials, Error> {
        let found = match kind {
            "Environment" => Variables::new(&self.settings.world).fetch()?,
            "EcsContainer" => container::Container::new(self.settings).fetch()?,
            "Ec2InstanceMetadata" => instance::Instance::new(self.settings).fetch()?,
            _ => {
                let kinds = "credential_source is Environment, EcsContainer or Ec2InstanceMetadata";
                return Err(wrong(name, &format!("{kinds}, not {kind:?}")));
            }
        };
        found.ok_or_else(|| wrong(name, &format!("its credential_source {kind} has no credentials")))
    }

    /// A profile without a role.
    fn end(&self, name: &str, section: &Section) -> Result<Option<Credentials>, Error> {
        if let Some(credentials) = written(name, section)? {
            return Ok(Some(credentials));
        }
        if let Some((_, how)) = SIGNED_IN_ELSEWHERE.iter().find(|(property, _)| section.get(property).is_some()) {
            return Err(wrong(
                name,
                &format!(
                    "its people sign in by {how}, which is not done here; let the AWS CLI 2 do it: in a profile of its \
                     own, credential_process = aws configure export-credentials --profile {name}"
                ),
            ));
        }
        section.get("credential_process").map(|command| process::run(name, command)).transpose()
    }
}

fn role(name: &str, section: &Section, arn: &str) -> Result<Role, Error> {
    let seconds = |text: &str| {
        let seconds = text.parse().ok().filter(|seconds| (900..=43_200).contains(seconds));
        seconds.ok_or_else(|| wrong(name, &format!("duration_seconds is a number from 900 to 43200, not {text:?}")))
    };
    Ok(Role {
        arn: arn.to_owned(),
        session_name: section.get("role_session_name").map(str::to_owned),
        external_id: section.get("external_id").map(str::to_owned),
        duration: section.get("duration_seconds").map(seconds).transpose()?,
    })
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
        _ => Err(wrong(name, "aws_access_key_id and aws_secret_access_key go together, and one is missing")),
    }
}

fn wrong(name: &str, why: &str) -> Error {
    Error::Configuration(format!("profile {name}: {why}"))
}
