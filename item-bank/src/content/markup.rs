//! Text with mathematics and figures: HTML, MathML and SVG of a short allow-list, checked and never repaired.
//! No links, no images, no styles, no scripts, nothing that fetches. Every formula and figure has a text
//! alternative. Whoever renders it cleans it once more by the same list ([`ALLOWED_ELEMENTS`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::markup_check;

/// Longest text with markup, in bytes.
pub const MARKUP_BYTES_MAX: usize = 32 * 1024;
/// Deepest nesting of elements.
pub const MARKUP_DEPTH_MAX: usize = 24;

/// Which language an element belongs to; decides where it may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vocabulary {
    /// Running text.
    Html,
    /// Inside `<math>`.
    MathMl,
    /// Inside `<svg>`.
    Svg,
}

/// Every element that may appear, with its language and its attributes. There are no others.
pub const ALLOWED_ELEMENTS: &[(&str, Vocabulary, &[&str])] = &[
    ("p", Vocabulary::Html, &["class"]),
    ("br", Vocabulary::Html, &[]),
    ("strong", Vocabulary::Html, &[]),
    ("em", Vocabulary::Html, &[]),
    ("sub", Vocabulary::Html, &[]),
    ("sup", Vocabulary::Html, &[]),
    ("span", Vocabulary::Html, &["class"]),
    ("div", Vocabulary::Html, &["class"]),
    ("ul", Vocabulary::Html, &["class"]),
    ("ol", Vocabulary::Html, &["class"]),
    ("li", Vocabulary::Html, &[]),
    ("table", Vocabulary::Html, &["class"]),
    ("caption", Vocabulary::Html, &[]),
    ("thead", Vocabulary::Html, &[]),
    ("tbody", Vocabulary::Html, &[]),
    ("tr", Vocabulary::Html, &[]),
    ("th", Vocabulary::Html, &["scope"]),
    ("td", Vocabulary::Html, &[]),
    ("figure", Vocabulary::Html, &["class"]),
    ("figcaption", Vocabulary::Html, &[]),
    ("math", Vocabulary::MathMl, &["alttext", "display"]),
    ("mrow", Vocabulary::MathMl, &[]),
    ("mi", Vocabulary::MathMl, &[]),
    ("mn", Vocabulary::MathMl, &[]),
    ("mo", Vocabulary::MathMl, &[]),
    ("mtext", Vocabulary::MathMl, &[]),
    ("mfrac", Vocabulary::MathMl, &[]),
    ("msup", Vocabulary::MathMl, &[]),
    ("msub", Vocabulary::MathMl, &[]),
    ("msqrt", Vocabulary::MathMl, &[]),
    ("svg", Vocabulary::Svg, &["role", "viewBox", "class", "width", "height"]),
    ("title", Vocabulary::Svg, &[]),
    ("desc", Vocabulary::Svg, &[]),
    (
        "g",
        Vocabulary::Svg,
        &["class", "stroke", "stroke-width", "fill", "fill-opacity", "font-size", "text-anchor"],
    ),
    ("line", Vocabulary::Svg, &["x1", "y1", "x2", "y2", "stroke", "stroke-width", "class"]),
    (
        "rect",
        Vocabulary::Svg,
        &["x", "y", "width", "height", "rx", "stroke", "stroke-width", "fill", "fill-opacity", "class"],
    ),
    (
        "circle",
        Vocabulary::Svg,
        &["cx", "cy", "r", "stroke", "stroke-width", "fill", "fill-opacity", "class"],
    ),
    ("path", Vocabulary::Svg, &["d", "stroke", "stroke-width", "fill", "fill-opacity", "class"]),
    ("text", Vocabulary::Svg, &["x", "y", "text-anchor", "font-size", "fill", "stroke", "class"]),
];

/// Why a text is not clean markup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("markup at byte {position}: {problem}")]
pub struct MarkupError {
    /// Offset of the offending byte in the text.
    pub position: usize,
    /// What is wrong there.
    pub problem: String,
}

/// Clean HTML with MathML and SVG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Markup(String);

impl Markup {
    /// The text, when every element, attribute and value in it is allowed and every formula and figure has a
    /// text alternative.
    ///
    /// # Errors
    /// The first thing that is not allowed, with its position.
    pub fn new(text: impl Into<String>) -> Result<Self, MarkupError> {
        let text = text.into();
        markup_check::check(&text)?;
        Ok(Self(text))
    }

    /// The markup as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a screen reader would say, on one line: text, `alttext` of formulas, titles of figures.
    #[must_use]
    pub fn plain_text(&self) -> String {
        markup_check::plain_text(&self.0)
    }
}

impl TryFrom<String> for Markup {
    type Error = MarkupError;
    fn try_from(text: String) -> Result<Self, MarkupError> {
        Self::new(text)
    }
}

impl From<Markup> for String {
    fn from(markup: Markup) -> Self {
        markup.0
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
