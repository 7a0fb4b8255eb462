//! What there is to do: inputs and outputs in pairs, found while the work goes on.
//!
//! Guarantees: a walk keeps in memory the directories that it has not read yet, and no list of files. It neither follows
//! symbolic links to directories nor writes through one, and reads no device or pipe that it happens upon.

use super::naming::Naming;
use super::output::Directory;
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::{self, ReadDir};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

/// One input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    Stdin,
    File {
        path: PathBuf,
        /// Whether it may be a symbolic link: one that the user named.
        follow: bool,
    },
}

/// Where its output goes.
pub(super) enum Sink {
    Stdout,
    File {
        directory: Directory,
        name: OsString,
        /// For people.
        path: PathBuf,
    },
}

/// A message to make or to open.
pub(super) struct Job {
    pub(super) source: Source,
    pub(super) sink: Sink,
}

/// What a walk comes upon.
pub(super) enum Step {
    Job(Job),
    /// Left out, and why.
    Skipped {
        path: PathBuf,
        why: &'static str,
    },
    Failed {
        path: PathBuf,
        error: String,
    },
}

/// What a walk does with symbolic links to files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    Skip,
    Follow,
}

impl Job {
    /// How messages name the input.
    pub(super) fn name(&self) -> String {
        match &self.source {
            Source::Stdin => "standard input".into(),
            Source::File { path, .. } => path.display().to_string(),
        }
    }
}

impl Sink {
    /// A file by its path; its directory must be there.
    pub(super) fn file(path: &Path) -> Result<Self, String> {
        let says = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let name = path.file_name().ok_or_else(|| says(&"this names no file"))?.to_owned();
        let directory = Directory::open(path.parent().unwrap_or(Path::new("."))).map_err(|error| says(&error))?;
        Ok(Self::File { directory, name, path: path.to_owned() })
    }

    /// How messages name the output.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Stdout => "standard output".into(),
            Self::File { path, .. } => path.display().to_string(),
        }
    }
}

/// Goes through a directory.
pub(super) struct Walk {
    root: PathBuf,
    destination: Destination,
    naming: Naming,
    links: Links,
    /// Directories to read, below the root.
    pending: VecDeque<PathBuf>,
    now: Option<Reading>,
}

enum Destination {
    /// Each output beside its input.
    Beside,
    /// The same tree elsewhere.
    Mirror { root: PathBuf, directory: Directory },
}

struct Reading {
    relative: PathBuf,
    entries: ReadDir,
    /// Opened when the first file is found.
    target: Option<Directory>,
}

impl Walk {
    /// `destination`: the root of the outputs; each lies beside its input if there is none.
    pub(super) fn new(root: PathBuf, destination: Option<&Path>, naming: Naming, links: Links) -> io::Result<Self> {
        let destination = match destination {
            None => Destination::Beside,
            Some(path) => Destination::Mirror { root: path.to_owned(), directory: Directory::open(path)? },
        };
        Ok(Self { root, destination, naming, links, pending: VecDeque::from([PathBuf::new()]), now: None })
    }

    fn file(&mut self, name: OsString, follow: bool) -> Result<Option<Job>, (PathBuf, io::Error)> {
        let Some(reading) = &mut self.now else { return Ok(None) };
        let path = self.root.join(&reading.relative).join(&name);
        let is_beside = matches!(self.destination, Destination::Beside);
        if is_beside && !self.naming.is_input(&name) {
            return Ok(None);
        }
        let (base, directory) = match &self.destination {
            Destination::Beside => (&self.root, None),
            Destination::Mirror { root, directory } => (root, Some(directory)),
        };
        let output = self.naming.of(&name);
        let parent = base.join(&reading.relative);
        if reading.target.is_none() {
            let opened = match directory {
                None => Directory::open(&parent),
                Some(directory) => descend(directory, &self.root, &reading.relative),
            };
            reading.target = Some(opened.map_err(|error| (parent.clone(), error))?);
        }
        let Some(directory) = reading.target.clone() else { return Ok(None) };
        let sink = Sink::File { directory, path: parent.join(&output), name: output };
        Ok(Some(Job { source: Source::File { path, follow }, sink }))
    }
}

/// The directory in the output's tree that stands for `relative` in the input's; what is missing is made with its mode.
fn descend(directory: &Directory, source: &Path, relative: &Path) -> io::Result<Directory> {
    let (mut directory, mut source) = (directory.clone(), source.to_owned());
    for component in relative.components() {
        let Component::Normal(name) = component else { continue };
        source.push(name);
        let mode = fs::metadata(&source)?.permissions().mode();
        directory = directory.child(name, mode)?;
    }
    Ok(directory)
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let Some(reading) = &mut self.now else {
                let relative = self.pending.pop_back()?;
                let path = self.root.join(&relative);
                match fs::read_dir(&path) {
                    Ok(entries) => self.now = Some(Reading { relative, entries, target: None }),
                    Err(error) => return Some(Step::Failed { path, error: error.to_string() }),
                }
                continue;
            };
            let Some(entry) = reading.entries.next() else {
                self.now = None;
                continue;
            };
            let here = self.root.join(&reading.relative);
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.now = None;
                    return Some(Step::Failed { path: here, error: error.to_string() });
                }
            };
            let (path, name) = (entry.path(), entry.file_name());
            let kind = match entry.file_type() {
                Ok(kind) => kind,
                Err(error) => return Some(Step::Failed { path, error: error.to_string() }),
            };
            if kind.is_dir() {
                let relative = reading.relative.join(&name);
                self.pending.push_back(relative);
                continue;
            }
            // The hidden beginning of an output that another run is making.
            if is_partial(&name) {
                continue;
            }
            let mut follow = false;
            if kind.is_symlink() {
                match (self.links, fs::metadata(&path)) {
                    (Links::Skip, _) => return Some(Step::Skipped { path, why: "a symbolic link" }),
                    (Links::Follow, Ok(metadata)) if metadata.is_file() => follow = true,
                    (Links::Follow, Ok(metadata)) if metadata.is_dir() => {
                        return Some(Step::Skipped { path, why: "a symbolic link to a directory" });
                    }
                    (Links::Follow, Ok(_)) => return Some(Step::Skipped { path, why: "not a file" }),
                    (Links::Follow, Err(error)) => return Some(Step::Failed { path, error: error.to_string() }),
                }
            } else if !kind.is_file() {
                return Some(Step::Skipped { path, why: "not a file" });
            }
            match self.file(name, follow) {
                Ok(Some(job)) => return Some(Step::Job(job)),
                Ok(None) => {}
                Err((path, error)) => return Some(Step::Failed { path, error: error.to_string() }),
            }
        }
    }
}

