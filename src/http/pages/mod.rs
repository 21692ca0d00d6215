//! Server-rendered pages: students, teachers, assessment staff, administrators.
//!
//! A handler parses, calls one `delivery` function and renders a view; no rule of the domain lives here.

pub mod drawing;
mod refusal;

pub use refusal::{refusal, root, sign_in_first};

use actix_web::web::ServiceConfig;

/// Registers the files pages load: styles, scripts, icons.
pub fn assets(_config: &mut ServiceConfig) {}
