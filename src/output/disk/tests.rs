use super::*;
use crate::output::Named;
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The files of a state of a site: path and text.
type Files = BTreeMap<String, String>;

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn output(path: &str, text: &str) -> Output {
    Output { path: OutputPath::new(path).unwrap(), content: Content::Bytes(text.as_bytes().to_vec()) }
}

fn build(out: &Path, files: &Files) -> Result<Written, Failure> {
    let disk = Disk::open(out, &Protected::default())?;
    fill(disk, files)
}

fn fill(disk: Disk, files: &Files) -> Result<Written, Failure> {
    files.par_iter().try_for_each(|(path, text)| disk.put(output(path, text)))?;
    disk.finish()
}

/// Everything in a folder: folders as `x/`, links as `-> target`, files as their text.
fn tree(root: &Path) -> Files {
    let found = carry::walk(root).map_err(|(path, error)| format!("{}: {error}", path.display())).unwrap();
    let show = |found: Found| {
        let (path, full) = (found.path.to_string_lossy().into_owned(), root.join(&found.path));
        if found.kind.is_dir() {
            (path + "/", String::new())
        } else if found.kind.is_symlink() {
            (path, format!("-> {}", std::fs::read_link(full).unwrap().display()))
        } else {
            (path, String::from_utf8_lossy(&std::fs::read(full).unwrap()).into_owned())
        }
    };
    found.into_iter().map(show).collect()
}

/// What a folder holds that was built once, from nothing.
fn clean(files: &Files) -> Files {
    let dir = TempDir::new().unwrap();
    build(&dir.path().join("public"), files).unwrap();
    tree(&dir.path().join("public"))
}

/// When each file was last written, and which file it is.
fn stamps(root: &Path) -> BTreeMap<PathBuf, (SystemTime, Option<FileId>)> {
    let found = carry::walk(root).unwrap();
    found
        .into_iter()
        .map(|f| {
            let meta = std::fs::symlink_metadata(root.join(&f.path)).unwrap();
            (f.path, (meta.modified().unwrap(), carry::file_id(&meta)))
        })
        .collect()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

struct Place {
    dir: TempDir,
    out: PathBuf,
}

fn place() -> Place {
    let dir = TempDir::new().unwrap();
    let out = dir.path().join("public");
    Place { dir, out }
}

#[test]
fn a_first_build_makes_the_folder_and_leaves_nothing_beside_it() {
    let Place { dir, out } = place();
    let site = files(&[("index.html", "front"), ("a/b/index.html", "deep"), ("a/x.txt", "")]);
    let written = build(&out, &site).unwrap();
    assert_eq!(written, Written { files: 3, bytes: 9, added: 3, ..Written::default() });
    assert_eq!(names(dir.path()), ["public"]);
    let manifest = Manifest::read(&out).unwrap().unwrap();
    let listed: Vec<&str> = manifest.files().iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(listed, ["a/b/index.html", "a/x.txt", "index.html"]);
    let mut expected = site;
    expected.extend(files(&[("a/", ""), ("a/b/", ""), (MANIFEST, &manifest.text())]));
    assert_eq!(tree(&out), expected);
}

#[test]
fn folders_above_the_output_are_made() {
    let Place { dir, .. } = place();
    let out = dir.path().join("x/y/public");
    build(&out, &files(&[("index.html", "")])).unwrap();
    assert!(out.join("index.html").is_file());
}

#[test]
fn a_build_of_the_same_touches_nothing() {
    let Place { dir, out } = place();
    let site = files(&[("index.html", "front"), ("a/index.html", "a")]);
    build(&out, &site).unwrap();
    write(&out, "notes.txt", "mine");
    for _ in 0..3 {
        let before = stamps(&out);
        let written = build(&out, &site).unwrap();
        assert_eq!(written, Written { files: 2, bytes: 6, unchanged: 2, ..Written::default() });
        assert_eq!(stamps(&out), before);
    }
    assert_eq!(names(dir.path()), ["public"]);
    // Also after changes, when there is a folder aside.
    build(&out, &files(&[("index.html", "new"), ("a/index.html", "a")])).unwrap();
    let before = (stamps(&out), stamps(dir.path()));
    build(&out, &files(&[("index.html", "new"), ("a/index.html", "a")])).unwrap();
    assert_eq!((stamps(&out), stamps(dir.path())), before);
}

#[test]
fn what_is_dear_to_make_is_made_once_and_again_only_when_damaged() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let Place { dir: _dir, out } = place();
    let made = Arc::new(AtomicUsize::new(0));
    let build = || {
        let disk = Disk::open(&out, &Protected::default()).unwrap();
        for _ in 0..2 {
            let made = made.clone();
            let named = Named::new(move || {
                made.fetch_add(1, Ordering::Relaxed);
                Ok(b"dear".to_vec())
            });
            let path = OutputPath::new("cards/a.png").unwrap();
            disk.put(Output { path, content: Content::Named(named) }).unwrap();
        }
        disk.finish().unwrap()
    };
    assert_eq!((build().added, made.load(Ordering::Relaxed)), (1, 1), "two pages have the same");
    assert_eq!((build().unchanged, made.load(Ordering::Relaxed)), (1, 1), "it stands there");
    write(&out, "cards/a.png", "worthless");
    assert_eq!((build().changed, made.load(Ordering::Relaxed)), (1, 2), "it was damaged");
    assert_eq!(tree(&out)["cards/a.png"], "dear");
}

