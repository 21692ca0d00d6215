//! Simulations as a whole.

mod bundled;
mod readiness;
mod reference;
mod reference_shadow;
mod reports;
mod sentences;
mod strands;
mod sympson_hetter;
