//! Dividing with fractions: unit fractions and whole numbers, then fractions by fractions.

use crate::difficulty::Feature::{
    FriendlyNumbers, LargerNumbers, MisleadingNumbers, MixedNumbers, Picture, Reasoning, Typed,
};
use crate::draft::{Asked, Draft, Family};
use crate::figures::bar;
use crate::ideas::*;
use crate::math::Term::{Blank, Fraction, Mixed, Sign, Whole};
use crate::math::{math, ratio, simplest};
use crate::question::{ANSWER, Shown, choice, in_this_order, two_parts, typed, wrong};
use crate::random::Random;
use crate::standards::{FRACTION_QUOTIENTS, UNIT_QUOTIENTS};
use item_bank::scoring::Rational;

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = unit_by_whole(random);
    drafts.extend(whole_by_unit(random));
    drafts.extend(cut_a_part());
    drafts.extend(quotient_by_choice(random));
    drafts.extend(quotient(random));
    drafts.extend(mixed_quotient(random));
    drafts.extend(which_product(random));
    drafts
}

fn unit_by_whole(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "unit fraction by whole", standard: UNIT_QUOTIENTS, depth: 1 };
    let all = [2, 3, 4, 5, 6].into_iter().flat_map(|d| (2..=6).map(move |whole| (d, whole)));
    let mut drafts = Vec::new();
    for (d, whole) in random.take(all.filter(|(d, whole)| d != whole).collect(), 9) {
        let formula = math(&[Fraction(1, d), Sign("÷"), Whole(whole), Sign("="), Blank]);
        let candidates = vec![
            wrong(Fraction(whole, d), MULTIPLIES_INSTEAD),
            wrong(Whole(d * whole), TURNS_THE_FIRST_OVER),
            wrong(Fraction(1, d + whole), ADDS_INSTEAD),
            wrong(Fraction(d, whole), TURNS_THE_FIRST_OVER),
        ];
        drafts.push(family.draft(Asked {
            stem: format!("<p>{formula}</p>"),
            question: choice(random, Fraction(1, d * whole), candidates),
            why: format!("Cutting 1/{d} into {whole} equal parts gives parts of 1/{}.", d * whole),
            features: &[],
            twin: d.to_string(),
        }));
    }
    drafts
}

fn whole_by_unit(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "whole by unit fraction", standard: UNIT_QUOTIENTS, depth: 1 };
    let all = [2, 3, 4, 5, 6, 8].into_iter().flat_map(|d| (2..=9).map(move |whole| (whole, d)));
    let draft = |(whole, d): (i64, i64)| {
        let formula = math(&[Whole(whole), Sign("÷"), Fraction(1, d), Sign("="), Blank]);
        family.draft(Asked {
            stem: format!("<p>{formula}</p>"),
            question: typed(
                &ANSWER,
                &Whole(whole * d),
                vec![
                    (Fraction(whole, d), DIVISION_MAKES_SMALLER),
                    (Fraction(1, whole * d), TURNS_OVER),
                    (Whole(whole + d), ADDS_INSTEAD),
                ],
            ),
            why: format!("There are {d} parts of 1/{d} in 1 whole and {} in {whole} wholes.", whole * d),
            features: if whole * d > 20 {
                &[Typed, LargerNumbers, MisleadingNumbers]
            } else {
                &[Typed, MisleadingNumbers]
            },
            twin: d.to_string(),
        })
    };
    random.take(all.filter(|(whole, d)| whole != d).collect(), 8).into_iter().map(draft).collect()
}

