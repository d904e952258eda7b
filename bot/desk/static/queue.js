// Keeps the queue true: as soon as something changes, and its ages once a minute.  Everything works without it.
"use strict";

const board = document.getElementById("board");
let busy = false;

async function refresh() {
  if (busy) return;
  busy = true;
  try {
    const fresh = await fetched("/queue/lines", "board");
    if (fresh) merge(board, fresh);
  } finally {
    busy = false;
  }
  ring();
}

const isOld = () => known !== null && known.version !== board.dataset.version;

queueChanges = () => {
  if (isOld()) setTimeout(() => refresh().catch(() => {}), Math.random() * known.spread);
};
// What could not be fetched then is fetched later.
setInterval(() => { if (isOld()) refresh().catch(() => {}); }, LOOK);
everyMinute(refresh);
const listed = (name) => board.dataset[name].split(" ").filter(Boolean);
alarm(listed("ringing"), listed("exercises"));
