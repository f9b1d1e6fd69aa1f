// Prints some pages of a finished site, of each kind a few: for checks that are too slow for all.
//
//   node sample.mjs DIR [COUNT]

import fs from 'node:fs';
import path from 'node:path';

const [folder, count = '4'] = process.argv.slice(2);
const kinds = new Map();
const open = [''];
while (open.length) {
  const at = open.pop();
  for (const entry of fs.readdirSync(path.join(folder, at), { withFileTypes: true })) {
    const name = path.posix.join(at, entry.name);
    if (entry.isDirectory()) open.push(name);
    else if (name.endsWith('.html')) {
      // The kind is the first folder, and how deep the page stands in it: lists, pages, second pages of lists.
      const parts = name.split('/');
      const kind = parts.length < 3 ? name : `${parts[0]} ${parts.length}`;
      if (!kinds.has(kind)) kinds.set(kind, []);
      kinds.get(kind).push(name);
    }
  }
}
for (const kind of [...kinds.keys()].sort()) {
  const pages = kinds.get(kind).sort();
  const step = Math.max(1, Math.floor(pages.length / Number(count)));
  for (const page of pages.filter((_, at) => at % step === 0).slice(0, Number(count))) console.log(path.join(folder, page));
}
