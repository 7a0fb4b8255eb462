//! A server on loopback that answers as it is told, and remembers what it was asked.

use authn::{Expected, Payload, Request, SigningSecret, Verifier, claim};
use base::{Secret, Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A request as it came.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The access key id that signed this, if the signature is right.
    pub(crate) fn signer(&self, service: &str, region: &str, secret: &str, now: Timestamp) -> Result<String, String> {
        let Self { method, path, query, headers, body } = self;
        let request = Request { method, path, query, headers, body };
        let claim = claim(&request).map_err(|error| format!("{error:?}"))?.ok_or("not signed")?;
        let secret = SigningSecret::new(Secret::new(secret.to_owned()));
        let expected = Expected::of(service, region.parse().unwrap());
        let verified = Verifier::new().verify(&request, &claim, &expected, &secret, now);
        let payload = verified.map_err(|error| format!("{error:?}"))?;
        assert!(matches!(payload, Payload::Verified), "the body is signed");
        Ok(claim.access_key_id.to_string())
    }
}

/// What is answered.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    /// The connection is closed instead of an answer.
    pub(crate) hang_up: bool,
}

impl Reply {
    pub(crate) fn ok(body: &str) -> Self {
        Self::of(200, body)
    }

    pub(crate) fn of(status: u16, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: body.to_owned(), hang_up: false }
    }

    /// An error as KMS tells it.
    pub(crate) fn error(status: u16, code: &str) -> Self {
        Self::of(status, &format!("{{\"__type\":\"{code}\",\"message\":\"said so\"}}"))
    }

    pub(crate) fn hang_up() -> Self {
        Self { hang_up: true, ..Self::of(0, "") }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

type Play = dyn FnMut(&Received) -> Reply + Send;

/// A server that runs until the test ends.
pub(crate) struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Answers as `play` says.
    pub(crate) fn playing(play: impl FnMut(&Received) -> Reply + Send + 'static) -> Self {
        Self::over(Some, play)
    }

    /// The same over whatever `wrap` makes of a connection.
    pub(crate) fn over<S: Read + Write + 'static>(
        wrap: impl Fn(TcpStream) -> Option<S> + Send + Sync + 'static,
        play: impl FnMut(&Received) -> Reply + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server =
            Self { address: listener.local_addr().unwrap(), received: Arc::default(), connections: Arc::default() };
        let (received, connections) = (server.received.clone(), server.connections.clone());
        let play: Arc<Mutex<Play>> = Arc::new(Mutex::new(play));
        let wrap = Arc::new(wrap);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (received, play, wrap) = (received.clone(), play.clone(), wrap.clone());
                std::thread::spawn(move || {
                    if let Some(stream) = wrap(stream.unwrap()) {
                        serve(stream, &received, &play);
                    }
                });
            }
        });
        server
    }

    /// Answers with these, one after the other, and then with the last.
    pub(crate) fn replying(replies: Vec<Reply>) -> Self {
        let mut index = 0;
        Self::playing(move |_| {
            let reply = replies[index.min(replies.len() - 1)].clone();
            index += 1;
            reply
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn serve(stream: impl Read + Write, received: &Mutex<Vec<Received>>, play: &Mutex<Play>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        received.lock().unwrap().push(request.clone());
        let reply = (play.lock().unwrap())(&request);
        if reply.hang_up {
            return;
        }
        let mut text = format!("HTTP/1.1 {} x\r\ncontent-length: {}\r\n", reply.status, reply.body.len());
        for (name, value) in &reply.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.push_str(&reply.body);
        if reader.get_mut().write_all(text.as_bytes()).and_then(|()| reader.get_mut().flush()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<impl Read>) -> Option<Received> {
    let mut line = String::new();
    let mut next = |line: &mut String| {
        line.clear();
        reader.read_line(line).ok().filter(|read| *read > 0)
    };
    next(&mut line)?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let mut headers = HeaderMap::new();
    loop {
        next(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let name = HeaderName::try_from(name).unwrap();
        headers.append(name, HeaderValue::try_from(value.trim()).unwrap());
    }
    let length = headers.get("content-length").map_or(0, |length| length.to_str().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received { method, path, query, headers, body })
}