fn is_partial(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(".fastness-") && name.ends_with(".partial"))
}

/// The paths that a pattern stands for, in order. What exists under the very name is meant itself.
pub(super) fn expand(pattern: &str) -> Result<Vec<PathBuf>, String> {
    if fs::symlink_metadata(pattern).is_ok() {
        return Ok(vec![pattern.into()]);
    }
    let options =
        glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let found = glob::glob_with(pattern, options).map_err(|error| format!("{pattern}: {error}"))?;
    let mut paths = Vec::new();
    for path in found {
        paths.push(path.map_err(|error| error.to_string())?);
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Inputs and outputs below `root`, and what was left out.
    fn walked(root: &Path, destination: Option<&Path>, naming: Naming, links: Links) -> Vec<String> {
        let walk = Walk::new(root.join("in"), destination, naming, links).unwrap();
        let short = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
        let mut lines: Vec<_> = walk
            .map(|step| match step {
                Step::Job(Job { source: Source::File { path, .. }, sink: Sink::File { path: to, .. } }) => {
                    format!("{} -> {}", short(&path), short(&to))
                }
                Step::Job(_) => panic!("no file"),
                Step::Skipped { path, why } => format!("{}: {why}", short(&path)),
                Step::Failed { path, error } => format!("{}! {error}", short(&path)),
            })
            .collect();
        lines.sort();
        lines
    }

    fn tree() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        fs::create_dir_all(path("in/a/b")).unwrap();
        fs::create_dir_all(path("in/empty")).unwrap();
        fs::create_dir(path("out")).unwrap();
        for name in ["in/x", "in/a/y", "in/a/b/z.encrypted", "in/.fastness-0123.partial"] {
            fs::write(path(name), name).unwrap();
        }
        std::os::unix::fs::symlink("x", path("in/link")).unwrap();
        std::os::unix::fs::symlink("..", path("in/up")).unwrap();
        root
    }

    #[test]
    fn a_tree_is_mirrored_without_following_links() {
        let root = tree();
        let out = root.path().join("out");
        let lines = walked(root.path(), Some(&out), Naming::append(".e"), Links::Skip);
        let expected = [
            "in/a/b/z.encrypted -> out/a/b/z.encrypted.e",
            "in/a/y -> out/a/y.e",
            "in/link: a symbolic link",
            "in/up: a symbolic link",
            "in/x -> out/x.e",
        ];
        assert_eq!(lines, expected);
        assert!(!out.join("empty").exists());
        let lines = walked(root.path(), Some(&out), Naming::append(".e"), Links::Follow);
        assert!(
            lines.contains(&"in/link -> out/link.e".into())
                && lines.contains(&"in/up: a symbolic link to a directory".into())
        );
    }

    #[test]
    fn outputs_beside_their_inputs_are_no_inputs() {
        let root = tree();
        let lines = walked(root.path(), None, Naming::append(".encrypted"), Links::Skip);
        assert!(
            lines.contains(&"in/a/y -> in/a/y.encrypted".into())
                && !lines.iter().any(|line| line.contains("z.encrypted"))
        );
        let lines = walked(root.path(), None, Naming::strip(".encrypted"), Links::Skip);
        assert_eq!(lines.iter().filter(|line| line.contains("->")).count(), 1);
        assert!(lines.contains(&"in/a/b/z.encrypted -> in/a/b/z".into()));
    }

    #[test]
    fn nothing_is_written_through_a_link_in_the_outputs_tree() {
        let root = tree();
        let out = root.path().join("out");
        fs::create_dir(root.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink("../elsewhere", out.join("a")).unwrap();
        let lines = walked(root.path(), Some(&out), Naming::append(".e"), Links::Skip);
        assert!(
            lines.iter().filter(|line| line.contains("out/a")).all(|line| line.contains("! it is there")),
            "{lines:?}"
        );
        assert_eq!(fs::read_dir(root.path().join("elsewhere")).unwrap().count(), 0);
    }

    #[test]
    fn patterns_are_expanded_and_names_meant_literally() {
        let root = tree();
        let pattern = |name: &str| root.path().join("in").join(name).display().to_string();
        assert_eq!(expand(&pattern("*/y")).unwrap(), [root.path().join("in/a/y")]);
        assert!(expand(&pattern("*.partial")).unwrap().is_empty(), "hidden files are named, not matched");
        fs::write(pattern("[x]"), "").unwrap();
        assert_eq!(expand(&pattern("[x]")).unwrap(), [root.path().join("in/[x]")]);
    }
}
