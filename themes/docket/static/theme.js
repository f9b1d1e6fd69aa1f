// The button for light and dark, the key / for the search, cards of links, and notes that would not fit into the margin. Every page can be read
// and used without it.
(() => {
  const page = document, root = page.documentElement;
  const stored = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(key);
      if (value) localStorage.setItem(key, value); else localStorage.removeItem(key);
    } catch { /* The browser keeps nothing; then the choice holds for this page. */ }
  };

  const button = page.getElementById("theme");
  if (button) {
    const ways = ["auto", "light", "dark"];
    const show = (way) => {
      if (way === "auto") delete root.dataset.theme; else root.dataset.theme = way;
      button.title = button.dataset[way];
      button.setAttribute("aria-label", button.title);
    };
    let way = root.dataset.theme || "auto";
    show(way);
    button.addEventListener("click", () => {
      way = ways[(ways.indexOf(way) + 1) % ways.length];
      stored("theme", way === "auto" ? "" : way);
      show(way);
    });
  }

  // The key / leads to the field on this page, else to the page of the search.
  page.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
    const field = page.querySelector("main input[type=search]"), link = page.querySelector(".tools a.tool");
    if (!field && !link) return;
    event.preventDefault();
    if (field) field.focus(); else link.click();
  });

  // Notes in the margin push each other down. Where the last one would hang out far below the text, all go to its end.
  const text = page.querySelector(".text:has(.footnotes)");
  if (text) {
    const place = () => {
      text.classList.remove("notes-at-end");
      const last = text.querySelector(".footnotes ol > li:last-child");
      if (last.getBoundingClientRect().bottom > text.getBoundingClientRect().bottom + 24) text.classList.add("notes-at-end");
    };
    place();
    page.fonts?.ready.then(place);
    addEventListener("resize", place);
  }

  // A card tells about the page that a link leads to: on hover or keyboard focus, to be pointed at, closed by Escape.
  const shards = Number(root.dataset.previewShards), base = root.dataset.previews;
  if (!shards || !HTMLElement.prototype.showPopover || stored("previews") === "off") return;
  const loaded = new Map();
  const bytes = new TextEncoder();
  const shard = (address) => {
    let hash = 0x811c9dc5;
    for (const byte of bytes.encode(address)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return hash % shards;
  };
  const about = async (address) => {
    const number = shard(address);
    if (!loaded.has(number)) loaded.set(number, fetch(`${base}${number}.json`).then((r) => r.ok ? r.json() : {}, () => ({})));
    return (await loaded.get(number))[address];
  };
  const address = (link) => {
    if (!link || link.origin !== location.origin || link.pathname === location.pathname) return "";
    if (!link.closest(".text, .brief, .events, .quote, figcaption, .facts, .byline, .correction")) return "";
    try { return decodeURI(link.pathname); } catch { return ""; }
  };
  let card, timer, current;
  const hide = () => {
    clearTimeout(timer);
    if (card?.matches(":popover-open")) card.hidePopover();
    current?.removeAttribute("aria-describedby");
    current = undefined;
  };
  const later = (what, milliseconds) => { clearTimeout(timer); timer = setTimeout(what, milliseconds); };
  const line = (tag, words, kind) => {
    if (!words) return [];
    const element = page.createElement(tag);
    element.textContent = words;
    if (kind) element.className = kind;
    return [element];
  };
  const reveal = async (link) => {
    if (current === link) return;
    const told = await about(address(link));
    if (!told || !link.matches(":hover, :focus")) return;
    hide();
    if (!card) {
      card = page.createElement("div");
      card.className = "preview";
      card.id = "preview";
      card.popover = "manual";
      card.setAttribute("role", "tooltip");
      card.addEventListener("pointerenter", () => clearTimeout(timer));
      card.addEventListener("pointerleave", () => later(hide, 200));
      page.body.append(card);
    }
    card.replaceChildren(...line("strong", told.t), ...line("p", told.s), ...line("p", told.m, "meta"));
    current = link;
    link.setAttribute("aria-describedby", "preview");
    card.showPopover();
    // Of a link that is broken over two lines, the line that is nearer the start.
    const at = link.getClientRects()[0], edge = 16;
    const above = at.bottom + card.offsetHeight + 12 > innerHeight && at.top > card.offsetHeight + 12;
    const start = getComputedStyle(link).direction === "rtl" ? at.right - card.offsetWidth : at.left;
    card.style.left = `${Math.max(edge, Math.min(start, root.clientWidth - card.offsetWidth - edge)) + scrollX}px`;
    card.style.top = `${(above ? at.top - card.offsetHeight - 8 : at.bottom + 8) + scrollY}px`;
  };
  page.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = event.target.closest?.("a[href]");
    if (link && address(link)) later(() => reveal(link), 450);
    else if (!event.target.closest?.(".preview")) current ? later(hide, 200) : clearTimeout(timer);
  });
  page.addEventListener("focusin", (event) => {
    const link = event.target.closest("a[href]");
    if (link?.matches(":focus-visible") && address(link)) later(() => reveal(link), 450); else hide();
  });
  page.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
})();
