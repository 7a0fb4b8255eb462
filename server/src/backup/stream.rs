//! Long answers of a node: a backup or a check, made in a thread of its own while it is read.
//!
//! Guarantees: one at a time, so that calls never wait for it; a reader who goes away ends it; so does whatever changes the
//! node as a whole (sealing, unsealing, a reset, the end), which never waits for a slow reader. Memory is bounded. A node
//! whose store is closed is backed up and checked too, without its keys.

use super::{Scrub, check, make};
use bytes::Bytes;
use kernel::Kernel;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{OwnedRwLockReadGuard, OwnedSemaphorePermit, Semaphore};

/// Bytes of a piece.
const PIECE: usize = 256 << 10;
/// Pieces that wait to be read.
const PIECES: usize = 8;
/// How long to wait before looking again whether there is room for another.
const LOOK: Duration = Duration::from_millis(5);

/// What an answer is made of.
pub(crate) enum Piece {
    /// Some of it.
    Bytes(Bytes),
    /// It cannot be had, or not to its end; in words.
    Failed(String),
    /// It is whole.
    End,
}

/// What can be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    /// A backup.
    Backup,
    /// Lines of JSON: progress, then what a check found.
    Check,
}

/// The long answers of a node: whose turn it is, and whether they are to end.
pub(crate) struct Streams {
    turn: Arc<Semaphore>,
    ending: Arc<AtomicUsize>,
}

impl Default for Streams {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), ending: Arc::default() }
    }
}

/// While it exists, long answers end.
pub(crate) struct Ending(Arc<AtomicUsize>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A node's kernel, kept as it is.
pub(crate) type Place = OwnedRwLockReadGuard<Option<Arc<Kernel>>>;

impl Streams {
    /// Ends what is under way, soon, and whatever is begun before the result is dropped.
    pub(crate) fn end(&self) -> Ending {
        self.ending.fetch_add(1, Ordering::AcqRel);
        Ending(self.ending.clone())
    }

    /// Whose turn it is; nobody else's until it is dropped.
    pub(crate) fn turn(&self) -> Result<OwnedSemaphorePermit, String> {
        let busy = "a backup or a check is under way already; give the command again when it has ended";
        self.turn.clone().try_acquire_owned().map_err(|_| busy.to_owned())
    }

    /// Begins an answer. What `closed` gives is held while a closed store is open to be read.
    pub(crate) fn begin<T>(
        &self,
        wanted: Wanted,
        dir: PathBuf,
        url: Option<String>,
        closed: impl FnOnce() -> T + Send + 'static,
        place: Place,
        turn: OwnedSemaphorePermit,
    ) -> Result<Receiver<Piece>, String> {
        let ending = self.ending.clone();
        let (pieces, answer) = channel(PIECES);
        let thread = std::thread::Builder::new().name("backup".into()).spawn(move || {
            let mut out = BufWriter::with_capacity(PIECE, Sink { pieces, ending });
            let kernel = place.as_deref();
            let closed = kernel.is_none().then(closed);
            let done = match wanted {
                Wanted::Backup => back_up(&dir, url.as_deref(), kernel, &mut out),
                Wanted::Check => scrub(&dir, url.as_deref(), kernel, &mut out),
            };
            let done = done.and_then(|()| out.flush().map_err(|error| error.to_string()));
            // Bytes of an answer that failed are of no use to anybody.
            let (sink, _) = out.into_parts();
            drop((closed, place, turn));
            let last = match done {
                Ok(()) => Piece::End,
                Err(why) => {
                    tracing::warn!(why, request = ?wanted, "a request at the control socket failed");
                    Piece::Failed(why)
                }
            };
            let _ = sink.put(last);
        });
        thread.map_err(|error| format!("no thread: {error}"))?;
        Ok(answer)
    }
}

fn back_up(dir: &Path, url: Option<&str>, kernel: Option<&Kernel>, out: &mut impl Write) -> Result<(), String> {
    let made = match kernel {
        Some(kernel) => make::stream(kernel.store().engine().as_ref(), Some(dir), || kernel.log().copy(), out)?,
        None => make::from_directory(dir, url, out)?,
    };
    tracing::info!(entries = made.totals.entries, files = made.totals.files, bytes = made.bytes, "made a backup");
    Ok(())
}

fn scrub(dir: &Path, url: Option<&str>, kernel: Option<&Kernel>, out: &mut impl Write) -> Result<(), String> {
    let mut progress = |entries: u64| {
        let told = writeln!(out, "{}", serde_json::json!({ "entries": entries })).and_then(|()| out.flush());
        told.map_err(|error| error.to_string())
    };
    let scrub: Scrub = match kernel {
        Some(kernel) => check::scrub_running(kernel, dir, &mut progress)?,
        None => check::scrub_directory(dir, url, |_| Ok(None), &mut progress)?,
    };
    writeln!(out, "{}", scrub.told()).map_err(|error| error.to_string())
}

/// Hands pieces over to whoever reads them.
struct Sink {
    pieces: Sender<Piece>,
    ending: Arc<AtomicUsize>,
}

impl Sink {
    /// Waits for room: the reader's connection ends when it takes too long, and with it the wait.
    fn put(&self, piece: Piece) -> io::Result<()> {
        let is_last = !matches!(piece, Piece::Bytes(_));
        let mut piece = piece;
        loop {
            if !is_last && self.ending.load(Ordering::Acquire) > 0 {
                return Err(io::Error::other("the server is being stopped, sealed or unsealed"));
            }
            match self.pieces.try_send(piece) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Closed(_)) => return Err(io::ErrorKind::BrokenPipe.into()),
                // Who ends does not wait, and the missing end tells as much.
                Err(TrySendError::Full(_)) if is_last && self.ending.load(Ordering::Acquire) > 0 => return Ok(()),
                Err(TrySendError::Full(back)) => piece = back,
            }
            std::thread::sleep(LOOK);
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = bytes.get(..PIECE).unwrap_or(bytes);
        self.put(Piece::Bytes(Bytes::copy_from_slice(part)))?;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_who_stops_reading_is_left_when_the_node_changes_and_when_it_goes_away() {
        let streams = Streams::default();
        let (pieces, answer) = channel(1);
        let sink = Sink { pieces, ending: streams.ending.clone() };
        sink.put(Piece::Bytes(Bytes::from_static(b"a"))).unwrap();
        let ending = streams.end();
        assert!(sink.put(Piece::Bytes(Bytes::from_static(b"b"))).unwrap_err().to_string().contains("sealed"));
        sink.put(Piece::Failed(String::new())).unwrap();
        drop(ending);
        drop(answer);
        assert_eq!(sink.put(Piece::End).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn there_is_one_turn() {
        let streams = Streams::default();
        let turn = streams.turn().unwrap();
        assert!(streams.turn().unwrap_err().contains("under way"));
        drop(turn);
        assert!(streams.turn().is_ok());
    }
}
