//! The uniform numbers that decide what simulated examinees answer.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use item_bank::Bank;

use crate::simulation::Uniforms;

/// Longest number of a table, and longest name of a column, in bytes with what separates them.
const NUMBER_BYTES_MAX: usize = 64;
const NAME_BYTES_MAX: usize = 128;

/// The options of chance.
#[derive(Debug, Args)]
pub(super) struct UniformArguments {
    /// The uniform numbers that decide the answers: the seed of the counter-based numbers, or a CSV file with one row
    /// an examinee and one number for each item of the bank, in the bank's order or under a header of item ids. The
    /// seed of `--seed` when absent.
    #[arg(long)]
    uniforms: Option<String>,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
}

impl UniformArguments {
    /// The numbers: of a seed, or a table with a row for each of `examinees` and a column for each item.
    pub(super) fn uniforms(&self, bank: &Bank, examinees: usize) -> Result<Uniforms> {
        let seed = self.seed;
        let Some(given) = self.uniforms.as_deref() else { return Ok(Uniforms::Counted { seed }) };
        if let Ok(seed) = given.parse() {
            return Ok(Uniforms::Counted { seed });
        }
        let items: Vec<&str> = bank.items().iter().map(|item| item.id.as_str()).collect();
        let read = || {
            let bytes_max = items.len() * (NAME_BYTES_MAX + examinees * NUMBER_BYTES_MAX);
            let file = File::open(given)?;
            let stated = file.metadata().map_or(0, |metadata| metadata.len());
            ensure!(
                stated <= bytes_max as u64,
                "a table of {} items for {examinees} examinees has at most {bytes_max} bytes, got {stated}",
                items.len()
            );
            table(file.take(bytes_max as u64), &items, examinees)
        };
        let numbers = read().with_context(|| given.to_owned())?;
        Ok(Uniforms::Table { items: items.len(), numbers, seed })
    }
}

/// Reads a number for every examinee and item, by examinee, in the order of `items`.
fn table(source: impl Read, items: &[&str], examinees: usize) -> Result<Vec<f64>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(source);
    let mut columns: Vec<usize> = (0..items.len()).collect();
    let mut numbers = Vec::new();
    let mut rows = 0;
    for (index, row) in reader.records().enumerate() {
        let line = index + 1;
        let row = row.with_context(|| format!("line {line}"))?;
        ensure!(
            row.len() == items.len(),
            "line {line}: {} numbers for the {} items of the bank",
            row.len(),
            items.len()
        );
        if line == 1 && row.iter().all(|cell| cell.parse::<f64>().is_err()) {
            columns = columns_of(&row, items).context("line 1")?;
            continue;
        }
        rows += 1;
        ensure!(rows <= examinees, "line {line}: there are numbers for more than {examinees} examinees");
        for &column in &columns {
            let value = &row[column];
            let number: f64 =
                value.parse().with_context(|| format!("line {line}, column {}: {value:?}", column + 1))?;
            let within = (0.0..1.0).contains(&number);
            ensure!(within, "line {line}, column {}: {number} is not in [0, 1)", column + 1);
            numbers.push(number);
        }
    }
    ensure!(rows == examinees, "{rows} rows of numbers for {examinees} examinees");
    Ok(numbers)
}

/// The column of each item under a header of item ids.
fn columns_of(header: &csv::StringRecord, items: &[&str]) -> Result<Vec<usize>> {
    let mut places = HashMap::new();
    for (column, name) in header.iter().map(|name| name.trim_start_matches('\u{feff}')).enumerate() {
        if places.insert(name, column).is_some() {
            bail!("column {}: {name:?} is there twice", column + 1);
        }
    }
    let column_of = |&item: &&str| places.get(item).copied().with_context(|| format!("no column {item:?}"));
    items.iter().map(column_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEMS: [&str; 2] = ["first", "second"];

    fn read(text: &str) -> Result<Vec<f64>> {
        table(text.as_bytes(), &ITEMS, 2)
    }

    #[test]
    fn numbers_go_to_the_items_that_the_header_names() {
        let in_order = [0.1, 0.2, 0.3, 0.4];
        assert_eq!(read("0.1,0.2\n0.3,0.4\n").unwrap(), in_order);
        assert_eq!(read("first,second\n0.1,0.2\n0.3,0.4\n").unwrap(), in_order);
        assert_eq!(read("second,first\n0.2,0.1\n0.4,0.3\n").unwrap(), in_order);
    }

    #[test]
    fn a_wrong_table_is_refused_with_its_place() {
        for (text, words) in [
            ("0.1,x\n0.3,0.4\n", "line 1, column 2: \"x\""),
            ("0.1,x\n0.3,0.4\n0.5,0.6\n", "line 1, column 2: \"x\""),
            ("first,third\n0.1,0.2\n0.3,0.4\n", "line 1: no column \"second\""),
            ("first,first\n0.1,0.2\n0.3,0.4\n", "line 1: column 2: \"first\" is there twice"),
            ("0.1,0.2\n0.3,1.0\n", "line 2, column 2: 1 is not in [0, 1)"),
            ("0.1,0.2\n0.3,NaN\n", "line 2, column 2: NaN is not in [0, 1)"),
            ("0.1,0.2\n0.3\n", "line 2: 1 numbers for the 2 items of the bank"),
            ("0.1,0.2\n", "1 rows of numbers for 2 examinees"),
            ("0.1,0.2\n0.1,0.2\n0.1,0.2\n", "line 3: there are numbers for more than 2 examinees"),
        ] {
            let refused = format!("{:#}", read(text).unwrap_err());
            assert!(refused.contains(words), "{text:?}: {refused}");
        }
    }
}
