//! Which common items have drifted apart: robust z (Huynh & Meyer, 2010).

use super::LinkingError;
use super::constants::{CommonItem, Constants};
use super::link::{Link, LinkingMethod, link};
use crate::model::ItemModel;

/// How one common item stands to the others after linking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnchorCheck {
    /// Difficulty on the scale that stays less the linked one, in logits; means over boundaries or steps.
    pub location_difference: f64,
    /// Its robust z.
    pub location_z: f64,
    /// Logarithm of the slope on the scale that stays over the linked one.
    pub log_slope_difference: f64,
    /// Its robust z.
    pub slope_z: f64,
    /// Whether either z is beyond the limit.
    pub outlying: bool,
    /// Whether the link does without the item.
    pub left_out: bool,
}

/// What becomes of common items that stand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outliers {
    /// The link rests on them too.
    Kept,
    /// The one that stands out most is dropped and the rest linked again, until none stands out or half are gone.
    LeftOut,
}

/// The distance of every value from the median in units of 0.74 interquartile ranges, which is the standard deviation
/// where values are normal. All 0 where the middle half of the values are equal.
pub fn robust_z(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    if sorted.is_empty() {
        return values.to_vec();
    }
    let quantile = |share: f64| {
        let place = share * (sorted.len() - 1) as f64;
        let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
        low + (high - low) * place.fract()
    };
    let (median, spread) = (quantile(0.5), 0.74 * (quantile(0.75) - quantile(0.25)));
    // A spread at the level of rounding says that nothing differs.
    let z = |value: f64| if spread > 1e-9 { (value - median) / spread } else { 0.0 };
    values.iter().map(|&value| z(value)).collect()
}

/// Links, and holds every common item against the link: it stands out where its robust z is beyond `limit`. Gives the last
/// link and the check of every item under it.
pub fn check_anchors(
    common: &[CommonItem],
    method: LinkingMethod,
    limit: f64,
    outliers: Outliers,
) -> Result<(Link, Vec<AnchorCheck>), LinkingError> {
    let kept_min = match outliers {
        Outliers::Kept => common.len(),
        Outliers::LeftOut => common.len().div_ceil(2).max(2),
    };
    let mut dropped = vec![false; common.len()];
    loop {
        let kept: Vec<CommonItem> = common
            .iter()
            .zip(&dropped)
            .filter(|(_, dropped)| !**dropped)
            .map(|(item, _)| item.clone())
            .collect();
        let found = link(&kept, method)?;
        let mut checks = checks(common, found.constants);
        for (check, dropped) in checks.iter_mut().zip(&dropped) {
            check.outlying = extremity(check) > limit;
            check.left_out = *dropped;
        }
        let worst = (0..common.len())
            .filter(|&item| !dropped[item] && checks[item].outlying)
            .max_by(|&a, &b| extremity(&checks[a]).total_cmp(&extremity(&checks[b])));
        match worst {
            Some(item) if kept.len() > kept_min => dropped[item] = true,
            _ => return Ok((found, checks)),
        }
    }
}

fn extremity(check: &AnchorCheck) -> f64 {
    check.location_z.abs().max(check.slope_z.abs())
}

/// Differences of mean difficulty (logits) and of log slope of every common item after linking.
pub(crate) fn anchor_differences(common: &[CommonItem], constants: Constants) -> Vec<(f64, f64)> {
    common.iter().map(|item| differences(item, constants)).collect()
}

fn checks(common: &[CommonItem], constants: Constants) -> Vec<AnchorCheck> {
    let differences = anchor_differences(common, constants);
    let locations: Vec<f64> = differences.iter().map(|pair| pair.0).collect();
    let slopes: Vec<f64> = differences.iter().map(|pair| pair.1).collect();
    let z = robust_z(&locations).into_iter().zip(robust_z(&slopes));
    differences
        .iter()
        .zip(z)
        .map(|(&(location_difference, log_slope_difference), (location_z, slope_z))| AnchorCheck {
            location_difference,
            location_z,
            log_slope_difference,
            slope_z,
            outlying: false,
            left_out: false,
        })
        .collect()
}

/// Differences of mean difficulty and of log slope. A nominal item has no difficulty: the ability at which its expected
/// score is half the highest stands in for it.
fn differences(item: &CommonItem, constants: Constants) -> (f64, f64) {
    let moved = constants.item(&item.from);
    let location = |parameters: &crate::ItemParameters| {
        if parameters.model() == ItemModel::Nominal {
            return half_score(parameters);
        }
        let b = parameters.conventional(None).b;
        b.iter().map(|b| b.value).sum::<f64>() / b.len() as f64
    };
    let log_slope = |parameters: &crate::ItemParameters| parameters.discrimination().abs().ln();
    (location(&item.to) - location(&moved), log_slope(&item.to) - log_slope(&moved))
}

/// Where the expected score passes half the highest, by bisection on [-20, 20].
fn half_score(item: &crate::ItemParameters) -> f64 {
    let half = (item.categories() - 1) as f64 / 2.0;
    let (mut low, mut high) = (-20.0, 20.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if item.expected_score(middle) < half { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlier_does_not_hide_itself() {
        let z = robust_z(&[0.0, 0.1, -0.1, 0.05, -0.05, 2.0]);
        assert!(z[5] > 10.0 && z[..5].iter().all(|z| z.abs() < 2.0), "{z:?}");
        assert_eq!(robust_z(&[1.0; 4]), [0.0; 4]);
    }
}
