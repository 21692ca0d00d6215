//! The trail on one line, without text: a table cell.

use super::svg::Svg;
use super::trail::Trail;

const WIDTH: f64 = 152.0;
const HEIGHT: f64 = 24.0;
const LEFT: f64 = 8.0;
const RIGHT: f64 = 144.0;
const MIDDLE: f64 = 14.0;

pub(super) fn draw_row(trail: &Trail) -> String {
    let count = trail.levels.len().max(1) as f64;
    let x = |position: f64| LEFT + (RIGHT - LEFT) * position / count;
    let mut svg = Svg::open("trail-row", (WIDTH, HEIGHT), &trail.sentence());
    svg.polyline("trail-path", &[(LEFT, MIDDLE), (RIGHT, MIDDLE)], 3.0);
    let reached = trail.here.map(|place| trail.position(place.theta));
    if let (Some(place), Some(reached)) = (trail.here, reached) {
        svg.polyline("trail-walked", &[(LEFT, MIDDLE), (x(reached), MIDDLE)], 3.0);
        let (low, high) = trail.band(place);
        svg.polyline("trail-band", &[(x(low), MIDDLE), (x(high), MIDDLE)], 11.0);
    }
    svg.push("<g stroke-width=\"1\">");
    for index in 0..trail.levels.len() {
        let passed = reached.is_some_and(|reached| reached >= index as f64);
        let class = if passed { "waymark reached" } else { "waymark" };
        svg.circle(class, (x(index as f64), MIDDLE), 2.5);
    }
    if let Some(target) = trail.target {
        let at = x(target as f64);
        svg.line("flag-pole", (at, MIDDLE), (at, 1.0));
        svg.polygon("flag", &[(at, 1.0), (at + 8.0, 4.0), (at, 7.0)]);
    }
    if let Some(reached) = reached {
        svg.circle("here", (x(reached), MIDDLE), 4.5);
    }
    svg.push("</g>");
    svg.close()
}
