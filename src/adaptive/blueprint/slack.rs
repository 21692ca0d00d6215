//! Bounds that no test of the plan's length can break.

use super::Blueprint;

impl Blueprint {
    /// The same without bounds that say nothing: they do not even change which of two equally good tests is found first.
    pub(in crate::adaptive) fn without_slack(mut self) -> Self {
        for row in 0..self.rows.len() {
            let (least, most) = self.reach(row);
            let bounds = &mut self.rows[row];
            if bounds.lowest <= least {
                bounds.lowest = f64::NEG_INFINITY;
            }
            if most <= bounds.highest {
                bounds.highest = f64::INFINITY;
            }
        }
        let Self { rows, rows_of_set, .. } = &mut self;
        rows_of_set.iter_mut().for_each(|of_set| of_set.retain(|&row| rows[row].is_bounding()));
        self.classify();
        self
    }

    /// No test has less or more of a row than this.
    fn reach(&self, row: usize) -> (f64, f64) {
        let of_row =
            |rows: &Vec<(usize, f64)>| rows.iter().find(|(of, _)| *of == row).map(|(_, amount)| *amount);
        let mut amounts: Vec<f64> = self.rows_of.iter().filter_map(of_row).collect();
        amounts.sort_unstable_by(f64::total_cmp);
        let fewest = amounts.iter().take(self.maximum_items).filter(|amount| **amount < 0.0).sum::<f64>();
        let largest =
            amounts.iter().rev().take(self.maximum_items).filter(|amount| **amount > 0.0).sum::<f64>();
        let sets = self.rows_of_set.iter().filter(|rows| rows.contains(&row)).count();
        (fewest, largest + sets.min(self.maximum_items) as f64)
    }
}
