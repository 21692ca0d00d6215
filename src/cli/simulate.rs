//! `waymark simulate`: adaptive tests for simulated examinees, before a student meets the plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use indicatif::ProgressBar;
use item_bank::{Accommodations, Bank};

use super::output::Output;
use super::output_folder::write_files;
use super::simulate_examinees::ExamineeArguments;
use super::simulate_output::{Simulation, plan_file};
use super::simulate_readiness::ReadinessArguments;
use super::simulate_uniforms::UniformArguments;
use super::threads::ThreadArguments;
use super::{CommandError, bank_input};
use crate::adaptive::{ItemPool, PlanError, TestPlan, check_rows};
use crate::assessment::strand_of;
use crate::simulation::{
    AnswerNoise, Settings, Summary, Uniforms, readiness_errors, simulate, strand_recovery, summarise,
    sympson_hetter,
};

/// Bytes of a plan or policy file at most.
pub(super) const PLAN_FILE_BYTES_MAX: usize = 4 << 20;

/// Gives an adaptive test to simulated examinees with the engine that serves students.
///
/// Writes summary.json, examinees.csv, exposure.csv, report.html and, where the plan gives field-test items,
/// field_test.csv. The same inputs give the same files, whatever the number of threads.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waymark simulate --bank bank.json --plan plan.json --examinees 5000 --out report
  waymark simulate --bank bank.json --plan plan.json --examinees thetas.csv --uniforms 410002 --out report
  waymark simulate --bank bank.json --plan plan.json --examinees 2000 --attempts 3 --growth 0.2 --out report
  waymark simulate --bank bank.json --plan interim.json --examinees 2000 --validation validation.json --level grade-4 --out report
  waymark simulate --bank bank.json --plan plan.json --examinees 5000 --sympson-hetter 20 --out report
  waymark simulate --bank bank.json --plan plan.json --examinees 2000 --accommodations braille --out report")]
pub struct Arguments {
    /// The bank file.
    #[arg(long)]
    bank: PathBuf,
    /// The plan file.
    #[arg(long)]
    plan: PathBuf,
    #[command(flatten)]
    examinees: ExamineeArguments,
    #[command(flatten)]
    chance: UniformArguments,
    /// Start from the prior of this grade.
    #[arg(long)]
    grade: Option<u8>,
    /// What every examinee needs, separated by commas: only items that support all of it are given.
    #[arg(long, value_name = "NAMES", default_value_t, conflicts_with = "sympson_hetter")]
    accommodations: Accommodations,
    /// Attempts of every examinee; later ones avoid the items of earlier ones.
    #[arg(long, default_value_t = 1)]
    attempts: u32,
    /// Growth of ability from one attempt to the next, in logits.
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    growth: f64,
    /// Standard deviation of the examinees' abilities in the strands of the bank around their own, in logits.
    #[arg(long, default_value_t = 0.0)]
    strand_deviation: f64,
    #[command(flatten)]
    answers: Answers,
    #[command(flatten)]
    readiness: ReadinessArguments,
    /// Finds the exposure parameters of Sympson and Hetter for the plan's cap in at most this many rounds, simulates
    /// the plan with them and writes it as plan.json.
    #[arg(long, value_name = "ROUNDS", value_parser = clap::value_parser!(u32).range(1..=100))]
    sympson_hetter: Option<u32>,
    #[command(flatten)]
    threads: ThreadArguments,
    /// Folder for the report.
    #[arg(long)]
    out: PathBuf,
}

/// How answers depart from the response models.
#[derive(Debug, Args)]
struct Answers {
    /// Share of answers given without reading.
    #[arg(long, default_value_t = 0.0)]
    rapid: f64,
    /// Share of answers spoiled by a slip.
    #[arg(long, default_value_t = 0.0)]
    slip: f64,
    /// Share of answers that are right by luck or help.
    #[arg(long, default_value_t = 0.0)]
    guess: f64,
}

