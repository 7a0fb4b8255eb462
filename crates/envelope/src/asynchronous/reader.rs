//! Readers: of a message while its plaintext is read, of plaintext while its message is read.

use super::{Verification, poll_read};
use crate::stream::{Demand, Opener, Sealer, Summary, copy, failed_before, to_io, unfinished};
use crate::{EncryptionContext, Error, MessageHeader};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

/// Reads plaintext from `R` and gives the message. Made by
/// [`Encryptor::encrypt_async_reader`](crate::Encryptor::encrypt_async_reader).
pub struct EncryptReader<R> {
    reader: R,
    sealer: Sealer,
    at_end: bool,
    failed: bool,
}

impl<R: AsyncRead + Unpin> EncryptReader<R> {
    pub(super) fn new(reader: R, sealer: Sealer) -> Self {
        Self { reader, sealer, at_end: false, failed: false }
    }

    /// The message's header.
    pub fn header(&self) -> &MessageHeader {
        self.sealer.header()
    }

    /// What went through, once the message was read to its end.
    pub fn finish(self) -> Result<Summary, Error> {
        if !self.sealer.is_complete() || !self.sealer.output().is_empty() {
            return Err(unfinished());
        }
        Ok(self.sealer.into_summary())
    }

    fn poll_advance(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while self.sealer.output().is_empty() && !self.sealer.is_complete() {
            if self.at_end {
                self.sealer.finish()?;
            } else {
                let read = ready!(poll_read(&mut self.reader, cx, self.sealer.space()))?;
                self.sealer.commit(read);
                self.at_end = read == 0;
                self.sealer.seal()?;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncRead + Unpin> AsyncBufRead for EncryptReader<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.failed {
            return Poll::Ready(Err(to_io(failed_before())));
        }
        ready!(this.poll_advance(cx)).inspect_err(|_| this.failed = true).map_err(to_io)?;
        Poll::Ready(Ok(this.sealer.output()))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().sealer.consume(amount);
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for EncryptReader<R> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        read_buffered(self, cx, out)
    }
}

/// Reads a message from `R` and gives its plaintext. Made by
/// [`Decryptor::decrypt_async_reader`](crate::Decryptor::decrypt_async_reader).
///
/// Plaintext comes out frame by frame, each verified; the end comes only after all of the message is. **After an error,
/// throw away what was read before it.**
pub struct DecryptReader<R> {
    reader: R,
    opener: Opener,
    verification: Verification,
    at_end: bool,
    failed: bool,
}

impl<R: AsyncRead + Unpin> DecryptReader<R> {
    pub(super) fn new(reader: R, verification: Verification) -> Self {
        let opener = verification.decryptor.opener();
        Self { reader, opener, verification, at_end: false, failed: false }
    }

    /// The message's header and its whole context, verified; reads so far if need be.
    pub async fn header(&mut self) -> Result<(&MessageHeader, &EncryptionContext), Error> {
        if self.failed {
            return Err(failed_before());
        }
        while self.opener.header().is_none() {
            poll_fn(|cx| self.poll_step(cx)).await.inspect_err(|_| self.failed = true)?;
        }
        let (header, context) = self.opener.header().ok_or_else(failed_before)?;
        Ok((header, context))
    }

    /// What went through, once the plaintext was read to its end.
    pub fn finish(self) -> Result<Summary, Error> {
        if !self.at_end || self.failed || !self.opener.output().is_empty() {
            return Err(unfinished());
        }
        self.opener.end()?;
        self.opener.into_summary()
    }

    /// One step on; tells whether there is another one.
    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, Error>> {
        if let Some(message) = ready!(self.verification.poll(cx))? {
            self.opener.verified(message);
        }
        match self.opener.advance()? {
            Demand::Output => {}
            Demand::Materials(raw) => self.verification.begin(*raw),
            Demand::Input | Demand::Nothing if self.at_end => {
                self.opener.end()?;
                return Poll::Ready(Ok(false));
            }
            // That nothing follows the message is known at the end only.
            Demand::Input | Demand::Nothing => {
                let read = ready!(poll_read(&mut self.reader, cx, self.opener.space()))?;
                self.opener.commit(read);
                self.at_end = read == 0;
            }
        }
        Poll::Ready(Ok(true))
    }

    fn poll_advance(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while self.opener.output().is_empty() && ready!(self.poll_step(cx))? {}
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncRead + Unpin> AsyncBufRead for DecryptReader<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.failed {
            return Poll::Ready(Err(to_io(failed_before())));
        }
        ready!(this.poll_advance(cx)).inspect_err(|_| this.failed = true).map_err(to_io)?;
        Poll::Ready(Ok(this.opener.output()))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().opener.consume(amount);
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for DecryptReader<R> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        read_buffered(self, cx, out)
    }
}

fn read_buffered<R: AsyncBufRead>(
    mut reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    out: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    let bytes = ready!(reader.as_mut().poll_fill_buf(cx))?;
    let length = copy(bytes, out.initialize_unfilled());
    out.advance(length);
    reader.consume(length);
    Poll::Ready(Ok(()))
}
