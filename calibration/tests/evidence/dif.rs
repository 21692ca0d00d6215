//! Differential functioning of one item among items that work alike.

use calibration::dif::{
    Anchors, DifClass, DifError, GroupPair, Matching, ModelTestKind, ModelledGroups, logistic_dif,
    mantel_haenszel, model_tests, polytomous_dif, purified_strata, strata,
};
use calibration::responses::{ResponseBuilder, ResponseMatrix};
use calibration::{CalibrationPlan, Grid, GridChoice, GridWarning, ItemModel, ItemParameters};

use crate::simulated::{answers, items};

const ITEMS: usize = 12;
const STUDIED: usize = 4;

/// Two groups, the focal one half a logit lower; the studied item is `shift` logits of intercept harder for it.
fn two_groups(model: ItemModel, categories: usize, shift: f64) -> ResponseMatrix {
    let reference = items(model, ITEMS, categories, 21);
    let mut focal: Vec<ItemParameters> = reference.clone();
    focal[STUDIED].values_mut()[1..categories].iter_mut().for_each(|value| *value -= shift);
    let groups =
        [answers(&reference, 1_200, (0.0, 1.0), 1.0, 22), answers(&focal, 1_200, (-0.5, 1.0), 1.0, 23)];
    let mut builder = ResponseBuilder::new(groups[0].items().to_vec());
    for row in groups.iter().flat_map(ResponseMatrix::rows) {
        builder.push_parts(row.items, row.scores);
    }
    let of = (0..2_400).map(|examinee| u8::from(examinee >= 1_200)).collect();
    builder.finish().with_groups(vec!["reference".to_owned(), "focal".to_owned()], of)
}

fn pair(matrix: &ResponseMatrix) -> GroupPair {
    GroupPair::new(matrix, ("reference", "focal"), GroupPair::EXAMINEES_MIN).unwrap()
}

#[test]
fn a_large_difference_is_class_c_and_the_others_are_not() {
    let matrix = two_groups(ItemModel::TwoPl, 2, 1.0);
    let all: Vec<usize> = (0..ITEMS).collect();
    let kept = purified_strata(&matrix, pair(&matrix), &all);
    assert!(!kept.contains(&STUDIED) && kept.len() >= ITEMS - 2, "{kept:?}");
    let matching = Matching::TotalScore(kept);
    for item in all {
        let strata = strata(&matrix, pair(&matrix), &matching, item);
        let found = mantel_haenszel(&matrix, pair(&matrix), item, &strata).unwrap();
        let logistic = logistic_dif(&matrix, pair(&matrix), item, &strata).unwrap();
        assert_eq!(found.class() == DifClass::C, item == STUDIED, "{item}: {found:?}");
        if item == STUDIED {
            assert!(
                found.delta < -1.5 && logistic.uniform_probability < 1e-6 && logistic.coefficients[2] < 0.0
            );
        }
    }
}

#[test]
fn a_polytomous_item_harder_for_the_focal_group_has_a_negative_difference() {
    let matrix = two_groups(ItemModel::PartialCredit, 3, 1.2);
    let matching = Matching::TotalScore((0..ITEMS).collect());
    for item in 0..ITEMS {
        let strata = strata(&matrix, pair(&matrix), &matching, item);
        assert!(mantel_haenszel(&matrix, pair(&matrix), item, &strata).is_none());
        let found = polytomous_dif(&matrix, pair(&matrix), item, &strata).unwrap();
        assert_eq!(found.degrees_of_freedom, 2);
        if item == STUDIED {
            assert!(found.effect_size < -0.25 && found.class() == DifClass::C, "{found:?}");
        } else {
            assert!(found.class() != DifClass::C, "{item}: {found:?}");
        }
    }
}

