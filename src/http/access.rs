//! Who may call a route. Stated beside the route, enforced by the gate before the handler runs.
//!
//! Which class, student or attempt an adult may touch is decided in `delivery`, with the data at hand.

use crate::store::accounts::Role;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Anyone,
    /// People signed in with one of these roles.
    Only(&'static [Role]),
}

/// Anyone, signed in or not.
pub const ANYONE: Access = Access::Anyone;
/// Everyone who is signed in.
pub const SIGNED_IN: Access = Access::Only(&[Role::Student, Role::Teacher, Role::Staff, Role::Administrator]);
/// Students alone: an adult never takes a test in a student's place.
pub const STUDENTS: Access = Access::Only(&[Role::Student]);
/// Those who look after classes: teachers for their own, administrators for all of the school.
pub const TEACHERS: Access = Access::Only(&[Role::Teacher, Role::Administrator]);
/// A student for the own attempt, and those who look after the student.
pub const LEARNERS_AND_TEACHERS: Access = Access::Only(&[Role::Student, Role::Teacher, Role::Administrator]);
/// Those who look after items and policies.
pub const STAFF: Access = Access::Only(&[Role::Staff, Role::Administrator]);
/// Administrators alone.
pub const ADMINISTRATORS: Access = Access::Only(&[Role::Administrator]);

impl Access {
    /// Whether this access admits a person of `role`; `None` is a person who is not signed in.
    #[must_use]
    pub fn admits(self, role: Option<Role>) -> bool {
        match (self, role) {
            (Self::Anyone, _) => true,
            (Self::Only(_), None) => false,
            (Self::Only(roles), Some(role)) => roles.contains(&role),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_signed_in_passes_only_where_anyone_may() {
        assert!(ANYONE.admits(None));
        assert!(!SIGNED_IN.admits(None));
        assert!(!STUDENTS.admits(None));
    }

    #[test]
    fn adults_are_never_admitted_in_a_students_place() {
        for role in [Role::Teacher, Role::Staff, Role::Administrator] {
            assert!(!STUDENTS.admits(Some(role)));
        }
        assert!(STUDENTS.admits(Some(Role::Student)));
    }
}
