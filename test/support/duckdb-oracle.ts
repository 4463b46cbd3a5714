import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { parseAmount } from '../../src/kernel/money';
import {
  type Definition,
  type MatchPass,
} from '../../src/reconciliation/matching/definition.policy';
import { type MatchLine } from '../../src/reconciliation/matching/line';
import { type MatchResult } from '../../src/reconciliation/matching/result';
import { sha256Hex } from '../../src/kernel/hash';
import { load, writeFiles } from './duckdb-lines';

/**
 * The passes a second time, in SQL over whole tables: joins for candidates, windows for degrees, labels passed along edges
 * for components. It shares no code with the engine. Subset sums are not done in SQL, nor the cap on the edges of a block:
 * a definition or population that needs them is refused.
 */
export interface OracleHashes {
  readonly groups: number;
  readonly ambiguities: number;
  /** SHA-256 over the ids of groups, and of ambiguities, each in order */
  readonly sha256: string;
  readonly loadMs: number;
  readonly passesMs: number;
}

/** The same hash of the engine's result. */
export const engineHash = ({ groups, ambiguities }: Pick<MatchResult, 'groups' | 'ambiguities'>) =>
  hashOfIds(
    groups.map(({ id }) => id),
    ambiguities.map(({ id, reason }) => `${id} ${reason}`),
  );

const hashOfIds = (groups: readonly string[], ambiguities: readonly string[]): string =>
  sha256Hex(`${[...groups].sort().join('\n')}\n\n${[...ambiguities].sort().join('\n')}`);

export async function duckdbOracle(
  { passes }: Pick<Definition, 'passes'>,
  lines: readonly MatchLine[],
  threads = 2,
): Promise<OracleHashes> {
  const refused = passes.find(({ sums }) => sums?.kind === 'subset');
  if (refused !== undefined) throw new Error(`pass ${refused.id} is a subset sum`);
  const folder = mkdtempSync(join(tmpdir(), 'tieout-duckdb-'));
  writeFiles(folder, lines, passes);
  return runOn(folder, passes, threads);
}

/** @param folder files of the lines; removed in the end */
async function runOn(
  folder: string,
  passes: readonly MatchPass[],
  threads: number,
): Promise<OracleHashes> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const db = await instance.connect();
  try {
    const begun = performance.now();
    await load(db, folder);
    const loaded = performance.now();
    for (const pass of passes) if (pass.outcome === 'confirm') await runPass(db, pass);
    await reportLeft(db);
    const done = performance.now();
    const texts = async (sql: string) =>
      (await db.runAndReadAll(sql)).getRows().map(([text]) => String(text));
    const groups = await texts(GROUP_IDS);
    const ambiguities = await texts(AMBIGUITY_IDS);
    return {
      groups: groups.length,
      ambiguities: ambiguities.length,
      sha256: hashOfIds(groups, ambiguities),
      loadMs: loaded - begun,
      passesMs: done - loaded,
    };
  } finally {
    db.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}

const GROUP_IDS = `
  SELECT sha256('["group","' || pass || '",[' || string_agg('["' || id || '","' || amount || '"]', ',' ORDER BY id) || ']]')
    FROM grouped JOIN line USING (i) GROUP BY n, pass`;
const AMBIGUITY_IDS = `
  SELECT sha256('["ambiguity","' || pass || '",[' || string_agg('"' || id || '"', ',' ORDER BY id) || ']]') || ' ' || reason
    FROM ambiguous JOIN line USING (i) GROUP BY n, pass, reason`;

async function runPass(db: DuckDBConnection, pass: MatchPass): Promise<void> {
  await db.run(`CREATE OR REPLACE TEMP TABLE usable AS ${usableSql(pass)}`);
  if (pass.shape === 'contra') {
    for (const side of ['A', 'B'])
      await settlePairs(db, pass, contraEdges(pass, side), `amount > 0`);
  } else if (pass.shape === '1:1') await settlePairs(db, pass, pairEdges(pass), `side = 'A'`);
  else if (pass.shape === 'N:M') await runCarried(db, pass);
  else await runBuckets(db, pass);
  await db.run(`INSERT INTO gone SELECT i FROM grouped WHERE pass = '${pass.id}'`);
  await db.run(`INSERT INTO gone SELECT i FROM ambiguous WHERE pass = '${pass.id}'`);
}

