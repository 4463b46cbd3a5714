const table = Array.from({ length: 256 }, (_, i) => {
  let c = i;
  for (let bit = 0; bit < 8; bit += 1) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** The checksum of ZIP (ISO 3309). Not `zlib.crc32`, which early releases of Node 20 lack. */
export class Crc32 {
  private state = 0xffffffff;

  add(bytes: Uint8Array): void {
    let c = this.state;
    for (let i = 0; i < bytes.length; i += 1) {
      c = (table[(c ^ (bytes[i] as number)) & 0xff] as number) ^ (c >>> 8);
    }
    this.state = c >>> 0;
  }

  get value(): number {
    return (this.state ^ 0xffffffff) >>> 0;
  }
}
