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
    position: Option<usize>,
    timestamp: Option<usize>,
    count: usize,
}

/// Responses gathered by examinee, in the order in which examinees first appear.
pub(super) struct Long {
    pub(super) items: Vec<ItemId>,
    pub(super) item_lines: Vec<u64>,
    rows: std::vec::IntoIter<Row>,
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
        position: place(NUMBER_COLUMNS[0]),
        timestamp: place(NUMBER_COLUMNS[1]),
        count: heading.len(),
    })
}

/// What the file says of one examinee.
struct Row {
    examinee: String,
    line: u64,
    /// Item, score and line of every response.
    responses: Vec<(u32, u32, u64)>,
    positions: Vec<(u32, u64)>,
}

#[derive(Default)]
struct Gathered {
    items: Vec<ItemId>,
    item_lines: Vec<u64>,
    item_numbers: HashMap<String, u32>,
    rows: Vec<Row>,
    row_numbers: HashMap<String, usize>,
    total: usize,
}

impl Gathered {
    fn add(&mut self, cells: &[&str], places: &Places, line: u64) -> Result<(), ResponseFileError> {
        let (examinee, item) = (cells[places.examinee], cells[places.item]);
        if examinee.is_empty() {
            return Err(ResponseFileError::at_line(line, "the examinee has no name").in_column("examinee"));
        }
        let position = number::<u32>(cells, (places.position, NUMBER_COLUMNS[0]), line)?;
        number::<u64>(cells, (places.timestamp, NUMBER_COLUMNS[1]), line)?;
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
                self.item_lines.push(line);
                self.item_numbers.insert(item.to_owned(), number);
                number
            }
        };
        let row = match self.row_numbers.get(examinee) {
            Some(row) => *row,
            None => {
                self.row_numbers.insert(examinee.to_owned(), self.rows.len());
                let examinee = examinee.to_owned();
                self.rows.push(Row { examinee, line, responses: Vec::new(), positions: Vec::new() });
                self.rows.len() - 1
            }
        };
        self.total += 1;
        if self.total > LONG_RESPONSES_MAX {
            let problem = format!("a long file has at most {LONG_RESPONSES_MAX} responses");
            return Err(ResponseFileError::at_line(line, problem));
        }
        let row = &mut self.rows[row];
        row.responses.extend(score.map(|score| (item_number, score, line)));
        row.positions.extend(position.map(|position| (position, line)));
        Ok(())
    }

    /// Refuses an examinee with two scores on one item or two lines at one position: the first line that repeats one.
    fn check_repeats(&mut self) -> Result<(), ResponseFileError> {
        let mut first: Option<(u64, String)> = None;
        for row in &mut self.rows {
            row.responses.sort_by_key(|(item, ..)| *item);
            row.positions.sort_unstable();
            let responses = row.responses.windows(2).filter(|pair| pair[0].0 == pair[1].0);
            let responses = responses.map(|pair| {
                let item = &self.items[pair[1].0 as usize];
                (pair[1].2, format!("examinee {:?} has a response to item {item} already", row.examinee))
            });
            let positions = row.positions.windows(2).filter(|pair| pair[0].0 == pair[1].0);
            let positions = positions.map(|pair| {
                let position = pair[1].0;
                (pair[1].1, format!("examinee {:?} has a line at position {position} already", row.examinee))
            });
            first = first.into_iter().chain(responses).chain(positions).min();
            row.positions = Vec::new();
        }
        first.map_or(Ok(()), |(line, problem)| Err(ResponseFileError::at_line(line, problem)))
    }
}

/// A whole number from 0, where there is the column and it says one.
fn number<T: std::str::FromStr>(
    cells: &[&str],
    (place, name): (Option<usize>, &str),
    line: u64,
) -> Result<Option<T>, ResponseFileError> {
    let Some(cell) = place.map(|place| cells[place]).filter(|cell| !matches!(*cell, "" | "NA")) else {
        return Ok(None);
    };
    cell.parse().map(Some).map_err(|_| {
        let error = ResponseFileError::at_line(line, "expected a whole number from 0, or nothing");
        error.in_column(name).with_value(cell)
    })
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
        let Gathered { items, item_lines, rows, .. } = gathered;
        Ok(Self { items, item_lines, rows: rows.into_iter() })
    }

    pub(super) fn next(&mut self) -> Option<ExamineeResponses> {
        let row = self.rows.next()?;
        let mut responses = ExamineeResponses::new(row.examinee, row.line);
        row.responses.into_iter().for_each(|(item, score, line)| responses.push((item, score), line));
        Some(responses)
    }
}
