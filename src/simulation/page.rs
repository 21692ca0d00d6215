//! The report of a simulation as one HTML page that needs nothing else.

use std::fmt::Write;

use super::field_test::FieldTestUse;
use super::plot::{Mark, Plot, Series, svg};
use super::readiness::ReadinessErrors;
use super::run::SimulatedTest;
use super::shadow::ShadowUse;
use super::strands::StrandRecovery;
use super::summary::{AbilityBand, Summary, exposure_of};
use crate::adaptive::ItemPool;

/// Points drawn at most; a plot of 100,000 dots shows no more.
const DOTS_MAX: usize = 2_000;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1d2733;--paper:#fff;--soft:#5b6876;--line:#dde3ea;--one:#1f6fb2;--two:#c2570c}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--paper:#14191f;--soft:#a3b0bd;--line:#2c3641;--one:#6db3f2;--two:#f2a65a}}
body{margin:0 auto;max-width:60rem;padding:2rem 1rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .4rem}p{max-width:46rem}
.soft{color:var(--soft)}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .9rem .25rem 0;text-align:right;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left}.scroll{overflow-x:auto}
svg{width:100%;height:auto;max-width:40rem}svg text{font-size:11px;fill:var(--soft)}.grid{stroke:var(--line)}
.series0{fill:var(--one);stroke:var(--one)}.series1{fill:var(--two);stroke:var(--two)}circle{stroke:none;opacity:.5}
polyline{stroke-width:2}rect{stroke:none}.figures{display:flex;flex-wrap:wrap;gap:1.2rem 2.4rem;margin:1.2rem 0;padding:0;list-style:none}
.figures b{display:block;font-size:1.5rem;font-weight:600}";

/// The page.
#[must_use]
pub fn report_page(summary: &Summary, pool: &ItemPool, tests: &[SimulatedTest]) -> String {
    let first: Vec<&SimulatedTest> = tests.iter().filter(|test| test.attempt == 0).collect();
    let title = format!("Simulation of {} on {}", escape(&summary.plan), escape(&summary.bank));
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>"
    );
    headline(&mut out, summary);
    section(&mut out, "Accuracy by ability", &error_plot(&first));
    section(&mut out, "", &bands_table(summary));
    section(&mut out, "Length", &length_plot(summary));
    section(&mut out, "", &reasons_table(summary));
    section(&mut out, "Exposure, from the most used item to the least", &exposure_plot(pool, &first));
    section(&mut out, "What the pool can say", &supply_plot(summary));
    section(&mut out, "", &supply_words(summary));
    if !summary.cuts.is_empty() {
        section(&mut out, "Decisions", &cuts_table(summary));
    }
    if !summary.highest_of.is_empty() {
        section(&mut out, "Keeping the highest of several attempts", &highest_table(summary));
    }
    if let Some(errors) = &summary.readiness {
        section(&mut out, "The readiness rule", &readiness_table(errors));
    }
    if !summary.strands.is_empty() {
        section(&mut out, "Scores by strand", &strands_table(&summary.strands));
    }
    if let Some(shadow_tests) = &summary.shadow_tests {
        section(&mut out, "Shadow tests", &shadow_words(shadow_tests));
    }
    if let Some(field_test) = &summary.field_test {
        section(&mut out, "Field-test items", &field_test_table(field_test));
    }
    out.push_str("</body></html>\n");
    out
}

fn headline(out: &mut String, summary: &Summary) {
    let (metrics, exposure) = (&summary.metrics, &summary.exposure);
    let tests = metrics.n;
    let needs = match summary.accommodations.is_empty() {
        true => String::new(),
        false => format!(" who need {}", escape(&summary.accommodations.words())),
    };
    let _ = write!(
        out,
        "<p class=\"soft\">{tests} simulated examinees{needs}, {} items in the pool, plan version {}.</p><ul class=\"figures\">",
        summary.pool_items, summary.plan_version
    );
    let figures = [
        (format!("{:.3}", metrics.rmse), "root mean squared error, logits"),
        (format!("{:+.3}", metrics.bias), "bias, logits"),
        (format!("{:.1}%", 100.0 * metrics.coverage_95), "within 1.96 standard errors"),
        (format!("{:.1}", metrics.mean_length), "items on average"),
        (format!("{:.2}", exposure.max_exposure), "highest exposure of an item"),
        (format!("{:.0}%", 100.0 * exposure.share_used), "of the pool used"),
        (format!("{:.2}", exposure.overlap), "overlap of two tests"),
        (summary.violations.to_string(), "requirements not met"),
    ];
    for (figure, words) in figures {
        let _ = write!(out, "<li><b>{figure}</b>{words}</li>");
    }
    out.push_str("</ul>");
    if !summary.violation_examples.is_empty() {
        let examples: Vec<String> = summary.violation_examples.iter().map(|words| escape(words)).collect();
        let _ = write!(out, "<p>{}</p>", examples.join("<br>"));
    }
}

