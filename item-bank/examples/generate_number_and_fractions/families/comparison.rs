//! Comparing and ordering fractions, and giving the reason.

use item_bank::content::Credit;

use crate::contexts::NAMES;
use crate::difficulty::Feature::{
    FriendlyNumbers, LargerNumbers, LongOrder, MisleadingNumbers, Picture, Reasoning, SeveralRight, Story,
};
use crate::draft::{Asked, Draft, Family};
use crate::figures::bars;
use crate::ideas::*;
use crate::math::Term::{Fraction, Mixed, Whole};
use crate::math::{Term, fraction, ratio, shown};
use crate::question::{Question, Shown, choice, in_this_order, ordering, several, two_parts, wrong};
use crate::random::Random;
use crate::standards::{COMPARISON, SIMPLE_COMPARISON};

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = sign(random);
    drafts.extend(who_has_more(random));
    drafts.extend(greatest(random));
    drafts.extend(order_simple(random));
    drafts.extend(order(random));
    drafts.extend(more_than_half(random));
    drafts.extend(closest(random));
    drafts.extend(with_reason(random));
    drafts
}

fn is_less(a: (i64, i64), b: (i64, i64)) -> bool {
    a.0 * b.1 < b.0 * a.1
}

/// The three signs in a fixed order, the right one by the values.
fn signs(a: (i64, i64), b: (i64, i64), (reversed, equal): (Idea, Idea)) -> Question {
    let signs = ["&lt;", "&gt;", "="].map(|sign| {
        let spoken = match sign {
            "&lt;" => "is less than",
            "&gt;" => "is greater than",
            _ => "equals",
        };
        Shown::from(format!("<math alttext=\"{spoken}\"><mo>{sign}</mo></math>"))
    });
    let right = match (is_less(a, b), is_less(b, a)) {
        (true, _) => 0,
        (_, true) => 1,
        _ => 2,
    };
    let idea = |place: usize| match place {
        _ if place == right => None,
        2 => Some(equal),
        _ => Some(reversed),
    };
    let order: Vec<(&Shown, Option<Idea>)> =
        signs.iter().enumerate().map(|(at, sign)| (sign, idea(at))).collect();
    in_this_order(&order)
}

fn sign(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "sign between", standard: SIMPLE_COMPARISON, depth: 1 };
    let mut drafts = Vec::new();
    let one_denominator = [(3, 5, 8), (1, 3, 4), (4, 2, 6), (2, 3, 5), (7, 9, 10), (5, 4, 6)];
    for (a, b, parts) in one_denominator {
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>Which sign goes between {} and {}, in this order?</p>",
                fraction(a, parts),
                fraction(b, parts)
            ),
            question: signs((a, parts), (b, parts), (COUNTS_THE_REST, ONE_NUMBER_ONLY)),
            why: format!("The parts have the same size, so {} of them are more than {}.", a.max(b), a.min(b)),
            features: if parts == 4 { &[FriendlyNumbers] } else { &[] },
            twin: format!("denominator {parts}"),
        }));
    }
    let one_numerator = [(1, 6, 8), (1, 4, 3), (2, 3, 5), (3, 8, 4), (5, 6, 8), (2, 8, 6), (3, 4, 5)];
    for (count, c, d) in random.take(one_numerator.to_vec(), 7) {
        let larger = c.min(d);
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>Which sign goes between {} and {}, in this order?</p>",
                fraction(count, c),
                fraction(count, d)
            ),
            question: signs((count, c), (count, d), (LARGER_DENOMINATOR, ONE_NUMBER_ONLY)),
            why: format!("With fewer parts in the whole each part is larger, so {count}/{larger} is larger."),
            features: &[MisleadingNumbers],
            twin: format!("numerator {count}"),
        }));
    }
    drafts
}

fn who_has_more(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "who has more", standard: SIMPLE_COMPARISON, depth: 1 };
    let cases = [(2, 5, 4), (1, 3, 6), (3, 8, 5), (2, 3, 8), (1, 2, 5), (3, 4, 6), (4, 5, 6), (5, 8, 6)];
    let mut drafts = Vec::new();
    for (count, c, d) in cases {
        let names = random.take(NAMES.to_vec(), 2);
        let more = if c < d { 0 } else { 1 };
        let options = [names[0], names[1], "They ate the same amount"].map(Shown::from);
        let idea = |at: usize| match at {
            _ if at == more => None,
            2 => Some(ONE_NUMBER_ONLY),
            _ => Some(LARGER_DENOMINATOR),
        };
        let order: Vec<(&Shown, Option<Idea>)> =
            options.iter().enumerate().map(|(at, shown)| (shown, idea(at))).collect();
        let figure = bars(&[(c, count), (d, count)]);
        let with_picture = random.below(2) == 0;
        let picture = if with_picture { format!("<figure>{figure}</figure>") } else { String::new() };
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{} and {} have granola bars of the same size. {} eats {} of a bar. {} eats {} of a bar.</p>{picture}\
                 <p>Who eats more?</p>",
                names[0], names[1], names[0], fraction(count, c), names[1], fraction(count, d)
            ),
            question: in_this_order(&order),
            why: format!("The parts are larger when the bar is cut into fewer: {count}/{} is more.", c.min(d)),
            features: if with_picture { &[Story, Picture] } else { &[Story, MisleadingNumbers] },
            twin: format!("{count}"),
        }));
    }
    drafts
}

