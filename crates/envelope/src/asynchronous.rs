//! The same streams for tokio (feature `tokio`).
//!
//! Guarantees: those of the other streams, over the same code; materials, which may come from the network, are got on
//! threads that may block. Sealing and opening happen where a stream is polled, at most a buffer of 256 KiB at a time
//! unless frames are longer.

mod reader;
mod writer;

pub use reader::{DecryptReader, EncryptReader};
pub use writer::{DecryptWriter, EncryptWriter};

use crate::message::{RawHeader, VerifiedMessage};
use crate::stream::{Sealer, Summary};
use crate::{Decryptor, EncryptionContext, Encryptor, Error};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_buf};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

impl Encryptor {
    /// Encrypts all that `reader` gives to `writer`, in constant memory.
    pub async fn encrypt_async<R, W>(
        &self,
        reader: R,
        mut writer: W,
        context: &EncryptionContext,
    ) -> Result<Summary, Error>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let mut message = self.encrypt_async_reader(reader, context).await?;
        copy_buf(&mut message, &mut writer).await?;
        message.finish()
    }

    /// A reader of the message whose plaintext `reader` gives.
    pub async fn encrypt_async_reader<R>(
        &self,
        reader: R,
        context: &EncryptionContext,
    ) -> Result<EncryptReader<R>, Error>
    where
        R: AsyncRead + Unpin,
    {
        Ok(EncryptReader::new(reader, self.begin_sealing(context).await?))
    }

    /// A writer that takes plaintext and writes the message to `writer`. Shutting it down completes the message, and so
    /// does [`EncryptWriter::finish`].
    pub async fn encrypt_async_writer<W>(
        &self,
        writer: W,
        context: &EncryptionContext,
    ) -> Result<EncryptWriter<W>, Error>
    where
        W: AsyncWrite + Unpin,
    {
        Ok(EncryptWriter::new(writer, self.begin_sealing(context).await?))
    }

    async fn begin_sealing(&self, context: &EncryptionContext) -> Result<Sealer, Error> {
        let (encryptor, context) = (self.clone(), context.clone());
        spawn_blocking(move || encryptor.sealer(&context)).await.map_err(lost)?
    }
}

impl Decryptor {
    /// Decrypts the message that `reader` gives to `writer`, in constant memory. **On an error, what was written must be
    /// thrown away.**
    pub async fn decrypt_async<R, W>(
        &self,
        reader: R,
        mut writer: W,
        context: &EncryptionContext,
    ) -> Result<Summary, Error>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let mut plaintext = self.decrypt_async_reader(reader, context);
        copy_buf(&mut plaintext, &mut writer).await?;
        plaintext.finish()
    }

    /// A reader of the plaintext of the message that `reader` gives. The end of the plaintext is told only when the
    /// message was read to its end and is good.
    pub fn decrypt_async_reader<R>(&self, reader: R, context: &EncryptionContext) -> DecryptReader<R>
    where
        R: AsyncRead + Unpin,
    {
        DecryptReader::new(reader, Verification::new(self, context))
    }

    /// A writer that takes a message and writes its plaintext to `writer`. Only shutting it down, or
    /// [`DecryptWriter::finish`], tells whether the message is good.
    pub fn decrypt_async_writer<W>(&self, writer: W, context: &EncryptionContext) -> DecryptWriter<W>
    where
        W: AsyncWrite + Unpin,
    {
        DecryptWriter::new(writer, Verification::new(self, context))
    }
}

/// The verification of a header, on another thread once it is begun.
struct Verification {
    decryptor: Decryptor,
    context: EncryptionContext,
    running: Option<JoinHandle<Result<VerifiedMessage, Error>>>,
}

impl Verification {
    fn new(decryptor: &Decryptor, context: &EncryptionContext) -> Self {
        Self { decryptor: decryptor.clone(), context: context.clone(), running: None }
    }

    fn begin(&mut self, raw: RawHeader) {
        let (decryptor, context) = (self.decryptor.clone(), self.context.clone());
        self.running = Some(spawn_blocking(move || decryptor.verify(raw, &context)));
    }

    /// What came of it; `None` if it was not begun, or was told already.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<VerifiedMessage>, Error>> {
        let Some(running) = &mut self.running else { return Poll::Ready(Ok(None)) };
        let result = ready!(Pin::new(running).poll(cx));
        self.running = None;
        Poll::Ready(result.map_err(lost)?.map(Some))
    }
}

fn lost(error: JoinError) -> Error {
    Error::Io(io::Error::other(error))
}

fn poll_read<R: AsyncRead + Unpin>(reader: &mut R, cx: &mut Context<'_>, space: &mut [u8]) -> Poll<io::Result<usize>> {
    let mut buffer = ReadBuf::new(space);
    ready!(Pin::new(reader).poll_read(cx, &mut buffer))?;
    Poll::Ready(Ok(buffer.filled().len()))
}

fn poll_write<W: AsyncWrite + Unpin>(writer: &mut W, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
    match ready!(Pin::new(writer).poll_write(cx, bytes))? {
        0 => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
        written => Poll::Ready(Ok(written)),
    }
}
