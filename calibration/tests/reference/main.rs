//! Comparison with the reference set named by `WAYMARK_REFERENCE`; without it every test says so and passes.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what was compared is worth reading")]

mod data;
mod dif;
mod estimation;
mod fit;
mod groups;
mod linking;
mod margins;
mod margins_by_hand;
mod rating_scale;
mod scores;
mod tables;
