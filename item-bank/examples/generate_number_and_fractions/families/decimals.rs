//! Tenths and hundredths, as fractions and as decimals.

use item_bank::content::{Credit, NumberForm};

use crate::contexts::NAMES;
use crate::difficulty::Feature::{
    AboveOne, FriendlyNumbers, LongOrder, MisleadingNumbers, Picture, Story, Typed,
};
use crate::draft::{Asked, Draft, Family};
use crate::figures::{bar, hundred_square};
use crate::ideas::*;
use crate::math::Term::{Blank, Decimal, Fraction, Sign, Whole};
use crate::math::{fraction, math, shown};
use crate::question::{
    ANSWER, Field, Question, Shown, choice, in_this_order, matching, ordering, typed, wrong,
};
use crate::random::Random;
use crate::standards::{DECIMAL_COMPARISON, DECIMAL_NOTATION, TENTHS_AND_HUNDREDTHS};

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = shaded_tenths(random);
    drafts.extend(shaded_hundredths(random));
    drafts.extend(to_decimal(random));
    drafts.extend(to_fraction(random));
    drafts.extend(pairs(random));
    drafts.extend(compare(random));
    drafts.extend(order(random));
    drafts.extend(tenths_plus_hundredths(random));
    drafts
}

/// How a decimal is typed.
const DECIMAL: Field<'static> = Field { label: "As a decimal", unit: "", form: NumberForm::Decimal };

fn shaded_tenths(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "shaded tenths", standard: DECIMAL_NOTATION, depth: 1 };
    let mut drafts = Vec::new();
    for tenths in [1, 3, 4, 6, 7, 9] {
        let candidates = vec![
            wrong(Decimal(tenths, 2), WRONG_PLACE),
            wrong(Whole(tenths), COUNTS_PARTS_ONLY),
            wrong(Decimal(10 - tenths, 1), COUNTS_THE_REST),
            wrong(Decimal(100 + tenths, 1), BAR_AS_POINT),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>Which decimal tells how much of the bar is shaded?</p><figure>{}</figure>",
                bar(10, tenths)
            ),
            question: choice(random, Decimal(tenths, 1), candidates),
            why: format!("{tenths} of 10 equal parts are shaded: {tenths}/10 = 0.{tenths}."),
            features: &[Picture, FriendlyNumbers],
            twin: "tenths".to_owned(),
        }));
    }
    drafts
}

fn shaded_hundredths(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "shaded hundredths", standard: DECIMAL_NOTATION, depth: 1 };
    let mut drafts = Vec::new();
    for cells in random.take(vec![3, 7, 12, 25, 38, 40, 56, 64, 71, 89], 8) {
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>The large square is 1 whole. How much of it is shaded? Type a decimal.</p><figure>{}</figure>",
                hundred_square(cells)
            ),
            question: typed(
                &DECIMAL,
                &Decimal(cells, 2),
                vec![(Decimal(cells, 1), WRONG_PLACE), (Whole(cells), COUNTS_PARTS_ONLY), (Decimal(100 - cells, 2), COUNTS_THE_REST)],
            ),
            why: format!("{cells} of 100 equal parts are shaded: {cells}/100 = {}.", Decimal(cells, 2).typed()),
            features: if cells < 10 { &[Picture, Typed, MisleadingNumbers] } else { &[Picture, Typed] },
            twin: if cells < 10 { "few".to_owned() } else { "many".to_owned() },
        }));
    }
    drafts
}

fn to_decimal(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "fraction to decimal", standard: DECIMAL_NOTATION, depth: 1 };
    let cases = [
        (7, 10),
        (3, 100),
        (45, 100),
        (9, 100),
        (31, 10),
        (107, 100),
        (80, 100),
        (5, 10),
        (62, 100),
        (253, 100),
        (19, 10),
    ];
    let draft = |(n, d): (i64, i64)| {
        let places = if d == 10 { 1 } else { 2 };
        let other = Decimal(n, 3 - places);
        let features: &[_] = match (n > d, d == 100 && n < 10) {
            (true, _) => &[Typed, AboveOne],
            (_, true) => &[Typed, MisleadingNumbers],
            _ => &[Typed],
        };
        family.draft(Asked {
            stem: format!("<p>Write {} as a decimal.</p>", fraction(n, d)),
            question: typed(
                &DECIMAL,
                &Decimal(n, places),
                vec![(other, WRONG_PLACE), (Whole(n), COUNTS_PARTS_ONLY)],
            ),
            why: format!("{n}/{d} = {}.", Decimal(n, places).typed()),
            features,
            twin: format!("{places}"),
        })
    };
    random.take(cases.to_vec(), 10).into_iter().map(draft).collect()
}

