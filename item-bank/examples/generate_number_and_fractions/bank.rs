//! From drafts to a bank: numbers, pools, parameters, attributes and enemies.

use std::collections::BTreeMap;

use item_bank::content::{Content, Interaction};
use item_bank::model::{GeneralizedPartialCredit, OnePl, ResponseModel, ThreePl, TwoPl};
use item_bank::progression::Progression;
use item_bank::{AttributeValue, Bank, BankParts, Item, ItemId, ItemStatus, Pool, Theta};

use crate::difficulty::{Feature, difficulty, discrimination, hundredths};
use crate::draft::Draft;
use crate::families::FAMILIES;
use crate::families::sets::sets;
use crate::progression::{progression, scale};
use crate::random::Random;

/// Changing it makes another bank.
const SEED: u64 = 0x5741_594d_4152_4b01;
/// One set or item in so many is summative.
const SUMMATIVE_ONE_IN: usize = 3;
/// One free-standing interim item in so many is being field-tested.
const FIELD_TEST_ONE_IN: usize = 18;

const NOTE: &str = "Provisional: difficulties come from the difficulty model of banks/README.md, not from students' answers.";

/// The whole bank. The same on every machine.
pub fn generate() -> Bank {
    let levels = progression();
    let mut random = Random::named(SEED, "parameters");
    let mut stimuli = BTreeMap::new();
    let mut placed: Vec<(Draft, Pool)> = Vec::new();
    for (name, make) in FAMILIES {
        let drafts = make(&mut Random::named(SEED, name));
        placed.extend(drafts.into_iter().enumerate().map(|(at, draft)| (draft, pool_of(at))));
    }
    for (at, set) in sets(&mut Random::named(SEED, "sets")).into_iter().enumerate() {
        let pool = pool_of(at);
        stimuli.insert(set.name, set.stimulus);
        placed.extend(set.drafts.into_iter().map(|draft| (draft, pool)));
    }
    let mut items: Vec<Item> = Vec::with_capacity(placed.len());
    let mut twins: Vec<(&'static str, String, Pool)> = Vec::new();
    let mut free_standing = 0;
    for (number, (draft, pool)) in placed.into_iter().enumerate() {
        twins.push((draft.family, draft.twin.clone(), pool));
        let mut item = item(number + 1, draft, &levels, &mut random);
        item.pool = pool;
        if item.group.is_none() && pool == Pool::Interim {
            free_standing += 1;
            if free_standing % FIELD_TEST_ONE_IN == 0 {
                item.status = ItemStatus::FieldTest;
            }
        }
        items.push(item);
    }
    let ids: Vec<ItemId> = items.iter().map(|item| item.id.clone()).collect();
    for (at, item) in items.iter_mut().enumerate() {
        let same = |other: &usize| *other != at && twins[*other] == twins[at];
        item.enemies = (0..ids.len()).filter(same).map(|other| ids[other].clone()).collect();
    }
    let parts = BankParts {
        id: "number-and-fractions".to_owned(),
        name: "Number and fractions, grades 3 to 6".to_owned(),
        origin: "Written for Waymark: generated from item-bank/examples/generate_number_and_fractions"
            .to_owned(),
        licence: "Apache-2.0 OR MIT".to_owned(),
        provisional_note: Some(NOTE.to_owned()),
        items,
        stimuli,
        scale: Some(scale()),
        progression: Some(levels),
    };
    Bank::new(parts).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn pool_of(at: usize) -> Pool {
    if at % SUMMATIVE_ONE_IN == SUMMATIVE_ONE_IN - 1 { Pool::Summative } else { Pool::Interim }
}

fn item(number: usize, draft: Draft, levels: &Progression, random: &mut Random) -> Item {
    let b = difficulty(draft.standard.base, &draft.features, random);
    let a = discrimination(&draft.features, random);
    let level = &levels.levels()[levels.level_of(Theta(b))];
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    let attributes = [
        ("standard", text(draft.standard.code)),
        ("strand", text(draft.standard.strand.name())),
        ("grade", AttributeValue::Number(f64::from(draft.standard.grade))),
        ("depth_of_knowledge", AttributeValue::Number(f64::from(draft.depth))),
        ("level", text(&level.id)),
        ("type", text(draft.content.presentation().interaction.kind())),
        ("family", text(draft.family)),
        ("word_count", AttributeValue::Number(word_count(&draft.content) as f64)),
    ];
    Item {
        id: ItemId::new(format!("nf{number:04}")).expect("a short id"),
        pool: Pool::Interim,
        status: ItemStatus::Operational,
        model: Some(model(&draft.content, (a, b), &draft.features)),
        standard_errors: None,
        provisional: true,
        attributes: attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        content: Some(draft.content),
        group: draft.stimulus,
        enemies: Vec::new(),
    }
}

/// 3PL with c = 1 / options for a choice; GPCM for partial credit, the first step easier than the second by
/// 0.8 logits; 2PL otherwise, or 1PL for the plainest typed items.
fn model(content: &Content, (a, b): (f64, f64), features: &[Feature]) -> ResponseModel {
    let plain = features == [Feature::Typed] || features == [Feature::Picture, Feature::Typed];
    let made = match (&content.presentation().interaction, content.maximum_score()) {
        (Interaction::Choice { options }, _) => {
            ThreePl::new(a, b, hundredths(1.0 / options.len() as f64)).map(ResponseModel::ThreePl)
        }
        (_, 2) => {
            GeneralizedPartialCredit::new(hundredths(a * 0.8), &[hundredths(b - 0.4), hundredths(b + 0.4)])
                .map(ResponseModel::GeneralizedPartialCredit)
        }
        _ if plain => OnePl::new(b).map(ResponseModel::OnePl),
        _ => TwoPl::new(a, b).map(ResponseModel::TwoPl),
    };
    made.expect("parameters within range")
}

/// Words of the question and of its parts, formulas as spoken.
fn word_count(content: &Content) -> usize {
    let presentation = content.presentation();
    let mut texts = vec![presentation.stem.plain_text()];
    if let Interaction::TwoPart { parts } = &presentation.interaction {
        texts.extend(parts.iter().map(|part| part.prompt.plain_text()));
    }
    texts.iter().map(|text| text.split_whitespace().count()).sum()
}
