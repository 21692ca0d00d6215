//! The sweep: pauses attempts without activity and expires those whose time is over.
//!
//! Nothing depends on when it runs: every verb settles what is due before it does anything else.

use super::sitting::Sitting;
use super::{DeliveryError, Service};
use crate::assessment::AttemptState;
use crate::clock::Millis;
use crate::store::attempts::{SWEEP_ROWS_MAX, list_due_attempts};

/// What a sweep found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Attempts paused for inactivity.
    pub paused: u32,
    /// Attempts whose lifetime or window was over.
    pub expired: u32,
    /// Attempts that could not be settled; the log says why.
    pub failed: u32,
}

/// Settles every attempt for which something is due at `now`. One that cannot be settled is told of and passed over.
pub async fn sweep(service: &Service, now: Millis) -> Result<Swept, DeliveryError> {
    let mut swept = Swept::default();
    loop {
        let mut connection = service.store.read().await?;
        let due = list_due_attempts(&mut connection, now).await?;
        drop(connection);
        let mut settled = 0;
        for id in &due {
            match Sitting::open_at(service, id, now).await {
                Ok(sitting) => {
                    settled += 1;
                    swept.count(sitting.attempt.state);
                }
                Err(error) => {
                    tracing::error!(attempt.id = %id, error = %error, "attempt {id} could not be settled: {error}");
                    swept.failed += 1;
                }
            }
        }
        if settled == 0 || due.len() < SWEEP_ROWS_MAX as usize {
            return Ok(swept);
        }
    }
}

impl Swept {
    fn count(&mut self, state: AttemptState) {
        match state {
            AttemptState::Paused => self.paused += 1,
            AttemptState::Expired => self.expired += 1,
            AttemptState::InProgress
            | AttemptState::Completed
            | AttemptState::Invalidated
            | AttemptState::Reset => {}
        }
    }
}
