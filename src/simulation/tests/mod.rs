//! Simulations as a whole.

mod bundled;
mod readiness;
mod reference;
mod sentences;
mod sympson_hetter;
