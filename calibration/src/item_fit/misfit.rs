//! When an item is called misfitting, and why: where a mean square is both large and significant.

use std::fmt;

use super::mean_squares::{MeanSquare, MeanSquares};
use crate::significance::{benjamini_hochberg, two_sided_tail};

/// Limits beyond which an item is said not to follow its model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MisfitRule {
    /// Smallest mean square that passes.
    pub low: f64,
    /// Largest mean square that passes.
    pub high: f64,
    /// Level of significance, after adjustment for the number of mean squares (Benjamini & Hochberg, 1995).
    pub level: f64,
}

impl Default for MisfitRule {
    /// 0.7 to 1.3, the range for multiple-choice tests of Wright & Linacre (1994), at 0.01.
    fn default() -> Self {
        Self { low: 0.7, high: 1.3, level: 0.01 }
    }
}

/// Which mean square.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeanSquareKind {
    /// Infit.
    Infit,
    /// Outfit.
    Outfit,
}

impl MeanSquareKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Infit => "infit",
            Self::Outfit => "outfit",
        }
    }
}

/// A mean square outside the limits and significantly away from 1. Its text says why, for people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Misfit {
    /// Which one.
    pub kind: MeanSquareKind,
    /// Its value.
    pub value: f64,
    /// The limit it is beyond.
    pub limit: f64,
    /// Its adjusted two-sided probability.
    pub adjusted_probability: f64,
}

impl fmt::Display for Misfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, value, limit, adjusted_probability: p } = self;
        let (side, meaning) = if value > limit {
            ("above", "answers are noisier than the model says")
        } else {
            ("below", "answers are more regular than the model says")
        };
        write!(out, "{} {value:.2} is {side} {limit} (adjusted p {p:.4}): {meaning}", kind.name())
    }
}

/// The misfit of every item, if any, from what [`super::predictive_mean_squares`] found; the more extreme mean square where both are.
pub fn misfits(fits: &[Option<MeanSquares>], rule: MisfitRule) -> Vec<Option<Misfit>> {
    let squares = |fit: &Option<MeanSquares>| fit.map(|fit| [fit.infit, fit.outfit]);
    let probability = |square: MeanSquare| two_sided_tail(square.standardised);
    let probabilities: Vec<f64> = fits
        .iter()
        .flat_map(|fit| squares(fit).map_or([f64::NAN; 2], |both| both.map(probability)))
        .collect();
    let adjusted = benjamini_hochberg(&probabilities);
    let of_item = |(item, fit): (usize, &Option<MeanSquares>)| {
        let both = squares(fit)?;
        let found = [MeanSquareKind::Infit, MeanSquareKind::Outfit].into_iter().zip(both).enumerate();
        found
            .map(|(place, (kind, square))| Misfit {
                kind,
                value: square.value,
                limit: if square.value > 1.0 { rule.high } else { rule.low },
                adjusted_probability: adjusted[2 * item + place],
            })
            .filter(|misfit| !(rule.low..=rule.high).contains(&misfit.value))
            .filter(|misfit| misfit.adjusted_probability < rule.level)
            .max_by(|a, b| a.value.ln().abs().total_cmp(&b.value.ln().abs()))
    };
    fits.iter().enumerate().map(of_item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(value: f64, standardised: f64) -> Option<MeanSquares> {
        let usual = MeanSquare { value: 1.0, standardised: 0.0 };
        Some(MeanSquares { answers: 100.0, infit: usual, outfit: MeanSquare { value, standardised } })
    }

    #[test]
    fn misfit_is_large_and_significant() {
        let fits = [fit(1.5, 6.0), fit(1.5, 1.0), fit(1.1, 6.0), None, fit(0.5, -5.0)];
        let found = misfits(&fits, MisfitRule::default());
        let kinds: Vec<bool> = found.iter().map(Option::is_some).collect();
        assert_eq!(kinds, [true, false, false, false, true]);
        assert_eq!(found[0].unwrap().kind, MeanSquareKind::Outfit);
        assert_eq!(
            found[4].unwrap().to_string(),
            "outfit 0.50 is below 0.7 (adjusted p 0.0000): answers are more regular than the model says"
        );
    }
}