fn section(out: &mut String, title: &str, body: &str) {
    if !title.is_empty() {
        let _ = write!(out, "<h2>{title}</h2>");
    }
    let _ = write!(out, "<div class=\"scroll\">{body}</div>");
}

fn error_plot(tests: &[&SimulatedTest]) -> String {
    let every = tests.len().div_ceil(DOTS_MAX).max(1);
    let points = tests.iter().step_by(every).map(|test| (test.theta, test.estimate.theta.0 - test.theta));
    svg(&Plot {
        title: "Error of the estimate by true ability",
        x_label: "true ability, logits",
        y_label: "error, logits",
        series: vec![Series { name: "one test", mark: Mark::Dots, points: points.collect() }],
    })
}

fn length_plot(summary: &Summary) -> String {
    let points = summary.lengths.iter().map(|(&length, &tests)| (length as f64, tests as f64)).collect();
    svg(&Plot {
        title: "Tests by their number of items",
        x_label: "items",
        y_label: "tests",
        series: vec![Series { name: "tests", mark: Mark::Bars, points }],
    })
}

fn exposure_plot(pool: &ItemPool, tests: &[&SimulatedTest]) -> String {
    let mut counts = exposure_of(pool, tests);
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let rate = |(rank, &count): (usize, &usize)| (rank as f64 + 1.0, count as f64 / tests.len() as f64);
    svg(&Plot {
        title: "Share of tests with each item, most used first",
        x_label: "items, most used first",
        y_label: "share of tests",
        series: vec![Series {
            name: "exposure",
            mark: Mark::Line,
            points: counts.iter().enumerate().map(rate).collect(),
        }],
    })
}

fn shadow_words(shadow_tests: &ShadowUse) -> String {
    let ShadowUse { by_status, nodes, most_nodes, greatest_gap_millionths } = shadow_tests;
    let rows = by_status.iter().map(|(&status, items)| vec![status.words().to_owned(), items.to_string()]);
    let mut words = table(&["an item came from", "items"], rows);
    let _ = write!(words, "<p>{nodes} nodes of search, at most {most_nodes} for one item.");
    if let Some(gap) = greatest_gap_millionths {
        let _ = write!(words, " No test could be better by more than {:.2}%.", *gap as f64 / 1e4);
    }
    words + "</p>"
}

fn bands_table(summary: &Summary) -> String {
    let rows = summary.by_ability.iter().map(|band| {
        let found = &band.recovery;
        vec![
            format!("{:.2} to {:.2}", band.lowest, band.highest),
            found.n.to_string(),
            format!("{:+.3}", found.bias),
            format!("{:.3}", found.rmse),
            format!("{:.3}", found.mean_standard_error),
            format!("{:.1}%", 100.0 * found.coverage_95),
            format!("{:.1}", found.mean_length),
        ]
    });
    table(&["ability", "tests", "bias", "RMSE", "mean SE", "coverage", "items"], rows)
}

fn reasons_table(summary: &Summary) -> String {
    let rows = summary.stop_reasons.iter();
    let rows = rows.map(|(reason, tests)| vec![reason.words().to_owned(), tests.to_string()]);
    table(&["the test is over because", "tests"], rows)
}

fn cuts_table(summary: &Summary) -> String {
    let rows = summary.cuts.iter().map(|cut| {
        vec![
            escape(&cut.level),
            format!("{:.2}", cut.cut),
            format!("{:.2}%", 100.0 * cut.false_above),
            format!("{:.2}%", 100.0 * cut.false_below),
        ]
    });
    let accuracy = summary.level_accuracy.map_or(0.0, |share| 100.0 * share);
    let table = table(&["level", "cut", "placed above, is below", "placed below, is above"], rows);
    format!("<p>{accuracy:.1}% of the tests place the examinee in the true level.</p>{table}")
}