/** Lines that no pass before used or held, with the pass's own block value for each of their keys. */
function usableSql(pass: MatchPass): string {
  const account = pass.account === 'same' ? `account <> ''` : `(side = 'B' OR account = '')`;
  const party = pass.counterparty === 'equal' ? `party <> ''` : 'true';
  const place = [
    'currency',
    ...(pass.account === 'same' ? ['account'] : []),
    ...(pass.counterparty === 'equal' ? ['party'] : []),
  ];
  const value = pass.key === 'none' ? `''` : 'key.value';
  const join = pass.key === 'none' ? '' : `JOIN key ON key.i = line.i AND key.kind = '${pass.key}'`;
  return `SELECT DISTINCT line.*, hash(concat_ws(chr(31), ${[...place, value].join()})) AS block FROM line ${join}
     ANTI JOIN gone ON gone.i = line.i WHERE ${account} AND ${party}`;
}

const sideDays = ({ days }: MatchPass) =>
  days === undefined ? 'true' : `b.day - a.day BETWEEN ${days.from} AND ${days.to}`;

const pairEdges = (pass: MatchPass): string => `
  SELECT DISTINCT a.i AS x, b.i AS y FROM usable a JOIN usable b ON a.block = b.block
   WHERE a.side = 'A' AND b.side = 'B' AND ${sideDays(pass)} AND ${nearSql(pass, 'a.currency', 'a.amount', 'b.amount')}`;

const contraEdges = ({ days }: MatchPass, side: string): string => `
  SELECT DISTINCT a.i AS x, b.i AS y FROM usable a JOIN usable b ON a.block = b.block AND a.amount = -b.amount
   WHERE a.side = '${side}' AND b.side = '${side}' AND a.amount > 0
     AND ${days === undefined ? 'true' : `abs(b.day - a.day) <= ${days.to}`}`;

function nearSql({ amount, tolerance }: MatchPass, currency: string, a: string, b: string): string {
  if (tolerance === undefined || amount === 'equal') return `${a} = ${b}`;
  const { absolute, basisPoints, base, both } = tolerance;
  const cases = Object.entries(absolute ?? {}).map(
    ([code, text]) => `WHEN '${code}' THEN abs(${a} - ${b}) <= ${parseAmount(text, code)}`,
  );
  const of = {
    A: `abs(${a})`,
    B: `abs(${b})`,
    MAX: `greatest(abs(${a}), abs(${b}))`,
    MIN: `least(abs(${a}), abs(${b}))`,
  };
  const share =
    basisPoints === undefined
      ? undefined
      : `abs(${a} - ${b})::HUGEINT * 10000 <= ${basisPoints} * ${of[base ?? 'A']}::HUGEINT`;
  const named = Object.keys(absolute ?? {}).map((code) => `'${code}'`);
  const fixed = cases.length === 0 ? undefined : `CASE ${currency} ${cases.join(' ')} END`;
  if (fixed === undefined) return share ?? `${a} = ${b}`;
  const either =
    share === undefined ? fixed : `(${fixed}) ${both === 'GREATER' ? 'OR' : 'AND'} (${share})`;
  return `CASE WHEN ${currency} IN (${named.join()}) THEN ${either} ELSE ${share ?? `${a} = ${b}`} END`;
}

/** Components of `edge (x, y)`: a label for each line, the lowest that edges lead to. */
async function label(db: DuckDBConnection): Promise<void> {
  await db.run(`CREATE OR REPLACE TEMP TABLE label AS
    SELECT i, i AS root FROM (SELECT x AS i FROM edge UNION SELECT y FROM edge)`);
  for (;;) {
    await db.run(`CREATE OR REPLACE TEMP TABLE lower AS
      SELECT i, min(root) AS root FROM (
        SELECT e.x AS i, l.root FROM edge e JOIN label l ON l.i = e.y
        UNION ALL SELECT e.y, l.root FROM edge e JOIN label l ON l.i = e.x) GROUP BY i`);
    const changed = await db.runAndReadAll(
      `SELECT count(*) FROM label JOIN lower USING (i) WHERE lower.root < label.root`,
    );
    if (Number(changed.getRows()[0]?.[0]) === 0) return;
    await db.run(
      `UPDATE label SET root = lower.root FROM lower WHERE lower.i = label.i AND lower.root < label.root`,
    );
  }
}

