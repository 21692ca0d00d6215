//! Sums and differences of fractions with different denominators.

use crate::difficulty::Feature::{
    FriendlyNumbers, LargerNumbers, MixedNumbers, Reasoning, Regrouping, TwoSteps, Typed,
};
use crate::draft::{Asked, Draft, Family};
use crate::ideas::*;
use crate::math::Term::{Blank, Fraction, Mixed, Sign, Whole};
use crate::math::{Term, fraction, lowest, math, ratio, shown, simplest};
use crate::question::{ANSWER, Shown, choice, in_this_order, two_parts, typed, wrong};
use crate::random::Random;
use crate::standards::UNLIKE_SUMS;
use item_bank::scoring::Rational;

const fn family(name: &'static str, depth: u8) -> Family {
    Family { name, standard: UNLIKE_SUMS, depth }
}

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = sum_by_choice(random);
    drafts.extend(sum_typed(random));
    drafts.extend(difference(random));
    drafts.extend(mixed_sum(random));
    drafts.extend(mixed_difference(random));
    drafts.extend(three_terms(random));
    drafts.extend(estimate_and_add());
    drafts
}

/// Two proper fractions in lowest terms with different denominators.
pub fn unlike_pairs() -> Vec<((i64, i64), (i64, i64))> {
    let reduced = |n: i64, d: i64| matches!(lowest(ratio(n, d)), Fraction(_, kept) if kept == d);
    let mut pairs = Vec::new();
    for b in [2, 3, 4, 5, 6, 8, 10, 12] {
        for d in [2, 3, 4, 5, 6, 8, 10, 12] {
            for a in 1..b {
                for c in 1..d {
                    if b != d && reduced(a, b) && reduced(c, d) && b * d <= 60 {
                        pairs.push(((a, b), (c, d)));
                    }
                }
            }
        }
    }
    pairs
}

pub fn sum_of(x: (i64, i64), y: (i64, i64)) -> Rational {
    ratio(x.0, x.1).plus(ratio(y.0, y.1)).expect("small numbers")
}

pub fn difference_of(x: (i64, i64), y: (i64, i64)) -> Rational {
    ratio(x.0, x.1).minus(ratio(y.0, y.1)).expect("small numbers")
}

/// Features of a pair: one denominator divides the other, or the common one is large.
fn pair_features(b: i64, d: i64) -> Vec<crate::difficulty::Feature> {
    let least = b.max(d);
    let mut features = Vec::new();
    if least % b == 0 && least % d == 0 {
        features.push(FriendlyNumbers);
    }
    if least > 8 {
        features.push(LargerNumbers);
    }
    features
}

fn sum_by_choice(random: &mut Random) -> Vec<Draft> {
    let family = family("unlike sum, choice", 1);
    let mut drafts = Vec::new();
    for ((a, b), (c, d)) in random.take(unlike_pairs(), 12) {
        let key = simplest(sum_of((a, b), (c, d)));
        let candidates = vec![
            wrong(Fraction(a + c, b + d), ADDS_ACROSS),
            wrong(Fraction(a + c, b.max(d)), KEEPS_A_DENOMINATOR),
            wrong(Fraction(a + c, b * d), RENAMES_HALFWAY),
            wrong(Fraction(a * c, b * d), WRONG_OPERATION),
        ];
        drafts.push(family.draft(Asked {
            stem: format!("<p>{}</p>", math(&[Fraction(a, b), Sign("+"), Fraction(c, d), Sign("="), Blank])),
            question: choice(random, key.clone(), candidates),
            why: why_sum((a, b), (c, d), "+", &key),
            features: &pair_features(b, d),
            twin: format!("{}", b * d),
        }));
    }
    drafts
}

fn least_common(b: i64, d: i64) -> i64 {
    (1..).map(|factor| factor * b).find(|multiple| multiple % d == 0).expect("the product is one")
}

fn why_sum((a, b): (i64, i64), (c, d): (i64, i64), sign: &str, key: &Term) -> String {
    let common = least_common(b, d);
    format!(
        "With the denominator {common}: {}/{common} {sign} {}/{common} = {}.",
        a * common / b,
        c * common / d,
        key.typed()
    )
}

