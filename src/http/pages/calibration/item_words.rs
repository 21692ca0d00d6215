//! Parameters, holds and outcomes of a proposal in words.

use item_bank::{ResponseModel, StandardErrors};
use serde_json::Value;

use crate::delivery::recalibration::{
    AnswerSource, AnswerTimes, CalibrationRequest, FitTest, GroupDifference, Hold, ProposedItem, StandingItem,
};
use crate::http::pages::view::MarkView;
use crate::http::pages::words;
use crate::store::recalibration::ItemDecision;

/// `2PL: a 1.20 ± 0.10, b 0.41 ± 0.08`; an em dash without parameters.
pub fn parameters(model: Option<&ResponseModel>, errors: Option<&StandardErrors>) -> String {
    let Some(Ok(Value::Object(fields))) = model.map(serde_json::to_value) else {
        return "—".to_owned();
    };
    let none = Vec::new();
    let errors_of = |name: &str| match (errors, name) {
        (Some(errors), "a") => &errors.a,
        (Some(errors), "b") => &errors.b,
        (Some(errors), "c") => &errors.c,
        (Some(errors), "d") => &errors.d,
        _ => &none,
    };
    let named = ["a", "b", "c", "d"].iter().filter_map(|name| {
        let numbers: Vec<f64> = match fields.get(*name)? {
            Value::Array(list) => list.iter().filter_map(Value::as_f64).collect(),
            other => other.as_f64().into_iter().collect(),
        };
        let errors = errors_of(name);
        let with_errors =
            numbers.iter().enumerate().map(|(index, number)| match errors.get(index).copied() {
                Some(Some(error)) => format!("{} ± {error:.2}", words::decimal(*number)),
                _ => words::decimal(*number),
            });
        Some(format!("{name} {}", with_errors.collect::<Vec<_>>().join("; ")))
    });
    let named: Vec<String> = named.collect();
    format!("{}: {}", fields.get("model").and_then(Value::as_str).unwrap_or("?"), named.join(", "))
}

/// Why an item is held, one sentence each.
pub fn hold(hold: &Hold) -> String {
    match hold {
        Hold::NotEstimated { why } => format!("not estimated: {why}"),
        Hold::FewAnswers { answers, needed } => format!("{answers} answers, {needed} were asked for"),
        Hold::Odd { what } | Hold::Misfit { what } | Hold::Dif { what } => what.clone(),
    }
}

/// Tests of fit and differences between groups, one sentence each.
pub fn evidence(item: &ProposedItem) -> Vec<String> {
    let fit = |name: &str, test: Option<FitTest>| {
        test.map(|test| {
            let FitTest { statistic, degrees_of_freedom, probability } = test;
            format!("{name} χ²({degrees_of_freedom}) = {statistic:.1}, p {probability:.3}")
        })
    };
    let difference = item.difference.as_ref().map(GroupDifference::words);
    [fit("by ability", item.by_ability), fit("S-X²", item.summed_score), difference]
        .into_iter()
        .flatten()
        .collect()
}

/// How long answers took, one sentence each.
pub fn times(times: &AnswerTimes) -> Vec<String> {
    let AnswerTimes { median_seconds, rapid_below_seconds, rapid_guesses, unanswered } = times;
    let mut lines = vec![format!("{median_seconds:.0} s, median")];
    if let Some(below) = rapid_below_seconds {
        lines.push(format!("{rapid_guesses} rapid (below {below:.1}\u{a0}s)"));
    }
    if *unanswered > 0 {
        lines.push(format!("left without an answer {unanswered} times"));
    }
    lines
}

/// What the response file is called; none when live answers are used.
pub fn file_name(request: &CalibrationRequest) -> Option<String> {
    match &request.answers {
        AnswerSource::Live { .. } => None,
        AnswerSource::File { file } if file.name.is_empty() => Some("pasted responses".to_owned()),
        AnswerSource::File { file } => Some(file.name.clone()),
    }
}

/// What will happen to an item.
pub fn outcome(item: &StandingItem<'_>) -> MarkView {
    match item.outcome() {
        ItemDecision::Accept => MarkView::new("good", "check", "Accepted"),
        ItemDecision::Hold => MarkView::new("wait", "lock", "Held"),
    }
}
