//! **Serve**: the preview. A site is looked at while it is written.
//!
//! *Comes in:* the folder of a site, and requests of browsers on this machine.
//! *Leaves:* pages as a build writes them, each with a script that keeps it up to date.
//! *Does not know:* how pages are made. It never writes a file.
//!
//! A page is made when it is asked for. After an edit the pages that stand open in a visible tab are
//! made again, and a tab hears of it where the bytes differ. There is no other state than the site as
//! it is now.
//!
//! Requests come by way of [`gate`], which refuses those that no reader of the preview sends. Addresses
//! are looked up in the table of the site; none becomes a path of the disk.

mod about;
mod answer;
mod events;
mod gate;
mod kinds;
mod preview;
mod watch;

pub use preview::ADDED;

use crate::diagnostics::{Diagnostics, Failure};
use crate::site::Options;
use crate::site::live::Live;
use answer::Desk;
use gate::Gate;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use preview::Preview;
use std::collections::HashMap;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::sync::Semaphore;
use watch::{Wake, Watch, Woken};

/// The port that is tried first.
pub const PORT: u16 = 4180;

/// Connections at one time; further ones wait.
const CONNECTIONS: usize = 256;
/// A request has to be there whole after this time.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most headers of a request, and most bytes of all of them.
const HEADERS: usize = 100;
const HEADER_BYTES: usize = 32 << 10;
/// Pages that are made at one time.
const MAKERS: usize = 8;

/// How a site is shown.
#[derive(Clone, Debug)]
pub struct Manner {
    /// Unpublished pages are shown too.
    pub drafts: bool,
    /// Open pages follow the edits.
    pub reload: bool,
    /// They change in place; otherwise they are loaded again.
    pub morph: bool,
    /// An open page goes where the last edit was.
    pub follow: bool,
    /// Exactly what is published, with nothing added, and redirects as a host answers them.
    pub as_published: bool,
    /// The clock by which embargoes and days of review are judged.
    pub now: fn() -> jiff::Timestamp,
}

/// Where a preview is to be had.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// `None`: this machine alone.
    pub host: Option<IpAddr>,
    /// `None`: the first that is free from [`PORT`] on; 0: any.
    pub port: Option<u16>,
    /// Names by which it may be asked for, beside `localhost`.
    pub allowed: Vec<String>,
}

/// What a preview has to tell while it runs.
#[derive(Clone, Debug)]
pub enum Message {
    /// It answers, at these addresses.
    Ready { urls: Vec<String> },
    /// A word about how it works.
    Note(String),
    /// What is shown has changed; the files that were edited, and how long it took.
    Changed { files: Vec<String>, took: Duration },
    /// All that is wrong now. Told at the start and whenever it is something else.
    Findings(Arc<Diagnostics>),
}

/// Serves a site until the program is asked to end.
///
/// `poll` asks for looks at the disk in place of reports of the system, with the time between them.
///
/// # Errors
/// When no port can be had, or the machine refuses threads.
pub fn serve(
    root: &Path,
    options: Options,
    manner: Manner,
    reach: &Reach,
    poll: Option<Option<Duration>>,
    tell: &(dyn Fn(Message) + Sync),
) -> Result<(), Failure> {
    let (listeners, port) = listen(reach)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(MAKERS)
        .enable_all()
        .build()
        .map_err(|error| Failure::io("cannot start threads", &error))?;
    let (sender, wakes) = mpsc::channel();
    let (mut watch, why) = Watch::new(root, poll, sender.clone(), wakes);
    why.into_iter().for_each(|why| tell(Message::Note(why)));
    let live = Live::open(root, options);
    let base = base_of(&live, &mut watch);
    live.check();
    let asked = Mutex::new(sender.clone());
    let look = move || {
        if let Ok(sender) = asked.lock() {
            let _ = sender.send(Wake::Somewhere);
        }
    };
    let preview = Arc::new(Preview::new(live, manner, run_id(), Box::new(look)));
    let gate = Gate { port, bound: reach.host, allowed: reach.allowed.clone() };
    let desk = Arc::new(Desk { preview: preview.clone(), gate, hashes: Mutex::new(HashMap::new()) });
    for listener in listeners {
        let listener = {
            let _context = runtime.enter();
            listener
                .set_nonblocking(true)
                .and_then(|()| tokio::net::TcpListener::from_std(listener))
                .map_err(|error| Failure::io("cannot listen", &error))?
        };
        runtime.spawn(accept(listener, desk.clone()));
    }
    tell(Message::Ready { urls: urls(reach, port, &base) });
    tell(Message::Findings(preview.live.shown().findings.clone()));
    end_when_asked(&runtime, &sender);
    follow(&preview, &mut watch, tell);
    // Open connections are cut, and pages that are being made are left.
    runtime.shutdown_background();
    // The program ends here: giving an archive back piece by piece takes its time.
    std::mem::forget(preview);
    Ok(())
}

