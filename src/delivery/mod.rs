//! Use cases, one verb a file.

pub mod people;
pub mod read_models;
pub mod secrets;
pub mod session;
mod viewer;

pub use viewer::Viewer;
