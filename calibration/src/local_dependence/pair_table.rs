//! Observed against expected two-way tables of item scores (Chen & Thissen, 1997).

use rayon::prelude::*;

use crate::estimation::{Calibration, item_rows};
use crate::responses::ResponseMatrix;

/// How far the table of two items' scores is from what the model expects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairTable {
    /// Column of the first item.
    pub first: usize,
    /// Column of the second item.
    pub second: usize,
    /// Examinees who answered both, summed by weight.
    pub examinees: f64,
    /// X² = Σ (observed − expected)² / expected over the cells.
    pub statistic: f64,
    /// (categories − 1) of one item times that of the other.
    pub degrees_of_freedom: usize,
    /// Cramér's V, negative where the observed scores are correlated less than expected ones.
    pub cramers_v: f64,
}

impl PairTable {
    /// (X² − df) / √(2 df): above 10 is called dependence by common usage.
    pub fn standardised(&self) -> f64 {
        let df = self.degrees_of_freedom as f64;
        (self.statistic - df) / (2.0 * df).sqrt()
    }
}

/// The table of every pair of calibrated items that somebody answered both of, under the first group's latent
/// distribution, in the order of the columns.
pub fn pair_tables(calibration: &Calibration, matrix: &ResponseMatrix) -> Vec<PairTable> {
    let nodes = calibration.grid.nodes();
    let weights = &calibration.groups[0].weights;
    let usable: Vec<usize> =
        (0..calibration.items.len()).filter(|&item| calibration.items[item].problem.is_none()).collect();
    let curves: Vec<Vec<f64>> =
        calibration.items.iter().map(|item| item_rows(&item.parameters, &nodes, nodes.len())).collect();
    let categories = |item: usize| calibration.items[item].parameters.categories();
    let of_first = |place: usize| -> Vec<PairTable> {
        let first = usable[place];
        let mut observed: Vec<Vec<f64>> =
            usable[place + 1..].iter().map(|&item| vec![0.0; categories(first) * categories(item)]).collect();
        for (examinee, row) in matrix.rows().enumerate() {
            let weight = matrix.weight(examinee);
            let Some(own) = row.score(first).map(usize::from) else { continue };
            for (table, &second) in observed.iter_mut().zip(&usable[place + 1..]) {
                if let Some(other) = row.score(second) {
                    table[own * categories(second) + usize::from(other)] += weight;
                }
            }
        }
        let others = usable[place + 1..].iter().zip(observed);
        let compare = |(&second, observed): (&usize, Vec<f64>)| {
            let expected = joint(&curves[first], &curves[second], weights);
            compared((first, second), &observed, &expected, categories(second))
        };
        others.filter_map(compare).collect()
    };
    (0..usable.len()).into_par_iter().flat_map_iter(of_first).collect()
}

/// P(first = k, second = l), row by row of k.
fn joint(first: &[f64], second: &[f64], weights: &[f64]) -> Vec<f64> {
    let width = weights.len();
    let mut cells = Vec::new();
    for own in first.chunks_exact(width) {
        for other in second.chunks_exact(width) {
            cells.push(own.iter().zip(other).zip(weights).map(|((a, b), weight)| a * b * weight).sum());
        }
    }
    cells
}

fn compared(
    (first, second): (usize, usize),
    observed: &[f64],
    expected: &[f64],
    columns: usize,
) -> Option<PairTable> {
    let examinees: f64 = observed.iter().sum();
    if examinees == 0.0 {
        return None;
    }
    let cells = observed.iter().zip(expected).map(|(observed, p)| (observed, p * examinees));
    let statistic = cells.map(|(observed, expected)| (observed - expected).powi(2) / expected).sum::<f64>();
    let rows = observed.len() / columns;
    let fewest = (rows.min(columns) - 1) as f64;
    let size = (statistic / (examinees * fewest)).sqrt();
    let less = correlation(observed, columns) < correlation(expected, columns);
    Some(PairTable {
        first,
        second,
        examinees,
        statistic,
        degrees_of_freedom: (rows - 1) * (columns - 1),
        cramers_v: if less { -size } else { size },
    })
}

/// Product-moment correlation of row and column numbers under the cells' weights.
fn correlation(cells: &[f64], columns: usize) -> f64 {
    let (mut n, mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (cell, weight) in cells.iter().enumerate() {
        let (row, column) = ((cell / columns) as f64, (cell % columns) as f64);
        n += weight;
        x += weight * row;
        y += weight * column;
        xx += weight * row * row;
        yy += weight * column * column;
        xy += weight * row * column;
    }
    (xy - x * y / n) / ((xx - x * x / n) * (yy - y * y / n)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_by_hand() {
        // Expected 25 in every cell, observed 35 on one diagonal: X² = 4 · 10² / 25, V = √(16 / 100), more than expected.
        let found = compared((0, 1), &[35.0, 15.0, 15.0, 35.0], &[0.25; 4], 2).unwrap();
        assert!((found.statistic - 16.0).abs() < 1e-12 && (found.cramers_v - 0.4).abs() < 1e-12);
        assert_eq!((found.examinees, found.degrees_of_freedom), (100.0, 1));
        let turned = compared((0, 1), &[15.0, 35.0, 35.0, 15.0], &[0.25; 4], 2).unwrap();
        assert!((turned.cramers_v + 0.4).abs() < 1e-12);
        assert!((turned.standardised() - 15.0 / 2.0_f64.sqrt()).abs() < 1e-12);
    }
}
