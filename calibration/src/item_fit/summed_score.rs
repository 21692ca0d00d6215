//! S-X² (Orlando & Thissen, 2000, 2003; Kang & Chen, 2008): observed against expected category counts at every total
//! score, the expected ones by the Lord–Wingersky recursion. Examinees who did not answer every calibrated item have no
//! total score and are passed over.
//!
//! Cells that expect too few are merged, categories within a total score first and then total scores. Programs differ in
//! how; the rules here are those of mirt, and give its statistics and degrees of freedom.

use rayon::prelude::*;

use super::leave_one_out::{ItemCurves, without_each};
use crate::estimation::Calibration;
use crate::linear_algebra::dot;
use crate::responses::{Answers, ResponseMatrix};
use crate::significance::chi_squared_tail;

/// Cells are merged until each expects at least this many examinees.
const EXPECTED_MIN: f64 = 1.0;

/// S-X² of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SummedScoreFit {
    /// Examinees with a total score, summed by weight.
    pub examinees: f64,
    /// S-X².
    pub statistic: f64,
    /// Cells less total scores less estimated parameters of the item and of the latent distribution; not positive where too little is left to test.
    pub degrees_of_freedom: i64,
    /// P(χ² ≥ statistic).
    pub probability: f64,
    /// √((S-X² − df) / ((N − 1) df)), 0 where that is negative.
    pub rmsea: f64,
}

/// One total score (or several merged ones): observed and expected counts by category.
#[derive(Debug, Clone, PartialEq)]
struct ScoreRow {
    observed: Vec<f64>,
    expected: Vec<f64>,
}

/// S-X² of every item under the first group's latent distribution; `None` for items left out of the calibration, or
/// where nobody answered every item.
pub fn summed_score_fit(calibration: &Calibration, matrix: &ResponseMatrix) -> Vec<Option<SummedScoreFit>> {
    let usable: Vec<usize> =
        (0..calibration.items.len()).filter(|&item| calibration.items[item].problem.is_none()).collect();
    let complete = Complete::new(matrix, &usable);
    let mut found = vec![None; calibration.items.len()];
    if complete.totals.is_empty() || usable.len() < 2 {
        return found;
    }
    let nodes = calibration.grid.nodes();
    let curves = usable.par_iter().map(|&item| ItemCurves::new(&calibration.items[item].parameters, &nodes));
    let curves: Vec<ItemCurves> = curves.collect();
    let weights = &calibration.groups[0].weights;
    let latent = calibration.groups[0].estimated.iter().filter(|&&free| free).count();
    let fits = without_each(&curves, &vec![1.0; nodes.len()], &|place, rest: &[f64]| {
        let (item, own) = (usable[place], &curves[place]);
        let mut rows = complete.rows(item, own.categories, rest.len() / nodes.len() + own.categories - 1);
        expect(&mut rows, own, rest, weights);
        let estimated = calibration.items[item].estimated.iter().filter(|&&free| free).count();
        fit(tested(rows, own.categories), estimated + latent, complete.examinees)
    });
    for (&item, fit) in usable.iter().zip(fits) {
        found[item] = Some(fit);
    }
    found
}

/// The examinees who answered every calibrated item, with their total scores.
struct Complete<'a> {
    matrix: &'a ResponseMatrix,
    totals: Vec<(u32, u32)>,
    /// Their summed weight.
    examinees: f64,
}

impl<'a> Complete<'a> {
    fn new(matrix: &'a ResponseMatrix, usable: &[usize]) -> Self {
        let total = |(examinee, row): (u32, Answers<'_>)| -> Option<(u32, u32)> {
            let answered_all = row.items.len() >= usable.len();
            let scores = usable.iter().map(|&item| row.score(item).map(u32::from));
            answered_all.then(|| scores.sum::<Option<u32>>()).flatten().map(|total| (examinee, total))
        };
        let totals: Vec<(u32, u32)> = (0..).zip(matrix.rows()).filter_map(total).collect();
        let examinees = totals.iter().map(|&(examinee, _)| matrix.weight(examinee as usize)).sum();
        Self { matrix, totals, examinees }
    }

