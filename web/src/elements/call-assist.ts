import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { gauges } from "../call/gauges.ts";
import {
  markOf,
  moments,
  newMark,
  raisedFlag,
  snoozedUntil,
  unread,
  type MarkFields,
  type MarkKind,
} from "../call/marks.ts";
import {
  NO_CALL,
  currentSuggestion,
  elapsed,
  phase,
  reduce,
  secondsWithoutSound,
  toneIsStale,
  tonelessNote,
  type CallState,
} from "../call/state.ts";
import { EventStream, type Connection, type Told } from "../call/stream.ts";
import { outward } from "../embed/outward.ts";
import type { Annotation, Feedback, ServerMessage, Suggestion } from "../events.ts";
import {
  isUiLanguage,
  preferredLanguage,
  shortcutsWanted,
  storeLanguage,
  storeShortcuts,
  storeSnooze,
  storedLanguage,
  storedSnooze,
  type UiLanguage,
} from "../preferences.ts";
import { actionOf, type Action } from "../shortcuts.ts";
import { icons } from "../style/icons.ts";
import { shared, tokens } from "../style/shared.ts";
import { textsIn } from "../texts/texts.ts";
import { announcement } from "./announcement.ts";
import type { CallActions } from "./call-actions.ts";
import "./call-actions.ts";
import "./call-header.ts";
import type { CallNotes, Noted } from "./call-notes.ts";
import "./call-notes.ts";
import "./call-notices.ts";
import "./call-progress.ts";
import type { CallSummary, Correction } from "./call-summary.ts";
import "./call-summary.ts";
import type { CallTranscript } from "./call-transcript.ts";
import "./call-transcript.ts";
import "./call-whispers.ts";
import "./customer-card.ts";
import "./mechanics-gauges.ts";
import "./sample-list.ts";
import "./shortcut-help.ts";
import type { SuggestionCard } from "./suggestion-card.ts";
import "./suggestion-card.ts";
import "./tone-panel.ts";

/** Seconds after which a customer's card that lies open counts as read. */
const CARD_SECONDS = 10;

/**
 * The sidebar. Attributes: `server`, the address it belongs to (the page's own by default);
 * `call`, a call's id or `latest`; `language`, `tr` or `en` (the reader's own by default);
 * `theme`, `light` or `dark` (the system's by default); `snooze`, the minutes for which
 * suggestions are quiet when the agent asks for it and has not chosen (5).
 * It fires `language-changed` with the language of its words, and what `AssistEvents` lists.
 */
@customElement("call-assist")
export class CallAssist extends LitElement {
  @property() server = "";
  @property() call = "latest";
  /** What the server lets this reader in with, where the browser has no cookie for it. */
  @property({ attribute: false }) token = "";
  @property() language = "";
  @property({ reflect: true }) theme = "";
  @property({ type: Number }) snooze = 5;

  @state() private known: CallState = NO_CALL;
  @state() private connection: Connection = "connecting";
  @state() private texts = textsIn(storedLanguage() ?? preferredLanguage(navigator.languages));
  @state() private shortcuts = shortcutsWanted();
  @state() private snoozeChosen = storedSnooze();
  @state() private helpOpen = false;
  @state() private noting = false;
  /** Whether the customer's card is open; null until the agent opens or shuts it. */
  @state() private cardOpen: boolean | null = null;
  /** Seconds for which the card lay open in front of the agent. */
  @state() private cardSeen = 0;
  @state() private today = new Date();
  @state() private now = performance.now();
  @state() private announced = "";
  @query("suggestion-card") private card!: SuggestionCard | null;
  @query("call-actions") private actions!: CallActions | null;
  @query("call-transcript") private transcript!: CallTranscript | null;
  @query("call-notes") private notes!: CallNotes | null;
  @query("call-summary") private summary!: CallSummary | null;

  private stream: EventStream | null = null;
  /** What is known; `known` is what is drawn, at most once a frame. */
  private latest = NO_CALL;
  private frame = 0;
  private ticking: ReturnType<typeof setInterval> | null = null;

