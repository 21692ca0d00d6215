//! Adds accounts, changes them, and lists them. A secret is set when an account is added and replaced by
//! [`super::secret_reset`]; it is never read back.

use item_bank::Accommodations;
use serde_json::json;

use super::{Change, FieldError, PeopleError, names};
use crate::delivery::secrets::{self, SecretHasher};
use crate::delivery::session;
use crate::store::accounts::{self, Account, AccountFilter, AccountStatus, Role, SecretKind};
use crate::store::audit::append_audit;
use crate::store::{AccountId, Connection, Page, PageRequest, SchoolId, Store, StoreError};

/// A person to add.
#[derive(Clone)]
pub struct NewAccount {
    /// What the person comes for.
    pub role: Role,
    /// The person's name.
    pub display_name: String,
    /// What an adult signs in with; students have none.
    pub username: Option<String>,
    /// A student's grade; adults have none.
    pub grade: Option<u8>,
    /// Whether a student may be assessed above their grade, where the policy lets accelerated students.
    pub accelerated: bool,
    /// What a student needs items to support.
    pub accommodations: Accommodations,
    /// The identifier of the person in the school's student information system.
    pub external_id: Option<String>,
    /// How the person will sign in.
    pub secret_kind: SecretKind,
    /// The first secret; one is made when there is none.
    pub secret: Option<String>,
}

/// An account that was added, with its first secret: the only moment it can be told.
pub struct AddedAccount {
    /// The account.
    pub account: Account,
    /// Its first secret.
    pub secret: String,
}

/// What of an account changes; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// The person's name.
    pub display_name: Option<String>,
    /// What an adult signs in with.
    pub username: Option<String>,
    /// A student's grade.
    pub grade: Option<u8>,
    /// Whether a student is accelerated.
    pub accelerated: Option<bool>,
    /// What a student needs items to support. Attempts that have started keep what they started with.
    pub accommodations: Option<Accommodations>,
    /// Whether the person may sign in. Disabling ends every session.
    pub status: Option<AccountStatus>,
}

/// Adds an account.
pub async fn add(
    change: Change<'_>,
    hasher: &SecretHasher,
    new: NewAccount,
) -> Result<AddedAccount, PeopleError> {
    let account = check(&change, &new)?;
    let secret = match &new.secret {
        Some(secret) => secrets::accept(new.secret_kind, secret)?,
        None => secrets::random(new.secret_kind),
    };
    let hash = hasher.hash(secret.clone()).await?;
    let mut transaction = change.store.begin_write().await?;
    insert(&mut transaction, &change, &account, &hash).await?;
    transaction.commit().await?;
    Ok(AddedAccount { account, secret })
}

/// Adds a checked account within a transaction, and records it.
pub(super) async fn insert(
    connection: &mut Connection,
    change: &Change<'_>,
    account: &Account,
    secret_hash: &str,
) -> Result<(), PeopleError> {
    if let Some(username) = &account.username
        && accounts::by_username(connection, username).await?.is_some()
    {
        return Err(PeopleError::Taken { what: "user name", value: username.clone() });
    }
    if let Some(external_id) = &account.external_id
        && accounts::by_external_id(connection, &account.school_id, external_id).await?.is_some()
    {
        return Err(PeopleError::Taken { what: "roster identifier", value: external_id.clone() });
    }
    accounts::insert(connection, account, Some(secret_hash)).await?;
    let entry = change
        .entry("account.added", ("account", account.id.as_str()))
        .with_detail(json!({ "role": account.role.as_str(), "secret_kind": account.secret_kind.as_str() }));
    append_audit(connection, &entry).await?;
    Ok(())
}

/// The account a new one would be, when every value is acceptable.
pub(super) fn check(change: &Change<'_>, new: &NewAccount) -> Result<Account, PeopleError> {
    let mut refused = Vec::new();
    let display_name = kept(&mut refused, names::name("display_name", &new.display_name));
    let username = new.username.as_deref().map(names::username).transpose();
    let username = kept(&mut refused, username).flatten();
    let grade = kept(&mut refused, new.grade.map(names::grade).transpose()).flatten();
    let external_id = new.external_id.as_deref().map(names::external_id).transpose();
    let external_id = kept(&mut refused, external_id).flatten();
    if new.role == Role::Student {
        if new.grade.is_none() {
            refused.push(FieldError::new("grade", "a student needs a grade"));
        }
        if new.username.is_some() {
            refused
                .push(FieldError::new("username", "a student signs in by class code and has no user name"));
        }
    } else if new.username.is_none() {
        refused.push(FieldError::new("username", "an adult needs a user name"));
    }
    if new.accelerated && new.role != Role::Student {
        refused.push(FieldError::new("accelerated", "only students are accelerated"));
    }
    if !new.accommodations.is_empty() && new.role != Role::Student {
        refused.push(FieldError::new("accommodations", "only students have accommodations"));
    }
    if (new.role == Role::Student) == (new.secret_kind == SecretKind::Password) {
        let message = "students have a pin or picture password, adults a password";
        refused.push(FieldError::new("secret_kind", message));
    }
    match display_name {
        Some(display_name) if refused.is_empty() => Ok(Account {
            id: AccountId::new(change.now),
            school_id: change.school_id.clone(),
            role: new.role,
            username,
            display_name,
            grade,
            accelerated: new.accelerated,
            accommodations: new.accommodations.clone(),
            secret_kind: new.secret_kind,
            status: AccountStatus::Active,
            external_id,
            created_at: change.now,
            updated_at: change.now,
        }),
        Some(_) | None => Err(PeopleError::Refused(refused)),
    }
}

