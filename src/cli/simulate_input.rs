//! Reads the examinees and the uniform numbers of a simulation.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::simulation::{Uniforms, empirical_abilities, normal_abilities, uniform_abilities};

/// Examinees at most: their tests are held in memory.
const EXAMINEES_MAX: usize = 5_000_000;

/// Who is simulated, and the numbers that decide what they do.
#[derive(Debug, Args)]
pub(super) struct Examinees {
    /// How many examinees to draw, or a file of abilities in logits: CSV with a column `theta`, or JSON with a list
    /// `theta`.
    #[arg(long)]
    examinees: String,
    /// The distribution that abilities are drawn from.
    #[arg(long, value_enum, default_value_t = Distribution::Normal)]
    distribution: Distribution,
    /// Mean of normal abilities, in logits.
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    mean: f64,
    /// Standard deviation of normal abilities, in logits.
    #[arg(long, default_value_t = 1.0)]
    sd: f64,
    /// Lowest of uniform abilities, in logits.
    #[arg(long, default_value_t = -3.0, allow_negative_numbers = true)]
    lowest: f64,
    /// Highest of uniform abilities, in logits.
    #[arg(long, default_value_t = 3.0, allow_negative_numbers = true)]
    highest: f64,
    /// A file of observed abilities that empirical ones are drawn from.
    #[arg(long, required_if_eq("distribution", "empirical"))]
    observed: Option<String>,
    /// The uniform numbers that decide the answers: the seed of the counter-based numbers, or a CSV file with one row
    /// an examinee and one number for each item of the bank. The seed of `--seed` when absent.
    #[arg(long)]
    uniforms: Option<String>,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Where abilities come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Distribution {
    /// Normal, of `--mean` and `--sd`.
    Normal,
    /// Spread evenly from `--lowest` to `--highest`.
    Uniform,
    /// As those of the file `--observed` are.
    Empirical,
}

impl Examinees {
    /// Abilities in logits: drawn when a number is given, else read from the file that is named.
    pub(super) fn abilities(&self) -> Result<Vec<f64>> {
        let abilities = match self.examinees.parse::<u32>() {
            Ok(count) => self.drawn(count)?,
            Err(_) => from_file(&self.examinees)?,
        };
        let found = abilities.len();
        ensure!(
            (1..=EXAMINEES_MAX).contains(&found),
            "from 1 to {EXAMINEES_MAX} examinees can be simulated, got {found}"
        );
        Ok(abilities)
    }

    fn drawn(&self, count: u32) -> Result<Vec<f64>> {
        let Self { mean, sd, lowest, highest, seed, .. } = *self;
        match (self.distribution, &self.observed) {
            (Distribution::Normal, _) => normal_abilities(count, mean, sd, seed)
                .with_context(|| format!("abilities with mean {mean} and standard deviation {sd}")),
            (Distribution::Uniform, _) => {
                let fits = lowest < highest && lowest.abs() <= 100.0 && highest.abs() <= 100.0;
                ensure!(fits, "uniform abilities from {lowest} to {highest} are none from -100 to 100");
                Ok(uniform_abilities(count, lowest, highest))
            }
            (Distribution::Empirical, observed) => {
                let path = observed.as_deref().context("--observed names the file of abilities")?;
                let observed = from_file(path)?;
                ensure!(!observed.is_empty(), "{path}: no abilities");
                Ok(empirical_abilities(count, &observed, seed))
            }
        }
    }

    /// The numbers that decide the answers: of a seed, or a table with `shape` examinees and items.
    pub(super) fn uniforms(&self, shape: (usize, usize)) -> Result<Uniforms> {
        let seed = self.seed;
        let Some(given) = self.uniforms.as_deref() else { return Ok(Uniforms::Counted { seed }) };
        if let Ok(seed) = given.parse() {
            return Ok(Uniforms::Counted { seed });
        }
        table(given, seed, shape).with_context(|| given.to_owned())
    }
}

fn from_file(path: &str) -> Result<Vec<f64>> {
    let text = fs::read_to_string(path).with_context(|| path.to_owned())?;
    let abilities = if Path::new(path).extension().is_some_and(|extension| extension == "json") {
        from_json(&text)
    } else {
        from_csv(&text)
    };
    abilities.with_context(|| path.to_owned())
}

fn from_json(text: &str) -> Result<Vec<f64>> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Examinees {
        List(Vec<f64>),
        Named { theta: Vec<f64> },
    }
    let read =
        serde_json::from_str(text).context("expected a list of numbers, or an object with a list `theta`")?;
    let (Examinees::List(abilities) | Examinees::Named { theta: abilities }) = read;
    Ok(abilities)
}

fn from_csv(text: &str) -> Result<Vec<f64>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    let column = match headers.iter().position(|name| name == "theta") {
        Some(column) => column,
        None if headers.len() == 1 && headers[0].parse::<f64>().is_ok() => {
            bail!("the first line must be `theta`")
        }
        None => bail!("no column `theta` among {}", headers.iter().collect::<Vec<_>>().join(", ")),
    };
    let mut abilities = Vec::new();
    for (index, row) in reader.records().enumerate() {
        let line = index + 2;
        let row = row.with_context(|| format!("line {line}"))?;
        let value = row.get(column).unwrap_or_default();
        let theta: f64 = value.parse().with_context(|| format!("line {line}, column theta: {value:?}"))?;
        ensure!(theta.abs() <= 100.0, "line {line}, column theta: {theta} is not from -100 to 100");
        abilities.push(theta);
    }
    Ok(abilities)
}

fn table(path: &str, seed: u64, (examinees, items): (usize, usize)) -> Result<Uniforms> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_path(path)?;
    let mut numbers = Vec::with_capacity(examinees * items);
    let mut rows = 0;
    for (index, row) in reader.records().enumerate() {
        let line = index + 1;
        let row = row.with_context(|| format!("line {line}"))?;
        let is_header = line == 1 && row.iter().any(|value| value.parse::<f64>().is_err());
        if is_header {
            continue;
        }
        ensure!(row.len() == items, "line {line}: {} numbers for the {items} items of the bank", row.len());
        for (column, value) in row.iter().enumerate() {
            let number: f64 =
                value.parse().with_context(|| format!("line {line}, column {}: {value:?}", column + 1))?;
            let within = (0.0..1.0).contains(&number);
            ensure!(within, "line {line}, column {}: {number} is not in [0, 1)", column + 1);
            numbers.push(number);
        }
        rows += 1;
    }
    ensure!(rows == examinees, "{rows} rows of numbers for {examinees} examinees");
    Ok(Uniforms::Table { items, numbers, seed })
}
