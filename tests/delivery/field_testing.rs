//! Field-test items in live attempts: given, never scored, counted for every node.

use item_bank::ItemId;
use waymark::assessment::AttemptEvent;
use waymark::delivery::read_models::attempt_result;
use waymark::delivery::{self, AttemptRecord, Service, attempt_record};
use waymark::store::attempts::Attempt;

use super::DAY;
use crate::support::assessed_school::{AssessedSchool, schools};
use crate::support::clock::MORNING;
use crate::support::field_test::TRIED;

async fn record(service: &Service, attempt: &Attempt) -> AttemptRecord {
    attempt_record(service, &attempt.id).await.unwrap()
}

/// Items answered, in order.
fn answered(record: &AttemptRecord) -> Vec<ItemId> {
    let events = record.log.iter().map(|logged| &logged.event);
    let items = events.filter_map(|event| match event {
        AttemptEvent::Answered { item, .. } => Some(item.clone()),
        _ => None,
    });
    items.collect()
}

fn pinned(record: &AttemptRecord, item: &str) -> [u64; 2] {
    let Some(AttemptEvent::Started(started)) = record.log.first().map(|logged| &logged.event) else {
        panic!("a log begins with started")
    };
    let item = ItemId::new(item).unwrap();
    [0, 1].map(|band| started.field_test.answers(&item, band))
}

/// What a student answers to an item depends on its name alone.
async fn take(school: &AssessedSchool, day: i64) -> Attempt {
    let now = MORNING.plus(day * DAY);
    school.take(school.ana(), &school.levelling, now, 0.6).await.unwrap().attempt
}

#[tokio::test]
async fn they_are_given_and_change_nothing_that_is_scored() {
    for school in schools().await {
        let ben = &school.students[1];
        let plain = school.take(ben, &school.levelling, MORNING, 0.6).await.unwrap().attempt;
        let before = record(&school.service, &plain).await;
        assert_eq!(before.field_test.len(), 0);

        school.try_items().await;
        let trying = take(&school, 2).await;
        let after = record(&school.service, &trying).await;
        assert_eq!(after.field_test.iter().map(ItemId::as_str).collect::<Vec<_>>(), TRIED);
        let items = answered(&after);
        let places: Vec<usize> = (0..items.len())
            .filter(|place| after.field_test.contains(&items[*place]))
            .map(|place| place + 1)
            .collect();
        assert!(places.iter().all(|place| (3..=8).contains(place)), "{places:?}");
        assert!(places[1] - places[0] >= 2, "{places:?}");

        // Two more questions than count, and the number that counts is what adults and rules are told.
        assert_eq!(items.len() as u32, trying.answered + 2);
        let result = attempt_result(&school.service, MORNING.plus(3 * DAY), &trying.id).await.unwrap();
        assert_eq!(result.answered, trying.answered);
        let by_strand: u32 = result.feedback.strands.iter().map(|strand| strand.answers).sum();
        assert_eq!(by_strand, trying.answered, "feedback rests on scored answers");
        assert!(school.replays(&trying.id).await && school.replays(&plain.id).await);
    }
}

#[tokio::test]
async fn answers_are_counted_by_ability_and_pinned_by_the_next_attempt() {
    for school in schools().await {
        school.try_items().await;
        let first = record(&school.service, &take(&school, 0).await).await;
        assert_eq!(TRIED.map(|item| pinned(&first, item)), [[0, 0], [0, 0]]);
        // Another node, which shares nothing but the database.
        let elsewhere = AssessedSchool { service: Service::new(school.database.store.clone()), ..school };
        let ben = elsewhere.students[1].clone();
        let step = elsewhere.take(&ben, &elsewhere.levelling, MORNING.plus(DAY), 0.6).await.unwrap();
        let second = record(&elsewhere.service, &step.attempt).await;
        let counts = TRIED.map(|item| pinned(&second, item));
        assert_eq!(counts.iter().flatten().sum::<u64>(), 2, "{counts:?}");
        assert!(elsewhere.replays(&step.attempt.id).await);
        // An answer sent twice is counted once.
        let again =
            elsewhere.start(elsewhere.ana(), &elsewhere.levelling, MORNING.plus(2 * DAY)).await.unwrap();
        let third = record(&elsewhere.service, &again.attempt).await;
        assert_eq!(TRIED.map(|item| pinned(&third, item)).iter().flatten().sum::<u64>(), 4);
    }
}

#[tokio::test]
async fn one_that_the_student_has_seen_does_not_come_again() {
    for school in schools().await {
        school.try_items().await;
        take(&school, 0).await;
        let second = record(&school.service, &take(&school, 1).await).await;
        assert_eq!(second.field_test.len(), 0);
    }
}

#[tokio::test]
async fn the_number_of_a_question_counts_every_question() {
    for school in schools().await {
        school.try_items().await;
        let mut step = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let mut expected = 1;
        while let delivery::Show::Item { number, .. } = step.show {
            assert_eq!(number, expected);
            step = school.answer(&step, "right", MORNING.plus(i64::from(number) * 60_000)).await.unwrap();
            assert_eq!(step.given, expected);
            expected += 1;
        }
        assert_eq!(step.given, step.attempt.answered + 2);
    }
}
