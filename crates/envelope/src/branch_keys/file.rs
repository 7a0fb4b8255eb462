//! Items of branch keys in a file.
//!
//! Guarantees: a transaction is on the disk whole, or not at all, whatever dies when: the new file is written beside the
//! old one, synced, and renamed over it. Processes take turns, by a lock that ends with who holds it. A file that is
//! damaged, cut off or of another version is refused, never mended or taken for empty.
//!
//! The first line names format and version, and the SHA-256 of all that follows. Each further line is an item in
//! DynamoDB's JSON, so that a table can be filled from it. The keys in it are wrapped; it needs care, but is no secret.

use super::item::{AttributeValue, Item};
use super::storage::{BranchKeyStorage, Items, Put, StorageError, apply, keys};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use primitives::sha256;
use serde_json::{Map, Value};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What begins a file.
const MAGIC: &str = "fastness branch keys, version ";

/// The version that is written.
const VERSION: &str = "1";

/// Longest file: some 100,000 items.
const LONGEST: u64 = 64 << 20;

/// A storage in a file of a local disk. Many may use one file at once, in one process or in several.
pub struct FileBranchKeyStorage {
    path: PathBuf,
}

impl FileBranchKeyStorage {
    /// Makes an empty file, which must not be there yet.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let storage = Self { path: path.into() };
        let _turn = storage.lock()?;
        match storage.path.try_exists() {
            Ok(false) => storage.write(&Items::new()).and_then(|()| storage.itself()),
            Ok(true) => Err(storage.failed("is there already")),
            Err(error) => Err(storage.failed(&error.to_string())),
        }
    }

    /// Opens a file that is there.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let storage = Self { path: path.into() }.itself()?;
        storage.read().map(|_| storage)
    }

    /// By the path of the file itself: lock and replacement lie beside it, whatever links lead to it.
    fn itself(self) -> Result<Self, StorageError> {
        let path = fs::canonicalize(&self.path).map_err(|error| self.failed(&error.to_string()))?;
        Ok(Self { path })
    }

    /// Holds off other writers until it is dropped. The lock is on a file of its own, since the file itself is replaced.
    fn lock(&self) -> Result<File, StorageError> {
        let open = || {
            let file = private().create(true).truncate(false).open(self.beside(".lock"))?;
            file.lock().map(|()| file)
        };
        open().map_err(|error| self.failed(&format!("cannot be locked: {error}")))
    }

    fn read(&self) -> Result<Items, StorageError> {
        let text = self.text()?;
        body(&text).and_then(decode).map_err(|why| self.failed(&why))
    }

    fn text(&self) -> Result<String, StorageError> {
        let mut text = String::new();
        let file = File::open(&self.path).map_err(|error| self.failed(&error.to_string()))?;
        let length = file.take(LONGEST + 1).read_to_string(&mut text).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => self.failed("is damaged: it is no text"),
            _ => self.failed(&error.to_string()),
        })?;
        if length as u64 > LONGEST {
            return Err(self.failed("is longer than 64 MiB"));
        }
        Ok(text)
    }

    /// Replaces the file. The caller holds the lock.
    fn write(&self, items: &Items) -> Result<(), StorageError> {
        let text = encode(items);
        if text.len() as u64 > LONGEST {
            return Err(self.failed("would be longer than 64 MiB"));
        }
        let new = self.beside(".new");
        let replace = || {
            // One that a process left behind when it died.
            match fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = private().create_new(true).open(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &self.path)?;
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
        };
        replace().map_err(|error| {
            // Of a full disk, say. After the rename there is none.
            let _ = fs::remove_file(&new);
            self.failed(&format!("cannot be written: {error}"))
        })
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(suffix);
        name.into()
    }

    fn failed(&self, why: &str) -> StorageError {
        StorageError::Failed(format!("{} {why}", self.path.display()))
    }
}