const SETS: [[(i64, i64); 4]; 14] = [
    [(1, 2), (2, 3), (3, 8), (5, 12)],
    [(3, 4), (2, 3), (5, 8), (7, 12)],
    [(2, 5), (3, 10), (1, 2), (4, 9)],
    [(5, 6), (7, 8), (2, 3), (3, 4)],
    [(1, 3), (2, 5), (3, 8), (1, 4)],
    [(4, 5), (7, 10), (3, 4), (13, 20)],
    [(1, 6), (2, 9), (1, 3), (5, 18)],
    [(9, 10), (4, 5), (5, 6), (2, 3)],
    [(5, 8), (3, 5), (1, 2), (11, 20)],
    [(3, 7), (1, 2), (5, 14), (4, 7)],
    [(7, 12), (1, 2), (2, 3), (3, 4)],
    [(2, 10), (1, 4), (3, 20), (2, 5)],
    [(6, 7), (3, 4), (9, 14), (1, 2)],
    [(4, 9), (1, 3), (5, 6), (11, 18)],
];

fn sorted(set: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut sorted = set.to_vec();
    sorted.sort_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)));
    sorted
}

fn greatest(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "greatest", standard: COMPARISON, depth: 2 };
    let mut drafts = Vec::new();
    for set in &SETS[..10] {
        let sorted = sorted(set);
        let (key, rest) = (sorted[3], &sorted[..3]);
        let most_parts = set.iter().map(|fraction| fraction.1).max();
        let most_counted = set.iter().map(|fraction| fraction.0).max();
        let idea = |(n, d): (i64, i64)| match (n, d) {
            _ if Some(n) == most_counted => LARGER_NUMBERS,
            _ if Some(d) == most_parts => LARGER_DENOMINATOR,
            _ if d - n == key.1 - key.0 => COMPARES_GAPS,
            _ => ONE_NUMBER_ONLY,
        };
        let candidates = rest.iter().map(|&(n, d)| wrong(Fraction(n, d), idea((n, d)))).collect();
        drafts.push(family.draft(Asked {
            stem: "<p>Which fraction is the greatest?</p>".to_owned(),
            question: choice(random, Fraction(key.0, key.1), candidates),
            why: format!(
                "With one denominator, or compared with one half and 1, {}/{} is the greatest.",
                key.0, key.1
            ),
            features: if most_parts > Some(12) { &[LargerNumbers] } else { &[] },
            twin: format!("{}/{}", key.0, key.1),
        }));
    }
    drafts
}

const SMALLEST_FIRST: (&str, &str) = ("smallest", "largest");

fn order_simple(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "order, one number alike", standard: SIMPLE_COMPARISON, depth: 1 };
    let sets = [
        [(1, 8), (3, 8), (7, 8)],
        [(2, 6), (4, 6), (5, 6)],
        [(1, 5), (2, 5), (4, 5)],
        [(1, 8), (1, 4), (1, 2)],
        [(2, 8), (2, 6), (2, 3)],
        [(3, 8), (3, 6), (3, 4)],
        [(1, 6), (1, 3), (1, 2)],
        [(4, 10), (4, 8), (4, 5)],
    ];
    let mut drafts = Vec::new();
    for set in sets {
        let right: Vec<Shown> = set.iter().map(|&(n, d)| Shown::from(Fraction(n, d))).collect();
        let alike = set[0].1 == set[1].1;
        drafts.push(family.draft(Asked {
            stem: "<p>Put the fractions in order, from smallest to largest.</p>".to_owned(),
            question: ordering(random, &right, SMALLEST_FIRST, Credit::AllOrNothing),
            why: if alike {
                "The parts have the same size, so more parts are a larger fraction.".to_owned()
            } else {
                "The number of parts is the same, so larger parts, with a smaller denominator, are more."
                    .to_owned()
            },
            features: if alike { &[] } else { &[MisleadingNumbers] },
            twin: format!("{alike}"),
        }));
    }
    drafts
}

fn order(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "order", standard: COMPARISON, depth: 2 };
    let mut drafts = Vec::new();
    for set in &SETS[4..] {
        let sorted = sorted(set);
        let right: Vec<Shown> = sorted.iter().map(|&(n, d)| Shown::from(Fraction(n, d))).collect();
        let why: Vec<String> = sorted.iter().map(|(n, d)| format!("{n}/{d}")).collect();
        drafts.push(family.draft(Asked {
            stem: "<p>Put the fractions in order, from smallest to largest.</p>".to_owned(),
            question: ordering(random, &right, SMALLEST_FIRST, Credit::Partial),
            why: format!("{}.", why.join(" < ")),
            features: &[LongOrder],
            twin: why[3].clone(),
        }));
    }
    drafts
}

