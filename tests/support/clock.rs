//! A clock that stands still until a test turns its hands.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use waymark::clock::{Clock, Millis};

/// 2026-01-14T18:00:00Z: a school morning in Los Angeles, inside the bundled policies' windows.
pub const MORNING: Millis = Millis(1_768_413_600_000);

/// A clock that stands still until a test turns its hands.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `at`.
    pub fn at(at: Millis) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(at.0)))
    }

    /// Turns the hands forward.
    pub fn advance_ms(&self, duration_ms: i64) {
        self.0.fetch_add(duration_ms, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}
