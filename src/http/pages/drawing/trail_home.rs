//! The trail upright, with names: the student's home and result.

use std::f64::consts::PI;

use super::svg::{Svg, wrap};
use super::trail::Trail;

const WIDTH: f64 = 420.0;
const STEP: f64 = 76.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 40.0;
const NAMES: f64 = 158.0;
const WAYMARK: f64 = 15.0;

struct Geometry {
    height: f64,
}

impl Geometry {
    fn point(&self, position: f64) -> (f64, f64) {
        (100.0 + 19.0 * (position * PI * 0.62 + 0.4).sin(), self.height - BOTTOM - position * STEP)
    }

    fn stretch(&self, from: f64, to: f64) -> Vec<(f64, f64)> {
        let pieces = ((to - from) * 12.0).ceil().max(1.0) as usize;
        (0..=pieces).map(|piece| self.point(from + (to - from) * piece as f64 / pieces as f64)).collect()
    }
}

pub(super) fn draw_home(trail: &Trail) -> String {
    let count = trail.levels.len() as f64;
    let geometry = Geometry { height: TOP + BOTTOM + count * STEP };
    let mut svg = Svg::open("trail-home", (WIDTH, geometry.height), &trail.sentence());
    svg.polyline("trail-path", &geometry.stretch(0.0, count), 9.0);
    let reached = trail.here.map_or(-1.0, |place| trail.position(place.theta));
    if reached > 0.0 {
        svg.polyline("trail-walked", &geometry.stretch(0.0, reached), 9.0);
    }
    if let Some(place) = trail.here {
        let (low, high) = trail.band(place);
        svg.polyline("trail-band", &geometry.stretch(low, high), 34.0);
    }
    waymarks(&mut svg, trail, &geometry, reached);
    attempts(&mut svg, trail, &geometry);
    target(&mut svg, trail, &geometry);
    if trail.here.is_some() {
        here(&mut svg, &geometry, reached, count);
    }
    svg.close()
}

fn waymarks(svg: &mut Svg, trail: &Trail, geometry: &Geometry, reached: f64) {
    let current = if reached < 0.0 { None } else { trail.here.map(|place| trail.level_of(place.theta)) };
    for (index, level) in trail.levels.iter().enumerate() {
        let (x, y) = geometry.point(index as f64);
        let passed = reached >= 0.0 && reached >= index as f64;
        let state = if passed { " reached" } else { "" };
        svg.push("<g stroke-width=\"3\">");
        svg.circle(&format!("waymark{state}"), (x, y), WAYMARK);
        svg.push("</g>");
        svg.text(&format!("waymark-number{state}"), (x, y + 5.5), (15.0, "middle"), &(index + 1).to_string());
        let class = if current == Some(index) {
            "waymark-name current".to_owned()
        } else {
            format!("waymark-name{state}")
        };
        let lines = wrap(&level.name, 25, 2);
        let first = y + 6.0 - 10.0 * (lines.len().saturating_sub(1)) as f64;
        for (line, words) in lines.iter().enumerate() {
            let baseline = first + 20.0 * line as f64;
            svg.text(&class, (NAMES, baseline), (17.0, "start"), words);
        }
    }
}

/// Attempts stand to the left of the path, the later ones further out where two would touch.
fn attempts(svg: &mut Svg, trail: &Trail, geometry: &Geometry) {
    let mut placed: Vec<(f64, f64)> = Vec::new();
    for dot in &trail.attempts {
        let (path_x, y) = geometry.point(trail.position(dot.theta));
        let mut x = path_x - 30.0;
        while x > 14.0 && placed.iter().any(|at| (at.0 - x).abs() < 22.0 && (at.1 - y).abs() < 22.0) {
            x -= 4.0;
        }
        placed.push((x, y));
        let class = if dot.counts { "earlier counts" } else { "earlier" };
        svg.push("<g stroke-width=\"2\">");
        svg.circle(class, (x, y), 10.0);
        svg.push("</g>");
        let text = if dot.counts { "attempt-number counts" } else { "attempt-number" };
        svg.text(text, (x, y + 4.5), (12.0, "middle"), &dot.label);
    }
}

fn target(svg: &mut Svg, trail: &Trail, geometry: &Geometry) {
    let Some(index) = trail.target else { return };
    let (x, y) = geometry.point(index as f64);
    let foot = (x - WAYMARK - 4.0, y + 2.0);
    svg.push("<g stroke-width=\"3\">");
    svg.line("flag-pole", foot, (foot.0, foot.1 - 36.0));
    svg.push("</g>");
    svg.polygon(
        "flag",
        &[(foot.0 - 1.0, foot.1 - 36.0), (foot.0 - 27.0, foot.1 - 28.0), (foot.0 - 1.0, foot.1 - 19.0)],
    );
}

/// The marker, with its words between two names so that they never touch.
fn here(svg: &mut Svg, geometry: &Geometry, reached: f64, count: f64) {
    let at = geometry.point(reached);
    let level = reached.floor().min(count - 1.0);
    let words = level + (reached - level).clamp(0.45, 0.58);
    let label_y = geometry.point(words).1;
    svg.push("<g stroke-width=\"2\">");
    svg.polyline("leader", &[(at.0 + 10.0, at.1), (NAMES - 16.0, label_y), (NAMES - 4.0, label_y)], 2.0);
    svg.circle("here", at, 11.0);
    svg.push("</g>");
    svg.text("here-label", (NAMES, label_y + 6.0), (17.0, "start"), "You are here");
}
