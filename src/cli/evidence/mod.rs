//! What the commands about evidence (fit, dif, link, drift) share.

mod answers;
mod choices;
mod common_items;
mod estimation;
mod input;
mod tables;

pub(super) use answers::{CountedAnswers, RapidGuesses, time_table};
pub(super) use choices::ChoicesArguments;
pub(super) use common_items::{LinkingArguments, TwoBanks, common_items, linked};
pub(super) use estimation::{EstimationArguments, PrecisionArguments, estimation_warnings, grid_warning};
pub(super) use input::{Needed, ResponsesArguments, estimate, highest_scores, working};
pub(super) use tables::{Table, number};

pub(super) use super::output_folder::write_files;