fn supply_plot(summary: &Summary) -> String {
    let best = summary.supply.iter().map(|place| (place.theta, place.best_standard_error));
    let middle = |band: &AbilityBand| f64::midpoint(band.lowest, band.highest);
    let reached = summary.by_ability.iter().map(|band| (middle(band), band.recovery.mean_standard_error));
    svg(&Plot {
        title: "Standard error with the best items of the pool, and as the tests reached it",
        x_label: "ability, logits",
        y_label: "standard error, logits",
        series: vec![
            Series { name: "the best items", mark: Mark::Line, points: best.collect() },
            Series { name: "the tests, by tenths of ability", mark: Mark::Dots, points: reached.collect() },
        ],
    })
}

fn supply_words(summary: &Summary) -> String {
    let short: Vec<String> = summary
        .supply
        .iter()
        .filter(|place| place.is_short)
        .map(|place| format!("{:+.1}", place.theta))
        .collect();
    let words = if short.is_empty() {
        "The line is what the most informative items could do, the dots are what the tests did.".to_owned()
    } else {
        format!(
            "At these abilities no test under the plan can reach its standard error: {}.",
            short.join(", ")
        )
    };
    format!("<p>{words}</p>")
}

fn readiness_table(errors: &ReadinessErrors) -> String {
    let percent = |share: f64| format!("{:.1}%", 100.0 * share);
    let row = |words: &str, share: f64| vec![words.to_owned(), percent(share)];
    let shares = [
        row("recommended for the validation", errors.recommended),
        row("validated when all take it", errors.validated),
        row("recommended, and not validated", errors.false_ready),
        row("told to wait, and would be validated", errors.false_not_ready),
        row("recommended with an ability below the cut", errors.ready_below_cut),
        row("told to wait with an ability at or above the cut", errors.waiting_above_cut),
        row("without enough answers for a recommendation", errors.not_enough_evidence),
    ];
    let classes = errors.predictions.iter().map(|class| {
        vec![
            format!("{} to {}", percent(class.from), percent(class.to)),
            class.examinees.to_string(),
            percent(class.probability),
            percent(class.validated),
        ]
    });
    format!(
        "<p>Cut at {:.2} logits.</p>{}<p>Predictions beside what came.</p>{}",
        errors.cut,
        table(&["examinees", "share"], shares.into_iter()),
        table(&["probability of being validated", "examinees", "mean probability", "validated"], classes)
    )
}

fn strands_table(strands: &[StrandRecovery]) -> String {
    let rows = strands.iter().map(|strand| {
        vec![
            escape(&strand.strand),
            strand.tests.to_string(),
            format!("{:.1}", strand.mean_answers),
            format!("{:.3}", strand.rmse),
            format!("{:.3}", strand.mean_standard_error),
            format!("{:.1}%", 100.0 * strand.coverage_95),
            format!("{:.3}", strand.rmse_alone),
            format!("{:.1}%", 100.0 * strand.coverage_alone_95),
        ]
    });
    let head = ["strand", "tests", "answers", "RMSE", "mean SE", "coverage", "RMSE alone", "coverage alone"];
    format!(
        "<p>A score borrows strength from the answers in other strands; alone it would rest on its own.</p>{}",
        table(&head, rows)
    )
}

fn highest_table(summary: &Summary) -> String {
    let rows = summary.highest_of.iter().map(|kept| {
        vec![kept.attempts.to_string(), format!("{:+.3}", kept.bias), format!("{:.3}", kept.rmse)]
    });
    table(&["attempts", "bias of the highest, logits", "RMSE, logits"], rows)
}

fn field_test_table(field_test: &FieldTestUse) -> String {
    let end = |end: Option<f64>| end.map_or_else(|| "…".to_owned(), |end| format!("{end:.2}"));
    let rows = field_test.bands.iter().map(|band| {
        vec![
            format!("{} to {}", end(band.from), end(band.to)),
            band.answers.to_string(),
            band.fewest.to_string(),
            band.most.to_string(),
        ]
    });
    let head = ["ability when answered", "answers", "item with the fewest", "item with the most"];
    format!(
        "<p>{} items, {:.2} in a test on average. They count for nothing above.</p>{}",
        field_test.items,
        field_test.mean_per_test,
        table(&head, rows)
    )
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head: String = head.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    let row = |cells: Vec<String>| {
        let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        format!("<tr>{cells}</tr>")
    };
    let rows: String = rows.map(row).collect();
    format!("<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
