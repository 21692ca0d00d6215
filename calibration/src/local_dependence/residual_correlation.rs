//! Q3 (Yen, 1984): correlations of the residuals of two items at the estimated abilities.

use rayon::prelude::*;

use crate::model::ItemParameters;
use crate::responses::ResponseMatrix;

/// Fewest examinees with both answers for a correlation worth looking at.
const EXAMINEES_MIN: f64 = 30.0;

/// A pair of items with the correlation of their residuals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemPair {
    /// Column of the first item.
    pub first: usize,
    /// Column of the second item.
    pub second: usize,
    /// Examinees who answered both, summed by weight.
    pub examinees: f64,
    /// Q3.
    pub correlation: f64,
}

/// Residuals of one item: examinee and residual, examinees ascending.
type Residuals = Vec<(usize, f64)>;

/// Q3 of every pair of items that at least 30 examinees answered both of, in the order of the columns. Examinees whose
/// ability is not a finite number are passed over.
pub fn residual_correlations(
    items: &[ItemParameters],
    matrix: &ResponseMatrix,
    abilities: &[f64],
) -> Vec<ItemPair> {
    let mut residuals: Vec<Residuals> = vec![Vec::new(); items.len()];
    for (examinee, (row, &theta)) in matrix.rows().zip(abilities).enumerate() {
        if theta.is_finite() {
            for (item, score) in row.iter() {
                residuals[item].push((examinee, f64::from(score) - items[item].expected_score(theta)));
            }
        }
    }
    let of_first = |first: usize| -> Vec<ItemPair> {
        let others = first + 1..items.len();
        others
            .filter_map(|second| {
                let weight = |examinee| matrix.weight(examinee);
                let (examinees, correlation) = correlation(&residuals[first], &residuals[second], weight);
                (examinees >= EXAMINEES_MIN).then_some(ItemPair { first, second, examinees, correlation })
            })
            .collect()
    };
    (0..items.len()).into_par_iter().flat_map_iter(of_first).collect()
}

/// Pairs whose Q3 lies `excess` or more above the mean of all, largest first. The mean is about −1 / (items − 1) without
/// any dependence, so the distance from it is what is judged (Christensen, Makransky & Horton, 2017: 0.2 is usual).
pub fn dependent_pairs(pairs: &[ItemPair], excess: f64) -> Vec<ItemPair> {
    let known = pairs.iter().filter(|pair| pair.correlation.is_finite());
    let (sum, count) = known.clone().fold((0.0, 0.0), |(sum, n), pair| (sum + pair.correlation, n + 1.0));
    let mut found: Vec<ItemPair> =
        known.filter(|pair| pair.correlation - sum / count >= excess).copied().collect();
    found.sort_by(|a, b| b.correlation.total_cmp(&a.correlation));
    found
}

/// Summed weight of the common examinees and the product-moment correlation over them.
fn correlation(x: &[(usize, f64)], y: &[(usize, f64)], weight: impl Fn(usize) -> f64) -> (f64, f64) {
    let mut pairs = Vec::with_capacity(x.len().min(y.len()));
    let mut rest = y.iter().peekable();
    for &(examinee, first) in x {
        while rest.next_if(|(other, _)| *other < examinee).is_some() {}
        if let Some(&(_, second)) = rest.next_if(|(other, _)| *other == examinee) {
            pairs.push((weight(examinee), first, second));
        }
    }
    let count: f64 = pairs.iter().map(|pair| pair.0).sum();
    let (mean_x, mean_y) =
        pairs.iter().fold((0.0, 0.0), |(a, b), (w, x, y)| (a + w * x / count, b + w * y / count));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (w, x, y) in &pairs {
        xx += w * (x - mean_x).powi(2);
        xy += w * (x - mean_x) * (y - mean_y);
        yy += w * (y - mean_y).powi(2);
    }
    (count, xy / (xx * yy).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_common_examinees_enter_a_correlation() {
        let x = [(0, 1.0), (2, 2.0), (3, 3.0), (7, 9.0)];
        let y = [(1, 5.0), (2, 4.0), (3, 6.0), (7, 18.0)];
        let (count, found) = correlation(&x, &y, |_| 1.0);
        assert_eq!(count, 3.0);
        assert!((found - 1.0).abs() < 1e-12);
    }

    #[test]
    fn pairs_are_judged_against_the_mean_of_all() {
        let pair = |second, correlation| ItemPair { first: 0, second, examinees: 50.0, correlation };
        let pairs = [pair(1, -0.1), pair(2, -0.1), pair(3, 0.2), pair(4, f64::NAN)];
        assert_eq!(dependent_pairs(&pairs, 0.19).iter().map(|pair| pair.second).collect::<Vec<_>>(), [3]);
    }
}
