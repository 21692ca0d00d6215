//! Unlocking: on evidence, against it with a reason, revocable until used, one decision at a time.

use jiff::Timestamp;
use waymark::assessment::{RevokeRefusal, UnlockRefusal};
use waymark::clock::Millis;
use waymark::delivery::{self, DeliveryError, GrantUnlock};
use waymark::store::AccountId;
use waymark::store::audit::{AuditFilter, AuditPlace, list_audit};
use waymark::store::unlocks::list_unlocks;

use super::DAY;
use crate::support::assessed_school::{AssessedSchool, schools};
use crate::support::clock::MORNING;

fn grant<'a>(school: &'a AssessedSchool, student: &'a AccountId, reason: Option<&'a str>) -> GrantUnlock<'a> {
    let (by, assessment) = (&school.teacher, &school.validation);
    GrantUnlock { by, student, assessment, reason, note: None, open_through: None }
}

#[tokio::test]
async fn good_evidence_recommends_an_unlock_and_is_recorded_with_it() {
    for school in schools().await {
        school.take(school.ana(), &school.levelling, MORNING, 9.0).await.unwrap();
        let unlock =
            delivery::grant_unlock(&school.service, MORNING.plus(DAY), &grant(&school, school.ana(), None))
                .await;
        let unlock = unlock.unwrap();
        assert!(unlock.recommended);
        assert!(unlock.readiness_probability.is_some_and(|probability| probability > 0.8), "{unlock:?}");
        let mut connection = school.service.store.read().await.unwrap();
        let stored = list_unlocks(&mut connection, school.ana(), &school.validation).await.unwrap();
        assert_eq!(stored, [unlock]);
    }
}

#[tokio::test]
async fn without_evidence_an_unlock_needs_a_reason() {
    for school in schools().await {
        let refused =
            delivery::grant_unlock(&school.service, MORNING, &grant(&school, school.ana(), None)).await;
        let refused = refused.unwrap_err();
        assert!(
            matches!(refused, DeliveryError::UnlockRefused(UnlockRefusal::ReasonNeeded { .. })),
            "{refused}"
        );
        let reason = Some("  moved here with a portfolio ");
        let unlock =
            delivery::grant_unlock(&school.service, MORNING, &grant(&school, school.ana(), reason)).await;
        let unlock = unlock.unwrap();
        assert_eq!(unlock.reason.as_deref(), Some("moved here with a portfolio"));
        assert!(!unlock.recommended);
        assert_eq!(unlock.readiness_probability, None);
    }
}

#[tokio::test]
async fn a_teacher_chooses_the_last_day_and_the_record_says_so() {
    for school in schools().await {
        let wanted =
            |day| GrantUnlock { open_through: Some(day), ..grant(&school, school.ana(), Some("seen")) };
        for (day, words) in [("soon", "open_through must be a date"), ("2026-01-13", "can stay open through")]
        {
            let refused = delivery::grant_unlock(&school.service, MORNING, &wanted(day)).await.unwrap_err();
            assert!(refused.to_string().contains(words), "{refused}");
        }
        // In January the school is eight hours behind UTC.
        let unlock = delivery::grant_unlock(&school.service, MORNING, &wanted("2026-01-16")).await.unwrap();
        assert_eq!(
            unlock.expires_at,
            Millis("2026-01-17T08:00:00Z".parse::<Timestamp>().unwrap().as_millisecond())
        );
        let mut connection = school.service.store.read().await.unwrap();
        let about = AuditFilter { subject_id: unlock.id.to_string(), ..AuditFilter::default() };
        let entries = list_audit(&mut connection, &about, &AuditPlace::Latest, 9).await.unwrap().entries;
        assert_eq!(entries[0].detail["expires_at_ms"], unlock.expires_at.0);
        assert!(school.start(school.ana(), &school.validation, unlock.expires_at).await.is_err());
        school.start(school.ana(), &school.validation, unlock.expires_at.plus(-1)).await.unwrap();
    }
}

