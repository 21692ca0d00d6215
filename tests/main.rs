//! The service as a whole, on both databases.

mod jobs;
mod store;
mod support;
