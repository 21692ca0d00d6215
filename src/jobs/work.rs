//! What a job's work sees: where it reports how far it is, and where it learns that it should stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

use crate::delivery::DeliveryError;
use crate::store::StoreError;

/// Why a job came to nothing.
#[derive(Debug, Error)]
pub enum JobError {
    /// What was asked for cannot be done; trying again would not help.
    #[error("{0}")]
    Refused(String),
    /// Something failed that may go better next time.
    #[error("{0}")]
    Failed(String),
    /// Somebody asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// The server stops; the work is to be taken up by another.
    #[error("the server stopped")]
    Stopped,
}

/// What is missing stays missing; a database may answer next time.
impl From<DeliveryError> for JobError {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Store(_) | DeliveryError::Contended { .. } => Self::Failed(error.to_string()),
            refused => Self::Refused(refused.to_string()),
        }
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        DeliveryError::from(error).into()
    }
}

/// Shared between the work, which may run on another thread, and whoever keeps the lease.
#[derive(Debug, Clone, Default)]
pub struct JobControl {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    cancelled: AtomicBool,
    progress_bits: AtomicU64,
    message: Mutex<String>,
}

impl JobControl {
    /// Reports the share done, 0 to 1, and what the job is at.
    pub fn report(&self, progress: f64, message: &str) {
        self.shared.progress_bits.store(progress.clamp(0.0, 1.0).to_bits(), Ordering::Relaxed);
        let mut held = self.shared.message.lock().unwrap_or_else(PoisonError::into_inner);
        message.clone_into(&mut held);
    }

    /// The share done and what the job is at.
    #[must_use]
    pub fn reported(&self) -> (f64, String) {
        let message = self.shared.message.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (f64::from_bits(self.shared.progress_bits.load(Ordering::Relaxed)), message)
    }

    /// Tells the work to stop.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the work should stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Relaxed)
    }
}
