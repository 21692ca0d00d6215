//! A retest after the standard is met waits for a recorded consent.

use serde_json::json;
use waymark::assessment::StartRefusal;
use waymark::delivery::read_models::{Closing, Door, student_home};
use waymark::delivery::{self, DeliveryError, GrantUnlock, PublishDocument};
use waymark::store::audit::{AuditFilter, AuditPlace, list_audit};
use waymark::store::consents::list_consents;

use super::DAY;
use crate::support::assessed_school::{AssessedSchool, schools, validation, with_field};
use crate::support::clock::MORNING;
use crate::support::small_bank;

/// From now on fifth-graders who met the standard are retested only with consent.
async fn ask_for_consent(school: &AssessedSchool) {
    let policy = with_field(&small_bank::validation_policy_text(), "retest_consent_grades", json!([5]));
    let publish = PublishDocument {
        id: "validation",
        document: &policy,
        by: &school.staff,
        reason: "families are asked",
    };
    let version = delivery::publish_policy(&school.service, MORNING, &publish).await.unwrap().version;
    let mut offered = validation();
    offered.pins.policy_version = version;
    delivery::publish_assessment(&school.service, MORNING, &offered, &school.staff).await.unwrap();
}

async fn unlock(school: &AssessedSchool, days: i64) {
    let grant = GrantUnlock {
        by: &school.teacher,
        student: school.ana(),
        assessment: &school.validation,
        reason: Some("she asked for it"),
        note: None,
        open_through: None,
    };
    delivery::grant_unlock(&school.service, MORNING.plus(days * DAY), &grant).await.unwrap();
}

#[tokio::test]
async fn a_student_who_met_the_standard_is_tested_again_only_with_consent() {
    for school in schools().await {
        ask_for_consent(&school).await;
        unlock(&school, 0).await;
        school.take(school.ana(), &school.validation, MORNING, 9.0).await.unwrap();
        unlock(&school, 1).await;
        let later = MORNING.plus(DAY);
        let refused = school.start(school.ana(), &school.validation, later).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::StartRefused(StartRefusal::ConsentNeeded)), "{refused}");
        let door = |home: waymark::delivery::read_models::StudentHome| {
            home.assessments.into_iter().find(|entry| entry.name == "Level three").unwrap().door
        };
        let closed = door(student_home(&school.service, later, school.ana()).await.unwrap());
        assert!(matches!(closed, Door::Closed { rule: Closing::ConsentNeeded, .. }), "{closed:?}");

        let about = (school.ana(), &school.validation);
        let record = |note| delivery::record_consent(&school.service, later, about, &school.teacher, note);
        let empty = record("  ").await.unwrap_err();
        assert!(matches!(empty, DeliveryError::Invalid { .. }), "{empty}");
        let consent = record(" her mother, by telephone ").await.unwrap();
        // The same again is recorded once.
        record(" her mother, by telephone ").await.unwrap();
        let mut connection = school.service.store.read().await.unwrap();
        let stored = list_consents(&mut connection, school.ana(), &school.validation).await.unwrap();
        assert_eq!(
            (stored.as_slice(), consent.note.as_str()),
            (&[consent.clone()][..], "her mother, by telephone")
        );
        let filter = AuditFilter { action: "consent.recorded".to_owned(), ..AuditFilter::default() };
        let entries = list_audit(&mut connection, &filter, &AuditPlace::Latest, 9).await.unwrap().entries;
        assert_eq!(entries[0].detail["note"], "her mother, by telephone");
        drop(connection);
        let open = door(student_home(&school.service, later, school.ana()).await.unwrap());
        assert_eq!(open, Door::Start);
        school.start(school.ana(), &school.validation, later).await.unwrap();
    }
}

#[tokio::test]
async fn a_consent_about_nobody_or_nothing_is_refused() {
    for school in schools().await {
        let nobody = "nobody".into();
        for about in [(&nobody, &school.validation), (school.ana(), &"nothing".into())] {
            let refused =
                delivery::record_consent(&school.service, MORNING, about, &school.teacher, "a note").await;
            let refused = refused.unwrap_err();
            assert!(matches!(refused, DeliveryError::NotFound { .. }), "{refused}");
        }
    }
}
