//! What administrators see: accounts, rosters, the audit log; and the secrets that adults hand out.

pub mod accounts;
pub mod audit;
pub mod roster;
pub mod secrets;
