//! Every finding that nutgraf can make, by name. The manual has one entry for each.

use super::Severity;

macro_rules! findings {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $level:ident;)+) => {
        /// What was found. The name is what `checks:` in the settings and the manual call it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Finding { $($(#[doc = $doc])+ $variant,)+ }

        impl Finding {
            /// All of them, in the order of the manual.
            pub const ALL: &'static [Finding] = &[$(Finding::$variant,)+];

            /// The name that settings, messages and the manual use: `broken-link`.
            pub fn name(self) -> &'static str {
                match self { $(Finding::$variant => $name,)+ }
            }

            /// The level it has unless the site sets another.
            pub fn level(self) -> Severity {
                match self { $(Finding::$variant => Severity::$level,)+ }
            }

            /// What it means, in a line.
            pub fn summary(self) -> &'static str {
                match self { $(Finding::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

findings! {
    /// A file is not valid UTF-8 text.
    NotUtf8 "not-utf8" Error;
    /// A control character stands in a text.
    ControlCharacter "control-character" Error;
    /// A file cannot be read.
    UnreadableFile "unreadable-file" Error;
    /// Something is larger, deeper or more than the limits allow.
    OverLimit "over-limit" Error;
    /// A symbolic link leads out of the site.
    SymlinkOutside "symlink-outside" Error;
    /// A symbolic link leads nowhere or in a circle.
    BrokenSymlink "broken-symlink" Warning;
    /// A device, pipe or socket stands among the content.
    SpecialFile "special-file" Warning;
    /// A file name cannot be kept on another system.
    UnportableName "unportable-name" Error;
    /// A Markdown file stands in no folder of a known kind.
    StrayMarkdown "stray-markdown" Warning;
    /// A folder or file of the site is missing.
    MissingFile "missing-file" Error;

    /// The front matter or the settings are not valid YAML.
    YamlSyntax "yaml-syntax" Error;
    /// The front matter has no closing `---`.
    UnclosedFrontMatter "unclosed-front-matter" Error;
    /// A key stands twice in one mapping.
    DuplicateKey "duplicate-key" Error;
    /// A key is not known here.
    UnknownKey "unknown-key" Warning;
    /// A value has another type than its key takes.
    WrongType "wrong-type" Error;
    /// A value is of the right type, but not one that its key takes.
    BadValue "bad-value" Error;
    /// A password or key stands in the settings.
    SecretInSettings "secret-in-settings" Error;
    /// The site is more than its host takes.
    HostLimit "host-limit" Error;
    /// A date is not one, or can be read in two ways.
    BadDate "bad-date" Error;
    /// A file of data is no table, or a cell of it is no number.
    BadData "bad-data" Error;
    /// A list has an item with nothing in it.
    EmptyItem "empty-item" Warning;
    /// A value ends at a ` #`, which YAML takes for a comment.
    CutByComment "cut-by-comment" Warning;
    /// A document has no title; its file name is used.
    MissingTitle "missing-title" Warning;
    /// A slug or address is empty or leaves its place.
    BadAddress "bad-address" Error;

    /// One tag or name is spelt in several ways.
    SpellingVariants "spelling-variants" Warning;
    /// A name has no file and is close to one that has, or nobody in the archive has it.
    UnknownPerson "unknown-person" Warning;
    /// A tag has no file and is close to one that has.
    UnknownTopic "unknown-topic" Warning;
    /// Two things claim one name.
    NameClaimedTwice "name-claimed-twice" Error;
    /// A name is that of several people.
    AmbiguousName "ambiguous-name" Error;
    /// Several people, or a person and a topic, have one name.
    SharedName "shared-name" Note;
    /// A name stands in a text and does not become a link.
    UnlinkedMention "unlinked-mention" Note;
    /// Different names come to one address; one got another.
    SlugCollision "slug-collision" Warning;
    /// The parents of topics go round in a circle.
    ParentCycle "parent-cycle" Error;
    /// Two sources come to one address.
    AddressCollision "address-collision" Error;
    /// One event has two dates.
    EventConflict "event-conflict" Error;

    /// A quote stands in two wordings.
    QuoteVariants "quote-variants" Warning;
    /// Roles of a person contradict each other.
    RoleConflict "role-conflict" Warning;
    /// Someone is called by a role that was not theirs at the time of the text.
    RoleEnded "role-ended" Warning;
    /// A correction lacks its date, or what was wrong.
    IncompleteCorrection "incomplete-correction" Warning;

    /// A link leads to no page.
    BrokenLink "broken-link" Error;
    /// A link leads to a heading that its page does not have.
    BrokenHeading "broken-heading" Error;
    /// An image or file does not exist.
    MissingAsset "missing-asset" Error;
    /// A link leads to a page that is not published.
    LinkToUnpublished "link-to-unpublished" Error;
    /// A link by name fits several pages.
    AmbiguousLink "ambiguous-link" Warning;
    /// A link in a finished page leads nowhere.
    BrokenOutputLink "broken-output-link" Error;
    /// An address of a link is of a kind that can run code, and was dropped.
    UnsafeUrl "unsafe-url" Warning;
    /// Raw HTML was taken out, because the page is not trusted.
    UnsafeHtml "unsafe-html" Warning;
    /// Quotes or lists stand inside each other too deeply.
    NestedTooDeep "nested-too-deep" Error;
    /// A footnote is defined and never referred to.
    UnusedFootnote "unused-footnote" Warning;
    /// A footnote is referred to and never defined.
    UndefinedFootnote "undefined-footnote" Warning;
    /// A code block names a language that is not known.
    UnknownLanguage "unknown-language" Note;
    /// A code block took too long to highlight and is shown plain.
    HighlightGivenUp "highlight-given-up" Warning;
    /// An image has no alternative text.
    MissingAlt "missing-alt" Note;

    /// A text cites a source that no one has told of.
    UnknownSource "unknown-source" Error;
    /// Two sources have one id.
    DuplicateSource "duplicate-source" Error;
    /// A file of sources is not valid BibTeX.
    BibtexSyntax "bibtex-syntax" Error;
    /// A source that is cited was retracted, or another took its place.
    RetractedSource "retracted-source" Warning;
    /// A source that is cited was corrected, or is gone from its address.
    ChangedSource "changed-source" Note;
    /// Nothing cites a source.
    UnusedSource "unused-source" Note;
    /// One source is told of in several places.
    RepeatedSource "repeated-source" Note;

    /// An explainer names no topic.
    NoTopics "no-topics" Note;
    /// A page is past its day of review.
    ReviewOverdue "review-overdue" Note;

    /// A template is not valid.
    TemplateSyntax "template-syntax" Error;
    /// A template is named that does not exist.
    MissingTemplate "missing-template" Error;
    /// A template failed while a page was made.
    TemplateError "template-error" Error;
    /// The language of the site has not all the words that pages show.
    MissingWords "missing-words" Note;
    /// A title has letters that no face for social cards has.
    CardLetters "card-letters" Note;
    /// Two colours of a theme are too close to each other to be read.
    LowContrast "low-contrast" Error;
}
