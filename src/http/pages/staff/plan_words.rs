//! What a plan means, a sentence a line: length and end first, then content, items by name, how items are chosen.

use item_bank::ItemId;

use super::item_words::pool_word;
use crate::adaptive::{
    Assembly, ExposureControl, ExposureRule, FieldTestRule, ItemRules, LikelihoodRatio, OffGradeRule,
    Refresh, Selection, SelectionCriterion, StimulusRule, Stopping, TestPlan,
};
use crate::http::pages::words;

/// The plan in sentences.
pub fn plan_words(plan: &TestPlan) -> Vec<String> {
    let mut lines = vec![format!(
        "{} of the {} pool{}.",
        between(plan.stopping.minimum_items, Some(plan.stopping.maximum_items), "item"),
        pool_word(plan.pool),
        end_words(&plan.stopping)
    )];
    lines.extend((!plan.description.is_empty()).then(|| plan.description.clone()));
    lines.extend(plan.blueprint.iter().map(|row| {
        let name = row.name.clone().unwrap_or_else(|| row.words());
        let bounds = match (row.minimum, row.maximum) {
            (least, None) => format!("at least {least}"),
            (0, Some(most)) => format!("at most {most}"),
            (least, Some(most)) if least == most => format!("exactly {most}"),
            (least, Some(most)) => format!("{least} to {most}"),
        };
        words::sentence(&format!("{name}: {bounds}"))
    }));
    lines.extend(set_words(&plan.stimulus_sets));
    lines.extend(item_rule_words(&plan.items));
    lines.extend(plan.off_grade.as_ref().map(off_grade_words));
    lines.extend(plan.field_test.as_ref().map(field_test_words));
    lines.push(selection_words(&plan.selection));
    lines.extend(plan.exposure.as_ref().map(exposure_words));
    lines
}

/// "14 to 24 items"; a greatest number that is absent is no limit.
fn between(least: usize, most: Option<usize>, noun: &str) -> String {
    match most {
        Some(most) if least == most => words::counted(most, noun),
        Some(most) => format!("{least} to {}", words::counted(most, noun)),
        None => format!("at least {}", words::counted(least, noun)),
    }
}

fn end_words(stopping: &Stopping) -> String {
    let mut ends = Vec::new();
    if let Some(error) = stopping.standard_error {
        ends.push(format!("a standard error of at most {} logits", words::decimal(error)));
    }
    if let Some(confidence) = &stopping.level_confidence {
        let about = level_words(confidence.level.as_deref());
        ends.push(format!("{} certainty about {about}", words::percent(confidence.probability)));
    }
    if let Some(test) = &stopping.decision {
        let about = level_words(test.level.as_deref());
        let ratio = match test.ratio {
            LikelihoodRatio::Fixed => "sequential test",
            LikelihoodRatio::Generalized => "generalized sequential test",
        };
        ends.push(format!(
            "a decision about {about} by a {ratio} (errors of {} above and {} below)",
            words::percent(test.false_above),
            words::percent(test.false_below)
        ));
    }
    if let Some(gain) = stopping.standard_error_reduction {
        ends.push(format!(
            "less than {} logits of error to be gained by one more item",
            words::decimal(gain)
        ));
    }
    if let Some(information) = stopping.information_minimum {
        ends.push(format!("no item left with an information of {}", words::decimal(information)));
    }
    if ends.is_empty() { String::new() } else { format!(", ending early at {}", ends.join(" or ")) }
}

fn level_words(level: Option<&str>) -> String {
    level.map_or_else(|| "the level".to_owned(), |level| format!("level {level}"))
}

fn set_words(rule: &StimulusRule) -> Option<String> {
    if *rule == StimulusRule::default() {
        return None;
    }
    let sets = match (rule.minimum_sets, rule.maximum_sets) {
        (0, None) => "Stimulus sets".to_owned(),
        (0, Some(most)) => format!("At most {}", words::counted(most, "stimulus set")),
        (least, most) => between(least, most, "stimulus set"),
    };
    let items = match (rule.minimum_items, rule.maximum_items) {
        (1, Some(most)) => format!("at most {}", words::counted(most, "item")),
        (least, most) => between(least, most, "item"),
    };
    Some(format!("{sets}, each with {items} one after the other."))
}