fn cut_a_part() -> Vec<Draft> {
    let family = Family { name: "cut a part", standard: UNIT_QUOTIENTS, depth: 2 };
    let cases = [(2, 2), (2, 3), (3, 2), (4, 2), (2, 4), (3, 3)];
    let draft = |(d, cuts): (i64, i64)| {
        family.draft(Asked {
            stem: format!(
                "<p>One part of this bar is shaded. The shaded part is cut into {cuts} equal pieces.</p><figure>{}</figure>\
                 <p>What fraction of the whole bar is one piece?</p>",
                bar(d, 1)
            ),
            question: typed(
                &ANSWER,
                &Fraction(1, d * cuts),
                vec![
                    (Fraction(1, cuts), MIXES_WHOLE_AND_PART),
                    (Fraction(1, d + cuts), ADDS_INSTEAD),
                    (Fraction(1, d + cuts - 1), IGNORES_EQUAL_SIZE),
                    (Fraction(1, d), STOPS_EARLY),
                ],
            ),
            why: format!("The whole bar has {d} × {cuts} = {} such pieces.", d * cuts),
            features: if d * cuts <= 6 { &[Typed, Picture, FriendlyNumbers] } else { &[Typed, Picture] },
            twin: (d * cuts).to_string(),
        })
    };
    cases.into_iter().map(draft).collect()
}

type Pair = ((i64, i64), (i64, i64));

pub fn fraction_pairs() -> Vec<Pair> {
    let list = [
        (1, 2),
        (1, 3),
        (2, 3),
        (1, 4),
        (3, 4),
        (2, 5),
        (3, 5),
        (4, 5),
        (1, 6),
        (5, 6),
        (3, 8),
        (5, 8),
        (7, 8),
    ];
    let mut pairs = Vec::new();
    for x in list {
        pairs.extend(list.iter().filter(|y| x != **y).map(|y| (x, *y)));
    }
    pairs
}

pub fn quotient_of(x: (i64, i64), y: (i64, i64)) -> Rational {
    ratio(x.0, x.1).divided_by(ratio(y.0, y.1)).expect("not by zero")
}

fn quotient_by_choice(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "quotient, choice", standard: FRACTION_QUOTIENTS, depth: 1 };
    let mut drafts = Vec::new();
    for (x, y) in random.take(fraction_pairs(), 10) {
        let key = simplest(quotient_of(x, y));
        let candidates = vec![
            wrong(simplest(quotient_of(y, x)), TURNS_THE_FIRST_OVER),
            wrong(simplest(ratio(x.0 * y.0, x.1 * y.1)), MULTIPLIES_INSTEAD),
            wrong(simplest(ratio(x.1 * y.1, x.0 * y.0)), TURNS_OVER),
            wrong(Fraction(x.0 + y.0, x.1 + y.1), ADDS_ACROSS),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{}</p>",
                math(&[Fraction(x.0, x.1), Sign("÷"), Fraction(y.0, y.1), Sign("="), Blank])
            ),
            question: choice(random, key.clone(), candidates),
            why: format!("{}/{} × {}/{} = {}.", x.0, x.1, y.1, y.0, key.typed()),
            features: if x.1 * y.1 > 20 { &[LargerNumbers] } else { &[] },
            twin: format!("{}/{}", y.0, y.1),
        }));
    }
    drafts
}

fn quotient(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "quotient", standard: FRACTION_QUOTIENTS, depth: 1 };
    let draft = |(x, y): Pair| {
        let key = simplest(quotient_of(x, y));
        family.draft(Asked {
            stem: format!(
                "<p>{}</p>",
                math(&[Fraction(x.0, x.1), Sign("÷"), Fraction(y.0, y.1), Sign("="), Blank])
            ),
            question: typed(
                &ANSWER,
                &key,
                vec![
                    (simplest(quotient_of(y, x)), TURNS_THE_FIRST_OVER),
                    (simplest(ratio(x.0 * y.0, x.1 * y.1)), MULTIPLIES_INSTEAD),
                    (simplest(ratio(x.1 * y.1, x.0 * y.0)), TURNS_OVER),
                ],
            ),
            why: format!("{}/{} × {}/{} = {}.", x.0, x.1, y.1, y.0, key.typed()),
            features: if x.1 * y.1 > 20 { &[Typed, LargerNumbers] } else { &[Typed] },
            twin: format!("{}/{}", y.0, y.1),
        })
    };
    random.take(fraction_pairs(), 9).into_iter().map(draft).collect()
}

