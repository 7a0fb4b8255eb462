//! Every byte of a backup counts.

use super::*;
use crate::{AuditHead, Writer};

#[path = "../../../../fuzz/bodies/backup.rs"]
mod body;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;

fn header() -> Header {
    Header {
        product: "0.1.0".into(),
        store_format: 1,
        taken_at_millis: 1_800_000_000_000,
        engine: "a file".into(),
        snapshot: 7,
        node: "n".into(),
        audit: Some(AuditHead { next: 3, hash: [9; 32] }),
    }
}

fn sample() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, &header()).unwrap();
    for number in 0..5u8 {
        writer.entry(&[1, number], &[number; 40]).unwrap();
    }
    writer.entry(&[2], &vec![5; 300 << 10]).unwrap();
    writer.file("audit/mark", &b"mark"[..]).unwrap();
    writer.file("ca.pem", &b""[..]).unwrap();
    writer.finish().unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Result<Vec<Item>, Problem> {
    let mut reader = Reader::new(bytes)?;
    let mut items = Vec::new();
    while let Some(item) = reader.read_item()? {
        items.push(item);
    }
    Ok(items)
}

#[test]
fn what_was_written_reads_back() {
    let bytes = sample();
    assert_eq!(Reader::new(&bytes[..]).unwrap().header(), &header());
    let items = read(&bytes).unwrap();
    assert!(matches!(&items[0], Item::Entries(entries) if entries.len() == 5));
    assert!(matches!(&items[1], Item::Entries(entries) if entries[0].1.len() == 300 << 10));
    assert_eq!(
        items[2..5],
        [Item::File("audit/mark".into()), Item::Bytes(b"mark".into()), Item::File("ca.pem".into())]
    );
    assert!(matches!(items[5], Item::End(Totals { entries: 6, files: 2, .. }, _)));
}

#[test]
fn any_flipped_byte_is_refused_with_a_place_at_or_before_it() {
    let bytes = sample();
    let near = (0..600).chain((600..bytes.len() - 600).step_by(997)).chain(bytes.len() - 600..bytes.len());
    for position in near {
        let mut bad = bytes.clone();
        bad[position] ^= 1;
        match read(&bad) {
            Err(Problem::Damaged { at, .. }) => {
                assert!(at <= position as u64 && position as u64 >= PREFIX as u64 - 4, "byte {position}, told {at}");
            }
            Err(Problem::NotABackup | Problem::Newer { .. }) => assert!(position < PREFIX, "byte {position}"),
            other => panic!("byte {position}: {other:?}"),
        }
    }
}

#[test]
fn a_cut_an_addition_and_swapped_frames_are_refused() {
    let bytes = sample();
    for length in (0..bytes.len()).step_by(101).chain(bytes.len() - 200..bytes.len()) {
        assert!(read(&bytes[..length]).is_err(), "{length}");
    }
    assert!(read(&[&bytes[..], b"x"].concat()).is_err_and(|problem| problem.to_string().contains("follows the end")));
    // Two frames of one length in each other's place: the chain and the places tell.
    let mut two = Vec::new();
    let mut writer = Writer::new(&mut two, &header()).unwrap();
    writer.file("a", &b"1"[..]).unwrap();
    writer.file("b", &b"2"[..]).unwrap();
    writer.finish().unwrap();
    let length = HEAD + 1 + CHECK;
    let end = HEAD + 3 + CHECK;
    let first = two.len() - end - 4 * length;
    let mut swapped = two.clone();
    swapped[first..first + 2 * length].copy_from_slice(&two[first + 2 * length..first + 4 * length]);
    swapped[first + 2 * length..first + 4 * length].copy_from_slice(&two[first..first + 2 * length]);
    assert!(read(&two).is_ok());
    assert!(read(&swapped).is_err_and(|problem| problem.to_string().contains(&format!("byte {first}"))));
}

#[test]
fn a_newer_format_is_refused_with_words() {
    let mut bytes = sample();
    bytes[PREFIX - 1] = 9;
    let problem = read(&bytes).unwrap_err().to_string();
    assert!(problem.contains("format 9") && problem.contains("the version that wrote it"), "{problem}");
}

#[test]
fn names_that_lead_out_of_the_directory_are_refused() {
    for name in ["../x", "/etc/x", "a//b", "", ".hidden", "a/../b", "a\\b", "a b"] {
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, &header()).unwrap();
        writer.file(name, &b""[..]).unwrap();
        writer.finish().unwrap();
        assert!(read(&bytes).is_err(), "{name}");
    }
}

#[test]
fn fuzz_backup() {
    let mut small = Vec::new();
    let mut writer = Writer::new(&mut small, &header()).unwrap();
    writer.entry(b"k", b"v").unwrap();
    writer.file("f", &b"content"[..]).unwrap();
    writer.finish().unwrap();
    mutation::run(body::run, &[small], &[&MAGIC[..], &[0, 0, 0, 1]]);
}
