//! Starting an attempt: the policy allows it, an unlock opens it, and of several starts at once one succeeds.

use item_bank::{Bank, ItemId, Theta};

use super::answer::record_next;
use super::current_step::{CurrentStep, current_step};
use super::field_test::pinned_counts;
use super::library::Pinned;
use super::sitting::{Sitting, TRIES_MAX};
use super::summary::Candidate;
use super::{DeliveryError, Service, exposure};
use crate::adaptive::{FieldTestCounts, ItemOrder};
use crate::assessment::{
    AttemptEvent, AttemptState, CompletionReason, Needs, Pin, Purpose, StartPermit, StartRefusal, Started,
    may_start,
};
use crate::clock::Millis;
use crate::store::assessments::{Assessment, AssessmentStatus, find_assessment, lock_untaken_assessment};
use crate::store::attempts::{Attempt, StoredPrior, insert_attempt};
use crate::store::events::{append_events, list_shown_items};
use crate::store::students::{find_student, lock_student};
use crate::store::unlocks::mark_unlock_used;
use crate::store::{AccountId, AssessmentId, AttemptId, Connection, Pins, StoreError, UnlockId};

/// A student asks for an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartAttempt {
    /// Who takes it.
    pub student: AccountId,
    /// Of what.
    pub assessment: AssessmentId,
    /// Every random choice of the attempt comes from it; drawn by the caller, see [`fresh_seed`].
    pub seed: u64,
}

/// A seed that nobody can foresee.
#[must_use]
pub fn fresh_seed() -> u64 {
    rand::random()
}

/// Starts an attempt and chooses its first item.
pub async fn start_attempt(
    service: &Service,
    now: Millis,
    request: &StartAttempt,
) -> Result<CurrentStep, DeliveryError> {
    for _ in 0..TRIES_MAX {
        match try_to_start(service, now, request).await {
            Ok(Some(step)) => return Ok(step),
            Ok(None) => {}
            Err(DeliveryError::Store(error)) if error.is_undone() => {}
            Err(other) => return Err(other),
        }
    }
    Err(DeliveryError::Contended { what: "assessment", id: request.assessment.to_string() })
}

/// Starts an attempt; none, with nothing written, when what it was decided from changed in the meantime.
async fn try_to_start(
    service: &Service,
    now: Millis,
    request: &StartAttempt,
) -> Result<Option<CurrentStep>, DeliveryError> {
    end_what_is_over(service, now, &request.student, &request.assessment).await?;
    let mut connection = service.store.read().await?;
    let grounds = Grounds::read(&mut connection, request).await?;
    let bank_id = &grounds.assessment.pins.bank_id;
    let seen = list_shown_items(&mut connection, &request.student, bank_id).await?;
    drop(connection);
    let Grounds { assessment, candidate, .. } = &grounds;
    let mut pinned = service.library.pinned(&assessment.pins).await?;
    let pool = service.library.pool_for(&assessment.pins, &candidate.student.accommodations).await?;
    let needs = Needs::of(&pool);
    if let Ok(pool) = pool {
        pinned.pool = pool;
    }
    let exposure_version = exposure::pin_newest(service, &assessment.pins, &mut pinned).await?;
    let field_test = pinned_counts(service, &assessment.pins.bank_id, &pinned).await?;
    let cut = target_cut(&pinned.bank, assessment)?;
    let permit = may_start(&pinned.policy, &candidate.start_request(now, assessment, cut, needs))?;
    // The first item is chosen before the transaction begins: nobody waits for the engine.
    let starting = Starting { now, request, grounds: &grounds, permit: &permit };
    let sitting = starting.sitting(pinned, seen, (field_test, exposure_version)).await?;

    let mut transaction = service.store.begin_write().await?;
    lock_student(&mut transaction, &request.student).await?;
    lock_untaken_assessment(&mut transaction, &request.assessment).await?;
    if Grounds::read(&mut transaction, request).await? != grounds {
        transaction.rollback().await?;
        return Ok(None);
    }
    insert_attempt(&mut transaction, &sitting.attempt).await.map_err(|error| already_open(error, &permit))?;
    append_events(&mut transaction, &sitting.attempt.id, sitting.unsaved()).await?;
    exposure::expect(&mut transaction, &sitting).await?;
    if let Some(unlock) = &sitting.attempt.unlock_id
        && !mark_unlock_used(&mut transaction, unlock, &sitting.attempt.id, now).await?
    {
        return Err(StartRefusal::UnlockNeeded.into());
    }
    transaction.commit().await?;
    let step = CurrentStep::of(&sitting)?;
    sitting.keep(service);
    Ok(Some(step))
}

/// What a start is decided from. What the student saw before changes with the rows of the attempts.
#[derive(Debug, PartialEq)]
struct Grounds {
    assessment: Assessment,
    candidate: Candidate,
}

impl Grounds {
    async fn read(connection: &mut Connection, request: &StartAttempt) -> Result<Self, DeliveryError> {
        let assessment = offered_assessment(connection, &request.assessment).await?;
        let student = find_student(connection, &request.student).await?;
        let student = student.ok_or_else(|| DeliveryError::not_found("student", &request.student))?;
        let candidate = Candidate::read(connection, student, &assessment).await?;
        Ok(Self { assessment, candidate })
    }
}

/// Starts an attempt, or gives the one that is open: asking twice starts one attempt. True: it started now.
pub async fn start_or_continue(
    service: &Service,
    now: Millis,
    request: &StartAttempt,
) -> Result<(CurrentStep, bool), DeliveryError> {
    match start_attempt(service, now, request).await {
        Ok(step) => Ok((step, true)),
        Err(DeliveryError::StartRefused(StartRefusal::AttemptOpen { attempt_id, .. })) => {
            let step = current_step(service, now, &AttemptId(attempt_id)).await?;
            Ok((step, false))
        }
        Err(other) => Err(other),
    }
}

