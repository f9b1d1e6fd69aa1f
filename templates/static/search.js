// The search: asks the index in small files beside the page, by the same steps as `nutgraf search`.
(() => {
  // Text to terms.
  const WORD = /[\p{Alphabetic}\p{N}\p{M}]/u, MARK = /\p{M}/u;
  const PAIR = /[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc\u{20000}-\u{3ffff}]/u;
  const ACCENT = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
  const OTHER = { ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", đ: "d", ð: "d", ł: "l", ħ: "h", ı: "i", ς: "σ", ى: "ي", ـ: "" };
  const LONGEST = 32, KEY = 96;
  const fold = (text) => text.normalize("NFKD")
    .replace(ACCENT, (c, at, all) => !MARK.test(c) || (c === "\u0306" && /[иИ]/.test(all[at - 1] ?? "")) ? c : "")
    .normalize("NFC").toLowerCase().replace(/[ßæœþøđðłħıςىـ]/g, (c) => OTHER[c]);
  const isOfPairs = (term) => PAIR.test(String.fromCodePoint(term.codePointAt(0) ?? 32));

  const terms = (text) => {
    const found = [];
    let position = 0, start = -1, pairs = false, at = 0;
    const flush = (end) => {
      const word = text.slice(start, end), folded = [...fold(word)].filter((c) => WORD.test(c)), letters = [...word];
      if (!folded.length) return;
      const add = (from, to, place, begin, stop) => found.push({ text: folded.slice(from, to).join(""), position: place, start: begin, end: stop });
      if (!pairs) {
        add(0, LONGEST, position++, start, end);
        return;
      }
      const exact = letters.length === folded.length, alone = folded.length === 1;
      for (let n = 0, begin = start; n < folded.length - (alone ? 0 : 1); n++) {
        if (exact) add(n, n + 2, position + n, begin, begin + letters[n].length + (letters[n + 1] ?? "").length);
        else add(n, n + 2, position + n, start, end);
        begin += (letters[n] ?? "").length;
      }
      position += folded.length;
    };
    for (const c of text) {
      if (!WORD.test(c)) {
        if (start >= 0) flush(at);
        start = -1;
      } else {
        const is = start >= 0 && MARK.test(c) ? pairs : PAIR.test(c);
        if (start >= 0 && is !== pairs) flush(at);
        if (start < 0 || is !== pairs) [start, pairs] = [at, is];
      }
      at += c.length;
    }
    if (start >= 0) flush(at);
    return found;
  };

  const size = (text) => new TextEncoder().encode(text).length;
  const nameKey = (text) => terms(text).reduce((key, term) => size(key) + size(term.text) < KEY ? (key && `${key} `) + term.text : key, "");

  // What was typed, taken apart.
  const MOST_WORDS = 24, FIELDS = ["kind", "topic", "person", "year"];
  const parse = (typed) => {
    const query = { clauses: [], filters: [], name: "", open: false }, names = [];
    let count = 0, rest = typed.replace(/[“”„«»]/g, '"').trimStart();
    while (rest && count < MOST_WORDS) {
      const without = /^-\S/.test(rest);
      let value = rest.slice(without ? 1 : 0);
      const field = FIELDS.find((name) => value.startsWith(`${name}:`) && /^\S/.test(value.slice(name.length + 1)));
      if (field) value = value.slice(field.length + 1);
      const quoted = value[0] === '"';
      if (quoted) value = value.slice(1);
      const end = quoted ? value.indexOf('"') : value.search(/\s/), stop = end < 0 ? value.length : end;
      const text = value.slice(0, stop), after = value.slice(stop + (quoted ? 1 : 0));
      rest = after.trimStart();
      if (field) {
        query.filters.push({ without, field, value: text });
        continue;
      }
      const words = terms(text).slice(0, MOST_WORDS - count);
      if (!words.length) continue;
      count += words.length;
      const open = !without && !quoted && !after;
      if (!without) {
        names.push(text);
        query.open = open;
      }
      query.clauses.push({ without, words: words.map((term) => term.text), places: words.map((term) => term.position), open });
    }
    query.name = nameKey(names.join(" "));
    return query;
  };

  // The files.
  const HEAD = 2048, STREAMS = "ptxy";
  const reader = (data, at = 0) => ({
    get done() { return at >= data.length; },
    take() {
      let number = 0, unit = 1;
      while (at < data.length) {
        const byte = data[at++];
        number += (byte & 127) * unit;
        if (byte < 128) break;
        unit *= 128;
      }
      return number;
    },
    bytes: (length) => data.subarray(at, at += length),
  });
  const inflate = async (data) => new Uint8Array(await new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer());
  const readWords = (data) => {
    const from = reader(data), words = [], decoder = new TextDecoder();
    const places = [0, 1, 2, 3].map(() => [from.take(), from.take()]);
    let key = new Uint8Array();
    while (!from.done) {
      const same = from.take(), own = from.bytes(from.take()), joined = new Uint8Array(same + own.length);
      joined.set(key.subarray(0, same));
      joined.set(own, same);
      key = joined;
      const word = { key: decoder.decode(key), count: from.take(), form: -1, pages: [], parts: [] }, flags = from.bytes(1)[0];
      if (flags & 16) {
        for (let n = 0, page = 0; n < word.count && !from.done; n++) word.pages.push(page += from.take());
      } else {
        word.form = words.length - from.take();
        for (let n = 0; n < 4; n++) {
          if (n % 2 && word.count <= HEAD) continue;
          const length = from.take();
          if (flags >> n & 1) places[n] = [places[n][0] + 1, 0];
          word.parts[n] = [...places[n], length];
          places[n][1] += length;
        }
      }
      words.push(word);
    }
    return words;
  };
  const order = (a, b) => {
    const one = [...a], other = [...b];
    for (let n = 0; n < one.length && n < other.length; n++) if (one[n] !== other[n]) return one[n].codePointAt(0) - other[n].codePointAt(0);
    return one.length - other.length;
  };
  const isName = (key) => key.endsWith(" ");
  const isPlain = (key) => !isName(key) && key[0] !== "#" && size(key) <= 4 * LONGEST;

  // Letters that are wrong, missing, too many, or swapped.
  const distance = (a, b) => {
    const one = [...a], other = [...b];
    let rows = [[], [...Array(other.length + 1).keys()]];
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        row[j] = Math.min(rows[1][j] + 1, row[j - 1] + 1, rows[1][j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], rows[0][j - 2] + 1);
      }
      rows = [rows[1], row];
    }
    return rows[1][other.length];
  };

  const COMPLETIONS = 6, FILES = 3, CORRECTIONS = 3, FORM = 0.9, COMPLETION = 0.8, CORRECTION = 0.6, PHRASE = 1.2;
  const NAMED = 1000, BEGUN = 4, BEGUN_PAGES = 12;
  const add = (scores, number, score) => scores.set(number, (scores.get(number) ?? 0) + score);
  const byCount = (a, b) => b.count - a.count || order(a.key, b.key);

  class Index {
    constructor(root, load) {
      Object.assign(this, { root, load, files: new Map(), lists: new Map() });
    }

    async find(typed, kind) {
      const { root } = this, query = parse(typed), matched = new Set();
      if (kind) query.filters.push({ without: false, field: "kind", value: kind });
      query.clauses.flatMap((clause) => clause.words).forEach((word) => this.words(this.fileOf(word)));
      let scores = await this.scores(query, matched), total = scores.size;
      const { clauses, filters } = query;
      if (clauses.length === 1 && clauses[0].words.length === 1 && !filters.length) {
        const { forms } = await this.needle(clauses[0].words[0], clauses[0].open);
        total = Math.max(total, ...forms.map(([form]) => form.count));
      }
      if (query.name) {
        const before = scores.size;
        await this.addNames(query, scores);
        total += scores.size - before;
      }
      if (filters.length) {
        if (clauses.every((clause) => clause.without)) for (let n = 0; n < root.entries; n++) add(scores, n, 0);
        for (const filter of filters) {
          const kept = await this.filtered(filter);
          scores = new Map([...scores].filter(([number]) => kept(number) !== filter.without));
        }
        total = scores.size;
      }
      for (const clause of clauses.filter(({ without }) => without)) {
        for (const number of (await this.phrase(clause, new Set(), true)).keys()) if (scores.delete(number)) total -= 1;
      }
      const pages = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([number]) => number);
      return { total, pages, matched: [...matched] };
    }

    async hit(number) {
      const each = this.root.per_file, name = `m${Math.floor(number / each)}`;
      if (!this.lists.has(name)) this.lists.set(name, this.file(`${name}.bin`).then(inflate).then((data) => JSON.parse(new TextDecoder().decode(data))));
      const [title, url, date, summary] = (await this.lists.get(name))[number % each];
      return { title, url, date, summary, kind: this.root.kinds.filter(([, first]) => first <= number).pop()?.[0] ?? "" };
    }

    async scores({ clauses, filters }, matched) {
      const wanted = clauses.filter(({ without }) => !without), all = wanted.length > 1 || filters.length > 0;
      const required = [], helpful = [];
      for (const clause of wanted) {
        if (clause.words.length === 1) {
          const needle = await this.needle(clause.words[0], clause.open);
          if (!needle.forms.length) continue;
          needle.forms.forEach(([form]) => matched.add(form.key));
          (needle.common && all ? helpful : required).push(await this.weigh(needle, all && !needle.common));
        } else {
          const scores = await this.phrase(clause, matched, all);
          if (scores.size || wanted.length === 1) required.push(scores);
        }
      }
      let sums = new Map();
      for (const one of required.length ? required : helpful) one.forEach((score, number) => add(sums, number, score));
      if (!required.length) return sums;
      // Where no page has all of them, those that have most of them are better than none.
      const whole = new Map([...sums].filter(([number]) => required.every((one) => one.has(number))));
      if (whole.size) sums = whole;
      for (const more of helpful) more.forEach((score, number) => sums.has(number) && add(sums, number, score));
      return sums;
    }

    async needle(word, open) {
      const words = await this.words(this.fileOf(word)), own = words.find(({ key }) => key === word), letters = [...word].length;
      let forms = [];
      const also = (found, factor) => forms.push(...found.map((other) => [other, factor]));
      if (own) {
        also([own], 1);
        also(words.filter(({ form, key }) => form === own.form && form >= 0 && key !== word && isPlain(key)), FORM);
      }
      if ((letters === 1 && isOfPairs(word)) || (!forms.length && letters > 1 && (open || letters > 2))) also(await this.completions(word), COMPLETION);
      if (!forms.length && letters > 3) also(await this.corrections(word, letters), CORRECTION);
      // Perhaps a form of a word that the index has in other forms alone.
      for (let cut = 1; !forms.length && cut < 4 && letters - cut > 3; cut++) {
        const stem = word.slice(0, -cut);
        also(words.filter(({ key }) => key.startsWith(stem) && key.length <= stem.length + 3 && isPlain(key)).sort(byCount).slice(0, COMPLETIONS), CORRECTION);
      }
      const count = Math.max(0, ...forms.map(([form]) => form.count)), { entries, common } = this.root;
      return { forms, common: count > common, value: Math.log(1 + (entries - count + 0.5) / (count + 0.5)) };
    }

    async completions(word) {
      const found = [], first = this.fileOf(word), files = new Set();
      for (let at = first; at < Math.min(first + FILES, this.root.words.length); at++) {
        if (at > first && !this.root.words[at].startsWith(word)) break;
        found.push(...(await this.words(at)).filter(({ key }) => key.startsWith(word) && isPlain(key) && key !== word));
      }
      return found.sort(byCount).filter(({ parts }) => {
        if (files.size < FILES) files.add(parts[0][0]);
        return files.has(parts[0][0]);
      }).slice(0, COMPLETIONS);
    }

    async corrections(word, letters) {
      const most = letters > 7 ? 2 : 1, own = this.fileOf(word), found = [], first = [...word][0];
      for (let at = Math.max(0, own - 1); at < Math.min(own + 2, this.root.words.length); at++) {
        for (const other of await this.words(at)) {
          if (!other.key.startsWith(first) || !isPlain(other.key) || Math.abs([...other.key].length - letters) > most) continue;
          const steps = distance(word, other.key);
          if (steps <= most) found.push([steps, other]);
        }
      }
      found.sort((a, b) => a[0] - b[0] || byCount(a[1], b[1]));
      return found.filter(([steps]) => steps === found[0][0]).slice(0, CORRECTIONS).map(([, other]) => other);
    }

    async weigh({ forms, value }, all) {
      const scores = new Map();
      for (const [form, factor] of forms) {
        for (const [number, weight] of await this.pages(form, all)) {
          scores.set(number, Math.max(value * factor * weight / 255, scores.get(number) ?? 0));
        }
      }
      return scores;
    }

    // Common words among others may be any words.
    async phrase({ words, places, open }, matched, all) {
      const needles = [];
      for (const [n, word] of words.entries()) needles.push(await this.needle(word, open && n === words.length - 1));
      if (needles.some(({ forms }) => !forms.length)) return new Map();
      const common = needles.every((needle) => needle.common);
      const told = needles.map((needle, n) => [needle, places[n]]).filter(([needle]) => common || !needle.common);
      told.forEach(([{ forms }]) => forms.forEach(([form]) => matched.add(form.key)));
      const whole = !common && (all || told.length > 1);
      let scores;
      for (const [needle] of told) {
        const own = await this.weigh(needle, whole);
        scores = scores ? new Map([...scores].filter(([number]) => own.has(number)).map(([number, score]) => [number, score + own.get(number)])) : own;
      }
      if (told.length < 2) return scores;
      // Where the phrase may begin, page by page.
      let begins;
      for (const [{ forms }, place] of told) {
        const here = new Map();
        for (const [form] of forms) {
          await this.positions(form, whole, (number, position) => {
            const begin = position - place;
            if (!scores.has(number) || (begins && !begins.get(number)?.has(begin))) return;
            if (!here.has(number)) here.set(number, new Set());
            here.get(number).add(begin);
          });
        }
        begins = here;
      }
      return new Map([...scores].filter(([number]) => begins.has(number)).map(([number, score]) => [number, score * PHRASE]));
    }

    async addNames({ name, open }, scores) {
      const whole = `${name} `, begun = open ? name : whole, first = this.fileOf(begun);
      let left = BEGUN_PAGES;
      for (let at = first; at < Math.min(first + 2, this.root.words.length); at++) {
        if (at > first && !this.root.words[at].startsWith(begun)) break;
        for (const { key, pages } of await this.words(at)) {
          if (!isName(key) || !key.startsWith(begun)) continue;
          for (const number of pages) {
            if (key === whole) add(scores, number, NAMED);
            else if (left-- > 0) add(scores, number, BEGUN);
          }
        }
      }
    }

    async filtered({ field, value }) {
      const { kinds, years, entries } = this.root, folded = fold(value);
      const range = (firsts, is, end) => {
        const at = firsts.findIndex(([label]) => is === String(label)), from = at < 0 ? 0 : firsts[at][1];
        const to = at < 0 ? 0 : firsts[at + 1]?.[1] ?? end;
        return (number) => number >= from && number < to;
      };
      if (field === "kind") return range(kinds, folded === "people" ? "person" : folded.replace(/s$/, ""), entries);
      if (field === "year") return range(years, folded, kinds[kinds.findIndex(([kind]) => kind === "explainer") + 1]?.[1] ?? entries);
      const key = `#${field[0]} ${nameKey(value)}`, word = (await this.words(this.fileOf(key))).find((other) => other.key === key);
      const pages = new Set(word ? (await this.pages(word, true)).map(([number]) => number) : []);
      return (number) => pages.has(number);
    }

    fileOf(key) {
      let [low, high] = [0, this.root.words.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (order(this.root.words[middle], key) <= 0) low = middle + 1; else high = middle;
      }
      return Math.max(0, low - 1);
    }

    words(at) {
      const name = `l${at}.bin`;
      if (!this.lists.has(name)) this.lists.set(name, at < this.root.words.length ? this.file(name).then(inflate).then(readWords) : Promise.resolve([]));
      return this.lists.get(name);
    }

    file(name) {
      if (!this.files.has(name)) this.files.set(name, this.load(name));
      return this.files.get(name);
    }

    async part(stream, [number, from, length]) {
      return (await this.file(`${STREAMS[stream]}${number}.bin`)).subarray(from, from + length);
    }

    async tier(word, tier) {
      const count = tier ? Math.max(0, word.count - HEAD) : Math.min(word.count, HEAD), pages = [];
      if (!count || !word.parts[tier]) return pages;
      const from = reader(await this.part(tier, word.parts[tier]));
      for (let n = 0, number = 0; n < count; n++) pages.push([number += from.take(), 0]);
      from.bytes(count).forEach((weight, n) => { pages[n][1] = weight; });
      return pages;
    }

    async pages(word, all) {
      return [...await this.tier(word, 0), ...all ? await this.tier(word, 1) : []];
    }

    async positions(word, all, found) {
      for (let tier = 0; tier <= (all && word.count > HEAD ? 1 : 0); tier++) {
        const from = reader(await this.part(tier + 2, word.parts[tier + 2]));
        for (const [number] of await this.tier(word, tier)) {
          for (let left = from.take(), position = 0; left > 0; left--) found(number, position += from.take());
        }
      }
    }
  }

  const marks = (text, matched) => {
    const found = [];
    for (const { text: term, start, end } of terms(text)) {
      if (!matched.includes(term)) continue;
      const last = found[found.length - 1];
      if (last && last[1] >= start) last[1] = end; else found.push([start, end]);
    }
    return found;
  };

  if (typeof module === "object") {
    module.exports = { Index, fold, terms, nameKey, parse, marks, distance };
    return;
  }

  // The page.
  const form = document.querySelector("form[data-index]");
  // Opened from a disk, the page leads to the lists and says why.
  if (!form || location.protocol === "file:") return;
  const { index: at, failed, none, found: foundWords } = form.dataset;
  const field = form.elements.q, part = (id) => document.getElementById(id);
  const status = part("search-status"), list = part("search-results"), more = part("search-more"), browse = part("search-browse");
  const EACH = 10;
  const open = async () => {
    const get = async (name, version) => {
      const answer = await fetch(at + name + (version ? `?v=${version}` : ""), version ? {} : { cache: "no-cache" });
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return answer;
    };
    const root = await (await get("index.json")).json();
    if (root.format !== 1) throw new Error("another format");
    return new Index(root, async (name) => new Uint8Array(await (await get(name, root.version)).arrayBuffer()));
  };
  let opened, turn = 0;
  const element = (name, words, kind) => {
    const made = document.createElement(name);
    if (words) made.append(words);
    if (kind) made.className = kind;
    return made;
  };
  const marked = (into, text, matched) => {
    let from = 0;
    for (const [start, end] of marks(text, matched)) {
      into.append(text.slice(from, start), element("mark", text.slice(start, end)));
      from = end;
    }
    into.append(text.slice(from));
    return into;
  };
  const kindName = (kind) => {
    const choice = [...form.querySelectorAll("[value]")].find((other) => other.value === kind);
    return choice ? (choice.textContent || choice.parentNode.textContent).trim() : "";
  };
  const show = async (index, { pages, matched }, from, mine) => {
    const hits = await Promise.all(pages.slice(from, from + EACH).map((number) => index.hit(number)));
    if (mine !== turn) return;
    const entries = hits.map(({ title, url, date, summary, kind }) => {
      const entry = element("li"), link = element("a"), about = [kindName(kind), date].filter(Boolean).join(" · ");
      // Addresses are paths of this site, whatever their titles say.
      link.href = at.replace(/search\/$/, "") + url.split("/").slice(1).map(encodeURIComponent).join("/");
      entry.append(marked(link, title, matched));
      if (about) entry.append(element("span", about, "meta"));
      if (summary) entry.append(marked(element("p"), summary, matched));
      return entry;
    });
    if (from) list.append(...entries); else list.replaceChildren(...entries);
    if (from) entries[0]?.querySelector("a").focus();
    more.hidden = from + EACH >= pages.length;
    more.onclick = () => show(index, { pages, matched }, from + EACH, mine);
  };
  const say = (words, lists) => {
    status.textContent = words;
    browse.hidden = !lists;
  };
  const search = async () => {
    const mine = ++turn, typed = field.value, kind = form.elements.kind.value, asked = typed.trim();
    const address = new URLSearchParams([["q", typed], ["kind", kind]].filter(([, value]) => value));
    history.replaceState(null, "", `${location.pathname}${asked || kind ? `?${address}` : ""}`);
    if (!asked) {
      list.replaceChildren();
      more.hidden = true;
      say("", true);
      return;
    }
    try {
      const index = await (opened ??= open()), results = await index.find(typed, kind);
      if (mine !== turn) return;
      await show(index, results, 0, mine);
      if (mine === turn) say(results.total ? foundWords.replace("{n}", results.total.toLocaleString(document.documentElement.lang || undefined)) : none, !results.total);
    } catch {
      opened = undefined;
      if (mine !== turn) return;
      list.replaceChildren();
      more.hidden = true;
      say(failed, true);
    }
  };
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  };
  field.addEventListener("input", soon);
  form.addEventListener("change", ({ target }) => target !== field && soon());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
  // Arrows lead from the field into the results and back.
  form.parentNode.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], links = [field, ...list.querySelectorAll("a")], now = links.indexOf(document.activeElement);
    if (!step || now < 0 || !links[now + step]) return;
    event.preventDefault();
    links[now + step].focus();
  });
  const asked = new URLSearchParams(location.search), kind = asked.get("kind");
  field.value = asked.get("q") ?? field.value;
  if (kind && kindName(kind)) form.elements.kind.value = kind;
  if (field.value) search(); else say("", true);
})();
