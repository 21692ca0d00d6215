//! Validations that end before their plan is met: they validate nobody, and a teacher may unlock again.

use serde_json::json;
use waymark::assessment::{AttemptState, NotCounted, Verdict};
use waymark::clock::Millis;
use waymark::delivery::read_models::attempt_result;
use waymark::delivery::{self, CurrentStep, GrantUnlock, PublishDocument};
use waymark::store::unlocks::Unlock;

use super::DAY;
use crate::support::assessed_school::{AssessedSchool, schools, validation, with_field};
use crate::support::clock::MORNING;
use crate::support::small_bank;

async fn unlock(school: &AssessedSchool, now: Millis) -> Unlock {
    let (by, assessment) = (&school.teacher, &school.validation);
    let reason = Some("a reason");
    let grant = GrantUnlock { by, student: school.ana(), assessment, reason, note: None, open_through: None };
    delivery::grant_unlock(&school.service, now, &grant).await.unwrap()
}

async fn started(school: &AssessedSchool, right_answers: u32, now: Millis) -> CurrentStep {
    unlock(school, now).await;
    let mut step = school.start(school.ana(), &school.validation, now).await.unwrap();
    for _ in 0..right_answers {
        step = school.answer(&step, "right", now).await.unwrap();
    }
    assert_eq!(step.attempt.state, AttemptState::InProgress);
    step
}

#[tokio::test]
async fn a_validation_handed_in_early_validates_nobody_and_may_be_unlocked_again() {
    for school in schools().await {
        let step = started(&school, 5, MORNING).await;
        let id = &step.attempt.id;
        assert!(step.attempt.placement.unwrap().theta > 0.5, "the estimate is above the cut");
        delivery::finish(&school.service, MORNING, id).await.unwrap();
        let result = attempt_result(&school.service, MORNING, id).await.unwrap();
        assert_eq!((result.validation, result.left_out), (None, Some(NotCounted::Incomplete)));
        assert!(!result.counts);
        assert!(school.replays(id).await);

        // The unlock is used, and no new evidence is asked for: nothing was decided. It did use up an attempt.
        assert_eq!(result.attempts_left, Some(1));
        let whole = started(&school, 8, MORNING.plus(DAY)).await;
        let done = school.answer_all(whole, MORNING.plus(DAY), |_| true).await.unwrap();
        let result = attempt_result(&school.service, MORNING.plus(DAY), &done.attempt.id).await.unwrap();
        assert_eq!(result.validation.map(|outcome| outcome.verdict), Some(Verdict::Validated));
        assert!(school.replays(&done.attempt.id).await);
    }
}

#[tokio::test]
async fn a_validation_handed_in_with_its_plan_met_counts() {
    for school in schools().await {
        let step = started(&school, 9, MORNING).await;
        delivery::finish(&school.service, MORNING, &step.attempt.id).await.unwrap();
        let result = attempt_result(&school.service, MORNING, &step.attempt.id).await.unwrap();
        assert_eq!(result.left_out, None);
        assert_eq!(result.validation.map(|outcome| outcome.verdict), Some(Verdict::Validated));
        assert!(school.replays(&step.attempt.id).await);
    }
}

#[tokio::test]
async fn a_validation_that_expires_early_validates_nobody() {
    for school in schools().await {
        let policy = with_field(&small_bank::validation_policy_text(), "attempt_lifetime_days", json!(1));
        let publish =
            PublishDocument { id: "validation", document: &policy, by: &school.staff, reason: "shorter" };
        delivery::publish_policy(&school.service, MORNING, &publish).await.unwrap();
        let mut offered = validation();
        offered.pins.policy_version = 2;
        delivery::publish_assessment(&school.service, MORNING, &offered, &school.staff).await.unwrap();
        let step = started(&school, 5, MORNING).await;
        let later = MORNING.plus(2 * DAY);
        let over = delivery::current_step(&school.service, later, &step.attempt.id).await.unwrap();
        assert_eq!(over.attempt.state, AttemptState::Expired);
        let result = attempt_result(&school.service, later, &step.attempt.id).await.unwrap();
        assert_eq!((result.validation, result.left_out), (None, Some(NotCounted::Incomplete)));
        assert!(school.replays(&step.attempt.id).await);
        unlock(&school, later).await;
    }
}
