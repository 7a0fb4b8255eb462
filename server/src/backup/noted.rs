//! When a directory was last backed up: a note that whoever made the backup leaves, for those who watch the server.
//!
//! Guarantees: the note is of backups that were written whole and verified, and tells when each was begun, since later
//! changes are not in it; what is no note counts as none.

use crate::files;
use base::Timestamp;
use std::fs::{self, File, Permissions};
use std::io::Read;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// The note's name in a data directory.
const NOTE: &str = "backed-up";
/// The longest note.
const LONGEST: u64 = 64;

/// Notes a backup that was begun at `begun` and is whole. One that was begun later stays noted.
pub(crate) fn note(dir: &Path, begun: Timestamp) -> Result<(), String> {
    if noted(dir).is_some_and(|before| before > begun) {
        return Ok(());
    }
    let path = dir.join(NOTE);
    // A server under another user reads it too; it tells a time, and the directory is private.
    let text = format!("{}\n", begun.to_seconds_rfc3339());
    let written = files::replace(&path, text.as_bytes(), 0o644);
    // Whatever the umask of whoever makes backups.
    let open = written.and_then(|()| fs::set_permissions(&path, Permissions::from_mode(0o644)));
    open.map_err(|error| format!("{}: {error}", path.display()))
}

/// When the last backup was begun, as far as is noted. Reads a file.
pub(crate) fn noted(dir: &Path) -> Option<Timestamp> {
    let mut text = String::new();
    File::open(dir.join(NOTE)).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    Timestamp::from_rfc3339(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_backup_is_noted_and_nonsense_is_none() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(noted(dir.path()), None);
        let at = |text| Timestamp::from_rfc3339(text).unwrap();
        note(dir.path(), at("2026-05-02T00:00:00Z")).unwrap();
        note(dir.path(), at("2026-05-01T00:00:00Z")).unwrap();
        assert_eq!(noted(dir.path()), Some(at("2026-05-02T00:00:00Z")));
        std::fs::write(dir.path().join(NOTE), "yesterday").unwrap();
        assert_eq!(noted(dir.path()), None);
        note(dir.path(), at("2026-05-01T00:00:00Z")).unwrap();
        assert_eq!(noted(dir.path()), Some(at("2026-05-01T00:00:00Z")));
        assert!(note(&dir.path().join("absent"), at("2026-05-01T00:00:00Z")).is_err());
    }
}
