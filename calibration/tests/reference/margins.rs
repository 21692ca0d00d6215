//! M2, M2*, C2, RMSEA and SRMSR.

use std::ops::ControlFlow;

use calibration::model_fit::{Margins, limited_information_fit};
use calibration::{ItemModel, calibrate};

use crate::data::{Case, case, number, root};

/// How far the statistic may be from the reference, relative to it; `None` where the two are not the same quantity.
///
/// `margins_by_hand` shows what the reference does otherwise: it leaves an estimated latent variance out of the
/// derivatives, takes a wrong one for the slope of partial-credit items, and those of the two-parameter model with
/// guessing. Where none of the three is at play, the two agree to eight digits. With missing answers it keeps them in.
fn tolerance(case: &Case, margins: Margins) -> Option<f64> {
    match (case.plan.items[0].model, margins) {
        _ if case.name.starts_with("conspiracist_beliefs") => None,
        (ItemModel::GeneralizedPartialCredit, _) | (ItemModel::PartialCredit, Margins::Scores) => None,
        (ItemModel::ThreePl | ItemModel::FourPl, _) => Some(2e-2),
        (ItemModel::PartialCredit | ItemModel::RatingScale, _) => Some(5e-3),
        (ItemModel::Rasch, _) if case.name.starts_with("mobility") => Some(5e-2),
        (ItemModel::Rasch, _) if case.name.starts_with("fraction") => Some(2e-2),
        (ItemModel::Rasch, _) => Some(1e-3),
        _ => Some(1e-5),
    }
}

fn check(dataset: &str, name: &str, margins: Margins) {
    let Some(root) = root() else { return };
    let case = case(&root, dataset, name);
    let found = calibrate(&case.matrix, &case.plan, &mut |_| ControlFlow::Continue(())).unwrap();
    let expected = match margins {
        Margins::Scores => &case.json["M2"],
        Margins::CategoriesAndScores => &case.json["C2"],
    };
    let fit = limited_information_fit(&found, &case.matrix, margins).unwrap();
    let statistic = number(expected, "M2").unwrap();
    let gap = (fit.statistic / statistic - 1.0).abs();
    println!("{} {margins:?}: {} {statistic} ({gap:.1e})", case.name, fit.statistic);
    assert_eq!(fit.degrees_of_freedom as f64, number(expected, "df").unwrap(), "{}", case.name);
    let srmsr = number(expected, "SRMSR").unwrap();
    let rounding = if case.matrix.answer_count() < case.matrix.items().len() * case.matrix.examinee_count() {
        1e-2
    } else {
        2e-4
    };
    assert!((fit.srmsr - srmsr).abs() < rounding, "{} SRMSR: {} {srmsr}", case.name, fit.srmsr);
    let Some(tolerance) = tolerance(&case, margins) else { return };
    assert!(gap < tolerance, "{}: {} {statistic}", case.name, fit.statistic);
    let rmsea = number(expected, "RMSEA").unwrap();
    assert!((fit.rmsea - rmsea).abs() < tolerance, "{} RMSEA: {} {rmsea}", case.name, fit.rmsea);
    // The reference's null model is ours but for its rounding, and in M2* of items with more scores, where it takes one
    // direction a category from margins that have one an item.
    let comparable = margins == Margins::CategoriesAndScores || !case.plan.items[0].model.is_polytomous();
    for (key, value) in [("TLI", fit.tli), ("CFI", fit.cfi)].into_iter().filter(|_| comparable) {
        let index = number(expected, key).unwrap();
        assert!((value - index).abs() < tolerance.max(1e-4), "{} {key}: {value} {index}", case.name);
    }
    // For the interval the reference divides by N where it divides by N − 1 for the value.
    for (key, value) in ["RMSEA_5", "RMSEA_95"].into_iter().zip(fit.rmsea_interval) {
        let bound = number(expected, key).unwrap();
        assert!((value - bound).abs() < tolerance.max(3e-4), "{} {key}: {value} {bound}", case.name);
    }
}

#[test]
fn dichotomous() {
    for (dataset, names) in [
        ("lsat6", &["1pl", "2pl", "rasch"][..]),
        ("lsat7", &["2pl", "rasch"]),
        ("wirs", &["2pl", "rasch"]),
        ("abortion", &["1pl", "2pl"]),
        ("mobility", &["2pl", "rasch"]),
        ("deayala", &["1pl", "2pl", "rasch"]),
        ("fims_aus_jpn", &["2pl", "rasch", "3pl_norm"]),
        ("fraction_subtraction", &["1pl", "2pl", "rasch"]),
        ("sat12", &["2pl", "rasch", "3pl_norm", "3pl_full", "4pl_full"]),
        ("verbal_aggression", &["1pl_dichotomised", "2pl_dichotomised", "rasch_dichotomised"]),
    ] {
        for name in names {
            check(dataset, name, Margins::Scores);
        }
    }
}

#[test]
fn polytomous() {
    for (dataset, names) in [
        ("environment", &["grm", "gpcm", "pcm"][..]),
        ("verbal_aggression", &["grm", "gpcm", "pcm"]),
        ("conspiracist_beliefs", &["grm"]),
    ] {
        for name in names {
            check(dataset, name, Margins::Scores);
            check(dataset, name, Margins::CategoriesAndScores);
        }
    }
    for name in ["grm", "gpcm", "pcm", "rsm"] {
        check("science", name, Margins::CategoriesAndScores);
    }
}
