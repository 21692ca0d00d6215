//! Linking and drift on report pages.

use super::page::{Page, decimals};
use super::svg::Chart;
use crate::drift::{Alarm, ItemDrift, ResidualDrift};
use crate::linking::{AnchorCheck, CommonItem, Constants, LinkErrors};
use crate::model::ItemParameters;

/// The most rolling means drawn.
const COURSES_MAX: usize = 100;
/// Sizes of the charts, in pixels.
const SCATTER: (f64, f64) = (340.0, 320.0);

/// The report of `waymark link`.
pub fn link_report(
    title: &str,
    common: &[CommonItem],
    checks: &[AnchorCheck],
    (constants, errors): (Constants, Option<LinkErrors>),
) -> String {
    let mut page = Page::new(title);
    linked(&mut page, common, constants, errors);
    page.heading("Common items");
    let columns = ["item", "difference of location", "robust z", "log ratio of slopes", "robust z", ""];
    let rows = common.iter().zip(checks).map(|(item, check)| {
        vec![
            item.id.clone(),
            decimals(check.location_difference, 3),
            decimals(check.location_z, 2),
            decimals(check.log_slope_difference, 3),
            decimals(check.slope_z, 2),
            match check {
                AnchorCheck { left_out: true, .. } => "left out",
                AnchorCheck { outlying: true, .. } => "outlier",
                _ => "",
            }
            .to_owned(),
        ]
    });
    page.table(&columns, rows);
    page.finish()
}

/// The report of `waymark drift` on two banks; `flagged` says of every item whether it has drifted.
pub fn drift_report(
    title: &str,
    common: &[CommonItem],
    constants: Constants,
    found: &[(ItemDrift, bool)],
) -> String {
    let mut page = Page::new(title);
    linked(&mut page, common, constants, None);
    page.heading("Drift");
    let columns = [
        "item",
        "difference of location",
        "robust z",
        "log ratio of slopes",
        "robust z",
        "difference of scores",
        "distance of curves",
        "Wald",
        "df",
        "adjusted p",
        "",
    ];
    let rows = common.iter().zip(found).map(|(item, (drift, flagged))| {
        let (wald, df, p) = match drift.wald {
            Some(wald) => (wald.statistic, wald.degrees_of_freedom.to_string(), wald.adjusted_probability),
            None => (f64::NAN, "–".to_owned(), f64::NAN),
        };
        vec![
            item.id.clone(),
            decimals(drift.location_difference, 3),
            decimals(drift.location_z, 2),
            decimals(drift.log_slope_difference, 3),
            decimals(drift.slope_z, 2),
            decimals(drift.score_difference, 3),
            decimals(drift.root_mean_square, 3),
            decimals(wald, 2),
            df,
            decimals(p, 4),
            if *flagged { "drifted" } else { "" }.to_owned(),
        ]
    });
    page.table(&columns, rows);
    let flagged = common.iter().zip(found).filter(|(_, (_, flagged))| *flagged).take(COURSES_MAX);
    page.heading("Curves of items that drifted");
    page.figures(flagged.map(|(item, _)| (two_curves(item, constants), item.id.clone())));
    page.finish()
}

/// The report of `waymark drift` on live answers.
pub fn residual_drift_report(title: &str, ids: &[String], found: &[ResidualDrift], window: usize) -> String {
    let mut page = Page::new(title);
    page.paragraph(&format!(
        "Every answer is held against what the examinee's other answers predict. Recent: the last {window} answers. An alarm is raised by a cumulative sum of the residuals."
    ));
    page.heading("Items");
    let columns = ["item", "answers", "mean residual", "recent", "alarm", "at answer"];
    page.table(
        &columns,
        ids.iter().zip(found).map(|(id, drift)| {
            let (words, at) = match drift.alarm {
                Some((Alarm::Easier, at)) => ("easier", at.to_string()),
                Some((Alarm::Harder, at)) => ("harder", at.to_string()),
                None => ("", String::new()),
            };
            vec![
                id.clone(),
                drift.answers.to_string(),
                decimals(drift.mean, 3),
                decimals(drift.recent, 3),
                words.to_owned(),
                at,
            ]
        }),
    );
    page.heading("Rolling means");
    page.paragraph(&format!("Mean standardised residual of the last {window} answers, by answers so far; dashes: two standard errors."));
    let mut order: Vec<usize> = (0..found.len()).filter(|&item| found[item].course.len() > 1).collect();
    order.sort_by_key(|&item| (found[item].alarm.is_none(), item));
    let drawn = order.into_iter().take(COURSES_MAX);
    page.figures(drawn.map(|item| (course(&ids[item], &found[item], window), ids[item].clone())));
    page.finish()
}

