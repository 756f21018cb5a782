import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { markOf, moments, newMark, valueOf, type MarkFields, type MarkKind } from "../../call/marks.ts";
import { NO_CALL, reduce, tonelessNote, type CallState } from "../../call/state.ts";
import { EventStream } from "../../call/stream.ts";
import "../../elements/promise-list.ts";
import type { FinalEvent, ServerMessage, Tone, ToneLabel } from "../../events.ts";
import { SAMPLE_RATE } from "../../events.ts";
import { keyOf } from "../../shortcuts.ts";
import { icons, toneIcon } from "../../style/icons.ts";
import { shared, tokens } from "../../style/shared.ts";
import { RequestProblem, ask } from "../ask.ts";
import { SitePage } from "../site-page.ts";
import { site } from "../style.ts";
import "./call-timeline.ts";
import {
  latest,
  pauses,
  recordOf,
  script,
  secondOf,
  type Peaks,
} from "./record.ts";
import type { ReplayTranscript, TagCorrection } from "./replay-transcript.ts";
import "./replay-again.ts";
import "./replay-transcript.ts";
import "./scorecard-panel.ts";
import { replayTexts, type ReplayTexts } from "./texts.ts";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3] as const;
const TONES = ["angry", "sad", "neutral", "happy", "unsure"] as const satisfies readonly ToneLabel[];
const OUTCOMES = ["solved", "unsolved", "open"] as const;
/** Seconds without words that are worth skipping, and what is left of them on both sides. */
const PAUSE = 2;
const EDGE = 0.4;
const NOTHING = recordOf([]);

/** A call that is over (or still runs) from its stored events: to be heard, read and put right. */
@customElement("replay-page")
export class ReplayPage extends SitePage {
  @state() private known: CallState = NO_CALL;
  @state() private record = NOTHING;
  @state() private entries = script(NOTHING, NO_CALL);
  @state() private peaks: Peaks | null = null;
  @state() private loading = true;
  @state() private trouble: string | null = null;
  @state() private time = secondOf(location.hash) ?? 0;
  @state() private playing = false;
  @state() private speed = 1;
  @state() private skipping = false;
  @state() private recording: "asked" | "there" | "none" | "broken" = "asked";
  @state() private helpOpen = false;
  @state() private said = "";
  @query("audio") private audio!: HTMLAudioElement | null;
  @query("replay-transcript") private transcript!: ReplayTranscript | null;
  @query("#note") private note!: HTMLTextAreaElement | null;

  protected readonly current = "calls";
  private readonly callId = decodeURIComponent(location.pathname.split("/").at(-1) ?? "");
  private events: FinalEvent[] = [];
  private stream: EventStream | null = null;
  private latest = NO_CALL;
  private drawing = 0;
  private ticking = 0;
  private silent = pauses(NOTHING, PAUSE);