impl BranchKeyStorage for FileBranchKeyStorage {
    fn get(&self, branch_key_id: &str, kind: &str) -> Result<Option<Item>, StorageError> {
        // No turn to wait for: whoever opens the file sees one state of it.
        let text = self.text()?;
        find(&text, branch_key_id, kind).map_err(|why| self.failed(&why))
    }

    fn transact(&self, puts: Vec<Put>) -> Result<(), StorageError> {
        let _turn = self.lock()?;
        let mut items = self.read()?;
        apply(&mut items, puts)?;
        self.write(&items)
    }
}

/// To open a file that only its owner may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn encode(items: &Items) -> String {
    let mut body = String::new();
    for item in items.values() {
        let attribute = |(name, value): (&String, &AttributeValue)| {
            let (kind, text) = match value {
                AttributeValue::S(text) => ("S", text.clone()),
                AttributeValue::N(number) => ("N", number.clone()),
                AttributeValue::B(bytes) => ("B", STANDARD.encode(bytes)),
            };
            (name.clone(), Value::Object(Map::from_iter([(kind.to_owned(), Value::String(text))])))
        };
        body.push_str(&Value::Object(item.iter().map(attribute).collect()).to_string());
        body.push('\n');
    }
    format!("{MAGIC}{VERSION}, SHA-256 {}\n{body}", base::hex(&sha256(body.as_bytes())))
}

/// The lines of a file, if it is whole.
fn body(text: &str) -> Result<&str, String> {
    let (head, body) = text.split_once('\n').ok_or("is no file of branch keys")?;
    let head = head.strip_prefix(MAGIC).ok_or("is no file of branch keys")?;
    let (version, sum) = head.split_once(", SHA-256 ").ok_or("is damaged in its first line")?;
    if version != VERSION {
        return Err(format!("is of the version {version}; {VERSION} can be read"));
    }
    if sum != base::hex(&sha256(body.as_bytes())) {
        return Err("is damaged: it is not what was written".into());
    }
    Ok(body)
}

