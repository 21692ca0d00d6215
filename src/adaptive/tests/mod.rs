//! The engine as a whole. Formulas are tested where they stand.

mod exact;
mod reference;
mod school;
mod sentences;
