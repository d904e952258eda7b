// What is heard: an alarm until somebody has acknowledged, softer tones for the rest.  Nothing in here may stop what comes after it.
"use strict";

const AGAIN = 8000; // milliseconds between two alarms
// When each tone begins, in seconds, and its pitch.
const ALARM = [[0, 880], [0.25, 660], [0.5, 880]];
const DEAF = [[0, 440], [0.25, 330], [0.5, 220]]; // no alarm is heard here any more
const SOFT = [[0, 523], [0.3, 659]];
const LOUD = 0.25;
const QUIET = 0.08;
const TOGETHER = 3000; // milliseconds within which one soft tone is enough

let audio = null;
let ringing = new Set();
let timer = null;
let owed = null; // what could not be heard when it was due
let lastSoft = 0;
let mute = () => false; // of several pages not all need to sound
let heardChanges = () => {}; // told when this page is heard, or is not any more

function sounds() {
  return audio !== null && audio.state === "running";
}

function play(tones, loudness) {
  try {
    if (!audio || mute()) return;
    if (!sounds()) { owed = [tones, loudness]; audio.resume().catch(() => {}); return; }
    for (const [start, pitch] of tones) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.value = loudness;
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + start);
      tone.stop(audio.currentTime + start + 0.2);
    }
  } catch (error) {
    console.warn(error);
  }
}

function soft() {
  if (Date.now() - lastSoft < TOGETHER) return;
  lastSoft = Date.now();
  play(SOFT, QUIET);
}

// How many ring, and a dot for what is new, until somebody is here.
let marked = false;
function entitle() {
  const bare = document.title.replace(/^(\(\d+\) )?(• )?/, "");
  document.title = (ringing.size ? `(${ringing.size}) ` : "") + (marked ? "• " : "") + bare;
}

function mark(is) {
  if (marked === is) return;
  marked = is;
  entitle();
}

// The sound is first: whatever may fail comes after it.
function alarm(references, exercises) {
  const fresh = references.filter((reference) => !ringing.has(reference));
  const over = [...ringing].filter((reference) => !references.includes(reference));
  ringing = new Set(references);
  if (fresh.length) play(ALARM, LOUD);
  if (ringing.size && !timer) timer = setInterval(() => play(ALARM, LOUD), AGAIN);
  if (!ringing.size && timer) { clearInterval(timer); timer = null; }
  entitle();
  fresh.forEach((reference) => notify(reference, exercises.includes(reference)));
  if (over.length) unnotify(over);
}

function hearing() {
  try {
    audio ||= new AudioContext();
    audio.onstatechange = soundChanges;
    audio.resume().catch(() => {});
  } catch (error) {
    console.warn(error);
  }
  heardChanges();
}

function soundChanges() {
  if (sounds() && (ringing.size || owed)) play(...(ringing.size ? [ALARM, LOUD] : owed));
  if (sounds()) owed = null;
  heardChanges();
}

// Storage may be shut.
function wanted() {
  try { return localStorage.getItem("sound") === "on"; } catch { return false; }
}

function want() {
  try { localStorage.setItem("sound", "on"); } catch { /* it is asked again on the next page */ }
}

// Where the browser wants a click first, the first one anywhere turns it on, for whoever has turned it on once; and somebody is here.
for (const act of ["pointerdown", "keydown"]) {
  document.addEventListener(act, () => {
    mark(false);
    if (audio && !sounds()) audio.resume().catch(() => {});
  });
}