fn item_rule_words(rules: &ItemRules) -> Vec<String> {
    let names = |items: &[ItemId]| items.iter().map(ItemId::as_str).collect::<Vec<_>>().join(", ");
    let mut lines = Vec::new();
    if !rules.required.is_empty() {
        lines.push(format!("In every test: {}.", names(&rules.required)));
    }
    if !rules.forbidden.is_empty() {
        lines.push(format!("In no test: {}.", names(&rules.forbidden)));
    }
    lines.extend(rules.together.iter().map(|group| format!("All of them or none: {}.", names(group))));
    if let Some(order) = &rules.order {
        let places = match &order.values {
            Some(values) => values.join(", then "),
            None => "ascending numbers".to_owned(),
        };
        lines.push(format!("In the order of {}: {places}.", order.attribute));
    }
    if let Some(most) = rules.seen_maximum {
        lines.push(match most {
            0 => "No item that the student saw in an earlier attempt, unless no test is possible without."
                .to_owned(),
            most => format!(
                "At most {} that the student saw in earlier attempts, unless no test is possible without.",
                words::counted(most, "item")
            ),
        });
    }
    lines
}

fn off_grade_words(rule: &OffGradeRule) -> String {
    let side = |values: &[String], is: &str, cut: f64| {
        (!values.is_empty())
            .then(|| format!("{} once ability is {is} {}", values.join(", "), words::decimal(cut)))
    };
    let sides = [side(&rule.below, "below", rule.lowest), side(&rule.above, "at or above", rule.highest)];
    format!(
        "Items of another {} than {} only after {} and with {} certainty: {} logits.",
        rule.attribute,
        rule.grade,
        words::counted(rule.after_items, "answer"),
        words::percent(rule.probability),
        sides.into_iter().flatten().collect::<Vec<_>>().join("; ")
    )
}

fn field_test_words(rule: &FieldTestRule) -> String {
    let count =
        if rule.items_per_test == 1 { "One".to_owned() } else { format!("Up to {}", rule.items_per_test) };
    let bands = match rule.bands() {
        1 => String::new(),
        bands => format!(", spread over {bands} bands of ability"),
    };
    let until = rule
        .answers_wanted
        .map(|answers| format!(", each until it has {answers} answers"))
        .unwrap_or_default();
    let at_once =
        rule.items_at_once.map(|items| format!(", {items} items at the same time")).unwrap_or_default();
    format!(
        "{count} in field test at places {} to {}{bands}{at_once}{until}: they count for nothing.",
        rule.first_position, rule.last_position
    )
}

fn selection_words(selection: &Selection) -> String {
    let criterion = match selection.criterion {
        SelectionCriterion::MaximumInformation => "most informative at the estimate".to_owned(),
        SelectionCriterion::RobustInformation => {
            "most informative at the estimate, less the error of the item's parameters".to_owned()
        }
        SelectionCriterion::ClosestDifficulty => "of the difficulty closest to the estimate".to_owned(),
        SelectionCriterion::ClosestPeak => "most informative where the estimate is".to_owned(),
        SelectionCriterion::LikelihoodWeightedInformation => {
            "most informative over the likelihood".to_owned()
        }
        SelectionCriterion::PosteriorWeightedInformation => "most informative over the posterior".to_owned(),
        SelectionCriterion::KullbackLeibler => {
            "of the greatest Kullback–Leibler information over the likelihood".to_owned()
        }
        SelectionCriterion::PosteriorKullbackLeibler => {
            "of the greatest Kullback–Leibler information over the posterior".to_owned()
        }
        SelectionCriterion::GlobalDiscrimination => {
            "that tells abilities apart best over the likelihood".to_owned()
        }
        SelectionCriterion::PosteriorGlobalDiscrimination => {
            "that tells abilities apart best over the posterior".to_owned()
        }
        SelectionCriterion::MinimumExpectedVariance => "of the least posterior variance to expect".to_owned(),
        SelectionCriterion::MinimumExpectedVarianceAtEstimate => {
            "of the least posterior variance to expect at the estimate".to_owned()
        }
        SelectionCriterion::ExpectedInformation => {
            "most informative at the estimate to expect next".to_owned()
        }
        SelectionCriterion::ExpectedObservedInformation => {
            "of the greatest observed information to expect".to_owned()
        }
        SelectionCriterion::ContentWeights { content } => {
            format!("by weights, content having {}", words::percent(content))
        }
        SelectionCriterion::Progressive { .. } => "by chance first, by information more and more".to_owned(),
        SelectionCriterion::Proportional { .. } => "drawn with odds that grow with information".to_owned(),
    };
    let draw = match selection.randomesque {
        1 => "The item".to_owned(),
        best => format!("One of the {best} items"),
    };
    let assembly = match (selection.assembly, selection.refresh) {
        (Assembly::ItemByItem, _) => "chosen item by item",
        (Assembly::ShadowTest, Refresh::Always) => "chosen from a whole test assembled before every item",
        (Assembly::ShadowTest, Refresh::Every(_)) => "chosen from a whole test assembled every few items",
        (Assembly::ShadowTest, Refresh::EstimateMoved(_)) => {
            "chosen from a whole test assembled when the estimate has moved"
        }
        (Assembly::ShadowTest, Refresh::SetBoundaries) => {
            "chosen from a whole test assembled between stimulus sets"
        }
    };
    let often = match (selection.assembly, selection.refresh) {
        (Assembly::ShadowTest, Refresh::Every(items)) => format!(" ({})", words::counted(items, "item")),
        (Assembly::ShadowTest, Refresh::EstimateMoved(by)) => format!(" (by {} logits)", words::decimal(by)),
        _ => String::new(),
    };
    format!("{draw} {criterion}, {assembly}{often}.")
}