fn sum_typed(random: &mut Random) -> Vec<Draft> {
    let family = family("unlike sum", 1);
    let mut drafts = Vec::new();
    for ((a, b), (c, d)) in random.take(unlike_pairs(), 10) {
        let key = simplest(sum_of((a, b), (c, d)));
        let mut features = pair_features(b, d);
        features.push(Typed);
        drafts.push(family.draft(Asked {
            stem: format!("<p>{}</p>", math(&[Fraction(a, b), Sign("+"), Fraction(c, d), Sign("="), Blank])),
            question: typed(
                &ANSWER,
                &key,
                vec![
                    (Fraction(a + c, b + d), ADDS_ACROSS),
                    (Fraction(a + c, b.max(d)), KEEPS_A_DENOMINATOR),
                    (Fraction(a + c, least_common(b, d)), RENAMES_HALFWAY),
                ],
            ),
            why: why_sum((a, b), (c, d), "+", &key),
            features: &features,
            twin: format!("{}", b * d),
        }));
    }
    drafts
}

fn difference(random: &mut Random) -> Vec<Draft> {
    let family = family("unlike difference", 1);
    let pairs: Vec<_> =
        unlike_pairs().into_iter().filter(|&(x, y)| difference_of(x, y).numerator() > 0).collect();
    let mut drafts = Vec::new();
    for ((a, b), (c, d)) in random.take(pairs, 11) {
        let key = simplest(difference_of((a, b), (c, d)));
        let mut candidates = vec![(Fraction(a + c, b + d), WRONG_OPERATION)];
        if a > c {
            candidates.push((Fraction(a - c, b.max(d)), KEEPS_A_DENOMINATOR));
            candidates.push((Fraction(a - c, least_common(b, d)), RENAMES_HALFWAY));
            candidates.push((Fraction(a - c, (b - d).abs()), SUBTRACTS_ACROSS));
        }
        let mut features = pair_features(b, d);
        features.push(Typed);
        drafts.push(family.draft(Asked {
            stem: format!("<p>{}</p>", math(&[Fraction(a, b), Sign("−"), Fraction(c, d), Sign("="), Blank])),
            question: typed(&ANSWER, &key, candidates),
            why: why_sum((a, b), (c, d), "−", &key),
            features: &features,
            twin: format!("{}", b * d),
        }));
    }
    drafts
}

fn mixed_sum(random: &mut Random) -> Vec<Draft> {
    let family = family("unlike mixed sum", 2);
    let pairs: Vec<_> = unlike_pairs().into_iter().filter(|&((_, b), (_, d))| b <= 8 && d <= 8).collect();
    let mut drafts = Vec::new();
    for ((a, b), (c, d)) in random.take(pairs, 8) {
        let (first, second) = (random.between(1, 4), random.between(1, 5));
        let fractions = sum_of((a, b), (c, d));
        let key = simplest(fractions.plus(ratio(first + second, 1)).expect("small numbers"));
        let makes_a_whole = fractions.numerator() >= fractions.denominator();
        let candidates = vec![
            wrong(Mixed(first + second, a + c, b + d), ADDS_ACROSS),
            wrong(Mixed(first + second, a + c, b.max(d)), KEEPS_A_DENOMINATOR),
            wrong(simplest(fractions), IGNORES_THE_WHOLES),
            wrong(Mixed(first + second, a + c, b * d), RENAMES_HALFWAY),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{}</p>",
                math(&[Mixed(first, a, b), Sign("+"), Mixed(second, c, d), Sign("="), Blank])
            ),
            question: choice(random, key.clone(), candidates),
            why: format!(
                "{first} + {second} = {}. {} Together: {}.",
                first + second,
                why_sum((a, b), (c, d), "+", &simplest(fractions)),
                key.typed()
            ),
            features: if makes_a_whole { &[MixedNumbers, Regrouping] } else { &[MixedNumbers] },
            twin: format!("{}", b * d),
        }));
    }
    drafts
}

fn mixed_difference(random: &mut Random) -> Vec<Draft> {
    let family = family("unlike mixed difference", 2);
    let pairs: Vec<_> = unlike_pairs()
        .into_iter()
        .filter(|&(x, y)| x.1 <= 8 && y.1 <= 8 && difference_of(x, y).numerator() < 0)
        .collect();
    let mut drafts = Vec::new();
    for ((a, b), (c, d)) in random.take(pairs, 8) {
        let (first, second) = (random.between(4, 7), random.between(1, 2));
        let fractions = difference_of((a, b), (c, d));
        let key = simplest(fractions.plus(ratio(first - second, 1)).expect("small numbers"));
        let switched = difference_of((c, d), (a, b)).plus(ratio(first - second, 1)).expect("small numbers");
        let kept = fractions.plus(ratio(first - second + 1, 1)).expect("small numbers");
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{}</p>",
                math(&[Mixed(first, a, b), Sign("−"), Mixed(second, c, d), Sign("="), Blank])
            ),
            question: typed(
                &ANSWER,
                &key,
                vec![(simplest(switched), SMALLER_FROM_LARGER), (simplest(kept), FORGETS_THE_TRADE)],
            ),
            why: format!(
                "Trade one whole, because {a}/{b} is less than {c}/{d}. The difference is {}.",
                key.typed()
            ),
            features: &[MixedNumbers, Regrouping, Typed],
            twin: format!("{}", b * d),
        }));
    }
    drafts
}

