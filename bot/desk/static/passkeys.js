// Passkeys: asks the desk what to sign, the device to sign it, and sends the answer with the form.  Without it the authenticator remains.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// The page's own password field, where there is one: a key that is only touched needs it.
const passwordOfPage = () => document.querySelector('input[type="password"]')?.value || "";

async function optionsFor(form) {
  const body = new URLSearchParams({ form_token: form.elements.form_token.value, with_password: passwordOfPage() ? "1" : "" });
  const answer = await fetch(form.dataset.options, { method: "POST", body });
  if (!answer.ok || answer.redirected) throw new Error("no options");
  const options = await answer.json();
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const each of [...(options.excludeCredentials || []), ...(options.allowCredentials || [])]) each.id = bytes(each.id);
  return options;
}

function answerOf(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function send(form) {
  const publicKey = await optionsFor(form);
  const credential = await navigator.credentials[form.dataset.does]({ publicKey });
  form.elements.answer.value = answerOf(credential);
  if (form.elements.password) form.elements.password.value = passwordOfPage();
  form.submit();
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form.passkey") : []) {
  const fault = form.querySelector(".fault");
  form.hidden = false;
  document.querySelector(".no-script")?.remove();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fault.textContent = "";
    send(form).catch(() => { fault.textContent = fault.dataset.said; });
  });
}
