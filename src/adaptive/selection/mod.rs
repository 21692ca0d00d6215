//! Choosing an item: a criterion says how good each is, and the choice is drawn among the best that are allowed.
//! One formula a file; every value is better when it is higher.

mod best_first;
mod closest;
mod content_weights;
mod criterion;
mod draw;
mod evidence;
mod expected_information;
pub(super) mod expected_variance;
mod global_discrimination;
mod kullback_leibler;
mod progressive;
mod robust_information;
mod weighted_information;

pub(super) use best_first::{BestFirst, Valued};
pub(super) use closest::three_pl_peak;
pub(super) use criterion::{Situation, values};
pub(crate) use draw::Draws;
pub use draw::counted_uniform;
pub(super) use draw::{ELIGIBILITY, among_best};
pub(super) use evidence::Evidence;
pub(super) use progressive::{proportional, weight as share_of_information};
