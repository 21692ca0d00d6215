//! Simulations as a whole.

mod reference;
mod sentences;
