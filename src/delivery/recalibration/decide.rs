//! Accepting or holding one item of a proposal, with a reason, on record.

use item_bank::ItemId;
use serde_json::json;

use super::proposal::{Proposal, StandingItem, calibration};
use crate::clock::Millis;
use crate::delivery::control_attempt::checked_reason;
use crate::delivery::{DeliveryError, Service};
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::recalibration::{ItemDecision, RecordedDecision, append_decision};
use crate::store::{AccountId, JobId};

/// A decision to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideItem {
    /// The calibration.
    pub job: JobId,
    /// The item.
    pub item: ItemId,
    /// What to do with it.
    pub decision: ItemDecision,
    /// Why.
    pub reason: String,
}

/// Records a decision. An item that could not be estimated cannot be accepted.
pub async fn decide_item(
    service: &Service,
    now: Millis,
    decide: &DecideItem,
    by: &AccountId,
) -> Result<RecordedDecision, DeliveryError> {
    let (_, _, proposal, _) = calibration(service, &decide.job).await?;
    let proposal = proposal.ok_or_else(|| DeliveryError::not_found("finished calibration", &decide.job))?;
    let item = proposal.items.iter().find(|item| item.id == decide.item);
    let item = item.ok_or_else(|| DeliveryError::not_found("item of the calibration", &decide.item))?;
    if decide.decision == ItemDecision::Accept && item.after.is_none() {
        let must = "cannot be accept: the item could not be estimated".to_owned();
        return Err(DeliveryError::Invalid { field: "decision", must });
    }
    let recorded = RecordedDecision {
        job_id: decide.job.clone(),
        item: decide.item.clone(),
        decision: decide.decision,
        reason: checked_reason(&decide.reason)?,
        decided_by: by.clone(),
        decided_at: now,
    };
    let mut transaction = service.store.begin_write().await?;
    append_decision(&mut transaction, &recorded).await?;
    let action = match decide.decision {
        ItemDecision::Accept => "calibration.item_accepted",
        ItemDecision::Hold => "calibration.item_held",
    };
    let entry = AuditEntry::new(now, Some(by), action, ("calibration", decide.job.as_str()))
        .with_detail(json!({ "item": decide.item, "reason": recorded.reason }));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(recorded)
}

/// Every item of a proposal with the newest decision on it. Decisions stand in the order made.
#[must_use]
pub fn standing<'a>(proposal: &'a Proposal, decisions: &'a [RecordedDecision]) -> Vec<StandingItem<'a>> {
    let newest = |id: &ItemId| decisions.iter().rev().find(|decision| decision.item == *id);
    proposal.items.iter().map(|item| StandingItem { item, decision: newest(&item.id) }).collect()
}
