import { Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { objectsOfDocument } from '../../../projections/events';
import { type ReadDb, type ReadModel } from '../../../projections/read-model';
import { findObject, objectJson } from '../../../projections/workflow-state';
import { JsonBody, READ_MODEL, Scopes } from '../../http';
import { fieldError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { parseStreamName, streamName } from '../../kernel/stream-name';
import { CheckDesk } from './check-desk';
import { ObjectCheckDto } from './object-check.dto';

const OBJECTS_MAX = 10;
/** States in which nothing may be done with an object until somebody releases it. */
const BLOCKED = /(^|-)blocked$/;

/** Asked before the act: is this supplier, order or invoice known, and in which state? */
@ApiTags('checks')
@Controller('v1/checks')
export class ObjectChecksController {
  constructor(
    @Inject(CheckDesk) private readonly desk: CheckDesk,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
  ) {}

  @Post('object')
  @HttpCode(200)
  @Scopes('controls.check')
  @ApiHeader({ name: 'Consistency-Token', required: false })
  @ApiOperation({
    summary: 'Whether an object is known, by its name or a document number, and in which state',
  })
  async object(
    @JsonBody(ObjectCheckDto) body: ObjectCheckDto,
    @Headers('consistency-token') token: string | undefined,
  ): Promise<JsonObject> {
    const asked = askedOf(body);
    const inconclusive = await this.desk.reach(token);
    return this.readModel.query((db) => {
      const position = db.position === undefined ? {} : { position: db.position };
      // What was not read may know the object: an unread answer is neither yes nor no.
      const known = (isKnown: boolean) => (inconclusive.length > 0 && !isKnown ? null : isKnown);
      const told = { inconclusive, ...position };
      if ('stream' in asked) {
        const found = objectOf(asked.stream, db);
        return { known: known(found !== undefined), ...named(asked.stream), ...found, ...told };
      }
      const streams = objectsOfDocument(db, { ...asked, limit: OBJECTS_MAX + 1 });
      const objects = streams
        .slice(0, OBJECTS_MAX)
        .map((stream) => ({ ...named(stream), ...objectOf(stream, db) }));
      const more = { hasMore: streams.length > OBJECTS_MAX };
      return { known: known(objects.length > 0), objects, ...more, ...told };
    });
  }
}

type Asked =
  { readonly stream: string } | { readonly document: string; readonly system: string | undefined };

/** @throws TieoutError `contract-violation` */
function askedOf({ type, entity, id, sourceDocument }: ObjectCheckDto): Asked {
  const names = [type, entity, id].filter((name) => name !== undefined);
  if (sourceDocument !== undefined && names.length === 0)
    return { document: sourceDocument.id, system: sourceDocument.system };
  if (
    sourceDocument === undefined &&
    type !== undefined &&
    entity !== undefined &&
    id !== undefined
  )
    return { stream: streamName(type, entity, id) };
  throw fieldError(
    'contract-violation',
    '',
    'name an object by type, entity and id, or a sourceDocument, not both.',
  );
}

function named(stream: string): JsonObject {
  const { objectType: type, entity, key: id } = parseStreamName(stream);
  return { type, entity, id };
}

function objectOf(stream: string, db: ReadDb): JsonObject | undefined {
  const object = findObject(db, stream);
  if (object === undefined) return undefined;
  const { state, stateAt, revision, isTerminal, sides, disagreements } = objectJson(object) as {
    readonly [name: string]: JsonObject[string];
  };
  const states = [state, ...(sides as readonly JsonObject[]).map((side) => side['state'])];
  const blocked = states.some((one) => typeof one === 'string' && BLOCKED.test(one));
  return {
    ...{ state: state ?? null, stateAt: stateAt ?? null, revision: revision ?? null, blocked },
    ...{ isTerminal: isTerminal ?? false, sides: sides ?? [], disagreements: disagreements ?? [] },
  };
}
