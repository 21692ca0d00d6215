//! An examinee's scores under the posterior as a few rows whose product with themselves is their covariance.
//!
//! Σ_q p_q (S_q − S̄)(S_q − S̄)ᵀ is Σ_n c_n c_nᵀ with c_n = Σ_q p_q ψ_n(θ_q) S_q for polynomials ψ_n of degree n = 1, 2, …
//! that are orthonormal under p. Scores are smooth where a posterior has mass, so the rows fall off geometrically with the
//! degree, and a few of them replace a row for each of dozens of nodes.

use super::expectation::Posterior;

/// Posterior mass below this fraction of the highest is left out of the covariance of scores.
const MASS_MIN: f64 = 1e-11;
/// Degrees end where the last two hold less than this share of the variance; what would follow is smaller still.
const SHARE_MIN: f64 = 1e-6;
/// Where so many do not suffice, every node has its row.
const DEGREE_MAX: usize = 12;

/// The derivatives of an examinee's log-likelihood at every node, each with the column it is added to.
#[derive(Default)]
pub(super) struct ScoreRows<'a> {
    scores: Vec<(&'a [f64], usize)>,
    columns: usize,
    basis: Basis,
}

/// Orthonormal polynomials, each times the posterior.
#[derive(Default)]
struct Basis {
    points: Vec<f64>,
    mass: Vec<f64>,
    before: Vec<f64>,
    current: Vec<f64>,
    /// Of two degrees, times the mass.
    weighted: [Vec<f64>; 2],
    norm: f64,
}

impl<'a> ScoreRows<'a> {
    /// Takes up an examinee.
    pub(super) fn set(&mut self, scores: impl Iterator<Item = (&'a [f64], usize)>, columns: usize) {
        self.scores.clear();
        self.scores.extend(scores);
        self.columns = columns;
    }

    /// Appends the row √w S̄.
    pub(super) fn add_mean(&mut self, posterior: &Posterior<'_>, root: f64, rows: &mut Vec<f64>) {
        let start = rows.len();
        rows.resize(start + self.columns, 0.0);
        for &(score, column) in &self.scores {
            let inside = &score[posterior.nodes.clone()];
            rows[start + column] += root * crate::linear_algebra::dot(inside, posterior.inside());
        }
    }

    /// Appends rows whose product with themselves is w times the posterior covariance.
    pub(super) fn add_covariance(
        &mut self,
        nodes: &[f64],
        posterior: &Posterior<'_>,
        root: f64,
        rows: &mut Vec<f64>,
    ) {
        let weights = posterior.weights;
        let highest = posterior.inside().iter().fold(0.0_f64, |a, &b| a.max(b));
        let holds = |weight: &f64| *weight > MASS_MIN * highest;
        let first = weights.iter().position(holds).unwrap_or(0);
        let end = weights.iter().rposition(holds).map_or(weights.len(), |last| last + 1);
        let start = rows.len();
        if end - first > DEGREE_MAX {
            self.basis.begin(&nodes[first..end], &weights[first..end]);
            let mut variance = 0.0;
            for _ in 0..DEGREE_MAX / 2 {
                let own = self.add_two_degrees(first, root, rows);
                variance += own;
                if own <= SHARE_MIN * variance {
                    return;
                }
            }
        }
        rows.truncate(start);
        self.add_nodes(first, &weights[first..end], root, rows);
    }

    /// Appends the rows of the next two degrees; the sum of their squares.
    fn add_two_degrees(&mut self, first: usize, root: f64, rows: &mut Vec<f64>) -> f64 {
        self.basis.next_two(root);
        let [low, high] = &self.basis.weighted;
        let start = rows.len();
        rows.resize(start + 2 * self.columns, 0.0);
        let (low_row, high_row) = rows[start..].split_at_mut(self.columns);
        for &(score, column) in &self.scores {
            let [a, b] = two_dots(low, high, &score[first..first + low.len()]);
            low_row[column] += a;
            high_row[column] += b;
        }
        rows[start..].iter().map(|value| value * value).sum()
    }

    /// Appends a row √(w p_q) (S_q − S̄) for every node.
    fn add_nodes(&mut self, first: usize, weights: &[f64], root: f64, rows: &mut Vec<f64>) {
        let (start, width) = (rows.len(), self.columns);
        rows.resize(start + weights.len() * width, 0.0);
        let added = &mut rows[start..];
        for &(score, column) in &self.scores {
            for (row, value) in added.chunks_exact_mut(width).zip(&score[first..]) {
                row[column] += value;
            }
        }
        let mut mean = vec![0.0; width];
        for (row, weight) in added.chunks_exact(width).zip(weights) {
            mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
        }
        for (row, weight) in added.chunks_exact_mut(width).zip(weights) {
            let factor = root * weight.sqrt();
            row.iter_mut().zip(&mean).for_each(|(value, mean)| *value = factor * (*value - mean));
        }
    }
}

impl Basis {
    /// Starts with the constant, for weights at the nodes of a stretch.
    fn begin(&mut self, nodes: &[f64], weights: &[f64]) {
        let total: f64 = weights.iter().sum();
        self.mass.clear();
        self.mass.extend(weights.iter().map(|weight| weight / total));
        let mean: f64 = nodes.iter().zip(&self.mass).map(|(node, mass)| node * mass).sum();
        self.points.clear();
        self.points.extend(nodes.iter().map(|node| node - mean));
        self.before.clear();
        self.before.resize(nodes.len(), 0.0);
        self.current.clear();
        self.current.resize(nodes.len(), 1.0);
        self.norm = 0.0;
    }