#[test]
fn one_change_writes_one_file() {
    let Place { out, .. } = place();
    let mut site = files(&[("index.html", "front"), ("a/index.html", "a"), ("b/index.html", "b")]);
    build(&out, &site).unwrap();
    for round in 0..4 {
        let before = stamps(&out);
        let text = format!("front {round}");
        site.insert("index.html".into(), text.clone());
        let written = build(&out, &site).unwrap();
        let expected = Written {
            files: 3,
            bytes: text.len() as u64 + 2,
            changed: 1,
            unchanged: 2,
            ..Written::default()
        };
        assert_eq!(written, expected);
        assert_eq!(tree(&out), clean(&site));
        let after = stamps(&out);
        for path in ["a/index.html", "b/index.html"] {
            assert_eq!(after[Path::new(path)], before[Path::new(path)], "{path} was written again");
        }
    }
}

#[test]
fn what_is_no_longer_put_is_gone_with_its_folder() {
    let Place { out, .. } = place();
    build(&out, &files(&[("index.html", ""), ("a/b/c/index.html", "c"), ("old/index.html", "o")])).unwrap();
    write(&out, "old/mine.txt", "mine");
    let site = files(&[("index.html", ""), ("a/index.html", "c")]);
    let written = build(&out, &site).unwrap();
    assert_eq!((written.added, written.removed, written.unchanged, written.carried), (1, 2, 1, 1));
    let mut expected = clean(&site);
    expected.extend(files(&[("old/", ""), ("old/mine.txt", "mine")]));
    assert_eq!(tree(&out), expected);
    // A file becomes a folder and a folder a file.
    for site in [
        files(&[("x", "file"), ("y/z", "in folder")]),
        files(&[("x/z", "in folder"), ("y", "file")]),
        files(&[("x", "file"), ("y/z", "in folder")]),
    ] {
        build(&out, &site).unwrap();
        let mut expected = clean(&site);
        expected.extend(files(&[("old/", ""), ("old/mine.txt", "mine")]));
        assert_eq!(tree(&out), expected);
    }
    build(&out, &Files::new()).unwrap();
    let mut expected = clean(&Files::new());
    expected.extend(files(&[("old/", ""), ("old/mine.txt", "mine")]));
    assert_eq!(tree(&out), expected);
}

