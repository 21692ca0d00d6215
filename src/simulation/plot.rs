//! Small plots as inline SVG: axes with round numbers, a text alternative, no script.

use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 44.0;
const TOP: f64 = 12.0;
const RIGHT: f64 = 12.0;

/// What a plot shows.
pub(super) struct Plot<'a> {
    pub title: &'a str,
    pub x_label: &'a str,
    pub y_label: &'a str,
    pub series: Vec<Series<'a>>,
}

/// Points that belong together.
pub(super) struct Series<'a> {
    pub name: &'a str,
    pub mark: Mark,
    pub points: Vec<(f64, f64)>,
}

/// How points are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Dots,
    Line,
    Bars,
}

struct Axis {
    lowest: f64,
    highest: f64,
    step: f64,
}

impl Axis {
    /// Covers the values with about `ticks` round steps.
    fn covering(values: impl Iterator<Item = f64>, ticks: f64) -> Self {
        let (lowest, highest) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (lowest, highest) =
            if lowest < highest { (lowest, highest) } else { (lowest.min(0.0), lowest.max(0.0) + 1.0) };
        let (lowest, highest) = if lowest.is_finite() { (lowest, highest) } else { (0.0, 1.0) };
        let rough = (highest - lowest) / ticks;
        let power = 10.0_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|unit| unit * power).find(|step| *step >= rough);
        let step = step.unwrap_or(power);
        Self { lowest: (lowest / step).floor() * step, highest: (highest / step).ceil() * step, step }
    }

    fn place(&self, value: f64, from: f64, to: f64) -> f64 {
        from + (value - self.lowest) / (self.highest - self.lowest) * (to - from)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> + '_ {
        let count = ((self.highest - self.lowest) / self.step).round() as usize;
        (0..=count).map(|tick| self.lowest + self.step * tick as f64)
    }

    fn text(&self, value: f64) -> String {
        let decimals = (-self.step.log10().floor()).max(0.0) as usize;
        let text = format!("{value:.decimals$}");
        if text.trim_start_matches(['-', '0', '.']).is_empty() {
            "0".to_owned()
        } else {
            text.replace('-', "−")
        }
    }
}

/// The plot as an SVG element.
pub(super) fn svg(plot: &Plot<'_>) -> String {
    let all = || plot.series.iter().flat_map(|series| series.points.iter().copied());
    let x = Axis::covering(all().map(|point| point.0), 7.0);
    let y = Axis::covering(all().map(|point| point.1).chain([0.0]), 5.0);
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    let at = |point: (f64, f64)| (x.place(point.0, LEFT, right), y.place(point.1, bottom, TOP));
    let title = plot.title;
    let mut out = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">");
    for tick in y.ticks() {
        let (_, height) = at((x.lowest, tick));
        let text = y.text(tick);
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{height:.1}\" y2=\"{height:.1}\"/>"
        );
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
            LEFT - 6.0,
            height + 4.0
        );
    }
    for tick in x.ticks() {
        let (place, _) = at((tick, y.lowest));
        let text = x.text(tick);
        let _ = write!(
            out,
            "<text x=\"{place:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>",
            bottom + 16.0
        );
    }
    let middle = f64::midpoint(LEFT, right);
    let (x_label, y_label) = (plot.x_label, plot.y_label);
    let _ =
        write!(out, "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{x_label}</text>", HEIGHT - 8.0);
    let _ = write!(
        out,
        "<text transform=\"translate(14 {}) rotate(-90)\" text-anchor=\"middle\">{y_label}</text>",
        f64::midpoint(TOP, bottom)
    );
    for (index, series) in plot.series.iter().enumerate() {
        let points: Vec<(f64, f64)> = series.points.iter().map(|&point| at(point)).collect();
        draw(&mut out, series, &points, (index, at((x.lowest, 0.0)).1));
    }
    out.push_str("</svg>");
    out
}

fn draw(out: &mut String, series: &Series<'_>, points: &[(f64, f64)], (index, zero): (usize, f64)) {
    let name = series.name;
    let _ = write!(out, "<g class=\"series{index}\"><title>{name}</title>");
    match series.mark {
        Mark::Dots => {
            for (x, y) in points {
                let _ = write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"1.6\"/>");
            }
        }
        Mark::Line => {
            let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            let _ = write!(out, "<polyline fill=\"none\" points=\"{}\"/>", path.join(" "));
        }
        Mark::Bars => {
            let width = (0.8 * (WIDTH - LEFT - RIGHT) / points.len().max(1) as f64).clamp(0.5, 40.0);
            for (x, y) in points {
                let (top, height) = (y.min(zero), (zero - y).abs());
                let left = x - width / 2.0;
                let _ = write!(
                    out,
                    "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
                );
            }
        }
    }
    out.push_str("</g>");
}
