//! The wide response file: a line an examinee, a column an item.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read};

use item_bank::ItemId;
use item_bank::formats::responses::{LongColumns, is_examinee};

use super::lines::{Fields, Lines, score, shown, text};
use super::long::read_long_body;
use super::{EXAMINEES_MAX, GROUPS_MAX, ITEMS_MAX, NAME_BYTES_MAX, SCORE_MAX, WEIGHT_MAX};
use super::{ResponseBuilder, ResponseFileError, ResponseMatrix, TimedResponses};

/// Columns of a wide file that do not hold items.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The column that names each examinee's group.
    pub group: Option<String>,
    /// The column that holds each examinee's sampling weight.
    pub weight: Option<String>,
    /// Columns to pass over, such as other variables about the examinee.
    pub ignored: Vec<String>,
    /// The items there are, each with the highest score it can have; every item and score is taken when absent.
    pub known_items: Option<HashMap<String, u8>>,
    /// The highest score of items that are known among others.
    pub highest_scores: HashMap<String, u8>,
}

impl ReadOptions {
    /// The item of a name; one that is not known, or that no bank could hold, is refused.
    pub(super) fn item(&self, name: String, at: (usize, usize)) -> Result<Item, ResponseFileError> {
        let (line, column) = at;
        let highest = match &self.known_items {
            None => self.highest_scores.get(&name).copied().unwrap_or(SCORE_MAX),
            Some(known) => *known.get(&name).ok_or_else(|| {
                let value = shown(name.as_bytes());
                ResponseFileError::UnknownItem { line, column, value }
            })?,
        };
        match ItemId::new(name.as_str()) {
            Ok(_) => Ok(Item { name, highest }),
            Err(reason) => Err(ResponseFileError::ItemName { line, column, reason }),
        }
    }

    /// Whether the first column of a wide file names examinees.
    fn names_examinees(&self, name: &str) -> bool {
        let known = self.known_items.as_ref().is_some_and(|known| known.contains_key(name));
        is_examinee(name) && !known
    }
}

/// An item of the file.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) highest: u8,
}

impl Item {
    /// The score in a field; none where the item was not administered.
    pub(super) fn score(&self, field: &[u8], at: (usize, usize)) -> Result<Option<u8>, ResponseFileError> {
        let (line, column) = at;
        let item = || self.name.clone();
        match score(field) {
            Some(Some(score)) if score > self.highest => Err(ResponseFileError::AboveHighest {
                line,
                column,
                item: item(),
                highest: self.highest,
                value: score,
            }),
            Some(score) => Ok(score),
            None => Err(ResponseFileError::Score { line, column, item: item(), value: shown(field) }),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Examinee,
    Group,
    Weight,
    Ignored,
    Item(u16),
}

/// Reads a response file, wide or long: long when its header has an examinee, an item and a score. The first column of a
/// wide file names examinees where it is called examinee, person, student or id.
pub fn read_responses(reader: impl Read, options: &ReadOptions) -> Result<ResponseMatrix, ResponseFileError> {
    read_timed_responses(reader, options).map(|read| read.matrix)
}

/// Reads a response file with the times of a long one: a column `timestamp_ms` says when each answer was given, and an
/// answer took the time since the examinee's line before it.
pub fn read_timed_responses(
    reader: impl Read,
    options: &ReadOptions,
) -> Result<TimedResponses, ResponseFileError> {
    let mut lines = Lines::new(BufReader::with_capacity(1 << 16, reader));
    let header = match lines.next_line()? {
        Some(line) if !line.is_empty() => names(line)?,
        _ => return Err(ResponseFileError::Empty),
    };
    if let Some(columns) = LongColumns::of(&header) {
        return read_long_body(lines, &header, columns, options);
    }
    let (columns, items) = columns(&header, options)?;
    let matrix = read_wide_body(lines, &columns, items)?;
    Ok(TimedResponses { matrix, times: None })
}

/// The names in a header line.
fn names(line: &[u8]) -> Result<Vec<String>, ResponseFileError> {
    if !line.contains(&b',') && line.iter().any(|byte| b";\t".contains(byte)) {
        return Err(ResponseFileError::Separator { value: shown(line) });
    }
    let mut fields = Fields::new(line, 1);
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    while let Some(field) = fields.next_field()? {
        let column = names.len() + 1;
        let name = text(&field, 1, column)?;
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return Err(ResponseFileError::ColumnName { column, length: name.len() });
        }
        if !seen.insert(name.clone()) {
            return Err(ResponseFileError::DuplicateColumn { column, name });
        }
        names.push(name);
    }
    Ok(names)
}

fn columns(header: &[String], options: &ReadOptions) -> Result<(Vec<Column>, Vec<Item>), ResponseFileError> {
    let asked = options.group.iter().chain(&options.weight).chain(&options.ignored);
    if let Some(name) = asked.into_iter().find(|name| !header.contains(name)) {
        return Err(ResponseFileError::MissingColumn { name: name.clone() });
    }
    let mut items = Vec::new();
    let mut columns = Vec::with_capacity(header.len());
    for (position, name) in header.iter().enumerate() {
        columns.push(if options.group.as_ref() == Some(name) {
            Column::Group
        } else if options.weight.as_ref() == Some(name) {
            Column::Weight
        } else if options.ignored.contains(name) {
            Column::Ignored
        } else if position == 0 && options.names_examinees(name) {
            Column::Examinee
        } else {
            if items.len() == ITEMS_MAX {
                return Err(ResponseFileError::Limit { line: 1, limit: ITEMS_MAX, what: "items" });
            }
            items.push(options.item(name.clone(), (1, position + 1))?);
            Column::Item(u16::try_from(items.len() - 1).expect("ITEMS_MAX fits in 16 bits"))
        });
    }
    if items.is_empty() {
        return Err(ResponseFileError::NoItems);
    }
    Ok((columns, items))
}

/// What lines say about examinees beside their answers.
#[derive(Default)]
pub(super) struct Examinees {
    pub(super) names: Vec<String>,
    seen: HashSet<String>,
    pub(super) weights: Vec<f64>,
    pub(super) groups: Groups,
}

/// Group names in order of appearance and each examinee's group.
#[derive(Default)]
pub(super) struct Groups {
    names: Vec<String>,
    by_name: HashMap<String, u8>,
    pub(super) of: Vec<u8>,
}

impl Groups {
    /// The name of an examinee's group.
    pub(super) fn name_of(&self, examinee: usize) -> &str {
        &self.names[usize::from(self.of[examinee])]
    }

