//! Wright maps: items and students counted along the same continuum (Wright and Stone, 1979).

use serde::{Deserialize, Serialize};

use crate::ability::ThetaRange;
use crate::theta::Theta;

/// Counts in bins of equal width; whatever lies outside is counted in the end bins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrightMap {
    /// Ascending, adjoining.
    pub bins: Vec<WrightBin>,
    /// All item locations that were counted.
    pub item_count: usize,
    /// All students that were counted.
    pub student_count: usize,
}

/// How many items and students lie in [low, high), in logits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrightBin {
    /// Lower edge.
    pub low: f64,
    /// Upper edge.
    pub high: f64,
    /// Item locations inside.
    pub item_count: usize,
    /// Students inside.
    pub student_count: usize,
}

impl WrightMap {
    /// Counts finite locations in `bins` bins over the range; at least one bin.
    #[must_use]
    pub fn new(items: &[Theta], students: &[Theta], range: ThetaRange, bins: usize) -> Self {
        let edges = range.nodes(bins.max(1) + 1);
        let mut map = Self {
            bins: edges
                .windows(2)
                .map(|edge| WrightBin { low: edge[0], high: edge[1], item_count: 0, student_count: 0 })
                .collect(),
            item_count: 0,
            student_count: 0,
        };
        for theta in items.iter().filter(|theta| theta.0.is_finite()) {
            map.bin_of(*theta).item_count += 1;
            map.item_count += 1;
        }
        for theta in students.iter().filter(|theta| theta.0.is_finite()) {
            map.bin_of(*theta).student_count += 1;
            map.student_count += 1;
        }
        map
    }

    fn bin_of(&mut self, theta: Theta) -> &mut WrightBin {
        let above = self.bins.partition_point(|bin| bin.low <= theta.0);
        &mut self.bins[above.saturating_sub(1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_and_student_is_counted_once() {
        let range = ThetaRange::new(-2.0, 2.0).unwrap();
        let items = [-9.0, -2.0, -0.5, 0.0, 0.99, 1.0, 2.0, 9.0, f64::NAN].map(Theta);
        let map = WrightMap::new(&items, &[Theta(0.1), Theta(-0.1)], range, 4);
        let counts: Vec<_> = map.bins.iter().map(|bin| (bin.item_count, bin.student_count)).collect();
        assert_eq!(counts, [(2, 0), (1, 1), (2, 1), (3, 0)]);
        assert_eq!((map.item_count, map.student_count), (8, 2));
    }
}