/// What one start is made of.
struct Starting<'a> {
    now: Millis,
    request: &'a StartAttempt,
    grounds: &'a Grounds,
    permit: &'a StartPermit,
}

impl Starting<'_> {
    /// The attempt with its first two events.
    async fn sitting(
        &self,
        pinned: Pinned,
        seen: Vec<ItemId>,
        (field_test, exposure_version): (FieldTestCounts, Option<u32>),
    ) -> Result<Sitting, DeliveryError> {
        let Self { now, request, grounds, permit } = *self;
        let Grounds { assessment, candidate } = grounds;
        let grade = candidate.student.grade;
        let last = match assessment.purpose {
            Purpose::SelfLevelling => last_placement(candidate.all_attempts.iter(), &assessment.pins),
            // The estimate leans towards its start. Two students of a grade and of equal ability are validated with the
            // same probability, whatever they did before: a validation starts from the prior of the grade.
            Purpose::Validation => None,
        };
        let prior = pinned.plan.start(Some(grade), last);
        let unlock_id = permit.unlock_id.clone().map(UnlockId);
        let pins = assessment.pins.clone();
        let started = Started {
            seed: request.seed,
            prior_mean: prior.mean(),
            prior_standard_deviation: prior.standard_deviation(),
            seen,
            field_test,
            exposure_version,
            item_order: ItemOrder::Id,
            bank: Pin { id: pins.bank_id.clone(), version: pins.bank_version },
            plan: Pin { id: pins.plan_id.clone(), version: pins.plan_version },
            policy: Pin { id: pins.policy_id.clone(), version: pins.policy_version },
            grade,
            accommodations: candidate.student.accommodations.clone(),
            unlock_id: permit.unlock_id.clone(),
        };
        let attempt = Attempt {
            id: AttemptId::new(now),
            student_id: request.student.clone(),
            assessment_id: assessment.id.clone(),
            number: permit.number,
            state: AttemptState::InProgress,
            pins,
            grade,
            started_at: now,
            last_activity: now,
            expires_at: permit.expires_at,
            sweep_at: None,
            finished_at: None,
            next_position: 0,
            answered: 0,
            plan_met: false,
            prior: StoredPrior { mean: prior.mean(), standard_deviation: prior.standard_deviation() },
            placement: None,
            unlock_id,
        };
        let mut sitting = Sitting::begin(attempt, pinned);
        sitting.record(AttemptEvent::Started(Box::new(started)), now)?;
        record_next(&mut sitting, now).await?;
        let last = sitting.log.last().map(|logged| &logged.event);
        if let Some(AttemptEvent::Completed { reason: CompletionReason::Engine(reason) }) = last {
            let (id, reason) = (assessment.id.to_string(), *reason);
            return Err(DeliveryError::NothingToAdminister { id, reason });
        }
        Ok(sitting)
    }
}

/// Where the student was last placed on this bank's scale.
fn last_placement<'a>(attempts: impl DoubleEndedIterator<Item = &'a Attempt>, pins: &Pins) -> Option<Theta> {
    let placed = attempts.rev().filter(|attempt| {
        let ended = matches!(attempt.state, AttemptState::Completed | AttemptState::Expired);
        ended && attempt.pins.bank_id == pins.bank_id
    });
    placed.filter_map(|attempt| attempt.placement).map(|placement| Theta(placement.theta)).next()
}

/// The assessment, when it is offered.
pub(super) async fn offered_assessment(
    connection: &mut Connection,
    id: &AssessmentId,
) -> Result<Assessment, DeliveryError> {
    let found = find_assessment(connection, id).await?;
    let offered = found.filter(|assessment| assessment.status == AssessmentStatus::Published);
    offered.ok_or_else(|| DeliveryError::not_found("assessment", id))
}

/// The cut that a validation is about, in logits; none for an assessment without a target.
pub fn target_cut(bank: &Bank, assessment: &Assessment) -> Result<Option<f64>, DeliveryError> {
    let Some(target) = &assessment.target_level else {
        return Ok(None);
    };
    let levels = bank.progression().map_or(&[][..], |progression| progression.levels());
    let cut = levels.iter().find(|level| level.id == *target).and_then(|level| level.cut);
    match cut {
        Some(cut) => Ok(Some(cut)),
        None => Err(DeliveryError::not_found("level with a cut", format!("{target} in bank {}", bank.id()))),
    }
}

/// An open attempt whose time is over does not stand in the way of the next, nor of an unlock.
pub(super) async fn end_what_is_over(
    service: &Service,
    now: Millis,
    student: &AccountId,
    assessment: &AssessmentId,
) -> Result<(), DeliveryError> {
    let mut connection = service.store.read().await?;
    let attempts = crate::store::attempts::list_student_attempts(&mut connection, student).await?;
    drop(connection);
    let due = attempts.iter().filter(|attempt| {
        attempt.assessment_id == *assessment && attempt.sweep_at.is_some_and(|at| at <= now)
    });
    for attempt in due {
        Sitting::open_at(service, &attempt.id, now).await?;
    }
    Ok(())
}

fn already_open(error: StoreError, permit: &StartPermit) -> DeliveryError {
    match error {
        // The unique index on open attempts and on numbers: another start won.
        StoreError::Duplicate(_) => {
            DeliveryError::Contended { what: "attempt", id: permit.number.to_string() }
        }
        other => other.into(),
    }
}
