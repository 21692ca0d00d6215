//! The result of one attempt: level, what went well, what comes next, whether it counts.

use item_bank::NormalPrior;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::by_strand;
use super::place::{Place, PlaceDot, TrailScale};
use super::standing::{Standing, door};
use super::student_home::{Door, Records};
use crate::assessment::{AttemptState, AttemptSummary, Feedback, NotCounted, Purpose, Verdict, feedback};
use crate::clock::Millis;
use crate::delivery::{DeliveryError, Service};
use crate::store::AttemptId;
use crate::store::attempts::{Attempt, find_attempt};
use crate::store::events::read_log;

/// The result of one attempt. What is for adults alone stands in fields of their own.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AttemptResult {
    /// The attempt.
    pub attempt_id: String,
    /// Its student.
    pub student_id: String,
    /// The student's name.
    pub student_name: String,
    /// The assessment.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// When it started, milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it ended.
    pub finished_at_ms: Option<i64>,
    /// Answers given.
    pub answered: u32,
    /// The trail; none when the bank has no progression.
    pub trail: Option<TrailScale>,
    /// Where this attempt places the student; none before the first answer.
    pub place: Option<Place>,
    /// Every attempt that may count, in order.
    pub dots: Vec<PlaceDot>,
    /// The level to be validated: index into the trail's levels.
    pub target_level: Option<usize>,
    /// Outcome of a validation.
    pub validation: Option<ValidationResult>,
    /// Strands done well, two at most; none where the evidence carries none.
    pub strengths: Vec<String>,
    /// Strands to work on, two at most.
    pub needs: Vec<String>,
    /// What a student at this level can do.
    pub can_do: Vec<String>,
    /// What to learn next.
    pub next_steps: Vec<String>,
    /// Whether this is the attempt that counts.
    pub counts: bool,
    /// Why it cannot count; none: it can.
    pub left_out: Option<NotCounted>,
    /// Which attempt counts and why, in a sentence.
    pub why: String,
    /// What the student can do next with this assessment.
    pub door: Door,
    /// Attempts left; none: unlimited.
    pub attempts_left: Option<u32>,
    /// For adults: strands with their numbers.
    pub feedback: Feedback,
    /// For adults: all attempts that may count, combined.
    pub combined: Option<Place>,
    /// For adults: by how much keeping the best is expected to exceed an unchanged ability, logits.
    pub expected_gain_of_best: f64,
}

/// Outcome of a validation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ValidationResult {
    /// Validated, or not yet.
    pub verdict: Verdict,
    /// The level it is about.
    pub level_name: String,
    /// For adults: P(θ ≥ cut) given this attempt.
    pub probability_at_or_above: f64,
    /// For adults: the cut, logits.
    pub cut: f64,
}

/// The result of one attempt at `now`.
pub async fn attempt_result(
    service: &Service,
    now: Millis,
    attempt_id: &AttemptId,
) -> Result<AttemptResult, DeliveryError> {
    let mut connection = service.store.read().await?;
    let attempt = find_attempt(&mut connection, attempt_id).await?;
    let attempt = attempt.ok_or_else(|| DeliveryError::not_found("attempt", attempt_id))?;
    let log = read_log(&mut connection, attempt_id, attempt.next_position).await?;
    drop(connection);
    // What was answered is judged on the bank it was answered on; what counts, by what is in force now.
    let bank = service.library.bank(&attempt.pins.bank_id, attempt.pins.bank_version).await?;
    let prior = NormalPrior::new(attempt.prior.mean, attempt.prior.standard_deviation);
    let feedback = feedback(&prior.unwrap_or(NormalPrior::STANDARD), &by_strand(&[(&bank, &log)]));
    let place =
        attempt.placement.map(|placement| Place::of(&bank, placement.theta, placement.standard_error));

    let records = Records::read(service, &attempt.student_id).await?;
    let assessment = records.assessments.iter().find(|assessment| assessment.id == attempt.assessment_id);
    let assessment =
        assessment.ok_or_else(|| DeliveryError::not_found("assessment", &attempt.assessment_id))?;
    let standing = records.standing(service, now, assessment).await?;
    let trail = TrailScale::of(&bank);
    let level = place.zip(trail.as_ref()).and_then(|(place, trail)| trail.levels.get(place.level).cloned());
    let counting = standing.counting();
    let combined = counting.combined.map(|score| standing.place(&score));
    Ok(AttemptResult {
        attempt_id: attempt.id.to_string(),
        student_id: attempt.student_id.to_string(),
        student_name: records.student.display_name.clone(),
        assessment_id: assessment.id.to_string(),
        assessment_name: assessment.name.clone(),
        purpose: assessment.purpose,
        number: attempt.number,
        state: attempt.state,
        started_at_ms: attempt.started_at.0,
        finished_at_ms: attempt.finished_at.map(|at| at.0),
        answered: attempt.answered,
        trail,
        place,
        dots: standing.dots(&counting),
        target_level: standing.target()?.map(|(position, _)| position),
        validation: validation_result(&standing, &attempt)?,
        strengths: feedback.strengths.clone(),
        needs: feedback.needs.clone(),
        can_do: level.as_ref().map(|level| level.can_do.clone()).unwrap_or_default(),
        next_steps: level.map(|level| level.next_steps).unwrap_or_default(),
        counts: counting.counts.is_some_and(|counting| counting.number == attempt.number),
        left_out: own(&standing, &attempt).and_then(|own| own.countable(standing.policy().terms()).err()),
        why: counting.why,
        door: door(&standing.may_start()?, &standing.attempts),
        attempts_left: standing.attempts_left(),
        feedback,
        combined,
        expected_gain_of_best: counting.expected_gain_of_best,
    })
}

/// The attempt as the rules see it.
fn own<'a>(standing: &'a Standing<'_>, attempt: &Attempt) -> Option<&'a AttemptSummary> {
    standing.attempts.iter().find(|own| own.id == attempt.id.0)
}

/// The outcome of a validation that has ended and may count; none for anything else.
fn validation_result(
    standing: &Standing<'_>,
    attempt: &Attempt,
) -> Result<Option<ValidationResult>, DeliveryError> {
    let score = own(standing, attempt).and_then(|own| own.countable(standing.policy().terms()).ok());
    let (Purpose::Validation, Some(score), Some((position, _))) =
        (standing.assessment.purpose, score, standing.target()?)
    else {
        return Ok(None);
    };
    let levels = standing.bank().progression().map_or(&[][..], |progression| progression.levels());
    Ok(standing.outcome(&score)?.map(|outcome| ValidationResult {
        verdict: outcome.verdict,
        level_name: levels.get(position).map(|level| level.name.clone()).unwrap_or_default(),
        probability_at_or_above: outcome.probability_at_or_above,
        cut: outcome.cut,
    }))
}