/// Takes edits in, until the end.
#[expect(clippy::disallowed_methods, reason = "how long an edit took is told to the author")]
fn follow(preview: &Preview, watch: &mut Watch, tell: &(dyn Fn(Message) + Sync)) {
    let note = |words: String| tell(Message::Note(words));
    while let Woken::Changed(changed) = watch.next(&note) {
        let began = std::time::Instant::now();
        let before = preview.live.shown().findings.clone();
        let edit = preview.live.edit(&changed, Some((preview.manner.now)()));
        if edit.any {
            preview.announce(&edit);
            let files = changed.files.iter().map(ToString::to_string).collect();
            tell(Message::Changed { files, took: began.elapsed() });
            base_of(&preview.live, watch);
        }
        if preview.live.check() {
            preview.announce(&Default::default());
        }
        let now = preview.live.shown().findings.clone();
        if !now.iter().eq(before.iter()) {
            tell(Message::Findings(now));
        }
    }
}

/// The path under which the site stands. Settings that concern the watch are handed on.
fn base_of(live: &Live, watch: &mut Watch) -> String {
    let shown = live.shown();
    let Some(site) = &shown.site else { return String::new() };
    watch.follow_outside(site.archive().config.follow_outside);
    site.archive().href("")
}

/// Answers what comes in at one address.
async fn accept(listener: tokio::net::TcpListener, desk: Arc<Desk>) {
    let places = Arc::new(Semaphore::new(places()));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // No more files can be opened, or the other end is gone already.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let desk = desk.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let desk = desk.clone();
                async move { Ok::<_, Infallible>(answer::answer(desk, request).await) }
            });
            // What goes wrong here concerns the other end alone.
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .max_headers(HEADERS)
                .max_buf_size(HEADER_BYTES)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            drop(place);
        });
    }
}

/// How many connections there are files for: the site needs some too.
#[cfg(unix)]
fn places() -> usize {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let files = files.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX);
    // Each of two addresses has as many; what is left is for the files of the site.
    CONNECTIONS.min((files / 4).max(8))
}

#[cfg(not(unix))]
fn places() -> usize {
    CONNECTIONS
}

/// Listens at a port, at both addresses of this machine where it has two.
fn listen(reach: &Reach) -> Result<(Vec<TcpListener>, u16), Failure> {
    /// So many ports are tried before any is taken.
    const TRIED: u16 = 10;
    let ports: Vec<u16> = match reach.port {
        Some(port) => vec![port],
        None => (PORT..PORT + TRIED).chain([0]).collect(),
    };
    let mut last = None;
    for port in ports {
        match listen_at(reach.host, port) {
            Ok(listeners) => {
                let port = listeners[0].local_addr().map_or(port, |address| address.port());
                return Ok((listeners, port));
            }
            Err(error) => {
                let taken = error.kind() == ErrorKind::AddrInUse;
                last = Some((port, error));
                if !taken {
                    break;
                }
            }
        }
    }
    let (port, error) = last.unwrap_or_else(|| (PORT, ErrorKind::AddrInUse.into()));
    Err(Failure(match error.kind() {
        ErrorKind::AddrInUse => {
            format!("port {port} is taken; end what listens there, or name another with --port")
        }
        ErrorKind::PermissionDenied => format!("port {port} is not to be had without special rights"),
        _ => format!("cannot listen at port {port}: {error}"),
    }))
}

fn listen_at(host: Option<IpAddr>, port: u16) -> std::io::Result<Vec<TcpListener>> {
    if let Some(host) = host {
        return Ok(vec![TcpListener::bind(SocketAddr::new(host, port))?]);
    }
    let home = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let mut listeners = Vec::new();
    match TcpListener::bind(home) {
        Ok(listener) => listeners.push(listener),
        // A machine may have the newer protocol alone.
        Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {}
        Err(error) => return Err(error),
    }
    let port = listeners.first().map_or(Ok(port), |l| l.local_addr().map(|address| address.port()))?;
    match TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port)) {
        Ok(listener) => listeners.push(listener),
        // Browsers ask the newer address first: whoever has it would answer in our place.
        Err(error) if error.kind() == ErrorKind::AddrInUse => return Err(error),
        Err(error) if listeners.is_empty() => return Err(error),
        Err(_) => {}
    }
    Ok(listeners)
}

/// Where the site is to be seen; what a person should open comes first.
fn urls(reach: &Reach, port: u16, base: &str) -> Vec<String> {
    let host = match reach.host {
        None => "localhost".to_owned(),
        Some(host) if host.is_unspecified() => "localhost".to_owned(),
        Some(IpAddr::V6(host)) => format!("[{host}]"),
        Some(host) => host.to_string(),
    };
    let allowed = reach.allowed.iter().filter(|_| reach.host.is_some()).cloned();
    std::iter::once(host).chain(allowed).map(|host| format!("http://{host}:{port}{base}/")).collect()
}

/// A name for this run that no other has.
#[expect(clippy::disallowed_methods, reason = "no page depends on it: it tells one run from the next")]
fn run_id() -> String {
    let now = jiff::Timestamp::now().as_nanosecond();
    let seed = format!("{now} {}", std::process::id());
    blake3::hash(seed.as_bytes()).to_hex()[..12].to_owned()
}

/// Sends the end to the watch once somebody wants it.
fn end_when_asked(runtime: &tokio::runtime::Runtime, sender: &mpsc::Sender<Wake>) {
    let end = sender.clone();
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = end.send(Wake::End);
        }
    });
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let end = sender.clone();
        runtime.spawn(async move {
            // Where it cannot be waited for, it ends the program as it does any other.
            if let Ok(mut asked) = signal(SignalKind::terminate()) {
                asked.recv().await;
                let _ = end.send(Wake::End);
            }
        });
    }
}
