//! `waymark fit`: how well items, examinees and the whole test follow their model.

use std::path::PathBuf;

use calibration::GroupPlan;
use calibration::item_fit::{MeanSquares, SummedScoreFit};
use calibration::local_dependence::ItemPair;
use calibration::model_fit::LimitedInformationFit;
use calibration::report::{ABERRANT, FitEvidence, fit_report};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::evidence::{
    ChoicesArguments, ResponsesArguments, Table, estimate, number, time_table, working, write_files,
};
use super::threads::ThreadArguments;
use super::{CommandError, Output};

/// Arguments of `waymark fit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes item_fit.csv, person_fit.csv, local_dependence.csv, classical.csv, summary.json and report.html into the folder
--out names, and response_times.csv where a long file has timestamps. Infit and outfit compare each answer with what the
examinee's other answers predict (infit_eap and outfit_eap: with the EAP estimate plugged in, as other programs do); an item is called
misfitting where one of them is outside 0.7 to 1.3 and significant at 0.01 after adjustment. S-X2 (up to 120 items), M2,
RMSEA, SRMSR, TLI and CFI (up to 100 items) need examinees who answered every item.

Examples:
  waymark fit responses.csv --model 2pl --out fit             (estimates, then looks at the fit)
  waymark fit responses.csv --bank bank.json --out fit        (parameters as the bank has them)
  waymark fit responses.csv --model 3pl --choices options.csv --key key.csv --out fit   (who chose which option)
  waymark fit responses.csv --bank bank.json --model 2pl --out fit --format json   (items the bank lacks are estimated)")]
pub struct Arguments {
    #[command(flatten)]
    responses: ResponsesArguments,
    #[command(flatten)]
    choices: ChoicesArguments,
    /// Whether the latent mean and variance are estimated where a bank gives the parameters.
    #[arg(long, value_enum, default_value_t = LatentArgument::Estimate, requires = "bank")]
    latent: LatentArgument,
    #[command(flatten)]
    threads: ThreadArguments,
    /// The folder to write into; made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// The latent distribution of a fit to given parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LatentArgument {
    /// Normal, mean and variance estimated.
    Estimate,
    /// Standard normal.
    Standard,
}

/// What the command found, for machines.
#[derive(Debug, Serialize)]
struct Summary {
    items: usize,
    examinees: f64,
    answers: usize,
    rapid_guesses: usize,
    converged: bool,
    latent_mean: f64,
    latent_standard_deviation: f64,
    latent_estimated: bool,
    log_likelihood: f64,
    alpha: Option<f64>,
    model_fit: Option<ModelFit>,
    model_fit_by_category: Option<ModelFit>,
    model_fit_not_available: Option<String>,
    misfitting_items: Vec<Misfitting>,
    dependent_pairs: Vec<DependentPair>,
    aberrant_examinees: f64,
}

#[derive(Debug, Serialize)]
struct ModelFit {
    examinees: f64,
    m2: f64,
    degrees_of_freedom: usize,
    p: f64,
    rmsea: f64,
    rmsea_low: f64,
    rmsea_high: f64,
    srmsr: f64,
    tli: f64,
    cfi: f64,
}

#[derive(Debug, Serialize)]
struct Misfitting {
    item: String,
    statistic: &'static str,
    value: f64,
    adjusted_p: f64,
    why: String,
}

#[derive(Debug, Serialize)]
struct DependentPair {
    first: String,
    second: String,
    examinees: f64,
    q3: f64,
}

/// Estimates, compares and writes.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    arguments.threads.pool()?.install(|| compare_and_write(arguments, output))
}

fn compare_and_write(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let answers = arguments.responses.read_with_times(None)?;
    let left_out = answers.left_out();
    let given = answers.all.unwrap_or_else(|| answers.matrix.clone());
    let (matrix, mut plan) = arguments.responses.plan(answers.matrix, output)?;
    if arguments.latent == LatentArgument::Standard {
        plan.groups = vec![GroupPlan::STANDARD];
    }
    let distractors = arguments.choices.table(&matrix)?;
    let calibration = estimate(&matrix, &plan, output)?;
    let mut evidence = working(output, "comparing", || FitEvidence::new(&matrix, &calibration));
    evidence.add_times(&answers.times, &given);
    let summary = Summary::new(&evidence, left_out);
    let text = serde_json::to_string_pretty(&summary).map_err(CommandError::failed)?;
    let source = arguments.responses.responses.display().to_string();
    let mut files = vec![
        ("item_fit.csv", item_table(&evidence)),
        ("person_fit.csv", person_table(&evidence)),
        ("local_dependence.csv", pair_table(&evidence)),
        ("classical.csv", classical_table(&evidence)),
        ("summary.json", text + "\n"),
        ("report.html", fit_report(&evidence, &source)),
    ];
    if !evidence.times.is_empty() {
        files.push(("response_times.csv", time_table(matrix.items(), &evidence.times)));
    }
    files.extend(distractors.map(|table| ("distractors.csv", table)));
    write_files(&arguments.out, &files)?;
    output.result(&summary.text(&arguments.out.display().to_string()), &summary)
}

