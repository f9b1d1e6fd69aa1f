// Searches a finished site in a real browser.
//
//   node search.mjs NUTGRAF WORK
//
// Builds a small site below WORK with the program NUTGRAF, at the root of a server and below a path, whose titles and
// texts are hostile. Types, reads, walks by keyboard, and asks with hostile words; nothing of all that may be run as
// script, and the content security policy must not have to stop anything. Exit code 1 if anything fails.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { browser, serve } from './serve.mjs';

const [nutgraf, work] = process.argv.slice(2);
if (!nutgraf || !work) {
  console.error('use: node search.mjs NUTGRAF WORK');
  process.exit(2);
}

const PAYLOADS = [
  '<script>attacked()</script>', '<img src=x onerror=attacked()>', '"><svg onload=attacked()>', "'><b onmouseover=attacked()>",
  'javascript:attacked()', '</title><script>attacked()</script>', '</script><script>attacked()</script>', '<iframe srcdoc="<script>parent.attacked()</script>">',
  '{{ attacked() }}', '${attacked()}', '&lt;script&gt;attacked()&lt;/script&gt;', '<a href="javascript:attacked()">go</a>', '"autofocus onfocus=attacked() x="',
  '<math><mi xlink:href="javascript:attacked()">', '<style>@import "javascript:attacked()"</style>', '<details open ontoggle=attacked()>',
  '\u202e<script>attacked()</script>', '<!--<script>attacked()</script>-->', '<base href="javascript:attacked()//">', '<object data="javascript:attacked()">',
];
const SITES = 300;

let checks = 0;
const failures = [];
const check = (good, what) => {
  checks += 1;
  if (good) return;
  failures.push(what);
  console.log(`FAILED ${what}`);
};

const source = path.join(work, 'search-site');
fs.rmSync(source, { recursive: true, force: true });
const write = (name, text) => {
  fs.mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
  fs.writeFileSync(path.join(source, name), text);
};
write('nutgraf.yaml', 'title: A searched site\nlanguage: en\n');
write('content/people/ada.md', '---\nname: Ada Lovelace\naliases: [Countess of Lovelace]\nsummary: She wrote notes on an engine.\n---\n\nShe wrote notes.\n');
write('content/explainers/engine.md', '---\ntitle: The engine\ndate: 2024-02-01\ntags: [Machines]\npeople: [Ada Lovelace]\nsummary: A machine and its punched cards.\n---\n\nCards were punched in Zürich.\n');
for (let n = 0; n < SITES; n++) {
  const title = `${PAYLOADS[n % PAYLOADS.length]} hostile ${n}`;
  write(`content/explainers/hostile-${n}.md`, `---\ntitle: ${JSON.stringify(title)}\ndate: 2023-01-01\ntags: [Hostility]\nsummary: ${JSON.stringify(title)}\n---\n\nText.\n`);
}
const at = path.join(work, 'search-root'), below = path.join(work, 'search-below');
fs.rmSync(below, { recursive: true, force: true });
execFileSync(nutgraf, ['build', '--quiet', '--root', source, '--output', at], { stdio: 'inherit' });
execFileSync(nutgraf, ['build', '--quiet', '--root', source, '--output', path.join(below, 'deep', 'archive'), '--base-url', 'https://example.org/deep/archive'], { stdio: 'inherit' });
// A static host sends the site's own page for what is not there.
fs.copyFileSync(path.join(below, 'deep', 'archive', '404.html'), path.join(below, '404.html'));

const chromium = await browser();