#[cfg(unix)]
#[test]
fn files_of_others_are_carried_over_build_after_build() {
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::PermissionsExt;
    let Place { out, .. } = place();
    build(&out, &files(&[("index.html", "0")])).unwrap();
    write(&out, ".git/config", "[core]");
    write(&out, ".git/objects/ab/cdef", "object");
    std::fs::create_dir_all(out.join(".git/refs/tags")).unwrap();
    std::fs::set_permissions(out.join(".git/objects/ab/cdef"), std::fs::Permissions::from_mode(0o444))
        .unwrap();
    std::fs::set_permissions(out.join(".git/refs"), std::fs::Permissions::from_mode(0o750)).unwrap();
    write(&out, "CNAME", "example.org");
    write(&out, "topics/notes.txt", "mine");
    std::os::unix::fs::symlink("/nowhere", out.join("dangling")).unwrap();
    std::os::unix::fs::symlink("..", out.join("up")).unwrap();
    let odd = std::ffi::OsString::from_vec(b"odd-\xff".to_vec());
    std::fs::create_dir(out.join(&odd)).unwrap();
    std::fs::write(out.join(&odd).join(&odd), "odd").unwrap();
    let mine = |out: &Path| {
        let mut mine = tree(out);
        mine.retain(|path, _| !path.ends_with(".html") && path != MANIFEST);
        mine.remove("a/");
        mine
    };
    let mut expected = mine(&out);
    for round in 0..5 {
        let site = files(&[("index.html", &round.to_string()), ("a/index.html", &"a".repeat(round % 2))]);
        // Between builds git and people go on.
        let head = format!("commit {round}");
        write(&out, ".git/HEAD", &head);
        expected.insert(".git/HEAD".into(), head);
        if round == 3 {
            std::fs::remove_file(out.join("CNAME")).unwrap();
            expected.remove("CNAME");
        }
        let written = build(&out, &site).unwrap();
        assert_eq!(mine(&out), expected, "round {round}");
        assert_eq!(written.carried, expected.keys().filter(|path| !path.ends_with('/')).count());
        let mode = |path: &str| std::fs::metadata(out.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(".git/objects/ab/cdef"), mode(".git/refs")), (0o444, 0o750));
    }
}

#[test]
fn a_file_of_others_is_never_overwritten() {
    for (mine, ours) in
        [("CNAME", "CNAME"), ("a", "a/index.html"), ("a/b/notes.txt", "a"), ("a/b/notes.txt", "a/b")]
    {
        let Place { out, .. } = place();
        build(&out, &files(&[("index.html", "0")])).unwrap();
        write(&out, mine, "mine");
        let before = tree(&out);
        let Failure(message) = build(&out, &files(&[("index.html", "1"), (ours, "ours")])).unwrap_err();
        assert!(message.contains(mine) && message.contains("not written by nutgraf"), "{message}");
        assert_eq!(tree(&out), before);
    }
    // One that is the same already becomes ours.
    let Place { out, .. } = place();
    build(&out, &files(&[("index.html", "0")])).unwrap();
    write(&out, "CNAME", "same");
    let site = files(&[("index.html", "0"), ("CNAME", "same")]);
    assert_eq!(build(&out, &site).unwrap().carried, 0);
    assert_eq!(tree(&out), clean(&site));
}

#[test]
fn an_output_that_someone_edited_or_deleted_is_made_good() {
    let site = files(&[("index.html", "front"), ("a/index.html", "aaaa"), ("b/index.html", "b")]);
    let edits: [fn(&Path); 6] = [
        |out| std::fs::write(out.join("a/index.html"), "bbbb").unwrap(),
        |out| std::fs::write(out.join("a/index.html"), "longer").unwrap(),
        |out| std::fs::remove_file(out.join("a/index.html")).unwrap(),
        |out| std::fs::remove_dir_all(out.join("a")).unwrap(),
        |out| {
            std::fs::remove_file(out.join("a/index.html")).unwrap();
            std::fs::create_dir(out.join("a/index.html")).unwrap();
        },
        |out| {
            for entry in carry::walk(out).unwrap().iter().filter(|f| f.kind.is_file()) {
                if entry.path != Path::new(MANIFEST) {
                    std::fs::write(out.join(&entry.path), "x").unwrap();
                }
            }
        },
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        // With and without a folder aside that shares files with the output.
        for warm in [false, true] {
            let Place { out, .. } = place();
            if warm {
                build(&out, &files(&[("index.html", "1"), ("a/index.html", "aaaa"), ("b/index.html", "b")]))
                    .unwrap();
            }
            build(&out, &site).unwrap();
            edit(&out);
            let written = build(&out, &site).unwrap();
            assert_eq!(tree(&out), clean(&site), "edit {number}");
            assert!(written.changed > 0, "edit {number}: {written:?}");
            // The folder aside is made good too.
            let next = files(&[("index.html", "2"), ("a/index.html", "aaaa"), ("b/index.html", "b")]);
            build(&out, &next).unwrap();
            assert_eq!(tree(&out), clean(&next), "edit {number}, the build after");
        }
    }
}

