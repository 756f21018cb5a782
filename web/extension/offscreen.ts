// Listens as long as the call lasts: the tab is the caller, the microphone is the agent.

import { Recorder, isIdle, openMicrophone } from "../src/capture/recorder.ts";
import { LEVELS, type Settings, type ToBackground, type ToOffscreen } from "./settings.ts";

/** What plays the caller to the agent; held here, because a context that nobody holds falls silent. */
let ear: AudioContext | null = null;

const levels = new BroadcastChannel(LEVELS);
const recorder = new Recorder(
  (recording) => {
    if (isIdle(recording)) void closeEar();
    const message: ToBackground = { to: "background", type: "recording", recording };
    void chrome.runtime.sendMessage(message);
  },
  (peaks) => levels.postMessage(peaks),
);

chrome.runtime.onMessage.addListener((message: ToOffscreen, sender) => {
  if (message.to !== "offscreen" || sender.id !== chrome.runtime.id) return;
  if (message.type === "stop") recorder.stop();
  else start(message.streamId, message.settings);
});

function start(streamId: string, { server, session, agent, consent }: Settings): void {
  void recorder.start({
    server,
    token: session,
    worklet: "worklet.js",
    prefix: "tab",
    roles: ["agent", "caller"],
    // The caller is played by this browser, which so can take it out of the microphone.
    streams: async () => [await openMicrophone({ echoCancellation: true }), await openTab(streamId)],
    language: "auto",
    agent,
    consent,
  });
}

/** The sound of a tab. Listening takes it away from the agent, so it is played here. */
async function openTab(streamId: string): Promise<MediaStream> {
  // Chrome's own constraints, which the types of the web don't have.
  const source = { mandatory: { chromeMediaSource: "tab", chromeMediaSourceId: streamId } };
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: source,
  } as unknown as MediaStreamConstraints);
  ear = new AudioContext();
  ear.createMediaStreamSource(stream).connect(ear.destination);
  await ear.resume();
  return stream;
}

async function closeEar(): Promise<void> {
  await ear?.close();
  ear = null;
}
