//! Equivalent fractions: seeing, finding, completing and reducing them.

use item_bank::content::NumberForm;

use crate::difficulty::Feature::{FriendlyNumbers, LargerNumbers, LowestTerms, Picture, SeveralRight, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::figures::bars;
use crate::ideas::*;
use crate::math::Term::{BlankOver, Fraction, OverBlank, Sign, Whole};
use crate::math::{fraction, math, shown};
use crate::question::{ANSWER, Field, Shown, choice, matching, several, typed, wrong};
use crate::random::Random;
use crate::standards::{EQUIVALENCE, SIMPLE_EQUIVALENCE, Standard};

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = same_amount(random);
    drafts.extend(which_is_equal(random, "equal fraction, small", SIMPLE_EQUIVALENCE, 8));
    drafts.extend(which_is_equal(random, "equal fraction", EQUIVALENCE, 10));
    drafts.extend(missing_numerator(random));
    drafts.extend(missing_denominator(random));
    drafts.extend(all_equal(random));
    drafts.extend(reduce(random));
    drafts.extend(pairs(random));
    drafts
}

const REDUCED: [(i64, i64); 13] =
    [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5), (2, 5), (3, 5), (4, 5), (1, 6), (5, 6), (3, 8), (5, 8)];

/// A reduced fraction and what to multiply it with.
fn cases(random: &mut Random, most: i64, count: usize) -> Vec<(i64, i64, i64)> {
    let all = REDUCED.iter().flat_map(|&(n, d)| (2..=6).map(move |factor| (n, d, factor)));
    random.take(all.filter(|(_, d, factor)| d * factor <= most).collect(), count)
}

fn same_amount(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "same amount", standard: SIMPLE_EQUIVALENCE, depth: 1 };
    let draft = |(n, d, factor): (i64, i64, i64)| {
        let parts = d * factor;
        family.draft(Asked {
            stem: format!(
                "<p>The first bar shows {}. The second bar has {parts} equal parts.</p><figure>{}</figure>\
                 <p>How many parts of the second bar must be shaded to show the same amount?</p>",
                fraction(n, d),
                bars(&[(d, n), (parts, 0)])
            ),
            question: typed(
                &Field { label: "Number of parts", unit: "", form: NumberForm::Equivalent },
                &Whole(n * factor),
                vec![
                    (Whole(n), COPIES_A_NUMBER),
                    (Whole(n + parts - d), ADDS_TO_BOTH),
                    (Whole(factor), STOPS_EARLY),
                ],
            ),
            why: format!(
                "Each part of the first bar is {factor} parts of the second: {n} × {factor} = {}.",
                n * factor
            ),
            features: &[Picture, Typed],
            twin: format!("{n}/{d}"),
        })
    };
    cases(random, 12, 8).into_iter().map(draft).collect()
}

