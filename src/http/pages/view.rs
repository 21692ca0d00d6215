//! Pieces that several pages show.

/// A word with an icon and a tone; never a colour alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkView {
    /// `good`, `wait`, `stop`, `trail` or nothing.
    pub tone: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// The word.
    pub words: String,
}

impl MarkView {
    /// A mark.
    pub fn new(tone: &'static str, icon: &'static str, words: impl Into<String>) -> Self {
        Self { tone, icon, words: words.into() }
    }
}

/// A figure with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactView {
    /// What it is.
    pub name: &'static str,
    /// The figure.
    pub value: String,
    /// What it rests on.
    pub note: Option<String>,
}

impl FactView {
    /// A figure alone.
    pub fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), note: None }
    }

    /// A figure with what it rests on.
    pub fn with_note(name: &'static str, value: impl Into<String>, note: impl Into<String>) -> Self {
        Self { name, value: value.into(), note: Some(note.into()) }
    }
}
