import { browser, serve } from './serve.mjs';
import fs from 'node:fs';
// args: out site:page:width:scheme[:max] ...
const chromium = await browser();
const sites = {};
for (const a of process.argv.slice(2)) {
  const [s, page, w, scheme, name, max] = a.split('|');
  sites[s] ??= await serve(`/tmp/look-sites/${s}/public`);
  const c = await chromium.newContext({ viewport: { width: +w, height: 800 }, colorScheme: scheme === 'd' ? 'dark' : 'light', javaScriptEnabled: !page.endsWith('.html') || page.includes('404') });
  const t = await c.newPage();
  await t.goto(sites[s].address + encodeURI(page), { waitUntil: 'load' });
  await t.waitForTimeout(120);
  if (scheme === 'p') await t.emulateMedia({ media: 'print' });
  const h = await t.evaluate(() => document.documentElement.scrollHeight);
  const o = `/tmp/look-sites/shots/${name}-${w}${scheme}.png`;
  await t.screenshot({ path: o, fullPage: true, clip: { x: 0, y: 0, width: +w, height: Math.min(h, +(max || 4000)) } });
  console.log(o, h);
  await c.close();
}
process.exit(0);
