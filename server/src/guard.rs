//! The byte stream under hyper: checks framing and keeps time.
//!
//! Guarantees: a client that sends a head or a body too slowly, holds an idle connection too long, or does not take its
//! answer is cut off; a head that [`Framing`] refuses never reaches hyper whole. Deadlines cost nothing on the fast
//! path: the clock is read only when a read would wait, and the timer is re-armed only when it fires.

use crate::frames::Frames;
use crate::framing::{Framing, Phase};
use crate::limits::Limits;
use crate::refusal::{HEAD_SLOW, Refusal};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// What the connection's service is doing, told to its [`Guard`].
#[derive(Clone, Default)]
pub(crate) struct Activity(Arc<AtomicU8>);

const WAITING: u8 = 0;
const CALLING: u8 = 1;

impl Activity {
    /// Marks a call as under way until the returned value is dropped: the client owes nothing meanwhile.
    pub(crate) fn calling(&self) -> Calling<'_> {
        self.0.store(CALLING, Ordering::Release);
        Calling(self)
    }

    fn is_calling(&self) -> bool {
        self.0.load(Ordering::Acquire) == CALLING
    }
}

/// A call under way.
pub(crate) struct Calling<'a>(&'a Activity);

impl Drop for Calling<'_> {
    fn drop(&mut self) {
        self.0.0.store(WAITING, Ordering::Release);
    }
}

/// A stream with a watch on it.
pub(crate) struct Guard<S> {
    io: S,
    scanner: Scanner,
    limits: Limits,
    activity: Activity,
    wait: Option<Wait>,
    body_bytes: u64,
    read_timer: Timer,
    write_timer: Timer,
    write_since: Option<Instant>,
    /// When the sending side was ended, and how much came and was dropped since.
    ended: Option<Instant>,
    dropped: usize,
    refusal: Option<Refusal>,
}

/// What follows the bytes of a connection.
enum Scanner {
    Http1(Framing),
    Http2(Frames),
}

impl Scanner {
    fn phase(&self) -> Phase {
        match self {
            Self::Http1(framing) => framing.phase(),
            Self::Http2(frames) => frames.phase(),
        }
    }

    fn feed(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        match self {
            Self::Http1(framing) => framing.feed(bytes),
            Self::Http2(frames) => frames.feed(bytes),
        }
    }
}

/// What the client is being waited for, and since when.
#[derive(Clone, Copy)]
struct Wait {
    phase: Phase,
    since: Instant,
}

impl<S> Guard<S> {
    pub(crate) fn new(io: S, limits: Limits, activity: Activity) -> Self {
        Self::with(io, Scanner::Http1(Framing::new(&limits)), limits, activity)
    }

    /// For HTTP/2, whose silence between frames is its driver's to end, and whose bodies the service times.
    pub(crate) fn http2(io: S, limits: Limits, activity: Activity) -> Self {
        Self::with(io, Scanner::Http2(Frames::new(&limits)), limits, activity)
    }

    fn with(io: S, scanner: Scanner, limits: Limits, activity: Activity) -> Self {
        Self {
            io,
            scanner,
            limits,
            activity,
            wait: None,
            body_bytes: 0,
            read_timer: Timer::default(),
            write_timer: Timer::default(),
            write_since: None,
            ended: None,
            dropped: 0,
            refusal: None,
        }
    }

    /// The bare stream, what the client should be told before it closes, and whether it stands between requests.
    pub(crate) fn into_parts(self) -> (S, Option<Refusal>, bool) {
        (self.io, self.refusal, self.scanner.phase() == Phase::Idle)
    }

    fn deadline(&mut self) -> (Phase, Instant) {
        let phase = self.scanner.phase();
        let since = match self.wait {
            Some(wait) if wait.phase == phase => wait.since,
            _ => {
                self.body_bytes = 0;
                let since = Instant::now();
                self.wait = Some(Wait { phase, since });
                since
            }
        };
        let allowed = match phase {
            Phase::Idle => self.limits.idle,
            Phase::Head => self.limits.head,
            Phase::Body => self.limits.body_grace + Duration::from_secs(self.body_bytes / self.limits.body_rate.max(1)),
        };
        (phase, since + allowed)
    }

    /// Runs while the client sends nothing; ready when it has been given enough time.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if matches!(&self.scanner, Scanner::Http2(frames) if frames.phase() == Phase::Idle) {
            return Poll::Pending;
        }
        if self.scanner.phase() != Phase::Body && self.activity.is_calling() {
            // hyper need not ask again when the call ends, so the timer has to wake it in any case.
            let since = Instant::now();
            self.wait = Some(Wait { phase: Phase::Idle, since });
            let _ = self.read_timer.poll(cx, since + self.limits.idle);
            return Poll::Pending;
        }
        let (phase, deadline) = self.deadline();
        ready!(self.read_timer.poll(cx, deadline));
        match phase {
            // An end of the stream between requests is how hyper is told to close in peace.
            Phase::Idle => return Poll::Ready(Ok(())),
            Phase::Head => self.refusal = Some(HEAD_SLOW),
            Phase::Body => {}
        }
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn follow(&mut self, bytes: &[u8]) -> io::Result<()> {
        let before = self.scanner.phase();
        let outcome = self.scanner.feed(bytes);
        match self.scanner.phase() {
            Phase::Body => self.body_bytes += bytes.len() as u64,
            // A whole request came at once, or its rest: the next wait is a new one.
            Phase::Idle => self.wait = None,
            Phase::Head => {}
        }
        outcome.map_err(|refusal| {
            // A bad body is answered by the service, which is reading it.
            if before != Phase::Body {
                self.refusal = Some(refusal);
            }
            io::Error::new(io::ErrorKind::InvalidData, refusal.message())
        })
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.refusal.is_some() {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        let before = buf.filled().len();
        match Pin::new(&mut this.io).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                let new = buf.filled().get(before..).unwrap_or_default();
                Poll::Ready(this.follow(new))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => this.poll_patience(cx),
        }
    }
}

impl<S: AsyncWrite + Unpin> Guard<S> {
    fn watch_write<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.write_since = None;
            return outcome;
        }
        let since = *self.write_since.get_or_insert_with(Instant::now);
        ready!(self.write_timer.poll(cx, since + self.limits.write_stall));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guard<S> {
    /// Reads and drops what a client still sends after the last answer. A socket that is closed with unread bytes resets the
    /// connection instead, and answers on their way are lost.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.ended.get_or_insert_with(Instant::now).checked_add(self.limits.linger);
        let mut bytes = [0; 4096];
        while self.dropped < self.limits.drain_bytes {
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.io).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.dropped += buffer.filled().len(),
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    let Some(deadline) = deadline else { return Poll::Ready(()) };
                    return self.read_timer.poll(cx, deadline);
                }
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.io).poll_write(cx, buf);
        self.watch_write(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.watch_write(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.io).poll_flush(cx);
        self.watch_write(cx, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.ended.is_none() {
            ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
        }
        // Of HTTP/1.1 the connection is given back, and lingers in its own way.
        if matches!(self.scanner, Scanner::Http2(_)) {
            ready!(self.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}

/// A timer that is made when first needed and moved only when it would fire too early or too late.
#[derive(Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    fn poll(&mut self, cx: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        loop {
            if sleep.deadline() > deadline || sleep.is_elapsed() {
                sleep.as_mut().reset(deadline);
            }
            ready!(sleep.as_mut().poll(cx));
            if sleep.deadline() >= deadline {
                return Poll::Ready(());
            }
        }
    }
}
