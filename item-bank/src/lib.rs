//! Items, response models, ability estimation, scales and progressions.

pub mod answer;
pub mod content;
pub mod formats;
pub mod scoring;

pub use answer::{Answer, AnswerError};
pub use content::{Content, Interaction, Presentation, Stimulus};
