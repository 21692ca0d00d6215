//! Text that is HTML already: drawings, icons, and item content cleaned once more on its way out.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

use item_bank::content::{ALLOWED_ELEMENTS, Markup};

/// Safe HTML; templates write it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Html(String);

impl Html {
    /// A drawing of our own making (`drawing`), whose words are escaped where they are written.
    #[must_use]
    pub fn drawing(svg: String) -> Self {
        Self(svg)
    }

    /// Content of an item, cleaned by the same list that admitted it.
    #[must_use]
    pub fn content(markup: &Markup) -> Self {
        Self(CLEANER.clean(markup.as_str()).to_string())
    }

    /// An icon of the sprite, hidden from assistive technology: words stand beside it.
    #[must_use]
    pub fn icon(name: &'static str) -> Self {
        let sprite = super::assets::address("icons.svg");
        Self(format!(r##"<svg class="icon" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"##))
    }

    /// A picture of the picture password.
    #[must_use]
    pub fn picture(name: &'static str) -> Self {
        let sprite = super::assets::address("pictures.svg");
        Self(format!(r##"<svg aria-hidden="true"><use href="{sprite}#{name}"/></svg>"##))
    }
}

impl fmt::Display for Html {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

/// Exactly the elements and attributes that item content may hold.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    let elements: HashSet<&'static str> = ALLOWED_ELEMENTS.iter().map(|(name, _, _)| *name).collect();
    let attributes: HashMap<&'static str, HashSet<&'static str>> = ALLOWED_ELEMENTS
        .iter()
        .map(|(name, _, attributes)| (*name, attributes.iter().copied().collect()))
        .collect();
    builder.tags(elements).tag_attributes(attributes);
    builder
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mathematics_and_figures_come_out_as_they_went_in() {
        for text in [
            r#"<p>What is <math alttext="1 over 2"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>?</p>"#,
            r#"<svg role="img" viewBox="0 0 10 10"><title>A bar</title><rect x="0" y="0" width="5" height="5"></rect></svg>"#,
        ] {
            let markup = Markup::new(text).expect("clean markup");
            assert_eq!(Html::content(&markup).to_string(), text);
        }
    }

    #[test]
    fn icons_are_hidden_from_assistive_technology() {
        assert!(Html::icon("check").to_string().contains("aria-hidden=\"true\""));
    }
}