#[test]
fn an_old_output_that_someone_edited_is_kept_as_theirs() {
    let Place { out, .. } = place();
    build(&out, &files(&[("index.html", ""), ("a/index.html", "a")])).unwrap();
    write(&out, "a/index.html", "my own words");
    let written = build(&out, &files(&[("index.html", "")])).unwrap();
    assert_eq!((written.removed, written.carried), (0, 1));
    assert_eq!(std::fs::read_to_string(out.join("a/index.html")).unwrap(), "my own words");
    build(&out, &files(&[("index.html", "1")])).unwrap();
    assert_eq!(std::fs::read_to_string(out.join("a/index.html")).unwrap(), "my own words");
}

#[test]
fn a_copied_folder_is_read_and_not_written_again() {
    let Place { dir, out } = place();
    let site = files(&[("index.html", "front"), ("a/index.html", "a"), ("zz/index.html", "z")]);
    build(&out, &site).unwrap();
    let copy = dir.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    for path in [MANIFEST, "index.html", "a/index.html", "zz/index.html"] {
        write(&copy, path, &std::fs::read_to_string(out.join(path)).unwrap());
    }
    let before = stamps(&copy);
    assert_eq!(build(&copy, &site).unwrap().unchanged, 3);
    assert_eq!(stamps(&copy), before);
}

#[test]
fn a_build_that_is_given_up_leaves_all_as_it_was() {
    let Place { dir, out } = place();
    let give_up = || {
        let disk = Disk::open(&out, &Protected::default()).unwrap();
        disk.put(output("index.html", "half")).unwrap();
        disk.put(output("a/new.html", "half")).unwrap();
    };
    give_up();
    assert_eq!(names(dir.path()), Vec::<String>::new());
    let mut site = files(&[("index.html", "1"), ("a/index.html", "a")]);
    build(&out, &site).unwrap();
    let before = stamps(&out);
    give_up();
    assert_eq!(stamps(&out), before);
    assert_eq!(names(dir.path()), ["public"]);
    site.insert("index.html".into(), "2".into());
    build(&out, &site).unwrap();
    let before = stamps(&out);
    give_up();
    assert_eq!(stamps(&out), before);
    build(&out, &site).unwrap();
    site.insert("index.html".into(), "3".into());
    build(&out, &site).unwrap();
    assert_eq!(tree(&out), clean(&site));
}

#[test]
fn two_outputs_for_one_path_fail_loudly() {
    let Place { out, .. } = place();
    let disk = Disk::open(&out, &Protected::default()).unwrap();
    disk.put(output("a/index.html", "1")).unwrap();
    let Failure(message) = disk.put(output("a/index.html", "1")).unwrap_err();
    assert!(message.contains("public/a/index.html"), "{message}");
    drop(disk);
    let Failure(message) = build(&out, &files(&[("a", ""), ("a/b", "")])).unwrap_err();
    assert!(message.contains("public/a to be a file and a folder"), "{message}");
    assert!(!out.exists());
}

#[test]
fn files_are_copied_small_and_large_and_only_when_they_differ() {
    let Place { dir, out } = place();
    let source = dir.path().join("source.bin");
    let put = |text: &[u8]| {
        std::fs::write(&source, text).unwrap();
        let disk = Disk::open(&out, &Protected::default()).unwrap();
        let path = OutputPath::new("data/copy.bin").unwrap();
        disk.put(Output { path, content: Content::Copy(source.clone()) }).unwrap();
        disk.put(output("index.html", &text.len().to_string())).unwrap();
        let written = disk.finish().unwrap();
        assert_eq!(std::fs::read(out.join("data/copy.bin")).unwrap(), text);
        assert_eq!(Manifest::read(&out).unwrap().unwrap().get("data/copy.bin"), Some(Digest::of(text)));
        written
    };
    let large: Vec<u8> = (0..3 * WHOLE as u32).map(|n| (n * 31 / 7) as u8).collect();
    assert_eq!(put(b"small").added, 2);
    assert_eq!(put(b"small").unchanged, 2);
    assert_eq!(put(&large).changed, 2);
    assert_eq!(put(&large).unchanged, 2);
    let mut other = large.clone();
    other[2_000_000] ^= 1;
    let written = put(&other);
    assert_eq!((written.changed, written.unchanged), (1, 1));
    // What was the output before is found in the folder aside.
    assert_eq!(put(&large).changed, 1);
}

#[test]
fn a_file_that_cannot_be_copied_is_named() {
    let Place { dir, out } = place();
    for from in [dir.path().join("missing.png"), dir.path().to_owned()] {
        let disk = Disk::open(&out, &Protected::default()).unwrap();
        let path = OutputPath::new("x.png").unwrap();
        let Failure(message) = disk.put(Output { path, content: Content::Copy(from.clone()) }).unwrap_err();
        assert!(message.contains(from.to_str().unwrap()), "{message}");
    }
}

