//! Metadata records: where they go, one line a message.

use super::super::context::Mismatch;
use super::super::metadata;
use super::super::walk::{Job, Sink, Source};
use envelope::MessageHeader;
use serde_json::{Value, json};
use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Where metadata goes.
pub(super) enum Records {
    Suppressed,
    Stdout,
    File { path: PathBuf, overwrite: bool, open: Mutex<Option<File>> },
}

impl Records {
    /// A file, or `-`.
    pub(super) fn to(path: &str, overwrite: bool) -> Result<Self, String> {
        if path == "-" {
            return Ok(Self::Stdout);
        }
        let path = absolute(Path::new(path));
        if !path.parent().is_none_or(Path::is_dir) {
            // The official tool's very words, slip included.
            return Err("Parent directory for requested metdata file does not exist.".into());
        }
        Ok(Self::File { path, overwrite, open: Mutex::new(None) })
    }

    /// Writes the record of a message.
    pub(super) fn write(
        &self,
        mode: &str,
        job: &Job,
        header: &MessageHeader,
        mismatch: Option<&Mismatch>,
    ) -> Result<(), String> {
        if matches!(self, Self::Suppressed) {
            return Ok(());
        }
        let input = match &job.source {
            Source::Stdin => "<stdin>".to_owned(),
            Source::File { path, .. } => absolute(path).display().to_string(),
        };
        let output = match &job.sink {
            Sink::Stdout => "<stdout>".to_owned(),
            Sink::File { path, .. } => absolute(path).display().to_string(),
        };
        let mut record = json!({ "mode": mode, "input": input, "output": output, "header": metadata::header(header) });
        if mode != "encrypt" {
            add(&mut record, "header_auth", metadata::header_auth(header));
        }
        if let Some(Mismatch { keys, pairs, .. }) = mismatch {
            add(&mut record, "skipped", json!(true));
            add(&mut record, "reason", json!("Missing encryption context key or value"));
            add(&mut record, "missing_encryption_context_keys", json!(keys));
            add(&mut record, "missing_encryption_context_pairs", json!(pairs));
        }
        self.append(&metadata::line(&record)).map_err(|error| match self {
            Self::File { path, .. } => format!("{}: {error}", path.display()),
            _ => format!("the metadata cannot be written: {error}"),
        })
    }

    fn append(&self, line: &[u8]) -> io::Result<()> {
        match self {
            Self::Suppressed => Ok(()),
            Self::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(line)?;
                stdout.flush()
            }
            Self::File { path, overwrite, open } => {
                let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
                let file = match open.take() {
                    Some(file) => file,
                    // Begun anew with the first record, not before.
                    None if *overwrite => File::create(path)?,
                    None => OpenOptions::new().append(true).create(true).open(path)?,
                };
                open.insert(file).write_all(line)
            }
        }
    }
}

fn add(record: &mut Value, name: &str, value: Value) {
    if let Some(members) = record.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// The path from the root, without `.` and `..`, links not followed.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let from = if path.is_absolute() { PathBuf::new() } else { env::current_dir().unwrap_or_default() };
    let mut whole = PathBuf::new();
    for component in from.join(path).components() {
        match component {
            Component::ParentDir => {
                whole.pop();
            }
            Component::CurDir => {}
            other => whole.push(other),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_absolute_without_detours() {
        assert_eq!(absolute(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(absolute(Path::new("/../a")), Path::new("/a"));
        assert_eq!(absolute(Path::new("x/..")), env::current_dir().unwrap());
    }

    #[test]
    fn a_directory_that_is_not_there_is_told_in_the_official_words() {
        let error = Records::to("/no/such/directory/metadata", false).err().unwrap();
        assert_eq!(error, "Parent directory for requested metdata file does not exist.");
    }
}
