//! The E-step: marginal log-likelihood and expected counts, from one pass over the patterns.
//!
//! A pattern's likelihood at every node is the product of the table rows it meets, so a pass takes no logarithm and no
//! exponential but one logarithm a pattern. Patterns are cut into blocks that depend on the data alone; block sums are
//! added in their order, so the result is the same bit for bit whatever the number of threads.

use rayon::prelude::*;

use super::grid::{Grid, LANES};
use super::patterns::{Patterns, Unit};
use crate::model::ItemParameters;

/// Eight neighbouring nodes.
pub(crate) type Lane = [f64; LANES];

/// Fewest patterns of a block, and how many blocks patterns are cut into where there are enough of them.
const BLOCK_PATTERNS_MIN: usize = 1_024;
const BLOCKS: usize = 16;
/// A product is brought back to a maximum of 1 after this many rows.
const RESCALED_EVERY: usize = 24;

/// Likelihood of every table row at every node, divided by its maximum, and the logarithm of that maximum.
#[derive(Debug)]
pub(crate) struct Tables {
    lanes: usize,
    rows: Vec<Lane>,
    log_scales: Vec<f64>,
}

impl Tables {
    pub(crate) fn new(units: &[Unit], row_count: usize, items: &[ItemParameters], grid: &Grid) -> Self {
        let lanes = grid.padded() / LANES;
        let nodes = grid.nodes();
        let parts: Vec<_> = units.par_iter().map(|unit| unit_rows(unit, items, &nodes, lanes)).collect();
        let mut rows = Vec::with_capacity(row_count * lanes);
        let mut log_scales = Vec::with_capacity(row_count);
        for (part, scales) in parts {
            rows.extend_from_slice(&part);
            log_scales.extend_from_slice(&scales);
        }
        Self { lanes, rows, log_scales }
    }

    /// Likelihood of the cells times `prior` at the nodes of a window, up to a factor whose logarithm is returned.
    ///
    /// Lane by lane, so that a product stays in registers until it is complete; long patterns are brought back to a
    /// maximum of 1 on the way.
    fn joint(&self, cells: &[u32], prior: &[Lane], window: Window, out: &mut [Lane]) -> f64 {
        let mut log_scale: f64 = cells.iter().map(|&cell| self.log_scales[cell as usize]).sum();
        let out = &mut out[window.range()];
        out.copy_from_slice(&prior[window.range()]);
        let mut parts = cells.chunks(RESCALED_EVERY).peekable();
        while let Some(part) = parts.next() {
            for (lane, product) in window.range().zip(&mut *out) {
                let mut value = *product;
                for &cell in part {
                    let factor = &self.rows[cell as usize * self.lanes + lane];
                    for k in 0..LANES {
                        value[k] *= factor[k];
                    }
                }
                *product = value;
            }
            if parts.peek().is_some() {
                log_scale += rescale(out);
            }
        }
        log_scale
    }
}

/// The lanes a pattern's posterior lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    first: u8,
    end: u8,
}

/// A lane with less than this share of the posterior mass is left out: with fewer than 2⁷ lanes the loss is below the
/// rounding of the sum.
const LANE_MASS_MIN: f64 = 1e-18;

impl Window {
    fn full(lanes: usize) -> Self {
        Self { first: 0, end: u8::try_from(lanes).expect("NODES_MAX nodes are less than 2⁸ lanes") }
    }

    fn range(self) -> std::ops::Range<usize> {
        usize::from(self.first)..usize::from(self.end)
    }

    fn widened(self, full: Self) -> Self {
        Self { first: self.first.saturating_sub(1), end: (self.end + 1).min(full.end) }
    }

    /// Whether it reaches an edge of `window` that is not the end of the grid.
    fn touches(self, window: Self, full: Self) -> bool {
        (self.first == window.first && window.first > full.first)
            || (self.end == window.end && window.end < full.end)
    }

    /// As two bytes, and back.
    pub(crate) fn to_bits(self) -> u16 {
        u16::from_le_bytes([self.first, self.end])
    }

