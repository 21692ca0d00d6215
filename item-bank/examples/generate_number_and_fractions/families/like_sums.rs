//! Sums and differences of fractions with one denominator.

use crate::contexts::{CUPS, NAMES};
use crate::difficulty::Feature::{
    FriendlyNumbers, LargerNumbers, MixedNumbers, Picture, Regrouping, SeveralRight, Story, TwoSteps, Typed,
};
use crate::draft::{Asked, Draft, Family};
use crate::figures::bar;
use crate::ideas::*;
use crate::math::Term::{Blank, Fraction, Mixed, Sign, Whole};
use crate::math::{fraction, math, ratio, shown, simplest};
use crate::question::{ANSWER, Field, Shown, choice, several, typed, wrong};
use crate::random::Random;
use crate::standards::{DECOMPOSING, LIKE_MIXED_SUMS, LIKE_PROBLEMS, LIKE_SUMS};

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = picture_sum(random);
    drafts.extend(to_make_one(random));
    drafts.extend(sum(random));
    drafts.extend(difference(random));
    drafts.extend(decompose(random));
    drafts.extend(mixed_sum(random));
    drafts.extend(mixed_difference(random));
    drafts.extend(story(random));
    drafts.extend(two_step_story(random));
    drafts
}

fn proper_sums(denominators: &[i64]) -> Vec<(i64, i64, i64)> {
    let mut sums = Vec::new();
    for &d in denominators {
        for a in 1..d {
            sums.extend((1..d - a).map(|b| (a, b, d)));
        }
    }
    sums
}

fn picture_sum(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "sum with a picture", standard: LIKE_SUMS, depth: 1 };
    let draft = |(a, b, d): (i64, i64, i64)| {
        let formula = math(&[Fraction(a, d), Sign("+"), Fraction(b, d), Sign("="), Blank]);
        let candidates = vec![
            wrong(Fraction(a + b, 2 * d), ADDS_ACROSS),
            wrong(Fraction(d - a - b, d), COUNTS_THE_REST),
            wrong(Fraction(b, d), STOPS_EARLY),
            wrong(Fraction(a + b + 1, d), COUNTS_ONE_OFF),
        ];
        family.draft(Asked {
            stem: format!(
                "<p>The bar shows {} shaded. Shade {} more.</p><figure>{}</figure><p>{formula}</p>",
                fraction(a, d),
                fraction(b, d),
                bar(d, a)
            ),
            question: choice(random, Fraction(a + b, d), candidates),
            why: format!(
                "{a}/{d} and {b}/{d} have parts of the same size: {a} + {b} = {}, so {}/{d}.",
                a + b,
                a + b
            ),
            features: if d == 4 { &[Picture, FriendlyNumbers] } else { &[Picture] },
            twin: d.to_string(),
        })
    };
    let cases = [
        (1, 1, 3),
        (1, 2, 4),
        (1, 1, 4),
        (2, 2, 5),
        (1, 3, 5),
        (2, 3, 6),
        (3, 2, 8),
        (4, 3, 8),
        (1, 4, 6),
        (5, 2, 10),
    ];
    cases.into_iter().map(draft).collect()
}

fn to_make_one(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "to make one whole", standard: LIKE_SUMS, depth: 1 };
    let all = [3, 4, 5, 6, 8, 10].into_iter().flat_map(|d| (1..d).map(move |n| (n, d)));
    let draft = |(n, d): (i64, i64)| {
        let formula = math(&[Fraction(n, d), Sign("+"), Blank, Sign("="), Whole(1)]);
        family.draft(Asked {
            stem: format!("<p>What fraction makes this true?</p><p>{formula}</p>"),
            question: typed(
                &ANSWER,
                &Fraction(d - n, d),
                vec![
                    (Fraction(n, d), COPIES_A_NUMBER),
                    (Whole(d - n), COUNTS_PARTS_ONLY),
                    (Fraction(d, n), TURNS_OVER),
                ],
            ),
            why: format!("One whole is {d}/{d}, and {d} − {n} = {}: {}/{d}.", d - n, d - n),
            features: if d <= 4 { &[Typed, FriendlyNumbers] } else { &[Typed] },
            twin: d.to_string(),
        })
    };
    random.take(all.collect(), 8).into_iter().map(draft).collect()
}

