//! Item and person fit.

use std::ops::ControlFlow;

use calibration::item_fit::{MisfitRule, fit_by_ability, misfits, predictive_mean_squares, summed_score_fit};
use calibration::person_fit::person_fit;
use calibration::responses::{ResponseBuilder, ResponseMatrix};
use calibration::{Calibration, CalibrationPlan, ItemModel, ItemParameters, ItemPlan, calibrate};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::simulated::{answers, items, normal};

/// Everything held at these parameters but the latent distribution.
fn held(matrix: &ResponseMatrix, parameters: &[ItemParameters]) -> Calibration {
    let plans = parameters
        .iter()
        .map(|item| ItemPlan { fixed: Some(item.clone()), ..ItemPlan::new(item.model()) })
        .collect();
    let plan = CalibrationPlan::new(plans, 1);
    calibrate(matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// Adaptive tests of `length` items: always the unused item nearest to a running estimate of ability.
fn adaptive(parameters: &[ItemParameters], examinees: usize, length: usize, seed: u64) -> ResponseMatrix {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut builder = ResponseBuilder::new((0..parameters.len()).map(|item| format!("item{item}")).collect());
    let location = |item: &ItemParameters| -item.values()[1] / item.values()[0];
    for _ in 0..examinees {
        let theta = normal(&mut rng);
        let (mut estimate, mut step) = (0.0, 0.8);
        let mut row: Vec<(u16, u8)> = Vec::new();
        for _ in 0..length {
            let unused =
                (0..parameters.len()).filter(|&item| row.iter().all(|&(used, _)| usize::from(used) != item));
            let nearest = unused.min_by(|&a, &b| {
                let distance = |item: usize| (location(&parameters[item]) - estimate).abs();
                distance(a).total_cmp(&distance(b))
            });
            let item = nearest.unwrap();
            let correct = rng.random::<f64>() < parameters[item].expected_score(theta);
            estimate += if correct { step } else { -step };
            step = (step * 0.85_f64).max(0.15);
            row.push((u16::try_from(item).unwrap(), u8::from(correct)));
        }
        row.sort_unstable();
        builder.push(&row);
    }
    builder.finish()
}

#[test]
fn on_adaptive_tests_nothing_is_called_misfit_where_the_model_holds() {
    let parameters = items(ItemModel::TwoPl, 60, 2, 5);
    let matrix = adaptive(&parameters, 2_000, 20, 6);
    let fits = predictive_mean_squares(&held(&matrix, &parameters));
    assert!(misfits(&fits, MisfitRule::default()).iter().all(Option::is_none));
    let infit: Vec<f64> = fits.iter().flatten().map(|fit| fit.infit.value).collect();
    let mean = infit.iter().sum::<f64>() / infit.len() as f64;
    assert!((mean - 1.0).abs() < 0.03, "mean infit {mean}");
}

#[test]
fn an_item_held_at_wrong_parameters_is_called_misfit() {
    let parameters = items(ItemModel::TwoPl, 60, 2, 5);
    let matrix = adaptive(&parameters, 2_000, 20, 6);
    let mut wrong = parameters.clone();
    let counts: Vec<usize> =
        (0..60).map(|item| matrix.rows().filter(|row| row.score(item).is_some()).count()).collect();
    let most = (0..60).max_by_key(|&item| counts[item]).unwrap();
    wrong[most].values_mut()[1] += 2.5;
    let found = misfits(&predictive_mean_squares(&held(&matrix, &wrong)), MisfitRule::default());
    assert!(found[most].is_some_and(|misfit| misfit.value > 1.3), "{:?}", found[most]);
    assert!(found.iter().flatten().count() <= 2, "{found:?}");
}

#[test]
fn summed_score_fit_averages_its_degrees_of_freedom() {
    let parameters = items(ItemModel::TwoPl, 12, 2, 8);
    let matrix = answers(&parameters, 3_000, (0.0, 1.0), 1.0, 9);
    let plan = CalibrationPlan::uniform(ItemModel::TwoPl, 12, 1);
    let found = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
    let fits = summed_score_fit(&found, &matrix);
    let (sum, df) = fits
        .iter()
        .flatten()
        .fold((0.0, 0.0), |(sum, df), fit| (sum + fit.statistic, df + fit.degrees_of_freedom as f64));
    // The items' statistics are nearly independent chi-squared values.
    assert!((sum - df).abs() < 4.0 * (2.0 * df).sqrt(), "{sum} {df}");
    assert!(fits.iter().flatten().all(|fit| fit.examinees == 3_000.0));
}

#[test]
fn the_corrected_statistic_of_examinees_is_standard_normal_where_the_model_holds() {
    let parameters = items(ItemModel::TwoPl, 40, 2, 11);
    let matrix = answers(&parameters, 3_000, (0.0, 1.0), 1.0, 12);
    let found = held(&matrix, &parameters);
    let abilities: Vec<f64> = found.scores(&matrix).iter().map(|score| score.theta).collect();
    let fits = person_fit(&parameters, &matrix, &abilities);
    let moments = |read: &dyn Fn(&calibration::person_fit::PersonFit) -> f64| {
        let values: Vec<f64> = fits.iter().flatten().map(read).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (mean, (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt())
    };
    let (mean, deviation) = moments(&|fit| fit.corrected_log_likelihood);
    let (_, plain) = moments(&|fit| fit.standardised_log_likelihood);
    // 3,000 values: standard errors 0.018 of the mean and 0.013 of the deviation; 40 items are not infinitely many.
    assert!(mean.abs() < 0.1 && (deviation - 1.0).abs() < 0.06, "{mean} {deviation}");
    assert!((deviation - 1.0).abs() < (plain - 1.0).abs(), "{deviation} {plain}");
}

/// The matrix with one item's answers made anew: right with a probability that ability alone decides.
fn with_curve(
    parameters: &[ItemParameters],
    item: usize,
    probability: impl Fn(f64) -> f64,
    seed: u64,
) -> ResponseMatrix {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut builder = ResponseBuilder::new((0..parameters.len()).map(|item| format!("item{item}")).collect());
    for _ in 0..800 {
        let theta = normal(&mut rng);
        let chance = |place: usize| {
            if place == item { probability(theta) } else { parameters[place].expected_score(theta) }
        };
        let row: Vec<(u16, u8)> = (0..parameters.len())
            .map(|place| (u16::try_from(place).unwrap(), u8::from(rng.random::<f64>() < chance(place))))
            .collect();
        builder.push(&row);
    }
    builder.finish()
}

/// Everything held but one item, which is estimated.
fn estimated_among(matrix: &ResponseMatrix, parameters: &[ItemParameters], item: usize) -> Calibration {
    let plans = parameters.iter().enumerate().map(|(place, item_parameters)| ItemPlan {
        fixed: (place != item).then(|| item_parameters.clone()),
        ..ItemPlan::new(item_parameters.model())
    });
    let plan = CalibrationPlan::new(plans.collect(), 1);
    calibrate(matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn a_curve_of_the_wrong_shape_is_seen_by_groups_of_ability_and_not_by_mean_squares() {
    let parameters = items(ItemModel::TwoPl, 25, 2, 5);
    // Known by those in the middle alone.
    let matrix = with_curve(&parameters, 3, |theta| if theta.abs() < 0.7 { 0.8 } else { 0.3 }, 12);
    let fitted = estimated_among(&matrix, &parameters, 3);
    let by_ability = fit_by_ability(&fitted)[3].unwrap();
    assert!(by_ability.probability < 1e-6 && by_ability.rmsea > 0.06, "{by_ability:?}");
    assert_eq!(by_ability.degrees_of_freedom, by_ability.groups as i64 - 2);
    assert_eq!(misfits(&predictive_mean_squares(&fitted), MisfitRule::default())[3], None);
}

#[test]
fn groups_of_ability_reject_as_often_as_their_level_says_where_the_model_holds() {
    let parameters = items(ItemModel::TwoPl, 60, 2, 5);
    let complete = answers(&parameters, 1_500, (0.0, 1.0), 1.0, 31);
    for matrix in [complete, adaptive(&parameters, 2_000, 20, 6)] {
        let fits: Vec<_> = fit_by_ability(&held(&matrix, &parameters)).into_iter().flatten().collect();
        assert!(fits.len() > 40, "{}", fits.len());
        let rejected = fits.iter().filter(|fit| fit.probability < 0.05).count() as f64;
        // A binomial count: four standard deviations above its mean.
        let expected = 0.05 * fits.len() as f64;
        assert!(rejected < expected + 4.0 * (0.95 * expected).sqrt(), "{rejected} of {}", fits.len());
        let mean = fits.iter().map(|fit| fit.statistic / fit.degrees_of_freedom as f64).sum::<f64>();
        assert!((mean / fits.len() as f64 - 1.0).abs() < 0.25, "{}", mean / fits.len() as f64);
    }
}
