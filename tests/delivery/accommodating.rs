//! Accommodations: what an attempt started with holds, a test that cannot be made is never begun, staff are told.

use item_bank::Accommodations;
use waymark::assessment::{AttemptEvent, StartRefusal, UnlockRefusal};
use waymark::delivery::{self, DeliveryError, GrantUnlock, Shortfall, shortfalls};
use waymark::store::AccountId;
use waymark::store::accounts;

use super::MINUTE;
use crate::support::assessed_school::{AssessedSchool, levelling, schools, shown, validation};
use crate::support::clock::MORNING;

async fn need(school: &AssessedSchool, student: &AccountId, needed: &str) {
    let mut transaction = school.service.store.begin_write().await.unwrap();
    let mut account = accounts::by_id(&mut transaction, student).await.unwrap().unwrap();
    account.accommodations = needed.parse().unwrap();
    accounts::update(&mut transaction, &account).await.unwrap();
    transaction.commit().await.unwrap();
}

fn in_braille(item: &str) -> bool {
    let number: u32 = item.rsplit('-').next().unwrap().parse().unwrap();
    number.is_multiple_of(3)
}

#[tokio::test]
async fn an_attempt_keeps_to_the_accommodations_it_started_with_and_replays() {
    for school in schools().await {
        need(&school, school.ana(), "braille").await;
        let mut step = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        assert!(in_braille(shown(&step).as_str()));
        // What is on record now is for the next attempt.
        need(&school, school.ana(), "").await;
        for minute in 1..4 {
            step = school.answer(&step, "right", MORNING.plus(minute * MINUTE)).await.unwrap();
            assert!(in_braille(shown(&step).as_str()), "{:?}", school.database.engine());
        }
        let ended = school.answer_all(step, MORNING.plus(5 * MINUTE), |_| true).await.unwrap();
        let replay = delivery::replay(&school.service, &ended.attempt.id).await.unwrap();
        let items = replay.log.iter().filter_map(|logged| match &logged.event {
            AttemptEvent::Administered { item, .. } => Some(item.as_str()),
            _ => None,
        });
        assert!(items.clone().count() >= 6 && items.clone().all(in_braille));
        assert!(school.replays(&ended.attempt.id).await, "{:?}", school.database.engine());
    }
}

#[tokio::test]
async fn a_test_that_cannot_be_made_for_a_student_is_refused_before_its_first_item() {
    for school in schools().await {
        let grant = GrantUnlock {
            by: &school.teacher,
            student: school.ana(),
            assessment: &school.validation,
            reason: Some("asked for by the family"),
            note: None,
            open_through: None,
        };
        need(&school, school.ana(), "braille").await;
        let refused = delivery::grant_unlock(&school.service, MORNING, &grant).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::UnlockRefused(UnlockRefusal::NeedsUnmet)), "{refused}");
        need(&school, school.ana(), "").await;
        delivery::grant_unlock(&school.service, MORNING, &grant).await.unwrap();
        need(&school, school.ana(), "braille").await;
        for _ in 0..2 {
            let refused = school.start(school.ana(), &school.validation, MORNING).await.unwrap_err();
            assert!(matches!(refused, DeliveryError::StartRefused(StartRefusal::NeedsUnmet)), "{refused}");
        }
        // The unlock is not used up, and opens the test once the need is gone.
        need(&school, school.ana(), "").await;
        school.start(school.ana(), &school.validation, MORNING).await.unwrap();
    }
}

#[tokio::test]
async fn staff_are_told_what_a_bank_lacks_and_for_whom() {
    for school in schools().await {
        let braille: Accommodations = "braille".parse().unwrap();
        let (levelling, validation) = (levelling().pins, validation().pins);
        let of = |pins, grades| shortfalls(&school.service, pins, grades);
        assert_eq!(of(&levelling, &[]).await.unwrap(), []);
        let known = of(&validation, &[]).await.unwrap();
        let [Shortfall { accommodations, students, problems }] = known.as_slice() else {
            panic!("{known:?}")
        };
        assert_eq!((accommodations, students.len()), (&braille, 0));
        let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let expected = [
            "the shortest test has 8 items, the summative pool has 7 usable together",
            "strand = parts needs at least 2 items, the summative pool has 0",
        ];
        assert_eq!(words, expected);
        need(&school, school.ana(), "braille").await;
        need(&school, &school.students[1], "spanish").await;
        let on_record = of(&validation, &[]).await.unwrap();
        let students: Vec<_> = on_record.iter().map(|short| &short.students).collect();
        assert_eq!(students, [&[(5, 1)].into(), &[(5, 1)].into()]);
        let of_others = of(&validation, &[4]).await.unwrap();
        assert_eq!(of_others, known);
    }
}
