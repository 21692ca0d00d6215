//! Evidence about simulated answers: what is found where something is wrong, and what is not where nothing is.

#[path = "../estimation/simulated.rs"]
mod simulated;

mod dif;
mod fit;
mod linking;
mod margins;
mod null_dif;
mod weights;
