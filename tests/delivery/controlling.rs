//! Pausing, resuming, handing in, the sweep, invalidating and resetting.

use waymark::assessment::{Actor, AttemptEvent, AttemptState, PauseReason};
use waymark::delivery::{self, AnswerRefusal, DeliveryError, Show, Swept};

use super::{DAY, MINUTE};
use crate::support::assessed_school::{schools, shown};
use crate::support::clock::MORNING;

#[tokio::test]
async fn a_paused_attempt_goes_on_at_the_very_item() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let at = school.answer(&first, "right", MORNING).await.unwrap();
        let id = &at.attempt.id;
        let paused = delivery::pause(&school.service, MORNING, id, &Actor::Student).await.unwrap();
        assert_eq!(paused.show, Show::Paused { by: Actor::Student, reason: PauseReason::Requested });
        let again = delivery::pause(&school.service, MORNING, id, &Actor::Student).await.unwrap();
        assert_eq!(again.attempt, paused.attempt, "pausing again changes nothing");
        let refused = school.answer(&at, "right", MORNING).await.unwrap_err();
        assert!(matches!(
            refused,
            DeliveryError::AnswerRefused(AnswerRefusal::NotInProgress { state: AttemptState::Paused })
        ));
        let resumed =
            delivery::resume(&school.service, MORNING.plus(DAY), id, &Actor::Student).await.unwrap();
        assert_eq!(shown(&resumed), shown(&at));
        school.answer(&resumed, "right", MORNING.plus(DAY)).await.unwrap();
        assert!(school.replays(id).await);
    }
}

#[tokio::test]
async fn a_pause_is_no_time_at_an_item() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let id = &first.attempt.id;
        let second = school.answer(&first, "right", MORNING.plus(7_000)).await.unwrap();
        delivery::pause(&school.service, MORNING.plus(9_000), id, &Actor::Student).await.unwrap();
        let later = MORNING.plus(DAY / 2);
        let resumed = delivery::resume(&school.service, later, id, &Actor::Student).await.unwrap();
        assert_eq!(shown(&resumed), shown(&second));
        school.answer(&resumed, "right", later.plus(4_000)).await.unwrap();
        let log = delivery::replay(&school.service, id).await.unwrap().log;
        let times: Vec<i64> = log
            .iter()
            .filter_map(|logged| match logged.event {
                AttemptEvent::Answered { elapsed_ms, .. } => Some(elapsed_ms),
                _ => None,
            })
            .collect();
        assert_eq!(times, [7_000, 4_000]);
        assert!(school.replays(id).await);
    }
}

#[tokio::test]
async fn what_a_teacher_paused_a_teacher_resumes() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let id = &first.attempt.id;
        let teacher = Actor::Account(school.teacher.to_string());
        delivery::pause(&school.service, MORNING, id, &teacher).await.unwrap();
        let refused = delivery::resume(&school.service, MORNING, id, &Actor::Student).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::HeldByAdult { .. }), "{refused}");
        let resumed = delivery::resume(&school.service, MORNING, id, &teacher).await.unwrap();
        assert_eq!(shown(&resumed), shown(&first));
    }
}

#[tokio::test]
async fn a_teachers_pause_holds_over_one_of_the_student() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let id = &first.attempt.id;
        let teacher = Actor::Account(school.teacher.to_string());
        delivery::pause(&school.service, MORNING, id, &Actor::Student).await.unwrap();
        let held = delivery::pause(&school.service, MORNING, id, &teacher).await.unwrap();
        assert_eq!(held.show, Show::Paused { by: teacher.clone(), reason: PauseReason::Requested });
        let again = delivery::pause(&school.service, MORNING, id, &Actor::Student).await.unwrap();
        assert_eq!(again.attempt, held.attempt, "the student's pause over it changes nothing");
        let refused = delivery::resume(&school.service, MORNING, id, &Actor::Student).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::HeldByAdult { .. }), "{refused}");
        delivery::resume(&school.service, MORNING, id, &teacher).await.unwrap();
        assert!(school.replays(id).await);
    }
}

