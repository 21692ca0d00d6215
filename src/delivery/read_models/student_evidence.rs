//! The evidence on one student for one validation: what the teacher looks at before unlocking.

use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{by_attempt, by_strand, effort};
use super::place::{Place, StrandPlace, TrailScale};
use super::standing::Standing;
use super::student_home::Records;
use crate::assessment::{
    AttemptState, CountingResult, Feedback, Judgement, NotCounted, Purpose, Readiness, Recommendation,
    UnlockRequest, UnlockStatus, Verdict, describe, feedback, may_unlock, unlock_expiry,
};
use crate::clock::Millis;
use crate::delivery::readiness::{answers_since_not_yet, is_evidence, readiness_from};
use crate::delivery::{Candidate, DeliveryError, Service};
use crate::store::accounts;
use crate::store::assessments::Assessment;
use crate::store::attempts::Attempt;
use crate::store::events::{LoggedEvent, read_student_logs};
use crate::store::unlocks::Unlock;
use crate::store::{AccountId, AssessmentId};

/// The evidence on one student for one validation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StudentEvidence {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The grade.
    pub grade: u8,
    /// IANA name of the school's time zone.
    pub time_zone: String,
    /// The validation.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// The trail.
    pub trail: Option<TrailScale>,
    /// The level to be validated: index into the trail's levels.
    pub target_level: usize,
    /// Its cut, logits.
    pub cut: f64,
    /// The probability of being validated now, its interval and what it rests on.
    pub readiness: Readiness,
    /// The same in a sentence for the teacher.
    pub readiness_words: String,
    /// Where the student is now, age of the evidence included; none without enough evidence.
    pub place: Option<Place>,
    /// Every attempt, interim and summative, oldest first.
    pub attempts: Vec<EvidencePoint>,
    /// Strands over all recent interim answers.
    pub feedback: Feedback,
    /// The same strands, in the same order, on the progression and the reporting scale.
    pub strand_places: Vec<StrandPlace>,
    /// Which summative attempt counts and why.
    pub why: String,
    /// The outcome of the attempt that counts; none yet.
    pub verdict: Option<Verdict>,
    /// All self-levelling attempts that may count, combined; beside the highest, which is expected to flatter.
    pub combined: Option<Place>,
    /// By how much the highest is expected to exceed an unchanged ability, logits.
    pub expected_gain_of_best: f64,
    /// Validations left; none: unlimited.
    pub attempts_left: Option<u32>,
    /// The live unlock, if there is one.
    pub live_unlock: Option<UnlockEntry>,
    /// Why the policy does not allow an unlock, whatever the reason given; none: it does.
    pub unlock_barrier: Option<String>,
    /// Whether unlocking now goes against the recommendation and so asks for a reason.
    pub reason_needed: bool,
    /// When an unlock granted now would expire, milliseconds since 1970.
    pub unlock_would_expire_at_ms: i64,
    /// Every unlock, newest first.
    pub unlocks: Vec<UnlockEntry>,
    /// The policy, a sentence a line.
    pub policy: Vec<String>,
}

/// One attempt among the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EvidencePoint {
    /// The attempt.
    pub attempt_id: String,
    /// The assessment.
    pub assessment_id: String,
    /// Interim or summative.
    pub purpose: Purpose,
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// When it started, milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it ended.
    pub finished_at_ms: Option<i64>,
    /// When its last answer was given.
    pub last_answer_at_ms: Option<i64>,
    /// Answers given.
    pub answered: u32,
    /// Answers that came too fast to be an effort.
    pub rapid_answers: u32,
    /// Whether so many were rapid that the score is doubtful.
    pub doubtful_effort: bool,
    /// Where it placed the student.
    pub place: Option<Place>,
    /// Whether it is the attempt that counts at its assessment.
    pub counts: bool,
    /// Why it cannot count; none: it can.
    pub left_out: Option<NotCounted>,
    /// Outcome, of a validation.
    pub verdict: Option<Verdict>,
}

/// One unlock.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UnlockEntry {
    /// The unlock.
    pub unlock_id: String,
    /// Where it stands.
    pub status: UnlockStatus,
    /// Who granted it, by name.
    pub granted_by: String,
    /// When, milliseconds since 1970.
    pub granted_at_ms: i64,
    /// When it expires or expired.
    pub expires_at_ms: i64,
    /// The probability as it was shown.
    pub readiness_probability: Option<f64>,
    /// Whether it was recommended.
    pub recommended: bool,
    /// Why it was granted against the recommendation.
    pub reason: Option<String>,
    /// What the teacher wrote down.
    pub note: Option<String>,
}

