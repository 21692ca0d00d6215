//! Text to banks, parameters and responses, and back. Never opens a file.

mod bank_json;
mod issue;
mod json_node;
mod json_text;
mod parameters_csv;
pub mod responses;

pub use bank_json::{
    BANK_FILE_BYTES_MAX, BANK_ITEMS_MAX, BankReading, read_bank_file, read_bank_json, write_bank_json,
};
pub use issue::{BankFileErrors, FILE_ISSUES_MAX, FileIssue};
pub use parameters_csv::{PARAMETER_TABLE_BYTES_MAX, read_parameters_csv, write_parameters_csv};
