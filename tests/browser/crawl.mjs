// Follows every internal link of a finished site, on disk. It knows nothing of how the site was made.
//
//   node crawl.mjs DIR [--base /repo] [--origin https://example.org] [--json]
//
// Of every HTML file it reads href, src, srcset, poster, data, CSS url(), refresh, canonical and og: addresses;
// of CSS files url() and @import; of XML files (feeds, sitemaps) their links; of JSON files and JSON-LD whatever
// begins with the origin. An address is internal if it is relative, or begins with the origin. It must lead to a
// file (a folder: to its index.html) below the base, and its fragment to an id of that page.
//
// Exit code 1 if anything is broken: addresses, fragments, XML or JSON that cannot be read, relative addresses in
// a feed, javascript: addresses. Duplicate ids, titles that are missing or not unique and the number of h1 are
// figures only.

import fs from 'node:fs';
import path from 'node:path';
import { Parser } from 'htmlparser2';
import { SaxesParser } from 'saxes';

const SHOWN = 200;

const ATTRIBUTES = {
  a: ['href', 'ping'], area: ['href'], link: ['href'], base: [], img: ['src'], source: ['src'], script: ['src'],
  iframe: ['src'], video: ['src', 'poster'], audio: ['src'], track: ['src'], embed: ['src'], object: ['data'],
  use: ['href', 'xlink:href'], image: ['href', 'xlink:href'], form: ['action'], button: ['formaction'],
  input: ['src', 'formaction'], body: ['background'],
};
const LINK_META = new Set(['og:url', 'og:image', 'og:image:url', 'og:image:secure_url', 'og:video', 'og:audio',
  'twitter:image', 'twitter:url']);

function usage(message) {
  if (message) console.error(message);
  console.error('use: node crawl.mjs DIR [--base /repo] [--origin https://example.org] [--json]');
  process.exit(2);
}

const options = { base: '', origin: '', json: false };
let folder;
for (let i = 2; i < process.argv.length; i++) {
  const arg = process.argv[i];
  if (arg === '--json') options.json = true;
  else if (arg === '--base' || arg === '--origin') options[arg.slice(2)] = process.argv[++i] ?? usage(`${arg} wants a value`);
  else if (arg.startsWith('-') || folder) usage(`not understood: ${arg}`);
  else folder = arg;
}
if (!folder || !fs.existsSync(folder)) usage(folder ? `no such folder: ${folder}` : undefined);
const base = options.base.replace(/\/+$/, '');
if (base && !base.startsWith('/')) usage('--base begins with a slash');
const origin = options.origin ? new URL(options.origin).origin : '';
// A host that no page can name, for addresses of a site whose own host is not known.
const host = origin || 'http://site.invalid';

// --- the files

const files = new Set();
const folders = new Set(['']);
{
  const open = [''];
  while (open.length) {
    const at = open.pop();
    for (const entry of fs.readdirSync(path.join(folder, at), { withFileTypes: true })) {
      const name = at ? `${at}/${entry.name}` : entry.name;
      let isFolder = entry.isDirectory();
      if (entry.isSymbolicLink()) isFolder = fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.isDirectory();
      if (isFolder) { folders.add(name); open.push(name); } else files.add(name);
    }
  }
}
const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
const sorted = [...files].sort();

// --- what is found

const figures = {
  files: files.size, pages: 0, redirects: 0, css: 0, xml: 0, json: 0, links: 0, internal: 0, external: 0, fragments: 0,
  'structured data': 0, 'without final slash': 0, 'pages that no other page links to': 0, 'duplicate ids': 0,
  'pages without title': 0, 'titles on several pages': 0, 'pages without h1': 0, 'pages with several h1': 0,
};
const broken = [];
const complain = (where, what, why) => broken.push({ where, what, why });
const ids = new Map();       // page → ids, as one string with separators: many small sets would not fit
const fragments = new Map(); // page → fragment → first place that asks for it
const titles = new Map();
const linkedTo = new Set();
const realPages = [];

