//! The store on its own.

mod audit_log;
mod searching;
mod transactions;
