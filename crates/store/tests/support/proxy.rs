//! A proxy before the database that cuts connections at COMMIT.

use super::faults::Fate;
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const COMMIT: &[u8] = b"COMMIT\0";

/// Gives the next COMMITs these fates; later ones go well.
pub(crate) struct Proxy {
    port: u16,
    fates: Arc<Mutex<VecDeque<Fate>>>,
}

impl Proxy {
    /// Stands before the server that the URL names, which is on loopback.
    pub(crate) fn before(url: &str) -> Self {
        let server = authority(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let fates = Arc::new(Mutex::new(VecDeque::new()));
        let theirs = fates.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(&server).unwrap());
                carry(client, server, theirs.clone());
            }
        });
        Self { port, fates }
    }

    /// The same database through this proxy.
    pub(crate) fn url(&self, url: &str) -> String {
        url.replace(authority(url), &format!("127.0.0.1:{}", self.port))
    }

    pub(crate) fn set_fates(&self, fates: impl IntoIterator<Item = Fate>) {
        self.fates.lock().unwrap().extend(fates);
    }

    pub(crate) fn fates_left(&self) -> usize {
        self.fates.lock().unwrap().len()
    }
}

/// `host:port`
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").unwrap().1;
    let rest = rest.split_once('/').map_or(rest, |(authority, _)| authority);
    rest.rsplit_once('@').map_or(rest, |(_, authority)| authority)
}

fn carry(client: TcpStream, server: TcpStream, fates: Arc<Mutex<VecDeque<Fate>>>) {
    let is_cut = Arc::new(AtomicBool::new(false));
    let (mut from_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let cut = is_cut.clone();
    std::thread::spawn(move || {
        let mut chunk = [0; 16 << 10];
        while let Ok(length @ 1..) = from_server.read(&mut chunk) {
            // The answer to the COMMIT has come, so it took effect; nobody will hear.
            if cut.load(Ordering::Acquire) || to_client.write_all(&chunk[..length]).is_err() {
                break;
            }
        }
        close(&from_server, &to_client);
    });
    let (mut from_client, mut to_server) = (client, server);
    std::thread::spawn(move || {
        let mut chunk = [0; 16 << 10];
        while let Ok(length @ 1..) = from_client.read(&mut chunk) {
            let bytes = &chunk[..length];
            if bytes.windows(COMMIT.len()).any(|window| window == COMMIT) {
                match fates.lock().unwrap().pop_front() {
                    Some(Fate::RequestLost) => break,
                    Some(Fate::AnswerLost) => is_cut.store(true, Ordering::Release),
                    None => {}
                }
            }
            if to_server.write_all(bytes).is_err() {
                break;
            }
        }
        if !is_cut.load(Ordering::Acquire) {
            close(&from_client, &to_server);
        }
    });
}

fn close(one: &TcpStream, other: &TcpStream) {
    for stream in [one, other] {
        // Closed already is closed.
        let _ = stream.shutdown(Shutdown::Both);
    }
}
