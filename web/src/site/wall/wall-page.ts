import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { CallPhase, ToneLabel, WallAlert, WallChanges, WallState } from "../../events.ts";
import { storeWallLook, storedWallLook, type WallLook } from "../../preferences.ts";
import { keyOf } from "../../shortcuts.ts";
import { icons, toneIcon } from "../../style/icons.ts";
import { shared, tokens } from "../../style/shared.ts";
import { trendOf } from "../../texts/texts.ts";
import { SitePage } from "../site-page.ts";
import { site } from "../style.ts";
import { situationName } from "../texts.ts";
import type { CallWatch } from "./call-watch.ts";
import "./call-watch.ts";
import { LiveSocket } from "./live-socket.ts";
import { wallTexts, type WallTexts } from "./texts.ts";
import { NO_WALL, levelOf, ordered, reduceWall, seconds, swept, type Seen } from "./wall-state.ts";

/** Milliseconds for which an order stands, so that it can be read. */
const STANDS = 2000;
/** Reasons that a row names; the rest is in the call. */
const MOST_REASONS = 3;
const LOOKS = ["rows", "tiles"] as const satisfies readonly WallLook[];
/** What comes before the id of the call that lies open, in the page's address. */
const PLACE = "#";

/** Every running call at a glance, who needs help first; one of them opened beside them. */
@customElement("wall-page")
export class WallPage extends SitePage {
  @state() private wall = NO_WALL;
  @state() private order: readonly string[] = [];
  @state() private connection: "connecting" | "open" | "lost" = "connecting";
  @state() private refused: string | null = null;
  @state() private look = storedWallLook();
  /** The id of the call that lies open; empty for none. */
  @state() private opened = idIn(location.hash);
  @state() private now = performance.now();
  @state() private told = "";
  @state() private pointed = false;
  @state() private focused = false;
  @query("call-watch") private watch!: CallWatch | null;

  protected readonly current = "wall";
  private socket: LiveSocket | null = null;
  /** What is known; `wall` is what is drawn, at most once a frame. */
  private latest = NO_WALL;
  private frame = 0;
  private sortedAt = -Infinity;
  private ticking: ReturnType<typeof setInterval> | undefined;

