//! `waymark dif`: items that work differently for two groups of equal ability.

use std::path::PathBuf;

use anyhow::anyhow;
use calibration::dif::{
    Abilities, AdjustedProbabilities, Anchors, DifClass, DifError, GroupPair, ItemComparison, LogisticDif,
    MantelHaenszel, Matching, PolytomousDif, compare_items, likelihood_ratio_dif, purified_abilities,
    purified_likelihood_ratio_dif, purified_strata, purified_wald_dif, wald_dif,
};
use calibration::report::{DifEvidence, dif_report};
use calibration::responses::ResponseMatrix;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::evidence::{ResponsesArguments, Table, estimate, number, working, write_files};
use super::{CommandError, Output};

/// Adjusted probability below which a test flags an item.
const LEVEL: f64 = 0.05;

/// Arguments of `waymark dif`.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes dif.csv, summary.json and report.html into the folder --out names. Mantel-Haenszel with the classes A, B and C
of ETS (for items with more than two scores Mantel's test and the standardised mean difference) and logistic regression are always
made; --test adds a likelihood-ratio or a Wald test with the model that --model names. Probabilities are also given adjusted
for the number of items (Benjamini & Hochberg). Items with fewer answers than --minimum in a group are not compared.

--match-on ability is for tests that are adaptive or incomplete by design: examinees are matched by weighted likelihood
estimates from all their answers, in narrow strata over which each is spread by a standard error.

Examples:
  waymark dif responses.csv --group country --reference AUS --focal JPN --out dif
  waymark dif responses.csv --group country --reference AUS --focal JPN --match-on ability --model 2pl --out dif
  waymark dif responses.csv --group gender --reference f --focal m --model grm --test likelihood-ratio --purify --out dif
  waymark dif responses.csv --group gender --reference f --focal m --model 2pl --test wald --anchors i1,i2,i3 --out dif")]
pub struct Arguments {
    #[command(flatten)]
    responses: ResponsesArguments,
    /// The column that names each examinee's group.
    #[arg(long, value_name = "COLUMN")]
    group: String,
    /// The group that others are compared with.
    #[arg(long, value_name = "GROUP")]
    reference: String,
    /// The group that is compared.
    #[arg(long, value_name = "GROUP")]
    focal: String,
    /// Fewest examinees of a group, and fewest answers to an item in a group.
    #[arg(long, default_value_t = GroupPair::EXAMINEES_MIN)]
    minimum: usize,
    /// What examinees are matched on; ability (for adaptive tests) needs --model or --bank.
    #[arg(long, value_enum, default_value_t = MatchArgument::Total)]
    match_on: MatchArgument,
    /// Leave flagged items out of the matching score or ability, and of the anchors.
    #[arg(long)]
    purify: bool,
    /// A test with the model as well.
    #[arg(long, value_enum, requires = "model")]
    test: Option<TestArgument>,
    /// Items taken to work alike, separated by commas; a Wald test needs them, or --purify.
    #[arg(long, value_delimiter = ',', value_name = "ITEMS")]
    anchors: Vec<String>,
    /// The folder to write into; made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// What examinees are matched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MatchArgument {
    /// The total score of examinees who answered everything.
    Total,
    /// The estimated ability.
    Ability,
}

/// A test with a response model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestArgument {
    /// Likelihood ratio: two calibrations an item.
    LikelihoodRatio,
    /// Wald: one calibration.
    Wald,
}

/// What the command found, for machines.
#[derive(Debug, Serialize)]
struct Summary {
    items: usize,
    class_b: Vec<String>,
    class_c: Vec<String>,
    /// Of class C also with the probability adjusted for the number of items.
    class_c_adjusted: Vec<String>,
    /// Adjusted probability of the Mantel–Haenszel or Mantel's test below 0.05.
    significant_matched: Vec<String>,
    /// Adjusted probability of the group effect in logistic regression below 0.05.
    significant_uniform: Vec<String>,
    /// Adjusted probability of its product with the matching variable below 0.05.
    significant_non_uniform: Vec<String>,
    /// Adjusted probability of the test with the model below 0.05.
    significant: Vec<String>,
    not_compared: Vec<NotCompared>,
}

