//! What must hold whatever the data.

use std::ops::ControlFlow;

use calibration::responses::{ResponseBuilder, ResponseMatrix};
use calibration::{
    Algorithm, Calibration, CalibrationError, CalibrationPlan, Convergence, Grid, GridChoice, ItemModel,
    ItemProblem, calibrate, covariance,
};

use crate::simulated::{answers, items};

fn fit(matrix: &ResponseMatrix, model: ItemModel) -> Calibration {
    let mut plan = CalibrationPlan::uniform(model, matrix.items().len(), matrix.group_count());
    plan.tolerance = 1e-7;
    run(matrix, &plan)
}

fn run(matrix: &ResponseMatrix, plan: &CalibrationPlan) -> Calibration {
    calibrate(matrix, plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn data() -> ResponseMatrix {
    answers(&items(ItemModel::GeneralizedPartialCredit, 10, 3, 1), 1_500, (0.0, 1.0), 0.8, 2)
}

#[test]
fn the_log_posterior_never_falls() {
    let matrix = answers(&items(ItemModel::ThreePl, 15, 2, 1), 2_000, (0.0, 1.0), 0.9, 2);
    for algorithm in [Algorithm::Em, Algorithm::Squarem, Algorithm::QuasiNewton] {
        let mut plan = CalibrationPlan::uniform(ItemModel::ThreePl, matrix.items().len(), 1);
        plan.algorithm = algorithm;
        plan.grid = GridChoice::Stated(Grid::default());
        plan.cycles_max = 100;
        let found = run(&matrix, &plan);
        assert!(found.history.len() > 5);
        assert!(found.largest_fall < 1e-8, "{algorithm:?} {}", found.largest_fall);
    }
}

#[test]
fn every_algorithm_reaches_the_same_maximum() {
    let matrix = data();
    let mut plan = CalibrationPlan::uniform(ItemModel::GeneralizedPartialCredit, matrix.items().len(), 1);
    plan.tolerance = 1e-7;
    plan.grid = GridChoice::Stated(Grid::default());
    let quasi_newton = run(&matrix, &plan);
    for algorithm in [Algorithm::Em, Algorithm::Squarem] {
        plan.algorithm = algorithm;
        let other = run(&matrix, &plan);
        assert!((quasi_newton.log_likelihood - other.log_likelihood).abs() < 1e-6);
        assert!(quasi_newton.cycles() < 30, "{}", quasi_newton.cycles());
        for (a, b) in quasi_newton.items.iter().zip(&other.items) {
            for (x, y) in a.parameters.values().iter().zip(b.parameters.values()) {
                assert!((x - y).abs() < 1e-4, "{algorithm:?} {x} {y}");
            }
        }
    }
}

#[test]
fn the_order_of_examinees_and_items_does_not_matter() {
    let matrix = data();
    let count = matrix.items().len();
    let reversed = matrix.rebuilt(matrix.items().iter().rev().cloned().collect(), |_, item, score| {
        Some((count - 1 - item, score))
    });
    let backwards: Vec<usize> = (0..reversed.examinee_count()).rev().collect();
    let turned = reversed.selected(&backwards);
    let (a, b) = (fit(&matrix, ItemModel::Graded), fit(&turned, ItemModel::Graded));
    assert!((a.log_likelihood - b.log_likelihood).abs() < 1e-7);
    for (x, y) in a.items.iter().zip(b.items.iter().rev()) {
        for (x, y) in x.parameters.values().iter().zip(y.parameters.values()) {
            assert!((x - y).abs() < 1e-5);
        }
    }
}

#[test]
fn reversed_scores_reverse_the_slope() {
    let matrix = answers(&items(ItemModel::TwoPl, 8, 2, 1), 1_500, (0.0, 1.0), 1.0, 2);
    let recoded = matrix.rebuilt(matrix.items().to_vec(), |_, item, score| {
        Some((item, if item == 0 { 1 - score } else { score }))
    });
    let (a, b) = (fit(&matrix, ItemModel::TwoPl), fit(&recoded, ItemModel::TwoPl));
    assert!((a.log_likelihood - b.log_likelihood).abs() < 1e-7);
    let (x, y) = (a.items[0].parameters.values(), b.items[0].parameters.values());
    assert!((x[0] + y[0]).abs() < 1e-5 && (x[1] + y[1]).abs() < 1e-5);
}

#[test]
fn a_weight_is_a_repetition() {
    let matrix = answers(&items(ItemModel::TwoPl, 8, 2, 1), 600, (0.0, 1.0), 1.0, 2);
    let repeated: Vec<usize> = (0..600).flat_map(|examinee| vec![examinee; 1 + examinee % 3]).collect();
    let mut builder = ResponseBuilder::new(matrix.items().to_vec());
    for row in matrix.rows() {
        builder.push_parts(row.items, row.scores);
    }
    builder.weigh((0..600).map(|examinee| (1 + examinee % 3) as f64).collect());
    let (a, b) =
        (fit(&builder.finish(), ItemModel::TwoPl), fit(&matrix.selected(&repeated), ItemModel::TwoPl));
    assert!((a.log_likelihood - b.log_likelihood).abs() < 1e-7);
    assert!((a.examinees - b.examinees).abs() < 1e-9);
    for (x, y) in a.items.iter().zip(&b.items) {
        assert!((x.parameters.values()[0] - y.parameters.values()[0]).abs() < 1e-5);
    }
}

#[test]
fn fixed_parameters_stay_as_they_are_and_free_the_latent_distribution() {
    let truth = items(ItemModel::TwoPl, 12, 2, 1);
    let matrix = answers(&truth, 2_000, (0.5, 1.2), 1.0, 2);
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, truth.len(), 1);
    for (item, truth) in plan.items.iter_mut().zip(&truth).take(8) {
        item.fixed = Some(truth.clone());
    }
    let plan = CalibrationPlan::new(plan.items, 1);
    let found = run(&matrix, &plan);
    for (item, truth) in found.items.iter().zip(&truth).take(8) {
        assert_eq!(item.parameters, *truth);
    }
    assert!((found.groups[0].mean - 0.5).abs() < 0.15, "{}", found.groups[0].mean);
    assert!((found.groups[0].standard_deviation - 1.2).abs() < 0.15);
    assert_eq!(found.free_parameters, 4 * 2 + 2);
}

#[test]
fn the_result_is_the_same_bit_for_bit_with_one_thread_and_with_three() {
    let matrix = answers(&items(ItemModel::TwoPl, 20, 2, 1), 9_000, (0.0, 1.0), 0.7, 2);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let found = fit(&matrix, ItemModel::TwoPl);
            (
                found.log_likelihood.to_bits(),
                found.items.iter().map(|item| item.parameters.clone()).collect::<Vec<_>>(),
            )
        })
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn one_bad_item_does_not_sink_a_run() {
    let matrix = answers(&items(ItemModel::TwoPl, 8, 2, 1), 800, (0.0, 1.0), 1.0, 2);
    let mut names = matrix.items().to_vec();
    names.extend(["constant".to_owned(), "gap".to_owned(), "unseen".to_owned()]);
    let mut builder = ResponseBuilder::new(names);
    for (examinee, row) in matrix.rows().enumerate() {
        let mut answers: Vec<(u16, u8)> =
            row.iter().map(|(item, score)| (u16::try_from(item).unwrap(), score)).collect();
        answers.push((8, 1));
        answers.push((9, if examinee % 2 == 0 { 0 } else { 2 }));
        builder.push(&answers);
    }
    let with_bad = builder.finish();
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, 11, 1);
    plan.items[9] = calibration::ItemPlan::new(ItemModel::Graded);
    plan.tolerance = 1e-7;
    let found = run(&with_bad, &plan);
    assert_eq!(found.items[8].problem, Some(ItemProblem::NoVariance { score: 1 }));
    assert_eq!(found.items[9].problem, Some(ItemProblem::EmptyCategory { score: 1 }));
    assert_eq!(found.items[10].problem, Some(ItemProblem::NoAnswers));
    assert!((found.log_likelihood - fit(&matrix, ItemModel::TwoPl).log_likelihood).abs() < 1e-6);
}

