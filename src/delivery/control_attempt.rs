//! Pausing, resuming, handing in, invalidating and resetting an attempt.
//!
//! Asking for what is already so changes nothing and shows the attempt as it stands.

use serde_json::json;

use super::current_step::CurrentStep;
use super::sitting::{Sitting, TRIES_MAX, contended};
use super::{DeliveryError, Service};
use crate::assessment::{Actor, AttemptEvent, AttemptState, CompletionReason, PauseReason};
use crate::clock::Millis;
use crate::store::audit::AuditEntry;
use crate::store::{AccountId, AttemptId};

/// Longest reason that is kept, in bytes.
pub const REASON_BYTES_MAX: usize = 2_000;

/// Pauses an attempt. One that an adult paused is resumed by an adult only, whoever paused it before.
pub async fn pause(
    service: &Service,
    now: Millis,
    id: &AttemptId,
    by: &Actor,
) -> Result<CurrentStep, DeliveryError> {
    let event = AttemptEvent::Paused { by: by.clone(), reason: PauseReason::Requested };
    change(service, now, id, AttemptState::Paused, &event).await
}

/// Resumes a paused attempt at the very item it stopped at.
pub async fn resume(
    service: &Service,
    now: Millis,
    id: &AttemptId,
    by: &Actor,
) -> Result<CurrentStep, DeliveryError> {
    change(service, now, id, AttemptState::InProgress, &AttemptEvent::Resumed { by: by.clone() }).await
}

/// Hands an attempt in before the engine stops it.
pub async fn finish(service: &Service, now: Millis, id: &AttemptId) -> Result<CurrentStep, DeliveryError> {
    let event = AttemptEvent::Completed { reason: CompletionReason::HandedIn };
    change(service, now, id, AttemptState::Completed, &event).await
}

/// Rules that an attempt never counts; it still uses up one of the attempts allowed.
pub async fn invalidate(
    service: &Service,
    now: Millis,
    id: &AttemptId,
    by: &AccountId,
    reason: &str,
) -> Result<CurrentStep, DeliveryError> {
    let reason = checked_reason(reason)?;
    let event = AttemptEvent::Invalidated { by: Actor::Account(by.to_string()), reason };
    change(service, now, id, AttemptState::Invalidated, &event).await
}

/// Rules that an attempt never counts and gives its place back.
pub async fn reset(
    service: &Service,
    now: Millis,
    id: &AttemptId,
    by: &AccountId,
    reason: &str,
) -> Result<CurrentStep, DeliveryError> {
    let reason = checked_reason(reason)?;
    let event = AttemptEvent::Reset { by: Actor::Account(by.to_string()), reason };
    change(service, now, id, AttemptState::Reset, &event).await
}

/// A reason in words, without blanks around it.
pub(super) fn checked_reason(reason: &str) -> Result<String, DeliveryError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(DeliveryError::Invalid { field: "reason", must: "must say why, got nothing".to_owned() });
    }
    if reason.len() > REASON_BYTES_MAX {
        let must = format!("must have at most {REASON_BYTES_MAX} bytes, got {}", reason.len());
        return Err(DeliveryError::Invalid { field: "reason", must });
    }
    Ok(reason.to_owned())
}

async fn change(
    service: &Service,
    now: Millis,
    id: &AttemptId,
    wanted: AttemptState,
    event: &AttemptEvent,
) -> Result<CurrentStep, DeliveryError> {
    for _ in 0..TRIES_MAX {
        let mut sitting = Sitting::open_at(service, id, now).await?;
        if is_so_already(&sitting, wanted, event)? {
            return CurrentStep::of(&sitting);
        }
        sitting.record(event.clone(), now)?;
        let audit: Vec<AuditEntry> = audit_entry(&sitting, event, now).into_iter().collect();
        if sitting.save(service, &audit).await? {
            return CurrentStep::of(&sitting);
        }
    }
    Err(contended(id))
}

/// Whether nothing is left to record. A pause by an adult is news where nobody but the student or the system paused.
fn is_so_already(
    sitting: &Sitting,
    wanted: AttemptState,
    event: &AttemptEvent,
) -> Result<bool, DeliveryError> {
    let state = sitting.attempt.state;
    let is_held = state == AttemptState::Paused && matches!(paused_by(sitting), Some(Actor::Account(_)));
    match event {
        AttemptEvent::Resumed { by: Actor::Student } if is_held => {
            Err(DeliveryError::HeldByAdult { id: sitting.attempt.id.to_string() })
        }
        AttemptEvent::Paused { by: Actor::Account(_), .. } => Ok(is_held),
        _ => Ok(state == wanted),
    }
}

/// What adults do to an attempt is on the audit log; what students and the system do is in the attempt's own.
fn audit_entry(sitting: &Sitting, event: &AttemptEvent, now: Millis) -> Option<AuditEntry> {
    let (by, reason) = match event {
        AttemptEvent::Paused { by, .. } | AttemptEvent::Resumed { by } => (by, None),
        AttemptEvent::Invalidated { by, reason } | AttemptEvent::Reset { by, reason } => (by, Some(reason)),
        AttemptEvent::Started(_)
        | AttemptEvent::Administered { .. }
        | AttemptEvent::Answered { .. }
        | AttemptEvent::Completed { .. }
        | AttemptEvent::Expired { .. } => return None,
    };
    let Actor::Account(account) = by else {
        return None;
    };
    let action = format!("attempt.{}", event.kind().as_str());
    let detail = json!({
        "student": sitting.attempt.student_id.as_str(),
        "assessment": sitting.attempt.assessment_id.as_str(),
        "number": sitting.attempt.number,
        "reason": reason,
    });
    let actor = AccountId(account.clone());
    let subject = ("attempt", sitting.attempt.id.as_str());
    Some(AuditEntry::new(now, Some(&actor), &action, subject).with_detail(detail))
}

fn paused_by(sitting: &Sitting) -> Option<&Actor> {
    sitting.log.iter().rev().find_map(|logged| match &logged.event {
        AttemptEvent::Paused { by, .. } => Some(by),
        _ => None,
    })
}
