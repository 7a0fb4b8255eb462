//! Writers: that take plaintext and write a message, that take a message and write its plaintext.

use super::{Demand, Opener, Sealer, Summary, copy, failed_before, to_io};
use crate::{Decryptor, EncryptionContext, Error, MessageHeader};
use std::io::{self, ErrorKind, Write};

/// Takes plaintext and writes the message to `W`. Made by [`Encryptor::encrypt_writer`](crate::Encryptor::encrypt_writer).
///
/// Without [`Self::finish`] the message lacks its end, and no reader takes it.
#[must_use = "a message that is not finished is no message"]
pub struct EncryptWriter<W> {
    writer: W,
    sealer: Sealer,
    failed: bool,
}

impl<W: Write> EncryptWriter<W> {
    pub(crate) fn new(writer: W, sealer: Sealer) -> Self {
        Self { writer, sealer, failed: false }
    }

    /// The message's header.
    pub fn header(&self) -> &MessageHeader {
        self.sealer.header()
    }

    /// Completes the message.
    pub fn finish(mut self) -> Result<(W, Summary), Error> {
        if self.failed {
            return Err(failed_before());
        }
        self.drain()?;
        while !self.sealer.is_complete() {
            self.sealer.finish()?;
            self.drain()?;
        }
        self.writer.flush()?;
        Ok((self.writer, self.sealer.into_summary()))
    }

    fn drain(&mut self) -> io::Result<()> {
        while !self.sealer.output().is_empty() {
            let written = write(&mut self.writer, self.sealer.output())?;
            self.sealer.consume(written);
        }
        Ok(())
    }
}

impl<W: Write> Write for EncryptWriter<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Err(to_io(failed_before()));
        }
        self.drain()?;
        self.sealer.take(plaintext).inspect_err(|_| self.failed = true).map_err(to_io)
    }

    /// Writes what is sealed. A piece of a frame stays until the frame is full or the message is finished.
    fn flush(&mut self) -> io::Result<()> {
        self.drain()?;
        self.writer.flush()
    }
}

/// Takes a message and writes its plaintext to `W`. Made by
/// [`Decryptor::decrypt_writer`](crate::Decryptor::decrypt_writer).
///
/// Plaintext goes out frame by frame, each verified. **Unless [`Self::finish`] succeeds, throw away what was written.**
#[must_use = "only finishing tells whether the message is good"]
pub struct DecryptWriter<W> {
    writer: W,
    decryptor: Decryptor,
    context: EncryptionContext,
    opener: Opener,
    failed: bool,
}

impl<W: Write> DecryptWriter<W> {
    pub(crate) fn new(writer: W, decryptor: Decryptor, context: EncryptionContext) -> Self {
        let opener = decryptor.opener();
        Self { writer, decryptor, context, opener, failed: false }
    }

    /// The message's header and its whole context, once they were taken and verified.
    pub fn header(&self) -> Option<(&MessageHeader, &EncryptionContext)> {
        self.opener.header().map(|(header, context)| (header, context))
    }

    /// Ends the message: an error unless it is complete and verified.
    pub fn finish(mut self) -> Result<(W, Summary), Error> {
        if self.failed {
            return Err(failed_before());
        }
        self.drain()?;
        self.opener.end()?;
        self.writer.flush()?;
        Ok((self.writer, self.opener.into_summary()?))
    }

    /// Does all that can be done with what was taken.
    fn drain(&mut self) -> Result<(), Error> {
        loop {
            while !self.opener.output().is_empty() {
                let written = write(&mut self.writer, self.opener.output())?;
                self.opener.consume(written);
            }
            match self.opener.advance()? {
                Demand::Output => {}
                Demand::Materials(raw) => self.opener.verified(self.decryptor.verify(*raw, &self.context)?),
                Demand::Input | Demand::Nothing => return Ok(()),
            }
        }
    }

    fn guarded_drain(&mut self) -> io::Result<()> {
        if self.failed {
            return Err(to_io(failed_before()));
        }
        // Output that was not written yet stays, so a writer that could not take it may be asked again.
        let is_final = |error: &Error| !matches!(error, Error::Io(_));
        self.drain().inspect_err(|error| self.failed = is_final(error)).map_err(to_io)
    }
}

impl<W: Write> Write for DecryptWriter<W> {
    fn write(&mut self, message: &[u8]) -> io::Result<usize> {
        self.guarded_drain()?;
        let length = copy(message, self.opener.space());
        self.opener.commit(length);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.guarded_drain()?;
        self.writer.flush()
    }
}

fn write(writer: &mut impl Write, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match writer.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
