import type { EdgeMode, Path, Selection } from "../state/view";
import { drawBoxes } from "./boxes";
import { Detail } from "./detail";
import { drawDisputes } from "./disputes";
import { focusOn } from "./focus";
import type { Geometry } from "./geometry";
import type { DisplayList } from "./items";
import { drawLinks } from "./links";
import { placeMarks } from "./marks";
import { Picture } from "./picture";
import { Room } from "./room";
import { drawSeams, nameSeams } from "./seams";
import { drawSingles, nameSingles } from "./singles";
import type { Camera, Size } from "./space";
import type { Measure } from "./texts";
import { drawTrunks } from "./trunks";
import { drawWay } from "./way";

export type ListInput = {
  readonly geometry: Geometry;
  readonly camera: Camera;
  readonly size: Size;
  /** How far beyond the screen things are drawn. */
  readonly margin: { readonly x: number; readonly y: number };
  readonly selection: Selection | undefined;
  readonly path: Path;
  readonly edges: EdgeMode;
  readonly measure: Measure;
  /** From when ages are counted: Unix milliseconds. */
  readonly nowMs: number;
  /** The containers that the picture before showed open. */
  readonly wasOpen: ReadonlySet<number>;
};

/** The picture of a scene as seen by a camera: a pure function of its input. */
export function displayList(input: ListInput): {
  readonly list: DisplayList;
  readonly open: ReadonlySet<number>;
} {
  const { geometry, camera, size, measure } = input;
  const detail = new Detail(geometry, camera.scale, input.wasOpen);
  const focus = focusOn(geometry.scene, geometry, input.selection, input.path);
  const picture = new Picture({
    geometry,
    detail,
    focus,
    mode: input.edges,
    camera,
    size,
    margin: input.margin,
    measure,
    nowMs: input.nowMs,
  });
  drawBoxes(picture);
  drawSeams(picture);
  drawTrunks(picture);
  drawLinks(picture);
  const stitches = drawSingles(picture);
  drawDisputes(picture);
  const room = new Room(picture);
  nameSeams(picture, room);
  placeMarks(picture, room);
  nameSingles(picture, stitches);
  drawWay(picture);
  return { list: picture.list(), open: detail.open() };
}