    fn next_two(&mut self, root: f64) {
        for degree in 0..2 {
            self.advance();
            let product = self.current.iter().zip(&self.mass).map(|(value, mass)| root * value * mass);
            self.weighted[degree].clear();
            self.weighted[degree].extend(product);
        }
    }

    /// The three-term recurrence (Stieltjes): ‖·‖ ψ_{n+1} = (θ − a_n) ψ_n − ‖ψ_n before scaling‖ ψ_{n−1}.
    fn advance(&mut self) {
        let terms = self.points.iter().zip(&self.current).zip(&self.mass);
        let centre: f64 = terms.map(|((point, value), mass)| mass * value * value * point).sum();
        let mut square = 0.0;
        let terms = self.points.iter().zip(&self.mass).zip(self.before.iter_mut().zip(&self.current));
        for ((point, mass), (before, current)) in terms {
            let next = (point - centre) * current - self.norm * *before;
            *before = next;
            square += mass * next * next;
        }
        self.norm = square.sqrt();
        let inverse = if self.norm > 0.0 { 1.0 / self.norm } else { 0.0 };
        self.before.iter_mut().for_each(|value| *value *= inverse);
        std::mem::swap(&mut self.before, &mut self.current);
    }
}

/// Two products with the same vector.
fn two_dots(a: &[f64], b: &[f64], with: &[f64]) -> [f64; 2] {
    let mut sums = [[0.0; 4]; 2];
    let ((a, a_rest), (b, b_rest), (with, rest)) =
        (a.as_chunks::<4>(), b.as_chunks::<4>(), with.as_chunks::<4>());
    for ((a, b), with) in a.iter().zip(b).zip(with) {
        for lane in 0..4 {
            sums[0][lane] += a[lane] * with[lane];
            sums[1][lane] += b[lane] * with[lane];
        }
    }
    let tail = |x: &[f64]| x.iter().zip(rest).map(|(x, with)| x * with).sum::<f64>();
    [sums[0].iter().sum::<f64>() + tail(a_rest), sums[1].iter().sum::<f64>() + tail(b_rest)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(rows: &[f64], width: usize) -> Vec<f64> {
        let mut sum = vec![0.0; width * width];
        for row in rows.chunks_exact(width) {
            for (entry, value) in sum.iter_mut().enumerate() {
                *value += row[entry / width] * row[entry % width];
            }
        }
        sum
    }

    #[test]
    fn a_few_degrees_hold_what_a_row_a_node_holds() {
        let nodes: Vec<f64> = (0..61).map(|q| -6.0 + 0.2 * f64::from(q)).collect();
        let weights: Vec<f64> =
            nodes.iter().map(|node| (-0.5 * ((node - 0.3) / 0.4).powi(2)).exp()).collect();
        let total: f64 = weights.iter().sum();
        let weights: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        let curve = |a: f64, b: f64| -> Vec<f64> {
            nodes.iter().map(|node| 1.0 - crate::logistic(a * (node - b))).collect()
        };
        let scores = [curve(1.2, 0.0), curve(2.0, 1.0), curve(-0.7, 0.4), curve(1.2, 0.5)];
        let posterior = Posterior::known(&weights);
        let mut few = ScoreRows::default();
        let columns = [0, 1, 2, 1];
        few.set(scores.iter().map(Vec::as_slice).zip(columns), 3);
        let (mut rows, mut all) = (Vec::new(), Vec::new());
        few.add_covariance(&nodes, &posterior, 1.5, &mut rows);
        few.add_nodes(0, &weights, 1.5, &mut all);
        assert!(rows.len() <= 3 * 12 && all.len() == 3 * 61, "{}", rows.len());
        for (a, b) in product(&rows, 3).iter().zip(product(&all, 3)) {
            assert!((a - b).abs() < 1e-7, "{a} {b}");
        }
    }
}
