//! The options examinees chose, beside the scores they were given for them.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use calibration::classical::{Choice, Distractor, distractors};
use calibration::responses::ResponseMatrix;
use clap::Args;
use csv::{Reader, StringRecord};

use super::tables::{Table, number};
use crate::cli::CommandError;
use crate::cli::bank_input::{ITEM_TABLE_BYTES_MAX, read_text};

/// The largest file of choices in bytes, its most lines, and the longest name of an option in bytes.
const CHOICES_BYTES_MAX: usize = 256 * 1024 * 1024;
const LINES_MAX: usize = 1_000_000;
const OPTION_BYTES_MAX: usize = 64;

/// Where the options come from.
#[derive(Debug, Args)]
pub(in crate::cli) struct ChoicesArguments {
    /// The options as they were chosen: a line an examinee and a column an item, like RESPONSES; adds distractors.csv.
    #[arg(long, value_name = "FILE", requires = "key")]
    choices: Option<PathBuf>,
    /// The right options: columns item,key.
    #[arg(long, value_name = "FILE", requires = "choices")]
    key: Option<PathBuf>,
}

impl ChoicesArguments {
    /// The table of options, where files are named.
    pub(in crate::cli) fn table(&self, matrix: &ResponseMatrix) -> Result<Option<String>, CommandError> {
        let (Some(choices), Some(key)) = (&self.choices, &self.key) else { return Ok(None) };
        let text = read_text(key, ITEM_TABLE_BYTES_MAX)?;
        let keys = keys(&text).with_context(|| key.display().to_string()).map_err(CommandError::Refused)?;
        let text = read_text(choices, CHOICES_BYTES_MAX)?;
        let found = by_item(&text, &keys, matrix)
            .with_context(|| choices.display().to_string())
            .map_err(CommandError::Refused)?;
        Ok(Some(table(matrix, &found)))
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
}

fn keys(text: &str) -> anyhow::Result<HashMap<String, String>> {
    let mut reader = reader(text);
    let mut keys = HashMap::new();
    if reader.headers()?.iter().ne(["item", "key"]) {
        return Err(anyhow!("line 1: expected the columns item,key"));
    }
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        if keys.insert(record[0].to_owned(), record[1].to_owned()).is_some() {
            return Err(anyhow!("line {line}, column 1: item {:?} appears twice", &record[0]));
        }
    }
    Ok(keys)
}

/// The options of every item of the responses that has a column and a key, by the item's column in the responses.
fn by_item(
    text: &str,
    keys: &HashMap<String, String>,
    matrix: &ResponseMatrix,
) -> anyhow::Result<Vec<(usize, Vec<Distractor>)>> {
    let mut reader = reader(text);
    let header = reader.headers()?.clone();
    let named = header.get(0) == Some("examinee");
    let place = |id: &str| matrix.items().iter().position(|item| item == id);
    let columns: Vec<(usize, usize)> =
        header.iter().enumerate().filter_map(|(column, id)| Some((column, place(id)?))).collect();
    if let Some((column, _)) = columns.iter().find(|(column, _)| !keys.contains_key(&header[*column])) {
        return Err(anyhow!("line 1, column {}: item {:?} has no key", column + 1, &header[*column]));
    }
    let examinees: HashMap<String, usize> =
        (0..matrix.examinee_count()).map(|examinee| (matrix.examinee(examinee), examinee)).collect();
    let rests = Rests::new(matrix);
    let mut choices: Vec<Vec<(String, f64, f64)>> = vec![Vec::new(); columns.len()];
    for (number, record) in reader.records().enumerate() {
        let record = record?;
        if number == LINES_MAX {
            return Err(anyhow!("line {}: more than {LINES_MAX} lines", number + 2));
        }
        let name = if named { record[0].to_owned() } else { (number + 1).to_string() };
        let Some(&examinee) = examinees.get(&name) else {
            return Err(anyhow!("line {}: the responses have no examinee {name:?}", number + 2));
        };
        for (chosen, &(column, item)) in choices.iter_mut().zip(&columns) {
            if let Some(option) = option(&record, column, number + 2)?
                && let Some(rest) = rests.of(matrix, examinee, item)
            {
                chosen.push((option, rest, matrix.weight(examinee)));
            }
        }
    }
    let analysed = columns.iter().zip(&choices).map(|(&(column, item), chosen)| {
        let chosen = chosen.iter().map(|(option, rest, weight)| Choice {
            option: option.as_str(),
            rest: *rest,
            weight: *weight,
        });
        (item, distractors(chosen, &keys[&header[column]]))
    });
    Ok(analysed.collect())
}

/// An option, or nothing where the cell is blank or NA.
fn option(record: &StringRecord, column: usize, line: usize) -> anyhow::Result<Option<String>> {
    let cell = record[column].trim();
    if cell.len() > OPTION_BYTES_MAX {
        let length = cell.len();
        return Err(anyhow!(
            "line {line}, column {}: an option has at most {OPTION_BYTES_MAX} bytes, got {length}",
            column + 1
        ));
    }
    Ok((!cell.is_empty() && cell != "NA").then(|| cell.to_owned()))
}

/// Summed scores and numbers of answers of every examinee.
struct Rests {
    totals: Vec<(f64, f64)>,
}

impl Rests {
    fn new(matrix: &ResponseMatrix) -> Self {
        let total = |row: calibration::responses::Answers<'_>| {
            (row.scores.iter().map(|&score| f64::from(score)).sum(), row.scores.len() as f64)
        };
        Self { totals: matrix.rows().map(total).collect() }
    }

    /// Mean score on the other items; `None` where there is no other answer.
    fn of(&self, matrix: &ResponseMatrix, examinee: usize, item: usize) -> Option<f64> {
        let (sum, count) = self.totals[examinee];
        let own = matrix.answers(examinee).score(item);
        let (sum, count) = own.map_or((sum, count), |own| (sum - f64::from(own), count - 1.0));
        (count > 0.0).then(|| sum / count)
    }
}

fn table(matrix: &ResponseMatrix, found: &[(usize, Vec<Distractor>)]) -> String {
    let columns = ["item", "option", "key", "examinees", "proportion", "mean_rest", "point_biserial", "flag"];
    let mut table = Table::new(&columns);
    for (item, options) in found {
        let key = options.iter().find(|option| option.is_key).map_or(0.0, |option| option.point_biserial);
        for option in options {
            // A distractor that draws abler examinees than the key, or a key that does not draw the able.
            let odd = if option.is_key { key < 0.0 } else { option.point_biserial > key.max(0.0) };
            table.row(vec![
                matrix.items()[*item].clone(),
                option.option.clone(),
                u8::from(option.is_key).to_string(),
                option.examinees.to_string(),
                number(option.proportion),
                number(option.mean_rest),
                number(option.point_biserial),
                if odd { "look" } else { "" }.to_owned(),
            ]);
        }
    }
    table.finish()
}
