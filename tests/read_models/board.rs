//! The live board.

use waymark::assessment::{Actor, AttemptState};
use waymark::delivery;
use waymark::delivery::read_models::{LiveBoard, LiveFlag, live_board};
use waymark::store::ClassId;

use super::{MINUTE, class_of, day};
use crate::support::assessed_school::{AssessedSchool, schools};

async fn board(school: &AssessedSchool, class: &ClassId, minutes: i64) -> LiveBoard {
    live_board(&school.service, day(0).plus(minutes * MINUTE), class).await.unwrap()
}

#[actix_web::test]
async fn who_tests_is_on_the_board_with_what_to_look_at() {
    for school in schools().await {
        let class = class_of(&school, &school.students).await;
        assert!(board(&school, &class, 0).await.rows.is_empty());
        let step = school.start(school.ana(), &school.levelling, day(0)).await.unwrap();
        let at = |minutes: i64| day(0).plus(minutes * MINUTE);
        let step = school.answer(&step, "right", at(1)).await.unwrap();
        let row = board(&school, &class, 2).await.rows.remove(0);
        assert_eq!((row.name.as_str(), row.answered, row.state), ("ana", 1, AttemptState::InProgress));
        assert_eq!((row.least_answers, row.most_answers), (6, 12));
        assert_eq!((row.silent_since_ms, row.flags), (None, vec![]));
        let row = board(&school, &class, 4).await.rows.remove(0);
        assert_eq!((row.silent_since_ms, row.flags), (Some(at(1).0), vec![LiveFlag::Silent]));

        let by = Actor::Account(school.teacher.to_string());
        delivery::pause(&school.service, at(5), &step.attempt.id, &by).await.unwrap();
        let row = board(&school, &class, 6).await.rows.remove(0);
        assert_eq!((row.state, row.flags), (AttemptState::Paused, vec![LiveFlag::PausedByAdult]));
        delivery::resume(&school.service, at(7), &step.attempt.id, &by).await.unwrap();
        // Half a second an item: nobody reads that fast.
        let mut step = delivery::current_step(&school.service, at(7), &step.attempt.id).await.unwrap();
        for answers in 0..4 {
            step = school.answer(&step, "wrong", at(7).plus(500 * (answers + 1))).await.unwrap();
        }
        let row = board(&school, &class, 7).await.rows.remove(0);
        assert_eq!(row.flags, [LiveFlag::RapidGuessing]);

        // Somebody who has just finished stands below those who are at it.
        school.take(&school.students[1], &school.levelling, at(0), 0.0).await.unwrap();
        let names: Vec<(String, bool)> = board(&school, &class, 8)
            .await
            .rows
            .into_iter()
            .map(|row| (row.name, row.state.is_open()))
            .collect();
        assert_eq!(names, [("ana".to_owned(), true), ("ben".to_owned(), false)]);
        assert_eq!(board(&school, &class, 200).await.rows.len(), 1);
    }
}
