//! The only folder that knows actix. Parses, calls one delivery function, renders.
pub mod pages;
