//! The covariance matrix of the parameters that a bank holds, as a file beside it.

use std::fmt::Write;

use thiserror::Error;

use crate::estimation::{Calibration, Covariance};
use crate::linear_algebra::dot;

/// The most parameters: a matrix of 100 million entries.
const PARAMETERS_MAX: usize = 10_000;
/// A pivot below this share of its variance is rounding: the parameter follows from those before it.
const PIVOT_MIN: f64 = 1e-9;

/// Why a text is no covariance matrix of parameters.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParameterCovarianceError {
    /// Another header.
    #[error("line 1: expected the columns item,parameter,covariances")]
    Header,
    /// A line without three fields, or with an item's parameter that was there before.
    #[error("line {line}: expected an item, one of its parameters that no line before has, and covariances")]
    Line {
        /// Line of the file.
        line: usize,
    },
    /// Another number of covariances than lines so far, or something that is no number.
    #[error("line {line}, column 3: expected {expected} finite numbers")]
    Numbers {
        /// Line of the file.
        line: usize,
        /// How many there should be.
        expected: usize,
    },
    /// Too many parameters.
    #[error("at most {max} parameters")]
    TooMany {
        /// The limit.
        max: usize,
    },
    /// No matrix of this kind has a negative variance.
    #[error("the matrix is not positive semidefinite at {item:?}, {parameter}")]
    Indefinite {
        /// Item id.
        item: String,
        /// Its parameter.
        parameter: String,
    },
}

/// Item, parameter, and by how much it moves.
pub(super) type Moves<'a> = Vec<(&'a str, &'a str, f64)>;

/// Covariances of the estimated parameters of a bank's items: a, b (b1 …), c, d.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterCovariance {
    names: Vec<(String, String)>,
    /// Row by row, each up to its own variance.
    rows: Vec<Vec<f64>>,
}

impl ParameterCovariance {
    /// By the delta method from that of a calibration's slots; `None` where there are too many parameters.
    pub fn new(calibration: &Calibration, covariance: &Covariance) -> Option<Self> {
        let mut all: Vec<(usize, String, Vec<f64>)> = Vec::new();
        for (item, calibrated) in calibration.items.iter().enumerate() {
            let indexes = covariance.item_indexes(item);
            let estimated = |gradient: &[f64]| {
                gradient.iter().zip(indexes).any(|(value, index)| *value != 0.0 && index.is_some())
            };
            let parameters = calibrated.parameters.bank_gradients().into_iter();
            let kept = parameters.filter(|(_, gradient)| calibrated.problem.is_none() && estimated(gradient));
            all.extend(kept.map(|(name, gradient)| (item, name, gradient)));
        }
        if all.len() > PARAMETERS_MAX {
            return None;
        }
        let entry = |row: &(usize, String, Vec<f64>), column: &(usize, String, Vec<f64>)| {
            let block = covariance.item_block(row.0, column.0);
            let rows = block.chunks_exact(column.2.len()).zip(&row.2);
            rows.map(|(block, by)| by * dot(block, &column.2)).sum::<f64>()
        };
        let rows = all.iter().enumerate();
        let rows =
            rows.map(|(row, own)| all[..=row].iter().map(|other| entry(own, other)).collect()).collect();
        let name = |(item, parameter, _): &(usize, String, Vec<f64>)| {
            (calibration.items[*item].id.clone(), parameter.clone())
        };
        Some(Self { names: all.iter().map(name).collect(), rows })
    }

    /// The file: a line a parameter with its covariances with every parameter so far, its variance last.
    pub fn to_csv(&self) -> String {
        let mut text = String::from("item,parameter,covariances\n");
        for ((item, parameter), row) in self.names.iter().zip(&self.rows) {
            let item = crate::report::field(item);
            let _ = write!(text, "{item},{parameter},");
            for (place, value) in row.iter().enumerate() {
                let _ = write!(text, "{}{value}", if place == 0 { "" } else { " " });
            }
            text.push('\n');
        }
        text
    }

