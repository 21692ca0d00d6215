//! Replaying: the log proves an attempt, and a changed log does not.

use waymark::delivery;

use crate::support::assessed_school::{AssessedSchool, schools};
use crate::support::clock::MORNING;
use crate::support::database::databases;

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
