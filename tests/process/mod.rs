//! The program itself, as an operator runs it.

mod crash;
mod program;
