//! What an attempt needs to know of a student: the grade, and the school's time zone.

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
        "select a.id, a.school_id, a.display_name, a.grade, a.accelerated, s.time_zone from accounts a \
         join schools s on s.id = a.school_id where a.id = $1 and a.role = 'student' and a.status = 'active'",
    )
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Student::try_from).transpose()
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
