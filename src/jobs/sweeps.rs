//! Keeps sweeping: attempts without activity are paused and those whose time is over expire, also when nobody asks; the
//! use, residuals and exposure of items in ended attempts are counted.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};

use super::item_records::{ATTEMPTS_MAX, count_items};
use crate::clock::{Clock, Millis};
use crate::delivery::{EXPOSURE_STEP_MAX, Service, Swept, count_exposure, session, sweep};
use crate::store::StoreError;
use crate::store::calibration_files::forget_calibration_files;

/// Time between two sweeps.
pub const SWEEP_EVERY: Duration = Duration::from_secs(15);
/// Time between two sweeps while a history is caught up: students' answers come in between.
const CATCH_UP_AFTER: Duration = Duration::from_millis(200);
/// Time between two looks for sessions that ended long ago.
const FORGET_EVERY_MS: i64 = 3_600_000;

async fn forget_files(service: &Service) -> Result<(), StoreError> {
    let mut transaction = service.store.begin_write().await?;
    forget_calibration_files(&mut transaction).await?;
    transaction.commit().await
}

/// Sweeps until it is aborted. Any number of nodes may do so at once.
pub async fn keep_sweeping(service: Service, clock: Arc<dyn Clock>) {
    let mut ticks = interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut forgot_at = None;
    let mut next = NextSweep::InTime;
    loop {
        match next {
            NextSweep::Soon => sleep(CATCH_UP_AFTER).await,
            NextSweep::InTime => drop(ticks.tick().await),
        }
        let now = clock.now();
        if forgot_at.is_none_or(|at: Millis| now.since(at) >= FORGET_EVERY_MS) {
            forgot_at = Some(now);
            if let Err(error) = session::sweep(&service.store, now).await {
                tracing::error!(error = %error, "ended sessions were not forgotten: {error}");
            }
            if let Err(error) = forget_files(&service).await {
                tracing::error!(error = %error, "files of ended calibrations were not forgotten: {error}");
            }
        }
        match sweep(&service, now).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(Swept { paused, expired, failed }) => {
                tracing::info!(
                    paused,
                    expired,
                    failed,
                    "swept: {paused} paused, {expired} expired, {failed} failed"
                );
            }
            Err(error) => tracing::error!(error = %error, "the sweep failed: {error}"),
        }
        next = count_ended(&service, now).await;
    }
}

/// When the next sweep is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextSweep {
    /// There is a history to catch up with.
    Soon,
    /// After the usual time.
    InTime,
}

/// Counts the items and the exposure of attempts that have ended, a bounded number.
pub async fn count_ended(service: &Service, now: Millis) -> NextSweep {
    let items = count_items(service, now).await;
    let exposure = count_exposure(service, now).await;
    let mut next = NextSweep::InTime;
    for (what, counted, most) in
        [("items", items, u64::from(ATTEMPTS_MAX)), ("exposure", exposure, EXPOSURE_STEP_MAX)]
    {
        match counted {
            Ok(0) => {}
            Ok(attempts) => {
                tracing::info!(attempts, "{what} counted in {attempts} attempts");
                if attempts >= most {
                    next = NextSweep::Soon;
                }
            }
            Err(error) => tracing::error!(error = %error, "{what} not counted: {error}"),
        }
    }
    next
}
