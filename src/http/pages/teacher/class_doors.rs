//! Handlers of the classes, and the read model of a class as the page tells it.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::class_page::{
    CellView, ClassHead, ClassLink, ClassPage, ClassesPage, GroupView, GroupsPage, ListView, NamedStudent,
    RowView, tables,
};
use crate::assessment::{Recommendation, Verdict};
use crate::clock::Millis;
use crate::delivery::Viewer;
use crate::delivery::people::{classes, members};
use crate::delivery::read_models::{
    self, ClassCell, ClassColumn, ClassOverview, ClassRow, Groups, Listed, StepGroup, TrailScale,
    ValidationState,
};
use crate::http::error::ApiError;
use crate::http::pages::drawing::{IntervalChart, TrailSize, interval_chart};
use crate::http::pages::trails::{cuts_of, interval_of, score_words, trail_of};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, Html, show, words};
use crate::http::state::AppState;
use crate::store::accounts::Role;
use crate::store::{ClassId, PAGE_ROWS_MAX, PageRequest};

/// Names on a list before the rest is counted.
const LISTED_MAX: usize = 6;

const SHOWS: &[(&str, &str)] = &[
    ("all", "Everybody"),
    ("ready", "Ready to validate"),
    ("stalled", "Stalled"),
    ("running-out", "Running out of attempts"),
    ("unplaced", "Without a place yet"),
];
const SORTS: &[(&str, &str)] =
    &[("name", "Name"), ("level", "Level"), ("ready", "Probability"), ("last", "Last attempt")];

/// What is shown of a class, and how it is sorted.
#[derive(Debug, Default, Deserialize)]
pub struct ClassQuery {
    #[serde(default)]
    show: String,
    #[serde(default)]
    sort: String,
}

/// Shows the classes of a teacher, or of the school.
pub async fn classes(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
) -> Result<HttpResponse, ApiError> {
    let classes = classes::list(state.store(), &viewer, whole_page()).await?;
    let mut links = Vec::with_capacity(classes.rows.len());
    for class in classes.rows {
        let students = members::of_class(state.store(), &viewer, &class.id).await?.students.len();
        links.push(ClassLink {
            id: class.id.to_string(),
            grade: class.grade.map_or_else(|| "–".to_owned(), |grade| grade.to_string()),
            name: class.name,
            code: class.code,
            students,
        });
    }
    show(&ClassesPage { is_administrator: viewer.role == Role::Administrator, classes: links, frame })
}

/// Shows a class on its continua.
pub async fn class(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
    query: web::Query<ClassQuery>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    let class = head(&state, &viewer, &id, "overview").await?;
    let now = state.now();
    let overview = read_models::class_overview(&state.service, now, &id, whole_page()).await?;
    let show_what = known(SHOWS, &query.show);
    let sort = known(SORTS, &query.sort);
    let mut rows: Vec<&ClassRow> =
        overview.rows.iter().filter(|row| is_shown(&overview, row, show_what)).collect();
    sort_rows(&mut rows, sort);
    let used = used_columns(&overview);
    let rows: Vec<RowView> =
        rows.into_iter().map(|row| row_view(row, &overview.columns, &used, now)).collect();
    show(&ClassPage {
        frame,
        class,
        is_empty: overview.total_students == 0,
        lists: lists(&overview),
        columns: used.iter().map(|&index| overview.columns[index].name.clone()).collect(),
        rows_shown: rows.len(),
        tables: tables(rows, used.len()),
        shows: SHOWS,
        show: show_what.to_owned(),
        sorts: SORTS,
        sort: sort.to_owned(),
    })
}

/// Shows students with the same next step.
pub async fn groups(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    let class = head(&state, &viewer, &id, "groups").await?;
    let now = state.now();
    let overview = read_models::class_overview(&state.service, now, &id, PageRequest::first()).await?;
    let mut groups = Vec::new();
    for column in &overview.columns {
        let assessment = crate::store::AssessmentId(column.assessment_id.clone());
        let found = read_models::groups(&state.service, now, &id, &assessment).await?;
        // A progression that nobody has begun makes no groups.
        if !found.by_step.is_empty() {
            groups.extend(group_views(&found));
        }
    }
    let basis =
        "They rest on the attempt that counts; a need is named only where the answers carry it.".to_owned();
    show(&GroupsPage { frame, class, basis, groups })
}

