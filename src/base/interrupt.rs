//! Stopping a computation: by Ctrl-C or when its time is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Asked now and then by long computations whether they should stop.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    stopped: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

/// Why a computation was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The user asked for it.
    ByUser,
    /// `--time-limit` is over.
    TimeOver,
}

impl Interrupt {
    /// An interrupt that also fires when `limit` is over, counted from now.
    pub fn with_limit(limit: Option<Duration>) -> Interrupt {
        Interrupt { stopped: Arc::default(), deadline: limit.map(|l| Instant::now() + l) }
    }

    /// The same switch with a new deadline.
    pub fn renewed(&self, limit: Option<Duration>) -> Interrupt {
        Interrupt { stopped: self.stopped.clone(), deadline: limit.map(|l| Instant::now() + l) }
    }

    /// Asks the computation to stop.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Takes a request to stop back.
    pub fn clear(&self) {
        self.stopped.store(false, Ordering::Relaxed);
    }

    /// Whether to go on.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(Stopped::ByUser);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Stopped::TimeOver),
            _ => Ok(()),
        }
    }
}