fn which_is_equal(random: &mut Random, name: &'static str, standard: Standard, count: usize) -> Vec<Draft> {
    let family = Family { name, standard, depth: 1 };
    let most = if standard == SIMPLE_EQUIVALENCE { 12 } else { 40 };
    let cases = cases(random, most, count);
    let draft = |(n, d, factor): (i64, i64, i64)| {
        let candidates = vec![
            wrong(Fraction(n + factor, d + factor), ADDS_TO_BOTH),
            wrong(Fraction(n, d * factor), SCALES_ONE_PART),
            wrong(Fraction(n * factor, d), SCALES_ONE_PART),
            wrong(Fraction(d, n), TURNS_OVER),
        ];
        family.draft(Asked {
            stem: format!("<p>Which fraction is equal to {}?</p>", fraction(n, d)),
            question: choice(random, Fraction(n * factor, d * factor), candidates),
            why: format!("Multiply both numbers of {n}/{d} by {factor}: {}/{}.", n * factor, d * factor),
            features: match d {
                2 | 4 => &[FriendlyNumbers],
                _ if d * factor > 20 => &[LargerNumbers],
                _ => &[],
            },
            twin: format!("{n}/{d}"),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn missing_numerator(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "missing numerator", standard: EQUIVALENCE, depth: 1 };
    let draft = |(n, d, factor): (i64, i64, i64)| {
        let formula = math(&[Fraction(n, d), Sign("="), BlankOver(d * factor)]);
        family.draft(Asked {
            stem: format!("<p>Which number makes this true?</p><p>{formula}</p>"),
            question: typed(
                &ANSWER,
                &Whole(n * factor),
                vec![
                    (Whole(n + d * factor - d), ADDS_TO_BOTH),
                    (Whole(n), COPIES_A_NUMBER),
                    (Whole(factor), STOPS_EARLY),
                ],
            ),
            why: format!(
                "{d} × {factor} = {}, so the numerator is {n} × {factor} = {}.",
                d * factor,
                n * factor
            ),
            features: if d * factor > 20 { &[Typed, LargerNumbers] } else { &[Typed] },
            twin: format!("{n}/{d}"),
        })
    };
    cases(random, 40, 10).into_iter().map(draft).collect()
}

fn missing_denominator(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "missing denominator", standard: EQUIVALENCE, depth: 2 };
    let cases: Vec<_> = cases(random, 48, 12).into_iter().filter(|(n, _, _)| *n > 1).take(7).collect();
    let draft = |(n, d, factor): (i64, i64, i64)| {
        let formula = math(&[Fraction(n, d), Sign("="), OverBlank(n * factor)]);
        family.draft(Asked {
            stem: format!("<p>Which number makes this true?</p><p>{formula}</p>"),
            question: typed(
                &ANSWER,
                &Whole(d * factor),
                vec![
                    (Whole(d + n * factor - n), ADDS_TO_BOTH),
                    (Whole(d), COPIES_A_NUMBER),
                    (Whole(factor), STOPS_EARLY),
                ],
            ),
            why: format!(
                "{n} × {factor} = {}, so the denominator is {d} × {factor} = {}.",
                n * factor,
                d * factor
            ),
            features: if d * factor > 20 { &[Typed, LargerNumbers] } else { &[Typed] },
            twin: format!("{n}/{d}"),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn all_equal(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "all equal fractions", standard: EQUIVALENCE, depth: 2 };
    let mut drafts = Vec::new();
    for (n, d) in random.take(REDUCED.to_vec(), 10) {
        let factors = random.take(vec![2, 3, 4, 5, 10], 2);
        let right: Vec<Shown> =
            factors.iter().map(|factor| Shown::from(Fraction(n * factor, d * factor))).collect();
        let (first, second) = (factors[0], factors[1]);
        let wrong = vec![
            wrong(Fraction(n + first, d + first), ADDS_TO_BOTH),
            wrong(Fraction(n * second, d * first), SCALES_ONE_PART),
            wrong(Fraction(n, d * second), SCALES_ONE_PART),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>Choose <strong>all</strong> fractions that are equal to {}.</p>",
                fraction(n, d)
            ),
            question: several(random, right, wrong),
            why: format!("Both numbers of {n}/{d} are multiplied by {first} and by {second}."),
            features: if d <= 4 { &[SeveralRight, FriendlyNumbers] } else { &[SeveralRight] },
            twin: format!("{n}/{d}"),
        }));
    }
    drafts
}

fn reduce(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "lowest terms", standard: EQUIVALENCE, depth: 2 };
    let draft = |(n, d, factor): (i64, i64, i64)| {
        let (big_n, big_d) = (n * factor, d * factor);
        family.draft(Asked {
            stem: format!("<p>Write {} in lowest terms.</p>", fraction(big_n, big_d)),
            question: typed(
                &Field { label: "In lowest terms", unit: "", form: NumberForm::LowestTerms },
                &Fraction(n, d),
                vec![
                    (Fraction(n, big_d), SCALES_ONE_PART),
                    (Fraction(big_n, d), SCALES_ONE_PART),
                    (Fraction(d, n), TURNS_OVER),
                ],
            ),
            why: format!("{big_n} and {big_d} can both be divided by {factor}: {n}/{d}."),
            features: if big_d > 20 { &[Typed, LowestTerms, LargerNumbers] } else { &[Typed, LowestTerms] },
            twin: format!("{n}/{d}"),
        })
    };
    cases(random, 48, 10).into_iter().map(draft).collect()
}

fn pairs(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "equal pairs", standard: EQUIVALENCE, depth: 2 };
    let sets = [
        [(1, 2, 4), (2, 3, 3), (3, 4, 2)],
        [(1, 3, 4), (1, 2, 5), (5, 6, 2)],
        [(2, 5, 2), (1, 4, 3), (4, 5, 3)],
        [(3, 4, 5), (2, 3, 4), (3, 5, 2)],
        [(1, 6, 3), (3, 8, 2), (1, 2, 9)],
        [(5, 8, 2), (3, 5, 4), (1, 3, 6)],
    ];
    let draft = |set: [(i64, i64, i64); 3]| {
        let pairs: Vec<(Shown, Shown)> = set
            .iter()
            .map(|&(n, d, factor)| {
                (Shown::from(Fraction(n, d)), Shown::from(Fraction(n * factor, d * factor)))
            })
            .collect();
        let (n, d, factor) = set[0];
        let spare = Shown::from(Fraction(n + factor, d + factor + 1));
        let why: Vec<String> =
            set.iter().map(|(n, d, factor)| format!("{n}/{d} = {}/{}", n * factor, d * factor)).collect();
        family.draft(Asked {
            stem: "<p>Match each fraction with an equal fraction. One fraction is left over.</p>".to_owned(),
            question: matching(random, &pairs, &[spare]),
            why: format!("{}.", why.join(", ")),
            features: &[],
            twin: shown(&Fraction(n, d)),
        })
    };
    sets.into_iter().map(draft).collect()
}
