//! Heights of plants in meters, as decimals.

use super::{Set, set, table};
use crate::difficulty::Feature::{MisleadingNumbers, Story, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::ideas::*;
use crate::math::Term::{Decimal, Fraction};
use crate::math::{Term, shown};
use crate::question::{ANSWER, Field, choice, several, typed, wrong};
use crate::random::Random;
use crate::standards::{DECIMAL_COMPARISON, DECIMAL_NOTATION, TENTHS_AND_HUNDREDTHS};

/// Units and places: 4, 1 is 0.4.
type Row = (&'static str, i64, u32);

const PLANTS: [[Row; 4]; 3] = [
    [("sunflower", 9, 1), ("tomato plant", 65, 2), ("basil", 8, 2), ("corn", 7, 1)],
    [("bean plant", 5, 1), ("rose", 48, 2), ("mint", 6, 2), ("tulip", 3, 1)],
    [("pepper plant", 4, 1), ("daisy", 27, 2), ("moss", 3, 2), ("fern", 35, 2)],
];

/// One set a garden shelf.
pub fn sets(random: &mut Random) -> Vec<Set> {
    let mut sets = Vec::new();
    for (number, rows) in PLANTS.into_iter().enumerate() {
        let cells: Vec<(String, String)> = rows
            .iter()
            .map(|&(name, units, places)| {
                (name.to_owned(), format!("{} meter", shown(&Decimal(units, places))))
            })
            .collect();
        let body = format!(
            "<p>A class measures its plants.</p>{}",
            table("Heights of the plants", ["Plant", "Height"], &cells)
        );
        let drafts = vec![
            tallest(random, &rows),
            as_fraction(random, &rows),
            above_a_fourth(random, &rows),
            stacked(&rows),
        ];
        sets.push(set(format!("heights-{}", number + 1), "Plants", body, drafts));
    }
    sets
}

fn hundredths(&(_, units, places): &Row) -> i64 {
    if places == 1 { units * 10 } else { units }
}

fn tallest(random: &mut Random, rows: &[Row; 4]) -> Draft {
    let family = Family { name: "heights: tallest", standard: DECIMAL_COMPARISON, depth: 2 };
    let mut sorted = rows.to_vec();
    sorted.sort_by_key(hundredths);
    let candidates = sorted[..3]
        .iter()
        .map(|row| wrong(row.0, if row.2 == 2 { LONGER_IS_LARGER } else { SHORTER_IS_LARGER }))
        .collect();
    family.draft(Asked {
        stem: "<p>Which plant is the tallest?</p>".to_owned(),
        question: choice(random, sorted[3].0, candidates),
        why: format!("{} meter is the greatest of the heights.", Decimal(sorted[3].1, sorted[3].2).typed()),
        features: &[Story, MisleadingNumbers],
        twin: "tallest".to_owned(),
    })
}

fn as_fraction(random: &mut Random, rows: &[Row; 4]) -> Draft {
    let family = Family { name: "heights: as a fraction", standard: DECIMAL_NOTATION, depth: 1 };
    let (name, units, _) = rows[2];
    let candidates = vec![
        wrong(Fraction(units, 10), WRONG_PLACE),
        wrong(Fraction(1, units), DIGITS_AS_DENOMINATOR),
        wrong(Fraction(100, units), TURNS_OVER),
    ];
    family.draft(Asked {
        stem: format!("<p>Which fraction of a meter is the height of the {name}?</p>"),
        question: choice(random, Fraction(units, 100), candidates),
        why: format!("{} is {units} hundredths.", Decimal(units, 2).typed()),
        features: &[MisleadingNumbers],
        twin: "fraction".to_owned(),
    })
}

fn above_a_fourth(random: &mut Random, rows: &[Row; 4]) -> Draft {
    let family = Family { name: "heights: taller than", standard: DECIMAL_COMPARISON, depth: 2 };
    let limit = 33;
    let name = |row: &&Row| crate::question::Shown::from(row.0);
    let right = rows.iter().filter(|row| hundredths(row) > limit).map(|row| name(&row)).collect();
    let false_ones = rows.iter().filter(|row| hundredths(row) <= limit);
    let false_ones = false_ones
        .map(|row| wrong(row.0, if row.2 == 2 { LONGER_IS_LARGER } else { SHORTER_IS_LARGER }))
        .collect();
    family.draft(Asked {
        stem: format!(
            "<p>Choose <strong>all</strong> plants that are taller than {} meter.</p>",
            shown(&Decimal(limit, 2))
        ),
        question: several(random, right, false_ones),
        why: "Compare the hundredths: 0.33 is 33 hundredths.".to_owned(),
        features: &[Story],
        twin: "taller".to_owned(),
    })
}

fn stacked(rows: &[Row; 4]) -> Draft {
    let family = Family { name: "heights: together", standard: TENTHS_AND_HUNDREDTHS, depth: 2 };
    let (first, second) = (rows[0], rows[1]);
    let key: Term = Decimal(hundredths(&first) + hundredths(&second), 2);
    family.draft(Asked {
        stem: format!(
            "<p>How tall are the {} and the {} together, one above the other?</p>",
            first.0, second.0
        ),
        question: typed(
            &Field { label: "Together", unit: "meters", ..ANSWER },
            &key,
            vec![
                (Decimal(first.1 + second.1, 2), ADDS_UNLIKE_UNITS),
                (Decimal(first.1 + second.1, 1), ADDS_UNLIKE_UNITS),
            ],
        ),
        why: format!(
            "{} hundredths and {} hundredths: {} meters.",
            hundredths(&first),
            hundredths(&second),
            key.typed()
        ),
        features: &[Story, Typed],
        twin: "together".to_owned(),
    })
}
