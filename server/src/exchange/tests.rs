//! Questions to a server of the test's own.

use super::*;
use base::Region;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const HOST_NAME: &str = "proxy.example.com";

/// A server's TLS under an authority, and a client's that believes that authority.
fn tls(versions: &[&'static rustls::SupportedProtocolVersion]) -> (TlsAcceptor, Option<Arc<ClientConfig>>) {
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own = parameters.self_signed(&key).unwrap();
    let issuer = Issuer::new(parameters, key);
    let leaf_key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![HOST_NAME.to_owned()]).unwrap().signed_by(&leaf_key, &issuer).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], leaf_key.serialize_der().try_into().unwrap())
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(own.der().clone()).unwrap();
    let trusted = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().unwrap();
    (TlsAcceptor::from(Arc::new(config)), client_config(Some(trusted)))
}

/// What the server does with each connection.
#[derive(Clone, Copy)]
enum Habit {
    /// Answers everything.
    Answers,
    /// Answers once, and closes without a word.
    AnswersOnce,
    /// Never answers.
    Sleeps,
    /// Answers with too much.
    Floods,
}

/// A server on loopback: its address, and how often it was connected to.
async fn server(acceptor: TlsAcceptor, habit: Habit) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                loop {
                    let mut request = vec![0; 4096];
                    let Ok(length @ 1..) = stream.read(&mut request).await else { return };
                    let request = String::from_utf8_lossy(&request[..length]).into_owned();
                    let body = match habit {
                        Habit::Sleeps => std::future::pending().await,
                        Habit::Floods => "x".repeat(MAX_REPLY + 1),
                        _ => request,
                    };
                    let answer = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    if matches!(habit, Habit::AnswersOnce) {
                        return;
                    }
                }
            });
        }
    });
    (address, connections)
}

fn questions(address: SocketAddr, config: Option<Arc<ClientConfig>>) -> Questions {
    let questions = Questions::routed(BTreeMap::from([(HOST_NAME.to_owned(), address)]));
    assert!(questions.config.set(config).is_ok());
    questions
}

fn question(within: Duration) -> WebQuestion {
    WebQuestion {
        url: format!("https://{HOST_NAME}/prefix/kms/xks/v1/health"),
        access_key_id: "ABCDEFGHIJKLMNOPQRST".to_owned(),
        secret: Secret::new("s".repeat(43)),
        region: "eu-central-1".parse::<Region>().unwrap(),
        service: "kms-xks-proxy",
        body: Secret::new(b"{\"asked\":1}".to_vec()),
        within,
    }
}

const LONG: Duration = Duration::from_secs(20);

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn a_question_is_signed_and_its_connection_is_kept_for_the_next() {
    run(async {
        let (acceptor, config) = tls(rustls::ALL_VERSIONS);
        let (address, connections) = server(acceptor, Habit::Answers).await;
        let questions = questions(address, config);
        for _ in 0..3 {
            let reply = questions.ask(&question(LONG)).await.unwrap();
            assert_eq!(reply.status, 400, "whatever the status, it is an answer");
            let echoed = String::from_utf8(reply.body.expose().clone()).unwrap();
            assert!(echoed.starts_with("POST /prefix/kms/xks/v1/health HTTP/1.1\r\n"), "{echoed}");
            assert!(echoed.contains("host: proxy.example.com\r\n"), "{echoed}");
            assert!(echoed.contains("Credential=ABCDEFGHIJKLMNOPQRST/"), "{echoed}");
            assert!(echoed.contains("/eu-central-1/kms-xks-proxy/aws4_request"), "{echoed}");
            assert!(echoed.contains("SignedHeaders=content-length;content-type;host;x-amz-date,"), "{echoed}");
            assert!(echoed.ends_with("\r\n\r\n{\"asked\":1}"), "{echoed}");
        }
        assert_eq!(connections.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_kept_connection_that_was_closed_meanwhile_costs_no_answer() {
    run(async {
        let (acceptor, config) = tls(rustls::ALL_VERSIONS);
        let (address, connections) = server(acceptor, Habit::AnswersOnce).await;
        let questions = questions(address, config);
        for _ in 0..3 {
            assert!(questions.ask(&question(LONG)).await.is_ok());
        }
        assert_eq!(connections.load(Ordering::SeqCst), 3);
    });
}

#[test]
fn each_way_of_not_answering_has_its_name() {
    run(async {
        let (acceptor, config) = tls(rustls::ALL_VERSIONS);
        let (silent, _) = server(acceptor.clone(), Habit::Sleeps).await;
        let asked = questions(silent, config.clone()).ask(&question(Duration::from_millis(200))).await;
        assert_eq!(asked.err(), Some(Unanswered::TimedOut));

        let (flooding, _) = server(acceptor.clone(), Habit::Floods).await;
        assert_eq!(questions(flooding, config.clone()).ask(&question(LONG)).await.err(), Some(Unanswered::Broken));

        let (_, stranger) = tls(rustls::ALL_VERSIONS);
        let (address, _) = server(acceptor, Habit::Answers).await;
        let distrusting = questions(address, stranger);
        assert_eq!(distrusting.ask(&question(LONG)).await.err(), Some(Unanswered::NoTls));

        let unbound = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(questions(unbound, config.clone()).ask(&question(LONG)).await.err(), Some(Unanswered::NoConnection));
        for url in ["http://proxy.example.com/", "https://user@proxy.example.com/", "proxy.example.com", ""] {
            let question = WebQuestion { url: url.to_owned(), ..question(LONG) };
            let asked = questions(address, config.clone()).ask(&question).await;
            assert_eq!(asked.err(), Some(Unanswered::NoConnection), "{url}");
        }
    });
}

#[test]
fn only_the_suites_of_the_specification_are_offered() {
    let offered: Vec<CipherSuite> = strict_provider().cipher_suites.iter().map(|suite| suite.suite()).collect();
    let approved = |suite: &&CipherSuite| !format!("{suite:?}").contains("CHACHA20");
    let expected = SUITES.iter().filter(|suite| !cfg!(feature = "fips") || approved(suite));
    assert_eq!(offered.len(), expected.count());
    run(async {
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let (acceptor, config) = tls(&[version]);
            let (address, _) = server(acceptor, Habit::Answers).await;
            assert!(questions(address, config).ask(&question(LONG)).await.is_ok());
        }
    });
}
