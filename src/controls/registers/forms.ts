/** How the fields of register entries are written, and what is said about other forms. */
export const PERSON = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const PERSON_FORM = {
  message: 'is an opaque person id of 1 to 64 letters, digits, dots, dashes and underscores',
};
export const DATE = /^\d{4}-\d{2}-\d{2}$/;
export const DATE_FORM = { message: 'is a date such as 2026-04-01' };
export const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
export const INSTANT_FORM = { message: 'is an instant such as 2026-04-01T00:00:00.000Z' };
export const ENTITY = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
export const ENTITY_FORM = { message: 'is the key of a legal entity, such as E_DE' };
export const DUTY = /^[A-Z][A-Z0-9-]{0,31}$/;
export const DUTY_FORM = { message: 'is a duty such as PO-APPROVE' };
