//! What a new bank version would do to the students: past attempts scored again, level by level.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use item_bank::Bank;
use item_bank::formats::write_bank_json;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use utoipa::ToSchema;

use super::readiness_change::{ReadinessChange, readiness_changes};
use crate::adaptive::{self, ItemPool};
use crate::assessment::{AttemptScore, Purpose, Verdict, validate};
use crate::clock::Millis;
use crate::delivery::import_bank::document_digest;
use crate::delivery::summary::summary;
use crate::delivery::{DeliveryError, Service, Sitting, target_cut};
use crate::store::assessments::{Assessment, list_assessments};
use crate::store::recalibration::list_ended_attempt_ids;
use crate::store::{AccountId, AssessmentId, AttemptId};

/// Attempts scored again at most; the newest are taken.
const ATTEMPTS_MAX: u32 = 5_000;

/// What changes for the students of past attempts.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Impact {
    /// Attempts scored again.
    pub attempts: u32,
    /// Mean change of the estimate, logits.
    pub mean_change: f64,
    /// Largest change of an estimate, logits.
    pub largest_change: f64,
    /// Attempts that change level.
    pub level_changes: Vec<LevelChange>,
    /// Validations that would have ended otherwise.
    pub verdict_changes: u32,
    /// Who would be ready for each validation, of the students of these attempts.
    pub readiness: Vec<ReadinessChange>,
}

/// One attempt that changes level.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LevelChange {
    /// The attempt.
    pub attempt_id: String,
    /// The student.
    pub student_id: String,
    /// Estimate now, logits.
    pub theta_before: f64,
    /// Estimate under the new version, logits.
    pub theta_after: f64,
    /// Level now, by index.
    pub level_before: usize,
    /// Level under the new version, by index.
    pub level_after: usize,
}

/// Scores past attempts again as if `bank` had been pinned, with their own plans and policies, and judges again who is ready.
/// On a thread of its own, so that nobody waits for it who did not ask; kept until something it rests on changes.
pub async fn impact(service: &Service, now: Millis, bank: &Bank) -> Result<Arc<Impact>, DeliveryError> {
    let mut connection = service.store.read().await?;
    let ids = list_ended_attempt_ids(&mut connection, bank.id(), ATTEMPTS_MAX).await?;
    let assessments = list_assessments(&mut connection).await?;
    drop(connection);
    let document = document_digest(&write_bank_json(bank));
    let rests_on: Vec<(&str, i64)> =
        assessments.iter().map(|assessment| (assessment.id.as_str(), assessment.updated_at.0)).collect();
    let day = now.0.div_euclid(86_400_000);
    let attempts = document_digest(&format!("{ids:?}"));
    let key = format!("{document} {day} {attempts} {rests_on:?}");
    if let Some(kept) = service.impacts.get(&key) {
        return Ok(kept);
    }
    let (service, bank) = (service.clone(), Arc::new(bank.clone()));
    let runtime = Handle::current();
    let worked = spawn_blocking(move || {
        let impact = runtime.block_on(work_out(&service, now, &bank, (&ids, &assessments)))?;
        Ok::<_, DeliveryError>(service.impacts.keep(key, impact))
    });
    match worked.await {
        Ok(done) => done,
        Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
    }
}

async fn work_out(
    service: &Service,
    now: Millis,
    bank: &Arc<Bank>,
    (ids, assessments): (&[AttemptId], &[Assessment]),
) -> Result<Impact, DeliveryError> {
    let mut impact = Impact {
        attempts: 0,
        mean_change: 0.0,
        largest_change: 0.0,
        level_changes: Vec::new(),
        verdict_changes: 0,
        readiness: Vec::new(),
    };
    let mut pools: BTreeMap<(String, u32), ItemPool> = BTreeMap::new();
    let mut students: BTreeMap<AssessmentId, BTreeSet<AccountId>> = BTreeMap::new();
    for id in ids {
        let sitting = Sitting::open(service, id).await?;
        let attempt = &sitting.attempt;
        students.entry(attempt.assessment_id.clone()).or_default().insert(attempt.student_id.clone());
        let plan = (attempt.pins.plan_id.clone(), attempt.pins.plan_version);
        let pool = match pools.entry(plan) {
            Entry::Occupied(ready) => ready.into_mut(),
            Entry::Vacant(place) => place.insert(ItemPool::prepare(bank, &sitting.pinned.plan)?),
        };
        let assessment = assessments.iter().find(|assessment| assessment.id == attempt.assessment_id);
        let new = NewVersion { bank, pool };
        add_attempt(&mut impact, &new, &sitting, assessment)?;
    }
    if impact.attempts > 0 {
        impact.mean_change /= f64::from(impact.attempts);
    }
    impact.readiness = readiness_changes(service, now, bank, &students, assessments).await?;
    Ok(impact)
}

/// The bank as it would be, prepared for the plan of an attempt.
struct NewVersion<'a> {
    bank: &'a Bank,
    pool: &'a ItemPool,
}

fn add_attempt(
    impact: &mut Impact,
    new: &NewVersion<'_>,
    sitting: &Sitting,
    assessment: Option<&Assessment>,
) -> Result<(), DeliveryError> {
    let Some(before) = sitting.attempt.placement else {
        return Ok(());
    };
    let bank = new.bank;
    // What was a field-test item then counts for nothing in this attempt, whatever it is now.
    let mut log = sitting.responses()?;
    log.responses.retain(|response| !sitting.pinned.pool.is_field_test(&response.item));
    let Ok(after) = adaptive::estimate(new.pool, &sitting.pinned.plan, &log) else {
        // An item of this attempt is no longer in the bank: its score cannot change.
        return Ok(());
    };
    let change = after.theta.0 - before.theta;
    impact.attempts += 1;
    impact.mean_change += change;
    impact.largest_change = impact.largest_change.max(change.abs());
    if let (Some(progression), Some(level_before)) = (bank.progression(), before.level) {
        let level_after = progression.level_of(after.theta);
        if level_after != level_before {
            impact.level_changes.push(LevelChange {
                attempt_id: sitting.attempt.id.to_string(),
                student_id: sitting.attempt.student_id.to_string(),
                theta_before: before.theta,
                theta_after: after.theta.0,
                level_before,
                level_after,
            });
        }
    }
    let Some(validation) = assessment.filter(|assessment| assessment.purpose == Purpose::Validation) else {
        return Ok(());
    };
    if let (Some(cut), Some(score)) = (target_cut(bank, validation)?, summary(&sitting.attempt).score) {
        let rule = sitting.pinned.policy.terms().validation;
        let rescored =
            AttemptScore { theta: after.theta.0, standard_error: after.standard_error, prior: score.prior };
        let verdicts: [Verdict; 2] =
            [validate(rule, &score, cut).verdict, validate(rule, &rescored, cut).verdict];
        impact.verdict_changes += u32::from(verdicts[0] != verdicts[1]);
    }
    Ok(())
}
