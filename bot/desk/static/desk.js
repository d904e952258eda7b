// Keeps an open page true: the queue's lines, and an alarm until somebody has acknowledged.  Everything works without it.
"use strict";

const live = document.getElementById("live");
const board = () => document.getElementById("board");
const AGAIN = 8000; // milliseconds between two sounds

let audio = null;
let ringing = new Set();
let timer = null;
let mute = () => false; // of several pages not all need to sound

function beep() {
  if (!audio || mute()) return;
  if (audio.state !== "running") audio.resume();
  for (const [start, pitch] of [[0, 880], [0.25, 660], [0.5, 880]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.value = 0.25;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.2);
  }
}

function notify(reference, exercise) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  new Notification((exercise ? live.dataset.exercise : live.dataset.alarm).replace("REF", reference), { tag: reference, requireInteraction: true });
}

function alarm(references, exercises) {
  const fresh = references.filter((reference) => !ringing.has(reference));
  ringing = new Set(references);
  fresh.forEach((reference) => notify(reference, exercises.includes(reference)));
  if (fresh.length) beep();
  if (fresh.length && live) tell((exercises.includes(fresh[0]) ? live.dataset.exercise : live.dataset.alarm).replace("REF", fresh[0]));
  document.title = (ringing.size ? `(${ringing.size}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  if (ringing.size && !timer) timer = setInterval(beep, AGAIN);
  if (!ringing.size && timer) { clearInterval(timer); timer = null; }
}

async function refresh() {
  const answer = await fetch("/queue/lines", { headers: { "X-Asked-By": "page" } });
  if (!answer.ok) return;
  const focused = document.activeElement && document.activeElement.getAttribute("href");
  document.getElementById("queue").innerHTML = await answer.text();
  if (focused) document.querySelector(`#queue a[href="${CSS.escape(focused)}"]`)?.focus();
}

function tell(sentence) {
  live.textContent = sentence;
  live.hidden = !sentence;
}

function listen(seen, changed, ended) {
  const source = new EventSource(`/events?seen=${encodeURIComponent(seen)}`);
  source.addEventListener("open", () => live && tell(""));
  source.addEventListener("queue", (event) => changed(JSON.parse(event.data)));
  source.addEventListener("ended", () => { source.close(); ended(); });
  source.addEventListener("error", () => {
    if (!live) return; // it tries again by itself
    if (source.readyState === EventSource.CLOSED) { ended(); return; }
    tell(live.dataset.lost);
  });
  return source;
}

function hearing() {
  audio = audio || new AudioContext();
  audio.addEventListener("statechange", sayWhetherHeard);
  audio.resume();
  // Where the browser wants a click first, the first one anywhere turns it on.
  document.addEventListener("pointerdown", () => audio.resume());
  document.addEventListener("keydown", () => audio.resume());
  sayWhetherHeard();
}

function sayWhetherHeard() {
  const heard = audio.state === "running";
  if (heard && ringing.size) beep();
  if (!document.getElementById("signals")) return;
  document.getElementById("silent").hidden = heard;
  document.getElementById("sound").hidden = heard;
  document.getElementById("sounding").hidden = !heard;
}

function watchQueue() {
  const signals = document.getElementById("signals");
  const sound = document.getElementById("sound");
  signals.hidden = false;
  sound.addEventListener("click", () => {
    hearing();
    localStorage.setItem("sound", "on");
    if ("Notification" in window) Notification.requestPermission();
  });
  // Who has once turned it on gets it back with the page.
  if (localStorage.getItem("sound") === "on") hearing();
  const listed = (name) => board().dataset[name].split(" ").filter(Boolean);
  alarm(listed("ringing"), listed("exercises"));
  listen(board().dataset.version,
    async (event) => {
      alarm(event.ringing, event.exercises); // at once; the lines may take a moment when many pages are open
      await new Promise((done) => setTimeout(done, Math.random() * event.spread));
      await refresh();
      tell("");
    },
    () => { tell(live.dataset.ended); beep(); });
}

if (live && board()) watchQueue();
