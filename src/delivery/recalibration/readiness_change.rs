//! What a new bank version would do to readiness: the students whose past attempts are evidence for a validation, judged
//! under the version in use and under the new one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use item_bank::{Accommodations, Bank};
use serde::Serialize;
use utoipa::ToSchema;

use crate::adaptive::ItemPool;
use crate::assessment::{Purpose, Recommendation, SummativeMeasurement};
use crate::clock::Millis;
use crate::delivery::readiness::{RevisedBank, is_evidence, readiness_from, readiness_under};
use crate::delivery::{DeliveryError, Service};
use crate::store::assessments::{Assessment, AssessmentStatus};
use crate::store::attempts::{Attempt, list_student_attempts};
use crate::store::events::{LoggedEvent, read_log};
use crate::store::students::find_student;
use crate::store::{AccountId, AssessmentId};

/// Students judged again for one validation at most.
const STUDENTS_MAX: usize = 1_000;

/// What changes in who is ready for a validation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReadinessChange {
    /// The validation.
    pub assessment_id: String,
    /// What it is called.
    pub name: String,
    /// Students judged.
    pub students: u32,
    /// An unlock is recommended for so many of them now.
    pub recommended_before: u32,
    /// And for so many under the new version.
    pub recommended_after: u32,
    /// Those it would be recommended for that it is not now.
    pub gained: u32,
    /// Those it would no longer be recommended for.
    pub lost: u32,
    /// Largest change of a probability to be validated.
    pub largest_change: f64,
}

/// Judges the students who took the assessments that validations on this bank take their evidence from.
pub(super) async fn readiness_changes(
    service: &Service,
    now: Millis,
    bank: &Arc<Bank>,
    students: &BTreeMap<AssessmentId, BTreeSet<AccountId>>,
    assessments: &[Assessment],
) -> Result<Vec<ReadinessChange>, DeliveryError> {
    let mut changes = Vec::new();
    let validations = assessments.iter().filter(|assessment| {
        assessment.purpose == Purpose::Validation
            && assessment.status == AssessmentStatus::Published
            && assessment.pins.bank_id == bank.id()
    });
    for validation in validations {
        let Some(students) = validation.evidence_from.as_ref().and_then(|from| students.get(from)) else {
            continue;
        };
        changes.push(of_validation(service, now, bank, students, validation).await?);
    }
    Ok(changes)
}

async fn of_validation(
    service: &Service,
    now: Millis,
    bank: &Arc<Bank>,
    students: &BTreeSet<AccountId>,
    validation: &Assessment,
) -> Result<ReadinessChange, DeliveryError> {
    let pinned = service.library.pinned(&validation.pins).await?;
    let pool = ItemPool::prepare(bank, &pinned.plan)?;
    // The error of the summative test depends on where it starts, which is the grade's to say, and on the items that
    // support what the student needs.
    let mut measurements: BTreeMap<(u8, Accommodations), SummativeMeasurement> = BTreeMap::new();
    let mut change = ReadinessChange {
        assessment_id: validation.id.to_string(),
        name: validation.name.clone(),
        students: 0,
        recommended_before: 0,
        recommended_after: 0,
        gained: 0,
        lost: 0,
        largest_change: 0.0,
    };
    for id in students.iter().take(STUDENTS_MAX) {
        let Some(student) = find_student(&mut *service.store.read().await?, id).await? else { continue };
        let attempts = evidence(service, id, validation).await?;
        let prior = pinned.plan.start(Some(student.grade), None);
        let needed = &student.accommodations;
        let measurement = measurements.entry((student.grade, needed.clone())).or_insert_with(|| {
            let own = ItemPool::prepare_for(bank, &pinned.plan, needed);
            let own = own.as_ref().unwrap_or(&pool);
            SummativeMeasurement::of_plan(own, &pinned.plan, &prior).with_prior(Some(prior))
        });
        let before = readiness_from(service, now, &student, validation, &attempts).await?;
        let revised = RevisedBank { bank, measurement };
        let after = readiness_under(service, (now, Some(revised)), &student, validation, &attempts).await?;
        let ready = [&before, &after].map(|found| found.recommendation == Recommendation::Unlock);
        change.students += 1;
        change.recommended_before += u32::from(ready[0]);
        change.recommended_after += u32::from(ready[1]);
        change.gained += u32::from(!ready[0] && ready[1]);
        change.lost += u32::from(ready[0] && !ready[1]);
        if let (Some(before), Some(after)) = (before.probability(), after.probability()) {
            change.largest_change = change.largest_change.max((after - before).abs());
        }
    }
    Ok(change)
}

/// A student's attempts, with the logs of those that are evidence.
async fn evidence(
    service: &Service,
    student: &AccountId,
    validation: &Assessment,
) -> Result<Vec<(Attempt, Vec<LoggedEvent>)>, DeliveryError> {
    let mut connection = service.store.read().await?;
    let mut attempts = Vec::new();
    for attempt in list_student_attempts(&mut connection, student).await? {
        if is_evidence(&attempt, validation) {
            let log = read_log(&mut connection, &attempt.id, attempt.next_position).await?;
            attempts.push((attempt, log));
        }
    }
    Ok(attempts)
}
