//! The report: one HTML file that needs nothing else.

use std::fmt::Write;

use super::curves::{convergence, item_curve, observed_scores, test_information};
use super::dif_sections::dif_sections;
use super::fit_sections::item_fit_sections;
use super::page::Page;
use super::svg::escape;
use super::wright::wright_map;
use super::{Evidence, Summary};
use crate::model::Estimate;

/// The most items drawn; the table lists all of them.
const ITEMS_DRAWN_MAX: usize = 400;

/// The report of a calibration of `source`.
pub fn html_report(evidence: &Evidence<'_>, summary: &Summary, source: &str) -> String {
    let mut file = Page::new(&format!("Calibration of {source}"));
    let mut page = String::with_capacity(1 << 18);
    certificate(&mut page, summary);
    groups(&mut page, summary);
    let figure = |page: &mut String, heading: &str, picture: &str, words: &str| {
        let _ = write!(page, "<h2>{heading}</h2><figure>{picture}<figcaption>{words}</figcaption></figure>");
    };
    page.push_str("<div class=\"grid\"><section>");
    figure(
        &mut page,
        "Convergence",
        &convergence(evidence),
        "Distance of the log-posterior from its end, powers of ten, by pass over the responses.",
    );
    page.push_str("</section><section>");
    figure(
        &mut page,
        "Information",
        &test_information(evidence),
        "Test information (line) and standard error in logits (dashes) by ability.",
    );
    page.push_str("</section><section>");
    figure(
        &mut page,
        "Wright map",
        &wright_map(evidence),
        "Examinees (left) and item locations (right) on the same scale, in logits.",
    );
    page.push_str("</section></div>");
    remarkable(&mut page, summary);
    items(&mut page, evidence);
    file.markup(&page);
    if let Some(fit) = &evidence.fit {
        item_fit_sections(&mut file, evidence.calibration, fit);
    }
    for dif in &evidence.dif {
        dif_sections(&mut file, dif, evidence.matrix.items());
    }
    page.clear();
    item_figures(&mut page, evidence);
    file.markup(&page);
    file.finish()
}

fn certificate(page: &mut String, summary: &Summary) {
    let yes_no = |value: bool| if value { "yes" } else { "no" };
    let identified = summary.identified.map_or("not examined", yes_no);
    let weight = summary.examinees;
    let rows = [
        (
            "Converged",
            format!("{} ({}, {} passes)", yes_no(summary.converged), summary.outcome, summary.iterations),
        ),
        ("Largest gradient component", format!("{:.2e}", summary.largest_gradient)),
        ("Largest fall of the log-posterior", format!("{:.1e}", summary.largest_fall)),
        ("Identified (information positive definite)", identified.to_owned()),
        ("Log-likelihood", format!("{:.6}", summary.log_likelihood)),
        ("AIC, BIC, SABIC", format!("{:.3}, {:.3}, {:.3}", summary.aic, summary.bic, summary.sabic)),
        ("Estimated parameters", summary.free_parameters.to_string()),
        ("Examinees, items, answers", format!("{weight}, {}, {}", summary.items, summary.answers)),
        (
            "Quadrature",
            format!(
                "{} nodes on [{:.2}, {:.2}]; smallest posterior deviation {:.3}{}",
                summary.quadrature_nodes,
                summary.quadrature_bounds[0],
                summary.quadrature_bounds[1],
                summary.smallest_posterior_deviation,
                summary
                    .grid_warnings
                    .iter()
                    .fold(String::new(), |all, warning| all + "; " + &escape(warning)),
            ),
        ),
        (
            "Reliability, marginal and empirical",
            format!("{:.4}, {:.4}", summary.marginal_reliability, summary.empirical_reliability),
        ),
        ("Seconds of estimation", format!("{:.3}", summary.seconds)),
    ];
    page.push_str("<h2>Certificate</h2><div class=\"scroll\"><table>");
    for (name, value) in rows {
        let _ = write!(page, "<tr><th scope=\"row\">{name}</th><td class=\"text\">{value}</td></tr>");
    }
    page.push_str("</table></div>");
}