#[test]
fn folders_that_are_not_its_own_are_refused_and_left_alone() {
    let dir = TempDir::new().unwrap();
    let root = dir.path().join("home/site");
    for folder in ["content/x", "templates", "themes/t", "public", "full", "repo/.git", "linked", "badlink"] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
    }
    write(&root, "full/notes.txt", "mine");
    write(&root, "kept/.gitignore/x", "a folder");
    write(&root, "file", "mine");
    write(&root, "damaged/.nutgraf-manifest", "nutgraf-manifest 1 2\n");
    write(&root, "newer/.nutgraf-manifest", "nutgraf-manifest 7 0\n");
    std::fs::create_dir_all(root.join("folder/.nutgraf-manifest")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(dir.path().join("home"), root.join("to-home")).unwrap();
        symlink(root.join("public"), root.join("to-public")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        symlink(&root, root.join("to-root")).unwrap();
        symlink("../public/.nutgraf-manifest", root.join("badlink/.nutgraf-manifest")).unwrap();
        write(&root, "public/.nutgraf-manifest", "nutgraf-manifest 1 0\n");
    }
    let protected = Protected {
        inputs: ["content", "templates", "themes", "absent"].map(|folder| root.join(folder)).into(),
        homes: vec![root.clone(), dir.path().join("home"), std::env::current_dir().unwrap()],
    };
    let before = tree(dir.path());
    let check = |out: PathBuf, expected: &str| {
        let Failure(message) = Disk::open(&out, &protected).map(|_| ()).unwrap_err();
        assert!(message.contains(expected), "{}: {message}", out.display());
        assert_eq!(tree(dir.path()), before, "{}", out.display());
    };
    check(PathBuf::from("/"), "the root of the file system");
    check(PathBuf::from("/.."), "the root of the file system");
    check(PathBuf::from(""), "an empty path");
    check(PathBuf::from("."), "it is");
    check(PathBuf::from(".."), "it contains");
    check(root.clone(), "it is");
    check(root.join("."), "it is");
    check(root.join("public/.."), "it is");
    check(dir.path().join("home"), "it contains");
    check(dir.path().to_owned(), "it contains");
    check(root.join("content"), "it is");
    check(root.join("content/"), "it is");
    check(root.join("content/x"), "it is inside of");
    check(root.join("content/new/er"), "it is inside of");
    check(root.join("themes/t"), "it is inside of");
    check(root.join("absent"), "it is");
    check(root.join("templates"), "which the site is made from");
    check(root.join("full"), "holds `notes.txt`");
    check(root.join("kept"), "holds `.gitignore`");
    check(root.join("repo"), "git repository");
    check(root.join("file"), "not a folder");
    check(root.join("damaged"), "damaged");
    check(root.join("newer"), "another version");
    check(root.join("folder"), "not a regular file");
    #[cfg(unix)]
    {
        check(root.join("to-home"), "symbolic link");
        check(root.join("to-public"), "symbolic link");
        check(root.join("to-public/"), "symbolic link");
        check(root.join("dangling"), "symbolic link");
        check(root.join("to-root"), "symbolic link");
        check(root.join("to-root/content/x"), "it is inside of");
        check(root.join("badlink"), "not a regular file");
    }
    check(root.join("nowhere/../public"), "cannot find");
}

