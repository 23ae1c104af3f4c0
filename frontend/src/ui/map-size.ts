import type { Size } from "../render/space";
import type { MapControl } from "./map-control";
import type { Page } from "./page";

/** Tells the camera when the map's place on the page changes its size; the result stops that. */
export function watchSize(
  canvas: HTMLCanvasElement,
  page: Page,
  control: MapControl,
  targets: () => readonly number[],
  redraw: () => void,
): () => void {
  const shape = (): Size & { readonly asked: string } => ({
    w: canvas.clientWidth,
    h: canvas.clientHeight,
    // What the user changes a map's size by on purpose: the window, and the choice of panels and of the legend.
    asked: `${innerWidth} ${innerHeight} ${page.view.get().panel} ${page.legend.get()}`,
  });
  let was = shape();
  const observer = new ResizeObserver(() => {
    const now = shape();
    control.resized(was, was.asked !== now.asked || was.w === 0);
    const narrower = now.w < was.w;
    was = now;
    if (narrower) control.nudge(targets());
    redraw();
  });
  observer.observe(canvas);
  return () => observer.disconnect();
}
