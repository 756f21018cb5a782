import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { newMark, whispers } from "../../call/marks.ts";
import {
  NO_CALL,
  currentSuggestion,
  elapsed,
  phase,
  reduce,
  toneIsStale,
  tonelessNote,
  type CallState,
} from "../../call/state.ts";
import { EventStream, type Connection } from "../../call/stream.ts";
import "../../elements/call-transcript.ts";
import "../../elements/tone-panel.ts";
import type { ServerMessage } from "../../events.ts";
import { icons } from "../../style/icons.ts";
import { shared } from "../../style/shared.ts";
import { Texts } from "../../texts/texts.ts";
import { site } from "../style.ts";
import { siteTexts } from "../texts.ts";
import { LiveSound, type Sound } from "./live-sound.ts";
import { wallTexts } from "./texts.ts";

/**
 * A running call as its agent sees it, for a supervisor to read along and to write to the agent.
 * It fires `closed`.
 */
@customElement("call-watch")
export class CallWatch extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property() call = "";
  /** The address of a stream of events, without the call. */
  @property() stream = "";
  /** The address of the call's replay, and of its recording. */
  @property() replay = "";
  @property() recording = "";
  @state() private sound: Sound = "off";
  @state() private known: CallState = NO_CALL;
  @state() private connection: Connection = "connecting";
  @state() private now = performance.now();
  @query("h2") private name!: HTMLElement;
  @query("textarea") private field!: HTMLTextAreaElement;

  private listening: LiveSound | null = null;
  private events: EventStream | null = null;
  private latest = NO_CALL;
  private frame = 0;
  private ticking: ReturnType<typeof setInterval> | undefined;

  static override styles = [
    shared,
    site,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: none;
        container-type: inline-size;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        padding-bottom: 0.625rem;
      }
      .head h2 {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .head h2:focus {
        outline: none;
      }
      .icon {
        display: grid;
        place-items: center;
        width: 2rem;
        height: 2rem;
        border-radius: 0.5rem;
        color: var(--soft);
      }
      .icon:hover {
        background: var(--raised);
        color: var(--ink);
      }
      .more {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 0.875rem;
        font-size: var(--small);
        color: var(--soft);
        padding-bottom: 0.625rem;
      }
      .more a {
        font-weight: 600;
      }
      .hearing {
        display: flex;
        align-items: center;
        gap: 0.625rem;
        padding-bottom: 0.625rem;
      }
      .hearing .button {
        min-height: 2rem;
      }
      tone-panel {
        padding: 0;
      }
      .suggested {
        margin-top: 0.625rem;
        padding: 0.5rem 0.75rem;
        border: 1px solid light-dark(rgb(23 90 99 / 22%), rgb(132 208 214 / 26%));
        border-radius: var(--radius);
        font-size: 0.875rem;
        line-height: 1.4;
      }
      call-transcript {
        flex: 1 1 16rem;
        min-height: 14rem;
        margin: 0 -1rem;
      }
      form {
        display: grid;
        gap: 0.375rem;
        padding-top: 0.75rem;
        border-top: 1px solid var(--line);
      }
      .write {
        display: flex;
        gap: 0.5rem;
        align-items: end;
      }
      .write textarea {
        flex: 1;
        min-height: 2.25rem;
        max-height: 8rem;
      }
      .told {
        display: grid;
        gap: 0.25rem;
        font-size: var(--small);
      }
      .told li {
        display: flex;
        gap: 0.375rem;
        align-items: baseline;
        overflow-wrap: anywhere;
      }
      .told .state {
        flex: none;
        margin-left: auto;
        color: var(--soft);
        font-weight: 600;
      }
      .told .seen {
        color: var(--happy);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticking = setInterval(() => (this.now = performance.now()), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.events?.stop();
    this.hush();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    clearInterval(this.ticking);
  }

  /** The reader comes here from the list. */
  override focus(): void {
    void this.updateComplete.then(() => this.name.focus());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("call")) this.follow();
  }

  private follow(): void {
    this.events?.stop();
    this.hush();
    this.latest = NO_CALL;
    this.known = NO_CALL;
    this.events = new EventStream({
      url: `${this.stream}?call=${encodeURIComponent(this.call)}`,
      onMessage: (message) => this.receive(message),
      onConnection: (connection) => (this.connection = connection),
    });
    this.events.start();
  }

  private readonly listen = (): void => {
    if (this.listening) return this.hush();
    this.listening = new LiveSound(this.recording, (sound) => (this.sound = sound));
    void this.listening.start();
  };

  private hush(): void {
    this.listening?.stop();
    this.listening = null;
    this.sound = "off";
  }

  private receive(message: ServerMessage): void {
    this.latest = reduce(this.latest, message, performance.now());
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.known = this.latest;
    });
  }

  override render(): TemplateResult {
    const { known, now, texts } = this;
    const say = wallTexts(texts.language);
    const over = phase(known) === "ended";
    const suggestion = currentSuggestion(known, elapsed(known, now));
    const who = [known.agent, known.customer].filter(Boolean).join(" · ");
    return html`
      <div class="head">
        <h2 tabindex="-1">${who || say.call}</h2>
        <button class="icon" aria-label=${say.close} title="${say.close} (Esc)" @click=${this.close}>
          ${icons.cross(18)}
        </button>
      </div>
      <p class="more">
        <span class="number">${texts.clock(elapsed(known, now))}</span>
        ${known.stage && !over ? html`<span>${texts.say.progress.phases[known.stage]}</span>` : nothing}
        ${over ? html`<span>${say.over}</span>` : nothing}
        <a href=${this.replay}>${say.whole}</a>
      </p>
      ${over ? nothing : this.hearing()}
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
      ${suggestion
        ? html`<p class="suggested">
            <span class="quiet">${say.suggested}:</span>
            <q lang=${suggestion.language}>${suggestion.say}</q>
          </p>`
        : nothing}
      <call-transcript
        .texts=${this.watching}
        .lines=${known.lines}
        .partials=${known.partials}
        .spoken=${known.language}
        .shortcuts=${false}
      ></call-transcript>
      ${this.words()}
    `;
  }

  private hearing(): TemplateResult {
    const { sound } = this;
    const say = wallTexts(this.texts.language);
    const on = sound === "on" || sound === "asked";
    return html`<p class="hearing" data-sound=${sound}>
      <button class="button" aria-pressed=${on ? "true" : "false"} @click=${this.listen}>
        ${on ? icons.pause(16) : icons.voice(16)}${on ? say.hush : say.listen}
      </button>
      <span class="quiet" role="status">${say.sounds[sound]}</span>
    </p>`;
  }

  /** The agent is not the reader: the sentences that say “you” say “agent”. */
  private get watching(): Texts {
    const { language, locale, say } = this.texts;
    const known = watchers.get(this.texts);
    if (known) return known;
    const { agent, caller } = siteTexts(language);
    const transcript = { ...say.transcript, roles: { ...say.transcript.roles, agent, caller } };
    const trouble = { ...say.trouble, sound: wallTexts(language).sound };
    const made = new Texts(language, locale, { ...say, transcript, trouble });
    watchers.set(this.texts, made);
    return made;
  }

  private words(): TemplateResult | typeof nothing {
    const { known } = this;
    const say = wallTexts(this.texts.language);
    const told = whispers(known.marks);
    const list =
      told.length > 0
        ? html`<ul class="told" aria-label=${say.whisper}>
            ${told.map(
              ({ start, text, value }) => html`<li data-whisper=${value}>
                <span class="number">${this.texts.clock(start)}</span><span>${text}</span>
                <span class="state ${value}">${value === "seen" ? say.seen : say.sent}</span>
              </li>`,
            )}
          </ul>`
        : nothing;
    if (phase(known) !== "live") return list;
    const keyed = (event: KeyboardEvent): void => {
      event.stopPropagation(); // Escape leaves the field first
      if (event.key === "Escape") this.field.blur();
      else if (event.key === "Enter" && !event.shiftKey) this.send(event);
    };
    return html`<form @submit=${this.send}>
      <label for="words">${say.whisper}</label>
      <p class="quiet" id="who">${say.whisperTo(known.agent)}</p>
      <div class="write">
        <textarea id="words" rows="1" maxlength="1000" aria-describedby="who" @keydown=${keyed}></textarea>
        <button class="button primary">${say.send}</button>
      </div>
      ${list}
    </form>`;
  }

  private readonly send = (event: Event): void => {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    const start = Math.round(elapsed(this.latest, performance.now()) * 1000) / 1000;
    const mark = newMark(this.call, "whisper", { value: "sent", text, start });
    this.events?.send(mark);
    this.receive(mark);
    this.field.value = "";
  };

  private readonly close = (): void => {
    this.dispatchEvent(new CustomEvent("closed"));
  };
}

/** One for each language the page has spoken, so that what is drawn stays drawn. */
const watchers = new WeakMap<Texts, Texts>();
