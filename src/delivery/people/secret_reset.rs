//! Gives a person a new secret. Ends every session and every wait of theirs.

use super::{Change, PeopleError, visibility};
use crate::delivery::secrets::{self, SecretHasher};
use crate::delivery::{Viewer, session};
use crate::store::accounts::{self, Account, Role, SecretKind};
use crate::store::audit::append_audit;
use crate::store::{AccountId, Connection, sign_in_failures};

/// The new secret somebody gets.
#[derive(Clone)]
pub struct NewSecret {
    /// PIN or pictures for a student; the kind there is now when not given.
    pub kind: Option<SecretKind>,
    /// The secret; one is made when there is none.
    pub secret: Option<String>,
}

/// A secret just set: the only moment it can be told.
pub struct IssuedSecret {
    /// What it is.
    pub kind: SecretKind,
    /// The secret.
    pub secret: String,
}

/// Resets the secret of somebody this person looks after.
pub async fn for_somebody(
    change: Change<'_>,
    viewer: &Viewer,
    hasher: &SecretHasher,
    target: (&AccountId, NewSecret),
) -> Result<IssuedSecret, PeopleError> {
    let (id, new) = target;
    let account = visibility::account_to_help(&mut *change.store.read().await?, viewer, id).await?;
    reset(change, hasher, &account, new).await
}

/// Resets the secret of an account.
pub async fn reset(
    change: Change<'_>,
    hasher: &SecretHasher,
    account: &Account,
    new: NewSecret,
) -> Result<IssuedSecret, PeopleError> {
    let kind = match (account.role, new.kind) {
        (Role::Student, Some(SecretKind::Password)) => {
            let message = "students have a pin or picture password, adults a password";
            return Err(PeopleError::Refused(vec![super::FieldError::new("kind", message)]));
        }
        (Role::Student, kind) => kind.unwrap_or(account.secret_kind),
        (Role::Teacher | Role::Staff | Role::Administrator, _) => SecretKind::Password,
    };
    let secret = match &new.secret {
        Some(secret) => secrets::accept(kind, secret)?,
        None => secrets::random(kind),
    };
    let hash = hasher.hash(secret.clone()).await?;
    let mut transaction = change.store.begin_write().await?;
    accounts::set_secret(&mut transaction, &account.id, (kind, &hash), change.now).await?;
    session::end_all(&mut transaction, change.now, &account.id, change.by).await?;
    forget_failures(&mut transaction, account).await?;
    let entry = change
        .entry("account.secret_reset", ("account", account.id.as_str()))
        .with_detail(serde_json::json!({ "kind": kind.as_str() }));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(IssuedSecret { kind, secret })
}

async fn forget_failures(connection: &mut Connection, account: &Account) -> Result<(), PeopleError> {
    sign_in_failures::clear(connection, &format!("account:{}", account.id)).await?;
    if let Some(username) = &account.username {
        sign_in_failures::clear(connection, &format!("username:{username}")).await?;
    }
    Ok(())
}
