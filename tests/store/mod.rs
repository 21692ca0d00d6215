//! The store on its own.

mod transactions;
