//! The door of response files: looks at the heading and reads on as it says.

use std::io::{BufReader, Read};

use super::ResponseFileError;
use super::lines::{Lines, cells};
use super::long::{Long, LongColumns};
use super::wide::Wide;
use crate::item::ItemId;

/// One examinee's scored responses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExamineeResponses {
    /// The examinee's name in the file, or the number of the row, from 1.
    pub examinee: String,
    /// The line where the examinee first appears.
    pub line: u64,
    /// Positions in [`ResponseReader::items`] with scores, in the order of the columns or of the items.
    pub responses: Vec<(u32, u32)>,
    /// In a long file the line of every response.
    lines: Vec<u64>,
}

impl ExamineeResponses {
    pub(super) fn new(examinee: String, line: u64) -> Self {
        Self { examinee, line, responses: Vec::new(), lines: Vec::new() }
    }

    pub(super) fn push(&mut self, response: (u32, u32), line: u64) {
        self.responses.push(response);
        self.lines.push(line);
    }

    /// The line where a response stands, by its place among the responses as they were read.
    #[must_use]
    pub fn line_of(&self, response: usize) -> u64 {
        self.lines.get(response).copied().unwrap_or(self.line)
    }
}

/// How a response file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseLayout {
    /// One row an examinee.
    Wide,
    /// One row a response.
    Long,
}

enum Rows<R> {
    Wide(Wide<R>),
    Long(Long),
}

/// Reads examinees one by one. After an error it ends.
pub struct ResponseReader<R> {
    source_name: String,
    rows: Rows<BufReader<R>>,
    over: bool,
}

impl<R: Read> ResponseReader<R> {
    /// Reads the heading, and all of a long file. `source_name` is what errors call the file; `ignored` names
    /// columns that are no items, such as groups.
    ///
    /// # Errors
    /// The first thing wrong with the heading, or with a long file.
    pub fn new(source_name: &str, reader: R, ignored: &[String]) -> Result<Self, ResponseFileError> {
        let rows = Self::open(reader, ignored).map_err(|error| error.of(source_name))?;
        Ok(Self { source_name: source_name.to_owned(), rows, over: false })
    }

    fn open(reader: R, ignored: &[String]) -> Result<Rows<BufReader<R>>, ResponseFileError> {
        let mut lines = Lines::new(BufReader::with_capacity(1 << 18, reader));
        let Some(heading) = lines.next()? else {
            return Err(ResponseFileError::at_line(1, "the file is empty"));
        };
        let heading: Result<Vec<String>, &str> =
            cells(heading).map(|cell| cell.map(std::borrow::Cow::into_owned)).collect();
        let heading = heading.map_err(|problem| ResponseFileError::at_line(1, problem))?;
        match LongColumns::of(&heading) {
            Some(columns) => Long::new(lines, &heading, columns, ignored).map(Rows::Long),
            None => Wide::new(lines, &heading, ignored).map(Rows::Wide),
        }
    }

    /// The items of the file, in the order of the columns or of their first response.
    #[must_use]
    pub fn items(&self) -> &[ItemId] {
        match &self.rows {
            Rows::Wide(wide) => &wide.items,
            Rows::Long(long) => &long.items,
        }
    }

    /// The line where an item of [`Self::items`] is first named.
    #[must_use]
    pub fn item_line(&self, item: usize) -> u64 {
        match &self.rows {
            Rows::Wide(wide) => wide.heading_line,
            Rows::Long(long) => long.item_lines[item],
        }
    }

    /// How the file is laid out.
    #[must_use]
    pub fn layout(&self) -> ResponseLayout {
        match self.rows {
            Rows::Wide(_) => ResponseLayout::Wide,
            Rows::Long(_) => ResponseLayout::Long,
        }
    }
}

impl<R: Read> Iterator for ResponseReader<R> {
    type Item = Result<ExamineeResponses, ResponseFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = match &mut self.rows {
            Rows::Wide(wide) => wide.next().transpose(),
            Rows::Long(long) => long.next().map(Ok),
        };
        let next = next.map(|row| row.map_err(|error| error.of(&self.source_name)));
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}
