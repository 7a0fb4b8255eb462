//! Decrypting: which messages are read, and the ways to read them.

use crate::message::{HeaderParser, RawHeader, VerifiedMessage, verify};
use crate::stream::{self, Buffer, DecryptReader, DecryptWriter, Opener, Summary};
use crate::{CommitmentPolicy, DecryptionRequest, EncryptionContext, Error, Limits, MaterialsManager, MessageHeader};
use std::fmt;
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// Reads messages. Cheap to clone.
///
/// What a stream gives out is verified frame by frame; that the whole message is good is known at its end. A caller who
/// sees an error must throw away what came before it.
#[derive(Clone)]
pub struct Decryptor {
    manager: Arc<dyn MaterialsManager>,
    policy: CommitmentPolicy,
    limits: Limits,
    unsigned_only: bool,
    retry_net_v4_0_0: bool,
    max_threads: Option<NonZeroUsize>,
}

/// A message, decrypted at once. Its `Debug` tells the length of the plaintext and not the plaintext, which would else
/// end in logs.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decrypted {
    /// What was encrypted.
    pub plaintext: Vec<u8>,
    /// The message's header.
    pub header: MessageHeader,
    /// The whole context, with what was authenticated but not stored.
    pub context: EncryptionContext,
}

impl fmt::Debug for Decrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decrypted")
            .field("plaintext", &format_args!("{} bytes", self.plaintext.len()))
            .field("header", &self.header)
            .field("context", &self.context)
            .finish()
    }
}

impl Decryptor {
    /// Reads messages with materials from `manager`, with key commitment only, within the default [`Limits`].
    pub fn new(manager: impl MaterialsManager + 'static) -> Self {
        Self {
            manager: Arc::new(manager),
            policy: CommitmentPolicy::default(),
            limits: Limits::default(),
            unsigned_only: false,
            retry_net_v4_0_0: false,
            max_threads: None,
        }
    }

    /// With this commitment policy.
    pub fn commitment_policy(self, policy: CommitmentPolicy) -> Self {
        Self { policy, ..self }
    }

    /// Within these limits.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Refuses signed messages right behind their header. The signature stands at the end, so a stream gives out
    /// plaintext that it did not verify yet; who cannot take that back wants messages that claim no signature.
    pub fn unsigned_only(self) -> Self {
        Self { unsigned_only: true, ..self }
    }

    /// Also reads messages of version 4.0.0 of AWS's client for .NET, which bound their key to less than the format says.
    pub fn retry_net_v4_0_0(self) -> Self {
        Self { retry_net_v4_0_0: true, ..self }
    }

    /// Uses at most so many threads for a stream.
    pub fn max_threads(self, threads: NonZeroUsize) -> Self {
        Self { max_threads: Some(threads), ..self }
    }

    /// Decrypts what lies in memory. `context` is what the caller knows of the message's context: a pair that the message
    /// has otherwise is an error, a pair that it requires must be here.
    pub fn decrypt(&self, message: &[u8], context: &EncryptionContext) -> Result<Decrypted, Error> {
        let mut parser = self.parser();
        let taken = parser.feed(message)?;
        let VerifiedMessage { header, context, mut body } = self.verify(parser.finish()?, context)?;
        let rest = message.get(taken..).unwrap_or_default();
        let mut plaintext = Buffer::new(rest.len());
        let (opened, _) = body.open(rest, &mut plaintext)?;
        body.end(rest.len() - opened)?;
        Ok(Decrypted { plaintext: plaintext.into_vec(), header, context })
    }

    /// Decrypts the message that `reader` gives to `writer`, in constant memory, and on several threads if it is long: as
    /// many as there are cores, up to four, unless [`Self::max_threads`] says otherwise. **On an error, what was written
    /// must be thrown away.**
    ///
    /// The message is taken, and plaintext written, in pieces of some hundred kilobytes, so neither wants a buffer of its
    /// own.
    pub fn decrypt_stream(
        &self,
        reader: impl Read + Send,
        writer: impl Write + Send,
        context: &EncryptionContext,
    ) -> Result<Summary, Error> {
        stream::decrypt(self, reader, writer, context, self.max_threads)
    }

    /// A reader of the plaintext of the message that `reader` gives. The end of the plaintext is told only when the
    /// message was read to its end and is good.
    pub fn decrypt_reader<R: Read>(&self, reader: R, context: &EncryptionContext) -> DecryptReader<R> {
        DecryptReader::new(reader, self.clone(), context.clone())
    }

    /// A writer that takes a message and writes its plaintext to `writer`. Only [`DecryptWriter::finish`] tells whether
    /// the message is good.
    pub fn decrypt_writer<W: Write>(&self, writer: W, context: &EncryptionContext) -> DecryptWriter<W> {
        DecryptWriter::new(writer, self.clone(), context.clone())
    }

    pub(crate) fn parser(&self) -> HeaderParser {
        HeaderParser::new(self.limits.clone())
    }

    pub(crate) fn opener(&self) -> Opener {
        Opener::new(&self.limits)
    }

    /// Gets materials and verifies the header. May block on the network.
    pub(crate) fn verify(&self, raw: RawHeader, context: &EncryptionContext) -> Result<VerifiedMessage, Error> {
        let suite = raw.header.suite;
        self.policy.check_decrypt(suite)?;
        if self.unsigned_only && suite.signature().is_some() {
            return Err(Error::Configuration(format!(
                "the message is signed ({suite}), and only unsigned messages are to be decrypted"
            )));
        }
        let materials = self.manager.decryption_materials(&DecryptionRequest {
            suite,
            context: raw.header.context.clone(),
            encrypted_data_keys: &raw.header.encrypted_data_keys,
            policy: self.policy,
            reproduced_context: context.clone(),
        })?;
        self.policy.check_decrypt(materials.suite)?;
        verify(raw, &materials, &self.limits, self.retry_net_v4_0_0)
    }
}