/// The evidence on one student for one validation at `now`.
pub async fn student_evidence(
    service: &Service,
    now: Millis,
    student: &AccountId,
    validation: &AssessmentId,
) -> Result<StudentEvidence, DeliveryError> {
    let records = Records::read(service, student).await?;
    let assessment = records.assessments.iter().find(|assessment| assessment.id == *validation);
    let assessment = assessment.ok_or_else(|| DeliveryError::not_found("assessment", validation))?;
    let standing = records.standing(service, now, assessment).await?;
    let (target_level, cut) =
        standing.target()?.ok_or_else(|| DeliveryError::not_found("target level", validation))?;
    let mut connection = service.store.read().await?;
    let mut logs = by_attempt(read_student_logs(&mut connection, student).await?);
    drop(connection);
    let work: Vec<(Attempt, Vec<LoggedEvent>)> = records
        .attempts
        .iter()
        .map(|attempt| (attempt.clone(), logs.remove(attempt.id.as_str()).unwrap_or_default()))
        .collect();
    let readiness = readiness_from(service, now, &records.student, assessment, &work).await?;
    let levelling =
        records.assessments.iter().find(|other| assessment.evidence_from.as_ref() == Some(&other.id));
    let levelling_standing = match levelling {
        Some(levelling) => Some(records.standing(service, now, levelling).await?),
        None => None,
    };
    let levelling_counting = levelling_standing.as_ref().map(Standing::counting);
    let counting = standing.counting();
    let barrier = unlock_barrier(service, &records, &standing, &readiness).await?;
    let unlocks = unlock_entries(service, now, &records, assessment).await?;
    let feedback = recent_feedback(service, &standing, &work).await?;
    let verdict = match &counting.counts {
        Some(counting) => standing.outcome(&counting.score)?.map(|outcome| outcome.verdict),
        None => None,
    };
    Ok(StudentEvidence {
        student_id: student.to_string(),
        name: records.student.display_name.clone(),
        grade: records.student.grade,
        time_zone: records.student.time_zone.clone(),
        assessment_id: assessment.id.to_string(),
        assessment_name: assessment.name.clone(),
        trail: TrailScale::of(standing.bank()),
        target_level,
        cut,
        readiness_words: readiness_words(&readiness),
        place: place_now(&standing, &readiness),
        attempts: points(service, (&standing, &counting), levelling_standing.as_ref(), &work).await?,
        strand_places: feedback.strands.iter().map(|found| StrandPlace::of(standing.bank(), found)).collect(),
        feedback,
        why: counting.why,
        verdict,
        combined: levelling_counting
            .as_ref()
            .and_then(|counting| counting.combined)
            .map(|score| standing.place(&score)),
        expected_gain_of_best: levelling_counting.map_or(0.0, |counting| counting.expected_gain_of_best),
        attempts_left: standing.attempts_left(),
        live_unlock: unlocks.iter().find(|unlock| unlock.status == UnlockStatus::Live).cloned(),
        unlock_barrier: barrier,
        reason_needed: readiness.recommendation != Recommendation::Unlock,
        unlock_would_expire_at_ms: unlock_expiry(standing.policy(), &records.time_zone, now).0,
        unlocks,
        policy: describe(standing.policy()),
        readiness,
    })
}

