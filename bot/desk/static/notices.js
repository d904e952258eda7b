// Notifications, by a worker of our own: on phones there is no other way.  They come after sound, and may fail.
"use strict";

let worker = null; // its registration

async function engage() {
  try {
    if (Notification.permission === "granted") worker = await navigator.serviceWorker.register("/static/worker.js");
  } catch (error) {
    console.warn(error); // without https, or in a private window
  }
}

async function askLeave() {
  try {
    if (await Notification.requestPermission() === "granted") await engage();
  } catch (error) {
    console.warn(error);
  }
}

async function notify(reference, exercise) {
  try {
    if (Notification.permission !== "granted") return;
    const words = document.getElementById("bell").dataset;
    const sentence = (exercise ? words.exercise : words.alarm).replace("REF", reference);
    const options = { tag: reference, requireInteraction: true, data: `/conversation/${reference}` };
    if (!await shownByWorker(sentence, options)) shownByPage(sentence, options);
  } catch (error) {
    console.warn(error);
  }
}

async function shownByWorker(sentence, options) {
  if (!worker?.active) return false;
  try {
    await worker.showNotification(sentence, options);
    return true;
  } catch {
    return false;
  }
}

function shownByPage(sentence, options) {
  const notice = new Notification(sentence, options);
  notice.onclick = () => { window.focus(); location.href = options.data; };
}

async function unnotify(references) {
  try {
    for (const notice of await worker.getNotifications()) if (references.includes(notice.tag)) notice.close();
  } catch { /* there is none, or it stays until somebody clicks */ }
}

engage();
