//! Plans and policies: versioned documents, each version with an author and a reason. A version never changes.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{RowReader, StoreError};
use crate::clock::Millis;

/// Which kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A test plan.
    Plan,
    /// A policy.
    Policy,
}

impl DocumentKind {
    fn table(self) -> &'static str {
        match self {
            Self::Plan => "plans",
            Self::Policy => "policies",
        }
    }

    // One statement a table, spelled out: SQL is never put together from parts.
    fn pick(self, plan: &'static str, policy: &'static str) -> &'static str {
        match self {
            Self::Plan => plan,
            Self::Policy => policy,
        }
    }
}

/// One version of a plan or a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentVersion {
    /// The plan or policy.
    pub id: String,
    /// 1, 2, 3 …
    pub version: u32,
    /// JSON.
    pub document: String,
    /// When it was published.
    pub created_at: Millis,
    /// Who published it.
    pub author: String,
    /// Why.
    pub reason: String,
}

impl DocumentVersion {
    fn read(kind: DocumentKind, row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, kind.table(), "id");
        Ok(Self {
            id: reader.get("id")?,
            version: reader.number("version")?,
            document: reader.get("document")?,
            created_at: reader.time("created_at_ms")?,
            author: reader.get("author")?,
            reason: reader.get("reason")?,
        })
    }
}

/// Adds a version. One with the same number is [`StoreError::Duplicate`].
pub async fn insert_document(
    connection: &mut AnyConnection,
    kind: DocumentKind,
    version: &DocumentVersion,
) -> Result<(), StoreError> {
    let statement = kind.pick(
        "insert into plans (id, version, document, created_at_ms, author, reason) values ($1, $2, $3, $4, $5, $6)",
        "insert into policies (id, version, document, created_at_ms, author, reason) values ($1, $2, $3, $4, $5, $6)",
    );
    sqlx::query(statement)
        .bind(&version.id)
        .bind(i64::from(version.version))
        .bind(&version.document)
        .bind(version.created_at.0)
        .bind(&version.author)
        .bind(&version.reason)
        .execute(connection)
        .await?;
    Ok(())
}

/// One version.
pub async fn find_document(
    connection: &mut AnyConnection,
    kind: DocumentKind,
    id: &str,
    version: u32,
) -> Result<Option<DocumentVersion>, StoreError> {
    let statement = kind.pick(
        "select id, version, document, created_at_ms, author, reason from plans where id = $1 and version = $2",
        "select id, version, document, created_at_ms, author, reason from policies where id = $1 and version = $2",
    );
    let row = sqlx::query(statement).bind(id).bind(i64::from(version)).fetch_optional(connection).await?;
    row.as_ref().map(|row| DocumentVersion::read(kind, row)).transpose()
}

/// Every version: by id, newest first.
pub async fn list_documents(
    connection: &mut AnyConnection,
    kind: DocumentKind,
) -> Result<Vec<DocumentVersion>, StoreError> {
    let statement = kind.pick(
        "select id, version, document, created_at_ms, author, reason from plans order by id, version desc",
        "select id, version, document, created_at_ms, author, reason from policies order by id, version desc",
    );
    let rows = sqlx::query(statement).fetch_all(connection).await?;
    rows.iter().map(|row| DocumentVersion::read(kind, row)).collect()
}

/// The highest version there is; 0 when there is none.
pub async fn last_document_version(
    connection: &mut AnyConnection,
    kind: DocumentKind,
    id: &str,
) -> Result<u32, StoreError> {
    let statement = kind.pick(
        "select coalesce(max(version), 0) as version, $1 as id from plans where id = $1",
        "select coalesce(max(version), 0) as version, $1 as id from policies where id = $1",
    );
    let row = sqlx::query(statement).bind(id).fetch_one(connection).await?;
    RowReader::new(&row, kind.table(), "id").number("version")
}