#[tokio::test]
async fn a_teachers_pause_and_a_students_return_at_once_end_in_the_pause() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let id = &first.attempt.id;
        let teacher = Actor::Account(school.teacher.to_string());
        for _ in 0..20 {
            delivery::pause(&school.service, MORNING, id, &Actor::Student).await.unwrap();
            let hold = delivery::pause(&school.service, MORNING, id, &teacher);
            let (held, _) =
                tokio::join!(hold, delivery::resume(&school.service, MORNING, id, &Actor::Student));
            held.unwrap();
            let now = delivery::current_step(&school.service, MORNING, id).await.unwrap();
            assert_eq!(now.show, Show::Paused { by: teacher.clone(), reason: PauseReason::Requested });
            delivery::resume(&school.service, MORNING, id, &teacher).await.unwrap();
        }
        assert!(school.replays(id).await);
    }
}

#[tokio::test]
async fn twenty_minutes_without_activity_pause_an_attempt() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let just_before = delivery::sweep(&school.service, MORNING.plus(20 * MINUTE - 1)).await.unwrap();
        assert_eq!(just_before, Swept::default());
        let swept = delivery::sweep(&school.service, MORNING.plus(20 * MINUTE)).await.unwrap();
        assert_eq!(swept, Swept { paused: 1, expired: 0, failed: 0 });
        let id = &first.attempt.id;
        let step = delivery::current_step(&school.service, MORNING.plus(21 * MINUTE), id).await.unwrap();
        assert_eq!(step.show, Show::Paused { by: Actor::System, reason: PauseReason::Inactivity });
        delivery::resume(&school.service, MORNING.plus(21 * MINUTE), id, &Actor::Student).await.unwrap();
        assert!(school.replays(id).await);
    }
}

#[tokio::test]
async fn an_answer_that_comes_too_late_meets_a_paused_attempt_without_any_sweep() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let late = MORNING.plus(25 * MINUTE);
        let refused = school.answer(&first, "right", late).await.unwrap_err();
        assert!(
            matches!(refused, DeliveryError::AnswerRefused(AnswerRefusal::NotInProgress { .. })),
            "{refused}"
        );
        let resumed =
            delivery::resume(&school.service, late, &first.attempt.id, &Actor::Student).await.unwrap();
        assert_eq!(shown(&resumed), shown(&first));
        school.answer(&resumed, "right", late).await.unwrap();
    }
}

#[tokio::test]
async fn handing_in_ends_an_attempt_once() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let second = school.answer(&first, "right", MORNING).await.unwrap();
        let ended = delivery::finish(&school.service, MORNING, &second.attempt.id).await.unwrap();
        assert_eq!((ended.attempt.state, ended.show), (AttemptState::Completed, Show::Ended));
        let again = delivery::finish(&school.service, MORNING.plus(DAY), &second.attempt.id).await.unwrap();
        assert_eq!(again.attempt, ended.attempt);
        assert!(school.replays(&second.attempt.id).await);
    }
}

#[tokio::test]
async fn an_invalidated_attempt_keeps_its_place_and_a_reset_one_gives_it_back() {
    for school in schools().await {
        let Some(ana) = school.students.first() else { continue };
        for day in 0..3 {
            school.take(ana, &school.levelling, MORNING.plus(day * DAY), 0.0).await.unwrap();
        }
        let now = MORNING.plus(4 * DAY);
        let mut connection = school.service.store.read().await.unwrap();
        let attempts = waymark::store::attempts::list_student_attempts(&mut connection, ana).await.unwrap();
        drop(connection);
        let id = &attempts[1].id;
        let refused =
            delivery::invalidate(&school.service, now, id, &school.teacher, "  ").await.unwrap_err();
        assert_eq!(refused.to_string(), "reason must say why, got nothing");
        let ruled = delivery::invalidate(&school.service, now, id, &school.teacher, "helped by a friend")
            .await
            .unwrap();
        assert_eq!(ruled.attempt.state, AttemptState::Invalidated);
        assert_eq!(ruled.attempt.finished_at, attempts[1].finished_at, "it ended when it ended");
        assert!(school.start(ana, &school.levelling, now).await.is_err(), "it still uses one up");
        let given_back =
            delivery::reset(&school.service, now, id, &school.staff, "the network was down").await.unwrap();
        assert_eq!(given_back.attempt.state, AttemptState::Reset);
        let refused = delivery::pause(&school.service, now, id, &Actor::Student).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::Transition(_)), "{refused}");
        school.start(ana, &school.levelling, now).await.unwrap();
        assert!(school.replays(id).await);
    }
}
