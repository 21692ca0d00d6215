//! What ended attempts say about their items: counted once by any number of nodes, and never again.

use std::collections::BTreeMap;

use item_bank::ItemId;
use waymark::assessment::AttemptEvent;
use waymark::delivery::catalogue::item_use;
use waymark::delivery::watch_items::item_record;
use waymark::delivery::{Service, attempt_record};
use waymark::jobs::item_records::{ATTEMPTS_MAX, count_items};
use waymark::jobs::{NextSweep, count_ended};
use waymark::store::{AttemptId, Store};

use crate::support::assessed_school::schools;
use crate::support::clock::MORNING;

const DAY: i64 = 86_400_000;

#[tokio::test]
async fn each_ended_attempt_is_counted_once_though_two_nodes_count_at_once() {
    for school in schools().await {
        let service = &school.service;
        let students = school.more_students(4).await;
        let mut shown: BTreeMap<ItemId, u64> = BTreeMap::new();
        for student in &students[..3] {
            let step = school.start(student, &school.levelling, MORNING).await.unwrap();
            let id = step.attempt.id.clone();
            school.answer_all(step, MORNING, |step| step.given % 3 != 0).await.unwrap();
            for logged in attempt_record(service, &id).await.unwrap().log {
                if let AttemptEvent::Administered { item, .. } = logged.event {
                    *shown.entry(item).or_default() += 1;
                }
            }
        }
        school.start(&students[3], &school.levelling, MORNING).await.unwrap();
        let store = Store::connect(&school.database.address).await.unwrap();
        let other_node = Service::new(store.clone());
        let now = MORNING.plus(DAY);
        let mut counted = 0;
        for _ in 0..3 {
            let (here, there) = tokio::join!(count_items(service, now), count_items(&other_node, now));
            counted += here.unwrap() + there.unwrap();
        }
        assert_eq!(counted, 3, "one attempt is still under way");
        let mut residuals = 0;
        for (item, times) in &shown {
            let (bank, record) = item_record(&other_node, "small", item).await.unwrap();
            assert_eq!((bank.attempts, record.shown, record.answers), (3, *times, *times), "{item}");
            residuals += record.watch.unwrap().residuals;
            let used = item_use(service, "small", item).await.unwrap();
            assert_eq!((used.attempts, used.record.shown), (3, *times));
        }
        let (bank, _) = item_record(service, "small", shown.keys().next().unwrap()).await.unwrap();
        assert_eq!(bank.residuals, residuals);
        assert_eq!(residuals, shown.values().sum::<u64>(), "every answer was followed");
        store.close().await;
    }
}

/// So many copies of an ended attempt and its log, each as another attempt of the student.
async fn copy(store: &Store, attempt: &AttemptId, copies: i64) {
    let mut transaction = store.begin_write().await.unwrap();
    for statement in [
        "with recursive copies (copy) as (select 1 union all select copy + 1 from copies where copy < $2) \
         insert into attempts (id, student_id, assessment_id, number, state, bank_id, bank_version, plan_id, plan_version, \
         policy_id, policy_version, grade, started_at_ms, last_activity_ms, finished_at_ms, next_position, answered, \
         prior_mean, prior_standard_deviation, theta, standard_error, level_index, plan_met) \
         select id || '-' || copy, student_id, assessment_id, number + copy, state, bank_id, bank_version, plan_id, \
         plan_version, policy_id, policy_version, grade, started_at_ms, last_activity_ms, finished_at_ms, next_position, \
         answered, prior_mean, prior_standard_deviation, theta, standard_error, level_index, plan_met \
         from attempts, copies where id = $1",
        "with recursive copies (copy) as (select 1 union all select copy + 1 from copies where copy < $2) \
         insert into attempt_events (attempt_id, position, at_ms, kind, payload) \
         select attempt_id || '-' || copy, position, at_ms, kind, payload from attempt_events, copies where attempt_id = $1",
    ] {
        sqlx::query(statement).bind(attempt.as_str()).bind(copies).execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_long_history_is_caught_up_without_waiting_and_then_there_is_time() {
    for school in schools().await {
        let service = &school.service;
        let taken = school.take(school.ana(), &school.levelling, MORNING, 0.0).await.unwrap();
        copy(&service.store, &taken.attempt.id, i64::from(ATTEMPTS_MAX)).await;
        let now = MORNING.plus(DAY);
        assert_eq!(count_ended(service, now).await, NextSweep::Soon, "one is left");
        assert_eq!(count_ended(service, now).await, NextSweep::InTime);
        let log = attempt_record(service, &taken.attempt.id).await.unwrap().log;
        let item = log.iter().find_map(|logged| match &logged.event {
            AttemptEvent::Administered { item, .. } => Some(item.clone()),
            _ => None,
        });
        let all = u64::from(ATTEMPTS_MAX) + 1;
        let used = item_use(service, "small", &item.unwrap()).await.unwrap();
        assert_eq!((used.attempts, used.record.shown), (all, all));
        assert_eq!(count_items(service, now).await.unwrap(), 0, "none is counted twice");
    }
}
