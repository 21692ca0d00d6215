//! M2 on answers that the model made, and on answers of another model.

use std::ops::ControlFlow;

use calibration::model_fit::{Margins, limited_information_fit};
use calibration::{CalibrationPlan, ItemModel, calibrate};

use crate::simulated::{answers, items};

fn m2(true_model: ItemModel, fitted: ItemModel, seed: u64) -> (f64, f64) {
    let matrix = answers(&items(true_model, 10, 2, 40), 1_500, (0.0, 1.0), 1.0, seed);
    let plan = CalibrationPlan::uniform(fitted, 10, 1);
    let found = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
    let fit = limited_information_fit(&found, &matrix, Margins::Scores).unwrap();
    (fit.statistic, fit.degrees_of_freedom as f64)
}

#[test]
fn m2_averages_its_degrees_of_freedom_where_the_model_holds() {
    let found: Vec<(f64, f64)> = (0..20).map(|seed| m2(ItemModel::TwoPl, ItemModel::TwoPl, seed)).collect();
    let df = found[0].1;
    let mean = found.iter().map(|fit| fit.0).sum::<f64>() / 20.0;
    // The mean of 20 chi-squared values has standard error √(2 df / 20).
    let allowed = 4.0 * (2.0 * df / 20.0).sqrt();
    assert_eq!(df, 55.0 - 20.0);
    assert!((mean - df).abs() < allowed, "{mean} {df} {allowed}");
}

#[test]
fn one_slope_for_all_does_not_fit_items_of_many() {
    let (statistic, df) = m2(ItemModel::TwoPl, ItemModel::OnePl, 7);
    assert!(statistic > df + 4.0 * (2.0 * df).sqrt(), "{statistic} {df}");
}

#[test]
fn the_polytomous_forms_average_their_degrees_of_freedom_where_the_model_holds() {
    for model in [ItemModel::GeneralizedPartialCredit, ItemModel::Graded, ItemModel::PartialCredit] {
        for margins in [Margins::Scores, Margins::CategoriesAndScores] {
            let fits: Vec<(f64, f64)> = (0..16)
                .map(|seed| {
                    let matrix = answers(&items(model, 8, 3, 41), 1_000, (0.0, 1.0), 1.0, 100 + seed);
                    let plan = CalibrationPlan::uniform(model, 8, 1);
                    let found = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
                    let fit = limited_information_fit(&found, &matrix, margins).unwrap();
                    (fit.statistic, fit.degrees_of_freedom as f64)
                })
                .collect();
            let df = fits[0].1;
            let mean = fits.iter().map(|fit| fit.0).sum::<f64>() / 16.0;
            assert!((mean - df).abs() < 4.0 * (2.0 * df / 16.0).sqrt(), "{model:?} {margins:?}: {mean} {df}");
        }
    }
}