/** Checks one address that stands in a file. `absolute`: it must be absolute, as in a feed. */
function follow(where, raw, from, { absolute = false } = {}) {
  const text = raw.replace(/[\t\n\r]/g, '').trim();
  figures.links++;
  if (/^javascript:/i.test(text)) return complain(where, raw, 'an address that runs code');
  if (/^(data|mailto|tel|sms|blob|about|magnet|geo|xmpp|irc|ircs|bitcoin):/i.test(text)) { figures.external++; return; }
  let url;
  try { url = new URL(text, from); } catch { return complain(where, raw, 'not an address'); }
  if (absolute && !/^[a-z][a-z0-9+.-]*:/i.test(text)) return complain(where, raw, 'relative, where only absolute addresses work');
  if (url.origin !== host) { figures.external++; return; }
  figures.internal++;
  const pathname = url.pathname;
  if (base && pathname !== base && !pathname.startsWith(`${base}/`)) return complain(where, raw, `leaves the site, which is at ${base}/`);
  let name;
  try { name = decodeURIComponent(pathname.slice(base.length)); } catch { return complain(where, raw, 'percent escapes that are no UTF-8'); }
  name = name.replace(/^\/+/, '');
  let target;
  if (name === '' || name.endsWith('/')) {
    target = `${name}index.html`;
  } else if (files.has(name)) {
    target = name;
  } else if (folders.has(name)) {
    target = `${name}/index.html`;
    figures['without final slash']++;
  } else {
    target = name;
  }
  if (!files.has(target)) return complain(where, raw, `there is no ${target}`);
  if (where !== target) linkedTo.add(target);
  const mark = url.hash.indexOf(':~:');
  const hash = (mark < 0 ? url.hash : url.hash.slice(0, mark)).slice(1);
  if (hash && /\.html?$/.test(target)) {
    figures.fragments++;
    let id;
    try { id = decodeURIComponent(hash); } catch { id = hash; }
    if (!fragments.has(target)) fragments.set(target, new Map());
    const asked = fragments.get(target);
    if (!asked.has(id)) asked.set(id, []);
    if (asked.get(id).length < 3) asked.get(id).push([where, raw]);
  }
}

function css(where, text, from) {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '');
  for (const found of plain.matchAll(/url\(\s*(?:"([^"]*)"|'([^']*)'|([^'")\s]*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')/gi)) {
    const address = found.slice(1).find((part) => part !== undefined);
    // A bare fragment names an element of the document that uses the style.
    if (address && !address.startsWith('#')) follow(where, address, from);
  }
}

/** The addresses of a srcset: an address, then a description up to a comma. */
function srcset(text) {
  const list = [];
  let rest = text.trim();
  while (rest) {
    const [, address] = /^(\S+)/.exec(rest) ?? [];
    if (!address) break;
    rest = rest.slice(address.length).trimStart();
    if (address.endsWith(',')) list.push(address.replace(/,+$/, ''));
    else {
      list.push(address);
      const comma = rest.indexOf(',');
      rest = comma < 0 ? '' : rest.slice(comma + 1);
    }
    rest = rest.replace(/^[\s,]+/, '');
  }
  return list;
}

/** Whatever in a JSON value begins with the origin; fragments there are names, not places. */
function data(where, value) {
  const open = [value];
  while (open.length) {
    const next = open.pop();
    if (typeof next === 'string') {
      if (origin && (next === origin || next.startsWith(`${origin}/`)) && !/\s|[{}]/.test(next)) follow(where, next.split('#')[0], host);
    } else if (next && typeof next === 'object') open.push(...Object.values(next));
  }
}

