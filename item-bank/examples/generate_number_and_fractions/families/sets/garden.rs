//! A garden bed as a bar in equal parts.

use super::{Set, set};
use crate::difficulty::Feature::{Picture, Story, TwoSteps, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::figures::bar;
use crate::ideas::*;
use crate::math::Term::{Fraction, Whole};
use crate::math::{fraction, ratio, shown, simplest};
use crate::question::{ANSWER, choice, typed, wrong};
use crate::random::Random;
use crate::standards::{LIKE_PROBLEMS, PARTS_OF_A_WHOLE, PRODUCT_PROBLEMS};

const GARDENS: [(&str, &str, i64, i64, i64); 4] = [
    ("beans", "peas", 8, 3, 2),
    ("tomatoes", "peppers", 6, 2, 3),
    ("carrots", "onions", 10, 4, 3),
    ("lettuce", "radishes", 5, 2, 2),
];

/// One set a garden.
pub fn sets(random: &mut Random) -> Vec<Set> {
    let mut sets = Vec::new();
    for (number, (first, second, parts, shaded, more)) in GARDENS.into_iter().enumerate() {
        let body = format!(
            "<p>The bar is a garden bed, cut into {parts} equal parts. In the shaded parts grow {first}. \
             {} of the bed will be for {second}. The rest is for flowers.</p><figure>{}</figure>",
            fraction(more, parts),
            bar(parts, shaded)
        );
        let garden = Garden { first, second, parts, shaded, more };
        let drafts = vec![shaded_part(random, &garden), flowers(&garden), ripe(random, &garden)];
        sets.push(set(format!("garden-{}", number + 1), "The garden bed", body, drafts));
    }
    sets
}

struct Garden {
    first: &'static str,
    second: &'static str,
    parts: i64,
    shaded: i64,
    more: i64,
}

fn shaded_part(random: &mut Random, garden: &Garden) -> Draft {
    let family = Family { name: "garden: shaded part", standard: PARTS_OF_A_WHOLE, depth: 1 };
    let Garden { first, parts, shaded, .. } = *garden;
    let candidates = vec![
        wrong(Fraction(shaded, parts - shaded), PART_TO_PART),
        wrong(Fraction(parts - shaded, parts), COUNTS_THE_REST),
        wrong(Fraction(parts, shaded), TURNS_OVER),
        wrong(Fraction(shaded + 1, parts), COUNTS_ONE_OFF),
    ];
    family.draft(Asked {
        stem: format!("<p>On what fraction of the bed do {first} grow?</p>")
            .replace("do lettuce grow", "does lettuce grow"),
        question: choice(random, Fraction(shaded, parts), candidates),
        why: format!("{shaded} of {parts} equal parts are shaded."),
        features: &[Picture],
        twin: parts.to_string(),
    })
}

fn flowers(garden: &Garden) -> Draft {
    let family = Family { name: "garden: flowers", standard: LIKE_PROBLEMS, depth: 2 };
    let Garden { first, second, parts, shaded, more } = *garden;
    let rest = parts - shaded - more;
    family.draft(Asked {
        stem: "<p>What fraction of the bed is left for flowers?</p>".to_owned(),
        question: typed(
            &ANSWER,
            &simplest(ratio(rest, parts)),
            vec![
                (Fraction(shaded + more, parts), STOPS_EARLY),
                (Fraction(parts - shaded, parts), STOPS_EARLY),
                (Whole(rest), COUNTS_PARTS_ONLY),
                (Fraction(shaded + more, 2 * parts), ADDS_ACROSS),
            ],
        ),
        why: format!("{first} and {second} take {}/{parts}; {rest}/{parts} is left.", shaded + more),
        features: &[Picture, Story, TwoSteps, Typed],
        twin: parts.to_string(),
    })
}

fn ripe(random: &mut Random, garden: &Garden) -> Draft {
    let family = Family { name: "garden: ripe part", standard: PRODUCT_PROBLEMS, depth: 2 };
    let Garden { first, parts, shaded, .. } = *garden;
    let key = simplest(ratio(shaded, 2 * parts));
    let candidates = vec![
        wrong(simplest(ratio(shaded * 2 + parts, 2 * parts)), ADDS_INSTEAD),
        wrong(Fraction(shaded + 1, parts + 2), ADDS_ACROSS),
        wrong(simplest(ratio(2 * shaded, parts)), DOUBLES),
        wrong(Fraction(1, 2), MIXES_WHOLE_AND_PART),
    ];
    family.draft(Asked {
        stem: format!(
            "<p>{} of the part with {first} is ripe. On what fraction of the whole bed is that?</p>",
            shown(&Fraction(1, 2))
        ),
        question: choice(random, key.clone(), candidates),
        why: format!("1/2 × {shaded}/{parts} = {}.", key.typed()),
        features: &[Picture, Story],
        twin: parts.to_string(),
    })
}