    pub(crate) fn from_bits(bits: u16) -> Self {
        let [first, end] = bits.to_le_bytes();
        Self { first, end }
    }

    /// The lanes inside this window that hold mass, given the mass of each lane of it.
    fn narrowed(self, masses: &[f64], total: f64) -> Self {
        let holds = |mass: &f64| *mass > LANE_MASS_MIN * total;
        let first = masses.iter().position(holds).unwrap_or(0);
        let end = masses.iter().rposition(holds).map_or(masses.len(), |last| last + 1);
        let from = usize::from(self.first);
        let narrow = |lane: usize| u8::try_from(lane).expect("less than 2⁸ lanes");
        Self { first: narrow(from + first), end: narrow(from + end) }
    }
}

/// Divides by the maximum and returns its logarithm.
fn rescale(out: &mut [Lane]) -> f64 {
    let highest = out.iter().flatten().fold(0.0_f64, |a, &b| a.max(b));
    if highest > 0.0 {
        out.iter_mut().flatten().for_each(|value| *value /= highest);
    }
    highest.ln()
}

/// The table rows of one unit, built digit by digit: a row is a shorter code's row times one item's row.
fn unit_rows(unit: &Unit, items: &[ItemParameters], nodes: &[f64], lanes: usize) -> (Vec<Lane>, Vec<f64>) {
    let width = lanes * LANES;
    let mut rows = vec![1.0; unit.rows * width];
    let mut stride = 1;
    for (&item, &radix) in unit.items.iter().zip(&unit.radices) {
        let curve = item_rows(&items[item], nodes, width);
        let categories = items[item].categories();
        for code in (0..radix).rev() {
            for low in 0..stride {
                let target = (code * stride + low) * width;
                if code > 0 {
                    rows.copy_within(low * width..(low + 1) * width, target);
                }
                if code < categories {
                    let factor = &curve[code * width..(code + 1) * width];
                    for (value, factor) in rows[target..target + width].iter_mut().zip(factor) {
                        *value *= factor;
                    }
                }
            }
        }
        stride *= radix;
    }
    let mut log_scales = vec![0.0; unit.rows];
    for (row, log_scale) in rows.chunks_exact_mut(width).zip(&mut log_scales) {
        let highest = row[..nodes.len()].iter().fold(0.0_f64, |a, &b| a.max(b));
        *log_scale = highest.ln();
        let inverse = 1.0 / highest;
        row.iter_mut().for_each(|value| *value *= inverse);
    }
    (rows.as_chunks::<LANES>().0.to_vec(), log_scales)
}

/// P(k) at every node, category by category; padding holds 1.
pub(crate) fn item_rows(item: &ItemParameters, nodes: &[f64], width: usize) -> Vec<f64> {
    let mut rows = vec![1.0; item.categories() * width];
    let mut probabilities = vec![0.0; item.categories()];
    for (node, &theta) in nodes.iter().enumerate() {
        item.probabilities(theta, &mut probabilities);
        for (category, &probability) in probabilities.iter().enumerate() {
            rows[category * width + node] = probability;
        }
    }
    rows
}

/// What one pass over the patterns yields.
#[derive(Debug)]
pub(crate) struct Expectation {
    pub(crate) log_likelihood: f64,
    /// Expected weight at every node, by item: category by category, without padding.
    pub(crate) items: Vec<Vec<f64>>,
    /// Expected weight at every node, by group.
    pub(crate) groups: Vec<Vec<f64>>,
}

struct Block {
    group: usize,
    first: usize,
    end: usize,
}

/// A pattern's likelihood, up to a factor, summed over the nodes.
struct Likelihood {
    log_scale: f64,
    total: f64,
    window: Window,
}

struct Scratch {
    joint: Vec<Lane>,
    masses: Vec<f64>,
}

impl Scratch {
    fn new(lanes: usize) -> Self {
        Self { joint: vec![[0.0; LANES]; lanes], masses: Vec::with_capacity(lanes) }
    }
}

