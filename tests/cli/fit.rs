//! `waymark fit`.

use serde_json::Value;

use super::evidence::{ITEMS, number, responses, rows};
use super::program::Desk;

/// The answers with a copy of item i2 at the end, and item i7 answered by the toss of a coin.
fn with_a_copy_and_noise() -> String {
    let text = responses();
    let mut lines = text.lines();
    let mut made = format!("{},copy\n", lines.next().expect("a header"));
    for (place, line) in lines.enumerate() {
        let mut cells: Vec<&str> = line.split(',').collect();
        let copy = cells[2 + 2];
        cells[2 + 7] = if (place * 7919 / 13) % 2 == 0 { "1" } else { "0" };
        cells.push(copy);
        made += &(cells.join(",") + "\n");
    }
    made
}

#[test]
fn fit_names_the_item_that_does_not_follow_and_the_pair_that_depends() {
    let desk = Desk::new();
    desk.file("r.csv", &with_a_copy_and_noise());
    let ended = desk
        .run(&["fit", "r.csv", "--model", "rasch", "--ignore", "group", "--out", "fit", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let printed: Value = serde_json::from_str(&ended.out).expect("JSON");
    let misfitting: Vec<&str> = printed["misfitting_items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item["item"].as_str().expect("an id"))
        .collect();
    assert!(misfitting.contains(&"i7"), "{printed}");
    let first = &printed["dependent_pairs"][0];
    assert_eq!((first["first"].as_str(), first["second"].as_str()), (Some("i2"), Some("copy")), "{printed}");
    assert_eq!(printed["model_fit"]["degrees_of_freedom"], 66 - 12);
    assert!(printed["model_fit"]["p"].as_f64().is_some_and(|p| p < 0.01), "{printed}");
    let items = rows(&desk.text("fit/item_fit.csv"));
    assert_eq!(items.len(), ITEMS + 1);
    assert!(items["i7"]["flag"] == "misfit" && number(&items["i7"]["outfit"]) > 1.3, "{:?}", items["i7"]);
    assert!(items["i0"]["flag"].is_empty() && number(&items["i0"]["df"]) > 0.0);
    let classical = rows(&desk.text("fit/classical.csv"));
    assert!(number(&classical["i7"]["item_rest"]) < 0.15 && number(&classical["i0"]["item_rest"]) > 0.15);
    assert_eq!(desk.text("fit/person_fit.csv").lines().count(), 401);
    let report = desk.text("fit/report.html");
    assert!(report.contains("Local dependence") && report.contains("standardised residuals by ability"));
    assert!(!report.contains("<script") && !report.contains("http"), "one file that needs nothing else");
}

#[test]
fn fit_against_a_bank_takes_its_parameters_and_refuses_what_it_lacks() {
    let desk = Desk::new();
    desk.file("r.csv", &responses());
    let ended = desk.run(&["calibrate", "r.csv", "--model", "2pl", "--ignore", "group", "--out", "c"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let ended = desk.run(&["fit", "r.csv", "--bank", "c/bank.json", "--ignore", "group", "--out", "fit"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.contains("400 examinees") && ended.out.contains("RMSEA"), "{}", ended.out);
    assert!(ended.out.contains("latent distribution: mean"), "{}", ended.out);
    let held = ["fit", "r.csv", "--bank", "c/bank.json", "--ignore", "group", "--latent", "standard"];
    let ended = desk.run(&[&held[..], &["--out", "held", "--format", "json"]].concat());
    let printed: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(printed["latent_estimated"], false);
    assert_eq!(printed["latent_standard_deviation"], 1.0);
    assert_eq!(printed["model_fit"]["degrees_of_freedom"], 55, "nothing was estimated");
    let items = rows(&desk.text("held/item_fit.csv"));
    assert!(number(&items["i0"]["infit_eap"]) < number(&items["i0"]["infit"]), "plugged in, it is too small");
    desk.file("other.csv", &responses().replacen("i9", "j9", 1));
    let ended = desk.run(&["fit", "other.csv", "--bank", "c/bank.json", "--ignore", "group", "--out", "no"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("has no parameters for item \"j9\""), "{}", ended.err);
    assert!(!desk.has("no"), "a refused command writes nothing");
    let ended = desk.run(&["fit", "--help"]);
    assert!(ended.code == 0 && ended.out.contains("Examples:"), "{}", ended.out);
}

#[test]
fn options_are_held_against_the_score_on_the_other_items() {
    let desk = Desk::new();
    let text = responses().replacen("examinee,group", "examinee,other", 1);
    desk.file("r.csv", &text);
    // The key of i0 is A; who misses it chooses B, and every fifth of them C.
    let choices: String = text
        .lines()
        .enumerate()
        .map(|(place, line)| {
            let cells: Vec<&str> = line.split(',').collect();
            let option = match (place, cells[2]) {
                (0, id) => id,
                (_, "1") => "A",
                (place, _) if place % 5 == 0 => "C",
                _ => "B",
            };
            format!("{},{option}\n", cells[0])
        })
        .collect();
    desk.file("choices.csv", &choices);
    desk.file("key.csv", "item,key\ni0,A\n");
    let run = |choices: &str, key: &str, out: &str| {
        let start = ["fit", "r.csv", "--model", "2pl", "--ignore", "other", "--out", out];
        desk.run(&[&start[..], &["--choices", choices, "--key", key]].concat())
    };
    let ended = run("choices.csv", "key.csv", "fit");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let table = desk.text("fit/distractors.csv");
    let lines: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.iter().map(|line| line[1]).collect::<Vec<_>>(), ["A", "B", "C"]);
    assert_eq!(lines.iter().map(|line| number(line[3])).sum::<f64>(), 400.0);
    // The key draws the able: its point-biserial is the item-rest correlation of the classical table.
    let rest = number(&rows(&desk.text("fit/classical.csv"))["i0"]["item_rest"]);
    assert!((number(lines[0][6]) - rest).abs() < 1e-9 && rest > 0.0 && number(lines[1][6]) < 0.0, "{table}");
    desk.file("no_key.csv", "item,key\ni1,A\n");
    let ended = run("choices.csv", "no_key.csv", "no");
    assert!(ended.code == 1 && ended.err.contains("column 2: item \"i0\" has no key"), "{}", ended.err);
    desk.file("stranger.csv", "examinee,i0\nnobody,A\n");
    let ended = run("stranger.csv", "key.csv", "no");
    assert!(ended.err.contains("line 2: the responses have no examinee \"nobody\""), "{}", ended.err);
    assert!(!desk.has("no"), "a refused command writes nothing");
}

#[test]
fn a_weight_of_two_is_the_line_twice_for_fit_and_dif() {
    let desk = Desk::new();
    let text = responses();
    let (header, lines) = text.split_once('\n').expect("a header");
    let weight = |place: usize| 1 + place % 2;
    let weighted = lines.lines().enumerate().map(|(place, line)| format!("{line},{}\n", weight(place)));
    desk.file("weighted.csv", &(format!("{header},w\n") + &weighted.collect::<String>()));
    let repeated = lines.lines().enumerate().flat_map(|(place, line)| {
        (0..weight(place)).map(move |copy| format!("copy{copy}of{line}\n")).collect::<Vec<_>>()
    });
    desk.file("repeated.csv", &(format!("{header}\n") + &repeated.collect::<String>()));
    let groups = ["--group", "group", "--reference", "a", "--focal", "b"];
    for (file, weight) in [("weighted", &["--weight", "w"][..]), ("repeated", &[])] {
        let input = format!("{file}.csv");
        for (command, more) in [("fit", &["--ignore", "group"][..]), ("dif", &groups[..])] {
            let out = format!("{command}_{file}");
            let start = [command, &input, "--model", "2pl", "--out", &out];
            let ended = desk.run(&[&start[..], weight, more].concat());
            assert_eq!(ended.code, 0, "{}", ended.err);
        }
    }
    let of = |table: &str, column: &str| -> Vec<f64> {
        let found = rows(&desk.text(table));
        (0..ITEMS).map(|item| number(&found[&format!("i{item}")][column])).collect()
    };
    for (table, column) in [
        ("fit_*/item_fit.csv", "s_x2"),
        ("fit_*/item_fit.csv", "infit"),
        ("fit_*/classical.csv", "item_rest"),
        ("dif_*/dif.csv", "delta"),
        ("dif_*/dif.csv", "lr_uniform"),
    ] {
        let [one, other] = ["weighted", "repeated"].map(|kind| of(&table.replace('*', kind), column));
        let close = one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-3 * b.abs().max(1.0));
        assert!(close, "{table} {column}: {one:?} {other:?}");
    }
}

/// The answers in long form: examinee after examinee, ten seconds an item, and half a second on i3 by every tenth.
fn in_long_form() -> String {
    let text = responses();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let mut long = String::from("examinee,item,score,position,timestamp_ms\n");
    for (examinee, line) in lines.enumerate() {
        let mut clock = 1_000_000;
        for (place, (item, score)) in header.iter().zip(line.split(',')).enumerate().skip(2) {
            clock += if *item == "i3" && examinee % 10 == 0 { 500 } else { 10_000 + 10 * examinee };
            long += &format!("e{examinee},{item},{score},{place},{clock}\n");
        }
    }
    long
}

#[test]
fn rapid_guesses_are_told_and_left_out_unless_they_are_kept() {
    let desk = Desk::new();
    desk.file("long.csv", &in_long_form());
    let run = |command: &str, more: &[&str], out: &str| -> Value {
        let start = [command, "long.csv", "--model", "2pl", "--format", "json", "--out", out];
        let ended = desk.run(&[&start[..], more].concat());
        assert_eq!(ended.code, 0, "{}", ended.err);
        serde_json::from_str(&ended.out).expect("JSON")
    };
    let counts = |printed: Value| (printed["answers"].as_u64(), printed["rapid_guesses"].as_u64());
    assert_eq!(counts(run("fit", &[], "fit")), (Some(3_960), Some(40)));
    assert_eq!(counts(run("fit", &["--rapid-guesses", "keep"], "kept")), (Some(4_000), Some(0)));
    assert_eq!(counts(run("calibrate", &[], "c")), (Some(3_960), Some(40)));
    let times = rows(&desk.text("fit/response_times.csv"));
    assert_eq!(times.len(), ITEMS - 1, "nothing says when the first item was shown");
    assert_eq!((number(&times["i3"]["rapid"]), number(&times["i3"]["rapid_share"])), (40.0, 0.1));
    assert!((number(&times["i4"]["median_ms"]) - 11_995.0).abs() < 1.0, "{:?}", times["i4"]);
    assert_eq!(desk.text("kept/response_times.csv"), desk.text("fit/response_times.csv"));
    let classical = rows(&desk.text("fit/classical.csv"));
    assert_eq!((number(&classical["i3"]["answers"]), number(&classical["i3"]["omitted"])), (360.0, 0.0));
    assert!(desk.text("fit/report.html").contains("Response times"));
    assert!(!desk.has("c/response_times.csv"));
}
