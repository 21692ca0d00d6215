//! Adds a school, and finds the one an operator means.

use jiff::tz::TimeZone;

use super::{FieldError, PeopleError, names};
use crate::clock::Millis;
use crate::store::schools::{self, School};
use crate::store::{SchoolId, Store, StoreError};

/// Adds a school in a time zone that exists.
pub async fn add(store: &Store, now: Millis, name: &str, time_zone: &str) -> Result<School, PeopleError> {
    let name = names::name("school", name).map_err(|error| PeopleError::Refused(vec![error]))?;
    if TimeZone::get(time_zone).is_err() {
        let message = format!("{time_zone:?} is not an IANA time zone such as \"America/Los_Angeles\"");
        return Err(PeopleError::Refused(vec![FieldError::new("time_zone", message)]));
    }
    let school = School { id: SchoolId::new(now), name, time_zone: time_zone.to_owned() };
    let mut transaction = store.begin_write().await?;
    schools::insert(&mut transaction, &school).await?;
    transaction.commit().await?;
    Ok(school)
}

/// Every school, by name.
pub async fn all(store: &Store) -> Result<Vec<School>, PeopleError> {
    Ok(schools::all(&mut *store.read().await?).await?)
}

/// The school with this identifier.
pub async fn find(store: &Store, id: &SchoolId) -> Result<Option<School>, StoreError> {
    schools::by_id(&mut *store.read().await?, id).await
}

/// The time zone in which a school tells dates.
pub async fn time_zone(store: &Store, id: &SchoolId) -> Result<TimeZone, StoreError> {
    let name = find(store, id).await?.map_or_else(|| "UTC".to_owned(), |school| school.time_zone);
    TimeZone::get(&name).map_err(|error| StoreError::CorruptRow {
        table: "schools",
        column: "time_zone",
        id: id.to_string(),
        reason: format!("{name}: {error}"),
    })
}
