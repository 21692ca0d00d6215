//! Importing and publishing: refused with the row that fails, repeated without effect.

use serde_json::json;
use waymark::delivery::readiness::is_evidence;
use waymark::delivery::{self, DeliveryError, ImportBank, PublishAssessment, PublishDocument};
use waymark::store::assessments::find_assessment;
use waymark::store::banks::{BankStatus, list_bank_versions};
use waymark::store::{AssessmentId, Pins};

use super::MINUTE;
use crate::support::assessed_school::{AssessedSchool, levelling, schools, validation, with_field};
use crate::support::clock::MORNING;
use crate::support::small_bank;

fn import<'a>(school: &'a AssessedSchool, text: &'a str) -> ImportBank<'a> {
    ImportBank { text, source_name: "small.json", note: "again", by: &school.staff }
}

#[tokio::test]
async fn the_same_bank_again_adds_no_version_and_a_changed_one_does() {
    for school in schools().await {
        let later = MORNING.plus(MINUTE);
        let text = small_bank::bank_text();
        let same = delivery::import_bank(&school.service, later, &import(&school, &text)).await.unwrap();
        assert_eq!((same.version, same.status), (1, BankStatus::Published));
        let changed = with_field(&text, "name", json!("A renamed bank"));
        let next = delivery::import_bank(&school.service, later, &import(&school, &changed)).await.unwrap();
        assert_eq!((next.version, next.status), (2, BankStatus::Draft));
        let mut connection = school.service.store.read().await.unwrap();
        let versions = list_bank_versions(&mut connection).await.unwrap();
        assert_eq!(versions.iter().map(|version| version.version).collect::<Vec<_>>(), [2, 1]);
    }
}

#[tokio::test]
async fn a_malformed_bank_adds_nothing() {
    for school in schools().await {
        let text = with_field(
            &small_bank::bank_text(),
            "items",
            json!([{ "id": "x", "model": "2PL", "a": -1, "b": 0 }]),
        );
        let refused =
            delivery::import_bank(&school.service, MORNING, &import(&school, &text)).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::BankFile(_)), "{refused}");
        assert!(refused.to_string().contains("small.json"), "{refused}");
        let mut connection = school.service.store.read().await.unwrap();
        assert_eq!(list_bank_versions(&mut connection).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_bank_that_cannot_serve_an_assessment_is_not_published() {
    for school in schools().await {
        let text = small_bank::bank_text_with(4, 40);
        let draft = delivery::import_bank(&school.service, MORNING, &import(&school, &text)).await.unwrap();
        let refused =
            delivery::publish_bank(&school.service, MORNING, ("small", draft.version), &school.staff).await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, DeliveryError::Unfit { .. }), "{refused}");
        let publish_again =
            delivery::publish_bank(&school.service, MORNING, ("small", 1), &school.staff).await.unwrap();
        assert_eq!(publish_again.status, BankStatus::Published);
    }
}

#[tokio::test]
async fn a_plan_the_bank_cannot_fill_names_the_row_that_fails() {
    for school in schools().await {
        let plan = small_bank::plan_text("algebra", "interim", 6, 12).replace("wholes", "algebra");
        let publish = PublishDocument { id: "algebra", document: &plan, by: &school.staff, reason: "a try" };
        delivery::publish_plan(&school.service, MORNING, &publish).await.unwrap();
        let mut offered = levelling();
        offered.pins.plan_id = "algebra".to_owned();
        let refused = delivery::publish_assessment(&school.service, MORNING, &offered, &school.staff).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("algebra"), "{refused}");
        assert!(refused.contains("strand"), "{refused}");

        let unfit = small_bank::plan_text("levelling", "interim", 6, 12).replace("wholes", "algebra");
        let publish =
            PublishDocument { id: "levelling", document: &unfit, by: &school.staff, reason: "a try" };
        let refused = delivery::publish_plan(&school.service, MORNING, &publish).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::Unfit { .. }), "an assessment uses it: {refused}");
    }
}

#[tokio::test]
async fn a_document_again_adds_no_version_and_a_reason_is_needed() {
    for school in schools().await {
        let policy = small_bank::policy_text();
        let publish =
            PublishDocument { id: "levelling", document: &policy, by: &school.staff, reason: "again" };
        let same = delivery::publish_policy(&school.service, MORNING, &publish).await.unwrap();
        assert_eq!(same.version, 1);
        let changed = with_field(&policy, "attempts", json!({ "default": 5 }));
        let without_reason = PublishDocument { document: &changed, reason: " ", ..publish };
        let refused = delivery::publish_policy(&school.service, MORNING, &without_reason).await.unwrap_err();
        assert_eq!(refused.to_string(), "reason must say why, got nothing");
        let next = PublishDocument { document: &changed, reason: "more attempts", ..publish };
        let next = delivery::publish_policy(&school.service, MORNING, &next).await.unwrap();
        assert_eq!((next.version, next.author.as_str()), (2, "staff"));
        let broken = PublishDocument { document: "{\"attempts\": -1}", ..publish };
        assert!(delivery::publish_policy(&school.service, MORNING, &broken).await.is_err());
    }
}

