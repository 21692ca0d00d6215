//! The program from outside: arguments in, files and exit codes out.

mod bank;
mod evidence;
mod program;
mod reference_scores;
mod score;
