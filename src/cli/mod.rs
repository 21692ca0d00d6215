//! The command line: parses, calls a use case, prints. One command a file; [`command`] lists them.

mod bank;
mod bank_input;
mod calibrate;
mod command;
mod demo;
mod error;
mod logs;
mod output;
mod replay;
mod score;
mod serve;
mod simulate;
mod simulate_input;
mod simulate_output;

pub use command::run;
pub use error::CommandError;
pub use output::{Format, Output};
