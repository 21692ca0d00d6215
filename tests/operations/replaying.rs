//! `waymark replay` as a process: what cannot be read is told, and the rest is replayed.

use std::process::Command;

use serde_json::Value;
use waymark::assessment::AttemptEvent;
use waymark::delivery;

use crate::support::assessed_school::{AssessedSchool, schools};
use crate::support::clock::MORNING;

fn replay_all(school: &AssessedSchool) -> (Option<i32>, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_waymark"))
        .args(["replay", "--all", "--format", "json"])
        .env("WAYMARK_DATABASE_URL", &school.database.address)
        .output()
        .unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_log_hides_no_other() {
    for school in schools().await {
        let first = school.take(school.ana(), &school.levelling, MORNING, 0.4).await.unwrap();
        let second = school.take(&school.students[1], &school.levelling, MORNING, 0.4).await.unwrap();
        let (code, report) = replay_all(&school);
        assert_eq!((code, &report["attempts"]), (Some(0), &Value::from(2)), "{report}");

        let mut transaction = school.service.store.begin_write().await.unwrap();
        sqlx::query("update attempt_events set payload = '{}' where attempt_id = $1 and position = 1")
            .bind(first.attempt.id.as_str())
            .execute(&mut *transaction)
            .await
            .unwrap();
        sqlx::query("update attempts set theta = theta + 0.5 where id = $1")
            .bind(second.attempt.id.as_str())
            .execute(&mut *transaction)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        let (code, report) = replay_all(&school);
        assert_eq!(code, Some(2), "{report}");
        assert_eq!(report["unreadable"][0]["attempt"], first.attempt.id.as_str(), "{report}");
        assert_eq!(report["differences"][0]["attempt"], second.attempt.id.as_str(), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_that_broke_its_plan_is_named_with_the_requirement() {
    for school in schools().await {
        let taken = school.take(school.ana(), &school.levelling, MORNING, 0.4).await.unwrap();
        let (code, report) = replay_all(&school);
        assert_eq!((code, &report["whole_tests"]), (Some(0), &Value::from(1)), "{report}");
        assert_eq!(report["violations"], serde_json::json!([]));

        let record = delivery::attempt_record(&school.service, &taken.attempt.id).await.unwrap();
        let given = record.log.iter().find_map(|logged| match &logged.event {
            AttemptEvent::Administered { item, .. } => Some(item.clone()),
            _ => None,
        });
        let (given, plan) = (given.unwrap(), &taken.attempt.pins.plan_id);
        let mut transaction = school.service.store.begin_write().await.unwrap();
        let document: String = sqlx::query_scalar("select document from plans where id = $1")
            .bind(plan)
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
        let mut document: Value = serde_json::from_str(&document).unwrap();
        document["items"] = serde_json::json!({ "forbidden": [given] });
        sqlx::query("update plans set document = $1 where id = $2")
            .bind(document.to_string())
            .bind(plan)
            .execute(&mut *transaction)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        let (code, report) = replay_all(&school);
        assert_eq!(code, Some(1), "{report}");
        let requirements = report["violations"][0]["requirements"].to_string();
        assert!(requirements.contains("forbidden item") && requirements.contains(given.as_str()), "{report}");
    }
}
