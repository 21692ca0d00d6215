//! The service as a whole, on both databases.

mod api;
mod jobs;
mod store;
mod support;
