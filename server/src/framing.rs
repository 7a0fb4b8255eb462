//! Follows where each HTTP/1.1 request begins and ends, and refuses whatever two readers could see differently.
//!
//! hyper is lenient in ways that are right for a server alone and dangerous behind a proxy: it drops one of
//! `Content-Length` and `Transfer-Encoding` when both are there, accepts lines that end in a bare line feed, and takes a
//! length given twice. This scanner sees the same bytes first and stops the connection at the first such oddity.
//!
//! Guarantees: what passes has exactly one framing; a violation is found before the head's last byte reaches hyper.
//! Source: RFC 9112 §2.2, §5.2, §6.1–6.3, §11.2.

use crate::limits::Limits;
use crate::refusal::Refusal;

/// Longest line that gives a chunk's size, extensions included. No AWS client sends extensions without signing.
const CHUNK_LINE: usize = 1024;
/// Largest trailer section of a chunked body.
const TRAILER_BYTES: usize = 8 * 1024;

/// Where in the stream the next byte belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    /// Between requests.
    Idle,
    /// In a request head.
    Head,
    /// In a request body.
    Body,
}

/// The scanner of one connection.
pub(crate) struct Framing {
    state: State,
    /// The part of the current line that earlier reads brought.
    partial: Vec<u8>,
    head: Head,
    head_bytes: usize,
    header_lines: usize,
}

#[derive(Clone, Copy)]
enum State {
    Start,
    Head,
    Body(u64),
    ChunkSize,
    ChunkData(u64),
    ChunkEnd,
    Trailer(usize),
}

/// What the head told so far.
#[derive(Default)]
struct Head {
    bytes: usize,
    lines: usize,
    length: Option<u64>,
    chunked: bool,
    host: bool,
}

impl Framing {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            state: State::Start,
            partial: Vec::new(),
            head: Head::default(),
            head_bytes: limits.head_bytes,
            header_lines: limits.header_lines,
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.state {
            State::Start if self.partial.is_empty() => Phase::Idle,
            State::Start | State::Head => Phase::Head,
            _ => Phase::Body,
        }
    }

    /// Follows the next bytes of the stream.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        while !bytes.is_empty() {
            bytes = match self.state {
                State::Start | State::Head => self.line(bytes, Self::head_line)?,
                State::ChunkSize => self.line(bytes, Self::chunk_size)?,
                State::ChunkEnd => self.line(bytes, Self::chunk_end)?,
                State::Trailer(_) => self.line(bytes, Self::trailer)?,
                State::Body(left) => self.skip(bytes, left, State::Body, State::Start),
                State::ChunkData(left) => self.skip(bytes, left, State::ChunkData, State::ChunkEnd),
            };
        }
        Ok(())
    }

    fn skip<'a>(&mut self, bytes: &'a [u8], left: u64, stay: fn(u64) -> State, then: State) -> &'a [u8] {
        let take = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let left = left - take as u64;
        self.state = if left == 0 { then } else { stay(left) };
        bytes.get(take..).unwrap_or_default()
    }

    /// Completes a line, hands it to `read` without its end, and returns what follows it.
    fn line<'a>(
        &mut self,
        bytes: &'a [u8],
        read: fn(&mut Self, &[u8]) -> Result<(), Refusal>,
    ) -> Result<&'a [u8], Refusal> {
        let Some(end) = memchr::memchr(b'\n', bytes) else {
            self.partial.extend_from_slice(bytes);
            self.check_partial()?;
            return Ok(&[]);
        };
        let (line, rest) = bytes.split_at(end + 1);
        if self.partial.is_empty() {
            read(self, without_end(line)?)?;
        } else {
            let mut whole = std::mem::take(&mut self.partial);
            whole.extend_from_slice(line);
            read(self, without_end(&whole)?)?;
        }
        Ok(rest)
    }

    /// A line that never ends must not grow without bound.
    fn check_partial(&self) -> Result<(), Refusal> {
        let length = self.partial.len();
        match self.state {
            State::Start | State::Head if self.head.bytes + length > self.head_bytes => Err(HEAD_TOO_LARGE),
            State::ChunkSize | State::ChunkEnd if length > CHUNK_LINE => Err(CHUNK),
            State::Trailer(used) if used + length > TRAILER_BYTES => Err(CHUNK),
            _ => Ok(()),
        }
    }

    fn head_line(&mut self, line: &[u8]) -> Result<(), Refusal> {
        if line.is_empty() {
            if matches!(self.state, State::Head) {
                self.finish_head()?;
            }
            // An empty line before a request line is skipped, by hyper too.
            return Ok(());
        }
        self.head.bytes += line.len() + 2;
        if self.head.bytes > self.head_bytes || self.head.lines > self.header_lines {
            return Err(HEAD_TOO_LARGE);
        }
        self.head.lines += 1;
        if matches!(self.state, State::Start) {
            self.state = State::Head;
            return Ok(());
        }
        self.head.header(line)
    }

    fn finish_head(&mut self) -> Result<(), Refusal> {
        let head = std::mem::take(&mut self.head);
        self.state = match (head.chunked, head.length) {
            (true, Some(_)) => return Err(LENGTH_AND_ENCODING),
            (true, None) => State::ChunkSize,
            (false, None | Some(0)) => State::Start,
            (false, Some(length)) => State::Body(length),
        };
        Ok(())
    }

    fn chunk_size(&mut self, line: &[u8]) -> Result<(), Refusal> {
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii_end();
        let size = std::str::from_utf8(digits)
            .ok()
            .filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()) && text.len() <= 15)
            .and_then(|text| u64::from_str_radix(text, 16).ok())
            .ok_or(CHUNK)?;
        self.state = if size == 0 { State::Trailer(0) } else { State::ChunkData(size) };
        Ok(())
    }

    fn chunk_end(&mut self, line: &[u8]) -> Result<(), Refusal> {
        self.state = State::ChunkSize;
        if line.is_empty() { Ok(()) } else { Err(CHUNK) }
    }

    fn trailer(&mut self, line: &[u8]) -> Result<(), Refusal> {
        let State::Trailer(used) = self.state else { return Err(CHUNK) };
        self.state = if line.is_empty() { State::Start } else { State::Trailer(used + line.len()) };
        if used + line.len() > TRAILER_BYTES { Err(CHUNK) } else { Ok(()) }
    }
}

