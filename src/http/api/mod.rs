//! The JSON API under `/api/v1`: everything the pages do, for programs.

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod calibrations;
pub mod class_codes;
pub mod classes;
pub mod page;
pub mod roster;
pub mod sessions;
pub mod steps;
pub mod unlocks;
mod words;

use words::word;
