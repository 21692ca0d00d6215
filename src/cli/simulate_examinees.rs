//! Who is simulated: abilities drawn or read from a file.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use super::CommandError;
use super::bank_input::read_text;
use crate::simulation::{empirical_abilities, normal_abilities, uniform_abilities};

/// Examinees at most: their tests are held in memory.
const EXAMINEES_MAX: usize = 5_000_000;
/// Largest file of abilities, in bytes.
const FILE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Abilities are at most this far from 0, in logits.
const ABILITY_MAX: f64 = 100.0;

/// The options that say who is simulated.
#[derive(Debug, Args)]
pub(super) struct ExamineeArguments {
    /// How many examinees to draw, or a file of abilities in logits: CSV with a column `theta` and, if wanted, a column
    /// `examinee`; or JSON with a list `theta`.
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

/// Simulated examinees.
#[derive(Debug)]
pub(super) struct Examinees {
    /// True abilities in logits.
    pub(super) abilities: Vec<f64>,
    /// What the file calls them.
    names: Option<Vec<String>>,
}

impl Examinees {
    /// What an examinee is called: by the file, or its number from 1.
    pub(super) fn name(&self, index: usize) -> String {
        match &self.names {
            Some(names) => names[index].clone(),
            None => (index + 1).to_string(),
        }
    }
}

impl ExamineeArguments {
    /// The examinees: drawn with the seed when a number is given, else read from the file that is named.
    pub(super) fn examinees(&self, seed: u64) -> Result<Examinees> {
        let examinees = match self.examinees.parse::<u32>() {
            Ok(count) => Examinees { abilities: self.drawn(count, seed)?, names: None },
            Err(_) => from_file(&self.examinees)?,
        };
        let found = examinees.abilities.len();
        ensure!(
            (1..=EXAMINEES_MAX).contains(&found),
            "from 1 to {EXAMINEES_MAX} examinees can be simulated, got {found}"
        );
        Ok(examinees)
    }

    fn drawn(&self, count: u32, seed: u64) -> Result<Vec<f64>> {
        let Self { mean, sd, lowest, highest, .. } = *self;
        match (self.distribution, &self.observed) {
            (Distribution::Normal, _) => normal_abilities(count, mean, sd, seed)
                .with_context(|| format!("abilities with mean {mean} and standard deviation {sd}")),
            (Distribution::Uniform, _) => {
                let fits = lowest < highest && lowest.abs() <= ABILITY_MAX && highest.abs() <= ABILITY_MAX;
                ensure!(
                    fits,
                    "uniform abilities from {lowest} to {highest} are none from -{ABILITY_MAX} to {ABILITY_MAX}"
                );
                Ok(uniform_abilities(count, lowest, highest))
            }
            (Distribution::Empirical, observed) => {
                let path = observed.as_deref().context("--observed names the file of abilities")?;
                Ok(empirical_abilities(count, &from_file(path)?.abilities, seed))
            }
        }
    }
}

fn from_file(path: &str) -> Result<Examinees> {
    let text = read_text(Path::new(path), FILE_BYTES_MAX).map_err(CommandError::into_error)?;
    let text = text.trim_start_matches('\u{feff}');
    ensure!(!text.trim().is_empty(), "{path}: line 1: the file is empty, expected a column `theta`");
    let examinees = if Path::new(path).extension().is_some_and(|extension| extension == "json") {
        from_json(text)
    } else {
        from_csv(text)
    };
    let examinees = examinees.with_context(|| path.to_owned())?;
    let found = examinees.abilities.len();
    ensure!(found > 0, "{path}: the file has no abilities");
    ensure!(found <= EXAMINEES_MAX, "{path}: at most {EXAMINEES_MAX} abilities can be read, got {found}");
    Ok(examinees)
}

fn from_json(text: &str) -> Result<Examinees> {
    #[derive(serde::Deserialize)]
    struct Named {
        theta: Vec<f64>,
    }
    let read = if text.trim_start().starts_with('[') {
        serde_json::from_str::<Vec<f64>>(text)
    } else {
        serde_json::from_str::<Named>(text).map(|named| named.theta)
    };
    let abilities = read.context("expected a list of numbers, or an object with a list `theta`")?;
    for (index, &theta) in abilities.iter().enumerate() {
        within(theta).with_context(|| format!("number {} of the list `theta`", index + 1))?;
    }
    Ok(Examinees { abilities, names: None })
}

fn from_csv(text: &str) -> Result<Examinees> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    let column = match headers.iter().position(|name| name == "theta") {
        Some(column) => column,
        None if headers.len() == 1 && headers[0].parse::<f64>().is_ok() => {
            bail!("line 1: the first line must be `theta`")
        }
        None => bail!("line 1: no column `theta` among {}", headers.iter().collect::<Vec<_>>().join(", ")),
    };
    let name_column = headers.iter().position(|name| name == "examinee");
    let mut abilities = Vec::new();
    let mut names = Vec::new();
    let mut taken = HashSet::new();
    for (index, row) in reader.records().enumerate() {
        let line = index + 2;
        let row = row.with_context(|| format!("line {line}"))?;
        let value = row.get(column).unwrap_or_default();
        let theta: f64 = value.parse().with_context(|| format!("line {line}, column theta: {value:?}"))?;
        within(theta).with_context(|| format!("line {line}, column theta"))?;
        abilities.push(theta);
        if let Some(name_column) = name_column {
            let name = row.get(name_column).unwrap_or_default().to_owned();
            ensure!(taken.insert(name.clone()), "line {line}, column examinee: {name:?} is there twice");
            names.push(name);
        }
    }
    Ok(Examinees { abilities, names: name_column.map(|_| names) })
}

fn within(theta: f64) -> Result<()> {
    ensure!(theta.abs() <= ABILITY_MAX, "{theta} is not from -{ABILITY_MAX} to {ABILITY_MAX}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_name_its_examinees() {
        let found = from_csv("examinee,theta\nada,0.5\nben,-1\n").unwrap();
        assert_eq!(found.abilities, [0.5, -1.0]);
        assert_eq!(found.name(1), "ben");
        assert_eq!(from_csv("theta\n0.5\n").unwrap().name(0), "1");
    }

    #[test]
    fn a_wrong_file_is_refused_with_its_place() {
        for (text, words) in [
            ("examinee,theta\nada,0\nada,1\n", "line 3, column examinee: \"ada\" is there twice"),
            ("theta\n0\n1e300\n", "line 3, column theta"),
            ("theta\nNaN\n", "line 2, column theta"),
            ("theta\nhigh\n", "line 2, column theta: \"high\""),
            ("ability\n1\n", "no column `theta` among ability"),
            ("1\n2\n", "the first line must be `theta`"),
        ] {
            let refused = format!("{:#}", from_csv(text).unwrap_err());
            assert!(refused.contains(words), "{text:?}: {refused}");
        }
        let refused = format!("{:#}", from_json("{\"theta\": [0, -1e300]}").unwrap_err());
        assert!(refused.starts_with("number 2 of the list `theta`"), "{refused}");
        for (text, words) in [
            ("{\"mean\": 1}", "missing field `theta` at line 1"),
            ("[0, \"high\"]", "invalid type: string \"high\", expected f64 at line 1 column 10"),
            ("3", "an object with a list `theta`: invalid type: integer `3`"),
        ] {
            let refused = format!("{:#}", from_json(text).unwrap_err());
            assert!(refused.contains(words), "{text:?}: {refused}");
        }
    }
}
