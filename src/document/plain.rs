//! The words of finished HTML.

use super::safety::{Tag, Token, Tokens, decode_entities, is_dropped_whole};

/// Plain text of the HTML of a body: one line for each block, an empty line between paragraphs, a
/// tab between the cells of a table. The mark of a footnote is shown as `[a]`, a citation as `[1]`; what leads back from a
/// note is left out.
///
/// ```
/// let text = nutgraf::document::plain_text("<h2>A &amp; B</h2>\n<p>One<br>two <em>three</em>.</p>\n<ul><li>x</li><li>y</li></ul>");
/// assert_eq!(text, "A & B\n\nOne\ntwo three.\n\nx\ny\n");
/// ```
pub fn plain_text(html: &str) -> String {
    let mut text = Text::default();
    let mut tokens = Tokens::new(html);
    while let Some((_, token)) = tokens.next() {
        match token {
            Token::Text(words) => text.words(&decode_entities(words)),
            Token::Open(tag) if is_dropped_whole(&tag.name) => tokens.skip_past_close(&tag.name),
            Token::Open(tag) if has_class(&tag, "footnote-back") => tokens.skip_past_close(&tag.name),
            Token::Open(tag) => {
                if has_class(&tag, "footnote-ref") {
                    text.words("[");
                    text.mark = true;
                }
                text.preformatted |= tag.name == "pre";
                text.edge(&tag.name);
            }
            Token::Close(name) => {
                let name = name.to_ascii_lowercase();
                if name == "sup" && std::mem::take(&mut text.mark) {
                    text.words("]");
                }
                text.preformatted &= name != "pre";
                text.edge(&name);
            }
            Token::Nothing => {}
        }
    }
    text.finish()
}

#[derive(Default)]
struct Text {
    out: String,
    /// Line ends that come before the next words.
    lines: usize,
    /// White space comes before the next words: a space, or a tab between cells.
    space: Option<char>,
    preformatted: bool,
    /// The mark of a footnote, or a citation, is open.
    mark: bool,
}

impl Text {
    fn words(&mut self, words: &str) {
        if self.preformatted {
            self.settle();
            self.out.push_str(words);
            return;
        }
        for (number, word) in words.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            if number > 0 && self.space.is_none() {
                self.space = Some(' ');
            }
            if !word.is_empty() {
                self.settle();
                self.out.push_str(word);
            }
        }
    }

    /// Writes the white space that stands before words.
    fn settle(&mut self) {
        let space = self.space.take();
        let lines = std::mem::take(&mut self.lines);
        if self.out.is_empty() {
            return;
        }
        if lines > 0 {
            self.out.truncate(self.out.trim_end_matches('\n').len());
            self.out.extend(std::iter::repeat_n('\n', lines));
        } else if let Some(space) = space {
            self.out.push(space);
        }
    }

    /// An element begins or ends.
    fn edge(&mut self, name: &str) {
        let lines = match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "pre" | "table"
            | "blockquote" | "figure" | "aside" | "section" | "details" | "hr" => 2,
            "br" | "li" | "tr" | "dt" | "dd" | "div" | "figcaption" | "summary" | "caption" | "article"
            | "header" | "footer" | "address" => 1,
            "td" | "th" => {
                self.space = Some('\t');
                0
            }
            _ => 0,
        };
        self.lines = self.lines.max(lines);
    }

    fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}

fn has_class(tag: &Tag, class: &str) -> bool {
    tag.attributes
        .iter()
        .any(|a| a.name == "class" && a.value.split_ascii_whitespace().any(|word| word == class))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(plain_text(html), expected, "{html}");
    }

    #[test]
    fn white_space_is_one_space_but_in_code() {
        check("<p>a\n  b\t c</p>", "a b c\n");
        check("<p>a</p><pre><code>x\n  y\n</code></pre><p>b</p>", "a\n\nx\n  y\n\nb\n");
        check("", "");
        check("<p></p>", "");
    }

    #[test]
    fn what_is_not_for_readers_is_left_out() {
        check("<p>a<script>b</script><!-- c --><style>d</style>e</p>", "ae\n");
        check("<p>a&nbsp;&lt;b&gt;</p>", "a\u{a0}<b>\n");
    }

    #[test]
    fn a_note_is_marked_where_it_is_mentioned() {
        check(
            "<p>A.<sup class=\"footnote-ref\"><a href=\"#fn-1\">a</a></sup></p><ol><li><p>N <a href=\"#\" class=\"footnote-back\">↩<sup>2</sup></a></p></li></ol>",
            "A.[a]\n\nN\n",
        );
        check(
            "<p>A<sup class=\"footnote-ref cite\"><a href=\"#source-1\">1</a>, p. 4; <a href=\"#source-2\">2</a> <strong>retracted</strong></sup>.</p>",
            "A[1, p. 4; 2 retracted].\n",
        );
    }

    #[test]
    fn cells_are_parted_by_tabs_and_rows_by_lines() {
        check(
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table><p>x</p>",
            "a\tb\n1\t2\n\nx\n",
        );
    }
}
