//! **Page**: one route, and what its template sees.
//!
//! *Comes in:* an [`Archive`](crate::archive::Archive), a [`Route`](crate::archive::Route), and the
//! texts of the documents that the route shows, with the data of their charts.
//! *Leaves:* a [`Page`]: a template's name with its [`view`], or bytes that need no template
//! (feeds, sitemaps, redirects for hosts); and [`Templates`], which turn the former into HTML.
//! *Does not know:* disks, threads, and where a page is put.
//!
//! Invariant: a page is a pure function of archive, route and texts. Templates receive a finished
//! view and call nothing that reaches the archive.

mod blocks;
mod calendar;
pub mod cards;
mod chart;
mod cite;
mod compose;
mod data;
mod events_json;
mod feed;
mod previews;
mod search;
mod sitemap;
mod structured_data;
mod templates;
pub mod view;

pub use compose::{BodyReader, Composer, Page, Texts};
pub use search::Catalogue;
pub use templates::Templates;
