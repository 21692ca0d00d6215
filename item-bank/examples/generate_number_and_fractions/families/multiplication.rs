//! Whole numbers times fractions, and fractions as divisions.

use crate::contexts::{CUPS, NAMES, SHARED_MANY};
use crate::difficulty::Feature::{
    FriendlyNumbers, LargerNumbers, MisleadingNumbers, Picture, Story, Typed, UnitFractions,
};
use crate::draft::{Asked, Draft, Family};
use crate::figures::{bar, bars};
use crate::ideas::*;
use crate::math::Term::{Blank, Fraction, Mixed, Sign, Whole};
use crate::math::{fraction, math, ratio, simplest};
use crate::question::{ANSWER, Field, choice, typed, wrong};
use crate::random::Random;
use crate::standards::{FRACTION_AS_DIVISION, MULTIPLES_OF_UNITS, WHOLE_TIMES_FRACTION};
use crate::words;

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = parts_in_wholes();
    drafts.extend(repeated_sum(random));
    drafts.extend(multiple_of_unit(random));
    drafts.extend(whole_times(random));
    drafts.extend(whole_times_typed(random));
    drafts.extend(batches(random));
    drafts.extend(division_as_fraction(random));
    drafts.extend(shared(random));
    drafts
}

fn parts_in_wholes() -> Vec<Draft> {
    let family = Family { name: "parts in wholes", standard: MULTIPLES_OF_UNITS, depth: 1 };
    let cases =
        [(1, 2), (1, 3), (1, 4), (2, 2), (1, 6), (2, 3), (2, 4), (1, 8), (3, 2), (3, 4), (2, 6), (3, 3)];
    let draft = |(wholes, parts): (i64, i64)| {
        let figure = if wholes == 1 { bar(parts, 0) } else { bars(&vec![(parts, 0); wholes as usize]) };
        let wholes_in_words = if wholes == 1 { "1 whole".to_owned() } else { format!("{wholes} wholes") };
        let plural = if wholes == 1 { "The bar is" } else { "Each bar is" };
        let features: &[_] = match (wholes, parts) {
            (1, _) => &[Picture, UnitFractions, FriendlyNumbers, Typed],
            (_, 2 | 4) => &[Picture, UnitFractions, Typed],
            _ => &[Picture, Typed],
        };
        family.draft(Asked {
            stem: format!(
                "<p>{plural} 1 whole, cut into {}.</p><figure>{figure}</figure><p>How many {} are in {wholes_in_words}?</p>",
                words::parts(parts),
                words::parts(parts)
            ),
            question: typed(
                &Field { label: "How many", ..ANSWER },
                &Whole(wholes * parts),
                vec![(Whole(parts), STOPS_EARLY), (Whole(wholes + parts), ADDS_INSTEAD), (Fraction(1, parts), MIXES_WHOLE_AND_PART)],
            ),
            why: format!("Each whole has {parts} parts: {wholes} × {parts} = {}.", wholes * parts),
            features,
            twin: parts.to_string(),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn repeated_sum(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "repeated sum", standard: MULTIPLES_OF_UNITS, depth: 1 };
    let mut drafts = Vec::new();
    for (times, parts) in [(3, 4), (2, 3), (4, 5), (5, 6), (3, 8), (2, 5), (5, 8), (3, 5)] {
        let mut sum = Vec::new();
        for at in 0..times {
            if at > 0 {
                sum.push(Sign("+"));
            }
            sum.push(Fraction(1, parts));
        }
        let product = |terms: &[crate::math::Term]| math(terms);
        let key = product(&[Whole(times), Sign("×"), Fraction(1, parts)]);
        let candidates = vec![
            wrong(product(&[Whole(times), Sign("×"), Fraction(1, times * parts)]), MULTIPLIES_BOTH),
            wrong(product(&[Whole(parts), Sign("×"), Fraction(1, times)]), TURNS_OVER),
            wrong(product(&[Whole(times), Sign("+"), Fraction(1, parts)]), ADDS_INSTEAD),
        ];
        drafts.push(family.draft(Asked {
            stem: format!("<p>Which is equal to {}?</p>", math(&sum)),
            question: choice(random, key, candidates),
            why: format!("1/{parts} is added {times} times: {times} × 1/{parts}."),
            features: if parts <= 4 { &[UnitFractions, FriendlyNumbers] } else { &[UnitFractions] },
            twin: parts.to_string(),
        }));
    }
    drafts
}

fn multiple_of_unit(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "multiple of a unit fraction", standard: MULTIPLES_OF_UNITS, depth: 1 };
    let all =
        [3, 4, 5, 6, 8, 10].into_iter().flat_map(|parts| (2..2 * parts).map(move |times| (times, parts)));
    let draft = |(times, parts): (i64, i64)| {
        let formula = math(&[Fraction(times, parts), Sign("="), Blank, Sign("×"), Fraction(1, parts)]);
        family.draft(Asked {
            stem: format!("<p>Which number makes this true?</p><p>{formula}</p>"),
            question: typed(
                &ANSWER,
                &Whole(times),
                vec![
                    (Whole(parts), COPIES_A_NUMBER),
                    (Whole(times - 1), COUNTS_ONE_OFF),
                    (Fraction(times, parts), COPIES_A_NUMBER),
                ],
            ),
            why: format!("{times}/{parts} is {times} parts of 1/{parts}."),
            features: if times > parts { &[Typed, LargerNumbers] } else { &[Typed] },
            twin: parts.to_string(),
        })
    };
    let all: Vec<(i64, i64)> = all.filter(|(times, parts)| times != parts).collect();
    random.take(all, 8).into_iter().map(draft).collect()
}

fn times_cases() -> Vec<(i64, i64, i64)> {
    let mut cases = Vec::new();
    for d in [3, 4, 5, 6, 8] {
        for n in [2, 3, 4, 5] {
            let proper = n < d && ratio(n, d).denominator() == i128::from(d);
            if proper {
                cases.extend((2..=7).filter(|whole| whole * n % d != 0).map(|whole| (whole, n, d)));
            }
        }
    }
    cases
}

fn whole_times(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "whole times fraction, choice", standard: WHOLE_TIMES_FRACTION, depth: 1 };
    let mut drafts = Vec::new();
    for (whole, n, d) in random.take(times_cases(), 9) {
        let candidates = vec![
            wrong(Fraction(whole * n, whole * d), MULTIPLIES_BOTH),
            wrong(Mixed(whole, n, d), JOINS_NUMBERS),
            wrong(Fraction(n, whole * d), SCALES_ONE_PART),
            wrong(Fraction(whole + n, d), ADDS_INSTEAD),
        ];
        drafts.push(family.draft(Asked {
            stem: format!("<p>{}</p>", math(&[Whole(whole), Sign("×"), Fraction(n, d), Sign("="), Blank])),
            question: choice(random, Fraction(whole * n, d), candidates),
            why: format!("{whole} × {n} = {} parts of 1/{d}: {}/{d}.", whole * n, whole * n),
            features: if whole * n > 20 { &[LargerNumbers] } else { &[] },
            twin: d.to_string(),
        }));
    }
    drafts
}

fn whole_times_typed(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "whole times fraction", standard: WHOLE_TIMES_FRACTION, depth: 1 };
    let draft = |(whole, n, d): (i64, i64, i64)| {
        family.draft(Asked {
            stem: format!("<p>{}</p>", math(&[Whole(whole), Sign("×"), Fraction(n, d), Sign("="), Blank])),
            question: typed(
                &ANSWER,
                &simplest(ratio(whole * n, d)),
                vec![
                    (Fraction(n, d), MULTIPLIES_BOTH),
                    (Mixed(whole, n, d), JOINS_NUMBERS),
                    (Fraction(whole + n, d), ADDS_INSTEAD),
                ],
            ),
            why: format!(
                "{whole} × {n} = {} parts of 1/{d}: {}.",
                whole * n,
                simplest(ratio(whole * n, d)).typed()
            ),
            features: if whole * n > 20 { &[Typed, LargerNumbers] } else { &[Typed] },
            twin: d.to_string(),
        })
    };
    random.take(times_cases(), 8).into_iter().map(draft).collect()
}

