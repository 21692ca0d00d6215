//! Banks and plans to assemble shadow tests from: two real blueprints of the reference data, and a pool of stimulus
//! sets made by a seeded generator.

use std::collections::BTreeMap;
use std::path::Path;

use item_bank::formats::read_bank_json;
use item_bank::{
    AttributeValue, Bank, BankParts, Item, ItemId, ItemStatus, ModelParameters, Pool, ResponseModel,
};
use rand::Rng;
use rand_pcg::Pcg64;
use serde_json::{Value, json};

const SETS: usize = 35;
const SET_ITEMS: usize = 303;

/// A bank and the plan for it, as a plan file says it.
pub struct Material {
    pub name: &'static str,
    pub bank: Bank,
    pub plan: Value,
}

/// A blueprint of the reference data, its constraints stated as a plan states them. The order in which a paper form
/// would print the items is left out.
pub fn reference(folder: &Path, name: &'static str) -> Material {
    let read = |path: String| std::fs::read_to_string(folder.join(path)).expect("a file of the reference");
    let blueprint: Value =
        serde_json::from_str(&read(format!("cat/blueprints/{name}.json"))).expect("a blueprint");
    let bank = read_bank_json(&read(format!("cat/banks/{name}.json")), name).expect("a bank");
    let mut parts = bank.into_parts();
    for (item, described) in parts.items.iter_mut().zip(list(&blueprint["items"])) {
        for (name, value) in described["attrs"].as_object().expect("attributes") {
            let text = || value.as_str().map(|text| AttributeValue::Text(text.to_owned()));
            if let Some(value) = value.as_f64().map(AttributeValue::Number).or_else(text) {
                item.attributes.insert(name.clone(), value);
            }
        }
    }
    let (mut rows, mut rules) = (Vec::new(), json!({"required": [], "together": []}));
    for constraint in list(&blueprint["constraints"]) {
        let members = constraint["members"].as_array();
        let members: Vec<usize> =
            members.into_iter().flatten().map(|index| index.as_u64().expect("an index") as usize).collect();
        let names = || members.iter().map(|&item| parts.items[item].id.to_string()).collect::<Vec<_>>();
        let condition = || {
            let conditions: Vec<Value> = list(&constraint["where"]).iter().map(condition).collect();
            json!({"all": conditions})
        };
        match text(&constraint["kind"]).as_str() {
            "item_count" => rows.push(json!({
                "name": constraint["source"], "where": condition(),
                "minimum": constraint["min"], "maximum": constraint["max"],
            })),
            "exclude_all" => rows.push(json!({
                "name": constraint["source"], "where": condition(), "maximum": 0,
            })),
            "include_all" => rules["required"] = json!(names()),
            "all_or_none" => rules["together"] = json!([names()]),
            "enemy_at_most_one" => {
                let enemies: Vec<ItemId> =
                    members[1..].iter().map(|&item| parts.items[item].id.clone()).collect();
                parts.items[members[0]].enemies.extend(enemies);
            }
            "test_length" | "presentation_order" => {}
            other => panic!("no row for {other}"),
        }
    }
    let length = &blueprint["test_length"];
    let plan = json!({
        "id": name, "version": 1, "name": name, "pool": "interim",
        "selection": {"assembly": "shadow_test"},
        "stopping": {"minimum_items": length, "maximum_items": length},
        "blueprint": rows,
        "items": rules,
    });
    Material { name, bank: Bank::new(parts).expect("names differ"), plan }
}