#[test]
fn tests_with_the_model_find_the_item_and_its_anchors() {
    let matrix = two_groups(ItemModel::TwoPl, 2, 0.8);
    let plan = CalibrationPlan::uniform(ItemModel::TwoPl, ITEMS, 2);
    let modelled = ModelledGroups { matrix: &matrix, groups: pair(&matrix), plan: &plan };
    let test = |kind, anchors: &Anchors| model_tests(modelled, kind, anchors).unwrap();
    let (ratio, wald) = (ModelTestKind::LikelihoodRatio, ModelTestKind::Wald);
    let found = test(ratio, &Anchors::Purified { level: 0.01 });
    assert!(found.settled && !found.anchors.contains(&STUDIED), "{found:?}");
    assert!(found.certificate.converged && found.certificate.grid_warnings.is_empty());
    let flagged: Vec<usize> =
        found.tests.iter().filter(|test| test.adjusted_probability < 0.01).map(|test| test.item).collect();
    assert_eq!(flagged, [STUDIED]);
    assert!(found.tests[STUDIED].signed_difference < -0.05);
    let by_anchors = Anchors::Columns(found.anchors.clone());
    let walds = test(wald, &by_anchors).tests;
    assert_eq!(walds.len(), 1);
    // Two tests of one hypothesis agree to within a few percent at this size, and differ by as much in one direction.
    let share = walds[0].statistic / found.tests[STUDIED].statistic;
    assert!((share - 1.0).abs() < 0.15, "{share}");
    let gap = walds[0].signed_difference - found.tests[STUDIED].signed_difference;
    assert!(gap.abs() < 1e-4, "{gap}");
    let purified = test(wald, &Anchors::Purified { level: 0.01 });
    assert_eq!((purified.tests.len(), purified.settled), (ITEMS, true));
    assert_eq!(purified.anchors, found.anchors);
    let studied = purified.tests[STUDIED];
    assert!((studied.statistic - walds[0].statistic).abs() < 1e-6 && studied.adjusted_probability < 1e-6);
    let chosen = test(ratio, &by_anchors).tests;
    assert!((chosen[0].statistic - found.tests[STUDIED].statistic).abs() < 1e-3);
    // Without anchors by name every item is tested against all others, by either test.
    let [ratios, walds] = [ratio, wald].map(|kind| test(kind, &Anchors::AllOthers).tests);
    for (one, other) in ratios.iter().zip(&walds) {
        let gap = (one.statistic - other.statistic).abs();
        assert!(one.item == other.item && gap < 0.15 * one.statistic.max(1.0), "{one:?} {other:?}");
    }
}

#[test]
fn a_test_on_nodes_that_are_too_far_apart_says_so() {
    let matrix = two_groups(ItemModel::TwoPl, 2, 0.0);
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, ITEMS, 2);
    plan.grid = GridChoice::Stated(Grid::new(7, 6.0).unwrap());
    let modelled = ModelledGroups { matrix: &matrix, groups: pair(&matrix), plan: &plan };
    let found = model_tests(modelled, ModelTestKind::Wald, &Anchors::Columns(vec![0, 1, 2, 3])).unwrap();
    let coarse =
        |warning: &GridWarning| matches!(warning, GridWarning::TooCoarse { deviation } if *deviation < 2.0);
    assert!(found.certificate.grid_warnings.iter().any(coarse), "{found:?}");
}

#[test]
fn groups_that_are_too_small_unknown_or_one_are_refused() {
    let matrix = two_groups(ItemModel::TwoPl, 2, 0.0);
    let refused =
        |names: (&str, &str), needed: usize| GroupPair::new(&matrix, names, needed).unwrap_err().to_string();
    assert_eq!(
        refused(("reference", "focal"), 1_201),
        "group \"reference\" has 1200 examinees, at least 1201 are needed"
    );
    assert!(refused(("reference", "nobody"), 1).starts_with("the responses have no group \"nobody\""));
    assert!(matches!(GroupPair::new(&matrix, ("focal", "focal"), 1), Err(DifError::SameGroup(_))));
    let plan = CalibrationPlan::uniform(ItemModel::TwoPl, ITEMS, 2);
    let modelled = ModelledGroups { matrix: &matrix, groups: pair(&matrix), plan: &plan };
    let without = model_tests(modelled, ModelTestKind::Wald, &Anchors::Columns(Vec::new()));
    assert!(matches!(without, Err(DifError::NoAnchors)));
}
