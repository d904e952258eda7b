// An alarm is heard on every page, not on the queue's alone.  Everything works without it.
"use strict";

const bell = document.getElementById("bell");
// A browser opens six connections to one place: of all such pages one listens, and tells the others.
const others = bell && new BroadcastChannel("bell");
let leads = false;
let lastHeard = null;

function rings(event) {
  if (!bell) return;
  alarm(event.ringing, event.exercises);
  bell.hidden = !event.ringing.length;
  if (bell.hidden) return;
  const first = event.ringing[0];
  const said = event.exercises.includes(first) ? bell.dataset.exercise : bell.dataset.alarm;
  const more = event.ringing.length > 1 ? ` (+${event.ringing.length - 1})` : "";
  show(said.replace("REF", first) + more, `/conversation/${first}`);
}

function show(sentence, address) {
  const link = bell.querySelector("a");
  link.textContent = sentence;
  link.href = address;
  bell.hidden = false;
}

function hear(event) {
  if (!event.ended) { rings(event); return; }
  alarm([], []);
  show(bell.dataset.ended, "/");
}

function tellAll(event) {
  lastHeard = event;
  others.postMessage(event);
  hear(event);
}

function lead() {
  leads = true;
  listen("", tellAll, () => tellAll({ ended: true }));
  return new Promise(() => {}); // until the page is left; then another one leads
}

if (bell) {
  mute = () => document.hidden && !leads;
  if (localStorage.getItem("sound") === "on") hearing();
  others.addEventListener("message", ({ data }) => {
    if (data !== "ask") hear(data);
    else if (leads && lastHeard) others.postMessage(lastHeard);
  });
  others.postMessage("ask");
  if (navigator.locks) navigator.locks.request("bell", lead); else lead();
}
