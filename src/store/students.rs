//! What an attempt needs to know of a student: the grade, the needs, and the school's time zone.

use item_bank::Accommodations;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{AccountId, RowReader, SchoolId, StoreError};

/// A student as the rules see one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Student {
    /// The account.
    pub id: AccountId,
    /// The school.
    pub school_id: SchoolId,
    /// The name on pages and lists.
    pub display_name: String,
    /// Enrolled grade.
    pub grade: u8,
    /// Whether they may be assessed above their grade where the policy says so.
    pub accelerated: bool,
    /// What they need items to support.
    pub accommodations: Accommodations,
    /// IANA name: windows are civil dates in it.
    pub time_zone: String,
}

impl TryFrom<&AnyRow> for Student {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, "accounts", "id");
        Ok(Self {
            id: reader.id("id")?,
            school_id: reader.id("school_id")?,
            display_name: reader.get("display_name")?,
            grade: reader.number("grade")?,
            accelerated: reader.truth("accelerated")?,
            accommodations: reader.word("accommodations", |text| text.parse().ok())?,
            time_zone: reader.get("time_zone")?,
        })
    }
}

/// The active student of this account.
pub async fn find_student(
    connection: &mut AnyConnection,
    id: &AccountId,
) -> Result<Option<Student>, StoreError> {
    let row = sqlx::query(
        "select a.id, a.school_id, a.display_name, a.grade, a.accelerated, a.accommodations, s.time_zone \
         from accounts a join schools s on s.id = a.school_id \
         where a.id = $1 and a.role = 'student' and a.status = 'active'",
    )
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Student::try_from).transpose()
}

/// Most sets of accommodations, by grade, that are looked at together.
const NEEDS_MAX: i64 = 200;

/// How many active students of a grade have exactly these needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// What they need items to support; never empty.
    pub accommodations: Accommodations,
    /// Their grade.
    pub grade: u8,
    /// How many they are.
    pub students: u64,
}

/// The needs on record of active students, the most frequent first.
pub async fn list_needs(connection: &mut AnyConnection) -> Result<Vec<Needs>, StoreError> {
    let rows = sqlx::query(
        "select accommodations, grade, count(*) as students from accounts \
         where role = 'student' and status = 'active' and accommodations <> '' \
         group by accommodations, grade order by students desc, accommodations, grade limit $1",
    )
    .bind(NEEDS_MAX)
    .fetch_all(connection)
    .await?;
    let needs = rows.iter().map(|row| {
        let reader = RowReader::new(row, "accounts", "accommodations");
        Ok(Needs {
            accommodations: reader.word("accommodations", |text| text.parse().ok())?,
            grade: reader.number("grade")?,
            students: reader.number("students")?,
        })
    });
    needs.collect()
}

/// Makes the others who would write about this student wait until the transaction ends.
pub async fn lock_student(connection: &mut AnyConnection, id: &AccountId) -> Result<(), StoreError> {
    // Portable `select … for update`: an update takes the row lock on PostgreSQL; SQLite has one writer anyway.
    sqlx::query("update accounts set updated_at_ms = updated_at_ms where id = $1")
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
