//! A sampling weight of 2 is the same as the line twice, in everything that is reported.

use std::ops::ControlFlow;

use calibration::classical::{Choice, distractors};
use calibration::dif::{
    Abilities, Anchors, GroupPair, ItemComparison, Matching, ModelTestKind, ModelledGroups, compare_items,
    model_tests, purified_strata,
};
use calibration::item_fit::{fit_by_ability, item_mean_squares};
use calibration::local_dependence::pair_tables;
use calibration::report::FitEvidence;
use calibration::responses::{ResponseBuilder, ResponseMatrix};
use calibration::total_score::total_scores;
use calibration::{Calibration, CalibrationPlan, ItemModel, calibrate};

use crate::simulated::{answers, items};

const EXAMINEES: usize = 600;
const ITEMS: usize = 8;

/// The same answers with weights and with lines repeated.
fn both(model: ItemModel, categories: usize, share: f64) -> [ResponseMatrix; 2] {
    let matrix = answers(&items(model, ITEMS, categories, 1), EXAMINEES, (0.0, 1.0), share, 2);
    let weight = |examinee: usize| 1 + examinee % 3;
    let mut builder = ResponseBuilder::new(matrix.items().to_vec());
    for row in matrix.rows() {
        builder.push_parts(row.items, row.scores);
    }
    builder.weigh((0..EXAMINEES).map(|examinee| weight(examinee) as f64).collect());
    let repeated: Vec<usize> = (0..EXAMINEES).flat_map(|examinee| vec![examinee; weight(examinee)]).collect();
    let group = |examinee: &usize| u8::from(examinee % 2 == 1);
    let names = || vec!["reference".to_owned(), "focal".to_owned()];
    [
        builder.finish().with_groups(names(), (0..EXAMINEES).map(|examinee| group(&examinee)).collect()),
        matrix.selected(&repeated).with_groups(names(), repeated.iter().map(group).collect()),
    ]
}

fn in_one_group(matrix: &ResponseMatrix) -> ResponseMatrix {
    matrix.clone().with_groups(vec!["all".to_owned()], vec![0; matrix.examinee_count()])
}

