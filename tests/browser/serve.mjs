// Serves a finished site as a plain web server would, and finds a browser to look at it with.

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { chromium } from 'playwright-core';

const TYPES = {
  html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', json: 'application/json', svg: 'image/svg+xml',
  png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', woff2: 'font/woff2', xml: 'application/xml', txt: 'text/plain',
};

/** The files of `folder` on a port of this machine: its address without a final slash, and how to stop. */
export async function serve(folder) {
  const server = http.createServer((request, response) => {
    let name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    if (name.endsWith('/')) name += 'index.html';
    const send = (file, status) => {
      response.writeHead(status, { 'content-type': TYPES[path.extname(file).slice(1)] ?? 'application/octet-stream' });
      fs.createReadStream(file).pipe(response);
    };
    const file = path.join(folder, path.normalize(name));
    if (fs.existsSync(file) && fs.statSync(file).isFile()) send(file, 200);
    else if (fs.existsSync(path.join(folder, '404.html'))) send(path.join(folder, '404.html'), 404);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** The browser of this machine; `CHROMIUM` names another one. */
export async function browser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = process.env.CHROMIUM
    ?? (process.env.PATH ?? '').split(':').flatMap((folder) => names.map((name) => path.join(folder, name))).find(fs.existsSync);
  if (!found) throw new Error('no Chromium was found; CHROMIUM can name one');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  return chromium.launch({ executablePath: found, args });
}
