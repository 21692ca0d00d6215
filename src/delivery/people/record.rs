//! The record of every change: read, never written here.

use crate::store::audit::{self, AuditEntry, AuditFilter, AuditPart, AuditPlace};
use crate::store::{Store, StoreError};

/// Entries written at once by an export.
const EXPORT_ROWS: u32 = 200;

/// A part of the record, latest first.
pub async fn list(
    store: &Store,
    filter: &AuditFilter,
    place: &AuditPlace,
    limit: u32,
) -> Result<AuditPart, StoreError> {
    audit::list_audit(&mut *store.read().await?, filter, place, limit).await
}

/// Hands every entry that fits to `take`, oldest first, a bounded number at a time.
pub async fn export<E: From<StoreError>>(
    store: &Store,
    filter: &AuditFilter,
    mut take: impl FnMut(AuditEntry) -> Result<(), E>,
) -> Result<u64, E> {
    let mut next = Some(String::new());
    let mut written = 0;
    while let Some(after) = next {
        let part = list(store, filter, &AuditPlace::After(after), EXPORT_ROWS).await?;
        for entry in part.entries.into_iter().rev() {
            take(entry)?;
            written += 1;
        }
        next = part.later;
    }
    Ok(written)
}
