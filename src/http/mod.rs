//! The only actix: the server, every route on one page, every status in one file, the JSON API and the pages.
//!
//! Handlers parse, call one use case of `delivery` and render. No rule of the domain lives here.

pub mod access;
pub mod address;
pub mod api;
mod body;
pub mod csrf;
pub mod error;
mod error_details;
mod file_form;
pub mod flash;
pub mod gate;
pub mod headers;
pub mod health;
pub mod limits;
pub mod metrics;
pub mod openapi;
pub mod pages;
pub mod problem;
pub mod route;
pub mod routes;
pub mod server;
pub mod session;
pub mod settings;
pub mod state;
pub mod text_file;
pub mod trace;
