import { type Finding } from '../../src/sealing/check-report';
import { type Context, count, step } from './context';
import { checkErasures } from './erasures';
import { type Evidence, type ItemIndex } from './evidence-json';
import { checkHeads } from './heads';
import { Openings } from './openings';
import { ProvedEntries } from './proved-entries';
import { type Root } from './root';

/** The entries of every item, and that none is missing of the streams that the pack says it has. */
export function checkItems(context: Context, evidence: Evidence, root: Root | undefined): void {
  const erasures = checkErasures(context, root);
  for (const item of evidence.items) {
    const folder = `data/items/${item.id}`;
    const openings = step(context, { file: `${folder}/openings.json` }, () =>
      Openings.read(context.pack.files.get(`${folder}/openings.json`)),
    );
    const entries = new ProvedEntries(
      context,
      `${folder}/entries.jsonl`,
      `${folder}/proofs.jsonl`,
      root,
    );
    entries.check(({ entry, index, line }) => {
      for (const detail of openings?.mismatches(entry) ?? []) {
        const place = { file: `${folder}/openings.json`, index, line, stream: entry.stream };
        context.findings.add({ code: 'opening-mismatch', ...place, ...detail });
      }
      const { proved = 0, missing = [] } = openings?.unproved(entry, index, erasures) ?? {};
      for (const detail of missing) {
        const place = { file: `${folder}/openings.json`, index, line, stream: entry.stream };
        context.findings.add({ code: 'opening-missing', ...place, ...detail });
      }
      if (proved > 0) count(context, 'erased values', proved);
    });
    step(context, { file: `${folder}/openings.json` }, () => openings?.checkAllUsed());
    checkHeads(
      context,
      `${folder}/heads.json`,
      { chains: entries.chains, streams: item.streams.keys() },
      { root, asOf: evidence.ledger.asOf },
    );
    for (const finding of missingOf(item, entries)) {
      context.findings.add({ ...finding, file: `${folder}/entries.jsonl` });
    }
    count(context, 'items');
    count(context, 'streams', entries.chains.streamCount);
  }
  checkFolders(context, evidence);
}

function missingOf(item: ItemIndex, entries: ProvedEntries): Finding[] {
  const findings: Finding[] = [];
  for (const [stream, due] of item.streams) {
    const has = entries.chains.lengthOf(stream);
    if (has === due) continue;
    findings.push({
      code: 'pack-incomplete',
      stream,
      revision: Math.min(has, due),
      detail: `The stream has ${has} events here, evidence.json says ${due}.`,
    });
  }
  for (const stream of entries.chains.streams) {
    if (item.streams.has(stream)) continue;
    findings.push({
      code: 'pack-incomplete',
      stream,
      detail: 'evidence.json does not name this stream.',
    });
  }
  if (entries.count !== item.entries) {
    const detail = `There are ${entries.count} entries, evidence.json says ${item.entries}.`;
    findings.push({ code: 'pack-incomplete', detail });
  }
  return findings;
}

function checkFolders(context: Context, evidence: Evidence): void {
  const known = new Set(evidence.items.map((item) => item.id));
  for (const name of context.pack.files.keys()) {
    const id = /^data\/items\/([^/]+)\//u.exec(name)?.[1];
    if (id === undefined || known.has(id)) continue;
    const detail = `evidence.json does not name the item ${id}.`;
    context.findings.add({ code: 'pack-file', file: name, detail });
  }
}
