//! The student's home.

use waymark::assessment::{AttemptState, NotCounted, Purpose};
use waymark::delivery::read_models::{Closing, Door, HomeAssessment, StudentHome, student_home};
use waymark::delivery::{self, GrantUnlock};

use super::{DAY, day};
use crate::support::assessed_school::{AssessedSchool, schools};

async fn home(school: &AssessedSchool, days: i64) -> StudentHome {
    student_home(&school.service, day(days), school.ana()).await.unwrap()
}

fn levelling(home: &StudentHome) -> &HomeAssessment {
    &home.assessments[0]
}

#[actix_web::test]
async fn before_the_first_attempt_there_is_a_button_and_no_place() {
    for school in schools().await {
        let home = home(&school, 0).await;
        assert_eq!((home.name.as_str(), home.grade), ("ana", 5));
        let purposes: Vec<Purpose> = home.assessments.iter().map(|entry| entry.purpose).collect();
        assert_eq!(purposes, [Purpose::SelfLevelling, Purpose::Validation]);
        let entry = levelling(&home);
        assert_eq!((entry.door.clone(), entry.place), (Door::Start, None));
        assert_eq!((entry.attempts_allowed, entry.attempts_left), (Some(3), Some(3)));
        assert_eq!(entry.why, "No attempt yet.");
        assert_eq!(entry.policy, "Up to 3 attempts at any time, the highest counts");
        assert_eq!(entry.trail.as_ref().unwrap().levels.len(), 4);
        let validation = &home.assessments[1];
        assert_eq!(validation.target_level, Some(2));
        assert!(
            matches!(&validation.door, Door::Closed { rule: Closing::UnlockNeeded, why } if why.starts_with("Your teacher opens this"))
        );
    }
}

#[actix_web::test]
async fn the_highest_counts_and_used_tries_close_the_door() {
    for school in schools().await {
        for (days, knows_up_to) in [(1, 1.0), (2, 2.0), (3, -1.0)] {
            school.take(school.ana(), &school.levelling, day(days), knows_up_to).await.unwrap();
        }
        let home = home(&school, 4).await;
        let entry = levelling(&home);
        let counting: Vec<(u32, bool)> =
            entry.attempts.iter().map(|attempt| (attempt.number, attempt.counts)).collect();
        assert_eq!(counting, [(1, false), (2, true), (3, false)]);
        assert_eq!(entry.place, entry.attempts[1].place);
        assert_eq!(entry.why, "Attempt 2 counts: it is the highest.");
        let why = "You have used all your tries.".to_owned();
        assert_eq!(entry.door, Door::Closed { rule: Closing::NoAttemptsLeft, why });
        assert_eq!(entry.attempts_left, Some(0));
        let place = entry.place.unwrap();
        assert!(place.level_low <= place.level && place.level <= place.level_high);
        assert!(place.theta_low < place.theta && place.theta < place.theta_high);
    }
}

#[actix_web::test]
async fn an_open_attempt_is_continued_and_an_invalidated_one_says_why_it_does_not_count() {
    for school in schools().await {
        let step = school.start(school.ana(), &school.levelling, day(1)).await.unwrap();
        let id = step.attempt.id.to_string();
        let continued = |home: &StudentHome| levelling(home).door.clone();
        let expected = Door::Continue { attempt_id: id.clone(), paused: false };
        assert_eq!(continued(&home(&school, 1).await), expected);
        delivery::invalidate(&school.service, day(1), &step.attempt.id, &school.teacher, "fire drill")
            .await
            .unwrap();
        let home = home(&school, 2).await;
        let attempt = &levelling(&home).attempts[0];
        assert_eq!(
            (attempt.state, attempt.left_out),
            (AttemptState::Invalidated, Some(NotCounted::Invalidated))
        );
        assert_eq!(levelling(&home).attempts_left, Some(2));
        assert_eq!(levelling(&home).why, "No attempt counts yet.");
    }
}

#[actix_web::test]
async fn what_is_open_or_was_used_last_comes_first() {
    for school in schools().await {
        let mut other = crate::support::assessed_school::levelling();
        other.id = "another".into();
        other.name = "Another trail".to_owned();
        delivery::publish_assessment(&school.service, day(0), &other, &school.staff).await.unwrap();
        let order =
            |home: StudentHome| home.assessments.into_iter().map(|entry| entry.name).collect::<Vec<_>>();
        assert_eq!(order(home(&school, 0).await), ["Another trail", "Find your level", "Level three"]);
        school.take(school.ana(), &school.levelling, day(1), 0.0).await.unwrap();
        assert_eq!(order(home(&school, 2).await), ["Find your level", "Another trail", "Level three"]);
        let step = school.start(school.ana(), &other.id, day(2)).await.unwrap();
        assert_eq!(order(home(&school, 2).await), ["Another trail", "Find your level", "Level three"]);
        school.answer_all(step, day(2), |_| true).await.unwrap();
        school.take(school.ana(), &school.levelling, day(3), 0.0).await.unwrap();
        assert_eq!(order(home(&school, 4).await), ["Find your level", "Another trail", "Level three"]);
    }
}

#[actix_web::test]
async fn an_unlock_is_an_invitation_until_it_expires() {
    for school in schools().await {
        let grant = GrantUnlock {
            by: &school.teacher,
            student: school.ana(),
            assessment: &school.validation,
            reason: Some("seen in class"),
            note: None,
            open_through: None,
        };
        let unlock = delivery::grant_unlock(&school.service, day(0), &grant).await.unwrap();
        let invited = home(&school, 1).await;
        assert_eq!(invited.assessments[1].door, Door::Start);
        assert_eq!(invited.assessments[1].unlocked_until_ms, Some(unlock.expires_at.0));
        let days = (unlock.expires_at.0 - day(0).0) / DAY + 1;
        let late = home(&school, days).await;
        assert!(matches!(late.assessments[1].door, Door::Closed { .. }));
        assert_eq!(late.assessments[1].unlocked_until_ms, None);
    }
}
