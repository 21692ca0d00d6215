//! People: accounts, classes, who belongs to them, how they sign in, and the record of every change.

pub mod accounts;
mod change;
pub mod class_list;
pub mod classes;
mod error;
pub mod members;
pub mod names;
pub mod record;
pub mod roster;
pub mod schools;
pub mod secret_reset;
pub mod sign_in;
pub mod visibility;

pub use change::Change;
pub use error::{FieldError, PeopleError};
