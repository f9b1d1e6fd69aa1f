// The script of the search page without a page: it must take texts apart and find pages as the program does.
// ../search/vectors.json says what that is; ../search/index/ was made of the pages there.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

const here = (name) => new URL(`../search/${name}`, import.meta.url);
const vectors = JSON.parse(fs.readFileSync(here('vectors.json'), 'utf8'));
const script = new URL('../../templates/static/search.js', import.meta.url);
const search = createRequire(import.meta.url)(script.pathname);
const read = (name) => fs.readFileSync(here(`index/${name}`));
const open = (asked = []) => new search.Index(JSON.parse(read('index.json')), async (name) => {
  asked.push(name);
  return new Uint8Array(read(name));
});

test('texts are folded', () => {
  for (const [text, expected] of vectors.fold) assert.equal(search.fold(text), expected, text);
});

test('texts are taken apart', () => {
  for (const [text, expected] of vectors.terms) {
    const found = search.terms(text).map((term) => `${term.text}@${term.position}:${term.start}-${term.end}`);
    assert.deepEqual(found, expected, text);
  }
});

test('names have keys', () => {
  for (const [text, expected] of vectors.names) assert.equal(search.nameKey(text), expected, text);
});

test('words are marked', () => {
  for (const [text, matched, expected] of vectors.marks) {
    assert.deepEqual(search.marks(text, matched).map(([from, to]) => text.slice(from, to)), expected, text);
  }
});

test('queries find their pages', async () => {
  for (const [typed, expected] of vectors.queries) {
    const index = open(), { pages } = await index.find(typed);
    const found = await Promise.all(pages.map(async (number) => (await index.hit(number)).url));
    assert.deepEqual(found, expected, typed);
  }
});

test('a form of a word that no page has leads to its other forms', async () => {
  assert.deepEqual((await open().find('inspecting ')).pages, [0]);
});

test('only one kind is found where one is chosen', async () => {
  assert.deepEqual((await open().find('ada', 'person')).pages, [4]);
});

test('only what a query needs is fetched', async () => {
  const asked = [];
  await open(asked).find('zurich');
  assert.deepEqual(asked, ['l0.bin', 'p0.bin']);
});

test('steps between words are counted', () => {
  for (const [a, b, steps] of [['', 'abc', 3], ['moon', 'mono', 1], ['moon', 'moon', 0], ['punchd', 'punched', 1], ['ca', 'abc', 3]]) {
    assert.equal(search.distance(a, b), steps, `${a} ${b}`);
  }
});

test('the script is small', () => {
  assert.ok(gzipSync(fs.readFileSync(script), { level: 9 }).length <= 8000);
});
