//! A job is made once, run by one worker, retried a bounded number of times, and stopped when asked.

use serde_json::json;
use waymark::clock::Millis;
use waymark::jobs::{self, JobControl, JobError, LEASE_MS, RETRY_AFTER_MS, TRIES_MAX};
use waymark::store::jobs::{Job, JobState, find_job, request_job_cancel};
use waymark::store::{JobId, Store};

use crate::support::database::databases;

const NOW: Millis = Millis(1_790_000_000_000);

async fn ask(store: &Store, key: &str) -> Job {
    jobs::enqueue(store, NOW, ("count", key), &json!({ "to": 3 }), None).await.unwrap()
}

async fn stored(store: &Store, id: &JobId) -> Job {
    find_job(&mut store.read().await.unwrap(), id).await.unwrap().unwrap()
}

async fn cancel(store: &Store, id: &JobId) -> bool {
    let mut transaction = store.begin_write().await.unwrap();
    let done = request_job_cancel(&mut transaction, id, NOW).await.unwrap();
    transaction.commit().await.unwrap();
    done
}

#[tokio::test]
async fn the_same_key_makes_one_job() {
    for database in databases().await {
        let store = &database.store;
        let first = ask(store, "a").await;
        let second = ask(store, "a").await;
        let other = ask(store, "b").await;
        assert_eq!(first.id, second.id);
        assert_ne!(first.id, other.id);
        assert_eq!(first.request, json!({ "to": 3 }));
    }
}

#[tokio::test]
async fn many_workers_at_once_take_a_job_once() {
    for database in databases().await {
        let store = &database.store;
        ask(store, "a").await;
        let workers: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { jobs::claim(&store, NOW).await.unwrap() })
            })
            .collect();
        let mut taken = 0;
        for worker in workers {
            taken += usize::from(worker.await.unwrap().is_some());
        }
        assert_eq!(taken, 1, "{:?}", database.engine());
    }
}

#[tokio::test]
async fn a_job_whose_worker_died_is_taken_again_and_the_dead_one_writes_nothing() {
    for database in databases().await {
        let store = &database.store;
        ask(store, "a").await;
        let first = jobs::claim(store, NOW).await.unwrap().unwrap();
        assert!(jobs::claim(store, NOW.plus(LEASE_MS)).await.unwrap().is_none(), "the lease still runs");
        let second = jobs::claim(store, NOW.plus(LEASE_MS + 1)).await.unwrap().unwrap();
        assert_eq!((first.id.clone(), second.tries), (second.id.clone(), 2));

        for outcome in [Ok(json!("from the dead")), Err(JobError::Stopped)] {
            let ended = jobs::settle(store, first.clone(), outcome, NOW.plus(LEASE_MS + 2)).await.unwrap();
            assert_eq!(ended, None);
        }
        assert_eq!(stored(store, &second.id).await.state, JobState::Running);
        let now = NOW.plus(LEASE_MS + 3);
        let ended = jobs::settle(store, second.clone(), Ok(json!("result")), now).await.unwrap();
        assert_eq!(ended.unwrap().state, JobState::Done);
        let done = stored(store, &second.id).await;
        assert_eq!((done.state, done.result), (JobState::Done, Some(json!("result"))));
    }
}

#[tokio::test]
async fn a_failing_job_is_tried_again_later_and_given_up_in_the_end() {
    for database in databases().await {
        let store = &database.store;
        let id = ask(store, "a").await.id;
        let mut now = NOW;
        for attempt in 1..=TRIES_MAX {
            let job = jobs::claim(store, now).await.unwrap().unwrap();
            assert_eq!(job.tries, attempt);
            jobs::settle(store, job, Err(JobError::Failed("disk full".to_owned())), now).await.unwrap();
            assert!(jobs::claim(store, now).await.unwrap().is_none(), "not before its time");
            now = now.plus(RETRY_AFTER_MS);
        }
        let job = stored(store, &id).await;
        assert_eq!((job.state, job.message.as_str()), (JobState::Failed, "disk full"));
    }
}

#[tokio::test]
async fn a_server_that_stops_puts_its_job_back_and_that_costs_no_try() {
    for database in databases().await {
        let store = &database.store;
        let id = ask(store, "a").await.id;
        for _ in 0..2 * TRIES_MAX {
            let job = jobs::claim(store, NOW).await.unwrap().unwrap();
            assert_eq!((job.id.clone(), job.tries), (id.clone(), 1));
            jobs::settle(store, job, Err(JobError::Stopped), NOW).await.unwrap();
            assert_eq!(stored(store, &id).await.state, JobState::Queued);
        }
    }
}

#[tokio::test]
async fn what_came_to_nothing_may_be_asked_for_again() {
    for database in databases().await {
        let store = &database.store;
        let stopped = ask(store, "a").await.id;
        assert!(cancel(store, &stopped).await);
        let second = ask(store, "a").await;
        assert_ne!(second.id, stopped);
        assert_eq!((second.state, ask(store, "a").await.id), (JobState::Queued, second.id.clone()));
        let job = jobs::claim(store, NOW).await.unwrap().unwrap();
        jobs::settle(store, job, Err(JobError::Refused("no responses".to_owned())), NOW).await.unwrap();
        let third = ask(store, "a").await;
        assert!(third.id != second.id && third.id != stopped);
        let job = jobs::claim(store, NOW).await.unwrap().unwrap();
        jobs::settle(store, job, Ok(json!("result")), NOW).await.unwrap();
        assert_eq!(ask(store, "a").await.id, third.id, "what was found is not looked for again");
    }
}

#[tokio::test]
async fn a_refused_request_is_not_tried_again() {
    for database in databases().await {
        let store = &database.store;
        let id = ask(store, "a").await.id;
        let job = jobs::claim(store, NOW).await.unwrap().unwrap();
        jobs::settle(store, job, Err(JobError::Refused("no responses".to_owned())), NOW).await.unwrap();
        assert_eq!(stored(store, &id).await.state, JobState::Failed);
    }
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_heartbeat() {
    for database in databases().await {
        let store = &database.store;
        let waiting = ask(store, "a").await.id;
        assert!(cancel(store, &waiting).await);
        assert_eq!(stored(store, &waiting).await.state, JobState::Cancelled);
        assert!(!cancel(store, &waiting).await, "it has ended");

        ask(store, "b").await;
        let running = jobs::claim(store, NOW).await.unwrap().unwrap();
        let control = JobControl::default();
        control.report(0.25, "item 10 of 40");
        jobs::heartbeat(store, &running, &control, NOW).await.unwrap();
        assert!(!control.is_cancelled());
        let seen = stored(store, &running.id).await;
        assert_eq!((seen.progress, seen.message.as_str()), (0.25, "item 10 of 40"));

        assert!(cancel(store, &running.id).await);
        jobs::heartbeat(store, &running, &control, NOW).await.unwrap();
        assert!(control.is_cancelled());
    }
}

#[tokio::test]
async fn a_worker_that_keeps_dying_does_not_hold_the_queue_for_ever() {
    for database in databases().await {
        let store = &database.store;
        let id = ask(store, "a").await.id;
        let mut now = NOW;
        for _ in 0..TRIES_MAX {
            assert!(jobs::claim(store, now).await.unwrap().is_some());
            now = now.plus(LEASE_MS + 1);
        }
        assert!(jobs::claim(store, now).await.unwrap().is_none());
        assert_eq!(stored(store, &id).await.state, JobState::Failed);
    }
}
