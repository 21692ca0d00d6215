//! A recipe with fractions of a cup.

use super::{Set, set, table};
use crate::difficulty::Feature::{MixedNumbers, Story, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::families::addition::sum_of;
use crate::ideas::*;
use crate::math::Term::{Fraction, Mixed};
use crate::math::{fraction, ratio, simplest};
use crate::question::{ANSWER, Field, choice, typed, wrong};
use crate::random::Random;
use crate::standards::{COMPARISON, PRODUCT_PROBLEMS, UNLIKE_PROBLEMS, WHOLE_TIMES_FRACTION};

const RECIPES: [(&str, List); 4] = [
    ("Trail mix", [("nuts", (3, 4)), ("raisins", (2, 3)), ("seeds", (1, 2)), ("oats", (5, 6))]),
    ("Pancakes", [("flour", (7, 8)), ("milk", (3, 4)), ("sugar", (1, 6)), ("oats", (1, 3))]),
    ("Vegetable soup", [("carrots", (5, 8)), ("beans", (2, 3)), ("corn", (3, 4)), ("rice", (1, 4))]),
    (
        "Fruit punch",
        [("orange juice", (4, 5)), ("apple juice", (1, 2)), ("lemon juice", (3, 10)), ("water", (2, 3))],
    ),
];

/// One set a recipe.
pub fn sets(random: &mut Random) -> Vec<Set> {
    let mut sets = Vec::new();
    for (number, (title, list)) in RECIPES.into_iter().enumerate() {
        let rows: Vec<(String, String)> =
            list.iter().map(|&(name, (n, d))| (name.to_owned(), format!("{} cup", fraction(n, d)))).collect();
        let body =
            format!("<p>This is what one batch needs.</p>{}", table(title, ["Ingredient", "Amount"], &rows));
        let drafts =
            vec![most(random, &list), together(&list), three_batches(&list), half_batch(random, &list)];
        sets.push(set(format!("recipe-{}", number + 1), title, body, drafts));
    }
    sets
}

type List = [(&'static str, (i64, i64)); 4];

fn most(random: &mut Random, list: &List) -> Draft {
    let family = Family { name: "recipe: largest amount", standard: COMPARISON, depth: 2 };
    let mut sorted = list.to_vec();
    sorted.sort_by(|(_, a), (_, b)| (a.0 * b.1).cmp(&(b.0 * a.1)));
    let (key, amount) = sorted[3];
    let candidates = sorted[..3]
        .iter()
        .map(|&(name, (n, d))| {
            wrong(
                name,
                if d > amount.1 {
                    LARGER_DENOMINATOR
                } else if d - n == amount.1 - amount.0 {
                    COMPARES_GAPS
                } else {
                    ONE_NUMBER_ONLY
                },
            )
        })
        .collect();
    family.draft(Asked {
        stem: "<p>Look at the recipe. Which ingredient does it need most of?</p>".to_owned(),
        question: choice(random, key, candidates),
        why: format!("{}/{} cup of {key} is the largest amount.", amount.0, amount.1),
        features: &[Story],
        twin: key.to_owned(),
    })
}

fn together(list: &List) -> Draft {
    let family = Family { name: "recipe: two together", standard: UNLIKE_PROBLEMS, depth: 2 };
    let ((first, x), (second, y)) = (list[0], list[1]);
    let key = simplest(sum_of(x, y));
    family.draft(Asked {
        stem: format!("<p>Look at the recipe. How many cups are the {first} and the {second} together?</p>"),
        question: typed(
            &Field { label: "Together", unit: "cups", ..ANSWER },
            &key,
            vec![
                (Fraction(x.0 + y.0, x.1 + y.1), ADDS_ACROSS),
                (Fraction(x.0 + y.0, x.1.max(y.1)), KEEPS_A_DENOMINATOR),
                (Fraction(x.0 + y.0, x.1 * y.1), RENAMES_HALFWAY),
            ],
        ),
        why: format!("{}/{} + {}/{} = {} cups.", x.0, x.1, y.0, y.1, key.typed()),
        features: &[Story, Typed],
        twin: format!("{}", x.1 * y.1),
    })
}

fn three_batches(list: &List) -> Draft {
    let family = Family { name: "recipe: several batches", standard: WHOLE_TIMES_FRACTION, depth: 2 };
    let (name, (n, d)) = list[0];
    let key = simplest(ratio(3 * n, d));
    family.draft(Asked {
        stem: format!("<p>Look at the recipe. How many cups of {name} are needed for 3 batches?</p>"),
        question: typed(
            &Field { label: "For 3 batches", unit: "cups", ..ANSWER },
            &key,
            vec![
                (Mixed(3, n, d), JOINS_NUMBERS),
                (Fraction(n, 3 * d), SCALES_ONE_PART),
                (Fraction(3 * n, 3 * d), MULTIPLIES_BOTH),
            ],
        ),
        why: format!("3 × {n}/{d} = {} cups.", key.typed()),
        features: &[Story, Typed],
        twin: name.to_owned(),
    })
}

fn half_batch(random: &mut Random, list: &List) -> Draft {
    let family = Family { name: "recipe: one and a half batches", standard: PRODUCT_PROBLEMS, depth: 2 };
    let (name, (n, d)) = list[2];
    let key = simplest(ratio(3 * n, 2 * d));
    let candidates = vec![
        wrong(simplest(ratio(n, 2 * d)), IGNORES_THE_WHOLES),
        wrong(simplest(ratio(3 * d + 2 * n, 2 * d)), ADDS_INSTEAD),
        wrong(Mixed(1, n, 2 * d), JOINS_NUMBERS),
        wrong(simplest(ratio(2 * n, d)), STOPS_EARLY),
    ];
    family.draft(Asked {
        stem: format!(
            "<p>Look at the recipe. How many cups of {name} are needed for one and a half batches?</p>"
        ),
        question: choice(random, key.clone(), candidates),
        why: format!("3/2 × {n}/{d} = {} cups.", key.typed()),
        features: &[Story, MixedNumbers],
        twin: name.to_owned(),
    })
}