fn linked(page: &mut Page, common: &[CommonItem], constants: Constants, errors: Option<LinkErrors>) {
    page.heading("Link");
    let with = |value: f64, error: Option<f64>| match error {
        Some(error) => format!("{value:.6} (standard error {error:.6})"),
        None => format!("{value:.6}"),
    };
    page.facts(&[
        ("A (slope)", with(constants.slope, errors.map(|errors| errors.slope))),
        ("B (intercept)", with(constants.intercept, errors.map(|errors| errors.intercept))),
        ("Common items", common.len().to_string()),
    ]);
    let difficulty = |item: &ItemParameters| {
        let b = item.conventional(None).b;
        b.iter().map(|estimate| estimate.value).sum::<f64>() / b.len() as f64
    };
    let slope = |item: &ItemParameters| item.conventional(None).a.last().map_or(f64::NAN, |a| a.value);
    let before = |read: &dyn Fn(&ItemParameters) -> f64| -> Vec<(f64, f64)> {
        common.iter().map(|item| (read(&item.from), read(&item.to))).collect()
    };
    let after = |read: &dyn Fn(&ItemParameters) -> f64| -> Vec<(f64, f64)> {
        common.iter().map(|item| (read(&constants.item(&item.from)), read(&item.to))).collect()
    };
    page.figures([
        (
            scatter("Difficulties before linking", &before(&difficulty)),
            "Difficulties before linking: the moved scale across, the other upwards.".to_owned(),
        ),
        (
            scatter("Difficulties after linking", &after(&difficulty)),
            "Difficulties after linking; on the line they are equal.".to_owned(),
        ),
        (scatter("Slopes before linking", &before(&slope)), "Slopes before linking.".to_owned()),
        (scatter("Slopes after linking", &after(&slope)), "Slopes after linking.".to_owned()),
    ]);
}

fn scatter(title: &str, points: &[(f64, f64)]) -> String {
    let finite: Vec<(f64, f64)> =
        points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    let all = finite.iter().flat_map(|&(x, y)| [x, y]);
    let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let (low, high) = if low < high { ((low - 0.1).floor(), (high + 0.1).ceil()) } else { (-1.0, 1.0) };
    let mut chart = Chart::new(title, SCATTER, (low, high), (low, high));
    let middle = 0.5 * (low + high);
    chart.axes(&[low, middle, high], &[low, middle, high]);
    chart.line("faint", &[(low, low), (high, high)]);
    chart.dots("main-dot", &finite, 3.0);
    chart.finish()
}

fn two_curves(item: &CommonItem, constants: Constants) -> String {
    let moved = constants.item(&item.from);
    let highest = (item.to.categories() - 1) as f64;
    let title = format!("{}: expected score by ability, old (dashes) and new (line)", item.id);
    let mut chart = Chart::new(&title, (230.0, 150.0), (-4.0, 4.0), (0.0, highest));
    chart.axes(&[-4.0, 0.0, 4.0], &[0.0, highest]);
    let curve = |item: &ItemParameters| -> Vec<(f64, f64)> {
        (0..=64).map(|k| -4.0 + f64::from(k) / 8.0).map(|theta| (theta, item.expected_score(theta))).collect()
    };
    chart.line("second", &curve(&moved));
    chart.line("main", &curve(&item.to));
    chart.finish()
}

fn course(id: &str, drift: &ResidualDrift, window: usize) -> String {
    let points: Vec<(f64, f64)> =
        drift.course.iter().map(|&(answers, mean)| (answers as f64, mean)).collect();
    let limit = 2.0 / (window as f64).sqrt();
    let highest = points.iter().fold(2.0 * limit, |a, point| a.max(point.1.abs()));
    let last = drift.answers as f64;
    let title = format!("{id}: rolling mean of standardised residuals");
    let mut chart = Chart::new(&title, (230.0, 130.0), (0.0, last), (-highest, highest));
    chart.axes(&[0.0, last], &[-limit, 0.0, limit]);
    for height in [-limit, limit] {
        chart.line("faint", &[(0.0, height), (last, height)]);
    }
    chart.line("main", &points);
    if let Some((_, at)) = drift.alarm {
        chart.line("second", &[(at as f64, -highest), (at as f64, highest)]);
    }
    chart.finish()
}
