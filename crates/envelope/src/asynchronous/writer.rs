//! Writers: that take plaintext and write a message, that take a message and write its plaintext.

use super::{Verification, poll_write};
use crate::stream::{Demand, Opener, Sealer, Summary, copy, failed_before, to_io};
use crate::{EncryptionContext, Error, MessageHeader};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::AsyncWrite;

/// Takes plaintext and writes the message to `W`. Made by
/// [`Encryptor::encrypt_async_writer`](crate::Encryptor::encrypt_async_writer).
///
/// Unless it is shut down or finished, the message lacks its end, and no reader takes it.
#[must_use = "a message that is not finished is no message"]
pub struct EncryptWriter<W> {
    writer: W,
    sealer: Sealer,
    failed: bool,
}

impl<W: AsyncWrite + Unpin> EncryptWriter<W> {
    pub(super) fn new(writer: W, sealer: Sealer) -> Self {
        Self { writer, sealer, failed: false }
    }

    /// The message's header.
    pub fn header(&self) -> &MessageHeader {
        self.sealer.header()
    }

    /// Completes the message, and leaves the writer open.
    pub async fn finish(mut self) -> Result<(W, Summary), Error> {
        poll_fn(|cx| self.poll_complete(cx)).await?;
        poll_fn(|cx| Pin::new(&mut self.writer).poll_flush(cx)).await?;
        Ok((self.writer, self.sealer.into_summary()))
    }

    fn poll_complete(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        while !self.sealer.is_complete() {
            self.sealer.finish().inspect_err(|_| self.failed = true).map_err(to_io)?;
            ready!(self.poll_drain(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.failed {
            return Poll::Ready(Err(to_io(failed_before())));
        }
        while !self.sealer.output().is_empty() {
            let written = ready!(poll_write(&mut self.writer, cx, self.sealer.output()))?;
            self.sealer.consume(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for EncryptWriter<W> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, plaintext: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_drain(cx))?;
        Poll::Ready(this.sealer.take(plaintext).inspect_err(|_| this.failed = true).map_err(to_io))
    }

    /// Writes what is sealed. A piece of a frame stays until the frame is full or the message is finished.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_drain(cx))?;
        Pin::new(&mut this.writer).poll_flush(cx)
    }

    /// Completes the message.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_complete(cx))?;
        Pin::new(&mut this.writer).poll_shutdown(cx)
    }
}

/// Takes a message and writes its plaintext to `W`. Made by
/// [`Decryptor::decrypt_async_writer`](crate::Decryptor::decrypt_async_writer).
///
/// Plaintext goes out frame by frame, each verified. **Unless shutting it down or [`Self::finish`] succeeds, throw away
/// what was written.**
#[must_use = "only finishing tells whether the message is good"]
pub struct DecryptWriter<W> {
    writer: W,
    opener: Opener,
    verification: Verification,
    failed: bool,
}

impl<W: AsyncWrite + Unpin> DecryptWriter<W> {
    pub(super) fn new(writer: W, verification: Verification) -> Self {
        let opener = verification.decryptor.opener();
        Self { writer, opener, verification, failed: false }
    }

    /// The message's header and its whole context, once they were taken and verified.
    pub fn header(&self) -> Option<(&MessageHeader, &EncryptionContext)> {
        self.opener.header().map(|(header, context)| (header, context))
    }

    /// Ends the message: an error unless it is complete and verified. Leaves the writer open.
    pub async fn finish(mut self) -> Result<(W, Summary), Error> {
        poll_fn(|cx| self.poll_complete(cx)).await?;
        poll_fn(|cx| Pin::new(&mut self.writer).poll_flush(cx)).await?;
        Ok((self.writer, self.opener.into_summary()?))
    }

    fn poll_complete(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Poll::Ready(self.opener.end().map_err(to_io))
    }

    /// Does all that can be done with what was taken.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.failed {
            return Poll::Ready(Err(to_io(failed_before())));
        }
        // Output that was not written yet stays, so a writer that could not take it may be asked again.
        let is_final = |error: &Error| !matches!(error, Error::Io(_));
        self.poll_work(cx).map(|result| result.inspect_err(|error| self.failed = is_final(error)).map_err(to_io))
    }

    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        loop {
            if let Some(message) = ready!(self.verification.poll(cx))? {
                self.opener.verified(message);
            }
            while !self.opener.output().is_empty() {
                let written = ready!(poll_write(&mut self.writer, cx, self.opener.output()))?;
                self.opener.consume(written);
            }
            match self.opener.advance()? {
                Demand::Output => {}
                Demand::Materials(raw) => self.verification.begin(*raw),
                Demand::Input | Demand::Nothing => return Poll::Ready(Ok(())),
            }
        }
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for DecryptWriter<W> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, message: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_drain(cx))?;
        let length = copy(message, this.opener.space());
        this.opener.commit(length);
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_drain(cx))?;
        Pin::new(&mut this.writer).poll_flush(cx)
    }

    /// Ends the message: an error unless it is complete and verified.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_complete(cx))?;
        Pin::new(&mut this.writer).poll_shutdown(cx)
    }
}
