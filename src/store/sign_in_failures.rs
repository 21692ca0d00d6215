//! Wrong secrets in a row, by who was tried.

use sqlx::AnyConnection;

use super::{RowReader, StoreError};
use crate::clock::Millis;

/// How often somebody failed to sign in, in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInFailures {
    /// Wrong secrets in a row.
    pub failures: u32,
    /// When the last one was shown.
    pub last_failed_at: Millis,
    /// Until when nothing is even checked.
    pub blocked_until: Millis,
}

/// Counts one more failure and gives back how it stands now. Until the transaction ends, whoever counts the same
/// subject waits.
pub async fn count(
    connection: &mut AnyConnection,
    subject: &str,
    now: Millis,
) -> Result<SignInFailures, StoreError> {
    let row = sqlx::query(
        "insert into sign_in_failures (subject, failures, last_failed_at_ms, blocked_until_ms) \
         values ($1, 1, $2, 0) on conflict (subject) do update set \
         failures = sign_in_failures.failures + 1, last_failed_at_ms = excluded.last_failed_at_ms \
         returning subject, failures, last_failed_at_ms, blocked_until_ms",
    )
    .bind(subject)
    .bind(now.0)
    .fetch_one(connection)
    .await?;
    let reader = RowReader::new(&row, "sign_in_failures", "subject");
    Ok(SignInFailures {
        failures: reader.number("failures")?,
        last_failed_at: reader.time("last_failed_at_ms")?,
        blocked_until: reader.time("blocked_until_ms")?,
    })
}

/// Blocks this subject until a time.
pub async fn block(connection: &mut AnyConnection, subject: &str, until: Millis) -> Result<(), StoreError> {
    sqlx::query("update sign_in_failures set blocked_until_ms = $2 where subject = $1")
        .bind(subject)
        .bind(until.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets the failures of this subject.
pub async fn clear(connection: &mut AnyConnection, subject: &str) -> Result<(), StoreError> {
    sqlx::query("delete from sign_in_failures where subject = $1").bind(subject).execute(connection).await?;
    Ok(())
}

/// Forgets everybody whose last failure lies before `before`; how many.
pub async fn delete_old(connection: &mut AnyConnection, before: Millis) -> Result<u64, StoreError> {
    let done = sqlx::query("delete from sign_in_failures where last_failed_at_ms < $1")
        .bind(before.0)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}