#[derive(Debug, Serialize)]
struct NotCompared {
    item: String,
    why: String,
}

/// Compares and writes.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let matrix = arguments.responses.read(Some(&arguments.group))?;
    let names = (arguments.reference.as_str(), arguments.focal.as_str());
    let pair = GroupPair::new(&matrix, names, arguments.minimum).map_err(CommandError::refused)?;
    if arguments.purify && !arguments.anchors.is_empty() {
        return Err(CommandError::Refused(anyhow!(
            "--purify finds the anchors, so --anchors must not name them"
        )));
    }
    let matching = matching(arguments, &matrix, pair, output)?;
    let all: Vec<usize> = (0..matrix.items().len()).collect();
    let mut rows = working(output, "comparing", || compare_items(&matrix, pair, &matching, &all));
    match arguments.test {
        Some(test) => working(output, "testing", || modelled(arguments, test, &matrix, pair, &mut rows))?,
        None if !arguments.anchors.is_empty() => {
            return Err(CommandError::Refused(anyhow!("--anchors are for --test")));
        }
        None => {}
    }
    let summary = summary(&matrix, &rows);
    let text = serde_json::to_string_pretty(&summary).map_err(CommandError::failed)?;
    let evidence = DifEvidence {
        reference: arguments.reference.clone(),
        focal: arguments.focal.clone(),
        matched_on: matching.in_words(),
        items: rows,
    };
    let source = arguments.responses.responses.display().to_string();
    let files = [
        ("dif.csv", table(&matrix, &evidence.items)),
        ("summary.json", text + "\n"),
        ("report.html", dif_report(&evidence, matrix.items(), &source)),
    ];
    write_files(&arguments.out, &files)?;
    output.result(&summary.text(&arguments.out.display().to_string()), &summary)
}

fn matching(
    arguments: &Arguments,
    matrix: &ResponseMatrix,
    pair: GroupPair,
    output: &Output,
) -> Result<Matching, CommandError> {
    let all: Vec<usize> = (0..matrix.items().len()).collect();
    Ok(match arguments.match_on {
        MatchArgument::Total if arguments.purify => Matching::TotalScore(purified_strata(matrix, pair, &all)),
        MatchArgument::Total => Matching::TotalScore(all),
        MatchArgument::Ability => {
            let plan = arguments.responses.plan_for_all(matrix)?;
            let calibration = estimate(matrix, &plan, output)?;
            Matching::Ability(working(output, "matching", || match arguments.purify {
                true => purified_abilities(matrix, pair, &calibration),
                false => Abilities::new(&calibration, matrix),
            }))
        }
    })
}

fn modelled(
    arguments: &Arguments,
    test: TestArgument,
    matrix: &ResponseMatrix,
    pair: GroupPair,
    rows: &mut [ItemComparison],
) -> Result<(), CommandError> {
    let plan = arguments.responses.plan_for_all(matrix)?;
    let anchors = anchors(arguments, matrix)?;
    match test {
        TestArgument::LikelihoodRatio => {
            let tests = if arguments.purify {
                purified_likelihood_ratio_dif(matrix, pair, &plan, LEVEL).map(|found| found.tests)
            } else if anchors.is_empty() {
                likelihood_ratio_dif(matrix, pair, &plan, &Anchors::AllOthers)
            } else {
                likelihood_ratio_dif(matrix, pair, &plan, &Anchors::Columns(anchors))
            };
            for test in tests.map_err(CommandError::refused)? {
                rows[test.item].likelihood_ratio = Some(test);
            }
        }
        TestArgument::Wald => {
            let tests = if arguments.purify {
                purified_wald_dif(matrix, pair, &plan, LEVEL).map(|found| found.tests)
            } else {
                wald_dif(matrix, pair, &plan, &anchors)
            };
            for test in tests.map_err(CommandError::refused)? {
                rows[test.item].wald = Some(test);
            }
        }
    }
    Ok(())
}

