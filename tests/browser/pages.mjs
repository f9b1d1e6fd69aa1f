// Looks at finished pages in a real browser.
//
//   node pages.mjs DIR [--count 1] [--only TEXT]
//
// Some pages of each kind (as sample.mjs chooses them) are opened on a narrow and on a wide screen, light and dark. Each
// must pass axe-core (WCAG 2.2 AA and best practice), say nothing on the console, ask no other host for anything, move
// nothing after it is painted, reflow at 320 pixels, and stand text of double size with the spacing of WCAG 1.4.12.
// Files keep to their budgets. What the theme does is tried by keyboard, with fonts that come late, with JavaScript
// switched off, in forced colours, and on paper. Exit code 1 if anything fails.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { browser, serve } from './serve.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const NARROW = { width: 375, height: 740 }, WIDE = { width: 1280, height: 900 };
// Gzipped bytes; fonts are compressed already.
const BUDGETS = { html: 30_000, css: 12_000, js: 6_000, fonts: 110_000, requests: 10 };
const MOST_SHIFT = 0.02, LATE_SHIFT = 0.001;
// Pixels that the smallest words of a chart have.
const LEAST_WORDS = 10;

const args = process.argv.slice(2);
const value = (name, otherwise) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : otherwise);
const count = value('--count', '1'), only = value('--only', '');
const folder = args[0];
if (!folder || !fs.existsSync(path.join(folder, 'index.html'))) {
  console.error('use: node pages.mjs DIR [--count 1] [--only TEXT], where DIR is a finished site');
  process.exit(2);
}

let checks = 0;
const failures = [];
const check = (good, where, what) => {
  checks += 1;
  if (!good) {
    failures.push(`${where}: ${what}`);
    console.log(`FAILED ${where}: ${what}`);
  }
};

const here = path.dirname(fileURLToPath(import.meta.url));
const pages = execFileSync(process.execPath, [path.join(here, 'sample.mjs'), folder, count], { encoding: 'utf8' })
  .trim().split('\n')
  .map((file) => `/${path.relative(folder, file).split(path.sep).join('/')}`)
  // An old address sends the reader on at once.
  .filter((page) => !fs.readFileSync(path.join(folder, page), 'utf8').includes('http-equiv="refresh"'))
  .map((page) => page.replace(/index\.html$/, ''))
  .filter((page) => page.includes(only));

const site = await serve(folder);
const chromium = await browser();

/** Opens `page` and hands it over, with what it said and asked for until it was quiet. */
async function open(page, options, look) {
  const context = await chromium.newContext({ viewport: WIDE, ...options });
  const tab = await context.newPage();
  const said = [], asked = [];
  tab.on('console', (message) => said.push(message.text()));
  tab.on('pageerror', (error) => said.push(error.message));
  tab.on('request', (request) => asked.push(request.url()));
  try {
    await tab.goto(site.address + page.split('/').map(encodeURIComponent).join('/'), { waitUntil: 'networkidle' });
    if (options.javaScriptEnabled !== false) await tab.evaluate(() => document.fonts.ready.then(() => true));
    return await look(tab, said, asked);
  } finally {
    await context.close();
  }
}

/** How far the layout moved after it was painted, as browsers count it (CLS). */
const shifted = (tab) => tab.evaluate(() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => resolve(sum), 100);
}));
const sideways = (tab) => tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
/** What makes the page wider than the screen, for the message. */
const widest = (tab) => tab.evaluate(() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 || element.getBoundingClientRect().left < -1)
  .slice(0, 3).map((element) => element.outerHTML.slice(0, 90)).join(' | '));