fn to_fraction(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "decimal to fraction", standard: DECIMAL_NOTATION, depth: 1 };
    let mut drafts = Vec::new();
    for (units, places) in [(3, 1), (9, 1), (27, 2), (4, 2), (61, 2), (8, 2), (13, 1), (205, 2)] {
        let (right, other) = if places == 1 { (10, 100) } else { (100, 10) };
        let candidates = vec![
            wrong(Fraction(units, other), WRONG_PLACE),
            wrong(Fraction(1, units), DIGITS_AS_DENOMINATOR),
            wrong(Fraction(right, units), TURNS_OVER),
        ];
        drafts.push(family.draft(Asked {
            stem: format!("<p>Which fraction is equal to {}?</p>", shown(&Decimal(units, places))),
            question: choice(random, Fraction(units, right), candidates),
            why: format!("{} is {units} parts of 1/{right}.", Decimal(units, places).typed()),
            features: match units {
                _ if units > right => &[AboveOne],
                4 | 8 => &[MisleadingNumbers],
                _ => &[],
            },
            twin: format!("{places}"),
        }));
    }
    drafts
}

fn pairs(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "fractions and decimals", standard: DECIMAL_NOTATION, depth: 2 };
    let sets = [
        [(1, 2, 50), (1, 4, 25), (7, 10, 70), (7, 100, 7)],
        [(3, 4, 75), (3, 10, 30), (3, 100, 3), (1, 3, 34)],
        [(1, 5, 20), (1, 10, 10), (1, 100, 1), (1, 2, 50)],
        [(9, 10, 90), (9, 100, 9), (1, 4, 25), (4, 10, 40)],
        [(2, 5, 40), (4, 100, 4), (6, 10, 60), (1, 4, 14)],
    ];
    let mut drafts = Vec::new();
    for set in sets {
        let decimal = |hundredths: i64| {
            Shown::from(if hundredths % 10 == 0 {
                Decimal(hundredths / 10, 1)
            } else {
                Decimal(hundredths, 2)
            })
        };
        let pair = |&(n, d, hundredths): &(i64, i64, i64)| (Shown::from(Fraction(n, d)), decimal(hundredths));
        let pairs: Vec<(Shown, Shown)> = set[..3].iter().map(pair).collect();
        let why: Vec<String> =
            set[..3].iter().map(|(n, d, h)| format!("{n}/{d} = {}", Decimal(*h, 2).typed())).collect();
        drafts.push(
            family.draft(Asked {
                stem:
                    "<p>Match each fraction with the decimal of the same value. One decimal is left over.</p>"
                        .to_owned(),
                question: matching(random, &pairs, &[decimal(set[3].2)]),
                why: format!("{}.", why.join(", ")),
                features: &[MisleadingNumbers],
                twin: "pairs".to_owned(),
            }),
        );
    }
    drafts
}

/// Which of two decimals is larger, as a choice of three.
fn larger(a: (i64, u32), b: (i64, u32)) -> Question {
    let hundredths = |(units, places): (i64, u32)| if places == 1 { units * 10 } else { units };
    let options =
        [Shown::from(Decimal(a.0, a.1)), Shown::from(Decimal(b.0, b.1)), Shown::from("They are equal")];
    let key = match hundredths(a).cmp(&hundredths(b)) {
        std::cmp::Ordering::Greater => 0,
        std::cmp::Ordering::Less => 1,
        std::cmp::Ordering::Equal => 2,
    };
    let idea = |at: usize| match at {
        _ if at == key => None,
        2 => Some(ONE_NUMBER_ONLY),
        0 if a.1 > b.1 => Some(LONGER_IS_LARGER),
        1 if b.1 > a.1 => Some(LONGER_IS_LARGER),
        _ => Some(SHORTER_IS_LARGER),
    };
    let order: Vec<(&Shown, Option<Idea>)> =
        options.iter().enumerate().map(|(at, shown)| (shown, idea(at))).collect();
    in_this_order(&order)
}

