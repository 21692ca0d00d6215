//! True parameters come back within their standard errors.

use std::collections::HashSet;
use std::ops::ControlFlow;

use calibration::{CalibrationPlan, ItemModel, calibrate, covariance};

use crate::simulated::{answers, items};

/// Standardised errors have mean square near 1: with p parameters it lies within 1 ± 4 √(2 / p) practically always
/// (correlated parameters widen that somewhat), and no single one beyond 5.
fn check(model: ItemModel, categories: usize, share: f64) {
    let truth = items(model, 20, categories, 7);
    let matrix = answers(&truth, 3_000, (0.0, 1.0), share, 11);
    let plan = CalibrationPlan::uniform(model, truth.len(), 1);
    let found = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(found.converged(), "{model}: {:?}", found.convergence);
    assert!(found.largest_gradient < 0.1, "{model}: {}", found.largest_gradient);
    let covariance = covariance(&found).expect("an identified model");
    let (mut squares, mut seen) = (Vec::new(), HashSet::new());
    for (index, (item, truth)) in found.items.iter().zip(&truth).enumerate() {
        let indexes = covariance.item_indexes(index);
        for (slot, error) in covariance.item_errors(index).into_iter().enumerate() {
            if let Some(error) = error.filter(|_| seen.insert(indexes[slot])) {
                squares.push(((item.parameters.values()[slot] - truth.values()[slot]) / error).powi(2));
            }
        }
    }
    let mean = squares.iter().sum::<f64>() / squares.len() as f64;
    let band = 4.0 * (2.0 / squares.len() as f64).sqrt();
    assert!((mean - 1.0).abs() < band.max(0.5), "{model}: mean square {mean} of {}", squares.len());
    assert!(squares.iter().all(|square| *square < 25.0), "{model}: {squares:?}");
}

#[test]
fn rasch() {
    check(ItemModel::Rasch, 2, 1.0);
}

#[test]
fn two_parameter() {
    check(ItemModel::TwoPl, 2, 1.0);
}

#[test]
fn two_parameter_missing_at_random() {
    check(ItemModel::TwoPl, 2, 0.4);
}

#[test]
fn three_parameter_with_the_usual_prior() {
    check(ItemModel::ThreePl, 2, 1.0);
}

#[test]
fn one_parameter() {
    check(ItemModel::OnePl, 2, 1.0);
}

#[test]
fn four_parameter_with_the_usual_priors() {
    check(ItemModel::FourPl, 2, 1.0);
}

#[test]
fn graded() {
    check(ItemModel::Graded, 4, 1.0);
}

#[test]
fn partial_credit() {
    check(ItemModel::PartialCredit, 3, 1.0);
}

#[test]
fn rating_scale() {
    check(ItemModel::RatingScale, 4, 1.0);
}

#[test]
fn generalized_partial_credit() {
    check(ItemModel::GeneralizedPartialCredit, 4, 1.0);
}

#[test]
fn nominal() {
    check(ItemModel::Nominal, 3, 1.0);
}

#[test]
fn a_second_group_has_its_mean_and_deviation_back() {
    let truth = items(ItemModel::TwoPl, 20, 2, 3);
    let (first, second) =
        (answers(&truth, 2_000, (0.0, 1.0), 1.0, 5), answers(&truth, 2_000, (0.7, 1.3), 1.0, 6));
    let mut builder = calibration::responses::ResponseBuilder::new(first.items().to_vec());
    for row in first.rows().chain(second.rows()) {
        builder.push_parts(row.items, row.scores);
    }
    let groups = (0..4_000).map(|examinee| u8::from(examinee >= 2_000)).collect();
    let matrix = builder.finish().with_groups(vec!["first".into(), "second".into()], groups);
    let plan = CalibrationPlan::uniform(ItemModel::TwoPl, truth.len(), 2);
    let found = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
    let covariance = covariance(&found).unwrap();
    let group = &found.groups[1];
    let [mean_error, variance_error] = covariance.latent_errors(1, group.standard_deviation);
    assert!((group.mean - 0.7).abs() < 4.0 * mean_error.unwrap(), "{}", group.mean);
    let variance = group.standard_deviation.powi(2);
    assert!((variance - 1.69).abs() < 4.0 * variance_error.unwrap(), "{variance}");
}

#[test]
fn a_histogram_follows_a_latent_distribution_that_is_not_normal() {
    let truth = items(ItemModel::TwoPl, 30, 2, 3);
    let (low, high) =
        (answers(&truth, 1_500, (-0.8, 0.4), 1.0, 5), answers(&truth, 1_500, (0.8, 0.4), 1.0, 6));
    let mut builder = calibration::responses::ResponseBuilder::new(low.items().to_vec());
    for row in low.rows().chain(high.rows()) {
        builder.push_parts(row.items, row.scores);
    }
    let matrix = builder.finish();
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, truth.len(), 1);
    plan.cycles_max = 60;
    plan.tolerance = 1e-3;
    let normal = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
    plan.shape = calibration::LatentShape::Histogram;
    let histogram = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(histogram.log_likelihood > normal.log_likelihood + 5.0);
    assert!(
        histogram.groups[0].mean.abs() < 1e-9 && (histogram.groups[0].standard_deviation - 1.0).abs() < 1e-9
    );
    let nodes = histogram.grid.nodes();
    let mass = |low: f64, high: f64| -> f64 {
        nodes
            .iter()
            .zip(&histogram.groups[0].weights)
            .filter(|(node, _)| (low..high).contains(*node))
            .map(|(_, w)| w)
            .sum()
    };
    assert!(mass(-0.3, 0.3) < 0.8 * mass(0.6, 1.2), "{} {}", mass(-0.3, 0.3), mass(0.6, 1.2));
}
