//! The long layout: one row a response, in any order: `examinee,item,score[,position,timestamp_ms]`.

use std::collections::HashMap;
use std::io::BufRead;

use super::lines::{Lines, cells};
use super::wide::score;
use super::{ExamineeResponses, ResponseFileError};
use crate::item::ItemId;

/// Most responses in a long file, which is gathered in memory.
pub const LONG_RESPONSES_MAX: usize = 100_000_000;

const NUMBER_COLUMNS: [&str; 2] = ["position", "timestamp_ms"];

/// Where each column stands.
struct Places {
    examinee: usize,
    item: usize,
    score: usize,
    numbers: Vec<(usize, &'static str)>,
    count: usize,
}

/// Responses gathered by examinee, in the order in which examinees first appear.
pub(super) struct Long {
    pub(super) items: Vec<ItemId>,
    rows: std::vec::IntoIter<ExamineeResponses>,
}

/// Where a long file has its three columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LongColumns {
    /// Who answered: `examinee`, `person`, `student` or `id`, the first of these that there is.
    pub examinee: usize,
    /// `item`.
    pub item: usize,
    /// `score`, or `response` where there is none.
    pub score: usize,
}

const EXAMINEE_NAMES: [&str; 4] = ["examinee", "person", "student", "id"];

/// Whether a column of this name tells who answered, in any case of letters.
#[must_use]
pub fn is_examinee(name: &str) -> bool {
    EXAMINEE_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

impl LongColumns {
    /// The columns of a long file's heading, in any order; `None` where one is missing, as in a wide file.
    #[must_use]
    pub fn of(heading: &[String]) -> Option<Self> {
        let find = |names: &[&str]| {
            let place = |name: &&str| heading.iter().position(|column| column.eq_ignore_ascii_case(name));
            names.iter().find_map(place)
        };
        let (examinee, item) = (find(&EXAMINEE_NAMES)?, find(&["item"])?);
        Some(Self { examinee, item, score: find(&["score", "response"])? })
    }
}

fn places(
    heading: &[String],
    columns: LongColumns,
    ignored: &[String],
    line: u64,
) -> Result<Places, ResponseFileError> {
    let LongColumns { examinee, item, score } = columns;
    for (position, name) in heading.iter().enumerate() {
        if heading[..position].contains(name) {
            return Err(ResponseFileError::at_line(line, "two columns have this name").in_column(name));
        }
        let known = [examinee, item, score].contains(&position) || NUMBER_COLUMNS.contains(&name.as_str());
        if !known && !ignored.contains(name) {
            let problem = "a long file has the columns examinee, item, score, position and timestamp_ms";
            return Err(ResponseFileError::at_line(line, problem).with_value(name));
        }
    }
    let place = |name: &str| heading.iter().position(|column| column == name);
    Ok(Places {
        examinee,
        item,
        score,
        numbers: NUMBER_COLUMNS.iter().filter_map(|name| Some((place(name)?, *name))).collect(),
        count: heading.len(),
    })
}

#[derive(Default)]
struct Gathered {
    items: Vec<ItemId>,
    item_numbers: HashMap<String, u32>,
    rows: Vec<ExamineeResponses>,
    row_numbers: HashMap<String, usize>,
    total: usize,
}

impl Gathered {
    fn add(&mut self, cells: &[&str], places: &Places, line: u64) -> Result<(), ResponseFileError> {
        let (examinee, item) = (cells[places.examinee], cells[places.item]);
        if examinee.is_empty() {
            return Err(ResponseFileError::at_line(line, "the examinee has no name").in_column("examinee"));
        }
        for &(place, name) in &places.numbers {
            if !cells[place].is_empty() && cells[place].parse::<i64>().is_err() {
                let error = ResponseFileError::at_line(line, "expected a whole number or nothing");
                return Err(error.in_column(name).with_value(cells[place]));
            }
        }
        let score = score(cells[places.score]).map_err(|problem| {
            ResponseFileError::at_line(line, problem).in_column("score").with_value(cells[places.score])
        })?;
        let item_number = match self.item_numbers.get(item) {
            Some(number) => *number,
            None => {
                let id = ItemId::new(item)
                    .map_err(|error| ResponseFileError::at_line(line, error.to_string()).in_column("item"))?;
                let number = self.items.len() as u32;
                self.items.push(id);
                self.item_numbers.insert(item.to_owned(), number);
                number
            }
        };
        let row = match self.row_numbers.get(examinee) {
            Some(row) => *row,
            None => {
                self.row_numbers.insert(examinee.to_owned(), self.rows.len());
                self.rows.push(ExamineeResponses {
                    examinee: examinee.to_owned(),
                    line,
                    responses: Vec::new(),
                });
                self.rows.len() - 1
            }
        };
        self.total += 1;
        if self.total > LONG_RESPONSES_MAX {
            let problem = format!("a long file has at most {LONG_RESPONSES_MAX} responses");
            return Err(ResponseFileError::at_line(line, problem));
        }
        if let Some(score) = score {
            self.rows[row].responses.push((item_number, score));
        }
        Ok(())
    }

    /// Refuses an examinee with two scores on one item.
    fn check_repeats(&mut self) -> Result<(), ResponseFileError> {
        for row in &mut self.rows {
            row.responses.sort_by_key(|(item, _)| *item);
            if let Some(pair) = row.responses.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                let item = &self.items[pair[0].0 as usize];
                let problem = format!("examinee {:?} has two responses to item {item}", row.examinee);
                return Err(ResponseFileError::at_line(row.line, problem));
            }
        }
        Ok(())
    }
}

impl Long {
    /// Reads the whole file.
    pub(super) fn new<R: BufRead>(
        mut lines: Lines<R>,
        heading: &[String],
        columns: LongColumns,
        ignored: &[String],
    ) -> Result<Self, ResponseFileError> {
        let places = places(heading, columns, ignored, lines.number())?;
        let mut gathered = Gathered::default();
        while let Some(text) = lines.next()?.map(str::to_owned) {
            let number = lines.number();
            let mut owned = Vec::with_capacity(places.count);
            for cell in cells(&text) {
                owned.push(cell.map_err(|problem| ResponseFileError::at_line(number, problem))?);
            }
            if owned.len() != places.count {
                let problem =
                    format!("expected {} cells as in the heading, got {}", places.count, owned.len());
                return Err(ResponseFileError::at_line(number, problem));
            }
            let cells: Vec<&str> = owned.iter().map(AsRef::as_ref).collect();
            gathered.add(&cells, &places, number)?;
        }
        gathered.check_repeats()?;
        Ok(Self { items: gathered.items, rows: gathered.rows.into_iter() })
    }

    pub(super) fn next(&mut self) -> Option<ExamineeResponses> {
        self.rows.next()
    }
}