/// Runs the command.
///
/// # Errors
/// Refused: a file that cannot be read, or a plan that the bank cannot serve. Failed: the report cannot be written.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let bank = bank_input::read_bank_alone(&arguments.bank, output)?;
    let mut plan = plan_of(&arguments.plan)?;
    let examinees = arguments.examinees.examinees(arguments.chance.seed).map_err(CommandError::Refused)?;
    let abilities = &examinees.abilities;
    let uniforms = arguments.chance.uniforms(&bank, abilities.len()).map_err(CommandError::Refused)?;
    say_what_has_no_effect(arguments, (&bank, &plan), output);
    let settings = settings(arguments, &bank, &plan, uniforms).map_err(CommandError::Refused)?;
    let needed = &arguments.accommodations;
    let validation = arguments.readiness.read(&bank, arguments.grade, needed)?;
    let threads = arguments.threads.pool()?;
    let mut files = Vec::new();
    if let Some(rounds) = arguments.sympson_hetter {
        let find = || sympson_hetter(&bank, &plan, abilities, &settings, rounds);
        let found = threads.install(find).map_err(CommandError::refused)?;
        output.note(&found.words());
        plan = found.plan;
        files.push(plan_file(&plan)?);
    }
    let at_plan = || at_plan(&arguments.plan, needed);
    check_rows(&bank, &plan)
        .map_err(PlanError::Unfit)
        .with_context(at_plan)
        .map_err(CommandError::Refused)?;
    let pool =
        ItemPool::prepare_for(&bank, &plan, needed).with_context(at_plan).map_err(CommandError::Refused)?;
    let bar = if output.shows_progress() {
        ProgressBar::new(abilities.len() as u64)
    } else {
        ProgressBar::hidden()
    };
    let began = Instant::now();
    let tests = threads.install(|| simulate(&pool, &plan, abilities, &settings, &|| bar.inc(1)));
    bar.finish_and_clear();
    let seconds = began.elapsed().as_secs_f64();
    let mut summary = summarise(&bank, &plan, &pool, &tests);
    summary.strands = threads.install(|| strand_recovery(&bank, &pool, &tests, &settings));
    if let Some(validation) = &validation {
        let errors = || readiness_errors(&pool, &tests, &settings, &validation.validation());
        summary.readiness = Some(threads.install(errors));
    }
    let simulation = Simulation {
        bank: &bank,
        plan: &plan,
        pool: &pool,
        examinees: &examinees,
        tests: &tests,
        summary: &summary,
    };
    files.extend(simulation.files()?);
    write_files(&arguments.out, &files)?;
    output.note(&format!("{} tests in {seconds:.2} s", tests.len()));
    output.result(&words(&summary, &arguments.out), &summary)
}

/// Where a plan that cannot be met stands, and for whom it cannot.
pub(super) fn at_plan(path: &Path, needed: &Accommodations) -> String {
    if needed.is_empty() {
        return path.display().to_string();
    }
    format!("{}, for {}", path.display(), needed.words())
}

pub(super) fn plan_of(path: &Path) -> Result<TestPlan, CommandError> {
    let at_plan = || format!("{}", path.display());
    TestPlan::from_json(&bank_input::read_text(path, PLAN_FILE_BYTES_MAX)?)
        .with_context(at_plan)
        .map_err(CommandError::Refused)
}

fn settings(
    arguments: &Arguments,
    bank: &Bank,
    plan: &TestPlan,
    uniforms: Uniforms,
) -> anyhow::Result<Settings> {
    let noise = AnswerNoise {
        rapid: arguments.answers.rapid,
        slip: arguments.answers.slip,
        guess: arguments.answers.guess,
    };
    let settings = Settings::new(uniforms, plan.start(arguments.grade, None));
    let settings = settings.with_noise(noise)?.with_attempts(arguments.attempts, arguments.growth)?;
    Ok(settings.with_strands(bank, arguments.strand_deviation)?)
}

/// Options that change nothing with this plan and this bank.
fn say_what_has_no_effect(arguments: &Arguments, (bank, plan): (&Bank, &TestPlan), output: &Output) {
    if let Some(grade) = arguments.grade.filter(|grade| !plan.prior_by_grade.contains_key(grade)) {
        output.note(&format!(
            "--grade {grade} has no effect on the start: plan {} has no prior for this grade",
            plan.id
        ));
    }
    let strands: BTreeSet<&str> = bank.items().iter().filter_map(strand_of).collect();
    if arguments.strand_deviation > 0.0 && strands.is_empty() {
        output.note(&format!("--strand-deviation has no effect: no item of bank {} has a strand", bank.id()));
    }
}

fn words(summary: &Summary, out: &Path) -> String {
    let (metrics, exposure) = (&summary.metrics, &summary.exposure);
    format!(
        "{} examinees: bias {:+.4}, RMSE {:.4}, mean length {:.2}\n\
         exposure: highest {:.3}, {:.1}% of {} items used, overlap {:.3}\n\
         requirements not met: {}\nreport: {}",
        metrics.n,
        metrics.bias,
        metrics.rmse,
        metrics.mean_length,
        exposure.max_exposure,
        100.0 * exposure.share_used,
        summary.pool_items,
        exposure.overlap,
        summary.violations,
        out.join("report.html").display()
    )
}
