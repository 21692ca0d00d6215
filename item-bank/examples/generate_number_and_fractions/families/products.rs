//! Fractions times fractions, and multiplication as scaling.

use crate::contexts::NAMES;
use crate::difficulty::Feature::{LargerNumbers, MisleadingNumbers, MixedNumbers, Reasoning, Story, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::ideas::*;
use crate::math::Term::{Blank, Fraction, Mixed, Sign, Whole};
use crate::math::{fraction, math, ratio, shown, simplest};
use crate::question::{ANSWER, Field, Shown, choice, in_this_order, two_parts, typed, wrong};
use crate::random::Random;
use crate::standards::{FRACTION_PRODUCTS, PRODUCT_PROBLEMS, SCALING};
use item_bank::scoring::Rational;

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = product_by_choice(random);
    drafts.extend(product(random));
    drafts.extend(scaling(random));
    drafts.extend(scaling_and_reason(random));
    drafts.extend(part_of_part(random));
    drafts.extend(mixed_area(random));
    drafts
}

fn factors() -> Vec<((i64, i64), (i64, i64))> {
    let list =
        [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (2, 5), (3, 5), (4, 5), (1, 6), (5, 6), (3, 8), (5, 8)];
    let mut pairs = Vec::new();
    for x in list {
        pairs.extend(list.iter().filter(|y| x != **y).map(|y| (x, *y)));
    }
    pairs
}

fn product_of(x: (i64, i64), y: (i64, i64)) -> Rational {
    ratio(x.0 * y.0, x.1 * y.1)
}

fn product_by_choice(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "product, choice", standard: FRACTION_PRODUCTS, depth: 1 };
    let mut drafts = Vec::new();
    for ((a, b), (c, d)) in random.take(factors(), 10) {
        let candidates = vec![
            wrong(Fraction(a * d, b * c), CROSS_MULTIPLIES),
            wrong(Fraction(a + c, b + d), ADDS_INSTEAD),
            wrong(Fraction(a * c, b.max(d)), KEEPS_A_DENOMINATOR),
            wrong(Fraction(a * d + b * c, b * d), ADDS_INSTEAD),
        ];
        drafts.push(family.draft(Asked {
            stem: format!("<p>{}</p>", math(&[Fraction(a, b), Sign("×"), Fraction(c, d), Sign("="), Blank])),
            question: choice(random, Fraction(a * c, b * d), candidates),
            why: format!("Numerators: {a} × {c} = {}. Denominators: {b} × {d} = {}.", a * c, b * d),
            features: if b * d > 20 { &[LargerNumbers] } else { &[] },
            twin: format!("{}", b * d),
        }));
    }
    drafts
}

fn product(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "product", standard: FRACTION_PRODUCTS, depth: 1 };
    let draft = |((a, b), (c, d)): ((i64, i64), (i64, i64))| {
        let key = simplest(product_of((a, b), (c, d)));
        family.draft(Asked {
            stem: format!("<p>{}</p>", math(&[Fraction(a, b), Sign("×"), Fraction(c, d), Sign("="), Blank])),
            question: typed(
                &ANSWER,
                &key,
                vec![
                    (Fraction(a * d, b * c), CROSS_MULTIPLIES),
                    (Fraction(a + c, b + d), ADDS_INSTEAD),
                    (Fraction(a * c, b.max(d)), KEEPS_A_DENOMINATOR),
                ],
            ),
            why: format!("{a} × {c} = {} and {b} × {d} = {}: {}.", a * c, b * d, key.typed()),
            features: if b * d > 20 { &[Typed, LargerNumbers] } else { &[Typed] },
            twin: format!("{}", b * d),
        })
    };
    random.take(factors(), 9).into_iter().map(draft).collect()
}

const SCALERS: [(i64, i64); 9] = [(7, 8), (5, 4), (4, 4), (2, 3), (9, 8), (3, 3), (1, 5), (3, 2), (5, 6)];

fn scaled(by: (i64, i64)) -> usize {
    match by.0.cmp(&by.1) {
        std::cmp::Ordering::Greater => 0,
        std::cmp::Ordering::Less => 1,
        std::cmp::Ordering::Equal => 2,
    }
}

fn scaling(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "scaling", standard: SCALING, depth: 2 };
    let mut drafts = Vec::new();
    for by in SCALERS {
        let number = random.between(6, 90);
        let size = shown(&Whole(number));
        let options =
            ["greater than", "less than", "equal to"].map(|word| Shown::from(format!("{word} {size}")));
        let key = scaled(by);
        let idea = |at: usize| match at {
            _ if at == key => None,
            0 => Some(MULTIPLICATION_MAKES_BIGGER),
            1 => Some(ONE_NUMBER_ONLY),
            _ => Some(FALSE_REASON),
        };
        let order: Vec<(&Shown, Option<Idea>)> =
            options.iter().enumerate().map(|(at, shown)| (shown, idea(at))).collect();
        let formula = math(&[Fraction(by.0, by.1), Sign("×"), Whole(number)]);
        drafts.push(family.draft(Asked {
            stem: format!("<p>Do not calculate. The product {formula} is</p>"),
            question: in_this_order(&order),
            why: format!("{}/{} is {} 1.", by.0, by.1, ["greater than", "less than", "equal to"][key]),
            features: if key == 0 { &[] } else { &[MisleadingNumbers] },
            twin: key.to_string(),
        }));
    }
    drafts
}

