//! Keeps sweeping: attempts without activity are paused and those whose time is over expire, also when nobody asks; the
//! use, residuals and exposure of items in ended attempts are counted.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::item_records::count_items;
use crate::clock::{Clock, Millis};
use crate::delivery::{Service, Swept, count_exposure, session, sweep};
use crate::store::StoreError;
use crate::store::calibration_files::forget_calibration_files;

/// Time between two sweeps.
pub const SWEEP_EVERY: Duration = Duration::from_secs(15);
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
    loop {
        ticks.tick().await;
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
        match count_items(&service, now).await {
            Ok(0) => {}
            Ok(attempts) => tracing::info!(attempts, "items counted in {attempts} attempts"),
            Err(error) => tracing::error!(error = %error, "items were not counted: {error}"),
        }
        match count_exposure(&service, now).await {
            Ok(0) => {}
            Ok(attempts) => tracing::info!(attempts, "exposure counted in {attempts} attempts"),
            Err(error) => tracing::error!(error = %error, "exposure was not counted: {error}"),
        }
    }
}
