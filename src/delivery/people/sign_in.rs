//! Signs a person in: one answer for every wrong name, code or secret, after the same work.
//!
//! Guessing is slowed down in the database, for all nodes and across restarts: every try is counted *before* it is
//! checked, so tries made side by side count as well. From the fifth wrong one in a row on nothing is checked for 30
//! seconds, and each further one doubles the wait up to 15 minutes: at most 100 guesses a day, of 10,000 PINs. A right
//! secret, or an adult who resets it, ends the wait.

use thiserror::Error;

use super::names;
use crate::clock::Millis;
use crate::delivery::secrets::{self, SecretError, SecretHasher};
use crate::delivery::session::{self, OpenedSession};
use crate::store::accounts::{self, Account, AccountStatus, Role, SecretKind};
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::classes::{self, ClassStatus, MemberRole};
use crate::store::sign_in_failures::{self, SignInFailures};
use crate::store::{AccountId, Store, StoreError};

/// Wrong secrets in a row that cost nothing.
const FREE_FAILURES: u32 = 4;
/// The first wait.
const FIRST_WAIT_MS: i64 = 30_000;
/// The longest wait.
const WAIT_MAX_MS: i64 = 15 * 60_000;

/// Who a person says they are, and the proof.
#[derive(Clone)]
pub enum Credentials {
    /// An adult.
    Adult {
        /// The user name, as typed.
        username: String,
        /// The password.
        password: String,
    },
    /// A student, picked from the list of a class.
    Student {
        /// The code of the class, as typed.
        class_code: String,
        /// The account picked from the list.
        student_id: AccountId,
        /// PIN, or pictures joined by `-`.
        secret: String,
    },
}

impl Credentials {
    /// Under what failures are counted, whether or not there is such a person.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::Adult { username, .. } => {
                format!("username:{}", username.trim().to_lowercase().chars().take(64).collect::<String>())
            }
            Self::Student { student_id, .. } => {
                format!("account:{}", student_id.as_str().chars().take(64).collect::<String>())
            }
        }
    }
}

/// Why nobody was signed in.
#[derive(Debug, Error)]
pub enum SignInError {
    /// Something does not match; which part is not told.
    #[error("the name and the secret do not match")]
    Wrong,
    /// Too many wrong secrets: nothing was checked.
    #[error("too many wrong tries; try again later or ask an adult to reset the secret")]
    SlowedDown {
        /// How long to wait, in milliseconds.
        wait_ms: i64,
    },
    /// The secret could not be checked.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs a person in.
pub async fn sign_in(
    store: &Store,
    secrets: &SecretHasher,
    now: Millis,
    credentials: &Credentials,
) -> Result<OpenedSession, SignInError> {
    let done = check_and_open(store, secrets, now, credentials).await;
    let outcome = match &done {
        Ok(_) => "accepted",
        Err(SignInError::Wrong) => "refused",
        Err(SignInError::SlowedDown { .. }) => "slowed",
        Err(SignInError::Secret(_) | SignInError::Store(_)) => "failed",
    };
    metrics::counter!("waymark_sign_ins_total", "outcome" => outcome).increment(1);
    done
}

async fn check_and_open(
    store: &Store,
    secrets: &SecretHasher,
    now: Millis,
    credentials: &Credentials,
) -> Result<OpenedSession, SignInError> {
    let subject = credentials.subject();
    count_try(store, now, &subject).await?;
    let account = find(store, credentials).await?;
    let stored = match &account {
        Some(account) => accounts::secret_hash(&mut *store.read().await?, &account.id).await?,
        None => None,
    };
    let typed = match (credentials, &account) {
        (Credentials::Adult { password, .. }, _) => password.clone(),
        (Credentials::Student { secret, .. }, account) => {
            let kind = account.as_ref().map_or(SecretKind::Pin, |account| account.secret_kind);
            secrets::normalise(kind, secret)
        }
    };
    let matches = secrets.verify(typed, stored).await?;
    let Some(account) = account.filter(|_| matches) else {
        return Err(SignInError::Wrong);
    };
    let mut transaction = store.begin_write().await?;
    sign_in_failures::clear(&mut transaction, &subject).await?;
    let opened = session::open(&mut transaction, now, &account).await?;
    let entry = AuditEntry::new(now, Some(&account.id), "session.opened", ("account", account.id.as_str()));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(opened)
}

/// Counts a try before it is checked; refuses it while the subject is blocked.
async fn count_try(store: &Store, now: Millis, subject: &str) -> Result<(), SignInError> {
    let mut transaction = store.begin_write().await?;
    let SignInFailures { failures, blocked_until, .. } =
        sign_in_failures::count(&mut transaction, subject, now).await?;
    if now < blocked_until {
        // What is refused unchecked does not make the wait longer.
        transaction.rollback().await?;
        return Err(SignInError::SlowedDown { wait_ms: blocked_until.since(now) });
    }
    let wait_ms = wait_after_ms(failures);
    if wait_ms > 0 {
        sign_in_failures::block(&mut transaction, subject, now.plus(wait_ms)).await?;
        let entry = AuditEntry::new(now, None, "sign_in.slowed", ("sign_in", subject))
            .with_detail(serde_json::json!({ "failures": failures, "wait_ms": wait_ms }));
        append_audit(&mut transaction, &entry).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// How long nothing is checked after this many wrong secrets in a row.
fn wait_after_ms(failures: u32) -> i64 {
    if failures <= FREE_FAILURES {
        return 0;
    }
    let doublings = (failures - FREE_FAILURES - 1).min(20);
    (FIRST_WAIT_MS << doublings).min(WAIT_MAX_MS)
}

async fn find(store: &Store, credentials: &Credentials) -> Result<Option<Account>, StoreError> {
    let mut connection = store.read().await?;
    let account = match credentials {
        Credentials::Adult { username, .. } => {
            let username = username.trim().to_lowercase();
            let found = accounts::by_username(&mut connection, &username).await?;
            found.filter(|account| account.role != Role::Student)
        }
        Credentials::Student { class_code, student_id, .. } => {
            let class = classes::by_code(&mut connection, &names::plain_code(class_code)).await?;
            let Some(class) = class.filter(|class| class.status == ClassStatus::Active) else {
                return Ok(None);
            };
            let role = classes::member_role(&mut connection, &class.id, student_id).await?;
            if role != Some(MemberRole::Student) {
                return Ok(None);
            }
            accounts::by_id(&mut connection, student_id).await?
        }
    };
    Ok(account.filter(|account| account.status == AccountStatus::Active))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_the_fifth_failure_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (0..12).map(|failures| wait_after_ms(failures) / 1_000).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(wait_after_ms(u32::MAX), WAIT_MAX_MS);
    }
}
