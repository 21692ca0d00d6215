//! `waymark simulate`: adaptive tests for simulated examinees, before a student meets the plan.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, anyhow};
use clap::Args;
use indicatif::ProgressBar;
use item_bank::formats::read_bank_json;

use super::output::Output;
use super::simulate_input::{abilities, uniforms};
use super::{CommandError, simulate_output};
use crate::adaptive::{ItemPool, TestPlan};
use crate::simulation::{AnswerNoise, Settings, Summary, Uniforms, simulate, summarise};

/// Examinees at most: their tests are held in memory.
const EXAMINEES_MAX: usize = 5_000_000;

/// Gives an adaptive test to simulated examinees with the engine that serves students.
///
/// Writes summary.json, examinees.csv, exposure.csv, report.html and, where the plan gives field-test items,
/// field_test.csv. The same inputs give the same files, whatever
/// the number of threads.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waymark simulate --bank bank.json --plan plan.json --examinees 5000 --out report
  waymark simulate --bank bank.json --plan plan.json --examinees thetas.csv --uniforms 410002 --out report
  waymark simulate --bank bank.json --plan plan.json --examinees 2000 --attempts 3 --growth 0.2 --out report")]
pub struct Arguments {
    /// The bank file.
    #[arg(long)]
    bank: PathBuf,
    /// The plan file.
    #[arg(long)]
    plan: PathBuf,
    /// How many examinees to draw, or a file of abilities in logits: CSV with a column `theta`, or JSON with a list
    /// `theta`.
    #[arg(long)]
    examinees: String,
    /// The uniform numbers that decide the answers: the seed of the counter-based numbers, or a CSV file with one row
    /// an examinee and one number for each item of the bank. The seed of `--seed` when absent.
    #[arg(long)]
    uniforms: Option<String>,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Mean of the abilities drawn, in logits.
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    mean: f64,
    /// Standard deviation of the abilities drawn, in logits.
    #[arg(long, default_value_t = 1.0)]
    sd: f64,
    /// Start from the prior of this grade.
    #[arg(long)]
    grade: Option<u8>,
    /// Attempts of every examinee; later ones avoid the items of earlier ones.
    #[arg(long, default_value_t = 1)]
    attempts: u32,
    /// Growth of ability from one attempt to the next, in logits.
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    growth: f64,
    /// Share of answers given without reading.
    #[arg(long, default_value_t = 0.0)]
    rapid: f64,
    /// Share of answers spoiled by a slip.
    #[arg(long, default_value_t = 0.0)]
    slip: f64,
    /// Threads to work with; all cores when absent.
    #[arg(long)]
    threads: Option<usize>,
    /// Folder for the report.
    #[arg(long)]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// Refused: a file that cannot be read, or a plan that the bank cannot serve. Failed: the report cannot be written.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let bank_name = arguments.bank.display().to_string();
    let bank = read_bank_json(&read(&arguments.bank)?, &bank_name).map_err(CommandError::refused)?;
    let at_plan = || format!("{}", arguments.plan.display());
    let plan =
        TestPlan::from_json(&read(&arguments.plan)?).with_context(at_plan).map_err(CommandError::Refused)?;
    let pool = ItemPool::prepare(&bank, &plan).with_context(at_plan).map_err(CommandError::Refused)?;
    let drawn = (arguments.mean, arguments.sd, arguments.seed);
    let abilities = abilities(&arguments.examinees, drawn).map_err(CommandError::Refused)?;
    if abilities.is_empty() || abilities.len() > EXAMINEES_MAX {
        let error = anyhow!("from 1 to {EXAMINEES_MAX} examinees can be simulated, got {}", abilities.len());
        return Err(CommandError::Refused(error));
    }
    let shape = (abilities.len(), bank.items().len());
    let uniforms =
        uniforms(arguments.uniforms.as_deref(), arguments.seed, shape).map_err(CommandError::Refused)?;
    let settings = settings(arguments, &plan, uniforms).map_err(CommandError::Refused)?;

    let bar = if output.shows_progress() {
        ProgressBar::new(abilities.len() as u64)
    } else {
        ProgressBar::hidden()
    };
    let threads = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads.unwrap_or(0)).build();
    let threads = threads.map_err(CommandError::failed)?;
    let began = Instant::now();
    let tests = threads.install(|| simulate(&pool, &plan, &abilities, &settings, &|| bar.inc(1)));
    bar.finish_and_clear();
    let seconds = began.elapsed().as_secs_f64();
    let summary = summarise(&bank, &plan, &pool, &tests);
    simulate_output::write(&arguments.out, &bank, (&plan, &pool), (&summary, &tests))
        .map_err(CommandError::Failed)?;
    output.note(&format!("{} tests in {seconds:.2} s", tests.len()));
    output.result(&words(&summary, &arguments.out), &summary)
}

fn settings(arguments: &Arguments, plan: &TestPlan, uniforms: Uniforms) -> anyhow::Result<Settings> {
    let noise = AnswerNoise { rapid: arguments.rapid, slip: arguments.slip };
    let settings = Settings::new(uniforms, plan.start(arguments.grade, None));
    Ok(settings.with_noise(noise)?.with_attempts(arguments.attempts, arguments.growth)?)
}

fn read(path: &Path) -> Result<String, CommandError> {
    fs::read_to_string(path).with_context(|| format!("{}", path.display())).map_err(CommandError::Refused)
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
