//! Groups far apart and wide distributions: the grid that nobody stated reaches them, and a stated one that does not says so.

use std::ops::ControlFlow;

use calibration::responses::{ResponseBuilder, ResponseMatrix};
use calibration::{
    Calibration, CalibrationPlan, Grid, GridChoice, GridWarning, ItemModel, ItemParameters, calibrate,
    covariance,
};

use crate::simulated::{answers, items};

fn run(matrix: &ResponseMatrix, plan: &CalibrationPlan) -> Calibration {
    calibrate(matrix, plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// Mean, standard deviation and the items that a grade answers.
const GRADES: [(f64, f64, std::ops::Range<u16>); 3] =
    [(0.0, 1.0, 0..20), (2.0, 1.2, 10..30), (4.0, 1.2, 20..40)];
const EXAMINEES: usize = 1_000;

/// Forty items from −2.5 to 6 logits, of which neighbouring grades share ten.
fn ladder() -> Vec<ItemParameters> {
    let mut ladder = items(ItemModel::TwoPl, 40, 2, 5);
    for (place, item) in ladder.iter_mut().enumerate() {
        let slope = item.values()[0];
        item.values_mut()[1] = -slope * (-2.5 + 8.5 * place as f64 / 39.0);
    }
    ladder
}

fn vertical_design(truth: &[ItemParameters]) -> ResponseMatrix {
    let mut builder = ResponseBuilder::new((0..truth.len()).map(|item| format!("item{item}")).collect());
    for (grade, (mean, deviation, given)) in GRADES.into_iter().enumerate() {
        let all = answers(truth, EXAMINEES, (mean, deviation), 1.0, 50 + grade as u64);
        for row in all.rows() {
            let own: Vec<(u16, u8)> =
                given.clone().map(|item| (item, row.score(usize::from(item)).unwrap())).collect();
            builder.push(&own);
        }
    }
    let names = ["g3", "g5", "g8"].map(str::to_owned).to_vec();
    builder.finish().with_groups(names, (0..3 * EXAMINEES).map(|e| (e / EXAMINEES) as u8).collect())
}

#[test]
fn grades_far_apart_have_their_means_and_the_hardest_items_their_difficulties() {
    let truth = ladder();
    let matrix = vertical_design(&truth);
    let found = run(&matrix, &CalibrationPlan::uniform(ItemModel::TwoPl, truth.len(), 3));
    assert!(found.converged() && found.grid_warnings().is_empty(), "{:?}", found.grid_warnings());
    let covariance = covariance(&found).unwrap();
    for (index, (mean, deviation, _)) in GRADES.into_iter().enumerate().skip(1) {
        let group = &found.groups[index];
        assert!(found.grid.bounds().1 >= group.mean + 5.0 * group.standard_deviation);
        let [mean_error, variance_error] = covariance.latent_errors(index, group.standard_deviation);
        let off = (group.mean - mean) / mean_error.unwrap();
        assert!(off.abs() < 4.0, "{off} errors: {group:?}");
        let off = (group.standard_deviation.powi(2) - deviation * deviation) / variance_error.unwrap();
        assert!(off.abs() < 4.0, "{off} errors: {group:?}");
    }
    for (index, (item, truth)) in found.items.iter().zip(&truth).enumerate().skip(30) {
        for (slot, error) in covariance.item_errors(index).into_iter().enumerate() {
            let Some(error) = error else { continue };
            let off = (item.parameters.values()[slot] - truth.values()[slot]) / error;
            assert!(off.abs() < 4.5, "item {index}, slot {slot}: {off} errors");
        }
    }
    // Scores rest on the same grid: their mean is the group's, within the noise of the examinees drawn.
    let scores = found.scores(&matrix);
    let mean = scores[2 * EXAMINEES..].iter().map(|score| score.theta).sum::<f64>() / EXAMINEES as f64;
    assert!((mean - found.groups[2].mean).abs() < 0.01, "{mean} {}", found.groups[2].mean);
}

#[test]
fn a_wide_distribution_has_its_variance_and_no_slope_of_the_printed_likelihood_is_left() {
    let truth = items(ItemModel::Rasch, 30, 2, 9);
    for deviation in [3.0, 4.0] {
        let matrix = answers(&truth, 3_000, (0.0, deviation), 1.0, 10);
        let mut plan = CalibrationPlan::uniform(ItemModel::Rasch, truth.len(), 1);
        let found = run(&matrix, &plan);
        assert!(found.converged() && found.grid_warnings().is_empty(), "{:?}", found.grid_warnings());
        let [_, error] = covariance(&found).unwrap().latent_errors(0, found.groups[0].standard_deviation);
        let off = (found.groups[0].standard_deviation.powi(2) - deviation * deviation) / error.unwrap();
        assert!(off.abs() < 4.0, "{off} errors: {}", found.groups[0].standard_deviation);
        // Nodes much further out change nothing: what lies beyond five deviations is nothing.
        plan.grid = GridChoice::Stated(Grid::new(401, 40.0).unwrap());
        let wider = run(&matrix, &plan);
        let gap = found.groups[0].standard_deviation - wider.groups[0].standard_deviation;
        assert!(gap.abs() < 1e-4, "{gap}");
        assert!((found.log_likelihood - wider.log_likelihood).abs() < 0.05);
    }
}

#[test]
fn a_stated_grid_that_cuts_a_group_off_says_which_and_how_much() {
    let truth = ladder();
    let matrix = vertical_design(&truth);
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, truth.len(), 3);
    plan.grid = GridChoice::Stated(Grid::default());
    let found = run(&matrix, &plan);
    assert_eq!(found.grid, Grid::default());
    let warnings = found.grid_warnings();
    let cut: Vec<&GridWarning> =
        warnings.iter().filter(|warning| matches!(warning, GridWarning::CutsOff { .. })).collect();
    assert!(
        matches!(cut[..], [GridWarning::CutsOff { group, share, .. }] if group == "group g8" && *share > 1e-3),
        "{cut:?}"
    );
    assert!(!found.groups[0].is_cut_off() && found.groups[0].share_beyond_nodes < 1e-8);
}

#[test]
fn examinees_beyond_a_held_distribution_are_reached() {
    // Five examinees who answer like no one of N(0, 1): hundreds of hard items, all but a few right.
    let mut truth = items(ItemModel::TwoPl, 200, 2, 5);
    for (place, item) in truth.iter_mut().enumerate() {
        let slope = item.values()[0];
        item.values_mut()[1] = -slope * (2.0 + 7.0 * place as f64 / 199.0);
    }
    let matrix = answers(&truth, 5, (7.5, 0.1), 1.0, 3);
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, truth.len(), 1);
    for (item, truth) in plan.items.iter_mut().zip(&truth) {
        item.fixed = Some(truth.clone());
    }
    plan.groups[0] = calibration::GroupPlan::STANDARD;
    let found = run(&matrix, &plan);
    let scores = found.scores(&matrix);
    assert!(found.grid.bounds().1 >= 8.0 && found.grid.bounds().0 == -6.0, "{:?}", found.grid);
    assert!(scores.iter().all(|score| score.theta > 6.2), "{scores:?}");
}

#[test]
fn a_grid_that_may_not_grow_says_why() {
    let truth = items(ItemModel::Rasch, 6, 2, 9);
    let mut builder = ResponseBuilder::new((0..6).map(|item| format!("item{item}")).collect());
    // All right or all wrong but for one examinee an item: the variance has no finite maximum to speak of.
    for examinee in 0..400_u16 {
        let score = u8::from(examinee % 2 == 0);
        builder.push(&std::array::from_fn::<_, 6, _>(|item| {
            (item as u16, score ^ u8::from(examinee == item as u16))
        }));
    }
    let matrix = builder.finish();
    let found = run(&matrix, &CalibrationPlan::uniform(ItemModel::Rasch, truth.len(), 1));
    assert_eq!(found.grid_limit, Some(calibration::GridLimit::Range), "{:?} {:?}", found.grid, found.groups);
    assert!(found.grid_warnings()[0].to_string().contains("beyond 40 logits"), "{:?}", found.grid_warnings());
}