fn compare(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "larger decimal", standard: DECIMAL_COMPARISON, depth: 2 };
    let cases = [
        ((4, 1), (35, 2)),
        ((7, 1), (70, 2)),
        ((9, 2), (1, 1)),
        ((62, 2), (6, 1)),
        ((3, 1), (8, 2)),
        ((58, 2), (7, 1)),
        ((50, 2), (5, 1)),
        ((2, 1), (19, 2)),
    ];
    let mut drafts = Vec::new();
    for (a, b) in random.take(cases.to_vec(), 8) {
        let name = *random.pick(&NAMES);
        let equal = a.0 * 10_i64.pow(2 - a.1) == b.0 * 10_i64.pow(2 - b.1);
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{name} measures two stones. One weighs {} kilogram and the other weighs {} kilogram.</p><p>Which weight is greater?</p>",
                shown(&Decimal(a.0, a.1)), shown(&Decimal(b.0, b.1))
            ),
            question: larger(a, b),
            why: format!("In hundredths: {} and {}.", a.0 * 10_i64.pow(2 - a.1), b.0 * 10_i64.pow(2 - b.1)),
            features: if equal { &[Story] } else { &[Story, MisleadingNumbers] },
            twin: format!("{equal}"),
        }));
    }
    drafts
}

fn order(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "order decimals", standard: DECIMAL_COMPARISON, depth: 2 };
    let sets = [
        [Decimal(8, 2), Decimal(3, 1), Decimal(35, 2), Decimal(4, 1)],
        [Decimal(6, 2), Decimal(16, 2), Decimal(6, 1), Decimal(61, 2)],
        [Decimal(9, 2), Decimal(19, 2), Decimal(2, 1), Decimal(9, 1)],
        [Fraction(1, 4), Decimal(3, 1), Fraction(1, 2), Decimal(55, 2)],
        [Decimal(7, 2), Fraction(1, 10), Decimal(17, 2), Fraction(7, 10)],
        [Decimal(48, 2), Fraction(1, 2), Decimal(6, 1), Fraction(3, 4)],
        [Fraction(3, 100), Decimal(3, 1), Fraction(33, 100), Decimal(4, 1)],
    ];
    let mut drafts = Vec::new();
    for set in sets {
        let ascending = set.windows(2).all(|pair| {
            let values = pair[0].value().zip(pair[1].value());
            values.and_then(|(a, b)| a.compare(b)) == Some(std::cmp::Ordering::Less)
        });
        assert!(ascending, "the set is written in order");
        let why: Vec<String> = set.iter().map(crate::math::Term::typed).collect();
        let right: Vec<Shown> = set.into_iter().map(Shown::from).collect();
        drafts.push(family.draft(Asked {
            stem: "<p>Put the numbers in order, from smallest to largest.</p>".to_owned(),
            question: ordering(random, &right, ("smallest", "largest"), Credit::Partial),
            why: format!("{}.", why.join(" < ")),
            features: &[LongOrder, MisleadingNumbers],
            twin: "order".to_owned(),
        }));
    }
    drafts
}

fn tenths_plus_hundredths(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "tenths and hundredths", standard: TENTHS_AND_HUNDREDTHS, depth: 2 };
    let cases = [(3, 4), (5, 27), (1, 9), (7, 15), (4, 52), (2, 31), (6, 8), (2, 7), (9, 3), (3, 45)];
    let mut drafts = Vec::new();
    for (at, (tenths, hundredths)) in random.take(cases.to_vec(), 10).into_iter().enumerate() {
        let sum = tenths * 10 + hundredths;
        let stem = math(&[Fraction(tenths, 10), Sign("+"), Fraction(hundredths, 100), Sign("="), Blank]);
        let candidates = [
            (Fraction(tenths + hundredths, 100), ADDS_UNLIKE_UNITS),
            (Fraction(tenths + hundredths, 110), ADDS_ACROSS),
            (Fraction(tenths + hundredths, 10), ADDS_UNLIKE_UNITS),
        ];
        let by_choice = at % 2 == 0;
        let question = if by_choice {
            choice(random, Fraction(sum, 100), candidates.map(|(term, idea)| wrong(term, idea)).to_vec())
        } else {
            typed(&ANSWER, &Fraction(sum, 100), candidates.to_vec())
        };
        drafts.push(family.draft(Asked {
            stem: format!("<p>{stem}</p>"),
            question,
            why: format!(
                "{tenths}/10 = {}/100, and {}/100 + {hundredths}/100 = {sum}/100.",
                tenths * 10,
                tenths * 10
            ),
            features: if by_choice { &[] } else { &[Typed] },
            twin: tenths.to_string(),
        }));
    }
    drafts
}
