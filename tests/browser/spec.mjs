// Writes the examples of the CommonMark specification as JSON, for tests/suite/commonmark.rs:
//
//   node spec.mjs FILE

import fs from 'node:fs';
import spec from 'commonmark-spec';

// The specification shows a tab as an arrow.
const tabs = (text) => text.replaceAll('→', '\t');
const examples = spec.tests.map(({ markdown, html, section, number }) =>
  ({ number, section, markdown: tabs(markdown), html: tabs(html) }));
if (examples.length < 600) throw new Error(`only ${examples.length} examples were found`);
fs.writeFileSync(process.argv[2], `${JSON.stringify(examples, null, 1)}\n`);
console.log(`${examples.length} examples of the CommonMark specification`);
