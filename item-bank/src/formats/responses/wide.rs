//! The wide layout: one row an examinee, one column an item, an optional first column `examinee` (or person, student, id).

use std::collections::HashSet;
use std::io::BufRead;

use super::lines::{Lines, cells};
use super::long::is_examinee;
use super::{ExamineeResponses, ResponseFileError};
use crate::item::ItemId;

/// Most item columns.
pub const ITEM_COLUMNS_MAX: usize = 100_000;
/// Most examinees with names.
pub const EXAMINEES_MAX: usize = 20_000_000;
/// Highest score in a response file.
pub const SCORE_MAX: u32 = 99;

/// What a column holds.
enum Column {
    Examinee,
    Item(u32),
    Ignored,
}

/// Rows of a wide file.
pub(super) struct Wide<R> {
    lines: Lines<R>,
    columns: Vec<Column>,
    pub(super) items: Vec<ItemId>,
    pub(super) heading_line: u64,
    examinees: u64,
    names: HashSet<String>,
}

/// The score in a cell; `None` where the item was not administered.
pub(super) fn score(cell: &str) -> Result<Option<u32>, &'static str> {
    match cell {
        "" | "NA" => Ok(None),
        "0" => Ok(Some(0)),
        "1" => Ok(Some(1)),
        _ if cell.bytes().all(|byte| byte.is_ascii_digit()) => match cell.parse() {
            Ok(score) if score <= SCORE_MAX => Ok(Some(score)),
            _ => Err("a score is at most 99"),
        },
        _ => Err("expected a score from 0, or blank or NA where not administered"),
    }
}

impl<R: BufRead> Wide<R> {
    /// Reads what the heading says.
    pub(super) fn new(
        lines: Lines<R>,
        heading: &[String],
        ignored: &[String],
    ) -> Result<Self, ResponseFileError> {
        let line = lines.number();
        if let [only] = heading
            && only.contains([';', '\t'])
        {
            let problem = "cells are separated by commas; this heading has other separators";
            return Err(ResponseFileError::at_line(line, problem).with_value(only));
        }
        let mut columns = Vec::with_capacity(heading.len());
        let mut items: Vec<ItemId> = Vec::with_capacity(heading.len());
        let mut seen = HashSet::new();
        for (position, name) in heading.iter().enumerate() {
            if !seen.insert(name.as_str()) {
                return Err(ResponseFileError::at_line(line, "two columns have this name").in_column(name));
            }
            if ignored.contains(name) {
                columns.push(Column::Ignored);
            } else if position == 0 && is_examinee(name) {
                columns.push(Column::Examinee);
            } else {
                let id = ItemId::new(name.as_str()).map_err(|error| {
                    let problem = format!("column {}: {error}", position + 1);
                    ResponseFileError::at_line(line, problem)
                })?;
                columns.push(Column::Item(items.len() as u32));
                items.push(id);
            }
        }
        if items.is_empty() || items.len() > ITEM_COLUMNS_MAX {
            let problem = format!("expected 1 to {ITEM_COLUMNS_MAX} item columns, got {}", items.len());
            return Err(ResponseFileError::at_line(line, problem));
        }
        Ok(Self { lines, columns, items, heading_line: line, examinees: 0, names: HashSet::new() })
    }

    /// The next examinee; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<ExamineeResponses>, ResponseFileError> {
        let Some(text) = self.lines.next()?.map(str::to_owned) else {
            return Ok(None);
        };
        let line = self.lines.number();
        self.examinees += 1;
        let mut row = ExamineeResponses::new(String::new(), line);
        let mut count = 0;
        for cell in cells(&text) {
            let cell = cell.map_err(|problem| ResponseFileError::at_line(line, problem))?;
            match self.columns.get(count) {
                Some(Column::Examinee) => row.examinee = cell.into_owned(),
                Some(Column::Item(item)) => match score(&cell) {
                    Ok(Some(score)) => row.responses.push((*item, score)),
                    Ok(None) => {}
                    Err(problem) => {
                        let column = self.items[*item as usize].as_str();
                        let error = ResponseFileError::at_line(line, problem);
                        return Err(error.in_column(column).with_value(&cell));
                    }
                },
                Some(Column::Ignored) | None => {}
            }
            count += 1;
        }
        if count != self.columns.len() {
            let problem = format!("expected {} cells as in the heading, got {count}", self.columns.len());
            return Err(ResponseFileError::at_line(line, problem));
        }
        if matches!(self.columns[0], Column::Examinee) {
            self.take_name(&row.examinee, line)?;
        } else {
            row.examinee = self.examinees.to_string();
        }
        Ok(Some(row))
    }
    /// Every examinee has a name of its own.
    fn take_name(&mut self, name: &str, line: u64) -> Result<(), ResponseFileError> {
        if name.is_empty() {
            return Err(ResponseFileError::at_line(line, "the examinee has no name").in_column("examinee"));
        }
        if self.names.len() == EXAMINEES_MAX {
            let problem = format!("a file names at most {EXAMINEES_MAX} examinees");
            return Err(ResponseFileError::at_line(line, problem));
        }
        if !self.names.insert(name.to_owned()) {
            return Err(ResponseFileError::at_line(line, format!("examinee {name:?} appears twice")));
        }
        Ok(())
    }
}