#[test]
fn a_limit_reached_and_a_run_broken_off_say_so() {
    let matrix = data();
    let mut plan = CalibrationPlan::uniform(ItemModel::Graded, matrix.items().len(), 1);
    plan.cycles_max = 4;
    assert!(matches!(run(&matrix, &plan).convergence, Convergence::CycleLimit { cycles: 4.., .. }));
    let broken = calibrate(&matrix, &plan, &mut |_| ControlFlow::Break(())).unwrap();
    assert!(matches!(broken.convergence, Convergence::Cancelled { .. }));
}

/// Ten items, the last two of which have the same answers as each other: their common slope may rise without end.
fn with_twins(examinees: usize, seed: u64) -> ResponseMatrix {
    let matrix = answers(&items(ItemModel::TwoPl, 9, 2, 21), examinees, (0.0, 1.0), 1.0, seed);
    let mut builder = ResponseBuilder::new((0..10).map(|item| format!("item{item}")).collect());
    for row in matrix.rows() {
        let mut all: Vec<(u16, u8)> =
            (0..9).map(|item| (item, row.score(usize::from(item)).unwrap())).collect();
        all.push((9, all[8].1));
        builder.push(&all);
    }
    builder.finish()
}

#[test]
fn an_item_that_runs_away_is_held_and_the_others_have_their_standard_errors() {
    let found = fit(&with_twins(400, 3), ItemModel::TwoPl);
    assert!(found.converged(), "{:?}", found.convergence);
    let covariance = covariance(&found).unwrap();
    for (index, item) in found.items.iter().enumerate() {
        let twin = index >= 8;
        assert_eq!(item.undetermined().is_some(), twin, "{index} {item:?}");
        if twin {
            assert!((item.parameters.discrimination() - 25.0).abs() < 1e-9 && item.estimated == [false; 4]);
        } else {
            assert_eq!(covariance.undetermined(&found, index), None);
            assert!(covariance.item_errors(index).into_iter().flatten().all(|error| error < 1.0));
        }
    }
}

