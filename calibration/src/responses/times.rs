//! When answers of a long file were given, and how long each took.

use super::lines::shown;
use super::{ResponseFileError, ResponseMatrix};

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
    position: i64,
    timestamp_ms: i64,
    line: u32,
}

/// Where times stand in the lines of a long file, and what was read of them.
#[derive(Debug)]
pub(super) struct Clock {
    timestamp: usize,
    position: Option<usize>,
    events: Vec<Event>,
}

impl Clock {
    /// The columns `timestamp_ms` and `position`, where there is the first and it is not to be passed over.
    pub(super) fn new(header: &[String], ignored: &[String]) -> Option<Self> {
        let column = |name: &str| {
            let place = header.iter().position(|column| column == name);
            place.filter(|_| !ignored.iter().any(|ignored| ignored == name))
        };
        Some(Self { timestamp: column("timestamp_ms")?, position: column("position"), events: Vec::new() })
    }

    /// Takes note of a line, also of one without a score: what follows took its time from there.
    pub(super) fn take(
        &mut self,
        values: &[impl AsRef<[u8]>],
        examinee: u32,
        line: usize,
    ) -> Result<(), ResponseFileError> {
        let number = |column: usize| whole_number(values[column].as_ref(), line, column + 1);
        let position = self.position.map(number).transpose()?.flatten();
        if let Some(timestamp_ms) = number(self.timestamp)? {
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            self.events.push(Event { examinee, position: position.unwrap_or(0), timestamp_ms, line });
        }
        Ok(())
    }

    /// How long the answer of each line took: since the line of the same examinee before it, by position and time. The
    /// first line of an examinee has none, nor has one that is earlier than the line before it.
    pub(super) fn times(mut self) -> Vec<(u32, i64)> {
        self.events.sort_by_key(|event| (event.examinee, event.position, event.timestamp_ms, event.line));
        let pairs = self.events.windows(2).filter(|pair| pair[0].examinee == pair[1].examinee);
        let mut times: Vec<(u32, i64)> = pairs
            .map(|pair| (pair[1].line, pair[1].timestamp_ms.saturating_sub(pair[0].timestamp_ms)))
            .filter(|(_, time)| *time >= 0)
            .collect();
        times.sort_unstable();
        times
    }
}

/// A whole number or nothing.
fn whole_number(field: &[u8], line: usize, column: usize) -> Result<Option<i64>, ResponseFileError> {
    if matches!(field, b"" | b"NA") {
        return Ok(None);
    }
    let parsed = std::str::from_utf8(field).ok().and_then(|text| text.parse::<i64>().ok());
    parsed.map(Some).ok_or_else(|| ResponseFileError::WholeNumber { line, column, value: shown(field) })
}