/// Changes an account of the school.
pub async fn change(
    change: Change<'_>,
    id: &AccountId,
    wanted: &AccountChange,
) -> Result<Account, PeopleError> {
    let mut transaction = change.store.begin_write().await?;
    let before = of_school(&mut transaction, change.school_id, id).await?;
    let after = apply(&before, wanted, &change)?;
    if let Some(username) = after.username.as_ref().filter(|_| after.username != before.username)
        && accounts::by_username(&mut transaction, username).await?.is_some()
    {
        return Err(PeopleError::Taken { what: "user name", value: username.clone() });
    }
    if after.status == AccountStatus::Disabled && before.status == AccountStatus::Active {
        let administrators =
            accounts::count_active(&mut transaction, change.school_id, Role::Administrator).await?;
        if before.role == Role::Administrator && administrators <= 1 {
            return Err(PeopleError::LastAdministrator);
        }
        session::end_all(&mut transaction, change.now, id, change.by).await?;
    }
    write(&mut transaction, &change, &before, &after).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Writes a changed account within a transaction, and records what changed.
pub(super) async fn write(
    connection: &mut Connection,
    change: &Change<'_>,
    before: &Account,
    after: &Account,
) -> Result<(), StoreError> {
    accounts::update(connection, after).await?;
    let entry =
        change.entry("account.changed", ("account", before.id.as_str())).with_detail(changes(before, after));
    append_audit(connection, &entry).await
}

fn apply(before: &Account, wanted: &AccountChange, change: &Change<'_>) -> Result<Account, PeopleError> {
    let mut refused = Vec::new();
    let mut after = Account { updated_at: change.now, ..before.clone() };
    if let Some(text) = &wanted.display_name {
        after.display_name = kept(&mut refused, names::name("display_name", text)).unwrap_or_default();
    }
    if let Some(text) = &wanted.username {
        if before.role == Role::Student {
            refused
                .push(FieldError::new("username", "a student signs in by class code and has no user name"));
        }
        after.username = kept(&mut refused, names::username(text));
    }
    if let Some(grade) = wanted.grade {
        if before.role != Role::Student {
            refused.push(FieldError::new("grade", "only students have a grade"));
        }
        after.grade = kept(&mut refused, names::grade(grade));
    }
    if let Some(accelerated) = wanted.accelerated {
        if accelerated && before.role != Role::Student {
            refused.push(FieldError::new("accelerated", "only students are accelerated"));
        }
        after.accelerated = accelerated;
    }
    if let Some(accommodations) = &wanted.accommodations {
        if !accommodations.is_empty() && before.role != Role::Student {
            refused.push(FieldError::new("accommodations", "only students have accommodations"));
        }
        after.accommodations = accommodations.clone();
    }
    if let Some(status) = wanted.status {
        after.status = status;
    }
    if refused.is_empty() { Ok(after) } else { Err(PeopleError::Refused(refused)) }
}

/// What changed, for the record: never the names themselves.
fn changes(before: &Account, after: &Account) -> serde_json::Value {
    let mut changed = serde_json::Map::new();
    if before.display_name != after.display_name {
        changed.insert("display_name".to_owned(), json!("changed"));
    }
    if before.username != after.username {
        changed.insert("username".to_owned(), json!("changed"));
    }
    if before.grade != after.grade {
        changed.insert("grade".to_owned(), json!([before.grade, after.grade]));
    }
    if before.accelerated != after.accelerated {
        changed.insert("accelerated".to_owned(), json!([before.accelerated, after.accelerated]));
    }
    if before.accommodations != after.accommodations {
        changed.insert("accommodations".to_owned(), json!([before.accommodations, after.accommodations]));
    }
    if before.status != after.status {
        changed.insert("status".to_owned(), json!([before.status.as_str(), after.status.as_str()]));
    }
    serde_json::Value::Object(changed)
}

/// The account, if it belongs to the school.
pub async fn of_school(
    connection: &mut Connection,
    school_id: &SchoolId,
    id: &AccountId,
) -> Result<Account, PeopleError> {
    let account = accounts::by_id(connection, id).await?;
    account.filter(|account| account.school_id == *school_id).ok_or(PeopleError::NotFound("account"))
}

/// The account with this identifier, if it belongs to the school.
pub async fn find(store: &Store, school_id: &SchoolId, id: &AccountId) -> Result<Account, PeopleError> {
    of_school(&mut *store.read().await?, school_id, id).await
}

/// The adult with this user name, if they belong to the school.
pub async fn find_by_username(
    store: &Store,
    school_id: &SchoolId,
    username: &str,
) -> Result<Account, PeopleError> {
    let username = username.trim().to_lowercase();
    let account = accounts::by_username(&mut *store.read().await?, &username).await?;
    account.filter(|account| account.school_id == *school_id).ok_or(PeopleError::NotFound("account"))
}

/// The accounts of a school, by name.
pub async fn list(
    store: &Store,
    school_id: &SchoolId,
    filter: &AccountFilter,
    page: PageRequest,
) -> Result<Page<Account>, StoreError> {
    accounts::list(&mut *store.read().await?, school_id, filter, page).await
}

/// The value, or its refusal put with the others.
pub(super) fn kept<T>(refused: &mut Vec<FieldError>, value: Result<T, FieldError>) -> Option<T> {
    value.map_err(|error| refused.push(error)).ok()
}
