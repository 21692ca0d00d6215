//! Adds classes, changes them, and lists those a person may see.

use super::accounts::kept;
use super::{Change, PeopleError, names};
use crate::delivery::Viewer;
use crate::store::accounts::Role;
use crate::store::audit::append_audit;
use crate::store::classes::{self, Class, ClassStatus, MemberRole};
use crate::store::{ClassId, Connection, Page, PageRequest, Store, StoreError};

/// A class to add.
#[derive(Debug, Clone)]
pub struct NewClass {
    /// Its name.
    pub name: String,
    /// What its students type; one is made when there is none.
    pub code: Option<String>,
    /// The grade most of its students are in.
    pub grade: Option<u8>,
    /// Its identifier in the school's student information system.
    pub external_id: Option<String>,
}

/// What of a class changes; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct ClassChange {
    /// Its name.
    pub name: Option<String>,
    /// What its students type.
    pub code: Option<String>,
    /// The grade most of its students are in.
    pub grade: Option<u8>,
    /// Whether it is in use.
    pub status: Option<ClassStatus>,
}

/// Adds a class.
pub async fn add(change: Change<'_>, new: &NewClass) -> Result<Class, PeopleError> {
    let class = check(&change, new)?;
    let mut transaction = change.store.begin_write().await?;
    insert(&mut transaction, &change, &class).await?;
    transaction.commit().await?;
    Ok(class)
}

/// Adds a checked class within a transaction, and records it.
pub(super) async fn insert(
    connection: &mut Connection,
    change: &Change<'_>,
    class: &Class,
) -> Result<(), PeopleError> {
    refuse_taken_code(connection, class).await?;
    classes::insert(connection, class).await?;
    append_audit(connection, &change.entry("class.added", ("class", class.id.as_str()))).await?;
    Ok(())
}

/// The class a new one would be, when every value is acceptable.
pub(super) fn check(change: &Change<'_>, new: &NewClass) -> Result<Class, PeopleError> {
    let mut refused = Vec::new();
    let name = kept(&mut refused, names::name("name", &new.name));
    let code = match &new.code {
        Some(code) => kept(&mut refused, names::code(code)),
        None => Some(names::random_code()),
    };
    let grade = kept(&mut refused, new.grade.map(names::grade).transpose()).flatten();
    let external_id = new.external_id.as_deref().map(names::external_id).transpose();
    let external_id = kept(&mut refused, external_id).flatten();
    match (name, code) {
        (Some(name), Some(code)) if refused.is_empty() => Ok(Class {
            id: ClassId::new(change.now),
            school_id: change.school_id.clone(),
            name,
            code,
            grade,
            external_id,
            status: ClassStatus::Active,
            created_at: change.now,
        }),
        _ => Err(PeopleError::Refused(refused)),
    }
}

/// Changes a class of the school.
pub async fn change(change: Change<'_>, id: &ClassId, wanted: &ClassChange) -> Result<Class, PeopleError> {
    let mut transaction = change.store.begin_write().await?;
    let before = classes::by_id(&mut transaction, id).await?;
    let before = before.filter(|class| class.school_id == *change.school_id);
    let before = before.ok_or(PeopleError::NotFound("class"))?;
    let after = apply(&before, wanted)?;
    if after.code != before.code {
        refuse_taken_code(&mut transaction, &after).await?;
    }
    write(&mut transaction, &change, &before, &after).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Writes a changed class within a transaction, and records what changed.
pub(super) async fn write(
    connection: &mut Connection,
    change: &Change<'_>,
    before: &Class,
    after: &Class,
) -> Result<(), StoreError> {
    classes::update(connection, after).await?;
    let entry = change.entry("class.changed", ("class", before.id.as_str())).with_detail(serde_json::json!({
        "name": [before.name, after.name],
        "code": if before.code == after.code { "kept" } else { "changed" },
        "grade": [before.grade, after.grade],
        "status": [before.status.as_str(), after.status.as_str()],
    }));
    append_audit(connection, &entry).await
}

fn apply(before: &Class, wanted: &ClassChange) -> Result<Class, PeopleError> {
    let mut refused = Vec::new();
    let mut after = before.clone();
    if let Some(text) = &wanted.name {
        after.name = kept(&mut refused, names::name("name", text)).unwrap_or_default();
    }
    if let Some(text) = &wanted.code {
        after.code = kept(&mut refused, names::code(text)).unwrap_or_default();
    }
    if let Some(grade) = wanted.grade {
        after.grade = kept(&mut refused, names::grade(grade));
    }
    if let Some(status) = wanted.status {
        after.status = status;
    }
    if refused.is_empty() { Ok(after) } else { Err(PeopleError::Refused(refused)) }
}

async fn refuse_taken_code(connection: &mut Connection, class: &Class) -> Result<(), PeopleError> {
    match classes::by_code(connection, &class.code).await? {
        Some(other) if other.id != class.id => {
            Err(PeopleError::Taken { what: "class code", value: class.code.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

/// The classes this person looks after or belongs to, by name; for an administrator, all of the school.
pub async fn list(store: &Store, viewer: &Viewer, page: PageRequest) -> Result<Page<Class>, StoreError> {
    let mut connection = store.read().await?;
    match viewer.role {
        Role::Administrator => classes::of_school(&mut connection, &viewer.school_id, page).await,
        Role::Teacher => {
            classes::of_member(&mut connection, &viewer.account_id, MemberRole::Teacher, page).await
        }
        Role::Student => {
            classes::of_member(&mut connection, &viewer.account_id, MemberRole::Student, page).await
        }
        Role::Staff => Ok(Page { rows: Vec::new(), total: 0 }),
    }
}
