//! The engine as a whole. Formulas are tested where they stand.

mod accommodations;
mod content;
mod exact;
mod exposure;
mod field_test;
mod last_resort;
mod off_grade;
mod order;
mod patterns;
mod peers;
mod properties;
mod reference;
mod reference_programs;
pub mod school;
mod sentences;
mod shadow;
mod stopping;