/** Edges whose ends both have degree 1 are pairs; of the rest, components of twins are paired in order, others are not. */
async function settlePairs(
  db: DuckDBConnection,
  pass: MatchPass,
  edges: string,
  isFirst: string,
): Promise<void> {
  await db.run(`CREATE OR REPLACE TEMP TABLE all_edge AS
    SELECT x, y, count(*) OVER (PARTITION BY x) AS dx, count(*) OVER (PARTITION BY y) AS dy FROM (${edges})`);
  await db.run(`CREATE OR REPLACE TEMP TABLE pair AS
    SELECT nextval('pass_number') AS n, x, y FROM all_edge WHERE dx = 1 AND dy = 1`);
  await db.run(`INSERT INTO grouped SELECT n, '${pass.id}', unnest([x, y]) FROM pair`);
  await db.run(
    `CREATE OR REPLACE TEMP TABLE edge AS SELECT x, y FROM all_edge WHERE dx > 1 OR dy > 1`,
  );
  await label(db);
  await db.run(`CREATE OR REPLACE TEMP TABLE member AS
    SELECT root, line.*, (${isFirst}) AS is_first FROM label JOIN line USING (i)`);
  await db.run(`CREATE OR REPLACE TEMP TABLE component AS
    SELECT root, count(*) FILTER (is_first) AS a, count(*) FILTER (NOT is_first) AS b,
           count(DISTINCT concat_ws('|', account, amount, face)) FILTER (is_first) <= 1
       AND count(DISTINCT concat_ws('|', account, amount, face)) FILTER (NOT is_first) <= 1 AS twins
      FROM member GROUP BY root`);
  await db.run(`CREATE OR REPLACE TEMP TABLE placed AS
    SELECT root, i, row_number() OVER (PARTITION BY root, is_first ORDER BY day, id) AS place
      FROM member JOIN component USING (root) WHERE twins AND a = b`);
  await db.run(`INSERT INTO grouped SELECT n, '${pass.id}', i FROM placed
    JOIN (SELECT root, place, nextval('pass_number') AS n FROM (SELECT DISTINCT root, place FROM placed)) USING (root, place)`);
  await hold(
    db,
    pass,
    `SELECT root, CASE WHEN twins THEN 'surplus-twin' ELSE 'competing' END AS reason, i
    FROM member JOIN component USING (root) WHERE NOT (twins AND a = b)`,
  );
}

/** @param found `root, reason, i`: the components that have more than one explanation */
async function hold(db: DuckDBConnection, pass: MatchPass, found: string): Promise<void> {
  await db.run(`CREATE OR REPLACE TEMP TABLE held AS ${found}`);
  const numbered = `SELECT n, '${pass.id}' AS pass, reason, i FROM held
    JOIN (SELECT root, nextval('pass_number') AS n FROM (SELECT DISTINCT root FROM held)) USING (root)`;
  if (pass.ambiguous === 'hold') await db.run(`INSERT INTO ambiguous ${numbered}`);
  else await db.run(`INSERT INTO passed_on ${numbered}`);
}

/** What was passed on and no later pass touched is reported in the end, the earlier pass first. */
async function reportLeft(db: DuckDBConnection): Promise<void> {
  const sets = await db.runAndReadAll(`SELECT n FROM passed_on GROUP BY n ORDER BY n`);
  for (const [n] of sets.getRows())
    await db.run(`INSERT INTO ambiguous SELECT n, pass, reason, i FROM passed_on WHERE n = ${String(n)}
      AND NOT EXISTS (SELECT 1 FROM passed_on o WHERE o.n = ${String(n)}
        AND (o.i IN (SELECT i FROM grouped) OR o.i IN (SELECT i FROM ambiguous)))`);
}

