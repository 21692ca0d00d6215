//! The record of every change: read, never written here.

use crate::store::audit::{self, AuditEntry, AuditFilter};
use crate::store::{Page, PageRequest, Store, StoreError};

/// Entries written at once by an export.
const EXPORT_ROWS: u32 = 200;

/// Entries of the record, latest first.
pub async fn list(
    store: &Store,
    filter: &AuditFilter,
    page: PageRequest,
) -> Result<Page<AuditEntry>, StoreError> {
    audit::list_audit(&mut *store.read().await?, filter, page).await
}

/// Hands every entry that fits to `take`, oldest first, a bounded number at a time.
pub async fn export<E: From<StoreError>>(
    store: &Store,
    filter: &AuditFilter,
    mut take: impl FnMut(AuditEntry) -> Result<(), E>,
) -> Result<u64, E> {
    let mut after = String::new();
    let mut written = 0;
    loop {
        let mut connection = store.read().await?;
        let entries = audit::audit_after(&mut connection, filter, &after, EXPORT_ROWS).await?;
        drop(connection);
        let Some(last) = entries.last() else {
            return Ok(written);
        };
        after.clone_from(&last.id);
        for entry in entries {
            take(entry)?;
            written += 1;
        }
    }
}
