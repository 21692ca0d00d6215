//! What assessment staff see: banks, items, plans, policies, assessments, the record of an attempt.

pub mod assessments;
pub mod attempts;
pub mod bank_comparison;
pub mod banks;
pub mod documents;
pub mod item_watch;
mod item_words;
pub mod items;
mod offer;
mod plan_words;
mod simulation_form;
pub mod simulations;
