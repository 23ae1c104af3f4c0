import { tick } from "svelte";
import type { StreamClient } from "../api/client";
import type { FeedEvent } from "../api/feed";
import { RestClient, RestError } from "../api/rest";
import { Board } from "../state/board";
import { Cell } from "../state/cell";
import { isOnPath, samePath } from "../state/path";
import { Steps } from "../state/steps";
import { readView, writeView } from "../state/url";
import {
  type Grouping,
  groupings,
  type Path,
  type Selection,
  sameSelection,
  type Theme,
  type View,
} from "../state/view";
import { overview } from "../state/words";
import { World } from "../state/world";
import { rememberedTheme, rememberTheme, showTheme, systemIsDark } from "../theme/theme";
import { DemoActs } from "./demo-acts";
import { rememberedChoice, rememberedWord } from "./remembered";
import { ServerStatus } from "./server-status";

/** Panels read the world at most this often, long tables less often; the map reads it with every frame. */
const panelMs = 250;

/** The page: what the server said, what the user chose, and the actions on both. */
export class Page {
  readonly world = new World();
  readonly board = new Board();
  readonly rest = new RestClient();
  readonly view: Cell<View>;
  readonly theme = new Cell<Theme>(rememberedTheme());
  readonly legend = rememberedChoice("netseam-legend");
  /** By what the map is grouped: as this link says, else as this browser remembers. */
  readonly grouping: Cell<Grouping>;
  readonly #ownGrouping = rememberedWord("netseam-grouping", groupings);
  readonly status = new ServerStatus(this.rest);
  readonly demo = new DemoActs(this);
  /** Why the server does not let this page in; undefined while it does. */
  readonly denied = new Cell<RestError | undefined>(undefined);
  /** Replaced whenever the world has changed: at once for the map, in steps for panels. */
  readonly worldVersion = new Cell(0);
  readonly panelVersion = new Cell(0);
  readonly #held = new Set<string>([overview]);
  #stream: StreamClient | undefined;
  readonly #panels = new Steps(panelMs, async () => {
    this.panelVersion.set(this.world.version);
    this.status.want();
    await tick(); // until panels have been made anew
  });

  constructor() {
    this.view = new Cell(readView(location.search));
    const { theme, grouping } = this.view.get();
    this.grouping = new Cell(grouping ?? this.#ownGrouping.get());
    this.view.watch((view) => this.#group(view.grouping ?? this.#ownGrouping.get()));
    if (theme !== undefined) this.theme.set(theme);
    showTheme(this.theme.get());
    this.theme.watch(showTheme);
    systemIsDark().addEventListener("change", () => showTheme(this.theme.get()));
    addEventListener("popstate", () => this.view.set(readView(location.search)));
  }

  /** Chooses a theme, for this browser and where the link names one also for the link. */
  chooseTheme(theme: Theme): void {
    rememberTheme(theme);
    this.theme.set(theme);
    if (this.view.get().theme !== undefined) this.change({ theme });
  }

  /** Chooses a grouping, for this browser and for the link. */
  chooseGrouping(grouping: Grouping): void {
    this.#ownGrouping.set(grouping);
    this.change({ grouping, anchor: undefined });
  }

  #group(grouping: Grouping): void {
    if (grouping === this.grouping.get()) return;
    this.grouping.set(grouping);
    this.#stream?.group(grouping);
  }

  /** Begins to listen to a server. */
  follow(stream: StreamClient): void {
    this.#stream = stream;
    const url = new URL("/api/v1/stream", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    stream.start(url.href);
    stream.group(this.grouping.get());
    for (const channel of this.#held) stream.open(channel);
    this.status.want();
  }

  receive(event: FeedEvent): void {
    this.board.receive(event, Date.now());
    if (event.type === "otherSchema") reloadOnce(event.theirs);
    if (event.type === "connection" && event.connection.state === "waiting")
      void this.#checkSession();
    if (event.type === "hello") this.denied.set(undefined);
    const { version, revision } = this.world;
    this.world.receive(event);
    if (this.world.version !== version || this.world.revision !== revision) this.#changed();
  }

  retry(): void {
    this.#stream?.retry();
  }

  /** Holds these channels beside the overview, and no others. */
  hold(channels: ReadonlySet<string>): void {
    for (const channel of channels) {
      if (this.#held.has(channel)) continue;
      this.#held.add(channel);
      this.#stream?.open(channel);
    }
    for (const channel of this.#held) {
      if (channel === overview || channels.has(channel)) continue;
      this.#held.delete(channel);
      this.#stream?.close(channel);
      this.world.forget(channel);
      this.#changed();
    }
  }

  get held(): ReadonlySet<string> {
    return this.#held;
  }

  /** Selects, as a step that the browser's "back" undoes. */
  select(selection: Selection | undefined): void {
    const view = this.view.get();
    const path = isOnPath(view.path, selection) ? view.path : [];
    if (sameSelection(view.selection, selection) && samePath(view.path, path)) return;
    this.#step({ ...view, selection, path, part: undefined });
  }

  /** Lights a way, as a step that "back" undoes; an empty one puts the light out. */
  light(path: Path): void {
    const view = this.view.get();
    if (!samePath(view.path, path)) this.#step({ ...view, path });
  }

  /** From one hop of a way back to the whole of it. */
  leave(): void {
    const view = this.view.get();
    if (view.selection !== undefined)
      this.#step({ ...view, selection: undefined, part: undefined });
  }

  /** Undoes the last thing that was asked of the map: the way, else the selection. */
  undo(): void {
    const { path, selection } = this.view.get();
    if (path.length > 0) this.light([]);
    else if (selection !== undefined) this.select(undefined);
  }

  #step(next: View): void {
    history.pushState(null, "", writeView(next) || location.pathname);
    this.view.set(next);
  }

  /** Changes what the user chose without a step in the history. */
  change(part: Partial<View>): void {
    const next = { ...this.view.get(), ...part };
    history.replaceState(history.state, "", writeView(next) || location.pathname);
    this.view.set(next);
  }

  /** The stream cannot say why it is refused; REST can. */
  async #checkSession(): Promise<void> {
    try {
      await this.rest.status();
      this.denied.set(undefined);
    } catch (cause) {
      const isDenied = cause instanceof RestError && (cause.status === 401 || cause.status === 403);
      this.denied.set(isDenied ? cause : undefined);
    }
  }

  #changed(): void {
    this.worldVersion.set(this.worldVersion.get() + 1);
    this.#panels.ask();
  }
}

const reloadKey = "netseam-reloaded-for";

/** Another schema means a newer server: its own page fits it. Once, not again and again. */
function reloadOnce(schema: number): void {
  try {
    if (sessionStorage.getItem(reloadKey) === String(schema)) return;
    sessionStorage.setItem(reloadKey, String(schema));
  } catch {
    return; // nothing to remember by: the banner asks the user instead
  }
  location.reload();
}
