//! Answering: acknowledged when on disk, once, in order.

use waymark::assessment::{AttemptEvent, AttemptState};
use waymark::delivery::{self, AnswerRefusal, DeliveryError, GivenAnswer, Show};
use waymark::store::Store;
use waymark::store::attempts::find_attempt;
use waymark::store::events::read_log;

use super::{DAY, MINUTE};
use crate::support::assessed_school::{chosen, schools, shown};
use crate::support::clock::MORNING;

#[tokio::test]
async fn an_answer_is_scored_and_followed_by_another_item() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let second = school.answer(&first, "right", MORNING.plus(MINUTE)).await.unwrap();
        assert_ne!(shown(&first), shown(&second));
        assert_eq!(second.attempt.answered, 1);
        assert!(matches!(second.show, Show::Item { number: 2, .. }));
        let placement = second.attempt.placement.unwrap();
        assert!(placement.theta > first.attempt.prior.mean, "a right answer moves up");

        let mut connection = school.service.store.read().await.unwrap();
        let log = read_log(&mut connection, &first.attempt.id, second.attempt.next_position).await.unwrap();
        let kinds: Vec<&str> = log.iter().map(|logged| logged.event.kind().as_str()).collect();
        assert_eq!(kinds, ["started", "administered", "answered", "administered"]);
        let AttemptEvent::Answered { score, elapsed_ms, .. } = log[2].event else { panic!("an answer") };
        assert_eq!((score, elapsed_ms), (1, MINUTE));
    }
}

#[tokio::test]
async fn the_same_answer_again_changes_nothing_and_shows_the_same_next_item() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let once = school.answer(&first, "right", MORNING.plus(MINUTE)).await.unwrap();
        let twice = school.answer(&first, "right", MORNING.plus(2 * MINUTE)).await.unwrap();
        assert_eq!(once.show, twice.show);
        assert_eq!(once.attempt, twice.attempt);
    }
}

#[tokio::test]
async fn a_different_answer_to_an_answered_item_is_refused() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let once = school.answer(&first, "right", MORNING.plus(MINUTE)).await.unwrap();
        let refusal = school.answer(&first, "wrong", MORNING.plus(2 * MINUTE)).await.unwrap_err();
        assert!(
            matches!(&refusal, DeliveryError::AnswerRefused(AnswerRefusal::AlreadyAnswered { item }) if *item == shown(&first)),
            "{refusal}"
        );
        let after = delivery::current_step(&school.service, MORNING.plus(2 * MINUTE), &first.attempt.id)
            .await
            .unwrap();
        assert_eq!(after.attempt, once.attempt);
    }
}

#[tokio::test]
async fn an_answer_out_of_order_is_refused() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let other = if shown(&first).as_str() == "interim-000" { "interim-001" } else { "interim-000" };
        let given = GivenAnswer { item: item_bank::ItemId::new(other).unwrap(), answer: chosen("right") };
        let refusal =
            delivery::answer(&school.service, MORNING, &first.attempt.id, &given).await.unwrap_err();
        assert!(
            matches!(refusal, DeliveryError::AnswerRefused(AnswerRefusal::OutOfOrder { .. })),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn an_answer_the_question_cannot_have_is_refused() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let refusal = school.answer(&first, "no such option", MORNING).await.unwrap_err();
        assert!(matches!(refusal, DeliveryError::AnswerRefused(AnswerRefusal::Unscorable(_))), "{refusal}");
        school.answer(&first, "right", MORNING).await.unwrap();
    }
}

#[tokio::test]
async fn the_engine_ends_the_attempt_and_nothing_is_answered_after_that() {
    for school in schools().await {
        let ended = school.take(school.ana(), &school.levelling, MORNING, 0.0).await.unwrap();
        assert_eq!(ended.attempt.state, AttemptState::Completed);
        assert!((6..=12).contains(&ended.attempt.answered), "{}", ended.attempt.answered);
        assert!(ended.attempt.finished_at.is_some());
        assert_eq!(ended.attempt.sweep_at, None);
        let given =
            GivenAnswer { item: item_bank::ItemId::new("interim-000").unwrap(), answer: chosen("right") };
        let refusal = delivery::answer(&school.service, MORNING.plus(DAY), &ended.attempt.id, &given).await;
        let refusal = refusal.unwrap_err();
        let expected = matches!(
            refusal,
            DeliveryError::AnswerRefused(
                AnswerRefusal::NotInProgress { .. } | AnswerRefusal::AlreadyAnswered { .. }
            )
        );
        assert!(expected, "{refusal}");
    }
}

#[tokio::test]
async fn of_two_answers_at_once_one_stands_and_both_see_the_same() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let now = MORNING.plus(MINUTE);
        let (one, other) =
            tokio::join!(school.answer(&first, "right", now), school.answer(&first, "right", now));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one.show, other.show);
        assert_eq!(one.attempt.answered, 1);
        assert_eq!(one.attempt, other.attempt);
    }
}

#[tokio::test]
async fn of_two_different_answers_at_once_one_is_refused() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let now = MORNING.plus(MINUTE);
        let (one, other) =
            tokio::join!(school.answer(&first, "right", now), school.answer(&first, "wrong", now));
        assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1);
        assert!(school.replays(&first.attempt.id).await);
    }
}

#[tokio::test]
async fn a_second_node_goes_on_where_the_first_stopped() {
    for school in schools().await {
        let first = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let second = school.answer(&first, "right", MORNING.plus(MINUTE)).await.unwrap();
        let store = Store::connect(&school.database.address).await.unwrap();
        let other_node = delivery::Service::new(store.clone());
        let there =
            delivery::current_step(&other_node, MORNING.plus(MINUTE), &first.attempt.id).await.unwrap();
        assert_eq!(there.show, second.show);
        let mut connection = store.read().await.unwrap();
        let row = find_attempt(&mut connection, &first.attempt.id).await.unwrap().unwrap();
        assert_eq!(row, second.attempt);
        drop(connection);
        store.close().await;
    }
}

#[tokio::test]
async fn items_of_earlier_attempts_do_not_come_again() {
    for school in schools().await {
        let mut seen = std::collections::BTreeSet::new();
        for day in 0..3 {
            let mut now = MORNING.plus(day * DAY);
            let mut step = school.start(school.ana(), &school.levelling, now).await.unwrap();
            while matches!(step.show, Show::Item { .. }) {
                assert!(seen.insert(shown(&step)), "{} came twice", shown(&step));
                now = now.plus(MINUTE);
                step = school.answer(&step, "wrong", now).await.unwrap();
            }
        }
    }
}
