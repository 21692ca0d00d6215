//! Reads a bank that the command line names: a JSON bank file or a parameter table.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow};
use item_bank::Bank;
use item_bank::formats::{
    BANK_FILE_BYTES_MAX, BankReading, PARAMETER_TABLE_BYTES_MAX, read_bank_file, read_parameters_csv,
};

use super::{CommandError, Output};

/// Most warnings shown about one file; `waymark bank validate` shows them all.
const WARNINGS_SHOWN_MAX: usize = 10;

/// The bank in a file, with warnings; a parameter table when the name ends in `.csv`.
pub(super) fn read_bank(path: &Path) -> Result<BankReading, CommandError> {
    let name = path.display().to_string();
    let table = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let limit = if table { PARAMETER_TABLE_BYTES_MAX } else { BANK_FILE_BYTES_MAX };
    let text = read_text(path, limit)?;
    if table {
        read_parameters_csv(&text, &name).map_err(CommandError::refused)
    } else {
        read_bank_file(&text, &name).map_err(CommandError::refused)
    }
}

/// The bank; people are told what was odd about its file.
pub(super) fn read_bank_alone(path: &Path, output: &Output) -> Result<Bank, CommandError> {
    let reading = read_bank(path)?;
    let (shown, more) = reading.warnings.split_at(reading.warnings.len().min(WARNINGS_SHOWN_MAX));
    for warning in shown {
        output.note(&format!("warning: {}: {warning}", path.display()));
    }
    if !more.is_empty() {
        output.note(&format!("warning: {}: and {} more", path.display(), more.len()));
    }
    Ok(reading.bank)
}

/// Largest table about items, such as their models or keys, in bytes.
pub(super) const ITEM_TABLE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A text of at most so many bytes. A file that says that it is larger is not read at all.
pub(super) fn read_text(path: &Path, bytes_max: usize) -> Result<String, CommandError> {
    let name = || path.display().to_string();
    let file = File::open(path).with_context(name).map_err(CommandError::Refused)?;
    let mut bytes = Vec::new();
    let limit = bytes_max as u64 + 1;
    let stated = file.metadata().map_or(0, |metadata| metadata.len());
    if stated < limit {
        file.take(limit).read_to_end(&mut bytes).with_context(name).map_err(CommandError::Failed)?;
    }
    if stated.max(bytes.len() as u64) >= limit {
        let error = anyhow!("{}: the file has more than {bytes_max} bytes", name());
        return Err(CommandError::Refused(error));
    }
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to() + 1;
        CommandError::Refused(anyhow!("{}: byte {byte} is not UTF-8", name()))
    })
}
