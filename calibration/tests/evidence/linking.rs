//! Linking undoes a change of scale, and drift is what it leaves.

use std::ops::ControlFlow;

use calibration::drift::parameter_drift;
use calibration::linking::{
    CommonItem, Constants, Direction, LinkingError, LinkingMethod, Outliers, ParameterCovariance, Side,
    Symmetry, check_anchors, directions, directions_from_covariance, directions_from_standard_errors, link,
    link_errors,
};
use item_bank::StandardErrors;
use proptest::prelude::*;

use calibration::{
    Calibration, CalibrationPlan, Covariance, ItemModel, ItemParameters, calibrate, covariance,
};

use crate::simulated::{answers, items};

const METHODS: [LinkingMethod; 7] = [
    LinkingMethod::MeanMean,
    LinkingMethod::MeanGeometricMean,
    LinkingMethod::MeanSigma,
    LinkingMethod::Haebara(Symmetry::StayingScale),
    LinkingMethod::Haebara(Symmetry::BothScales),
    LinkingMethod::StockingLord(Symmetry::StayingScale),
    LinkingMethod::StockingLord(Symmetry::BothScales),
];

fn common(model: ItemModel, categories: usize, constants: Constants, seed: u64) -> Vec<CommonItem> {
    let moved = |from: calibration::ItemParameters| constants.item(&from);
    items(model, 12, categories, seed)
        .into_iter()
        .enumerate()
        .map(|(item, from)| CommonItem { id: format!("item{item}"), to: moved(from.clone()), from })
        .collect()
}

/// Standard errors of every common item on the scale that is moved and the one that stays.
fn both_sides(common: &[CommonItem], errors: [StandardErrors; 2]) -> Vec<Direction> {
    let sides = [Side::From, Side::To].into_iter().zip(errors);
    sides
        .flat_map(|(side, errors)| directions_from_standard_errors(common, &vec![errors; common.len()], side))
        .collect()
}

/// The items of two calibrations as a bank holds them, and both covariance matrices, written and read again.
fn through_files(found: [&Calibration; 2], of: [&Covariance; 2]) -> (Vec<CommonItem>, Vec<Direction>) {
    let bank = |found: &Calibration, item: usize| {
        ItemParameters::from_response_model(&found.items[item].parameters.response_model().unwrap())
    };
    let common: Vec<CommonItem> = (0..found[0].items.len())
        .map(|item| CommonItem {
            id: found[0].items[item].id.clone(),
            from: bank(found[0], item),
            to: bank(found[1], item),
        })
        .collect();
    let sides = [Side::From, Side::To].into_iter().zip(found.into_iter().zip(of));
    let directions = sides.flat_map(|(side, (found, covariance))| {
        let text = ParameterCovariance::new(found, covariance).unwrap().to_csv();
        let read = ParameterCovariance::from_csv(&text).unwrap();
        directions_from_covariance(&common, &read, side).unwrap()
    });
    let directions = directions.collect();
    (common, directions)
}

#[test]
fn covariances_from_files_give_the_errors_that_the_calibrations_give() {
    let mut compared = 0;
    for (model, categories) in [
        (ItemModel::TwoPl, 2),
        (ItemModel::OnePl, 2),
        (ItemModel::ThreePl, 2),
        (ItemModel::Graded, 3),
        (ItemModel::GeneralizedPartialCredit, 3),
        (ItemModel::RatingScale, 3),
        (ItemModel::Nominal, 3),
    ] {
        let truth = items(model, 8, categories, 5);
        let examinees = if model == ItemModel::ThreePl { 4_000 } else { 1_000 };
        let fit = |ability: (f64, f64), seed: u64| {
            let plan = CalibrationPlan::uniform(model, truth.len(), 1);
            let matrix = answers(&truth, examinees, ability, 1.0, seed);
            calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap()
        };
        let (x, y) = (fit((0.0, 1.0), 1), fit((0.4, 1.2), 2));
        // A small sample need not tell every parameter from the others.
        let [Some(from), Some(to)] = [&x, &y].map(covariance) else { continue };
        compared += 1;
        let (common, by_file) = through_files([&x, &y], [&from, &to]);
        let method = LinkingMethod::Haebara(Symmetry::StayingScale);
        let found = link_errors(&common, method, &by_file).unwrap();
        // The same from the slots that were estimated.
        let slots: Vec<CommonItem> = (0..truth.len())
            .map(|item| CommonItem {
                id: x.items[item].id.clone(),
                from: x.items[item].parameters.clone(),
                to: y.items[item].parameters.clone(),
            })
            .collect();
        let columns: Vec<(usize, usize)> = (0..truth.len()).map(|item| (item, item)).collect();
        let direct = link_errors(&slots, method, &directions((&from, &to), &columns).unwrap()).unwrap();
        for (a, b) in [(found.slope, direct.slope), (found.intercept, direct.intercept)] {
            assert!((a - b).abs() <= 1e-3 * b, "{model}: {found:?} {direct:?}");
        }
    }
    assert!(compared >= 5, "{compared}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn linking_finds_the_change_of_scale_that_was_made(
        slope in 0.6..1.6,
        intercept in -1.5..1.5,
        seed in 0_u64..1_000,
    ) {
        let constants = Constants { slope, intercept };
        for (model, categories) in [
            (ItemModel::TwoPl, 2),
            (ItemModel::ThreePl, 2),
            (ItemModel::Graded, 4),
            (ItemModel::GeneralizedPartialCredit, 3),
            (ItemModel::Nominal, 3),
        ] {
            let common = common(model, categories, constants, seed);
            for method in METHODS {
                if model == ItemModel::Nominal && matches!(
                    method,
                    LinkingMethod::MeanMean | LinkingMethod::MeanGeometricMean | LinkingMethod::MeanSigma
                ) {
                    prop_assert_eq!(link(&common, method), Err(LinkingError::NoLocations));
                    continue;
                }
                let found = link(&common, method).unwrap().constants;
                prop_assert!((found.slope - slope).abs() < 1e-6, "{model} {method:?} {found:?} {constants:?}");
                prop_assert!((found.intercept - intercept).abs() < 1e-6, "{model} {method:?} {found:?}");
            }
        }
    }

    #[test]
    fn the_way_back_undoes_a_change_of_scale(slope in 0.5..2.0, intercept in -2.0..2.0, theta in -4.0..4.0) {
        let constants = Constants { slope, intercept };
        prop_assert!((constants.inverse().ability(constants.ability(theta)) - theta).abs() < 1e-12);
    }
}

