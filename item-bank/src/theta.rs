//! The latent ability variable.

use serde::{Deserialize, Serialize};

/// Ability on the logistic metric (D = 1), in logits.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Theta(pub f64);

impl std::fmt::Display for Theta {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}
