import { fileURLToPath } from "node:url";
import { channelsOf } from "../src/gallery/frames-of";
import { buildWorld, small } from "../src/gallery/small";
import { FakeServer } from "./fake";

// Serves a made-up world and the built page, until Ctrl-C:
//   npm run fake-server -- [port]

export async function main([port = "8099"]: string[]): Promise<void> {
  const model = buildWorld(small);
  const server = new FakeServer(model, fileURLToPath(new URL("../dist/", import.meta.url)));
  const url = await server.start(Number(port));
  console.log(`fake server on ${url}, channels ${channelsOf(model).join(" ")}`);
  await new Promise((resolve) => process.once("SIGINT", resolve));
  await server.stop();
}
