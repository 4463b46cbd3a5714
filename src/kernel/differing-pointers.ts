import { isJsonObject, type Json, type JsonObject } from './json';
import { pointerStep } from './json-pointer';

/**
 * JSON Pointers of the places where two objects differ, in canonical order: the deepest place that tells them apart,
 * or the member that only one of them has. Never the values.
 */
export function differingPointers(a: JsonObject, b: JsonObject): string[] {
  const pointers: string[] = [];
  collect(a, b, '', pointers);
  return pointers;
}

function collect(a: Json | undefined, b: Json | undefined, pointer: string, into: string[]): void {
  if (a === b) return;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i++)
      collect(a[i], b[i], `${pointer}/${i}`, into);
  } else if (isJsonObject(a) && isJsonObject(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    for (const name of names) collect(a[name], b[name], `${pointer}/${pointerStep(name)}`, into);
  } else {
    into.push(pointer);
  }
}
