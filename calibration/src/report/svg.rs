//! Small charts as inline SVG.

use std::fmt::Write;

/// A chart area with linear axes.
pub(super) struct Chart {
    width: f64,
    height: f64,
    x: (f64, f64),
    y: (f64, f64),
    body: String,
    title: String,
}

const LEFT: f64 = 44.0;
const BOTTOM: f64 = 28.0;
const TOP: f64 = 12.0;
const RIGHT: f64 = 12.0;

impl Chart {
    /// A chart of this size over these ranges; `title` is read to those who cannot see it.
    pub(super) fn new(title: &str, size: (f64, f64), x: (f64, f64), y: (f64, f64)) -> Self {
        let y = if y.1 > y.0 { y } else { (y.0 - 0.5, y.0 + 0.5) };
        let x = if x.1 > x.0 { x } else { (x.0 - 0.5, x.0 + 0.5) };
        Self { width: size.0, height: size.1, x, y, body: String::new(), title: escape(title) }
    }

    fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let across = (x - self.x.0) / (self.x.1 - self.x.0);
        let up = (y - self.y.0) / (self.y.1 - self.y.0);
        (
            LEFT + across * (self.width - LEFT - RIGHT),
            self.height - BOTTOM - up * (self.height - BOTTOM - TOP),
        )
    }

    /// A line through points; `class` is a colour class of the page.
    pub(super) fn line(&mut self, class: &str, points: &[(f64, f64)]) {
        let mut path = String::new();
        for (index, &(x, y)) in points.iter().enumerate() {
            let (px, py) = self.place(x, y.clamp(self.y.0, self.y.1));
            let _ = write!(path, "{}{px:.1} {py:.1}", if index == 0 { "M" } else { "L" });
        }
        let _ = write!(self.body, "<path class=\"{class}\" d=\"{path}\"/>");
    }

    /// Dots.
    pub(super) fn dots(&mut self, class: &str, points: &[(f64, f64)], radius: f64) {
        for &(x, y) in points {
            let (px, py) = self.place(x, y.clamp(self.y.0, self.y.1));
            let _ =
                write!(self.body, "<circle class=\"{class}\" cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"{radius}\"/>");
        }
    }

    /// A bar from the left between two heights.
    pub(super) fn bar(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (left, bottom) = self.place(from.0, from.1);
        let (right, top) = self.place(to.0, to.1);
        let (x, width) = (left.min(right), (right - left).abs());
        let (y, height) = (top.min(bottom), (bottom - top).abs());
        let _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        );
    }

    /// Marks along the axes.
    pub(super) fn axes(&mut self, x_marks: &[f64], y_marks: &[f64]) {
        let (left, bottom) = self.place(self.x.0, self.y.0);
        let (right, top) = self.place(self.x.1, self.y.1);
        let _ = write!(self.body, "<path class=\"axis\" d=\"M{left:.1} {top:.1}V{bottom:.1}H{right:.1}\"/>");
        for &mark in x_marks {
            let (x, y) = self.place(mark, self.y.0);
            let _ = write!(
                self.body,
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                y + 16.0,
                label(mark)
            );
        }
        for &mark in y_marks {
            let (x, y) = self.place(self.x.0, mark);
            let _ = write!(
                self.body,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                x - 5.0,
                y + 4.0,
                label(mark)
            );
        }
    }

    /// The picture.
    pub(super) fn finish(self) -> String {
        let Self { width, height, body, title, .. } = self;
        format!(
            "<svg role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\"><title>{title}</title>{body}</svg>"
        )
    }
}

fn label(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    if rounded < 0.0 { format!("−{}", -rounded) } else { rounded.to_string() }
}

/// Marks that divide a range from 0 in about four.
pub(super) fn marks(highest: f64) -> Vec<f64> {
    let raw = highest / 4.0;
    let power = 10_f64.powf(raw.max(1e-9).log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= raw).unwrap_or(power);
    (0..=4).map(|k| f64::from(k) * step).filter(|mark| *mark <= highest * 1.001).collect()
}

/// Text that is safe in HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
