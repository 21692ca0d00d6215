//! `waymark fit`: how well items, examinees and the whole test follow their model.

mod arguments;
mod run;
mod summary;
mod tables;

pub use arguments::Arguments;
pub use run::run;