/// What stands above every page of a class this person may see.
pub async fn head(
    state: &AppState,
    viewer: &Viewer,
    id: &ClassId,
    tab: &'static str,
) -> Result<ClassHead, ApiError> {
    let found = members::of_class(state.store(), viewer, id).await?;
    Ok(ClassHead {
        id: found.class.id.to_string(),
        name: found.class.name,
        code: found.class.code,
        students_words: words::counted(found.students.len(), "student"),
        tab,
    })
}

/// As many rows as one page may have.
#[must_use]
pub fn whole_page() -> PageRequest {
    PageRequest::new(PAGE_ROWS_MAX, 0).unwrap_or_else(PageRequest::first)
}

fn known(choices: &'static [(&'static str, &'static str)], wanted: &str) -> &'static str {
    choices.iter().map(|(id, _)| *id).find(|id| *id == wanted).unwrap_or(choices[0].0)
}

fn is_shown(overview: &ClassOverview, row: &ClassRow, show: &str) -> bool {
    let on = |list: &[Listed]| list.iter().any(|listed| listed.student_id == row.student_id);
    match show {
        "ready" => on(&overview.ready),
        "stalled" => on(&overview.stalled),
        "running-out" => on(&overview.running_out),
        "unplaced" => row.cells.iter().all(|cell| cell.place.is_none()),
        _ => true,
    }
}

fn sort_rows(rows: &mut [&ClassRow], sort: &str) {
    let theta = |row: &ClassRow| row.cells.iter().find_map(|cell| cell.place.map(|place| place.theta));
    let last = |row: &ClassRow| row.cells.iter().filter_map(|cell| cell.last_finished_at_ms).max();
    let probability = |row: &ClassRow| next_validation(row).and_then(|validation| validation.probability);
    let descending = |a: Option<f64>, b: Option<f64>| {
        b.unwrap_or(f64::NEG_INFINITY).total_cmp(&a.unwrap_or(f64::NEG_INFINITY))
    };
    match sort {
        "level" => rows.sort_by(|a, b| descending(theta(a), theta(b))),
        "ready" => rows.sort_by(|a, b| descending(probability(a), probability(b))),
        "last" => rows.sort_by_key(|row| last(row).unwrap_or(i64::MIN)),
        _ => {}
    }
}

/// The lowest validation above those that the student has passed; the highest passed when there is none.
fn next_validation(row: &ClassRow) -> Option<&ValidationState> {
    let all = || row.cells.iter().flat_map(|cell| &cell.validations);
    let passed = all().filter(|state| state.verdict == Some(Verdict::Validated));
    let highest = passed.max_by_key(|state| state.target_level);
    let ahead =
        |state: &&ValidationState| highest.is_none_or(|highest| state.target_level > highest.target_level);
    let next = all().filter(ahead).min_by_key(|state| state.target_level);
    next.or(highest)
}

/// Progressions on which somebody has a place; all of them when nobody has one yet.
fn used_columns(overview: &ClassOverview) -> Vec<usize> {
    let all = 0..overview.columns.len();
    let used = |index: &usize| {
        overview.rows.iter().any(|row| row.cells.get(*index).is_some_and(|cell| cell.place.is_some()))
    };
    let found: Vec<usize> = all.clone().filter(used).collect();
    if found.is_empty() { all.collect() } else { found }
}

fn row_view(row: &ClassRow, columns: &[ClassColumn], used: &[usize], now: Millis) -> RowView {
    let next = next_validation(row);
    let testing = row.cells.iter().any(|cell| cell.open_attempt_id.is_some());
    let left = used.iter().find_map(|&index| row.cells[index].attempts_left);
    let last = row.cells.iter().filter_map(|cell| cell.last_finished_at_ms).max();
    RowView {
        id: row.student_id.clone(),
        name: row.name.clone(),
        cells: used.iter().map(|&index| cell_view(&row.cells[index], &columns[index])).collect(),
        probability: next
            .and_then(|validation| validation.probability)
            .map_or_else(|| "–".to_owned(), words::percent),
        mark: if testing { Some(MarkView::new("trail", "play", "Testing")) } else { next.and_then(mark) },
        left: left.map_or_else(|| "∞".to_owned(), |left| left.to_string()),
        last: last.map_or_else(|| "never".to_owned(), |at| words::ago(Millis(at), now)),
    }
}

fn mark(next: &ValidationState) -> Option<MarkView> {
    if next.verdict == Some(Verdict::Validated) {
        return Some(MarkView::new("good", "check", "Validated"));
    }
    if next.unlock_id.is_some() {
        return Some(MarkView::new("trail", "unlock", "Unlocked"));
    }
    match next.recommendation {
        Recommendation::Unlock => Some(MarkView::new("good", "flag", "Ready")),
        _ if next.verdict == Some(Verdict::NotYet) => Some(MarkView::new("wait", "clock", "Not yet")),
        _ => None,
    }
}

fn cell_view(cell: &ClassCell, column: &ClassColumn) -> CellView {
    let Some(scale) = &column.trail else {
        return CellView { trail: Html::default(), level: "–".to_owned() };
    };
    let target = cell.validations.iter().find(|validation| validation.verdict != Some(Verdict::Validated));
    let trail = trail_of(scale, cell.place.as_ref(), &[], target.map(|target| target.target_level));
    CellView {
        trail: Html::drawing(trail.draw(TrailSize::Row)),
        level: cell.place.map_or_else(|| "–".to_owned(), |place| (place.level + 1).to_string()),
    }
}

fn lists(overview: &ClassOverview) -> Vec<ListView> {
    let list = |(id, name): (&'static str, &'static str), (tone, icon, empty), listed: &[Listed]| ListView {
        id,
        name,
        tone,
        icon,
        empty,
        total: listed.len(),
        students: listed.iter().take(LISTED_MAX).map(named).collect(),
        more: listed.len().saturating_sub(LISTED_MAX),
    };
    vec![
        list(("ready", "Ready to validate"), ("good", "flag", "Nobody just now."), &overview.ready),
        list(("stalled", "Stalled"), ("wait", "clock", "Nobody. Everyone moves."), &overview.stalled),
        list(
            ("running-out", "Running out of attempts"),
            ("stop", "warning", "Nobody is close to the limit."),
            &overview.running_out,
        ),
    ]
}

fn named(listed: &Listed) -> NamedStudent {
    NamedStudent {
        id: listed.student_id.clone(),
        name: listed.name.clone(),
        words: listed.probability.map_or_else(String::new, words::percent),
    }
}

fn group_views(groups: &Groups) -> Vec<GroupView> {
    let view = |group: &StepGroup, words: String| GroupView {
        name: group.title.clone(),
        words,
        students: group.students.iter().map(member).collect(),
        next_steps: group.next_steps.clone(),
        plot: None,
    };
    let place = |group: &StepGroup| {
        let count = words::counted(group.students.len(), "student");
        view(group, format!("{} · {count} at this level", groups.assessment_name))
    };
    let need = |group: &StepGroup| {
        let count = words::counted(group.students.len(), "student");
        let view = view(group, format!("{} · {count} with a need in this strand", groups.assessment_name));
        GroupView { plot: groups.trail.as_ref().map(|trail| need_plot(group, trail)), ..view }
    };
    let mut views: Vec<GroupView> = groups.by_step.iter().map(place).collect();
    views.extend(groups.by_need.iter().map(need));
    if !groups.not_placed.is_empty() {
        views.push(GroupView {
            name: "Without a place yet".to_owned(),
            words: format!("{}: a first attempt gives one", groups.assessment_name),
            students: groups.not_placed.iter().map(member).collect(),
            next_steps: Vec::new(),
            plot: None,
        });
    }
    views
}

/// The scores of a group in the strand it needs help with.
fn need_plot(group: &StepGroup, trail: &TrailScale) -> Html {
    let rows = group.students.iter().filter_map(|member| Some(interval_of(&member.name, &member.place?)));
    let chart = IntervalChart {
        cuts: cuts_of(trail),
        rows: rows.collect(),
        title: format!("Scores in {}", group.title),
        ..IntervalChart::default()
    };
    Html::drawing(interval_chart(&chart))
}

fn member(member: &read_models::GroupMember) -> NamedStudent {
    let words = member.place.as_ref().map(score_words).unwrap_or_default();
    NamedStudent { id: member.student_id.clone(), name: member.name.clone(), words }
}