fn batches(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "batches", standard: WHOLE_TIMES_FRACTION, depth: 2 };
    let mut drafts = Vec::new();
    for (whole, n, d) in random.take(times_cases(), 9) {
        let (name, thing) = (*random.pick(&NAMES), *random.pick(&CUPS));
        let key = simplest(ratio(whole * n, d));
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>One batch of pancakes needs {} cup of {thing}. {name} makes {whole} batches.</p>\
                 <p>How many cups of {thing} does {name} need?</p>",
                fraction(n, d)
            ),
            question: typed(
                &Field { label: "Amount", unit: "cups", ..ANSWER },
                &key,
                vec![
                    (Mixed(whole, n, d), JOINS_NUMBERS),
                    (Fraction(n, whole * d), SCALES_ONE_PART),
                    (Fraction(n, d), MULTIPLIES_BOTH),
                ],
            ),
            why: format!("{whole} × {n}/{d} = {} cups.", key.typed()),
            features: &[Typed, Story],
            twin: d.to_string(),
        }));
    }
    drafts
}

fn division_as_fraction(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "division as fraction", standard: FRACTION_AS_DIVISION, depth: 1 };
    let mut drafts = Vec::new();
    for (a, b) in [(3, 4), (2, 5), (5, 8), (1, 6), (7, 10), (4, 9), (2, 3), (5, 6), (3, 7)] {
        let formula = math(&[Whole(a), Sign("÷"), Whole(b), Sign("="), Blank]);
        let candidates = vec![
            wrong(Fraction(b, a), DIVIDES_LARGER_BY_SMALLER),
            wrong(Fraction(1, b), SHARES_ONE_ONLY),
            wrong(Whole(b - a), SUBTRACTS_INSTEAD),
            wrong(Whole(a * b), MULTIPLIES_INSTEAD),
        ];
        drafts.push(family.draft(Asked {
            stem: format!("<p>{formula}</p>"),
            question: choice(random, Fraction(a, b), candidates),
            why: format!("Sharing {a} wholes among {b} gives {a} parts of 1/{b}: {a}/{b}."),
            features: &[MisleadingNumbers],
            twin: b.to_string(),
        }));
    }
    drafts
}

fn shared(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "sharing several wholes", standard: FRACTION_AS_DIVISION, depth: 2 };
    let mut drafts = Vec::new();
    for (a, b) in [(2, 3), (3, 5), (5, 4), (7, 3), (4, 6), (9, 4), (3, 8), (5, 2), (8, 5)] {
        let things = *random.pick(&SHARED_MANY);
        let key = simplest(ratio(a, b));
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{b} children share {a} {things} equally.</p><p>How much does each child get? Give the number of {things}.</p>"
            ),
            question: typed(
                &Field { label: "Each child gets", ..ANSWER },
                &key,
                vec![(Fraction(b, a), DIVIDES_LARGER_BY_SMALLER), (Fraction(1, b), SHARES_ONE_ONLY)],
            ),
            why: format!("{a} ÷ {b} = {a}/{b}, which is {}.", key.typed()),
            features: if a > b { &[Typed, Story] } else { &[Typed, Story, MisleadingNumbers] },
            twin: b.to_string(),
        }));
    }
    drafts
}
