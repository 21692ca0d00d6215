//! Fit on a report page: items with residual plots, pairs, examinees and the whole.

use super::fit_evidence::{ABERRANT, DEPENDENCE_MIN, FitEvidence, ItemFitEvidence};
use super::page::{Page, decimals};
use super::svg::Chart;
use crate::estimation::Calibration;
use crate::item_fit::{MeanSquares, ResidualPoint, SummedScoreFit};
use crate::model_fit::LimitedInformationFit;

/// The most residual plots drawn; the table lists all items.
const PLOTS_MAX: usize = 200;
/// The most lines of a table of pairs or examinees.
const LINES_MAX: usize = 50;

/// The report of `waymark fit`.
pub fn fit_report(evidence: &FitEvidence<'_>, source: &str) -> String {
    let mut page = Page::new(&format!("Fit of {source}"));
    whole(&mut page, evidence);
    item_fit_sections(&mut page, evidence.calibration, &evidence.items);
    pairs(&mut page, evidence);
    persons(&mut page, evidence);
    classical(&mut page, evidence);
    times(&mut page, evidence);
    page.finish()
}

fn whole(page: &mut Page, evidence: &FitEvidence<'_>) {
    page.heading("The whole test");
    let calibration = evidence.calibration;
    let mut facts = vec![
        ("Examinees, items", format!("{}, {}", evidence.matrix.examinee_count(), calibration.items.len())),
        ("Answers", evidence.matrix.answer_count().to_string()),
        ("Log-likelihood", format!("{:.4}", calibration.log_likelihood)),
        ("Converged", if calibration.converged() { "yes" } else { "no" }.to_owned()),
    ];
    if let Some(test) = &evidence.test {
        facts.push(("Cronbach's alpha (examinees who answered everything)", decimals(test.alpha, 4)));
    }
    match &evidence.model {
        Ok(fit) => facts.push(("M2 (items with more scores: M2*)", in_words(fit))),
        Err(why) => facts.push(("M2", format!("not available: {why}"))),
    }
    if let Some(fit) = &evidence.model_by_category {
        facts.push(("C2", in_words(fit)));
    }
    page.facts(&facts);
}

fn in_words(fit: &LimitedInformationFit) -> String {
    let [low, high] = fit.rmsea_interval;
    format!(
        "{:.2} on {} degrees of freedom, p {:.4}; RMSEA {:.4} (90 %: {low:.4} to {high:.4}); SRMSR {:.4}; TLI {:.4}; CFI {:.4}; {} examinees",
        fit.statistic,
        fit.degrees_of_freedom,
        fit.probability,
        fit.rmsea,
        fit.srmsr,
        fit.tli,
        fit.cfi,
        fit.examinees
    )
}

/// Misfitting items, the table of all and their residual plots.
pub(super) fn item_fit_sections(page: &mut Page, calibration: &Calibration, items: &ItemFitEvidence) {
    page.heading("Item fit");
    let ids: Vec<&str> = calibration.items.iter().map(|item| item.id.as_str()).collect();
    let named = ids.iter().zip(&items.misfits);
    let misfitting: Vec<String> =
        named.filter_map(|(id, misfit)| Some(format!("{id}: {}", misfit.as_ref()?))).collect();
    if misfitting.is_empty() {
        page.paragraph("No item misfits by the rule: a mean square outside 0.7 to 1.3, significant at 0.01 after adjustment for the number of items.");
    } else {
        page.paragraph("These items misfit: a mean square outside 0.7 to 1.3, significant at 0.01 after adjustment for the number of items.");
        page.list(&misfitting);
    }
    let columns = ["item", "answers", "infit", "z", "outfit", "z", "S-X²", "df", "p", "RMSEA"];
    let rows = ids.iter().enumerate().map(|(item, id)| {
        let square =
            |read: &dyn Fn(&MeanSquares) -> f64| items.mean_squares[item].as_ref().map_or(f64::NAN, read);
        let summed = |read: &dyn Fn(&SummedScoreFit) -> f64| {
            items.summed_score.get(item).and_then(Option::as_ref).map_or(f64::NAN, read)
        };
        vec![
            (*id).to_owned(),
            decimals(square(&|s| s.answers), 0),
            decimals(square(&|s| s.infit.value), 3),
            decimals(square(&|s| s.infit.standardised), 2),
            decimals(square(&|s| s.outfit.value), 3),
            decimals(square(&|s| s.outfit.standardised), 2),
            decimals(summed(&|s| s.statistic), 2),
            decimals(summed(&|s| s.degrees_of_freedom as f64), 0),
            decimals(summed(&|s| s.probability), 4),
            decimals(summed(&|s| s.rmsea), 4),
        ]
    });
    page.table(&columns, rows);
    page.heading("Residuals");
    page.paragraph("Observed less expected mean score, in standard errors, by ability; examinees are spread over abilities by their posterior, which on short tests brings the dots a little too close to 0. Dashes: −2 and 2.");
    if ids.len() > PLOTS_MAX {
        page.paragraph(&format!("The first {PLOTS_MAX} of {} items are drawn.", ids.len()));
    }
    let drawn = ids.iter().zip(&items.residuals).zip(&calibration.items).take(PLOTS_MAX);
    let usable = drawn.filter(|(_, item)| item.problem.is_none());
    page.figures(usable.map(|((id, points), _)| (residual_plot(id, points), (*id).to_owned())));
}

