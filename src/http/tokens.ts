/** Injection tokens of what the composition root opens. */
export const CONFIG = Symbol('config');
export const CLOCK = Symbol('clock');
export const RANDOMNESS = Symbol('randomness');
export const STORE = Symbol('store');
export const EXECUTOR = Symbol('executor');
export const READ_MODEL = Symbol('read-model');
export const BLOBS = Symbol('blobs');
export const LOG_READER = Symbol('log-reader');
export const RECEIPTS = Symbol('receipts');
export const PSEUDONYMS = Symbol('pseudonyms');
export const PERSONAL_VALUES = Symbol('personal-values');
/** pseudonyms and personal values of one event, or of many, in one transaction */
export const PRIVACY = Symbol('privacy');
export const CURSORS = Symbol('cursors');
/** commitments to the last event of every stream, and proofs by them */
export const HEADS = Symbol('heads');
/** `() => void`: has the newest checkpoint timestamped at once, beside other work, where there is an authority */
export const ASK_TIMESTAMP = Symbol('ask-timestamp');
