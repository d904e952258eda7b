// An alarm is heard on every page, and where it is not, the page says so.  Everything else works without it.
"use strict";

const bell = document.getElementById("bell");
const told = document.getElementById("heard");
const openCase = document.getElementById("case")?.dataset.reference;
const part = (name) => document.getElementById(`heard-${name}`);
// A browser opens six connections to one place: of all such pages one listens, and tells the others.
const others = told && new BroadcastChannel("bell");

let line = null; // this page's own connection, while it leads
let waits = false; // to lead
let lastWord = Date.now(); // of whoever leads
let theySound = false;
let lease = null; // which of this page's own requests leads
let known = null; // what the desk has said of the queue
let news = null; // and of what is one's own
let queueChanges = () => {}; // the queue's page has more to do
const now = { settled: !wanted(), lost: false, deaf: false, ended: false, fades: "" };

// What this page shows anyway is not told once more; whoever waits longest is first.
function ring() {
  const shown = (document.getElementById("board")?.dataset.ringing || "").split(" ");
  const rings = known ? known.ringing.filter((reference) => reference !== openCase && !shown.includes(reference)) : [];
  bell.hidden = !rings.length;
  if (bell.hidden) return;
  const said = known.exercises.includes(rings[0]) ? bell.dataset.exercise : bell.dataset.alarm;
  const link = bell.querySelector("a");
  const sentence = said.replace("REF", rings[0]) + (rings.length > 1 ? ` (+${rings.length - 1})` : "");
  if (link.textContent !== sentence) link.textContent = sentence;
  link.href = rings.length > 1 ? "/" : `/conversation/${rings[0]}`;
}

function show() {
  const shown = {
    ended: now.ended,
    lost: now.lost && !now.ended,
    idle: now.fades === "idle" && !now.ended,
    old: now.fades === "old" && !now.ended,
    silent: now.settled && !sounds() && !now.ended,
  };
  for (const [name, is] of Object.entries(shown)) if (part(name).hidden === is) part(name).hidden = !is;
}

function tell(kind, reference) {
  soft();
  mark(true);
  if (reference === openCase) return;
  const link = part("news").querySelector("a");
  link.textContent = told.dataset[kind].replace("REF", reference);
  link.href = `/conversation/${reference}`;
  part("news").hidden = false;
}

function grown(after, before) {
  return Object.keys(after).find((reference) => after[reference] > (before[reference] ?? 0));
}

function hearNews(fresh) {
  const before = news;
  news = fresh;
  if (!before) return;
  const written = grown(fresh.words, { ...fresh.words, ...before.words }); // one that was just taken is none
  const offered = fresh.offers.find((reference) => !before.offers.includes(reference));
  const failed = grown(fresh.failed, before.failed);
  for (const [kind, reference] of [["words", written], ["offer", offered], ["failed", failed]]) if (reference) tell(kind, reference);
}

const HEARS = {
  queue(said) {
    known = said;
    alarm(said.ringing, said.exercises); // at once; what is fetched may take a moment when many pages are open
    ring();
    queueChanges();
  },
  news: hearNews,
  alive(said) {
    if (said.fades === "idle" && now.fades !== "idle") soft();
    now.fades = said.fades;
  },
  lost({ deaf }) {
    if (deaf && !now.deaf) play(DEAF, LOUD);
    now.lost = true;
    now.deaf ||= deaf;
  },
  ended() {
    if (!now.ended) play(DEAF, LOUD);
    alarm([], []);
    known = null;
    now.ended = true;
    ring();
  },
};

function hear(name, data) {
  if (name !== "lost" && name !== "ended") now.lost = now.deaf = now.ended = false;
  HEARS[name]?.(data);
  show();
}

function tellAll(name, data) {
  others.postMessage({ name, data, sounds: sounds() });
  hear(name, data);
}

function start() {
  line ||= listen(() => `/events?seen=${known?.version || ""}`, tellAll);
}

function follow() {
  line?.stop();
  line = null;
  lastWord = Date.now();
}

// `steal`: from whoever leads; a page that is looked at knows best whether it hears, and one that is dead must not keep the lead.
function lead(steal) {
  if (line || (waits && !steal)) return;
  if (!navigator.locks) { start(); return; }
  waits ||= !steal;
  let own = null;
  navigator.locks.request("bell", { steal }, () => {
    own = lease = {};
    if (!steal) waits = false;
    start();
    return new Promise(() => {}); // until the page is left, or another one takes the lead
  }).catch((error) => {
    if (error.name !== "AbortError") { start(); return; }
    if (own !== lease) return; // it was this page itself
    follow();
    lead(false);
  });
}

function watchLeader() {
  if (line || Date.now() - lastWord < SILENT) return;
  lastWord = Date.now();
  hear("lost", { deaf: true });
  lead(true);
}

async function stay(event) {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target));
  const answer = await fetch("/still", { method: "POST", body }).catch(() => null);
  if (answer?.status !== 204) return;
  now.fades = "";
  show();
}

if (told) {
  mute = () => document.hidden && !line && theySound;
  heardChanges = show;
  if (wanted()) hearing();
  setTimeout(() => { now.settled = true; show(); }, 1000); // a browser that lets it sound does so at once
  show();
  if (openCase) part("ended").querySelector("a").href = `/conversation/${openCase}`;
  part("silent").querySelector("button").addEventListener("click", () => { hearing(); want(); askLeave(); });
  part("idle").querySelector("form").addEventListener("submit", stay);
  part("news").querySelector("a").addEventListener("click", () => { part("news").hidden = true; });
  others.addEventListener("message", ({ data }) => {
    if (line) {
      if (data === "ask" && known) others.postMessage({ name: "queue", data: known, sounds: sounds() });
      return;
    }
    if (data === "ask") return;
    lastWord = Date.now();
    theySound = data.sounds;
    hear(data.name, data.data);
  });
  others.postMessage("ask");
  lead(!document.hidden);
  setInterval(watchLeader, LOOK);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { mark(false); lead(true); } });
}
