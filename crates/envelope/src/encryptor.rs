//! Encrypting: how messages are to be written, and the ways to write them.

use crate::limits::DEFAULT_MAX_ENCRYPTED_DATA_KEYS;
use crate::message::{BegunMessage, begin};
use crate::stream::{self, EncryptReader, EncryptWriter, Sealer, Summary};
use crate::{
    AlgorithmSuite, CommitmentPolicy, EncryptionContext, EncryptionRequest, Error, MaterialsManager, MessageHeader,
};
use base::Rng as _;
use primitives::SystemRng;
use std::io::{Read, Write};
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;

/// Bytes of plaintext in a frame, unless another length is asked for. AWS's clients use the same.
pub const DEFAULT_FRAME_LENGTH: u32 = 4096;

/// Writes messages. Cheap to clone, to be set up anew for one message.
#[derive(Clone)]
pub struct Encryptor {
    manager: Arc<dyn MaterialsManager>,
    policy: CommitmentPolicy,
    suite: Option<AlgorithmSuite>,
    frame_length: NonZeroU32,
    max_encrypted_data_keys: u16,
    max_plaintext_length: Option<u64>,
    max_threads: Option<NonZeroUsize>,
}

/// A message, encrypted at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encrypted {
    /// The message.
    pub message: Vec<u8>,
    /// Its header.
    pub header: MessageHeader,
    /// The whole context, with what was authenticated but not stored.
    pub context: EncryptionContext,
}

impl Encryptor {
    /// Writes messages with materials from `manager`: with key commitment, signed, in frames of
    /// [`DEFAULT_FRAME_LENGTH`].
    pub fn new(manager: impl MaterialsManager + 'static) -> Self {
        Self {
            manager: Arc::new(manager),
            policy: CommitmentPolicy::default(),
            suite: None,
            frame_length: NonZeroU32::new(DEFAULT_FRAME_LENGTH).unwrap_or(NonZeroU32::MAX),
            max_encrypted_data_keys: DEFAULT_MAX_ENCRYPTED_DATA_KEYS,
            max_plaintext_length: None,
            max_threads: None,
        }
    }

    /// With this commitment policy.
    pub fn commitment_policy(self, policy: CommitmentPolicy) -> Self {
        Self { policy, ..self }
    }

    /// With this suite instead of the policy's.
    pub fn suite(self, suite: AlgorithmSuite) -> Self {
        Self { suite: Some(suite), ..self }
    }

    /// In frames of so many bytes of plaintext. A frame is what is held in memory at a time; AWS's clients for Python and
    /// Java read those below 2^31 bytes.
    pub fn frame_length(self, bytes: NonZeroU32) -> Self {
        Self { frame_length: bytes, ..self }
    }

    /// Refuses to write messages with more encrypted data keys than this; by default as many as
    /// [`Decryptor`](crate::Decryptor) reads.
    pub fn max_encrypted_data_keys(self, keys: u16) -> Self {
        Self { max_encrypted_data_keys: keys, ..self }
    }

    /// Tells how much plaintext a stream may have; more is an error. Caches of data keys count it, and do not serve
    /// messages of unknown length.
    pub fn max_plaintext_length(self, bytes: u64) -> Self {
        Self { max_plaintext_length: Some(bytes), ..self }
    }

    /// Uses at most so many threads for a stream.
    pub fn max_threads(self, threads: NonZeroUsize) -> Self {
        Self { max_threads: Some(threads), ..self }
    }

    /// Encrypts what lies in memory.
    pub fn encrypt(&self, plaintext: &[u8], context: &EncryptionContext) -> Result<Encrypted, Error> {
        let length = plaintext.len() as u64;
        if let Some(limit) = self.max_plaintext_length.filter(|limit| length > *limit) {
            return Err(Error::Limit { what: "the length of the plaintext", limit });
        }
        let BegunMessage { header, context, bytes, mut body } = self.begin(context, Some(length))?;
        let frames = plaintext.len() / body.frame_length();
        let sealed = frames.saturating_mul(body.sealed_frame_length());
        let rest = plaintext.len() % body.frame_length();
        let begin = bytes.len();
        // Not the header's memory, made longer: what is new is zero without being written to.
        let mut message = vec![0; begin + sealed + body.final_length(rest)];
        stream::copy(&bytes, &mut message);

        let out = message.get_mut(begin..).unwrap_or_default();
        let (taken, written) = body.seal_frames(plaintext, out)?;
        let rest = plaintext.get(taken..).unwrap_or_default();
        let last = body.finish(rest, out.get_mut(written..).unwrap_or_default())?;
        message.truncate(begin + written + last);
        Ok(Encrypted { message, header, context })
    }

    /// Encrypts all that `reader` gives to `writer`, in constant memory, and on several threads if there is much: as many
    /// as there are cores, up to four, unless [`Self::max_threads`] says otherwise.
    ///
    /// Input is taken, and the message written, in pieces of some hundred kilobytes, so neither wants a buffer of its own.
    pub fn encrypt_stream(
        &self,
        reader: impl Read + Send,
        writer: impl Write + Send,
        context: &EncryptionContext,
    ) -> Result<Summary, Error> {
        stream::encrypt(self.begin(context, self.max_plaintext_length)?, reader, writer, self.max_threads)
    }

    /// A reader of the message whose plaintext `reader` gives.
    pub fn encrypt_reader<R: Read>(&self, reader: R, context: &EncryptionContext) -> Result<EncryptReader<R>, Error> {
        Ok(EncryptReader::new(reader, self.sealer(context)?))
    }

    /// A writer that takes plaintext and writes the message to `writer`. [`EncryptWriter::finish`] completes it.
    pub fn encrypt_writer<W: Write>(&self, writer: W, context: &EncryptionContext) -> Result<EncryptWriter<W>, Error> {
        Ok(EncryptWriter::new(writer, self.sealer(context)?))
    }

    pub(crate) fn sealer(&self, context: &EncryptionContext) -> Result<Sealer, Error> {
        Ok(Sealer::new(self.begin(context, self.max_plaintext_length)?))
    }

    /// Gets materials and writes the header. May block on the network.
    pub(crate) fn begin(&self, context: &EncryptionContext, bound: Option<u64>) -> Result<BegunMessage, Error> {
        if let Some(suite) = self.suite {
            self.policy.check_encrypt(suite)?;
        }
        let materials = self.manager.encryption_materials(&EncryptionRequest {
            context: context.clone(),
            suite: self.suite,
            policy: self.policy,
            plaintext_length: bound,
            ..EncryptionRequest::default()
        })?;
        self.policy.check_encrypt(materials.suite)?;
        if self.suite.is_some_and(|suite| suite != materials.suite) {
            return Err(Error::Configuration(format!("the materials manager gave materials for {}", materials.suite)));
        }
        if materials.encrypted_data_keys.len() > usize::from(self.max_encrypted_data_keys) {
            let limit = u64::from(self.max_encrypted_data_keys);
            return Err(Error::Limit { what: "the number of encrypted data keys", limit });
        }
        let mut message_id = vec![0; materials.suite.message_version().message_id_length()];
        SystemRng.fill(&mut message_id);
        begin(&materials, self.frame_length, bound, message_id)
    }
}
