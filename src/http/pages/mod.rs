//! Server-rendered pages: students, teachers, assessment staff, administrators.
//!
//! A handler parses, calls one `delivery` function and renders a view; no rule of the domain lives here.

pub mod drawing;