  static override styles = [
    tokens,
    shared,
    site,
    css`
      replay-again {
        display: block;
        margin-top: 1rem;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0.25rem 1rem;
        padding-bottom: 0.875rem;
      }
      .head a {
        flex-basis: 100%;
        width: fit-content;
        font-size: var(--small);
        font-weight: 600;
        text-decoration: none;
      }
      .head a:hover {
        text-decoration: underline;
      }
      .above {
        padding: 0.75rem 1rem 0.625rem;
      }
      .controls {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem 0.75rem;
        padding-bottom: 0.5rem;
      }
      .play {
        display: grid;
        place-items: center;
        width: 2.75rem;
        height: 2.75rem;
        border-radius: 50%;
        background: var(--accent);
        color: var(--accentInk);
      }
      .play:hover {
        filter: brightness(1.08);
      }
      .jump {
        min-width: 2.75rem;
        padding: 0 0.5rem;
        font-size: var(--small);
      }
      .controls label {
        display: inline-flex;
        align-items: center;
        gap: 0.375rem;
        min-height: 1.75rem;
      }
      .controls select {
        width: auto;
        min-height: 2.25rem;
      }
      .clock {
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .clock span {
        color: var(--soft);
        font-weight: 400;
      }
      .grow {
        flex: 1;
      }
      .icon {
        min-width: 2.25rem;
        padding: 0 0.5rem;
      }
      .plain {
        padding-bottom: 0.5rem;
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(17rem, 23rem);
        align-items: start;
        gap: 1rem;
        padding-top: 1rem;
      }
      replay-transcript.card {
        height: max(24rem, calc(100dvh - 8rem));
        padding: 0;
        overflow: clip;
      }
      .main,
      aside {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
      section h2 {
        padding-bottom: 0.375rem;
      }
      .state {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        font-size: var(--large);
        font-weight: 650;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.375rem 1rem;
        align-items: center;
        font-size: 0.875rem;
      }
      dt {
        color: var(--soft);
      }
      dd {
        text-align: end;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      dl label {
        font-size: 0.875rem;
        font-weight: 400;
      }
      dd select,
      .state + dl select {
        min-height: 1.875rem;
        text-align-last: end;
      }
      .mine {
        border-color: var(--accent);
        color: var(--accent);
      }
      .state ~ dl {
        padding-top: 0.375rem;
      }
      .reasons {
        padding: 0.25rem 0 0;
        font-size: var(--small);
        line-height: 1.45;
      }
      .told {
        padding-top: 0.625rem;
        font-size: 0.875rem;
        line-height: 1.45;
        text-wrap: pretty;
        overflow-wrap: anywhere;
      }
      .written {
        margin-top: 0.625rem;
        padding: 0.5rem 0.625rem;
        border-radius: 0.625rem;
        background: var(--raised);
      }
      .written .told {
        padding: 0;
      }
      .steps {
        display: grid;
        gap: 0.25rem;
        font-size: 0.875rem;
      }
      .steps li {
        display: flex;
        gap: 0.5rem;
        line-height: 1.4;
      }
      .steps svg {
        flex: none;
        margin-top: 0.0625rem;
        color: var(--control);
      }
      .steps .done svg {
        color: var(--accent);
      }
      .steps .tick {
        stroke: var(--accentInk);
      }
      .go {
        min-height: 1.5rem;
        color: var(--accent);
        font-size: var(--small);
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .go:hover {
        text-decoration: underline;
      }
      .noting {
        display: grid;
        gap: 0.375rem;
        justify-items: start;
      }
      .noting textarea {
        min-height: 3.5rem;
      }
      .agents {
        padding: 0.5rem 0.625rem;
        margin-top: 0.625rem;
        border-radius: 0.625rem;
        background: var(--raised);
        font-size: 0.875rem;
        white-space: pre-line;
        overflow-wrap: anywhere;
      }
      .help {
        margin-bottom: 1rem;
      }
      .help ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem 1.25rem;
        font-size: var(--small);
      }
      .help li {
        display: inline-flex;
        align-items: center;
        gap: 0.375rem;
      }
      @media (width < 60rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
        replay-transcript.card {
          height: 70dvh;
        }
      }
      @media (width < 40rem) {
        main {
          padding-inline: 0.75rem;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.pressed);
    window.addEventListener("hashchange", this.moved);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.pressed);
    window.removeEventListener("hashchange", this.moved);
    this.stream?.stop();
    cancelAnimationFrame(this.drawing);
    cancelAnimationFrame(this.ticking);
  }

  protected override heading(): string {
    const { agent, customer } = this.known;
    return [this.say.heading, customer || agent || this.callId].join(" · ");
  }

  private get say(): ReplayTexts {
    return replayTexts(this.texts.language);
  }

  private api(name: string): string {
    return this.address(`api/calls/${encodeURIComponent(this.callId)}/${name}`);
  }

  // What is known of the call

  private async load(): Promise<void> {
    const peaks = ask<Peaks>(this.api("peaks?per_second=10"));
    peaks.then(
      (known) => this.heard(known),
      () => (this.recording = "none"),
    );
    try {
      this.events = await ask<FinalEvent[]>(this.api("events"));
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      this.trouble = error.status === 404 ? this.say.none : error.message || this.site.unreachable;
      return;
    } finally {
      this.loading = false;
    }
    const hello = { type: "hello", call_id: this.callId, feedback: {} } as ServerMessage;
    this.latest = [hello, ...this.events].reduce((state, event) => reduce(state, event, 0), NO_CALL);
    this.draw();
    this.stream = new EventStream({
      url: this.socketAddress(`api/events?call=${encodeURIComponent(this.callId)}`),
      from: { callId: this.callId, seq: this.events.at(-1)?.seq ?? 0 },
      onMessage: (message) => this.receive(message),
      onConnection: () => undefined,
    });
    this.stream.start();
  }

  private heard(peaks: Peaks): void {
    this.peaks = peaks;
    this.recording = "there";
  }

  private receive(message: ServerMessage): void {
    this.latest = reduce(this.latest, message, 0);
    const told = message.type === "hello" || message.type === "feedback" || message.type === "annotation";
    if (!told && message.type !== "partial") this.events.push(message);
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      this.draw();
    });
  }

  private draw(): void {
    this.known = this.latest;
    this.record = recordOf(this.events);
    this.entries = script(this.record, this.known);
    this.silent = pauses(this.record, PAUSE);
    this.time = Math.min(this.time, this.record.duration);
  }

  private mark(kind: MarkKind, fields: MarkFields): void {
    const mark = newMark(this.callId, kind, { start: Math.round(this.time * 1000) / 1000, ...fields });
    this.stream?.send(mark);
    this.receive(mark);
  }

  // Playing

  private readonly moved = (): void => {
    const second = secondOf(location.hash);
    if (second !== null) this.seek(second);
  };

  private seek(second: number): void {
    this.time = Math.min(Math.max(0, second), this.record.duration);
    if (this.audio) this.audio.currentTime = this.time;
    this.transcript?.follow();
    this.keepPlace();
  }

  /** The address of the page is always that of the moment. */
  private keepPlace(): void {
    history.replaceState(null, "", `#t=${this.time.toFixed(1)}`);
  }

