//! A writer of tar archives that depend on nothing but what is put in: no owner, time or order of the machine that packs.
//!
//! Guarantees: entries belong to root, carry the one time that the archive is given, and stand in the order of their paths,
//! every directory before what lies in it. Source: POSIX.1-2017, pax, "ustar Interchange Format".

use std::collections::BTreeMap;
use std::io::Write;

const BLOCK: usize = 512;
/// What the header's field for a path holds; longer ones have no need to be, so they are refused.
const MAX_PATH: usize = 100;

enum Entry {
    /// With the number of the user and group that own it.
    Directory(u32),
    File(Vec<u8>),
}

/// What is packed, by path.
#[derive(Default)]
pub(super) struct Tree(BTreeMap<String, (u32, Entry)>);

impl Tree {
    /// Adds a file, and the directories above it with mode 0755 if they are not there yet. `path` is relative: `usr/bin/fastness`.
    pub(super) fn file(&mut self, path: &str, mode: u32, content: impl Into<Vec<u8>>) {
        self.insert(path, mode, Entry::File(content.into()));
    }

    /// Adds a directory; `owner` is the number of a user and of a group.
    pub(super) fn directory(&mut self, path: &str, mode: u32, owner: u32) {
        self.insert(path, mode, Entry::Directory(owner));
    }

    fn insert(&mut self, path: &str, mode: u32, entry: Entry) {
        for (end, _) in path.match_indices('/') {
            let parent = path.get(..end).unwrap_or_default().to_owned();
            self.0.entry(parent).or_insert((0o755, Entry::Directory(0)));
        }
        self.0.insert(path.to_owned(), (mode, entry));
    }

    /// The files: path and content.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().filter_map(|(path, (_, entry))| match entry {
            Entry::File(content) => Some((path.as_str(), content.as_slice())),
            Entry::Directory(_) => None,
        })
    }

    /// The archive, every path behind `prefix`, every entry of this time.
    pub(super) fn archive(&self, prefix: &str, epoch: u64) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        if !prefix.is_empty() {
            header(&mut out, prefix, 0o755, Kind::Directory(0), epoch)?;
        }
        for (path, (mode, entry)) in &self.0 {
            let path = format!("{prefix}{path}");
            match entry {
                Entry::Directory(owner) => {
                    header(&mut out, &format!("{path}/"), *mode, Kind::Directory(*owner), epoch)?
                }
                Entry::File(content) => {
                    header(&mut out, &path, *mode, Kind::File(content.len()), epoch)?;
                    out.extend_from_slice(content);
                    out.resize(out.len().next_multiple_of(BLOCK), 0);
                }
            }
        }
        out.resize(out.len() + 2 * BLOCK, 0);
        Ok(out)
    }
}

/// What a header says of an entry beyond its path and mode.
#[derive(Clone, Copy)]
enum Kind {
    Directory(u32),
    File(usize),
}

fn header(out: &mut Vec<u8>, path: &str, mode: u32, kind: Kind, epoch: u64) -> Result<(), String> {
    let (flag, size, owner) = match kind {
        Kind::Directory(owner) => (b'5', 0, owner),
        Kind::File(size) => (b'0', size, 0),
    };
    if path.len() > MAX_PATH {
        return Err(format!("{path}: a path in an archive has at most {MAX_PATH} bytes"));
    }
    let padded = |text: &str, length: usize| {
        let mut field = text.as_bytes().to_vec();
        field.resize(length, 0);
        field
    };
    let octal = |value: u64, digits: usize| format!("{value:0digits$o}\0").into_bytes();
    let name = if owner == 0 { "root" } else { "" };
    let before = [
        padded(path, 100),
        octal(mode.into(), 7),
        octal(owner.into(), 7),
        octal(owner.into(), 7),
        octal(size as u64, 11),
        octal(epoch, 11),
    ];
    let after = [
        vec![flag],
        padded("", 100),
        b"ustar\x0000".to_vec(),
        padded(name, 32),
        padded(name, 32),
        octal(0, 7),
        octal(0, 7),
        padded("", 155 + 12),
    ];
    let (before, after) = (before.concat(), after.concat());
    // The checksum counts its own field as spaces.
    let sum: u64 = before.iter().chain(b"        ").chain(&after).map(|byte| u64::from(*byte)).sum();
    out.extend([before, format!("{:06o}\0 ", sum).into_bytes(), after].concat());
    Ok(())
}

/// Compressed by gzip, without a name or time.
pub(super) fn gzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = flate2::GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::new(9));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(|error| format!("gzip: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn tar_itself_lists_what_was_packed() {
        let mut tree = Tree::default();
        tree.file("usr/bin/tool", 0o755, "x".repeat(513));
        tree.directory("var/lib/tool", 0o700, 7);
        let archive = tree.archive("./", 1_000_000_000).unwrap();
        assert_eq!(archive, tree.archive("./", 1_000_000_000).unwrap());
        assert_eq!(archive.len() % BLOCK, 0);
        let mut tar =
            Command::new("tar").args(["--utc", "-tv"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        tar.stdin.take().unwrap().write_all(&archive).unwrap();
        let output = tar.wait_with_output().unwrap();
        assert!(output.status.success());
        let listing = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = listing.lines().collect();
        assert_eq!(lines.len(), 7, "{listing}");
        assert!(lines[0].starts_with("drwxr-xr-x root/root") && lines[0].ends_with("2001-09-09 01:46 ./"), "{listing}");
        assert!(lines[3].starts_with("-rwxr-xr-x root/root") && lines[3].contains(" 513 "), "{listing}");
        assert!(lines[6].starts_with("drwx------ 7/7") && lines[6].ends_with("./var/lib/tool/"), "{listing}");
    }

    #[test]
    fn a_path_that_does_not_fit_is_refused() {
        let mut tree = Tree::default();
        tree.file(&"a".repeat(101), 0o644, "");
        assert!(tree.archive("", 0).unwrap_err().contains("at most 100 bytes"));
    }

    #[test]
    fn compression_keeps_no_time() {
        let packed = gzip(b"abc").unwrap();
        assert_eq!(&packed[4..8], [0; 4]);
        assert_eq!(packed, gzip(b"abc").unwrap());
    }
}
