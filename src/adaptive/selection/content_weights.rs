//! Content weighed against information, as selectors of large state programmes do (after Cohen and Albright, 2014). For
//! comparison: the weights ask for content and guarantee nothing. Here too an item is chosen only if the test can still meet
//! its plan.

use super::criterion::Situation;
use crate::adaptive::blueprint::{Blueprint, Row, Words};

/// w C + (1 − w) I / I_max, C being the mean need of the rows that the item is in and 0 outside all.
pub(in crate::adaptive) fn value(weight: f64, need: f64, information: f64, information_max: f64) -> f64 {
    let share = if information_max > 0.0 { information / information_max } else { 0.0 };
    weight * need + (1.0 - weight) * share
}

/// C of an item. Rows that only say which items come together ask for nothing.
pub(in crate::adaptive) fn need(blueprint: &Blueprint, situation: &Situation<'_>, item: usize) -> f64 {
    let (mut needs, mut rows) = (0.0, 0);
    for &(row, _) in &blueprint.rows_of[item] {
        let bounds = &blueprint.rows[row];
        if asks(bounds) {
            needs += row_need(situation.row_sums[row], bounds.lowest, bounds.highest);
            rows += 1;
        }
    }
    if rows == 0 { 0.0 } else { needs / f64::from(rows) }
}

fn asks(row: &Row) -> bool {
    row.lowest > 0.0 || matches!(row.words, Words::Bounded(..))
}

/// The share of a row's minimum that is still to be given, 1 at most; 0 between minimum and maximum; −1 from the maximum
/// on. A sum below a minimum of 0, which amounts below 0 make, lacks all of it.
fn row_need(given: f64, lowest: f64, highest: f64) -> f64 {
    if given >= highest {
        -1.0
    } else if given < lowest {
        ((lowest - given) / lowest).min(1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By hand: a row of 3 to 5 items.
    #[test]
    fn a_row_needs_what_its_minimum_lacks_and_nothing_beyond_its_maximum() {
        let needs: Vec<f64> = (0..7).map(|given| row_need(f64::from(given), 3.0, 5.0)).collect();
        assert_eq!(needs, [1.0, 2.0 / 3.0, 1.0 / 3.0, 0.0, 0.0, -1.0, -1.0]);
        assert_eq!(row_need(9.0, 3.0, f64::INFINITY), 0.0);
        assert_eq!([row_need(-2.0, 3.0, 5.0), row_need(-2.0, 0.0, 5.0)], [1.0, 1.0]);
        assert!((value(0.4, 2.0 / 3.0, 0.9, 1.2) - (0.8 / 3.0 + 0.45)).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn more_information_and_more_need_are_never_worse(
            weight in 0.0..=1.0_f64, need in -1.0..1.0_f64, more in 0.0..1.0_f64, information in 0.0..1.0_f64,
        ) {
            let plain = value(weight, need, information, 2.0);
            prop_assert!(value(weight, need + more, information, 2.0) >= plain);
            prop_assert!(value(weight, need, information + more, 2.0) >= plain);
        }
    }
}
