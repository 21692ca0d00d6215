//! Response patterns as short lists of table rows.
//!
//! Items are gathered into units of a few items each; a unit has a table with one row for every combination of scores
//! its items can take ("not administered" among them). A pattern is then the list of the rows it meets, so that eight
//! dichotomous answers cost one row instead of eight. Where answers are sparse a unit is a single item. Patterns that
//! occur several times are folded into one with their weights summed.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

use super::grid::{Grid, LANES};
use super::window::Window;
use crate::responses::{Answers, ResponseMatrix};

/// Cells of a pattern up to which identical patterns are looked for.
const FOLDED_CELLS_MAX: usize = 5;
/// Rows looked at to decide whether units of several items pay.
const SAMPLED_ROWS: usize = 2_000;
/// "No answers at all": the examinee is in no pattern.
const NO_PATTERN: u32 = u32::MAX;

/// A few items and the table rows of their score combinations.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) items: Vec<usize>,
    /// Values an item takes in the code: its categories, and one more (the last) where it may be missing.
    pub(crate) radices: Vec<usize>,
    pub(crate) first_row: usize,
    pub(crate) rows: usize,
}

/// All patterns, group after group.
#[derive(Debug)]
pub(crate) struct Patterns {
    pub(crate) units: Vec<Unit>,
    pub(crate) row_count: usize,
    cells: Vec<u32>,
    starts: Vec<usize>,
    weights: Vec<f64>,
    /// Patterns of each group.
    pub(crate) groups: Vec<Range<usize>>,
    pattern_of: Vec<u32>,
    /// Where each posterior had mass in the last pass; 0 before the first. Written by the one block that holds the
    /// pattern, so what is read does not depend on threads.
    windows: Vec<AtomicU16>,
}

impl Patterns {
    /// Gathers the patterns of a matrix; `categories` holds each item's number of categories.
    pub(crate) fn new(matrix: &ResponseMatrix, categories: &[usize]) -> Self {
        let (units, row_count) = units(matrix, categories);
        let mut patterns = Self {
            units,
            row_count,
            cells: Vec::new(),
            starts: vec![0],
            weights: Vec::new(),
            groups: Vec::new(),
            pattern_of: vec![NO_PATTERN; matrix.examinee_count()],
            windows: Vec::new(),
        };
        let coder = Coder::new(&patterns.units, categories.len());
        for group in 0..matrix.group_count() {
            patterns.add_group(matrix, group, &coder);
        }
        patterns.cells.shrink_to_fit();
        patterns.windows.resize_with(patterns.weights.len(), AtomicU16::default);
        patterns
    }

    fn add_group(&mut self, matrix: &ResponseMatrix, group: usize, coder: &Coder) {
        let first = self.weights.len();
        let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut cells = Vec::new();
        for examinee in 0..matrix.examinee_count() {
            if matrix.group(examinee) != group || matrix.answers(examinee).items.is_empty() {
                continue;
            }
            coder.cells(&self.units, matrix.answers(examinee), &mut cells);
            let weight = matrix.weight(examinee);
            let folds = cells.len() <= FOLDED_CELLS_MAX;
            if folds && let Some(&pattern) = known.get(&cells) {
                self.weights[pattern as usize] += weight;
                self.pattern_of[examinee] = pattern;
                continue;
            }
            let pattern = u32::try_from(self.weights.len()).expect("EXAMINEES_MAX fits in 32 bits");
            self.cells.extend_from_slice(&cells);
            self.starts.push(self.cells.len());
            self.weights.push(weight);
            self.pattern_of[examinee] = pattern;
            if folds {
                known.insert(cells.clone(), pattern);
            }
        }
        self.groups.push(first..self.weights.len());
    }

    /// Number of different patterns.
    pub(crate) fn len(&self) -> usize {
        self.weights.len()
    }

    /// Table rows a pattern meets.
    pub(crate) fn cells(&self, pattern: usize) -> &[u32] {
        &self.cells[self.starts[pattern]..self.starts[pattern + 1]]
    }

    /// Number of table rows all patterns meet.
    pub(crate) fn cell_count(&self) -> usize {
        self.cells.len()
    }

    /// Summed weight of the examinees with a pattern.
    pub(crate) fn weight(&self, pattern: usize) -> f64 {
        self.weights[pattern]
    }

    /// Where the pattern's posterior had mass in the last pass.
    pub(super) fn window(&self, pattern: usize) -> Option<Window> {
        let bits = self.windows[pattern].load(Ordering::Relaxed);
        (bits != 0).then(|| Window::from_bits(bits))
    }

    pub(super) fn set_window(&self, pattern: usize, window: Window) {
        self.windows[pattern].store(window.to_bits(), Ordering::Relaxed);
    }

    /// Forgets where posteriors had mass, as the grid or much else changes.
    pub(crate) fn forget_windows(&self) {
        for window in &self.windows {
            window.store(0, Ordering::Relaxed);
        }
    }

    /// Carries where posteriors had mass over to a grid with the same bounds and `ratio` times the nodes.
    pub(super) fn refine_windows(&self, ratio: f64, grid: &Grid) {
        let full = Window::full(grid.padded() / LANES);
        for pattern in 0..self.len() {
            if let Some(window) = self.window(pattern) {
                self.set_window(pattern, window.on_finer(ratio, full));
            }
        }
    }

