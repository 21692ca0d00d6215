//! The JSON API under `/api/v1`: everything the pages do, for programs.

pub mod accounts;
pub mod assessments;
pub mod attempt_records;
pub mod attempts;
pub mod audit;
pub mod bank_comparison;
pub mod banks;
pub mod calibrations;
pub mod class_codes;
pub mod classes;
pub mod documents;
pub mod item_records;
mod jobs;
pub mod page;
pub mod roster;
pub mod sessions;
pub mod simulations;
pub mod steps;
pub mod student;
pub mod teacher;
pub mod unlocks;
mod words;

use words::word;
