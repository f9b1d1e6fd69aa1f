// Serves a finished site as a plain web server would, and finds a browser to look at it with.

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import { chromium } from 'playwright-core';

const TYPES = {
  html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', json: 'application/json', svg: 'image/svg+xml',
  png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', woff2: 'font/woff2', xml: 'application/xml', txt: 'text/plain',
};

/**
 * The files of `folder` on a port of this machine: its address without a final slash, and how to stop. With `compress`
 * texts are sent as a host of sites sends them.
 */
export async function serve(folder, { compress = false } = {}) {
  const server = http.createServer((request, response) => {
    let name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    if (name.endsWith('/')) name += 'index.html';
    const send = (file, status) => {
      const type = TYPES[path.extname(file).slice(1)] ?? 'application/octet-stream';
      const small = compress && /^text|javascript|json|xml/.test(type);
      response.writeHead(status, { 'content-type': type, ...(small ? { 'content-encoding': 'gzip' } : {}) });
      const bytes = fs.createReadStream(file);
      (small ? bytes.pipe(createGzip()) : bytes).pipe(response);
    };
    const file = path.join(folder, path.normalize(name));
    if (fs.existsSync(file) && fs.statSync(file).isFile()) send(file, 200);
    else if (fs.existsSync(path.join(folder, '404.html'))) send(path.join(folder, '404.html'), 404);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** The browser of this machine, started with `more` flags; `CHROMIUM` names another one. */
export async function browser(more = []) {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = process.env.CHROMIUM
    ?? (process.env.PATH ?? '').split(':').flatMap((folder) => names.map((name) => path.join(folder, name))).find(fs.existsSync);
  if (!found) throw new Error('no Chromium was found; CHROMIUM can name one');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', ...more];
  return chromium.launch({ executablePath: found, args });
}
