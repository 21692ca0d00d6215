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

    fn row(&self, row: u32) -> &[Lane] {
        let start = row as usize * self.lanes;
        &self.rows[start..start + self.lanes]
    }

    /// Likelihood of the cells times `prior` at every node, up to a factor whose logarithm is returned.
    fn joint(&self, cells: &[u32], prior: &[Lane], out: &mut [Lane]) -> f64 {
        out.copy_from_slice(prior);
        let mut log_scale = 0.0;
        for some in cells.chunks(RESCALED_EVERY) {
            for &cell in some {
                log_scale += self.log_scales[cell as usize];
                for (product, factor) in out.iter_mut().zip(self.row(cell)) {
                    for lane in 0..LANES {
                        product[lane] *= factor[lane];
                    }
                }
            }
            if some.len() == RESCALED_EVERY {
                log_scale += rescale(out);
            }
        }
        log_scale
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
        let prior = self.weights[block.group].as_chunks::<LANES>().0;
        let mut sums = BlockSums {
            group: block.group,
            log_likelihood: 0.0,
            rows: vec![[0.0; LANES]; self.patterns.row_count * lanes],
            nodes: vec![[0.0; LANES]; lanes],
        };
        let mut joint = vec![[0.0; LANES]; lanes];
        for pattern in (block.first..block.end).step_by(self.stride) {
            let cells = self.patterns.cells(pattern);
            let log_scale = tables.joint(cells, prior, &mut joint);
            let total = total(&joint);
            let weight = self.patterns.weight(pattern);
            sums.log_likelihood += weight * (total.ln() + log_scale);
            let factor = weight / total;
            for (posterior, sum) in joint.iter_mut().zip(&mut sums.nodes) {
                for lane in 0..LANES {
                    posterior[lane] *= factor;
                    sum[lane] += posterior[lane];
                }
            }
            for &cell in cells {
                let start = cell as usize * lanes;
                add(&mut sums.rows[start..start + lanes], &joint);
            }
        }
        sums
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
            let mut joint = vec![[0.0; LANES]; tables.lanes];
            let mut state = start();
            for pattern in (block.first..block.end).step_by(self.stride) {
                let log_scale = tables.joint(patterns.cells(pattern), prior, &mut joint);
                let total = total(&joint);
                joint.iter_mut().flatten().for_each(|value| *value /= total);
                visit(&mut state, pattern, &joint.as_flattened()[..count], total.ln() + log_scale);
            }
            state
        };
        self.blocks().par_iter().map(run).collect()
    }
}

fn total(joint: &[Lane]) -> f64 {
    let mut sums = [0.0; LANES];
    for value in joint {
        for lane in 0..LANES {
            sums[lane] += value[lane];
        }
    }
    sums.iter().sum()
}

fn add(target: &mut [Lane], source: &[Lane]) {
    for (to, from) in target.iter_mut().zip(source) {
        for lane in 0..LANES {
            to[lane] += from[lane];
        }
    }
}

/// Sums a unit's rows into the categories of its items.
fn unpack(
    unit: &Unit,
    items: &[ItemParameters],
    rows: &[Lane],
    size: (usize, usize),
) -> Vec<(usize, Vec<f64>)> {
    let (lanes, count) = size;
    let mut counts: Vec<Vec<Lane>> =
        unit.items.iter().map(|&item| vec![[0.0; LANES]; items[item].categories() * lanes]).collect();
    for row in 0..unit.rows {
        let start = (unit.first_row + row) * lanes;
        let source = &rows[start..start + lanes];
        for (place, (item, code)) in unit.codes(row).enumerate() {
            if code < items[item].categories() {
                add(&mut counts[place][code * lanes..(code + 1) * lanes], source);
            }
        }
    }
    let trim = |(&item, lanes_of): (&usize, Vec<Lane>)| {
        let flat = lanes_of.as_flattened();
        let trimmed =
            flat.chunks_exact(lanes * LANES).flat_map(|category| category[..count].iter().copied()).collect();
        (item, trimmed)
    };
    unit.items.iter().zip(counts).map(trim).collect()
}