fn more_than_half(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "more than one half", standard: COMPARISON, depth: 2 };
    let mut drafts = Vec::new();
    for round in 0..8 {
        let mut pool: Vec<(i64, i64)> =
            [3, 5, 6, 7, 8, 9, 10, 12].into_iter().flat_map(|d| (1..d).map(move |n| (n, d))).collect();
        pool.retain(|(n, d)| 2 * n != *d && (4 * n > *d && 4 * n < 3 * d));
        random.shuffle(&mut pool);
        let above = pool.iter().filter(|(n, d)| 2 * n > *d).take(2 + round % 2);
        let right: Vec<Shown> = above.map(|&(n, d)| Shown::from(Fraction(n, d))).collect();
        let below = pool.iter().filter(|(n, d)| 2 * n < *d).take(3 - round % 2);
        let false_ones = below.map(|&(n, d)| wrong(Fraction(n, d), LARGER_NUMBERS)).collect();
        let half = shown(&Fraction(1, 2));
        drafts.push(family.draft(Asked {
            stem: format!("<p>Choose <strong>all</strong> fractions that are greater than {half}.</p>"),
            question: several(random, right, false_ones),
            why: "A fraction is greater than one half when twice its numerator is more than its denominator.".to_owned(),
            features: &[SeveralRight],
            twin: (round / 2).to_string(),
        }));
    }
    drafts
}

fn closest(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "closest", standard: COMPARISON, depth: 2 };
    let cases = [(5, 11), (1, 12), (8, 9), (7, 15), (2, 19), (11, 12), (4, 9), (17, 20)];
    let mut drafts = Vec::new();
    for (n, d) in random.take(cases.to_vec(), 8) {
        let marks: [Term; 3] = [Whole(0), Fraction(1, 2), Whole(1)];
        let key = if 4 * n < d {
            0
        } else if 4 * n > 3 * d {
            2
        } else {
            1
        };
        let shown: Vec<Shown> = marks.into_iter().map(Shown::from).collect();
        let idea = |at: usize| (at != key).then_some(if at == 2 { LARGER_NUMBERS } else { WRONG_BENCHMARK });
        let order: Vec<(&Shown, Option<Idea>)> =
            shown.iter().enumerate().map(|(at, mark)| (mark, idea(at))).collect();
        drafts.push(family.draft(Asked {
            stem: format!("<p>Which number is {} closest to?</p>", fraction(n, d)),
            question: in_this_order(&order),
            why: format!(
                "Half of {d} is {}; the numerator {n} is nearest to {}.",
                half(d),
                ["0", "that", "the denominator"][key]
            ),
            features: &[],
            twin: key.to_string(),
        }));
    }
    drafts
}

fn half(number: i64) -> String {
    if number % 2 == 0 { (number / 2).to_string() } else { Mixed(number / 2, 1, 2).typed() }
}

fn with_reason(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "compare and explain", standard: COMPARISON, depth: 3 };
    let cases = [
        ((3, 8), (4, 7)),
        ((2, 5), (5, 9)),
        ((7, 12), (3, 7)),
        ((5, 8), (4, 9)),
        ((1, 3), (6, 11)),
        ((6, 10), (5, 12)),
        ((3, 10), (5, 8)),
        ((8, 15), (2, 6)),
    ];
    let mut drafts = Vec::new();
    for (a, b) in cases {
        assert_ne!(ratio(a.0, a.1), ratio(b.0, b.1), "the two differ");
        let (less, more) = if is_less(a, b) { (a, b) } else { (b, a) };
        let name = |(n, d): (i64, i64)| fraction(n, d);
        let part_a =
            [Shown::from(Fraction(a.0, a.1)), Shown::from(Fraction(b.0, b.1)), Shown::from("They are equal")];
        let greater = if more == a { 0 } else { 1 };
        let idea =
            |at: usize| (at != greater).then_some(if at == 2 { ONE_NUMBER_ONLY } else { LARGER_DENOMINATOR });
        let order: Vec<(&Shown, Option<Idea>)> =
            part_a.iter().enumerate().map(|(at, shown)| (shown, idea(at))).collect();
        let half = fraction(1, 2);
        let key = format!("{} is less than {half} and {} is more than {half}.", name(less), name(more));
        let candidates = vec![
            wrong(
                format!("{} is more than {half} and {} is less than {half}.", name(less), name(more)),
                FALSE_REASON,
            ),
            wrong(format!("{} and {} are both less than {half}.", name(less), name(more)), FALSE_REASON),
            wrong(
                format!("{} and {} have different denominators.", name(less), name(more)),
                TRUE_BUT_NO_REASON,
            ),
        ];
        let reason = choice(random, key, candidates);
        drafts.push(family.draft(Asked {
            stem: format!("<p>Compare {} and {}.</p>", name(a), name(b)),
            question: two_parts(
                ("<p>Which is greater?</p>", in_this_order(&order)),
                ("<p>How can you tell?</p>", reason),
            ),
            why: format!("{}/{} is less than one half, {}/{} is more.", less.0, less.1, more.0, more.1),
            features: &[Reasoning],
            twin: format!("{}/{}", more.0, more.1),
        }));
    }
    drafts
}
