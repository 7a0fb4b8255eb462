//! What a child process does whose cost is measured: it passes standard input to standard output, and tells on standard
//! error what that cost, from after its start to before its end.
//!
//! Besides encrypting and decrypting: copying, and the algorithms alone over bytes that stay in the cache, which together
//! are what encrypting cannot do without.

use crate::{Failure, kernel};
use base::Rng as _;
use envelope::{
    AlgorithmSuite, Decryptor, DefaultMaterialsManager, EncryptionContext, Encryptor, Error, RawAesKeyring,
};
use primitives::{AesGcm, HashAlgorithm, Hasher, SystemRng};
use rustix::time::{ClockId, clock_gettime};
use std::fs::File;
use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::num::{NonZeroU32, NonZeroUsize};
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

/// As much as encrypting reads at a time.
const BUFFER: usize = 256 << 10;
/// Associated data of a frame.
const AAD: [u8; 32 + 28 + 4 + 8] = [7; 72];

/// What a child is to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    Copy,
    /// The algorithms alone, over so many bytes.
    Primitives(usize),
    Encrypt,
    Decrypt,
}

/// What a child is to do, and how.
#[derive(Clone, Copy)]
pub(crate) struct Pass {
    pub(crate) task: Task,
    pub(crate) is_signed: bool,
    pub(crate) frame_length: u32,
    /// 0: as many as it wants.
    pub(crate) threads: usize,
}

/// What it cost.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
    /// MiB
    pub(crate) memory: f64,
}

impl Pass {
    /// The arguments that make a child of this.
    pub(crate) fn arguments(self) -> Vec<String> {
        let (task, bytes) = match self.task {
            Task::Copy => ("copy", 0),
            Task::Primitives(bytes) => ("primitives", bytes),
            Task::Encrypt => ("encrypt", 0),
            Task::Decrypt => ("decrypt", 0),
        };
        let words = ["pass".into(), task.into(), bytes.to_string(), self.is_signed.to_string()];
        words.into_iter().chain([self.frame_length.to_string(), self.threads.to_string()]).collect()
    }

    /// Reads them, behind the first.
    pub(crate) fn read(arguments: &[String]) -> Result<Self, Failure> {
        let [task, bytes, is_signed, frame_length, threads] = arguments else {
            return Err("pass is for the bench itself".into());
        };
        let task = match task.as_str() {
            "copy" => Task::Copy,
            "primitives" => Task::Primitives(bytes.parse()?),
            "encrypt" => Task::Encrypt,
            _ => Task::Decrypt,
        };
        let (is_signed, frame_length) = (is_signed.parse()?, frame_length.parse()?);
        Ok(Self { task, is_signed, frame_length, threads: threads.parse()? })
    }

    /// Does it, and tells on standard error what it cost.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let input = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
        let output = File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
        // Gathers entropy, once a process: no part of a message's cost.
        first_randomness();
        let (before, began) = (cpu_time(), Instant::now());
        match self.task {
            Task::Copy => copy(input, output)?,
            Task::Primitives(bytes) => self.primitives(bytes),
            Task::Encrypt => {
                self.encryptor()?.encrypt_stream(input, output, &EncryptionContext::default())?;
            }
            Task::Decrypt => {
                let mut decryptor = Decryptor::new(manager()?);
                if let Some(threads) = NonZeroUsize::new(self.threads) {
                    decryptor = decryptor.max_threads(threads);
                }
                decryptor.decrypt_stream(input, output, &EncryptionContext::default())?;
            }
        }
        let (cpu, wall) = (cpu_time() - before, began.elapsed());
        let memory = kernel::peak_memory(std::process::id())?;
        writeln!(std::io::stderr(), "{} {} {memory}", cpu.as_nanos(), wall.as_nanos())?;
        Ok(())
    }

    pub(crate) fn encryptor(self) -> Result<Encryptor, Error> {
        let frame_length = NonZeroU32::new(self.frame_length).unwrap_or(NonZeroU32::MIN);
        let encryptor = Encryptor::new(manager()?).suite(self.suite()).frame_length(frame_length);
        Ok(match NonZeroUsize::new(self.threads) {
            Some(threads) => encryptor.max_threads(threads),
            None => encryptor,
        })
    }

    pub(crate) fn suite(self) -> AlgorithmSuite {
        match self.is_signed {
            true => AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384,
            false => AlgorithmSuite::Aes256GcmHkdfSha512CommitKey,
        }
    }

    fn primitives(self, bytes: usize) {
        let length = usize::try_from(self.frame_length).unwrap_or(BUFFER);
        let frames = (BUFFER / length).max(1);
        let plaintext = vec![7; frames * length];
        let mut sealed = vec![0; frames * (length + 32)];
        let (Some(key), mut hasher) = (AesGcm::new(&[7; 32]), Hasher::new(HashAlgorithm::Sha384)) else { return };
        for _ in 0..bytes / (frames * length) {
            for (from, to) in plaintext.chunks_exact(length).zip(sealed.chunks_exact_mut(length + 32)) {
                let mut tag = [0; 16];
                key.seal(&[7; 12], &AAD, from, to.get_mut(..length).unwrap_or_default(), &mut tag);
                black_box(tag);
            }
            if self.is_signed {
                hasher.update(&sealed);
            }
        }
        black_box(hasher.finish());
    }
}

/// Materials under a key that the process has.
pub(crate) fn manager() -> Result<DefaultMaterialsManager, Error> {
    Ok(DefaultMaterialsManager::new(RawAesKeyring::new("bench", "key", &[7; 32])?))
}

fn copy(mut input: File, mut output: File) -> std::io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = input.read(&mut buffer)?;
        match buffer.get(..length) {
            None | Some([]) => return Ok(()),
            Some(bytes) => output.write_all(bytes)?,
        }
    }
}

/// CPU time of the first randomness that a process draws, if this is it: the library gathers entropy for it.
pub(crate) fn first_randomness() -> Duration {
    let before = cpu_time();
    SystemRng.fill_secret(black_box(&mut [0; 16]));
    cpu_time() - before
}

/// The CPU time of all threads of this process, those that ended included.
pub(crate) fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
