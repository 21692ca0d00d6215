//! Who asks. Every use case that answers to a person, or records one, is handed a viewer.

use crate::store::accounts::{Account, Role};
use crate::store::{AccountId, SchoolId};

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The person's account.
    pub account_id: AccountId,
    /// The school the person belongs to; nobody sees another school.
    pub school_id: SchoolId,
    /// What the person comes for.
    pub role: Role,
    /// The person's name.
    pub display_name: String,
    /// A student's grade.
    pub grade: Option<u8>,
}

impl From<&Account> for Viewer {
    fn from(account: &Account) -> Self {
        Self {
            account_id: account.id.clone(),
            school_id: account.school_id.clone(),
            role: account.role,
            display_name: account.display_name.clone(),
            grade: account.grade,
        }
    }
}
