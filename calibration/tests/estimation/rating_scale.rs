//! The rating-scale model: a partial credit model whose items have their steps in common.

use std::ops::ControlFlow;

use calibration::responses::{ResponseBuilder, ResponseMatrix};
use calibration::{
    Algorithm, Calibration, CalibrationPlan, ItemModel, ItemPlan, ItemProblem, calibrate, covariance,
};

use crate::simulated::{answers, items};

fn run(matrix: &ResponseMatrix, plan: &CalibrationPlan) -> Calibration {
    calibrate(matrix, plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn fit(matrix: &ResponseMatrix, model: ItemModel) -> Calibration {
    let mut plan = CalibrationPlan::uniform(model, matrix.items().len(), matrix.group_count());
    plan.tolerance = 1e-7;
    run(matrix, &plan)
}

fn steps(found: &Calibration, item: usize) -> Vec<f64> {
    found.items[item].parameters.conventional(None).b.iter().map(|step| step.value).collect()
}

fn location(found: &Calibration, item: usize) -> f64 {
    found.items[item].parameters.conventional(None).location.unwrap().value
}

fn data() -> ResponseMatrix {
    answers(&items(ItemModel::RatingScale, 8, 4, 1), 1_200, (0.3, 1.2), 0.8, 2)
}

#[test]
fn every_item_has_the_same_steps_around_its_location() {
    let found = fit(&data(), ItemModel::RatingScale);
    let relative = |item| steps(&found, item).iter().map(|b| b - location(&found, item)).collect::<Vec<_>>();
    let first = relative(0);
    assert!(first.iter().sum::<f64>().abs() < 1e-12 && first[2] > first[0]);
    for item in 1..8 {
        assert!(relative(item).iter().zip(&first).all(|(a, b)| (a - b).abs() < 1e-12));
    }
    assert_eq!(found.free_parameters, 8 + 2 + 1);
    assert!(found.largest_gradient < 1e-3 && found.largest_fall < 1e-8);
}

#[test]
fn it_is_nested_in_the_partial_credit_model() {
    // Answers of a partial credit model whose steps differ, so that the difference is one that shows.
    let mut truth = items(ItemModel::PartialCredit, 8, 4, 1);
    truth[0].values_mut()[2] += 1.5;
    let matrix = answers(&truth, 1_200, (0.0, 1.0), 0.8, 2);
    let (narrow, wide) = (fit(&matrix, ItemModel::RatingScale), fit(&matrix, ItemModel::PartialCredit));
    assert!(narrow.log_likelihood < wide.log_likelihood - 20.0);
    assert_eq!(wide.free_parameters - narrow.free_parameters, 7 * 2);
}

#[test]
fn items_that_are_exchangeable_have_the_estimates_of_the_partial_credit_model() {
    let plain = answers(&items(ItemModel::PartialCredit, 3, 4, 1), 300, (0.0, 1.0), 1.0, 2);
    let mut builder = ResponseBuilder::new(plain.items().to_vec());
    for row in plain.rows() {
        for turn in 0..3_u16 {
            let turned: Vec<(u16, u8)> =
                (0..3).map(|item| (item, row.scores[usize::from((item + turn) % 3)])).collect();
            builder.push(&turned);
        }
    }
    let matrix = builder.finish();
    let (narrow, wide) = (fit(&matrix, ItemModel::RatingScale), fit(&matrix, ItemModel::PartialCredit));
    assert!((narrow.log_likelihood - wide.log_likelihood).abs() < 1e-7);
    for (a, b) in steps(&narrow, 1).iter().zip(steps(&wide, 1)) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}

#[test]
fn with_two_scores_it_is_the_rasch_model_with_the_same_standard_errors() {
    let matrix = answers(&items(ItemModel::Rasch, 10, 2, 1), 800, (0.0, 1.3), 0.9, 2);
    let (scale, rasch) = (fit(&matrix, ItemModel::RatingScale), fit(&matrix, ItemModel::Rasch));
    assert!((scale.log_likelihood - rasch.log_likelihood).abs() < 1e-8);
    let (a, b) = (covariance(&scale).unwrap(), covariance(&rasch).unwrap());
    for item in 0..10 {
        assert!((steps(&scale, item)[0] - steps(&rasch, item)[0]).abs() < 1e-5);
        assert!((a.item_errors(item)[1].unwrap() - b.item_errors(item)[1].unwrap()).abs() < 1e-6);
    }
}

#[test]
fn every_algorithm_and_order_reaches_the_same_maximum() {
    let matrix = data();
    let best = fit(&matrix, ItemModel::RatingScale);
    assert!(best.cycles() < 30, "{}", best.cycles());
    let mut plan = CalibrationPlan::uniform(ItemModel::RatingScale, 8, 1);
    for algorithm in [Algorithm::Em, Algorithm::Squarem] {
        (plan.algorithm, plan.tolerance) = (algorithm, 1e-6);
        let other = run(&matrix, &plan);
        assert!((best.log_likelihood - other.log_likelihood).abs() < 1e-5, "{algorithm:?}");
        assert!(other.largest_fall < 1e-8, "{algorithm:?} {}", other.largest_fall);
    }
    let names = matrix.items().iter().rev().cloned().collect();
    let reversed = matrix.rebuilt(names, |_, item, score| Some((7 - item, score)));
    let backwards: Vec<usize> = (0..reversed.examinee_count()).rev().collect();
    let turned = fit(&reversed.selected(&backwards), ItemModel::RatingScale);
    assert!((best.log_likelihood - turned.log_likelihood).abs() < 1e-7);
    for item in 0..8 {
        assert!((location(&best, item) - location(&turned, 7 - item)).abs() < 1e-5);
    }
}

#[test]
fn an_item_with_another_highest_score_is_left_out_and_a_score_missing_on_one_item_is_not_missed() {
    let mut names = data().items().to_vec();
    names.extend(["wider", "constant"].map(str::to_owned));
    let matrix = data().rebuilt(names.clone(), |_, item, score| {
        // Nobody scores 1 on the first item.
        Some((item, if item == 0 && score == 1 { 2 } else { score }))
    });
    let mut builder = ResponseBuilder::new(names);
    for (examinee, row) in matrix.rows().enumerate() {
        let mut all: Vec<(u16, u8)> =
            row.iter().map(|(item, score)| (u16::try_from(item).unwrap(), score)).collect();
        all.extend([(8, u8::try_from(examinee % 6).unwrap()), (9, 3)]);
        builder.push(&all);
    }
    let found = fit(&builder.finish(), ItemModel::RatingScale);
    assert_eq!(found.items[8].problem, Some(ItemProblem::OtherRatingScale { highest: 5, scale: 3 }));
    assert_eq!(found.items[9].problem, Some(ItemProblem::NoVariance { score: 3 }));
    assert_eq!(found.items[0].problem, None);
    assert_eq!(steps(&found, 0).len(), 3);
    assert!((found.log_likelihood - fit(&matrix, ItemModel::RatingScale).log_likelihood).abs() < 1e-6);
}

#[test]
fn a_score_that_occurs_on_no_item_leaves_every_item_out() {
    let matrix = data();
    let gap =
        matrix.rebuilt(matrix.items().to_vec(), |_, item, score| Some((item, score.max(1) + score / 2)));
    let plan = CalibrationPlan::uniform(ItemModel::RatingScale, 8, 1);
    let refused = calibrate(&gap, &plan, &mut |_| ControlFlow::Continue(())).err().unwrap();
    assert!(refused.to_string().contains("no answer scores 0"), "{refused}");
}

#[test]
fn it_stands_beside_other_models_groups_and_items_that_are_held() {
    let truth = items(ItemModel::RatingScale, 12, 3, 4);
    let (first, second) =
        (answers(&truth, 1_500, (0.0, 1.0), 1.0, 5), answers(&truth, 1_500, (0.6, 1.2), 1.0, 6));
    let mut builder = ResponseBuilder::new(first.items().to_vec());
    for row in first.rows().chain(second.rows()) {
        builder.push_parts(row.items, row.scores);
    }
    let groups = (0..3_000).map(|examinee| u8::from(examinee >= 1_500)).collect();
    let matrix = builder.finish().with_groups(vec!["first".into(), "second".into()], groups);
    let mut plans = vec![ItemPlan::new(ItemModel::RatingScale); 12];
    for item in 8..12 {
        plans[item].fixed = Some(truth[item].clone());
    }
    plans[7] = ItemPlan::new(ItemModel::GeneralizedPartialCredit);
    let found = run(&matrix, &CalibrationPlan::new(plans, 2));
    for (item, truth) in found.items.iter().zip(&truth).skip(8) {
        assert_eq!(item.parameters, *truth);
    }
    // Two common parameters less one, a slope and two intercepts, seven locations, two latent distributions.
    assert_eq!(found.free_parameters, 7 + 1 + 3 + 4);
    let errors = covariance(&found).unwrap();
    let [mean_error, _] = errors.latent_errors(1, found.groups[1].standard_deviation);
    assert!((found.groups[1].mean - 0.6).abs() < 4.0 * mean_error.unwrap(), "{}", found.groups[1].mean);
}
