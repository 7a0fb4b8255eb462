//! The bare server: the least that any server of this kind must do for a call.
//!
//! It reads the body, hashes it (every SigV4 server must), parses the JSON, decodes and encodes base64, seals with
//! AES-256-GCM under one fixed key and answers JSON. It knows no caller, no policy, no quota, no key store and no log.
//! Runtime, HTTP and TLS libraries and their settings are those of the real server, so that the difference is the house.
//!
//! Prints `PLAIN-PORT TLS-PORT` and ends when its standard input does, so that it never outlives who started it.

use crate::Failure;
use base::Rng as _;
use base64_simd::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use primitives::{AeadKey, SystemRng, sha256};
use serde::Deserialize;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// Serves until standard input ends.
pub(crate) fn serve() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let plain = TcpListener::bind("127.0.0.1:0").await?;
        let tls = TcpListener::bind("127.0.0.1:0").await?;
        writeln!(std::io::stdout(), "{} {}", plain.local_addr()?.port(), tls.local_addr()?.port())?;
        let sealer = Arc::new(Sealer { key: AeadKey::new(&[7; 32]) });
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls_config()?));
        tokio::spawn(accept(plain, sealer.clone(), None));
        tokio::spawn(accept(tls, sealer, Some(acceptor)));
        tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
        Ok::<(), Failure>(())
    })?;
    // The blocking reader has ended; connections need no farewell.
    runtime.shutdown_background();
    Ok(())
}

fn tls_config() -> Result<rustls::ServerConfig, Failure> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())?)
}

async fn accept(listener: TcpListener, sealer: Arc<Sealer>, tls: Option<tokio_rustls::TlsAcceptor>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let (sealer, tls) = (sealer.clone(), tls.clone());
        tokio::spawn(async move {
            let Some(acceptor) = tls else { return converse(stream, sealer).await };
            if let Ok(stream) = acceptor.accept(stream).await {
                converse(stream, sealer).await;
            }
        });
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, sealer: Arc<Sealer>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let sealer = sealer.clone();
        async move {
            let body = request.into_body().collect().await?.to_bytes();
            Ok::<_, hyper::Error>(sealer.answer(&body))
        }
    });
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

struct Sealer {
    key: AeadKey,
}

/// The members of the measured operations' inputs. Unlike a handler's input it holds no context, key or option.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    plaintext: Option<String>,
    ciphertext_blob: Option<String>,
}

impl Sealer {
    fn answer(&self, body: &[u8]) -> Response<Full<Bytes>> {
        let digest = sha256(body);
        let mut random = [0; 44];
        SystemRng.fill(&mut random);
        let (nonce, data_key) = random.split_at(12);
        let mut iv = [0; 12];
        iv.copy_from_slice(nonce);
        let payload = serde_json::from_slice::<Input>(body)
            .ok()
            .map(|input| input.plaintext.or(input.ciphertext_blob))
            .and_then(|text| text.map_or_else(|| Some(data_key.to_vec()), |text| STANDARD.decode_to_vec(text).ok()));
        let text = match payload {
            Some(payload) => {
                let sealed = self.key.seal(&iv, &digest, &payload);
                format!(r#"{{"KeyId":"bare","CiphertextBlob":"{}"}}"#, STANDARD.encode_to_string(sealed))
            }
            None => r#"{"__type":"SerializationException"}"#.to_owned(),
        };
        let mut response = Response::new(Full::new(Bytes::from(text)));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        response
    }
}
