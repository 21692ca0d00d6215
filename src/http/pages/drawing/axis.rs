//! From numbers to places on a chart, with round tick values.

use super::svg::Svg;

/// A stretch of numbers laid along a stretch of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    low: f64,
    high: f64,
    start: f64,
    end: f64,
}

impl Axis {
    /// Numbers from `low` to `high` laid from `start` to `end` (in picture units; `end` may be smaller).
    /// An empty or unordered stretch of numbers becomes one unit wide.
    #[must_use]
    pub fn new((low, high): (f64, f64), (start, end): (f64, f64)) -> Self {
        let low = if low.is_finite() { low } else { 0.0 };
        let high = if high.is_finite() && high > low { high } else { low + 1.0 };
        Self { low, high, start, end }
    }

    /// Where `value` stands; values outside stand at the ends.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        let value = if value.is_finite() { value } else { self.low };
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.start + (self.end - self.start) * share
    }

    /// Round values (1, 2 or 5 times a power of ten apart), about `wanted` of them.
    #[must_use]
    pub fn ticks(&self, wanted: u32) -> Vec<f64> {
        let rough = (self.high - self.low) / f64::from(wanted.max(1));
        let power = 10.0_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|times| times * power)
            .find(|step| *step >= rough * 0.999)
            .unwrap_or(10.0 * power);
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).take(50).map(|times| times as f64 * step).collect()
    }
}

/// The inner frame of a chart: an axis across and one upwards.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Across.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// Left, top, right and bottom of the frame.
    pub edges: (f64, f64, f64, f64),
}

impl Frame {
    /// A frame within `edges` (left, top, right, bottom) over the given ranges.
    #[must_use]
    pub fn new(edges: (f64, f64, f64, f64), x: (f64, f64), y: (f64, f64)) -> Self {
        let (left, top, right, bottom) = edges;
        Self { x: Axis::new(x, (left, right)), y: Axis::new(y, (bottom, top)), edges }
    }

    /// The place of a pair of numbers.
    #[must_use]
    pub fn point(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.place(x), self.y.place(y))
    }

    /// Ticks, their grid lines and the names of both axes.
    pub fn draw(&self, svg: &mut Svg, across: &str, upwards: &str) {
        let (left, top, right, bottom) = self.edges;
        for tick in self.y.ticks(4) {
            let y = self.y.place(tick);
            svg.line("grid", (left, y), (right, y));
            svg.text("soft-text", (left - 6.0, y + 4.0), (12.0, "end"), &short(tick));
        }
        for tick in self.x.ticks(6) {
            let x = self.x.place(tick);
            svg.line("axis", (x, bottom), (x, bottom + 5.0));
            svg.text("soft-text", (x, bottom + 18.0), (12.0, "middle"), &short(tick));
        }
        svg.line("axis", (left, bottom), (right, bottom));
        let middle = f64::midpoint(left, right);
        svg.text("soft-text", (middle, bottom + 36.0), (13.0, "middle"), across);
        svg.text("soft-text", (left - 36.0, top - 8.0), (13.0, "start"), upwards);
    }
}

/// A tick's number: as few decimals as it needs, a true minus sign.
#[must_use]
pub fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        other => other.replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(Axis::new((-4.0, 4.0), (0.0, 1.0)).ticks(4), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        assert_eq!(Axis::new((0.0, 1.0), (0.0, 1.0)).ticks(4), [0.0, 0.5, 1.0]);
        assert_eq!(Axis::new((3.0, 3.0), (0.0, 1.0)).ticks(1), [3.0, 4.0]);
    }

    #[test]
    fn values_outside_stand_at_the_ends() {
        let axis = Axis::new((0.0, 10.0), (100.0, 0.0));
        assert!((axis.place(-5.0) - 100.0).abs() < 1e-12);
        assert!((axis.place(50.0)).abs() < 1e-12);
        assert!((axis.place(5.0) - 50.0).abs() < 1e-12);
        assert!((axis.place(f64::NAN) - 100.0).abs() < 1e-12);
    }

    #[test]
    fn numbers_of_ticks_are_short() {
        assert_eq!(short(-0.5), "−0.5");
        assert_eq!(short(2.0), "2");
        assert_eq!(short(-0.0), "0");
    }
}
