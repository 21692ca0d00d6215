//! Which options of a multiple-choice item draw whom.

use std::collections::BTreeMap;

/// One option of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Distractor {
    /// The option as it was recorded.
    pub option: String,
    /// Whether it is the key.
    pub is_key: bool,
    /// Examinees who chose it, summed by weight.
    pub examinees: f64,
    /// Their share of those who chose any.
    pub proportion: f64,
    /// Mean rest score of those who chose it.
    pub mean_rest: f64,
    /// Correlation of choosing it with the rest score; a distractor that draws abler examinees than the key does is
    /// above 0.
    pub point_biserial: f64,
}

/// What one examinee chose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice<'a> {
    /// The option.
    pub option: &'a str,
    /// Mean score on the other items.
    pub rest: f64,
    /// The examinee's weight.
    pub weight: f64,
}

/// The options chosen, one an examinee who answered, in the order of their names.
pub fn distractors<'a>(choices: impl Iterator<Item = Choice<'a>>, key: &str) -> Vec<Distractor> {
    let mut by_option: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let (mut n, mut sum, mut square) = (0.0, 0.0, 0.0);
    for Choice { option, rest, weight } in choices {
        let own = by_option.entry(option).or_default();
        own.0 += weight;
        own.1 += weight * rest;
        n += weight;
        sum += weight * rest;
        square += weight * rest * rest;
    }
    let deviation = (square / n - (sum / n).powi(2)).max(0.0).sqrt();
    by_option
        .into_iter()
        .map(|(option, (examinees, total))| {
            let (mean_rest, p) = (total / examinees, examinees / n);
            let point_biserial = (mean_rest - sum / n) / deviation * (p / (1.0 - p)).sqrt();
            let is_key = option == key;
            Distractor {
                option: option.to_owned(),
                is_key,
                examinees,
                proportion: p,
                mean_rest,
                point_biserial,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_draws_the_able() {
        let choices = [("A", 9.0), ("A", 8.0), ("B", 3.0), ("C", 2.0), ("A", 7.0), ("B", 1.0)];
        let choice = |(option, rest)| Choice { option, rest, weight: 1.0 };
        let found = distractors(choices.into_iter().map(choice), "A");
        assert_eq!(found.iter().map(|d| d.examinees).collect::<Vec<_>>(), [3.0, 2.0, 1.0]);
        assert!(found[0].is_key && found[0].point_biserial > 0.9 && found[1].point_biserial < 0.0);
    }
}