impl Head {
    fn header(&mut self, line: &[u8]) -> Result<(), Refusal> {
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            return Err(FOLDED);
        }
        // Names that frame or route the request; anything else is hyper's to judge.
        match line.first().map(u8::to_ascii_lowercase) {
            Some(b'c') => {
                if let Some(value) = value(line, b"content-length") {
                    let digits = std::str::from_utf8(value).ok().filter(|v| v.bytes().all(|b| b.is_ascii_digit()));
                    let length = digits.and_then(|digits| digits.parse().ok()).ok_or(LENGTH)?;
                    if self.length.replace(length).is_some() {
                        return Err(LENGTH_TWICE);
                    }
                }
            }
            Some(b't') => {
                if let Some(value) = value(line, b"transfer-encoding")
                    && (!value.eq_ignore_ascii_case(b"chunked") || std::mem::replace(&mut self.chunked, true))
                {
                    return Err(ENCODING);
                }
            }
            Some(b'h') if value(line, b"host").is_some() && std::mem::replace(&mut self.host, true) => {
                return Err(HOST_TWICE);
            }
            _ => {}
        }
        Ok(())
    }
}

fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = line.split_at_checked(name.len())?;
    // Space before the colon is refused by hyper; seen here as the same header, it cannot hide a second length.
    let rest = rest.trim_ascii_start().strip_prefix(b":")?;
    start.eq_ignore_ascii_case(name).then(|| rest.trim_ascii())
}

fn without_end(line: &[u8]) -> Result<&[u8], Refusal> {
    line.strip_suffix(b"\r\n").ok_or(BARE_LINE_FEED)
}

