//! The command line: parses, calls a use case, prints. One command a file; `command` lists them.

mod audit;
mod backup;
mod bank;
mod bank_input;
mod calibrate;
mod command;
mod demo;
mod dif;
mod drift;
mod error;
mod evidence;
mod fit;
mod link;
mod logs;
mod operation;
mod output;
mod output_folder;
mod replay;
mod roster;
mod score;
mod serve;
mod simulate;
mod simulate_examinees;
mod simulate_output;
mod simulate_readiness;
mod simulate_uniforms;
mod threads;
mod user;

pub use command::run;
pub use error::CommandError;
pub use output::{Format, Output};
