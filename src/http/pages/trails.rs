//! From the read models' scales and places to the trail that is drawn.

use super::drawing::{Trail, TrailDot, TrailLevel, TrailPlace};
use crate::delivery::read_models::{Place, PlaceDot, TrailScale};

/// The levels of a scale as the trail shows them.
#[must_use]
pub fn levels_of(scale: &TrailScale) -> Vec<TrailLevel> {
    scale.levels.iter().map(|level| TrailLevel { name: level.name.clone(), cut: level.cut }).collect()
}

/// The trail of a scale with a place, attempts and a target.
#[must_use]
pub fn trail_of(
    scale: &TrailScale,
    place: Option<&Place>,
    dots: &[PlaceDot],
    target: Option<usize>,
) -> Trail {
    Trail {
        levels: levels_of(scale),
        here: place.map(place_of),
        attempts: dots
            .iter()
            .map(|dot| TrailDot { label: dot.number.to_string(), theta: dot.theta, counts: dot.counts })
            .collect(),
        target,
    }
}

/// A place as the trail shows it.
#[must_use]
pub fn place_of(place: &Place) -> TrailPlace {
    TrailPlace { theta: place.theta, standard_error: place.standard_error }
}
