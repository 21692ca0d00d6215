//! Many students at once, and several nodes: who shares a transaction with whom changes nothing for anybody.

use futures_util::future::join_all;
use waymark::assessment::{Actor, AttemptEvent, AttemptState};
use waymark::delivery::{self, AnswerRefusal, CurrentStep, DeliveryError, GivenAnswer, Service, Show};
use waymark::store::attempt_changes::AttemptChange;
use waymark::store::attempts::find_attempt;
use waymark::store::events::{LoggedEvent, read_log};
use waymark::store::{AccountId, Store, StoreError};

use super::MINUTE;
use crate::support::assessed_school::{AssessedSchool, chosen, schools, shown};
use crate::support::clock::MORNING;

/// More than share one transaction.
const MANY: usize = 70;

async fn started(school: &AssessedSchool, students: &[AccountId]) -> Vec<CurrentStep> {
    let mut steps = Vec::new();
    for student in students {
        steps.push(school.start(student, &school.levelling, MORNING).await.unwrap());
    }
    steps
}

/// A change that pauses an attempt.
fn pause(step: &CurrentStep) -> AttemptChange {
    let mut attempt = step.attempt.clone();
    let read_at_position = attempt.next_position;
    attempt.next_position += 1;
    attempt.state = AttemptState::Paused;
    let reason = waymark::assessment::PauseReason::Requested;
    let event = AttemptEvent::Paused { by: Actor::Student, reason };
    let events = vec![LoggedEvent { position: read_at_position, at: MORNING, event }];
    AttemptChange { attempt, read_at_position, events, field_test_answers: Vec::new() }
}

#[tokio::test]
async fn many_students_answer_at_once_and_everybody_twice() {
    for school in schools().await {
        let students = school.more_students(MANY).await;
        let mut steps = started(&school, &students).await;
        for round in 1..=3 {
            let now = MORNING.plus(i64::from(round) * MINUTE);
            let choice = |number: usize| if number.is_multiple_of(3) { "wrong" } else { "right" };
            let school = &school;
            let answers = steps.iter().enumerate().map(|(number, step)| async move {
                tokio::join!(
                    school.answer(step, choice(number), now),
                    school.answer(step, choice(number), now)
                )
            });
            let answered = join_all(answers).await;
            steps = answered
                .into_iter()
                .map(|(once, again)| {
                    let (once, again) = (once.unwrap(), again.unwrap());
                    assert_eq!(once.show, again.show);
                    assert_eq!(once.attempt, again.attempt);
                    assert_eq!(once.attempt.answered, round);
                    once
                })
                .collect();
        }
        for step in &steps {
            let mut connection = school.service.store.read().await.unwrap();
            let row = find_attempt(&mut connection, &step.attempt.id).await.unwrap().unwrap();
            assert_eq!(row, step.attempt, "the row is what was acknowledged");
            let log = read_log(&mut connection, &row.id, row.next_position).await.unwrap();
            assert_eq!(log.len(), 2 + 2 * 3);
            drop(connection);
            assert!(school.replays(&row.id).await);
        }
    }
}

#[tokio::test]
async fn a_change_that_cannot_be_written_fails_alone() {
    for school in schools().await {
        let students = school.more_students(5).await;
        let steps = started(&school, &students).await;
        let mut changes: Vec<AttemptChange> = steps.iter().map(pause).collect();
        // Its event takes the place of one that is there.
        changes[2].events[0].position = 0;
        let written = join_all(changes.into_iter().map(|change| school.service.commits.write(change))).await;
        for (number, (written, step)) in written.into_iter().zip(&steps).enumerate() {
            let mut connection = school.service.store.read().await.unwrap();
            let row = find_attempt(&mut connection, &step.attempt.id).await.unwrap().unwrap();
            if number == 2 {
                assert!(matches!(written, Err(StoreError::Duplicate(_))), "{written:?}");
                assert_eq!(row, step.attempt, "nothing of it was written");
            } else {
                assert!(written.unwrap());
                assert_eq!(row.state, AttemptState::Paused);
                assert_eq!(read_log(&mut connection, &row.id, row.next_position).await.unwrap().len(), 3);
            }
        }
    }
}

#[tokio::test]
async fn of_two_changes_of_one_attempt_in_one_group_the_first_is_written() {
    for school in schools().await {
        let students = school.more_students(2).await;
        let steps = started(&school, &students).await;
        let changes = [pause(&steps[0]), pause(&steps[0]), pause(&steps[1])];
        let written = join_all(changes.into_iter().map(|change| school.service.commits.write(change))).await;
        let written: Vec<bool> = written.into_iter().map(Result::unwrap).collect();
        assert_eq!(written, [true, false, true]);
    }
}

#[tokio::test]
async fn what_another_node_wrote_is_noticed() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let second = school.answer(&first, "right", MORNING.plus(MINUTE)).await.unwrap();
        let store = Store::connect(&school.database.address).await.unwrap();
        let other_node = Service::new(store.clone());

        // The other node takes an answer: here it stands, and the next one goes on from it.
        let given = GivenAnswer { item: shown(&second), answer: chosen("wrong") };
        let id = &first.attempt.id;
        let there = delivery::answer(&other_node, MORNING.plus(2 * MINUTE), id, &given).await.unwrap();
        let here = school.answer(&second, "wrong", MORNING.plus(3 * MINUTE)).await.unwrap();
        assert_eq!(here.attempt, there.attempt);
        let refusal = school.answer(&second, "right", MORNING.plus(3 * MINUTE)).await.unwrap_err();
        assert!(
            matches!(refusal, DeliveryError::AnswerRefused(AnswerRefusal::AlreadyAnswered { .. })),
            "{refusal}"
        );
        let next = school.answer(&here, "right", MORNING.plus(4 * MINUTE)).await.unwrap();
        assert_eq!(next.attempt.answered, 3);

        // The other node pauses: here the next answer is refused, though this node saw the attempt in progress last.
        let adult = Actor::Account(school.teacher.to_string());
        delivery::pause(&other_node, MORNING.plus(5 * MINUTE), id, &adult).await.unwrap();
        let refusal = school.answer(&next, "right", MORNING.plus(5 * MINUTE)).await.unwrap_err();
        assert!(
            matches!(
                refusal,
                DeliveryError::AnswerRefused(AnswerRefusal::NotInProgress { state: AttemptState::Paused })
            ),
            "{refusal}"
        );
        let shown_here = delivery::current_step(&school.service, MORNING.plus(5 * MINUTE), id).await.unwrap();
        assert!(matches!(shown_here.show, Show::Paused { .. }));
        assert!(school.replays(id).await);
        store.close().await;
    }
}
