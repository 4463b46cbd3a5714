import { type JsonObject } from '../../kernel/json';

/** The members of a body that were sent: absent ones are `undefined` on the instance, and no part of it. */
export const plain = (body: object): JsonObject => JSON.parse(JSON.stringify(body)) as JsonObject;
