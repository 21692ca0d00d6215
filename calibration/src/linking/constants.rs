//! The constants of a linear change of scale, and the items two scales share.

use thiserror::Error;

use crate::model::{ItemModel, ItemParameters};

/// Why two scales cannot be linked.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum LinkingError {
    /// Too few items in common.
    #[error("at least {needed} common items are needed, got {found}")]
    TooFewItems {
        /// How many are needed.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// An item has different models or numbers of categories on the two scales.
    #[error(
        "item {item:?} is {from} with {from_categories} categories on one scale and {to} with {to_categories} on the other"
    )]
    DifferentModels {
        /// The item.
        item: String,
        /// Model on the scale that is moved.
        from: ItemModel,
        /// Its categories.
        from_categories: usize,
        /// Model on the scale that stays.
        to: ItemModel,
        /// Its categories.
        to_categories: usize,
    },
    /// The method compares difficulties and no common item has one.
    #[error("no common item has a difficulty to compare; nominal items are linked by their curves")]
    NoLocations,
    /// The constants are not finite numbers, or the slope is not positive.
    #[error("the common items do not determine a scale: slope {slope}, intercept {intercept}")]
    Undetermined {
        /// A.
        slope: f64,
        /// B.
        intercept: f64,
    },
}

/// θ_Y = slope · θ_X + intercept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants {
    /// A.
    pub slope: f64,
    /// B, in logits of the scale that stays.
    pub intercept: f64,
}

impl Constants {
    /// Nothing moves.
    pub const IDENTITY: Self = Self { slope: 1.0, intercept: 0.0 };

    /// An ability on the scale that stays.
    pub fn ability(self, theta: f64) -> f64 {
        self.slope * theta + self.intercept
    }

    /// An item on the scale that stays: a* = a / A, b* = A b + B, asymptotes as they were.
    pub fn item(self, item: &ItemParameters) -> ItemParameters {
        item.rescaled(1.0 / self.slope, -self.intercept / self.slope)
    }

    /// The way back.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self { slope: 1.0 / self.slope, intercept: -self.intercept / self.slope }
    }

    pub(super) fn checked(self) -> Result<Self, LinkingError> {
        let Self { slope, intercept } = self;
        let fine = slope.is_finite() && slope > 0.0 && intercept.is_finite();
        if fine { Ok(self) } else { Err(LinkingError::Undetermined { slope, intercept }) }
    }
}

/// One item on both scales.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonItem {
    /// Its id.
    pub id: String,
    /// On the scale that is moved.
    pub from: ItemParameters,
    /// On the scale that stays.
    pub to: ItemParameters,
}

/// Refuses items that are not the same kind of item on both scales.
pub(super) fn check(common: &[CommonItem], needed: usize) -> Result<(), LinkingError> {
    if common.len() < needed {
        return Err(LinkingError::TooFewItems { needed, found: common.len() });
    }
    let differs = |item: &&CommonItem| {
        item.from.categories() != item.to.categories() || item.from.values().len() != item.to.values().len()
    };
    match common.iter().find(differs) {
        None => Ok(()),
        Some(CommonItem { id, from, to }) => Err(LinkingError::DifferentModels {
            item: id.clone(),
            from: from.model(),
            from_categories: from.categories(),
            to: to.model(),
            to_categories: to.categories(),
        }),
    }
}

/// Whether every slope is held at 1 on both scales, so that the unit of the scale is the same.
pub(super) fn has_common_unit(common: &[CommonItem]) -> bool {
    common.iter().all(|item| item.from.model().has_fixed_slope() && item.to.model().has_fixed_slope())
}

/// Slopes and difficulties (boundaries, steps) of items that have them.
pub(super) fn slopes_and_locations(items: &[&ItemParameters]) -> (Vec<f64>, Vec<f64>) {
    let (mut slopes, mut locations) = (Vec::new(), Vec::new());
    for item in items.iter().filter(|item| item.model() != ItemModel::Nominal) {
        let conventional = item.conventional(None);
        slopes.push(conventional.a[0].value);
        locations.extend(conventional.b.iter().map(|b| b.value));
    }
    (slopes, locations)
}
