// Draws the picture of README.md from the built sample archive: node tests/browser/picture.mjs [public] [docs/picture.png]

import fs from 'node:fs';
import { browser, serve } from './serve.mjs';

const [folder = 'public', out = 'docs/picture.png'] = process.argv.slice(2);
const LARGEST = 200_000;

const site = await serve(folder);
const chromium = await browser();
const tab = await chromium.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
await tab.goto(`${site.address}/`, { waitUntil: 'networkidle' });
await tab.evaluate(() => document.fonts.ready.then(() => true));
await tab.screenshot({ path: out });
await chromium.close();
site.stop();

const { size } = fs.statSync(out);
console.log(`${out}: ${size} bytes`);
if (size > LARGEST) {
  console.error(`more than ${LARGEST} bytes are too many for a picture in a README`);
  process.exitCode = 1;
}
