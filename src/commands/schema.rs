//! `nutgraf schema`: what editors need to complete and check front matter and settings.

use super::Outcome;
use crate::cli::{self, SchemaOf};
use crate::diagnostics::Failure;
use crate::document;
use crate::source::{Config, Kind};
use std::fmt::Write;
use std::path::Path;

/// One schema as the answer, or all of them written into a folder.
pub fn run(args: &cli::Schema) -> Result<Outcome, Failure> {
    let mut answer = String::new();
    if let Some(of) = args.of {
        answer = text(of);
    }
    if let Some(folder) = &args.write {
        for of in ALL {
            let path = write(folder, &format!("{}.schema.json", name(*of)), &text(*of))?;
            let _ = writeln!(answer, "{}", path.display());
        }
    }
    Ok(Outcome { answer, ..Outcome::default() })
}

const ALL: &[SchemaOf] = &[
    SchemaOf::Explainer,
    SchemaOf::Person,
    SchemaOf::Topic,
    SchemaOf::Page,
    SchemaOf::Sources,
    SchemaOf::Settings,
];

fn name(of: SchemaOf) -> &'static str {
    match of {
        SchemaOf::Explainer => "explainer",
        SchemaOf::Person => "person",
        SchemaOf::Topic => "topic",
        SchemaOf::Page => "page",
        SchemaOf::Sources => "sources",
        SchemaOf::Settings => "settings",
    }
}

fn text(of: SchemaOf) -> String {
    let schema = match of {
        SchemaOf::Explainer => document::schema(Kind::Explainer),
        SchemaOf::Person => document::schema(Kind::Person),
        SchemaOf::Topic => document::schema(Kind::Topic),
        SchemaOf::Page => document::schema(Kind::Page),
        SchemaOf::Sources => document::sources_schema(),
        SchemaOf::Settings => Config::schema(),
    };
    format!("{schema:#}\n")
}

/// Replaces a schema of an earlier version: these files are nutgraf's own.
#[expect(clippy::disallowed_methods, reason = "the folder is named on the command line")]
fn write(folder: &Path, name: &str, text: &str) -> Result<std::path::PathBuf, Failure> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|error| Failure::io(format_args!("cannot write {}", path.display()), &error))?;
    Ok(path)
}
