//! A node as it is opened and sealed by several at once.

use super::*;
use crate::settings::{Environment, Flags, Program, Settings, Sources};
use base::Rng;
use crypto::{FileSeal, UnwrapError};
use primitives::SystemRng;
use std::path::Path;
use std::sync::mpsc;

/// A seal that says when it is asked, and answers when it may.
struct Slow {
    seal: FileSeal,
    asked: mpsc::SyncSender<()>,
    may: Mutex<mpsc::Receiver<()>>,
}

impl RootSeal for Slow {
    fn name(&self) -> String {
        self.seal.name()
    }

    fn locator(&self) -> String {
        self.seal.locator()
    }

    fn wrap(&self, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Result<Vec<u8>, String> {
        self.seal.wrap(root, rng)
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        self.asked.send(()).unwrap();
        self.may.lock().unwrap().recv().unwrap();
        self.seal.unwrap(wrapped)
    }
}

fn config(dir: &Path) -> Config {
    let environment = Environment::of([("FASTNESS_DATA".into(), dir.into())]).unwrap();
    let sources = Sources { program: Program::Serve, flags: Flags::default(), environment };
    Config::of(&Settings::load(&sources).unwrap().settings).unwrap()
}

#[test]
fn a_server_that_is_sealed_while_a_slow_seal_opens_it_stays_sealed() {
    let place = tempfile::tempdir().unwrap();
    let (data, path) = (place.path().join("data"), place.path().join("seal.key"));
    let seal = || FileSeal::open_or_create(&path, &SystemRng).unwrap();
    Node::make(config(&data), &[Box::new(seal())]).unwrap().shut_down();

    let node = Arc::new(Node::sealed(config(&data)).unwrap());
    node.wait();
    let (asked, is_asked) = mpsc::sync_channel(1);
    let (go, may) = mpsc::channel();
    let slow = Slow { seal: seal(), asked, may: Mutex::new(may) };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let opening = runtime.spawn({
        let node = node.clone();
        async move { node.unseal(vec![Box::new(slow)]).await }
    });
    is_asked.recv().unwrap();
    runtime.block_on(node.seal()).unwrap();
    go.send(()).unwrap();
    let refused = runtime.block_on(opening).unwrap().err().unwrap();
    assert!(refused.to_string().contains("sealed meanwhile") && !refused.may_change);
    assert!(node.is_sealed() && !node.waits());
    runtime.block_on(node.unseal(vec![Box::new(seal())])).map_err(|error| error.to_string()).unwrap();
    assert!(!node.is_sealed());
    node.shut_down();
}
