//! Who changes something, where and when.

use crate::clock::Millis;
use crate::delivery::Viewer;
use crate::store::audit::AuditEntry;
use crate::store::{AccountId, SchoolId, Store};

/// Who changes something, in which school, and when: the first argument of every change to people.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// The database.
    pub store: &'a Store,
    /// When.
    pub now: Millis,
    /// Whose people.
    pub school_id: &'a SchoolId,
    /// Who; nobody when an operator does it at the command line.
    pub by: Option<&'a AccountId>,
}

impl<'a> Change<'a> {
    /// A change that somebody who is signed in makes in their own school.
    #[must_use]
    pub fn by_viewer(store: &'a Store, now: Millis, viewer: &'a Viewer) -> Self {
        Self { store, now, school_id: &viewer.school_id, by: Some(&viewer.account_id) }
    }

    /// A change that an operator makes at the command line.
    #[must_use]
    pub fn by_operator(store: &'a Store, now: Millis, school_id: &'a SchoolId) -> Self {
        Self { store, now, school_id, by: None }
    }

    /// The record of it.
    #[must_use]
    pub fn entry(&self, action: &str, subject: (&str, &str)) -> AuditEntry {
        AuditEntry::new(self.now, self.by, action, subject)
    }
}
