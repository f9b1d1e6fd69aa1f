//! Tests of the program as its users see it: command lines and sites in, messages and files out.

#![allow(clippy::disallowed_methods, reason = "tests arrange their own folders")]
#![allow(clippy::disallowed_macros, reason = "a runner tells what it ran")]

mod blocks;
mod cards;
mod cli;
mod commonmark;
mod cost;
mod crawl;
mod data;
mod dates;
mod dice;
mod edits;
mod events;
mod golden;
mod hostile;
mod house;
mod layers;
mod linking;
mod machines;
mod mentions;
mod messages;
mod names;
mod paths;
mod publish;
mod published;
mod record;
mod safety;
mod search;
mod search_vectors;
mod serve;
mod shares;
mod site;
mod sources;
mod surfaces;
mod theme;
