// Keeps an open case true without touching what is being typed; a few keys.  Everything works without it.
"use strict";

const page = document.getElementById("case");
const box = document.getElementById("text");
const told = document.getElementById("announce");
const changed = document.getElementById("news");
const TYPING = 5000; // milliseconds between two words to the messenger that somebody is writing

function announce(sentence) {
  told.textContent = "";
  told.textContent = sentence;
}

// What was opened stays open.
function asOpened(fresh, shown) {
  for (const each of shown.querySelectorAll("details[open][id]")) {
    const same = fresh.querySelector(`#${CSS.escape(each.id)}`);
    if (same) same.open = true;
  }
}

// New lines are put in, changed ones replaced; the others stay as they are, with what was opened in them.
function merge(list, fresh) {
  const known = new Map([...list.children].map((line) => [line.id, line]));
  const heard = [];
  let last = null;
  for (const line of [...fresh.children]) {
    const old = known.get(line.id);
    known.delete(line.id);
    let here = old;
    if (!old) {
      here = document.adoptNode(line);
      if (line.classList.contains("defender")) heard.push(line);
    } else {
      asOpened(line, old);
      if (old.outerHTML !== line.outerHTML) { here = document.adoptNode(line); old.replaceWith(here); }
    }
    if (here !== (last ? last.nextElementSibling : list.firstElementChild)) list.insertBefore(here, last ? last.nextSibling : list.firstChild);
    last = here;
  }
  known.forEach((line) => line.remove());
  return heard;
}

function renewCard(shown, fresh) {
  asOpened(fresh, shown);
  const active = document.activeElement;
  const action = shown.contains(active) && active.form ? active.form.getAttribute("action") : null;
  const anchor = shown.contains(active) && active.id ? active.id : null;
  shown.replaceWith(document.adoptNode(fresh));
  if (action) page.querySelector(`form[action="${CSS.escape(action)}"] button`)?.focus();
  else if (anchor) document.getElementById(anchor)?.focus();
}

async function renew() {
  const answer = await fetch(`/conversation/${page.dataset.reference}/live`, { headers: { "X-Asked-By": "page" } });
  if (!answer.ok || answer.redirected) { changed.hidden = false; return; }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("case-now");
  const shown = document.getElementById("case-now");
  if (!fresh || !shown) { changed.hidden = false; return; }
  if (fresh.dataset.may !== shown.dataset.may) changed.hidden = false;
  shown.dataset.may = fresh.dataset.may;
  const heard = merge(document.getElementById("thread"), fresh.querySelector("#thread"));
  renewCard(shown.querySelector(".card"), fresh.querySelector(".card"));
  const words = heard.map((line) => line.querySelector(".words")?.textContent || "").join(" ");
  announce(heard.length ? `${told.dataset.new} ${words}` : told.dataset.changed);
}

function follow() {
  const stamp = document.getElementById("case-now").dataset.stamp;
  const source = new EventSource(`/events?seen=&case=${page.dataset.reference}&stamp=${encodeURIComponent(stamp)}`);
  let busy = Promise.resolve();
  source.addEventListener("case", () => { busy = busy.then(renew).catch(() => announce(told.dataset.lost)); });
  source.addEventListener("ended", () => { source.close(); changed.hidden = false; });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) changed.hidden = false;
    else announce(told.dataset.lost);
  });
  return source;
}

// A browser opens six connections to one place: a case that nobody looks at holds none, and is looked after when it is shown again.
function followWhileShown() {
  let source = document.hidden ? null : follow();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; } else source ??= follow();
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
  keys();
  countDown();
  setInterval(countDown, 1000);
  const form = document.getElementById("answer");
  if (form) { tellTyping(form); fillIn(form); }
}
