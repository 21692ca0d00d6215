//! Difficulty, discrimination and omission of items, and the reliability of the total score.

use crate::responses::ResponseMatrix;

/// Classical statistics of one item; examinees are counted by their weights.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemStatistics {
    /// Answers.
    pub answers: f64,
    /// Examinees without an answer who answered a later item: the item was passed over (in the order of the columns).
    pub omitted: f64,
    /// Examinees without an answer who answered no later item: the item was not reached.
    pub not_reached: f64,
    /// Answers with each score.
    pub scores: Vec<f64>,
    /// Mean score.
    pub mean: f64,
    /// Mean score over the highest score seen: the proportion correct of a dichotomous item.
    pub difficulty: f64,
    /// Correlation with the total score over the examinee's answered items.
    pub item_total: f64,
    /// Correlation with the total score on the other items (the corrected point-biserial).
    pub item_rest: f64,
}

impl ItemStatistics {
    /// Share of those who reached the item that passed it over.
    pub fn omit_rate(&self) -> f64 {
        self.omitted / (self.answers + self.omitted)
    }
}

/// Classical statistics of the whole test over examinees who answered every item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestStatistics {
    /// Examinees who answered every item, summed by weight.
    pub examinees: f64,
    /// Mean total score.
    pub mean: f64,
    /// Standard deviation of the total score.
    pub standard_deviation: f64,
    /// Cronbach's α (KR-20 for dichotomous items).
    pub alpha: f64,
}

/// Sums for a correlation.
#[derive(Default)]
struct Products {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Products {
    fn add(&mut self, weight: f64, x: f64, y: f64) {
        self.n += weight;
        self.x += weight * x;
        self.y += weight * y;
        self.xx += weight * x * x;
        self.xy += weight * x * y;
        self.yy += weight * y * y;
    }

    fn correlation(&self) -> f64 {
        let Self { n, x, y, xx, xy, yy } = *self;
        (xy - x * y / n) / ((xx - x * x / n) * (yy - y * y / n)).sqrt()
    }
}

/// Statistics of every item. Totals are mean scores over the examinee's answered items where answers are missing by
/// design; with nothing missing they are proportional to total scores. On adaptive tests correlations with such a total
/// say little, because every examinee's items are matched to the ability.
pub fn item_statistics(matrix: &ResponseMatrix) -> Vec<ItemStatistics> {
    let count = matrix.items().len();
    let mut scores = vec![Vec::new(); count];
    let mut omitted = vec![0.0; count];
    let mut not_reached = vec![0.0; count];
    let mut with_total: Vec<Products> = (0..count).map(|_| Products::default()).collect();
    let mut with_rest: Vec<Products> = (0..count).map(|_| Products::default()).collect();
    for (examinee, row) in matrix.rows().enumerate() {
        let weight = matrix.weight(examinee);
        let total: f64 = row.scores.iter().map(|&score| f64::from(score)).sum();
        let answered = row.items.len() as f64;
        for (item, score) in row.iter() {
            let counts: &mut Vec<f64> = &mut scores[item];
            if counts.len() <= usize::from(score) {
                counts.resize(usize::from(score) + 1, 0.0);
            }
            counts[usize::from(score)] += weight;
            let own = f64::from(score);
            with_total[item].add(weight, own, total / answered);
            if answered > 1.0 {
                with_rest[item].add(weight, own, (total - own) / (answered - 1.0));
            }
        }
        let last = row.items.last().map(|&item| usize::from(item));
        let mut given = row.items.iter().map(|&item| usize::from(item)).peekable();
        for item in 0..count {
            if given.next_if_eq(&item).is_none() {
                let place =
                    if last.is_some_and(|last| item < last) { &mut omitted } else { &mut not_reached };
                place[item] += weight;
            }
        }
    }
    (0..count)
        .map(|item| {
            let counts = std::mem::take(&mut scores[item]);
            let answers: f64 = counts.iter().sum();
            let sum: f64 = counts.iter().enumerate().map(|(score, count)| score as f64 * count).sum();
            let mean = sum / answers;
            let highest = counts.len().saturating_sub(1).max(1) as f64;
            ItemStatistics {
                answers,
                omitted: omitted[item],
                not_reached: not_reached[item],
                scores: counts,
                mean,
                difficulty: mean / highest,
                item_total: with_total[item].correlation(),
                item_rest: with_rest[item].correlation(),
            }
        })
        .collect()
}

/// Statistics of the test; `None` where fewer than two examinees answered every item.
pub fn test_statistics(matrix: &ResponseMatrix) -> Option<TestStatistics> {
    let count = matrix.items().len();
    let rows = matrix.rows().enumerate().filter(|(_, row)| row.items.len() == count);
    let complete: Vec<(f64, &[u8])> =
        rows.map(|(examinee, row)| (matrix.weight(examinee), row.scores)).collect();
    let examinees: f64 = complete.iter().map(|(weight, _)| weight).sum();
    if examinees < 2.0 || count < 2 {
        return None;
    }
    let variance = |values: &dyn Fn(&[u8]) -> f64| {
        let sum: f64 = complete.iter().map(|(weight, scores)| weight * values(scores)).sum();
        let mean = sum / examinees;
        let squares = complete.iter().map(|(weight, scores)| weight * (values(scores) - mean).powi(2));
        (mean, squares.sum::<f64>() / (examinees - 1.0))
    };
    let (mean, total) = variance(&|scores| scores.iter().map(|&score| f64::from(score)).sum());
    let items: f64 = (0..count).map(|item| variance(&|scores| f64::from(scores[item])).1).sum();
    let k = count as f64;
    Some(TestStatistics {
        examinees,
        mean,
        standard_deviation: total.sqrt(),
        alpha: k / (k - 1.0) * (1.0 - items / total),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::responses::ResponseBuilder;

    #[test]
    fn counts_and_correlations_of_a_small_table() {
        let mut builder = ResponseBuilder::new(["a", "b", "c"].map(str::to_owned).to_vec());
        builder.push(&[(0, 1), (1, 1), (2, 1)]);
        builder.push(&[(0, 1), (1, 0), (2, 0)]);
        builder.push(&[(0, 0), (2, 0)]);
        builder.push(&[(0, 1)]);
        let found = item_statistics(&builder.finish());
        assert_eq!((found[0].answers, found[0].scores.as_slice()), (4.0, [1.0, 3.0].as_slice()));
        assert_eq!((found[1].omitted, found[1].not_reached), (1.0, 1.0));
        assert_eq!((found[2].omitted, found[2].not_reached), (0.0, 1.0));
        assert!((found[0].difficulty - 0.75).abs() < 1e-15);
        // Rest means of c's three answers: 1, ½, 0 against 1, 0, 0.
        assert!((found[2].item_rest - 0.75_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn parallel_items_are_perfectly_reliable() {
        let mut builder = ResponseBuilder::new(["a", "b"].map(str::to_owned).to_vec());
        for score in [0, 1, 1, 0] {
            builder.push(&[(0, score), (1, score)]);
        }
        assert!((test_statistics(&builder.finish()).unwrap().alpha - 1.0).abs() < 1e-12);
    }
}