/// One item. Of a long file only the lines that can be it are parsed, which takes a fraction of the time.
fn find(text: &str, branch_key_id: &str, kind: &str) -> Result<Option<Item>, String> {
    // What JSON writes in one way only, escaped by nobody.
    let plain = branch_key_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    let quoted = format!("\"{branch_key_id}\"");
    let wanted = Some((branch_key_id.to_owned(), kind.to_owned()));
    for line in body(text)?.lines().filter(|line| !plain || line.contains(&quoted)) {
        let item = item(line).ok_or("holds what is no item of branch keys")?;
        if keys(&item) == wanted {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn decode(body: &str) -> Result<Items, String> {
    let mut items = Items::new();
    for line in body.lines() {
        let item = item(line).ok_or("holds what is no item of branch keys")?;
        let keys = keys(&item).ok_or("holds an item without its keys")?;
        if items.insert(keys, item).is_some() {
            return Err("holds an item twice".into());
        }
    }
    Ok(items)
}

fn item(line: &str) -> Option<Item> {
    let Ok(Value::Object(attributes)) = serde_json::from_str(line) else { return None };
    let attribute = |(name, value): (String, Value)| {
        let Value::Object(typed) = value else { return None };
        let mut typed = typed.into_iter();
        let (Some((kind, Value::String(text))), None) = (typed.next(), typed.next()) else { return None };
        let value = match kind.as_str() {
            "S" => AttributeValue::S(text),
            "N" => AttributeValue::N(text),
            "B" => AttributeValue::B(STANDARD.decode(text).ok()?),
            _ => return None,
        };
        Some((name, value))
    };
    attributes.into_iter().map(attribute).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::branch_keys::storage::Condition;
    use std::sync::Arc;

    fn put(id: &str, condition: Condition) -> Put {
        let item = Item::from([
            ("branch-key-id".into(), AttributeValue::S(id.into())),
            ("type".into(), AttributeValue::S("branch:ACTIVE".into())),
            ("enc".into(), AttributeValue::B(vec![0, 255, 7])),
            ("hierarchy-version".into(), AttributeValue::N("1".into())),
            ("aws-crypto-ec:ä\"\n".into(), AttributeValue::S("\u{0}\\ü\r\n".into())),
        ]);
        Put { item, condition }
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn items_are_there_after_the_file_is_opened_again() {
        let folder = folder();
        let path = folder.path().join("keys");
        assert!(matches!(FileBranchKeyStorage::open(&path), Err(StorageError::Failed(_))), "none is made by opening");
        let storage = FileBranchKeyStorage::create(&path).unwrap();
        assert!(FileBranchKeyStorage::create(&path).is_err(), "nor emptied by making it again");
        storage.transact(vec![put("a", Condition::NotExists), put("b", Condition::NotExists)]).unwrap();
        assert_eq!(storage.transact(vec![put("a", Condition::NotExists)]), Err(StorageError::ConditionFailed(0)));
        let again = FileBranchKeyStorage::open(&path).unwrap();
        assert_eq!(again.get("a", "branch:ACTIVE"), Ok(Some(put("a", Condition::NotExists).item)));
        assert_eq!(again.get("c", "branch:ACTIVE"), Ok(None));
        again.transact(vec![put("b", Condition::HasEnc(vec![0, 255, 7]))]).unwrap();
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "the file and its lock: {names:?}");
    }

    #[test]
    fn every_line_is_dynamodbs_json() {
        let folder = folder();
        let path = folder.path().join("keys");
        FileBranchKeyStorage::create(&path).unwrap().transact(vec![put("a", Condition::NotExists)]).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        let item: Value = serde_json::from_str(lines[1]).unwrap();
        assert_eq!(item["enc"]["B"], "AP8H");
        assert_eq!(item["branch-key-id"]["S"], "a");
        assert_eq!(item["hierarchy-version"]["N"], "1");
    }

    #[test]
    fn a_damaged_or_cut_file_is_refused_wherever_it_is_damaged() {
        let folder = folder();
        let path = folder.path().join("keys");
        let storage = FileBranchKeyStorage::create(&path).unwrap();
        storage.transact(vec![put("a", Condition::NotExists)]).unwrap();
        let sound = fs::read(&path).unwrap();
        let refused = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            let refused = storage.get("a", "branch:ACTIVE").is_err()
                && storage.transact(vec![put("b", Condition::NotExists)]).is_err()
                && FileBranchKeyStorage::open(&path).is_err();
            refused && fs::read(&path).unwrap() == bytes
        };
        for index in 0..sound.len() {
            let mut changed = sound.clone();
            changed[index] ^= 1;
            assert!(refused(&changed), "byte {index}");
            assert!(refused(&sound[..index]), "cut at {index}");
        }
        assert!(refused(&[&sound[..], b"\n"].concat()));
        fs::write(&path, String::from_utf8(sound.clone()).unwrap().replace("version 1", "version 2")).unwrap();
        let Err(StorageError::Failed(why)) = storage.get("a", "branch:ACTIVE") else { panic!("another version") };
        assert!(why.ends_with("is of the version 2; 1 can be read"), "{why}");
        fs::remove_file(&path).unwrap();
        assert!(storage.get("a", "branch:ACTIVE").is_err(), "a file that is gone is not an empty one");
        fs::write(&path, sound).unwrap();
        assert!(storage.get("a", "branch:ACTIVE").unwrap().is_some());
    }

    #[test]
    fn items_that_are_none_are_refused_though_the_sum_is_right() {
        for body in [
            "[]\n",
            "{}\n",
            r#"{"branch-key-id":{"S":"a"}}"#,
            r#"{"branch-key-id":{"S":"a"},"type":{"N":"1"}}"#,
            r#"{"branch-key-id":{"S":"a"},"type":{"S":"b","N":"1"}}"#,
            r#"{"branch-key-id":{"S":"a"},"type":{"S":"b"},"x":{"BOOL":true}}"#,
            r#"{"branch-key-id":{"S":"a"},"type":{"S":"b"},"x":{"B":"!"}}"#,
            "{\"branch-key-id\":{\"S\":\"a\"},\"type\":{\"S\":\"b\"}}\n{\"branch-key-id\":{\"S\":\"a\"},\"type\":{\"S\":\"b\"}}\n",
        ] {
            let text = format!("{MAGIC}{VERSION}, SHA-256 {}\n{body}", base::hex(&sha256(body.as_bytes())));
            assert!(super::body(&text).and_then(decode).is_err(), "{body}");
        }
    }

    #[test]
    fn an_item_is_found_however_its_id_is_written() {
        let folder = folder();
        let path = folder.path().join("keys");
        let storage = FileBranchKeyStorage::create(&path).unwrap();
        let ids = ["a", "b\"c", "d\\e", "ä", "a b", "branch:ACTIVE", "A-1_2.3:4"];
        storage.transact(ids.map(|id| put(id, Condition::NotExists)).to_vec()).unwrap();
        let found = |storage: &FileBranchKeyStorage| {
            for id in ids {
                let item = storage.get(id, "branch:ACTIVE").unwrap().unwrap();
                assert_eq!(item["branch-key-id"], AttributeValue::S(id.into()));
                assert_eq!(storage.get(id, "beacon:ACTIVE"), Ok(None));
            }
            assert_eq!(storage.get("branch", "branch:ACTIVE"), Ok(None));
        };
        found(&storage);
        let text = fs::read_to_string(&path).unwrap();
        let body = text.split_once('\n').unwrap().1.replace('ä', "\\u00e4").replace("\":", "\" : ");
        fs::write(&path, format!("{MAGIC}{VERSION}, SHA-256 {}\n{body}", base::hex(&sha256(body.as_bytes())))).unwrap();
        found(&storage);
    }

    #[test]
    fn what_died_while_writing_leaves_the_old_state() {
        let folder = folder();
        let path = folder.path().join("keys");
        let storage = FileBranchKeyStorage::create(&path).unwrap();
        storage.transact(vec![put("a", Condition::NotExists)]).unwrap();
        fs::write(folder.path().join("keys.new"), b"half of a").unwrap();
        assert!(storage.get("a", "branch:ACTIVE").unwrap().is_some());
        storage.transact(vec![put("b", Condition::NotExists)]).unwrap();
        assert!(storage.get("b", "branch:ACTIVE").unwrap().is_some());
        assert!(!folder.path().join("keys.new").exists());
    }

    #[test]
    fn writers_take_turns_and_lose_nothing() {
        let folder = folder();
        let path = Arc::new(folder.path().join("keys"));
        FileBranchKeyStorage::create(&*path).unwrap();
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let path = path.clone();
                std::thread::spawn(move || {
                    let storage = FileBranchKeyStorage::open(&*path).unwrap();
                    for number in 0..5 {
                        storage.transact(vec![put(&format!("{writer}-{number}"), Condition::NotExists)]).unwrap();
                    }
                })
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        assert_eq!(FileBranchKeyStorage::open(&*path).unwrap().read().unwrap().len(), 40);
    }

    #[test]
    #[cfg(unix)]
    fn who_comes_by_a_link_writes_the_same_file() {
        let folder = folder();
        let (path, link) = (folder.path().join("keys"), folder.path().join("link"));
        let storage = FileBranchKeyStorage::create(&path).unwrap();
        std::os::unix::fs::symlink("keys", &link).unwrap();
        let linked = FileBranchKeyStorage::open(&link).unwrap();
        linked.transact(vec![put("a", Condition::NotExists)]).unwrap();
        storage.transact(vec![put("b", Condition::NotExists)]).unwrap();
        for id in ["a", "b"] {
            assert!(storage.get(id, "branch:ACTIVE").unwrap().is_some(), "{id}");
            assert!(linked.get(id, "branch:ACTIVE").unwrap().is_some(), "{id}");
        }
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(!folder.path().join("link.lock").exists());
    }

    #[test]
    #[cfg(unix)]
    fn others_may_not_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder();
        let path = folder.path().join("keys");
        FileBranchKeyStorage::create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
