// Keeps an open case true without touching what is being typed; a few keys.  Everything works without it.
"use strict";

const page = document.getElementById("case");
const box = document.getElementById("text");
const announced = document.getElementById("announce");
const mayChange = document.getElementById("news");
const down = document.getElementById("down");
const TYPING = 5000; // milliseconds between two words to the messenger that somebody is writing

function announce(sentence) {
  announced.textContent = "";
  announced.textContent = sentence;
}

let pointed = null;
const seen = new IntersectionObserver((lines) => { if (lines.some((line) => line.isIntersecting)) unpoint(); });

function unpoint() {
  seen.disconnect();
  pointed = null;
  down.hidden = true;
}

// Leads to what is new and out of sight, and moves nobody by itself.
function point(line, sentence) {
  soft();
  mark(true);
  if (pointed?.isConnected) return;
  const place = line.getBoundingClientRect();
  if (place.bottom > 0 && place.top < innerHeight) return;
  pointed = line;
  down.textContent = sentence;
  down.hidden = false;
  seen.observe(line);
}

function jump() {
  const line = pointed;
  unpoint();
  if (!line) return;
  line.tabIndex = -1;
  line.scrollIntoView({ block: "center" });
  line.focus({ preventScroll: true });
}

const here = (line) => document.getElementById(line.id);
const lines = (fresh, of) => [...fresh.querySelectorAll(`#thread > ${of}`)];

async function renew() {
  const fresh = await fetched(`/conversation/${page.dataset.reference}/live`, "case-now");
  const shown = document.getElementById("case-now");
  if (!fresh || !shown) { mayChange.hidden = false; return; }
  if (fresh.dataset.may !== shown.dataset.may) mayChange.hidden = false;
  const written = lines(fresh, ".defender").filter((line) => !here(line)).map(({ id }) => id);
  const failed = lines(fresh, ".officer:has(.given_up)").filter((line) => here(line) && !here(line).querySelector(".given_up")).map(({ id }) => id);
  merge(shown, fresh);
  const now = (ids) => ids.map((id) => document.getElementById(id));
  const words = now(written).map((line) => line.querySelector(".words")?.textContent || "").join(" ");
  announce(written.length ? `${announced.dataset.new} ${words}` : announced.dataset.changed);
  if (written.length) point(now(written)[0], down.dataset.words);
  else if (failed.length) point(now(failed)[0], down.dataset.failed);
}

// Nobody is told of it, and nothing is read anew: how long ago things were.
async function renewAges() {
  const fresh = await fetched(`/conversation/${page.dataset.reference}/ages`);
  for (const each of fresh?.querySelectorAll("[id]") || []) if (here(each)) merge(here(each), each);
}

function followCase() {
  let busy = Promise.resolve();
  const stamp = () => encodeURIComponent(document.getElementById("case-now").dataset.stamp);
  return listen(() => `/events?seen=&case=${page.dataset.reference}&stamp=${stamp()}`, (name, data) => {
    if (name === "case") busy = busy.then(renew).catch(() => announce(announced.dataset.lost));
    if (name === "ended") mayChange.hidden = false;
    if (name === "lost" && data.deaf) announce(announced.dataset.lost);
  });
}

// A browser opens six connections to one place: a case that nobody looks at holds none, and is looked after when it is shown again.
function followWhileShown() {
  let source = document.hidden ? null : followCase();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.stop(); source = null; } else source ??= followCase();
  });
}

function tellTyping(form) {
  let last = 0;
  box.addEventListener("input", () => {
    if (!form.dataset.typing || Date.now() - last < TYPING) return;
    last = Date.now();
    const body = new URLSearchParams({ form_token: form.elements.form_token.value });
    fetch(form.dataset.typing, { method: "POST", body }).catch(() => {});
  });
}

function fillIn(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="canned"]');
    if (!button) return;
    event.preventDefault();
    const words = button.closest("li").querySelector(".theirs").textContent;
    box.value = [box.value.trimEnd(), words].filter(Boolean).join("\n");
    box.focus();
  });
}

// Words that still wait can be taken back: how many seconds are left stands on the button.
function countDown() {
  for (const each of page.querySelectorAll(".left")) {
    const left = Number(each.dataset.left);
    each.textContent = left > 0 ? String(left) : "";
    each.dataset.left = String(Math.max(0, left - 1));
  }
}

const KEYS = {
  r: () => box?.focus(),
  n: () => document.getElementById("note-text")?.focus(),
  c: () => document.getElementById("card")?.focus(),
  e: () => { document.getElementById("end").scrollIntoView(); document.getElementById("talk").focus({ preventScroll: true }); },
  q: () => { location.href = "/"; },
};

// Single keys can be in the way of speech input and of screen readers: they are off until somebody turns them on.
function keys() {
  const help = document.getElementById("keys");
  const use = document.getElementById("keys-on");
  help.hidden = false;
  use.checked = localStorage.getItem("keys") === "on";
  use.addEventListener("change", () => localStorage.setItem("keys", use.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    if (event.key === "?") { help.open = !help.open; if (help.open) help.querySelector("summary").focus(); return; }
    if (!use.checked || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}

if (page && page.dataset.open) {
  followWhileShown();
  everyMinute(renewAges);
  down.addEventListener("click", jump);
  keys();
  countDown();
  setInterval(countDown, 1000);
  const form = document.getElementById("answer");
  if (form) { tellTyping(form); fillIn(form); }
}
