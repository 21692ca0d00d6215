//! Likelihood tables: one row for every combination of scores of the items of a unit.

use rayon::prelude::*;

use super::grid::{Grid, LANES};
use super::patterns::Unit;
use super::window::Window;
use crate::model::ItemParameters;

/// Eight neighbouring nodes.
pub(crate) type Lane = [f64; LANES];

/// A product is brought back to a maximum of 1 after this many rows.
const RESCALED_EVERY: usize = 24;

/// Likelihood of every table row at every node, divided by its maximum, and the logarithm of that maximum.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(super) lanes: usize,
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
    pub(super) fn joint(&self, cells: &[u32], prior: &[Lane], window: Window, out: &mut [Lane]) -> f64 {
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
