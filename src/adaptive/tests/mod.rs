//! The engine as a whole. Formulas are tested where they stand.

mod exact;
mod school;
mod sentences;
