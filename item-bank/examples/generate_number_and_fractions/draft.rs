//! An item before it has a number, a pool and parameters.

use item_bank::content::{Content, ContentParts, Markup};

use crate::difficulty::Feature;
use crate::question::Question;
use crate::standards::Standard;

/// What a family makes.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The family's name.
    pub family: &'static str,
    /// Drafts of one family with the same twin are so alike that one test has only one of them.
    pub twin: String,
    /// What it is aligned to.
    pub standard: Standard,
    /// Depth of knowledge (Webb): 1 recall, 2 skill, 3 reasoning.
    pub depth: u8,
    /// What makes it easier or harder than its standard.
    pub features: Vec<Feature>,
    /// The stimulus it belongs to.
    pub stimulus: Option<String>,
    /// Question and key.
    pub content: Content,
}

/// What every draft of a family has in common.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What it is aligned to.
    pub standard: Standard,
    /// Depth of knowledge.
    pub depth: u8,
}

/// One item's own words.
pub struct Asked<'a> {
    /// The question, as markup.
    pub stem: String,
    /// How it is answered and what is right.
    pub question: Question,
    /// Why it is right.
    pub why: String,
    /// What makes it easier or harder.
    pub features: &'a [Feature],
    /// See [`Draft::twin`].
    pub twin: String,
}

impl Family {
    /// One item of the family.
    pub fn draft(&self, asked: Asked<'_>) -> Draft {
        let stem = Markup::new(asked.stem.clone());
        let stem = stem.unwrap_or_else(|error| panic!("{}: {error}: {}", self.name, asked.stem));
        let content = Content::new(ContentParts {
            stem,
            interaction: asked.question.interaction,
            key: asked.question.key,
            rationale: asked.why,
            misconceptions: asked.question.misconceptions,
        });
        Draft {
            family: self.name,
            twin: asked.twin,
            standard: self.standard,
            depth: self.depth,
            features: asked.features.to_vec(),
            stimulus: None,
            content: content.unwrap_or_else(|error| panic!("{}: {error}: {}", self.name, asked.stem)),
        }
    }
}

impl Draft {
    /// The same item as part of a set.
    pub fn about(mut self, stimulus: &str) -> Self {
        self.stimulus = Some(stimulus.to_owned());
        self
    }
}
