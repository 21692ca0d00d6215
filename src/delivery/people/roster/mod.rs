//! Brings people and classes in from a roster file (CSV): all of it or nothing.
//!
//! One row a person and class; the first row names the columns, in any order:
//!
//! | column | | |
//! | --- | --- | --- |
//! | `role` | needed | `student` or `teacher` |
//! | `person_id` | needed | identifier of the person in the school's student information system |
//! | `name` | needed | |
//! | `grade` | students | 0 (kindergarten) to 12 |
//! | `accelerated` | | `yes` or `no` for a student |
//! | `accommodations` | | what a student needs items to support, such as `braille; spanish`; `none` takes all away |
//! | `username` | teachers | what they sign in with |
//! | `secret_kind` | | `pin` (default) or `picture` for students |
//! | `secret` | | first secret of a person who is new; one is made when empty |
//! | `class_id`, `class_name`, `class_code`, `class_grade` | | the class of this row, if any; a name for a new class |
//!
//! People and classes that are there already are changed to what the file says; secrets stay as they are. The same file
//! again changes nothing.
//!
//! A file of additions, like a delta of OneRoster, ends nothing. A whole roster, like a bulk file of OneRoster, ends the
//! memberships it does not list: of people and in classes that came by roster. Those made by hand stay.

mod file;
mod import;
mod plan;
#[cfg(test)]
mod tests;

pub use file::{PROBLEMS_MAX, ROSTER_ROWS_MAX, RosterProblem, RosterRow, read_roster};
pub use import::{IssuedFirstSecret, RosterError, RosterOutcome, import, preview};
pub use plan::RosterExtent;
