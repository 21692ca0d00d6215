//! From decisions to a new, immutable bank version.

use item_bank::formats::write_bank_json;
use item_bank::{Bank, ItemStatus};
use serde_json::json;

use super::decide::standing;
use super::proposal::{Proposal, calibration};
use crate::clock::Millis;
use crate::delivery::control_attempt::checked_reason;
use crate::delivery::import_bank::document_digest;
use crate::delivery::publish::{publish_bank_after, refuse_superseded};
use crate::delivery::{DeliveryError, ImportBank, Service, import_bank};
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::banks::{BankStatus, BankVersion, list_bank_versions};
use crate::store::recalibration::{ItemDecision, RecordedDecision};
use crate::store::{AccountId, JobId};

/// A calibration to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishCalibration {
    /// The calibration.
    pub job: JobId,
    /// Why now, in words.
    pub reason: String,
}

/// The bank with the accepted items' new parameters. An accepted field-test item becomes operational; a held item stays
/// as it was.
pub fn revised_bank(
    bank: &Bank,
    proposal: &Proposal,
    decisions: &[RecordedDecision],
) -> Result<Bank, DeliveryError> {
    let mut parts = bank.clone().into_parts();
    for stands in standing(proposal, decisions) {
        let accepted = stands.outcome() == ItemDecision::Accept;
        let Some(item) = parts.items.iter_mut().find(|item| accepted && item.id == stands.item.id) else {
            continue;
        };
        let Some(model) = &stands.item.after else {
            continue;
        };
        item.model = Some(model.clone());
        item.standard_errors.clone_from(&stands.item.standard_errors);
        item.provisional = false;
        if item.status == ItemStatus::FieldTest {
            item.status = ItemStatus::Operational;
        }
    }
    if parts.items.iter().all(|item| !item.provisional) {
        parts.provisional_note = None;
    }
    Bank::new(parts).map_err(|errors| DeliveryError::Invalid {
        field: "bank",
        must: errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    })
}

/// Publishes the version that the decisions make. The same decisions again publish nothing new; a calibration of a version
/// after which another was published is refused, or it would take that one's items back.
pub async fn publish_calibration(
    service: &Service,
    now: Millis,
    publish: &PublishCalibration,
    by: &AccountId,
) -> Result<BankVersion, DeliveryError> {
    let reason = checked_reason(&publish.reason)?;
    let (_, request, proposal, decisions) = calibration(service, &publish.job).await?;
    let proposal = proposal.ok_or_else(|| DeliveryError::not_found("finished calibration", &publish.job))?;
    let base = service.library.bank(&request.bank_id, request.bank_version).await?;
    let revised = revised_bank(&base, &proposal, &decisions)?;
    let text = write_bank_json(&revised);
    let versions = list_bank_versions(&mut *service.store.read().await?).await?;
    let same = versions.into_iter().find(|version| {
        version.bank_id == request.bank_id
            && version.status == BankStatus::Published
            && version.digest == document_digest(&text)
    });
    if let Some(published) = same {
        return Ok(published);
    }
    let note = format!("calibration of {} items: {reason}", proposal.items.len());
    let base = (request.bank_id.as_str(), request.bank_version);
    refuse_superseded(&mut *service.store.read().await?, base).await?;
    let import = ImportBank { text: &text, source_name: "calibration", note: &note, by };
    let draft = import_bank(service, now, &import).await?;
    let draft = (draft.bank_id.as_str(), draft.version);
    let published = publish_bank_after(service, now, draft, request.bank_version, by).await?;
    let mut transaction = service.store.begin_write().await?;
    let entry =
        AuditEntry::new(now, Some(by), "calibration.published", ("calibration", publish.job.as_str()))
            .with_detail(
                json!({ "bank": published.bank_id, "version": published.version, "reason": reason }),
            );
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(published)
}
