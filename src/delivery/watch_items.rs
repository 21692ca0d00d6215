//! Items in use: what ended attempts say about them, which seem to have changed, and deciding about an alarm.

use item_bank::ItemId;
use serde_json::json;

use super::control_attempt::checked_reason;
use super::{DeliveryError, Service};
use crate::clock::Millis;
use crate::store::AccountId;
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::item_records::{
    BankRecord, ItemRecord, ItemRecordRow, RunningSum, Settled, find_bank_record, find_item_record,
    list_alarmed_items, write_bank_record, write_item_records,
};

/// What is counted for a bank, and its items whose alarm stands, the earliest first.
pub async fn alarmed_items(
    service: &Service,
    bank_id: &str,
) -> Result<(BankRecord, Vec<(ItemId, ItemRecord)>), DeliveryError> {
    let mut connection = service.store.read().await?;
    let (bank, _) = find_bank_record(&mut connection, bank_id).await?;
    Ok((bank, list_alarmed_items(&mut connection, bank_id).await?))
}

/// What is counted for an item and its bank; an empty record before its first attempt has ended.
pub async fn item_record(
    service: &Service,
    bank_id: &str,
    item: &ItemId,
) -> Result<(BankRecord, ItemRecord), DeliveryError> {
    let mut connection = service.store.read().await?;
    let (bank, _) = find_bank_record(&mut connection, bank_id).await?;
    Ok((bank, find_item_record(&mut connection, bank_id, item).await?.unwrap_or_default()))
}

/// A decision about the alarm of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleAlarm {
    /// The bank.
    pub bank_id: String,
    /// The item.
    pub item: ItemId,
    /// What was found or done, in words.
    pub reason: String,
}

/// Puts an alarm away with a reason, on record; the item is watched anew from now on. The same decision again changes
/// nothing.
pub async fn settle_alarm(
    service: &Service,
    now: Millis,
    settle: &SettleAlarm,
    by: &AccountId,
) -> Result<ItemRecord, DeliveryError> {
    let SettleAlarm { bank_id, item, reason } = settle;
    let reason = checked_reason(reason)?;
    let mut transaction = service.store.begin_write().await?;
    let (bank, passes) = find_bank_record(&mut transaction, bank_id).await?;
    let no_alarm = || DeliveryError::not_found("standing alarm of item", item);
    let mut record = find_item_record(&mut transaction, bank_id, item).await?.ok_or_else(no_alarm)?;
    let watch = record.watch.as_mut().ok_or_else(no_alarm)?;
    let Some(alarm) = watch.alarm.take() else {
        let is_same = watch.settled.as_ref().is_some_and(|settled| settled.reason == reason);
        return if is_same { Ok(record) } else { Err(no_alarm()) };
    };
    let anew = RunningSum { value: 0.0, since_ms: now.0 };
    (watch.easier, watch.harder) = (anew, anew);
    watch.settled = Some(Settled { alarm, reason: reason.clone(), by: by.to_string(), at_ms: now.0 });
    // The fence of the passes: one that read the record before this decision comes to nothing.
    if !write_bank_record(&mut transaction, bank_id, &bank, passes).await? {
        return Err(DeliveryError::Contended { what: "item", id: item.to_string() });
    }
    write_item_records(&mut transaction, bank_id, &[ItemRecordRow::from((item, &record))]).await?;
    let subject = format!("{bank_id} {item}");
    let entry = AuditEntry::new(now, Some(by), "item_alarm.settled", ("item", &subject))
        .with_detail(json!({ "alarm": alarm, "reason": reason }));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(record)
}
