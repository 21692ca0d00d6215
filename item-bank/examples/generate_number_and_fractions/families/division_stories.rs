//! Word problems with quotients.

use crate::contexts::{CUPS, NAMES};
use crate::difficulty::Feature::{MixedNumbers, Reasoning, Story, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::ideas::*;
use crate::math::Term::{Fraction, Mixed, Sign, Whole};
use crate::math::{fraction, math, ratio, shown, simplest};
use crate::question::{ANSWER, Field, choice, two_parts, typed, wrong};
use crate::random::Random;
use crate::standards::{FRACTION_QUOTIENTS, UNIT_QUOTIENTS};

use super::division::quotient_of;

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = servings(random);
    drafts.extend(shared_part(random));
    drafts.extend(pieces(random));
    drafts.extend(choose_and_solve(random));
    drafts.extend(one_hour(random));
    drafts
}

fn servings(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "servings", standard: UNIT_QUOTIENTS, depth: 2 };
    let all = [2, 3, 4, 6, 8].into_iter().flat_map(|d| (2..=6).map(move |whole| (whole, d)));
    let mut drafts = Vec::new();
    for (whole, d) in random.take(all.filter(|(whole, d)| whole != d).collect(), 8) {
        let thing = *random.pick(&CUPS);
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>There are {whole} cups of {thing}. One serving is {} cup.</p><p>How many servings are there?</p>",
                fraction(1, d)
            ),
            question: typed(
                &Field { label: "Number of servings", ..ANSWER },
                &Whole(whole * d),
                vec![
                    (Fraction(whole, d), DIVISION_MAKES_SMALLER),
                    (Whole(whole + d), ADDS_INSTEAD),
                    (Fraction(1, whole * d), TURNS_OVER),
                ],
            ),
            why: format!("{whole} ÷ 1/{d} = {}, because each cup has {d} servings.", whole * d),
            features: &[Typed, Story],
            twin: d.to_string(),
        }));
    }
    drafts
}

fn shared_part(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "sharing a part", standard: UNIT_QUOTIENTS, depth: 2 };
    let things =
        ["pan of cornbread", "gallon of lemonade", "pound of raisins", "bag of soil", "roll of paper"];
    let all = [2, 3, 4, 5].into_iter().flat_map(|d| (2..=6).map(move |whole| (d, whole)));
    let mut drafts = Vec::new();
    for (d, whole) in random.take(all.filter(|(d, whole)| d != whole).collect(), 8) {
        let thing = *random.pick(&things);
        let unit = thing.split(' ').next().unwrap_or(thing);
        let candidates = vec![
            wrong(Fraction(whole, d), MULTIPLIES_INSTEAD),
            wrong(Fraction(1, whole), MIXES_WHOLE_AND_PART),
            wrong(Fraction(1, d + whole), ADDS_INSTEAD),
            wrong(Whole(d * whole), TURNS_THE_FIRST_OVER),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{whole} friends share {} of a {thing} equally.</p><p>What fraction of the {unit} does each friend get?</p>",
                fraction(1, d)
            ),
            question: choice(random, Fraction(1, d * whole), candidates),
            why: format!("1/{d} ÷ {whole} = 1/{}.", d * whole),
            features: &[Story],
            twin: d.to_string(),
        }));
    }
    drafts
}

fn pieces(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "pieces of a length", standard: FRACTION_QUOTIENTS, depth: 2 };
    let cases = [
        ((2, 1, 2), (1, 4)),
        ((1, 1, 2), (3, 8)),
        ((2, 1, 4), (3, 4)),
        ((3, 1, 3), (5, 6)),
        ((4, 1, 2), (3, 4)),
        ((2, 2, 3), (2, 3)),
        ((1, 7, 8), (5, 8)),
        ((3, 3, 5), (2, 5)),
        ((5, 1, 4), (7, 8)),
    ];
    let mut drafts = Vec::new();
    for ((whole, n, d), y) in random.take(cases.to_vec(), 8) {
        let name = *random.pick(&NAMES);
        let value = quotient_of((whole * d + n, d), y);
        assert_eq!(value.denominator(), 1, "a whole number of pieces");
        let key = simplest(value);
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{name} cuts a rope that is {} meters long into pieces that are {} meter long.</p>\
                 <p>How many pieces are there?</p>",
                shown(&Mixed(whole, n, d)),
                fraction(y.0, y.1)
            ),
            question: typed(
                &Field { label: "Number of pieces", ..ANSWER },
                &key,
                vec![
                    (simplest(ratio((whole * d + n) * y.0, d * y.1)), MULTIPLIES_INSTEAD),
                    (simplest(quotient_of((whole, 1), y)), STOPS_EARLY),
                    (simplest(quotient_of((n, d), y)), IGNORES_THE_WHOLES),
                ],
            ),
            why: format!("{whole} {n}/{d} ÷ {}/{} = {}.", y.0, y.1, key.typed()),
            features: &[Typed, Story, MixedNumbers],
            twin: format!("{}", y.1),
        }));
    }
    drafts
}

