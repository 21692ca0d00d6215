//! Sums over the examinees who answered every item: how often each score occurs, and products of scores.

use ndarray::ArrayView2;
use ndarray::linalg::general_mat_mul;

use super::margins::Margin;
use crate::responses::ResponseMatrix;

/// Examinees whose scores are multiplied in one go.
const ROWS: usize = 4_096;

/// Observed moments of the scores of some items.
pub(super) struct ScoreSums {
    /// Examinees who answered every item, summed by weight.
    pub(super) examinees: f64,
    items: usize,
    /// By item and score.
    counts: Vec<Vec<f64>>,
    /// Σ w x_i x_j, w the weight of an examinee; row by row.
    products: Vec<f64>,
}

impl ScoreSums {
    /// Sums over the items in these columns, which have this many categories.
    pub(super) fn new(matrix: &ResponseMatrix, columns: &[usize], categories: &[usize]) -> Self {
        let items = columns.len();
        let mut sums = Self {
            examinees: 0.0,
            items,
            counts: categories.iter().map(|&count| vec![0.0; count]).collect(),
            products: vec![0.0; items * items],
        };
        let (mut gathered, mut weights) = (Vec::with_capacity(ROWS * items), Vec::with_capacity(ROWS));
        for (examinee, row) in matrix.rows().enumerate() {
            let start = gathered.len();
            gathered.extend(columns.iter().map_while(|&item| row.score(item)).map(f64::from));
            if gathered.len() < start + items {
                gathered.truncate(start);
                continue;
            }
            let weight = matrix.weight(examinee);
            sums.examinees += weight;
            weights.push(weight);
            for (counts, &score) in sums.counts.iter_mut().zip(&gathered[start..]) {
                counts[score as usize] += weight;
            }
            if gathered.len() >= ROWS * items {
                sums.multiply(&mut gathered, &mut weights);
            }
        }
        sums.multiply(&mut gathered, &mut weights);
        sums
    }

    fn multiply(&mut self, gathered: &mut Vec<f64>, weights: &mut Vec<f64>) {
        let rows = ArrayView2::from_shape((weights.len(), self.items), gathered).expect("rows are full");
        let weighted = &rows * &ArrayView2::from_shape((weights.len(), 1), weights).expect("a column");
        let square = ndarray::ArrayViewMut2::from_shape((self.items, self.items), &mut self.products);
        general_mat_mul(1.0, &weighted.t(), &rows, 1.0, &mut square.expect("a square"));
        gathered.clear();
        weights.clear();
    }

    /// Observed mean of a margin.
    pub(super) fn mean(&self, margin: Margin) -> f64 {
        let sum = match margin {
            Margin::Score(item) => {
                self.counts[item].iter().enumerate().map(|(score, count)| score as f64 * count).sum()
            }
            Margin::Category(item, category) => self.counts[item][category],
            Margin::Product(first, second) => self.products[first * self.items + second],
        };
        sum / self.examinees
    }

    /// Correlation of two items' scores.
    pub(super) fn correlation(&self, first: usize, second: usize) -> f64 {
        let covariance = |a: usize, b: usize| {
            self.mean(Margin::Product(a, b)) - self.mean(Margin::Score(a)) * self.mean(Margin::Score(b))
        };
        covariance(first, second) / (covariance(first, first) * covariance(second, second)).sqrt()
    }

    /// N Σ r² over the pairs of items: M2, M2* and C2 of independent items whose own margins are free. Given those, products
    /// of two items' centred scores are all that is left, and under independence they do not covary.
    pub(super) fn independence(&self) -> f64 {
        let pairs =
            (0..self.items).flat_map(|first| (first + 1..self.items).map(move |second| (first, second)));
        self.examinees * pairs.map(|(first, second)| self.correlation(first, second).powi(2)).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::responses::ResponseBuilder;

    #[test]
    fn only_examinees_who_answered_everything_count() {
        let mut builder = ResponseBuilder::new(["a", "b", "c"].map(str::to_owned).to_vec());
        for (a, c) in [(0, 0), (1, 2), (1, 1), (0, 1)] {
            builder.push(&[(0, a), (1, 1), (2, c)]);
        }
        builder.push(&[(0, 1), (1, 1)]);
        builder.push(&[(2, 2)]);
        let sums = ScoreSums::new(&builder.finish(), &[0, 2], &[2, 3]);
        assert_eq!(sums.examinees, 4.0);
        assert_eq!([sums.mean(Margin::Score(1)), sums.mean(Margin::Category(1, 1))], [1.0, 0.5]);
        assert_eq!(sums.mean(Margin::Product(0, 1)), 0.75);
        // Covariance ¼, variances ¼ and ½.
        assert!((sums.correlation(0, 1) - 0.5_f64.sqrt()).abs() < 1e-15);
        assert!((sums.independence() - 2.0).abs() < 1e-14);
    }
}
