//! Which classes and students an adult may see and act on. What may not be seen does not exist.
//!
//! Administrators: everybody of their school. Teachers: the classes they look after and the students in them. Assessment
//! staff: no class and no student by name. Students: themselves.

use super::PeopleError;
use crate::delivery::Viewer;
use crate::store::accounts::{self, Account, Role};
use crate::store::attempts::{Attempt, find_attempt};
use crate::store::classes::{self, Class, MemberRole};
use crate::store::unlocks::{Unlock, find_unlock};
use crate::store::{AccountId, AttemptId, ClassId, Connection, PageRequest, Store, UnlockId};

/// The class, if this person may see it.
pub async fn class_for(
    connection: &mut Connection,
    viewer: &Viewer,
    class_id: &ClassId,
) -> Result<Class, PeopleError> {
    let class = classes::by_id(connection, class_id).await?;
    let class = class.filter(|class| class.school_id == viewer.school_id);
    let class = class.ok_or(PeopleError::NotFound("class"))?;
    let may = match viewer.role {
        Role::Administrator => true,
        Role::Teacher => {
            let role = classes::member_role(connection, class_id, &viewer.account_id).await?;
            role == Some(MemberRole::Teacher)
        }
        Role::Staff | Role::Student => false,
    };
    if may { Ok(class) } else { Err(PeopleError::NotFound("class")) }
}

/// The student, if this person may see them.
pub async fn student_for(
    connection: &mut Connection,
    viewer: &Viewer,
    student_id: &AccountId,
) -> Result<Account, PeopleError> {
    let student = accounts::by_id(connection, student_id).await?;
    let student = student
        .filter(|account| account.role == Role::Student && account.school_id == viewer.school_id)
        .ok_or(PeopleError::NotFound("student"))?;
    let may = match viewer.role {
        Role::Administrator => true,
        Role::Teacher => classes::teaches(connection, &viewer.account_id, student_id).await?,
        Role::Student => viewer.account_id == *student_id,
        Role::Staff => false,
    };
    if may { Ok(student) } else { Err(PeopleError::NotFound("student")) }
}

/// The first class of this student, by name, that this person may see.
pub async fn class_of_student(
    connection: &mut Connection,
    viewer: &Viewer,
    student_id: &AccountId,
) -> Result<Option<Class>, PeopleError> {
    let page = PageRequest::first();
    for class in classes::of_member(connection, student_id, MemberRole::Student, page).await?.rows {
        match class_for(connection, viewer, &class.id).await {
            Ok(class) => return Ok(Some(class)),
            Err(PeopleError::NotFound(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(None)
}

/// The account, if this person may reset its secret or end its sessions: administrators any of their school, teachers
/// their students.
pub async fn account_to_help(
    connection: &mut Connection,
    viewer: &Viewer,
    account_id: &AccountId,
) -> Result<Account, PeopleError> {
    match viewer.role {
        Role::Administrator => {
            let account = accounts::by_id(connection, account_id).await?;
            let account = account.filter(|account| account.school_id == viewer.school_id);
            account.ok_or(PeopleError::NotFound("account"))
        }
        Role::Teacher => student_for(connection, viewer, account_id).await,
        Role::Staff | Role::Student => Err(PeopleError::NotFound("account")),
    }
}

/// The same, on a connection of its own.
pub async fn to_help(store: &Store, viewer: &Viewer, account_id: &AccountId) -> Result<Account, PeopleError> {
    account_to_help(&mut *store.read().await?, viewer, account_id).await
}

/// The student, if this person may see them, on a connection of its own.
pub async fn student(store: &Store, viewer: &Viewer, student_id: &AccountId) -> Result<Account, PeopleError> {
    student_for(&mut *store.read().await?, viewer, student_id).await
}

/// The class, if this person may see it, on a connection of its own.
pub async fn class(store: &Store, viewer: &Viewer, class_id: &ClassId) -> Result<Class, PeopleError> {
    class_for(&mut *store.read().await?, viewer, class_id).await
}

/// Nothing, if this person may see the class and every one of these students is in it.
pub async fn students_of_class(
    store: &Store,
    viewer: &Viewer,
    class_id: &ClassId,
    students: &[AccountId],
) -> Result<(), PeopleError> {
    let mut connection = store.read().await?;
    class_for(&mut connection, viewer, class_id).await?;
    for student in students {
        if classes::member_role(&mut connection, class_id, student).await? != Some(MemberRole::Student) {
            return Err(PeopleError::NotFound("student in this class"));
        }
    }
    Ok(())
}

/// The attempt, if this person may see it: the student, who looks after the student, and staff, who see no name with it.
pub async fn attempt_for(
    connection: &mut Connection,
    viewer: &Viewer,
    id: &AttemptId,
) -> Result<Attempt, PeopleError> {
    let attempt = find_attempt(connection, id).await?.ok_or(PeopleError::NotFound("attempt"))?;
    let may = match viewer.role {
        Role::Student => attempt.student_id == viewer.account_id,
        Role::Staff => {
            let student = accounts::by_id(connection, &attempt.student_id).await?;
            student.is_some_and(|student| student.school_id == viewer.school_id)
        }
        Role::Teacher | Role::Administrator => {
            match student_for(connection, viewer, &attempt.student_id).await {
                Ok(_) => true,
                Err(PeopleError::NotFound(_)) => false,
                Err(other) => return Err(other),
            }
        }
    };
    if may { Ok(attempt) } else { Err(PeopleError::NotFound("attempt")) }
}

/// The same, on a connection of its own.
pub async fn attempt(store: &Store, viewer: &Viewer, id: &AttemptId) -> Result<Attempt, PeopleError> {
    attempt_for(&mut *store.read().await?, viewer, id).await
}

/// The unlock, if this person may see its student.
pub async fn unlock_for(store: &Store, viewer: &Viewer, id: &UnlockId) -> Result<Unlock, PeopleError> {
    let mut connection = store.read().await?;
    let unlock = find_unlock(&mut connection, id).await?.ok_or(PeopleError::NotFound("unlock"))?;
    match student_for(&mut connection, viewer, &unlock.student_id).await {
        Ok(_) => Ok(unlock),
        Err(PeopleError::NotFound(_)) => Err(PeopleError::NotFound("unlock")),
        Err(other) => Err(other),
    }
}