const BARE_LINE_FEED: Refusal = Refusal::bad_request("a line of the request does not end in CRLF");
const FOLDED: Refusal = Refusal::bad_request("a header is folded over several lines");
const LENGTH: Refusal = Refusal::bad_request("Content-Length is not a number");
const LENGTH_TWICE: Refusal = Refusal::bad_request("Content-Length is given twice");
const LENGTH_AND_ENCODING: Refusal = Refusal::bad_request("both Content-Length and Transfer-Encoding are given");
const ENCODING: Refusal = Refusal::bad_request("the only Transfer-Encoding accepted is chunked, once");
const HOST_TWICE: Refusal = Refusal::bad_request("Host is given twice");
const CHUNK: Refusal = Refusal::bad_request("the chunked body is malformed");
pub(crate) const HEAD_TOO_LARGE: Refusal =
    Refusal::new(431, "RequestHeaderSectionTooLarge", "the request's head is too large");

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(stream: &[u8], step: usize) -> Result<Phase, Refusal> {
        let mut framing = Framing::new(&Limits::default());
        for piece in stream.chunks(step) {
            framing.feed(piece)?;
        }
        Ok(framing.phase())
    }

    /// Every stream must be judged alike however the network cuts it.
    fn judge(stream: &str) -> Option<Phase> {
        let whole = scan(stream.as_bytes(), usize::MAX).ok();
        for step in 1..stream.len() {
            assert_eq!(scan(stream.as_bytes(), step).ok(), whole, "cut every {step} bytes: {stream:?}");
        }
        whole
    }

    #[test]
    fn well_framed_requests_end_between_requests() {
        for stream in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe\nlo",
            "POST / HTTP/1.1\r\nHost: a\r\ncontent-length:0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhe\nlo\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n00\r\nx: y\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Lengthy: x\r\nHosts: 1\r\nTransfer-Encodings: a\r\n\r\n",
        ] {
            assert_eq!(judge(stream), Some(Phase::Idle), "{stream:?}");
        }
    }

    #[test]
    fn unfinished_requests_are_known_to_be_so() {
        assert_eq!(judge("GET / HTTP/1.1\r\nHost: a\r\n"), Some(Phase::Head));
        assert_eq!(judge("G"), Some(Phase::Head));
        assert_eq!(judge("POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\nhello"), Some(Phase::Body));
        assert_eq!(
            judge("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"),
            Some(Phase::Body)
        );
    }

    #[test]
    fn whatever_could_be_framed_twice_is_refused() {
        for stream in [
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
            "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nCONTENT-length: 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nContent-Length : 5\r\nContent-Length: 6\r\n\r\nhello",
            "POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nContent-Length: \r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        ] {
            assert_eq!(judge(stream), None, "{stream:?}");
        }
    }

    #[test]
    fn bytes_that_went_wrong_are_judged_alike_however_they_are_cut() {
        const STREAM: &[u8] =
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nT: t\r\n\r\n\
            POST / HTTP/1.1\r\nContent-Length: 3\r\nHost: a\r\n\r\nabcGET / HTTP/1.1\r\nHost: b\r\n\r\n";
        const ODD: &[u8] = b"\r\n\0 \t:;,09afX\xff";
        let rng = base::SeededRng::new(20_261_125);
        let draw = |below: usize| {
            let mut bytes = [0; 2];
            base::Rng::fill(&rng, &mut bytes);
            usize::from(u16::from_be_bytes(bytes)) % below
        };
        let mut refused = 0;
        for _ in 0..5_000 {
            let mut stream = STREAM.to_vec();
            for _ in 0..=draw(3) {
                let place = draw(stream.len());
                match draw(3) {
                    0 => stream[place] = ODD[draw(ODD.len())],
                    1 => stream.insert(place, ODD[draw(ODD.len())]),
                    _ => drop(stream.remove(place)),
                }
            }
            let whole = scan(&stream, usize::MAX);
            let step = 1 + draw(40);
            assert_eq!(scan(&stream, step), whole, "every {step}: {:?}", String::from_utf8_lossy(&stream));
            refused += usize::from(whole.is_err());
        }
        assert!((500..4_500).contains(&refused), "{refused} of 5000 were refused: the changes test nothing");
    }

    #[test]
    fn heads_are_bounded_in_bytes_and_lines() {
        let long = format!("GET / HTTP/1.1\r\nA: {}", "x".repeat(70_000));
        assert!(scan(long.as_bytes(), 1000).is_err_and(|r| r.status == 431));
        let many = format!("GET / HTTP/1.1\r\n{}", "A: b\r\n".repeat(101));
        assert!(scan(many.as_bytes(), 1000).is_err_and(|r| r.status == 431));
        let fits = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(100));
        assert_eq!(scan(fits.as_bytes(), 1000).ok(), Some(Phase::Idle));
    }
}
