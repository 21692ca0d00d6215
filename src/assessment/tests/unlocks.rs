//! The teacher's decision: with the recommendation, against it, twice, too early, and taken back.

use super::scenario::{at, completed, pacific};
use crate::assessment::{AttemptScore, AttemptState, AttemptSummary, unlock_expiry};
use crate::assessment::{
    Judgement, Needs, Policy, Readiness, ReadinessEstimate, Recommendation, RevokeRefusal, Shortage, Unlock,
    UnlockRefusal, UnlockRequest, UnlockStatus, ValidationRule, Verdict, may_unlock, validate,
};
use crate::clock::Millis;

fn shown(recommendation: Recommendation) -> Readiness {
    let probability = if recommendation == Recommendation::Unlock { 0.86 } else { 0.41 };
    let known = ReadinessEstimate {
        probability,
        probability_low: 0.2,
        probability_high: 0.9,
        theta: 0.3,
        standard_error: 0.3,
        theta_low: 0.0,
        theta_high: 0.6,
    };
    let judgement = match recommendation {
        Recommendation::NotEnoughEvidence => {
            Judgement::NotEnoughEvidence(Shortage::NothingRecent { evidence_days: 90 })
        }
        Recommendation::Unlock | Recommendation::Wait => Judgement::Known(known),
    };
    Readiness { recommendation, judgement, evidence: vec![], answers: 20, too_old: 0 }
}

fn live() -> Unlock {
    Unlock {
        id: "u1".to_owned(),
        granted_at: at("2026-03-01T09:00"),
        expires_at: at("2026-03-20T00:00"),
        revoked_at: None,
        used_by_attempt: None,
    }
}

#[derive(Default)]
struct Asked<'a> {
    unlocks: Vec<Unlock>,
    attempts: Vec<AttemptSummary>,
    answers_since_not_yet: Option<u32>,
    attempts_left: Option<u32>,
    needs: Option<Needs>,
    reason: Option<&'a str>,
    open_through: Option<&'a str>,
}

fn ask(recommendation: Recommendation, asked: &Asked<'_>) -> Result<Option<f64>, UnlockRefusal> {
    let request = UnlockRequest {
        now: at("2026-03-06T09:00"),
        time_zone: &pacific(),
        readiness: &shown(recommendation),
        unlocks: &asked.unlocks,
        attempts: &asked.attempts,
        attempts_left: asked.attempts_left,
        answers_since_not_yet: asked.answers_since_not_yet,
        needs: asked.needs.unwrap_or(Needs::Met),
        reason: asked.reason,
        open_through: asked.open_through.map(|day| day.parse().unwrap()),
    };
    may_unlock(&Policy::read_json("{}").unwrap(), &request).map(|grant| {
        let expires_at = midnight_after(asked.open_through.unwrap_or("2026-03-20"));
        assert_eq!((grant.recommendation, grant.expires_at), (recommendation, expires_at));
        grant.probability
    })
}

#[test]
fn nothing_is_unlocked_that_the_student_could_not_be_given() {
    let asked = Asked { needs: Some(Needs::Unmet), reason: Some("they asked"), ..Asked::default() };
    for recommendation in [Recommendation::Unlock, Recommendation::Wait] {
        assert_eq!(ask(recommendation, &asked), Err(UnlockRefusal::NeedsUnmet));
    }
}

fn midnight_after(day: &str) -> Millis {
    let day: jiff::civil::Date = day.parse().unwrap();
    at(&format!("{}T00:00", day.tomorrow().unwrap()))
}

#[test]
fn a_teacher_chooses_the_last_day_within_the_policys_lifetime() {
    let through = |day| Asked { open_through: Some(day), ..Asked::default() };
    for day in ["2026-03-06", "2026-03-07", "2026-03-08", "2026-03-20"] {
        assert_eq!(ask(Recommendation::Unlock, &through(day)), Ok(Some(0.86)), "{day}");
    }
    for day in ["2026-03-05", "2026-03-21", "2027-03-10"] {
        let refused = ask(Recommendation::Unlock, &through(day)).unwrap_err().to_string();
        let expected = "an unlock granted today can stay open through any day from 2026-03-06 to 2026-03-20";
        assert_eq!(refused, format!("{expected}, got {day}"));
    }
}

#[test]
fn against_the_recommendation_a_reason_is_needed() {
    use Recommendation::{NotEnoughEvidence, Unlock as Recommended, Wait};
    let reason = |reason| Asked { reason, ..Asked::default() };
    assert_eq!(ask(Recommended, &reason(None)), Ok(Some(0.86)));
    for recommendation in [Wait, NotEnoughEvidence] {
        let needed = Err(UnlockRefusal::ReasonNeeded { recommendation });
        assert_eq!(ask(recommendation, &reason(None)), needed);
        assert_eq!(ask(recommendation, &reason(Some("  "))), needed);
    }
    assert_eq!(ask(Wait, &reason(Some("saw it in class"))), Ok(Some(0.41)));
    assert_eq!(ask(NotEnoughEvidence, &reason(Some("new to the school"))), Ok(None));
}

