//! The trail across the page, with names: a student's evidence.

use std::f64::consts::PI;

use super::svg::{Svg, wrap};
use super::trail::Trail;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 196.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 928.0;

struct Geometry {
    count: f64,
}

impl Geometry {
    fn point(&self, position: f64) -> (f64, f64) {
        let share = position / self.count;
        (LEFT + (RIGHT - LEFT) * share, 112.0 - 26.0 * share + 9.0 * (position * PI * 0.7).sin())
    }

    fn stretch(&self, from: f64, to: f64) -> Vec<(f64, f64)> {
        let pieces = ((to - from) * 12.0).ceil().max(1.0) as usize;
        (0..=pieces).map(|piece| self.point(from + (to - from) * piece as f64 / pieces as f64)).collect()
    }
}

pub(super) fn draw_wide(trail: &Trail) -> String {
    let count = trail.levels.len().max(1) as f64;
    let geometry = Geometry { count };
    let mut svg = Svg::open("trail-wide", (WIDTH, HEIGHT), &trail.sentence());
    svg.polyline("trail-path", &geometry.stretch(0.0, count), 7.0);
    let reached = trail.here.map(|place| trail.position(place.theta));
    if let (Some(place), Some(reached)) = (trail.here, reached) {
        svg.polyline("trail-walked", &geometry.stretch(0.0, reached), 7.0);
        let (low, high) = trail.band(place);
        svg.polyline("trail-band", &geometry.stretch(low, high), 28.0);
    }
    waymarks(&mut svg, trail, &geometry, reached);
    attempts(&mut svg, trail, &geometry);
    if let Some(target) = trail.target {
        let (x, y) = geometry.point(target as f64);
        svg.push("<g stroke-width=\"3\">");
        svg.line("flag-pole", (x, y - 13.0), (x, y - 52.0));
        svg.push("</g>");
        svg.polygon("flag", &[(x, y - 52.0), (x + 26.0, y - 44.0), (x, y - 35.0)]);
    }
    if let Some(reached) = reached {
        svg.push("<g stroke-width=\"2\">");
        svg.circle("here", geometry.point(reached), 9.0);
        svg.push("</g>");
    }
    svg.close()
}

fn waymarks(svg: &mut Svg, trail: &Trail, geometry: &Geometry, reached: Option<f64>) {
    let current = trail.here.map(|place| trail.level_of(place.theta));
    for (index, level) in trail.levels.iter().enumerate() {
        let (x, y) = geometry.point(index as f64);
        let passed = reached.is_some_and(|reached| reached >= index as f64);
        let state = if passed { " reached" } else { "" };
        svg.push("<g stroke-width=\"2.5\">");
        svg.circle(&format!("waymark{state}"), (x, y), 13.0);
        svg.push("</g>");
        svg.text(&format!("waymark-number{state}"), (x, y + 4.5), (13.0, "middle"), &(index + 1).to_string());
        let class = if current == Some(index) {
            "waymark-name current".to_owned()
        } else {
            format!("waymark-name{state}")
        };
        let width = (112.0 * 8.0 / geometry.count / 7.2).clamp(9.0, 24.0) as usize;
        for (line, words) in wrap(&level.name, width, 3).iter().enumerate() {
            let baseline = 148.0 + 15.0 * line as f64;
            let at = (x - 13.0, baseline);
            svg.text(&class, at, (12.5, "start"), words);
        }
    }
}

/// Attempts stand above the path, the later ones higher where two would touch.
fn attempts(svg: &mut Svg, trail: &Trail, geometry: &Geometry) {
    let mut placed: Vec<(f64, f64)> = Vec::new();
    for dot in &trail.attempts {
        let (x, path_y) = geometry.point(trail.position(dot.theta));
        let mut y = path_y - 26.0;
        while y > 10.0 && placed.iter().any(|at| (at.0 - x).abs() < 18.0 && (at.1 - y).abs() < 18.0) {
            y -= 3.0;
        }
        placed.push((x, y));
        let class = if dot.counts { "earlier counts" } else { "earlier" };
        svg.push("<g stroke-width=\"1.5\">");
        svg.circle(class, (x, y), 8.0);
        svg.push("</g>");
        let text = if dot.counts { "attempt-number counts" } else { "attempt-number" };
        svg.text(text, (x, y + 4.0), (11.0, "middle"), &dot.label);
    }
}
