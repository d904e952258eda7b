// A connection to the desk, with the doubt whether it still passes anything on; and what is done once a minute.
"use strict";

const SILENT = 40000; // milliseconds; the desk says every fifteen seconds that it is there
const LOOK = 5000;
const AFTER = 3000;
const LONGEST = 10000; // milliseconds within which the desk answers
const NAMES = ["alive", "queue", "news", "case"];

// `heard(name, data)`: what the desk says; "lost", which is said again while nothing comes, with `deaf` once it is more than a moment;
// "ended": the session is over, and nothing comes any more.
function listen(address, heard) {
  let source = null;
  let last = Date.now();
  let opened = last;
  let lost = false;
  let over = false;

  function stop() {
    over = true;
    clearInterval(watch);
    source?.close();
    removeEventListener("offline", gone);
    removeEventListener("online", open);
  }

  function end() {
    if (over) return;
    stop();
    heard("ended", {});
  }

  function gone() {
    lost = true;
    if (!over) heard("lost", { deaf: Date.now() - last >= SILENT });
  }

  // A proxy may have answered for the desk: only the desk itself says that a session is over.
  async function why() {
    gone();
    const asked = new AbortController();
    const limit = setTimeout(() => asked.abort(), LONGEST);
    let status = 0;
    try { status = (await fetch(address(), { signal: asked.signal })).status; } catch { /* it is away */ }
    clearTimeout(limit);
    asked.abort();
    if (status === 401 || status === 403) end(); else setTimeout(open, AFTER);
  }

  function open() {
    if (over) return;
    source?.close();
    opened = Date.now();
    const here = source = new EventSource(address());
    for (const name of NAMES) {
      source.addEventListener(name, (event) => {
        if (here !== source || over) return;
        last = Date.now();
        lost = false;
        heard(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("ended", end);
    source.addEventListener("error", () => {
      if (here !== source || over) return;
      if (source.readyState === EventSource.CLOSED) why(); else gone();
    });
  }

  const watch = setInterval(() => {
    const silent = Date.now() - last >= SILENT;
    if (silent || lost) gone();
    if (silent && Date.now() - opened >= SILENT) open();
  }, LOOK);
  addEventListener("offline", gone);
  addEventListener("online", open);
  open();
  return { stop };
}

// Once a minute, while the page is looked at; not all desks at the same moment.
function everyMinute(renew) {
  let last = Date.now();
  let wait = 0;
  function look() {
    if (document.hidden || Date.now() - last < wait) return;
    last = Date.now();
    wait = 55000 + Math.random() * 10000;
    renew().catch(() => {});
  }
  wait = 55000 + Math.random() * 10000;
  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", look);
}