#[test]
fn one_unlock_lives_at_a_time() {
    let again =
        |unlock: Unlock| ask(Recommendation::Unlock, &Asked { unlocks: vec![unlock], ..Asked::default() });
    let expires_at = live().expires_at;
    assert_eq!(again(live()), Err(UnlockRefusal::AlreadyUnlocked { expires_at }));
    assert!(again(Unlock { revoked_at: Some(at("2026-03-02T09:00")), ..live() }).is_ok());
    assert!(again(Unlock { used_by_attempt: Some("a1".to_owned()), ..live() }).is_ok());
    assert!(again(Unlock { expires_at: at("2026-03-06T09:00"), ..live() }).is_ok());
}

#[test]
fn while_an_attempt_is_open_there_is_no_unlock() {
    let with = |state| {
        let attempt = AttemptSummary { state, ..completed(2, at("2026-03-05T09:00"), 0.0) };
        ask(Recommendation::Unlock, &Asked { attempts: vec![attempt], ..Asked::default() })
    };
    for open in [AttemptState::InProgress, AttemptState::Paused] {
        assert_eq!(with(open), Err(UnlockRefusal::AttemptOpen { number: 2 }));
    }
    for over in [AttemptState::Completed, AttemptState::Expired, AttemptState::Invalidated] {
        assert!(with(over).is_ok(), "{over}");
    }
}

#[test]
fn after_not_yet_new_evidence_is_needed_and_no_reason_replaces_it() {
    let after = |answers| {
        let asked =
            Asked { answers_since_not_yet: Some(answers), reason: Some("please"), ..Asked::default() };
        ask(Recommendation::Unlock, &asked)
    };
    assert_eq!(after(9), Err(UnlockRefusal::NewEvidenceNeeded { needed: 10, found: 9 }));
    assert!(after(10).is_ok());
}

#[test]
fn without_attempts_left_there_is_nothing_to_unlock() {
    let left = |attempts_left| ask(Recommendation::Unlock, &Asked { attempts_left, ..Asked::default() });
    assert_eq!(left(Some(0)), Err(UnlockRefusal::NoAttemptsLeft));
    assert!(left(Some(1)).is_ok() && left(None).is_ok());
}

#[test]
fn an_unlock_is_revoked_until_it_is_used() {
    let now = at("2026-03-06T09:00");
    let cases = [
        (live(), UnlockStatus::Live, Ok(())),
        (Unlock { expires_at: now, ..live() }, UnlockStatus::Expired, Err(RevokeRefusal::Expired)),
        (
            Unlock { revoked_at: Some(now), ..live() },
            UnlockStatus::Revoked,
            Err(RevokeRefusal::AlreadyRevoked),
        ),
        (
            Unlock { used_by_attempt: Some("a1".to_owned()), ..live() },
            UnlockStatus::Used,
            Err(RevokeRefusal::Used),
        ),
    ];
    for (unlock, status, outcome) in cases {
        assert_eq!((unlock.status(now), unlock.may_revoke(now)), (status, outcome));
    }
}

#[test]
fn an_unlock_lives_to_the_end_of_its_last_day_across_a_change_of_clocks() {
    // The clocks go forward on 8 March 2026.
    let policy = Policy::read_json(r#"{ "unlock": { "lifetime_days": 3 } }"#).unwrap();
    assert_eq!(unlock_expiry(&policy, &pacific(), at("2026-03-06T23:59")), at("2026-03-10T00:00"));
    let today = Policy::read_json(r#"{ "unlock": { "lifetime_days": 0 } }"#).unwrap();
    assert_eq!(unlock_expiry(&today, &pacific(), at("2026-03-08T01:00")), at("2026-03-09T00:00"));
}

#[test]
fn an_estimate_at_the_cut_validates_and_confidence_asks_for_more() {
    let verdict = |rule, theta, standard_error| {
        validate(rule, &AttemptScore { theta, standard_error, prior: None }, 0.5).verdict
    };
    assert_eq!(verdict(ValidationRule::EstimateAtCut, 0.5, 0.4), Verdict::Validated);
    assert_eq!(verdict(ValidationRule::EstimateAtCut, 0.499_999, 0.4), Verdict::NotYet);
    // 0.5 + 1.281552 × 0.4 = 1.012621.
    let confident = ValidationRule::CutWithConfidence { confidence: 0.9 };
    assert_eq!(verdict(confident, 1.0126, 0.4), Verdict::NotYet);
    assert_eq!(verdict(confident, 1.0127, 0.4), Verdict::Validated);
    let outcome = validate(confident, &AttemptScore { theta: 0.9, standard_error: 0.4, prior: None }, 0.5);
    assert!((outcome.probability_at_or_above - 0.841_344_746).abs() < 1e-8);
}
