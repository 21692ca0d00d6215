//! A probability on a line from 0 to 100 %, with the threshold of a recommendation.

use super::svg::Svg;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 46.0;
const LEFT: f64 = 8.0;
const RIGHT: f64 = 412.0;
const MIDDLE: f64 = 14.0;

/// The meter as SVG.
#[must_use]
pub fn probability_meter(probability: f64, threshold: f64) -> String {
    let x = |share: f64| LEFT + (RIGHT - LEFT) * if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let label = format!(
        "{:.0} percent, recommended from {:.0} percent",
        probability.clamp(0.0, 1.0) * 100.0,
        threshold * 100.0
    );
    let mut svg = Svg::open("meter-svg", (WIDTH, HEIGHT), &label);
    svg.polyline("trail-path", &[(LEFT, MIDDLE), (RIGHT, MIDDLE)], 9.0);
    svg.polyline("trail-walked", &[(LEFT, MIDDLE), (x(probability), MIDDLE)], 9.0);
    svg.push("<g stroke-width=\"2\">");
    svg.line("cut-line", (x(threshold), 2.0), (x(threshold), 27.0));
    svg.circle("here", (x(probability), MIDDLE), 7.0);
    svg.push("</g>");
    let words = format!("recommended from {:.0} %", threshold * 100.0);
    svg.text("soft-text", (x(threshold), 41.0), (12.0, "end"), &words);
    svg.close()
}

#[cfg(test)]
mod tests {
    use super::probability_meter;

    #[test]
    fn the_marker_stands_at_the_probability() {
        let svg = probability_meter(0.5, 0.8);
        assert!(svg.contains(r#"class="here" cx="210""#), "{svg}");
        assert!(svg.contains("50 percent, recommended from 80 percent"));
    }

    #[test]
    fn nonsense_stays_on_the_line() {
        assert!(probability_meter(f64::NAN, 0.8).contains(r#"class="here" cx="8""#));
        assert!(probability_meter(7.0, 0.8).contains(r#"class="here" cx="412""#));
    }
}
