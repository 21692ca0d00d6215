//! The evidence that a student is ready for a validation, read from the logs of the self-levelling attempts.

use std::sync::Arc;

use item_bank::{Bank, ItemStatus, Observation};

use super::summary::Candidate;
use super::{DeliveryError, Service};
use crate::assessment::{
    AttemptEvent, AttemptState, InterimAttempt, Readiness, ReadinessRequest, SummativeMeasurement,
    last_not_yet, readiness,
};
use crate::clock::Millis;
use crate::store::assessments::{Assessment, find_assessment};
use crate::store::attempts::{Attempt, list_student_attempts};
use crate::store::events::{LoggedEvent, read_log};
use crate::store::students::{Student, find_student};
use crate::store::{AccountId, AssessmentId, Connection};

/// The readiness of a student for a validation at `now`.
pub async fn student_readiness(
    service: &Service,
    now: Millis,
    student: &AccountId,
    validation: &Assessment,
) -> Result<Readiness, DeliveryError> {
    let mut connection = service.store.read().await?;
    let student_id = student;
    let student = find_student(&mut connection, student_id).await?;
    let student = student.ok_or_else(|| DeliveryError::not_found("student", student_id))?;
    let attempts = list_student_attempts(&mut connection, student_id).await?;
    let mut interim = Vec::new();
    for attempt in attempts {
        let log = if is_evidence(&attempt, validation) {
            read_log(&mut connection, &attempt.id, attempt.next_position).await?
        } else {
            Vec::new()
        };
        interim.push((attempt, log));
    }
    drop(connection);
    readiness_from(service, now, &student, validation, &interim).await
}

/// The readiness that a student's attempts are evidence of; those that are no evidence are left out.
pub async fn readiness_from(
    service: &Service,
    now: Millis,
    student: &Student,
    validation: &Assessment,
    attempts: &[(Attempt, Vec<LoggedEvent>)],
) -> Result<Readiness, DeliveryError> {
    readiness_under(service, (now, None), student, validation, attempts).await
}

/// A version of a bank that is not published, and how well the validation would measure with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct RevisedBank<'a> {
    /// The bank as it would be.
    pub(super) bank: &'a Arc<Bank>,
    /// The summative test with it, from the prior of the student's grade.
    pub(super) measurement: &'a SummativeMeasurement,
}

