//! Progress, drawn on a terminal and nowhere else.

use std::io::{self, IsTerminal, Read, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Between two pictures, and before the first: what is quick is not worth one.
const PAUSE: Duration = Duration::from_millis(200);
/// Characters of the bar.
const WIDTH: usize = 24;

/// What has been read of all inputs.
pub(super) struct Progress {
    total: Option<u64>,
    done: AtomicU64,
    is_shown: bool,
    was_drawn: AtomicBool,
    last: Mutex<Instant>,
    started: Instant,
}

impl Progress {
    /// `total`: bytes to come, if they are known.
    pub(super) fn new(total: Option<u64>, is_wanted: bool) -> Self {
        let now = Instant::now();
        Self {
            total,
            done: AtomicU64::new(0),
            is_shown: is_wanted && io::stderr().is_terminal(),
            was_drawn: AtomicBool::new(false),
            last: Mutex::new(now),
            started: now,
        }
    }

    /// Counts what is read.
    pub(super) fn watch<R: Read>(&self, reader: R) -> Watched<'_, R> {
        Watched { reader, progress: self }
    }

    fn advance(&self, bytes: usize) {
        let done = self.done.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        if !self.is_shown {
            return;
        }
        // Another thread that draws does it for this one, too.
        let Ok(mut last) = self.last.try_lock() else { return };
        let now = Instant::now();
        if now.duration_since(*last) >= PAUSE {
            *last = now;
            self.was_drawn.store(true, Ordering::Relaxed);
            let picture = picture(done, self.total, now.duration_since(self.started));
            let _ = write!(io::stderr(), "\r\x1b[K{picture}");
        }
    }

    /// Takes the picture away, so that a line can be printed.
    pub(super) fn clear(&self) {
        if self.was_drawn.swap(false, Ordering::Relaxed) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// A reader whose bytes are counted.
pub(super) struct Watched<'p, R> {
    reader: R,
    progress: &'p Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(out)?;
        self.progress.advance(read);
        Ok(read)
    }
}

fn picture(done: u64, total: Option<u64>, elapsed: Duration) -> String {
    let speed = (done as f64 / elapsed.as_secs_f64().max(0.001)) as u64;
    let counted = format!("{}  {}/s", size(done), size(speed));
    let Some(total) = total.filter(|total| *total > 0) else { return counted };
    let done = done.min(total);
    let share = |of: usize| ((u128::from(done) * of as u128) / u128::from(total)) as usize;
    let bar = "#".repeat(share(WIDTH)) + &"-".repeat(WIDTH - share(WIDTH));
    let left = Duration::from_secs((total - done).checked_div(speed).unwrap_or_default()).as_secs();
    format!("[{bar}] {:3}%  {counted}  {}:{:02} left", share(100), left / 60, left % 60)
}

/// Bytes for people.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    while value >= 1024.0 {
        let Some(next) = units.next() else { break };
        (value, unit) = (value / 1024.0, next);
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{value:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_tells_how_far_it_is() {
        let second = Duration::from_secs(1);
        assert_eq!(picture(512, None, second), "512 B  512 B/s");
        let half = picture(1 << 20, Some(2 << 20), second);
        assert_eq!(half, "[############------------]  50%  1.0 MiB  1.0 MiB/s  0:01 left");
        assert!(picture(9, Some(3), second).starts_with("[########################] 100%"), "a file that grew");
        assert_eq!(size(3 << 40), "3.0 TiB");
        assert_eq!(size(u64::MAX), "16777216.0 TiB");
    }
}
