/** Somebody was shown personal values of an event. Which paths and why; never the values. */
export type PersonalRead = {
  /** entry id */
  readonly event: string;
  readonly paths: readonly string[];
  readonly purpose: string;
  /** client, and the key that it came with */
  readonly by: string;
  readonly keyId: string;
};

/** Events of the streams `personal_access-_.<event id>`. */
export type PersonalAccessEvent = {
  readonly type: 'personal-access.read';
  readonly data: PersonalRead;
};
