//! Sessions: who is signed in. The token itself is never stored, only its digest.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::accounts::{self, Account};
use super::batch::{self, BatchStatement};
use super::{AccountId, RowReader, StoreError};
use crate::clock::Millis;

/// A signed-in browser or program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token, in hexadecimal digits; identifies the session.
    pub token_digest: String,
    /// Who is signed in.
    pub account_id: AccountId,
    /// What a form must send back to prove that it is one of ours.
    pub csrf_token: String,
    /// When the person signed in.
    pub created_at: Millis,
    /// When it was last used, to the minute.
    pub last_seen: Millis,
    /// When it ends, used or not.
    pub expires_at: Millis,
    /// When it was ended early.
    pub revoked_at: Option<Millis>,
}

macro_rules! columns {
    () => {
        "s.token_digest, s.account_id, s.csrf_token, s.created_at_ms as session_created_at_ms, s.last_seen_ms, \
         s.expires_at_ms, s.revoked_at_ms"
    };
}

/// Adds a session.
pub async fn insert(connection: &mut AnyConnection, session: &Session) -> Result<(), StoreError> {
    sqlx::query(
        "insert into sessions (token_digest, account_id, csrf_token, created_at_ms, last_seen_ms, expires_at_ms) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&session.token_digest)
    .bind(session.account_id.as_str())
    .bind(&session.csrf_token)
    .bind(session.created_at.0)
    .bind(session.last_seen.0)
    .bind(session.expires_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

static WITH_ACCOUNTS: BatchStatement = LazyLock::new(|| {
    batch::texts(
        "with asked (asked_digest) as (values ",
        1,
        concat!(
            ") select ",
            columns!(),
            ", a.id, a.school_id, a.role, a.username, a.display_name, a.grade, a.secret_kind, a.status, \
             a.external_id, a.created_at_ms, a.updated_at_ms, a.accelerated, a.accommodations \
             from asked join sessions s on s.token_digest = asked_digest join accounts a on a.id = s.account_id"
        ),
    )
});

/// The sessions with these digests, [`BATCH_ROWS_MAX`](super::BATCH_ROWS_MAX) at most, and the people they belong to; in
/// no order, and none for a digest that is unknown.
pub async fn with_accounts(
    connection: &mut AnyConnection,
    token_digests: &[String],
) -> Result<Vec<(Session, Account)>, StoreError> {
    let (statement, rows) = batch::for_rows(&WITH_ACCOUNTS, token_digests.len());
    let mut query = sqlx::query(statement);
    for digest in token_digests {
        query = query.bind(digest);
    }
    for _ in token_digests.len()..rows {
        query = query.bind("");
    }
    let found = query.fetch_all(connection).await?;
    found.iter().map(|row| Ok((read(row)?, accounts::read(row)?))).collect()
}

/// A person's sessions that have not ended, latest first.
pub async fn of_account(
    connection: &mut AnyConnection,
    account_id: &AccountId,
    now: Millis,
) -> Result<Vec<Session>, StoreError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from sessions s where s.account_id = $1 and s.revoked_at_ms is null and s.expires_at_ms > $2 \
         order by s.created_at_ms desc, s.token_digest"
    ))
    .bind(account_id.as_str())
    .bind(now.0)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

static TOUCH: BatchStatement = LazyLock::new(|| {
    batch::texts(
        "with used (used_digest, used_ms) as (values ",
        2,
        ") update sessions set last_seen_ms = used_ms from used \
         where token_digest = used_digest and last_seen_ms < used_ms",
    )
});

/// Writes when sessions were last used, [`BATCH_ROWS_MAX`](super::BATCH_ROWS_MAX) at most.
pub async fn touch(
    connection: &mut AnyConnection,
    used: &BTreeMap<String, Millis>,
) -> Result<(), StoreError> {
    let (statement, rows) = batch::for_rows(&TOUCH, used.len());
    let mut query = sqlx::query(statement);
    for (digest, at) in used {
        query = query.bind(digest).bind(at.0);
    }
    for _ in used.len()..rows {
        query = query.bind("").bind(0_i64);
    }
    query.execute(connection).await?;
    Ok(())
}

/// Ends one session; how many were ended: 0 when it had ended before.
pub async fn revoke(
    connection: &mut AnyConnection,
    token_digest: &str,
    now: Millis,
) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "update sessions set revoked_at_ms = $2 where token_digest = $1 and revoked_at_ms is null",
    )
    .bind(token_digest)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Ends every session of a person; how many were ended.
pub async fn revoke_all(
    connection: &mut AnyConnection,
    account_id: &AccountId,
    now: Millis,
) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "update sessions set revoked_at_ms = $2 \
         where account_id = $1 and revoked_at_ms is null and expires_at_ms > $2",
    )
    .bind(account_id.as_str())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Takes away sessions that ended before `before`; how many.
pub async fn delete_ended(connection: &mut AnyConnection, before: Millis) -> Result<u64, StoreError> {
    let done = sqlx::query("delete from sessions where expires_at_ms < $1 or revoked_at_ms < $1")
        .bind(before.0)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

fn read(row: &AnyRow) -> Result<Session, StoreError> {
    let reader = RowReader::new(row, "sessions", "token_digest");
    Ok(Session {
        token_digest: reader.get("token_digest")?,
        account_id: reader.id("account_id")?,
        csrf_token: reader.get("csrf_token")?,
        created_at: reader.time("session_created_at_ms")?,
        last_seen: reader.time("last_seen_ms")?,
        expires_at: reader.time("expires_at_ms")?,
        revoked_at: reader.optional_time("revoked_at_ms")?,
    })
}
