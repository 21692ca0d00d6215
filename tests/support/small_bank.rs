//! A small bank, its plans and policies: choice items of two strands in both pools, four levels.

use serde_json::{Value, json};

/// Items of the interim pool.
pub const INTERIM_ITEMS: u32 = 60;
/// Items of the summative pool.
pub const SUMMATIVE_ITEMS: u32 = 40;

/// The bank file. In every item the option `right` is right. Every third item can be read in braille, of the summative pool
/// those of one strand only.
pub fn bank_text() -> String {
    bank_text_with(INTERIM_ITEMS, SUMMATIVE_ITEMS)
}

/// The bank file with as many items of each pool.
pub fn bank_text_with(interim: u32, summative: u32) -> String {
    let mut items: Vec<Value> = (0..interim).map(|number| item("interim", number, interim)).collect();
    items.extend((0..summative).map(|number| item("summative", number, summative)));
    let level = |id: &str, name: &str, cut: Option<f64>| {
        json!({ "id": id, "name": name, "cut": cut, "can_do": [format!("can do {name}")],
                "next_steps": [format!("after {name}")], "standards": [] })
    };
    let bank = json!({
        "id": "small", "name": "A small bank", "D": 1, "origin": "made for tests", "licence": "CC0-1.0",
        "progression": { "id": "steps", "name": "Steps", "levels": [
            level("one", "Level one", None), level("two", "Level two", Some(-1.0)),
            level("three", "Level three", Some(0.5)), level("four", "Level four", Some(1.8)),
        ] },
        "items": items,
    });
    bank.to_string()
}

fn item(pool: &str, number: u32, of: u32) -> Value {
    let difficulty = -3.0 + 6.0 * f64::from(number) / f64::from(of - 1);
    let strand = if number.is_multiple_of(2) { "parts" } else { "wholes" };
    let in_braille = number.is_multiple_of(3) && (pool == "interim" || strand == "wholes");
    let mut attributes = json!({ "strand": strand });
    if in_braille {
        attributes["accommodations"] = json!(["braille"]);
    }
    json!({
        "id": format!("{pool}-{number:03}"), "model": "2PL", "a": 1.4, "b": difficulty,
        "pool": pool, "status": "operational", "attributes": attributes,
        "content": {
            "stem": format!("<p>Question {number}</p>"),
            "interaction": { "type": "choice", "options": [
                { "id": "right", "text": "<p>yes</p>" }, { "id": "wrong", "text": "<p>no</p>" },
                { "id": "neither", "text": "<p>maybe</p>" },
            ] },
            "key": { "type": "choice", "choice": "right" },
        },
    })
}

/// A plan of `minimum` to `maximum` items that needs at least two of each strand.
pub fn plan_text(id: &str, pool: &str, minimum: u32, maximum: u32) -> String {
    json!({
        "id": id, "version": 1, "name": format!("Plan {id}"), "pool": pool,
        "stopping": { "minimum_items": minimum, "maximum_items": maximum, "standard_error": 0.35 },
        "blueprint": [
            { "attribute": "strand", "value": "parts", "minimum": 2 },
            { "attribute": "strand", "value": "wholes", "minimum": 2 },
        ],
        "selection": { "randomesque": 3 },
    })
    .to_string()
}

/// A policy of three attempts of which the highest counts.
pub fn policy_text() -> String {
    json!({ "name": "Three attempts", "attempts": { "default": 3 } }).to_string()
}

/// The policy of a validation.
pub fn validation_policy_text() -> String {
    json!({ "name": "Validation", "attempts": { "default": 2 }, "minimum_answers": 1 }).to_string()
}