/// The same, as if attempts and validation had pinned a revised version of their bank.
pub(super) async fn readiness_under(
    service: &Service,
    (now, revised): (Millis, Option<RevisedBank<'_>>),
    student: &Student,
    validation: &Assessment,
    attempts: &[(Attempt, Vec<LoggedEvent>)],
) -> Result<Readiness, DeliveryError> {
    let mut pinned = service.library.pinned(&validation.pins).await?;
    // Where there is no such test, what a test without the accommodations would say is told.
    if let Ok(pool) = service.library.pool_for(&validation.pins, &student.accommodations).await? {
        pinned.pool = pool;
    }
    let in_use = revised.map_or(&pinned.bank, |revised| revised.bank);
    let Some(cut) = super::target_cut(in_use, validation)? else {
        return Err(DeliveryError::not_found("target level", &validation.id));
    };
    let mut with_banks = Vec::with_capacity(attempts.len());
    for (attempt, log) in attempts.iter().filter(|(attempt, _)| is_evidence(attempt, validation)) {
        let own = service.library.bank(&attempt.pins.bank_id, attempt.pins.bank_version).await?;
        let same = revised.filter(|revised| revised.bank.id() == own.id());
        let used = same.map_or_else(|| Arc::clone(&own), |revised| Arc::clone(revised.bank));
        with_banks.push((attempt, log, own, used));
    }
    let evidence: Vec<InterimAttempt<'_>> = with_banks
        .iter()
        .filter_map(|(attempt, log, own, used)| interim_attempt(attempt, log, (own, used)))
        .collect();
    // Where the validation will start, too: see `start_attempt`.
    let prior = pinned.plan.start(Some(student.grade), None);
    let summative = match revised {
        Some(revised) => revised.measurement.clone(),
        None => service.library.measurement(&validation.pins, &pinned, &prior),
    };
    let request = ReadinessRequest { now, cut, prior: &prior, attempts: &evidence, summative: &summative };
    Ok(readiness(&pinned.policy, &request))
}

/// Self-levelling answers since the student's last validation that ended "not yet"; none: there is no such validation.
pub(super) async fn answers_since_not_yet(
    service: &Service,
    connection: &mut Connection,
    candidate: &Candidate,
    validation: &Assessment,
) -> Result<Option<u32>, DeliveryError> {
    let Some(ended_at) = not_yet_at(service, candidate, validation).await? else {
        return Ok(None);
    };
    let mut answers = 0;
    for attempt in candidate.all_attempts.iter().filter(|attempt| is_evidence(attempt, validation)) {
        let log = read_log(connection, &attempt.id, attempt.next_position).await?;
        let bank = service.library.bank(&attempt.pins.bank_id, attempt.pins.bank_version).await?;
        let later = log.iter().filter(|logged| logged.at > ended_at && is_scored(&logged.event, &bank));
        answers += later.count();
    }
    Ok(Some(u32::try_from(answers).unwrap_or(u32::MAX)))
}

fn is_scored(event: &AttemptEvent, bank: &Bank) -> bool {
    let AttemptEvent::Answered { item, .. } = event else {
        return false;
    };
    bank.item(item.as_str()).is_none_or(|item| item.status != ItemStatus::FieldTest)
}

/// When the newest validation that may count ended, if it ended "not yet".
async fn not_yet_at(
    service: &Service,
    candidate: &Candidate,
    validation: &Assessment,
) -> Result<Option<Millis>, DeliveryError> {
    let pinned = service.library.pinned(&validation.pins).await?;
    let Some(cut) = super::target_cut(&pinned.bank, validation)? else {
        return Ok(None);
    };
    Ok(last_not_yet(pinned.policy.terms(), &candidate.attempts, cut))
}

/// Whether an attempt may be evidence for a validation.
#[must_use]
pub fn is_evidence(attempt: &Attempt, validation: &Assessment) -> bool {
    let withdrawn = matches!(attempt.state, AttemptState::Invalidated | AttemptState::Reset);
    let same_scale = attempt.pins.bank_id == validation.pins.bank_id;
    validation.evidence_from.as_ref() == Some(&attempt.assessment_id) && same_scale && !withdrawn
}

fn interim_attempt<'a>(
    attempt: &Attempt,
    log: &[LoggedEvent],
    (own, used): (&Arc<Bank>, &'a Arc<Bank>),
) -> Option<InterimAttempt<'a>> {
    let answers = log.iter().filter_map(|logged| match &logged.event {
        AttemptEvent::Answered { item, score, .. } => Some((logged.at, item, *score)),
        _ => None,
    });
    let mut answered_at = None;
    let mut observations = Vec::new();
    for (at, item, score) in answers {
        // What a field-test item has for parameters, if any, is provisional: it says nothing, then and later.
        let operational = own.item(item.as_str()).is_some_and(|item| item.status != ItemStatus::FieldTest);
        let known = used.item(item.as_str()).filter(|_| operational);
        if let Some(model) = known.and_then(|item| item.model.as_ref()) {
            observations.push(Observation { model, score });
        }
        answered_at = Some(at);
    }
    Some(InterimAttempt { id: attempt.id.to_string(), answered_at: answered_at?, observations })
}

/// The probability from which the policy of a validation recommends an unlock.
pub async fn recommended_at(service: &Service, validation: &AssessmentId) -> Result<f64, DeliveryError> {
    let found = find_assessment(&mut *service.store.read().await?, validation).await?;
    let found = found.ok_or_else(|| DeliveryError::not_found("assessment", validation))?;
    let policy = service.library.policy(&found.pins.policy_id, found.pins.policy_version).await?;
    Ok(policy.terms().readiness.recommended_at)
}
