//! Writing SVG text: escaping, numbers, points.

use std::fmt::Write as _;

/// A picture being written.
pub struct Svg {
    text: String,
}

impl Svg {
    /// Opens a picture `width` × `height` units with a class and a sentence that says what it shows.
    #[must_use]
    pub fn open(class: &str, (width, height): (f64, f64), label: &str) -> Self {
        let mut text = String::with_capacity(2048);
        let _ = write!(
            text,
            r#"<svg class="drawing {class}" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">"#,
            number(width),
            number(height),
            number(width),
            number(height),
            escape(label)
        );
        Self { text }
    }

    /// Appends one element, written out.
    pub fn push(&mut self, element: &str) {
        self.text.push_str(element);
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.text,
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1)
        );
    }

    /// A circle.
    pub fn circle(&mut self, class: &str, centre: (f64, f64), radius: f64) {
        let _ = write!(
            self.text,
            r#"<circle class="{class}" cx="{}" cy="{}" r="{}"/>"#,
            number(centre.0),
            number(centre.1),
            number(radius)
        );
    }

    /// A rectangle by its upper left corner and its size.
    pub fn rectangle(&mut self, class: &str, corner: (f64, f64), size: (f64, f64)) {
        let _ = write!(
            self.text,
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}"/>"#,
            number(corner.0),
            number(corner.1),
            number(size.0.max(0.0)),
            number(size.1.max(0.0))
        );
    }

    /// An open line through points, with a stroke width.
    pub fn polyline(&mut self, class: &str, points: &[(f64, f64)], width: f64) {
        let _ = write!(
            self.text,
            r#"<polyline class="{class}" stroke-width="{}" points="{}"/>"#,
            number(width),
            join(points)
        );
    }

    /// A filled shape through points.
    pub fn polygon(&mut self, class: &str, points: &[(f64, f64)]) {
        let _ = write!(self.text, r#"<polygon class="{class}" points="{}"/>"#, join(points));
    }

    /// Text at a baseline point; `anchor` is `start`, `middle` or `end`.
    pub fn text(&mut self, class: &str, at: (f64, f64), (size, anchor): (f64, &str), words: &str) {
        let _ = write!(
            self.text,
            r#"<text class="{class}" x="{}" y="{}" font-size="{}" text-anchor="{anchor}">{}</text>"#,
            number(at.0),
            number(at.1),
            number(size),
            escape(words)
        );
    }

    /// The finished picture.
    #[must_use]
    pub fn close(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }
}

/// Coordinates to a hundredth, without trailing zeros; a number that is not finite is drawn at 0.
#[must_use]
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text safe inside an element or a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Breaks words into at most `lines` lines of about `width` characters; what does not fit ends in "…".
#[must_use]
pub fn wrap(words: &str, width: usize, lines: usize) -> Vec<String> {
    let mut broken: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        let full = broken.len() == lines;
        match broken.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(line) if full => {
                line.push('…');
                return broken;
            }
            _ => broken.push(word.to_owned()),
        }
    }
    broken
}

fn join(points: &[(f64, f64)]) -> String {
    let mut text = String::with_capacity(points.len() * 12);
    for (index, (x, y)) in points.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        let _ = write!(text, "{},{}", number(*x), number(*y));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_markup_cannot_leave_its_attribute() {
        let svg = Svg::open("x", (10.0, 10.0), r#"a"><script>'&"#).close();
        assert!(svg.contains("aria-label=\"a&quot;&gt;&lt;script&gt;&#39;&amp;\""));
        assert!(!svg.contains("<script>"));
    }

    #[test]
    fn numbers_are_short_and_never_nan() {
        assert_eq!(number(1.0), "1");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(2.345), "2.35");
        assert_eq!(number(f64::NAN), "0");
        assert_eq!(number(f64::INFINITY), "0");
    }

    #[test]
    fn long_names_break_between_words_and_end_in_an_ellipsis() {
        assert_eq!(wrap("Comparing fractions", 12, 2), ["Comparing", "fractions"]);
        assert_eq!(wrap("a b c", 1, 2), ["a", "b…"]);
        assert!(wrap("", 10, 2).is_empty());
    }
}
