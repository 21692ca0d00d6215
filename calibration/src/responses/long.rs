//! The long response file: a line an answer, columns examinee, item and score among others, lines and columns in any
//! order.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};

use item_bank::formats::responses::LongColumns;

use super::lines::{Fields, Lines, shown};
use super::times::{Clock, NUMBER_COLUMNS};
use super::wide::{Examinees, Item, ReadOptions, name, weight};
use super::{ANSWERS_MAX, EXAMINEES_MAX, ITEMS_MAX};
use super::{ResponseBuilder, ResponseFileError, ResponseMatrix, ResponseTimes, TimedResponses};

/// Counts examinees and answers against their limits.
#[derive(Default)]
pub(super) struct Limits {
    pub(super) examinees: usize,
    answers: usize,
}

impl Limits {
    pub(super) fn count(&mut self, line: usize, answers: usize) -> Result<(), ResponseFileError> {
        self.examinees += 1;
        self.answers += answers;
        if self.examinees > EXAMINEES_MAX {
            return Err(ResponseFileError::Limit { line, limit: EXAMINEES_MAX, what: "examinees" });
        }
        if self.answers > ANSWERS_MAX {
            return Err(ResponseFileError::Limit { line, limit: ANSWERS_MAX, what: "answers" });
        }
        Ok(())
    }
}

/// Reads a long response file.
pub fn read_long(reader: impl Read, options: &ReadOptions) -> Result<ResponseMatrix, ResponseFileError> {
    super::read_responses(BufReader::new(reader), options)
}

struct Answer {
    examinee: u32,
    item: u16,
    score: u8,
    line: u32,
}

#[derive(Default)]
struct Interner {
    names: Vec<String>,
    by_name: HashMap<String, usize>,
}

impl Interner {
    /// The name's number, new or known.
    fn index(&mut self, field: &[u8], at: (usize, usize)) -> Result<(usize, bool), ResponseFileError> {
        if let Some(&index) = std::str::from_utf8(field).ok().and_then(|name| self.by_name.get(name)) {
            return Ok((index, false));
        }
        let name = name(field, at)?;
        self.names.push(name.clone());
        self.by_name.insert(name, self.names.len() - 1);
        Ok((self.names.len() - 1, true))
    }
}

struct LongReader<'a> {
    options: &'a ReadOptions,
    columns: LongColumns,
    examinees: Interner,
    item_names: Interner,
    items: Vec<Item>,
    answers: Vec<Answer>,
    about: Examinees,
    group: Option<usize>,
    weight: Option<usize>,
    clock: Option<Clock>,
    width: usize,
}

/// Reads what follows the header of a long file.
pub(super) fn read_long_body<R: BufRead>(
    mut lines: Lines<R>,
    header: &[String],
    columns: LongColumns,
    options: &ReadOptions,
) -> Result<TimedResponses, ResponseFileError> {
    let column = |name: &Option<String>| match name {
        None => Ok(None),
        Some(name) => match header.iter().position(|column| column == name) {
            Some(position) => Ok(Some(position)),
            None => Err(ResponseFileError::MissingColumn { name: name.clone() }),
        },
    };
    let (group, weight) = (column(&options.group)?, column(&options.weight)?);
    refuse_extra(header, columns, options)?;
    let mut reader = LongReader {
        options,
        columns,
        examinees: Interner::default(),
        item_names: Interner::default(),
        items: Vec::new(),
        answers: Vec::new(),
        about: Examinees::default(),
        group,
        weight,
        clock: Clock::new(header, &options.ignored),
        width: header.len(),
    };
    loop {
        let line = lines.number() + 1;
        let Some(bytes) = lines.next_line()? else { break };
        if !bytes.is_empty() {
            reader.take(bytes, line)?;
        }
    }
    reader.finish()
}

/// Every column of a long file says something about its answer, or was named by whoever reads it.
fn refuse_extra(
    header: &[String],
    columns: LongColumns,
    options: &ReadOptions,
) -> Result<(), ResponseFileError> {
    let named: Vec<&String> = options.group.iter().chain(&options.weight).chain(&options.ignored).collect();
    let places = [columns.examinee, columns.item, columns.score];
    let is_extra = |&(place, name): &(usize, &String)| {
        !places.contains(&place) && !NUMBER_COLUMNS.contains(&name.as_str()) && !named.contains(&name)
    };
    match header.iter().enumerate().find(is_extra) {
        None => Ok(()),
        Some((place, name)) => Err(ResponseFileError::ExtraColumn { column: place + 1, name: name.clone() }),
    }
}

