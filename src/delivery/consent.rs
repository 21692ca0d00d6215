//! Recording a consent to a retest.

use serde_json::json;

use super::control_attempt::checked_reason;
use super::start_attempt::offered_assessment;
use super::{DeliveryError, Service};
use crate::clock::Millis;
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::consents::{Consent, insert_consent};
use crate::store::students::find_student;
use crate::store::{AccountId, AssessmentId};

/// Writes down that a student may be retested, and from whom the consent came.
pub async fn record_consent(
    service: &Service,
    now: Millis,
    about: (&AccountId, &AssessmentId),
    by: &AccountId,
    note: &str,
) -> Result<Consent, DeliveryError> {
    let (student, assessment) = about;
    let consent = Consent {
        student_id: student.clone(),
        assessment_id: assessment.clone(),
        recorded_by: by.clone(),
        recorded_at: now,
        note: checked_reason(note)?,
    };
    let mut transaction = service.store.begin_write().await?;
    offered_assessment(&mut transaction, assessment).await?;
    if find_student(&mut transaction, student).await?.is_none() {
        return Err(DeliveryError::not_found("student", student));
    }
    insert_consent(&mut transaction, &consent).await?;
    let entry = AuditEntry::new(now, Some(by), "consent.recorded", ("account", student.as_str()))
        .with_detail(json!({ "assessment": assessment.as_str(), "note": consent.note }));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(consent)
}
