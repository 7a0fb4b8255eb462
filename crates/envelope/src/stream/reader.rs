//! Readers: of a message while its plaintext is read, of plaintext while its message is read.

use super::{Demand, Opener, Sealer, Summary, copy, failed_before, read, to_io, unfinished};
use crate::{Decryptor, EncryptionContext, Error, MessageHeader};
use std::io::{self, BufRead, ErrorKind, Read};

/// Reads plaintext from `R` and gives the message. Made by [`Encryptor::encrypt_reader`](crate::Encryptor::encrypt_reader).
pub struct EncryptReader<R> {
    reader: R,
    sealer: Sealer,
    at_end: bool,
    failed: bool,
}

impl<R: Read> EncryptReader<R> {
    pub(crate) fn new(reader: R, sealer: Sealer) -> Self {
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

    fn advance(&mut self) -> Result<(), Error> {
        while self.sealer.output().is_empty() && !self.sealer.is_complete() {
            if self.at_end {
                self.sealer.finish()?;
            } else {
                let read = read(&mut self.reader, self.sealer.space())?;
                self.sealer.commit(read);
                self.at_end = read == 0;
                self.sealer.seal()?;
            }
        }
        Ok(())
    }
}

impl<R: Read> BufRead for EncryptReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        guard(self.failed)?;
        self.advance().inspect_err(|error| self.failed = is_final(error)).map_err(to_io)?;
        Ok(self.sealer.output())
    }

    fn consume(&mut self, amount: usize) {
        self.sealer.consume(amount);
    }
}

impl<R: Read> Read for EncryptReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = copy(self.fill_buf()?, out);
        self.consume(length);
        Ok(length)
    }
}

/// Reads a message from `R` and gives its plaintext. Made by
/// [`Decryptor::decrypt_reader`](crate::Decryptor::decrypt_reader).
///
/// Plaintext comes out frame by frame, each verified; the end comes only after all of the message is. **After an error,
/// throw away what was read before it.**
pub struct DecryptReader<R> {
    reader: R,
    decryptor: Decryptor,
    context: EncryptionContext,
    opener: Opener,
    at_end: bool,
    failed: bool,
}

impl<R: Read> DecryptReader<R> {
    pub(crate) fn new(reader: R, decryptor: Decryptor, context: EncryptionContext) -> Self {
        let opener = decryptor.opener();
        Self { reader, decryptor, context, opener, at_end: false, failed: false }
    }

    /// The message's header and its whole context, verified; reads so far if need be.
    pub fn header(&mut self) -> Result<(&MessageHeader, &EncryptionContext), Error> {
        guard(self.failed)?;
        while self.opener.header().is_none() {
            self.step().inspect_err(|error| self.failed = is_final(error))?;
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

    fn advance(&mut self) -> Result<(), Error> {
        while self.opener.output().is_empty() && self.step()? {}
        Ok(())
    }

    /// One step on; tells whether there is another one.
    fn step(&mut self) -> Result<bool, Error> {
        match self.opener.advance()? {
            Demand::Output => {}
            Demand::Materials(raw) => self.opener.verified(self.decryptor.verify(*raw, &self.context)?),
            Demand::Input | Demand::Nothing if self.at_end => {
                self.opener.end()?;
                return Ok(false);
            }
            // That nothing follows the message is known at the end only.
            Demand::Input | Demand::Nothing => {
                let read = read(&mut self.reader, self.opener.space())?;
                self.opener.commit(read);
                self.at_end = read == 0;
            }
        }
        Ok(true)
    }
}

impl<R: Read> BufRead for DecryptReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        guard(self.failed)?;
        self.advance().inspect_err(|error| self.failed = is_final(error)).map_err(to_io)?;
        Ok(self.opener.output())
    }

    fn consume(&mut self, amount: usize) {
        self.opener.consume(amount);
    }
}

impl<R: Read> Read for DecryptReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = copy(self.fill_buf()?, out);
        self.consume(length);
        Ok(length)
    }
}

/// Whether a stream is lost with this error. A reader that had nothing at hand may be asked again.
fn is_final(error: &Error) -> bool {
    !matches!(error, Error::Io(error) if error.kind() == ErrorKind::WouldBlock)
}

fn guard(failed: bool) -> io::Result<()> {
    if failed { Err(to_io(failed_before())) } else { Ok(()) }
}