fn residual_plot(id: &str, points: &[ResidualPoint]) -> String {
    let highest = points.iter().fold(3.0_f64, |a, point| a.max(point.standardised.abs())).min(12.0);
    let title = format!("{id}: standardised residuals by ability");
    let mut chart = Chart::new(&title, (230.0, 130.0), (-4.0, 4.0), (-highest, highest));
    chart.axes(&[-4.0, 0.0, 4.0], &[-2.0, 0.0, 2.0]);
    for height in [-2.0, 2.0] {
        chart.line("faint", &[(-4.0, height), (4.0, height)]);
    }
    chart.line("axis", &[(-4.0, 0.0), (4.0, 0.0)]);
    let dots: Vec<(f64, f64)> =
        points.iter().map(|point| (point.theta.clamp(-4.0, 4.0), point.standardised)).collect();
    chart.dots("second-dot", &dots, 3.0);
    chart.finish()
}

fn pairs(page: &mut Page, evidence: &FitEvidence<'_>) {
    page.heading("Local dependence");
    let ids = evidence.matrix.items();
    if evidence.dependent.is_empty() {
        page.paragraph(&format!(
            "No pair of items has a residual correlation (Q3) {DEPENDENCE_MIN} above the mean of all."
        ));
        return;
    }
    page.paragraph(&format!(
        "{} of {} pairs have a residual correlation (Q3) {DEPENDENCE_MIN} or more above the mean of all.",
        evidence.dependent.len(),
        evidence.pairs.len()
    ));
    let rows = evidence.dependent.iter().take(LINES_MAX).map(|pair| {
        let [first, second] = [pair.first, pair.second].map(|item| ids[item].clone());
        vec![first, second, pair.examinees.to_string(), decimals(pair.correlation, 3)]
    });
    page.table(&["item", "item", "examinees", "Q3"], rows);
}

fn persons(page: &mut Page, evidence: &FitEvidence<'_>) {
    page.heading("Examinees");
    let aberrant = evidence.aberrant();
    let judged = evidence.persons.iter().flatten().count();
    page.paragraph(&format!(
        "{} of {judged} examinees have lz* below {ABERRANT}, where one in a hundred is expected.",
        aberrant.len()
    ));
    if aberrant.is_empty() {
        return;
    }
    let rows = aberrant.iter().take(LINES_MAX).map(|(examinee, fit)| {
        let square = |read: &dyn Fn(&MeanSquares) -> f64| fit.mean_squares.as_ref().map_or(f64::NAN, read);
        vec![
            evidence.matrix.examinee(*examinee),
            decimals(fit.theta, 3),
            decimals(fit.corrected_log_likelihood, 2),
            decimals(square(&|s| s.infit.value), 2),
            decimals(square(&|s| s.outfit.value), 2),
        ]
    });
    page.table(&["examinee", "ability", "lz*", "infit", "outfit"], rows);
}

fn times(page: &mut Page, evidence: &FitEvidence<'_>) {
    if evidence.times.is_empty() {
        return;
    }
    page.heading("Response times");
    page.paragraph("Since the answer before, in seconds. An answer faster than a tenth of the item's mean time, at most ten seconds, is a rapid guess (Wise & Ma, 2012).");
    let columns = ["item", "timed", "lower quartile", "median", "upper quartile", "limit", "rapid guesses"];
    let named = evidence.matrix.items().iter().zip(&evidence.times);
    let rows = named.filter_map(|(id, times)| {
        let times = (*times)?;
        let seconds = |ms: f64| decimals(ms / 1_000.0, 1);
        let [low, middle, high] = times.quartiles_ms.map(seconds);
        let limit = seconds(times.threshold_ms.unwrap_or(f64::NAN));
        Some(vec![id.clone(), times.timed.to_string(), low, middle, high, limit, times.rapid.to_string()])
    });
    page.table(&columns, rows);
}

fn classical(page: &mut Page, evidence: &FitEvidence<'_>) {
    page.heading("Without a model");
    let columns = ["item", "answers", "passed over", "not reached", "difficulty", "with total", "with rest"];
    let rows = evidence.matrix.items().iter().zip(&evidence.classical).map(|(id, found)| {
        vec![
            id.clone(),
            found.answers.to_string(),
            found.omitted.to_string(),
            found.not_reached.to_string(),
            decimals(found.difficulty, 3),
            decimals(found.item_total, 3),
            decimals(found.item_rest, 3),
        ]
    });
    page.table(&columns, rows);
}
