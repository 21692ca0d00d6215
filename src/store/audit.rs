//! The audit log: who did what to whom, when. Append-only.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{AccountId, Page, PageRequest, RowReader, StoreError, new_id};
use crate::clock::Millis;

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Sorts by time.
    pub id: String,
    /// When.
    pub at: Millis,
    /// Who; nobody when the system did it.
    pub actor_id: Option<AccountId>,
    /// What, such as `unlock.granted`.
    pub action: String,
    /// The kind of thing it was done to, such as `attempt`.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: String,
    /// Anything more.
    pub detail: serde_json::Value,
}

impl AuditEntry {
    /// A new entry, made at `at`.
    #[must_use]
    pub fn new(at: Millis, actor: Option<&AccountId>, action: &str, subject: (&str, &str)) -> Self {
        Self {
            id: new_id(at),
            at,
            actor_id: actor.cloned(),
            action: action.to_owned(),
            subject_kind: subject.0.to_owned(),
            subject_id: subject.1.to_owned(),
            detail: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// The same entry with a detail.
    #[must_use]
    pub fn with_detail(self, detail: serde_json::Value) -> Self {
        Self { detail, ..self }
    }
}

impl TryFrom<&AnyRow> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, "audit_log", "id");
        Ok(Self {
            id: reader.get("id")?,
            at: reader.time("at_ms")?,
            actor_id: reader.optional_id("actor_id")?,
            action: reader.get("action")?,
            subject_kind: reader.get("subject_kind")?,
            subject_id: reader.get("subject_id")?,
            detail: reader.json("detail")?,
        })
    }
}

/// Appends an entry, in the transaction of what it tells about.
pub async fn append_audit(connection: &mut AnyConnection, entry: &AuditEntry) -> Result<(), StoreError> {
    sqlx::query(
        "insert into audit_log (id, at_ms, actor_id, action, subject_kind, subject_id, detail) \
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&entry.id)
    .bind(entry.at.0)
    .bind(entry.actor_id.as_ref().map(AccountId::as_str))
    .bind(&entry.action)
    .bind(&entry.subject_kind)
    .bind(&entry.subject_id)
    .bind(entry.detail.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Which entries of the log a list shows; empty text shows all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only what begins with this, such as `unlock.`.
    pub action: String,
    /// Only what was done to this kind of thing.
    pub subject_kind: String,
    /// Only what was done to this one.
    pub subject_id: String,
    /// Only what this person did.
    pub actor_id: String,
    /// Only what somebody did, or what was done to somebody, whose name or user name holds this text, whatever its case.
    pub person: String,
    /// Only from this moment on.
    pub from: Option<Millis>,
    /// Only before this moment.
    pub to: Option<Millis>,
    /// Only what people of this school did, and what the system or an operator did about the school or about what
    /// belongs to no school.
    pub school_id: String,
}

macro_rules! matching {
    () => {
        "($1 = '' or substr(action, 1, length($1)) = $1) and ($2 = '' or subject_kind = $2) \
         and ($3 = '' or subject_id = $3) and ($4 = '' or actor_id = $4) \
         and ($5 = '' or exists (select 1 from accounts a where a.id = actor_id and a.school_id = $5) \
         or actor_id is null and case subject_kind \
         when 'school' then subject_id = $5 \
         when 'account' then exists (select 1 from accounts a where a.id = subject_id and a.school_id = $5) \
         when 'class' then exists (select 1 from classes c where c.id = subject_id and c.school_id = $5) \
         when 'attempt' then exists (select 1 from attempts t join accounts a on a.id = t.student_id \
         where t.id = subject_id and a.school_id = $5) \
         when 'unlock' then exists (select 1 from unlocks u join accounts a on a.id = u.student_id \
         where u.id = subject_id and a.school_id = $5) \
         else 1 = 1 end) \
         and ($6 = '' or exists (select 1 from accounts a where (a.id = actor_id or a.id = subject_id \
         or exists (select 1 from attempts t where t.id = subject_id and t.student_id = a.id) \
         or exists (select 1 from unlocks u where u.id = subject_id and u.student_id = a.id)) \
         and (replace(lower(a.display_name), $6, '') <> lower(a.display_name) \
         or replace(a.username, $6, '') <> a.username))) \
         and at_ms >= $7 and at_ms < $8"
    };
}

/// Binds what [`matching`] names, in its order.
macro_rules! bind_filter {
    ($query:expr, $filter:expr) => {
        $query
            .bind(&$filter.action)
            .bind(&$filter.subject_kind)
            .bind(&$filter.subject_id)
            .bind(&$filter.actor_id)
            .bind(&$filter.school_id)
            .bind($filter.person.to_lowercase())
            .bind($filter.from.map_or(0, |from| from.0))
            .bind($filter.to.map_or(i64::MAX, |to| to.0))
    };
}

/// Entries of the log, latest first.
pub async fn list_audit(
    connection: &mut AnyConnection,
    filter: &AuditFilter,
    page: PageRequest,
) -> Result<Page<AuditEntry>, StoreError> {
    let count = sqlx::query_scalar(concat!("select count(*) from audit_log where ", matching!()));
    let total: i64 = bind_filter!(count, filter).fetch_one(&mut *connection).await?;
    let entries = sqlx::query(concat!(
        "select id, at_ms, actor_id, action, subject_kind, subject_id, detail from audit_log where ",
        matching!(),
        " order by id desc limit $9 offset $10"
    ));
    let rows = bind_filter!(entries, filter)
        .bind(i64::from(page.limit()))
        .bind(i64::from(page.offset()))
        .fetch_all(connection)
        .await?;
    Ok(Page::new(rows.iter().map(AuditEntry::try_from).collect::<Result<_, _>>()?, total))
}

/// The next entries after the one with this identifier, oldest first.
pub async fn audit_after(
    connection: &mut AnyConnection,
    filter: &AuditFilter,
    after: &str,
    limit: u32,
) -> Result<Vec<AuditEntry>, StoreError> {
    let entries = sqlx::query(concat!(
        "select id, at_ms, actor_id, action, subject_kind, subject_id, detail from audit_log where ",
        matching!(),
        " and id > $9 order by id limit $10"
    ));
    let rows = bind_filter!(entries, filter).bind(after).bind(i64::from(limit)).fetch_all(connection).await?;
    rows.iter().map(AuditEntry::try_from).collect()
}
