import { Attribute, Identifier, Nested, Optional, Time } from './constraints';
import {
  CODE_BYTES_MAX,
  ENVELOPE_BYTES_MAX,
  ID_BYTES_MAX,
  TransitionDataDto,
  URI_BYTES_MAX,
} from './transition-data.dto';

const REVISION = /^(?:none|0|[1-9][0-9]{0,14})$/;

/**
 * A CloudEvent 1.0 in its structured form, with the extensions that the ledger knows. Its decorators and those of the
 * data are the only schema of an incoming event; `CompiledValidator` reads them.
 */
export class TransitionEventDto {
  @Attribute(3, /^1\.0$/, 'is "1.0"')
  readonly specversion!: string;

  @Attribute(ENVELOPE_BYTES_MAX)
  @Identifier(ENVELOPE_BYTES_MAX)
  readonly id!: string;

  @Attribute(URI_BYTES_MAX, /^[^\s\p{Cc}]+$/u, 'is the URI of a registered source system')
  readonly source!: string;

  @Attribute(
    120,
    /^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+$/,
    'is a type such as "tieout.purchase-order.approved"',
  )
  readonly type!: string;

  @Optional()
  @Attribute(ENVELOPE_BYTES_MAX)
  readonly subject?: string;

  @Time()
  readonly time!: string;

  @Optional()
  @Attribute(
    ID_BYTES_MAX,
    /^application\/(?:[a-z0-9.+-]+\+)?json(?:\s*;\s*charset="?utf-8"?)?$/i,
    'is "application/json"',
  )
  readonly datacontenttype?: string;

  @Optional()
  @Attribute(URI_BYTES_MAX)
  readonly dataschema?: string;

  @Optional()
  @Attribute(ID_BYTES_MAX)
  @Identifier(ID_BYTES_MAX)
  readonly correlationid?: string;

  @Optional()
  @Attribute(ENVELOPE_BYTES_MAX)
  @Identifier(ENVELOPE_BYTES_MAX)
  readonly causationid?: string;

  @Optional()
  @Attribute(16, REVISION, 'is a revision in decimal digits, or "none"')
  readonly expectedrevision?: string;

  @Optional()
  @Attribute(ENVELOPE_BYTES_MAX)
  readonly partitionkey?: string;

  @Optional()
  @Attribute(CODE_BYTES_MAX)
  @Identifier(CODE_BYTES_MAX)
  readonly sequence?: string;

  @Optional()
  @Attribute(
    55,
    /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/,
    'is a W3C trace parent of 55 characters',
  )
  readonly traceparent?: string;

  @Optional()
  @Attribute(CODE_BYTES_MAX)
  @Identifier(CODE_BYTES_MAX)
  readonly dataclassification?: string;

  @Nested(() => TransitionDataDto)
  readonly data!: TransitionDataDto;
}
