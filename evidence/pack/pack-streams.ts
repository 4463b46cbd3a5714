import { Inject, Injectable } from '@nestjs/common';

import { findPack } from '../../projections/evidence-packs';
import { type ReadModel } from '../../projections/read-model';
import { READ_MODEL } from '../../src/http';
import { notFound } from '../../src/kernel/errors';
import { PackJobs } from './pack-jobs';

/** Finds the stream of a pack by its id: the name of a stream holds the legal entity, a path does not. */
@Injectable()
export class PackStreams {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(PackJobs) private readonly jobs: PackJobs,
  ) {}

  /** @throws TieoutError `not-found` */
  streamOf(id: string): string {
    const waiting = this.jobs.streamOf(id);
    if (waiting !== undefined) return waiting;
    const pack = this.readModel.query((db) => findPack(db, id));
    if (pack === undefined) throw notFound('The pack');
    return pack.stream;
  }
}
