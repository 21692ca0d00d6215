//! Dense symmetric systems: Cholesky factor, solve and inverse. Matrices are square and row-major.
//! Large ones are factored in blocks on all cores; results do not depend on how many there are.

use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, Axis, Slice};
use rayon::prelude::*;

/// Rows and columns of a block.
const BLOCK: usize = 96;

/// A symmetric positive definite matrix as L Lᵀ.
#[derive(Debug, Clone)]
pub struct Cholesky {
    size: usize,
    factor: Vec<f64>,
}

/// Σ x_i y_i in eight fixed partial sums, so that the loop vectorises.
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (x_blocks, y_blocks) = (x.chunks_exact(8), y.chunks_exact(8));
    let tail: f64 = x_blocks.remainder().iter().zip(y_blocks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in x_blocks.zip(y_blocks) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f64>() + tail
}

/// Adds Rᵀ R on and above its diagonal; R has this many columns, row by row.
pub(crate) fn add_product_with_itself(rows: &[f64], columns: usize, sum: &mut [f64]) {
    if rows.is_empty() || columns == 0 {
        return;
    }
    let height = rows.len() / columns;
    let rows = ArrayView2::from_shape((height, columns), rows).expect("whole rows");
    let mut sum = ArrayViewMut2::from_shape((columns, columns), sum).expect("a square matrix");
    for start in (0..columns).step_by(BLOCK) {
        let end = (start + BLOCK).min(columns);
        let above = rows.slice_axis(Axis(1), Slice::from(..end));
        let own = rows.slice_axis(Axis(1), Slice::from(start..end));
        let mut target = sum.slice_axis_mut(Axis(0), Slice::from(..end));
        let mut target = target.slice_axis_mut(Axis(1), Slice::from(start..end));
        general_mat_mul(1.0, &above.t(), &own, 1.0, &mut target);
    }
}

impl Cholesky {
    /// Factors a matrix, or `None` when it is not positive definite to working precision.
    pub fn new(matrix: &[f64], size: usize) -> Option<Self> {
        Self::of(matrix.to_vec(), size)
    }

    /// Factors a matrix in its place; only what is on and below its diagonal is looked at.
    pub(crate) fn of(mut matrix: Vec<f64>, size: usize) -> Option<Self> {
        assert_eq!(matrix.len(), size * size, "a square matrix");
        let diagonal: Vec<f64> = (0..size).map(|row| matrix[row * size + row]).collect();
        for start in (0..size).step_by(BLOCK) {
            let block = start..(start + BLOCK).min(size);
            let (above, below) = matrix.split_at_mut(block.end * size);
            let rows = &mut above[start * size..];
            factor_block(rows, size, block.clone(), &diagonal)?;
            below.par_chunks_mut(size).for_each(|row| {
                for (column, known) in block.clone().zip(rows.chunks_exact(size)) {
                    let rest = row[column] - dot(&row[start..column], &known[start..column]);
                    row[column] = rest / known[column];
                }
            });
            subtract_products(below, size, block);
        }
        Some(Self { size, factor: matrix })
    }

    /// Factors a matrix with growing multiples of its diagonal added until it is positive definite.
    pub fn with_ridge(matrix: &[f64], size: usize) -> Self {
        let mut ridged = matrix.to_vec();
        let mut ridge = 1e-8;
        loop {
            if let Some(factor) = Self::new(&ridged, size) {
                return factor;
            }
            for i in 0..size {
                let diagonal = matrix[i * size + i];
                let diagonal = if diagonal.is_finite() { diagonal.abs() } else { 0.0 };
                ridged[i * size + i] = diagonal * (1.0 + ridge) + ridge;
            }
            ridge *= 10.0;
            if ridge > 1e12 {
                let mut identity = vec![0.0; size * size];
                (0..size).for_each(|i| identity[i * size + i] = 1.0);
                return Self { size, factor: identity };
            }
        }
    }

