// Measures the kinds of pages that readers see most with Lighthouse, as on a telephone with a slow line (simulated).
//
//   node lighthouse.mjs [DIR] [--only TEXT]
//
// DIR is a finished site; without it the sample archive is built first. Each page is measured three times, and the
// median of each category counts; one that has every point at once is not measured again. Exit code 1 if a
// page has fewer than 99 points in performance, accessibility, best practices or search engines.
//
// Lighthouse is held at 12, since 13 asks for a newer node than ./test does. package.json overrides two packages that it
// asks for as "latest": npm ci refuses a lock file as soon as one of them has a newer version.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import lighthouse from 'lighthouse';
import { browser, serve } from './serve.mjs';

const LEAST = 99, TRIES = 3;
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
/** Kinds of pages, and the folders they are in. */
const KINDS = [['explainer', 'explainers'], ['person', 'people'], ['topic', 'topics']];

const args = process.argv.slice(2);
const only = args.includes('--only') ? args.splice(args.indexOf('--only'), 2)[1] ?? '' : '';
if (args.length > 1 || args[0]?.startsWith('-')) {
  console.error('use: node lighthouse.mjs [DIR] [--only TEXT], where DIR is a finished site');
  process.exit(2);
}
const folder = args[0] ?? sample();
if (!fs.existsSync(path.join(folder, 'index.html'))) {
  console.error(`${folder} is no finished site: it has no index.html`);
  process.exit(2);
}

/** Builds the sample archive with the program that was built last, and tells where it is. */
function sample() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
  const made = (profile) => path.join(target, profile, 'nutgraf');
  const age = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const program = age(made('release')) >= age(made('debug')) ? made('release') : made('debug');
  if (!age(program)) {
    console.error('there is no nutgraf yet; `cargo build --release` makes it');
    process.exit(2);
  }
  const out = path.join(target, 'checks', 'lighthouse');
  execFileSync(program, ['build', '--quiet', '--root', root, '--output', out], { stdio: 'inherit' });
  return out;
}

/** Of each kind the page with the most HTML, which has the most to lay out. */
function pages() {
  const found = [['front page', '/']];
  for (const [kind, shelf] of KINDS) {
    const open = [shelf], all = [];
    while (open.length) {
      const at = open.pop();
      for (const entry of fs.existsSync(path.join(folder, at)) ? fs.readdirSync(path.join(folder, at), { withFileTypes: true }) : []) {
        const name = path.posix.join(at, entry.name);
        if (entry.isDirectory()) open.push(name);
        // The list of all of a kind is no page of that kind, and an old address sends the reader on.
        else if (entry.name === 'index.html' && at !== shelf) all.push([fs.statSync(path.join(folder, name)).size, `/${at}/`]);
      }
    }
    all.sort(([a, x], [b, y]) => b - a || (x < y ? -1 : 1));
    if (all.length) found.push([kind, all[0][1]]);
  }
  if (fs.existsSync(path.join(folder, 'timeline', 'index.html'))) found.push(['timeline', '/timeline/']);
  return found.filter(([kind, page]) => kind.includes(only) || page.includes(only));
}

/** A port that nobody uses now. */
const freePort = () => new Promise((resolve, reject) => {
  const server = net.createServer().on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

// Hosts of sites compress; without that the simulated line would be slower than any reader's.
const site = await serve(folder, { compress: true });
let low = 0;
const rows = [];
for (const [kind, page] of pages()) {
  const tries = [], why = new Map();
  let figures = '';
  while (tries.length < TRIES && !(tries.length === 1 && tries[0].every((each) => each === 100))) {
    // A browser of its own for each try: nothing is in its cache.
    const port = await freePort();
    const chromium = await browser([`--remote-debugging-port=${port}`]);
    try {
      const url = site.address + page.split('/').map(encodeURIComponent).join('/');
      const { lhr } = await lighthouse(url, { port, logLevel: 'error', onlyCategories: CATEGORIES });
      if (lhr.runtimeError) throw new Error(`${page}: ${lhr.runtimeError.message}`);
      tries.push(CATEGORIES.map((name) => Math.round((lhr.categories[name].score ?? 0) * 100)));
      figures = ['largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift']
        .map((name) => lhr.audits[name].displayValue.padStart(8)).join(' ');
      for (const name of CATEGORIES) {
        for (const { id, weight } of lhr.categories[name].auditRefs) {
          const { score, title, displayValue } = lhr.audits[id];
          if (weight && score !== null && score < 0.9) why.set(id, `${name}: ${title}${displayValue ? ` (${displayValue})` : ''}`);
        }
      }
    } finally {
      await chromium.close();
    }
  }
  const points = CATEGORIES.map((_, at) => median(tries.map((each) => each[at])));
  const good = points.every((each) => each >= LEAST);
  if (!good) low += 1;
  rows.push([kind.padEnd(10), points.map((each) => String(each).padStart(14)).join(''), figures, tries.length, page].join('  '));
  console.log(`${good ? 'ok    ' : 'FAILED'} ${page}: ${points.join(' ')}`);
  if (!good) for (const line of why.values()) console.log(`         ${line}`);
}
site.stop();

console.log(`\n${['page'.padEnd(10), CATEGORIES.map((name) => name.padStart(14)).join(''), '     LCP      TBT      CLS', 'tries'].join('  ')}`);
console.log(rows.join('\n'));
if (!rows.length) console.error('no page was measured');
process.exit(low || !rows.length ? 1 : 0);