  static override styles = [
    tokens,
    shared,
    site,
    css`
      main {
        max-width: 100rem;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 1rem;
        padding-bottom: 1rem;
      }
      .head .count {
        flex: 1;
      }
      .look {
        display: flex;
        border: 1px solid var(--line);
        border-radius: 0.5rem;
        overflow: clip;
        background: var(--surface);
      }
      .look button {
        min-height: 2rem;
        padding: 0 0.75rem;
        font-size: var(--small);
        font-weight: 600;
        color: var(--soft);
      }
      .look button[aria-pressed="true"] {
        background: var(--accentTint);
        color: var(--accent);
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 24rem;
        align-items: start;
        gap: 1rem;
      }
      .side {
        position: sticky;
        top: 1rem;
        display: grid;
        gap: 1rem;
      }
      .watch {
        display: flex;
        height: max(34rem, calc(100dvh - 9rem));
        max-height: 56rem;
      }
      call-watch {
        flex: 1;
        min-width: 0;
      }
      .calls.rows {
        display: grid;
        gap: 0.375rem;
      }
      .calls.tiles {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr));
        gap: 0.625rem;
      }
      .calls > li {
        content-visibility: auto;
        contain-intrinsic-block-size: auto 4.5rem;
      }
      .call {
        display: grid;
        width: 100%;
        height: 100%;
        text-align: start;
        background: var(--surface);
        border: 1px solid var(--line);
        border-left: 4px solid var(--line);
        border-radius: 0.625rem;
        padding: 0.5rem 0.75rem;
        gap: 0.125rem 0.75rem;
        line-height: 1.35;
      }
      .rows .call {
        grid-template-columns: 2rem minmax(7rem, 11rem) minmax(0, 1fr) 5rem;
        grid-template-areas: "sign who why clock" "sign state last risk";
        align-items: center;
      }
      .tiles .call {
        grid-template-columns: 2rem minmax(0, 1fr) auto;
        grid-template-areas: "sign who clock" "sign state risk" "why why why" "last last last";
      }
      .call:hover {
        background: var(--raised);
      }
      .call.high {
        border-left-color: var(--angry);
      }
      .call.middle {
        border-left-color: var(--warning);
      }
      .call[aria-current="true"] {
        background: var(--accentTint);
        border-color: var(--accent);
      }
      .call.over {
        opacity: 0.6;
      }
      .sign {
        grid-area: sign;
        align-self: center;
      }
      .who {
        grid-area: who;
        font-weight: 600;
        font-size: 0.875rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .state {
        grid-area: state;
        display: flex;
        align-items: center;
        gap: 0.375rem;
        font-size: var(--small);
        color: var(--soft);
        overflow: hidden;
        white-space: nowrap;
      }
      .state svg {
        flex: none;
      }
      .up {
        color: var(--happy);
      }
      .down {
        color: var(--angry);
      }
      .why {
        grid-area: why;
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
        min-height: 1.25rem;
      }
      .rows .why {
        flex-wrap: nowrap;
        overflow: hidden;
      }
      .reason {
        padding: 0 0.4375rem;
        border-radius: 0.625rem;
        background: var(--paper);
        color: var(--ink);
        font-size: 0.75rem;
        font-weight: 550;
        white-space: nowrap;
      }
      .reason.grave {
        background: var(--angryTint);
        color: var(--angry);
      }
      .last {
        grid-area: last;
        font-size: 0.875rem;
        color: var(--ink);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        min-height: 1.25rem;
      }
      .tiles .last {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        white-space: normal;
        min-height: 2.5rem;
      }
      .last .quiet {
        font-weight: 600;
      }
      .clock {
        grid-area: clock;
        text-align: end;
        font-size: 0.875rem;
        font-variant-numeric: tabular-nums;
      }
      .risk {
        grid-area: risk;
        justify-self: end;
        width: 3.5rem;
      }
      .track {
        fill: var(--line);
      }
      .bar.low {
        fill: var(--control);
      }
      .bar.middle {
        fill: var(--warning);
      }
      .bar.high {
        fill: var(--angry);
      }
      .empty {
        padding: 3rem 1rem;
        text-align: center;
        color: var(--soft);
      }
      .trouble {
        margin-bottom: 0.75rem;
      }
      .alerts ol {
        display: grid;
        gap: 0.5rem;
        max-height: calc(100dvh - 10rem);
        overflow-y: auto;
      }
      .alerts h2 {
        padding-bottom: 0.5rem;
      }
      .alerts li {
        display: grid;
        grid-template-columns: 1.25rem minmax(0, 1fr);
        gap: 0 0.5rem;
        font-size: 0.875rem;
        line-height: 1.4;
      }
      .alerts svg {
        margin-top: 0.0625rem;
        color: var(--warning);
      }
      .alerts a {
        font-weight: 600;
        text-decoration: none;
      }
      .alerts a:hover {
        text-decoration: underline;
      }
      .alerts p {
        overflow-wrap: anywhere;
      }
      @media (width < 68rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
        .side {
          position: static;
          grid-row: 1;
        }
        .alerts ol {
          max-height: 12rem;
        }
      }
      @media (width < 40rem) {
        main {
          padding-inline: 0.75rem;
        }
        .rows .call {
          grid-template-columns: 2rem minmax(0, 1fr) auto;
          grid-template-areas: "sign who clock" "sign state risk" "why why why" "last last last";
        }
        .rows .why {
          flex-wrap: wrap;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.pressed);
    window.addEventListener("hashchange", this.moved);
    this.socket = new LiveSocket({
      url: this.socketAddress("api/wall"),
      onMessage: (text) => this.receive(text),
      onConnected: (connected) => (this.connection = connected ? "open" : "lost"),
      onRefused: (reason) => (this.refused = reason),
    });
    this.socket.start();
    this.ticking = setInterval(() => (this.now = performance.now()), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.pressed);
    window.removeEventListener("hashchange", this.moved);
    this.socket?.stop();
    clearInterval(this.ticking);
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  protected override heading(): string {
    const count = [...this.wall.calls.values()].filter(({ over }) => !over).length;
    return `${this.say.heading} (${this.texts.integer(count)})`;
  }

  private get say(): WallTexts {
    return wallTexts(this.texts.language);
  }

  /** While somebody points at the list, or is in it, no row moves. */
  private get held(): boolean {
    return this.pointed || this.focused;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("wall") && this.order.length === 0) this.sortedAt = -Infinity;
    const stands = performance.now() - this.sortedAt < STANDS;
    if (!changed.has("wall") && (this.held || stands)) return;
    if (!this.held) this.latest = this.wall = swept(this.latest);
    if (!this.held && !stands) this.sortedAt = performance.now();
    this.order = ordered(this.wall, this.order, this.held || stands);
  }

  private receive(text: string): void {
    const message = JSON.parse(text) as WallState | WallChanges | { type: "error" };
    if (message.type !== "wall" && message.type !== "wall_changes") return;
    const at = performance.now();
    this.latest = reduceWall(this.latest, message, at);
    const alert = message.alerts.at(-1);
    if (message.type === "wall_changes" && alert) this.told = this.alertWords(alert);
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.now = performance.now();
      this.wall = this.latest;
    });
  }

  private readonly moved = (): void => {
    this.opened = idIn(location.hash);
  };

  private open(id: string): void {
    history.replaceState(null, "", PLACE + encodeURIComponent(id));
    this.opened = id;
    void this.updateComplete.then(() => this.watch?.focus());
  }

  private readonly closed = (): void => {
    const row = this.renderRoot.querySelector<HTMLElement>(`[data-call="${CSS.escape(this.opened)}"]`);
    history.replaceState(null, "", location.pathname);
    this.opened = "";
    row?.focus();
  };

  private readonly pressed = (event: KeyboardEvent): void => {
    const key = keyOf(event);
    if (key === "Escape" && this.opened) return this.closed();
    if (key !== "ArrowDown" && key !== "ArrowUp") return;
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>(".call")];
    const at = rows.indexOf((this.renderRoot as ShadowRoot).activeElement as HTMLElement);
    if (at < 0 && (this.renderRoot as ShadowRoot).activeElement !== null) return;
    const next = rows[at + (key === "ArrowDown" ? 1 : -1)];
    next?.focus();
    if (next) event.preventDefault();
  };

  protected override content(): TemplateResult {
    const { say } = this;
    const running = [...this.wall.calls.values()].filter(({ over }) => !over).length;
    return html`
      <div class="head">
        <h1>${say.heading}</h1>
        <p class="quiet count">
          ${this.connection === "connecting" ? this.site.loading : say.calls(running, this.texts.integer(running))}
          ${this.held && running > 1 ? html` · <span data-held>${say.held}</span>` : nothing}
        </p>
        <div class="look" role="group" aria-label=${say.look}>
          ${LOOKS.map(
            (look) => html`<button
              aria-pressed=${look === this.look ? "true" : "false"}
              @click=${() => this.show(look)}
            >
              ${say[look]}
            </button>`,
          )}
        </div>
      </div>
      ${this.troubles()}
      <p class="unseen" role="status">${this.told}</p>
      <div class="columns">
        <section aria-label=${say.heading}>
          ${this.connection !== "connecting" && this.order.length === 0
            ? html`<p class="card empty">${say.none}</p>`
            : this.calls()}
        </section>
        <div class="side">
          ${this.opened
            ? html`<section class="card watch" aria-label=${say.call}>
                <call-watch
                  .texts=${this.texts}
                  .call=${this.opened}
                  .stream=${this.socketAddress("api/events")}
                  .recording=${this.address(`api/calls/${encodeURIComponent(this.opened)}/recording`)}
                  .replay=${this.address(`calls/${encodeURIComponent(this.opened)}`)}
                  @closed=${this.closed}
                ></call-watch>
              </section>`
            : nothing}
          ${this.alerts()}
        </div>
      </div>
    `;
  }

  private show(look: WallLook): void {
    this.look = look;
    storeWallLook(look);
  }

  private troubles(): TemplateResult | typeof nothing {
    const { say } = this;
    if (this.refused !== null) {
      return html`<p class="trouble" role="alert">${icons.warning(18)}${say.refused(this.refused)}</p>`;
    }
    if (this.connection !== "lost") return nothing;
    return html`<p class="trouble" role="alert">${icons.offline(18)}${say.lost}</p>`;
  }

  private calls(): TemplateResult {
    const focusing = (event: FocusEvent): void => {
      const list = event.currentTarget as HTMLElement;
      this.focused = event.type === "focusin" || list.contains(event.relatedTarget as Node | null);
    };
    return html`<ul
      class="calls ${this.look}"
      @pointerenter=${(event: PointerEvent) => (this.pointed = event.pointerType === "mouse")}
      @pointerleave=${() => (this.pointed = false)}
      @focusin=${focusing}
      @focusout=${focusing}
    >
      ${repeat(
        this.order,
        (id) => id,
        (id) => this.item(id),
      )}
    </ul>`;
  }

  private item(id: string): TemplateResult | typeof nothing {
    const seen = this.wall.calls.get(id);
    if (!seen) return nothing;
    const second = Math.floor(seconds(seen, this.now));
    const open = id === this.opened;
    return html`<li>${guard([seen, second, open, this.texts], () => this.row(seen, second, open))}</li>`;
  }

  private row({ over, row }: Seen, second: number, open: boolean): TemplateResult {
    const { say, texts } = this;
    const level = levelOf(row.risk);
    const tone = (row.tone || "unsure") as ToneLabel;
    const trend = trendOf(row.trend);
    const who = [row.agent, row.customer].filter(Boolean).join(" · ") || row.call_id;
    const phase = row.phase ? texts.say.progress.phases[row.phase as CallPhase] : "";
    return html`<button
      class="call ${level} ${over ? "over" : ""}"
      data-call=${row.call_id}
      aria-current=${open ? "true" : "false"}
      title=${say.open(who)}
      @click=${() => this.open(row.call_id)}
    >
      <span class="sign tone ${tone}">${toneIcon(tone, 28)}<span class="unseen">${texts.label(tone)}</span></span>
      <span class="who">${who}</span>
      <span class="state">
        ${trend === "flat" ? nothing : html`<span class=${trend} title=${texts.say.tone.trend[trend]}>${icons[trend](15)}<span class="unseen">${texts.say.tone.trend[trend]}</span></span>`}
        ${over ? say.over : phase}
      </span>
      <span class="why">${this.reasons(row.reasons, row.hold, row.gap)}</span>
      <span class="last" lang=${row.language || nothing}
        >${row.last
          ? html`<span class="quiet" lang=${texts.language}>${row.last.channel === "agent" ? this.site.agent : this.site.caller}:</span> ${row.last.text}`
          : nothing}</span
      >
      <span class="clock">${texts.clock(second)}</span>
      <span class="risk" title="${say.risk}: ${say.riskLevels[level]}">
        <span class="unseen">${say.risk}: ${say.riskLevels[level]}</span>
        <svg viewBox="0 0 56 6" height="6" width="56" aria-hidden="true">
          <rect class="track" width="56" height="6" rx="3"></rect>
          <rect class="bar ${level}" width=${Math.round(row.risk * 56)} height="6" rx="3"></rect>
        </svg>
      </span>
    </button>`;
  }

  private reasons(codes: readonly string[], hold: number, gap: boolean): readonly TemplateResult[] {
    const { say } = this;
    const named = codes.slice(0, MOST_REASONS).map((code) => {
      const name =
        code === "hold" && hold > 0
          ? say.onHold(this.texts.clock(hold))
          : (say.reasons[code] ?? situationName(this.site, code));
      return html`<span class="reason ${GRAVE.has(code) ? "grave" : ""}">${name}</span>`;
    });
    return gap ? [...named, html`<span class="reason">${say.gap}</span>`] : named;
  }

  private alerts(): unknown {
    return guard([this.wall.alerts, this.texts, this.wall.calls.size], () => {
      const { say } = this;
      const { alerts } = this.wall;
      return html`<section class="card alerts" aria-labelledby="alerts">
        <h2 id="alerts">${say.alerts}</h2>
        ${alerts.length === 0
          ? html`<p class="quiet">${say.noAlerts}</p>`
          : html`<ol tabindex="0" aria-labelledby="alerts">
              ${repeat(
                alerts,
                ({ id }) => id,
                (alert) => this.alert(alert),
              )}
            </ol>`}
      </section>`;
    });
  }

  private alert(alert: WallAlert): TemplateResult {
    const { call_id, kind, quote, start } = alert;
    const seen = this.wall.calls.get(call_id);
    const id = encodeURIComponent(call_id);
    const address = seen ? PLACE + id : `${this.address(`calls/${id}`)}#t=${start}`;
    const time = new Intl.DateTimeFormat(this.texts.locale, { hour: "2-digit", minute: "2-digit" });
    const who = seen ? [seen.row.agent, seen.row.customer].filter(Boolean).join(" · ") : "";
    return html`<li data-alert=${kind}>
      ${kind === "flag" ? icons.supervisor(17) : kind === "long_hold" ? icons.silence(17) : icons.warning(17)}
      <div>
        <a href=${address}>${this.say.kinds[kind] ?? kind}</a>
        <p class="quiet">${[time.format(new Date(alert.at)), who].filter(Boolean).join(" · ")}</p>
        ${quote ? html`<p><q lang=${seen?.row.language || nothing}>${quote}</q></p>` : nothing}
      </div>
    </li>`;
  }

  private alertWords({ call_id, kind }: WallAlert): string {
    const row = this.latest.calls.get(call_id)?.row;
    return [this.say.kinds[kind] ?? kind, row?.agent, row?.customer].filter(Boolean).join(", ");
  }
}

const GRAVE: ReadonlySet<string> = new Set([
  "flag",
  "angry",
  "abuse",
  "cancellation",
  "escalation",
  "legal_threat",
  "publicity_threat",
]);

function idIn(hash: string): string {
  return decodeURIComponent(hash.replace(/^#/, ""));
}
