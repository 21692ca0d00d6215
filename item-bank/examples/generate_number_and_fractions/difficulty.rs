//! The difficulty model, in logits: b = base of the standard + effects of what the item asks + noise.
//!
//! An additive model of item features, as in the linear logistic test model (Fischer, 1973), but with weights set
//! by judgement: no student has answered these items. The bases follow the order in which the Common Core
//! introduces the ideas, one grade being about 1.6 logits; the effects are round numbers: a picture helps; a
//! story, more steps, larger numbers and regrouping make an item harder. The noise (standard deviation 0.3)
//! stands for all that the features miss. Calibration replaces these numbers as soon as there are answers.

use crate::random::Random;

/// What makes an item easier or harder than its standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// A figure shows the amounts.
    Picture,
    /// A numerator of 1 throughout.
    UnitFractions,
    /// Halves and fourths only.
    FriendlyNumbers,
    /// A short story around the numbers.
    Story,
    /// A denominator above 8, or a number above 20.
    LargerNumbers,
    /// Numbers above 1 written as mixed numbers.
    MixedNumbers,
    /// One whole must be broken up, or is made.
    Regrouping,
    /// The answer is typed, so there is nothing to choose from.
    Typed,
    /// The answer must be written in lowest terms.
    LowestTerms,
    /// More than one right option.
    SeveralRight,
    /// Two operations, or two facts to bring together.
    TwoSteps,
    /// Says why, not only what.
    Reasoning,
    /// More than two numbers to put in order.
    LongOrder,
    /// Numbers below zero.
    BelowZero,
    /// Numbers above 1.
    AboveOne,
    /// The usual rule of thumb with whole numbers leads astray.
    MisleadingNumbers,
}

impl Feature {
    /// The effect on b, in logits.
    pub fn effect(self) -> f64 {
        match self {
            Self::Picture => -0.5,
            Self::UnitFractions => -0.4,
            Self::FriendlyNumbers => -0.5,
            Self::Story => 0.3,
            Self::LargerNumbers => 0.35,
            Self::MixedNumbers => 0.4,
            Self::Regrouping => 0.5,
            Self::Typed => 0.2,
            Self::LowestTerms => 0.4,
            Self::SeveralRight => 0.3,
            Self::TwoSteps => 0.5,
            Self::Reasoning => 0.4,
            Self::LongOrder => 0.3,
            Self::BelowZero => 0.4,
            Self::AboveOne => 0.3,
            Self::MisleadingNumbers => 0.4,
        }
    }
}

const NOISE: f64 = 0.3;

/// b of an item, to two decimals, kept within −4 and 4.
pub fn difficulty(base: f64, features: &[Feature], random: &mut Random) -> f64 {
    let effects: f64 = features.iter().map(|feature| feature.effect()).sum();
    hundredths((base + effects + NOISE * random.noise()).clamp(-4.0, 4.0))
}

/// a of an item, per logit: around 1, more for reasoning, less for a story; kept within 0.6 and 1.9.
pub fn discrimination(features: &[Feature], random: &mut Random) -> f64 {
    let has = |feature| features.contains(&feature);
    let mut a = 1.1 + 0.2 * random.noise();
    if has(Feature::Reasoning) {
        a += 0.2;
    }
    if has(Feature::Story) {
        a -= 0.1;
    }
    hundredths(a.clamp(0.6, 1.9))
}

/// Rounded to two decimals.
pub fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
