//! The E-step: marginal log-likelihood and expected counts, from one pass over the patterns.
//!
//! A pattern's likelihood at every node is the product of the table rows it meets, so a pass takes no logarithm and no
//! exponential but one logarithm a pattern. Patterns are cut into blocks that depend on the data alone; block sums are
//! added in their order, so the result is the same bit for bit whatever the number of threads.

use std::ops::Range;

use rayon::prelude::*;

use super::grid::{Grid, LANES};
use super::patterns::{Patterns, Unit};
use super::tables::{Lane, Tables};
use super::window::Window;
use crate::model::ItemParameters;

/// How many blocks patterns are cut into where there are enough of them: a block holds this many patterns, or cells for
/// every table row.
const BLOCKS: usize = 16;
const BLOCK_PATTERNS_MAX: usize = 1_024;
const CELLS_PER_ROW_MIN: usize = 16;

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

    /// Multiplies the lanes of a window and makes the others 0.
    fn keep(&mut self, window: Range<usize>, factor: f64) {
        let (before, rest) = self.joint.split_at_mut(window.start);
        let (inside, after) = rest.split_at_mut(window.len());
        before.fill([0.0; LANES]);
        after.fill([0.0; LANES]);
        inside.as_flattened_mut().iter_mut().for_each(|value| *value *= factor);
    }
}

/// Where a pattern's examinees may be.
pub(crate) struct Posterior<'a> {
    /// Weights of the nodes, summing to 1.
    pub(crate) weights: &'a [f64],
    /// The nodes that hold mass; others weigh 0 here.
    pub(crate) nodes: Range<usize>,
    whole: &'a dyn Fn() -> Vec<f64>,
}

impl<'a> Posterior<'a> {
    /// One with mass at every node.
    #[cfg(test)]
    pub(crate) fn known(weights: &'a [f64]) -> Self {
        Self { weights, nodes: 0..weights.len(), whole: &Vec::new }
    }

    /// Weights of the nodes that hold mass.
    pub(crate) fn inside(&self) -> &[f64] {
        &self.weights[self.nodes.clone()]
    }

    /// The weights with what [`Posterior::weights`] leaves out as too small.
    pub(crate) fn whole(&self) -> Vec<f64> {
        (self.whole)()
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
    /// The most states that [`Pass::posteriors`] keeps at once.
    pub(crate) strands: usize,
}

impl Pass<'_> {
    fn blocks(&self) -> Vec<Block> {
        let size = self.patterns.len().div_ceil(BLOCKS).max(self.fewest_patterns());
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

    /// Fewest patterns of a block: enough to be worth the sums of a block, a table row each.
    fn fewest_patterns(&self) -> usize {
        let cells = self.patterns.cell_count().div_ceil(self.patterns.len().max(1)).max(1);
        (CELLS_PER_ROW_MIN * self.patterns.row_count / cells).clamp(1, BLOCK_PATTERNS_MAX)
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

    /// Calls `visit` with the posterior of every pattern, in order, and collects what the strands yield in theirs. A
    /// strand is a stretch of blocks that one state goes through.
    pub(crate) fn posteriors<T: Send>(
        &self,
        items: &[ItemParameters],
        start: impl Fn() -> T + Sync,
        visit: impl Fn(&mut T, usize, &Posterior<'_>) + Sync,
    ) -> Vec<T> {
        let patterns = self.patterns;
        let tables = Tables::new(&patterns.units, patterns.row_count, items, &self.grid);
        let count = self.grid.len();
        let run = |blocks: &[Block]| {
            let mut scratch = Scratch::new(tables.lanes);
            let mut state = start();
            for block in blocks {
                for pattern in (block.first..block.end).step_by(self.stride) {
                    let found = self.likelihood(block.group, pattern, &tables, &mut scratch);
                    let window = found.window.range();
                    scratch.keep(window.clone(), 1.0 / found.total);
                    let nodes = window.start * LANES..(window.end * LANES).min(count);
                    let whole = || self.whole(block.group, pattern, &tables);
                    let weights = &scratch.joint.as_flattened()[..count];
                    visit(&mut state, pattern, &Posterior { weights, nodes, whole: &whole });
                }
            }
            state
        };
        let blocks = self.blocks();
        let strand = blocks.len().div_ceil(self.strands.max(1)).max(1);
        blocks.par_chunks(strand).map(run).collect()
    }

    /// The posterior of a pattern at every node, whatever mass it has there.
    fn whole(&self, group: usize, pattern: usize, tables: &Tables) -> Vec<f64> {
        let prior = self.weights[group].as_chunks::<LANES>().0;
        let mut joint = vec![[0.0; LANES]; tables.lanes];
        tables.joint(self.patterns.cells(pattern), prior, Window::full(tables.lanes), &mut joint);
        let mut weights = joint.into_flattened();
        weights.truncate(self.grid.len());
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        weights
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
