import fc from "fast-check";

// The properties here draw by the same seed as those in Go; test/run says which.

const { RAPID_SEED: seed } = process.env;
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
