//! `waymark dif`: items that work differently for groups of equal ability.

mod arguments;
mod run;
mod summary;
mod table;

pub use arguments::Arguments;
pub use run::run;
