//! From the read models' scales and places to the trail that is drawn.

use super::drawing::{IntervalRow, Trail, TrailDot, TrailLevel, TrailPlace};
use super::words;
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

/// The cuts of a scale for a plot of intervals: logits, and what stands below them.
#[must_use]
pub fn cuts_of(scale: &TrailScale) -> Vec<(f64, String)> {
    let cuts = scale.levels.iter().filter_map(|level| {
        let cut = level.cut?;
        Some((cut, level.cut_score.map_or_else(|| words::decimal(cut), |score| score.to_string())))
    });
    cuts.collect()
}

/// An estimate with its standard error: on the reporting scale, or in logits without one.
#[must_use]
pub fn score_words(place: &Place) -> String {
    match place.score.zip(place.score_error) {
        Some((score, error)) => format!("{score} ± {error}"),
        None => format!("{} ± {}", words::decimal(place.theta), words::decimal(place.standard_error)),
    }
}

/// A place as a row of a plot of intervals.
#[must_use]
pub fn interval_of(name: &str, place: &Place) -> IntervalRow {
    IntervalRow {
        name: name.to_owned(),
        theta: place.theta,
        standard_error: place.standard_error,
        value: score_words(place),
    }
}