fn id(evidence: &FitEvidence<'_>, item: usize) -> String {
    evidence.matrix.items()[item].clone()
}

fn item_table(evidence: &FitEvidence<'_>) -> String {
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

fn person_table(evidence: &FitEvidence<'_>) -> String {
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

fn pair_table(evidence: &FitEvidence<'_>) -> String {
    let mut table = Table::new(&["first", "second", "examinees", "q3"]);
    for pair in &evidence.pairs {
        let ItemPair { first, second, examinees, correlation } = *pair;
        table.row(vec![
            id(evidence, first),
            id(evidence, second),
            examinees.to_string(),
            number(correlation),
        ]);
    }
    table.finish()
}

fn classical_table(evidence: &FitEvidence<'_>) -> String {
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

impl From<&LimitedInformationFit> for ModelFit {
    fn from(fit: &LimitedInformationFit) -> Self {
        Self {
            examinees: fit.examinees,
            m2: fit.statistic,
            degrees_of_freedom: fit.degrees_of_freedom,
            p: fit.probability,
            rmsea: fit.rmsea,
            rmsea_low: fit.rmsea_interval[0],
            rmsea_high: fit.rmsea_interval[1],
            srmsr: fit.srmsr,
            tli: fit.tli,
            cfi: fit.cfi,
        }
    }
}

impl Summary {
    fn new(evidence: &FitEvidence<'_>, rapid_guesses: usize) -> Self {
        let latent = &evidence.calibration.groups[0];
        let misfitting = evidence.items.misfits.iter().enumerate().filter_map(|(item, misfit)| {
            let misfit = misfit.as_ref()?;
            Some(Misfitting {
                item: id(evidence, item),
                statistic: misfit.kind.name(),
                value: misfit.value,
                adjusted_p: misfit.adjusted_probability,
                why: misfit.to_string(),
            })
        });
        let dependent = evidence.dependent.iter().map(|pair| DependentPair {
            first: id(evidence, pair.first),
            second: id(evidence, pair.second),
            examinees: pair.examinees,
            q3: pair.correlation,
        });
        Self {
            items: evidence.matrix.items().len(),
            examinees: evidence.matrix.total_weight(),
            answers: evidence.matrix.answer_count(),
            rapid_guesses,
            converged: evidence.calibration.converged(),
            latent_mean: latent.mean,
            latent_standard_deviation: latent.standard_deviation,
            latent_estimated: latent.estimated.contains(&true),
            log_likelihood: evidence.calibration.log_likelihood,
            alpha: evidence.test.map(|test| test.alpha),
            model_fit: evidence.model.as_ref().ok().map(ModelFit::from),
            model_fit_by_category: evidence.model_by_category.as_ref().map(ModelFit::from),
            model_fit_not_available: evidence.model.as_ref().err().map(ToString::to_string),
            misfitting_items: misfitting.collect(),
            dependent_pairs: dependent.collect(),
            aberrant_examinees: evidence
                .aberrant()
                .iter()
                .map(|(examinee, _)| evidence.matrix.weight(*examinee))
                .sum(),
        }
    }

    fn text(&self, folder: &str) -> String {
        let mut lines =
            vec![format!("{} items, {} examinees, {} answers", self.items, self.examinees, self.answers)];
        if self.latent_estimated {
            let (mean, deviation) = (self.latent_mean, self.latent_standard_deviation);
            lines.push(format!(
                "latent distribution: mean {mean:.4}, standard deviation {deviation:.4}, estimated"
            ));
        }
        if self.rapid_guesses > 0 {
            lines.push(format!("{} rapid guesses left out", self.rapid_guesses));
        }
        if !self.converged {
            lines.push("warning: the estimation did not converge".to_owned());
        }
        match (&self.model_fit, &self.model_fit_not_available) {
            (Some(fit), _) => lines.push(format!(
                "M2 {:.2} on {} degrees of freedom (p {:.4}), RMSEA {:.4} ({:.4} to {:.4}), SRMSR {:.4}, TLI {:.4}, CFI {:.4}",
                fit.m2, fit.degrees_of_freedom, fit.p, fit.rmsea, fit.rmsea_low, fit.rmsea_high, fit.srmsr,
                fit.tli, fit.cfi
            )),
            (None, why) => lines.push(format!("no M2: {}", why.as_deref().unwrap_or_default())),
        }
        lines.extend(
            self.misfitting_items.iter().map(|item| format!("misfit: item {}: {}", item.item, item.why)),
        );
        for pair in &self.dependent_pairs {
            lines.push(format!("dependence: items {} and {} (Q3 {:.2})", pair.first, pair.second, pair.q3));
        }
        lines.push(format!("{} examinees with lz* below {ABERRANT}", self.aberrant_examinees));
        lines.push(format!("written to {folder}"));
        lines.join("\n")
    }
}
