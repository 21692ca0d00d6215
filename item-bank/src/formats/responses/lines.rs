//! Lines of bounded length, split into cells. A cell may stand in double quotes; a quoted cell cannot span lines.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use super::ResponseFileError;

/// Longest line, in bytes.
pub const LINE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Reads lines and counts them.
pub(super) struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, line: Vec::new(), number: 0 }
    }

    /// The number of the line read last, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The next line that is not blank, without its end; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<&str>, ResponseFileError> {
        loop {
            self.line.clear();
            let limit = LINE_BYTES_MAX as u64 + 1;
            let read = self.reader.by_ref().take(limit).read_until(b'\n', &mut self.line);
            match read {
                Ok(0) => return Ok(None),
                Ok(_) => self.number += 1,
                Err(cause) => return Err(ResponseFileError::unreadable(self.number + 1, cause)),
            }
            if self.line.len() > LINE_BYTES_MAX {
                let problem = format!("the line is longer than {LINE_BYTES_MAX} bytes");
                return Err(ResponseFileError::at_line(self.number, problem));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let text = match std::str::from_utf8(&self.line) {
            Ok(text) => text,
            Err(error) => {
                let problem = format!("byte {} of the line is not UTF-8", error.valid_up_to() + 1);
                return Err(ResponseFileError::at_line(self.number, problem));
            }
        };
        let text = if self.number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        Ok(Some(text.trim_end_matches(['\n', '\r'])))
    }
}

/// The cells of a line, without the blanks around them; an error when a quote is not closed.
pub(super) fn cells(line: &str) -> impl Iterator<Item = Result<Cow<'_, str>, &'static str>> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        if text.trim_start().starts_with('"') {
            let (cell, after) = quoted(text.trim_start());
            rest = after;
            return Some(cell);
        }
        let (cell, after) = match text.split_once(',') {
            Some((cell, after)) => (cell, Some(after)),
            None => (text, None),
        };
        rest = after;
        Some(Ok(Cow::Borrowed(cell.trim())))
    })
}

type Quoted<'a> = (Result<Cow<'a, str>, &'static str>, Option<&'a str>);

fn quoted(text: &str) -> Quoted<'_> {
    let mut cell = String::new();
    let mut rest = &text[1..];
    loop {
        let Some(end) = rest.find('"') else {
            return (Err("a quote is not closed on its line"), None);
        };
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => break,
        }
    }
    let after = rest.trim_start();
    match after.strip_prefix(',') {
        Some(next) => (Ok(Cow::Owned(cell)), Some(next)),
        None if after.is_empty() => (Ok(Cow::Owned(cell)), None),
        None => (Err("text stands behind a closing quote"), None),
    }
}
