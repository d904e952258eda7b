// Shows notifications where pages may not, and opens the case of one that is clicked.  It keeps nothing and fetches nothing.
"use strict";

addEventListener("install", () => skipWaiting());

async function open(address) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => new URL(page.url).pathname === address);
  return there ? there.focus() : clients.openWindow(address);
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});
