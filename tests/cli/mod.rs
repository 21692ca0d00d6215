//! The program from outside: arguments in, files and exit codes out.

mod bank;
mod calibrate;
mod calibrated_banks;
mod drift;
mod estimation_options;
mod evidence;
mod fit;
mod inputs;
mod program;
mod reference_scores;
mod score;
mod simulate;