fn three_terms(random: &mut Random) -> Vec<Draft> {
    let family = family("three fractions", 2);
    let cases = [
        ((1, 2), (1, 3), (1, 6)),
        ((3, 4), (1, 2), (1, 8)),
        ((2, 3), (1, 4), (1, 12)),
        ((1, 2), (2, 5), (3, 10)),
        ((5, 6), (1, 3), (1, 2)),
        ((3, 4), (1, 6), (1, 3)),
    ];
    let mut drafts = Vec::new();
    for (x, y, z) in random.take(cases.to_vec(), 6) {
        let first = sum_of(x, y);
        let key = simplest(first.minus(ratio(z.0, z.1)).expect("small numbers"));
        let formula = [
            Fraction(x.0, x.1),
            Sign("+"),
            Fraction(y.0, y.1),
            Sign("−"),
            Fraction(z.0, z.1),
            Sign("="),
            Blank,
        ];
        let all_added = first.plus(ratio(z.0, z.1)).expect("small numbers");
        drafts.push(family.draft(Asked {
            stem: format!("<p>{}</p>", math(&formula)),
            question: typed(
                &ANSWER,
                &key,
                vec![(simplest(first), STOPS_EARLY), (simplest(all_added), WRONG_OPERATION)],
            ),
            why: format!(
                "{}/{} + {}/{} = {}, then take away {}/{}: {}.",
                x.0,
                x.1,
                y.0,
                y.1,
                simplest(first).typed(),
                z.0,
                z.1,
                key.typed()
            ),
            features: &[TwoSteps, Typed],
            twin: "three".to_owned(),
        }));
    }
    drafts
}

fn estimate_and_add() -> Vec<Draft> {
    let family = family("estimate, then add", 3);
    let cases = [
        ((1, 4), (1, 8)),
        ((5, 6), (2, 3)),
        ((3, 5), (1, 10)),
        ((7, 8), (3, 4)),
        ((1, 3), (1, 2)),
        ((4, 5), (1, 2)),
        ((3, 4), (1, 6)),
        ((2, 3), (5, 9)),
    ];
    let mut drafts = Vec::new();
    for (x, y) in cases {
        let value = sum_of(x, y);
        let twice = value.plus(value).expect("small numbers");
        let bands = ["less than one half", "between one half and 1", "more than 1"].map(Shown::from);
        let at_least = |limit: i128| twice.compare(Rational::whole(limit)) != Some(std::cmp::Ordering::Less);
        let key = usize::from(at_least(1)) + usize::from(at_least(2));
        assert!(twice != Rational::whole(1) && twice != Rational::whole(2), "the estimate is clear");
        let order: Vec<(&Shown, Option<Idea>)> = bands
            .iter()
            .enumerate()
            .map(|(at, band)| (band, (at != key).then_some(WRONG_BENCHMARK)))
            .collect();
        let formula = math(&[Fraction(x.0, x.1), Sign("+"), Fraction(y.0, y.1)]);
        let exact = typed(
            &ANSWER,
            &simplest(value),
            vec![
                (Fraction(x.0 + y.0, x.1 + y.1), ADDS_ACROSS),
                (Fraction(x.0 + y.0, x.1.max(y.1)), KEEPS_A_DENOMINATOR),
            ],
        );
        drafts.push(family.draft(Asked {
            stem: format!("<p>Think about {formula}.</p>"),
            question: two_parts(
                ("<p>First estimate. How large is the sum?</p>", in_this_order(&order)),
                ("<p>Now add. What is the sum?</p>", exact),
            ),
            why: format!("{} The sum is {}.", why_sum(x, y, "+", &simplest(value)), bands_word(key)),
            features: &[Reasoning],
            twin: shown(&Whole(x.1 * y.1)) + &fraction(x.0, x.1),
        }));
    }
    drafts
}

fn bands_word(band: usize) -> &'static str {
    ["less than one half", "between one half and 1", "more than 1"][band]
}
