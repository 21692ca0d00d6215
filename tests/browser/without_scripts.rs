//! The whole product in a browser whose scripts are switched off: a student takes a test to its end, a teacher unlocks,
//! staff publish.

use serde_json::json;

use super::demo::Demo;
use super::driver::Browser;
use super::journey::{start, unlock};

/// More questions than any test of the demo has.
const QUESTIONS_MAX: u32 = 60;
const TOOLS: &str = "return document.querySelectorAll('[data-tool]:not([hidden])').length";
const ITEM: &str = "return document.getElementById('question-page').dataset.item";
const ITEM_OR_RESULT: &str = "return location.pathname.endsWith('/result')
    ? '' : document.getElementById('question-page')?.dataset.item ?? null";
const NEXT: &str = "#answer-form button[type=submit]";

/// Gives some answer by what is on the page: the first choice, one half, the first place that is free.
async fn fill_in(browser: &Browser) {
    for radio in browser.all("#answer-form fieldset input[type=radio]").await {
        radio.click().await.expect("a choice can be made");
    }
    if let Some(first) = browser.all("#answer-form input[type=checkbox]").await.first() {
        first.click().await.expect("a box can be ticked");
    }
    for field in browser.all("#answer-form input:not([type])").await {
        field.send_keys("1/2").await.expect("a number can be typed");
    }
    for (index, list) in browser.all("#answer-form select").await.iter().enumerate() {
        let options =
            list.find_all(fantoccini::Locator::Css("option")).await.expect("a list has options").len();
        list.select_by_index(1 + index % (options - 1)).await.expect("an option can be chosen");
    }
}

#[tokio::test]
async fn browser_a_student_takes_a_test_to_its_end_without_scripts() {
    let demo = Demo::start().await;
    let browser = Browser::start_without_scripts(&demo.address).await;
    browser.sign_student_in("Maya Alvarez").await;
    start(&browser, "find-your-level").await;
    assert_eq!(browser.run(TOOLS).await, json!(0), "tools that need scripts are not offered");
    let question = browser.path().await;
    let first = browser.run(ITEM).await;
    browser.press(NEXT).await;
    browser.find("#problem[role=alert]").await;
    // A break, and back to the very question.
    browser.press("a[href$='/pause']").await;
    browser.press("form[action$='/pause'] button.primary").await;
    browser.open("/home").await;
    browser.press("form[action$='/resume'] button, a[href^='/attempts/']").await;
    browser.until(&format!("return location.pathname === '{question}'")).await;
    assert_eq!(browser.run(ITEM).await, first);
    for _ in 0..QUESTIONS_MAX {
        if browser.path().await.ends_with("/result") {
            break;
        }
        let item = browser.run(ITEM).await;
        fill_in(&browser).await;
        browser.press(NEXT).await;
        browser
            .until(&format!(
                "return ((now) => now !== null && now !== {item})((() => {{ {ITEM_OR_RESULT} }})())"
            ))
            .await;
    }
    assert!(browser.path().await.ends_with("/result"), "the test has an end");
    assert!(browser.text().await.contains("Level"), "the result names the level");
    browser.close().await;
}

#[tokio::test]
async fn browser_a_teacher_unlocks_and_staff_publish_without_scripts() {
    let demo = Demo::start().await;
    let browser = Browser::start_without_scripts(&demo.address).await;
    browser.sign_adult_in("teacher").await;
    unlock(&browser, "Aisha Chen", "validate-equal-fractions").await;
    browser.find("form[action$='/revoke'] button").await;

    browser.sign_adult_in("staff").await;
    browser.open("/staff/assessments/new").await;
    browser.write("#id", "spring-level").await;
    browser.write("#name", "Spring: find your level").await;
    for (list, option) in
        [("#bank", "number-and-fractions"), ("#plan", "find-your-level"), ("#policy", "self-levelling")]
    {
        let choice = format!("{list} option[value^='{option}']");
        browser.find(&choice).await.click().await.expect("an option can be chosen");
    }
    browser.press("button[value=check]").await;
    browser.find(".checklist li").await;
    assert!(browser.all(".checklist .no").await.is_empty(), "{}", browser.text().await);
    browser.press("button[value=publish]").await;
    browser.until("return !document.querySelector('button[value=check]') || location.pathname.endsWith('spring-level')").await;
    browser.open("/staff/assessments").await;
    assert!(browser.text().await.contains("Spring: find your level"), "it is offered");
    browser.close().await;
}