    /// How many of each of `count` total scores have each score on an item.
    fn rows(&self, item: usize, categories: usize, count: usize) -> Vec<ScoreRow> {
        let empty = ScoreRow { observed: vec![0.0; categories], expected: vec![0.0; categories] };
        let mut rows = vec![empty; count];
        for &(examinee, total) in &self.totals {
            let examinee = examinee as usize;
            if let Some(score) = self.matrix.answers(examinee).score(item) {
                rows[total as usize].observed[usize::from(score)] += self.matrix.weight(examinee);
            }
        }
        rows
    }
}

/// Fills in the counts that the model expects, given the distribution of the total score on the other items.
fn expect(rows: &mut [ScoreRow], item: &ItemCurves, rest: &[f64], weights: &[f64]) {
    let width = weights.len();
    let weighted: Vec<f64> = item
        .rows
        .chunks_exact(width)
        .flat_map(|curve| curve.iter().zip(weights).map(|(p, w)| p * w))
        .collect();
    for (score, row) in rows.iter_mut().enumerate() {
        let count: f64 = row.observed.iter().sum();
        for (category, curve) in weighted.chunks_exact(width).enumerate().take(score + 1) {
            let start = (score - category) * width;
            row.expected[category] = rest.get(start..start + width).map_or(0.0, |rest| dot(rest, curve));
        }
        let marginal: f64 = row.expected.iter().sum();
        let share = if count > 0.0 { count / marginal } else { 0.0 };
        row.expected.iter_mut().for_each(|joint| *joint *= share);
    }
}

/// The total scores but the lowest and the highest, where the score leaves no choice, and those that nobody has.
fn tested(mut rows: Vec<ScoreRow>, categories: usize) -> Vec<ScoreRow> {
    let highest = rows.len() - 1;
    join_incomplete(&mut rows, categories - 1, highest + 1 - categories);
    rows.retain(|row| row.observed.iter().sum::<f64>() > 0.0);
    rows
}

/// Drops the lowest and the highest total score, where an examinee had no choice, and lets those where not every
/// category is possible join the nearest one where every category is (`low` to `high`).
fn join_incomplete(rows: &mut Vec<ScoreRow>, low: usize, high: usize) {
    rows.pop();
    if low > high {
        rows.remove(0);
        return;
    }
    let above = rows.split_off(high + 1);
    above.iter().for_each(|row| rows[high].absorb(row));
    let below: Vec<ScoreRow> = rows.drain(..low).skip(1).collect();
    below.iter().for_each(|row| rows[0].absorb(row));
}

fn fit(mut rows: Vec<ScoreRow>, estimated: usize, examinees: f64) -> SummedScoreFit {
    join_single(&mut rows);
    merge_categories(&mut rows);
    merge_rare_places(&mut rows);
    merge_scores(&mut rows);
    let (mut statistic, mut cells) = (0.0, 0_i64);
    for row in &rows {
        for (observed, expected) in
            row.observed.iter().zip(&row.expected).filter(|(_, expected)| **expected > 0.0)
        {
            statistic += (observed - expected).powi(2) / expected;
            cells += 1;
        }
    }
    let degrees_of_freedom = cells - rows.len() as i64 - estimated as i64;
    let df = degrees_of_freedom as f64;
    let rmsea =
        if df > 0.0 { ((statistic - df) / ((examinees - 1.0) * df)).max(0.0).sqrt() } else { f64::NAN };
    let probability = if df > 0.0 { chi_squared_tail(statistic, df) } else { f64::NAN };
    SummedScoreFit { examinees, statistic, degrees_of_freedom, probability, rmsea }
}

