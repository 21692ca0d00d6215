//! What a plan says about field-test items.

use item_bank::Theta;
use serde::{Deserialize, Serialize};

/// Where field-test items stand in a test, and how their answers are spread over ability.
///
/// They count for nothing: not for the estimate, the blueprint or the length, and the test ends when it would end
/// without them, given or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldTestRule {
    /// Greatest number of them in a test.
    pub items_per_test: usize,
    /// First place in the test where one may stand, counted from 1 over all items.
    pub first_position: usize,
    /// Last place where one may stand.
    pub last_position: usize,
    /// Least distance between two of them, in places; 2 keeps them from being neighbours.
    #[serde(default = "not_neighbours")]
    pub least_distance: usize,
    /// Where the bands of ability meet, in logits, ascending multiples of a quarter; one band when empty. Of the
    /// items that may be given, the one with the fewest answers in the examinee's band is.
    #[serde(default)]
    pub band_cuts: Vec<f64>,
    /// Answers after which an item is no longer given; no limit when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers_wanted: Option<u64>,
    /// Items tried at the same time: the first by id that still want answers, so that these soon have enough.
    /// All when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items_at_once: Option<usize>,
}

fn not_neighbours() -> usize {
    2
}

impl FieldTestRule {
    /// Number of bands.
    #[must_use]
    pub fn bands(&self) -> usize {
        self.band_cuts.len() + 1
    }

    /// The band of an ability, counted from the lowest.
    #[must_use]
    pub fn band(&self, theta: Theta) -> usize {
        self.band_cuts.iter().take_while(|cut| theta.0 >= **cut).count()
    }

    /// Places that may be chosen from when the distance is taken out; none when the items do not fit.
    pub(in crate::adaptive) fn free_places(&self) -> Option<usize> {
        let range = (self.last_position + 1).checked_sub(self.first_position)?;
        let between = (self.least_distance - 1) * (self.items_per_test - 1);
        range.checked_sub(between).filter(|places| *places >= self.items_per_test)
    }
}