    /// Solves A x = b in place.
    pub fn solve(&self, b: &mut [f64]) {
        let size = self.size;
        for row in 0..size {
            let known = dot(&self.factor[row * size..row * size + row], &b[..row]);
            b[row] = (b[row] - known) / self.factor[row * size + row];
        }
        for row in (0..size).rev() {
            let value = b[row] / self.factor[row * size + row];
            b[row] = value;
            for (known, factor) in b[..row].iter_mut().zip(&self.factor[row * size..row * size + row]) {
                *known -= value * factor;
            }
        }
    }

    /// L⁻¹ B in place of B, which has this many columns, row by row.
    pub(crate) fn whiten(&self, b: &mut [f64], columns: usize) {
        let size = self.size;
        let factor = ArrayView2::from_shape((size, size), &self.factor).expect("a square matrix");
        for start in (0..size).step_by(BLOCK) {
            let end = (start + BLOCK).min(size);
            let (done, rest) = b.split_at_mut(start * columns);
            let done = ArrayView2::from_shape((start, columns), &*done).expect("whole rows");
            let own = &mut rest[..(end - start) * columns];
            let mut target =
                ArrayViewMut2::from_shape((end - start, columns), &mut *own).expect("whole rows");
            let rows = factor.slice_axis(Axis(0), Slice::from(start..end));
            let known = rows.slice_axis(Axis(1), Slice::from(..start));
            general_mat_mul(-1.0, &known, &done, 1.0, &mut target);
            for row in start..end {
                let (known, current) = own.split_at_mut((row - start) * columns);
                let current = &mut current[..columns];
                for (column, known) in (start..row).zip(known.chunks_exact(columns)) {
                    let by = factor[[row, column]];
                    current.iter_mut().zip(known).for_each(|(value, known)| *value -= by * known);
                }
                current.iter_mut().for_each(|value| *value /= factor[[row, row]]);
            }
        }
    }

    /// A⁻¹.
    pub fn inverse(&self) -> Vec<f64> {
        let size = self.size;
        let lower = self.lower_inverse_transposed();
        let mut inverse = vec![0.0; size * size];
        inverse.par_chunks_mut(size.max(1)).enumerate().for_each(|(row, target)| {
            for column in row..size {
                let (a, b) = (
                    &lower[row * size + column..(row + 1) * size],
                    &lower[column * size + column..(column + 1) * size],
                );
                target[column] = dot(a, b);
            }
        });
        for row in 0..size {
            for column in 0..row {
                inverse[row * size + column] = inverse[column * size + row];
            }
        }
        inverse
    }

    /// (L⁻¹)ᵀ, row by row: row i holds column i of L⁻¹.
    fn lower_inverse_transposed(&self) -> Vec<f64> {
        let size = self.size;
        let mut transposed = vec![0.0; size * size];
        transposed.par_chunks_mut(size.max(1)).enumerate().for_each(|(column, target)| {
            target[column] = 1.0 / self.factor[column * size + column];
            for row in column + 1..size {
                let known = dot(&self.factor[row * size + column..row * size + row], &target[column..row]);
                target[row] = -known / self.factor[row * size + row];
            }
        });
        transposed
    }

    /// An entry of L; 0 above the diagonal.
    pub fn entry(&self, row: usize, column: usize) -> f64 {
        if column > row { 0.0 } else { self.factor[row * self.size + column] }
    }
}

/// Factors the square on the diagonal of some whole rows, columns before it being done with.
fn factor_block(rows: &mut [f64], size: usize, block: Range<usize>, diagonal: &[f64]) -> Option<()> {
    let start = block.start;
    for row in block {
        let (above, current) = rows.split_at_mut((row - start) * size);
        let current = &mut current[..size];
        for (column, other) in (start..row).zip(above.chunks_exact(size)) {
            let rest = current[column] - dot(&current[start..column], &other[start..column]);
            current[column] = rest / other[column];
        }
        let pivot = current[row] - dot(&current[start..row], &current[start..row]);
        let positive = pivot.is_finite() && pivot > 1e-13 * diagonal[row].abs();
        if !positive {
            return None;
        }
        current[row] = pivot.sqrt();
    }
    Some(())
}

