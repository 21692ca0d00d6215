//! The whole way: self-level, be refused a validation, be unlocked, validate, use up the attempts, see what counts.
//! Every step by keyboard.

use serde_json::json;

use super::demo::Demo;
use super::driver::Browser;

/// More questions than any test of the demo has.
const QUESTIONS_MAX: u32 = 60;

/// Fills in whatever the question asks for; which answer it is does not matter here.
pub(super) const FILL_IN: &str = "
    const form = document.getElementById('answer-form');
    const seen = new Set();
    for (const radio of form.querySelectorAll('input[type=radio]')) {
        if (!seen.has(radio.name)) { radio.checked = true; seen.add(radio.name); }
    }
    const box = form.querySelector('input[type=checkbox]');
    if (box) box.checked = true;
    for (const field of form.querySelectorAll('input:not([type])')) field.value = '1/2';
    [...form.querySelectorAll('select')].forEach((select, index) => {
        const options = [...select.options].filter((option) => option.value !== '');
        select.value = options[index % options.length].value;
    });
    return document.getElementById('question-page').dataset.item;";

async fn answer_to_the_end(browser: &Browser) -> u32 {
    for answered in 0..QUESTIONS_MAX {
        browser.until("return document.getElementById('answer-form') !== null || location.pathname.endsWith('/result')").await;
        if browser.path().await.ends_with("/result") {
            return answered;
        }
        let item = browser.run(FILL_IN).await;
        browser.press("#answer-form button[type=submit]").await;
        let moved = format!(
            "const page = document.getElementById('question-page');
             return location.pathname.endsWith('/result') || (page !== null && page.dataset.item !== {item})"
        );
        browser.until(&moved).await;
    }
    panic!("no end after {QUESTIONS_MAX} questions");
}

pub(super) async fn start(browser: &Browser, assessment: &str) {
    browser.open("/home").await;
    browser.press(&format!("form[action='/assessments/{assessment}/start'] button")).await;
    browser.until("return location.pathname.startsWith('/attempts/')").await;
}

#[tokio::test]
async fn browser_a_student_self_levels_is_unlocked_and_validates() {
    let demo = Demo::start().await;
    let browser = Browser::start(&demo.address).await;
    browser.sign_student_in("Maya Alvarez").await;
    start(&browser, "find-your-level").await;
    assert!(answer_to_the_end(&browser).await >= 5, "a test has more than a handful of questions");
    assert!(browser.text().await.contains("Level"), "the result names the level");

    // Nothing on her page starts a validation, and asking for one all the same starts none.
    browser.open("/home").await;
    assert_eq!(
        browser.run("return document.querySelectorAll('form[action*=validate]').length").await,
        json!(0)
    );
    let refused = browser
        .client
        .execute_async(
            "const done = arguments[arguments.length - 1];
             const csrf = document.querySelector('input[name=csrf]').value;
             fetch('/api/v1/assessments/validate-equal-fractions/attempts',
                 { method: 'POST', headers: { 'X-CSRF-Token': csrf }, credentials: 'same-origin' })
                 .then(async (response) => done([response.status, await response.json()]));",
            vec![],
        )
        .await
        .unwrap();
    assert_eq!(refused[0], json!(409), "{refused}");

    browser.sign_adult_in("teacher").await;
    unlock(&browser, "Maya Alvarez", "validate-equal-fractions").await;

    browser.sign_student_in("Maya Alvarez").await;
    start(&browser, "validate-equal-fractions").await;
    answer_to_the_end(&browser).await;
    let result = browser.text().await.to_lowercase();
    assert!(
        result.contains("not yet") || result.contains("validated") || result.contains("you did it"),
        "{result}"
    );
    assert!(!result.contains("fail"), "{result}");
    browser.open("/home").await;
    let again = "return document.querySelectorAll(\"form[action='/assessments/validate-equal-fractions/start']\").length";
    assert_eq!(browser.run(again).await, json!(0), "an unlock opens one attempt");
    browser.close().await;
}

/// Against the recommendation an unlock needs a reason.
pub(super) async fn unlock(browser: &Browser, student: &str, validation: &str) {
    browser.open("/classes").await;
    browser.press("main a[href^='/classes/']").await;
    browser.until("return document.querySelector(\"th a[href^='/students/']\") !== null").await;
    browser.follow(student).await;
    browser.until("return location.pathname.startsWith('/students/')").await;
    let path = browser.path().await;
    browser.open(&format!("{path}/unlock/{validation}")).await;
    if browser.run("return document.getElementById('reason') !== null").await == json!(true) {
        browser.write("#reason", "She explained every step at the board.").await;
    }
    browser.press("form[action*='/unlock/'] button.primary").await;
    browser.until("return !location.pathname.includes('/unlock/')").await;
}

#[tokio::test]
async fn browser_the_last_attempt_is_used_up_and_the_highest_counts() {
    let demo = Demo::start().await;
    let browser = Browser::start(&demo.address).await;
    browser.sign_student_in("Mateo Hassan").await;
    start(&browser, "find-your-level").await;
    answer_to_the_end(&browser).await;
    browser.open("/home").await;
    let none_left =
        "return document.querySelectorAll(\"form[action='/assessments/find-your-level/start']\").length";
    assert_eq!(browser.run(none_left).await, json!(0), "no attempt is left");
    let home = browser.text().await;
    assert!(home.contains("This one counts"), "{home}");
    assert!(home.contains("it is the highest") || home.contains("earliest of the highest"), "{home}");
    browser.close().await;
}