fn anchors(arguments: &Arguments, matrix: &ResponseMatrix) -> Result<Vec<usize>, CommandError> {
    let column = |name: &String| {
        let found = matrix.items().iter().position(|item| item == name);
        found.ok_or_else(|| CommandError::refused(DifError::UnknownAnchor(name.clone())))
    };
    arguments.anchors.iter().map(column).collect()
}

/// Columns of dif.csv.
const COLUMNS: [&str; 30] = [
    "item",
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
    "note",
];

fn table(matrix: &ResponseMatrix, rows: &[ItemComparison]) -> String {
    let mut table = Table::new(&COLUMNS);
    for (id, row) in matrix.items().iter().zip(rows) {
        let mh = |read: &dyn Fn(&MantelHaenszel) -> f64| row.mantel_haenszel.as_ref().map_or(f64::NAN, read);
        let poly = |read: &dyn Fn(&PolytomousDif) -> f64| row.polytomous.as_ref().map_or(f64::NAN, read);
        let logistic = |read: &dyn Fn(&LogisticDif) -> f64| row.logistic.as_ref().map_or(f64::NAN, read);
        let controlled =
            |read: &dyn Fn(&AdjustedProbabilities) -> f64| row.adjusted.as_ref().map_or(f64::NAN, read);
        let (statistic, df, p, adjusted) = row.model_test().unwrap_or((f64::NAN, 0, f64::NAN, f64::NAN));
        let df = if statistic.is_nan() { f64::NAN } else { df as f64 };
        let model = [statistic, df, p, adjusted];
        let mut cells = vec![id.clone(), row.class().map_or("", DifClass::letter).to_owned()];
        let numbers = [
            poly(&|p| p.examinees[0]),
            poly(&|p| p.examinees[1]),
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
        cells.extend(model.map(number));
        cells.push(row.refused.as_ref().map_or(String::new(), ToString::to_string));
        table.row(cells);
    }
    table.finish()
}

fn summary(matrix: &ResponseMatrix, rows: &[ItemComparison]) -> Summary {
    let named = |keep: &dyn Fn(&ItemComparison) -> bool| -> Vec<String> {
        matrix.items().iter().zip(rows).filter(|(_, row)| keep(row)).map(|(id, _)| id.clone()).collect()
    };
    let significant =
        |row: &ItemComparison| row.model_test().is_some_and(|(_, _, _, adjusted)| adjusted < LEVEL);
    let below = |read: fn(&AdjustedProbabilities) -> f64| {
        named(&|row| row.adjusted.as_ref().is_some_and(|adjusted| read(adjusted) < LEVEL))
    };
    let not_compared = matrix.items().iter().zip(rows).filter_map(|(item, row)| {
        let why = row.refused.as_ref()?.to_string();
        Some(NotCompared { item: item.clone(), why })
    });
    Summary {
        items: rows.len(),
        class_b: named(&|row| row.class() == Some(DifClass::B)),
        class_c: named(&|row| row.class() == Some(DifClass::C)),
        class_c_adjusted: named(&ItemComparison::is_surely_large),
        significant_matched: below(|adjusted| adjusted.matched),
        significant_uniform: below(|adjusted| adjusted.uniform),
        significant_non_uniform: below(|adjusted| adjusted.non_uniform),
        significant: named(&significant),
        not_compared: not_compared.collect(),
    }
}

impl Summary {
    fn text(&self, folder: &str) -> String {
        let list = |items: &[String]| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
        let mut lines = vec![
            format!("{} items", self.items),
            format!("class C (large): {}", list(&self.class_c)),
            format!(
                "of these also after adjustment for {} items: {}",
                self.items,
                list(&self.class_c_adjusted)
            ),
            format!("class B (moderate): {}", list(&self.class_b)),
        ];
        if !self.significant.is_empty() {
            lines.push(format!("significant with the model: {}", list(&self.significant)));
        }
        lines.extend(
            self.not_compared.iter().map(|item| format!("not compared: item {}: {}", item.item, item.why)),
        );
        lines.push(format!("written to {folder}"));
        lines.join("\n")
    }
}