#[test]
fn a_stated_grid_that_is_too_coarse_is_noticed_and_the_default_is_fine_enough() {
    let matrix = answers(&items(ItemModel::TwoPl, 40, 2, 1), 1_500, (0.0, 1.0), 1.0, 2);
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, 40, 1);
    let fine = run(&matrix, &plan);
    assert!(fine.grid.spacing() <= 0.5 * fine.smallest_posterior_deviation);
    plan.grid = GridChoice::Stated(Grid::new(15, 6.0).unwrap());
    assert!(run(&matrix, &plan).grid_is_too_coarse());
}

#[test]
fn answers_without_common_variance_end_at_a_small_deviation_and_not_in_a_hole() {
    // Items that contradict each other: the likelihood rises as the latent variance goes to 0.
    let mut builder = ResponseBuilder::new(["a", "b", "c", "d"].map(str::to_owned).to_vec());
    for examinee in 0..60_u32 {
        let score = |item: u32| u8::from((examinee * 7 + item * 13) % 10 < 1 + examinee / 10 + item % 3);
        builder.push(&[(0, score(0)), (1, score(1)), (2, score(2)), (3, score(3))]);
    }
    let matrix = builder.finish();
    let found = fit(&matrix, ItemModel::Rasch);
    assert!(found.log_likelihood.is_finite() && found.log_likelihood < 0.0);
    assert!(found.groups[0].standard_deviation < 0.2, "{}", found.groups[0].standard_deviation);
    assert!(found.grid.len() <= 701, "{}", found.grid.len());
    let scores = found.scores(&matrix);
    assert!(scores.iter().all(|score| score.theta.is_finite() && score.standard_error.is_finite()));
    assert!(found.reliability(&matrix, &scores).empirical.is_finite());
}

#[test]
fn weights_of_a_histogram_count_as_parameters() {
    let matrix = answers(&items(ItemModel::TwoPl, 8, 2, 1), 800, (0.0, 1.0), 1.0, 2);
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, 8, 1);
    plan.shape = calibration::LatentShape::Histogram;
    plan.grid = GridChoice::Stated(Grid::new(21, 6.0).unwrap());
    (plan.cycles_max, plan.tolerance) = (30, 1e-3);
    // Weights sum to 1 and have mean 0 and variance 1.
    assert_eq!(run(&matrix, &plan).free_parameters, 16 + 21 - 3);
}

#[test]
fn a_matrix_without_items_is_refused() {
    let mut responses = ResponseBuilder::new(Vec::new());
    responses.push(&[]);
    let plan = CalibrationPlan::uniform(ItemModel::TwoPl, 0, 1);
    let refused = calibrate(&responses.finish(), &plan, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(refused, Err(CalibrationError::NoItems { .. })));
}
