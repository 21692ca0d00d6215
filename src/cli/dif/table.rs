//! `dif.csv`.

use calibration::dif::{
    AdjustedProbabilities, DifClass, ItemComparison, LogisticDif, MantelHaenszel, ModelTest, PolytomousDif,
};
use calibration::report::{DifEvidence, rounded_count};
use calibration::responses::ResponseMatrix;

use crate::cli::evidence::{Table, number};

/// Columns of dif.csv.
const COLUMNS: [&str; 32] = [
    "item",
    "focal",
    "class",
    "n_reference",
    "n_focal",
    "mh_chi2",
    "mh_p",
    "matched_adjusted_p",
    "odds_ratio",
    "delta",
    "delta_se",
    "std_p_dif",
    "mantel_chi2",
    "mantel_p",
    "gmh_chi2",
    "gmh_df",
    "smd",
    "smd_effect",
    "lr_uniform",
    "lr_uniform_p",
    "lr_uniform_adjusted_p",
    "lr_nonuniform",
    "lr_nonuniform_p",
    "lr_nonuniform_adjusted_p",
    "r2_change",
    "lr_class",
    "model_test",
    "model_df",
    "model_p",
    "model_adjusted_p",
    "model_difference",
    "note",
];

/// A row an item and focal group.
pub(super) fn table(matrix: &ResponseMatrix, comparisons: &[DifEvidence]) -> String {
    let mut table = Table::new(&COLUMNS);
    for comparison in comparisons {
        for (id, row) in matrix.items().iter().zip(&comparison.items) {
            table.row(cells(id, &comparison.focal, row));
        }
    }
    table.finish()
}

fn cells(id: &str, focal: &str, row: &ItemComparison) -> Vec<String> {
    let mh = |read: &dyn Fn(&MantelHaenszel) -> f64| row.mantel_haenszel.as_ref().map_or(f64::NAN, read);
    let poly = |read: &dyn Fn(&PolytomousDif) -> f64| row.polytomous.as_ref().map_or(f64::NAN, read);
    let logistic = |read: &dyn Fn(&LogisticDif) -> f64| row.logistic.as_ref().map_or(f64::NAN, read);
    let controlled =
        |read: &dyn Fn(&AdjustedProbabilities) -> f64| row.adjusted.as_ref().map_or(f64::NAN, read);
    let model = |read: &dyn Fn(&ModelTest) -> f64| row.model_test.as_ref().map_or(f64::NAN, read);
    let class = row.class().map_or("", DifClass::letter);
    let mut cells = vec![id.to_owned(), focal.to_owned(), class.to_owned()];
    let numbers = [
        poly(&|p| rounded_count(p.examinees[0])),
        poly(&|p| rounded_count(p.examinees[1])),
        mh(&|m| m.chi_squared),
        mh(&|m| m.probability),
        controlled(&|p| p.matched),
        mh(&|m| m.odds_ratio),
        mh(&|m| m.delta),
        mh(&|m| m.delta_error),
        mh(&|m| m.standardised_difference),
        poly(&|p| p.mantel),
        poly(&|p| p.mantel_probability),
        poly(&|p| p.generalised),
        poly(&|p| p.degrees_of_freedom as f64),
        poly(&|p| p.standardised_mean_difference),
        poly(&|p| p.effect_size),
        logistic(&|l| l.uniform),
        logistic(&|l| l.uniform_probability),
        controlled(&|p| p.uniform),
        logistic(&|l| l.non_uniform),
        logistic(&|l| l.non_uniform_probability),
        controlled(&|p| p.non_uniform),
        logistic(&|l| l.effect.r_squared_change),
    ];
    cells.extend(numbers.map(number));
    cells.push(row.logistic.map_or("", |found| found.effect.class.letter()).to_owned());
    let numbers = [
        model(&|t| t.statistic),
        model(&|t| t.degrees_of_freedom as f64),
        model(&|t| t.probability),
        model(&|t| t.adjusted_probability),
        model(&|t| t.signed_difference),
    ];
    cells.extend(numbers.map(number));
    cells.push(row.refused.as_ref().map_or(String::new(), ToString::to_string));
    cells
}
