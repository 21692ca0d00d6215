//! Dense symmetric systems: Cholesky factor, solve and inverse. Matrices are square and row-major.

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

impl Cholesky {
    /// Factors a matrix, or `None` when it is not positive definite to working precision.
    pub fn new(matrix: &[f64], size: usize) -> Option<Self> {
        assert_eq!(matrix.len(), size * size, "a square matrix");
        let mut factor = vec![0.0; size * size];
        for row in 0..size {
            let (above, current) = factor.split_at_mut(row * size);
            let current = &mut current[..size];
            for column in 0..row {
                let other = &above[column * size..column * size + column];
                let rest = matrix[row * size + column] - dot(&current[..column], other);
                current[column] = rest / above[column * size + column];
            }
            let pivot = matrix[row * size + row] - dot(&current[..row], &current[..row]);
            let positive = pivot.is_finite() && pivot > 1e-13 * matrix[row * size + row].abs();
            if !positive {
                return None;
            }
            current[row] = pivot.sqrt();
        }
        Some(Self { size, factor })
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

    /// A⁻¹.
    pub fn inverse(&self) -> Vec<f64> {
        let size = self.size;
        let lower = self.lower_inverse_transposed();
        let mut inverse = vec![0.0; size * size];
        for row in 0..size {
            for column in row..size {
                let (a, b) = (
                    &lower[row * size + column..(row + 1) * size],
                    &lower[column * size + column..(column + 1) * size],
                );
                let value = dot(a, b);
                inverse[row * size + column] = value;
                inverse[column * size + row] = value;
            }
        }
        inverse
    }

    /// (L⁻¹)ᵀ, row by row: row i holds column i of L⁻¹.
    fn lower_inverse_transposed(&self) -> Vec<f64> {
        let size = self.size;
        let mut transposed = vec![0.0; size * size];
        for column in 0..size {
            let target = &mut transposed[column * size..(column + 1) * size];
            target[column] = 1.0 / self.factor[column * size + column];
            for row in column + 1..size {
                let known = dot(&self.factor[row * size + column..row * size + row], &target[column..row]);
                target[row] = -known / self.factor[row * size + row];
            }
        }
        transposed
    }

    /// An entry of L; 0 above the diagonal.
    pub fn entry(&self, row: usize, column: usize) -> f64 {
        if column > row { 0.0 } else { self.factor[row * self.size + column] }
    }

    /// ln |A|.
    pub fn log_determinant(&self) -> f64 {
        (0..self.size).map(|i| 2.0 * self.factor[i * self.size + i].ln()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
