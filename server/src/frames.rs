//! Follows the frames of an HTTP/2 connection, and stops one that costs more than it asks for.
//!
//! h2 bounds streams, header lists and streams that are reset before they are taken. What it answers for free is bounded
//! here: pings, settings, window updates, resets, empty frames. Each has a price; requests bring credit, and so does
//! time, slowly.
//!
//! Guarantees: a header block has as many bytes as an HTTP/1.1 head at most; a flood ends the connection.
//! Source: RFC 9113 §4.1, §6, §10.5.

use crate::framing::{HEAD_TOO_LARGE, Phase};
use crate::limits::Limits;
use crate::refusal::Refusal;
use tokio::time::Instant;

/// `PRI * HTTP/2.0` and what follows it (RFC 9113 §3.4), which h2 checks.
const PREFACE: usize = 24;
const FRAME_HEADER: usize = 9;
/// Credit at the beginning, and the most that is held.
const CREDIT: i64 = 1_000;
/// Credit that a request brings.
const REQUEST: i64 = 8;
/// Credit that a second brings.
const A_SECOND: i64 = 100;
/// A DATA frame with less than this costs as a control frame does, unless it is the last.
const SMALL_DATA: u32 = 64;

const FLOOD: Refusal = Refusal::bad_request("too many frames that ask for nothing");

/// The scanner of one connection.
pub(crate) struct Frames {
    preface: usize,
    header: [u8; FRAME_HEADER],
    have: usize,
    /// Bytes of the frame's payload that are still to come.
    left: u32,
    is_data: bool,
    /// Bytes of the header block that has begun and not ended.
    block: Option<usize>,
    head_bytes: usize,
    credit: i64,
    since: Instant,
}