/// A total score of one examinee joins the next higher one, the highest the one below.
fn join_single(rows: &mut Vec<ScoreRow>) {
    let single = |row: &ScoreRow| row.observed.iter().sum::<f64>() < 1.5;
    let mut kept: Vec<ScoreRow> = Vec::with_capacity(rows.len());
    let mut carried: Option<ScoreRow> = None;
    for mut row in rows.drain(..) {
        if let Some(below) = carried.take() {
            row.absorb(&below);
        }
        if single(&row) { carried = Some(row) } else { kept.push(row) }
    }
    match (carried, kept.last_mut()) {
        (Some(highest), Some(below)) => below.absorb(&highest),
        (Some(only), None) => kept.push(only),
        (None, _) => {}
    }
    *rows = kept;
}

/// Places of categories that few total scores have left join the one below: the highest while all of it expects fewer
/// examinees than a tenth of the total scores, any other that not one total score in twenty has.
fn merge_rare_places(rows: &mut [ScoreRow]) {
    let Some(categories) = rows.first().map(|row| row.expected.len()) else { return };
    let count = rows.len() as f64;
    let mut highest = categories - 1;
    let sum = |rows: &[ScoreRow], place: usize| rows.iter().map(|row| row.expected[place]).sum::<f64>();
    while highest > 1 && sum(rows, highest) < EXPECTED_MIN * (count / 10.0).ceil() {
        rows.iter_mut().for_each(|row| row.join_category(highest, highest - 1));
        highest -= 1;
    }
    for place in (1..=highest).rev() {
        let having = rows.iter().filter(|row| row.expected[place] > 0.0).count() as f64;
        if having < count / 20.0 {
            rows.iter_mut().for_each(|row| row.join_category(place, place - 1));
        }
    }
}

/// Within a total score, the category that expects fewest joins the neighbour that expects fewer, until each expects
/// enough or two are left.
fn merge_categories(rows: &mut [ScoreRow]) {
    for row in rows {
        let mut count = row.expected.len();
        while count > 2 {
            let expected = &row.expected[..count];
            let fewest = (0..count).fold(0, |best, k| if expected[k] < expected[best] { k } else { best });
            if expected[fewest] >= EXPECTED_MIN {
                break;
            }
            let into = if fewest == 0 {
                1
            } else if fewest + 1 == count || expected[fewest - 1] <= expected[fewest + 1] {
                fewest - 1
            } else {
                fewest + 1
            };
            row.join_category(fewest, into);
            count -= 1;
        }
    }
}

/// Total scores where a category still expects too few join their less frequent neighbour.
fn merge_scores(rows: &mut Vec<ScoreRow>) {
    let sparse = |row: &ScoreRow| {
        let cells = row.expected.iter().filter(|expected| **expected > 0.0).count();
        cells < 2 || row.expected.iter().any(|&expected| expected > 0.0 && expected < EXPECTED_MIN)
    };
    while rows.len() > 1 {
        let Some(place) = rows.iter().position(sparse) else { return };
        let size = |place: usize| rows[place].observed.iter().sum::<f64>();
        let into = if place == 0 {
            1
        } else if place + 1 == rows.len() || size(place - 1) <= size(place + 1) {
            place - 1
        } else {
            place + 1
        };
        let taken = rows[place].clone();
        rows[into].absorb(&taken);
        rows.remove(place);
    }
}

impl ScoreRow {
    /// The counts of a category are added to a neighbour's; those above move down, and the highest place is left empty.
    fn join_category(&mut self, from: usize, into: usize) {
        for counts in [&mut self.observed, &mut self.expected] {
            counts[into] += counts[from];
            counts.remove(from);
            counts.push(0.0);
        }
    }