    pub(super) fn index(&mut self, name: String, line: usize) -> Result<u8, ResponseFileError> {
        if let Some(&index) = self.by_name.get(&name) {
            return Ok(index);
        }
        if self.names.len() == GROUPS_MAX {
            return Err(ResponseFileError::Limit { line, limit: GROUPS_MAX, what: "groups" });
        }
        let index = u8::try_from(self.names.len()).expect("GROUPS_MAX fits in 8 bits");
        self.names.push(name.clone());
        self.by_name.insert(name, index);
        Ok(index)
    }
}

impl Examinees {
    pub(super) fn hand_over(self, builder: &mut ResponseBuilder) {
        if !self.names.is_empty() {
            builder.name_examinees(self.names);
        }
        if !self.weights.is_empty() {
            builder.weigh(self.weights);
        }
        if !self.groups.of.is_empty() {
            builder.group(self.groups.names, self.groups.of);
        }
    }

    fn take(&mut self, column: Column, field: &[u8], at: (usize, usize)) -> Result<(), ResponseFileError> {
        let (line, number) = at;
        match column {
            Column::Examinee => {
                let name = name(field, at)?;
                if !self.seen.insert(name.clone()) {
                    return Err(ResponseFileError::Duplicate { line, what: format!("examinee {name:?}") });
                }
                self.names.push(name);
            }
            Column::Group => {
                let index = self.groups.index(name(field, at)?, line)?;
                self.groups.of.push(index);
            }
            Column::Weight => self.weights.push(weight(field, line, number)?),
            Column::Ignored | Column::Item(_) => {}
        }
        Ok(())
    }
}

pub(super) fn weight(field: &[u8], line: usize, column: usize) -> Result<f64, ResponseFileError> {
    let parsed = std::str::from_utf8(field).ok().and_then(|text| text.parse::<f64>().ok());
    match parsed.filter(|weight| *weight > 0.0 && *weight <= WEIGHT_MAX) {
        Some(weight) => Ok(weight),
        None => Err(ResponseFileError::Weight { line, column, value: shown(field) }),
    }
}

pub(super) fn name(field: &[u8], (line, column): (usize, usize)) -> Result<String, ResponseFileError> {
    if field.is_empty() || field.len() > NAME_BYTES_MAX {
        return Err(ResponseFileError::Name { line, column, length: field.len() });
    }
    text(field, line, column)
}

fn read_wide_body<R: BufRead>(
    mut lines: Lines<R>,
    columns: &[Column],
    items: Vec<Item>,
) -> Result<ResponseMatrix, ResponseFileError> {
    let mut builder = ResponseBuilder::new(items.iter().map(|item| item.name.clone()).collect());
    let mut examinees = Examinees::default();
    let (mut row_items, mut row_scores) = (Vec::new(), Vec::new());
    let mut limits = super::long::Limits::default();
    let mut blank = None;
    loop {
        let line = lines.number() + 1;
        let Some(bytes) = lines.next_line()? else { break };
        if bytes.is_empty() && columns.len() > 1 {
            blank.get_or_insert(line);
            continue;
        }
        if let Some(line) = blank {
            return Err(ResponseFileError::FieldCount { line, expected: columns.len(), found: 0 });
        }
        row_items.clear();
        row_scores.clear();
        let mut fields = Fields::new(bytes, line);
        let mut found = 0;
        while let Some(field) = fields.next_field()? {
            match columns.get(found) {
                Some(Column::Item(item)) => {
                    if let Some(score) = items[usize::from(*item)].score(&field, (line, found + 1))? {
                        row_items.push(*item);
                        row_scores.push(score);
                    }
                }
                Some(&column) => examinees.take(column, &field, (line, found + 1))?,
                None => {}
            }
            found += 1;
        }
        if found != columns.len() {
            return Err(ResponseFileError::FieldCount { line, expected: columns.len(), found });
        }
        limits.count(line, row_items.len())?;
        builder.push_parts(&row_items, &row_scores);
    }
    if limits.examinees == 0 {
        return Err(ResponseFileError::NoExaminees);
    }
    debug_assert!(limits.examinees <= EXAMINEES_MAX);
    examinees.hand_over(&mut builder);
    Ok(builder.finish())
}
