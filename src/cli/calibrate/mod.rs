//! `waymark calibrate`: item parameters from scored responses.

mod arguments;
mod outputs;
mod planning;
mod run;

pub use arguments::Arguments;
pub use run::run;
