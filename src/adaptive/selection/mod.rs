//! Choosing an item: a criterion says how good each is, and the choice is drawn among the best that are allowed.

mod best_first;
mod draw;

pub(super) use best_first::BestFirst;
pub(super) use draw::{Draws, among_best};
