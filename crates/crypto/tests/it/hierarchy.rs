//! Root key, keyrings, and the sealing of stored values.

use crate::support::{House, NOW, account, other_account, ready};
use base::{Secret, Uuid};
use crypto::{EphemeralSeal, Error, FileSeal, Hierarchy, MaterialKind, OpenError, RootSeal};
use primitives::SystemRng;
use std::collections::BTreeMap;
use std::sync::{Arc, Barrier};
use store::{Batch, Key, Marker, Memory, ReadSet, Seal, Space};

fn path(table: &str) -> Vec<u8> {
    Key::new(Space::account(account()), table).text("x").as_bytes().to_vec()
}

fn write(house: &House, key: &[u8], value: Option<Vec<u8>>) {
    let batch = Batch {
        reads: ReadSet::default(),
        writes: BTreeMap::from([(key.to_vec(), value)]),
        marker: Marker(Uuid::random(&SystemRng)),
    };
    house.engine.snapshot().unwrap().commit(batch).wait_blocking().unwrap();
}

#[test]
fn a_restart_opens_what_was_sealed_before() {
    let (house, node) = ready();
    let sealed = node.seal(&path("t"), b"value").unwrap();
    let system = Key::new(Space::system(), "t");
    let of_system = node.seal(system.as_bytes(), b"of the system").unwrap();
    let again = house.node();
    assert_eq!(again.open(&path("t"), &sealed).unwrap().expose(), b"value");
    assert_eq!(again.open(system.as_bytes(), &of_system).unwrap().expose(), b"of the system");
}

#[test]
fn a_value_opens_under_its_own_path_only() {
    let (_house, node) = ready();
    node.ensure_keyring(other_account(), NOW).unwrap();
    let sealed = node.seal(&path("t"), b"value").unwrap();
    let elsewhere = Key::new(Space::account(other_account()), "t").text("x");
    for wrong in [&path("u")[..], elsewhere.as_bytes(), Key::new(Space::system(), "t").as_bytes(), b"", b"\x99"] {
        assert!(node.open(wrong, &sealed).is_err());
    }
    assert!(node.audit_seal().open(&path("t"), &sealed).is_err());
    assert_ne!(sealed, node.seal(&path("t"), b"value").unwrap(), "sealed under a key of its own each time");
}

#[test]
fn no_bit_of_a_sealed_value_may_change() {
    let (_house, node) = ready();
    let sealed = node.seal(&path("t"), b"value").unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut bad = sealed.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert!(node.open(&path("t"), &bad).is_err(), "bit {bit}");
    }
    for length in 0..sealed.len() {
        assert!(node.open(&path("t"), &sealed[..length]).is_err(), "length {length}");
    }
}

#[test]
fn an_account_without_a_keyring_seals_nothing() {
    let node = House::new().node();
    assert!(node.seal(&path("t"), b"value").unwrap_err().to_string().contains("has no keyring"));
    assert_eq!(node.rotate_keyring(account(), NOW), Err(Error::NoKeyring(account())));
}

#[test]
fn a_rotated_keyring_opens_the_old_and_seals_anew() {
    let (house, node) = ready();
    let old = node.seal(&path("t"), b"old").unwrap();
    let (material, token) = node.generate_material(account(), MaterialKind::Symmetric, &SystemRng).unwrap();
    node.rotate_keyring(account(), NOW).unwrap();
    let new = node.seal(&path("t"), b"new").unwrap();
    assert_eq!((&old[1..5], &new[1..5]), (&[0, 0, 0, 1][..], &[0, 0, 0, 2][..]), "sealed values name their version");
    for node in [node, house.node()] {
        assert_eq!(node.open(&path("t"), &old).unwrap().expose(), b"old");
        assert_eq!(node.open(&path("t"), &new).unwrap().expose(), b"new");
        assert_eq!(node.open_material(account(), &token).ok().unwrap().id("k"), material.id("k"));
    }
}

#[test]
fn a_node_finds_keyrings_that_another_made_or_rotated() {
    let house = House::new();
    let (one, two) = (house.node(), house.node());
    one.ensure_keyring(account(), NOW).unwrap();
    let first = one.seal(&path("t"), b"first").unwrap();
    assert_eq!(two.open(&path("t"), &first).unwrap().expose(), b"first");
    one.rotate_keyring(account(), NOW).unwrap();
    let second = one.seal(&path("t"), b"second").unwrap();
    assert_eq!(two.open(&path("t"), &second).unwrap().expose(), b"second");
    two.ensure_keyring(account(), NOW).unwrap();
    assert_eq!(one.open(&path("t"), &two.seal(&path("t"), b"third").unwrap()).unwrap().expose(), b"third");
}

