// Awake only for moments: opens the panel, gets hold of a tab's sound, shows the badge. What has
// to last is in the offscreen document and in the session's storage.

import { isIdle, isListening, type Recording } from "../src/capture/recorder.ts";
import {
  loadSession,
  loadSettings,
  saveSession,
  type StartAnswer,
  type ToBackground,
  type ToOffscreen,
} from "./settings.ts";

const OFFSCREEN = "offscreen.html";

// The click gives the right to hear this tab, until it goes to another page.
chrome.action.onClicked.addListener((tab) => {
  // Nothing may be awaited before this: a panel opens in the moment of the click only.
  void chrome.sidePanel.open({ windowId: tab.windowId });
  if (tab.id !== undefined) void saveSession({ tab: { id: tab.id, title: tab.title ?? "" } });
});

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === chrome.runtime.OnInstalledReason.INSTALL) void chrome.runtime.openOptionsPage();
});

chrome.runtime.onMessage.addListener((message: ToBackground, sender, answer) => {
  if (message.to !== "background" || sender.id !== chrome.runtime.id) return false;
  void handle(message).then(answer);
  return true; // the answer comes later
});

async function handle(message: ToBackground): Promise<StartAnswer> {
  switch (message.type) {
    case "start":
      return start();
    case "opened":
      return forgetTheDead();
    case "recording":
      return show(message.recording);
  }
}

async function start(): Promise<StartAnswer> {
  const { tab } = await loadSession();
  if (!tab) return { code: "not_invoked", sentence: "" };
  let streamId: string;
  try {
    streamId = await chrome.tabCapture.getMediaStreamId({ targetTabId: tab.id });
  } catch (error) {
    return { code: "not_invoked", sentence: (error as Error).message };
  }
  if (!(await isThere())) {
    await chrome.offscreen.createDocument({
      url: OFFSCREEN,
      reasons: [chrome.offscreen.Reason.USER_MEDIA],
      justification: "Hears the call in the tab and the agent's microphone.",
    });
  }
  const settings = await loadSettings();
  const message: ToOffscreen = { to: "offscreen", type: "start", streamId, settings };
  await chrome.runtime.sendMessage(message);
  return null;
}

async function show(recording: Recording): Promise<null> {
  await saveSession({ recording });
  const listening = isListening(recording);
  await chrome.action.setBadgeBackgroundColor({ color: "#a8321f" });
  await chrome.action.setBadgeTextColor({ color: "#ffffff" });
  await chrome.action.setBadgeText({ text: listening ? "●" : "" });
  if (isIdle(recording) && (await isThere())) await chrome.offscreen.closeDocument();
  return null;
}

/** A recording whose document is gone, as after a crash, is over. */
async function forgetTheDead(): Promise<null> {
  const { recording } = await loadSession();
  if (isIdle(recording) || (await isThere())) return null;
  return show({ ...recording, phase: "ended" });
}

async function isThere(): Promise<boolean> {
  const contexts = await chrome.runtime.getContexts({
    contextTypes: [chrome.runtime.ContextType.OFFSCREEN_DOCUMENT],
  });
  return contexts.length > 0;
}
