import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// Where `npm run dev` finds a server: a running `netseam serve` or `netseam demo`.
const server = process.env.NETSEAM_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [svelte({ configFile: false })],
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    // Nothing inline, whatever its size: the content security policy allows
    // only what is served as a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  server: {
    host: "127.0.0.1",
    proxy: {
      // The server lets in pages of its own origin only.
      "/api": { target: server, ws: true, changeOrigin: true, headers: { origin: server } },
      "/docs": { target: server, changeOrigin: true },
    },
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    environment: "node",
    setupFiles: ["test/seed.ts"],
    // Properties over many histories, beside whatever else the machine does.
    testTimeout: 30_000,
  },
});