impl Frames {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            preface: PREFACE,
            header: [0; FRAME_HEADER],
            have: 0,
            left: 0,
            is_data: false,
            block: None,
            head_bytes: limits.head_bytes,
            credit: CREDIT,
            since: Instant::now(),
        }
    }

    /// [`Phase::Head`] while something has begun that must soon end; bodies are timed where they are read.
    pub(crate) fn phase(&self) -> Phase {
        let begun = self.preface > 0 || self.have > 0 || (self.left > 0 && !self.is_data) || self.block.is_some();
        if begun { Phase::Head } else { Phase::Idle }
    }

    /// Follows the next bytes of the stream.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        let preface = self.preface.min(bytes.len());
        self.preface -= preface;
        bytes = bytes.get(preface..).unwrap_or_default();
        while !bytes.is_empty() {
            if self.left > 0 {
                let take = bytes.len().min(self.left as usize);
                self.left -= u32::try_from(take).unwrap_or(self.left);
                bytes = bytes.get(take..).unwrap_or_default();
                continue;
            }
            let take = bytes.len().min(FRAME_HEADER - self.have);
            let (part, rest) = bytes.split_at(take);
            if let Some(place) = self.header.get_mut(self.have..self.have + take) {
                place.copy_from_slice(part);
            }
            (self.have, bytes) = (self.have + take, rest);
            if self.have == FRAME_HEADER {
                self.have = 0;
                self.begin()?;
            }
        }
        Ok(())
    }

    /// A frame begins whose header is there.
    fn begin(&mut self) -> Result<(), Refusal> {
        const END_STREAM_OR_ACK: u8 = 1;
        const END_HEADERS: u8 = 4;
        let [a, b, c, kind, flags, ..] = self.header;
        self.left = u32::from_be_bytes([0, a, b, c]);
        self.is_data = kind == 0;
        match kind {
            0 if self.left < SMALL_DATA && flags & END_STREAM_OR_ACK == 0 => self.pay(2),
            0 => Ok(()),
            1 => {
                self.credit = CREDIT.min(self.credit + REQUEST);
                self.block = Some(0);
                self.block(flags & END_HEADERS != 0)
            }
            9 => {
                self.pay(1)?;
                self.block(flags & END_HEADERS != 0)
            }
            3 => self.pay(REQUEST + 1),
            4 | 6 if flags & END_STREAM_OR_ACK == 0 => self.pay(4),
            2 | 4 | 6 | 7 | 8 => self.pay(1),
            _ => self.pay(4),
        }
    }

    fn block(&mut self, ends: bool) -> Result<(), Refusal> {
        let bytes = self.block.unwrap_or(0) + self.left as usize;
        self.block = (!ends).then_some(bytes);
        if bytes > self.head_bytes { Err(HEAD_TOO_LARGE) } else { Ok(()) }
    }

    fn pay(&mut self, price: i64) -> Result<(), Refusal> {
        self.credit -= price;
        if self.credit >= 0 {
            return Ok(());
        }
        // The clock is read only by those who have used up what they had.
        let now = Instant::now();
        let earned = i64::try_from((now - self.since).as_millis()).unwrap_or(i64::MAX).saturating_mul(A_SECOND) / 1000;
        (self.credit, self.since) = (CREDIT.min(self.credit.saturating_add(earned)), now);
        if self.credit < 0 { Err(FLOOD) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, length: usize) -> Vec<u8> {
        let [_, a, b, c] = u32::try_from(length).unwrap().to_be_bytes();
        [vec![a, b, c, kind, flags, 0, 0, 0, 1], vec![0; length]].concat()
    }

    fn begun() -> Frames {
        let mut frames = Frames::new(&Limits::default());
        frames.feed(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
        frames
    }

    fn flood(frame: &[u8], count: usize) -> Result<(), Refusal> {
        let mut frames = begun();
        (0..count).try_for_each(|_| frames.feed(frame))
    }

    #[test]
    fn floods_end_and_requests_never_do() {
        for (kind, flags, length) in
            [(4, 0, 0), (6, 0, 8), (8, 0, 4), (2, 0, 5), (3, 0, 4), (0, 0, 0), (0, 0, 1), (77, 0, 9)]
        {
            assert_eq!(flood(&frame(kind, flags, length), 20_000), Err(FLOOD), "{kind}");
        }
        // A request with its body, an acknowledged ping and a window update.
        let request = [frame(1, 4, 100), frame(0, 0, 8_000), frame(0, 1, 10), frame(6, 1, 8), frame(8, 0, 4)].concat();
        assert_eq!(flood(&request, 20_000), Ok(()));
        // A client that gives up all that it may ask for at once.
        let mut frames = begun();
        (0..100).for_each(|_| frames.feed(&frame(1, 5, 50)).unwrap());
        (0..100).for_each(|_| frames.feed(&frame(3, 0, 4)).unwrap());
    }

    #[test]
    fn a_header_block_is_as_long_as_a_head_at_most() {
        let mut frames = begun();
        frames.feed(&frame(1, 0, 16_000)).unwrap();
        assert_eq!(frames.phase(), Phase::Head);
        let outcome = (0..10).try_for_each(|_| frames.feed(&frame(9, 0, 16_000)));
        assert_eq!(outcome, Err(HEAD_TOO_LARGE));
        assert_eq!(flood(&[frame(1, 0, 10), frame(9, 4, 10)].concat(), 5_000), Ok(()));
    }

    #[test]
    fn frames_are_followed_alike_however_they_are_cut() {
        let stream = [
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            frame(4, 0, 12),
            frame(1, 0, 30),
            frame(9, 4, 5),
            frame(0, 1, 300),
        ];
        let stream = stream.concat();
        for step in 1..stream.len() {
            let mut frames = Frames::new(&Limits::default());
            stream.chunks(step).for_each(|piece| frames.feed(piece).unwrap());
            assert_eq!((frames.phase(), frames.left, frames.have), (Phase::Idle, 0, 0), "{step}");
            assert_eq!(frames.credit, CREDIT - 5 + 4, "{step}");
        }
        for (end, phase) in
            [(10, Phase::Head), (24, Phase::Idle), (30, Phase::Head), (40, Phase::Head), (45, Phase::Idle)]
        {
            let mut frames = Frames::new(&Limits::default());
            frames.feed(&stream[..end]).unwrap();
            assert_eq!(frames.phase(), phase, "{end}");
        }
    }
}