fn condition(part: &Value) -> Value {
    let (attribute, value) = (&part["attr"], &part["value"]);
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text(&part["op"]).as_str() {
        "==" => json!({"attribute": attribute, "value": plain(value)}),
        "in" => json!({"attribute": attribute, "values": list(value).iter().map(plain).collect::<Vec<_>>()}),
        ">=" => json!({"attribute": attribute, "at_least": value}),
        "<" => json!({"attribute": attribute, "not": {"attribute": attribute, "at_least": value}}),
        "not_null" => json!({"attribute": attribute}),
        other => panic!("no condition for {other}"),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Reading comprehension: 303 items on 35 texts of two genres, 4 to 6 of which make a test of 30 items.
pub fn set_based() -> Material {
    set_based_of(20_261_123)
}

/// The same, made from another seed. Not every seed makes a pool that can serve the plan.
pub fn set_based_of(seed: u128) -> Material {
    let mut luck = Pcg64::new(seed, 35);
    let mut uniform = move || (luck.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let mut sizes = [5_usize; SETS];
    while sizes.iter().sum::<usize>() < SET_ITEMS {
        let set = (uniform() * SETS as f64) as usize;
        if sizes[set] < 14 {
            sizes[set] += 1;
        }
    }
    let mut items = Vec::new();
    for (set, size) in sizes.into_iter().enumerate() {
        let (genre, middle) =
            (if uniform() < 0.5 { "literature" } else { "information" }, -1.5 + 3.0 * uniform());
        for _ in 0..size {
            let (a, b, c) =
                (0.4 + 1.6 * uniform() * uniform(), middle - 1.5 + 3.0 * uniform(), 0.25 * uniform());
            let place = uniform();
            let standard = 1 + (place * place * 8.0) as usize; // the first standards are the most frequent
            let depth = 1 + (uniform() * 3.0) as usize;
            let kind = if uniform() < 0.7 { "choice" } else { "text" };
            let words = (20.0 + 60.0 * uniform()).floor();
            let mut item = item(items.len(), a, b, c);
            item.group = Some(format!("text-{set:02}"));
            for (name, value) in [
                ("genre", AttributeValue::Text(genre.to_owned())),
                ("standard", AttributeValue::Text(standard.to_string())),
                ("depth", AttributeValue::Number(depth as f64)),
                ("kind", AttributeValue::Text(kind.to_owned())),
                ("words", AttributeValue::Number(words)),
            ] {
                item.attributes.insert(name.to_owned(), value);
            }
            items.push(item);
        }
    }
    let parts = BankParts { id: "reading".into(), name: "Reading".into(), items, ..BankParts::default() };
    let row = |attribute: &str, value: &str, minimum: usize, maximum: usize| json!({"attribute": attribute, "value": value, "minimum": minimum, "maximum": maximum});
    let mut rows = vec![
        row("genre", "literature", 12, 18),
        row("genre", "information", 12, 18),
        row("kind", "text", 7, 11),
    ];
    rows.extend([row("depth", "1", 6, 10), row("depth", "2", 10, 14), row("depth", "3", 8, 12)]);
    rows.extend([row("standard", "1", 8, 12), row("standard", "2", 4, 6), row("standard", "3", 3, 5)]);
    rows.extend(["4", "5", "6", "7", "8"].map(|standard| row("standard", standard, 1, 3)));
    let mut deep = row("kind", "text", 2, 30);
    deep["where"] = json!({"attribute": "depth", "at_least": 3});
    rows.extend([deep, json!({"sum": "words", "minimum": 1_400, "maximum": 1_550})]);
    for genre in ["literature", "information"] {
        rows.push(json!({
            "count": "sets", "attribute": "genre", "value": genre, "minimum": 2, "maximum": 3,
        }));
    }
    let plan = json!({
        "id": "reading", "version": 1, "name": "Reading", "pool": "interim",
        "selection": {"assembly": "shadow_test"},
        "stopping": {"minimum_items": 30, "maximum_items": 30},
        "blueprint": rows,
        "stimulus_sets": {"minimum_items": 5, "maximum_items": 8, "minimum_sets": 4, "maximum_sets": 6},
    });
    Material { name: "set-based", bank: Bank::new(parts).expect("names differ"), plan }
}

fn item(index: usize, a: f64, b: f64, c: f64) -> Item {
    let parameters = json!({"model": "3PL", "a": a, "b": b, "c": c});
    let parameters: ModelParameters = serde_json::from_value(parameters).expect("three numbers");
    Item {
        id: ItemId::new(format!("item-{index:03}")).expect("a short name"),
        pool: Pool::Interim,
        status: ItemStatus::Operational,
        model: Some(ResponseModel::try_from(parameters).expect("within range")),
        standard_errors: None,
        provisional: false,
        attributes: BTreeMap::new(),
        content: None,
        group: None,
        enemies: Vec::new(),
    }
}
