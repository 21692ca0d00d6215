//! The service as a whole, on both databases.

mod api;
mod delivery;
mod jobs;
mod store;
mod support;
