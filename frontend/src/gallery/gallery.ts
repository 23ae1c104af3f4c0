import { CanvasRenderer } from "../render/canvas-renderer";
import { FrameLoop } from "../render/frame-loop";
import { readPalette } from "../render/palette";
import "../theme/base.css";
import "../theme/fonts.css";
import "../theme/tokens.css";
import "./gallery.css";
import { cameraOf, type Scene, scenes } from "./scenes";
import { worldOf } from "./worlds";

// Fixed scenes by name: gallery.html?scene=node&theme=dark. `bare` leaves the
// list of scenes out, for pictures; data-painted says when one can be taken.

const params = new URLSearchParams(location.search);
const root = document.documentElement;
root.dataset.theme = params.get("theme") ?? "dark";
if (params.has("bare")) root.dataset.bare = "";

const canvas = document.querySelector<HTMLCanvasElement>("#map");
const overlay = document.querySelector<HTMLCanvasElement>("#overlay");
const list = document.querySelector("#scenes");
if (canvas === null || overlay === null || list === null)
  throw new Error("the page has no place for the map");
for (const { name } of scenes) {
  const link = document.createElement("a");
  link.href = `?scene=${name}&theme=${root.dataset.theme}`;
  link.textContent = name;
  list.append(link);
}
const scene = scenes.find(({ name }) => name === params.get("scene")) ?? scenes[0];
if (scene !== undefined) show(scene, canvas, overlay);

function show(chosen: Scene, on: HTMLCanvasElement, over: HTMLCanvasElement): void {
  const model = chosen.model();
  const world = worldOf(model);
  const look = {
    palette: readPalette(root),
    path: chosen.path?.(model) ?? [],
    edges: chosen.edges ?? ("bundled" as const),
    selection: chosen.select?.(model),
    offline: chosen.offline === true,
  };
  const renderer = new CanvasRenderer({
    canvas: on,
    overlay: over,
    loop: new FrameLoop(),
    look,
    wantsLessMotion: () => true,
    clock: () => 1_700_000_720_000,
  });
  renderer.setScene(world);
  const target =
    chosen.focus === undefined ? renderer.bounds() : renderer.worldRect(chosen.focus(model));
  if (target !== undefined)
    renderer.setCamera(cameraOf(chosen, target, { w: on.clientWidth, h: on.clientHeight }));
  // Fonts load when they are first asked for, and measure differently once they are there.
  Promise.all(
    ["600 14px Inter", "400 13px Inter", '400 12px "JetBrains Mono"'].map((font) =>
      document.fonts.load(font),
    ),
  )
    .then(() => {
      renderer.forgetWidths();
      requestAnimationFrame(() =>
        requestAnimationFrame(() => root.setAttribute("data-painted", "")),
      );
    })
    .catch(() => root.setAttribute("data-painted", "without fonts"));
}
