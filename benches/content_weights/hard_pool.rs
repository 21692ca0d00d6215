//! A pool whose rows interact: what one row needs is scarce where another row has its limit.

use std::collections::BTreeMap;

use item_bank::{
    AttributeValue, Bank, BankParts, Item, ItemId, ItemStatus, ModelParameters, Pool, ResponseModel,
};
use serde_json::{Value, json};
use waymark::adaptive::counted_uniform;

const ITEMS: u32 = 240;

/// Pools of the same kind.
pub fn seeds() -> impl Iterator<Item = u64> {
    1..=3
}

/// 240 3PL items of four strands and three depths. Deep items are long, are mostly written answers and come mostly from
/// the last strand; every sixth item has an enemy of another strand.
pub fn bank(seed: u64) -> Bank {
    let item = |index: u32| {
        let draw = |name: u32| counted_uniform(seed, name, index);
        let strand = index % 4;
        let depth = 1 + u32::from(draw(0) < 0.45) + u32::from(draw(1) < if strand == 3 { 0.5 } else { 0.12 });
        let is_text = draw(2) < [0.1, 0.3, 0.75][depth as usize - 1];
        let words = 15.0 + 20.0 * f64::from(depth) + (25.0 * draw(3)).floor();
        let (a, b) = (0.5 + 1.4 * draw(4) * draw(4), -2.4 + 4.8 * draw(5));
        // Calculators belong to the first strands and to easy items.
        let has_calculator = draw(6) < if strand < 2 { 0.6 } else { 0.15 };
        let text = |text: &str| AttributeValue::Text(text.to_owned());
        let attributes = BTreeMap::from([
            ("strand".to_owned(), text(["a", "b", "c", "d"][strand as usize])),
            ("depth".to_owned(), AttributeValue::Number(f64::from(depth))),
            ("kind".to_owned(), text(if is_text { "text" } else { "choice" })),
            ("words".to_owned(), AttributeValue::Number(words)),
            ("calculator".to_owned(), text(if has_calculator { "yes" } else { "no" })),
            ("topic".to_owned(), text(&format!("{}", (draw(7) * 8.0) as u32))),
        ]);
        let parameters = json!({"model": "3PL", "a": a, "b": b, "c": 0.1 + 0.15 * draw(8)});
        let parameters: ModelParameters = serde_json::from_value(parameters).expect("three numbers");
        let enemy = (index.is_multiple_of(6) && index + 7 < ITEMS).then(|| id(index + 7));
        Item {
            id: id(index),
            pool: Pool::Interim,
            status: ItemStatus::Operational,
            model: Some(ResponseModel::try_from(parameters).expect("within range")),
            standard_errors: None,
            provisional: false,
            attributes,
            content: None,
            group: None,
            enemies: enemy.into_iter().collect(),
        }
    };
    let items = (0..ITEMS).map(item).collect();
    let parts = BankParts { id: "hard".into(), name: "Hard".into(), items, ..BankParts::default() };
    Bank::new(parts).expect("names differ")
}

fn id(index: u32) -> ItemId {
    ItemId::new(format!("item-{index:03}")).expect("a short name")
}

/// 30 items under 21 rows.
pub fn plan() -> Value {
    let row = |attribute: &str, value: &str, (minimum, maximum): (usize, usize)| json!({"attribute": attribute, "value": value, "minimum": minimum, "maximum": maximum});
    let deep = json!({"attribute": "depth", "at_least": 3});
    let easy = json!({"attribute": "depth", "at_most": 1});
    let mut rows: Vec<Value> = ["a", "b", "c", "d"]
        .into_iter()
        .zip([(8, 9), (8, 9), (7, 8), (5, 6)])
        .map(|(strand, range)| row("strand", strand, range))
        .collect();
    rows.extend([
        json!({"name": "deep", "where": deep, "minimum": 6, "maximum": 8}),
        json!({"name": "easy", "where": easy, "minimum": 10, "maximum": 12}),
        row("kind", "text", (8, 10)),
        row("calculator", "yes", (12, 14)),
        json!({"name": "deep written answers", "attribute": "kind", "value": "text", "where": deep, "minimum": 4, "maximum": 5}),
        json!({"name": "deep outside d", "where": {"all": [deep, {"not": {"attribute": "strand", "value": "d"}}]}, "minimum": 3, "maximum": 30}),
        json!({"name": "calculator in c and d", "attribute": "calculator", "value": "yes",
               "where": {"attribute": "strand", "values": ["c", "d"]}, "minimum": 3, "maximum": 5}),
        json!({"name": "deep with calculator", "attribute": "calculator", "value": "yes", "where": deep, "minimum": 2, "maximum": 4}),
        json!({"sum": "words", "minimum": 1_850, "maximum": 1_900}),
    ]);
    rows.extend((0..8).map(|topic| row("topic", &topic.to_string(), (3, 5))));
    json!({
        "id": "hard", "version": 1, "name": "Hard", "pool": "interim",
        "stopping": {"minimum_items": 30, "maximum_items": 30},
        "blueprint": rows,
    })
}