    /// Reads the file.
    pub fn from_csv(text: &str) -> Result<Self, ParameterCovarianceError> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut found = Self { names: Vec::new(), rows: Vec::new() };
        let mut seen = std::collections::HashSet::new();
        for (place, record) in reader.records().enumerate() {
            let line = place + 1;
            let refused = ParameterCovarianceError::Line { line };
            let record = record.map_err(|_| refused.clone())?;
            if place == 0 {
                if record != vec!["item", "parameter", "covariances"] {
                    return Err(ParameterCovarianceError::Header);
                }
                continue;
            }
            let (3, Some(item), Some(parameter)) = (record.len(), record.get(0), record.get(1)) else {
                return Err(refused);
            };
            let name = (item.to_owned(), parameter.to_owned());
            if !seen.insert(name.clone()) {
                return Err(refused);
            }
            if found.rows.len() == PARAMETERS_MAX {
                return Err(ParameterCovarianceError::TooMany { max: PARAMETERS_MAX });
            }
            let numbers: Option<Vec<f64>> = record[2]
                .split(' ')
                .map(|number| number.parse::<f64>().ok().filter(|number| number.is_finite()))
                .collect();
            let row = numbers.filter(|row| row.len() == place);
            found.rows.push(row.ok_or(ParameterCovarianceError::Numbers { line, expected: place })?);
            found.names.push(name);
        }
        if found.names.is_empty() {
            return Err(ParameterCovarianceError::Header);
        }
        Ok(found)
    }

    /// Item, parameter and standard error of every estimated parameter.
    pub fn standard_errors(&self) -> impl Iterator<Item = (&str, &str, f64)> {
        let errors = self.rows.iter().map(|row| row.last().map_or(0.0, |variance| variance.sqrt()));
        self.names
            .iter()
            .zip(errors)
            .map(|((item, parameter), error)| (item.as_str(), parameter.as_str(), error))
    }

    /// Columns L of a factor L Lᵀ of the matrix of some items' parameters, as moves of (item, parameter).
    /// Parameters that others determine, such as a common slope, have no column of their own.
    pub(super) fn columns<'a>(&'a self, items: &[&str]) -> Result<Vec<Moves<'a>>, ParameterCovarianceError> {
        let kept: Vec<usize> =
            (0..self.names.len()).filter(|&row| items.contains(&self.names[row].0.as_str())).collect();
        let size = kept.len();
        let mut factor = vec![vec![0.0; size]; size];
        for row in 0..size {
            for column in 0..=row {
                let known = dot(&factor[row][..column], &factor[column][..column]);
                let rest = self.rows[kept[row]][kept[column]] - known;
                let variance = self.rows[kept[column]][kept[column]];
                factor[row][column] = if row > column {
                    if factor[column][column] > 0.0 { rest / factor[column][column] } else { 0.0 }
                } else if rest > PIVOT_MIN * variance {
                    rest.sqrt()
                } else if rest >= -PIVOT_MIN.sqrt() * variance {
                    0.0
                } else {
                    let (item, parameter) = self.names[kept[row]].clone();
                    return Err(ParameterCovarianceError::Indefinite { item, parameter });
                };
            }
        }
        let column = |column: usize| {
            let moved = (column..size).filter(|&row| factor[row][column] != 0.0);
            let name = |row: usize| {
                let (item, parameter) = &self.names[kept[row]];
                (item.as_str(), parameter.as_str(), factor[row][column])
            };
            moved.map(name).collect::<Vec<_>>()
        };
        Ok((0..size).map(column).filter(|column| !column.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "item,parameter,covariances\ni1,a,0.04\n\"i,2\",b1,0.01 0.09\n";

    #[test]
    fn what_is_written_is_read() {
        let read = ParameterCovariance::from_csv(FILE).unwrap();
        assert_eq!(read.to_csv(), FILE);
        assert_eq!(read.standard_errors().collect::<Vec<_>>(), [("i1", "a", 0.2), ("i,2", "b1", 0.3)]);
    }

    #[test]
    fn what_is_no_covariance_matrix_is_refused() {
        let refused = |text: &str| ParameterCovariance::from_csv(text).unwrap_err().to_string();
        assert_eq!(refused(""), "line 1: expected the columns item,parameter,covariances");
        assert_eq!(refused("a,b,c\n"), "line 1: expected the columns item,parameter,covariances");
        let twice = "item,parameter,covariances\ni,a,1\ni,a,0 1\n";
        assert!(refused(twice).starts_with("line 3: expected an item"), "{}", refused(twice));
        for numbers in ["1", "1 x", "1 NaN", "1 2 3"] {
            let text = format!("item,parameter,covariances\ni,a,1\ni,b,{numbers}\n");
            assert_eq!(refused(&text), "line 3, column 3: expected 2 finite numbers");
        }
        let negative = ParameterCovariance::from_csv("item,parameter,covariances\ni,a,1\nj,a,2 1\n").unwrap();
        assert!(negative.columns(&["i", "j"]).unwrap_err().to_string().contains("\"j\", a"));
    }

    #[test]
    fn a_parameter_that_follows_another_has_no_column_of_its_own() {
        let text = "item,parameter,covariances\ni,a,4\nj,a,4 4\nj,b,1 1 2\n";
        let read = ParameterCovariance::from_csv(text).unwrap();
        let columns = read.columns(&["i", "j"]).unwrap();
        assert_eq!(columns[0], [("i", "a", 2.0), ("j", "a", 2.0), ("j", "b", 0.5)]);
        assert_eq!(columns[1], [("j", "b", 1.75_f64.sqrt())]);
        assert_eq!(columns.len(), 2);
    }
}
