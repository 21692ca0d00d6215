//! What administrators see: accounts, classes, rosters, sessions, the audit log; and the secrets that adults hand out.

pub mod accounts;
pub mod audit;
pub mod class;
pub mod classes;
mod people_words;
pub mod roster;
pub mod secrets;
pub mod sessions;
