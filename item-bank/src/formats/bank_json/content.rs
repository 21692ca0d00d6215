//! The field `content` of an item.

use super::super::issue::Issues;
use super::super::json_node::{Object, Path};
use crate::content::{Content, ContentParts, Misconception};

const FIELDS: &[&str] = &["stem", "interaction", "key", "rationale", "misconceptions"];
/// Most misconceptions of an item.
const MISCONCEPTIONS_MAX: usize = 64;

/// The content; `None` when absent or refused.
pub(super) fn read_content(item: &Object<'_>, issues: &mut Issues) -> Option<Content> {
    let value = item.field("content")?;
    let path = Path::Field(item.path, "content");
    let object = Object::of(&path, value, issues)?;
    object.warn_unknown(FIELDS, issues);
    for name in ["stem", "interaction", "key"] {
        if object.field(name).is_none() {
            object.error(name, "this field is missing", issues);
        }
    }
    let stem = object.read("stem", issues);
    let interaction = object.read("interaction", issues);
    let key = object.read("key", issues);
    let rationale = object.text("rationale", issues);
    let misconceptions = read_misconceptions(&object, issues);
    let parts = ContentParts { stem: stem?, interaction: interaction?, key: key?, rationale, misconceptions };
    match Content::new(parts) {
        Ok(content) => Some(content),
        Err(error) => {
            issues.error(path, "", error);
            None
        }
    }
}

fn read_misconceptions(object: &Object<'_>, issues: &mut Issues) -> Vec<Misconception> {
    let list = object.list("misconceptions", issues);
    if list.len() > MISCONCEPTIONS_MAX {
        let problem = format!("at most {MISCONCEPTIONS_MAX}, not {}", list.len());
        object.error("misconceptions", problem, issues);
        return Vec::new();
    }
    let path = Path::Field(object.path, "misconceptions");
    let mut misconceptions = Vec::with_capacity(list.len());
    for (position, value) in list.iter().enumerate() {
        match <Misconception as serde::Deserialize>::deserialize(value) {
            Ok(misconception) => misconceptions.push(misconception),
            Err(error) => issues.error(Path::Index(&path, position), value, error),
        }
    }
    misconceptions
}