fn mixed_quotient(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "mixed quotient", standard: FRACTION_QUOTIENTS, depth: 2 };
    let cases = [
        ((1, 1, 2), (3, 4)),
        ((2, 2, 3), (4, 5)),
        ((3, 1, 3), (5, 6)),
        ((2, 1, 4), (3, 8)),
        ((4, 1, 2), (2, 3)),
        ((1, 3, 5), (2, 5)),
    ];
    let draft = |((whole, n, d), y): ((i64, i64, i64), (i64, i64))| {
        let improper = (whole * d + n, d);
        let key = simplest(quotient_of(improper, y));
        family.draft(Asked {
            stem: format!(
                "<p>{}</p>",
                math(&[Mixed(whole, n, d), Sign("÷"), Fraction(y.0, y.1), Sign("="), Blank])
            ),
            question: typed(
                &ANSWER,
                &key,
                vec![
                    (simplest(ratio(improper.0 * y.0, d * y.1)), MULTIPLIES_INSTEAD),
                    (simplest(quotient_of((n, d), y)), IGNORES_THE_WHOLES),
                    (simplest(quotient_of(y, improper)), TURNS_THE_FIRST_OVER),
                ],
            ),
            why: format!("{}/{d} × {}/{} = {}.", improper.0, y.1, y.0, key.typed()),
            features: &[Typed, MixedNumbers],
            twin: format!("{}/{}", y.0, y.1),
        })
    };
    random.take(cases.to_vec(), 6).into_iter().map(draft).collect()
}

fn which_product(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "quotient as product", standard: FRACTION_QUOTIENTS, depth: 3 };
    let mut drafts = Vec::new();
    let pairs: Vec<Pair> =
        fraction_pairs().into_iter().filter(|(x, y)| x.0 != y.0 && x.1 != y.1 && y.0 > 1).collect();
    for (x, y) in random.take(pairs, 8) {
        let product =
            |a: (i64, i64), b: (i64, i64)| math(&[Fraction(a.0, a.1), Sign("×"), Fraction(b.0, b.1)]);
        let turned = |z: (i64, i64)| (z.1, z.0);
        let rewrite = choice(
            random,
            product(x, turned(y)),
            vec![
                wrong(product(turned(x), y), TURNS_THE_FIRST_OVER),
                wrong(product(x, y), MULTIPLIES_INSTEAD),
                wrong(product(turned(x), turned(y)), TURNS_OVER),
            ],
        );
        let sizes = ["greater than 1", "less than 1"].map(Shown::from);
        let equal = Shown::from("equal to 1");
        let larger = quotient_of(x, y).compare(Rational::whole(1)) == Some(std::cmp::Ordering::Greater);
        let key = usize::from(!larger);
        let idea =
            |at: usize| (at != key).then_some(if at == 1 { DIVISION_MAKES_SMALLER } else { ONE_NUMBER_ONLY });
        let order = [(&sizes[0], idea(0)), (&sizes[1], idea(1)), (&equal, idea(2))];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>Think about {}.</p>",
                math(&[Fraction(x.0, x.1), Sign("÷"), Fraction(y.0, y.1)])
            ),
            question: two_parts(
                ("<p>Which product has the same value?</p>", rewrite),
                ("<p>The value is</p>", in_this_order(&order)),
            ),
            why: format!(
                "Divide by {}/{} by multiplying with {}/{}: {}.",
                y.0,
                y.1,
                y.1,
                y.0,
                simplest(quotient_of(x, y)).typed()
            ),
            features: &[Reasoning],
            twin: format!("{}/{}", y.0, y.1),
        }));
    }
    drafts
}
