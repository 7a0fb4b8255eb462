//! Files that hold secrets: made privately, whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Makes `dir` and what leads to it, readable by its owner only. An existing directory keeps its mode.
pub(crate) fn private_directory(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Makes the data directory private: a new or empty one. One that others can read is only warned of, since it may be
/// something else entirely.
pub(crate) fn claim(dir: &Path) -> io::Result<()> {
    private_directory(dir)?;
    let mode = fs::metadata(dir)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    if fs::read_dir(dir)?.next().is_none() {
        return fs::set_permissions(dir, fs::Permissions::from_mode(0o700));
    }
    tracing::warn!(dir = %dir.display(), "other users can read the data directory; chmod 700 it");
    Ok(())
}

/// Writes a file that must not exist yet, synced before its name appears. `false`: it exists, nothing was written.
pub(crate) fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<bool> {
    let temporary = temporary(path);
    let written = (|| {
        let mut file = begin(&temporary, mode)?;
        file.write_all(bytes)?;
        file.sync_all()
    })();
    // A link, not a rename: it fails when someone else was first, and then theirs counts.
    let linked = written.and_then(|()| fs::hard_link(&temporary, path));
    let _ = fs::remove_file(&temporary);
    match linked {
        Ok(()) => sync_parent(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes a file whether or not there is one: whoever reads it sees the old or the new, whole.
pub(crate) fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let temporary = temporary(path);
    let written = (|| {
        let mut file = begin(&temporary, mode)?;
        file.write_all(bytes)?;
        file.sync_all()
    })();
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    if renamed.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    renamed.and_then(|()| sync_parent(path))
}

/// Removes a file for good, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => sync_parent(path),
    }
}

/// A process that had the same number may have died and left its file: in a container every first one has.
fn begin(temporary: &Path, mode: u32) -> io::Result<File> {
    match fs::remove_file(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(mode).open(temporary)
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_process_of_the_same_number_left_is_in_nobodys_way() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.pem");
        fs::write(temporary(&path), "hal").unwrap();
        assert!(write_new(&path, b"whole", 0o600).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        fs::write(temporary(&path), "hal").unwrap();
        replace(&path, b"another", 0o600).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"another");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
