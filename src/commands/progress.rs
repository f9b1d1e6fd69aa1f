//! How far a long run has come.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A line on the terminal that tells how far a run has come. Nothing is shown where standard error
/// is no terminal, or within the first second. The line is gone when this is dropped.
#[derive(Debug)]
pub struct Progress {
    /// `None`: nothing is shown.
    started: Option<Instant>,
    /// Milliseconds after the start at which the line may be drawn again.
    due: AtomicU64,
}

impl Progress {
    const FIRST: Duration = Duration::from_secs(1);
    const STEP: Duration = Duration::from_millis(100);

    /// Starts the clock. `quiet` shows nothing.
    #[expect(
        clippy::disallowed_methods,
        reason = "what is shown on the way depends on the clock; output does not"
    )]
    pub fn new(quiet: bool) -> Progress {
        let shown = !quiet && std::io::stderr().is_terminal();
        Progress {
            started: shown.then(Instant::now),
            due: AtomicU64::new(Progress::FIRST.as_millis() as u64),
        }
    }

    /// Tells what is being done, where it cannot be counted: at once if the first second is over.
    pub fn say(&self, doing: &str) {
        let Some(started) = self.started else { return };
        let now = started.elapsed().as_millis() as u64;
        if now >= Progress::FIRST.as_millis() as u64 {
            self.due.store(now + Progress::STEP.as_millis() as u64, Ordering::Relaxed);
            draw(&format!("\r{doing}\x1b[K"));
        }
    }

    /// Tells that `done` of `total` are done: `rendering 1200/10000`. May be called from any thread
    /// and as often as wanted; most calls cost a comparison.
    pub fn step(&self, doing: &str, done: usize, total: usize) {
        let Some(started) = self.started else { return };
        let now = started.elapsed().as_millis() as u64;
        let due = self.due.load(Ordering::Relaxed);
        let next = now + Progress::STEP.as_millis() as u64;
        // Of the threads that come at once, the one that moves the time on draws.
        if now >= due && self.due.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            draw(&format!("\r{doing} {done}/{total}\x1b[K"));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.started.is_some() && *self.due.get_mut() > Progress::FIRST.as_millis() as u64 {
            draw("\r\x1b[K");
        }
    }
}

/// A line that cannot be shown is nothing to stop for.
fn draw(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