fn sum(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "like sum", standard: LIKE_SUMS, depth: 1 };
    let all = proper_sums(&[5, 6, 8, 9, 10, 12]);
    let cases = random.take(all.into_iter().filter(|(a, b, _)| a != b).collect(), 9);
    let draft = |(a, b, d): (i64, i64, i64)| {
        let candidates = vec![
            wrong(Fraction(a + b, 2 * d), ADDS_ACROSS),
            wrong(Fraction((a - b).abs(), d), WRONG_OPERATION),
            wrong(Fraction(a * b, d), MULTIPLIES_NUMERATORS),
            wrong(Fraction(a + b + 1, d), COUNTS_ONE_OFF),
        ];
        family.draft(Asked {
            stem: format!("<p>{}</p>", math(&[Fraction(a, d), Sign("+"), Fraction(b, d), Sign("="), Blank])),
            question: choice(random, Fraction(a + b, d), candidates),
            why: format!(
                "Add the numerators and keep the denominator: {a} + {b} = {}, so {}/{d}.",
                a + b,
                a + b
            ),
            features: if d > 8 { &[LargerNumbers] } else { &[] },
            twin: d.to_string(),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn difference(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "like difference", standard: LIKE_SUMS, depth: 1 };
    let draft = |(a, b, d): (i64, i64, i64)| {
        let total = a + b;
        family.draft(Asked {
            stem: format!(
                "<p>{}</p>",
                math(&[Fraction(total, d), Sign("−"), Fraction(b, d), Sign("="), Blank])
            ),
            question: typed(
                &ANSWER,
                &Fraction(a, d),
                vec![
                    (Whole(a), SUBTRACTS_ACROSS),
                    (Fraction(total + b, d), WRONG_OPERATION),
                    (Fraction(a, 2 * d), SUBTRACTS_ACROSS),
                ],
            ),
            why: format!(
                "Subtract the numerators and keep the denominator: {total} − {b} = {a}, so {a}/{d}."
            ),
            features: if d > 8 { &[Typed, LargerNumbers] } else { &[Typed] },
            twin: d.to_string(),
        })
    };
    random.take(proper_sums(&[4, 5, 6, 8, 10, 12]), 9).into_iter().map(draft).collect()
}

fn decompose(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "ways to make a fraction", standard: DECOMPOSING, depth: 2 };
    let mut drafts = Vec::new();
    for (n, d) in [(3, 4), (4, 5), (5, 6), (5, 8), (6, 8), (7, 8), (7, 10), (4, 6)] {
        let sum = |parts: &[i64], d: i64| {
            let mut terms = Vec::new();
            for (at, &part) in parts.iter().enumerate() {
                if at > 0 {
                    terms.push(Sign("+"));
                }
                terms.push(Fraction(part, d));
            }
            Shown::from(math(&terms))
        };
        let mut right = vec![sum(&[1, n - 1], d)];
        right.push(if n >= 4 { sum(&[2, n - 2], d) } else { sum(&[1, 1, 1], d) });
        if n >= 5 {
            right.push(sum(&[1, 1, n - 2], d));
        }
        let half = d / 2;
        let wrong = vec![
            (Shown::from(math(&[Fraction(1, half), Sign("+"), Fraction(n - 1, d - half)])), ADDS_ACROSS),
            (sum(&[1, n], d), COUNTS_ONE_OFF),
            (Shown::from(math(&[Fraction(n, 2), Sign("+"), Fraction(n, d - 2)])), ADDS_ACROSS),
        ];
        assert_ne!(ratio(1, half).plus(ratio(n - 1, d - half)), Some(ratio(n, d)), "a wrong sum is wrong");
        drafts.push(family.draft(Asked {
            stem: format!("<p>Choose <strong>all</strong> sums that are equal to {}.</p>", fraction(n, d)),
            question: several(random, right, wrong),
            why: format!("The denominators stay {d} and the numerators must make {n}."),
            features: &[SeveralRight],
            twin: format!("{n}/{d}"),
        }));
    }
    drafts
}

fn mixed_sum(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "like mixed sum", standard: LIKE_MIXED_SUMS, depth: 2 };
    let mut cases = Vec::new();
    for d in [3, 4, 5, 6, 8, 10] {
        for a in 1..d {
            cases.extend((1..d).map(|b| (a, b, d)));
        }
    }
    let mut drafts = Vec::new();
    for (a, b, d) in random.take(cases, 9) {
        let (first, second) = (random.between(1, 4), random.between(1, 4));
        let value = Mixed(first, a, d).value().zip(Mixed(second, b, d).value());
        let key = value.and_then(|(x, y)| x.plus(y)).expect("small numbers");
        let makes_a_whole = a + b >= d;
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{}</p>",
                math(&[Mixed(first, a, d), Sign("+"), Mixed(second, b, d), Sign("="), Blank])
            ),
            question: typed(
                &ANSWER,
                &simplest(key),
                vec![
                    (Mixed(first + second, a + b, 2 * d), ADDS_ACROSS),
                    (Mixed(first + second, (a + b) % d, d), FORGETS_THE_NEW_WHOLE),
                    (Fraction(a + b, d), IGNORES_THE_WHOLES),
                    (Whole(first + second), STOPS_EARLY),
                ],
            ),
            why: format!("{first} + {second} = {} and {a}/{d} + {b}/{d} = {}/{d}.", first + second, a + b),
            features: if makes_a_whole { &[Typed, MixedNumbers, Regrouping] } else { &[Typed, MixedNumbers] },
            twin: d.to_string(),
        }));
    }
    drafts
}

