//! A trail with places at fractions of a mile.

use super::{Set, set};
use crate::difficulty::Feature::{Picture, Story, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::figures::{Line, number_line};
use crate::ideas::*;
use crate::math::Term::{Fraction, Whole};
use crate::math::{fraction, lowest, ratio, simplest};
use crate::question::{ANSWER, Field, choice, typed, wrong};
use crate::random::Random;
use crate::standards::{EQUIVALENCE, LIKE_PROBLEMS, NUMBER_LINE, UNIT_QUOTIENTS};

const TRAILS: [(i64, [(&str, i64); 3]); 4] = [
    (4, [("bridge", 3), ("pond", 5), ("hut", 7)]),
    (6, [("spring", 2), ("cave", 5), ("tower", 9)]),
    (8, [("mill", 4), ("waterfall", 7), ("camp", 13)]),
    (5, [("meadow", 2), ("big rock", 4), ("lookout", 9)]),
];

/// One set a trail.
pub fn sets(random: &mut Random) -> Vec<Set> {
    let mut sets = Vec::new();
    for (number, (steps, places)) in TRAILS.into_iter().enumerate() {
        let letters = ["A", "B", "C"];
        let points: Vec<(i64, &str)> = places.iter().map(|(_, tick)| *tick).zip(letters).collect();
        let figure = number_line(&Line { ends: (0, 2), steps, points: &points });
        let list: Vec<String> = letters
            .iter()
            .zip(places)
            .map(|(letter, (name, _))| format!("<li>{letter}: the {name}</li>"))
            .collect();
        let body = format!(
            "<p>The line shows a trail. The numbers are miles from the start. The steps between the marks are all alike.</p>\
             <figure>{figure}</figure><ul>{}</ul>",
            list.concat()
        );
        let drafts = vec![
            where_is(random, steps, places[0]),
            apart(steps, places),
            same_place(random, steps, places),
            signs(steps, places[2]),
        ];
        sets.push(set(format!("trail-{}", number + 1), "The trail", body, drafts));
    }
    sets
}

fn where_is(random: &mut Random, steps: i64, (name, tick): (&str, i64)) -> Draft {
    let family = Family { name: "trail: where", standard: NUMBER_LINE, depth: 1 };
    let candidates = vec![
        wrong(Fraction(tick, 2 * steps), MIXES_WHOLE_AND_PART),
        wrong(Fraction(tick + 1, steps), COUNTS_MARKS),
        wrong(Whole(tick), READS_STEPS_AS_WHOLES),
        wrong(Fraction(steps, tick), TURNS_OVER),
    ];
    family.draft(Asked {
        stem: format!("<p>How many miles from the start is the {name}?</p>"),
        question: choice(random, Fraction(tick, steps), candidates),
        why: format!(
            "Each mile has {steps} steps and the {name} is {tick} steps from 0: {tick}/{steps} mile."
        ),
        features: &[Picture, Story],
        twin: steps.to_string(),
    })
}

fn apart(steps: i64, places: [(&str, i64); 3]) -> Draft {
    let family = Family { name: "trail: how far apart", standard: LIKE_PROBLEMS, depth: 2 };
    let [(first, a), _, (last, c)] = places;
    let key = simplest(ratio(c - a, steps));
    family.draft(Asked {
        stem: format!("<p>How far is it from the {first} to the {last}?</p>"),
        question: typed(
            &Field { label: "Distance", unit: "miles", ..ANSWER },
            &key,
            vec![
                (Whole(c - a), READS_STEPS_AS_WHOLES),
                (Fraction(c + a, steps), WRONG_OPERATION),
                (Fraction(c - a + 1, steps), COUNTS_MARKS),
                (Fraction(c - a, 2 * steps), MIXES_WHOLE_AND_PART),
            ],
        ),
        why: format!("{c}/{steps} − {a}/{steps} = {} miles.", key.typed()),
        features: &[Picture, Story, Typed],
        twin: steps.to_string(),
    })
}

fn same_place(random: &mut Random, steps: i64, places: [(&str, i64); 3]) -> Draft {
    let family = Family { name: "trail: another name", standard: EQUIVALENCE, depth: 2 };
    let (name, tick) = places[1];
    let (n, d) = match lowest(ratio(tick, steps)) {
        Fraction(n, d) => (2 * n, 2 * d),
        _ => (2 * tick, 2 * steps),
    };
    let candidates = vec![
        wrong(Fraction(tick + 2, steps + 2), ADDS_TO_BOTH),
        wrong(Fraction(tick, 2 * steps), SCALES_ONE_PART),
        wrong(Fraction(2 * tick, steps), SCALES_ONE_PART),
    ];
    family.draft(Asked {
        stem: format!(
            "<p>The {name} is {} miles from the start. Which fraction is equal to this?</p>",
            fraction(tick, steps)
        ),
        question: choice(random, Fraction(n, d), candidates),
        why: format!("{tick}/{steps} = {n}/{d}."),
        features: &[Picture],
        twin: steps.to_string(),
    })
}

fn signs(steps: i64, (name, tick): (&str, i64)) -> Draft {
    let family = Family { name: "trail: new signs", standard: UNIT_QUOTIENTS, depth: 3 };
    family.draft(Asked {
        stem: format!(
            "<p>The rangers put up a sign every {} mile, the last one at the {name}. There is no sign at the start.</p>\
             <p>How many signs are there from the start to the {name}?</p>",
            fraction(1, 2 * steps)
        ),
        question: typed(
            &Field { label: "Number of signs", ..ANSWER },
            &Whole(2 * tick),
            vec![(Whole(tick), STOPS_EARLY), (Whole(2 * tick + 1), COUNTS_MARKS), (Whole(2 * steps), MIXES_WHOLE_AND_PART)],
        ),
        why: format!("{tick}/{steps} ÷ 1/{} = {} signs.", 2 * steps, 2 * tick),
        features: &[Picture, Story, Typed],
        twin: steps.to_string(),
    })
}