async function everyPage(page) {
  for (const [screen, viewport] of [['narrow', NARROW], ['wide', WIDE]]) {
    for (const colorScheme of ['light', 'dark']) {
      const where = `${page} (${screen}, ${colorScheme})`;
      await open(page, { viewport, colorScheme }, async (tab, said, asked) => {
        const shift = await shifted(tab);
        check(shift <= MOST_SHIFT, where, `its layout moves by ${shift.toFixed(3)} after it is painted`);
        await tab.evaluate(axe.source);
        const { violations } = await tab.evaluate((tags) => window.axe.run({ runOnly: tags, resultTypes: ['violations'] }), TAGS);
        for (const { id, help, nodes } of violations) {
          check(false, where, `axe ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
        }
        checks += 1;
        check(said.length === 0, where, `it says on the console: ${said.join(' | ')}`);
        const foreign = asked.filter((url) => !url.startsWith(site.address) && !url.startsWith('data:'));
        check(foreign.length === 0, where, `it asks another host: ${foreign.join(' ')}`);
        const own = asked.filter((url) => !/\.(png|jpe?g|webp|svg|gif)$/.test(url));
        check(own.length <= BUDGETS.requests, where, `it makes ${own.length} requests beside images`);
        check(await sideways(tab) <= 0, where, `it scrolls sideways: ${await widest(tab)}`);
      });
    }
  }
  await open(page, { viewport: { width: 320, height: 640 } }, async (tab) => {
    check(await sideways(tab) <= 0, `${page} (320 pixels)`, `it scrolls sideways: ${await widest(tab)}`);
  });
  await open(page, {}, async (tab) => {
    await tab.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('html{font-size:200%!important}*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-block-end:2em!important}');
      document.adoptedStyleSheets = [sheet];
    });
    check(await sideways(tab) <= 0, `${page} (text of double size, wide spacing)`, `it scrolls sideways: ${await widest(tab)}`);
  });
  const html = fs.readFileSync(path.join(folder, page.endsWith('/') ? `${page}index.html` : page));
  const gzipped = gzipSync(html, { level: 9 }).length;
  check(gzipped <= BUDGETS.html, page, `its HTML has ${gzipped} bytes gzipped, more than ${BUDGETS.html}`);
}

function budgets() {
  const html = fs.readFileSync(path.join(folder, 'index.html'), 'utf8');
  const size = (pattern, measure) => [...html.matchAll(pattern)]
    .map((match) => measure(fs.readFileSync(path.join(folder, decodeURI(match[1])))))
    .reduce((sum, bytes) => sum + bytes, 0);
  const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;
  const css = size(/<link rel="stylesheet" href="([^"]+)"/g, gzipped);
  const js = size(/<script src="([^"]+)"/g, gzipped);
  const fonts = size(/<link rel="preload" href="([^"]+)" as="font"/g, (bytes) => bytes.length);
  console.log(`style sheets ${css}, scripts ${js} (gzipped), preloaded fonts ${fonts} bytes`);
  check(css <= BUDGETS.css, 'budgets', `style sheets have ${css} bytes gzipped, more than ${BUDGETS.css}`);
  check(js <= BUDGETS.js, 'budgets', `scripts have ${js} bytes gzipped, more than ${BUDGETS.js}`);
  check(fonts <= BUDGETS.fonts, 'budgets', `preloaded fonts have ${fonts} bytes, more than ${BUDGETS.fonts}`);
  check(!/unsafe-/.test(html.match(/Content-Security-Policy" content="([^"]*)/)?.[1] ?? 'unsafe-'), 'budgets', 'the front page has no strict content security policy');
}

/** The first page whose HTML matches; undefined where the site has none. */
const pageWith = (pattern) => all.find(({ text }) => pattern.test(text))?.page;
const all = [];
{
  const waiting = [''];
  while (waiting.length) {
    const at = waiting.pop();
    for (const entry of fs.readdirSync(path.join(folder, at), { withFileTypes: true })) {
      const name = path.posix.join(at, entry.name);
      if (entry.isDirectory()) waiting.push(name);
      else if (name.endsWith('index.html') && all.length < 500) {
        all.push({ page: `/${name.replace(/index\.html$/, '')}`, text: fs.readFileSync(path.join(folder, name), 'utf8') });
      }
    }
  }
  all.sort((a, b) => (a.page < b.page ? -1 : 1));
}

const focused = (tab) => tab.evaluate(() => document.activeElement.outerHTML.slice(0, 120));

async function keyboard(page) {
  await open(page, {}, async (tab) => {
    await tab.keyboard.press('Tab');
    check(/class="skip"/.test(await focused(tab)), page, `the first stop is not the skip link but ${await focused(tab)}`);
    const shown = await tab.locator('.skip').boundingBox();
    check(shown && shown.y >= 0, page, 'the skip link is not in sight when it has the focus');
    await tab.keyboard.press('Enter');
    check(await tab.evaluate(() => document.activeElement.id) === 'main', page, 'the skip link does not lead to the text');
    await tab.goto(tab.url().split('#')[0]);
    const links = await tab.locator('.site a, .site button').count();
    await tab.keyboard.press('Tab');
    const seen = new Set();
    for (let at = 0; at < links; at++) {
      await tab.keyboard.press('Tab');
      seen.add(await tab.evaluate(() => document.activeElement.closest('.site') && [...document.querySelectorAll('.site a, .site button')].indexOf(document.activeElement)));
      const ring = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      check(ring !== 'none', page, `no ring is drawn around ${await focused(tab)}`);
    }
    check(seen.size === links && !seen.has(null), page, `of ${links} links in the head of the site ${seen.size} have the focus in turn`);
    // Light and dark.
    const scheme = () => tab.evaluate(() => document.documentElement.dataset.theme ?? 'auto');
    const chosen = [];
    for (let at = 0; at < 3; at++) {
      await tab.locator('#theme').press('Enter');
      chosen.push(await scheme());
    }
    check(chosen.join() === 'light,dark,auto', page, `the button for colours gives ${chosen.join()}`);
    await tab.locator('#theme').press('Space');
    await tab.reload();
    check(await scheme() === 'light', page, 'the chosen colours are forgotten');
  });
}

async function previews(page) {
  await open(page, {}, async (tab) => {
    // A page shows no card of itself.
    const link = tab.locator(`.text a[href^="/"]:not([href*="#"], [href="${new URL(tab.url()).pathname}"])`).first();
    if (await link.count() === 0) return;
    await tab.keyboard.press('Tab');
    await link.focus();
    await tab.waitForSelector('.preview:popover-open', { timeout: 4000 }).catch(() => {});
    const shown = tab.locator('.preview:popover-open');
    check(await shown.count() === 1, page, 'no card is shown for a link that has the focus');
    if (await shown.count() !== 1) return;
    check((await shown.innerText()).trim().length > 10, page, 'the card of a link is empty');
    check(await link.getAttribute('aria-describedby') === 'preview', page, 'the link does not say that the card describes it');
    await tab.keyboard.press('Escape');
    check(await shown.count() === 0, page, 'Escape does not close the card of a link');
    await tab.mouse.move(2, 2);
    await tab.evaluate(() => document.activeElement.blur());
    await link.hover();
    await tab.waitForSelector('.preview:popover-open', { timeout: 4000 }).catch(() => {});
    check(await shown.count() === 1, page, 'no card is shown for a link that is pointed at');
    if (await shown.count() !== 1) return;
    await shown.hover();
    await tab.waitForTimeout(400);
    check(await shown.count() === 1, page, 'the card of a link goes away when it is pointed at');
    await tab.mouse.move(2, 2);
    await tab.waitForTimeout(400);
    check(await shown.count() === 0, page, 'the card of a link stays when the pointer has left it');
  });
}

async function margin(page) {
  const places = (tab) => tab.evaluate(() => {
    const text = document.querySelector('.text').getBoundingClientRect();
    const notes = [...document.querySelectorAll('.footnotes ol > li')].map((note) => note.getBoundingClientRect());
    return notes.map(({ left, right, top, bottom }, at) => ({
      beside: left >= text.right || right <= text.left,
      apart: at === 0 || top >= notes[at - 1].bottom,
      inside: left >= 0 && right <= document.documentElement.clientWidth,
      high: bottom - top,
    }));
  });
  await open(page, { viewport: { width: 1440, height: 900 }, javaScriptEnabled: true }, async (tab) => {
    for (const [at, note] of (await places(tab)).entries()) {
      check(note.beside && note.inside, page, `note ${at + 1} is not in the margin`);
      check(note.apart, page, `note ${at + 1} covers the one before it`);
    }
  });
  await open(page, { viewport: NARROW }, async (tab) => {
    check((await places(tab)).every((note) => !note.beside && note.apart), page, 'on a narrow screen notes are not at the end');
  });
}

async function filter(page) {
  await open(page, { javaScriptEnabled: false }, async (tab) => {
    const visible = () => tab.locator('.events > li:visible').count();
    const before = await visible();
    await tab.locator('.filter input').nth(1).check({ force: true });
    const after = await visible();
    check(after > 0 && after < before, page, `the filter shows ${after} of ${before} events`);
    check(await tab.locator('.year:visible').count() <= after, page, 'years without events are shown');
  });
}

async function withoutScript(page) {
  await open(page, { javaScriptEnabled: false }, async (tab) => {
    check(await tab.locator('#theme').isHidden(), page, 'without JavaScript a button is shown that does nothing');
    check((await tab.locator('main').innerText()).length > 200, page, 'without JavaScript there is next to no text');
  });
}

async function modes(page) {
  await open(page, { forcedColors: 'active' }, async (tab) => {
    const dot = await tab.evaluate(() => getComputedStyle(document.querySelector('.docket .state'), '::before').backgroundColor);
    check(!/transparent|^rgba\(.*, 0\)$/.test(dot), page, 'in forced colours the dot of the docket is gone');
  });
  await open(page, { reducedMotion: 'reduce' }, async (tab) => {
    check(await tab.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior) === 'auto', page, 'it scrolls smoothly for those who want no motion');
  });
  await open(page, {}, async (tab) => {
    await tab.emulateMedia({ media: 'print' });
    check(await tab.locator('.menu').isHidden(), page, 'the menu is printed');
    check(await tab.locator('h1').isVisible(), page, 'the title is not printed');
    const colour = await tab.evaluate(() => getComputedStyle(document.body).color);
    check(colour === 'rgb(0, 0, 0)', page, `it is printed in ${colour}`);
  });
}

/** Fonts that come after the first picture move nothing. */
async function lateFonts(page) {
  for (const width of [375, 768, 1280]) {
    const context = await chromium.newContext({ viewport: { width, height: 900 } });
    try {
      const tab = await context.newPage();
      let late = 0;
      await tab.route(/\.woff2$/, async (route) => {
        late += 1;
        await new Promise((resolve) => setTimeout(resolve, 800));
        await route.continue();
      });
      await tab.goto(site.address + page, { waitUntil: 'networkidle' });
      const shift = await shifted(tab);
      check(late > 0, page, 'it asks for no fonts');
      check(shift <= LATE_SHIFT, `${page} (${width} pixels)`, `its layout moves by ${shift.toFixed(4)} when fonts are late`);
    } finally {
      await context.close();
    }
  }
}

/** Of the two drawings of a chart one is shown: the one whose words can be read at this width. */
async function charts(page) {
  for (const [screen, viewport, shown] of [['narrow', NARROW, 1], ['wide', WIDE, 0]]) {
    await open(page, { viewport }, async (tab) => {
      const drawings = await tab.evaluate(() => [...document.querySelectorAll('.chart')].map((chart) =>
        [...chart.querySelectorAll(':scope > svg')].map((svg) => ({
          visible: svg.checkVisibility(),
          words: Math.min(...[...svg.querySelectorAll('text')].map((text) => parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM()?.a)),
        }))));
      for (const pair of drawings) {
        const visible = pair.map((svg) => svg.visible);
        check(pair.length === 2 && visible[shown] && !visible[1 - shown], `${page} (${screen})`, `of two drawings of a chart these are shown: ${visible.join()}`);
        const least = pair[shown]?.words;
        check(least >= LEAST_WORDS, `${page} (${screen})`, `words of a chart are ${least?.toFixed(1)} pixels high`);
      }
    });
  }
}

async function mirrored(page) {
  await open(page, {}, async (tab) => {
    const { rail, text } = await tab.evaluate(() => ({
      rail: document.querySelector('.toc').getBoundingClientRect().left,
      text: document.querySelector('.text').getBoundingClientRect().left,
    }));
    check(rail > text, page, 'contents of a page from right to left do not stand on the right');
  });
}

budgets();
console.log(`${pages.length} pages of ${folder}`);
const waiting = [...pages];
await Promise.all([1, 2].map(async () => {
  for (let page = waiting.shift(); page; page = waiting.shift()) await everyPage(page);
}));
for (const [pattern, look] of [
  [/class="docket"[\s\S]*class="text"/, keyboard],
  [/data-previews="[\s\S]*class="text">(?:(?!<\/div>)[\s\S])*<a href="\/(?!\/)[^"#]*"/, previews],
  [/class="toc"[\s\S]*id="fn-2"/, margin],
  [/class="filter"/, filter],
  [/class="filter"/, lateFonts],
  [/class="chart"/, charts],
  [/class="docket"/, withoutScript],
  [/<dd class="state"/, modes],
  [/<html [^>]*dir="rtl"[\s\S]*class="toc"/, mirrored],
]) {
  const page = pageWith(pattern);
  if (page) {
    await look(page);
    console.log(`${look.name}: ${page}`);
  } else console.log(`${look.name}: no such page here`);
}
await chromium.close();
site.stop();
console.log(`${checks} checks, ${failures.length} failed`);
process.exitCode = failures.length ? 1 : 0;
