import { isTieoutError } from '../../kernel/errors';
import { type LedgerStore } from '../../event-store';
import { readEntries } from '../../commanding';
import { type StateCodes } from '../contract/contract.policy';
import { type SourceEvent, type SourceSettings } from '../sources.events';
import {
  sourceRegister,
  type RegisteredSource,
  type RegisterState,
} from './source-register.decider';

export const SOURCES_STREAM = 'source-_.register';

/** A source as the acceptor reads events with it. */
export interface Source extends SourceSettings {
  /** the source's status codes for an object type */
  codesOf(objectType: string): StateCodes | undefined;
}

/**
 * The register of sources as this process last read it. Events are read against it without I/O; who meets a URI that it
 * does not know refreshes it first, so that a source registered by another process is found.
 */
export class SourceRegister {
  private state: RegisterState = sourceRegister.initial;
  private byUri: ReadonlyMap<string, Source> = new Map();
  private revision = -1n;
  private reading: Promise<boolean> | undefined;

  constructor(private readonly store: Pick<LedgerStore, 'readStream' | 'halt'>) {}

  /** The source with this CloudEvents `source`. */
  ofUri(uri: string): Source | undefined {
    return this.byUri.get(uri);
  }

  get(id: string): RegisteredSource | undefined {
    return this.state.get(id);
  }

  all(): readonly RegisteredSource[] {
    return [...this.state.values()];
  }

  /** Reads what was added since. @returns true when there was anything */
  refresh(): Promise<boolean> {
    this.reading ??= this.readOn().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readOn(): Promise<boolean> {
    const before = this.revision;
    try {
      for await (const { entry } of readEntries(this.store, SOURCES_STREAM, before + 1n)) {
        this.state = sourceRegister.evolve(this.state, {
          type: entry.type,
          data: entry.data,
        } as SourceEvent);
        this.revision = BigInt(entry.revision);
      }
    } catch (error) {
      if (!isTieoutError(error, 'stream-missing')) throw error;
    }
    if (this.revision === before) return false;
    this.byUri = new Map(this.all().map(({ settings }) => [settings.uri, sourceOf(settings)]));
    return true;
  }
}

function sourceOf(settings: SourceSettings): Source {
  const byObject = new Map(
    Object.entries(settings.stateCodes).map(([object, codes]) => [
      object,
      new Map(codes.map(({ code, state }) => [code, state])),
    ]),
  );
  return { ...settings, codesOf: (objectType) => byObject.get(objectType) };
}
