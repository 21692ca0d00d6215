//! What a student sees, and apart from it the key. Presentation never holds a key, a rationale or a parameter.

mod check;
mod interaction;
mod key;
mod markup;
mod markup_check;
mod question;

pub use check::ContentError;
pub use interaction::{ChoiceOption, Interaction, Part, Presentation, Stimulus};
pub use key::{Credit, Key, Misconception, NumberForm};
pub use markup::{ALLOWED_ELEMENTS, MARKUP_BYTES_MAX, Markup, MarkupError, Vocabulary};
pub use question::{Content, ContentParts};
