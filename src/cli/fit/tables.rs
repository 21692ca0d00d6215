//! The tables of `waymark fit`.

use calibration::item_fit::{MeanSquares, SummedScoreFit};
use calibration::local_dependence::ItemPair;
use calibration::report::{FitEvidence, rounded_count};

use crate::cli::evidence::{Table, number};

pub(super) fn id(evidence: &FitEvidence<'_>, item: usize) -> String {
    evidence.matrix.items()[item].clone()
}

pub(super) fn item_table(evidence: &FitEvidence<'_>) -> String {
    let columns = [
        "item",
        "answers",
        "infit",
        "infit_z",
        "outfit",
        "outfit_z",
        "infit_eap",
        "infit_eap_z",
        "outfit_eap",
        "outfit_eap_z",
        "s_x2",
        "df",
        "p",
        "rmsea",
        "flag",
        "note",
    ];
    let mut table = Table::new(&columns);
    for (item, calibrated) in evidence.calibration.items.iter().enumerate() {
        let [predictive, plugged_in] =
            [evidence.items.mean_squares[item], evidence.at_estimates[item]].map(mean_square_cells);
        let summed = evidence.items.summed_score[item].as_ref();
        let summed =
            |read: &dyn Fn(&SummedScoreFit) -> f64| summed.map_or(String::new(), |s| number(read(s)));
        let problem = calibrated.problem.as_ref().map(|problem| format!("left out: {problem}"));
        let why = evidence.items.misfits[item].map(|misfit| misfit.to_string());
        let mut cells = vec![id(evidence, item), calibrated.answers.to_string()];
        cells.extend(predictive.into_iter().chain(plugged_in));
        cells.extend([
            summed(&|s| s.statistic),
            summed(&|s| s.degrees_of_freedom as f64),
            summed(&|s| s.probability),
            summed(&|s| s.rmsea),
            if why.is_some() { "misfit" } else { "" }.to_owned(),
            problem.or(why).unwrap_or_default(),
        ]);
        table.row(cells);
    }
    table.finish()
}

/// Infit and outfit with their z.
fn mean_square_cells(squares: Option<MeanSquares>) -> [String; 4] {
    let cell =
        |read: &dyn Fn(&MeanSquares) -> f64| squares.as_ref().map_or(String::new(), |s| number(read(s)));
    [
        cell(&|s| s.infit.value),
        cell(&|s| s.infit.standardised),
        cell(&|s| s.outfit.value),
        cell(&|s| s.outfit.standardised),
    ]
}

pub(super) fn person_table(evidence: &FitEvidence<'_>) -> String {
    let columns = [
        "examinee",
        "theta",
        "standard_error",
        "answered",
        "infit",
        "infit_z",
        "outfit",
        "outfit_z",
        "lz",
        "lz_star",
    ];
    let mut table = Table::new(&columns);
    for (examinee, (score, fit)) in evidence.scores.iter().zip(&evidence.persons).enumerate() {
        let mut cells = vec![
            evidence.matrix.examinee(examinee),
            number(score.theta),
            number(score.standard_error),
            score.answered.to_string(),
        ];
        cells.extend(mean_square_cells(fit.and_then(|fit| fit.mean_squares)));
        cells.extend([
            fit.map_or(String::new(), |fit| number(fit.standardised_log_likelihood)),
            fit.map_or(String::new(), |fit| number(fit.corrected_log_likelihood)),
        ]);
        table.row(cells);
    }
    table.finish()
}

pub(super) fn pair_table(evidence: &FitEvidence<'_>) -> String {
    let mut table = Table::new(&["first", "second", "examinees", "q3"]);
    for pair in &evidence.pairs {
        let ItemPair { first, second, examinees, correlation } = *pair;
        table.row(vec![
            id(evidence, first),
            id(evidence, second),
            rounded_count(examinees).to_string(),
            number(correlation),
        ]);
    }
    table.finish()
}

pub(super) fn classical_table(evidence: &FitEvidence<'_>) -> String {
    let columns = [
        "item",
        "answers",
        "omitted",
        "not_reached",
        "omit_rate",
        "mean",
        "difficulty",
        "item_total",
        "item_rest",
        "scores",
    ];
    let mut table = Table::new(&columns);
    for (item, found) in evidence.classical.iter().enumerate() {
        let scores: Vec<String> = found.scores.iter().map(ToString::to_string).collect();
        table.row(vec![
            id(evidence, item),
            found.answers.to_string(),
            found.omitted.to_string(),
            found.not_reached.to_string(),
            number(found.omit_rate()),
            number(found.mean),
            number(found.difficulty),
            number(found.item_total),
            number(found.item_rest),
            scores.join(" "),
        ]);
    }
    table.finish()
}
