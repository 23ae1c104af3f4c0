// Prints what a browser downloads, compressed as servers do, and fails above
// the budget: a library that slips into the first page shows here.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const budgetKiB = 136; // JavaScript and CSS together, gzip -9

const folder = fileURLToPath(new URL("../dist/assets/", import.meta.url));
let code = 0;
let fonts = 0;
for (const name of readdirSync(folder).sort()) {
  const raw = readFileSync(folder + name);
  const isCode = /\.(js|css)$/.test(name);
  const size = isCode ? gzipSync(raw, { level: 9 }).length : raw.length;
  if (isCode) code += size;
  else fonts += size;
  console.log(`${(size / 1024).toFixed(1).padStart(8)} KiB  ${name}`);
}
console.log(
  `code ${(code / 1024).toFixed(1)} KiB gzip (budget ${budgetKiB}), fonts ${(fonts / 1024).toFixed(1)} KiB`,
);
if (code > budgetKiB * 1024) {
  console.error("the code is over its budget");
  process.exit(1);
}
