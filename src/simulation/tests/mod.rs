//! Simulations as a whole.

mod bundled;
mod reference;
mod sentences;
