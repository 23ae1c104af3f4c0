// Runs a TypeScript file of this folder in Node, with Vite doing the
// translation: node frontend/dev/run.mjs dev/fake-server.ts [arguments]
import { fileURLToPath } from "node:url";
import { createServer } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const [file, ...rest] = process.argv.slice(2);
const vite = await createServer({
  root,
  configFile: false,
  server: { middlewareMode: true, ws: false, watch: null },
  appType: "custom",
  logLevel: "error",
  optimizeDeps: { noDiscovery: true },
});
try {
  const module = await vite.ssrLoadModule(`/${file}`);
  await module.main(rest);
} finally {
  await vite.close();
}
