//! Credentials of a container: tasks of ECS, pods of EKS, and whatever gives them in the same way.
//!
//! Guarantees: credentials and the token that gets them travel in clear over loopback or to the agents' own addresses
//! alone; no proxy sees them. Source: AWS SDKs and Tools Reference Guide, "Container credential provider".

use super::{Credentials, Source, document, sts};
use crate::Error;
use crate::endpoint::is_loopback;
use crate::local::Local;
use crate::protocol::Members;
use crate::settings::Settings;
use base::Secret;
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderMap, HeaderValue, Method, Uri};
use std::sync::Arc;
use std::time::Duration;

/// Where the agent of ECS is.
const ECS: &str = "http://169.254.170.2";
/// The agents' addresses: ECS, then EKS Pod Identity.
const AGENTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

/// How long an attempt may take, and how many there are.
const PATIENCE: Duration = Duration::from_secs(10);
const ATTEMPTS: u32 = 3;

/// The variables that the container's host sets.
pub(crate) struct Container(Arc<Settings>);

impl Container {
    pub(crate) fn new(settings: &Arc<Settings>) -> Self {
        Self(settings.clone())
    }

    fn uri(&self) -> Result<Option<Uri>, Error> {
        let environment = &self.0.world.environment;
        if let Some(path) = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            let wrong = || Error::Configuration(format!("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI {path:?} is no path"));
            let uri = Some(&path).filter(|path| path.starts_with('/'));
            return uri.and_then(|path| format!("{ECS}{path}").parse().ok()).map(Some).ok_or_else(wrong);
        }
        let Some(url) = environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return Ok(None) };
        // It is not repeated: before an @ there may be a password.
        let wrong = |why| Error::Configuration(format!("AWS_CONTAINER_CREDENTIALS_FULL_URI: {why}"));
        let uri: Uri = url.parse().map_err(|_| wrong("this is no URL"))?;
        let authority = uri.authority().ok_or_else(|| wrong("this is no URL"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("an endpoint has no user"));
        }
        let host = authority.host();
        match uri.scheme_str() {
            Some("https") => Ok(Some(uri)),
            Some("http") if is_loopback(host) || AGENTS.contains(&host.to_ascii_lowercase().as_str()) => Ok(Some(uri)),
            _ => Err(wrong("use https, or http to loopback, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]")),
        }
    }

    fn token(&self) -> Result<Option<Secret<String>>, Error> {
        let environment = &self.0.world.environment;
        if let Some(file) = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            return sts::token(&environment.path(&file)).map(Some);
        }
        Ok(environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(Secret::new))
    }
}

impl Source for Container {
    fn fetch(&self) -> Result<Option<Credentials>, Error> {
        let Some(uri) = self.uri()? else { return Ok(None) };
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = self.token()? {
            let broken = |_| Error::Configuration("the token of the container cannot stand in a header".into());
            let mut token = HeaderValue::from_str(token.expose()).map_err(broken)?;
            token.set_sensitive(true);
            headers.insert(AUTHORIZATION, token);
        }
        let local = Local::new(PATIENCE, ATTEMPTS, self.0.ca_bundle(), &self.0.world);
        let answer = local.ask(Method::GET, &uri, &headers)?;
        let whose = format!("the container's credentials at {}", uri.host().unwrap_or_default());
        if answer.status != 200 {
            return Err(Error::Connection(format!("{whose}: the answer is {}", answer.status)));
        }
        document::read(Members::read(answer.body.expose())?, "Token", &whose).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Options;
    use crate::world::{Environment, World};

    #[test]
    fn a_path_alone_is_asked_of_the_agent_of_ecs_and_comes_first() {
        let variables = [
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/x?y"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        ];
        let uri = |variables: &[(&str, &str)]| {
            let world = World::with(Environment::of(variables));
            let settings = Arc::new(Settings::load(Options::default(), world).unwrap());
            Container::new(&settings).uri().unwrap().map(|uri| uri.to_string())
        };
        assert_eq!(uri(&variables).as_deref(), Some("http://169.254.170.2/v2/credentials/x?y"));
        assert_eq!(uri(&variables[1..]).as_deref(), Some("http://169.254.170.23/v1/credentials"));
        let pods = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://[fd00:ec2::23]/v1/credentials")];
        assert_eq!(uri(&pods).as_deref(), Some("http://[fd00:ec2::23]/v1/credentials"));
        assert_eq!(uri(&[]), None);
    }
}
