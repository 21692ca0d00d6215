//! Lines and fields of a comma-separated file, streamed; one field never spans lines.

use std::borrow::Cow;
use std::io::BufRead;

use super::{LINE_BYTES_MAX, ResponseFileError};

/// Reads one line after another, bounded in length, without its line end and byte-order mark.
pub(super) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    number: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), number: 0 }
    }

    /// Number of the line read last, counted from 1.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// The next line, or `None` at the end.
    pub(super) fn next_line(&mut self) -> Result<Option<&[u8]>, ResponseFileError> {
        self.buffer.clear();
        self.number += 1;
        loop {
            let line = self.number;
            let available =
                self.reader.fill_buf().map_err(|source| ResponseFileError::Read { line, source })?;
            if available.is_empty() {
                if self.buffer.is_empty() {
                    return Ok(None);
                }
                break;
            }
            let end = available.iter().position(|&byte| byte == b'\n');
            let used = end.map_or(available.len(), |end| end + 1);
            self.buffer.extend_from_slice(&available[..end.unwrap_or(used)]);
            self.reader.consume(used);
            if self.buffer.len() > LINE_BYTES_MAX {
                return Err(ResponseFileError::Limit {
                    line,
                    limit: LINE_BYTES_MAX,
                    what: "bytes in a line",
                });
            }
            if end.is_some() {
                break;
            }
        }
        if self.buffer.last() == Some(&b'\r') {
            self.buffer.pop();
        }
        if self.number == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.buffer.drain(..3);
        }
        Ok(Some(&self.buffer))
    }
}

/// The fields of one line. Quoting follows RFC 4180 except that a field ends on its line.
pub(super) struct Fields<'a> {
    rest: Option<&'a [u8]>,
    line: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn new(text: &'a [u8], line: usize) -> Self {
        Self { rest: Some(text), line }
    }

    /// The next field, or `None` after the last.
    pub(super) fn next_field(&mut self) -> Result<Option<Cow<'a, [u8]>>, ResponseFileError> {
        let Some(rest) = self.rest else { return Ok(None) };
        if rest.first() == Some(&b'"') {
            return self.quoted(&rest[1..]).map(Some);
        }
        let end = rest.iter().position(|&byte| byte == b',');
        self.rest = end.map(|end| &rest[end + 1..]);
        Ok(Some(Cow::Borrowed(rest[..end.unwrap_or(rest.len())].trim_ascii())))
    }

    fn quoted(&mut self, mut rest: &'a [u8]) -> Result<Cow<'a, [u8]>, ResponseFileError> {
        let open = ResponseFileError::OpenQuote { line: self.line };
        let mut field = Vec::new();
        loop {
            let Some(quote) = rest.iter().position(|&byte| byte == b'"') else { return Err(open) };
            field.extend_from_slice(&rest[..quote]);
            rest = &rest[quote + 1..];
            match rest.first() {
                Some(b'"') => {
                    field.push(b'"');
                    rest = &rest[1..];
                }
                Some(b',') => {
                    self.rest = Some(&rest[1..]);
                    return Ok(Cow::Owned(field));
                }
                None => {
                    self.rest = None;
                    return Ok(Cow::Owned(field));
                }
                Some(_) => return Err(open),
            }
        }
    }
}

/// The field as text.
pub(super) fn text(field: &[u8], line: usize, column: usize) -> Result<String, ResponseFileError> {
    match std::str::from_utf8(field) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(ResponseFileError::NotUtf8 { line, column }),
    }
}

/// The field for an error message: readable and short whatever it holds.
pub(super) fn shown(field: &[u8]) -> String {
    String::from_utf8_lossy(&field[..field.len().min(40)]).into_owned()
}

/// A score from 0 to the highest allowed; `Some(None)` is "not administered"; `None` is neither.
pub(super) fn score(field: &[u8]) -> Option<Option<u8>> {
    match field {
        [] | b"NA" => Some(None),
        [digit @ b'0'..=b'9'] => Some(Some(digit - b'0')),
        [tens @ b'1'..=b'9', ones @ b'0'..=b'9'] => {
            let value = (tens - b'0') * 10 + (ones - b'0');
            (value <= super::SCORE_MAX).then_some(Some(value))
        }
        _ => None,
    }
}