fn exposure_words(rule: &ExposureRule) -> String {
    let control = match rule.control {
        ExposureControl::Eligibility => "by drawing which items are eligible".to_owned(),
        ExposureControl::SympsonHetter => "by probabilities found in simulation".to_owned(),
        ExposureControl::Priority { steepness } => {
            format!("by giving items less priority the nearer they come (steepness {steepness})")
        }
    };
    let bands = match rule.bands() {
        1 => String::new(),
        bands => format!(" in each of {bands} bands of ability"),
    };
    format!("No item in more than {} of tests{bands}, kept {control}.", words::percent(rule.maximum_rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(document: &str) -> Vec<String> {
        plan_words(&TestPlan::from_json(document).unwrap())
    }

    #[test]
    fn the_bundled_plan_is_told_whole() {
        let lines = told(include_str!("../../../../plans/find-your-level.json"));
        assert_eq!(
            lines[0],
            "10 to 20 items of the interim pool, ending early at a standard error of at most 0.38 logits or 90\u{a0}% \
             certainty about the level."
        );
        assert!(lines.contains(&"Strand = addition and subtraction: 2 to 8.".to_owned()), "{lines:?}");
        assert!(lines.contains(
            &"At most 2 stimulus sets, each with at least 2 items one after the other.".to_owned()
        ));
        assert!(lines.iter().any(|line| line
            == "Up to 2 in field test at places 4 to 11, spread over 3 bands of ability, 6 items at the same time, \
                each until it has 500 answers: they count for nothing."));
        assert_eq!(
            lines.last().unwrap(),
            "One of the 5 items most informative at the estimate, chosen item by item."
        );
    }

    #[test]
    fn every_section_of_a_plan_has_its_sentence() {
        let lines = told(
            r#"{ "id": "p", "version": 1, "name": "P", "pool": "summative",
              "stopping": { "minimum_items": 12, "maximum_items": 12 },
              "blueprint": [{ "name": "hard ones", "attribute": "depth", "minimum": 3 }],
              "selection": { "criterion": "posterior_kullback_leibler", "assembly": "shadow_test", "refresh": { "every": 5 } },
              "items": { "required": ["A"], "forbidden": ["B", "C"], "together": [["D", "E"]],
                "order": { "attribute": "part", "values": ["warm-up", "core"] }, "seen_maximum": 3 },
              "off_grade": { "attribute": "grade", "grade": "5", "above": ["6"], "after_items": 8, "probability": 0.9,
                "lowest": -1, "highest": 1.5 },
              "exposure": { "maximum_rate": 0.25, "band_cuts": [0] } }"#,
        );
        assert_eq!(
            lines,
            [
                "12 items of the summative pool.",
                "Hard ones: at least 3.",
                "In every test: A.",
                "In no test: B, C.",
                "All of them or none: D, E.",
                "In the order of part: warm-up, then core.",
                "At most 3 items that the student saw in earlier attempts, unless no test is possible without.",
                "Items of another grade than 5 only after 8 answers and with 90\u{a0}% certainty: 6 once ability is at or \
                 above 1.50 logits.",
                "The item of the greatest Kullback–Leibler information over the posterior, chosen from a whole test \
                 assembled every few items (5 items).",
                "No item in more than 25\u{a0}% of tests in each of 2 bands of ability, kept by giving items less priority \
                 the nearer they come (steepness 10).",
            ]
        );
    }
}
