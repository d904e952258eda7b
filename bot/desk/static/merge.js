// A page becomes what is fresh, piece by piece: what has not changed stays as it is, with focus, with what was opened, chosen or typed.
"use strict";

const VALUED = ["checkbox", "radio", "submit"];

// What a piece is called by: two of one name stand for the same thing.
function keyOf(node) {
  if (node.id) return node.id;
  if (node.nodeName === "OPTION") return node.value;
  if (node.name) return node.name + (VALUED.includes(node.type) ? `=${node.value}` : "");
  const said = (name) => node.getAttribute(name);
  return said("action") || said("href") || said("aria-labelledby") || node.querySelector(":scope > a.reference")?.getAttribute("href") || "";
}

// The piece of the page that a fresh one stands for: by its name, or the next one of its sort without a name.
function twin(left, fresh) {
  const key = fresh.nodeType === Node.ELEMENT_NODE ? keyOf(fresh) : "";
  return left.find((node) => node.nodeName === fresh.nodeName && (node.nodeType !== Node.ELEMENT_NODE || keyOf(node) === key));
}

function mergeAttributes(shown, fresh) {
  // What was opened stays open, and what was led to can be stood on.
  const kept = ["open", "tabindex"];
  for (const { name } of [...shown.attributes]) if (!kept.includes(name) && !fresh.hasAttribute(name)) shown.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (!kept.includes(name) && shown.getAttribute(name) !== value) shown.setAttribute(name, value);
}

function mergeChildren(shown, fresh) {
  const left = [...shown.childNodes];
  const pairs = [...fresh.childNodes].map((node) => {
    const same = twin(left, node);
    if (same) left.splice(left.indexOf(same), 1);
    return [node, same];
  });
  left.forEach((node) => node.remove());
  let place = shown.firstChild;
  for (const [node, same] of pairs) {
    const here = same || document.adoptNode(node);
    if (same) mergeInto(same, node);
    if (here === place) place = place.nextSibling; else shown.insertBefore(here, place);
  }
}

function mergeInto(shown, fresh) {
  if (shown.nodeType !== Node.ELEMENT_NODE) {
    if (shown.nodeValue !== fresh.nodeValue) shown.nodeValue = fresh.nodeValue;
    return;
  }
  mergeAttributes(shown, fresh);
  // What somebody has written there is theirs.
  if (shown.nodeName !== "TEXTAREA") mergeChildren(shown, fresh);
}

// Whoever stood on something that has moved stands there again; where it is gone, on what is like it.
function merge(shown, fresh) {
  const active = document.activeElement;
  const within = shown.contains(active);
  const link = within && active.getAttribute("href");
  const form = within && (active.getAttribute("formaction") || active.form?.getAttribute("action"));
  mergeInto(shown, fresh);
  if (!within || document.activeElement === active) return;
  const like = active.isConnected ? active
    : link ? document.querySelector(`main a[href="${CSS.escape(link)}"]`)
    : form ? document.querySelector(`main form[action="${CSS.escape(form)}"] button, main button[formaction="${CSS.escape(form)}"]`) : null;
  (like || document.getElementById("main")).focus({ preventScroll: true });
}

// A part of another answer of the desk, as a piece of a page; null: there is none.
async function fetched(address, id) {
  const answer = await fetch(address, { headers: { "X-Asked-By": "page" } });
  if (!answer.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return id ? page.getElementById(id) : page.body;
}