fn estimated(matrix: &ResponseMatrix, model: ItemModel) -> Calibration {
    let mut plan = CalibrationPlan::uniform(model, ITEMS, matrix.group_count());
    plan.tolerance = 1e-8;
    calibrate(matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// Numbers in words, so that what differs is named.
struct Numbers(Vec<(String, f64)>);

impl Numbers {
    fn add(&mut self, name: impl Into<String>, value: f64) {
        self.0.push((name.into(), value));
    }
}

fn same(weighted: &Numbers, repeated: &Numbers) {
    assert_eq!(weighted.0.len(), repeated.0.len());
    for ((name, a), (_, b)) in weighted.0.iter().zip(&repeated.0) {
        let close = (a - b).abs() < 1e-4 * b.abs().max(1.0) || (a.is_nan() && b.is_nan());
        assert!(close, "{name}: weighted {a}, repeated {b}");
    }
}

/// Everything that `fit` and `calibrate` print about one group.
fn fit_numbers(matrix: &ResponseMatrix, model: ItemModel) -> Numbers {
    let calibration = estimated(matrix, model);
    let found = FitEvidence::new(matrix, &calibration);
    let mut numbers = Numbers(Vec::new());
    let reliability = calibration.reliability(matrix, &found.scores);
    numbers.add("marginal reliability", reliability.marginal);
    numbers.add("empirical reliability", reliability.empirical);
    numbers.add("log-likelihood", calibration.log_likelihood);
    let abilities: Vec<f64> = found.scores.iter().map(|score| score.theta).collect();
    let plugged_in = item_mean_squares(&calibration.parameters(), matrix, &abilities);
    for (item, plugged_in) in plugged_in.iter().enumerate() {
        for (name, squares) in [("predictive", found.items.mean_squares[item]), ("at EAP", *plugged_in)] {
            let squares = squares.unwrap();
            numbers.add(format!("{name} answers {item}"), squares.answers);
            for (kind, square) in [("infit", squares.infit), ("outfit", squares.outfit)] {
                numbers.add(format!("{name} {kind} {item}"), square.value);
                numbers.add(format!("{name} {kind} z {item}"), square.standardised);
            }
        }
        if let Some(fit) = found.items.summed_score[item] {
            numbers.add(format!("S-X² {item}"), fit.statistic);
            numbers.add(format!("S-X² df {item}"), fit.degrees_of_freedom as f64);
            numbers.add(format!("S-X² examinees {item}"), fit.examinees);
            numbers.add(format!("S-X² RMSEA {item}"), fit.rmsea);
        }
        for (place, point) in found.items.residuals[item].iter().enumerate() {
            numbers.add(format!("residual {place} of {item}"), point.standardised);
        }
        let classical = &found.classical[item];
        for (name, value) in [
            ("answers", classical.answers),
            ("omitted", classical.omitted),
            ("not reached", classical.not_reached),
            ("mean", classical.mean),
            ("difficulty", classical.difficulty),
            ("item-total", classical.item_total),
            ("item-rest", classical.item_rest),
        ] {
            numbers.add(format!("{name} {item}"), value);
        }
        classical.scores.iter().for_each(|count| numbers.add(format!("scores {item}"), *count));
    }
    add_pairs_and_totals(&mut numbers, matrix, &calibration, &found);
    numbers
}

fn add_pairs_and_totals(
    numbers: &mut Numbers,
    matrix: &ResponseMatrix,
    calibration: &Calibration,
    found: &FitEvidence<'_>,
) {
    for fit in fit_by_ability(calibration).into_iter().flatten() {
        numbers.add("fit by ability", fit.statistic);
    }
    if let Some(test) = found.test {
        numbers.add("alpha", test.alpha);
        numbers.add("examinees", test.examinees);
        numbers.add("deviation of totals", test.standard_deviation);
    }
    for model in found.model.iter().chain(&found.model_by_category) {
        numbers.add("M2", model.statistic);
        numbers.add("M2 examinees", model.examinees);
        numbers.add("RMSEA", model.rmsea);
        numbers.add("SRMSR", model.srmsr);
        numbers.add("TLI", model.tli);
        numbers.add("CFI", model.cfi);
    }
    for pair in &found.pairs {
        numbers.add(format!("Q3 {} {}", pair.first, pair.second), pair.correlation);
        numbers.add(format!("Q3 examinees {} {}", pair.first, pair.second), pair.examinees);
    }
    for pair in pair_tables(calibration, matrix) {
        numbers.add(format!("X² {} {}", pair.first, pair.second), pair.statistic);
        numbers.add(format!("V {} {}", pair.first, pair.second), pair.cramers_v);
    }
    for total in total_scores(calibration, matrix) {
        numbers.add(format!("total {}", total.score), total.observed);
        numbers.add(format!("expected total {}", total.score), total.expected);
    }
}

fn add_comparisons(numbers: &mut Numbers, how: &str, items: &[ItemComparison]) {
    for (item, found) in items.iter().enumerate() {
        let mut add = |name: &str, value: f64| numbers.add(format!("{how} {name} {item}"), value);
        if let Some(refused) = &found.refused {
            add("refused", refused.answers);
        }
        if let Some(haenszel) = found.mantel_haenszel {
            add("MH χ²", haenszel.chi_squared);
            add("delta", haenszel.delta);
            add("delta error", haenszel.delta_error);
            add("P-DIF", haenszel.standardised_difference);
            add("reference", haenszel.examinees[0]);
        }
        if let Some(mantel) = found.polytomous {
            add("Mantel", mantel.mantel);
            add("generalised", mantel.generalised);
            add("SMD", mantel.standardised_mean_difference);
            add("effect", mantel.effect_size);
        }
        if let Some(logistic) = found.logistic {
            add("uniform", logistic.uniform);
            add("non-uniform", logistic.non_uniform);
            add("ΔR²", logistic.effect.r_squared_change);
        }
        if let Some(adjusted) = found.adjusted {
            add("adjusted", adjusted.matched);
        }
    }
}

/// Everything that `dif` prints.
fn dif_numbers(matrix: &ResponseMatrix, model: ItemModel) -> Numbers {
    let pair = GroupPair::new(matrix, ("reference", "focal"), GroupPair::EXAMINEES_MIN).unwrap();
    let all: Vec<usize> = (0..ITEMS).collect();
    let mut numbers = Numbers(Vec::new());
    let by_total = Matching::TotalScore(purified_strata(matrix, pair, &all));
    add_comparisons(&mut numbers, "by total", &compare_items(matrix, pair, &by_total, &all));
    let by_ability = Matching::Ability(Abilities::new(&estimated(matrix, model), matrix));
    add_comparisons(&mut numbers, "by ability", &compare_items(matrix, pair, &by_ability, &all));
    let mut plan = CalibrationPlan::uniform(model, ITEMS, 2);
    plan.tolerance = 1e-8;
    let anchors = Anchors::Columns((2..ITEMS).collect());
    let modelled = ModelledGroups { matrix, groups: pair, plan: &plan };
    for kind in [ModelTestKind::LikelihoodRatio, ModelTestKind::Wald] {
        for test in model_tests(modelled, kind, &anchors).unwrap().tests {
            numbers.add(format!("{kind:?} {}", test.item), test.statistic);
        }
    }
    numbers
}

#[test]
fn a_weight_is_a_repetition_in_every_statistic_of_fit() {
    let cases = [
        (ItemModel::TwoPl, 2, 1.0),
        (ItemModel::GeneralizedPartialCredit, 3, 1.0),
        (ItemModel::TwoPl, 2, 0.7),
    ];
    for (model, categories, share) in cases {
        let [weighted, repeated] = both(model, categories, share).map(|matrix| in_one_group(&matrix));
        same(&fit_numbers(&weighted, model), &fit_numbers(&repeated, model));
    }
}

#[test]
fn a_weight_is_a_repetition_in_every_comparison_of_groups() {
    for (model, categories) in [(ItemModel::TwoPl, 2), (ItemModel::GeneralizedPartialCredit, 3)] {
        let [weighted, repeated] = both(model, categories, 1.0);
        same(&dif_numbers(&weighted, model), &dif_numbers(&repeated, model));
    }
}

#[test]
fn a_weight_is_a_repetition_in_the_table_of_options() {
    let choice = |option, rest, weight| Choice { option, rest, weight };
    let weighted =
        [choice("A", 0.9, 2.0), choice("B", 0.3, 1.0), choice("A", 0.4, 1.0), choice("C", 0.2, 3.0)];
    let repeated = weighted.iter().flat_map(|of| vec![Choice { weight: 1.0, ..*of }; of.weight as usize]);
    let [a, b] = [distractors(weighted.iter().copied(), "A"), distractors(repeated, "A")];
    for (a, b) in a.iter().zip(&b) {
        assert_eq!((&a.option, a.examinees), (&b.option, b.examinees));
        assert!(
            (a.point_biserial - b.point_biserial).abs() < 1e-12 && (a.mean_rest - b.mean_rest).abs() < 1e-12
        );
    }
}