async function open(address, options, look) {
  const context = await chromium.newContext(options);
  const tab = await context.newPage();
  const said = [], asked = [];
  await context.addInitScript(() => {
    window.attacks = 0;
    window.attacked = () => { window.attacks += 1; };
    document.addEventListener('securitypolicyviolation', () => { window.attacks += 1; });
  });
  tab.on('console', (message) => said.push(message.text()));
  tab.on('pageerror', (error) => said.push(error.message));
  tab.on('dialog', (dialog) => { said.push(dialog.message()); dialog.dismiss(); });
  tab.on('request', (request) => asked.push(request.url()));
  try {
    await tab.goto(address, { waitUntil: 'networkidle' });
    await look(tab, asked);
    if (options.javaScriptEnabled !== false) check(await tab.evaluate(() => window.attacks) === 0, `${address}: words of the content ran, or the policy had to stop them`);
    check(address.startsWith('file:') || said.every((line) => /404 \(/.test(line)), `${address} says on the console: ${said.join(' | ')}`);
  } finally {
    await context.close();
  }
}

const status = (tab) => tab.locator('#search-status').textContent();
const titles = (tab) => tab.locator('#search-results a').allTextContents();
async function ask(tab, words) {
  await tab.fill('main input[name=q]', '');
  await tab.waitForFunction(() => !document.getElementById('search-status').textContent);
  await tab.fill('main input[name=q]', words);
  await tab.waitForFunction(() => document.getElementById('search-status').textContent);
}

async function whole(address, base) {
  await open(`${address}${base}/search/`, {}, async (tab, asked) => {
    check(!asked.some((url) => /index\.json|\.bin/.test(url)), `${base}: the index is fetched before anybody asks`);
    check(await tab.locator('#search-browse').isVisible(), `${base}: the lists are not there before a question`);
    await tab.locator('main input[name=q]').pressSequentially('ada love', { delay: 20 });
    await tab.waitForFunction(() => document.querySelector('#search-results a'));
    check((await titles(tab))[0] === 'Ada Lovelace', `${base}: "ada love" finds ${(await titles(tab)).join()}`);
    check(/^Results: [1-9]/.test(await status(tab)), `${base}: the status is ${await status(tab)}`);
    check(await tab.locator('#search-status').getAttribute('role') === 'status', `${base}: the status is not announced`);
    check(!await tab.locator('#search-browse').isVisible(), `${base}: the lists stand in the way of the results`);
    check(new URL(tab.url()).search === '?q=ada+love', `${base}: the address is ${tab.url()}`);
    for (const [words, first] of [['countess of lovelace', 'Ada Lovelace'], ['zurich', 'The engine'], ['"punched cards"', 'The engine'], ['punchd ', 'The engine'], ['kind:person ada', 'Ada Lovelace'], ['year:2024 engine', 'The engine']]) {
      await ask(tab, words);
      check((await titles(tab))[0] === first, `${base}: "${words}" finds ${(await titles(tab)).slice(0, 3).join()}`);
    }
    await ask(tab, 'machine');
    check((await tab.locator('#search-results mark').allTextContents()).includes('machine'), `${base}: the words are not marked`);
    await ask(tab, 'nowhereatall');
    check(/Nothing found/.test(await status(tab)) && await tab.locator('#search-browse').isVisible(), `${base}: nothing found is not said, or the lists do not come back`);
    // By keyboard.
    await ask(tab, 'engine');
    await tab.focus('main input[name=q]');
    await tab.keyboard.press('ArrowDown');
    check(await tab.evaluate(() => document.activeElement.textContent) === 'The engine', `${base}: the arrow does not lead to the first result`);
    await tab.keyboard.press('ArrowUp');
    check(await tab.evaluate(() => document.activeElement.name) === 'q', `${base}: the arrow does not lead back`);
    await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('Enter');
    await tab.waitForURL(`${address}${base}/explainers/engine/`);
    await tab.goBack();
    await tab.waitForFunction(() => document.querySelector('#search-results a'));
    // One kind.
    await ask(tab, 'ada');
    await tab.locator('input[name=kind][value=person]').check();
    await tab.waitForFunction(() => document.querySelectorAll('#search-results a').length === 1);
    check((await titles(tab)).join() === 'Ada Lovelace', `${base}: among people it finds ${(await titles(tab)).join()}`);
    await tab.locator('input[name=kind][value=""]').check();
    await ask(tab, 'hostile');
    check(await tab.locator('#search-results li').count() === 10, `${base}: of many results not 10 are shown at first`);
    await tab.click('#search-more');
    await tab.waitForFunction(() => document.querySelectorAll('#search-results li').length === 20);
    await tab.evaluate(axe.source);
    const { violations } = await tab.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
    for (const { id, nodes } of violations) check(false, `${base}: axe ${id}: ${nodes[0].html}`);
    checks += 1;
  });
  // From a page that does not exist, three levels deep.
  await open(`${address}${base}/explainers/not/there/`, {}, async (tab) => {
    await tab.keyboard.press('/');
    await tab.keyboard.type('zurich');
    await tab.keyboard.press('Enter');
    await tab.waitForURL(`${address}${base}/search/?q=zurich`);
    await tab.waitForFunction(() => document.querySelector('#search-results a'));
    check((await titles(tab))[0] === 'The engine', `${base}: from the page 404 it finds ${(await titles(tab)).join()}`);
  });
}

async function hostile(address) {
  await open(`${address}/search/`, {}, async (tab) => {
    await ask(tab, 'hostile');
    while (await tab.locator('#search-more').isVisible()) {
      const before = await tab.locator('#search-results li').count();
      await tab.click('#search-more');
      await tab.waitForFunction((count) => document.querySelectorAll('#search-results li').length > count, before);
    }
    check(await tab.locator('#search-results li').count() >= SITES, 'not all hostile pages are found');
    const links = await tab.locator('#search-results a').evaluateAll((all) => all.map((link) => link.href));
    check(links.every((link) => link.startsWith(`${address}/`)), 'a result leads elsewhere');
    check(await tab.locator('#search-results :not(li, a, p, span, mark)').count() === 0, 'a result has elements of the content');
    for (const words of PAYLOADS) {
      await tab.fill('main input[name=q]', words);
      await tab.waitForTimeout(200);
    }
  });
  for (const words of PAYLOADS) {
    await open(`${address}/search/?q=${encodeURIComponent(words)}&kind=${encodeURIComponent(words)}`, {}, async (tab) => {
      check(await tab.inputValue('main input[name=q]') === words, `the words ${words} do not reach the field`);
    });
  }
}

const [root, deep] = [await serve(at), await serve(below)];
await whole(root.address, '');
await whole(deep.address, '/deep/archive');
await hostile(root.address);
// Without script the page leads to the lists.
await open(`${root.address}/search/`, { javaScriptEnabled: false }, async (tab) => {
  check(await tab.getByRole('link', { name: 'Hostility' }).isVisible(), 'without script there are no lists');
  check(!await tab.locator('fieldset').isVisible(), 'without script there are choices that do nothing');
});
// From a disk it says so.
await open(`${pathToFileURL(path.join(at, 'search', 'index.html'))}`, {}, async (tab) => {
  check(/web server/.test(await status(tab)), `from a disk the page says ${await status(tab)}`);
  check(await tab.getByRole('link', { name: 'Hostility' }).isVisible(), 'from a disk there are no lists');
});
root.stop();
deep.stop();
await chromium.close();
console.log(`${checks} checks, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
