//! Replaying: the log proves an attempt, and a changed log does not.

use serde_json::json;
use waymark::adaptive::ShadowStatus;
use waymark::assessment::AttemptEvent;
use waymark::delivery::{self, CurrentStep, PublishAssessment, PublishDocument};
use waymark::store::Pins;

use crate::support::assessed_school::{AssessedSchool, levelling, schools, with_field};
use crate::support::clock::MORNING;
use crate::support::database::databases;
use crate::support::small_bank;

#[tokio::test]
async fn every_decision_of_an_attempt_follows_from_its_log() {
    for school in schools().await {
        let ended = school.take(school.ana(), &school.levelling, MORNING, 0.4).await.unwrap();
        let replay = delivery::replay(&school.service, &ended.attempt.id).await.unwrap();
        assert_eq!(replay.difference, None);
        let events = ended.attempt.next_position;
        assert_eq!(replay.decisions, events + 1, "one for every event and one for the row");
    }
}

async fn tampered(statement: &'static str) -> Vec<String> {
    let mut found = Vec::new();
    for database in databases().await {
        let school = AssessedSchool::on(database).await;
        let ended = school.take(school.ana(), &school.levelling, MORNING, 0.4).await.unwrap();
        let mut transaction = school.service.store.begin_write().await.unwrap();
        let done = sqlx::raw_sql(statement).execute(&mut *transaction).await.unwrap();
        assert!(done.rows_affected() > 0, "the statement changes something");
        transaction.commit().await.unwrap();
        let replay = delivery::replay(&school.service, &ended.attempt.id).await.unwrap();
        found.push(replay.difference.expect("the change is found").to_string());
    }
    found
}

#[tokio::test]
async fn a_changed_score_is_found() {
    let statement = "update attempt_events set payload = replace(payload, '\"score\":1', '\"score\":0') \
                     where kind = 'answered' and payload like '%\"score\":1%'";
    for difference in tampered(statement).await {
        assert!(difference.contains("score 0, derived"), "{difference}");
    }
}

#[tokio::test]
async fn a_changed_seed_is_found() {
    let statement = "update attempt_events set payload = replace(payload, '\"seed\":7', '\"seed\":8') where kind = 'started'";
    for difference in tampered(statement).await {
        assert!(difference.starts_with("at position 1: recorded item"), "{difference}");
    }
}

#[tokio::test]
async fn a_changed_row_is_found() {
    for difference in tampered("update attempts set theta = theta + 0.5").await {
        assert!(difference.starts_with("in the attempt's row"), "{difference}");
    }
}

/// An attempt whose items come from shadow tests, each assembled for two items within one node of search.
async fn taken_by_shadow_tests(school: &AssessedSchool) -> CurrentStep {
    let selection = json!({ "assembly": "shadow_test", "refresh": { "every": 2 }, "node_limit": 1 });
    let plan = with_field(&small_bank::plan_text("levelling", "interim", 6, 12), "selection", selection);
    let publish =
        PublishDocument { id: "levelling", document: &plan, by: &school.staff, reason: "shadow tests" };
    delivery::publish_plan(&school.service, MORNING, &publish).await.unwrap();
    let pins = Pins { plan_version: 2, ..levelling().pins };
    let assessment = PublishAssessment { pins, ..levelling() };
    delivery::publish_assessment(&school.service, MORNING, &assessment, &school.staff).await.unwrap();
    school.take(school.ana(), &school.levelling, MORNING, 0.4).await.unwrap()
}

#[tokio::test]
async fn the_log_says_how_each_shadow_test_was_found_and_a_log_from_before_that_replays() {
    for school in schools().await {
        let ended = taken_by_shadow_tests(&school).await;
        let record = delivery::attempt_record(&school.service, &ended.attempt.id).await.unwrap();
        let reports = record.log.iter().filter_map(|logged| match &logged.event {
            AttemptEvent::Administered { shadow_test, .. } => {
                Some(shadow_test.expect("one for every item").status)
            }
            _ => None,
        });
        let statuses: Vec<ShadowStatus> = reports.collect();
        assert!(statuses.len() >= 6, "{statuses:?}");
        for (item, status) in statuses.iter().enumerate() {
            assert_eq!(*status == ShadowStatus::Kept, item % 2 == 1, "{statuses:?}");
        }
        for (statement, difference) in [
            (
                "update attempt_events set payload = replace(payload, '\"kept\"', '\"optimal\"') where position = 3",
                true,
            ),
            (
                "update attempt_events set payload = replace(payload, '\"optimal\",\"nodes\":0', '\"kept\",\"nodes\":0') where position = 3",
                false,
            ),
        ] {
            let mut transaction = school.service.store.begin_write().await.unwrap();
            sqlx::raw_sql(statement).execute(&mut *transaction).await.unwrap();
            transaction.commit().await.unwrap();
            let replay = delivery::replay(&school.service, &ended.attempt.id).await.unwrap();
            let found = replay.difference.map(|difference| difference.to_string());
            assert_eq!(found.is_some(), difference, "{found:?}");
            assert!(found.is_none_or(|found| found.contains("at position 3") && found.contains("Kept")));
        }
        // As it was written before the status was recorded.
        let mut transaction = school.service.store.begin_write().await.unwrap();
        for logged in &record.log {
            if let AttemptEvent::Administered { item, .. } = &logged.event {
                sqlx::query("update attempt_events set payload = $1 where attempt_id = $2 and position = $3")
                    .bind(json!({ "kind": "administered", "item": item }).to_string())
                    .bind(&ended.attempt.id.0)
                    .bind(i64::from(logged.position))
                    .execute(&mut *transaction)
                    .await
                    .unwrap();
            }
        }
        transaction.commit().await.unwrap();
        let replay = delivery::replay(&school.service, &ended.attempt.id).await.unwrap();
        assert_eq!(replay.difference, None);
    }
}
