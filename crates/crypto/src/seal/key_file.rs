//! A key in a file.
//!
//! Guarantees: a key file is never overwritten, appears whole or not at all, and is readable by its owner only.

use super::{RootSeal, SealKey, UnwrapError};
use base::{Rng, Secret, hex};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A key in a file of its own: whoever can read both file and store can read everything.
pub struct FileSeal {
    key: SealKey,
    path: PathBuf,
}

impl FileSeal {
    /// A key file is at least this long, in bytes.
    pub const MIN_BYTES: usize = 32;

    /// A key file is at most this long, in bytes: a longer one is some other file.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Reads the key file at `path`, all of whose bytes are the key; if there is none, makes one.
    ///
    /// The errors name the path and say what to do.
    pub fn open_or_create(path: &Path, rng: &dyn Rng) -> io::Result<Self> {
        Self::create(path, rng).and_then(|()| Self::read(path)).map_err(|error| named(path, &error))
    }

    /// Reads the key file at `path`, which must be there.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::read(path).map_err(|error| named(path, &error))
    }

    fn read(path: &Path) -> io::Result<Self> {
        // A store names key files, and whoever writes the store could name a pipe or a device, which may never end.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "is no file with a key in it"));
        }
        // One byte more than allowed shows that there are too many, without reading a huge file.
        let mut bytes = Secret::new(Vec::with_capacity(Self::MAX_BYTES + 1));
        File::open(path)?.take(Self::MAX_BYTES as u64 + 1).read_to_end(bytes.expose_mut())?;
        let length = bytes.expose().len();
        if !(Self::MIN_BYTES..=Self::MAX_BYTES).contains(&length) {
            let text = format!("has {length} bytes, and a key has {} to {}", Self::MIN_BYTES, Self::MAX_BYTES);
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        Ok(Self { key: SealKey::new(bytes.expose()), path: path.to_owned() })
    }

    /// Makes the file unless it is there. It is written beside its place and linked to it, so that a process starting
    /// at the same time sees a whole key, and only one of both keys ever gets the name.
    fn create(path: &Path, rng: &dyn Rng) -> io::Result<()> {
        if path.try_exists()? {
            return Ok(());
        }
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut random = [0; 8];
        rng.fill(&mut random);
        let beside = directory.join(format!(".key-{}", hex(&random)));
        let made = Self::write(&beside, rng).and_then(|()| match fs::hard_link(&beside, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        });
        let removed = fs::remove_file(&beside);
        made.and(removed)?;
        File::open(directory)?.sync_all()
    }

    fn write(path: &Path, rng: &dyn Rng) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let mut key = Secret::new([0; Self::MIN_BYTES]);
        rng.fill_secret(key.expose_mut());
        file.write_all(key.expose())?;
        file.sync_all()
    }
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("the key file {}: {error}", path.display()))
}

impl RootSeal for FileSeal {
    fn name(&self) -> String {
        format!("the key file {} (id {})", self.path.display(), hex(&self.key.id))
    }

    fn locator(&self) -> String {
        // Where it is from wherever the server is started next.
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        format!("file:{}", path.display())
    }

    fn wrap(&self, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Result<Vec<u8>, String> {
        Ok(self.key.wrap(root, rng))
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        self.key.unwrap(wrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use primitives::SystemRng;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_file_is_made_once_for_its_owner_only_and_leaves_nothing_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.key");
        let first = FileSeal::open_or_create(&path, &SystemRng).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&path).unwrap().len(), 32);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        let wrapped = first.wrap(&Secret::new([9; 32]), &SystemRng).unwrap();
        let again = FileSeal::open_or_create(&path, &SystemRng).unwrap();
        assert!(again.unwrap(&wrapped).is_ok_and(|root| *root.expose() == [9; 32]));
    }

    #[test]
    fn all_who_start_at_once_get_the_same_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.key");
        let ids: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..8).map(|_| scope.spawn(|| FileSeal::open_or_create(&path, &SystemRng).unwrap().key.id)).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]));
    }

    #[test]
    fn what_is_no_file_is_not_even_opened() {
        let directory = tempfile::tempdir().unwrap();
        let pipe = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // To open a pipe that nobody writes to would wait for ever.
        for path in [pipe.as_path(), directory.path(), Path::new("/dev/zero")] {
            let text = FileSeal::open(path).err().unwrap().to_string();
            assert!(text.contains("is no file with a key in it"), "{text}");
        }
    }

    #[test]
    fn a_file_that_is_too_short_or_too_long_is_no_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.key");
        for length in [0, 31, FileSeal::MAX_BYTES + 1] {
            fs::write(&path, vec![b'k'; length]).unwrap();
            let text = FileSeal::open_or_create(&path, &SystemRng).err().unwrap().to_string();
            assert!(text.contains("root.key") && text.contains("a key has 32 to 65536"), "{text}");
            assert_eq!(fs::metadata(&path).unwrap().len(), length as u64, "never overwritten");
        }
    }
}
