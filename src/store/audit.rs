//! The audit log: who did what to whom, when. Append-only.

use std::collections::BTreeSet;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::ids::id_prefix;
use super::{AccountId, RowReader, StoreError, accounts, new_id};
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

impl AuditFilter {
    /// Whether an index leads to what fits, or everything does.
    fn is_led_by_an_index(&self) -> bool {
        let Self { action, subject_kind, subject_id, actor_id, person, school_id, .. } = self;
        !subject_id.is_empty()
            || !actor_id.is_empty()
            || [action, subject_kind, person, school_id].iter().all(|text| text.is_empty())
    }
}

/// Where in the log a list begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AuditPlace {
    /// At its end.
    #[default]
    Latest,
    /// Before the entry with this identifier.
    Before(String),
    /// After the entry with this identifier; an empty one stands before every entry.
    After(String),
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPart {
    /// Its entries, latest first.
    pub entries: Vec<AuditEntry>,
    /// Earlier entries are before this one; none where there are none.
    pub earlier: Option<String>,
    /// Later entries are after this one; none where there are none.
    pub later: Option<String>,
}

/// Entries read at once to look for those of a person.
const READ_AT_ONCE: usize = 1_000;
/// Entries looked through before it is seen whether enough were found.
const LOOKED_THROUGH_AT_ONCE: u32 = 5_000;
/// Entries looked through for one part at most, where no index leads to what is looked for: an action that nobody ever did
/// must not cost the whole log.
const LOOKED_THROUGH_MAX: u32 = 100_000;
/// Greater than every identifier: those are hexadecimal.
const BEYOND: &str = "g";

/// What belongs to a school: done by its people, or by the system or an operator about the school or what is no school's.
const OF_SCHOOL: &str = "(exists (select 1 from accounts a where a.id = actor_id and a.school_id = ?) \
     or actor_id is null and case subject_kind \
     when 'school' then subject_id = ? \
     when 'account' then exists (select 1 from accounts a where a.id = subject_id and a.school_id = ?) \
     when 'class' then exists (select 1 from classes c where c.id = subject_id and c.school_id = ?) \
     when 'attempt' then exists (select 1 from attempts t join accounts a on a.id = t.student_id \
     where t.id = subject_id and a.school_id = ?) \
     when 'unlock' then exists (select 1 from unlocks u join accounts a on a.id = u.student_id \
     where u.id = subject_id and a.school_id = ?) \
     else 1 = 1 end)";

/// The conditions that a filter comes to: only those that say something, so that an index serves where there is one.
fn conditions(filter: &AuditFilter) -> (String, Vec<&str>) {
    let given = [
        ("substr(action, 1, length(?)) = ?", &filter.action),
        ("subject_kind = ?", &filter.subject_kind),
        ("subject_id = ?", &filter.subject_id),
        ("actor_id = ?", &filter.actor_id),
        (OF_SCHOOL, &filter.school_id),
    ];
    // $1 to $3 are the bounds and the number of rows.
    let mut text = "id > $1 and id < $2".to_owned();
    let mut values = Vec::new();
    for (condition, value) in given.into_iter().filter(|(_, value)| !value.is_empty()) {
        values.push(value.as_str());
        text += " and ";
        text += &condition.replace('?', &format!("${}", values.len() + 3));
    }
    (text, values)
}

/// Entries between two identifiers, in the one or the other direction.
#[derive(Debug, Clone)]
struct Span {
    low: String,
    high: String,
    is_upwards: bool,
}

impl Span {
    /// What a filter's period leaves of the log, from a place on. An identifier begins with the time of its entry.
    fn new(filter: &AuditFilter, place: &AuditPlace) -> Self {
        let low = filter.from.map(id_prefix).unwrap_or_default();
        let high = filter.to.map_or_else(|| BEYOND.to_owned(), id_prefix);
        match place {
            AuditPlace::Latest => Self { low, high, is_upwards: false },
            AuditPlace::Before(id) => Self { low, high: high.min(id.clone()), is_upwards: false },
            AuditPlace::After(id) => Self { low: low.max(id.clone()), high, is_upwards: true },
        }
    }

    fn order(&self) -> &'static str {
        if self.is_upwards { "id" } else { "id desc" }
    }

    /// Goes on behind this entry.
    fn begin_behind(&mut self, id: String) {
        *(if self.is_upwards { &mut self.low } else { &mut self.high }) = id;
    }

    /// Ends before this entry.
    fn end_before(&mut self, id: String) {
        *(if self.is_upwards { &mut self.high } else { &mut self.low }) = id;
    }
}

