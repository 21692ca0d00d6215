//! Keeps sweeping: attempts without activity are paused and those whose time is over expire, also when nobody asks.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::clock::Clock;
use crate::delivery::{Service, Swept, sweep};

/// Time between two sweeps.
pub const SWEEP_EVERY: Duration = Duration::from_secs(15);

/// Sweeps until it is aborted. Any number of nodes may do so at once.
pub async fn keep_sweeping(service: Service, clock: Arc<dyn Clock>) {
    let mut ticks = interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match sweep(&service, clock.now()).await {
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
    }
}