#[test]
fn nodes_that_start_at_once_agree_on_root_key_and_keyring() {
    for _ in 0..20 {
        let house = House::new();
        let start = Barrier::new(4);
        let nodes: Vec<Arc<Hierarchy>> = std::thread::scope(|scope| {
            let run = || {
                start.wait();
                let node = house.node();
                node.ensure_keyring(account(), NOW).unwrap();
                node
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let system = Key::new(Space::system(), "t");
        for sealing in &nodes {
            let value = sealing.seal(&path("t"), b"value").unwrap();
            let of_system = sealing.seal(system.as_bytes(), b"system").unwrap();
            for opening in &nodes {
                assert_eq!(opening.open(&path("t"), &value).unwrap().expose(), b"value");
                assert_eq!(opening.open(system.as_bytes(), &of_system).unwrap().expose(), b"system");
            }
        }
    }
}

#[test]
fn rotations_that_meet_all_count() {
    let (house, node) = ready();
    let other = house.node();
    std::thread::scope(|scope| {
        for node in [&node, &other] {
            scope.spawn(move || (0..5).for_each(|_| node.rotate_keyring(account(), NOW).unwrap()));
        }
    });
    let sealed = house.node().seal(&path("t"), b"value").unwrap();
    assert_eq!(sealed[1..5], [0, 0, 0, 11]);
}

#[test]
fn a_wrong_seal_is_refused_in_words_and_nothing_is_written() {
    let (house, _node) = ready();
    let before = house.raw();
    let wrong = EphemeralSeal::new(&SystemRng);
    let error = Hierarchy::open(house.engine.clone(), &wrong, Arc::new(SystemRng)).err().unwrap();
    let OpenError::WrongSeal { offered, sealed_by } = &error else { panic!("{error}") };
    assert_eq!((offered, sealed_by), (&wrong.name(), &house.seal.name()));
    assert!(error.to_string().contains("Give the seal that the store was made with"));
    assert!(before == house.raw());
}

#[test]
fn a_damaged_root_key_is_refused_and_nothing_is_written() {
    let (house, _node) = ready();
    let key = Key::new(Space::system(), "crypto.root");
    let intact = house.engine.snapshot().unwrap().get(key.as_bytes()).unwrap().unwrap();
    for position in (0..intact.len()).chain([usize::MAX]) {
        let mut bad = intact.clone();
        match bad.get_mut(position) {
            Some(byte) => *byte ^= 1,
            None => bad.truncate(20),
        }
        write(&house, key.as_bytes(), Some(bad));
        let before = house.raw();
        let opened = Hierarchy::open(house.engine.clone(), &house.seal, Arc::new(SystemRng));
        // The seal's locator and name are there for the operator only, so a changed letter of them does no harm.
        let locator = 16..16 + house.seal.locator().len();
        let name = locator.end + 2..locator.end + 2 + house.seal.name().len();
        let for_people = locator.contains(&position) || name.contains(&position);
        assert_eq!(opened.is_err(), !for_people, "position {position}");
        assert!(before == house.raw());
    }
}

#[test]
fn a_store_with_data_but_no_root_key_is_refused_and_nothing_is_written() {
    let house = House::new();
    write(&house, &path("t"), Some(b"someone's".to_vec()));
    let opened = Hierarchy::open(house.engine.clone(), &house.seal, Arc::new(SystemRng));
    assert_eq!(opened.err(), Some(OpenError::NoRootKey));
    assert_eq!(house.raw().len(), 1);
}

#[test]
fn a_keyring_moved_to_another_account_does_not_open() {
    let (house, node) = ready();
    let keyring = |account: base::AccountId| Key::new(Space::system(), "crypto.keyring").text(account.as_str());
    let stolen = house.engine.snapshot().unwrap().get(keyring(account()).as_bytes()).unwrap();
    write(&house, keyring(other_account()).as_bytes(), stolen);
    let (_, token) = node.generate_material(account(), MaterialKind::Symmetric, &SystemRng).unwrap();
    assert_eq!(node.open_material(other_account(), &token).err(), Some(Error::Damaged("a keyring")));
}

#[test]
fn a_key_file_opens_the_store_again() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("root.key");
    let engine = Arc::new(Memory::new());
    let open = || {
        let seal = FileSeal::open_or_create(&file, &SystemRng).unwrap();
        Hierarchy::open(engine.clone(), &seal, Arc::new(SystemRng))
    };
    let system = Key::new(Space::system(), "t");
    let sealed = open().unwrap().seal(system.as_bytes(), b"value").unwrap();
    assert_eq!(open().unwrap().open(system.as_bytes(), &sealed).unwrap().expose(), b"value");
    std::fs::remove_file(&file).unwrap();
    let text = open().err().unwrap().to_string();
    assert!(text.contains("was sealed by the key file") && text.contains("root.key"), "{text}");
}

#[test]
fn the_engine_never_holds_a_plaintext_or_a_key() {
    let (house, node) = ready();
    let planted = [0x5a; 32];
    let (material, token) =
        node.import_material(account(), MaterialKind::Symmetric, &Secret::new(planted.to_vec()), &SystemRng).unwrap();
    let blob = material.encrypt(&material.id("k"), &SystemRng, b"planted plaintext", &BTreeMap::new()).unwrap();
    write(&house, &path("t"), Some(node.seal(&path("t"), b"planted plaintext").unwrap()));
    write(&house, &path("u"), Some(node.seal(&path("u"), &planted).unwrap()));
    write(&house, &path("v"), Some(node.seal(&path("v"), &blob).unwrap()));
    drop(token);
    let raw = house.raw();
    assert!(raw.len() >= 5, "root key, keyring and three values");
    for store::Entry { value, .. } in raw {
        for needle in [&b"planted"[..], &planted[..8]] {
            assert!(!value.windows(needle.len()).any(|window| window == needle));
        }
    }
}