/// A part of the log of at most so many entries; fewer, though there may be more, where a hundred thousand were looked
/// through.
pub async fn list_audit(
    connection: &mut AnyConnection,
    filter: &AuditFilter,
    place: &AuditPlace,
    limit: u32,
) -> Result<AuditPart, StoreError> {
    let people = match filter.person.as_str() {
        "" => None,
        person => Some(accounts::named(connection, person).await?),
    };
    let mut looking = Looking { filter, people, wanted: limit as usize, found: Vec::new() };
    let mut span = Span::new(filter, place);
    let mut looked_through = 0;
    let onward = loop {
        let next = match filter.is_led_by_an_index() {
            true => None,
            false => last_of_next(connection, &span).await?,
        };
        let mut window = span.clone();
        if let Some((_, beyond)) = &next {
            window.end_before(beyond.clone());
        }
        if looking.through(connection, window).await? == Found::Enough {
            break looking.found.last().map(|entry| entry.id.clone());
        }
        let Some((last, _)) = next else { break None };
        looked_through += LOOKED_THROUGH_AT_ONCE;
        if looked_through >= LOOKED_THROUGH_MAX {
            break Some(last);
        }
        span.begin_behind(last);
    };
    Ok(between(looking.found, onward, place))
}

/// The last of the entries that are looked through next and the one behind it; none when the rest is fewer.
async fn last_of_next(
    connection: &mut AnyConnection,
    span: &Span,
) -> Result<Option<(String, String)>, StoreError> {
    let text = format!(
        "select id from audit_log where id > $1 and id < $2 order by {} limit 2 offset $3",
        span.order()
    );
    let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(text))
        .bind(&span.low)
        .bind(&span.high)
        .bind(i64::from(LOOKED_THROUGH_AT_ONCE) - 1)
        .fetch_all(connection)
        .await?;
    Ok(<[String; 2]>::try_from(ids).ok().map(|[last, beyond]| (last, beyond)))
}

/// Whether there is more than was wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Enough,
    TooFew,
}

/// What is looked for, and what was found.
struct Looking<'a> {
    filter: &'a AuditFilter,
    people: Option<BTreeSet<AccountId>>,
    wanted: usize,
    found: Vec<AuditEntry>,
}

impl Looking<'_> {
    async fn through(&mut self, connection: &mut AnyConnection, mut span: Span) -> Result<Found, StoreError> {
        let at_once = match self.people {
            Some(_) => READ_AT_ONCE.max(self.wanted + 1),
            None => self.wanted + 1,
        };
        loop {
            let rows = part(connection, self.filter, &span, at_once).await?;
            for row in &rows {
                if !self.people.as_ref().is_none_or(|people| concerns(row, people)) {
                    continue;
                }
                if self.found.len() == self.wanted {
                    return Ok(Found::Enough);
                }
                self.found.push(AuditEntry::try_from(row)?);
            }
            let Some(last) = rows.last().filter(|_| rows.len() == at_once) else {
                return Ok(Found::TooFew);
            };
            span.begin_behind(RowReader::new(last, "audit_log", "id").get("id")?);
        }
    }
}

/// The part with the way to its neighbours: `onward` in the direction in which it was read, and back where it began.
fn between(mut entries: Vec<AuditEntry>, onward: Option<String>, place: &AuditPlace) -> AuditPart {
    let back = |from: &String| entries.first().map_or_else(|| from.clone(), |entry| entry.id.clone());
    match place {
        AuditPlace::Latest => AuditPart { entries, earlier: onward, later: None },
        AuditPlace::Before(id) => AuditPart { later: Some(back(id)), earlier: onward, entries },
        AuditPlace::After(id) => {
            let earlier = (!id.is_empty()).then(|| back(id));
            entries.reverse();
            AuditPart { entries, earlier, later: onward }
        }
    }
}

/// Rows between two identifiers, from the one or the other end, each with the student whom an attempt or unlock is about.
async fn part(
    connection: &mut AnyConnection,
    filter: &AuditFilter,
    span: &Span,
    rows: usize,
) -> Result<Vec<AnyRow>, StoreError> {
    let (conditions, values) = conditions(filter);
    let text = format!(
        "select id, at_ms, actor_id, action, subject_kind, subject_id, detail, case subject_kind \
         when 'attempt' then (select t.student_id from attempts t where t.id = subject_id) \
         when 'unlock' then (select u.student_id from unlocks u where u.id = subject_id) \
         else subject_id end as about_id from audit_log where {conditions} order by {} limit $3",
        span.order()
    );
    let mut query = sqlx::query(AssertSqlSafe(text))
        .bind(&span.low)
        .bind(&span.high)
        .bind(i64::try_from(rows).unwrap_or(i64::MAX));
    for value in values {
        query = query.bind(value);
    }
    Ok(query.fetch_all(connection).await?)
}

/// Whether one of these people did it, or it was done to one of them.
fn concerns(row: &AnyRow, people: &BTreeSet<AccountId>) -> bool {
    let reader = RowReader::new(row, "audit_log", "id");
    let is_theirs = |column| {
        reader.optional_id::<AccountId>(column).is_ok_and(|id| id.is_some_and(|id| people.contains(&id)))
    };
    is_theirs("actor_id") || is_theirs("about_id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_lies_between_the_bounds_of_its_moment() {
        for at in [0, 1, 999, 1_767_225_600_000, 1_800_000_000_123] {
            let id = new_id(Millis(at));
            assert!(id > id_prefix(Millis(at)) && id < id_prefix(Millis(at + 1)), "{id} at {at}");
            assert!(id.as_str() < BEYOND);
        }
    }
}