/** Lines that share a carried id with the other side belong together, all of them or none. */
async function runCarried(db: DuckDBConnection, pass: MatchPass): Promise<void> {
  await db.run(`CREATE OR REPLACE TEMP TABLE shared AS
    SELECT DISTINCT i, block FROM usable
     WHERE block IN (SELECT block FROM usable GROUP BY block HAVING count(DISTINCT side) = 2)`);
  await db.run(`CREATE OR REPLACE TEMP TABLE edge AS
    SELECT DISTINCT first AS x, i AS y FROM (SELECT i, min(i) OVER (PARTITION BY block) AS first FROM shared)`);
  await label(db);
  await db.run(`CREATE OR REPLACE TEMP TABLE component AS
    SELECT root, count(*) AS lines, max(day) - min(day) AS spread, any_value(currency) AS currency,
           sum(CASE WHEN side = 'A' THEN amount ELSE 0 END) AS a, sum(CASE WHEN side = 'B' THEN amount ELSE 0 END) AS b
      FROM label JOIN line USING (i) GROUP BY root`);
  await db.run(`CREATE OR REPLACE TEMP TABLE settled AS
    SELECT root, CASE
        WHEN root IN (SELECT l.root FROM shared s JOIN label l USING (i) JOIN component c USING (root)
                       GROUP BY l.root, s.block, c.lines HAVING count(*) <> c.lines) THEN 'contested-claim'
        WHEN ${pass.spreadDaysMax === undefined ? 'false' : `spread > ${pass.spreadDaysMax}`} THEN 'key-reused'
        WHEN ${nearSql(pass, 'currency', 'a', 'b')} THEN 'group' ELSE 'nothing' END AS verdict
      FROM component`);
  await group(
    db,
    pass,
    `SELECT root, i FROM settled JOIN label USING (root) WHERE verdict = 'group'`,
  );
  await hold(
    db,
    pass,
    `SELECT root, verdict AS reason, i FROM settled JOIN label USING (root)
    WHERE verdict IN ('contested-claim', 'key-reused')`,
  );
}

const group = (db: DuckDBConnection, pass: MatchPass, found: string) =>
  db.run(`INSERT INTO grouped SELECT n, '${pass.id}', i FROM (${found})
    JOIN (SELECT root, nextval('pass_number') AS n FROM (SELECT DISTINCT root FROM (${found}))) USING (root)`);

/** One line against all lines of its block on the other side, or all of one day. */
async function runBuckets(db: DuckDBConnection, pass: MatchPass): Promise<void> {
  const [one, other] = pass.shape === '1:N' ? ['A', 'B'] : ['B', 'A'];
  const sameDay = pass.sums?.kind === 'bucket' && pass.sums.sameDay;
  const gap = one === 'A' ? 'o.day - one.day' : 'one.day - o.day';
  const isTimely =
    pass.days === undefined ? 'true' : `${gap} BETWEEN ${pass.days.from} AND ${pass.days.to}`;
  const day = sameDay ? ', o.day' : '';
  await db.run(`CREATE OR REPLACE TEMP TABLE claim AS
    SELECT one.i AS one, list_sort(list(DISTINCT o.i)) AS others
      FROM usable one JOIN usable o ON o.block = one.block AND o.side = '${other}'
     WHERE one.side = '${one}'
     GROUP BY one.i, one.block, one.amount${day}
    HAVING count(*) > 1 AND sum(o.amount) = one.amount AND bool_and(${isTimely})`);
  await db.run(`CREATE OR REPLACE TEMP TABLE distinct_claim AS
    SELECT row_number() OVER () AS c, lines FROM (SELECT DISTINCT list_sort(list_append(others, one)) AS lines FROM claim)`);
  await db.run(
    `CREATE OR REPLACE TEMP TABLE claimed AS SELECT c, unnest(lines) AS i FROM distinct_claim`,
  );
  await db.run(`CREATE OR REPLACE TEMP TABLE edge AS
    SELECT DISTINCT first AS x, i AS y FROM (SELECT i, min(i) OVER (PARTITION BY c) AS first FROM claimed)`);
  await label(db);
  await db.run(`CREATE OR REPLACE TEMP TABLE contested AS
    SELECT root, count(DISTINCT c) AS claims FROM claimed JOIN label USING (i) GROUP BY root`);
  await group(db, pass, `SELECT root, i FROM label JOIN contested USING (root) WHERE claims = 1`);
  await hold(
    db,
    pass,
    `SELECT root, 'contested-claim' AS reason, i FROM label JOIN contested USING (root) WHERE claims > 1`,
  );
}