struct BlockSums {
    group: usize,
    log_likelihood: f64,
    rows: Vec<Lane>,
    nodes: Vec<Lane>,
}

/// The latent distributions as node weights, and which patterns take part.
pub(crate) struct Pass<'a> {
    pub(crate) patterns: &'a Patterns,
    pub(crate) grid: Grid,
    /// Padded node weights of each group.
    pub(crate) weights: &'a [Vec<f64>],
    /// Every how-manyth pattern takes part.
    pub(crate) stride: usize,
    /// Blocks that [`Pass::posteriors`] visits.
    pub(crate) only: std::ops::Range<usize>,
}

impl Pass<'_> {
    fn blocks(&self) -> Vec<Block> {
        let size = self.patterns.len().div_ceil(BLOCKS).max(BLOCK_PATTERNS_MIN);
        let mut blocks = Vec::new();
        for (group, range) in self.patterns.groups.iter().enumerate() {
            let mut first = range.start;
            while first < range.end {
                let end = (first + size).min(range.end);
                blocks.push(Block { group, first, end });
                first = end;
            }
        }
        blocks
    }

    /// Log-likelihood and expected counts with these item parameters.
    pub(crate) fn expectation(&self, items: &[ItemParameters]) -> Expectation {
        let patterns = self.patterns;
        let tables = Tables::new(&patterns.units, patterns.row_count, items, &self.grid);
        let lanes = tables.lanes;
        let sums: Vec<BlockSums> =
            self.blocks().par_iter().map(|block| self.block_sums(block, &tables)).collect();
        let mut rows = vec![[0.0; LANES]; patterns.row_count * lanes];
        let mut groups = vec![vec![[0.0; LANES]; lanes]; self.weights.len()];
        let mut log_likelihood = 0.0;
        for sum in sums {
            log_likelihood += sum.log_likelihood;
            add(&mut rows, &sum.rows);
            add(&mut groups[sum.group], &sum.nodes);
        }
        let count = self.grid.len();
        let unpacked: Vec<Vec<(usize, Vec<f64>)>> =
            patterns.units.par_iter().map(|unit| unpack(unit, items, &rows, (lanes, count))).collect();
        let mut by_item = vec![Vec::new(); items.len()];
        for (item, counts) in unpacked.into_iter().flatten() {
            by_item[item] = counts;
        }
        let flat = |nodes: Vec<Lane>| nodes.into_flattened().into_iter().take(count).collect();
        Expectation { log_likelihood, items: by_item, groups: groups.into_iter().map(flat).collect() }
    }

    fn block_sums(&self, block: &Block, tables: &Tables) -> BlockSums {
        let lanes = tables.lanes;
        let mut sums = BlockSums {
            group: block.group,
            log_likelihood: 0.0,
            rows: vec![[0.0; LANES]; self.patterns.row_count * lanes],
            nodes: vec![[0.0; LANES]; lanes],
        };
        let mut scratch = Scratch::new(lanes);
        for pattern in (block.first..block.end).step_by(self.stride) {
            let likelihood = self.likelihood(block.group, pattern, tables, &mut scratch);
            let weight = self.patterns.weight(pattern);
            sums.log_likelihood += weight * (likelihood.total.ln() + likelihood.log_scale);
            let factor = weight / likelihood.total;
            let window = likelihood.window.range();
            let posterior = &mut scratch.joint[window.clone()];
            posterior.as_flattened_mut().iter_mut().for_each(|value| *value *= factor);
            add(&mut sums.nodes[window.clone()], posterior);
            for &cell in self.patterns.cells(pattern) {
                let row = &mut sums.rows[cell as usize * lanes..][window.clone()];
                add(row, posterior);
            }
        }
        sums
    }

    /// The likelihood of a pattern at the nodes where its posterior has mass. The window is that of the last pass and
    /// a lane on each side; where mass reaches its edge, all nodes are looked at again.
    fn likelihood(&self, group: usize, pattern: usize, tables: &Tables, scratch: &mut Scratch) -> Likelihood {
        let prior = self.weights[group].as_chunks::<LANES>().0;
        let cells = self.patterns.cells(pattern);
        let full = Window::full(tables.lanes);
        let mut window = self.patterns.window(pattern).unwrap_or(full);
        loop {
            let log_scale = tables.joint(cells, prior, window, &mut scratch.joint);
            scratch.masses.clear();
            scratch.masses.extend(scratch.joint[window.range()].iter().map(|lane| lane.iter().sum::<f64>()));
            let total: f64 = scratch.masses.iter().sum();
            let held = window.narrowed(&scratch.masses, total);
            if window == full || !held.touches(window, full) {
                self.patterns.set_window(pattern, held.widened(full));
                return Likelihood { log_scale, total, window: held };
            }
            window = full;
        }
    }

    /// Calls `visit` with the posterior weights (summing to 1) and the log-likelihood of every pattern of a block, in
    /// order, and collects what the blocks yield in their order.
    pub(crate) fn posteriors<T: Send>(
        &self,
        items: &[ItemParameters],
        start: impl Fn() -> T + Sync,
        visit: impl Fn(&mut T, usize, &[f64], f64) + Sync,
    ) -> Vec<T> {
        let patterns = self.patterns;
        let tables = Tables::new(&patterns.units, patterns.row_count, items, &self.grid);
        let count = self.grid.len();
        let run = |block: &Block| {
            let prior = self.weights[block.group].as_chunks::<LANES>().0;
            let full = Window::full(tables.lanes);
            let mut joint = vec![[0.0; LANES]; tables.lanes];
            let mut state = start();
            for pattern in (block.first..block.end).step_by(self.stride) {
                let log_scale = tables.joint(patterns.cells(pattern), prior, full, &mut joint);
                let total: f64 = joint.iter().map(|lane| lane.iter().sum::<f64>()).sum();
                joint.iter_mut().flatten().for_each(|value| *value /= total);
                visit(&mut state, pattern, &joint.as_flattened()[..count], total.ln() + log_scale);
            }
            state
        };
        let blocks = self.blocks();
        let some = self.only.start.min(blocks.len())..self.only.end.min(blocks.len());
        blocks[some].par_iter().map(run).collect()
    }

    /// Number of blocks the patterns are cut into.
    pub(crate) fn block_count(&self) -> usize {
        self.blocks().len()
    }
}

