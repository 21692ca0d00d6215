//! Dependence between items that ability does not explain.

mod residual_correlation;

pub use residual_correlation::{ItemPair, dependent_pairs, residual_correlations};
