//! Talks to a running server's control paths: one HTTP/1.1 request per connection, over TCP or TLS.

use super::arguments;
use crate::ca;
use crate::control::{Command, PREFIX};
use crate::tls;
use clap::ArgMatches;
use http::Uri;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long the server may take for a command. A reset of a large store is the slowest.
const PATIENCE: Duration = Duration::from_secs(60);
/// Largest answer read: more than [`crate::control::TAIL_MAX`] records.
const ANSWER_MAX: u64 = 256 << 20;

/// A server to send commands to.
pub(super) struct Client {
    endpoint: Uri,
    ca: Option<PathBuf>,
}

impl Client {
    pub(super) fn new(matches: &ArgMatches) -> Result<Self, String> {
        let text = arguments::text(matches, "endpoint").unwrap_or_default();
        let endpoint: Uri = text.parse().map_err(|_| format!("--endpoint {text:?} is no URL"))?;
        let scheme = endpoint.scheme_str();
        if !matches!(scheme, Some("http" | "https")) || endpoint.host().is_none() {
            return Err(format!("--endpoint {text:?} is no http or https URL"));
        }
        let ca = matches.get_one::<PathBuf>("ca").cloned();
        Ok(Self { endpoint, ca })
    }

    /// Sends a command and gives its result.
    pub(super) fn send(&self, command: &Command) -> Result<serde_json::Value, String> {
        let body = serde_json::to_string(command).map_err(|e| e.to_string())?;
        let authority = self.endpoint.authority().map(|authority| authority.as_str()).unwrap_or_default();
        let request = format!(
            "POST {PREFIX}control HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = self.exchange(request.as_bytes()).map_err(|e| format!("no answer from {}: {e}", self.endpoint))?;
        let (status, body) = split(&answer).ok_or_else(|| format!("{} is no Fastness server", self.endpoint))?;
        let value: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        match status {
            200 => Ok(value),
            _ => {
                let message = value.get("message").and_then(|message| message.as_str());
                Err(message.map_or_else(|| format!("{} answered {status}", self.endpoint), str::to_owned))
            }
        }
    }

    fn exchange(&self, request: &[u8]) -> Result<String, String> {
        let tls = self.endpoint.scheme_str() == Some("https");
        let host = self.endpoint.host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let port = self.endpoint.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let stream = TcpStream::connect((bare, port)).map_err(|e| e.to_string())?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(|e| e.to_string())?;
        if tls {
            let session = self.session(bare)?;
            converse(StreamOwned::new(session, stream), request).map_err(|e| e.to_string())
        } else {
            converse(stream, request).map_err(|e| e.to_string())
        }
    }

    fn session(&self, host: &str) -> Result<ClientConnection, String> {
        let path = match (&self.ca, std::env::var_os("AWS_CA_BUNDLE")) {
            (Some(path), _) => path.clone(),
            (None, Some(path)) => path.into(),
            (None, None) => ca::default_directory().map_err(|e| e.to_string())?.join("ca.pem"),
        };
        let roots = roots(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let name = ServerName::try_from(host.to_owned()).map_err(|e| e.to_string())?;
        let config = ClientConfig::builder_with_provider(tls::provider())
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        ClientConnection::new(Arc::new(config), name).map_err(|e| e.to_string())
    }
}

fn roots(path: &Path) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|e| e.to_string())? {
        roots.add(certificate.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
    }
    Ok(roots)
}

fn converse(mut stream: impl Read + Write, request: &[u8]) -> io::Result<String> {
    stream.write_all(request)?;
    stream.flush()?;
    let mut answer = String::new();
    match stream.take(ANSWER_MAX).read_to_string(&mut answer) {
        // A TLS server that closes without a farewell: the length of the body is checked by its JSON.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(answer),
        outcome => outcome.map(|_| answer),
    }
}

fn split(answer: &str) -> Option<(u16, &str)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some((status, body))
}