    fn absorb(&mut self, other: &Self) {
        for (sum, value) in self.observed.iter_mut().zip(&other.observed) {
            *sum += value;
        }
        for (sum, value) in self.expected.iter_mut().zip(&other.expected) {
            *sum += value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(observed: [f64; 2], expected: [f64; 2]) -> ScoreRow {
        ScoreRow { observed: observed.to_vec(), expected: expected.to_vec() }
    }

    #[test]
    fn a_sparse_score_joins_its_smaller_neighbour() {
        let mut rows =
            vec![row([5.0, 4.0], [4.0, 5.0]), row([2.0, 0.0], [1.7, 0.3]), row([9.0, 20.0], [9.0, 20.0])];
        merge_scores(&mut rows);
        assert_eq!(rows, [row([7.0, 4.0], [5.7, 5.3]), row([9.0, 20.0], [9.0, 20.0])]);
    }

    #[test]
    fn a_score_of_one_examinee_joins_the_next_and_the_highest_the_one_below() {
        let mut rows = vec![
            row([1.0, 0.0], [0.6, 0.4]),
            row([2.0, 3.0], [2.5, 2.5]),
            row([4.0, 4.0], [3.0, 5.0]),
            row([0.0, 1.0], [0.2, 0.8]),
        ];
        join_single(&mut rows);
        assert_eq!(rows, [row([3.0, 3.0], [3.1, 2.9]), row([4.0, 5.0], [3.2, 5.8])]);
    }

    #[test]
    fn a_place_that_one_score_in_thirty_has_is_given_up() {
        let three =
            |expected: [f64; 3]| ScoreRow { observed: expected.to_vec(), expected: expected.to_vec() };
        let mut rows = vec![three([4.0, 5.0, 0.0]); 30];
        rows[7] = three([4.0, 5.0, 2.5]);
        merge_rare_places(&mut rows);
        assert_eq!(rows[7], three([4.0, 7.5, 0.0]));
        rows[7] = three([4.0, 5.0, 3.5]);
        merge_rare_places(&mut rows);
        assert_eq!(rows[7], three([4.0, 8.5, 0.0]));
        rows[7] = three([4.0, 5.0, 2.0]);
        rows[8] = rows[7].clone();
        merge_rare_places(&mut rows);
        assert_eq!(rows[8], three([4.0, 5.0, 2.0]));
    }

    #[test]
    fn the_category_that_expects_fewest_joins_the_smaller_neighbour() {
        let row = |observed: &[f64], expected: &[f64]| ScoreRow {
            observed: observed.to_vec(),
            expected: expected.to_vec(),
        };
        let mut rows = vec![
            row(&[1.0, 2.0, 3.0, 4.0], &[5.0, 0.4, 3.0, 1.6]),
            row(&[1.0, 2.0, 3.0, 4.0], &[0.1, 0.2, 0.3, 9.4]),
            row(&[1.0, 2.0, 3.0, 4.0], &[2.0, 2.0, 3.0, 3.0]),
        ];
        merge_categories(&mut rows);
        assert_eq!(rows[0], row(&[1.0, 5.0, 4.0, 0.0], &[5.0, 3.4, 1.6, 0.0]));
        assert_eq!(rows[1].observed, [6.0, 4.0, 0.0, 0.0]);
        assert_eq!(rows[2], row(&[1.0, 2.0, 3.0, 4.0], &[2.0, 2.0, 3.0, 3.0]));
    }

    #[test]
    fn the_statistic_of_a_small_table_by_hand() {
        let rows =
            vec![row([6.0, 4.0], [5.0, 5.0]), row([3.0, 7.0], [4.0, 6.0]), row([1.0, 9.0], [2.0, 8.0])];
        let found = fit(rows, 2, 30.0);
        let expected = 1.0 / 5.0 * 2.0 + 1.0 / 4.0 + 1.0 / 6.0 + 1.0 / 2.0 + 1.0 / 8.0;
        assert!((found.statistic - expected).abs() < 1e-12);
        assert_eq!(found.degrees_of_freedom, 1);
    }
}
