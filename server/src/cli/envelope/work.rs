//! One file to another: the work itself, whoever asked for it.

use super::base64_stream;
use super::context::{Expected, Mismatch};
use super::output::{Existing, Output, PRIVATE, Refused};
use super::progress::Progress;
use super::walk::{Job, Sink, Source, Step};
use base::Secret;
use envelope::{Decryptor, EncryptionContext, Encryptor, Error, MessageHeader, Summary};
use rustix::fs::{Mode, OFlags};
use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::num::NonZeroU32;
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

/// Told of each message's header, once it is verified or made; and of what its context lacks, if it does.
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
        let reader = progress.watch(input.file);
        let on_header = |header: &MessageHeader, mismatch: Option<&Mismatch>| on_header(job, header, mismatch);
        let summary = match (handling.decode, handling.encode) {
            (false, false) => self.transform(reader, &mut output, length, is_pipe, on_header),
            (true, false) => self.transform(base64_stream::decoder(reader), &mut output, length, is_pipe, on_header),
            (_, true) => {
                let mut encoder = base64_stream::encoder(&mut output);
                let summary = match handling.decode {
                    true => self.transform(base64_stream::decoder(reader), &mut encoder, length, is_pipe, on_header),
                    false => self.transform(reader, &mut encoder, length, is_pipe, on_header),
                };
                summary.and_then(|summary| encoder.finish().map(|_| summary).map_err(Failure::new))
            }
        };
        let summary = summary?;
        output.commit().map_err(refused)?;
        let (read, written) = match self {
            Self::Encrypt { .. } => (summary.plaintext_length, summary.message_length),
            Self::Decrypt { .. } => (summary.message_length, summary.plaintext_length),
        };
        Ok(Done { read, written, header: summary.header })
    }

    fn transform(
        &self,
        reader: impl Read,
        mut writer: impl Write,
        length: Option<u64>,
        is_pipe: bool,
        on_header: impl Fn(&MessageHeader, Option<&Mismatch>) -> Result<(), String>,
    ) -> Result<Summary, Failure> {
        match self {
            Self::Encrypt { encryptor, context, frame_length, is_cached } => {
                let mut encryptor = encryptor.clone().frame_length(frame_length.unwrap_or_else(|| usual(length)));
                // Only then: a file may grow while it is read.
                if let Some(length) = length.filter(|_| *is_cached) {
                    encryptor = encryptor.max_plaintext_length(length);
                }
                let mut message = encryptor.encrypt_reader(reader, context).map_err(Failure::new)?;
                on_header(message.header(), None).map_err(Failure::Other)?;
                copy(&mut message, &mut writer)?;
                message.finish().map_err(Failure::new)
            }
            Self::Decrypt { decryptor, reproduced, expected, is_buffered } => {
                let mut plaintext = decryptor.decrypt_reader(reader, reproduced);
                let (header, context) = plaintext.header().map_err(explain)?;
                let mismatch = expected.check(context).err();
                on_header(header, mismatch.as_ref()).map_err(Failure::Other)?;
                if let Some(mismatch) = mismatch {
                    return Err(Failure::new(mismatch));
                }
                if is_pipe && *is_buffered {
                    let mut held = Held(Secret::new(Vec::new()));
                    copy(&mut plaintext, &mut held)?;
                    let summary = plaintext.finish().map_err(explain)?;
                    writer.write_all(held.0.expose()).map_err(Failure::new)?;
                    return Ok(summary);
                }
                copy(&mut plaintext, &mut writer)?;
                plaintext.finish().map_err(explain)
            }
        }
    }
}

/// The length of frames for a length of plaintext.
fn usual(length: Option<u64>) -> NonZeroU32 {
    let length = if length.is_some_and(|length| length <= SHORT) { SHORT_FRAME } else { LONG_FRAME };
    NonZeroU32::new(length).unwrap_or(NonZeroU32::MAX)
}

/// Copies without a buffer of its own.
fn copy(reader: &mut impl BufRead, writer: &mut impl Write) -> Result<(), Failure> {
    loop {
        let bytes = reader.fill_buf().map_err(|error| explain(error.into()))?;
        if bytes.is_empty() {
            return writer.flush().map_err(|error| Failure::Other(format!("cannot write: {error}")));
        }
        let length = bytes.len();
        writer.write_all(bytes).map_err(|error| Failure::Other(format!("cannot write: {error}")))?;
        reader.consume(length);
    }
}

/// An error with what may be done about it.
fn explain(error: Error) -> Failure {
    Failure::Other(match error {
        Error::Policy { decrypt: true, .. } => {
            format!("{error}; --commitment-policy require-encrypt-allow-decrypt reads it")
        }
        _ => error.to_string(),
    })
}

/// Plaintext that is not let out yet.
struct Held(Secret<Vec<u8>>);

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.expose().len() + bytes.len() > BUFFER_MAX {
            let text = format!("more than {BUFFER_MAX} bytes are not held back: decrypt to a file");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        self.0.expose_mut().extend_from_slice(bytes);
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
