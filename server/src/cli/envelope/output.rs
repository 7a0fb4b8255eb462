//! Safe output: a file appears under its name when it is whole and on disk, or not at all.
//!
//! Guarantees: until [`Output::commit`] the bytes are in a file without a name in the target's directory (where the file
//! system has no such thing, in a hidden one that `leftovers` takes away), so a failure, a signal or a power cut leaves
//! nothing. An existing file is never touched unless its replacement was asked for, even if it comes into being at the
//! last moment; a symbolic link is an existing file, and is replaced, not followed.

use super::leftovers::Leftover;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

/// What is done about a file that exists under the target's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// It stays, and the output is refused.
    Keep,
    /// It is replaced.
    Replace,
}

/// Permission bits of what comes from a pipe.
pub(super) const PRIVATE: u32 = 0o600;

/// An open directory.
#[derive(Clone)]
pub(super) struct Directory(Arc<OwnedFd>);

impl Directory {
    /// Opens a directory that the user named.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(Arc::new(rustix::fs::openat(CWD, path, flags, Mode::empty())?)))
    }

    /// Opens, or makes, a directory in this one. A symbolic link in its place is refused: what is written below would come
    /// to lie elsewhere than the user said.
    pub(super) fn child(&self, name: &OsStr, mode: u32) -> io::Result<Self> {
        match rustix::fs::mkdirat(&*self.0, name, Mode::from_raw_mode(mode & 0o777 | 0o700)) {
            // What will lie in it is on disk only if it is.
            Ok(()) => self.sync()?,
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match rustix::fs::openat(&*self.0, name, flags, Mode::empty()) {
            Ok(opened) => Ok(Self(Arc::new(opened))),
            Err(Errno::LOOP | Errno::NOTDIR) => Err(io::Error::other("it is there, and not a directory")),
            Err(error) => Err(error.into()),
        }
    }

    /// Device and number of what has this name here, links not followed.
    fn identity(&self, name: &OsStr) -> io::Result<Option<(u64, u64)>> {
        match rustix::fs::statat(&*self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some((stat.st_dev, stat.st_ino))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&*self.0) {
            // Some file systems know no sync of directories.
            Ok(()) | Err(Errno::INVAL) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Why an output was not opened or did not get its name.
#[derive(Debug)]
pub(super) enum Refused {
    /// There is a file of that name.
    Exists,
    /// The name is that of the input.
    Same,
    /// The system said no.
    Io(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::AlreadyExists { Self::Exists } else { Self::Io(error) }
    }
}

impl From<Errno> for Refused {
    fn from(error: Errno) -> Self {
        io::Error::from(error).into()
    }
}

/// A file that is being written.
pub(super) struct Output {
    file: File,
    place: Place,
}

enum Place {
    /// A pipe, a device, standard output: what is written is gone.
    Direct,
    /// A file that gets its name at the end.
    Unnamed { directory: Directory, name: OsString, existing: Existing },
    /// The same where the file system needs a name from the start.
    Named { directory: Directory, name: OsString, existing: Existing, temporary: Leftover },
}

impl Output {
    /// Standard output, without the buffering by lines that the standard library's handle does.
    pub(super) fn stdout() -> io::Result<Self> {
        Ok(Self { file: io::stdout().as_fd().try_clone_to_owned()?.into(), place: Place::Direct })
    }

    /// Whether what is written is gone at once.
    pub(super) fn is_direct(&self) -> bool {
        matches!(self.place, Place::Direct)
    }

    /// Device and number, of a file.
    pub(super) fn identity(&self) -> Option<(u64, u64)> {
        let metadata = self.file.metadata().ok()?;
        metadata.is_file().then(|| (metadata.dev(), metadata.ino()))
    }

    /// An output of this name in `directory`, with the permission bits `mode` as far as the umask leaves them. `input` is
    /// what is read meanwhile: the two must not be one file.
    pub(super) fn create(
        directory: &Directory,
        name: &OsStr,
        mode: u32,
        existing: Existing,
        input: Option<(u64, u64)>,
    ) -> Result<Self, Refused> {
        if let Some(found) = directory.identity(name)? {
            if Some(found) == input || input.is_some() && followed(directory, name)? == input {
                return Err(Refused::Same);
            }
            if let Some(file) = special(directory, name)? {
                return Ok(Self { file, place: Place::Direct });
            }
            if existing == Existing::Keep {
                return Err(Refused::Exists);
            }
        }
        let (directory, name, mode) = (directory.clone(), name.to_owned(), Mode::from_raw_mode(mode & 0o777));
        // With EXCL the file could never get a name.
        let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
        match rustix::fs::openat(&*directory.0, ".", flags, mode) {
            Ok(file) => Ok(Self { file: file.into(), place: Place::Unnamed { directory, name, existing } }),
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOENT) => {
                Self::create_named(directory, name, mode, existing)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn create_named(directory: Directory, name: OsString, mode: Mode, existing: Existing) -> Result<Self, Refused> {
        let temporary = Leftover::new(&directory.0, temporary_name());
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&*directory.0, temporary.name(), flags, mode).map_err(io::Error::from);
        Ok(Self {
            file: file.map_err(Refused::Io)?.into(),
            place: Place::Named { directory, name, existing, temporary },
        })
    }

    /// Brings the bytes to disk, then gives the file its name, and brings that to disk.
    pub(super) fn commit(self) -> Result<(), Refused> {
        match self.place {
            Place::Direct => Ok(()),
            Place::Unnamed { directory, name, existing } => {
                self.file.sync_all()?;
                let link = |name: &OsStr| link(&self.file, &directory, name);
                match existing {
                    Existing::Keep => link(&name)?,
                    Existing::Replace => {
                        let temporary = Leftover::new(&directory.0, temporary_name());
                        link(temporary.name())?;
                        rustix::fs::renameat(&*directory.0, temporary.name(), &*directory.0, &name)?;
                    }
                }
                Ok(directory.sync()?)
            }
            Place::Named { directory, name, existing, temporary } => {
                self.file.sync_all()?;
                match existing {
                    Existing::Keep => take_free_name(&directory, temporary.name(), &name)?,
                    Existing::Replace => rustix::fs::renameat(&*directory.0, temporary.name(), &*directory.0, &name)?,
                }
                Ok(directory.sync()?)
            }
        }
    }
}

/// Gives a name to a file that has none.
fn link(file: &File, directory: &Directory, name: &OsStr) -> Result<(), Refused> {
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    match rustix::fs::linkat(CWD, path, &*directory.0, name, AtFlags::SYMLINK_FOLLOW) {
        // Without /proc; newer kernels let the owner do so.
        Err(Errno::NOENT) => Ok(rustix::fs::linkat(file, "", &*directory.0, name, AtFlags::EMPTY_PATH)?),
        outcome => Ok(outcome?),
    }
}

/// Renames, but not onto something.
fn take_free_name(directory: &Directory, from: &OsStr, to: &OsStr) -> Result<(), Refused> {
    match rustix::fs::renameat_with(&*directory.0, from, &*directory.0, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        // Not every file system can; a link fails as well when the name is taken.
        Err(Errno::INVAL | Errno::NOSYS) => {
            Ok(rustix::fs::linkat(&*directory.0, from, &*directory.0, to, AtFlags::empty())?)
        }
        Err(error) => Err(error.into()),
    }
}

/// What a link of this name leads to.
fn followed(directory: &Directory, name: &OsStr) -> io::Result<Option<(u64, u64)>> {
    match rustix::fs::statat(&*directory.0, name, AtFlags::empty()) {
        Ok(stat) => Ok(Some((stat.st_dev, stat.st_ino))),
        Err(Errno::NOENT | Errno::LOOP) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Opens what is no file and no directory: a device, a named pipe.
fn special(directory: &Directory, name: &OsStr) -> Result<Option<File>, Refused> {
    let Ok(stat) = rustix::fs::statat(&*directory.0, name, AtFlags::empty()) else { return Ok(None) };
    match rustix::fs::FileType::from_raw_mode(stat.st_mode) {
        rustix::fs::FileType::RegularFile => Ok(None),
        rustix::fs::FileType::Directory => Err(Refused::Io(io::Error::other("it is a directory"))),
        _ => {
            let others = || Refused::Io(io::Error::other("a pipe or device of somebody else's is in its place"));
            // Before it is opened, which may wait for ever, and after, when it cannot be changed for another any more.
            is_trusted(stat.st_uid).then_some(()).ok_or_else(others)?;
            let flags = OFlags::WRONLY | OFlags::CLOEXEC;
            let opened = rustix::fs::openat(&*directory.0, name, flags, Mode::empty());
            let file = File::from(opened.map_err(|error| Refused::Io(error.into()))?);
            let owner = file.metadata().map_err(Refused::Io)?.uid();
            if is_trusted(owner) { Ok(Some(file)) } else { Err(others()) }
        }
    }
}

/// Whether what this user owns may carry data away: in a directory that all may write to, anybody can put a pipe where a
/// file is going to be.
fn is_trusted(owner: u32) -> bool {
    owner == 0 || owner == rustix::process::geteuid().as_raw()
}

/// A name that nobody else takes; if somebody has, making the file fails.
fn temporary_name() -> OsString {
    let mut random = [0; 8];
    base::Rng::fill(&primitives::SystemRng, &mut random);
    format!(".fastness-{}.partial", base::hex(&random)).into()
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    struct Room {
        root: tempfile::TempDir,
        directory: Directory,
    }

    impl Room {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            let directory = Directory::open(root.path()).unwrap();
            Self { root, directory }
        }

        fn create(&self, name: &str, existing: Existing) -> Result<Output, Refused> {
            Output::create(&self.directory, name.as_ref(), 0o640, existing, None)
        }

        /// The same where the file system has no files without a name.
        fn create_named(&self, name: &str, existing: Existing) -> Output {
            let mode = Mode::from_raw_mode(0o640);
            Output::create_named(self.directory.clone(), name.into(), mode, existing).ok().unwrap()
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(self.root.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }

        fn text(&self, name: &str) -> String {
            fs::read_to_string(self.root.path().join(name)).unwrap()
        }
    }

    #[test]
    fn a_file_appears_when_it_is_whole() {
        for named in [false, true] {
            for existing in [Existing::Keep, Existing::Replace] {
                let room = Room::new();
                let mut output =
                    if named { room.create_named("a", existing) } else { room.create("a", existing).ok().unwrap() };
                output.write_all(b"half").unwrap();
                assert!(!room.names().contains(&"a".to_owned()));
                assert_eq!(room.names().len(), usize::from(named));
                output.commit().unwrap();
                assert_eq!((room.names(), room.text("a")), (vec!["a".to_owned()], "half".to_owned()));
                let mode = fs::metadata(room.root.path().join("a")).unwrap().permissions().mode();
                assert_eq!(mode & 0o777 & !0o640, 0, "no more than was asked for");
            }
        }
    }

    #[test]
    fn an_output_that_is_dropped_leaves_nothing() {
        let room = Room::new();
        let mut unnamed = room.create("a", Existing::Keep).ok().unwrap();
        unnamed.write_all(b"half").unwrap();
        let mut named = room.create_named("a", Existing::Keep);
        named.write_all(b"half").unwrap();
        assert_eq!(room.names().len(), 1);
        drop((unnamed, named));
        assert!(room.names().is_empty());
    }

    #[test]
    fn what_exists_stays_also_if_it_comes_at_the_last_moment() {
        let room = Room::new();
        let late = [room.create("a", Existing::Keep).ok().unwrap(), room.create_named("a", Existing::Keep)];
        fs::write(room.root.path().join("a"), "old").unwrap();
        assert!(matches!(room.create("a", Existing::Keep), Err(Refused::Exists)));
        for output in late {
            assert!(matches!(output.commit(), Err(Refused::Exists)));
        }
        assert_eq!((room.names(), room.text("a")), (vec!["a".to_owned()], "old".to_owned()));
        let mut output = room.create("a", Existing::Replace).ok().unwrap();
        output.write_all(b"new").unwrap();
        assert_eq!(room.text("a"), "old");
        output.commit().unwrap();
        assert_eq!((room.names(), room.text("a")), (vec!["a".to_owned()], "new".to_owned()));
    }

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let room = Room::new();
        fs::write(room.root.path().join("target"), "old").unwrap();
        for (name, target) in [("link", "target"), ("dangling", "nowhere")] {
            symlink(target, room.root.path().join(name)).unwrap();
            assert!(matches!(room.create(name, Existing::Keep), Err(Refused::Exists)), "{name}");
            room.create(name, Existing::Replace).ok().unwrap().commit().unwrap();
            assert!(fs::symlink_metadata(room.root.path().join(name)).unwrap().is_file());
        }
        assert_eq!(room.text("target"), "old");
    }

    #[test]
    fn the_input_is_not_the_output_whatever_its_name() {
        let room = Room::new();
        let path = room.root.path().join("input");
        fs::write(&path, "x").unwrap();
        fs::hard_link(&path, room.root.path().join("hard")).unwrap();
        symlink("input", room.root.path().join("soft")).unwrap();
        let metadata = fs::metadata(&path).unwrap();
        for name in ["input", "hard", "soft"] {
            let input = Some((metadata.dev(), metadata.ino()));
            let output = Output::create(&room.directory, name.as_ref(), 0o600, Existing::Replace, input);
            assert!(matches!(output, Err(Refused::Same)), "{name}");
        }
    }

    #[test]
    fn what_others_own_carries_nothing_away() {
        let own = rustix::process::geteuid().as_raw();
        assert!(is_trusted(own) && is_trusted(0) && !is_trusted(own + 1));
    }

    #[test]
    fn devices_are_written_to_and_directories_are_not() {
        let device = Directory::open(Path::new("/dev")).unwrap();
        let mut output = Output::create(&device, "null".as_ref(), 0o600, Existing::Keep, None).ok().unwrap();
        assert!(output.is_direct());
        output.write_all(b"x").unwrap();
        output.commit().unwrap();
        let room = Room::new();
        fs::create_dir(room.root.path().join("d")).unwrap();
        assert!(matches!(room.create("d", Existing::Replace), Err(Refused::Io(_))));
    }
}
