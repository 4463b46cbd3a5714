/** Events of one change of the log's key, in the stream `key_rotation-_.<id>`; the change itself is in `ledger-_.keys`. */
export type KeyRotationEvent =
  | { readonly type: 'key-rotation.requested'; readonly data: RotationRequested }
  | { readonly type: 'key-rotation.approved'; readonly data: { readonly by: string } };

export type RotationRequested = {
  /** vkey of the key that is to be replaced */
  readonly replaces: string;
  readonly reason: string;
  /** how long both keys sign */
  readonly overlapDays: number;
  readonly by: string;
};
