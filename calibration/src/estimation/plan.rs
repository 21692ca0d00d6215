//! What to estimate: a model, priors and fixed or starting values for every item, the latent distribution, the grid.

use crate::model::{ItemModel, ItemParameters, ItemPriors};

use super::grid::GridChoice;

/// How one item is calibrated.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemPlan {
    /// The response model.
    pub model: ItemModel,
    /// Priors on its parameters.
    pub priors: ItemPriors,
    /// Parameters held at these values.
    pub fixed: Option<ItemParameters>,
    /// Parameters to start from.
    pub start: Option<ItemParameters>,
}

impl ItemPlan {
    /// The model with its usual priors and nothing fixed.
    pub fn new(model: ItemModel) -> Self {
        let priors = match model {
            ItemModel::ThreePl | ItemModel::FourPl => ItemPriors::usual(),
            _ => ItemPriors::default(),
        };
        Self { model, priors, fixed: None, start: None }
    }

    /// Whether it takes part in the rating scale that items of the rating-scale model share.
    pub(crate) fn is_on_rating_scale(&self) -> bool {
        self.model == ItemModel::RatingScale && self.fixed.is_none()
    }
}

/// Whether a parameter of the latent distribution is estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LatentParameter {
    /// Held at this value.
    Fixed(f64),
    /// Estimated, starting from this value.
    Free(f64),
}

impl LatentParameter {
    /// The value held or started from.
    pub fn value(self) -> f64 {
        match self {
            Self::Fixed(value) | Self::Free(value) => value,
        }
    }

    /// Whether it is estimated.
    pub fn is_free(self) -> bool {
        matches!(self, Self::Free(_))
    }
}

/// The normal latent distribution of one group of examinees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupPlan {
    /// Mean, in logits.
    pub mean: LatentParameter,
    /// Standard deviation, in logits.
    pub standard_deviation: LatentParameter,
}

impl GroupPlan {
    /// N(0, 1), held.
    pub const STANDARD: Self =
        Self { mean: LatentParameter::Fixed(0.0), standard_deviation: LatentParameter::Fixed(1.0) };
    /// Both estimated.
    pub const FREE: Self =
        Self { mean: LatentParameter::Free(0.0), standard_deviation: LatentParameter::Free(1.0) };
}

/// The shape of the latent distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LatentShape {
    /// Normal in every group.
    #[default]
    Normal,
    /// A weight for every node, estimated, with mean and variance of the first group brought back to where the plan
    /// holds them (Bock & Aitkin, 1981).
    Histogram,
}

/// Everything a calibration is told beside the responses.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationPlan {
    /// A plan for every column of the response matrix.
    pub items: Vec<ItemPlan>,
    /// A latent distribution for every group of the response matrix.
    pub groups: Vec<GroupPlan>,
    /// The shape of the latent distribution.
    pub shape: LatentShape,
    /// The quadrature grid.
    pub grid: GridChoice,
    /// The largest change of a parameter, were one more step taken, at which iteration stops.
    pub tolerance: f64,
    /// The most passes over the responses.
    pub cycles_max: u32,
    /// How the likelihood is climbed.
    pub algorithm: Algorithm,
}

/// How the likelihood is climbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// EM, then quasi-Newton steps preconditioned with the complete-data information
    /// (Lange, 1995; Jamshidian & Jennrich, 1997).
    #[default]
    QuasiNewton,
    /// EM with squared extrapolation, kept only where the likelihood rises (Varadhan & Roland, 2008).
    Squarem,
    /// EM alone.
    Em,
}

impl CalibrationPlan {
    /// All items alike, the first group (or the only one) as the model needs it, other groups free.
    pub fn uniform(model: ItemModel, items: usize, groups: usize) -> Self {
        Self::new(vec![ItemPlan::new(model); items], groups)
    }

    /// Items as planned, and the latent distributions that identify the scale: the first group standard normal, its
    /// deviation free where every slope is fixed, both free where parameters of items are fixed; other groups free.
    pub fn new(items: Vec<ItemPlan>, groups: usize) -> Self {
        let anchored = items.iter().any(|item| item.fixed.is_some());
        let slopes_fixed = !items.is_empty() && items.iter().all(|item| item.model.has_fixed_slope());
        let first = if anchored {
            GroupPlan::FREE
        } else if slopes_fixed {
            GroupPlan { standard_deviation: LatentParameter::Free(1.0), ..GroupPlan::STANDARD }
        } else {
            GroupPlan::STANDARD
        };
        let mut latent = vec![GroupPlan::FREE; groups.max(1)];
        latent[0] = first;
        Self {
            items,
            groups: latent,
            shape: LatentShape::Normal,
            grid: GridChoice::default(),
            tolerance: 1e-6,
            cycles_max: 2_000,
            algorithm: Algorithm::default(),
        }
    }
}
