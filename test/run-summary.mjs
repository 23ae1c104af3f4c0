// Says how the tiers ended: a table, what failed, what was skipped and why, and on the last line the totals. A test that
// ran in several tiers counts once, with its worst result. A tier that fails without a failed test is a failure of its own.
import { createReadStream, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const dir = process.argv[2];
const results = new Map(); // "package test" → { result, why }
const rank = { skip: 0, pass: 1, fail: 2 };

function record(name, result, why = "") {
  const old = results.get(name);
  if (!old || rank[result] > rank[old.result]) results.set(name, { result, why });
}

// The lines of `go test -json`. A test that began and did not end died with its process. What was fuzzed is another test
// than its seeds, which the unit tier tries.
async function readGo(file, suffix = "") {
  const counts = { pass: 0, fail: 0, skip: 0 };
  const end = (name, result, why) => {
    counts[result]++;
    record(name + suffix, result, why);
  };
  const running = new Set();
  const lastWords = new Map();
  const failedPackages = new Set();
  const failedInside = new Set();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!line.startsWith("{")) continue;
    const e = JSON.parse(line);
    const name = `${e.Package} ${e.Test}`;
    if (!e.Test) {
      if (e.Action === "fail") failedPackages.add(e.Package);
    } else if (e.Action === "run") {
      running.add(name);
    } else if (e.Action === "output") {
      const said = /^\s+\S+\.go:\d+: (.*[^:\s])\s*$/.exec(e.Output);
      if (said) lastWords.set(name, said[1]);
    } else if (e.Action in rank) {
      running.delete(name);
      if (e.Action === "fail") failedInside.add(e.Package);
      end(name, e.Action, lastWords.get(name));
    }
  }
  for (const name of running) {
    failedInside.add(name.split(" ")[0]);
    end(name, "fail", "did not end");
  }
  for (const name of failedPackages) {
    if (!failedInside.has(name)) end(`${name} (package)`, "fail", "did not build, or failed outside its tests");
  }
  return counts;
}

function readVitest(file) {
  const counts = { pass: 0, fail: 0, skip: 0 };
  const end = (name, result, why) => {
    counts[result]++;
    record(name, result, why);
  };
  for (const suite of JSON.parse(readFileSync(file, "utf8")).testResults) {
    const path = suite.name.replace(`${process.cwd()}/`, "");
    if (suite.status === "failed" && suite.assertionResults.length === 0) end(path, "fail", suite.message);
    for (const t of suite.assertionResults) {
      const result = { passed: "pass", failed: "fail" }[t.status] ?? "skip";
      end(`${path} ${t.fullName}`, result, t.failureMessages?.[0]?.split("\n")[0] ?? t.status);
    }
  }
  return counts;
}

const lines = readFileSync(`${dir}/steps.tsv`, "utf8").trim().split("\n");
console.log("\ntier           seconds    passed  failed  skipped");
for (const line of lines) {
  const [name, state, seconds, why] = line.split("\t");
  let counts = null;
  if (existsSync(`${dir}/${name}.go.json`)) {
    counts = await readGo(`${dir}/${name}.go.json`, /^(fuzz|decoders)$/.test(name) ? " (fuzzed)" : "");
  } else if (existsSync(`${dir}/${name}.vitest.json`)) {
    counts = readVitest(`${dir}/${name}.vitest.json`);
  }
  const empty = counts && counts.pass + counts.fail + counts.skip === 0 && !process.env.PKG;
  if (state === "failed" && !counts?.fail) record(`tier ${name}`, "fail", why);
  else if (empty) record(`tier ${name}`, "fail", "no test ran");
  if (state === "skipped") record(`tier ${name}`, "skip", why);
  const numbers = counts ? [counts.pass, counts.fail, counts.skip] : ["", "", ""];
  const columns = numbers.map((n, i) => String(n).padStart([10, 8, 9][i]));
  console.log(`${name.padEnd(12)}${seconds.padStart(10)}${columns.join("")}  ${state}`);
}

const of = (result) => [...results].filter(([, r]) => r.result === result);
for (const [result, title] of [["skip", "Skipped on this machine"], ["fail", "Failed"]]) {
  if (of(result).length > 0) console.log(`\n${title}:`);
  for (const [name, { why }] of of(result)) {
    console.log(`  ${name.replace("github.com/netseam/netseam/", "")}${why ? `: ${why.replace(/^skipped: /, "")}` : ""}`);
  }
}
const totals = `${of("pass").length} passed, ${of("fail").length} failed, ${of("skip").length} skipped`;
console.log(`\n${totals}`);
writeFileSync(`${dir}/totals`, `${totals}\n`);
process.exitCode = of("fail").length > 0 ? 1 : 0;
