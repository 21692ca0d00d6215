//! The stretch of the grid that holds a posterior's mass.

use std::ops::Range;

/// The lanes a pattern's posterior lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    first: u8,
    end: u8,
}

/// A lane with less than this share of the posterior mass is left out: with fewer than 2⁷ lanes the loss is below the
/// rounding of the sum.
const LANE_MASS_MIN: f64 = 1e-18;

impl Window {
    pub(super) fn full(lanes: usize) -> Self {
        Self { first: 0, end: u8::try_from(lanes).expect("NODES_MAX nodes are less than 2⁸ lanes") }
    }

    pub(super) fn range(self) -> Range<usize> {
        usize::from(self.first)..usize::from(self.end)
    }

    pub(super) fn widened(self, full: Self) -> Self {
        Self { first: self.first.saturating_sub(1), end: (self.end + 1).min(full.end) }
    }

    /// Whether it reaches an edge of `window` that is not the end of the grid.
    pub(super) fn touches(self, window: Self, full: Self) -> bool {
        (self.first == window.first && window.first > full.first)
            || (self.end == window.end && window.end < full.end)
    }

    /// As two bytes, and back.
    pub(super) fn to_bits(self) -> u16 {
        u16::from_le_bytes([self.first, self.end])
    }

    pub(super) fn from_bits(bits: u16) -> Self {
        let [first, end] = bits.to_le_bytes();
        Self { first, end }
    }

    /// The lanes inside this window that hold mass, given the mass of each lane of it.
    pub(super) fn narrowed(self, masses: &[f64], total: f64) -> Self {
        let holds = |mass: &f64| *mass > LANE_MASS_MIN * total;
        let first = masses.iter().position(holds).unwrap_or(0);
        let end = masses.iter().rposition(holds).map_or(masses.len(), |last| last + 1);
        let from = usize::from(self.first);
        let narrow = |lane: usize| u8::try_from(lane).expect("less than 2⁸ lanes");
        Self { first: narrow(from + first), end: narrow(from + end) }
    }

    /// The same stretch on a grid with the same bounds whose nodes are `ratio` times as many.
    pub(super) fn on_finer(self, ratio: f64, full: Self) -> Self {
        let lane = |at: f64| (at as u8).min(full.end);
        Self {
            first: lane((f64::from(self.first) * ratio).floor()),
            end: lane((f64::from(self.end) * ratio).ceil()),
        }
        .widened(full)
    }
}
