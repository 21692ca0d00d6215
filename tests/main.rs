//! The service as a whole, on both databases.

mod store;
mod support;