    /// The pattern of an examinee, if anything was answered.
    pub(crate) fn pattern_of(&self, examinee: usize) -> Option<usize> {
        let pattern = self.pattern_of[examinee];
        (pattern != NO_PATTERN).then_some(pattern as usize)
    }
}

/// Which unit and place an item is in, and how far a score moves the row.
struct Coder {
    places: Vec<Place>,
    /// Row of a unit whose items are all missing.
    missing_rows: Vec<u32>,
}

#[derive(Clone, Copy, Default)]
struct Place {
    unit: u32,
    stride: u32,
    /// What the missing code of this item adds to the row, to be taken back when it is answered.
    missing: u32,
}

impl Coder {
    fn new(units: &[Unit], items: usize) -> Self {
        let mut places = vec![Place::default(); items];
        let mut missing_rows = Vec::with_capacity(units.len());
        for (index, unit) in units.iter().enumerate() {
            let mut stride = 1;
            let mut row = unit.first_row;
            for (&item, &radix) in unit.items.iter().zip(&unit.radices) {
                let narrow = |value: usize| u32::try_from(value).expect("a table has less than 2³² rows");
                let missing = narrow(stride * (radix - 1));
                places[item] = Place { unit: narrow(index), stride: narrow(stride), missing };
                row += stride * (radix - 1);
                stride *= radix;
            }
            missing_rows.push(u32::try_from(row).expect("a table has less than 2³² rows"));
        }
        Self { places, missing_rows }
    }

    fn cells(&self, units: &[Unit], answers: Answers<'_>, cells: &mut Vec<u32>) {
        cells.clear();
        let mut current = u32::MAX;
        for (item, score) in answers.iter() {
            let place = self.places[item];
            if place.unit != current {
                current = place.unit;
                cells.push(self.missing_rows[current as usize]);
            }
            let last = cells.last_mut().expect("a cell was pushed for this unit");
            *last = *last - place.missing + place.stride * u32::from(score);
        }
        debug_assert!(units.len() >= cells.len());
    }
}

/// Splits the items into units of neighbouring items.
fn units(matrix: &ResponseMatrix, categories: &[usize]) -> (Vec<Unit>, usize) {
    let count = matrix.examinee_count().max(1);
    let mut answered = vec![0_usize; categories.len()];
    for row in matrix.rows() {
        for &item in row.items {
            answered[usize::from(item)] += 1;
        }
    }
    let radix = |item: usize| categories[item] + usize::from(answered[item] < count);
    let rows_max = table_rows_max(matrix, categories);
    let packed = gather(categories.len(), radix, rows_max);
    let cells = |units: &[Unit]| -> usize {
        let coder = Coder::new(units, categories.len());
        let mut cells = Vec::new();
        let step = matrix.examinee_count().div_ceil(SAMPLED_ROWS).max(1);
        (0..matrix.examinee_count())
            .step_by(step)
            .map(|examinee| {
                coder.cells(units, matrix.answers(examinee), &mut cells);
                cells.len()
            })
            .sum()
    };
    let single = gather(categories.len(), |item| categories[item], 1);
    let chosen = if 2 * cells(&packed) < cells(&single) { packed } else { single };
    let rows = chosen.last().map_or(0, |unit| unit.first_row + unit.rows);
    (chosen, rows)
}

/// How many rows a unit's table may have: less for few examinees and many items, so that tables stay in the cache and
/// cost less than they save.
fn table_rows_max(matrix: &ResponseMatrix, categories: &[usize]) -> usize {
    let items = categories.len().max(1);
    match (matrix.examinee_count(), items) {
        (..1_000, _) => 16,
        (_, ..64) => 256,
        (_, ..160) => 128,
        _ => 32,
    }
}

fn gather(items: usize, radix: impl Fn(usize) -> usize, rows_max: usize) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut next_row = 0;
    for item in 0..items {
        let radix = radix(item);
        if let Some(unit) = units.last_mut()
            && unit.rows * radix <= rows_max
        {
            unit.rows *= radix;
            unit.items.push(item);
            unit.radices.push(radix);
            next_row = unit.first_row + unit.rows;
            continue;
        }
        units.push(Unit { items: vec![item], radices: vec![radix], first_row: next_row, rows: radix });
        next_row += radix;
    }
    units
}

impl Unit {
    /// The code of each item in a row of this unit (an index below its radix).
    pub(crate) fn codes(&self, row: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let mut rest = row;
        self.items.iter().zip(&self.radices).map(move |(&item, &radix)| {
            let code = rest % radix;
            rest /= radix;
            (item, code)
        })
    }
}

impl Patterns {
    /// Number of answers the patterns hold, each pattern counted once.
    pub(crate) fn answers(&self) -> usize {
        let unit_items = self.cells.len() as f64 / self.len().max(1) as f64;
        let per_unit = self.units.iter().map(|unit| unit.items.len()).sum::<usize>() as f64
            / self.units.len().max(1) as f64;
        (unit_items * per_unit * self.len() as f64) as usize
    }

    /// The items a pattern answers, with their scores.
    pub(crate) fn answered(&self, pattern: usize, categories: &[usize], out: &mut Vec<(usize, usize)>) {
        out.clear();
        for &cell in self.cells(pattern) {
            let row = cell as usize;
            let unit = &self.units[self.units.partition_point(|unit| unit.first_row + unit.rows <= row)];
            out.extend(unit.codes(row - unit.first_row).filter(|&(item, code)| code < categories[item]));
        }
    }
}
