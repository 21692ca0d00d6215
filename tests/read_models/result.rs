//! The result of one attempt.

use waymark::assessment::{AttemptState, Verdict};
use waymark::delivery::read_models::{Door, attempt_result};
use waymark::delivery::{self, DeliveryError, GrantUnlock};
use waymark::store::AttemptId;

use super::day;
use crate::support::assessed_school::schools;

#[actix_web::test]
async fn a_result_says_level_next_steps_and_whether_it_counts() {
    for school in schools().await {
        let first = school.take(school.ana(), &school.levelling, day(1), 1.0).await.unwrap();
        let second = school.take(school.ana(), &school.levelling, day(2), -1.5).await.unwrap();
        let result = attempt_result(&school.service, day(3), &second.attempt.id).await.unwrap();
        assert_eq!((result.number, result.state), (2, AttemptState::Completed));
        assert!(!result.counts);
        assert_eq!(result.why, "Attempt 1 counts: it is the highest.");
        assert_eq!((result.door, result.attempts_left), (Door::Start, Some(1)));
        let level = result.place.unwrap().level;
        let trail = result.trail.unwrap();
        assert_eq!(result.next_steps, trail.levels[level].next_steps);
        assert_eq!(result.can_do, trail.levels[level].can_do);
        assert_eq!(
            result.dots.iter().map(|dot| (dot.number, dot.counts)).collect::<Vec<_>>(),
            [(1, true), (2, false)]
        );
        // Beside the highest stands the estimate from both, between them.
        let best = attempt_result(&school.service, day(3), &first.attempt.id).await.unwrap();
        assert!(best.counts && best.expected_gain_of_best > 0.0);
        let combined = best.combined.unwrap().theta;
        assert!(combined < best.place.unwrap().theta && combined > result.place.unwrap().theta);
        assert_eq!(best.validation, None);
        let strands: Vec<&str> = best.feedback.strands.iter().map(|strand| strand.strand.as_str()).collect();
        assert_eq!(strands, ["parts", "wholes"]);
        let answers: u32 = best.feedback.strands.iter().map(|strand| strand.answers).sum();
        assert_eq!(answers, best.answered);
    }
}

#[actix_web::test]
async fn a_validation_says_validated_or_not_yet() {
    for school in schools().await {
        for (days, student, knows_up_to, verdict) in [
            (1, &school.students[0], 3.0, Verdict::Validated),
            (2, &school.students[1], -2.0, Verdict::NotYet),
        ] {
            let grant = GrantUnlock {
                by: &school.teacher,
                student,
                assessment: &school.validation,
                reason: Some("seen in class"),
                note: None,
                open_through: None,
            };
            delivery::grant_unlock(&school.service, day(days), &grant).await.unwrap();
            let taken = school.take(student, &school.validation, day(days), knows_up_to).await.unwrap();
            let result = attempt_result(&school.service, day(days + 1), &taken.attempt.id).await.unwrap();
            let validation = result.validation.unwrap();
            assert_eq!((validation.verdict, validation.level_name.as_str()), (verdict, "Level three"));
            assert_eq!(validation.cut, 0.5);
            assert_eq!(validation.probability_at_or_above > 0.5, verdict == Verdict::Validated);
            assert_eq!(result.target_level, Some(2));
        }
    }
}

#[actix_web::test]
async fn a_result_of_nothing_is_not_found() {
    for school in schools().await {
        let refused = attempt_result(&school.service, day(1), &AttemptId::from("nothing")).await;
        assert!(matches!(refused, Err(DeliveryError::NotFound { what: "attempt", .. })));
    }
}