fn groups(page: &mut String, summary: &Summary) {
    page.push_str("<h2>Latent distributions</h2><div class=\"scroll\"><table><tr><th>group</th><th>examinees</th><th>mean</th><th>(error)</th><th>variance</th><th>(error)</th></tr>");
    for group in &summary.groups {
        let name = if group.name.is_empty() { "all" } else { &group.name };
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{:.4}</td><td>{}</td><td>{:.4}</td><td>{}</td></tr>",
            escape(name),
            group.examinees,
            group.mean,
            optional(group.se_mean),
            group.variance,
            optional(group.se_variance),
        );
    }
    page.push_str("</table></div>");
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"))
}

fn remarkable(page: &mut String, summary: &Summary) {
    if summary.remarkable_items.is_empty() {
        return;
    }
    page.push_str("<h2>Items to look at</h2><ul>");
    for item in &summary.remarkable_items {
        let left_out = if item.left_out { " (left out)" } else { "" };
        let _ = write!(
            page,
            "<li><b>{}</b>{left_out}: {}</li>",
            escape(&item.item),
            escape(&item.notes.join("; "))
        );
    }
    page.push_str("</ul>");
}

fn items(page: &mut String, evidence: &Evidence<'_>) {
    page.push_str("<h2>Items</h2><div class=\"scroll\"><table><tr><th>item</th><th class=\"text\">model</th><th>answers</th><th class=\"text\">a (error)</th><th class=\"text\">b (error)</th><th class=\"text\">c, d (error)</th><th>gradient</th></tr>");
    let list = |estimates: &[Estimate]| {
        let one = |estimate: &Estimate| match estimate.standard_error {
            Some(error) => format!("{:.3} ({error:.3})", estimate.value),
            None => format!("{:.3}", estimate.value),
        };
        estimates.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    for (item, parameters) in evidence.calibration.items.iter().zip(&evidence.parameters) {
        if let Some(problem) = &item.problem {
            let _ = write!(
                page,
                "<tr><td>{}</td><td class=\"text\">{}</td><td>{}</td><td class=\"text note\" colspan=\"4\">left out: {problem}</td></tr>",
                escape(&item.id),
                item.parameters.model(),
                item.answers
            );
            continue;
        }
        let asymptotes: Vec<Estimate> = parameters.c.into_iter().chain(parameters.d).collect();
        let _ = write!(
            page,
            "<tr><td>{}</td><td class=\"text\">{}</td><td>{}</td><td class=\"text\">{}</td><td class=\"text\">{}</td><td class=\"text\">{}</td><td>{:.1e}</td></tr>",
            escape(&item.id),
            item.parameters.model(),
            item.answers,
            list(&parameters.a),
            list(&parameters.b),
            list(&asymptotes),
            item.largest_gradient,
        );
    }
    page.push_str("</table></div>");
}

fn item_figures(page: &mut String, evidence: &Evidence<'_>) {
    page.push_str("<h2>Item curves</h2><p>Expected score by ability (line), mean score of examinees spread by their posterior (dots), category probabilities (dots in lines).</p>");
    let count = evidence.parameters.len();
    if count > ITEMS_DRAWN_MAX {
        let _ = write!(page, "<p>The first {ITEMS_DRAWN_MAX} of {count} items are drawn.</p>");
    }
    let observed = observed_scores(evidence);
    page.push_str("<div class=\"grid\">");
    for (item, calibrated) in evidence.calibration.items.iter().enumerate().take(ITEMS_DRAWN_MAX) {
        if calibrated.problem.is_none() {
            let points = observed.get(item).map_or(&[][..], Vec::as_slice);
            let picture = item_curve(evidence, item, points);
            let _ =
                write!(page, "<figure>{picture}<figcaption>{}</figcaption></figure>", escape(&calibrated.id));
        }
    }
    page.push_str("</div>");
}
