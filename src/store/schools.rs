//! Schools: whose people, and whose civil time.

use sqlx::AnyConnection;

use super::{RowReader, SchoolId, StoreError};

/// A school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Its identifier.
    pub id: SchoolId,
    /// Its name.
    pub name: String,
    /// IANA name of its time zone; windows are civil dates in it.
    pub time_zone: String,
}

/// Adds a school.
pub async fn insert(connection: &mut AnyConnection, school: &School) -> Result<(), StoreError> {
    sqlx::query("insert into schools (id, name, time_zone) values ($1, $2, $3)")
        .bind(school.id.as_str())
        .bind(&school.name)
        .bind(&school.time_zone)
        .execute(connection)
        .await?;
    Ok(())
}

/// The school with this identifier.
pub async fn by_id(connection: &mut AnyConnection, id: &SchoolId) -> Result<Option<School>, StoreError> {
    let row = sqlx::query("select id, name, time_zone from schools where id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Every school, by name.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<School>, StoreError> {
    let rows = sqlx::query("select id, name, time_zone from schools order by name, id")
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &sqlx::any::AnyRow) -> Result<School, StoreError> {
    let reader = RowReader::new(row, "schools", "id");
    Ok(School { id: reader.id("id")?, name: reader.get("name")?, time_zone: reader.get("time_zone")? })
}
