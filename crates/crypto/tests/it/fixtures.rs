//! What the first version of every format wrote: a change that cannot read it loses people's data.
//!
//! `store-v1.txt` holds an engine's entries, then a sealed value, log record, material and marker, each as
//! hexadecimal; the seal's key file was 32 bytes of 0x42.

use crate::support::account;
use crypto::{FileSeal, Hierarchy, MaterialToken, Purpose};
use primitives::SystemRng;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Batch, Engine, Key, Marker, Memory, ReadSet, Seal, Space};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

#[test]
fn a_store_of_the_first_version_opens() {
    let lines: BTreeMap<&str, &str> =
        include_str!("fixtures/store-v1.txt").lines().map(|line| line.split_once(' ').unwrap()).collect();
    let engine = Arc::new(Memory::new());
    let writes = [
        ("root-key", Key::new(Space::system(), "crypto.root")),
        ("keyring", Key::new(Space::system(), "crypto.keyring").text(account().as_str())),
    ]
    .map(|(name, key)| (key.as_bytes().to_vec(), Some(bytes(lines[name]))));
    let marker = Marker(base::Uuid::random(&SystemRng));
    let batch = Batch { reads: ReadSet::default(), writes: writes.into(), marker };
    engine.snapshot().unwrap().commit(batch).wait_blocking().unwrap();

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("root.key");
    std::fs::write(&file, [0x42; 32]).unwrap();
    let seal = FileSeal::open_or_create(&file, &SystemRng).unwrap();
    let node = Hierarchy::open(engine, &seal, Arc::new(SystemRng)).unwrap();

    let path = Key::new(Space::account(account()), "t").text("x");
    assert_eq!(node.open(path.as_bytes(), &bytes(lines["value"])).unwrap().expose(), b"a value");
    let record = node.audit_seal().open(b"segment 1", &bytes(lines["log-record"])).unwrap();
    assert_eq!(record.expose(), b"a record");
    let token: MaterialToken = postcard::from_bytes(&bytes(lines["material"])).unwrap();
    assert_eq!(node.open_material(account(), &token).ok().unwrap().id("k").to_string(), lines["material-id"]);
    let key = node.purpose_key(account(), Purpose::PaginationMarker).ok().unwrap();
    assert_eq!(key.open(b"ListKeys", lines["marker"]), Ok(b"last".to_vec()));
}
