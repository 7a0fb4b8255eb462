//! One file to another: the work itself, whoever asked for it.

use super::base64_stream;
use super::context::{Expected, Mismatch};
use super::output::{Existing, Output, PRIVATE, Refused};
use super::progress::Progress;
use super::walk::{Job, Sink, Source, Step};
use base::Secret;
use envelope::{Decryptor, EncryptionContext, Encryptor, Error, Limits, MessageHeader, Summary};
use rustix::fs::{Mode, OFlags};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::num::{NonZeroU32, NonZeroUsize};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::sync::{Mutex, PoisonError};

/// Frames of inputs of at most [`SHORT`]: what AWS's clients use.
pub(super) const SHORT_FRAME: u32 = 4 << 10;
/// Frames of longer inputs, and of those that do not tell.
pub(super) const LONG_FRAME: u32 = 64 << 10;
/// What is short.
const SHORT: u64 = 1 << 20;
/// Plaintext that is held back until all of a message is verified.
pub(super) const BUFFER_MAX: usize = 1 << 30;

/// What is done with each input.
pub(super) enum Work {
    Encrypt {
        encryptor: Encryptor,
        context: EncryptionContext,
        /// Chosen by length where the user does not say.
        frame_length: Option<NonZeroU32>,
        /// Whether data keys are kept, which takes lengths that are known.
        is_cached: bool,
    },
    Decrypt {
        decryptor: Decryptor,
        limits: Limits,
        /// Pairs that messages do not carry.
        reproduced: EncryptionContext,
        expected: Expected,
        /// Whether pipes get nothing before all of it is verified.
        is_buffered: bool,
    },
}

/// How files are read and written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handling {
    pub(super) existing: Existing,
    /// Whether input is base64.
    pub(super) decode: bool,
    /// Whether output is to be base64.
    pub(super) encode: bool,
    /// Threads for one file; as many as it is worth if nothing is said.
    pub(super) max_threads: Option<NonZeroUsize>,
}

/// What came of a job that was done.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) read: u64,
    pub(super) written: u64,
    pub(super) header: MessageHeader,
}

/// Why a job was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is a file where the output would go.
    Exists,
    Other(String),
}

impl Failure {
    fn new(error: impl std::fmt::Display) -> Self {
        Self::Other(error.to_string())
    }
}

/// Told of the header of each message that is done, before its output appears; and of one whose context is not what was
/// asked for, which is not verified.
pub(super) type OnHeader<'h> = &'h (dyn Fn(&Job, &MessageHeader, Option<&Mismatch>) -> Result<(), String> + Sync);

