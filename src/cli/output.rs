//! What a command prints: text for people or JSON for machines.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use serde::Serialize;

use super::CommandError;

/// Who reads the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// People.
    Text,
    /// Machines: one JSON document.
    Json,
}

/// Where a command prints to.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    format: Format,
}

impl Output {
    /// Standard output in this format.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self { format }
    }

    /// Who reads it.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Prints a result: `text` for people, `value` for machines.
    pub fn result(&self, text: &str, value: &impl Serialize) -> Result<(), CommandError> {
        match self.format {
            Format::Text => print_line(text),
            Format::Json => {
                let document = serde_json::to_string_pretty(value).map_err(CommandError::failed)?;
                print_line(&document)
            }
        }
    }

    /// Whether a person watches: text on a terminal.
    #[must_use]
    pub fn shows_progress(&self) -> bool {
        self.format == Format::Text && io::stderr().is_terminal()
    }

    /// Tells people how far it is; nothing for machines.
    pub fn note(&self, text: &str) {
        if self.format == Format::Text {
            // A terminal that has gone away is no reason to stop working.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Prints why a command was not done: for machines as `{"error": …}`.
    pub(super) fn error(&self, error: &CommandError) {
        let text = match self.format {
            Format::Text => format!("waymark: {error}"),
            Format::Json => serde_json::json!({ "error": error.to_string() }).to_string(),
        };
        let _ = writeln!(io::stderr(), "{text}");
    }
}

fn print_line(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    let printed = writeln!(out, "{text}").and_then(|()| out.flush());
    match printed {
        // `waymark … | head` has read what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(CommandError::failed),
    }
}
