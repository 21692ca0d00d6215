//! Publishing banks, plans, policies and assessments. What cannot serve a student is refused here, with the row that
//! fails, and never met by one.

use std::sync::Arc;

use item_bank::Bank;
use serde_json::json;

use super::control_attempt::checked_reason;
use super::start_attempt::target_cut;
use super::{DeliveryError, Service};
use crate::adaptive::{PlanProblem, TestPlan, check_rows, preflight};
use crate::assessment::{Policy, Purpose};
use crate::clock::Millis;
use crate::store::assessments::{
    Assessment, AssessmentStatus, find_assessment, insert_assessment, list_assessments, lock_assessment,
    purpose_word, update_assessment,
};
use crate::store::attempts::has_attempts;
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::banks::{
    BankStatus, BankVersion, find_bank_version, list_bank_versions, lock_bank, mark_bank_published,
};
use crate::store::documents::{
    DocumentKind, DocumentVersion, find_document, insert_document, last_document_version,
};
use crate::store::{AccountId, AssessmentId, Connection, Pins, StoreError};

/// Fixes a draft for good, so that attempts may pin it. Every plan of an assessment on this bank must fit it.
pub async fn publish_bank(
    service: &Service,
    now: Millis,
    bank: (&str, u32),
    by: &AccountId,
) -> Result<BankVersion, DeliveryError> {
    publish_draft(service, now, bank, None, by).await
}

/// The same for a draft that was made from `base`: refused when a version after that one was published meanwhile.
pub(super) async fn publish_bank_after(
    service: &Service,
    now: Millis,
    bank: (&str, u32),
    base: u32,
    by: &AccountId,
) -> Result<BankVersion, DeliveryError> {
    publish_draft(service, now, bank, Some(base), by).await
}

/// Refuses what was made from a version of a bank after which another was published.
pub(super) async fn refuse_superseded(
    connection: &mut Connection,
    (bank_id, base): (&str, u32),
) -> Result<(), DeliveryError> {
    let versions = list_bank_versions(connection).await?;
    let published = versions
        .iter()
        .filter(|version| version.bank_id == bank_id && version.status == BankStatus::Published);
    match published.map(|version| version.version).max() {
        Some(newest) if newest > base => {
            Err(DeliveryError::Superseded { bank: bank_id.to_owned(), base, newest })
        }
        _ => Ok(()),
    }
}

async fn publish_draft(
    service: &Service,
    now: Millis,
    bank: (&str, u32),
    base: Option<u32>,
    by: &AccountId,
) -> Result<BankVersion, DeliveryError> {
    let label = format!("{} {}", bank.0, bank.1);
    let document = service.library.bank(bank.0, bank.1).await?;
    let mut connection = service.store.read().await?;
    let assessments = list_assessments(&mut connection).await?;
    drop(connection);
    for assessment in
        assessments.iter().filter(|a| a.pins.bank_id == bank.0 && a.status == AssessmentStatus::Published)
    {
        let plan = service.library.plan(&assessment.pins.plan_id, assessment.pins.plan_version).await?;
        check_fit(&document, &label, &plan)?;
    }
    let mut transaction = service.store.begin_write().await?;
    let found = find_bank_version(&mut transaction, bank.0, bank.1).await?;
    let found = found.ok_or_else(|| DeliveryError::not_found("bank version", &label))?;
    if found.status == BankStatus::Published {
        return Ok(found);
    }
    if let Some(base) = base {
        lock_bank(&mut transaction, bank.0).await?;
        refuse_superseded(&mut transaction, (bank.0, base)).await?;
    }
    mark_bank_published(&mut transaction, bank, now, by.as_str()).await?;
    let entry = AuditEntry::new(now, Some(by), "bank.published", ("bank", &label))
        .with_detail(json!({ "digest": found.digest, "items": found.item_count }));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(BankVersion {
        status: BankStatus::Published,
        published_at: Some(now),
        published_by: Some(by.to_string()),
        ..found
    })
}

/// A document to publish as the next version of a plan or a policy.
#[derive(Debug, Clone, Copy)]
pub struct PublishDocument<'a> {
    /// The plan's or policy's name.
    pub id: &'a str,
    /// JSON.
    pub document: &'a str,
    /// Who publishes it.
    pub by: &'a AccountId,
    /// Why.
    pub reason: &'a str,
}

/// Publishes the next version of a plan. It must fit the bank of every assessment that uses the plan.
pub async fn publish_plan(
    service: &Service,
    now: Millis,
    publish: &PublishDocument<'_>,
) -> Result<DocumentVersion, DeliveryError> {
    let plan = TestPlan::from_json(publish.document)?;
    if plan.id != publish.id {
        let must = format!("must be the id in the plan, {:?}, got {:?}", plan.id, publish.id);
        return Err(DeliveryError::Invalid { field: "id", must });
    }
    let mut connection = service.store.read().await?;
    let assessments = list_assessments(&mut connection).await?;
    drop(connection);
    for assessment in
        assessments.iter().filter(|a| a.pins.plan_id == plan.id && a.status == AssessmentStatus::Published)
    {
        let pins = &assessment.pins;
        let bank = service.library.bank(&pins.bank_id, pins.bank_version).await?;
        check_offer(&bank, &format!("{} {}", pins.bank_id, pins.bank_version), &plan)?;
    }
    publish_document(service, now, DocumentKind::Plan, publish).await
}

