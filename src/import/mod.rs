//! **Import**: other people's folders → the files of a site.
//!
//! *Comes in:* a folder that another generator was built from, and a folder to write to.
//! *Leaves:* `nutgraf.yaml`, content files, and a [`Report`] in which every input file has a line and
//! everything that could not be carried over has its place.
//! *Does not know:* how a site is loaded or rendered. It writes files that the rest of the program
//! reads like any others.
//!
//! The source is never written to. The destination is new, empty, or an earlier import whose files
//! nobody has touched since; see `folder`.

mod addresses;
mod anatomy;
mod body;
mod folder;
mod hugo;
mod input;
mod layout;
mod node;
mod places;
mod report;
mod settings;
mod shortcodes;
mod toml_in;
mod words;
mod yaml_in;
mod yaml_out;

pub use hugo::hugo;
pub use report::{Became, Fate, Matter, Remark, Report, Shortcode};