fn add(target: &mut [Lane], source: &[Lane]) {
    for (to, from) in target.iter_mut().zip(source) {
        for lane in 0..LANES {
            to[lane] += from[lane];
        }
    }
}

/// Sums a unit's rows into the categories of its items: the last item's first, then the table without that item.
fn unpack(
    unit: &Unit,
    items: &[ItemParameters],
    rows: &[Lane],
    size: (usize, usize),
) -> Vec<(usize, Vec<f64>)> {
    let (lanes, count) = size;
    let mut table = rows[unit.first_row * lanes..(unit.first_row + unit.rows) * lanes].to_vec();
    let mut height = unit.rows;
    let mut unpacked = Vec::with_capacity(unit.items.len());
    for (&item, &radix) in unit.items.iter().zip(&unit.radices).rev() {
        let stride = height / radix;
        let mut counts = Vec::with_capacity(items[item].categories() * count);
        for code in 0..items[item].categories() {
            let mut sum = vec![[0.0; LANES]; lanes];
            for row in table[code * stride * lanes..(code + 1) * stride * lanes].chunks_exact(lanes) {
                add(&mut sum, row);
            }
            counts.extend_from_slice(&sum.as_flattened()[..count]);
        }
        unpacked.push((item, counts));
        let (first, others) = table.split_at_mut(stride * lanes);
        for other in others[..(height - stride) * lanes].chunks_exact(stride * lanes) {
            add(first, other);
        }
        height = stride;
    }
    unpacked
}
