//! Puts people into classes and takes them out.

use super::{Change, FieldError, PeopleError, accounts, visibility};
use crate::delivery::Viewer;
use crate::store::accounts::{Account, Role};
use crate::store::audit::append_audit;
use crate::store::classes::{self, Class, MemberRole};
use crate::store::{AccountId, ClassId, Connection, Store};

/// A class with its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassWithMembers {
    /// The class.
    pub class: Class,
    /// Who looks after it, by name.
    pub teachers: Vec<Account>,
    /// Who learns in it, by name.
    pub students: Vec<Account>,
}

/// A class this person may see, with its people.
pub async fn of_class(
    store: &Store,
    viewer: &Viewer,
    class_id: &ClassId,
) -> Result<ClassWithMembers, PeopleError> {
    let mut connection = store.read().await?;
    let class = visibility::class_for(&mut connection, viewer, class_id).await?;
    let teachers = classes::members(&mut connection, class_id, MemberRole::Teacher).await?;
    let students = classes::members(&mut connection, class_id, MemberRole::Student).await?;
    Ok(ClassWithMembers { class, teachers, students })
}

/// Puts somebody of the school into a class: students to learn, adults to look after it.
pub async fn put(change: Change<'_>, class_id: &ClassId, account_id: &AccountId) -> Result<(), PeopleError> {
    let mut transaction = change.store.begin_write().await?;
    class_of_school(&mut transaction, &change, class_id).await?;
    let account = accounts::of_school(&mut transaction, change.school_id, account_id).await?;
    let role = match account.role {
        Role::Student => MemberRole::Student,
        Role::Teacher | Role::Administrator => MemberRole::Teacher,
        Role::Staff => {
            let message = "assessment staff belong to no class";
            return Err(PeopleError::Refused(vec![FieldError::new("account_id", message)]));
        }
    };
    enrol(&mut transaction, &change, (class_id, account_id), role).await?;
    Ok(transaction.commit().await?)
}

/// Makes somebody a member within a transaction, and records it when it is news.
pub(super) async fn enrol(
    connection: &mut Connection,
    change: &Change<'_>,
    (class_id, account_id): (&ClassId, &AccountId),
    role: MemberRole,
) -> Result<(), PeopleError> {
    if classes::member_role(connection, class_id, account_id).await? == Some(role) {
        return Ok(());
    }
    classes::put_member(connection, class_id, account_id, role).await?;
    let entry = change
        .entry("class.member_added", ("class", class_id.as_str()))
        .with_detail(serde_json::json!({ "account": account_id, "role": role.as_str() }));
    append_audit(connection, &entry).await?;
    Ok(())
}

/// Takes somebody out of a class. Doing it again changes nothing.
pub async fn remove(
    change: Change<'_>,
    class_id: &ClassId,
    account_id: &AccountId,
) -> Result<(), PeopleError> {
    let mut transaction = change.store.begin_write().await?;
    class_of_school(&mut transaction, &change, class_id).await?;
    end(&mut transaction, &change, (class_id, account_id)).await?;
    Ok(transaction.commit().await?)
}

/// Ends a membership within a transaction, and records it when there was one.
pub(super) async fn end(
    connection: &mut Connection,
    change: &Change<'_>,
    (class_id, account_id): (&ClassId, &AccountId),
) -> Result<(), PeopleError> {
    if classes::remove_member(connection, class_id, account_id).await? > 0 {
        let entry = change
            .entry("class.member_removed", ("class", class_id.as_str()))
            .with_detail(serde_json::json!({ "account": account_id }));
        append_audit(connection, &entry).await?;
    }
    Ok(())
}

async fn class_of_school(
    connection: &mut Connection,
    change: &Change<'_>,
    class_id: &ClassId,
) -> Result<Class, PeopleError> {
    let class = classes::by_id(connection, class_id).await?;
    class.filter(|class| class.school_id == *change.school_id).ok_or(PeopleError::NotFound("class"))
}