#[test]
fn a_folder_that_git_keeps_empty_is_taken() {
    for keep in [&[".gitkeep"][..], &[".gitignore", ".gitkeep"], &[]] {
        let Place { dir, out } = place();
        std::fs::create_dir(&out).unwrap();
        for name in keep {
            write(&out, name, "*");
        }
        let site = files(&[("index.html", "front")]);
        let mut expected = clean(&site);
        expected.extend(keep.iter().map(|name| ((*name).to_owned(), "*".to_owned())));
        build(&out, &site).unwrap();
        assert_eq!(tree(&out), expected);
        assert_eq!(names(dir.path()), ["public"]);
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_was_carried_over_is_never_written_through() {
    let Place { dir, out } = place();
    let other = dir.path().join("other");
    write(&other, "index.html", "mine");
    build(&out, &files(&[("index.html", "0")])).unwrap();
    std::os::unix::fs::symlink(&other, out.join("a")).unwrap();
    // Two builds, so that both folders have the link.
    build(&out, &files(&[("index.html", "1")])).unwrap();
    build(&out, &files(&[("index.html", "2")])).unwrap();
    let site = files(&[("index.html", "3"), ("a/index.html", "ours")]);
    let Failure(message) = build(&out, &site).unwrap_err();
    assert!(message.contains("public/a was not written by nutgraf"), "{message}");
    std::fs::remove_file(out.join("a")).unwrap();
    build(&out, &site).unwrap();
    assert_eq!(tree(&out), clean(&site));
    assert_eq!(std::fs::read_to_string(other.join("index.html")).unwrap(), "mine");
}

#[test]
fn without_exchange_two_renames_do_it_and_a_cut_between_them_is_mended() {
    let Place { dir, out } = place();
    let build = |files: &Files| {
        let mut disk = Disk::open(&out, &Protected::default()).unwrap();
        disk.exchange = |_, _| Err(ErrorKind::Unsupported.into());
        fill(disk, files).unwrap();
    };
    let mut site = files(&[("index.html", "0"), ("a/index.html", "a")]);
    build(&site);
    for round in 1..4 {
        site.insert("index.html".into(), round.to_string());
        build(&site);
        assert_eq!(tree(&out), clean(&site));
        assert_eq!(names(&dir.path().join(".public.nutgraf")), [".gitignore", "back", "lock"]);
    }
    let (aside, back) = (dir.path().join(".public.nutgraf"), dir.path().join(".public.nutgraf/back"));
    // Cut off after the first rename.
    std::fs::rename(&out, aside.join("old")).unwrap();
    drop(Disk::open(&out, &Protected::default()).unwrap());
    assert_eq!(tree(&out), clean(&site));
    // Cut off after the second.
    std::fs::rename(&back, aside.join("old")).unwrap();
    drop(Disk::open(&out, &Protected::default()).unwrap());
    assert!(back.is_dir() && !aside.join("old").exists());
    assert_eq!(tree(&out), clean(&site));
}

#[test]
fn another_build_is_kept_away_and_gets_its_turn() {
    let Place { dir, out } = place();
    let first = Disk::open(&out, &Protected::default()).unwrap();
    let Failure(message) = Disk::open_waiting(&out, &Protected::default(), 2).map(|_| ()).unwrap_err();
    assert!(message.contains("another nutgraf is writing"), "{message}");
    std::thread::scope(|scope| {
        let second = scope.spawn(|| build(&out, &files(&[("index.html", "second")])));
        std::thread::sleep(std::time::Duration::from_millis(60));
        fill(first, &files(&[("index.html", "first")])).unwrap();
        assert_eq!(second.join().unwrap().unwrap().changed, 1);
    });
    assert_eq!(std::fs::read_to_string(out.join("index.html")).unwrap(), "second");
    assert_eq!(names(dir.path()), [".public.nutgraf", "public"]);
}

/// A state of a site for the tests with other processes: most files are the same from state to state,
/// some change, come and go.
fn state(number: u32) -> Files {
    let mut site = Files::new();
    for n in 0..150u32 {
        if (n + number).is_multiple_of(7) {
            continue;
        }
        let text =
            if n % 3 == 0 { format!("{number} ").repeat(900 + n as usize) } else { "same ".repeat(500) };
        site.insert(format!("explainers/{n}/index.html"), text);
    }
    site.insert(format!("state-{number}.txt"), number.to_string());
    site
}

const CHILD: &str = "NUTGRAF_TEST_CHILD";

/// Not a test of its own: what the other processes of the tests below do.
#[test]
fn child() {
    let Ok(order) = std::env::var(CHILD) else { return };
    let (number, out) = order.split_once(' ').unwrap();
    if let Err(Failure(message)) = build(Path::new(out), &state(number.parse().unwrap())) {
        panic!("{message}");
    }
}

/// A process that builds a state into `out`.
fn order(out: &Path, number: u32) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let name = std::thread::current().name().unwrap().rsplit_once("::").unwrap().0.to_owned() + "::child";
    command.args([&name, "--exact", "--nocapture", "--test-threads=1"]);
    command.env(CHILD, format!("{number} {}", out.display())).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn spawn(out: &Path, number: u32) -> Child {
    order(out, number).spawn().unwrap()
}

fn message(child: Child) -> (bool, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn killed_at_any_time_a_build_leaves_the_old_state_or_the_new() {
    let Place { out, .. } = place();
    let begun = std::time::Instant::now();
    assert_eq!(message(spawn(&out, 0)), (true, String::new()));
    let span = begun.elapsed().as_micros() as u64;
    write(&out, ".git/HEAD", "mine");
    let with_git = |number: u32| {
        let mut tree = clean(&state(number));
        tree.extend(files(&[(".git/", ""), (".git/HEAD", "mine")]));
        tree
    };
    let mut old = with_git(0);
    let (mut kept, mut random) = (0, 1u64);
    for round in 1..=60 {
        let new = with_git(round);
        let mut child = spawn(&out, round);
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(std::time::Duration::from_micros((random >> 33) % (span * 3 / 2)));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = tree(&out);
        assert!(found == old || found == new, "round {round}: a mix of the old state and the new");
        kept += u32::from(found == old);
        old = found;
        if round % 5 == 0 {
            build(&out, &state(1000 + round)).unwrap();
            old = with_git(1000 + round);
            assert!(tree(&out) == old, "round {round}: the build after the kill differs from a clean one");
        }
    }
    println!("{kept} of 60 kills left the old state");
}

#[test]
fn two_builds_at_once_end_as_one_after_the_other() {
    for pair in 0..20 {
        let Place { dir, out } = place();
        let (a, b) = (spawn(&out, pair), spawn(&out, pair + 500));
        assert_eq!((message(a), message(b)), ((true, String::new()), (true, String::new())));
        let found = tree(&out);
        assert!(found == clean(&state(pair)) || found == clean(&state(pair + 500)), "pair {pair}: a mix");
        assert_eq!(names(dir.path()), [".public.nutgraf", "public"]);
    }
}

#[cfg(unix)]
#[test]
fn few_file_handles_are_enough() {
    let Place { out, .. } = place();
    for number in [0, 1] {
        let plain = order(&out, number);
        let mut limited = Command::new("sh");
        limited
            .args(["-c", "ulimit -n 64 && exec \"$0\" \"$@\""])
            .arg(plain.get_program())
            .args(plain.get_args());
        limited.env(CHILD, format!("{number} {}", out.display())).env("RAYON_NUM_THREADS", "32");
        limited.stdout(Stdio::null()).stderr(Stdio::piped());
        assert_eq!(message(limited.spawn().unwrap()), (true, String::new()));
        assert!(tree(&out) == clean(&state(number)));
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named_and_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let Place { dir, out } = place();
    build(&out, &state(0)).unwrap();
    let before = tree(dir.path());
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let mut child = order(&out, 1);
    // Modes do not hold the superuser back, but nobody else may run tests that stand in its home.
    let root = std::fs::write(dir.path().join("probe"), "").is_ok();
    let _ = std::fs::remove_file(dir.path().join("probe"));
    if root {
        child.uid(65534).gid(65534);
    }
    match child.spawn() {
        Err(error) => println!("skipped: another user cannot run the tests here: {error}"),
        Ok(child) => {
            let (done, message) = message(child);
            assert!(!done && message.contains(".public.nutgraf"), "{message}");
        }
    }
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(tree(dir.path()) == before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_last_good_state_and_frees_what_was_taken() {
    for (size, what) in [("size=1500k", "bytes"), ("size=9m,nr_inodes=560", "files")] {
        let Place { dir, .. } = place();
        let disk = dir.path().join("disk");
        std::fs::create_dir(&disk).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(&disk).output();
        if !mount.as_ref().is_ok_and(|mount| mount.status.success()) {
            println!("skipped: a small file system cannot be mounted here: {mount:?}");
            return;
        }
        let out = disk.join("public");
        let done = std::panic::catch_unwind(|| {
            // The first fills the disk from nothing, the second beside a good state.
            let large: Files = (0..400).map(|n| (format!("new/{n}/index.html"), "x".repeat(9000))).collect();
            let Failure(message) = build(&out, &large).unwrap_err();
            assert!(message.contains("public/new") && message.contains("No space"), "{message}");
            assert_eq!(names(&disk), Vec::<String>::new());
            let site = state(0);
            build(&out, &site).unwrap();
            for _ in 0..2 {
                let mut both = large.clone();
                both.extend(site.clone());
                let Failure(message) = build(&out, &both).unwrap_err();
                assert!(message.contains("No space"), "{message}");
                assert!(tree(&out) == clean(&site), "{what}: the last good state was harmed");
            }
            let mut next = site;
            next.insert("index.html".into(), "fits".into());
            build(&out, &next).unwrap();
            assert!(tree(&out) == clean(&next));
        });
        Command::new("umount").arg(&disk).status().unwrap();
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_mount_point_is_refused() {
    let Place { dir, out } = place();
    std::fs::create_dir(&out).unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "tmpfs"]).arg(&out).output();
    if !mount.as_ref().is_ok_and(|mount| mount.status.success()) {
        println!("skipped: nothing can be mounted here: {mount:?}");
        return;
    }
    let refused = build(&out, &state(0)).map(|_| ());
    let inside = build(&out.join("site"), &state(0)).map(|_| ());
    Command::new("umount").arg(&out).status().unwrap();
    assert!(refused.unwrap_err().0.contains("mount point"));
    inside.unwrap();
    assert_eq!(names(dir.path()), ["public"]);
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads_or_the_order() {
    let trees: Vec<Files> = [1, 2, 8]
        .map(|threads| {
            let Place { out, .. } = place();
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                build(&out, &state(0)).unwrap();
                build(&out, &state(3)).unwrap();
            });
            tree(&out)
        })
        .into();
    assert!(trees[0] == trees[1] && trees[1] == trees[2]);
    let Place { out, .. } = place();
    let disk = Disk::open(&out, &Protected::default()).unwrap();
    for (path, text) in state(3).iter().rev() {
        disk.put(output(path, text)).unwrap();
    }
    disk.finish().unwrap();
    assert!(tree(&out) == trees[0]);
}

/// Figures, not a test: `cargo test --release output::disk::tests::measure -- --ignored --nocapture`.
/// 10,000 pages of 12 kB in as many folders and 3,000 other files, against plain writing.
#[test]
#[ignore = "measures; takes a minute and needs a quiet machine"]
fn measure() {
    let page = |n: usize, salt: usize| format!("{n} {salt} ").repeat(12_000 / format!("{n} {salt} ").len());
    let pages: Vec<(String, Vec<u8>)> = (0..10_000)
        .map(|n| (format!("explainers/explainer-number-{n}/index.html"), page(n, 0).into_bytes()))
        .chain((0..3000).map(|n| (format!("media/{}/image-{n}.svg", n % 50), page(n, 1).into_bytes())))
        .collect();
    let time = |what: &str, work: &mut dyn FnMut()| {
        let begun = std::time::Instant::now();
        work();
        println!("{what:50} {:7.3} s", begun.elapsed().as_secs_f64());
    };
    let settle = || drop(Command::new("sync").status());
    time("hash 13,000 files of 12 kB, one thread", &mut || {
        std::hint::black_box(
            pages.iter().map(|(_, bytes)| Digest::of(bytes).hash[0] as usize).sum::<usize>(),
        );
    });
    let put = |out: &Path, pages: &[(String, Vec<u8>)]| {
        let disk = Disk::open(out, &Protected::default()).unwrap();
        pages.par_iter().for_each(|(path, bytes)| {
            let path = OutputPath::new(path).unwrap();
            disk.put(Output { path, content: Content::Bytes(bytes.clone()) }).unwrap();
        });
        disk.finish().unwrap();
    };
    for round in 0..4 {
        let Place { dir, out } = place();
        let plain = dir.path().join("plain");
        let mut plainly = || {
            std::fs::create_dir_all(&plain).unwrap();
            pages.par_iter().for_each(|(path, bytes)| {
                let path = plain.join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes.clone()).unwrap();
            });
        };
        settle();
        if round % 2 == 0 {
            time("plain create_dir_all and write", &mut plainly);
            settle();
            time("cold build", &mut || put(&out, &pages));
        } else {
            time("cold build", &mut || put(&out, &pages));
            settle();
            time("plain create_dir_all and write", &mut plainly);
        }
        settle();
        time("nothing changed", &mut || put(&out, &pages));
        let mut changed = pages.clone();
        for round in 0..3 {
            changed[5000].1 = page(5000, 7 + round).into_bytes();
            settle();
            time(
                ["one page changed, no folder aside", "one page changed", "one page changed"][round],
                &mut || {
                    put(&out, &changed);
                },
            );
        }
        for (_, bytes) in &mut changed {
            bytes[0] ^= 1;
        }
        settle();
        time("every page changed", &mut || put(&out, &changed));
    }
}
