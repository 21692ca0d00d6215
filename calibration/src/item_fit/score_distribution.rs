//! The distribution of total scores at an ability (Lord & Wingersky, 1984).

use super::leave_one_out::ItemCurves;
use crate::model::ItemParameters;

/// P(total score = s | θ) at every node, score by score: entry s · nodes + node. The recursion adds one item after
/// another, each category moving the distribution up by its score.
pub fn score_distribution<'a>(items: impl Iterator<Item = &'a ItemParameters>, nodes: &[f64]) -> Vec<f64> {
    let width = nodes.len();
    let mut distribution = vec![1.0; width];
    for item in items {
        distribution = with_item(&distribution, &ItemCurves::new(item, nodes));
    }
    debug_assert_eq!(distribution.len() % width, 0);
    distribution
}

/// The distribution with one more item.
pub(super) fn with_item(distribution: &[f64], item: &ItemCurves) -> Vec<f64> {
    let width = item.rows.len() / item.categories;
    let mut next = vec![0.0; distribution.len() + (item.categories - 1) * width];
    for (score, before) in distribution.chunks_exact(width).enumerate() {
        for (category, curve) in item.rows.chunks_exact(width).enumerate() {
            let after = &mut next[(score + category) * width..(score + category + 1) * width];
            for ((sum, p), q) in after.iter_mut().zip(before).zip(curve) {
                *sum += p * q;
            }
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ItemModel;

    #[test]
    fn two_items_by_hand() {
        let never = f64::NEG_INFINITY;
        let easy = ItemParameters::with_values(ItemModel::TwoPl, 2, vec![1.0, 1.0, never, f64::INFINITY]);
        let hard = ItemParameters::with_values(ItemModel::TwoPl, 2, vec![1.0, -1.0, never, f64::INFINITY]);
        let found = score_distribution([&easy, &hard].into_iter(), &[0.0]);
        let p = crate::logistic(1.0);
        let expected = [p * (1.0 - p), p * p + (1.0 - p) * (1.0 - p), p * (1.0 - p)];
        for (a, b) in found.iter().zip(expected) {
            assert!((a - b).abs() < 1e-15);
        }
    }
}
