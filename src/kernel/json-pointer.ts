/** One step of a JSON Pointer in its escaped form. @see RFC 6901, section 3 */
export function pointerStep(name: string): string {
  return name.includes('~') || name.includes('/')
    ? name.replaceAll('~', '~0').replaceAll('/', '~1')
    : name;
}

/** The JSON Pointer of a path from the outer value; `''` is the outer value itself. @see RFC 6901 */
export function pointerOf(path: readonly (string | number)[]): string {
  let pointer = '';
  for (const step of path) pointer += `/${typeof step === 'number' ? step : pointerStep(step)}`;
  return pointer;
}

/** True for `''` and for `/`-led text whose every `~` is `~0` or `~1`. */
export function isJsonPointer(text: string): boolean {
  return /^(?:\/(?:[^~/]|~[01])*)*$/.test(text);
}
