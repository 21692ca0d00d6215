//! Reads the examinees and the uniform numbers of a simulation.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::simulation::{Uniforms, normal_abilities};

/// Abilities in logits: drawn when `given` is a number, else read from the file it names.
pub(super) fn abilities(given: &str, (mean, deviation, seed): (f64, f64, u64)) -> Result<Vec<f64>> {
    if let Ok(count) = given.parse::<u32>() {
        let drawn = normal_abilities(count, mean, deviation, seed);
        return drawn
            .with_context(|| format!("abilities with mean {mean} and standard deviation {deviation}"));
    }
    let text = fs::read_to_string(given).with_context(|| given.to_owned())?;
    let abilities = if Path::new(given).extension().is_some_and(|extension| extension == "json") {
        from_json(&text)
    } else {
        from_csv(&text)
    };
    abilities.with_context(|| given.to_owned())
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

/// The numbers that decide the answers: of a seed, or a table with `shape` examinees and items.
pub(super) fn uniforms(given: Option<&str>, seed: u64, shape: (usize, usize)) -> Result<Uniforms> {
    let Some(given) = given else { return Ok(Uniforms::Counted { seed }) };
    if let Ok(seed) = given.parse() {
        return Ok(Uniforms::Counted { seed });
    }
    table(given, seed, shape).with_context(|| given.to_owned())
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