#[tokio::test]
async fn a_validation_needs_its_target_its_evidence_and_the_summative_pool() {
    for school in schools().await {
        let service = &school.service;
        let mut without_target = validation();
        without_target.target_level = None;
        let refused =
            delivery::publish_assessment(service, MORNING, &without_target, &school.staff).await.unwrap_err();
        assert_eq!(refused.to_string(), "target_level must be given for a validation");
        let mut first_level = validation();
        first_level.target_level = Some("one".to_owned());
        let refused =
            delivery::publish_assessment(service, MORNING, &first_level, &school.staff).await.unwrap_err();
        assert_eq!(refused.to_string(), "there is no level with a cut one in bank small");
        let mut interim = validation();
        interim.pins.plan_id = "levelling".to_owned();
        let refused =
            delivery::publish_assessment(service, MORNING, &interim, &school.staff).await.unwrap_err();
        assert!(refused.to_string().contains("pool"), "{refused}");
    }
}

#[tokio::test]
async fn an_attempt_keeps_the_policy_it_started_with() {
    for school in schools().await {
        let step = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let changed = with_field(&small_bank::policy_text(), "inactivity_limit_minutes", json!(5));
        let publish =
            PublishDocument { id: "levelling", document: &changed, by: &school.staff, reason: "shorter" };
        delivery::publish_policy(&school.service, MORNING, &publish).await.unwrap();
        let mut offered = levelling();
        offered.pins.policy_version = 2;
        delivery::publish_assessment(&school.service, MORNING, &offered, &school.staff).await.unwrap();
        school.answer(&step, "right", MORNING.plus(10 * MINUTE)).await.unwrap();
        let other = school.start(&school.students[1], &school.levelling, MORNING).await.unwrap();
        assert_eq!(other.attempt.sweep_at, Some(MORNING.plus(5 * MINUTE)));
    }
}

#[tokio::test]
async fn a_retired_assessment_starts_no_attempt_and_ends_those_it_has() {
    for school in schools().await {
        let step = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        delivery::retire_assessment(&school.service, MORNING, &school.levelling, &school.staff)
            .await
            .unwrap();
        assert!(school.start(&school.students[1], &school.levelling, MORNING).await.is_err());
        school.answer(&step, "right", MORNING.plus(MINUTE)).await.unwrap();
    }
}

/// The small bank under another name, published: another scale.
async fn other_bank(school: &AssessedSchool) -> Pins {
    let text = with_field(&small_bank::bank_text(), "id", json!("other"));
    delivery::import_bank(&school.service, MORNING, &import(school, &text)).await.unwrap();
    delivery::publish_bank(&school.service, MORNING, ("other", 1), &school.staff).await.unwrap();
    Pins { bank_id: "other".to_owned(), bank_version: 1, ..levelling().pins }
}

#[tokio::test]
async fn what_attempts_rest_on_stays_once_there_are_any() {
    for school in schools().await {
        let publish = async |offered: &PublishAssessment| {
            delivery::publish_assessment(&school.service, MORNING, offered, &school.staff).await
        };
        let mut on_another_scale = levelling();
        on_another_scale.pins = other_bank(&school).await;
        publish(&on_another_scale).await.unwrap();
        publish(&levelling()).await.unwrap();
        school.take(school.ana(), &school.levelling, MORNING, 0.0).await.unwrap();

        let as_validation = PublishAssessment { id: levelling().id, ..validation() };
        for (offered, words) in [
            (&as_validation, "assessment levelling has attempts, so its purpose stays self_levelling"),
            (&on_another_scale, "assessment levelling has attempts, so its bank stays small"),
        ] {
            let refused = publish(offered).await.unwrap_err();
            assert!(matches!(refused, DeliveryError::HasAttempts { .. }), "{refused}");
            assert!(refused.to_string().starts_with(words), "{refused}");
        }
        let renamed = PublishAssessment { name: "Another name".to_owned(), ..levelling() };
        assert_eq!(publish(&renamed).await.unwrap().name, "Another name");
    }
}

#[tokio::test]
async fn evidence_on_another_scale_is_refused() {
    for school in schools().await {
        let mut elsewhere = levelling();
        elsewhere.id = AssessmentId::from("elsewhere");
        elsewhere.pins = other_bank(&school).await;
        delivery::publish_assessment(&school.service, MORNING, &elsewhere, &school.staff).await.unwrap();
        let mut offered = validation();
        offered.evidence_from = Some(elsewhere.id);
        let refused = delivery::publish_assessment(&school.service, MORNING, &offered, &school.staff).await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, DeliveryError::Invalid { field: "evidence_from", .. }), "{refused}");
    }
}

#[tokio::test]
async fn attempts_on_another_scale_are_no_evidence() {
    for school in schools().await {
        let step = school.take(school.ana(), &school.levelling, MORNING, 0.0).await.unwrap();
        let mut connection = school.service.store.read().await.unwrap();
        let validation = find_assessment(&mut connection, &school.validation).await.unwrap().unwrap();
        assert!(is_evidence(&step.attempt, &validation));
        let mut elsewhere = step.attempt;
        elsewhere.pins.bank_id = "other".to_owned();
        assert!(!is_evidence(&elsewhere, &validation));
    }
}