  static override styles = [
    tokens,
    shared,
    css`
      :host {
        display: block;
        container-type: inline-size;
        background: var(--paper);
        height: 100%;
        min-width: 0;
      }
      .page,
      .body {
        display: flex;
        flex-direction: column;
      }
      .page {
        height: 100%;
      }
      .body {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
      }
      .body > *,
      call-actions {
        flex: none;
      }
      .about {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 0.875rem;
        padding: 0.125rem 1rem 0.375rem;
      }
      .customer {
        color: var(--soft);
        font-size: var(--small);
        overflow-wrap: anywhere;
      }
      mechanics-gauges + suggestion-card {
        margin-top: 0.75rem;
      }
      .body > call-transcript {
        flex: 1 0 10rem;
      }
      @media (max-height: 44rem) {
        .body > call-transcript {
          flex-basis: 7rem;
        }
      }
      .welcome {
        padding: 1.5rem 1.25rem 1.75rem;
        display: grid;
        justify-items: center;
        gap: 0.375rem;
        text-align: center;
      }
      .welcome .sign {
        display: grid;
        place-items: center;
        width: 4rem;
        height: 4rem;
        border-radius: 1.25rem;
        background: var(--accentTint);
        color: var(--accent);
        margin-bottom: 0.625rem;
      }
      .welcome h1 {
        font-size: 1.1875rem;
        font-weight: 650;
        line-height: 1.25;
        letter-spacing: -0.012em;
      }
      .welcome p {
        color: var(--soft);
        max-width: 19rem;
        text-wrap: balance;
      }
      sample-list {
        display: block;
        padding: 0 1rem 1.25rem;
      }
      .own {
        padding: 0 1.25rem 1.5rem;
        text-align: center;
        font-size: var(--small);
      }
      .own a {
        display: inline-block;
        padding: 0.25rem;
        color: var(--accent);
        font-weight: 600;
      }
      details.again {
        padding: 0.625rem 1rem 0;
      }
      details.again summary {
        cursor: pointer;
        font-weight: 600;
        font-size: var(--small);
        color: var(--accent);
        min-height: 1.75rem;
        width: fit-content;
        display: flex;
        align-items: center;
        gap: 0.125rem;
        list-style: none;
      }
      details.again summary::-webkit-details-marker {
        display: none;
      }
      details.again[open] summary svg {
        transform: rotate(90deg);
      }
      details.again sample-list {
        padding: 0.25rem 0 0.25rem;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.pressed);
    window.addEventListener("online", this.networkBack);
    window.addEventListener("offline", this.networkGone);
    this.follow();
    this.tellLanguage();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.pressed);
    window.removeEventListener("online", this.networkBack);
    window.removeEventListener("offline", this.networkGone);
    this.stream?.stop();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.tick(false);
  }

  /** Begins with the call that the attributes name. */
  private follow(): void {
    this.stream?.stop();
    this.latest = NO_CALL;
    this.known = NO_CALL;
    this.stream = new EventStream({
      url: this.streamAddress(),
      token: this.token,
      onMessage: (message) => this.receive(message),
      onConnection: (connection) => this.connected(connection),
    });
    this.stream.start();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const elsewhere = changed.has("server") || changed.has("call") || changed.has("token");
    if (this.hasUpdated && elsewhere) this.follow();
    if (changed.has("language") && isUiLanguage(this.language)) this.speak(this.language);
    if (changed.has("known") || changed.has("connection")) {
      this.now = performance.now();
      this.tick(phase(this.known) === "live" && this.connection === "open");
    }
    const before = changed.get("known") as CallState | undefined;
    if (before && before.callId !== this.known.callId) {
      this.noting = false;
      this.cardOpen = null;
      this.cardSeen = 0;
    }
    if (this.shownSuggestion) this.cardSeen = CARD_SECONDS; // the moment belongs to what to say
    const today = new Date();
    if (today.getMinutes() !== this.today.getMinutes()) this.today = today;
  }

  override render(): TemplateResult {
    const waiting = phase(this.known) === "waiting";
    return html`<div class="page" lang=${this.texts.language}>
      <div class="body">
        ${this.top()} ${waiting ? this.welcome() : this.duringCall()}
      </div>
      ${waiting ? null : this.offered()}
      <p class="unseen" role="status" aria-live="polite">${this.announced}</p>
    </div>`;
  }

  private top(): TemplateResult {
    const waiting = phase(this.known) === "waiting";
    return html`<header>
      <call-header
        .texts=${this.texts}
        .connection=${this.connection}
        .phase=${phase(this.known)}
        .elapsed=${elapsed(this.known, this.now)}
        .helpOpen=${this.helpOpen}
        @help-toggled=${() => this.act("help")}
        @language-chosen=${(event: CustomEvent<UiLanguage>) => this.choose(event.detail)}
      ></call-header>
      ${waiting ? null : this.about()}
      <call-notices
        .texts=${this.texts}
        .call=${this.known}
        .connection=${this.connection}
        .soundless=${secondsWithoutSound(this.known, this.now)}
        @lowered=${() => this.act("flag")}
        @retry=${() => this.stream?.retryNow()}
        @sign-in=${() => this.signIn()}
      ></call-notices>
      ${this.helpOpen ? this.help() : null} ${this.whispers()} ${waiting ? null : this.customer()}
    </header>`;
  }

  private whispers(): TemplateResult | null {
    const words = unread(this.known.marks);
    if (words.length === 0) return null;
    return html`<call-whispers
      .texts=${this.texts}
      .whispers=${words}
      .shortcuts=${this.shortcuts}
      @seen=${(event: CustomEvent<Annotation>) => this.read(event.detail)}
    ></call-whispers>`;
  }

  /** The supervisor learns that the agent has read it. */
  private read({ about, start, text }: Annotation): boolean {
    this.mark("whisper", { about, start, text, value: "seen" });
    return true;
  }

  /** Who is on the line, and where the call stands. */
  private about(): TemplateResult {
    const { known, texts } = this;
    const over = phase(known) === "ended";
    // After the call the summary has the promises, and there is no phase any more.
    return html`<div class="about">
      ${known.customer ? html`<p class="customer">${known.customer}</p>` : null}
      <call-progress
        .texts=${texts}
        .stage=${over ? null : known.stage}
        .items=${known.checklist}
        .promises=${over ? [] : known.promises}
        .spoken=${known.language}
        .startedAt=${known.startedAt}
        .today=${this.today}
      ></call-progress>
    </div>`;
  }

  private customer(): TemplateResult | null {
    if (this.known.earlier.length === 0) return null;
    return html`<customer-card
      .texts=${this.texts}
      .calls=${this.known.earlier}
      .marks=${this.known.marks}
      .today=${this.today}
      .open=${this.cardShown}
      .shortcuts=${this.shortcuts}
      @toggled=${() => this.act("customer")}
      @kept=${(event: CustomEvent<string>) =>
        this.mark("promise", { about: event.detail, value: "kept" })}
    ></customer-card>`;
  }

  /** It lies open at first, until it was read or there is something to say. */
  private get cardShown(): boolean {
    if (this.cardOpen !== null) return this.cardOpen;
    return phase(this.known) === "live" && this.cardSeen < CARD_SECONDS;
  }

  private get shownSuggestion(): Suggestion | null {
    return currentSuggestion(this.known, elapsed(this.known, this.now));
  }

  private get minutes(): number {
    return this.snoozeChosen ?? this.snooze;
  }

  private help(): TemplateResult {
    return html`<shortcut-help
      .texts=${this.texts}
      .shortcuts=${this.shortcuts}
      .snooze=${this.minutes}
      @snooze-chosen=${(event: CustomEvent<number>) => {
        this.snoozeChosen = event.detail;
        storeSnooze(event.detail);
      }}
      @shortcuts-chosen=${(event: CustomEvent<boolean>) => {
        this.shortcuts = event.detail;
        storeShortcuts(event.detail);
      }}
    ></shortcut-help>`;
  }

  private welcome(): TemplateResult {
    const { samples } = this.texts.say;
    return html`
      <section class="welcome">
        <span class="sign">${icons.listening(34)}</span>
        <h1>${samples.welcome}</h1>
        <p>${samples.explained}</p>
      </section>
      ${this.connection === "open" ? this.samples() : null}
      <p class="own">
        <a href="${this.base()}/try" target="_blank" rel="noopener">${samples.ownVoice}</a>
      </p>
    `;
  }

  private samples(): TemplateResult {
    return html`<sample-list .texts=${this.texts} .server=${this.base()}></sample-list>`;
  }

  private duringCall(): TemplateResult {
    const { known, now, texts } = this;
    const over = phase(known) === "ended";
    return html`
      <h1 class="unseen">${texts.say.title}</h1>
      <tone-panel
        .texts=${texts}
        .tone=${known.tone}
        .course=${known.course}
        .toneless=${tonelessNote(known)}
        .now=${elapsed(known, now)}
        .stale=${!over && toneIsStale(known, now)}
        .frozen=${!over && this.connection !== "open"}
        .over=${over}
        .spoken=${known.language}
      ></tone-panel>
      ${over ? this.afterCall() : this.guidance()}
      <call-transcript
        .texts=${texts}
        .lines=${known.lines}
        .moments=${moments(known.marks)}
        .partials=${known.partials}
        .spoken=${known.language}
        .shortcuts=${this.shortcuts}
        @moment-removed=${(event: CustomEvent<string>) => this.unmark(event.detail)}
      ></call-transcript>
    `;
  }

  private offered(): TemplateResult {
    const { known, texts } = this;
    return html`
      <call-actions
        .texts=${texts}
        .moments=${moments(known.marks).length}
        .flagged=${raisedFlag(known.marks) !== null}
        .noting=${this.noting}
        .snoozed=${this.quietFor > 0}
        .minutes=${this.minutes}
        .shortcuts=${this.shortcuts}
        .over=${phase(known) === "ended"}
        @asked=${(event: CustomEvent<Action>) => this.act(event.detail)}
      ></call-actions>
    `;
  }

  private guidance(): TemplateResult {
    const { known, now } = this;
    const { mechanics } = known;
    const time = elapsed(known, now);
    const suggestion = this.shownSuggestion;
    return html`
      <mechanics-gauges
        .texts=${this.texts}
        .gauges=${mechanics ? gauges(mechanics, known.language, time) : []}
      ></mechanics-gauges>
      <suggestion-card
        .texts=${this.texts}
        .suggestion=${suggestion}
        .rewording=${suggestion ? (known.rewordings[suggestion.id] ?? null) : null}
        .latest=${known.suggestions.at(-1) ?? null}
        .now=${now}
        .shortcuts=${this.shortcuts}
        .quietFor=${this.quietFor}
        @woken=${() => this.act("snooze")}
        @settled=${(event: CustomEvent<Feedback>) => this.say(event.detail)}
      ></suggestion-card>
      ${this.noting ? this.note() : null}
    `;
  }

  /** Seconds for which the agent still wants no suggestion. */
  private get quietFor(): number {
    if (phase(this.known) !== "live") return 0;
    return Math.max(0, Math.ceil(snoozedUntil(this.known.marks) - elapsed(this.known, this.now)));
  }

  private note(): TemplateResult {
    return html`<call-notes
      .texts=${this.texts}
      .callId=${this.known.callId ?? ""}
      .note=${markOf(this.known.marks, "note")}
      closable
      @noted=${this.noted}
      @closed=${() => {
        this.noting = false;
        this.actions?.focus();
      }}
    ></call-notes>`;
  }

  private readonly noted = (event: CustomEvent<Noted>): void => {
    const { callId, text } = event.detail;
    const start = callId === this.latest.callId ? this.time : 0;
    this.say(newMark(callId, "note", { start, text }));
  };

  private afterCall(): TemplateResult {
    const { known } = this;
    return html`
      <call-summary
        .today=${this.today}
        @noted=${this.noted}
        @corrected=${({ detail: { kind, ...fields } }: CustomEvent<Correction>) =>
          this.mark(kind, fields)}
        .texts=${this.texts}
        .call=${known}
        .elapsed=${elapsed(known, this.now)}
      ></call-summary>
      ${this.call === "latest" ? this.again() : null}
    `;
  }

  /** A sidebar that keeps to one call would not show the sample. */
  private again(): TemplateResult {
    return html`<details class="again">
      <summary>${icons.chevron(16)}${this.texts.say.ended.anotherSample}</summary>
      ${this.samples()}
    </details>`;
  }

  private receive(message: ServerMessage): void {
    const before = this.latest;
    this.latest = reduce(before, message, performance.now());
    this.announce(announcement(this.texts, before, this.latest));
    for (const { name, detail } of outward(before, message, this.latest)) this.tell(name, detail);
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.known = this.latest;
    });
  }

  private connected(connection: Connection): void {
    const { lost, restored } = this.texts.say;
    if (connection === "lost" && this.connection === "open") this.announce(lost);
    if (connection === "open" && this.connection === "reconnecting") this.announce(restored);
    this.connection = connection;
    this.tell("connection-changed", { connection });
  }

  private announce(text: string | null): void {
    if (text !== null) this.announced = text;
  }

  private say(told: Told): void {
    this.stream?.send(told);
    // Shown at once; the server's echo says the same again.
    this.receive(told);
  }

  /** Second of the call now. */
  private get time(): number {
    return Math.round(elapsed(this.latest, performance.now()) * 1000) / 1000;
  }

  private mark(kind: MarkKind, fields: MarkFields): Annotation | null {
    if (this.latest.callId === null) return null;
    const mark = newMark(this.latest.callId, kind, { start: this.time, ...fields });
    this.say(mark);
    return mark;
  }

  private unmark(about: string): void {
    this.mark("moment", { about, value: "removed" });
    this.announce(this.texts.say.actions.momentRemoved);
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const action = this.shortcuts && !event.defaultPrevented ? actionOf(event) : null;
    if (action && this.act(action)) event.preventDefault();
  };

  /** What a key or a button asks for; true when there was something to do it to. */
  private act(action: Action): boolean {
    if (action === "help") return this.toggleHelp();
    const shown = phase(this.latest);
    if (shown === "waiting") return false;
    switch (action) {
      case "flag":
        return this.flag();
      case "note":
        return this.openNote();
      case "customer":
        return this.toggleCustomer();
      case "seen": {
        const [words] = unread(this.latest.marks);
        return words !== undefined && this.read(words);
      }
      case "newest":
        this.transcript?.toEnd();
        return true;
      default:
        if (shown === "ended") return false;
    }
    switch (action) {
      case "moment":
        return this.markMoment();
      case "snooze":
        return this.toggleSnooze();
      default:
        return this.card?.act(action, true) ?? false;
    }
  }

  private toggleHelp(): boolean {
    this.helpOpen = !this.helpOpen;
    return true;
  }

  private markMoment(): boolean {
    const mark = this.mark("moment", { value: "set" });
    if (mark) this.announce(this.texts.say.actions.momentTold(this.texts.clock(mark.start)));
    return mark !== null;
  }

  private flag(): boolean {
    const { actions } = this.texts.say;
    const value = raisedFlag(this.latest.marks) ? "lowered" : "raised";
    const mark = this.mark("flag", { value });
    if (mark) {
      this.announce(value === "raised" ? actions.flagged(this.texts.clock(mark.start)) : actions.lowered);
    }
    return mark !== null;
  }

  private toggleSnooze(): boolean {
    const { actions } = this.texts.say;
    const quiet = snoozedUntil(this.latest.marks) > this.time;
    this.mark("snooze", { value: quiet ? "0" : String(this.minutes) });
    this.announce(quiet ? actions.woken : actions.snoozed(this.texts.integer(this.minutes)));
    return true;
  }

  private toggleCustomer(): boolean {
    if (this.known.earlier.length === 0) return false;
    this.cardOpen = !this.cardShown;
    return true;
  }

  private openNote(): boolean {
    if (phase(this.known) === "ended") {
      this.summary?.focusNote();
      return true;
    }
    this.noting = true;
    void this.updateComplete.then(() => this.notes?.focus());
    return true;
  }

  private readonly networkBack = (): void => this.stream?.retryNow();
  private readonly networkGone = (): void => this.stream?.networkLost();

  private choose(language: UiLanguage): void {
    storeLanguage(language);
    this.speak(language);
  }

  private speak(language: UiLanguage): void {
    this.texts = textsIn(language);
    this.tellLanguage();
  }

  private tellLanguage(): void {
    this.tell("language-changed", { language: this.texts.language, title: this.texts.say.title });
  }

  private tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** The running time and the ageing of the tone move by the second, but only during a call. */
  private tick(wanted: boolean): void {
    if (wanted === (this.ticking !== null)) return;
    if (this.ticking !== null) clearInterval(this.ticking);
    this.ticking = wanted ? setInterval(() => this.second(), 1000) : null;
  }

  private second(): void {
    this.now = performance.now();
    const read = this.cardOpen === null && this.known.earlier.length > 0 && !document.hidden;
    if (read && this.cardSeen < CARD_SECONDS) this.cardSeen += 1;
  }

  private base(): string {
    return new URL(this.server || ".", document.baseURI).href.replace(/\/$/, "");
  }

  private signIn(): void {
    const there = new URL(`${this.base()}/sign-in`);
    if (there.origin === location.origin) {
      there.searchParams.set("next", location.pathname);
      location.assign(there);
    } else {
      window.open(there, "_blank", "noopener"); // the page around the sidebar stays
    }
  }

  private streamAddress(): string {
    const address = new URL(`${this.base()}/api/events`);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("call", this.call);
    return address.href;
  }
}
