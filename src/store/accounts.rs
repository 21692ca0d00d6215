//! Accounts: the people of a school.

use std::collections::BTreeSet;

use item_bank::Accommodations;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::row::find;
use super::{AccountId, Page, PageRequest, RowReader, SchoolId, StoreError};
use crate::clock::Millis;

/// What a person comes to Waymark for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Takes assessments.
    Student,
    /// Looks after classes and unlocks validations.
    Teacher,
    /// Looks after items, banks, plans and policies.
    Staff,
    /// Looks after accounts, classes and the record of changes.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Student, Self::Teacher, Self::Staff, Self::Administrator];

    /// The word for it in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Teacher => "teacher",
            Self::Staff => "staff",
            Self::Administrator => "administrator",
        }
    }

    /// The role a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// How a person proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A password; adults.
    Password,
    /// A number of four to eight digits; students.
    Pin,
    /// A sequence of pictures; students who do not read yet.
    Picture,
}

impl SecretKind {
    /// The word for it in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Pin => "pin",
            Self::Picture => "picture",
        }
    }

    /// The kind a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Password, Self::Pin, Self::Picture].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// May sign in.
    Active,
    /// May not.
    Disabled,
}

impl AccountStatus {
    /// The word for it in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The status a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.as_str() == word)
    }
}

/// A person of a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// The school.
    pub school_id: SchoolId,
    /// What the person comes for.
    pub role: Role,
    /// What an adult signs in with; lower case.
    pub username: Option<String>,
    /// The person's name.
    pub display_name: String,
    /// A student's grade.
    pub grade: Option<u8>,
    /// Whether a student may be assessed above their grade, where the policy lets accelerated students.
    pub accelerated: bool,
    /// What a student needs items to support.
    pub accommodations: Accommodations,
    /// How the person proves who they are.
    pub secret_kind: SecretKind,
    /// Whether the person may sign in.
    pub status: AccountStatus,
    /// The identifier of the person in the roster of the school's student information system.
    pub external_id: Option<String>,
    /// When the account was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

macro_rules! columns {
    () => {
        "id, school_id, role, username, display_name, grade, secret_kind, status, external_id, \
         created_at_ms, updated_at_ms, accelerated, accommodations"
    };
}