#[test]
fn scales_without_free_slopes_keep_their_unit() {
    let constants = Constants { slope: 1.0, intercept: 0.7 };
    let common = common(ItemModel::Rasch, 2, constants, 3);
    for method in METHODS {
        let found = link(&common, method).unwrap().constants;
        assert_eq!(found.slope, 1.0);
        assert!((found.intercept - 0.7).abs() < 1e-8, "{method:?} {found:?}");
    }
}

#[test]
fn an_item_that_drifted_is_named_and_left_out_where_that_is_asked() {
    let constants = Constants { slope: 1.1, intercept: 0.3 };
    let mut common = common(ItemModel::TwoPl, 2, constants, 4);
    common[5].to.values_mut()[1] += 1.2;
    let method = LinkingMethod::StockingLord(Symmetry::StayingScale);
    let of_all = link(&common, method).unwrap();
    assert!((of_all.constants.intercept - 0.3).abs() > 0.02);
    let (kept, checks) = check_anchors(&common, method, 2.7, Outliers::Kept).unwrap();
    assert_eq!(kept, of_all);
    assert!(checks[5].outlying && checks.iter().all(|check| !check.left_out));
    let (found, checks) = check_anchors(&common, method, 2.7, Outliers::LeftOut).unwrap();
    assert!((found.constants.slope - 1.1).abs() < 1e-6 && (found.constants.intercept - 0.3).abs() < 1e-6);
    assert!(checks.iter().enumerate().all(|(item, check)| check.left_out == (item == 5)));
    let errors = StandardErrors { a: vec![Some(0.1)], b: vec![Some(0.1)], ..StandardErrors::default() };
    let directions = both_sides(&common, [errors.clone(), errors]);
    let drift = parameter_drift(&common, found.constants, &directions);
    let wald = |item: usize| drift[item].wald.unwrap();
    assert!(drift[5].root_mean_square > 0.1 && wald(5).adjusted_probability < 1e-4, "{:?}", drift[5]);
    assert!((0..12).filter(|&item| item != 5).all(|item| wald(item).statistic < 1e-6));
    assert_eq!(wald(5).degrees_of_freedom, 2);
}

#[test]
fn too_few_or_different_items_are_refused() {
    let all = common(ItemModel::TwoPl, 2, Constants::IDENTITY, 5);
    let method = LinkingMethod::MeanSigma;
    assert_eq!(link(&all[..1], method), Err(LinkingError::TooFewItems { needed: 2, found: 1 }));
    let mut mixed = all.clone();
    mixed[3].to = items(ItemModel::Graded, 1, 3, 1).remove(0);
    let error = link(&mixed, method).unwrap_err().to_string();
    assert_eq!(error, "item \"item3\" is 2pl with 2 categories on one scale and grm with 3 on the other");
}

#[test]
fn standard_errors_of_mean_mean_are_those_of_the_formula() {
    let common = common(ItemModel::TwoPl, 2, Constants { slope: 1.2, intercept: -0.4 }, 6);
    let errors =
        |a: f64, b: f64| StandardErrors { a: vec![Some(a)], b: vec![Some(b)], ..StandardErrors::default() };
    let directions = both_sides(&common, [errors(0.1, 0.15), errors(0.05, 0.2)]);
    let found = link_errors(&common, LinkingMethod::MeanMean, &directions).unwrap();
    let mean = |read: &dyn Fn(&CommonItem) -> f64| common.iter().map(read).sum::<f64>() / 12.0;
    let (x, y) = (mean(&|item| item.from.values()[0]), mean(&|item| item.to.values()[0]));
    let b = mean(&|item| -item.from.values()[1] / item.from.values()[0]);
    // Variances of the means of twelve independent slopes and difficulties, by the delta method.
    let slope = (0.01 / (y * y) + 0.0025 * x * x / y.powi(4)) / 12.0;
    let intercept = (0.04 + 1.44 * 0.0225) / 12.0 + b * b * slope;
    assert!((found.slope - slope.sqrt()).abs() < 1e-6, "{found:?} {}", slope.sqrt());
    assert!((found.intercept - intercept.sqrt()).abs() < 1e-6, "{found:?} {}", intercept.sqrt());
    assert!((found.covariance + b * slope).abs() < 1e-6, "{found:?}");
}
