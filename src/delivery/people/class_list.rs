//! The list of a class, from which a student picks the own name before signing in.

use super::names;
use crate::store::accounts::{AccountStatus, Role, SecretKind};
use crate::store::classes::{self, ClassStatus, MemberRole};
use crate::store::{AccountId, Store, StoreError};

/// A class as its students meet it before they sign in: names and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassList {
    /// The name of the class.
    pub class_name: String,
    /// Its students, by name.
    pub students: Vec<ListedStudent>,
}

/// One name of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedStudent {
    /// The account.
    pub id: AccountId,
    /// The name.
    pub display_name: String,
    /// What the student is asked for next.
    pub secret_kind: SecretKind,
}

/// The list of the active class with this code.
pub async fn class_list(store: &Store, code: &str) -> Result<Option<ClassList>, StoreError> {
    let mut connection = store.read().await?;
    let class = classes::by_code(&mut connection, &names::plain_code(code)).await?;
    let Some(class) = class.filter(|class| class.status == ClassStatus::Active) else {
        return Ok(None);
    };
    let members = classes::members(&mut connection, &class.id, MemberRole::Student).await?;
    let students = members
        .into_iter()
        .filter(|account| account.status == AccountStatus::Active && account.role == Role::Student)
        .map(|account| ListedStudent {
            id: account.id,
            display_name: account.display_name,
            secret_kind: account.secret_kind,
        })
        .collect();
    Ok(Some(ClassList { class_name: class.name, students }))
}
