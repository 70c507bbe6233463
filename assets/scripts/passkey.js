// Passkeys (WebAuthn). A button with data-passkey="register" or "signin",
// data-begin and data-finish: begin answers the options as go-webauthn writes
// them ({publicKey: …}), finish takes the credential and answers {redirect} or
// a problem with {detail}. Inside a form, its fields are sent along to begin.
// data-auto on a sign-in button offers passkeys in the name's autofill.
import { toast } from "./toast.js";
import { each } from "./dom.js";
import { word } from "./words.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function decode(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const c of list ?? []) c.id = bytes(c.id);
  }
  return options;
}

function encode(credential) {
  const r = credential.response;
  const response = { clientDataJSON: text(r.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (r[name]) response[name] = text(r[name]);
  }
  if (r.getTransports) response.transports = r.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error("refused"), { detail: data.detail ?? data.title });
  return data;
}

async function run(button, { conditional = false, signal } = {}) {
  const { passkey, begin, finish } = button.dataset;
  const form = button.closest("form");
  const begun = await post(begin, form ? Object.fromEntries(new FormData(form)) : {});
  const publicKey = decode(begun.publicKey ?? begun);
  const credential =
    passkey === "register"
      ? await navigator.credentials.create({ publicKey, signal })
      : await navigator.credentials.get({ publicKey, signal, mediation: conditional ? "conditional" : "optional" });
  const done = await post(finish + (begun.state ? `?state=${encodeURIComponent(begun.state)}` : ""), encode(credential));
  location.assign(done.redirect ?? location.href);
}

function say(button, message) {
  const place = document.getElementById(button.dataset.error ?? "passkey-error");
  if (place) {
    place.hidden = false;
    place.textContent = message;
  } else toast(message);
}

function explain(button, e) {
  if (e.name === "AbortError") return;
  if (e.detail) say(button, e.detail);
  else say(button, word(e.name === "NotAllowedError" ? "passkey.cancelled" : "passkey.failed"));
}

function passkey(button) {
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    button.title = word("passkey.unsupported");
    return;
  }
  let quiet;
  button.addEventListener("click", async (e) => {
    e.preventDefault();
    quiet?.abort();
    button.setAttribute("aria-busy", "true");
    try {
      await run(button);
    } catch (problem) {
      explain(button, problem);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
  if ("auto" in button.dataset) {
    PublicKeyCredential.isConditionalMediationAvailable?.().then((can) => {
      if (!can) return;
      quiet = new AbortController();
      run(button, { conditional: true, signal: quiet.signal }).catch(() => {});
    });
  }
}

export function startPasskeys() {
  each("[data-passkey]", passkey);
}