/// Publishes the next version of a policy.
pub async fn publish_policy(
    service: &Service,
    now: Millis,
    publish: &PublishDocument<'_>,
) -> Result<DocumentVersion, DeliveryError> {
    Policy::read_json(publish.document)?;
    publish_document(service, now, DocumentKind::Policy, publish).await
}

async fn publish_document(
    service: &Service,
    now: Millis,
    kind: DocumentKind,
    publish: &PublishDocument<'_>,
) -> Result<DocumentVersion, DeliveryError> {
    let (what, action) = match kind {
        DocumentKind::Plan => ("plan", "plan.published"),
        DocumentKind::Policy => ("policy", "policy.published"),
    };
    check_name("id", publish.id)?;
    let reason = checked_reason(publish.reason)?;
    let mut transaction = service.store.begin_write().await?;
    let last = last_document_version(&mut transaction, kind, publish.id).await?;
    if let Some(newest) = find_document(&mut transaction, kind, publish.id, last).await?
        && newest.document == publish.document
    {
        return Ok(newest);
    }
    let version = DocumentVersion {
        id: publish.id.to_owned(),
        version: last + 1,
        document: publish.document.to_owned(),
        created_at: now,
        author: publish.by.to_string(),
        reason: reason.clone(),
    };
    let inserted = insert_document(&mut transaction, kind, &version).await;
    inserted.map_err(|error| match error {
        StoreError::Duplicate(_) => DeliveryError::Contended { what, id: publish.id.to_owned() },
        other => other.into(),
    })?;
    let entry = AuditEntry::new(now, Some(publish.by), action, (what, publish.id))
        .with_detail(json!({ "version": version.version, "reason": reason }));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(version)
}

/// An assessment to offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishAssessment {
    /// Chosen by whoever publishes it.
    pub id: AssessmentId,
    /// Its title.
    pub name: String,
    /// Interim or summative.
    pub purpose: Purpose,
    /// What new attempts pin.
    pub pins: Pins,
    /// Validation: the level whose cut is validated.
    pub target_level: Option<String>,
    /// Validation: the self-levelling assessment that gives its evidence.
    pub evidence_from: Option<AssessmentId>,
    /// Grades it is offered to; empty means every grade.
    pub grades: Vec<u8>,
}

/// Offers an assessment, or changes what new attempts of it pin. Attempts that have started keep their pins.
pub async fn publish_assessment(
    service: &Service,
    now: Millis,
    publish: &PublishAssessment,
    by: &AccountId,
) -> Result<Assessment, DeliveryError> {
    check_name("id", publish.id.as_str())?;
    check_pins(service, publish).await?;
    let mut transaction = service.store.begin_write().await?;
    // A very first start locks it too: either that attempt is seen here, or it pins what is published here.
    lock_assessment(&mut transaction, &publish.id).await?;
    let earlier = find_assessment(&mut transaction, &publish.id).await?;
    if let Some((field, was)) = earlier.as_ref().and_then(|earlier| change_of_meaning(earlier, publish))
        && has_attempts(&mut transaction, &publish.id).await?
    {
        return Err(DeliveryError::HasAttempts { id: publish.id.to_string(), field, was });
    }
    check_evidence(&mut transaction, publish).await?;
    let assessment = Assessment {
        id: publish.id.clone(),
        name: publish.name.trim().to_owned(),
        purpose: publish.purpose,
        pins: publish.pins.clone(),
        target_level: publish.target_level.clone(),
        evidence_from: publish.evidence_from.clone(),
        grades: publish.grades.clone(),
        status: AssessmentStatus::Published,
        created_at: earlier.as_ref().map_or(now, |earlier| earlier.created_at),
        updated_at: now,
    };
    match earlier {
        Some(earlier) if (Assessment { updated_at: earlier.updated_at, ..assessment.clone() }) == earlier => {
            return Ok(earlier);
        }
        Some(_) => update_assessment(&mut transaction, &assessment).await?,
        None if insert_assessment(&mut transaction, &assessment).await? => {}
        None => return Err(DeliveryError::Contended { what: "assessment", id: publish.id.to_string() }),
    }
    let entry = AuditEntry::new(now, Some(by), "assessment.published", ("assessment", publish.id.as_str()))
        .with_detail(json!({ "purpose": purpose_word(publish.purpose), "pins": publish.pins }));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(assessment)
}

/// What of an assessment would change that attempts already taken rest on: what they are for, the scale they stand on, and
/// the level they are held against.
fn change_of_meaning(earlier: &Assessment, publish: &PublishAssessment) -> Option<(&'static str, String)> {
    if earlier.purpose != publish.purpose {
        return Some(("purpose", purpose_word(earlier.purpose).to_owned()));
    }
    if earlier.pins.bank_id != publish.pins.bank_id {
        return Some(("bank", earlier.pins.bank_id.clone()));
    }
    if earlier.target_level != publish.target_level {
        return Some(("target_level", earlier.target_level.clone().unwrap_or_else(|| "none".to_owned())));
    }
    None
}

