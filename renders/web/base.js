// What every page shares: its data, its texts in two languages, its look. No text of a film ever becomes markup.

const reel = JSON.parse(document.getElementById("reel").textContent);
const $ = (id) => document.getElementById(id);
const LANGUAGES = Object.keys(reel.languages);
const BOTH = "both";

// A page from a file may be denied its storage: then it forgets, and works all the same
const kept = {
  get(name) {
    try {
      return localStorage.getItem(`neuroreel.${name}`);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`neuroreel.${name}`, value);
    } catch {
      return;
    }
  },
};

const settings = {
  texts: kept.get("texts") || reel.language || LANGUAGES[0],
  look: kept.get("look") || "auto",
};
if (![...LANGUAGES, BOTH].includes(settings.texts)) settings.texts = LANGUAGES[0];

const tagOf = (language) => reel.tags[language] ?? language;
const mainLanguage = () => (settings.texts === BOTH ? LANGUAGES[0] : settings.texts);
const shownLanguages = () => (settings.texts === BOTH ? LANGUAGES : [settings.texts]);
const written = (number) => Math.round(number).toLocaleString("en");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A text of ours, with values, which may be elements, in their places: [text, element, text …]
function said(key, values = {}) {
  const text = reel.texts[key][mainLanguage()] ?? reel.texts[key][LANGUAGES[0]];
  return text.split(/\{(\w+)\}/).flatMap((part, place) => (place % 2 ? values[part] : part));
}

const tell = (key, values) => said(key, values).join("");

// A text of the film, by language: spans with their lang, the first one the main one; equal ones only once
function spoken(texts, first = "", second = "second") {
  const known = shownLanguages().filter((language) => texts[language]);
  const languages = known.length ? known : Object.keys(texts).slice(0, 1);
  const different = languages.filter((one, place) => !place || texts[one] !== texts[languages[0]]);
  return different.map((language, place) =>
    element("span", { lang: tagOf(language), class: place ? second : first || null }, texts[language]),
  );
}

const plain = (texts) => texts[mainLanguage()] ?? Object.values(texts)[0] ?? "";

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first, ...rest] = parts[0] ? parts : parts.slice(1);
  return [first, ...rest.map((part) => String(part).padStart(2, "0"))].join(":");
}

function fillPicker(picker, options, chosen) {
  picker.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  picker.value = chosen;
}

function showLook() {
  if (settings.look === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = settings.look;
}

// Put our texts into the page's elements; what else depends on the language is drawn anew by `after`
function showTexts(after) {
  document.documentElement.lang = tagOf(mainLanguage());
  for (const one of document.querySelectorAll("[data-text]")) one.textContent = tell(one.dataset.text, one.dataset);
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", tell(one.dataset.label));
  const names = LANGUAGES.map((language) => [language, reel.languages[language]]);
  fillPicker($("language"), [...names, [BOTH, tell("both")]], settings.texts);
  fillPicker($("look"), ["auto", "light", "dark"].map((look) => [look, tell(look)]), settings.look);
  after();
}

function startPage(after) {
  showLook();
  showTexts(after);
  $("language").addEventListener("change", (event) => {
    settings.texts = event.target.value;
    kept.set("texts", settings.texts);
    showTexts(after);
  });
  $("look").addEventListener("change", (event) => {
    settings.look = event.target.value;
    kept.set("look", settings.look);
    showLook();
  });
}
