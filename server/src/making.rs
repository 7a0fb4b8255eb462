//! The making of a server, which a crash, a full disk or a closed terminal may cut short.
//!
//! Guarantees: a directory is marked from before anything is made in it until the root credential was given out; nothing
//! runs in a marked directory; the next `init` takes away what the interrupted one made there, and nothing else, and begins
//! anew. What `init` did not make keeps a server from being made beside it.

use crate::authority;
use crate::files;
use crate::node::{AUDIT, STORE};
use crate::settings::FILE_NAME;
use crate::socket::{self, Held};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

/// The mark's name in a data directory.
const MARK: &str = "unfinished";
const WORDS: &str = "`fastness init` has not ended here. Run it again: it begins anew.\n";

/// Everything that `init` makes in a directory.
const MADE: [&str; 9] =
    [STORE, "store.redb.new", "store.redb.lock", AUDIT, "node", "tls", authority::CERTIFICATE, FILE_NAME, socket::NAME];
/// What may be in a directory that counts as empty: a lock that nobody holds, and what file systems begin with.
const NOTHING: [&str; 2] = [socket::LOCK, "lost+found"];

/// A directory in which a server is being made.
pub(crate) struct Making<'a> {
    dir: &'a Path,
}

impl<'a> Making<'a> {
    /// Marks a directory that holds nothing but what an interrupted `init` left, which is taken away. `seals` are key files,
    /// which may lie there.
    pub(crate) fn begin(dir: &'a Path, seals: &[&Path], _held: &Held) -> Result<Self, String> {
        refuse_occupied(dir, seals)?;
        let making = Self { dir };
        let marked = files::write_new(&dir.join(MARK), WORDS.as_bytes(), 0o600);
        marked.map_err(|error| format!("{}: {error}", dir.join(MARK).display()))?;
        making.clear().map(|()| making)
    }

    /// Takes the mark away: the directory is a server's from now on.
    pub(crate) fn end(self) -> Result<(), String> {
        let path = self.dir.join(MARK);
        files::remove(&path).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Takes everything away again. Where that cannot be, the mark stays.
    pub(crate) fn undo(self) {
        if let Err(error) = self.clear().and_then(|()| self.end()) {
            tracing::warn!(error, "what was made is left for the next init to remove");
        }
    }

    fn clear(&self) -> Result<(), String> {
        for entry in entries(self.dir)? {
            let path = entry.path();
            if is_made(&name(&entry)) {
                let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
                let removed = if is_dir { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                removed.map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
        Ok(())
    }
}

/// Refuses a directory that holds anything, but for what an interrupted `init` left.
pub(crate) fn refuse_occupied(dir: &Path, seals: &[&Path]) -> Result<(), String> {
    if !dir.exists() {
        return Ok(());
    }
    let place = dir.display();
    let is_unfinished = dir.join(MARK).exists();
    if !is_unfinished && (dir.join("node").exists() || dir.join(STORE).exists()) {
        return Err(format!(
            "{place} holds a server already: run it with `fastness serve --data {place}`, or choose another directory"
        ));
    }
    for entry in entries(dir)? {
        let name = name(&entry);
        let is_nothing = NOTHING.contains(&name.as_str()) || own(&name) == MARK || (is_unfinished && is_made(&name));
        if !is_nothing && !seals.iter().any(|seal| is_same(seal, &entry.path())) {
            let rest = if is_unfinished { " beside what an interrupted init left" } else { "" };
            return Err(format!(
                "{place} is not empty: {name} is in it{rest}; move that away, or choose another directory"
            ));
        }
    }
    Ok(())
}

/// Refuses a directory whose server was never finished.
pub(crate) fn refuse_unfinished(dir: &Path) -> Result<(), String> {
    if is_unfinished(dir) {
        return Err(format!("{}: `fastness init` has not ended there: run it again, it begins anew", dir.display()));
    }
    Ok(())
}

/// Whether the making of a server has not ended there.
pub(crate) fn is_unfinished(dir: &Path) -> bool {
    dir.join(MARK).exists()
}

fn entries(dir: &Path) -> Result<Vec<DirEntry>, String> {
    let read = fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    read.map_err(|error| format!("{}: {error}", dir.display()))
}

fn name(entry: &DirEntry) -> String {
    entry.file_name().to_string_lossy().into_owned()
}

fn is_made(name: &str) -> bool {
    MADE.contains(&own(name))
}

/// The name under which a file appears that is still being written (see [`files`]), or its own.
fn own(name: &str) -> &str {
    let inner = name.strip_suffix(".tmp").and_then(|rest| rest.rsplit_once('.'));
    inner.filter(|(_, process)| process.parse::<u32>().is_ok()).map_or(name, |(name, _)| name)
}

fn is_same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| -> Option<PathBuf> { fs::canonicalize(path).ok() };
    whole(one).is_some() && whole(one) == whole(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> = entries(dir).unwrap().iter().map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn what_an_interrupted_init_left_is_taken_away_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path();
        let held = socket::hold(dir).unwrap();
        let seal = dir.join("seal.key");
        let _interrupted = Making::begin(dir, &[], &held).unwrap();
        for made in MADE {
            fs::write(dir.join(made), "").unwrap();
        }
        fs::write(dir.join("ca.pem.77.tmp"), "").unwrap();
        fs::remove_file(dir.join(AUDIT)).unwrap();
        fs::create_dir_all(dir.join(AUDIT).join("segment")).unwrap();
        fs::write(&seal, "k").unwrap();
        assert!(refuse_unfinished(dir).unwrap_err().contains("run it again"));
        assert!(Making::begin(dir, &[], &held).err().unwrap().contains("seal.key is in it beside"));
        assert_eq!(names(dir).len(), MADE.len() + 4, "a refusal removes nothing");
        let making = Making::begin(dir, &[&seal], &held).unwrap();
        assert_eq!(names(dir), ["lock", "seal.key", "unfinished"]);
        making.end().unwrap();
        refuse_unfinished(dir).unwrap();
    }

    #[test]
    fn what_is_a_server_or_something_else_is_left_alone() {
        for (there, word) in
            [("node", "holds a server already"), (STORE, "holds a server"), ("notes.txt", "notes.txt is in it")]
        {
            let place = tempfile::tempdir().unwrap();
            let held = socket::hold(place.path()).unwrap();
            fs::write(place.path().join(there), "kept").unwrap();
            let refused = Making::begin(place.path(), &[], &held).err().unwrap();
            assert!(refused.contains(word), "{refused}");
            assert_eq!(names(place.path()).len(), 2);
        }
    }

    #[test]
    fn what_is_undone_leaves_an_empty_directory() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("lost+found")).unwrap();
        let held = socket::hold(place.path()).unwrap();
        let making = Making::begin(place.path(), &[], &held).unwrap();
        fs::write(place.path().join(STORE), "").unwrap();
        making.undo();
        assert_eq!(names(place.path()), ["lock", "lost+found"]);
    }
}