fn scaling_and_reason(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "scaling with a reason", standard: SCALING, depth: 3 };
    let cases = [
        ((3, 4), (5, 6)),
        ((4, 3), (2, 5)),
        ((5, 8), (7, 3)),
        ((6, 5), (3, 8)),
        ((2, 7), (9, 4)),
        ((7, 6), (5, 9)),
    ];
    let mut drafts = Vec::new();
    for (by, of) in cases {
        let (factor, number) = (fraction(by.0, by.1), fraction(of.0, of.1));
        let key = scaled(by);
        let options = ["greater", "less"].map(|word| Shown::from(format!("It is {word} than {number}.")));
        let equal = Shown::from(format!("It is equal to {number}."));
        let idea = |at: usize| {
            (at != key).then_some(if at == 0 { MULTIPLICATION_MAKES_BIGGER } else { ONE_NUMBER_ONLY })
        };
        let order = [(&options[0], idea(0)), (&options[1], idea(1)), (&equal, idea(2))];
        let (right, reversed) = if key == 0 { ("greater", "less") } else { ("less", "greater") };
        let reason = choice(
            random,
            format!("{factor} is {right} than 1."),
            vec![
                wrong(format!("{factor} is {reversed} than 1."), FALSE_REASON),
                wrong("A product is always greater than its factors.", MULTIPLICATION_MAKES_BIGGER),
                wrong("The denominators are different.", TRUE_BUT_NO_REASON),
            ],
        );
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>Think about the product {}, without calculating.</p>",
                math(&[Fraction(by.0, by.1), Sign("×"), Fraction(of.0, of.1)])
            ),
            question: two_parts(
                (&format!("<p>How does it compare with {number}?</p>"), in_this_order(&order)),
                ("<p>Why?</p>", reason),
            ),
            why: format!(
                "Multiplying by {}/{}, which is {right} than 1, makes a number {}.",
                by.0,
                by.1,
                if key == 0 { "larger" } else { "smaller" }
            ),
            features: &[Reasoning],
            twin: key.to_string(),
        }));
    }
    drafts
}

fn part_of_part(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "part of a part", standard: PRODUCT_PROBLEMS, depth: 2 };
    let stories = [
        (
            "of the students in a class play an instrument",
            "of those students play the violin",
            "of the class plays the violin",
        ),
        ("of a field is planted with corn", "of the corn is ripe", "of the field has ripe corn"),
        (
            "of a box of books are stories",
            "of the stories are about animals",
            "of the books are stories about animals",
        ),
        ("of a wall is painted", "of the painted part is blue", "of the wall is blue"),
    ];
    let mut drafts = Vec::new();
    for (x, y) in random.take(factors(), 9) {
        let (first, second, asked) = *random.pick(&stories);
        let key = simplest(product_of(x, y));
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{} {first}. {} {second}.</p><p>What fraction {asked}?</p>",
                fraction(x.0, x.1),
                fraction(y.0, y.1)
            ),
            question: typed(
                &ANSWER,
                &key,
                vec![
                    (simplest(ratio(x.0 * y.1 + y.0 * x.1, x.1 * y.1)), ADDS_INSTEAD),
                    (Fraction(x.0 + y.0, x.1 + y.1), ADDS_ACROSS),
                    (Fraction(y.0, y.1), STOPS_EARLY),
                ],
            ),
            why: format!("A part of a part is a product: {}.", key.typed()),
            features: &[Typed, Story],
            twin: format!("{}", x.1 * y.1),
        }));
    }
    drafts
}

fn mixed_area(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "area with mixed numbers", standard: PRODUCT_PROBLEMS, depth: 2 };
    let cases = [
        ((1, 1, 2), (2, 3)),
        ((2, 1, 4), (1, 2)),
        ((3, 1, 3), (3, 4)),
        ((2, 2, 3), (3, 8)),
        ((4, 1, 2), (2, 5)),
        ((1, 3, 4), (4, 5)),
        ((5, 1, 3), (3, 5)),
    ];
    let mut drafts = Vec::new();
    for ((whole, n, d), y) in cases {
        let name = *random.pick(&NAMES);
        let key = simplest(product_of((whole * d + n, d), y));
        let apart = ratio(whole, 1).plus(product_of((n, d), y)).expect("small numbers");
        let candidates = vec![
            wrong(simplest(apart), IGNORES_THE_WHOLES),
            wrong(
                simplest(ratio(whole * d + n, d).plus(ratio(y.0, y.1)).expect("small numbers")),
                ADDS_INSTEAD,
            ),
            wrong(simplest(product_of((n, d), y)), IGNORES_THE_WHOLES),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{name} makes a poster that is {} yards long and {} yard wide.</p><p>What is its area, in square yards?</p>",
                shown(&Mixed(whole, n, d)), fraction(y.0, y.1)
            ),
            question: choice(random, key.clone(), candidates),
            why: format!("{}/{d} × {}/{} = {} square yards.", whole * d + n, y.0, y.1, key.typed()),
            features: &[MixedNumbers, Story],
            twin: d.to_string(),
        }));
    }
    let field = Field { label: "Area", unit: "square yards", ..ANSWER };
    for ((whole, n, d), y) in [((2, 1, 2), (3, 5)), ((3, 3, 4), (2, 3)), ((1, 2, 5), (1, 2))] {
        let key = simplest(product_of((whole * d + n, d), y));
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>A garden bed is {} yards long and {} yard wide.</p><p>What is its area?</p>",
                shown(&Mixed(whole, n, d)),
                fraction(y.0, y.1)
            ),
            question: typed(&field, &key, vec![(simplest(product_of((n, d), y)), IGNORES_THE_WHOLES)]),
            why: format!("{}/{d} × {}/{} = {} square yards.", whole * d + n, y.0, y.1, key.typed()),
            features: &[MixedNumbers, Story, Typed],
            twin: d.to_string(),
        }));
    }
    drafts
}