  private async toggle(): Promise<void> {
    const { audio } = this;
    if (!audio) return;
    if (!audio.paused) return audio.pause();
    if (this.time >= this.record.duration) this.seek(0);
    audio.currentTime = this.time;
    audio.playbackRate = this.speed;
    audio.preservesPitch = true;
    try {
      await audio.play();
    } catch (error) {
      // A pause came before the first sound, or the sound is none.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  private readonly started = (): void => {
    this.playing = true;
    const tick = (): void => {
      const { audio } = this;
      if (!audio || audio.paused) return;
      this.time = audio.currentTime;
      if (this.skipping) this.skip(audio);
      this.ticking = requestAnimationFrame(tick);
    };
    this.ticking = requestAnimationFrame(tick);
  };

  private readonly stopped = (): void => {
    this.playing = false;
    this.time = this.audio?.currentTime ?? this.time;
    this.keepPlace();
  };

  private skip(audio: HTMLAudioElement): void {
    const pause = latest(this.silent, this.time, ({ start }) => start);
    if (pause && this.time > pause.start + EDGE && this.time < pause.end - EDGE) {
      audio.currentTime = pause.end - EDGE;
    }
  }

  private setSpeed(speed: number): void {
    this.speed = speed;
    if (this.audio) this.audio.playbackRate = speed;
  }

  private faster(steps: 1 | -1): void {
    const at = SPEEDS.findIndex((speed) => speed === this.speed);
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + steps))] ?? 1);
  }

  /** To the words before or behind those at the playhead. */
  private words(steps: 1 | -1): void {
    const { spoken } = this.record;
    const next =
      steps === 1
        ? spoken.find(({ start }) => start > this.time + 0.05)
        : spoken.findLast(({ start }) => start < this.time - 0.3);
    if (next) this.seek(next.start);
  }

  private async copy(): Promise<void> {
    this.keepPlace();
    try {
      await navigator.clipboard.writeText(location.href);
      this.said = this.say.linkCopied(this.texts.clock(this.time));
    } catch (error) {
      // Only pages by https may; the address bar has the link all the same.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      this.said = location.href;
    }
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const key = keyOf(event);
    const focused = event.composedPath()[0];
    const pressing = focused instanceof HTMLElement && focused.matches("button, a, summary");
    if (key === null || this.loading || this.trouble !== null || (key === " " && pressing)) return;
    if (this.act(key.length === 1 ? key.toLowerCase() : key)) event.preventDefault();
  };

  /** What a key asks for; false where it means nothing here. */
  private act(key: string): boolean {
    switch (key) {
      case " ":
      case "k":
        void this.toggle();
        return true;
      case "ArrowLeft":
      case "ArrowRight":
        this.seek(this.time + (key === "ArrowLeft" ? -5 : 5));
        return true;
      case "j":
      case "l":
        this.seek(this.time + (key === "j" ? -10 : 10));
        return true;
      case "Home":
      case "End":
        this.seek(key === "Home" ? 0 : this.record.duration);
        return true;
      case ",":
      case ".":
        this.words(key === "," ? -1 : 1);
        return true;
      case "<":
      case ">":
        this.faster(key === "<" ? -1 : 1);
        return true;
      case "s":
        this.skipping = !this.skipping;
        return true;
      case "n":
        this.note?.focus();
        return true;
      case "c":
        void this.copy();
        return true;
      case "?":
        this.helpOpen = !this.helpOpen;
        return true;
      default:
        return false;
    }
  }

  // The page

  protected override content(): TemplateResult {
    if (this.trouble !== null) {
      return html`<h1 class="unseen">${this.say.heading}</h1>
        <p class="trouble" role="alert">${icons.warning(18)}<span>${this.trouble}</span></p>
        <p class="head"><a href=${this.address("calls")}>${this.say.back}</a></p>`;
    }
    if (this.loading) {
      return html`<h1 class="unseen">${this.say.heading}</h1>
        <p role="status">${this.site.loading}</p>`;
    }
    return this.call();
  }

  private call(): TemplateResult {
    const { entries, known, record, texts } = this;
    const said = latest(record.spoken, this.time, ({ start }) => start);
    const word =
      said && this.time < said.end + 1
        ? said.words.findLastIndex(({ start }) => start <= this.time + 0.02)
        : -1;
    return html`
      ${this.top()} ${this.helpOpen ? this.help() : nothing}
      <section class="card above" aria-label=${this.say.position}>
        ${this.controls()}
        <call-timeline
          .texts=${texts}
          .record=${record}
          .entries=${entries}
          .peaks=${this.peaks}
          .time=${this.time}
          @sought=${this.sought}
        ></call-timeline>
      </section>
      <p class="unseen" role="status">${this.said}</p>
      <div class="columns">
        <div class="main">
          <replay-transcript
            class="card"
            .texts=${texts}
            .entries=${entries}
            .marks=${known.marks}
            .current=${said?.seq ?? 0}
            .word=${word}
            @sought=${this.sought}
            @tag-corrected=${this.tagged}
            @moment-removed=${(event: CustomEvent<string>) =>
              this.mark("moment", { about: event.detail, value: "removed" })}
          ></replay-transcript>
          ${this.known.ended === null ? nothing : this.scorecard()}
        </div>
        <aside aria-label=${this.say.ending}>
          ${this.moment()} ${this.panels()}
        </aside>
      </div>
      ${this.recording === "there" && !known.running
        ? html`<replay-again
            class="card"
            .texts=${texts}
            .address=${this.api("reanalyses")}
            @go=${this.sought}
          ></replay-again>`
        : nothing}
    `;
  }

  private readonly sought = (event: CustomEvent<number>): void => this.seek(event.detail);

  private readonly tagged = (event: CustomEvent<TagCorrection>): void => {
    const { situation, value } = event.detail;
    this.mark("situation", { about: String(situation.seq), start: situation.start, value });
  };

  private top(): TemplateResult {
    const { agent, customer, running, startedAt } = this.known;
    const who = [customer, agent].filter(Boolean).join(" · ");
    const when = startedAt ? this.texts.moment(new Date(startedAt), new Date()) : "";
    return html`<div class="head">
      <a href=${this.address("calls")}>← ${this.say.back}</a>
      <h1>${who || this.say.heading}</h1>
      <p class="quiet">
        ${[when, this.texts.duration(this.record.duration), running ? this.site.running : ""]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </div>`;
  }

  private controls(): TemplateResult {
    const { say, texts } = this;
    const clock = html`<p class="clock">
      ${texts.clock(this.time)} <span>/ ${texts.clock(this.record.duration)}</span>
    </p>`;
    return html`<div class="controls">
      ${this.recording === "there" ? this.player() : nothing} ${clock}
      <span class="grow"></span>
      <button class="button icon" data-link title=${say.link} @click=${() => this.copy()}>
        ${icons.link(17)}<span>${say.link}</span>
      </button>
      <button
        class="button icon"
        aria-label=${say.help}
        title=${say.help}
        aria-expanded=${this.helpOpen ? "true" : "false"}
        @click=${() => (this.helpOpen = !this.helpOpen)}
      >
        ${icons.keyboard(18)}
      </button>
    </div>
    ${this.recording === "none" || this.recording === "broken"
      ? html`<p class="quiet plain" data-recording=${this.recording}>
          ${this.recording === "none" ? say.noRecording : say.notPlayable}
        </p>`
      : nothing}`;
  }

  private player(): TemplateResult {
    const { say, texts } = this;
    return html`
      <audio
        src=${this.api("recording")}
        preload="metadata"
        @loadedmetadata=${() => this.seek(this.time)}
        @play=${this.started}
        @pause=${this.stopped}
        @ended=${this.stopped}
        @error=${() => (this.recording = "broken")}
      ></audio>
      <button
        class="play"
        aria-label=${this.playing ? say.pause : say.play}
        title=${this.playing ? say.pause : say.play}
        @click=${() => this.toggle()}
      >
        ${this.playing ? icons.pause(22) : icons.play(22)}
      </button>
      <button class="button jump" aria-label=${say.backward} title=${say.backward} @click=${() => this.seek(this.time - 10)}>−10</button>
      <button class="button jump" aria-label=${say.forward} title=${say.forward} @click=${() => this.seek(this.time + 10)}>+10</button>
      <label
        >${say.speed}
        <select @change=${(event: Event) => this.setSpeed(Number((event.target as HTMLSelectElement).value))}>
          ${SPEEDS.map(
            (speed) => html`<option value=${speed} .selected=${speed === this.speed}>
              ${texts.factor(speed)}×
            </option>`,
          )}
        </select></label
      >
      <label
        ><input
          type="checkbox"
          .checked=${this.skipping}
          @change=${(event: Event) => (this.skipping = (event.target as HTMLInputElement).checked)}
        />${say.skip}</label
      >
    `;
  }

  private help(): TemplateResult {
    return html`<section class="card help" aria-label=${this.say.help}>
      <h2>${this.say.help}</h2>
      <ul>
        ${this.say.keys.map(
          ([keys, meaning]) =>
            html`<li>${keys.map((key) => html`<kbd>${key}</kbd>`)} ${meaning}</li>`,
        )}
      </ul>
    </section>`;
  }

  /** What is true at the playhead. */
  private moment(): unknown {
    const tone = latest(this.record.tones, this.time, ({ end }) => end);
    const measured = latest(this.record.mechanics, this.time, ({ position }) => position / SAMPLE_RATE);
    return guard([this.texts, tone, measured, this.known.marks, this.known.notes], () => {
      const { say, texts } = this;
      const toneless = tonelessNote(this.known);
      const why = toneless ? (texts.say.trouble.notes[toneless.code] ?? texts.say.tone.noneExplained) : say.noTone;
      return html`<section class="card" data-moment>
        <h2>${say.moment}</h2>
        ${tone ? this.tone(tone) : html`<p class="quiet">${why}</p>`}
        ${measured
          ? html`<dl>
              <dt>${say.talk}</dt>
              <dd>${texts.percent(measured.talk_ratio)}</dd>
              <dt>${say.pace}</dt>
              <dd>${say.both(this.pace(measured.pace["agent"]), this.pace(measured.pace["caller"]))}</dd>
              <dt>${say.interruptions}</dt>
              <dd>
                ${say.both(
                  texts.integer(measured.overtalk["agent"] ?? 0),
                  texts.integer(measured.overtalk["caller"] ?? 0),
                )}
              </dd>
              <dt>${say.silence}</dt>
              <dd>${texts.duration(measured.dead_air_total)}</dd>
            </dl>`
          : nothing}
      </section>`;
    });
  }

  private pace(words: number | undefined): string {
    return words === undefined ? "—" : this.texts.integer(words);
  }

  private tone(tone: Tone): TemplateResult {
    const { known, say, texts } = this;
    const about = String(tone.seq);
    const mine = markOf(known.marks, "tone", about);
    const label = valueOf(known.marks, "tone", about, tone.label) as ToneLabel;
    const chosen = (event: Event): void => {
      const { value } = event.target as HTMLSelectElement;
      this.mark("tone", { about, start: tone.end, value });
    };
    return html`<p class="state tone ${label}" data-tone=${label}>
        ${toneIcon(label, 26)}${texts.label(label)}
      </p>
      <p class="quiet">
        ${mine
          ? `${say.corrected} · ${texts.label(tone.label)}`
          : tone.label === "unsure"
            ? texts.say.tone.unsureExplained
            : texts.certainty(tone.confidence)}
      </p>
      ${tone.reasons.length > 0
        ? html`<ul class="reasons" lang=${known.language || nothing}>
            ${tone.reasons.map((reason) => html`<li>${reason}</li>`)}
          </ul>`
        : nothing}
      <dl>
        <dt><label for="tone">${say.reallyWas}</label></dt>
        <dd>
          <select id="tone" class=${mine ? "mine" : ""} @change=${chosen}>
            ${TONES.map(
              (name) => html`<option value=${name} .selected=${name === label}>
                ${texts.label(name)}
              </option>`,
            )}
          </select>
        </dd>
      </dl>`;
  }

  private panels(): unknown {
    return guard([this.texts, this.known, Math.floor(this.time)], () => [
      this.ending(),
      this.steps(),
      this.promises(),
      this.notes(),
    ]);
  }

  private ending(): TemplateResult {
    const { known, say, texts } = this;
    const { ended } = texts.say;
    const topics: Readonly<Record<string, string>> = ended.topics;
    const outcome = valueOf(known.marks, "outcome", "", known.ended?.outcome ?? "");
    const topic = valueOf(known.marks, "topic", "", known.ended?.topic ?? "");
    const outcomes = OUTCOMES.map((name) => [name, ended.outcomes[name]] as const);
    const named = Object.entries(topics).sort(([, one], [, other]) =>
      one.localeCompare(other, texts.language),
    );
    const over = known.ended !== null;
    return html`<section class="card" data-ending>
      <h2>${say.ending}</h2>
      <dl>
        ${over
          ? html`<dt><label for="outcome">${ended.outcome}</label></dt>
              <dd>${this.choice("outcome", outcome, outcomes)}</dd>
              <dt><label for="topic">${ended.topic}</label></dt>
              <dd>${this.choice("topic", topic, named)}</dd>`
          : nothing}
      </dl>
      <p class="quiet told">
        ${over ? (ended.reasons[known.ended?.reason ?? ""] ?? ended.reasonOther) : this.site.running}
      </p>
      ${known.ended?.summary
        ? html`<p class="told" lang=${known.language || nothing}>${known.ended.summary}</p>`
        : nothing}
      ${known.written
        ? html`<div class="written">
            <p class="told" lang=${known.language || nothing}>${known.written.text}</p>
            <p class="machine" title=${known.written.model}>${icons.machine(16)}${texts.say.byMachine}</p>
          </div>`
        : nothing}
    </section>`;
  }

  private choice(
    kind: "outcome" | "topic",
    value: string,
    choices: readonly (readonly [string, string])[],
  ): TemplateResult {
    const chosen = (event: Event): void =>
      this.mark(kind, { value: (event.target as HTMLSelectElement).value });
    return html`<select
      id=${kind}
      class=${markOf(this.known.marks, kind) ? "mine" : ""}
      @change=${chosen}
    >
      ${choices.some(([id]) => id === value)
        ? nothing
        : html`<option value="" disabled selected>${this.texts.say.ended.unclear}</option>`}
      ${choices.map(([id, name]) => html`<option value=${id} .selected=${id === value}>${name}</option>`)}
    </select>`;
  }

  private steps(): TemplateResult | typeof nothing {
    const { checklist, language } = this.known;
    if (checklist.length === 0) return nothing;
    const { progress } = this.texts.say;
    return html`<section class="card" data-steps>
      <h2>${this.say.checklist}</h2>
      <ul class="steps">
        ${checklist.map(
          ({ done, quote, start, text }) => html`<li class=${done ? "done" : ""}>
            ${done ? icons.ticked(18) : icons.ring(18)}
            <span
              ><span lang=${language || nothing}>${text}</span>
              <span class="unseen">${done ? progress.done : progress.open}</span>
              ${done
                ? html`<button class="go" title=${quote} @click=${() => this.seek(start)}>
                    ${this.texts.clock(start)}
                  </button>`
                : nothing}</span
            >
          </li>`,
        )}
      </ul>
    </section>`;
  }

  private promises(): TemplateResult | typeof nothing {
    const { language, promises, startedAt } = this.known;
    if (promises.length === 0) return nothing;
    return html`<section class="card" data-promises>
      <promise-list
        .heading=${this.say.promises}
        .texts=${this.texts}
        .promises=${promises}
        .spoken=${language}
        .startedAt=${startedAt}
        .today=${new Date()}
      ></promise-list>
    </section>`;
  }

  private notes(): TemplateResult {
    const { known, say, texts } = this;
    const agents = markOf(known.marks, "note")?.text ?? "";
    const save = (event: Event): void => {
      event.preventDefault();
      const text = this.note?.value.trim() ?? "";
      if (!text || !this.note) return;
      this.mark("moment", { value: "set", text });
      this.note.value = "";
    };
    const keyed = (event: KeyboardEvent): void => {
      if (event.key === "Escape") this.note?.blur();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save(event);
    };
    return html`<section class="card" data-notes>
      <h2>${say.notes}</h2>
      <form class="noting" @submit=${save} @keydown=${keyed}>
        <label for="note">${say.noteAt(texts.clock(this.time))}</label>
        <textarea id="note" maxlength="10000"></textarea>
        <button class="button">${say.save}</button>
      </form>
      ${this.noted()}
      ${agents
        ? html`<p class="agents"><b class="eyebrow">${say.agentsNote}</b><br />${agents}</p>`
        : nothing}
    </section>`;
  }

  private scorecard(): TemplateResult {
    return html`<section class="card" aria-label=${this.say.scorecard}>
      <scorecard-panel
        .texts=${this.texts}
        .api=${this.address("api/")}
        .call=${this.callId}
        @sought=${this.sought}
      ></scorecard-panel>
    </section>`;
  }

  private noted(): TemplateResult | typeof nothing {
    const set = moments(this.known.marks).filter(({ text }) => text !== "");
    if (set.length === 0) return nothing;
    return html`<ul class="steps told">
      ${set.map(
        ({ start, text }) => html`<li>
          <button class="go" @click=${() => this.seek(start)}>${this.texts.clock(start)}</button>
          <span>${text}</span>
        </li>`,
      )}
    </ul>`;
  }
}