fn mixed_difference(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "like mixed difference", standard: LIKE_MIXED_SUMS, depth: 2 };
    let mut cases = Vec::new();
    for d in [3, 4, 5, 6, 8] {
        for a in 1..d {
            cases.extend((a + 1..d).map(|b| (a, b, d)));
        }
    }
    let mut drafts = Vec::new();
    for (a, b, d) in random.take(cases, 9) {
        let (first, second) = (random.between(4, 8), random.between(1, 3));
        let value = Mixed(first, a, d).value().zip(Mixed(second, b, d).value());
        let key = value.and_then(|(x, y)| x.minus(y)).expect("small numbers");
        let traded = first - 1 - second;
        let candidates = vec![
            wrong(Mixed(first - second, b - a, d), SMALLER_FROM_LARGER),
            wrong(Mixed(first - second, a + d - b, d), FORGETS_THE_TRADE),
            wrong(Mixed(traded, 10 + a - b, d), REGROUPS_AS_TEN),
            wrong(Mixed(traded + 2, b - a, d), SMALLER_FROM_LARGER),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{}</p>",
                math(&[Mixed(first, a, d), Sign("−"), Mixed(second, b, d), Sign("="), Blank])
            ),
            question: choice(random, Mixed(traded, a + d - b, d), candidates),
            why: format!(
                "Trade one whole for {d}/{d}: {} {}/{d} − {second} {b}/{d} = {}.",
                first - 1,
                a + d,
                simplest(key).typed()
            ),
            features: &[MixedNumbers, Regrouping],
            twin: d.to_string(),
        }));
    }
    drafts
}

fn story(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "like story", standard: LIKE_PROBLEMS, depth: 2 };
    let mut drafts = Vec::new();
    for (a, b, d) in random.take(proper_sums(&[4, 5, 6, 8, 10]), 10) {
        let (name, thing) = (*random.pick(&NAMES), *random.pick(&CUPS));
        let total = a + b;
        let adds = random.below(2) == 0;
        let (text, key, other) = if adds {
            let text = format!(
                "{name} puts {} cup of {thing} in a bowl, and then {} cup more. How much {thing} is in the bowl?",
                fraction(a, d),
                fraction(b, d)
            );
            (text, total, (a - b).abs())
        } else {
            let text = format!(
                "{name} has {} cup of {thing} and uses {} cup. How much {thing} is left?",
                fraction(total, d),
                fraction(b, d)
            );
            (text, a, total + b)
        };
        let across = if adds { (Fraction(total, 2 * d), ADDS_ACROSS) } else { (Whole(a), SUBTRACTS_ACROSS) };
        drafts.push(family.draft(Asked {
            stem: format!("<p>{text}</p>"),
            question: typed(
                &Field { label: "Amount", unit: "cup", ..ANSWER },
                &Fraction(key, d),
                vec![across, (Fraction(other, d), WRONG_OPERATION)],
            ),
            why: format!("The parts are all 1/{d} cup, so work with the numerators: {key}/{d} cup."),
            features: &[Typed, Story],
            twin: d.to_string(),
        }));
    }
    drafts
}

fn two_step_story(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "like story in two steps", standard: LIKE_PROBLEMS, depth: 3 };
    let mut drafts = Vec::new();
    for (a, b, d) in random.take(proper_sums(&[5, 6, 8, 10, 12]), 7) {
        let name = *random.pick(&NAMES);
        let left = d - a - b;
        let candidates = vec![
            wrong(Fraction(a + b, d), STOPS_EARLY),
            wrong(Fraction(d - a, d), STOPS_EARLY),
            wrong(Fraction(d - b, d), STOPS_EARLY),
            wrong(Fraction(a + b, 2 * d), ADDS_ACROSS),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{name} reads {} of a book on Monday and {} of the book on Tuesday.</p>\
                 <p>What fraction of the book is still left to read? The whole book is {}.</p>",
                fraction(a, d),
                fraction(b, d),
                shown(&Whole(1))
            ),
            question: choice(random, Fraction(left, d), candidates),
            why: format!(
                "{a}/{d} + {b}/{d} = {}/{d} is read, and {d}/{d} − {}/{d} = {left}/{d} is left.",
                a + b,
                a + b
            ),
            features: &[Story, TwoSteps],
            twin: d.to_string(),
        }));
    }
    drafts
}
