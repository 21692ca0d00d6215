//! Starting: the policy allows it, an unlock opens it, one at a time.

use waymark::assessment::StartRefusal;
use waymark::delivery::{self, DeliveryError, GrantUnlock};
use waymark::store::AccountId;

use super::{DAY, MINUTE};
use crate::support::assessed_school::{AssessedSchool, schools};
use crate::support::clock::MORNING;

fn refusal(error: DeliveryError) -> StartRefusal {
    match error {
        DeliveryError::StartRefused(refusal) => refusal,
        other => panic!("a start refused by policy, not {other}"),
    }
}

async fn unlock(school: &AssessedSchool, student: &AccountId) {
    let grant = GrantUnlock {
        by: &school.teacher,
        student,
        assessment: &school.validation,
        reason: Some("asked for by the family"),
        note: None,
        open_through: None,
    };
    delivery::grant_unlock(&school.service, MORNING, &grant).await.unwrap();
}

#[tokio::test]
async fn an_attempt_starts_at_its_first_item() {
    for school in schools().await {
        let step = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        assert_eq!((step.attempt.number, step.attempt.answered, step.attempt.next_position), (1, 0, 2));
        assert_eq!(step.attempt.sweep_at, Some(MORNING.plus(20 * MINUTE)));
        let again = delivery::current_step(&school.service, MORNING, &step.attempt.id).await.unwrap();
        assert_eq!(again.show, step.show);
    }
}

#[tokio::test]
async fn a_second_start_is_told_which_attempt_is_open() {
    for school in schools().await {
        let step = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let refused = refusal(school.start(school.ana(), &school.levelling, MORNING).await.unwrap_err());
        let expected = StartRefusal::AttemptOpen { attempt_id: step.attempt.id.to_string(), number: 1 };
        assert_eq!(refused, expected);
    }
}

#[tokio::test]
async fn simultaneous_starts_of_the_last_attempt_yield_one() {
    for school in schools().await {
        for day in 0..2 {
            school.take(school.ana(), &school.levelling, MORNING.plus(day * DAY), 0.0).await.unwrap();
        }
        let now = MORNING.plus(2 * DAY);
        let start = || school.start(school.ana(), &school.levelling, now);
        let outcomes = tokio::join!(start(), start(), start(), start());
        let outcomes = [outcomes.0, outcomes.1, outcomes.2, outcomes.3];
        assert_eq!(
            outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
            1,
            "{:?}",
            school.database.engine()
        );
        let started = outcomes.into_iter().find_map(Result::ok).unwrap();
        assert_eq!(started.attempt.number, 3);
        school.answer_all(started, now, |_| true).await.unwrap();
        let refused =
            refusal(school.start(school.ana(), &school.levelling, now.plus(DAY)).await.unwrap_err());
        assert_eq!(refused, StartRefusal::NoAttemptsLeft { allowed: 3, opens_at: None });
    }
}

#[tokio::test]
async fn a_validation_without_an_unlock_does_not_start() {
    for school in schools().await {
        let refused = refusal(school.start(school.ana(), &school.validation, MORNING).await.unwrap_err());
        assert_eq!(refused, StartRefusal::UnlockNeeded);
    }
}

#[tokio::test]
async fn an_unlock_opens_one_attempt_for_one_student() {
    for school in schools().await {
        unlock(&school, school.ana()).await;
        let refused =
            refusal(school.start(&school.students[1], &school.validation, MORNING).await.unwrap_err());
        assert_eq!(refused, StartRefusal::UnlockNeeded, "it is for another student");
        let start = || school.start(school.ana(), &school.validation, MORNING);
        let (one, other) = tokio::join!(start(), start());
        assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1);
        let started = one.or(other).unwrap();
        assert!(started.attempt.unlock_id.is_some());
        school.answer_all(started, MORNING, |_| false).await.unwrap();
        let refused =
            refusal(school.start(school.ana(), &school.validation, MORNING.plus(DAY)).await.unwrap_err());
        assert_eq!(refused, StartRefusal::UnlockNeeded, "it was used");
    }
}

#[tokio::test]
async fn an_unlock_that_expired_opens_nothing() {
    for school in schools().await {
        unlock(&school, school.ana()).await;
        let late = MORNING.plus(16 * DAY);
        let refused = refusal(school.start(school.ana(), &school.validation, late).await.unwrap_err());
        assert_eq!(refused, StartRefusal::UnlockNeeded);
    }
}

#[tokio::test]
async fn the_next_attempt_starts_where_the_last_one_ended() {
    for school in schools().await {
        let first = school.take(school.ana(), &school.levelling, MORNING, 1.0).await.unwrap();
        let next = school.start(school.ana(), &school.levelling, MORNING.plus(DAY)).await.unwrap();
        assert_eq!(next.attempt.prior.mean, first.attempt.placement.unwrap().theta);
    }
}

#[tokio::test]
async fn a_student_of_another_grade_or_an_unknown_one_is_refused() {
    for school in schools().await {
        let nobody = AccountId::from("nobody");
        let error = school.start(&nobody, &school.levelling, MORNING).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no student nobody");
        let error = school.start(&school.teacher, &school.levelling, MORNING).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no student teacher");
        let error = school.start(school.ana(), &"other".into(), MORNING).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no assessment other");
    }
}