/// Takes from what is left of the rows below a block the products of their entries in its columns.
fn subtract_products(below: &mut [f64], size: usize, block: Range<usize>) {
    let height = below.len() / size;
    let panel: Vec<f64> = below.chunks_exact(size).flat_map(|row| &row[block.clone()]).copied().collect();
    let panel = ArrayView2::from_shape((height, block.len()), &panel).expect("a row of the panel a row");
    below.par_chunks_mut(BLOCK * size).enumerate().for_each(|(chunk, rows)| {
        let (first, end) = (chunk * BLOCK, chunk * BLOCK + rows.len() / size);
        let mut rows = ArrayViewMut2::from_shape((end - first, size), rows).expect("whole rows");
        let mut target = rows.slice_axis_mut(Axis(1), Slice::from(block.end..block.end + end));
        let own = panel.slice_axis(Axis(0), Slice::from(first..end));
        let others = panel.slice_axis(Axis(0), Slice::from(..end));
        general_mat_mul(-1.0, &own, &others.t(), 1.0, &mut target);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_of_many_blocks_times_itself_is_the_matrix_and_whitens_it() {
        let size = 2 * BLOCK + 37;
        let entry = |i: usize, j: usize| 1.0 / (1.0 + i.abs_diff(j) as f64) + f64::from(u8::from(i == j));
        let matrix: Vec<f64> = (0..size * size).map(|at| entry(at / size, at % size)).collect();
        let factor = Cholesky::new(&matrix, size).unwrap();
        for (i, j) in [(0, 0), (size - 1, 3), (BLOCK + 5, BLOCK - 2), (size - 1, size - 2), (150, 150)] {
            let product: f64 = (0..size).map(|k| factor.entry(i, k) * factor.entry(j, k)).sum();
            assert!((product - entry(i, j)).abs() < 1e-12, "{i} {j} {product}");
        }
        // L⁻¹ A = Lᵀ.
        let mut whitened = matrix.clone();
        factor.whiten(&mut whitened, size);
        for (i, j) in [(0, 0), (3, size - 1), (BLOCK, BLOCK + 1), (size - 1, size - 1), (size - 1, 0)] {
            assert!((whitened[i * size + j] - factor.entry(j, i)).abs() < 1e-12, "{i} {j}");
        }
        let mut indefinite = matrix;
        indefinite[(size - 2) * size + size - 2] = 0.1;
        assert!(Cholesky::of(indefinite, size).is_none());
    }

    #[test]
    fn the_inverse_times_the_matrix_is_the_identity() {
        let size = 13;
        let mut matrix = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..size {
                matrix[i * size + j] =
                    1.0 / (1.0 + (i as f64 - j as f64).abs()) + if i == j { 1.0 } else { 0.0 };
            }
        }
        let factor = Cholesky::new(&matrix, size).unwrap();
        let inverse = factor.inverse();
        for i in 0..size {
            let mut unit: Vec<f64> = (0..size).map(|j| matrix[i * size + j]).collect();
            factor.solve(&mut unit);
            for j in 0..size {
                let product: f64 = (0..size).map(|k| matrix[i * size + k] * inverse[k * size + j]).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-12);
                assert!((unit[j] - f64::from(u8::from(i == j))).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_singular_matrix_is_refused_and_a_ridge_mends_it() {
        let matrix = [1.0, 1.0, 1.0, 1.0];
        assert!(Cholesky::new(&matrix, 2).is_none());
        let mut b = [1.0, 1.0];
        Cholesky::with_ridge(&matrix, 2).solve(&mut b);
        assert!(b.iter().all(|x| x.is_finite()));
    }
}
