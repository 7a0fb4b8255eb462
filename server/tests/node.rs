//! Nodes: what a start makes, refuses and leaves alone, and what a reset brings back.

use base::Clock;
use server::config::Config;
use server::control::{Command, Control, ControlError};
use server::node::Node;
use server::seed::Seed;
use server::settings::{Environment, Flags, Program, Settings, Sources};
use std::fs;
use std::path::Path;

const SEED: &str = r#"
[[accounts]]
id = "111122223333"
root_access_keys = [{ id = "root", secret = "one" }]
[[accounts.users]]
name = "alice"
access_keys = [{ id = "alice", secret = "two" }]
[[accounts.keys]]
id = "1234abcd-12ab-34cd-56ef-1234567890ab"
aliases = ["alias/app"]
"#;

fn open(data: Option<&Path>, seed: Option<&str>) -> Result<Node, String> {
    let data = data.map(|dir| ("FASTNESS_DATA".into(), dir.into()));
    let environment = Environment::of([("FASTNESS_QUOTAS".into(), "off".into())].into_iter().chain(data)).unwrap();
    let sources = Sources { program: Program::Dev, flags: Flags::default(), environment };
    let config = Config::of(&Settings::load(&sources).unwrap().settings).unwrap();
    let seed = seed.map(|text| Seed::parse("seed.toml", text, config.region).unwrap());
    Node::open(config, seed)
}

fn refused(data: &Path, seed: Option<&str>) -> String {
    open(Some(data), seed).err().expect("the node must not start")
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn without_a_seed_the_well_known_credentials_are_made_once_and_told_again() {
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let node = open(Some(dir.path()), None).unwrap();
        assert_eq!(node.credentials().map(|made| (made.id, made.secret)), Some(("test", "test")));
        node.shut_down();
    }
}

#[test]
fn a_seeded_store_gets_no_well_known_credentials_by_a_start_without_its_seed() {
    let dir = tempfile::tempdir().unwrap();
    open(Some(dir.path()), Some(SEED)).unwrap().shut_down();
    let node = open(Some(dir.path()), None).unwrap();
    assert!(node.credentials().is_none());
    node.shut_down();
}

#[test]
fn a_seed_may_be_given_again_but_may_not_give_an_access_key_to_somebody_else() {
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        open(Some(dir.path()), Some(SEED)).unwrap().shut_down();
    }
    let error = refused(
        dir.path(),
        Some(&SEED.replace("id = \"root\"", "id = \"x\"").replace("id = \"alice\"", "id = \"root\"")),
    );
    assert!(error.contains("root") && error.contains("somebody else"), "{error}");
    // The refusal let go of the store.
    open(Some(dir.path()), Some(SEED)).unwrap().shut_down();
}

#[test]
fn a_second_node_on_the_same_directory_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(Some(dir.path()), None).unwrap();
    let error = refused(dir.path(), None);
    assert!(error.contains("in use"), "{error}");
    first.shut_down();
    open(Some(dir.path()), None).unwrap().shut_down();
}

#[test]
fn a_damaged_store_or_a_wrong_seal_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    open(Some(dir.path()), None).unwrap().shut_down();
    let (store, seal) = (dir.path().join("store.redb"), dir.path().join("dev-seal.key"));
    let (good_store, good_seal) = (fs::read(&store).unwrap(), fs::read(&seal).unwrap());

    fs::write(&seal, [7; 32]).unwrap();
    let error = refused(dir.path(), None);
    assert!(error.contains("key file"), "{error}");
    assert!(fs::read(&store).unwrap() == good_store);
    fs::write(&seal, good_seal).unwrap();

    let mut torn = good_store.clone();
    torn.truncate(torn.len() / 2);
    torn[..64].fill(0xa5);
    fs::write(&store, &torn).unwrap();
    let error = refused(dir.path(), None);
    assert!(error.contains("damaged"), "{error}");
    assert_eq!(fs::read(&store).unwrap(), torn);

    fs::write(&store, good_store).unwrap();
    open(Some(dir.path()), None).unwrap().shut_down();
}

#[test]
fn a_reset_brings_back_the_seed_and_the_time() {
    let dir = tempfile::tempdir().unwrap();
    for data in [None, Some(dir.path())] {
        let node = open(data, Some(SEED)).unwrap();
        run(async {
            node.run(Command::ClockAdvance { by_millis: 400 * 86_400_000 }).await.unwrap();
            let moved = node.run(Command::ClockShow {}).await.unwrap();
            assert!(moved["offset_millis"].as_i64().unwrap() >= 400 * 86_400_000);
            Control::reset(&node).await.unwrap();
            let shown = node.run(Command::ClockShow {}).await.unwrap();
            assert_eq!(shown["offset_millis"], 0);
            Control::reset(&node).await.unwrap();
        });
        node.shut_down();
    }
    // What the seed made before the reset is what a restart finds after it.
    open(Some(dir.path()), Some(SEED)).unwrap().shut_down();
}

#[test]
fn time_moves_forward_only_and_not_beyond_what_can_be_stored() {
    let node = open(None, None).unwrap();
    run(async {
        let now = base::SystemClock.now();
        for (command, word) in [
            (Command::ClockSet { to: "2001-01-01T00:00:00Z".into() }, "forward only"),
            (Command::ClockSet { to: "tomorrow".into() }, "RFC 3339"),
            (Command::ClockAdvance { by_millis: u64::MAX }, "ends at"),
        ] {
            match node.run(command).await {
                Err(ControlError::Refused(text)) => assert!(text.contains(word), "{text}"),
                other => panic!("{word}: {other:?}"),
            }
        }
        node.run(Command::ClockFreeze {}).await.unwrap();
        node.run(Command::ClockAdvance { by_millis: 1000 }).await.unwrap();
        let shown = node.run(Command::ClockResume {}).await.unwrap();
        assert_eq!(shown["frozen"], false);
        assert!(shown["now"].as_str().unwrap() >= now.to_seconds_rfc3339().as_str());
        let records = node.run(Command::AuditTail { count: 10, from: None }).await.unwrap();
        assert_eq!(records["records"].as_array().map(Vec::len), Some(0));
    });
    node.shut_down();
}

#[test]
fn what_was_not_denied_cannot_be_explained() {
    let node = open(None, None).unwrap();
    match run(node.run(Command::Why { request_id: "8f14e45f".into() })) {
        Err(ControlError::Refused(text)) => assert!(text.contains("8f14e45f"), "{text}"),
        other => panic!("{other:?}"),
    }
    node.shut_down();
}
