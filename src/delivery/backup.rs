//! Backups: the whole database as one text file, readable by either engine.
//!
//! One JSON document a line: a header, then every row as `{"table": …, "row": {…}}`, then a footer with the number of
//! rows and the SHA-256 of everything before it. A file without its footer is not a backup.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::clock::Millis;
use crate::store::dump::{self, TABLES};
use crate::store::{Store, StoreError};

/// The form of the file; a program reads the forms it knows.
const FORM: u32 = 1;
/// Longest line of a backup, in bytes: a bank of 100,000 items is well below.
const LINE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Why a backup was not made or not restored. Nothing of a refused backup stays.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The file could not be read or written.
    #[error("the backup could not be read or written: {0}")]
    File(#[from] io::Error),
    /// The file is no backup, or not all of one.
    #[error("line {line} of the backup: {reason}")]
    Line {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The database holds something already.
    #[error("the database is not empty: table {0} has rows; restore into a new database")]
    NotEmpty(&'static str),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupSummary {
    /// When it was made.
    pub made_at: Millis,
    /// Rows in it.
    pub rows: u64,
    /// SHA-256 of it, without the footer.
    pub digest: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    waymark_backup: u32,
    schema_version: i64,
    made_at_ms: Millis,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowLine {
    table: String,
    row: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Footer {
    rows: u64,
    sha256: String,
}

/// Writes everything as it stands at one moment, while people go on working.
pub async fn backup(store: &Store, now: Millis, out: &mut impl Write) -> Result<BackupSummary, BackupError> {
    let mut written = Digesting { out, digest: Sha256::new() };
    let header = Header { waymark_backup: FORM, schema_version: dump::schema_version(), made_at_ms: now };
    written.line(&header)?;
    let mut transaction = store.begin_read().await?;
    let mut rows = 0;
    for (table, order) in TABLES {
        rows += dump::read_table(&mut transaction, (table, order), |row| {
            written.line(&RowLine { table: (*table).to_owned(), row })
        })
        .await?;
    }
    drop(transaction);
    let Digesting { out, digest } = written;
    let footer = Footer { rows, sha256: hexadecimal(&digest.finalize()) };
    serde_json::to_writer(&mut *out, &footer).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(BackupSummary { made_at: now, rows, digest: footer.sha256 })
}

/// Puts a backup into an empty database: all of it, or nothing.
pub async fn restore(store: &Store, input: impl BufRead) -> Result<BackupSummary, BackupError> {
    let mut transaction = store.begin_write().await?;
    for (table, _) in TABLES {
        if !dump::is_empty(&mut transaction, table).await? {
            return Err(BackupError::NotEmpty(table));
        }
    }
    let mut lines = Lines { input, number: 0, digest: Sha256::new() };
    let header = lines.next()?.ok_or_else(|| lines.refuse("the file is empty".to_owned()))?;
    let header: Header = lines.read(&header)?;
    check_header(&lines, &header)?;
    let mut rows = 0;
    loop {
        let before = lines.digest.clone();
        let line = lines.next()?.ok_or_else(|| lines.refuse("the file ends before its footer".to_owned()))?;
        if line.starts_with("{\"rows\"") {
            let footer: Footer = lines.read(&line)?;
            let digest = hexadecimal(&before.finalize());
            if footer.rows != rows || footer.sha256 != digest {
                return Err(lines.refuse("the file was changed since it was made".to_owned()));
            }
            transaction.commit().await?;
            return Ok(BackupSummary { made_at: header.made_at_ms, rows, digest });
        }
        let RowLine { table, row } = lines.read(&line)?;
        if !TABLES.iter().any(|(known, _)| *known == table) {
            return Err(lines.refuse(format!("there is no table {table:?}")));
        }
        dump::write_row(&mut transaction, &table, &row).await.map_err(|error| lines.refuse_row(error))?;
        rows += 1;
    }
}

fn check_header<R: BufRead>(lines: &Lines<R>, header: &Header) -> Result<(), BackupError> {
    if header.waymark_backup != FORM {
        let form = header.waymark_backup;
        return Err(lines.refuse(format!("the file has form {form}, this program reads form {FORM}")));
    }
    let ours = dump::schema_version();
    if header.schema_version > ours {
        let theirs = header.schema_version;
        return Err(lines.refuse(format!("the schema has version {theirs}, this program knows {ours}")));
    }
    Ok(())
}

struct Digesting<'a, W> {
    out: &'a mut W,
    digest: Sha256,
}

impl<W: Write> Digesting<'_, W> {
    fn line(&mut self, value: &impl Serialize) -> Result<(), BackupError> {
        let mut line = serde_json::to_vec(value).map_err(io::Error::from)?;
        line.push(b'\n');
        self.digest.update(&line);
        self.out.write_all(&line)?;
        Ok(())
    }
}

struct Lines<R> {
    input: R,
    number: u64,
    digest: Sha256,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> Result<Option<String>, BackupError> {
        let mut line = String::new();
        self.number += 1;
        let mut bounded = io::Read::take(&mut self.input, LINE_BYTES_MAX as u64);
        if bounded.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        self.digest.update(line.as_bytes());
        Ok(Some(line))
    }

    fn read<T: serde::de::DeserializeOwned>(&self, line: &str) -> Result<T, BackupError> {
        serde_json::from_str(line).map_err(|error| self.refuse(error.to_string()))
    }

    fn refuse(&self, reason: String) -> BackupError {
        BackupError::Line { line: self.number, reason }
    }

    /// A row the database refuses is the fault of the file, unless the database itself failed.
    fn refuse_row(&self, error: StoreError) -> BackupError {
        match error {
            StoreError::Duplicate(_) | StoreError::MissingReference(_) | StoreError::UnfitRow { .. } => {
                self.refuse(error.to_string())
            }
            other => BackupError::Store(other),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
