//! The JSON bank file: items with parameters, content and attributes, scale and progression.

mod content;
mod item;
mod parameters;
mod read;
mod write;

pub(super) use item::{ItemDefaults, read_item};
pub(super) use read::scaling_constant;
pub use read::{BANK_FILE_BYTES_MAX, BANK_ITEMS_MAX, BankReading, read_bank_file, read_bank_json};
pub use write::write_bank_json;