impl LongReader<'_> {
    fn take(&mut self, bytes: &[u8], line: usize) -> Result<(), ResponseFileError> {
        let mut fields = Fields::new(bytes, line);
        let mut values = Vec::with_capacity(self.width);
        while let Some(field) = fields.next_field()? {
            values.push(field);
        }
        if values.len() != self.width {
            return Err(ResponseFileError::FieldCount { line, expected: self.width, found: values.len() });
        }
        let LongColumns { examinee: who, item: what, score: mark } = self.columns;
        let (examinee, new) = self.examinees.index(&values[who], (line, who + 1))?;
        if examinee == EXAMINEES_MAX {
            return Err(ResponseFileError::Limit { line, limit: EXAMINEES_MAX, what: "examinees" });
        }
        let (item, new_item) = self.item_names.index(&values[what], (line, what + 1))?;
        if item == ITEMS_MAX {
            return Err(ResponseFileError::Limit { line, limit: ITEMS_MAX, what: "items" });
        }
        if new_item {
            let name = self.item_names.names[item].clone();
            self.items.push(self.options.item(name, (line, what + 1))?);
        }
        if let Some(column) = self.group {
            self.take_group(&values[column], (examinee, new), (line, column + 1))?;
        }
        if let Some(column) = self.weight {
            self.take_weight(&values[column], (examinee, new), (line, column + 1))?;
        }
        let examinee = u32::try_from(examinee).expect("EXAMINEES_MAX fits in 32 bits");
        if let Some(clock) = &mut self.clock {
            clock.take(&values, examinee, line)?;
        }
        let Some(score) = self.items[item].score(&values[mark], (line, mark + 1))? else { return Ok(()) };
        if self.answers.len() == ANSWERS_MAX {
            return Err(ResponseFileError::Limit { line, limit: ANSWERS_MAX, what: "answers" });
        }
        let item = u16::try_from(item).expect("ITEMS_MAX fits in 16 bits");
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.answers.push(Answer { examinee, item, score, line });
        Ok(())
    }

    /// Every line of an examinee names the same group.
    fn take_group(
        &mut self,
        field: &[u8],
        (examinee, new): (usize, bool),
        at: (usize, usize),
    ) -> Result<(), ResponseFileError> {
        let groups = &mut self.about.groups;
        if new {
            let index = groups.index(name(field, at)?, at.0)?;
            groups.of.push(index);
            return Ok(());
        }
        let first = groups.name_of(examinee);
        if first.as_bytes() == field {
            return Ok(());
        }
        let first = format!("{first:?}");
        Err(self.changed(examinee, ("group", first), (field, at)))
    }

    /// Every line of an examinee gives the same weight.
    fn take_weight(
        &mut self,
        field: &[u8],
        (examinee, new): (usize, bool),
        at: (usize, usize),
    ) -> Result<(), ResponseFileError> {
        let weight = weight(field, at.0, at.1)?;
        if new {
            self.about.weights.push(weight);
            return Ok(());
        }
        let first = self.about.weights[examinee];
        if first.to_bits() == weight.to_bits() {
            return Ok(());
        }
        Err(self.changed(examinee, ("weight", first.to_string()), (field, at)))
    }

    fn changed(
        &self,
        examinee: usize,
        (what, first): (&'static str, String),
        (field, (line, column)): (&[u8], (usize, usize)),
    ) -> ResponseFileError {
        let examinee = self.examinees.names[examinee].clone();
        ResponseFileError::Changed { line, column, examinee, what, first, value: shown(field) }
    }

    fn finish(mut self) -> Result<TimedResponses, ResponseFileError> {
        if self.examinees.names.is_empty() {
            return Err(ResponseFileError::NoExaminees);
        }
        self.answers.sort_by_key(|answer| (answer.examinee, answer.item));
        let pairs = self.answers.windows(2);
        let twice = pairs.filter(|pair| (pair[0].examinee, pair[0].item) == (pair[1].examinee, pair[1].item));
        if let Some(answer) = twice.map(|pair| &pair[1]).min_by_key(|answer| answer.line) {
            let examinee = &self.examinees.names[answer.examinee as usize];
            let item = &self.items[usize::from(answer.item)].name;
            let what = format!("the answer of examinee {examinee:?} to item {item:?}");
            return Err(ResponseFileError::Duplicate { line: answer.line as usize, what });
        }
        let mut builder = ResponseBuilder::new(self.item_names.names);
        let known = match self.clock.take() {
            None => None,
            Some(clock) => clock.times(&self.examinees.names)?,
        };
        let mut times = ResponseTimes::default();
        let (mut items, mut scores) = (Vec::new(), Vec::new());
        let mut next = self.answers.iter().peekable();
        for examinee in 0..self.examinees.names.len() {
            items.clear();
            scores.clear();
            while let Some(answer) = next.next_if(|answer| answer.examinee as usize == examinee) {
                items.push(answer.item);
                scores.push(answer.score);
                if let Some(known) = &known {
                    let place = known.binary_search_by_key(&answer.line, |(line, _)| *line);
                    times.push(place.ok().map(|place| known[place].1));
                }
            }
            builder.push_parts(&items, &scores);
        }
        self.about.names = self.examinees.names;
        self.about.hand_over(&mut builder);
        Ok(TimedResponses { matrix: builder.finish(), times: known.map(|_| times) })
    }
}
