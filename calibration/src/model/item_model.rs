//! Which response model an item is calibrated with.

use std::fmt;
use std::str::FromStr;

use super::item_parameters::ParameterName;

/// A response model with parameters to be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemModel {
    /// Slope fixed at 1; the latent variance is estimated (Rasch, 1960).
    Rasch,
    /// One slope common to all items of this model; latent variance 1.
    OnePl,
    /// Two-parameter logistic (Birnbaum, 1968).
    TwoPl,
    /// Three-parameter logistic, with guessing (Birnbaum, 1968).
    ThreePl,
    /// Four-parameter logistic, with guessing and an upper asymptote (Barton & Lord, 1981).
    FourPl,
    /// Graded response model (Samejima, 1969).
    Graded,
    /// Partial credit model, slope fixed at 1 (Masters, 1982).
    PartialCredit,
    /// Generalized partial credit model (Muraki, 1992).
    GeneralizedPartialCredit,
    /// Rating-scale model (Andrich, 1978): partial credit with the same distances of the steps from every item's
    /// location.
    RatingScale,
    /// Nominal response model (Bock, 1972).
    Nominal,
}

/// The shapes of response function the models share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Dichotomous,
    Graded,
    PartialCredit,
    RatingScale,
    Nominal,
}

impl ItemModel {
    /// Whether the model takes scores above 1.
    pub fn is_polytomous(self) -> bool {
        self.family() != Family::Dichotomous
    }

    /// Whether the slope is held at 1, so that the latent variance carries the scale.
    pub fn has_fixed_slope(self) -> bool {
        matches!(self, Self::Rasch | Self::PartialCredit | Self::RatingScale)
    }

    /// Whether all items of the model have this parameter in common.
    pub(crate) fn shares(self, name: ParameterName) -> bool {
        match name {
            ParameterName::Slope => self == Self::OnePl,
            ParameterName::CommonIntercept(_) => true,
            _ => false,
        }
    }

    pub(crate) fn family(self) -> Family {
        match self {
            Self::Rasch | Self::OnePl | Self::TwoPl | Self::ThreePl | Self::FourPl => Family::Dichotomous,
            Self::Graded => Family::Graded,
            Self::PartialCredit | Self::GeneralizedPartialCredit => Family::PartialCredit,
            Self::RatingScale => Family::RatingScale,
            Self::Nominal => Family::Nominal,
        }
    }

    /// The model's name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rasch => "rasch",
            Self::OnePl => "1pl",
            Self::TwoPl => "2pl",
            Self::ThreePl => "3pl",
            Self::FourPl => "4pl",
            Self::Graded => "grm",
            Self::PartialCredit => "pcm",
            Self::GeneralizedPartialCredit => "gpcm",
            Self::RatingScale => "rsm",
            Self::Nominal => "nominal",
        }
    }
}

impl fmt::Display for ItemModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for ItemModel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "rasch" => Self::Rasch,
            "1pl" => Self::OnePl,
            "2pl" => Self::TwoPl,
            "3pl" => Self::ThreePl,
            "4pl" => Self::FourPl,
            "grm" => Self::Graded,
            "pcm" => Self::PartialCredit,
            "gpcm" => Self::GeneralizedPartialCredit,
            "rsm" => Self::RatingScale,
            "nominal" | "nrm" => Self::Nominal,
            _ => {
                return Err(format!(
                    "model must be rasch, 1pl, 2pl, 3pl, 4pl, grm, pcm, gpcm, rsm or nominal, got {text:?}"
                ));
            }
        })
    }
}