/// Adds an account; `secret_hash` is what [`secret_hash`] gives back.
pub async fn insert(
    connection: &mut AnyConnection,
    account: &Account,
    secret_hash: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "insert into accounts (",
        columns!(),
        ", secret_hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    ))
    .bind(account.id.as_str())
    .bind(account.school_id.as_str())
    .bind(account.role.as_str())
    .bind(account.username.as_deref())
    .bind(&account.display_name)
    .bind(account.grade.map(i64::from))
    .bind(account.secret_kind.as_str())
    .bind(account.status.as_str())
    .bind(account.external_id.as_deref())
    .bind(account.created_at.0)
    .bind(account.updated_at.0)
    .bind(i64::from(account.accelerated))
    .bind(account.accommodations.to_string())
    .bind(secret_hash)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes everything but the identifier, the school, the role and the secret.
pub async fn update(connection: &mut AnyConnection, account: &Account) -> Result<(), StoreError> {
    sqlx::query(
        "update accounts set username = $2, display_name = $3, grade = $4, status = $5, external_id = $6, \
         updated_at_ms = $7, accelerated = $8, accommodations = $9 where id = $1",
    )
    .bind(account.id.as_str())
    .bind(account.username.as_deref())
    .bind(&account.display_name)
    .bind(account.grade.map(i64::from))
    .bind(account.status.as_str())
    .bind(account.external_id.as_deref())
    .bind(account.updated_at.0)
    .bind(i64::from(account.accelerated))
    .bind(account.accommodations.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces a person's secret.
pub async fn set_secret(
    connection: &mut AnyConnection,
    id: &AccountId,
    (kind, hash): (SecretKind, &str),
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("update accounts set secret_kind = $2, secret_hash = $3, updated_at_ms = $4 where id = $1")
        .bind(id.as_str())
        .bind(kind.as_str())
        .bind(hash)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// The stored hash of a person's secret; nothing when none was ever set.
pub async fn secret_hash(
    connection: &mut AnyConnection,
    id: &AccountId,
) -> Result<Option<String>, StoreError> {
    let row = sqlx::query("select secret_hash from accounts where id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get::<Option<String>, _>("secret_hash")).transpose()?.flatten())
}

/// The account with this identifier.
pub async fn by_id(connection: &mut AnyConnection, id: &AccountId) -> Result<Option<Account>, StoreError> {
    let query = sqlx::query(concat!("select ", columns!(), " from accounts where id = $1")).bind(id.as_str());
    find(connection, query, read).await
}

/// The account with this user name, which is lower case.
pub async fn by_username(
    connection: &mut AnyConnection,
    username: &str,
) -> Result<Option<Account>, StoreError> {
    let query =
        sqlx::query(concat!("select ", columns!(), " from accounts where username = $1")).bind(username);
    find(connection, query, read).await
}

/// The account a school's roster knows by this identifier.
pub async fn by_external_id(
    connection: &mut AnyConnection,
    school_id: &SchoolId,
    external_id: &str,
) -> Result<Option<Account>, StoreError> {
    let query = sqlx::query(concat!(
        "select ",
        columns!(),
        " from accounts where school_id = $1 and external_id = $2"
    ))
    .bind(school_id.as_str())
    .bind(external_id);
    find(connection, query, read).await
}

/// How many active accounts of this role a school has.
pub async fn count_active(
    connection: &mut AnyConnection,
    school_id: &SchoolId,
    role: Role,
) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar(
        "select count(*) from accounts where school_id = $1 and role = $2 and status = 'active'",
    )
    .bind(school_id.as_str())
    .bind(role.as_str())
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// Which accounts of a school a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Only this role.
    pub role: Option<Role>,
    /// Only names and user names that hold this text, whatever its case.
    pub text: Option<String>,
}

/// The accounts of a school, by name.
pub async fn list(
    connection: &mut AnyConnection,
    school_id: &SchoolId,
    filter: &AccountFilter,
    page: PageRequest,
) -> Result<Page<Account>, StoreError> {
    let role = filter.role.map_or("", Role::as_str);
    if let Some(text) = filter.text.as_deref().filter(|text| !text.is_empty()) {
        return search(connection, (school_id, role), text, page).await;
    }
    let total: i64 =
        sqlx::query_scalar("select count(*) from accounts where school_id = $1 and ($2 = '' or role = $2)")
            .bind(school_id.as_str())
            .bind(role)
            .fetch_one(&mut *connection)
            .await?;
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from accounts where school_id = $1 and ($2 = '' or role = $2) order by display_name, id limit $3 offset $4"
    ))
    .bind(school_id.as_str())
    .bind(role)
    .bind(i64::from(page.limit()))
    .bind(i64::from(page.offset()))
    .fetch_all(connection)
    .await?;
    Ok(Page::new(rows.iter().map(read).collect::<Result<_, _>>()?, total))
}

/// Those whose name or user name holds a text. Looked through here: the databases differ in what they take for the same
/// letter in another case, and give some letters of a pattern a meaning of their own.
async fn search(
    connection: &mut AnyConnection,
    (school_id, role): (&SchoolId, &str),
    text: &str,
    page: PageRequest,
) -> Result<Page<Account>, StoreError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from accounts where school_id = $1 and ($2 = '' or role = $2) order by display_name, id"
    ))
    .bind(school_id.as_str())
    .bind(role)
    .fetch_all(connection)
    .await?;
    let mut found = Vec::new();
    for row in &rows {
        let account = read(row)?;
        if is_named(&account.display_name, account.username.as_deref(), text) {
            found.push(account);
        }
    }
    let total = found.len() as u64;
    let (offset, limit) = (page.offset() as usize, page.limit() as usize);
    Ok(Page { rows: found.into_iter().skip(offset).take(limit).collect(), total })
}

fn is_named(display_name: &str, username: Option<&str>, text: &str) -> bool {
    let text = text.to_lowercase();
    let holds = |name: &str| name.to_lowercase().contains(&text);
    holds(display_name) || username.is_some_and(holds)
}

/// Everybody, of every school, whose name or user name holds a text, whatever its case.
pub(super) async fn named(
    connection: &mut AnyConnection,
    text: &str,
) -> Result<BTreeSet<AccountId>, StoreError> {
    let rows = sqlx::query("select id, username, display_name from accounts").fetch_all(connection).await?;
    let mut found = BTreeSet::new();
    for row in &rows {
        let reader = RowReader::new(row, "accounts", "id");
        let (display_name, username) =
            (reader.get::<String>("display_name")?, reader.get::<Option<String>>("username")?);
        if is_named(&display_name, username.as_deref(), text) {
            found.insert(reader.id("id")?);
        }
    }
    Ok(found)
}

pub(super) fn read(row: &AnyRow) -> Result<Account, StoreError> {
    let reader = RowReader::new(row, "accounts", "id");
    Ok(Account {
        id: reader.id("id")?,
        school_id: reader.id("school_id")?,
        role: reader.word("role", Role::parse)?,
        username: reader.get("username")?,
        display_name: reader.get("display_name")?,
        grade: reader.optional_number("grade")?,
        accelerated: reader.truth("accelerated")?,
        accommodations: reader.word("accommodations", |text| text.parse().ok())?,
        secret_kind: reader.word("secret_kind", SecretKind::parse)?,
        status: reader.word("status", AccountStatus::parse)?,
        external_id: reader.get("external_id")?,
        created_at: reader.time("created_at_ms")?,
        updated_at: reader.time("updated_at_ms")?,
    })
}