/// A probability in whole per cent; a prediction is never told as certain.
pub(super) fn percent_words(probability: f64) -> String {
    match 100.0 * probability {
        percent if percent < 1.0 => "under 1 %".to_owned(),
        percent if percent > 99.0 => "over 99 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

/// The readiness in a sentence for the teacher.
#[must_use]
pub fn readiness_words(readiness: &Readiness) -> String {
    let known = match &readiness.judgement {
        Judgement::Known(known) => known,
        Judgement::NotEnoughEvidence(shortage) => return format!("Not enough evidence: {shortage}."),
    };
    let attempts = readiness.evidence.len();
    let newest = readiness.evidence.last().map_or(0.0, |used| used.age_days).floor();
    format!(
        "Would be validated now with a probability of {} (80 % interval {} to {}), on {} answers in {attempts} \
         {}, the newest {}.",
        percent_words(known.probability),
        percent_words(known.probability_low),
        percent_words(known.probability_high),
        readiness.answers,
        if attempts == 1 { "attempt" } else { "attempts" },
        match newest {
            0.0 => "less than a day ago".to_owned(),
            1.0 => "1 day ago".to_owned(),
            days => format!("{days} days ago"),
        }
    )
}

fn place_now(standing: &Standing<'_>, readiness: &Readiness) -> Option<Place> {
    match &readiness.judgement {
        Judgement::Known(known) => Some(Place::of(standing.bank(), known.theta, known.standard_error)),
        Judgement::NotEnoughEvidence(_) => None,
    }
}

/// Strands over the interim answers that the policy still takes for evidence.
async fn recent_feedback(
    service: &Service,
    standing: &Standing<'_>,
    work: &[(Attempt, Vec<LoggedEvent>)],
) -> Result<Feedback, DeliveryError> {
    let days = i64::from(standing.policy().terms().readiness.evidence_days);
    let since = standing.now.plus(-days * 86_400_000);
    let recent = work
        .iter()
        .filter(|(attempt, _)| is_evidence(attempt, standing.assessment) && attempt.last_activity >= since);
    let mut banks = Vec::new();
    for (attempt, log) in recent {
        let bank = service.library.bank(&attempt.pins.bank_id, attempt.pins.bank_version).await?;
        banks.push((bank, log.as_slice()));
    }
    let logs: Vec<_> = banks.iter().map(|(bank, log)| (bank.as_ref(), *log)).collect();
    let prior = standing.pinned.plan.start(Some(standing.student.grade), None);
    Ok(feedback(&prior, &by_strand(&logs)))
}

/// Why no reason would do; none: an unlock may be granted.
async fn unlock_barrier(
    service: &Service,
    records: &Records,
    standing: &Standing<'_>,
    readiness: &Readiness,
) -> Result<Option<String>, DeliveryError> {
    let candidate = Candidate {
        student: records.student.clone(),
        time_zone: records.time_zone.clone(),
        all_attempts: records.attempts.clone(),
        attempts: standing.attempts.clone(),
        unlocks: standing.unlocks.clone(),
        consents: standing.consents.clone(),
    };
    let mut connection = service.store.read().await?;
    let since = answers_since_not_yet(service, &mut connection, &candidate, standing.assessment).await?;
    drop(connection);
    let request = UnlockRequest {
        now: standing.now,
        time_zone: standing.time_zone,
        readiness,
        unlocks: &standing.unlocks,
        attempts: &standing.attempts,
        attempts_left: standing.attempts_left(),
        answers_since_not_yet: since,
        needs: standing.needs(),
        reason: Some("asked whether any reason would do"),
        open_through: None,
    };
    Ok(may_unlock(standing.policy(), &request).err().map(|refusal| refusal.to_string()))
}

async fn unlock_entries(
    service: &Service,
    now: Millis,
    records: &Records,
    assessment: &Assessment,
) -> Result<Vec<UnlockEntry>, DeliveryError> {
    let mut connection = service.store.read().await?;
    let mut entries = Vec::new();
    for unlock in records.unlocks.iter().filter(|unlock| unlock.assessment_id == assessment.id) {
        let granted_by = accounts::by_id(&mut connection, &unlock.granted_by).await?;
        let name = granted_by.map_or_else(|| unlock.granted_by.to_string(), |account| account.display_name);
        entries.push(unlock_entry(now, unlock, name));
    }
    Ok(entries)
}

fn unlock_entry(now: Millis, unlock: &Unlock, granted_by: String) -> UnlockEntry {
    UnlockEntry {
        unlock_id: unlock.id.to_string(),
        status: unlock.decision().status(now),
        granted_by,
        granted_at_ms: unlock.granted_at.0,
        expires_at_ms: unlock.expires_at.0,
        readiness_probability: unlock.readiness_probability,
        recommended: unlock.recommended,
        reason: unlock.reason.clone(),
        note: unlock.note.clone(),
    }
}

/// Every attempt at the validation and at the assessment its evidence comes from, oldest first.
async fn points(
    service: &Service,
    (validation, validation_counting): (&Standing<'_>, &CountingResult),
    levelling: Option<&Standing<'_>>,
    work: &[(Attempt, Vec<LoggedEvent>)],
) -> Result<Vec<EvidencePoint>, DeliveryError> {
    let levelling = levelling.map(|standing| (standing, standing.counting()));
    let mut points = Vec::new();
    for (attempt, log) in work {
        let (standing, counting) = if attempt.assessment_id == validation.assessment.id {
            (validation, validation_counting)
        } else {
            match &levelling {
                Some((standing, counting)) if attempt.assessment_id == standing.assessment.id => {
                    (*standing, counting)
                }
                _ => continue,
            }
        };
        let bank = service.library.bank(&attempt.pins.bank_id, attempt.pins.bank_version).await?;
        points.push(point(standing, counting, (attempt, log), &bank)?);
    }
    Ok(points)
}

fn point(
    standing: &Standing<'_>,
    counting: &CountingResult,
    (attempt, log): (&Attempt, &[LoggedEvent]),
    bank: &item_bank::Bank,
) -> Result<EvidencePoint, DeliveryError> {
    let own = standing.attempts.iter().find(|own| own.id == attempt.id.0);
    let countable = own.map(|own| own.countable(standing.policy().terms()));
    let score = countable.and_then(Result::ok);
    let effort = effort(log);
    let answers = log.iter().filter(|logged| logged.event.kind() == crate::assessment::EventKind::Answered);
    Ok(EvidencePoint {
        attempt_id: attempt.id.to_string(),
        assessment_id: attempt.assessment_id.to_string(),
        purpose: standing.assessment.purpose,
        number: attempt.number,
        state: attempt.state,
        started_at_ms: attempt.started_at.0,
        finished_at_ms: attempt.finished_at.map(|at| at.0),
        last_answer_at_ms: answers.map(|logged| logged.at.0).max(),
        answered: attempt.answered,
        rapid_answers: effort.rapid,
        doubtful_effort: effort.is_doubtful(),
        place: attempt.placement.map(|placement| Place::of(bank, placement.theta, placement.standard_error)),
        counts: counting.counts.as_ref().is_some_and(|counting| counting.number == attempt.number),
        left_out: countable.and_then(Result::err),
        verdict: match score {
            Some(score) => standing.outcome(&score)?.map(|outcome| outcome.verdict),
            None => None,
        },
    })
}