fn choose_and_solve(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "choose and solve", standard: FRACTION_QUOTIENTS, depth: 3 };
    let cases = [
        ((3, 4), (1, 8)),
        ((2, 3), (1, 6)),
        ((5, 6), (1, 12)),
        ((7, 8), (1, 4)),
        ((4, 5), (2, 5)),
        ((3, 4), (3, 8)),
        ((9, 10), (3, 10)),
        ((1, 2), (1, 10)),
    ];
    let mut drafts = Vec::new();
    for (x, y) in cases {
        let thing = *random.pick(&CUPS);
        let formula = |sign: &'static str, a: (i64, i64), b: (i64, i64)| {
            math(&[Fraction(a.0, a.1), Sign(sign), Fraction(b.0, b.1)])
        };
        let model = choice(
            random,
            formula("÷", x, y),
            vec![
                wrong(formula("÷", y, x), TURNS_THE_FIRST_OVER),
                wrong(formula("×", x, y), MULTIPLIES_INSTEAD),
                wrong(formula("−", x, y), SUBTRACTS_INSTEAD),
            ],
        );
        let key = simplest(quotient_of(x, y));
        let solved = typed(
            &Field { label: "Number of scoops", ..ANSWER },
            &key,
            vec![
                (simplest(ratio(x.0 * y.0, x.1 * y.1)), MULTIPLIES_INSTEAD),
                (simplest(quotient_of(y, x)), TURNS_THE_FIRST_OVER),
            ],
        );
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>A jar holds {} cup of {thing}. A scoop holds {} cup. How many scoops fill the jar?</p>",
                fraction(x.0, x.1),
                fraction(y.0, y.1)
            ),
            question: two_parts(
                ("<p>Which calculation fits the story?</p>", model),
                ("<p>How many scoops fill the jar?</p>", solved),
            ),
            why: format!("{}/{} ÷ {}/{} = {}.", x.0, x.1, y.0, y.1, key.typed()),
            features: &[Story, Reasoning],
            twin: format!("{}", y.1),
        }));
    }
    drafts
}

fn one_hour(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "in one hour", standard: FRACTION_QUOTIENTS, depth: 3 };
    let cases = [
        ((1, 2), (1, 4)),
        ((3, 4), (1, 3)),
        ((2, 3), (1, 2)),
        ((5, 6), (2, 3)),
        ((7, 8), (3, 4)),
        ((3, 5), (3, 10)),
        ((5, 8), (1, 2)),
    ];
    let mut drafts = Vec::new();
    for (distance, time) in cases {
        let name = *random.pick(&NAMES);
        let key = simplest(quotient_of(distance, time));
        let candidates = vec![
            wrong(simplest(ratio(distance.0 * time.0, distance.1 * time.1)), MULTIPLIES_INSTEAD),
            wrong(simplest(quotient_of(time, distance)), TURNS_THE_FIRST_OVER),
            wrong(
                simplest(ratio(distance.0 * time.1 + time.0 * distance.1, distance.1 * time.1)),
                ADDS_INSTEAD,
            ),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{name} walks {} mile in {} hour and always walks at the same speed.</p><p>How many miles does {name} walk in 1 hour?</p>",
                fraction(distance.0, distance.1), fraction(time.0, time.1)
            ),
            question: choice(random, key.clone(), candidates),
            why: format!("{}/{} ÷ {}/{} = {} miles.", distance.0, distance.1, time.0, time.1, key.typed()),
            features: &[Story, Reasoning],
            twin: format!("{}", time.1),
        }));
    }
    drafts
}
