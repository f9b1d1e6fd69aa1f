//! The examples of the CommonMark specification.
//!
//! They are not in this repository (their licence is another one). `NUTGRAF_COMMONMARK_SPEC` names a
//! JSON file of them: a list of `{"example", "markdown", "html"}`, where `→` stands for a tab as in
//! the specification.

use nutgraf::document::commonmark;

#[test]
fn commonmark_examples() {
    let Ok(path) = std::env::var("NUTGRAF_COMMONMARK_SPEC") else {
        println!("skipped: NUTGRAF_COMMONMARK_SPEC names no file of examples");
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the file of examples can be read");
    let examples: Vec<serde_json::Value> = serde_json::from_str(&text).expect("the examples are a JSON list");
    assert!(examples.len() >= 600, "only {} examples", examples.len());
    let mut failures = String::new();
    let mut failed = 0;
    for example in &examples {
        let field = |name: &str| example[name].as_str().unwrap_or_default().replace('→', "\t");
        let (markdown, expected) = (field("markdown"), field("html"));
        let html = commonmark(&markdown);
        if normal(&html) != normal(&expected) {
            failed += 1;
            failures +=
                &format!("--- {}\n{markdown}--- expected\n{expected}--- found\n{html}\n", example["example"]);
        }
    }
    assert_eq!(failed, 0, "of {}:\n{failures}", examples.len());
}

/// A line end between `<li>` and raw HTML is not what the specification is about.
fn normal(html: &str) -> String {
    html.replace("<li>\n", "<li>")
}
