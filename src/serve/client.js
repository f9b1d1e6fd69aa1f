// Keeps an open page of the preview up to date, and tells what is wrong with it. Whatever is shown is set
// as text: nothing that stands in a file or in a message becomes HTML here.
(() => {
  "use strict";
  const own = document.currentScript;
  const { run, reload, morph, follow } = own.dataset;
  let hash = own.dataset.hash;
  // The page as it was sent, before scripts of the theme change it: what is the same in the next one is
  // not touched.
  let before = document.documentElement.cloneNode(true);
  let about = null;
  let source = null;
  let hidden = false;
  let wide = false;
  let following = follow === "on";

  // A page that changes in place.

  const isCode = (script) =>
    !script.src.endsWith("/__nutgraf/client.js") && /^$|javascript|module/.test(script.type);
  const code = (root) =>
    [...root.querySelectorAll("script")].filter(isCode).map((script) => script.outerHTML).join("\n");
  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.id === b.id;

  function attributes(live, was, next) {
    for (const { name, value } of [...next.attributes]) {
      if (was?.getAttribute(name) === value) continue;
      if (name === "open" && live.localName === "details") continue;
      if (live.getAttribute(name) !== value) live.setAttribute(name, value);
    }
    for (const { name } of [...(was ?? live).attributes]) {
      if (name === "open" && live.localName === "details") continue;
      if (!next.hasAttribute(name)) live.removeAttribute(name);
    }
  }

  function change(live, was, next) {
    if ((was ?? live).isEqualNode(next)) return;
    if (live.nodeType !== Node.ELEMENT_NODE) {
      live.nodeValue = next.nodeValue;
      return;
    }
    attributes(live, was, next);
    const parts = [live, was, next].map((node) => [...(node?.children ?? [])]);
    const pairs = was && parts.every((part) => part.length === parts[2].length && part.every((node, at) => alike(node, parts[2][at])));
    if (pairs && words(was) === words(next)) {
      parts[2].forEach((node, at) => change(parts[0][at], parts[1][at], node));
      return;
    }
    children(live, next);
  }

  // The text that stands between the elements of a node.
  const words = (node) =>
    [...node.childNodes].map((child) => (child.nodeType === Node.ELEMENT_NODE ? "\n" : (child.nodeValue ?? "").trim())).join(" ");

  // Keeps every child that is the same, changes what is of the same sort, and adds and removes the rest.
  function children(live, next) {
    const have = [...live.childNodes];
    const wanted = [...next.childNodes];
    while (have.length && wanted.length && have[0].isEqualNode(wanted[0])) {
      have.shift();
      wanted.shift();
    }
    let end = null;
    while (have.length && wanted.length && have.at(-1).isEqualNode(wanted.at(-1))) {
      end = have.pop();
      wanted.pop();
    }
    const far = 100;
    wanted.forEach((node, at) => {
      const blank = node.nodeType !== Node.ELEMENT_NODE;
      const same = have.slice(0, blank ? 1 : far).findIndex((old) => old.isEqualNode(node));
      if (same >= 0) {
        have.splice(0, same + 1).slice(0, -1).forEach((gone) => gone.remove());
        return;
      }
      const stays = have.length && wanted.slice(at + 1, at + far).some((later) => later.isEqualNode(have[0]));
      if (have.length && !stays && alike(have[0], node)) change(have.shift(), null, node);
      else live.insertBefore(document.importNode(node, true), have[0] ?? end);
    });
    have.forEach((gone) => gone.remove());
  }

  const sheets = (root) => [...root.querySelectorAll('link[rel="stylesheet"]')];
  const pathOf = (link) => new URL(link.getAttribute("href"), location.href).href;

  // Puts one style sheet in the place of another once it is there: the page is never without.
  function exchange(old, href) {
    const link = old.cloneNode();
    link.setAttribute("href", href);
    return new Promise((done) => {
      const end = () => {
        old.remove();
        done();
      };
      link.addEventListener("load", end, { once: true });
      link.addEventListener("error", end, { once: true });
      old.after(link);
    });
  }

  async function head(next) {
    document.title = next.title;
    const live = sheets(document);
    const wanted = sheets(next);
    if (live.length !== wanted.length) throw new Error("other style sheets");
    await Promise.all(
      wanted.map((link, at) =>
        pathOf(link) === pathOf(live[at]) ? null : exchange(live[at], link.getAttribute("href")),
      ),
    );
  }

  async function update() {
    if (morph === "off") return location.reload();
    try {
      const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      const script = next.querySelector('script[src="/__nutgraf/client.js"]');
      if (!script || code(next) !== code(before)) return location.reload();
      if (script.dataset.hash === hash) return;
      const html = next.documentElement;
      await head(next);
      for (const name of ["lang", "dir"]) {
        if (html.hasAttribute(name)) document.documentElement.setAttribute(name, html.getAttribute(name));
      }
      change(document.body, before.querySelector("body"), html.querySelector("body"));
      before = html;
      hash = script.dataset.hash;
      document.dispatchEvent(new Event("nutgraf:updated"));
    } catch {
      location.reload();
    }
  }

  // Events, while the tab can be seen.

  let queue = Promise.resolve();
  const inTurn = (work) => {
    queue = queue.then(work, work);
  };

  function connect() {
    if (source || reload === "off" || document.hidden) return;
    source = new EventSource(`/__nutgraf/events/${hash}${location.pathname}`);
    const on = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data), event));
    on("hello", (hello) => {
      if (hello.run !== run) location.reload();
      lost(false);
    });
    on("page", (page) => page.hash !== hash && inTurn(update));
    on("gone", (gone) => {
      if (gone.moved_to) location.replace(gone.moved_to + location.hash);
      else if (gone.hash !== hash) inTurn(update);
    });
    on("asset", (asset, event) => inTurn(() => refresh(asset.urls, event.lastEventId)));
    on("edited", (edit) => {
      if (following && edit.url !== location.pathname) location.assign(edit.url);
    });
    on("about", tell);
    source.addEventListener("error", () => {
      lost(true);
      if (source && source.readyState === EventSource.CLOSED) {
        disconnect();
        setTimeout(connect, 1000);
      }
    });
  }

  function disconnect() {
    source?.close();
    source = null;
  }

  async function refresh(urls, version) {
    const known = (link) => urls.includes(new URL(link, location.href).pathname);
    for (const image of document.images) {
      if (image.getAttribute("src") && known(image.src)) image.src = `${new URL(image.src).pathname}?${version}`;
    }
    const changed = sheets(document).filter((link) => known(link.href));
    await Promise.all(changed.map((link) => exchange(link, `${new URL(link.href).pathname}?${version}`)));
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  window.addEventListener("pagehide", disconnect);
  window.addEventListener("pageshow", connect);

  // What is told of the page.

  const host = document.createElement("div");
  host.id = "nutgraf-preview";
  const shadow = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; }
    * { box-sizing: border-box; font: 14px/1.45 system-ui, sans-serif; color: #f4f4f4; }
    .chip { position: fixed; inset: auto 12px 12px auto; z-index: 2147483647; padding: 4px 10px; border: 1px solid #777;
      border-radius: 999px; background: #1d1f23; cursor: pointer; font-size: 12px; }
    .chip.error { background: #8f1414; } .chip.stale, .chip.lost { background: #7a4a00; }
    .panel { position: fixed; inset: auto 0 0 0; z-index: 2147483646; max-height: 70vh; overflow: auto; padding: 16px 20px 56px;
      background: #1d1f23; border-top: 3px solid #777; }
    .panel.error { border-color: #ff6b6b; } h2 { margin: 0 0 8px; font-size: 16px; font-weight: 600; }
    h3 { margin: 14px 0 4px; font-size: 13px; font-weight: 600; color: #bbb; } p, ul { margin: 0 0 6px; } ul { padding-left: 18px; }
    pre { margin: 6px 0 12px; padding: 10px; overflow: auto; background: #111214; border-left: 3px solid #777; }
    pre, code { font: 12px/1.5 ui-monospace, monospace; } pre.error { border-color: #ff6b6b; } pre.warning { border-color: #ffb454; }
    a { color: #9ecbff; } .dim { color: #aaa; } button { background: #333; border: 1px solid #777; border-radius: 4px; padding: 2px 8px; }
    @media print { .chip, .panel { display: none; } }`);
  shadow.adoptedStyleSheets = [style];
  const make = (name, text = "", kind = "") => {
    const element = document.createElement(name);
    element.textContent = text;
    element.className = kind;
    return element;
  };
  const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  let away = false;

  function lost(now) {
    if (away === now) return;
    away = now;
    draw();
  }

  function tell(news) {
    const grave = (told) => Boolean(told?.findings.some((finding) => finding.severity === "error"));
    if (grave(news) && JSON.stringify(news.findings) !== JSON.stringify(about?.findings)) hidden = false;
    about = news;
    draw();
  }

  function list(title, links) {
    if (links.length === 0) return [];
    const items = make("ul");
    for (const { url, title, words } of links) {
      const item = make("li");
      const link = make("a", title);
      link.href = url;
      item.append(link, make("span", words ? ` — ${words}` : "", "dim"));
      items.append(item);
    }
    return [make("h3", title), items];
  }

  function panel() {
    const { page, findings, elsewhere, more } = about;
    const broken = findings.some((finding) => finding.severity === "error");
    const panel = make("section", "", broken ? "panel error" : "panel");
    panel.setAttribute("aria-label", "Preview");
    const total = findings.length + more;
    panel.append(make("h2", total ? `${counted(total, "finding")} on this page` : "Nothing is wrong with this page"));
    if (about.failure) panel.append(make("pre", about.failure, "error"));
    if (about.state === "stale") panel.append(make("p", "The page is shown as it was before.", "dim"));
    findings.forEach((finding, at) => {
      panel.append(make("h3", `${at + 1} of ${total}`), make("pre", finding.frame, finding.severity));
    });
    const rest = ["errors", "warnings", "notes"].filter((kind) => elsewhere[kind]);
    if (rest.length) {
      const words = rest.map((kind) => counted(elsewhere[kind], kind.slice(0, -1)));
      panel.append(make("p", `Elsewhere: ${words.join(", ")}. nutgraf check lists them.`, "dim"));
    }
    if (page) {
      const facts = [page.path, page.kind, counted(page.words, "word")];
      if (page.mark) facts.push(`not published: ${page.mark}`);
      if (page.review) {
        const due = page.review.overdue >= 0 ? "was to be looked at again on" : "to be looked at again on";
        facts.push(`${due} ${page.review.due}`);
      }
      panel.append(make("h3", "This page"), make("p", facts.join(" · ")));
      panel.append(...list(`${counted(page.backlink_count, "page")} lead here`, page.backlinks));
      panel.append(...list("Related, and why", page.related));
    }
    const go = make("button", following ? "Stop following edits" : "Follow edits to their pages");
    go.addEventListener("click", () => {
      following = !following;
      sessionStorage.setItem("nutgraf:follow", following ? "on" : "off");
      draw();
    });
    if (reload !== "off") panel.append(go);
    return panel;
  }

  function draw() {
    if (!about) return;
    const broken = about.findings.some((finding) => finding.severity === "error") || Boolean(about.failure);
    const words = [away ? "disconnected, trying again" : about.state];
    if (about.drafts) words.push("drafts shown");
    if (about.page?.mark) words.push(about.page.mark);
    if (about.findings.length) words.push(`${about.findings.length} here`);
    const others = about.elsewhere.errors + about.elsewhere.warnings;
    if (others) words.push(`${others} elsewhere`);
    const chip = make("button", words.join(" · "), `chip ${away ? "lost" : broken ? "error" : about.state}`);
    chip.title = "What nutgraf knows of this page";
    const shown = wide || (broken && !hidden);
    chip.setAttribute("aria-expanded", String(shown));
    chip.addEventListener("click", () => {
      wide = !shown;
      hidden = !wide;
      draw();
    });
    shadow.replaceChildren(chip, ...(shown ? [panel()] : []));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shadow.querySelector(".panel")) return;
    hidden = true;
    wide = false;
    draw();
  });

  following = (sessionStorage.getItem("nutgraf:follow") ?? follow) === "on";
  document.documentElement.append(host);
  if (reload === "off") {
    fetch(`/__nutgraf/about${location.pathname}`).then((answer) => answer.json()).then(tell, () => {});
  }
  connect();
})();
