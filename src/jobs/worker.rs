//! The worker: takes jobs one at a time, keeps their lease while the work runs on a thread of its own, and ends them.
//! A node that stops puts its job back, so that another takes it at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::{JobControl, JobError, Outcome, calibrate, queue, simulate};
use crate::clock::Clock;
use crate::delivery::Service;
use crate::store::jobs::Job;

/// How often a worker with nothing to do looks again.
const IDLE: Duration = Duration::from_millis(500);
/// How often a running job's progress is written down and its lease renewed.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Works until `stop` says so.
pub async fn work(service: Arc<Service>, clock: Arc<dyn Clock>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match queue::claim(&service.store, clock.now()).await {
            Ok(Some(job)) => run(&service, clock.as_ref(), job, &mut stop).await,
            Ok(None) => idle(&mut stop).await,
            Err(error) => {
                tracing::error!(error = %error, "no job could be taken: {error}");
                idle(&mut stop).await;
            }
        }
    }
}

async fn idle(stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(IDLE) => {}
        // An error means that nobody is left to say stop: the next look at the queue goes on as before.
        _ = stop.changed() => {}
    }
}

async fn run(service: &Arc<Service>, clock: &dyn Clock, job: Job, stop: &mut watch::Receiver<bool>) {
    let control = JobControl::default();
    tracing::info!(job.id = %job.id, job.kind = job.kind, "job {} ({}) begins", job.id, job.kind);
    let perform = perform(Arc::clone(service), job.clone(), control.clone());
    tokio::pin!(perform);
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    let mut stopping = false;
    let outcome = loop {
        tokio::select! {
            outcome = &mut perform => break outcome,
            _ = heartbeat.tick() => keep(service, clock, &job, &control).await,
            changed = stop.changed(), if !stopping => {
                stopping = changed.is_err() || *stop.borrow();
                if stopping {
                    control.cancel();
                }
            }
        }
    };
    let outcome = match outcome {
        Err(JobError::Cancelled) if stopping => Err(JobError::Stopped),
        other => other,
    };
    let id = job.id.clone();
    match queue::settle(&service.store, job, outcome, clock.now()).await {
        Ok(None) => {
            tracing::warn!(job.id = %id, "job {id} is another worker's by now: what this one found is dropped");
        }
        Ok(Some(ended)) => {
            tracing::info!(job.id = %id, job.state = ended.state.as_str(), "job {id} is {}", ended.state.as_str());
        }
        Err(error) => tracing::error!(job.id = %id, error = %error, "job {id} could not be ended: {error}"),
    }
}

async fn keep(service: &Service, clock: &dyn Clock, job: &Job, control: &JobControl) {
    if let Err(error) = queue::heartbeat(&service.store, job, control, clock.now()).await {
        tracing::warn!(job.id = %job.id, error = %error, "progress of job {} is not on record: {error}", job.id);
    }
}

async fn perform(service: Arc<Service>, job: Job, control: JobControl) -> Outcome {
    match job.kind.as_str() {
        calibrate::KIND => calibrate::calibrate(&service, job, control).await,
        simulate::KIND => simulate::perform(&service, job.request, control).await,
        other => Err(JobError::Refused(format!("nobody knows how to do {other:?}"))),
    }
}
