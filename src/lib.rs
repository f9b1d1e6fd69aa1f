//! nutgraf: content files in, an archive of explainers out.
//!
//! Each room is named for the noun that leaves it, and the nouns in order are the program:
//!
//! ```text
//! Source → Document → Archive → Page → Output
//! a file   what it     all of     one     a path
//! read     says        them,      place   and its
//!                      joined     readers bytes
//!                                 can go
//! ```
//!
//! # Layers
//!
//! A room may use itself and the rooms below it. A test reads these lines and every `crate::…` in
//! `src`, so the map cannot go stale.
//!
//! 1. commands
//! 2. import
//! 3. serve
//! 4. site
//! 5. publish
//! 6. output
//! 7. page
//! 8. theme
//! 9. search
//! 10. archive
//! 11. document
//! 12. source
//! 13. diagnostics
//!
//! (`main` uses `cli` and `commands`; `cli` uses nothing.)
//!
//! # Invariants
//!
//! - The same input gives the same bytes: no clock, no hash order, no thread count, no time zone.
//! - Files are read in `source` and `output`, and written in `output`, `import` and the commands that
//!   make files for authors; `publish` sends what `output` wrote, and nothing else. `clippy.toml` holds it.
//! - Nothing below `commands` prints. What an author can mend is a diagnostic; what the machine
//!   refuses is a failure.
//! - The template engine never runs over content.

#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        clippy::disallowed_macros,
        reason = "unit tests arrange their own folders and tell what they skip"
    )
)]

pub mod archive;
pub mod cli;
pub mod commands;
pub mod diagnostics;
pub mod document;
pub mod import;
pub mod output;
pub mod page;
pub mod publish;
pub mod search;
pub mod serve;
pub mod site;
pub mod source;
pub mod theme;