/// Does all steps, several at once, and tells `ended` of each job and `other` of the rest.
pub(super) fn all(
    steps: impl Iterator<Item = Step> + Send,
    threads: usize,
    job: impl Fn(Job) + Sync,
    other: impl Fn(Step) + Sync,
) {
    let steps = Mutex::new(steps.fuse());
    let work = || {
        loop {
            // Released before the work begins.
            let step = steps.lock().unwrap_or_else(PoisonError::into_inner).next();
            match step {
                Some(Step::Job(next)) => job(next),
                Some(step) => other(step),
                None => return,
            }
        }
    };
    if threads <= 1 {
        return work();
    }
    std::thread::scope(|scope| {
        for _ in 1..threads {
            // Where no thread can be had, fewer do the same work.
            if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
}

impl Work {
    /// Does one job.
    pub(super) fn run(
        &self,
        job: &Job,
        handling: Handling,
        progress: &Progress,
        on_header: OnHeader<'_>,
    ) -> Result<Done, Failure> {
        let input = Input::open(&job.source).map_err(Failure::new)?;
        let output = match &job.sink {
            Sink::Stdout => {
                let stdout = Output::stdout().map_err(Failure::new)?;
                let same = input.identity.is_some() && input.identity == stdout.identity();
                if same { Err(Refused::Same) } else { Ok(stdout) }
            }
            Sink::File { directory, name, .. } => {
                Output::create(directory, name, input.mode, handling.existing, input.identity)
            }
        };
        let refused = |refused: Refused| match refused {
            Refused::Exists => Failure::Exists,
            Refused::Same => Failure::Other("input and output are the same file".into()),
            Refused::Io(error) => Failure::Other(format!("{}: {error}", job.sink.name())),
        };
        let mut output = output.map_err(refused)?;
        let is_pipe = output.is_direct();
        let length = input.length.map(|length| if handling.decode { length / 4 * 3 } else { length });
        let reader = Told(progress.watch(input.file), "cannot read");
        let refuse = |header: &MessageHeader, mismatch: &Mismatch| on_header(job, header, Some(mismatch));
        let pass = Pass { work: self, max_threads: handling.max_threads, length, is_pipe, refuse: &refuse };
        let writer = Told(&mut output, "cannot write");
        let summary = match (handling.decode, handling.encode) {
            (false, false) => pass.run(reader, writer)?,
            (true, false) => pass.run(base64_stream::decoder(reader), writer)?,
            (_, true) => {
                let mut encoder = base64_stream::encoder(writer);
                let summary = match handling.decode {
                    true => pass.run(base64_stream::decoder(reader), &mut encoder)?,
                    false => pass.run(reader, &mut encoder)?,
                };
                encoder.finish().map_err(Failure::new)?;
                summary
            }
        };
        on_header(job, &summary.header, None).map_err(Failure::Other)?;
        output.commit().map_err(refused)?;
        let (read, written) = match self {
            Self::Encrypt { .. } => (summary.plaintext_length, summary.message_length),
            Self::Decrypt { .. } => (summary.message_length, summary.plaintext_length),
        };
        Ok(Done { read, written, header: summary.header })
    }
}

/// From a reader to a writer.
struct Pass<'p> {
    work: &'p Work,
    max_threads: Option<NonZeroUsize>,
    /// Bytes of plaintext, if they are known.
    length: Option<u64>,
    is_pipe: bool,
    refuse: &'p dyn Fn(&MessageHeader, &Mismatch) -> Result<(), String>,
}

impl Pass<'_> {
    fn run(&self, reader: impl Read + Send, mut writer: impl Write + Send) -> Result<Summary, Failure> {
        match self.work {
            Work::Encrypt { encryptor, context, frame_length, is_cached } => {
                let mut encryptor = encryptor.clone().frame_length(frame_length.unwrap_or_else(|| usual(self.length)));
                // Only then: a file may grow while it is read.
                if let Some(length) = self.length.filter(|_| *is_cached) {
                    encryptor = encryptor.max_plaintext_length(length);
                }
                if let Some(threads) = self.max_threads {
                    encryptor = encryptor.max_threads(threads);
                }
                encryptor.encrypt_stream(reader, writer, context).map_err(explain)
            }
            Work::Decrypt { decryptor, limits, reproduced, expected, is_buffered } => {
                let mut decryptor = decryptor.clone();
                if let Some(threads) = self.max_threads {
                    decryptor = decryptor.max_threads(threads);
                }
                // Looked at before anything is asked of KMS; what is refused need not be genuine.
                let mut reader = Recorded { reader: BufReader::new(reader), bytes: Vec::new() };
                if *expected != Expected::default() {
                    let header = MessageHeader::read(&mut reader, limits).map_err(explain)?;
                    if let Err(mismatch) = expected.check(&header.context) {
                        (self.refuse)(&header, &mismatch).map_err(Failure::Other)?;
                        return Err(Failure::new(mismatch));
                    }
                }
                let reader = io::Cursor::new(reader.bytes).chain(reader.reader);
                if self.is_pipe && *is_buffered {
                    let mut held = Held::default();
                    let summary = decryptor.decrypt_stream(reader, &mut held, reproduced).map_err(explain)?;
                    let written = held.pieces.iter().try_for_each(|piece| writer.write_all(piece.expose()));
                    written.and_then(|()| writer.flush()).map_err(Failure::new)?;
                    return Ok(summary);
                }
                decryptor.decrypt_stream(reader, writer, reproduced).map_err(explain)
            }
        }
    }
}

/// A reader that keeps what was read.
struct Recorded<R> {
    reader: R,
    bytes: Vec<u8>,
}

impl<R: Read> Read for Recorded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(out)?;
        self.bytes.extend_from_slice(out.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// A stream whose errors say which of the two it was.
struct Told<S>(S, &'static str);

impl<S> Told<S> {
    fn told(&self, error: io::Error) -> io::Error {
        match error.kind() {
            io::ErrorKind::Interrupted => error,
            kind => io::Error::new(kind, format!("{}: {error}", self.1)),
        }
    }
}

impl<R: Read> Read for Told<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(|error| self.told(error))
    }
}

impl<W: Write> Write for Told<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(|error| self.told(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(|error| self.told(error))
    }
}

/// The length of frames for a length of plaintext.
fn usual(length: Option<u64>) -> NonZeroU32 {
    let length = if length.is_some_and(|length| length <= SHORT) { SHORT_FRAME } else { LONG_FRAME };
    NonZeroU32::new(length).unwrap_or(NonZeroU32::MAX)
}

/// An error with what may be done about it.
fn explain(error: Error) -> Failure {
    Failure::Other(match error {
        Error::Policy { decrypt: true, .. } => {
            format!("{error}; --commitment-policy require-encrypt-allow-decrypt reads it")
        }
        // Several keyrings may say the same of a data key.
        Error::NoDataKey(refusals) => {
            let mut told = Vec::with_capacity(refusals.len());
            refusals.into_iter().for_each(|refusal| {
                if !told.contains(&refusal) {
                    told.push(refusal)
                }
            });
            Error::NoDataKey(told).to_string()
        }
        Error::Limit { what: "the number of encrypted data keys", .. } => {
            format!("{error}; --max-encrypted-data-keys sets it")
        }
        _ => error.to_string(),
    })
}

/// Plaintext that is not let out yet. In pieces, since a buffer that grows leaves copies behind that nobody wipes.
#[derive(Default)]
struct Held {
    pieces: Vec<Secret<Vec<u8>>>,
    length: usize,
}

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.length + bytes.len() > BUFFER_MAX {
            let text = format!("more than {BUFFER_MAX} bytes are not held back: decrypt to a file");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        self.pieces.push(Secret::new(bytes.to_vec()));
        self.length += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An input that is open.
struct Input {
    file: File,
    /// Device and number, of a file.
    identity: Option<(u64, u64)>,
    /// Permission bits for what is made of it.
    mode: u32,
    length: Option<u64>,
}

impl Input {
    fn open(source: &Source) -> io::Result<Self> {
        match source {
            Source::Stdin => {
                let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
                let metadata = file.metadata()?;
                let identity = metadata.is_file().then(|| (metadata.dev(), metadata.ino()));
                // Some of a file may have been read already.
                Ok(Self { file, identity, mode: PRIVATE, length: None })
            }
            Source::File { path, follow } => {
                let link = if *follow { OFlags::empty() } else { OFlags::NOFOLLOW };
                let file: File = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC | link, Mode::empty())?.into();
                let metadata = file.metadata()?;
                if metadata.is_dir() {
                    return Err(io::Error::from(io::ErrorKind::IsADirectory));
                }
                if !metadata.is_file() {
                    return Ok(Self { file, identity: None, mode: PRIVATE, length: None });
                }
                let identity = Some((metadata.dev(), metadata.ino()));
                Ok(Self { file, identity, mode: metadata.mode(), length: Some(metadata.len()) })
            }
        }
    }
}
