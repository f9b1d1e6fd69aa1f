// Watches the preview at work in a real browser.
//
//   node preview.mjs NUTGRAF
//
// A small site is made in a folder of its own and shown by `NUTGRAF serve`. A page stands open while its files are edited:
// words change in place and the reader's place, focus and opened details stay; a style sheet is exchanged without a load;
// what breaks is told over the last good page and goes when it is mended; who looks at a page goes along when it moves.
// Exit code 1 if anything fails.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { browser } from './serve.mjs';

const program = process.argv[2];
if (!program) {
  console.error('use: node preview.mjs NUTGRAF, where NUTGRAF is the program');
  process.exit(2);
}

let failed = 0;
const check = (good, what) => {
  if (!good) failed += 1;
  console.log(`${good ? 'ok    ' : 'FAILED'} ${what}`);
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'preview-'));
const write = (name, text) => {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
};
const filler = Array.from({ length: 80 }, (_, at) => `Paragraph ${at} of many.`).join('\n\n');
const page = (words) => `---\ntitle: The Moon\ntags: [sky]\n---\n\n${words}\n\n${filler}\n`;
write('content/explainers/moon.md', page('It shines.'));
write('content/explainers/tides.md', '---\ntitle: Tides\ntags: [sky]\n---\n\nThe sea.\n');
write('templates/static/custom.css', 'body { outline: 1px solid rgb(1, 2, 3) }\n');
write('nutgraf.yaml', 'title: Test\n');

const child = spawn(program, ['serve', folder, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
const address = await new Promise((resolve) => {
  readline.createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.event === 'ready') resolve(message.urls[0].replace(/\/$/, ''));
  });
});
const chromium = await browser();
try {
  const tab = await chromium.newPage({ viewport: { width: 1000, height: 700 } });
  const said = [];
  tab.on('console', (message) => message.type() === 'error' && said.push(message.text()));
  tab.on('pageerror', (error) => said.push(String(error)));
  let loads = 0;
  tab.on('load', () => (loads += 1));
  const until = async (what, test, ...args) => {
    try {
      await tab.waitForFunction(test, args, { timeout: 10_000, polling: 20 });
      check(true, what);
    } catch {
      check(false, what);
    }
  };

  await tab.goto(`${address}/explainers/moon/`);
  await until('the chip is there', () => document.querySelector('#nutgraf-preview')?.shadowRoot.querySelector('.chip'));
  const settled = loads;
  await tab.evaluate(() => {
    window.kept = document.querySelectorAll('main p')[40];
    window.scrollTo({ top: 1500, behavior: 'instant' });
    const link = document.querySelectorAll('a[href]')[3];
    link.focus({ preventScroll: true });
    window.focused = link;
  });
  const place = () => tab.evaluate(() => Math.round(window.kept.getBoundingClientRect().top));
  const top = await place();
  write('content/explainers/moon.md', page('It shines by light of the sun.\n\nA new paragraph.'));
  await until('words change', () => document.body.textContent.includes('by light of the sun'));
  check(Math.abs((await place()) - top) < 2, 'the reader stays where they are');
  check(await tab.evaluate(() => window.kept.isConnected), 'what did not change is not touched');
  check(await tab.evaluate(() => document.activeElement === window.focused), 'the focus stays');
  check(loads === settled, 'nothing was loaded again');

  write('templates/static/custom.css', 'body { outline: 1px solid rgb(4, 5, 6) }\n');
  await until('a style sheet is exchanged', () => getComputedStyle(document.body).outlineColor === 'rgb(4, 5, 6)');
  check(loads === settled, 'without a load');
  check(await tab.evaluate(() => window.kept.isConnected), 'and without a change of the page');

  write('content/explainers/moon.md', '---\ntitle: "<img src=x onerror=document.title=1>\n---\n');
  await until('what breaks is told over the page', () =>
    document.querySelector('#nutgraf-preview').shadowRoot.querySelector('.panel pre.error')?.textContent.includes('moon.md'));
  check(await tab.evaluate(() => document.body.textContent.includes('by light of the sun')), 'the last good page stays');
  check(await tab.evaluate(() => !document.querySelector('#nutgraf-preview').shadowRoot.querySelector('img')), 'as text');
  await tab.keyboard.press('Escape');
  await until('Esc hides it', () => !document.querySelector('#nutgraf-preview').shadowRoot.querySelector('.panel'));
  write('content/explainers/moon.md', page('Mended.'));
  await until('mended, the page goes on', () => document.body.textContent.includes('Mended.'));
  await until('and nothing is told', () => {
    const shadow = document.querySelector('#nutgraf-preview').shadowRoot;
    return !shadow.querySelector('.panel') && !shadow.querySelector('.chip.error, .chip.stale');
  });

  write('templates/partials/footer.html', '<footer>Ours</footer>');
  await until('a template shows', () => document.querySelector('footer')?.textContent === 'Ours');

  fs.renameSync(path.join(folder, 'content/explainers/moon.md'), path.join(folder, 'content/explainers/luna.md'));
  await until('a page that moves takes its reader along', () => location.pathname === '/explainers/luna/');
  check((await tab.title()).startsWith('The Moon'), 'and it is the same page');
  fs.rmSync(path.join(folder, 'content/explainers/luna.md'));
  await until('a page that is gone says so', () => !document.body.textContent.includes('Mended.'));

  const hidden = await chromium.newPage();
  await hidden.goto(`${address}/explainers/tides/`);
  write('content/explainers/tides.md', '---\ntitle: Tides\ntags: [sky]\n---\n\nThe sea rises.\n');
  await hidden.waitForFunction(() => document.body.textContent.includes('The sea rises.'), null, { timeout: 10_000 });
  check(true, 'another tab hears of its own page');
  check(said.filter((text) => !/ERR_CONNECTION|404/.test(text)).length === 0, `no complaints on the console ${said.join(' | ')}`);
} finally {
  await chromium.close();
  child.kill();
  fs.rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
