//! The service as a whole, on both databases.

mod api;
mod browser;
mod cli;
mod delivery;
mod jobs;
mod operations;
mod process;
mod read_models;
mod store;
mod support;
