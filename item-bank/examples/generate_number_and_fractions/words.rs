//! Numbers in English words, for the text alternatives of formulas.

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SMALL_ORDINALS: [&str; 20] = [
    "",
    "",
    "half",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];

/// `42` is “forty-two”; from 100 on, digits.
pub fn cardinal(number: i64) -> String {
    match number {
        0..20 => SMALL[number as usize].to_owned(),
        20..100 if number % 10 == 0 => TENS[(number / 10) as usize].to_owned(),
        20..100 => format!("{}-{}", TENS[(number / 10) as usize], SMALL[(number % 10) as usize]),
        _ => number.to_string(),
    }
}

/// The part that a denominator names: `4` is “fourth”; `None` where English has no easy word.
fn part(denominator: i64) -> Option<String> {
    match denominator {
        2..20 => Some(SMALL_ORDINALS[denominator as usize].to_owned()),
        20..100 if denominator % 10 == 0 => {
            let tens = TENS[(denominator / 10) as usize];
            Some(format!("{}ieth", tens.trim_end_matches('y')))
        }
        100 => Some("hundredth".to_owned()),
        _ => None,
    }
}

/// `3, 4` is “three fourths”; `1, 2` is “one half”; where the word is not easy, “seven over twenty-one”.
pub fn fraction(numerator: i64, denominator: i64) -> String {
    match part(denominator) {
        Some(part) if numerator == 1 => format!("one {part}"),
        Some(part) if part == "half" => format!("{} halves", cardinal(numerator)),
        Some(part) => format!("{} {part}s", cardinal(numerator)),
        None => format!("{} over {}", cardinal(numerator), cardinal(denominator)),
    }
}

/// The name of the parts alone: “fourths”, “halves”.
pub fn parts(denominator: i64) -> String {
    match part(denominator) {
        Some(part) if part == "half" => "halves".to_owned(),
        Some(part) => format!("{part}s"),
        None => format!("parts of one {denominator}th"),
    }
}
