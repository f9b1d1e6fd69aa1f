//! Makes cargo look at `templates` and `themes` for files that are new or gone: the macro that embeds the folders
//! sees those only when the crate is compiled again.

#[expect(clippy::disallowed_macros, reason = "this is how a build script speaks to cargo")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=templates");
    println!("cargo:rerun-if-changed=themes");
}
