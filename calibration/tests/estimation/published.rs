//! The tabulated LSAT sections against published estimates.

use std::ops::ControlFlow;

use calibration::responses::{ReadOptions, ResponseMatrix, read_responses};
use calibration::{Calibration, CalibrationPlan, Grid, GridChoice, ItemModel, calibrate, covariance};

/// A tabulated data set: the pattern counts are sampling weights.
fn table(text: &str) -> ResponseMatrix {
    let body: String =
        text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let options = ReadOptions { weight: Some("count".into()), ..ReadOptions::default() };
    read_responses(body.as_bytes(), &options).unwrap()
}

fn fit(matrix: &ResponseMatrix, model: ItemModel) -> Calibration {
    let mut plan = CalibrationPlan::uniform(model, matrix.items().len(), 1);
    plan.grid = GridChoice::Stated(Grid::default());
    plan.tolerance = 1e-7;
    calibrate(matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn lsat6_with_a_common_slope_agrees_with_rizopoulos_2006() {
    // D. Rizopoulos, ltm: an R package for latent variable modelling and item response theory analyses, Journal of
    // Statistical Software 17(5), 2006, section 3.1: discrimination 0.755, log-likelihood -2466.938.
    let found = fit(&table(include_str!("../golden/lsat6.csv")), ItemModel::OnePl);
    assert!((found.log_likelihood - -2466.938).abs() < 5e-4);
    let difficulties = [-3.615, -1.322, -0.3176, -1.730, -2.780];
    for (item, expected) in found.items.iter().zip(difficulties) {
        let [a, d, ..] = item.parameters.values() else { panic!("a slope and an intercept") };
        assert!((a - 0.755).abs() < 5e-4, "{a}");
        assert!((-d / a - expected).abs() < 1e-3, "{} {}", item.id, -d / a);
    }
}

#[test]
fn lsat6_with_free_variance_is_the_same_model() {
    let matrix = table(include_str!("../golden/lsat6.csv"));
    let (rasch, common) = (fit(&matrix, ItemModel::Rasch), fit(&matrix, ItemModel::OnePl));
    assert!((rasch.log_likelihood - common.log_likelihood).abs() < 1e-5);
    let slope = common.items[0].parameters.values()[0];
    assert!((rasch.groups[0].standard_deviation - slope).abs() < 1e-4);
    assert_eq!((rasch.free_parameters, common.free_parameters), (6, 6));
}

#[test]
fn lsat7_with_free_slopes_agrees_with_chalmers_2012() {
    // R. P. Chalmers, mirt: a multidimensional item response theory package for the R environment, Journal of
    // Statistical Software 48(6), 2012, section 4.1: slopes, intercepts, log-likelihood -2658.805.
    let found = fit(&table(include_str!("../golden/lsat7.csv")), ItemModel::TwoPl);
    assert!((found.log_likelihood - -2658.805).abs() < 1e-3);
    let published = [(0.988, 1.856), (1.081, 0.808), (1.706, 1.804), (0.765, 0.486), (0.736, 1.855)];
    for (item, (slope, intercept)) in found.items.iter().zip(published) {
        let [a, d, ..] = item.parameters.values() else { panic!("a slope and an intercept") };
        assert!((a - slope).abs() < 2e-3 && (d - intercept).abs() < 2e-3, "{} {a} {d}", item.id);
    }
    assert!((found.aic() - 5337.610).abs() < 2e-3, "{}", found.aic());
}

#[test]
fn standard_errors_shrink_with_the_root_of_the_weights() {
    let matrix = table(include_str!("../golden/lsat6.csv"));
    let body: String = include_str!("../golden/lsat6.csv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .enumerate()
        .map(|(index, line)| {
            let (answers, count) = line.rsplit_once(',').unwrap();
            let count =
                if index == 0 { count.to_owned() } else { (4 * count.parse::<u32>().unwrap()).to_string() };
            format!("{answers},{count}\n")
        })
        .collect();
    let once = covariance(&fit(&matrix, ItemModel::TwoPl)).unwrap();
    let fourfold = covariance(&fit(&table(&body), ItemModel::TwoPl)).unwrap();
    for item in 0..5 {
        for (one, four) in once.item_errors(item).into_iter().zip(fourfold.item_errors(item)) {
            if let (Some(one), Some(four)) = (one, four) {
                assert!((one / four - 2.0).abs() < 1e-4);
            }
        }
    }
}