function html(where, text, { from, fragment = false, absolute = false }) {
  const seen = new Set();
  let names = '\n';
  let title = null; let h1 = 0; let inTitle = false; let script = null; let style = null; let refresh = false; let svg = 0;
  let start = from;
  const parser = new Parser({
    onopentag(tag, attributes) {
      if (tag === 'svg') svg++;
      if (tag === 'base' && attributes.href) { try { start = new URL(attributes.href, from).href; } catch { complain(where, attributes.href, 'not an address'); } }
      if (attributes.id !== undefined) {
        if (seen.has(attributes.id)) figures['duplicate ids']++;
        seen.add(attributes.id);
        names += `${attributes.id}\n`;
      }
      if (tag === 'a' && attributes.name) names += `${attributes.name}\n`;
      if (tag === 'title' && !svg && title === null) { title = ''; inTitle = true; }
      if (tag === 'h1') h1++;
      for (const name of ATTRIBUTES[tag] ?? []) {
        const value = attributes[name];
        if (value === undefined) continue;
        if (tag === 'link' && /^(preconnect|dns-prefetch)$/i.test(attributes.rel ?? '')) continue;
        follow(where, value, start, { absolute });
      }
      for (const name of ['srcset', 'imagesrcset']) {
        if (attributes[name]) for (const address of srcset(attributes[name])) follow(where, address, start, { absolute });
      }
      if (attributes.style) css(where, attributes.style, start);
      if (tag === 'meta') {
        const name = attributes.property ?? attributes.name ?? '';
        if (LINK_META.has(name) && attributes.content) follow(where, attributes.content, start, { absolute: origin !== '' });
        if (/^refresh$/i.test(attributes['http-equiv'] ?? '')) {
          refresh = true;
          const to = /url\s*=\s*['"]?([^'"]+)/i.exec(attributes.content ?? '');
          if (to) follow(where, to[1], start);
        }
      }
      if (tag === 'script' && /^application\/ld\+json$/i.test(attributes.type ?? '')) script = '';
      if (tag === 'style') style = '';
    },
    ontext(part) {
      if (inTitle) title += part;
      if (script !== null) script += part;
      if (style !== null) style += part;
    },
    onclosetag(tag) {
      if (tag === 'svg') svg--;
      if (tag === 'title') inTitle = false;
      if (tag === 'script' && script !== null) {
        figures['structured data']++;
        try { data(where, JSON.parse(script)); } catch (error) { complain(where, 'JSON-LD', error.message); }
        script = null;
      }
      if (tag === 'style' && style !== null) { css(where, style, start); style = null; }
    },
  }, { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true });
  parser.write(text);
  parser.end();
  if (fragment) return;
  figures.pages++;
  ids.set(where, names);
  if (refresh) { figures.redirects++; return; }
  realPages.push(where);
  const words = (title ?? '').replace(/\s+/g, ' ').trim();
  if (!words) figures['pages without title']++;
  else titles.set(words, (titles.get(words) ?? 0) + 1);
  if (h1 === 0) figures['pages without h1']++;
  if (h1 > 1) figures['pages with several h1']++;
}

/** Feeds and sitemaps: well-formed, and every link of them leads somewhere. */
function xml(where, text) {
  const stack = [];
  const parser = new SaxesParser({ xmlns: true });
  let failed = false;
  // Without an origin the site's own addresses cannot be told from others: none is followed.
  const check = (address) => { if (origin) follow(where, address, host, { absolute: true }); };
  parser.on('error', (error) => { if (!failed) complain(where, 'XML', error.message); failed = true; });
  parser.on('opentag', (tag) => {
    stack.push({ name: tag.local, text: '', attributes: tag.attributes });
    if (tag.local === 'link' && tag.attributes.href) check(tag.attributes.href.value);
  });
  const add = (part) => { if (stack.length) stack[stack.length - 1].text += part; };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const { name, text, attributes } = stack.pop();
    if (name === 'loc' || name === 'uri' || (name === 'link' && text.trim())) check(text.trim());
    const type = attributes.type?.value ?? '';
    if (/^(content|summary|encoded|description)$/.test(name) && (type === 'html' || /<\w/.test(text))) {
      html(where, text, { from: host, fragment: true, absolute: true });
    }
  });
  try { parser.write(text).close(); } catch (error) { if (!failed) complain(where, 'XML', error.message); }
}

// --- the walk

for (const name of sorted) {
  const from = `${host}${base}/${name.split('/').map(encodeURIComponent).join('/')}`;
  if (/\.html?$/.test(name)) html(name, read(name), { from });
  else if (/\.css$/.test(name)) { figures.css++; css(name, read(name), from); }
  else if (/\.(xml|atom|rss|svg|xsl)$/.test(name)) { figures.xml++; xml(name, read(name)); }
  else if (/\.(json|webmanifest|geojson)$/.test(name)) {
    figures.json++;
    try { data(name, JSON.parse(read(name))); } catch (error) { complain(name, 'JSON', error.message); }
  }
}
for (const [page, asked] of fragments) {
  const names = ids.get(page) ?? '';
  for (const [id, places] of asked) {
    if (id === 'top' || names.includes(`\n${id}\n`)) continue;
    for (const [where, raw] of places) complain(where, raw, `${page} has no id ${JSON.stringify(id)}`);
  }
}
figures['titles on several pages'] = [...titles.values()].filter((count) => count > 1).length;
figures['pages that no other page links to'] = realPages.filter((page) => !linkedTo.has(page)).length;
figures.broken = broken.length;

if (options.json) console.log(JSON.stringify({ figures, broken }));
else {
  const line = (text) => String(text).replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
  for (const { where, what, why } of broken.slice(0, SHOWN)) console.log(`broken  ${line(where)}: ${line(what)}: ${line(why)}`);
  if (broken.length > SHOWN) console.log(`… and ${broken.length - SHOWN} more`);
  for (const [name, count] of Object.entries(figures)) console.log(`${String(count).padStart(9)}  ${name}`);
}
if (figures.pages === 0) { console.error(`there are no pages in ${folder}`); process.exitCode = 1; }
if (broken.length) process.exitCode = 1;
