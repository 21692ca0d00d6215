//! The evidence on one student.

use waymark::assessment::{AttemptState, Judgement, Purpose, Recommendation, UnlockStatus, Verdict};
use waymark::delivery::read_models::{StudentEvidence, student_evidence};
use waymark::delivery::{self, DeliveryError, GrantUnlock};

use super::{DAY, day};
use crate::support::assessed_school::{AssessedSchool, schools};

async fn evidence(school: &AssessedSchool, days: i64) -> StudentEvidence {
    student_evidence(&school.service, day(days), school.ana(), &school.validation).await.unwrap()
}

fn grant<'a>(school: &'a AssessedSchool, reason: Option<&'a str>) -> GrantUnlock<'a> {
    GrantUnlock {
        by: &school.teacher,
        student: school.ana(),
        assessment: &school.validation,
        reason,
        note: Some("a quiet room"),
        open_through: None,
    }
}

#[actix_web::test]
async fn without_evidence_it_says_so_and_a_reason_is_needed() {
    for school in schools().await {
        let seen = evidence(&school, 0).await;
        assert_eq!(seen.readiness.recommendation, Recommendation::NotEnoughEvidence);
        assert_eq!(
            seen.readiness_words,
            "Not enough evidence: no self-levelling answers in the last 90 days."
        );
        assert_eq!((seen.place, seen.target_level, seen.cut), (None, 2, 0.5));
        assert!(seen.reason_needed && seen.unlock_barrier.is_none() && seen.attempts.is_empty());
        assert_eq!(seen.attempts_left, Some(2));
    }
}

#[actix_web::test]
async fn the_whole_way_from_evidence_over_an_unlock_to_not_yet_and_back() {
    for school in schools().await {
        school.take(school.ana(), &school.levelling, day(1), 2.5).await.unwrap();
        school.take(school.ana(), &school.levelling, day(2), 2.0).await.unwrap();
        let seen = evidence(&school, 3).await;
        let Judgement::Known(known) = &seen.readiness.judgement else { panic!("{}", seen.readiness_words) };
        assert_eq!(seen.readiness.recommendation, Recommendation::Unlock);
        assert!(!seen.reason_needed);
        let percent = match known.probability {
            nearly_certain if nearly_certain > 0.99 => "over 99 %".to_owned(),
            probability => format!("{:.0} %", 100.0 * probability),
        };
        let start = format!("Would be validated now with a probability of {percent} (80 % interval ");
        assert!(seen.readiness_words.starts_with(&start), "{}", seen.readiness_words);
        assert!(seen.readiness_words.ends_with("in 2 attempts, the newest less than a day ago."));
        assert_eq!(seen.place.unwrap().theta, known.theta);
        let points: Vec<(Purpose, u32, bool)> =
            seen.attempts.iter().map(|point| (point.purpose, point.number, point.counts)).collect();
        assert_eq!(points, [(Purpose::SelfLevelling, 1, true), (Purpose::SelfLevelling, 2, false)]);
        assert!(
            seen.attempts
                .iter()
                .all(|point| point.state == AttemptState::Completed && !point.doubtful_effort)
        );
        let answers: u32 = seen.feedback.strands.iter().map(|strand| strand.answers).sum();
        assert_eq!(answers, seen.readiness.answers);
        for (strand, stands) in seen.feedback.strands.iter().zip(&seen.strand_places) {
            assert_eq!(
                (stands.strand.as_str(), stands.place.theta),
                (strand.strand.as_str(), strand.ability)
            );
            assert_eq!(stands.place.standard_error, strand.ability_error);
            assert_eq!(stands.place.score, None, "this bank has no reporting scale");
        }
        assert_eq!(seen.strand_places.len(), 2);
        assert!(seen.combined.is_some() && seen.expected_gain_of_best > 0.0);

        let unlock = delivery::grant_unlock(&school.service, day(3), &grant(&school, None)).await.unwrap();
        assert_eq!(unlock.expires_at.0, seen.unlock_would_expire_at_ms);
        let unlocked = evidence(&school, 3).await;
        let live = unlocked.live_unlock.unwrap();
        assert_eq!((live.granted_by.as_str(), live.status), ("teacher", UnlockStatus::Live));
        assert_eq!((live.note.as_deref(), live.recommended), (Some("a quiet room"), true));
        assert!(unlocked.unlock_barrier.unwrap().starts_with("the student already has an unlock"));

        school.take(school.ana(), &school.validation, day(4), -2.0).await.unwrap();
        let after = evidence(&school, 5).await;
        assert_eq!((after.verdict, after.attempts_left), (Some(Verdict::NotYet), Some(1)));
        assert_eq!(after.unlocks[0].status, UnlockStatus::Used);
        assert_eq!(after.attempts[2].verdict, Some(Verdict::NotYet));
        let barrier =
            "a new unlock after \"not yet\" needs 10 new answers in self-levelling tests, there are 0";
        assert_eq!(after.unlock_barrier.as_deref(), Some(barrier));
        let refused = delivery::grant_unlock(&school.service, day(5), &grant(&school, Some("please"))).await;
        assert!(matches!(refused, Err(DeliveryError::UnlockRefused(_))));
    }
}

#[actix_web::test]
async fn the_probability_widens_with_the_age_of_the_evidence() {
    for school in schools().await {
        school.take(school.ana(), &school.levelling, day(1), 2.5).await.unwrap();
        let width = |seen: &StudentEvidence| seen.place.map(|place| place.standard_error);
        let (fresh, old) = (evidence(&school, 2).await, evidence(&school, 80).await);
        assert!(width(&fresh) < width(&old));
        assert_eq!(width(&evidence(&school, 100).await), None);
        assert!(old.attempts[0].last_answer_at_ms.unwrap() < day(1).0 + DAY);
    }
}
