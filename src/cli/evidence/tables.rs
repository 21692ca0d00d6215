//! Tables as text, and files written whole.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::cli::CommandError;

/// A CSV table under construction.
pub(in crate::cli) struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    /// A table with these columns.
    pub(in crate::cli) fn new(columns: &[&str]) -> Self {
        let mut table = Self { writer: csv::Writer::from_writer(Vec::new()) };
        table.write(columns.iter().copied());
        table
    }

    /// Adds a row, a cell a column.
    pub(in crate::cli) fn row(&mut self, cells: Vec<String>) {
        self.write(cells.iter().map(String::as_str));
    }

    fn write<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        self.writer.write_record(cells).expect("memory takes every row, and rows have a cell a column");
    }

    /// The text.
    pub(in crate::cli) fn finish(self) -> String {
        let bytes = self.writer.into_inner().expect("memory takes every row");
        String::from_utf8(bytes).expect("cells are text")
    }
}

/// A number as a cell: empty where it is not one.
pub(in crate::cli) fn number(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

/// Writes files into a folder, made if it is not there; each complete or not at all.
pub(in crate::cli) fn write_files(folder: &Path, files: &[(&str, String)]) -> Result<(), CommandError> {
    fs::create_dir_all(folder)
        .with_context(|| folder.display().to_string())
        .map_err(CommandError::Refused)?;
    for (name, text) in files {
        write(&folder.join(name), text).map_err(CommandError::Failed)?;
    }
    Ok(())
}

/// Through a temporary name, so that a reader never meets half a file.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, text).with_context(|| unfinished.display().to_string())?;
    fs::rename(&unfinished, path).with_context(|| path.display().to_string())
}