/// Evidence is what a self-levelling test says on the scale of the validation: that of its bank.
async fn check_evidence(
    connection: &mut Connection,
    publish: &PublishAssessment,
) -> Result<(), DeliveryError> {
    let Some(evidence) = &publish.evidence_from else {
        return Ok(());
    };
    let source = find_assessment(connection, evidence).await?;
    let source = source.filter(|source| source.purpose == Purpose::SelfLevelling);
    let source = source.ok_or_else(|| DeliveryError::not_found("self-levelling assessment", evidence))?;
    let (bank, other) = (&publish.pins.bank_id, &source.pins.bank_id);
    if bank == other {
        return Ok(());
    }
    let must =
        format!("must be on bank {bank}, whose scale the validation is on; {evidence} is on bank {other}");
    Err(DeliveryError::Invalid { field: "evidence_from", must })
}

/// No longer offers an assessment. Attempts that have started go on.
pub async fn retire_assessment(
    service: &Service,
    now: Millis,
    id: &AssessmentId,
    by: &AccountId,
) -> Result<Assessment, DeliveryError> {
    let mut transaction = service.store.begin_write().await?;
    lock_assessment(&mut transaction, id).await?;
    let found = find_assessment(&mut transaction, id).await?;
    let found = found.ok_or_else(|| DeliveryError::not_found("assessment", id))?;
    if found.status == AssessmentStatus::Retired {
        return Ok(found);
    }
    let retired = Assessment { status: AssessmentStatus::Retired, updated_at: now, ..found };
    update_assessment(&mut transaction, &retired).await?;
    let entry = AuditEntry::new(now, Some(by), "assessment.retired", ("assessment", id.as_str()));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(retired)
}

async fn check_pins(service: &Service, publish: &PublishAssessment) -> Result<(), DeliveryError> {
    let pins = &publish.pins;
    let label = format!("{} {}", pins.bank_id, pins.bank_version);
    let mut connection = service.store.read().await?;
    let version = find_bank_version(&mut connection, &pins.bank_id, pins.bank_version).await?;
    drop(connection);
    if version.is_none_or(|version| version.status != BankStatus::Published) {
        return Err(DeliveryError::not_found("published bank version", label));
    }
    let bank: Arc<Bank> = service.library.bank(&pins.bank_id, pins.bank_version).await?;
    let plan = service.library.plan(&pins.plan_id, pins.plan_version).await?;
    service.library.policy(&pins.policy_id, pins.policy_version).await?;
    check_offer(&bank, &label, &plan)?;
    let wanted = match publish.purpose {
        Purpose::SelfLevelling => item_bank::Pool::Interim,
        Purpose::Validation => item_bank::Pool::Summative,
    };
    if plan.pool != wanted {
        let must =
            format!("must use the {wanted:?} pool for this purpose, plan {} uses {:?}", plan.id, plan.pool);
        return Err(DeliveryError::Invalid { field: "plan", must });
    }
    let missing = match (publish.purpose, &publish.target_level, &publish.evidence_from) {
        (Purpose::Validation, None, _) => Some("target_level"),
        (Purpose::Validation, _, None) => Some("evidence_from"),
        (Purpose::Validation, Some(_), Some(_)) | (Purpose::SelfLevelling, _, _) => None,
    };
    if let Some(field) = missing {
        return Err(DeliveryError::Invalid { field, must: "must be given for a validation".to_owned() });
    }
    let probe = Assessment {
        id: publish.id.clone(),
        name: String::new(),
        purpose: publish.purpose,
        pins: pins.clone(),
        target_level: publish.target_level.clone(),
        evidence_from: None,
        grades: Vec::new(),
        status: AssessmentStatus::Published,
        created_at: Millis(0),
        updated_at: Millis(0),
    };
    target_cut(&bank, &probe)?;
    Ok(())
}

fn check_fit(bank: &Bank, label: &str, plan: &TestPlan) -> Result<(), DeliveryError> {
    preflight(bank, plan).map_err(|problems| unfit(label, plan, problems))
}

/// A plan that is offered anew has no row that no test can fail.
fn check_offer(bank: &Bank, label: &str, plan: &TestPlan) -> Result<(), DeliveryError> {
    check_rows(bank, plan).map_err(|problems| unfit(label, plan, problems))?;
    check_fit(bank, label, plan)
}

fn unfit(label: &str, plan: &TestPlan, problems: Vec<PlanProblem>) -> DeliveryError {
    DeliveryError::Unfit { bank: label.to_owned(), plan: format!("{} {}", plan.id, plan.version), problems }
}

/// Names that people choose: lower-case words joined by hyphens.
fn check_name(field: &'static str, name: &str) -> Result<(), DeliveryError> {
    let letters =
        name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
    if (1..=64).contains(&name.len()) && letters {
        return Ok(());
    }
    let must = format!("must be 1 to 64 lower-case letters, digits and hyphens, got {name:?}");
    Err(DeliveryError::Invalid { field, must })
}
