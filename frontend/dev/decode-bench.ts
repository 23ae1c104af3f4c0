import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { decodeFrame } from "../src/api/frames";

// Times what the worker does with kept frames of a server, each folder's
// together: node frontend/dev/run.mjs dev/decode-bench.ts FOLDER…

export async function main(folders: string[]): Promise<void> {
  for (const folder of folders) {
    const names = readdirSync(folder).filter((name) => name.endsWith(".bin"));
    const frames = names.sort().map((name) => new Uint8Array(readFileSync(join(folder, name))));
    for (const type of ["snapshot", "positions"]) {
      const these = frames.filter((frame) => decodeFrame(frame).type === type);
      const deflated = these.map((frame) => deflateRawSync(frame, { level: 1 }));
      const inflate = timed(() => deflated.forEach((frame) => void inflateRawSync(frame)));
      const decode = timed(() => these.forEach((frame) => void decodeFrame(frame)));
      console.info(
        `${folder} ${type}: ${these.length} frames, inflate ${inflate}, decode ${decode}`,
      );
    }
  }
}

/** The least of many times and their median: other work only ever adds. */
function timed(run: () => void): string {
  const times = Array.from({ length: 101 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((p, q) => p - q);
  return `${(times[0] ?? 0).toFixed(1)} (median ${(times[50] ?? 0).toFixed(1)}) ms`;
}
