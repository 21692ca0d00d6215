//! When answers of a long file were given, and how long each took.

use super::lines::shown;
use super::{ResponseFileError, ResponseMatrix};

/// Columns of a long file that hold whole numbers.
pub(super) const NUMBER_COLUMNS: [&str; 2] = ["position", "timestamp_ms"];

/// A time that is not known.
const UNKNOWN: u32 = u32::MAX;

/// How long each answer of a matrix took, examinee after examinee in the order of their items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponseTimes {
    times_ms: Vec<u32>,
}

impl ResponseTimes {
    /// Milliseconds of the answer with this number, where they are known.
    pub fn of(&self, answer: usize) -> Option<i64> {
        self.times_ms.get(answer).filter(|&&time| time != UNKNOWN).map(|&time| i64::from(time))
    }

    pub(super) fn push(&mut self, time: Option<i64>) {
        let known = time.and_then(|time| u32::try_from(time).ok());
        self.times_ms.push(known.unwrap_or(UNKNOWN));
    }
}

/// Responses, with times where the file has them.
#[derive(Debug, Clone)]
pub struct TimedResponses {
    /// The responses.
    pub matrix: ResponseMatrix,
    /// How long each answer took, from the column `timestamp_ms` of a long file.
    pub times: Option<ResponseTimes>,
}

/// What a line of a long file says about when.
#[derive(Debug, Clone, Copy)]
struct Event {
    examinee: u32,
    position: Option<u32>,
    timestamp_ms: Option<i64>,
    line: u32,
}

/// Where times stand in the lines of a long file, and what was read of them.
#[derive(Debug)]
pub(super) struct Clock {
    timestamp: Option<usize>,
    position: Option<usize>,
    events: Vec<Event>,
}

impl Clock {
    /// The columns `timestamp_ms` and `position`, where there is one that is not to be passed over.
    pub(super) fn new(header: &[String], ignored: &[String]) -> Option<Self> {
        let column = |name: &str| {
            let place = header.iter().position(|column| column == name);
            place.filter(|_| !ignored.iter().any(|ignored| ignored == name))
        };
        let (position, timestamp) = (column("position"), column("timestamp_ms"));
        (position.is_some() || timestamp.is_some()).then(|| Self { timestamp, position, events: Vec::new() })
    }

    /// Takes note of a line, also of one without a score: what follows took its time from there.
    pub(super) fn take(
        &mut self,
        values: &[impl AsRef<[u8]>],
        examinee: u32,
        line: usize,
    ) -> Result<(), ResponseFileError> {
        let number = |column: usize| whole_number::<u32>(values[column].as_ref(), (line, column + 1));
        let position = self.position.map(number).transpose()?.flatten();
        let number = |column: usize| whole_number::<i64>(values[column].as_ref(), (line, column + 1));
        let timestamp_ms = self.timestamp.map(number).transpose()?.flatten();
        if position.is_some() || timestamp_ms.is_some() {
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            self.events.push(Event { examinee, position, timestamp_ms, line });
        }
        Ok(())
    }

    /// How long the answer of each line took: since the line of the same examinee before it, by position and time. The
    /// first line of an examinee has none, nor has one that is earlier than the line before it. No examinee has two lines
    /// with one position.
    pub(super) fn times(
        mut self,
        examinees: &[String],
    ) -> Result<Option<Vec<(u32, i64)>>, ResponseFileError> {
        self.events.sort_by_key(|event| (event.examinee, event.position, event.timestamp_ms, event.line));
        let place = |event: &Event| (event.examinee, event.position);
        let pairs = self.events.windows(2).filter(|pair| pair[1].position.is_some());
        let twice = pairs.filter(|pair| place(&pair[0]) == place(&pair[1]));
        let later = twice.map(|pair| if pair[0].line > pair[1].line { pair[0] } else { pair[1] });
        if let Some(event) = later.min_by_key(|event| event.line) {
            let examinee = &examinees[event.examinee as usize];
            let position = event.position.unwrap_or_default();
            let what = format!("position {position} of examinee {examinee:?}");
            return Err(ResponseFileError::Duplicate { line: event.line as usize, what });
        }
        if self.timestamp.is_none() {
            return Ok(None);
        }
        self.events.retain(|event| event.timestamp_ms.is_some());
        let pairs = self.events.windows(2).filter(|pair| pair[0].examinee == pair[1].examinee);
        let mut times: Vec<(u32, i64)> = pairs
            .filter_map(|pair| {
                Some((pair[1].line, pair[1].timestamp_ms?.saturating_sub(pair[0].timestamp_ms?)))
            })
            .filter(|(_, time)| *time >= 0)
            .collect();
        times.sort_unstable();
        Ok(Some(times))
    }
}

/// A whole number from 0, or nothing.
fn whole_number<T: TryFrom<i64>>(
    field: &[u8],
    (line, column): (usize, usize),
) -> Result<Option<T>, ResponseFileError> {
    if matches!(field, b"" | b"NA") {
        return Ok(None);
    }
    let parsed = std::str::from_utf8(field).ok().and_then(|text| text.parse::<i64>().ok());
    let parsed = parsed.filter(|number| *number >= 0).and_then(|number| T::try_from(number).ok());
    parsed.map(Some).ok_or_else(|| ResponseFileError::WholeNumber { line, column, value: shown(field) })
}
