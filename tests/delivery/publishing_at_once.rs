//! Publishing while a first attempt starts, on PostgreSQL, where transactions overlap: a transaction that is held open
//! stands for the half of the one that the other half of the test must wait for.

use std::future::Future;
use std::pin::pin;

use futures_util::future::{Either, select};
use serde_json::json;
use waymark::delivery::{self, DeliveryError, ImportBank, PublishAssessment};
use waymark::store::assessments::{
    find_assessment, lock_assessment, lock_untaken_assessment, update_assessment,
};
use waymark::store::attempts::{Attempt, insert_attempt};
use waymark::store::{AssessmentId, AttemptId, Pins, Store};

use crate::support::assessed_school::{AssessedSchool, levelling, with_field};
use crate::support::clock::MORNING;
use crate::support::database::postgres;
use crate::support::small_bank;

/// A school with another published bank and a self-levelling assessment that nobody took.
async fn school() -> Option<(AssessedSchool, PublishAssessment, PublishAssessment)> {
    let school = AssessedSchool::on(postgres().await?).await;
    let text = with_field(&small_bank::bank_text(), "id", json!("other"));
    let import = ImportBank { text: &text, source_name: "other.json", note: "again", by: &school.staff };
    delivery::import_bank(&school.service, MORNING, &import).await.unwrap();
    delivery::publish_bank(&school.service, MORNING, ("other", 1), &school.staff).await.unwrap();
    let offered = PublishAssessment { id: AssessmentId::from("fresh"), ..levelling() };
    delivery::publish_assessment(&school.service, MORNING, &offered, &school.staff).await.unwrap();
    let pins = Pins { bank_id: "other".to_owned(), ..offered.pins.clone() };
    let moved = PublishAssessment { pins, ..offered.clone() };
    Some((school, offered, moved))
}

/// Comes back when somebody waits for a lock in this database.
async fn somebody_waits(store: &Store) {
    let mut connection = store.read().await.unwrap();
    loop {
        let waiting: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(&mut *connection)
        .await
        .unwrap();
        if waiting > 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Runs `work` until it is done or waits for a lock, lets `release` go on, and gives what came of `work`.
async fn overlapping<T>(
    store: &Store,
    work: impl Future<Output = T>,
    release: impl Future<Output = ()>,
) -> T {
    let waits = somebody_waits(store);
    match select(pin!(work), pin!(waits)).await {
        Either::Left((done, _)) => {
            release.await;
            done
        }
        Either::Right(((), work)) => {
            let (done, ()) = tokio::join!(work, release);
            done
        }
    }
}

#[tokio::test]
async fn what_a_first_attempt_rests_on_stays_though_it_is_published_while_the_attempt_starts() {
    let Some((school, offered, moved)) = school().await else { return };
    let store = &school.service.store;
    let elsewhere = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
    let attempt = Attempt {
        id: AttemptId::from("first"),
        assessment_id: offered.id.clone(),
        ..elsewhere.attempt.clone()
    };
    let mut starting = store.begin_write().await.unwrap();
    lock_untaken_assessment(&mut starting, &offered.id).await.unwrap();
    let publishing = delivery::publish_assessment(&school.service, MORNING, &moved, &school.staff);
    let published = overlapping(store, publishing, async {
        insert_attempt(&mut starting, &attempt).await.unwrap();
        starting.commit().await.unwrap();
    })
    .await;
    assert!(matches!(published, Err(DeliveryError::HasAttempts { .. })), "{published:?}");
}

#[tokio::test]
async fn a_first_attempt_pins_what_is_published_while_it_starts() {
    let Some((school, offered, moved)) = school().await else { return };
    let store = &school.service.store;
    let mut publishing = store.begin_write().await.unwrap();
    lock_assessment(&mut publishing, &offered.id).await.unwrap();
    let mut assessment = find_assessment(&mut publishing, &offered.id).await.unwrap().unwrap();
    assessment.pins = moved.pins.clone();
    update_assessment(&mut publishing, &assessment).await.unwrap();
    let starting = school.start(school.ana(), &offered.id, MORNING);
    let started = overlapping(store, starting, async { publishing.commit().await.unwrap() }).await;
    assert_eq!(started.unwrap().attempt.pins.bank_id, "other");
}
