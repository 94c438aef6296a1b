// Judges submissions by @getodk/xforms-engine, the engine of ODK Web Forms, under Node with jsdom.
//
//   node xforms_engine.mjs FOLDER < {"form": "…", "submissions": ["…"], "rounds": 1}
//
// FOLDER holds node_modules with @getodk/xforms-engine and jsdom. Answers {"violations": [[[condition, path]]], "judged", "cpu"}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const find = createRequire(`${process.argv[2]}/`);
const { JSDOM } = find('jsdom');
const { window } = new JSDOM('');
const BORROWED = ['Attr', 'CDATASection', 'CharacterData', 'Comment', 'DOMParser', 'Document', 'DocumentFragment', 'Element',
  'FileReader', 'HTMLElement', 'NamedNodeMap', 'Node', 'NodeList', 'ProcessingInstruction', 'Text', 'XMLSerializer',
  'XPathEvaluator', 'XPathExpression', 'XPathResult'];
for (const name of BORROWED) globalThis[name] ??= window[name];
globalThis.window ??= window;
globalThis.document ??= window.document;

// Its parser takes a process for CommonJS and then asks for what a module does not have.
const node = process;
Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true, writable: true });
const { loadForm } = await import(pathToFileURL(find.resolve('@getodk/xforms-engine')));
const { form, submissions, rounds } = JSON.parse(readFileSync(0, 'utf8'));
const loaded = await loadForm(form, {});
globalThis.process = node;
if (typeof loaded.restoreInstance !== 'function') {
  console.error(loaded.error?.message ?? loaded.status);
  node.exit(1);
}

async function judge(xml) {
  const data = new FormData();
  data.set('xml_submission_file', new File([xml], 'xml_submission_file', { type: 'text/xml' }));
  const instance = await loaded.restoreInstance({ data: [data] }, {});
  const payload = await instance.root.prepareInstancePayload();
  return (payload.violations ?? []).map(({ violation, reference }) => [violation.condition, reference]);
}

const violations = [];
for (const xml of submissions) violations.push(await judge(xml));
const before = node.cpuUsage();
let judged = 0;
for (let round = 0; round < rounds; round += 1) {
  for (const xml of submissions) {
    await judge(xml);
    judged += 1;
  }
}
const used = node.cpuUsage(before);
console.log(JSON.stringify({ violations, judged, cpu: (used.user + used.system) / 1e6 }));
