// node --test: the crawler finds what it is there to find.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const crawler = fileURLToPath(new URL('crawl.mjs', import.meta.url));

function crawl(files, ...options) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'crawl-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text);
    }
    const run = spawnSync(process.execPath, [crawler, folder, '--json', ...options], { encoding: 'utf8' });
    const { figures, broken } = JSON.parse(run.stdout);
    assert.equal(run.status, broken.length || !figures.pages ? 1 : 0, run.stderr);
    return { figures, broken: broken.map(({ where, what }) => `${where}: ${what}`) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test('links that lead somewhere are fine', () => {
  const { figures, broken } = crawl({
    'index.html': `<title>A</title><h1 id=one>A</h1><a href="b/">b</a> <a href="/b/#zwei%20">b</a> <a href=b>b</a> <a href="#one">1</a>
      <a href="#top">up</a> <a href="b/?q=1#:~:text=x">q</a> <a href="https://example.org/x">out</a> <a href="mailto:a@b.c">m</a>
      <img src="a%20b.png" srcset="a%20b.png 1x, /s.css 2x" style="background: url(a%20b.png)">`,
    'b/index.html': '<title>B</title><h1>B</h1><p id="zwei ">x</p><a href="../">up</a><svg><title>t</title><use href="#zwei%20"/></svg>',
    'a b.png': '', 's.css': '@import "t.css"; a { background: url("a b.png"), url(#x) } /* url(no) */', 't.css': '',
  });
  assert.deepEqual(broken, []);
  assert.equal(figures.pages, 2);
  assert.equal(figures['without final slash'], 1);
  assert.equal(figures['pages that no other page links to'], 0);
});

test('whatever leads nowhere is named', () => {
  const { broken } = crawl({
    'index.html': `<title>A</title><a href="gone/">x</a><a href="B/">x</a><a href="b/#no">x</a><a href="#no">x</a>
      <img src=no.png srcset="b.png 1x,no2.png 2x"><video poster=no3.png></video><a href="javascript:alert(1)">x</a>
      <div style="background:url('no4.png')"></div><style>a{background:url(no5.png)}</style><a href="%ff">x</a>
      <meta http-equiv=refresh content="0; url=/no6/"><script type="application/ld+json">{"a":}</script>`,
    'b/index.html': '<title>B</title>', 'b.png': '', 'x.css': 'a { src: url(no7.woff2) }', 'x.json': '{',
    'feed.xml': '<feed><a></feed>',
  });
  assert.deepEqual(broken.sort(), [
    'feed.xml: XML', "index.html: #no", 'index.html: %ff', 'index.html: /no6/', 'index.html: B/', 'index.html: JSON-LD',
    'index.html: b/#no', 'index.html: gone/', 'index.html: javascript:alert(1)', 'index.html: no.png', 'index.html: no2.png',
    'index.html: no3.png', 'index.html: no4.png', 'index.html: no5.png', 'x.css: no7.woff2', 'x.json: JSON',
  ].sort());
});

test('a site below a path must stay there', () => {
  const files = { 'index.html': '<title>A</title><a href="/repo/b/">b</a><a href="b/">b</a><a href="/b/">b</a><a href="/repository/">b</a>',
    'b/index.html': '<title>B</title><a href="/repo/">up</a>' };
  assert.deepEqual(crawl(files, '--base', '/repo').broken, ['index.html: /b/', 'index.html: /repository/']);
});

test('absolute addresses of the site are followed where its origin is known', () => {
  const files = {
    'index.html': `<title>A</title><link rel=canonical href="https://e.org/x/"><meta property="og:url" content="https://e.org/">
      <script type="application/ld+json">{"url": "https://e.org/no-data/", "@id": "https://e.org/#id"}</script>`,
    'sitemap.xml': '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://e.org/no-loc/</loc></url></urlset>',
    'feed.xml': `<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://e.org/no-feed/"/><entry>
      <content type="html">&lt;a href="/relative/"&gt;x&lt;/a&gt; &lt;a href="https://e.org/"&gt;x&lt;/a&gt;</content></entry></feed>`,
  };
  assert.deepEqual(crawl(files, '--origin', 'https://e.org').broken.sort(), [
    'feed.xml: /relative/', 'feed.xml: https://e.org/no-feed/', 'index.html: https://e.org/no-data/',
    'index.html: https://e.org/x/', 'sitemap.xml: https://e.org/no-loc/',
  ]);
});

test('titles, headings and ids are counted', () => {
  const { figures } = crawl({
    'a.html': '<title>T</title><h1 id=a>x</h1><h1 id=a>y</h1>', 'b.html': '<title> T\n</title><h1>x</h1>', 'c.html': '<p>x',
    'd.html': '<title>T</title><meta http-equiv="refresh" content="0; url=a.html">',
  });
  assert.equal(figures['duplicate ids'], 1);
  assert.equal(figures['titles on several pages'], 1);
  assert.equal(figures['pages without title'], 1);
  assert.equal(figures['pages without h1'], 1);
  assert.equal(figures['pages with several h1'], 1);
  assert.equal(figures.redirects, 1);
});
