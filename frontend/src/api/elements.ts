/** The kinds of columns that api/netseam.proto describes, as bytes. */

/** Says what is wrong with the bytes of a frame, by the name of the part. */
export class FrameError extends Error {}

// Arrays are little-endian, as is every machine that runs a browser. An array
// is a view on the frame's own buffer where its place there allows that. An
// empty one is not: the protobuf library gives all of them one buffer, which
// would be gone for good once it was handed to another thread.

function aligned(bytes: Uint8Array, size: number, name: string, count?: number): Uint8Array {
  if (bytes.length % size !== 0 || (count !== undefined && bytes.length !== count * size)) {
    throw new FrameError(`${name}: ${bytes.length} bytes, not ${count ?? "whole rows"} of ${size}`);
  }
  const usable = bytes.length > 0 && bytes.byteOffset % size === 0;
  return usable ? bytes : new Uint8Array(bytes);
}

export function u8(bytes: Uint8Array, name: string, count: number): Uint8Array {
  return aligned(bytes, 1, name, count);
}

export function u32(bytes: Uint8Array, name: string, count?: number): Uint32Array {
  const from = aligned(bytes, 4, name, count);
  return new Uint32Array(from.buffer, from.byteOffset, from.length / 4);
}

export function f32(bytes: Uint8Array, name: string, count?: number): Float32Array {
  const from = aligned(bytes, 4, name, count);
  return new Float32Array(from.buffer, from.byteOffset, from.length / 4);
}

export function f64(bytes: Uint8Array, name: string, count?: number): Float64Array {
  const from = aligned(bytes, 8, name, count);
  return new Float64Array(from.buffer, from.byteOffset, from.length / 8);
}

/** Whole numbers below 2^53, from planes of bytes: the lowest of all rows, the next of all rows … */
export function numbers(bytes: Uint8Array, name: string, count: number): Float64Array {
  const planes = planesOf(bytes, name, count, 7);
  const out = new Float64Array(joined(bytes, count, 0, Math.min(planes, 4)));
  if (planes <= 4) return out;
  const high = joined(bytes, count, 4, planes);
  for (let row = 0; row < count; row++) {
    if ((high[row] as number) >= 2 ** 21) throw new FrameError(`${name}: a number of 2^53 or more`);
    out[row] = (out[row] as number) + (high[row] as number) * 2 ** 32;
  }
  return out;
}

/** Whole numbers below 2^32, likewise. */
export function smallNumbers(bytes: Uint8Array, name: string, count: number): Uint32Array {
  return joined(bytes, count, 0, planesOf(bytes, name, count, 4));
}

function planesOf(bytes: Uint8Array, name: string, count: number, most: number): number {
  if (count === 0 && bytes.length === 0) return 0;
  const planes = bytes.length / count;
  if (Number.isInteger(planes) && planes >= 1 && planes <= most) return planes;
  throw new FrameError(`${name}: ${bytes.length} bytes are no planes of ${count}`);
}

/** What the planes from one to before another, four at most, say together. */
function joined(bytes: Uint8Array, count: number, from: number, to: number): Uint32Array {
  const plane = (at: number) => bytes.subarray(at * count, (at + 1) * count);
  const out = new Uint32Array(plane(from));
  // Two planes in one go: IDs have three, and passes cost more than bytes.
  let at = from + 1;
  for (; at + 1 < to; at += 2) addTwo(out, plane(at), plane(at + 1), 8 * (at - from));
  if (at < to) addOne(out, plane(at), 8 * (at - from));
  return out;
}

function addOne(to: Uint32Array, plane: Uint8Array, shift: number): void {
  for (let row = 0; row < to.length; row++) {
    to[row] = (to[row] as number) | ((plane[row] as number) << shift);
  }
}

function addTwo(to: Uint32Array, plane: Uint8Array, next: Uint8Array, shift: number): void {
  for (let row = 0; row < to.length; row++) {
    const both = (plane[row] as number) | ((next[row] as number) << 8);
    to[row] = (to[row] as number) | (both << shift);
  }
}

/** Rows' own IDs, from the steps between them. */
export function ids(bytes: Uint8Array, name: string, count: number): Float64Array {
  const out = numbers(bytes, name, count);
  let at = 0;
  for (let row = 0; row < count; row++) {
    const step = out[row] as number;
    if (step === 0) throw new FrameError(`${name}: row ${row} has the ID of the row before it`);
    at += step;
    out[row] = at;
  }
  if (!Number.isSafeInteger(at)) throw new FrameError(`${name}: an ID of 2^53 or more`);
  return out;
}

/** Where each row of a piece ends, from their lengths: one offset more than rows, the first 0. */
export function ends(bytes: Uint8Array, name: string, count: number, length: number): Uint32Array {
  const lengths = smallNumbers(bytes, name, count);
  const out = new Uint32Array(count + 1);
  let at = 0;
  for (let row = 0; row < count; row++) {
    at += lengths[row] as number;
    out[row + 1] = at;
  }
  if (at !== length) throw new FrameError(`${name}: rows of ${at}, but a piece of ${length}`);
  return out;
}
