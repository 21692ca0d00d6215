//! The store on its own.

mod searching;
mod transactions;
