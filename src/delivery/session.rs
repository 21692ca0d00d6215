//! Sessions: opened by signing in, ended by signing out or by an administrator; `session_lookup` finds them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use super::Viewer;
use crate::clock::Millis;
use crate::store::accounts::{Account, Role};
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::sessions::{self, Session};
use crate::store::{AccountId, Connection, Store, StoreError, sign_in_failures};

/// A student's session ends after this long without a request.
pub const STUDENT_IDLE_MS: i64 = 2 * HOUR_MS;
/// An adult's session ends after this long without a request.
pub const ADULT_IDLE_MS: i64 = HOUR_MS;
/// Every session ends this long after it began.
pub const LIFETIME_MS: i64 = 12 * HOUR_MS;
const HOUR_MS: i64 = 3_600_000;
/// Ended sessions and old failures are kept this long.
const KEPT_MS: i64 = 30 * 24 * HOUR_MS;
const TOKEN_BYTES: usize = 32;

/// A session that was just opened; the only moment its token is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedSession {
    /// What the client sends with every request.
    pub token: String,
    /// The session itself.
    pub session: Session,
    /// Who is signed in.
    pub viewer: Viewer,
}

/// A request's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentSession {
    /// The session itself.
    pub session: Session,
    /// Who is signed in.
    pub viewer: Viewer,
}

/// Opens a session for a person whose secret was right.
pub async fn open(
    connection: &mut Connection,
    now: Millis,
    account: &Account,
) -> Result<OpenedSession, StoreError> {
    let token = random_token();
    let session = Session {
        token_digest: digest(&token),
        account_id: account.id.clone(),
        csrf_token: random_token(),
        created_at: now,
        last_seen: now,
        expires_at: now.plus(LIFETIME_MS),
        revoked_at: None,
    };
    sessions::insert(connection, &session).await?;
    Ok(OpenedSession { token, session, viewer: Viewer::from(account) })
}

/// Signs out. Doing it again changes nothing.
pub async fn close(store: &Store, now: Millis, current: &CurrentSession) -> Result<(), StoreError> {
    let account_id = &current.session.account_id;
    let mut transaction = store.begin_write().await?;
    if sessions::revoke(&mut transaction, &current.session.token_digest, now).await? > 0 {
        let entry =
            AuditEntry::new(now, Some(account_id), "session.closed", ("account", account_id.as_str()));
        append_audit(&mut transaction, &entry).await?;
    }
    transaction.commit().await
}

/// Ends every session of a person, at their own wish or an adult's; how many there were.
pub async fn close_all(
    store: &Store,
    now: Millis,
    account_id: &AccountId,
    by: Option<&AccountId>,
) -> Result<u64, StoreError> {
    let mut transaction = store.begin_write().await?;
    let ended = end_all(&mut transaction, now, account_id, by).await?;
    transaction.commit().await?;
    Ok(ended)
}

/// The same, within a transaction that does more.
pub(super) async fn end_all(
    connection: &mut Connection,
    now: Millis,
    account_id: &AccountId,
    by: Option<&AccountId>,
) -> Result<u64, StoreError> {
    let ended = sessions::revoke_all(connection, account_id, now).await?;
    if ended > 0 {
        let entry = AuditEntry::new(now, by, "session.all_closed", ("account", account_id.as_str()))
            .with_detail(serde_json::json!({ "sessions": ended }));
        append_audit(connection, &entry).await?;
    }
    Ok(ended)
}

/// A person's sessions that have not ended, latest first.
pub async fn list(store: &Store, now: Millis, account_id: &AccountId) -> Result<Vec<Session>, StoreError> {
    sessions::of_account(&mut *store.read().await?, account_id, now).await
}

/// Takes away what ended more than 30 days ago; how many sessions.
pub async fn sweep(store: &Store, now: Millis) -> Result<u64, StoreError> {
    let before = now.plus(-KEPT_MS);
    let mut transaction = store.begin_write().await?;
    let deleted = sessions::delete_ended(&mut transaction, before).await?;
    sign_in_failures::delete_old(&mut transaction, before).await?;
    transaction.commit().await?;
    Ok(deleted)
}

/// How long a person of `role` may stay idle.
#[must_use]
pub fn idle_limit_ms(role: Role) -> i64 {
    match role {
        Role::Student => STUDENT_IDLE_MS,
        Role::Teacher | Role::Staff | Role::Administrator => ADULT_IDLE_MS,
    }
}

/// The digest under which a token is stored. Tokens are random, so a plain hash is enough.
pub(super) fn digest(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn random_token() -> String {
    let mut bytes = [0_u8; TOKEN_BYTES];
    SysRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_256_bits_and_are_stored_as_digests() {
        let token = random_token();
        assert_eq!(token.len(), 43);
        assert_ne!(token, random_token());
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
