//! Dependence between items that ability does not explain.

mod pair_table;
mod residual_correlation;

pub use pair_table::{PairTable, pair_tables};
pub use residual_correlation::{ItemPair, dependent_pairs, residual_correlations};