#[tokio::test]
async fn a_second_unlock_while_one_is_live_is_refused() {
    for school in schools().await {
        let wanted = grant(&school, school.ana(), Some("a reason"));
        let grant = || delivery::grant_unlock(&school.service, MORNING, &wanted);
        let (one, other) = tokio::join!(grant(), grant());
        assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1);
        let refused = one.err().or(other.err()).unwrap();
        assert!(
            matches!(refused, DeliveryError::UnlockRefused(UnlockRefusal::AlreadyUnlocked { .. })),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_by_its_name() {
    for school in schools().await {
        let long = "x".repeat(100_000);
        let wanted = grant(&school, school.ana(), Some("a reason"));
        for (wanted, named) in [
            (GrantUnlock { reason: Some(&long), ..wanted }, "reason"),
            (GrantUnlock { note: Some(&long), ..wanted }, "note"),
        ] {
            let refused = delivery::grant_unlock(&school.service, MORNING, &wanted).await.unwrap_err();
            assert!(matches!(refused, DeliveryError::Invalid { field, .. } if field == named), "{refused}");
        }
    }
}

#[tokio::test]
async fn an_unlock_is_revoked_until_it_is_used() {
    for school in schools().await {
        let wanted = grant(&school, school.ana(), Some("a reason"));
        let unlock = delivery::grant_unlock(&school.service, MORNING, &wanted).await.unwrap();
        delivery::revoke_unlock(&school.service, MORNING, &unlock.id, &school.teacher).await.unwrap();
        assert!(school.start(school.ana(), &school.validation, MORNING).await.is_err());
        let again =
            delivery::revoke_unlock(&school.service, MORNING, &unlock.id, &school.teacher).await.unwrap_err();
        assert!(matches!(again, DeliveryError::RevokeRefused(RevokeRefusal::AlreadyRevoked)), "{again}");

        let second = delivery::grant_unlock(&school.service, MORNING, &wanted).await.unwrap();
        school.start(school.ana(), &school.validation, MORNING).await.unwrap();
        let used =
            delivery::revoke_unlock(&school.service, MORNING, &second.id, &school.teacher).await.unwrap_err();
        assert!(matches!(used, DeliveryError::RevokeRefused(RevokeRefusal::Used)), "{used}");
    }
}

#[tokio::test]
async fn a_start_and_a_revocation_at_once_never_both_succeed() {
    for school in schools().await {
        let wanted = grant(&school, school.ana(), Some("a reason"));
        let unlock = delivery::grant_unlock(&school.service, MORNING, &wanted).await.unwrap();
        let start = school.start(school.ana(), &school.validation, MORNING);
        let revoke = delivery::revoke_unlock(&school.service, MORNING, &unlock.id, &school.teacher);
        let (started, revoked) = tokio::join!(start, revoke);
        assert_ne!(started.is_ok(), revoked.is_ok());
    }
}

#[tokio::test]
async fn after_not_yet_a_new_unlock_needs_new_evidence() {
    for school in schools().await {
        let wanted = grant(&school, school.ana(), Some("a reason"));
        delivery::grant_unlock(&school.service, MORNING, &wanted).await.unwrap();
        school.take(school.ana(), &school.validation, MORNING, -2.0).await.unwrap();
        let refused = delivery::grant_unlock(&school.service, MORNING.plus(DAY), &wanted).await.unwrap_err();
        let expected = UnlockRefusal::NewEvidenceNeeded { needed: 10, found: 0 };
        assert!(matches!(&refused, DeliveryError::UnlockRefused(found) if *found == expected), "{refused}");
        for day in 1..=2 {
            school.take(school.ana(), &school.levelling, MORNING.plus(day * DAY), 0.0).await.unwrap();
        }
        delivery::grant_unlock(&school.service, MORNING.plus(3 * DAY), &wanted).await.unwrap();
    }
}

#[tokio::test]
async fn while_a_validation_is_open_no_second_one_is_unlocked() {
    for school in schools().await {
        let wanted = grant(&school, school.ana(), Some("a reason"));
        delivery::grant_unlock(&school.service, MORNING, &wanted).await.unwrap();
        let step = school.start(school.ana(), &school.validation, MORNING).await.unwrap();
        let refused = delivery::grant_unlock(&school.service, MORNING, &wanted).await.unwrap_err();
        let expected = UnlockRefusal::AttemptOpen { number: 1 };
        assert!(matches!(&refused, DeliveryError::UnlockRefused(found) if *found == expected), "{refused}");
        school.answer_all(step, MORNING, |_| false).await.unwrap();
        let later = MORNING.plus(DAY);
        assert!(school.start(school.ana(), &school.validation, later).await.is_err());
        let refused = delivery::grant_unlock(&school.service, later, &wanted).await.unwrap_err();
        let expected = UnlockRefusal::NewEvidenceNeeded { needed: 10, found: 0 };
        assert!(matches!(&refused, DeliveryError::UnlockRefused(found) if *found == expected), "{refused}");
    }
}

#[tokio::test]
async fn in_bulk_what_is_refused_for_one_stands_for_the_others() {
    for school in schools().await {
        school.take(&school.students[1], &school.levelling, MORNING, 9.0).await.unwrap();
        let wanted = grant(&school, school.ana(), None);
        let now = MORNING.plus(DAY);
        let outcomes = delivery::grant_unlocks(&school.service, now, &wanted, &school.students).await;
        assert!(outcomes[0].1.is_err(), "no evidence and no reason");
        assert!(outcomes[1].1.is_ok());
    }
}
