import { type CivilDate } from '../../src/kernel/civil-date';
import { type InForce } from '../../src/reconciliation/definitions/definition-coverage.policy';
import {
  periodsInForce,
  type RecordedVersions,
  versionInForce,
} from '../../src/reconciliation/definitions/definition-versions.policy';
import {
  type Definition,
  definitionIds,
  definitionVersion,
  shippedVersions,
} from '../../src/reconciliation/matching/definition.policy';
import { type RunCommitted } from '../../src/reconciliation/runs/matching.events';
import { type ReadDb } from '../read-model';

/** Later than any cut-off: the newest version. */
const EVER = '9999-12-31';

const FIND_VERSION = `SELECT data FROM definition WHERE id = :id AND version = :version`;
const LIST_VERSIONS = `SELECT version, state, effective_from, data FROM definition WHERE id = :id ORDER BY version`;
const LIST_IDS = `SELECT DISTINCT id FROM definition ORDER BY id`;
const FIND_RETIRED = `SELECT retired_from FROM definition_retired WHERE id = :id`;
const FIND_LAST_RUN = `
  SELECT id, committed_at, data FROM run WHERE definition = :id ORDER BY log_index DESC LIMIT 1`;
const COUNT_OPEN = `
  SELECT count(*) AS n FROM break
   WHERE definition = :id AND status <> 'resolved' AND status <> 'closed'`;

interface VersionRow {
  readonly version: bigint;
  readonly state: string;
  readonly effective_from: string;
  readonly data: string;
}

/** A version of a definition, whether in force or not. */
export function findDefinition(db: ReadDb, id: string, version: number): Definition | undefined {
  const row = db.get<{ data: string }>(FIND_VERSION, { id, version });
  return row === undefined ? definitionVersion(id, version) : (JSON.parse(row.data) as Definition);
}

/** The version in force on a day, by default the newest one; of a retired definition the last one. */
export function findDefinitionOn(
  db: ReadDb,
  id: string,
  on: CivilDate = EVER,
): Definition | undefined {
  const { approved } = recordedVersions(db, id);
  return versionInForce(id, on, { approved });
}

/** Whether a definition is in force on a day: begun, and not retired. */
export const isDefinitionInForce = (db: ReadDb, id: string, on: CivilDate): boolean =>
  versionInForce(id, on, recordedVersions(db, id)) !== undefined;

/** Every definition but one, with its days in force. */
export const otherDefinitions = (db: ReadDb, id: string): readonly InForce[] =>
  allIds(db)
    .filter((other) => other !== id)
    .flatMap((other) => periodsInForce(other, recordedVersions(db, other)));

/** Definitions in order of id: their versions, and what the last run said. */
export function listDefinitions(db: ReadDb): object[] {
  return allIds(db).map((id) => {
    const recorded = recordedVersions(db, id);
    const newest = versionInForce(id, EVER, { approved: recorded.approved });
    const shipped = shippedVersions(id).map(({ version, effectiveFrom }) => ({
      version,
      state: 'shipped',
      effectiveFrom,
    }));
    const own = db.all<VersionRow>(LIST_VERSIONS, { id }).map((row) => ({
      version: Number(row.version),
      state: row.state,
      effectiveFrom: row.effective_from,
    }));
    const { retiredFrom } = recorded;
    return {
      id,
      ...(newest === undefined ? {} : { kind: newest.kind, name: newest.name }),
      versions: [...shipped, ...own],
      ...(retiredFrom === undefined ? {} : { retiredFrom }),
      openBreaks: Number(db.get<{ n: bigint }>(COUNT_OPEN, { id })?.n ?? 0n),
      ...lastRun(db, id),
    };
  });
}

function lastRun(db: ReadDb, id: string): object {
  const row = db.get<{ id: string; committed_at: string; data: string }>(FIND_LAST_RUN, { id });
  if (row === undefined) return {};
  const { version, cutoff, input, result } = JSON.parse(row.data) as RunCommitted;
  const { status, groups, breaks, suggestions, ambiguities } = result;
  return {
    lastRun: {
      id: row.id,
      version,
      cutoff,
      committedAt: row.committed_at,
      ...(status === undefined ? {} : { status }),
      ...(input.freshness === undefined ? {} : { freshness: input.freshness }),
      groups,
      ambiguities,
      suggestions: suggestions ?? 0,
      breaks,
    },
  };
}

function recordedVersions(db: ReadDb, id: string): RecordedVersions {
  const rows = db.all<VersionRow>(LIST_VERSIONS, { id });
  const retiredFrom = db.get<{ retired_from: string }>(FIND_RETIRED, { id })?.retired_from;
  return {
    approved: rows
      .filter(({ state }) => state === 'approved')
      .map(({ data }) => JSON.parse(data) as Definition),
    ...(retiredFrom === undefined ? {} : { retiredFrom }),
  };
}

const allIds = (db: ReadDb): readonly string[] =>
  [
    ...new Set([...definitionIds(), ...db.all<{ id: string }>(LIST_IDS).map(({ id }) => id)]),
  ].sort();
