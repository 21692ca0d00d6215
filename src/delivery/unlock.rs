//! A teacher's decision that opens one summative attempt: made, taken back, for one student or for many.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::control_attempt::REASON_BYTES_MAX;
use super::readiness::{answers_since_not_yet, student_readiness};
use super::start_attempt::{end_what_is_over, offered_assessment};
use super::summary::Candidate;
use super::{DeliveryError, Service};
use crate::assessment::{
    Needs, Purpose, Recommendation, RevokeRefusal, UnlockGrant, UnlockRequest, may_unlock, unlock_expiry,
};
use crate::clock::Millis;
use crate::store::assessments::find_assessment;
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::students::{find_student, lock_student};
use crate::store::unlocks::{Unlock, find_unlock, insert_unlock, mark_unlock_revoked};
use crate::store::{AccountId, AssessmentId, UnlockId};

/// A teacher unlocks a validation.
#[derive(Debug, Clone, Copy)]
pub struct GrantUnlock<'a> {
    /// Who decides.
    pub by: &'a AccountId,
    /// For whom.
    pub student: &'a AccountId,
    /// What.
    pub assessment: &'a AssessmentId,
    /// Why, where it goes against the recommendation.
    pub reason: Option<&'a str>,
    /// Anything to write down.
    pub note: Option<&'a str>,
    /// The last day on which it opens the test, in the school's time zone, written 2026-12-07; none: the policy's.
    pub open_through: Option<&'a str>,
}

/// Records the decision with the readiness it rests on.
pub async fn grant_unlock(
    service: &Service,
    now: Millis,
    grant: &GrantUnlock<'_>,
) -> Result<Unlock, DeliveryError> {
    for (field, text) in [("reason", grant.reason), ("note", grant.note)] {
        let bytes = text.map_or(0, str::len);
        if bytes > REASON_BYTES_MAX {
            let must = format!("must have at most {REASON_BYTES_MAX} bytes, got {bytes}");
            return Err(DeliveryError::Invalid { field, must });
        }
    }
    let open_through = grant.open_through.map(day).transpose()?;
    let mut connection = service.store.read().await?;
    let assessment = offered_assessment(&mut connection, grant.assessment).await?;
    drop(connection);
    if assessment.purpose != Purpose::Validation {
        return Err(DeliveryError::not_found("validation", grant.assessment));
    }
    let policy = service.library.policy(&assessment.pins.policy_id, assessment.pins.policy_version).await?;
    end_what_is_over(service, now, grant.student, grant.assessment).await?;
    let readiness = student_readiness(service, now, grant.student, &assessment).await?;

    let mut transaction = service.store.begin_write().await?;
    lock_student(&mut transaction, grant.student).await?;
    let student = find_student(&mut transaction, grant.student).await?;
    let student = student.ok_or_else(|| DeliveryError::not_found("student", grant.student))?;
    let candidate = Candidate::read(&mut transaction, student, &assessment).await?;
    let pool = service.library.pool_for(&assessment.pins, &candidate.student.accommodations).await?;
    let since_not_yet = answers_since_not_yet(service, &mut transaction, &candidate, &assessment).await?;
    let request = UnlockRequest {
        now,
        time_zone: &candidate.time_zone,
        readiness: &readiness,
        unlocks: &candidate.unlocks,
        attempts: &candidate.attempts,
        attempts_left: candidate.attempts_left(&policy, now),
        answers_since_not_yet: since_not_yet,
        needs: Needs::of(&pool),
        reason: grant.reason,
        open_through,
    };
    let granted = may_unlock(&policy, &request)?;
    let unlock = recorded(now, grant, &granted);
    insert_unlock(&mut transaction, &unlock).await?;
    append_audit(&mut transaction, &granted_entry(&unlock)).await?;
    transaction.commit().await?;
    Ok(unlock)
}

/// When an unlock of this validation would expire at the latest, were it granted now.
pub async fn latest_expiry(
    service: &Service,
    now: Millis,
    validation: &AssessmentId,
    time_zone: &TimeZone,
) -> Result<Millis, DeliveryError> {
    let found = find_assessment(&mut *service.store.read().await?, validation).await?;
    let found = found.ok_or_else(|| DeliveryError::not_found("assessment", validation))?;
    let policy = service.library.policy(&found.pins.policy_id, found.pins.policy_version).await?;
    Ok(unlock_expiry(&policy, time_zone, now))
}

/// The same decision for many students, each on their own evidence. What is refused for one stands for the others.
pub async fn grant_unlocks(
    service: &Service,
    now: Millis,
    grant: &GrantUnlock<'_>,
    students: &[AccountId],
) -> Vec<(AccountId, Result<Unlock, DeliveryError>)> {
    let mut outcomes = Vec::with_capacity(students.len());
    for student in students {
        let outcome = grant_unlock(service, now, &GrantUnlock { student, ..*grant }).await;
        outcomes.push((student.clone(), outcome));
    }
    outcomes
}

/// Takes an unlock back, as long as no attempt used it.
pub async fn revoke_unlock(
    service: &Service,
    now: Millis,
    id: &UnlockId,
    by: &AccountId,
) -> Result<Unlock, DeliveryError> {
    let mut transaction = service.store.begin_write().await?;
    let unlock = find_unlock(&mut transaction, id).await?;
    let unlock = unlock.ok_or_else(|| DeliveryError::not_found("unlock", id))?;
    unlock.decision().may_revoke(now)?;
    if !mark_unlock_revoked(&mut transaction, id, now, by).await? {
        // A start took it between reading and writing.
        return Err(RevokeRefusal::Used.into());
    }
    let entry =
        AuditEntry::new(now, Some(by), "unlock.revoked", ("unlock", id.as_str())).with_detail(json!({
            "student": unlock.student_id.as_str(),
            "assessment": unlock.assessment_id.as_str(),
        }));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(Unlock { revoked_at: Some(now), revoked_by: Some(by.clone()), ..unlock })
}

fn day(text: &str) -> Result<Date, DeliveryError> {
    text.trim().parse().map_err(|_| DeliveryError::Invalid {
        field: "open_through",
        must: format!("must be a date written 2026-12-07, got \"{}\"", text.escape_debug()),
    })
}

fn recorded(now: Millis, grant: &GrantUnlock<'_>, granted: &UnlockGrant) -> Unlock {
    let kept = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    Unlock {
        id: UnlockId::new(now),
        student_id: grant.student.clone(),
        assessment_id: grant.assessment.clone(),
        granted_by: grant.by.clone(),
        granted_at: now,
        expires_at: granted.expires_at,
        readiness_probability: granted.probability,
        recommended: granted.recommendation == Recommendation::Unlock,
        reason: kept(grant.reason),
        note: kept(grant.note),
        revoked_at: None,
        revoked_by: None,
        used_by_attempt: None,
    }
}

fn granted_entry(unlock: &Unlock) -> AuditEntry {
    let subject = ("unlock", unlock.id.as_str());
    AuditEntry::new(unlock.granted_at, Some(&unlock.granted_by), "unlock.granted", subject).with_detail(
        json!({
            "student": unlock.student_id.as_str(),
            "assessment": unlock.assessment_id.as_str(),
            "readiness_probability": unlock.readiness_probability,
            "recommended": unlock.recommended,
            "reason": unlock.reason,
            "expires_at_ms": unlock.expires_at.0,
        }),
    )
}
