//! Banks and their versions. A published version never changes: no statement here could.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{RowReader, StoreError};
use crate::clock::Millis;

/// How far a bank version has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankStatus {
    /// Imported or calibrated; nobody is tested with it.
    Draft,
    /// Fixed for good; attempts may pin it.
    Published,
}

impl BankStatus {
    /// The word in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "draft" => Some(Self::Draft),
            "published" => Some(Self::Published),
            _ => None,
        }
    }
}

/// A version of a bank, without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankVersion {
    /// The bank.
    pub bank_id: String,
    /// Its title.
    pub name: String,
    /// 1, 2, 3 …
    pub version: u32,
    /// Draft or published.
    pub status: BankStatus,
    /// SHA-256 of the document, in hexadecimal.
    pub digest: String,
    /// Items in it.
    pub item_count: u32,
    /// Whether any parameter was not estimated from responses.
    pub provisional: bool,
    /// When it came in.
    pub created_at: Millis,
    /// Who brought it in.
    pub created_by: String,
    /// When it was published.
    pub published_at: Option<Millis>,
    /// Who published it.
    pub published_by: Option<String>,
    /// What changed, in words.
    pub note: String,
}

impl TryFrom<&AnyRow> for BankVersion {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, "bank_versions", "bank_id");
        Ok(Self {
            bank_id: reader.get("bank_id")?,
            name: reader.get("name")?,
            version: reader.number("version")?,
            status: reader.word("status", BankStatus::parse)?,
            digest: reader.get("digest")?,
            item_count: reader.number("item_count")?,
            provisional: reader.truth("provisional")?,
            created_at: reader.time("created_at_ms")?,
            created_by: reader.get("created_by")?,
            published_at: reader.optional_time("published_at_ms")?,
            published_by: reader.get("published_by")?,
            note: reader.get("note")?,
        })
    }
}

/// Adds a version with its document; adds the bank when it is new, and keeps its newest title.
pub async fn insert_bank_version(
    connection: &mut AnyConnection,
    version: &BankVersion,
    document: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into banks (id, name, created_at_ms) values ($1, $2, $3) \
         on conflict (id) do update set name = excluded.name",
    )
    .bind(&version.bank_id)
    .bind(&version.name)
    .bind(version.created_at.0)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into bank_versions (bank_id, version, status, document, digest, item_count, provisional, \
         created_at_ms, created_by, published_at_ms, published_by, note) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&version.bank_id)
    .bind(i64::from(version.version))
    .bind(version.status.as_str())
    .bind(document)
    .bind(&version.digest)
    .bind(i64::from(version.item_count))
    .bind(i64::from(version.provisional))
    .bind(version.created_at.0)
    .bind(&version.created_by)
    .bind(version.published_at.map(|at| at.0))
    .bind(version.published_by.as_deref())
    .bind(&version.note)
    .execute(connection)
    .await?;
    Ok(())
}

/// Holds a bank until the transaction ends: of two that publish at once, the second sees what the first did.
pub async fn lock_bank(connection: &mut AnyConnection, bank_id: &str) -> Result<(), StoreError> {
    sqlx::query("update banks set name = name where id = $1").bind(bank_id).execute(connection).await?;
    Ok(())
}

/// Marks a draft as published; false when there is no such draft.
pub async fn mark_bank_published(
    connection: &mut AnyConnection,
    bank: (&str, u32),
    at: Millis,
    by: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "update bank_versions set status = 'published', published_at_ms = $3, published_by = $4 \
         where bank_id = $1 and version = $2 and status = 'draft'",
    )
    .bind(bank.0)
    .bind(i64::from(bank.1))
    .bind(at.0)
    .bind(by)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The version, without its document.
pub async fn find_bank_version(
    connection: &mut AnyConnection,
    bank_id: &str,
    version: u32,
) -> Result<Option<BankVersion>, StoreError> {
    let row = sqlx::query(
        "select v.bank_id, b.name, v.version, v.status, v.digest, v.item_count, v.provisional, v.created_at_ms, \
         v.created_by, v.published_at_ms, v.published_by, v.note \
         from bank_versions v join banks b on b.id = v.bank_id where v.bank_id = $1 and v.version = $2",
    )
    .bind(bank_id)
    .bind(i64::from(version))
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(BankVersion::try_from).transpose()
}

/// The document of a version.
pub async fn find_bank_document(
    connection: &mut AnyConnection,
    bank_id: &str,
    version: u32,
) -> Result<Option<String>, StoreError> {
    let document =
        sqlx::query_scalar("select document from bank_versions where bank_id = $1 and version = $2")
            .bind(bank_id)
            .bind(i64::from(version))
            .fetch_optional(connection)
            .await?;
    Ok(document)
}

/// Every version of every bank: by bank, newest first.
pub async fn list_bank_versions(connection: &mut AnyConnection) -> Result<Vec<BankVersion>, StoreError> {
    let rows = sqlx::query(
        "select v.bank_id, b.name, v.version, v.status, v.digest, v.item_count, v.provisional, v.created_at_ms, \
         v.created_by, v.published_at_ms, v.published_by, v.note \
         from bank_versions v join banks b on b.id = v.bank_id order by v.bank_id, v.version desc",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(BankVersion::try_from).collect()
}

/// The highest version there is; 0 when there is none.
pub async fn last_bank_version(connection: &mut AnyConnection, bank_id: &str) -> Result<u32, StoreError> {
    let row = sqlx::query(
        "select coalesce(max(version), 0) as version, $1 as bank_id from bank_versions where bank_id = $1",
    )
    .bind(bank_id)
    .fetch_one(connection)
    .await?;
    RowReader::new(&row, "bank_versions", "bank_id").number("version")
}
