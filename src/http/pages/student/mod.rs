//! What students see.

pub mod question;
