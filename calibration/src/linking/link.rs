//! Linking by moments of the parameters or by curves, with the standard errors of the constants.

use super::characteristic_curves::{Criterion, Curves};
use super::constants::{CommonItem, Constants, LinkingError, check, has_common_unit, slopes_and_locations};
use super::uncertainty::Direction;
use crate::estimation::Grid;

/// How the constants are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkingMethod {
    /// A = mean(a_X) / mean(a_Y), B from the mean difficulties (Loyd & Hoover, 1980).
    MeanMean,
    /// As mean-mean with geometric means of the slopes (Mislevy & Bock, 1990).
    MeanGeometricMean,
    /// A = sd(b_Y) / sd(b_X), B from the mean difficulties (Marco, 1977).
    MeanSigma,
    /// Item curves agree (Haebara, 1980).
    Haebara(Symmetry),
    /// The test characteristic curve agrees (Stocking & Lord, 1983).
    StockingLord(Symmetry),
}

/// Where curves are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symmetry {
    /// On the scale that stays.
    #[default]
    StayingScale,
    /// On both scales, the two sums added.
    BothScales,
}

/// A link of two scales.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The constants.
    pub constants: Constants,
    /// The smallest sum of squared differences of the curves, for the methods that minimise one.
    pub criterion: Option<f64>,
}

/// Standard errors of the constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkErrors {
    /// Of the slope.
    pub slope: f64,
    /// Of the intercept.
    pub intercept: f64,
    /// Covariance of the two.
    pub covariance: f64,
}

/// Fewest common items: with one, the slope rests on that item's slope alone.
const COMMON_MIN: usize = 2;

/// Links the scale of `from` to that of `to`. Curves are compared at 61 nodes on [-6, 6] with standard normal weights.
/// Where every slope is held at 1 on both scales (Rasch, partial credit), so is A.
pub fn link(common: &[CommonItem], method: LinkingMethod) -> Result<Link, LinkingError> {
    check(common, COMMON_MIN)?;
    match method {
        LinkingMethod::MeanMean | LinkingMethod::MeanGeometricMean | LinkingMethod::MeanSigma => {
            let constants = by_moments(common, method)?.checked()?;
            Ok(Link { constants, criterion: None })
        }
        LinkingMethod::Haebara(symmetry) => by_curves(common, Curves::Items, symmetry),
        LinkingMethod::StockingLord(symmetry) => by_curves(common, Curves::Total, symmetry),
    }
}

fn by_moments(common: &[CommonItem], method: LinkingMethod) -> Result<Constants, LinkingError> {
    let (from_slopes, from) = slopes_and_locations(&common.iter().map(|item| &item.from).collect::<Vec<_>>());
    let (to_slopes, to) = slopes_and_locations(&common.iter().map(|item| &item.to).collect::<Vec<_>>());
    if from.is_empty() {
        return Err(LinkingError::NoLocations);
    }
    let slope = match method {
        _ if has_common_unit(common) => 1.0,
        LinkingMethod::MeanSigma => deviation(&to) / deviation(&from),
        LinkingMethod::MeanGeometricMean => geometric_mean(&from_slopes) / geometric_mean(&to_slopes),
        LinkingMethod::MeanMean | LinkingMethod::Haebara(_) | LinkingMethod::StockingLord(_) => {
            mean(&from_slopes) / mean(&to_slopes)
        }
    };
    Ok(Constants { slope, intercept: mean(&to) - slope * mean(&from) })
}

fn by_curves(common: &[CommonItem], curves: Curves, symmetry: Symmetry) -> Result<Link, LinkingError> {
    let grid = Grid::default();
    let nodes = grid.nodes();
    let mut weights = grid.normal_weights(0.0, 1.0);
    weights.truncate(nodes.len());
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);
    let common_unit = has_common_unit(common);
    let criterion = Criterion { common, curves, symmetry, nodes: &nodes, weights: &weights, common_unit };
    let start = by_moments(common, LinkingMethod::MeanMean).and_then(Constants::checked);
    let constants = criterion.minimum(start.unwrap_or(Constants::IDENTITY)).checked()?;
    Ok(Link { constants, criterion: Some(criterion.value(constants)) })
}

/// Standard errors of the constants by the delta method: how far they move along every direction in which the
/// parameters vary, each of one standard deviation.
pub fn link_errors(
    common: &[CommonItem],
    method: LinkingMethod,
    directions: &[Direction],
) -> Result<LinkErrors, LinkingError> {
    /// Share of a standard deviation that parameters are moved by.
    const SHARE: f64 = 1e-3;
    let mut errors = LinkErrors { slope: 0.0, intercept: 0.0, covariance: 0.0 };
    for direction in directions {
        let up = link(&direction.moved(common, SHARE), method)?.constants;
        let down = link(&direction.moved(common, -SHARE), method)?.constants;
        let slope = (up.slope - down.slope) / (2.0 * SHARE);
        let intercept = (up.intercept - down.intercept) / (2.0 * SHARE);
        errors.slope += slope * slope;
        errors.intercept += intercept * intercept;
        errors.covariance += slope * intercept;
    }
    errors.slope = errors.slope.sqrt();
    errors.intercept = errors.intercept.sqrt();
    Ok(errors)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp()
}

fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}
