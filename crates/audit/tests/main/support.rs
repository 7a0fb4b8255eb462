//! What the tests share.

use base::{Secret, Uuid};
use fastness_audit::{Entry, Error, Keys, Log, Options, Storage};
use primitives::HmacKey;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::{Seal, SealError};

/// Hides values from `grep` and notices every change, as a real seal does.
pub(crate) struct TestSeal;

impl Seal for TestSeal {
    fn seal(&self, path: &[u8], value: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut sealed: Vec<u8> = value.iter().map(|byte| byte ^ 0x5a).collect();
        sealed.extend(primitives::sha256(&[path, value].concat()));
        Ok(sealed)
    }

    fn open(&self, path: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let (hidden, tag) = sealed.split_last_chunk::<32>().ok_or_else(|| SealError("short".into()))?;
        let value: Vec<u8> = hidden.iter().map(|byte| byte ^ 0x5a).collect();
        if primitives::sha256(&[path, &value].concat()) == *tag {
            Ok(Secret::new(value))
        } else {
            Err(SealError("changed".into()))
        }
    }
}

pub(crate) fn seal() -> Arc<dyn Seal> {
    Arc::new(TestSeal)
}

pub(crate) fn keys() -> Keys {
    keys_with(seal())
}

pub(crate) fn keys_with(seal: Arc<dyn Seal>) -> Keys {
    Keys { seal, chain: HmacKey::new(&[1; 32]), strangers: HmacKey::new(&[2; 32]) }
}

/// A window that never passes during a test, so that nothing is synced unless a test says so.
pub(crate) fn never() -> Options {
    Options { sync_window: Duration::from_secs(3600), reserve_bytes: 4096, ..Options::default() }
}

pub(crate) fn open(dir: &Path, options: Options) -> Result<Arc<Log>, Error> {
    Log::open(Storage::Directory(dir.into()), keys(), options)
}

pub(crate) fn id(number: u64) -> Uuid {
    Uuid(((0xfeed_u128 << 64) | u128::from(number)).to_be_bytes())
}

pub(crate) fn entry(number: u64) -> Entry {
    let id = id(number);
    Entry { id, json: format!("{{\"eventID\":\"{id}\",\"number\":{number}}}") }
}

/// The numbers of the newest records.
pub(crate) fn numbers(log: &Log, count: usize) -> Vec<u64> {
    log.tail(count).unwrap().iter().map(|json| number(json)).collect()
}

pub(crate) fn number(json: &str) -> u64 {
    serde_json::from_str::<serde_json::Value>(json).unwrap()["number"].as_u64().unwrap()
}

/// What a machine that stops now leaves of `from`, had the system written everything.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy(&file.path(), &target);
        } else {
            fs::copy(file.path(), target).unwrap();
        }
    }
}

/// Every file's bytes, to see that a refusal changed nothing.
pub(crate) fn contents(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file() && !path.ends_with("reserve") && !path.ends_with("lock"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// Where the last record of a segment ends; behind it may be room for more.
pub(crate) fn end_of_records(segment: &[u8]) -> usize {
    const HEADER: usize = 84;
    let mut end = HEADER;
    while let Some(length) = segment.get(end..end + 4).map(|bytes| u32::from_be_bytes(bytes.try_into().unwrap())) {
        if length == 0 {
            break;
        }
        end += 4 + length as usize;
    }
    end
}
