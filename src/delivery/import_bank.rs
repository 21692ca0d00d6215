//! Bringing a bank in: the whole file or nothing of it.

use item_bank::formats::{read_bank_json, write_bank_json};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{DeliveryError, Service};
use crate::clock::Millis;
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::banks::{
    BankStatus, BankVersion, find_bank_version, insert_bank_version, last_bank_version,
};
use crate::store::{AccountId, Connection, StoreError};

/// A bank file to bring in.
#[derive(Debug, Clone)]
pub struct ImportBank<'a> {
    /// The text of the file.
    pub text: &'a str,
    /// What to call the file in errors.
    pub source_name: &'a str,
    /// What changed, in words.
    pub note: &'a str,
    /// Who brings it in.
    pub by: &'a AccountId,
}

/// Adds the bank as the next draft version. The very bank of the newest version again adds nothing.
pub async fn import_bank(
    service: &Service,
    now: Millis,
    import: &ImportBank<'_>,
) -> Result<BankVersion, DeliveryError> {
    let bank = read_bank_json(import.text, import.source_name)?;
    let document = write_bank_json(&bank);
    let draft = BankVersion {
        bank_id: bank.id().to_owned(),
        name: bank.name().to_owned(),
        version: 0,
        status: BankStatus::Draft,
        digest: document_digest(&document),
        item_count: u32::try_from(bank.items().len()).unwrap_or(u32::MAX),
        provisional: bank.items().iter().any(|item| item.provisional),
        created_at: now,
        created_by: import.by.to_string(),
        published_at: None,
        published_by: None,
        note: import.note.trim().to_owned(),
    };
    let mut transaction = service.store.begin_write().await?;
    let added = add_version(&mut transaction, draft, &document).await.map_err(contended)?;
    if added.created_at == now {
        let id = format!("{} {}", added.bank_id, added.version);
        let entry = AuditEntry::new(now, Some(import.by), "bank.imported", ("bank", &id))
            .with_detail(json!({ "digest": added.digest, "items": added.item_count, "note": added.note }));
        append_audit(&mut transaction, &entry).await?;
    }
    transaction.commit().await?;
    Ok(added)
}

async fn add_version(
    connection: &mut Connection,
    draft: BankVersion,
    document: &str,
) -> Result<BankVersion, StoreError> {
    let last = last_bank_version(connection, &draft.bank_id).await?;
    if let Some(same) = find_bank_version(connection, &draft.bank_id, last).await?
        && same.digest == draft.digest
    {
        return Ok(same);
    }
    let version = BankVersion { version: last + 1, ..draft };
    insert_bank_version(connection, &version, document).await?;
    Ok(version)
}

fn contended(error: StoreError) -> DeliveryError {
    match error {
        StoreError::Duplicate(id) => DeliveryError::Contended { what: "bank", id },
        other => other.into(),
    }
}

/// SHA-256 of the document of a version, in hexadecimal.
#[must_use]
pub fn document_digest(document: &str) -> String {
    Sha256::digest(document.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
